package market

import (
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// Input is everything a plan depends on, frozen: the same Input gives the same Plan on any
// machine, and the plan file carries all of it. Every slice is in canonical order (by ID or
// key, ascending, bytes) before anything is computed; see Canonical. The JSON names are
// part of the plan file (docs/plan-file.md) and are read by a second program that shares
// no code with this one.
type Input struct {
	AsOf        calendar.Day `json:"as_of"`   // the day the plan is made
	Horizon     calendar.Day `json:"horizon"` // the last day it looks at
	Params      Params       `json:"params"`
	Commodities []Commodity  `json:"commodities"`
	Places      []Place      `json:"places"`
	Roads       []Road       `json:"roads"`
	Parties     []Party      `json:"parties"`
	Offers      []Offer      `json:"offers"`
	Demands     []Demand     `json:"demands"`
	Rules       Rules        `json:"rules"`
}

// Params are the numbers of the model that no cell of the workbook states. Each is shown
// beside the plan and written into its file. docs/plan-file.md gives the formulas.
type Params struct {
	InterestBP   int64          `json:"interest_bp"`    // price of a year's waiting for money, basis points
	SameDayKm    int64          `json:"same_day_km"`    // up to here a lorry arrives on the day it is loaded
	DayKm        int64          `json:"day_km"`         // each further day takes it so far
	LifeAskedPM  int64          `json:"life_asked_pm"`  // share of the shelf life that must remain at delivery, per mille
	ShrinkBP     int64          `json:"shrink_bp"`      // weight lost between garden and warehouse, basis points
	LeadFee      money.PerTonne `json:"lead_fee"`       // what a lead supplier takes for invoice, collecting, packing
	LeadShrinkBP int64          `json:"lead_shrink_bp"` // weight lost by collecting, basis points
	LeadDays     int64          `json:"lead_days"`      // days between pick-up and leaving the lead's yard
	ColdPM       int64          `json:"cold_pm"`        // surcharge on freight for goods that travel cold, per mille
	ForecastPM   int64          `json:"forecast_pm"`    // share of a forecast quantity that may be planned, per mille
	ClassPM      [4]int64       `json:"class_pm"`       // relative worth of unsorted, class 1, 2, 3 to a trader, per mille
	Vehicles     []Vehicle      `json:"vehicles"`       // ascending by load
	Nodes        int            `json:"nodes"`          // search bound per component
	Pivots       int64          `json:"pivots"`         // search bound per component
}

// Vehicle is one size of lorry. A full truck is assumed of the largest vehicle that the
// smaller of the two quantities fills; the smallest vehicle otherwise.
type Vehicle struct {
	Load  weight.Grams `json:"load"`
	PerKm money.VND    `json:"per_km"`
}

// Commodity is what the plan needs to know about a kind of goods.
type Commodity struct {
	Code      string         `json:"code"`
	NameVI    string         `json:"name_vi"`
	NameEN    string         `json:"name_en"`
	ShelfDays int64          `json:"shelf_days"`
	Cold      bool           `json:"cold"`
	Unit      weight.Grams   `json:"unit"`      // the network unit: 1000, or the piece when every offer and demand counts the same piece
	RefFloor  money.PerTonne `json:"ref_floor"` // used where a seller states no price and no trader's offer is known
	RefPrice  money.PerTonne `json:"ref_price"` // used where a buyer states no price
}

// Place is a point that roads join. Key is code@border ("05047@2023").
type Place struct {
	Key      string `json:"key"`
	Name     string `json:"name"`     // as people write it: "xã Cao Dương, huyện Lương Sơn"
	District string `json:"district"` // the reporting district, or the province for places outside
	Province string `json:"province"`
	LatE6    int64  `json:"lat_e6"`
	LonE6    int64  `json:"lon_e6"`
}

// Road is the distance between two places in whole km, From ≤ To. A pair without a Road
// has no known distance; From = To is 0 km unless stated.
type Road struct {
	From string `json:"from"`
	To   string `json:"to"`
	Km   int64  `json:"km"`
}

// Kind of a party; the words are the registry's.
type Kind string

// The kinds that matter to the plan: who may invoice, who may lead.
const (
	KindCoop       Kind = "htx"
	KindUnion      Kind = "lhhtx"
	KindGroup      Kind = "tht"
	KindFund       Kind = "qtdnd"
	KindEnterprise Kind = "dn"
	KindHousehold  Kind = "ho"
	KindAgency     Kind = "cq"
)

// Party is a seller or a buyer.
type Party struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kind    Kind   `json:"kind"`
	Contact string `json:"contact,omitempty"`
	Phone   string `json:"phone,omitempty"`
	TaxCode string `json:"tax_code,omitempty"` // a party invoices when it is htx, lhhtx or dn and has one
	Place   string `json:"place"`
	Small   bool   `json:"small,omitempty"` // for the bonus
	Poor    bool   `json:"poor,omitempty"`  // of a poor commune, for the bonus
}

