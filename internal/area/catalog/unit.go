package catalog

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// UnitKind says what a unit measures.
type UnitKind string

// The kinds of units.
const (
	Mass      UnitKind = "mass"
	PieceUnit UnitKind = "piece"     // a fruit, a stalk, a bird, a litre: needs grams apiece
	Container UnitKind = "container" // a box, a crate, a sack: needs grams apiece
	AreaUnit  UnitKind = "area"      // sào, mẫu, ha: not a quantity of goods
	Service   UnitKind = "service"   // a guest: has no weight
)

// Unit is a trade unit.
type Unit struct {
	Name   string
	Kind   UnitKind
	Factor int64 // grams, pieces or m² in one
	Source string
}

// Piece is what one piece or box of a commodity usually weighs.
type Piece struct {
	Unit       string
	Low        weight.Grams
	Typical    weight.Grams
	High       weight.Grams
	Source     string
	Confidence string
}

// Basis says what a conversion rests on.
type Basis string

// What a conversion can rest on.
const (
	ByDefinition Basis = "definition" // 1 tấn is 1000 kg
	ByLot        Basis = "lot"        // the kg per unit stated for this lot
	ByCommodity  Basis = "commodity"  // the usual weight: to be asked back
)

// Conversion says how an amount became grams.
type Conversion struct {
	Unit   string       // canonical: "vạn quả"
	Kind   UnitKind     //
	Each   weight.Grams // grams of one written unit: of a vạn quả, 10,000 fruits
	Piece  weight.Grams // grams of one piece or box; 0 for a weight
	Low    weight.Grams // what a piece may weigh, when Basis is ByCommodity
	High   weight.Grams
	Basis  Basis
	Source string
}

// maxPiece bounds what one piece, animal or container may be said to weigh.
const maxPiece = 40 * weight.Tonne

func (c *Catalog) addUnit(r row) error {
	f, err := r.int("factor")
	if err != nil {
		return err
	}
	u := Unit{r["unit"], UnitKind(r["kind"]), f, r["source"]}
	for _, n := range append(strings.Split(r["names"], "|"), r["unit"]) {
		if old, ok := c.units[text.Key(n)]; ok && old != u {
			return fmt.Errorf("%q is already %s", n, old.Name)
		}
		c.units[text.Key(n)] = u
		if f := text.Fold(n); c.units[f].Name == "" {
			c.units[f] = u
		}
	}
	return nil
}

func (c *Catalog) addPiece(r row) error {
	var n [3]int64
	for i, h := range []string{"low_g", "typical_g", "high_g"} {
		v, err := r.int(h)
		if err != nil {
			return err
		}
		n[i] = v
	}
	if n[0] <= 0 || n[0] > n[1] || n[1] > n[2] {
		return fmt.Errorf("%s %s: weights %v", r["code"], r["unit"], n)
	}
	c.pieces[r["code"]] = append(c.pieces[r["code"]], Piece{r["unit"], weight.Grams(n[0]), weight.Grams(n[1]), weight.Grams(n[2]), r["source"], r["confidence"]})
	return nil
}

// Pieces lists the usual weights of a commodity's pieces and boxes.
func (c *Catalog) Pieces(code string) []Piece { return c.pieces[code] }

// counts are words that multiply what follows: vạn quả, nghìn cây, chục trứng.
var counts = map[string]int64{
	"đôi": 2, "chục": 10, "chuc": 10, "tá": 12, "trăm": 100, "tram": 100, "nghìn": 1000, "nghin": 1000, "ngàn": 1000, "ngan": 1000,
	"vạn": 10_000, "van": 10_000, "triệu": 1_000_000, "trieu": 1_000_000,
}

// ReadUnit finds a unit by what is written, and how many of it («vạn quả» is 10,000 of
// quả). A count alone counts pieces. Words after a weight («tấn quả tươi») do not matter.
func (c *Catalog) ReadUnit(s string) (u Unit, times int64, ok bool) {
	words := strings.Fields(text.Key(strings.Trim(text.NFC(s), " .")))
	times = 1
	for len(words) > 0 {
		n, ok := counts[words[0]]
		if !ok || times > 1_000_000 {
			break
		}
		times *= n
		words = words[1:]
	}
	rest := strings.Join(words, " ")
	if rest == "" {
		return c.units["quả"], times, times > 1
	}
	if u, ok = c.units[rest]; !ok {
		if u, ok = c.units[text.Fold(rest)]; !ok {
			if u, ok = c.units[words[0]]; ok && u.Kind != Mass && times == 1 {
				ok = false
			}
		}
	}
	return u, times, ok
}

// Convert turns an amount in thousandths of a trade unit into grams, rounded down.
// gramsPerPiece is what the lot's own row says one unit weighs, 0 when it says nothing;
// then the commodity's usual weight is taken and Conversion.Basis says so. The faults:
// catalog.fault.unit (unknown), .area_unit (needs a yield), .no_weight (nobody said what
// a piece weighs), .service_unit, .amount (not positive), .too_much (above weight.Max).
func (c *Catalog) Convert(amountMilli int64, unit string, gramsPerPiece weight.Grams, commodity string) (weight.Grams, Conversion, error) {
	conv, err := c.conversion(unit, gramsPerPiece, commodity)
	if err != nil {
		return 0, conv, err
	}
	if amountMilli <= 0 {
		return 0, conv, fault.New(fault.Invalid, "catalog.fault.amount")
	}
	hi, lo := bits.Mul64(uint64(amountMilli), uint64(conv.Each))
	if hi >= 1000 {
		return 0, conv, fault.New(fault.Invalid, "catalog.fault.too_much", weight.Max)
	}
	q, _ := bits.Div64(hi, lo, 1000)
	if q > uint64(weight.Max) {
		return 0, conv, fault.New(fault.Invalid, "catalog.fault.too_much", weight.Max)
	}
	return weight.Grams(q), conv, nil
}

