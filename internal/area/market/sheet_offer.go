package market

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// offer reads one row of «Chào bán».
func (rd *sheetReader) offer(r *sheetRow) {
	unit, _ := r.place(false)
	party, _ := r.party(unit.Key, unit.District)
	goods, found := r.commodity()
	o := Offer{ID: r.id, Party: party, Place: unit.Key, Commodity: goods.code, Variety: goods.variety, Note: short(r.text(colNote)), Source: r.source()}
	if unit.Key == "" {
		r.blocks = true // asked above
	}
	o.From, o.To, o.DaysAssumed = r.days(goods.code)
	var written string
	if found {
		written = r.offered(&o)
	}
	o.Mix = r.mix(o.Firm)
	if found {
		o.Papers = r.papers(&o)
		var at asked
		o.Floor, at = r.price(colFloor, goods.code, written, o.Piece)
		o.Trader, _ = r.price(colTrader, goods.code, written, o.Piece)
		if at.Store {
			r.doubt(colFloor, AskPriceAtUnclear, "")
		}
		if o.Floor == 0 && o.Trader == 0 {
			r.doubt(colFloor, AskPriceMissing, "")
		}
		if o.Firm+o.Forecast > 0 {
			o.MinLine = r.least(colMinLine, written, o.Piece, goods.code, o.Firm+o.Forecast)
		}
	}
	if r.blocks {
		return
	}
	rd.goods.count(goods.code, o.Piece)
	rd.in.Offers = append(rd.in.Offers, o)
}

// offered reads quantity, unit and piece; it returns the unit as folded words.
func (r *sheetRow) offered(o *Offer) string {
	a, fault := readQuantity(r.cell(colQuantity))
	unit := r.unitOf(colQuantity, a.Unit)
	o.Piece = r.piece(unit)
	if !r.amountOK(a, fault, unit, o.Commodity) {
		return unit
	}
	if a.Weighed && a.PieceLow > 0 && o.Piece == 0 {
		o.Piece = weight.Grams(a.PieceLow)
	}
	unit, ok := r.someUnit(unit, a, o.Commodity)
	if !ok {
		return unit
	}
	low, ok1 := r.measure(colQuantity, a.Low, unit, o.Piece, o.Commodity)
	high, ok2 := r.measure(colQuantity, a.High, unit, o.Piece, o.Commodity)
	if !ok1 || !ok2 {
		if !r.blocks {
			r.block(colUnit, AskUnitUnknown, "", unit)
		}
		return unit
	}
	if a.Days > 0 {
		low, high = r.inWindow(low, a.Days, o.From, o.To), r.inWindow(high, a.Days, o.From, o.To)
		r.doubt(colQuantity, AskQuantityPeriod, "", low.Tonnes())
	}
	if high > weight.Max {
		r.refuse(colQuantity, "absurd")
		return unit
	}
	switch {
	case a.UpTo: // nothing of «tối đa 5 tấn» is certain
		o.Firm, o.Forecast = 0, high
		r.doubt(colQuantity, AskQuantityUpTo, "", high.Tonnes())
	default:
		o.Firm, o.Forecast = low, high-low
	}
	if o.Firm+o.Forecast <= 0 {
		r.block(colQuantity, AskQuantityZero, "")
		return unit
	}
	if o.Firm > 2000*weight.Tonne {
		r.doubt(colQuantity, AskQuantityBig, "", o.Firm.Tonnes())
	}
	o.UnitName = r.unitName(unit)
	if !a.Weighed {
		o.Piece = r.rd.goods.each(unit, o.Piece, o.Commodity)
	}
	return unit
}

// unitName is the unit as people write it, also where the file does not.
func (r *sheetRow) unitName(unit string) string {
	if u := r.text(colUnit); u != "" && text.Fold(u) == unit {
		return short(strings.ToLower(u))
	}
	if u, times, ok := r.rd.goods.catalog.ReadUnit(unit); ok && times == 1 {
		return u.Name
	}
	return short(unit)
}

