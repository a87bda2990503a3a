package recheck

import (
	"math/big"
	"slices"
)

// Words says a reason in one language, as the sheet of the left-out writes it.
type Words func(reason string) string

// Check reads a plan workbook and, where the workbook names one, its separate proof file.
// The error is for files that cannot be read as a plan; everything else is a finding.
// With words, the sentences of the reasons are compared too (in one of the languages).
func Check(plan, proof []byte, words ...Words) (*Report, error) {
	r := &Report{Objective: new(big.Int), Bound: new(big.Int), GapVND: new(big.Int)}
	d, err := load(r, plan, proof)
	if err != nil {
		return nil, err
	}
	w, ok := rebuild(r, d)
	if !ok {
		return r, nil
	}
	r.Lines = len(d.lines)
	byGroup := w.checkLines(r)
	w.checkGroups(r, byGroup)
	w.checkLeft(r)
	w.checkTotals(r)
	w.checkSheets(r, words)
	return r, nil
}

// used is what the lines take, for every limit that a column or a rule states.
type used struct {
	lot    map[*lot]int64
	pair   map[[2]int]int64
	demand map[int]int64
	source map[int]map[string]bool
	via    map[int]map[string]bool
	capped map[[2]string]int64 // party, commodity
	seen   map[string]bool
}

// checkLines derives every line again and returns the objective by offer index, as grams ×
// đồng per tonne, so that groups can add it up.
func (w *world) checkLines(r *Report) map[int]*big.Int {
	u := used{map[*lot]int64{}, map[[2]int]int64{}, map[int]int64{}, map[int]map[string]bool{}, map[int]map[string]bool{}, map[[2]string]int64{}, map[string]bool{}}
	worth := map[int]*big.Int{}
	for i := range w.lines {
		ln := &w.lines[i]
		where := "line " + ln.Offer + " → " + ln.Demand
		o, dm := w.offerBy[ln.Offer], w.demandBy[ln.Demand]
		if o == nil || dm == nil {
			r.add("line_names", where)
			continue
		}
		at := slices.IndexFunc(o.lots, func(l *lot) bool { return l.class == ln.Class && l.level == ln.Level })
		if at < 0 {
			r.add("line_lot", where, ln.Class, ln.Level)
			continue
		}
		l := o.lots[at]
		via := ln.Via
		if dm.MaxInvoices > 0 && via == "" {
			via = o.Party
		}
		wi := slices.IndexFunc(l.ways, func(x way) bool { return x.d == dm && x.via == via })
		if wi < 0 {
			r.add("line_way", where, ln.Via)
			continue
		}
		w.checkLine(r, ln, l, &l.ways[wi], where)
		key := where + "|" + via + "|" + string(rune('0'+ln.Class)) + "|" + string(rune('0'+ln.Level))
		if u.seen[key] {
			r.add("line_twice", where)
		}
		u.seen[key] = true
		u.lot[l] += ln.Units
		u.pair[[2]int{o.idx, dm.idx}] += ln.Units
		u.demand[dm.idx] += ln.Units
		u.capped[[2]string{o.Party, o.Commodity}] += ln.Units
		mark(u.source, dm.idx, o.Party)
		mark(u.via, dm.idx, via)
		if worth[o.idx] == nil {
			worth[o.idx] = new(big.Int)
		}
		t := big.NewInt(l.ways[wi].gain + o.bonus)
		worth[o.idx].Add(worth[o.idx], t.Mul(t, big.NewInt(ln.Units)))
	}
	w.checkLimits(r, u)
	return worth
}

func mark(m map[int]map[string]bool, k int, s string) {
	if m[k] == nil {
		m[k] = map[string]bool{}
	}
	m[k][s] = true
}

func (w *world) checkLine(r *Report, ln *line, l *lot, x *way, where string) {
	if ln.Units <= 0 || ln.Units > l.units || ln.Grams != ln.Units*l.o.unit {
		r.add("line_quantity", where, ln.Units, ln.Grams)
	}
	gap := int64(ln.Deliver - ln.Pick)
	if ln.Pick < x.hLo || ln.Pick > x.hHi || ln.Deliver < x.dLo || ln.Deliver > x.dHi || gap < x.travel || gap > x.life {
		r.add("line_days", where, ln.Pick.String(), ln.Deliver.String())
	}
	if ln.Gain != x.gain || ln.Reserve != x.reserve || ln.Bonus != l.o.bonus {
		r.add("line_gain", where, ln.Gain, x.gain)
	}
	lo, hi := x.reserve, x.reserve+x.gain
	if x.gain < 0 { // pinned below the alternative: the seller nets all it is worth
		lo = hi
	}
	if ln.Net < lo || ln.Net > hi {
		r.add("line_net", where, ln.Net, lo, hi)
	} else if want := w.pays(x, ln.Net); ln.Pays != want || want > x.price {
		r.add("line_pays", where, ln.Pays, want)
	}
	if ln.Real != (x.d.Ceiling > 0 && (l.o.Floor > 0 || l.o.Trader > 0)) {
		r.add("line_real", where)
	}
}

// checkLimits holds the sums against every column and rule.
func (w *world) checkLimits(r *Report, u used) {
	for _, o := range w.offersX {
		for _, l := range o.lots {
			if u.lot[l] > l.units {
				r.add("offer_oversold", "offer "+o.ID, u.lot[l], l.units)
			}
		}
	}
	for _, dm := range w.demandsX {
		got := u.demand[dm.idx]
		if got > dm.max || got > 0 && got < dm.min {
			r.add("demand_quantity", "demand "+dm.ID, got, dm.min, dm.max)
		}
		if dm.MaxSources > 0 && len(u.source[dm.idx]) > dm.MaxSources {
			r.add("demand_sources", "demand "+dm.ID, len(u.source[dm.idx]), dm.MaxSources)
		}
		if dm.MaxInvoices > 0 && len(u.via[dm.idx]) > dm.MaxInvoices {
			r.add("demand_invoices", "demand "+dm.ID, len(u.via[dm.idx]), dm.MaxInvoices)
		}
	}
	for k, got := range u.pair {
		if o := w.offersX[k[0]]; got > 0 && got < o.minLine {
			r.add("line_small", "offer "+o.ID, got, o.minLine)
		}
	}
	for k, grams := range w.pinned {
		o, dm := w.offerBy[k[0]], w.demandBy[k[1]]
		if got, want := u.pair[[2]int{o.idx, dm.idx}], ceilDiv(grams, o.unit); got < want {
			r.add("pin", "pin "+o.ID+" → "+dm.ID, got, want)
		}
	}
	for _, c := range w.caps {
		if got, most := u.capped[[2]string{c.Party, c.Commodity}], c.Max/w.commodities[c.Commodity].Unit; got > most {
			r.add("cap", "cap "+c.Party, got, most)
		}
	}
}
