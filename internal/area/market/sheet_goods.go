package market

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// goodsBook looks commodities up once each and remembers how each was counted.
type goodsBook struct {
	catalog *catalog.Catalog
	known   map[string]goodsFound
	pieces  map[string]map[weight.Grams]bool // by commodity; 0 is «by weight»
}

type goodsFound struct {
	code, variety string
	candidates    []string
}

func (b *goodsBook) init(c *catalog.Catalog) {
	b.catalog, b.known, b.pieces = c, map[string]goodsFound{}, map[string]map[weight.Grams]bool{}
}

// find reads «Mặt hàng» and «Giống» together: the variety may name the commodity
// («Bưởi», «Diễn»); what it does not is kept as a folded key.
func (b *goodsBook) find(goods, variety string) (goodsFound, bool) {
	key := goods + "\x00" + variety
	f, seen := b.known[key]
	if !seen {
		f = b.look(goods, variety)
		b.known[key] = f
	}
	return f, f.code != ""
}

func (b *goodsBook) look(goods, variety string) goodsFound {
	if noneWords[unmarked(variety)] {
		variety = ""
	}
	code, key, ok, candidates := b.catalog.MatchVariety(goods, variety)
	if !ok {
		return goodsFound{candidates: candidates}
	}
	return goodsFound{code: code, variety: short(key)}
}

// commodity finds what a row sells or wants.
func (r *sheetRow) commodity() (goodsFound, bool) {
	goods := r.text(colCommodity)
	if goods == "" && r.text(colVariety) != "" {
		goods = r.text(colVariety)
	}
	if goods == "" {
		r.block(colCommodity, AskGoodsMissing, "")
		return goodsFound{}, false
	}
	f, ok := r.rd.goods.find(goods, r.text(colVariety))
	if ok {
		return f, true
	}
	code := AskGoodsUnknown
	if len(f.candidates) > 0 {
		code = AskGoodsAmbiguous
	}
	var names []string
	for _, x := range f.candidates {
		if c, ok := r.rd.goods.catalog.ByCode(x); ok && len(names) < 5 {
			names = append(names, c.NameVI)
		}
	}
	r.block(colCommodity, code, strings.Join(names, " | "), goods)
	return f, false
}

// grams are what so many thousandths of a unit weigh. A unit that is a weight wherever it
// is used needs no catalogue.
func (b *goodsBook) grams(milli int64, unit string, piece weight.Grams, code string) (weight.Grams, catalog.Conversion, error) {
	if w := weightUnits[unit]; w > 0 && milli > 0 && milli < 1e15 {
		if g := weight.Grams(scaleBy(milli, w, 1000)); g > 0 && g <= weight.Max {
			return g, catalog.Conversion{Unit: unit, Kind: catalog.Mass, Each: weight.Grams(w)}, nil
		}
	}
	return b.catalog.Convert(milli, unit, piece, code)
}

// each is what one piece of a unit weighs; 0 for a weight or where nobody knows.
func (b *goodsBook) each(unit string, piece weight.Grams, code string) weight.Grams {
	_, how, err := b.grams(1000, unit, piece, code)
	if err != nil || how.Kind == catalog.Mass {
		return 0
	}
	return how.Piece
}

// measure turns an amount of a unit into grams; it says when a weight per piece had to be
// assumed, and refuses more than any record may carry.
func (r *sheetRow) measure(c column, milli int64, unit string, piece weight.Grams, code string) (weight.Grams, bool) {
	if milli == 0 {
		return 0, true
	}
	g, how, err := r.rd.goods.grams(milli, unit, piece, code)
	var f *fault.Error
	if errors.As(err, &f) && f.Key == "catalog.fault.too_much" || milli > 1e15 {
		r.refuse(c, "absurd")
		return 0, false
	}
	if err != nil {
		return 0, false
	}
	if how.Basis == catalog.ByCommodity {
		r.doubtOnce(c, AskPieceAssumed, "", how.Unit, how.Piece.Kg(), how.Low.Kg(), how.High.Kg())
	}
	return g, true
}

// doubtOnce adds a doubt unless the row has it already.
func (r *sheetRow) doubtOnce(c column, code AskCode, suggestion string, args ...string) {
	for _, a := range slices.Backward(r.rd.asks) {
		if a.Source != r.source() {
			break
		}
		if a.Code == code {
			return
		}
	}
	r.doubt(c, code, suggestion, args...)
}