// amountOK deals with cells that state no amount; true when there is one.
func (r *sheetRow) amountOK(a stated, fault amountFault, unit, code string) bool {
	switch fault {
	case amountNegative:
		r.refuse(colQuantity, "negative")
	case amountAbsurd:
		r.refuse(colQuantity, "absurd")
	case amountNone:
		r.block(colQuantity, AskQuantityMissing, "")
	case amountWords:
		r.block(colQuantity, AskQuantityWords, "")
	case amountArea:
		r.block(colQuantity, AskQuantityArea, r.yieldOf(a.Low, a.Unit, code))
	case amountUnclear:
		r.block(colQuantity, AskQuantityUnclear, "")
	default:
		switch {
		case a.High == 0:
			r.block(colQuantity, AskQuantityZero, "")
			return false
		case areaUnits[unit]:
			r.block(colQuantity, AskQuantityArea, r.yieldOf(a.Low, unit, code))
			return false
		}
		if a.Rest != "" {
			r.doubt(colQuantity, AskQuantityPartly, "", a.Rest)
		}
		if a.Doubt && weightUnits[unit] >= 10_000 {
			r.doubt(colQuantity, AskQuantityDoubt, "", text.VI.Fixed(a.Low, 3, 3), unit)
		}
		return true
	}
	return false
}

// yieldOf suggests the harvest of an area: the low end of the catalogue's yield.
func (r *sheetRow) yieldOf(milli int64, unit, code string) string {
	low, high, ok := r.rd.goods.catalog.AreaYield(milli, unit, code)
	if !ok || low <= 0 {
		return ""
	}
	return low.Tonnes() + " – " + high.Tonnes()
}

// someUnit finds a unit where none is written: kilograms for a number that cannot be
// meant otherwise.
func (r *sheetRow) someUnit(unit string, a stated, code string) (string, bool) {
	if unit != "" {
		return unit, true
	}
	c, _ := r.rd.goods.catalog.ByCode(code)
	if a.Low >= 100_000 && text.Fold(c.Unit) == "kg" {
		r.doubt(colUnit, AskUnitMissing, "kg", "kg")
		return "kg", true
	}
	r.block(colUnit, AskUnitMissing, strings.Join([]string{"tấn", "tạ", "kg"}, " | "), "–")
	return "", false
}

// mix reads the class cell or the three columns of shares.
func (r *sheetRow) mix(firm weight.Grams) [4]int64 {
	shares := [4]int64{}
	stated := false
	var sum int64
	fraction := true
	for i, c := range []column{colClass1, colClass2, colClass3} {
		if cellEmpty(r.cell(c)) {
			continue
		}
		n, ok := r.percent(c, false)
		if !ok {
			r.doubt(c, AskClassUnclear, "")
			return [4]int64{1000}
		}
		if n > 100 {
			fraction = false
		}
		stated = true
		shares[i+1] = n
		sum += n
	}
	if !stated {
		mix, fault := readMix(r.text(colClass))
		switch fault {
		case mixUnclear:
			r.doubt(colClass, AskClassUnclear, "")
		case mixSpan:
			r.doubt(colClass, AskClassSpan, "")
		}
		return mix
	}
	if fraction && sum > 0 { // 0,6 and 0,4: shares of one, now in hundredths of a percent
		for i := range shares {
			shares[i] *= 100
		}
		sum *= 100
	}
	switch {
	case sum == 0:
		return [4]int64{1000}
	case sum > 10_000: // tonnes by class, or a slip: in proportion
		if sum < 9_900 || sum > 10_100 {
			r.doubt(colClass1, AskClassSum, "", text.VI.Fixed(sum, 2, 2))
		}
	case sum < 9_900 && shares[1] > 0 && shares[2]+shares[3] > 0:
		r.doubt(colClass1, AskClassSum, "", text.VI.Fixed(sum, 2, 2))
	}
	whole := max(sum, 10_000)
	var mix [4]int64
	rest := int64(1000)
	for i := 1; i < 4; i++ {
		mix[i] = shares[i] * 1000 / whole
		rest -= mix[i]
	}
	if sum >= 9_900 { // what rounding left over goes to the lowest class there is
		for i := 3; i > 0; i-- {
			if mix[i] > 0 {
				mix[i] += rest
				return mix
			}
		}
	}
	mix[0] = rest
	return mix
}

// percent reads a percentage; a number cell formatted as one gives what it shows.
func (r *sheetRow) percent(c column, fraction bool) (bp int64, ok bool) {
	x := r.cell(c)
	if x.Number {
		n, _, fine := x.Milli()
		if !fine || n < 0 || n > 1_000_000_000 {
			return 0, false
		}
		if fraction && n <= 1000 && n > 0 && !strings.HasSuffix(x.Text, "%") {
			return n * 10, true
		}
		return n / 10, true
	}
	return readPercent(x.Text, fraction)
}

