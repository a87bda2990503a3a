package market

import (
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/engine/matching"
)

// Plan («Phương án kết nối») is the answer to an Input. It is a proposal: it reserves
// nothing.
type Plan struct {
	Lines       []Line     // by demand, then offer, class, paper level
	Groups      []Group    // one per component of the market, with its proof
	LeftOffers  []LeftOut  // every offer with a quantity that found no buyer
	LeftDemands []LeftOut  // every demand that is not filled
	Refused     Refusals   // how many pairs fell to which rule
	RuleCosts   []RuleCost // what each cap, bonus, pin and ban cost
	Blocking    []Blocking // pairs that a yes/no rule keeps apart although both would gain
	Totals      Totals
}

// Line is one quantity of one lot from one offer to one demand.
type Line struct {
	Offer   string         `json:"offer"`
	Demand  string         `json:"demand"`
	Class   int            `json:"class"`         // 0 unsorted, 1, 2, 3
	Level   int            `json:"level"`         // how many of the offer's papers (widest scope first) this lot has
	Via     string         `json:"via,omitempty"` // the lead supplier's party ID; "" when the supplier sells itself
	Units   int64          `json:"units"`         // of the commodity's network unit
	Grams   weight.Grams   `json:"grams"`
	Pick    calendar.Day   `json:"pick"`
	Deliver calendar.Day   `json:"deliver"`
	Gain    money.PerTonne `json:"gain"` // V − R of docs/plan-file.md
	Bonus   money.PerTonne `json:"bonus,omitempty"`
	Reserve money.PerTonne `json:"reserve"` // R: what the seller can have elsewhere, or asks at least. Private.
	Net     money.PerTonne `json:"net"`     // proposed «thực nhận tại vườn»
	Pays    money.PerTonne `json:"pays"`    // proposed price to the buyer at the place the demand's price is meant
	Real    bool           `json:"real"`    // both prices were stated, none assumed
}

// Group is one component with its proof.
type Group struct {
	ID        int      `json:"id"`
	Commodity string   `json:"commodity"`
	Offers    []string `json:"offers"`
	Demands   []string `json:"demands"`
	// Objective and Bound count units × (gain + bonus) of the network, in money.PerTonne ×
	// units; × unit grams / 1e6 is đồng.
	Objective matching.Int    `json:"-"`
	Bound     matching.Int    `json:"-"`
	Nodes     []matching.Node `json:"-"`
	// What Node numbers mean: sinks are Demands; offers are Offers; parties and vias are
	// PartyIDs.
	PartyIDs []string `json:"party_ids"`
	Pivots   int64    `json:"pivots"`
	// Price interval per offer lot and per demand that supports the plan (specialists only).
	Prices []PriceRange `json:"-"`
}

// PriceRange is the interval of internal reference prices at the garden that supports
// what a lot or a demand has in the plan.
type PriceRange struct {
	Offer, Demand string // one of them
	Class, Level  int
	Low, High     money.PerTonne
}

// Totals is the plan in one sentence.
type Totals struct {
	Offered        weight.Grams `json:"offered"`
	Demanded       weight.Grams `json:"demanded"`
	Matched        weight.Grams `json:"matched"`
	Offers         int          `json:"offers"` // with at least a unit to plan
	Demands        int          `json:"demands"`
	OffersMatched  int          `json:"offers_matched"`
	DemandsMatched int          `json:"demands_matched"`
	DemandsFilled  int          `json:"demands_filled"`
	Lines          int          `json:"lines"`
	Leads          int          `json:"leads"`        // different lead suppliers
	Gain           money.VND    `json:"gain"`         // sum of line gains (no bonus)
	SellersGain    money.VND    `json:"sellers_gain"` // what sellers net above their alternative at the proposed prices
	GapVND         money.VND    `json:"gap_vnd"`      // bound − objective; 0 is proven optimal
	GapPPM         int64        `json:"gap_ppm"`      // of the bound
	RealLines      int          `json:"real_lines"`   // lines that rest on stated prices
	Nodes          int          `json:"nodes"`
	Pivots         int64        `json:"pivots"`
}

// Reason says why a pair, an offer or a demand is not in the plan. It is a code with
// figures; its words are in text/*.json ("market.reason.<code>").
type Reason string