// piece reads «kg/đơn vị»: of a range the lighter end counts, so that nobody promises
// more than there is.
func (r *sheetRow) piece(unit string) weight.Grams {
	c := r.cell(colPiece)
	if cellEmpty(c) {
		return 0
	}
	a, fault := readQuantity(c)
	if fault == amountNegative {
		r.refuse(colPiece, "negative")
		return 0
	}
	if fault != amountOK || a.Low <= 0 || a.Unit != "" && weightUnits[a.Unit] == 0 && a.Unit != unit {
		if fault != amountNone {
			r.doubt(colPiece, AskPieceUnclear, "")
		}
		return 0
	}
	grams := weightUnits[a.Unit]
	if grams == 0 {
		grams = 1000
		if a.Low >= 20_000 && (unit == "qua" || unit == "trai" || unit == "bap" || unit == "cu") || strings.HasPrefix(r.hint(colPiece), "g") {
			grams = 1 // «800» for a fruit is grams
		}
	}
	if a.High > a.Low {
		r.doubt(colPiece, AskPieceRange, "", weight.Grams(scaleBy(a.Low, grams, 1000)).Kg())
	}
	g := weight.Grams(scaleBy(a.Low, grams, 1000))
	if g > 10*weight.Tonne {
		r.doubt(colPiece, AskPieceUnclear, "")
		return 0
	}
	return g
}

// unitOf is the unit a quantity is in: what stands behind the number, else «ĐVT», else
// the heading's brackets.
func (r *sheetRow) unitOf(c column, written string) string {
	cell := ""
	if !cellEmpty(r.cell(colUnit)) {
		cell = unitWords(r.text(colUnit))
	}
	if written != "" {
		if cell != "" && cell != written && c == colQuantity && !sameUnit(cell, written) {
			r.doubt(colUnit, AskUnitConflict, "", r.text(colUnit), r.text(colQuantity))
		}
		return written
	}
	if cell != "" {
		return cell
	}
	for _, h := range []string{r.hint(c), r.hint(colQuantity)} {
		if i := strings.LastIndex(h, "dvt"); i >= 0 {
			h = h[i+3:]
		}
		if u := unitWords(strings.Trim(h, ": ")); u != "" && (weightUnits[u] > 0 || len(strings.Fields(u)) <= 2 && !strings.ContainsAny(u, "0123456789")) {
			return u
		}
	}
	return ""
}

func sameUnit(a, b string) bool {
	return a == b || weightUnits[a] > 0 && weightUnits[a] == weightUnits[b] || hasWords(a, b) || hasWords(b, a)
}

// list gives the commodities that the records use, with the network unit: the piece where
// all count the same piece, else one kilogram.
func (b *goodsBook) list(in *Input) []Commodity {
	used := map[string]bool{}
	for _, o := range in.Offers {
		used[o.Commodity] = true
	}
	for _, d := range in.Demands {
		used[d.Commodity] = true
	}
	out := make([]Commodity, 0, len(used))
	for code := range used {
		c, ok := b.catalog.ByCode(code)
		if !ok {
			continue
		}
		unit := weight.Kilogram
		if set := b.pieces[code]; len(set) == 1 && !set[0] {
			for g := range set {
				unit = g
			}
		}
		out = append(out, commodityOf(c, unit))
	}
	slices.SortFunc(out, func(x, y Commodity) int { return cmp.Compare(x.Code, y.Code) })
	return out
}

// commodityOf takes over what the plan needs of the catalogue.
func commodityOf(c catalog.Commodity, unit weight.Grams) Commodity {
	return Commodity{
		Code: c.Code, NameVI: c.NameVI, NameEN: c.NameEN, ShelfDays: int64(c.ShelfDays), Cold: c.Cold, Unit: unit,
		RefFloor: c.RefFloor(), RefPrice: c.RefPrice(),
	}
}

// count remembers how a record of a commodity is counted.
func (b *goodsBook) count(code string, piece weight.Grams) {
	if b.pieces[code] == nil {
		b.pieces[code] = map[weight.Grams]bool{}
	}
	b.pieces[code][piece] = true
}