func (c *Catalog) conversion(unit string, gramsPerPiece weight.Grams, commodity string) (Conversion, error) {
	u, times, ok := c.ReadUnit(unit)
	if !ok {
		return Conversion{}, fault.New(fault.Invalid, "catalog.fault.unit", unit)
	}
	conv := Conversion{Unit: u.Name, Kind: u.Kind, Basis: ByDefinition, Source: u.Source}
	if times > 1 {
		conv.Unit = countName(times) + " " + u.Name
	}
	switch u.Kind {
	case Mass:
		conv.Each = weight.Grams(u.Factor)
	case AreaUnit:
		return conv, fault.New(fault.Invalid, "catalog.fault.area_unit", unit)
	case Service:
		return conv, fault.New(fault.Invalid, "catalog.fault.service_unit", unit)
	default:
		switch p, known := c.piece(commodity, u.Name); {
		case gramsPerPiece < 0 || gramsPerPiece > maxPiece:
			return conv, fault.New(fault.Invalid, "catalog.fault.piece_weight", unit)
		case gramsPerPiece > 0:
			conv.Piece, conv.Basis, conv.Source = gramsPerPiece, ByLot, ""
		case known:
			conv.Piece, conv.Low, conv.High, conv.Basis, conv.Source = p.Typical, p.Low, p.High, ByCommodity, p.Source
		default:
			return conv, fault.New(fault.Invalid, "catalog.fault.no_weight", unit)
		}
		conv.Each = conv.Piece
	}
	if times > int64(weight.Max/conv.Each) {
		return conv, fault.New(fault.Invalid, "catalog.fault.too_much", weight.Max)
	}
	conv.Each *= weight.Grams(times)
	return conv, nil
}

func countName(n int64) string {
	for _, w := range []string{"đôi", "chục", "tá", "trăm", "nghìn", "vạn", "triệu"} {
		if counts[w] == n {
			return w
		}
	}
	return text.Int(n)
}

// piece is the usual weight of one unit of a commodity. Fruit and bulbs are often
// counted by another word than the list's (trái, củ, cái): a commodity with one kind of
// piece takes it for all of them, boxes and litres apart.
func (c *Catalog) piece(commodity, unit string) (Piece, bool) {
	var only []Piece
	for _, p := range c.pieces[commodity] {
		if p.Unit == unit {
			return p, true
		}
		if loosePiece[p.Unit] {
			only = append(only, p)
		}
	}
	if len(only) == 1 && loosePiece[unit] {
		return only[0], true
	}
	return Piece{}, false
}

var loosePiece = map[string]bool{"quả": true, "củ": true, "cây": true, "con": true, "bắp": true, "chiếc": true}

// PricePerTonne turns a price for one trade unit into đồng per tonne, rounded up for what
// a seller asks (up) and down for what a buyer pays. Faults as in Convert.
func (c *Catalog) PricePerTonne(price money.VND, unit string, gramsPerPiece weight.Grams, commodity string, up bool) (money.PerTonne, error) {
	conv, err := c.conversion(unit, gramsPerPiece, commodity)
	if err != nil {
		return 0, err
	}
	if price < 0 || int64(price) > int64(money.MaxPerTonne) {
		return 0, fault.New(fault.Invalid, "catalog.fault.price")
	}
	n := int64(price) * int64(weight.Tonne) // ≤ 1e10 × 1e6
	p := money.PerTonne(n / int64(conv.Each))
	if up {
		p = money.PerTonne(money.CeilDiv(n, int64(conv.Each)))
	}
	if p > money.MaxPerTonne {
		return 0, fault.New(fault.Invalid, "catalog.fault.price")
	}
	return p, nil
}

// AreaYield is what an area of a commodity usually bears in a year, for an ask-back
// suggestion only: «3 sào bưởi: thường 1,3 – 2,2 tấn». ok is false when no yield is known.
func (c *Catalog) AreaYield(amountMilli int64, unit, commodity string) (low, high weight.Grams, ok bool) {
	u, times, known := c.ReadUnit(unit)
	x, have := c.ByCode(commodity)
	if !known || u.Kind != AreaUnit || !have || x.YieldMin == 0 || amountMilli <= 0 || amountMilli > 1_000_000_000 {
		return 0, 0, false
	}
	// grams per hectare × m² / 10,000: at most 1.1e8 × 1e9 × 1e4 fits after dividing first
	m2 := amountMilli * u.Factor / 1000 * times
	per := func(y weight.Grams) weight.Grams { return y / 10_000 * weight.Grams(m2) }
	low, high = per(x.YieldMin), per(x.YieldMax)
	return low, high, high <= weight.Max
}
