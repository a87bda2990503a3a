package matching

import "sort"

// Good plans are found by diving: decide several broken rules at once as the flow and
// its prices suggest, solve again, until nothing is broken. What a dive forced and
// cannot be met is forbidden instead.

// found is a plan: a flow that breaks no rule, optimal for its decisions.
type found struct {
	state *state
	*answer
}

// dive walks from a state down to a plan. It gives up (nil) when the flow is no better
// than goal or nothing fits.
func (h *search) dive(from *state, a *answer, goal *Int, byPrice bool) (*found, error) {
	s := from.clone()
	var forced []choice
	for round := 0; ; round++ {
		if !a.ok {
			if len(forced) == 0 {
				return nil, nil
			}
			for _, c := range forced {
				h.q.decide(s, choice{c.kind, c.at, 0})
			}
			forced = nil
		} else {
			if goal != nil && a.value.Cmp(*goal) <= 0 {
				return nil, nil
			}
			l := h.q.loads(a)
			list := h.q.faults(a, l)
			if len(list) == 0 {
				return &found{s, a}, nil
			}
			var stuck bool
			if forced, stuck = h.round(s, a, l, list, byPrice); stuck {
				return nil, nil
			}
		}
		if h.best != nil && h.spent() { // the first plan is always finished
			return nil, nil
		}
		var err error
		if a, err = h.solve(s); err != nil {
			return nil, err
		}
	}
}

// round decides part of what is broken. It returns what it forced.
func (h *search) round(s *state, a *answer, l *load, list []fault, byPrice bool) (forced []choice, stuck bool) {
	q := h.q
	busy := make([]bool, len(q.sinks))
	var short []fault
	stuck = true
	set := func(c choice) {
		q.decide(s, c)
		stuck = false
		if c.side == 1 {
			forced = append(forced, c)
		}
	}
	for _, f := range list {
		switch {
		case f.kind == Lead:
			busy[f.sink] = true
			for _, i := range h.pickLeads(s, a, l, f.sink) {
				q.decide(s, choice{Lead, i, 1})
				stuck = false
			}
		case f.kind == Party && !busy[f.sink]:
			busy[f.sink], h.seated = true, true
			for _, i := range h.pickSeats(s, a, l, f.sink, byPrice) {
				q.decide(s, choice{Party, i, 1})
				stuck = false
			}
		}
	}
	for _, f := range list {
		switch {
		case busy[f.sink]:
		case f.kind == Serve && s.serve[f.sink] == unset:
			short = append(short, f)
		case f.kind == Line && s.line[f.line] == unset:
			side := int8(0)
			if q.lines[f.line].pin > 0 || 2*f.have >= f.want {
				side = 1
			}
			set(choice{Line, f.line, side})
		}
	}
	// Sinks short of their minimum: close the emptiest third, force the nearly full.
	sort.SliceStable(short, func(i, j int) bool { // have/want ascending
		var x, y Int
		x.AddMul(short[i].have, short[j].want)
		y.AddMul(short[j].have, short[i].want)
		return x.Cmp(y) < 0
	})
	for i, f := range short {
		switch {
		case q.pinnedSink(f.sink) || 5*(f.have/4) >= f.want:
			set(choice{Serve, f.sink, 1})
		case i <= len(short)/3:
			set(choice{Serve, f.sink, 0})
		}
	}
	return forced, stuck
}

func (q *part) pinnedSink(d int) bool {
	for _, i := range q.pins {
		if q.lines[i].sink == d {
			return true
		}
	}
	return false
}

func (q *part) pinnedSeat(i int) bool {
	for _, n := range q.pins {
		if q.lines[n].seat == i {
			return true
		}
	}
	return false
}

// pickSeats chooses which parties fill the free places of a sink: pinned ones, then by
// what they bring now, or by what they could bring at the present prices.
func (h *search) pickSeats(s *state, a *answer, l *load, d int, byPrice bool) []int {
	q := h.q
	worth := make(map[int]Int)
	var open []int
	for i := q.sinkSeats[d].lo; i < q.sinkSeats[d].hi; i++ {
		if s.seat[i] != unset {
			continue
		}
		var v Int
		if !byPrice || q.pinnedSeat(i) {
			v.AddMul(1, l.seat[i])
		} else {
			v.AddMul(1, l.seat[i])
			arcs := span{q.lines[q.seats[i].lines.lo].arcs.lo, q.lines[q.seats[i].lines.hi-1].arcs.hi}
			for k := arcs.lo; k < arcs.hi; k++ {
				if a.way[k] >= 0 {
					r := q.arcs[k].ways[a.way[k]].gain - a.at[h.f.source[q.arcs[k].source]]
					v.AddMul(max(0, r), min(q.units[q.arcs[k].source], q.want[d].Max))
				}
			}
		}
		if v.Cmp(Int{}) > 0 || q.pinnedSeat(i) {
			worth[i] = v
			open = append(open, i)
		}
	}
	sort.SliceStable(open, func(i, j int) bool {
		if x, y := q.pinnedSeat(open[i]), q.pinnedSeat(open[j]); x != y {
			return x
		}
		return worth[open[i]].Cmp(worth[open[j]]) > 0
	})
	return open[:min(len(open), q.want[d].MaxParties-s.seats[d])]
}

// pickLeads chooses vias one by one: each time the one with which the sink, filled at
// the present prices through the vias chosen so far, gains most.
func (h *search) pickLeads(s *state, a *answer, l *load, d int) []int {
	var chosen []int
	for len(chosen) < h.q.want[d].MaxVias-s.leads[d] {
		best, at := Int{}, -1
		for i := h.q.sinkLeads[d].lo; i < h.q.sinkLeads[d].hi; i++ {
			if s.lead[i] != unset {
				continue
			}
			s.lead[i] = 1
			v := h.fill(s, a, d)
			s.lead[i] = unset
			if at < 0 || v.Cmp(best) > 0 || v == best && l.lead[i] > l.lead[at] {
				best, at = v, i
			}
		}
		if at < 0 {
			break
		}
		chosen = append(chosen, at)
		s.lead[at] = 1
	}
	for _, i := range chosen {
		s.lead[i] = unset
	}
	return chosen
}

// fill is what a sink gains when it is filled at the present prices through the vias
// that are chosen, and those only, from as many parties as it may have.
func (h *search) fill(s *state, a *answer, d int) (sum Int) {
	q := h.q
	type part struct{ net, units int64 }
	var by []part
	for i := q.sinkArcs[d].lo; i < q.sinkArcs[d].hi; i++ {
		k := &q.arcs[i]
		l := &q.lines[k.line]
		if s.line[k.line] == 0 || !q.seatOpen(s, l.seat) {
			continue
		}
		gain, ok := int64(0), false
		for _, w := range k.ways {
			if (w.lead < 0 || s.lead[w.lead] == 1) && (!ok || w.gain > gain) {
				gain, ok = w.gain, true
			}
		}
		if net := gain - a.at[h.f.source[k.source]]; ok && net > 0 {
			by = append(by, part{net, q.units[k.source]})
		}
	}
	sort.Slice(by, func(i, j int) bool {
		return by[i].net > by[j].net || by[i].net == by[j].net && by[i].units > by[j].units
	})
	room := q.want[d].Max
	for _, b := range by {
		x := min(room, b.units)
		sum.AddMul(x, b.net)
		room -= x
	}
	return sum
}