// Paper is a certificate that covers part of an offer.
type Paper struct {
	Kind  string       `json:"kind"`            // catalog's paper code: vietgap, globalgap, organic, ocop, attp, puc (planting code) …
	Scope weight.Grams `json:"scope,omitempty"` // 0: the whole offer
	Until calendar.Day `json:"until,omitempty"` // 0: no expiry known
}

// Offer is what a supplier will have («Chào bán»).
type Offer struct {
	ID          string         `json:"id"`
	Party       string         `json:"party"`
	Place       string         `json:"place"` // pick-up
	Commodity   string         `json:"commodity"`
	Variety     string         `json:"variety,omitempty"` // folded key, "" unknown
	Mix         [4]int64       `json:"mix"`               // per mille of unsorted, class 1, 2, 3; sums to 1000
	Papers      []Paper        `json:"papers,omitempty"`
	Firm        weight.Grams   `json:"firm"`
	Forecast    weight.Grams   `json:"forecast,omitempty"`  // above the firm quantity; ForecastPM of it is planned
	Held        weight.Grams   `json:"held,omitempty"`      // already promised elsewhere; see Free
	Piece       weight.Grams   `json:"piece,omitempty"`     // grams of one piece where it is counted
	UnitName    string         `json:"unit_name,omitempty"` // as written: quả, tạ, tấn
	From        calendar.Day   `json:"from"`
	To          calendar.Day   `json:"to"`
	DaysAssumed bool           `json:"days_assumed,omitempty"` // nobody stated them
	Floor       money.PerTonne `json:"floor,omitempty"`        // lowest price agreed at the garden; 0 not stated. Private.
	Trader      money.PerTonne `json:"trader,omitempty"`       // what a trader offers; 0 not known. Private.
	MinLine     weight.Grams   `json:"min_line,omitempty"`     // smallest delivery
	Note        string         `json:"note,omitempty"`
	Source      Source         `json:"source"`
}

// Demand is what a buyer wants («Nhu cầu»).
type Demand struct {
	ID          string         `json:"id"`
	Party       string         `json:"party"`
	Place       string         `json:"place"` // delivery
	Commodity   string         `json:"commodity"`
	Variety     string         `json:"variety,omitempty"`
	MinClass    int64          `json:"min_class,omitempty"` // 0 any; 1 only class 1; 2 class 1 or 2; 3 any sorted class
	Papers      []string       `json:"papers,omitempty"`
	Quantity    weight.Grams   `json:"quantity"`
	UnitName    string         `json:"unit_name,omitempty"`
	From        calendar.Day   `json:"from"`
	To          calendar.Day   `json:"to"`
	DaysAssumed bool           `json:"days_assumed,omitempty"`
	Ceiling     money.PerTonne `json:"ceiling,omitempty"`   // highest price; 0 not stated. Private.
	AtGarden    bool           `json:"at_garden,omitempty"` // the price is at the garden, the buyer carries freight
	DiscountBP  int64          `json:"discount_bp,omitempty"`
	PayDays     int64          `json:"pay_days,omitempty"`
	MinOrder    weight.Grams   `json:"min_order,omitempty"`
	MaxSources  int            `json:"max_sources,omitempty"`  // different suppliers; 0 no limit
	MaxInvoices int            `json:"max_invoices,omitempty"` // different invoicing parties; 0 no limit
	Note        string         `json:"note,omitempty"`
	Source      Source         `json:"source"`
}

// Source says which row of which sheet a record came from.
type Source struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row,omitempty"`
}

// Rules are what people decide above the market.
type Rules struct {
	Caps    []Cap   `json:"caps,omitempty"`
	Bonuses []Bonus `json:"bonuses,omitempty"`
	Pins    []Pin   `json:"pins,omitempty"`
	Bans    []Ban   `json:"bans,omitempty"`
}

// Cap limits what one supplier sells of one commodity in this plan.
type Cap struct {
	Party     string       `json:"party"`
	Commodity string       `json:"commodity"`
	Max       weight.Grams `json:"max"`
	Reason    string       `json:"reason,omitempty"`
}

// BonusKind says who gets a bonus.
type BonusKind string

// The bonuses.
const (
	BonusPoor  BonusKind = "poor"  // offers of parties of poor communes
	BonusSmall BonusKind = "small" // offers of small suppliers
)

// MaxBonus bounds every bonus: 500 đồng a kilogram.
const MaxBonus money.PerTonne = 500_000

// Bonus prefers some suppliers in the choice; it is never money that anybody gets.
type Bonus struct {
	Kind     BonusKind      `json:"kind"`
	PerTonne money.PerTonne `json:"per_tonne"`
}

// Pin («Ghim») keeps at least Min of an offer with a demand.
type Pin struct {
	Offer  string       `json:"offer"`
	Demand string       `json:"demand"`
	Min    weight.Grams `json:"min"`
	Reason string       `json:"reason"`
	By     string       `json:"by"`
}

// Ban («Không ghép») keeps an offer from a demand.
type Ban struct {
	Offer  string `json:"offer"`
	Demand string `json:"demand"`
	Reason string `json:"reason"`
	By     string `json:"by"`
}
