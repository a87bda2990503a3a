package recheck

import (
	"fmt"
	"math/big"
	"slices"
)

// judged are the reasons for a party that could have been in the plan.
var judged = []string{"outbid", "min_order", "max_sources", "max_invoices", "min_line", "cap", "shortage"}

// checkLeft derives who is left out, with how much, and whether the reason can be true.
func (w *world) checkLeft(r *Report) {
	units, grams, got := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for _, ln := range w.lines {
		units[ln.Offer] += ln.Units
		grams[ln.Offer] += ln.Grams
		grams[ln.Demand] += ln.Grams
		got[ln.Demand] += ln.Units
	}
	type want struct {
		id       string
		left     int64
		nothing  bool
		feasible bool
	}
	canO, canD := map[int]bool{}, map[int]bool{}
	for k := range w.feasible {
		canO[k[0]], canD[k[1]] = true, true
	}
	var wants []want
	for _, o := range sortedBy(w.offersX, func(o *offerX) string { return o.ID }) {
		if o.units == 0 || units[o.ID] < o.units {
			wants = append(wants, want{o.ID, o.planned - grams[o.ID], o.units == 0, canO[o.idx]})
		}
	}
	for _, d := range sortedBy(w.demandsX, func(d *demandX) string { return d.ID }) {
		if d.max == 0 || got[d.ID] < d.max {
			wants = append(wants, want{d.ID, d.Quantity - grams[d.ID], d.max == 0, canD[d.idx]})
		}
	}
	if len(wants) != len(w.lefts) {
		r.add("left_count", "left", len(w.lefts), len(wants))
		return
	}
	for i, x := range wants {
		l := w.lefts[i]
		where := "left " + x.id
		if l.ID != x.id || l.Left != x.left {
			r.add("left_quantity", where, l.ID, l.Left, x.left)
			continue
		}
		ok := false
		switch {
		case x.nothing:
			ok = l.Main == "nothing"
		case x.feasible:
			ok = slices.Contains(judged, l.Main)
		case len(w.why[x.id]) == 0:
			ok = l.Main == "commodity"
		default:
			best := "commodity"
			for why := range w.why[x.id] {
				best = further(best, why)
			}
			ok = l.Main == best
		}
		if !ok {
			r.add("left_reason", where, l.Main)
		}
	}
}

func sortedBy[T any](s []T, key func(T) string) []T {
	c := slices.Clone(s)
	slices.SortFunc(c, func(a, b T) int {
		ka, kb := key(a), key(b)
		switch {
		case ka < kb:
			return -1
		case ka > kb:
			return 1
		}
		return 0
	})
	return c
}

// sums are the totals as the reader derives them, by their name in the record.
func (w *world) sums(r *Report) map[string]*big.Int {
	s := map[string]*big.Int{}
	n := func(name string, v int64) {
		if s[name] == nil {
			s[name] = new(big.Int)
		}
		s[name].Add(s[name], big.NewInt(v))
	}
	for _, name := range []string{"offered", "demanded", "matched", "offers", "demands", "offers_matched", "demands_matched", "demands_filled", "lines", "leads", "gain", "sellers_gain", "real_lines"} {
		n(name, 0)
	}
	units := map[string]int64{}
	leads := map[string]bool{}
	gain, sellers := new(big.Int), new(big.Int)
	for _, ln := range w.lines {
		units[ln.Offer] += ln.Units
		units[ln.Demand] += ln.Units
		n("matched", ln.Grams)
		n("lines", 1)
		if ln.Real {
			n("real_lines", 1)
		}
		if ln.Via != "" && !leads[ln.Via] {
			leads[ln.Via] = true
			n("leads", 1)
		}
		g := big.NewInt(ln.Grams)
		gain.Add(gain, new(big.Int).Mul(g, big.NewInt(ln.Gain)))
		sellers.Add(sellers, g.Mul(g, big.NewInt(ln.Net-ln.Reserve)))
	}
	for _, o := range w.offersX {
		n("offered", o.planned)
		if o.units > 0 {
			n("offers", 1)
		}
		if units[o.ID] > 0 {
			n("offers_matched", 1)
		}
	}
	for _, d := range w.demandsX {
		n("demanded", d.Quantity)
		if d.max > 0 {
			n("demands", 1)
		}
		if units[d.ID] > 0 {
			n("demands_matched", 1)
			if units[d.ID] == d.max {
				n("demands_filled", 1)
			}
		}
	}
	s["gain"] = new(big.Int).Div(gain, big.NewInt(1_000_000))
	s["sellers_gain"] = new(big.Int).Div(sellers, big.NewInt(1_000_000))
	s["gap_vnd"] = r.GapVND
	return s
}

// checkTotals compares the totals record with the derived sums.
func (w *world) checkTotals(r *Report) {
	sums := w.sums(r)
	for name, want := range sums {
		got, ok := new(big.Int).SetString(string(w.totals[name]), 10)
		if !ok || got.Cmp(want) != 0 {
			r.add("total", "totals."+name, fmt.Sprint(w.totals[name]), want.String())
		}
	}
	// The claim "at most x ppm better" must not be smaller than what the bounds leave open.
	bound := new(big.Int).Add(r.Objective, new(big.Int).Mul(r.GapVND, big.NewInt(1_000_000)))
	if ppm, ok := new(big.Int).SetString(string(w.totals["gap_ppm"]), 10); !ok {
		r.add("total", "totals.gap_ppm", string(w.totals["gap_ppm"]), "")
	} else if bound.Sign() > 0 {
		low := new(big.Int).Mul(big.NewInt(1_000_000), new(big.Int).Mul(new(big.Int).Sub(r.GapVND, big.NewInt(1)), big.NewInt(1_000_000)))
		low.Div(low, bound)
		if ppm.Cmp(low) < 0 {
			r.add("total", "totals.gap_ppm", ppm.String(), low.String())
		}
	}
}
