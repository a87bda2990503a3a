package matching

import "sort"

// fault is a yes/no rule that a flow breaks. Its weight guesses the money at stake.
type fault struct {
	kind   Branch
	sink   int
	line   int   // for Line
	have   int64 // units or count there are
	want   int64 // units or count there should be
	weight Int
}

// load is what a flow brings to each line, seat, lead and sink.
type load struct {
	line, seat, lead, sink []int64
}

func (q *part) loads(a *answer) *load {
	l := &load{make([]int64, len(q.lines)), make([]int64, len(q.seats)), make([]int64, len(q.leads)), make([]int64, len(q.sinks))}
	for i, x := range a.units {
		if x == 0 {
			continue
		}
		k := &q.arcs[i]
		l.line[k.line] += x
		l.seat[q.lines[k.line].seat] += x
		l.sink[k.sink] += x
		if w := k.ways[a.way[i]]; w.lead >= 0 {
			l.lead[w.lead] += x
		}
	}
	return l
}

// faults lists the rules that a flow breaks, by sink. None means that it is a plan.
func (q *part) faults(a *answer, l *load) []fault {
	var list []fault
	for d, w := range q.want {
		if x := l.sink[d]; x > 0 && x < w.Min {
			list = append(list, fault{kind: Serve, sink: d, have: x, want: w.Min, weight: q.worth(a, d, min(x, w.Min-x))})
		}
		if most := w.MaxVias; most > 0 {
			n, small := excess(l.lead[q.sinkLeads[d].lo:q.sinkLeads[d].hi], most)
			if n > most {
				list = append(list, fault{kind: Lead, sink: d, have: int64(n), want: int64(most), weight: q.worth(a, d, small)})
			}
		}
		if most := w.MaxParties; most > 0 {
			n, small := excess(l.seat[q.sinkSeats[d].lo:q.sinkSeats[d].hi], most)
			if n > most {
				list = append(list, fault{kind: Party, sink: d, have: int64(n), want: int64(most), weight: q.worth(a, d, small)})
			}
		}
		for i := q.sinkLines[d].lo; i < q.sinkLines[d].hi; i++ {
			if x, least := l.line[i], q.lines[i].min; x > 0 && x < least {
				list = append(list, fault{kind: Line, sink: d, line: i, have: x, want: least, weight: q.worth(a, d, min(x, least-x))})
			}
		}
	}
	return list
}

// excess counts the positive entries and adds up those beyond the most largest.
func excess(x []int64, most int) (n int, small int64) {
	var pos []int64
	for _, v := range x {
		if v > 0 {
			pos = append(pos, v)
		}
	}
	if len(pos) > most {
		sort.Slice(pos, func(i, j int) bool { return pos[i] > pos[j] })
		for _, v := range pos[most:] {
			small += v
		}
	}
	return len(pos), small
}

// worth is units times the mean gain of what a sink gets: a guess of what is at stake.
func (q *part) worth(a *answer, d int, units int64) (sum Int) {
	var gain Int
	var all int64
	for i := q.sinkArcs[d].lo; i < q.sinkArcs[d].hi; i++ {
		if x := a.units[i]; x > 0 {
			gain.AddMul(x, max(1, q.arcs[i].ways[a.way[i]].gain))
			all += x
		}
	}
	if all > 0 {
		sum.AddMul(units, gain.Div(all))
	}
	return sum
}

// branch chooses what to decide next about a fault; false when all is decided already
// and the fault stays (a sink whose Min is above its Max).
func (q *part) branch(s *state, l *load, f *fault) (choice, bool) {
	switch f.kind {
	case Serve:
		return choice{Serve, f.sink, 0}, s.serve[f.sink] == unset
	case Line:
		return choice{Line, f.line, 0}, s.line[f.line] == unset
	case Party:
		at := largest(l.seat, s.seat, q.sinkSeats[f.sink])
		return choice{Party, at, 0}, at >= 0
	}
	at := largest(l.lead, s.lead, q.sinkLeads[f.sink])
	return choice{Lead, at, 0}, at >= 0
}

// largest is the undecided entry that carries most, -1 when none carries anything.
func largest(x []int64, side []int8, in span) int {
	at := -1
	for i := in.lo; i < in.hi; i++ {
		if side[i] == unset && x[i] > 0 && (at < 0 || x[i] > x[at]) {
			at = i
		}
	}
	return at
}