// Why a pair cannot be (in the order they are tested; docs/plan-file.md).
const (
	WhyCommodity Reason = "commodity" // nobody wants / sells it
	WhyBanned    Reason = "banned"
	WhyVariety   Reason = "variety"
	WhyClass     Reason = "class"
	WhyPaper     Reason = "paper"   // a required paper is missing
	WhyExpired   Reason = "expired" // it is there, but not on the day
	WhyDays      Reason = "days"    // no pick-up and delivery day fit
	WhyShelf     Reason = "shelf"   // days fit, the remaining life does not
	WhyRoad      Reason = "road"    // no known distance
	WhyNoLead    Reason = "no_lead" // the demand limits invoices and nobody with the papers can invoice
	WhyFloor     Reason = "floor"   // below what the seller agreed at least
	WhyGain      Reason = "gain"    // the alternative is better
)

// Why a feasible party is left out nevertheless.
const (
	WhyOutbid   Reason = "outbid"      // others bring more at each place it could go
	WhyMinOrder Reason = "min_order"   // the order's minimum cannot be reached
	WhySources  Reason = "max_sources" // more sources than the order takes
	WhyInvoices Reason = "max_invoices"
	WhyMinLine  Reason = "min_line" // the rest is smaller than the smallest delivery
	WhyCap      Reason = "cap"      // a fairness cap
	WhyShortage Reason = "shortage" // demand: not enough is offered
	WhyNothing  Reason = "nothing"  // no whole unit left to plan
	WhyPin      Reason = "pin"      // blocking pairs only: a pin holds the place
	WhyBonus    Reason = "bonus"    // blocking pairs only: a bonus preferred another
)

// Refusals counts pairs by the first reason that refused them.
type Refusals map[Reason]int64

// LeftOut is an offer or a demand with what remained and why.
type LeftOut struct {
	ID      string           `json:"id"` // offer or demand
	Left    weight.Grams     `json:"left"`
	Main    Reason           `json:"main"`
	Counts  map[Reason]int64 `json:"counts,omitempty"`  // of its refused pairs
	Nearest string           `json:"nearest,omitempty"` // the pair partner that came nearest (demand or offer ID), for the officer only
	Steps   []Step           `json:"steps,omitempty"`
	Tried   bool             `json:"tried,omitempty"` // steps were looked for; false when MakePlan's work for steps ran out before (Planner.Explain does it alone)
}

// Step is a next step that was tried: the plan was solved again with it and this party
// then had Grams more. Nothing that was not solved again is shown.
type Step struct {
	Kind  StepKind       `json:"kind"`
	Paper string         `json:"paper,omitempty"` // for StepPaper: an offer gets or renews it, a demand does without
	Days  int            `json:"days,omitempty"`  // for StepDays: shift by so many days (negative is earlier)
	Class int            `json:"class,omitempty"` // for StepSort of a demand: take this class too (4: unsorted); 0 for an offer
	Via   string         `json:"via,omitempty"`   // for StepLead: party ID of the lead, once it has the papers
	Rule  Reason         `json:"rule,omitempty"`  // for StepSplit: which limit is given up (min_line, min_order, max_sources, max_invoices)
	Price money.PerTonne `json:"price,omitempty"` // for StepPrice: so much lower (offer) or higher (demand), rounded to 500 đ/kg; only with ≥ 3 sellers
	Grams weight.Grams   `json:"grams"`           // what the re-solved plan gives this party beyond today's
}

// StepKind is a kind of next step, in the order they are shown; price is last.
type StepKind string

// The steps.
const (
	StepPaper StepKind = "paper" // get or renew a paper
	StepLead  StepKind = "lead"  // sell through a lead supplier
	StepDays  StepKind = "days"  // harvest or deliver earlier or later
	StepSort  StepKind = "sort"  // sort by class
	StepSplit StepKind = "split" // accept smaller deliveries / a smaller minimum / more sources
	StepPrice StepKind = "price"
)

// RuleCost is gain without the rule minus gain with it, each with its own gap.
// Caps, pins and bans are priced in what the plan maximises (gain and bonus), a bonus in
// gain alone: so none can be negative beyond its gap.
type RuleCost struct {
	Rule  string    `json:"rule"`  // "cap", "bonus", "pin", "ban"
	Index int       `json:"index"` // in the canonical Input.Rules' slice
	Cost  money.VND `json:"cost"`
	Gap   money.VND `json:"gap"`
}

// Blocking is a pair that would both gain by leaving the plan but for a rule.
type Blocking struct {
	Offer  string         `json:"offer"`
	Demand string         `json:"demand"`
	Class  int            `json:"class"`
	Level  int            `json:"level"`
	Rule   Reason         `json:"rule"`
	Worth  money.PerTonne `json:"worth"` // what both together would gain a tonne
}
