package matching

// unset marks a decision that is not taken.
const unset = int8(-1)

// state holds the decisions of one node of the search, or of an incumbent.
type state struct {
	serve, line, seat, lead []int8 // per sink, line, seat, lead: unset, 0, 1
	seats, leads            []int  // per sink: how many seats and leads are 1
}

func (q *part) newState() *state {
	s := &state{
		serve: make([]int8, len(q.sinks)), line: make([]int8, len(q.lines)),
		seat: make([]int8, len(q.seats)), lead: make([]int8, len(q.leads)),
		seats: make([]int, len(q.sinks)), leads: make([]int, len(q.sinks)),
	}
	for _, d := range [][]int8{s.serve, s.line, s.seat, s.lead} {
		for i := range d {
			d[i] = unset
		}
	}
	return s
}

func (s *state) clone() *state {
	c := &state{}
	c.copyFrom(s)
	return c
}

func (s *state) copyFrom(f *state) {
	s.serve = append(s.serve[:0], f.serve...)
	s.line = append(s.line[:0], f.line...)
	s.seat = append(s.seat[:0], f.seat...)
	s.lead = append(s.lead[:0], f.lead...)
	s.seats = append(s.seats[:0], f.seats...)
	s.leads = append(s.leads[:0], f.leads...)
}

// choice is one decision in local numbers: at is a sink, line, seat or lead.
type choice struct {
	kind Branch
	at   int
	side int8
}

func (q *part) decide(s *state, c choice) {
	switch c.kind {
	case Serve:
		s.serve[c.at] = c.side
	case Line:
		s.line[c.at] = c.side
	case Party:
		s.seats[q.seats[c.at].sink] += int(max(c.side, 0)) - int(max(s.seat[c.at], 0))
		s.seat[c.at] = c.side
	case Lead:
		s.leads[q.leads[c.at].sink] += int(max(c.side, 0)) - int(max(s.lead[c.at], 0))
		s.lead[c.at] = c.side
	}
}

// release forgets all decisions about one sink.
func (q *part) release(s *state, d int) {
	s.serve[d] = unset
	for i := q.sinkLines[d].lo; i < q.sinkLines[d].hi; i++ {
		s.line[i] = unset
	}
	for i := q.sinkSeats[d].lo; i < q.sinkSeats[d].hi; i++ {
		s.seat[i] = unset
	}
	for i := q.sinkLeads[d].lo; i < q.sinkLeads[d].hi; i++ {
		s.lead[i] = unset
	}
	s.seats[d], s.leads[d] = 0, 0
}

func (q *part) seatOpen(s *state, i int) bool {
	d := q.seats[i].sink
	most := q.want[d].MaxParties
	return s.seat[i] == 1 || s.seat[i] == unset && (most == 0 || s.seats[d] < most)
}

func (q *part) leadOpen(s *state, i int) bool {
	d := q.leads[i].sink
	return s.lead[i] == 1 || s.lead[i] == unset && s.leads[d] < q.want[d].MaxVias
}

// ways fills in the best open way of each arc: the position in its ways, -1 when it is
// closed. Of equally good ways the smallest via is taken.
func (q *part) ways(s *state, way []int) {
	for d := range q.sinks {
		arcs := q.sinkArcs[d]
		if s.serve[d] == 0 {
			for i := arcs.lo; i < arcs.hi; i++ {
				way[i] = -1
			}
			continue
		}
		for n := q.sinkSeats[d].lo; n < q.sinkSeats[d].hi; n++ {
			open := q.seatOpen(s, n)
			for l := q.seats[n].lines.lo; l < q.seats[n].lines.hi; l++ {
				open := open && s.line[l] != 0
				for i := q.lines[l].arcs.lo; i < q.lines[l].arcs.hi; i++ {
					if way[i] = -1; open {
						way[i] = q.best(s, &q.arcs[i])
					}
				}
			}
		}
	}
}

func (q *part) best(s *state, k *link) int {
	if k.ways[0].lead < 0 {
		return 0
	}
	at := -1
	for i := range k.ways {
		if w := &k.ways[i]; (at < 0 || w.gain > k.ways[at].gain) && q.leadOpen(s, w.lead) {
			at = i
		}
	}
	return at
}

// sinkSpan is the least and the most a sink takes under the decisions.
func (q *part) sinkSpan(s *state, d int) (lo, hi int64) {
	switch s.serve[d] {
	case 0:
		return 0, 0
	case 1:
		return q.want[d].Min, q.want[d].Max
	}
	return 0, q.want[d].Max
}

// lineLow is the least a line must carry under the decisions.
func (q *part) lineLow(s *state, i int) int64 {
	l := &q.lines[i]
	if s.line[i] == 1 {
		return max(l.pin, l.min)
	}
	return l.pin
}