// price reads a price cell as đồng per tonne: rounded up for a seller, down for a buyer.
// The cell may also say where the price is meant.
func (r *sheetRow) price(c column, code, unit string, piece weight.Grams) (p money.PerTonne, a asked) {
	cell := r.cell(c)
	a, fault := readPrice(cell)
	switch fault {
	case priceNone, priceMarket:
		return 0, a
	case priceNegative:
		r.refuse(c, "negative")
		return 0, a
	case priceAbsurd:
		r.refuse(c, "absurd")
		return 0, a
	case priceUnclear:
		r.doubt(c, AskPriceUnclear, "")
		return 0, a
	}
	buyer := r.t.demand
	milli := a.Low
	if buyer {
		milli = a.High
	}
	hint := r.hint(c)
	if !a.Scaled {
		switch {
		case strings.Contains(hint, "nghin") || strings.Contains(hint, "ngan") || strings.Contains(hint, "1000") || strings.Contains(hint, "1.000") || hasWords(text.Fold(hint), "k"):
			milli = satMul(milli, 1000)
			a.Scaled = true
		case strings.Contains(hint, "trieu"):
			milli = satMul(milli, 1_000_000)
			a.Scaled = true
		}
	}
	per, said := a.Per, a.Per != ""
	if !said {
		if m := rePer.FindStringSubmatch(hint); m != nil {
			per, said = m[1], true
		}
	}
	comm, _ := r.rd.goods.catalog.ByCode(code)
	low, high := comm.FarmMin/4, comm.WholeMax*4
	likely := func(p money.PerTonne) bool { return high > 0 && p >= low && p <= high }
	try := func(m int64, u string) (money.PerTonne, bool) {
		g, _, err := r.rd.goods.grams(1000, u, piece, code)
		if err != nil || g <= 0 {
			return 0, false
		}
		if m > 9e15 {
			return money.MaxPerTonne + 1, true
		}
		if buyer {
			return money.PerTonne(money.FloorDiv(m*1000, int64(g))), true
		}
		return money.PerTonne(money.CeilDiv(m*1000, int64(g))), true
	}
	type guess struct {
		m    int64
		unit string
	}
	guesses := []guess{{milli, per}}
	if !said {
		guesses = []guess{{milli, "kg"}}
		if unit != "" && weightUnits[unit] == 0 && !areaUnits[unit] { // a price beside «quả» is for one of them
			guesses = []guess{{milli, unit}, {milli, "kg"}}
		} else if unit != "" && unit != "kg" && !areaUnits[unit] {
			guesses = append(guesses, guess{milli, unit})
		}
	}
	if !a.Scaled && milli < 1_000_000 {
		for _, g := range slices.Clone(guesses) {
			guesses = append(guesses, guess{satMul(g.m, 1000), g.unit})
		}
	}
	for i, g := range guesses {
		v, ok := try(g.m, g.unit)
		if !ok || !likely(v) {
			continue
		}
		if g.m != milli {
			r.doubt(c, AskPriceThousand, text.Int(g.m/1000)+" đ", text.Int(g.m/1000))
		} else if i > 0 || !said && len(guesses) > 1 && g.unit != "kg" {
			r.doubt(c, AskPriceBasis, "", r.unitName(g.unit))
		}
		return r.rangeOf(c, v, a), a
	}
	v, ok := try(guesses[0].m, guesses[0].unit)
	if !ok {
		r.doubt(c, AskPriceUnclear, "")
		return 0, a
	}
	if v > money.MaxPerTonne {
		r.refuse(c, "absurd")
		return 0, a
	}
	r.doubt(c, AskPriceOdd, "", text.Int(int64(v.PerKg())), text.Int(int64(comm.FarmMin.PerKg())), text.Int(int64(comm.WholeMax.PerKg())))
	return r.rangeOf(c, v, a), a
}

// rangeOf tells which end of a written range was taken.
func (r *sheetRow) rangeOf(c column, v money.PerTonne, a asked) money.PerTonne {
	if a.High > a.Low {
		r.doubt(c, AskPriceRange, "", text.Int(int64(v.PerKg())))
	}
	return v
}

// satMul multiplies two numbers ≥ 0 and stops at a number that every check refuses.
func satMul(a, b int64) int64 {
	if a > 9e17/b {
		return 9e17
	}
	return a * b
}