// papers reads what an offer holds; what is being applied for or unknown is not held.
func (r *sheetRow) papers(o *Offer) []Paper {
	var out []Paper
	for _, w := range splitPapers(r.cell(colPapers).Text) {
		kinds := r.rd.goods.catalog.PaperKinds(w.Text)
		switch {
		case len(kinds) == 0:
			r.doubt(colPapers, AskPaperUnknown, "", w.Shown)
			continue
		case w.Pending:
			r.doubt(colPapers, AskPaperPending, "", w.Shown)
			continue
		}
		p := Paper{Until: w.Until}
		if w.Until != 0 {
			p.Until = r.bounded(w.Until)
			if w.Until < max(o.From, r.rd.opt.AsOf) {
				r.doubt(colPapers, AskPaperExpired, "", w.Shown, calendar.FormatVI(w.Until))
			}
		}
		if w.Scope != "" {
			g, ok := r.scope(w, o)
			if !ok {
				continue
			}
			p.Scope = g
		}
		for _, kind := range kinds {
			for _, p.Kind = range r.rd.goods.catalog.Covers(kind) {
				if len(out) < maxPapers && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// scope reads how much a paper covers. An area is turned into tonnes by the low end of
// the yield, and asked about.
func (r *sheetRow) scope(w paperWords, o *Offer) (weight.Grams, bool) {
	a, fault := readAmount(w.Scope)
	if fault == amountArea {
		g, _, ok := r.rd.goods.catalog.AreaYield(a.Low, a.Unit, o.Commodity)
		if !ok || g <= 0 || g > weight.Max {
			r.doubt(colPapers, AskPaperScope, "", w.Shown, w.Scope, "0")
			return 0, false
		}
		r.doubt(colPapers, AskPaperScope, g.Tonnes(), w.Shown, w.Scope, g.Tonnes())
		return g, true
	}
	g := weight.Grams(scaleBy(a.Low, weightUnits[a.Unit], 1000))
	if fault != amountOK || g <= 0 || g > weight.Max {
		r.doubt(colPapers, AskPaperScope, "", w.Shown, w.Scope, "0")
		return 0, false
	}
	return g, true
}

var reWeight = regexp.MustCompile(`[0-9][0-9.,]* ?(tan|ta|yen|kg)\b`)

// least reads a smallest delivery or order. A number without a unit that is larger than
// the whole is kilograms.
func (r *sheetRow) least(c column, unit string, piece weight.Grams, code string, all weight.Grams) weight.Grams {
	cell := r.cell(c)
	if cellEmpty(cell) {
		return 0
	}
	a, fault := readQuantity(cell)
	if fault == amountUnclear || fault == amountOK && weightUnits[a.Unit] == 0 { // «1 xe 3,5 tấn»
		if m := reWeight.FindString(unmarked(cell.Text)); m != "" {
			a, fault = readAmount(m)
		}
	}
	switch fault {
	case amountNegative:
		r.refuse(c, "negative")
		return 0
	case amountAbsurd:
		r.refuse(c, "absurd")
		return 0
	case amountOK:
	case amountNone:
		return 0
	default:
		if f := text.Fold(cell.Text); hasWords(f, "khong gioi han") || hasWords(f, "khong") || hasWords(f, "tuy") || hasWords(f, "bao nhieu cung") {
			return 0
		}
		r.doubt(c, AskMinUnclear, "", "0")
		return 0
	}
	u := cmp.Or(a.Unit, r.hintUnit(c), unit)
	g, ok := r.measure(c, a.Low, u, piece, code)
	if !ok {
		r.doubt(c, AskMinUnclear, "", "0")
		return 0
	}
	if g > all && a.Unit == "" {
		if kg := weight.Grams(a.Low); kg <= all {
			r.doubt(c, AskMinUnclear, kg.Kg(), kg.Kg())
			return kg
		}
	}
	if g > all {
		r.doubt(c, AskMinAbove, all.Kg(), g.Kg(), all.Kg())
		return all
	}
	return g
}

// hintUnit is a unit in the brackets of a heading.
func (r *sheetRow) hintUnit(c column) string {
	if u := unitWords(r.hint(c)); weightUnits[u] > 0 {
		return u
	}
	return ""
}
