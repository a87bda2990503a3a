package matching

import (
	"cmp"
	"slices"
	"sort"
)

// A part is one component in local numbers: what the search works on. Arcs are sorted by
// sink, party, offer, source, so that the lines (offer, sink) and the seats (party, sink)
// are ranges of them.
type part struct {
	p       *Problem
	sources []int // positions in the Problem, ascending
	sinks   []int
	parties []int
	caps    []int // caps whose party has a source here

	changed map[int]int64 // smallest lines that are only tried, by offer

	units []int64 // per source
	party []int   // per source, local
	capBy [][]int // per party: positions in caps
	want  []Sink  // per sink
	arcs  []link
	lines []line
	seats []seat
	leads []lead

	sinkArcs, sinkLines, sinkSeats, sinkLeads []span // per sink
	pins                                      []int  // positions in lines of pinned lines
	rules                                     bool   // is there any yes/no choice?
}

type span struct{ lo, hi int }

// link is an arc; ways are those of a sink that limits its vias, else one way, via -1.
type link struct {
	arc          int // position in the Problem, -1 for one that is only tried
	from         *Arc
	source, sink int
	line         int
	ways         []way
}

type way struct {
	lead int // position in leads, -1 for direct
	via  int
	gain int64 // with the bonus
}

type line struct {
	offer    int // position in the Problem
	sink     int
	seat     int
	arcs     span
	min, pin int64
}

type seat struct {
	sink, party int
	lines       span
}

type lead struct{ sink, via int }

// split cuts the problem into components: what is joined by an arc, by an offer with
// several sources, or by a cap. The order is that of the smallest source.
func split(p *Problem) (parts [][]int, srcPart, sinkPart []int) {
	n := len(p.Sources)
	root := make([]int, n+len(p.Sinks))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	join := func(i, j int) {
		if i, j = find(i), find(j); i < j {
			root[j] = i
		} else {
			root[i] = j
		}
	}
	alive := make([]bool, len(root))
	for _, a := range p.Arcs {
		alive[a.Source], alive[n+a.Sink] = true, true
		join(a.Source, n+a.Sink)
	}
	capped := make(map[int]bool, len(p.Caps))
	for _, c := range p.Caps {
		capped[c.Party] = true
	}
	ofOffer, ofParty := map[int]int{}, map[int]int{}
	for s, src := range p.Sources {
		if !alive[s] {
			continue
		}
		if f, ok := ofOffer[src.Offer]; ok {
			join(f, s)
		} else {
			ofOffer[src.Offer] = s
		}
		if party := p.Offers[src.Offer].Party; capped[party] {
			if f, ok := ofParty[party]; ok {
				join(f, s)
			} else {
				ofParty[party] = s
			}
		}
	}
	srcPart, sinkPart = make([]int, n), make([]int, len(p.Sinks))
	number := map[int]int{}
	for i := range root {
		id := -1
		if alive[i] {
			r := find(i)
			var ok bool
			if id, ok = number[r]; !ok {
				id = len(parts)
				number[r] = id
				parts = append(parts, nil)
			}
		}
		if i < n {
			srcPart[i] = id
		} else {
			sinkPart[i-n] = id
		}
	}
	for i, a := range p.Arcs {
		id := srcPart[a.Source]
		parts[id] = append(parts[id], i)
	}
	return parts, srcPart, sinkPart
}

// newPart makes the local form of the arcs of one component.
func newPart(p *Problem, arcs []int) *part {
	q := &part{p: p}
	srcAt, sinkAt := map[int]int{}, map[int]int{}
	for _, i := range arcs {
		srcAt[p.Arcs[i].Source], sinkAt[p.Arcs[i].Sink] = 0, 0
	}
	q.sources, q.sinks = number(srcAt), number(sinkAt)
	partyAt := map[int]int{}
	for _, s := range q.sources {
		partyAt[p.Offers[p.Sources[s].Offer].Party] = 0
	}
	q.parties = number(partyAt)
	for _, s := range q.sources {
		q.units = append(q.units, p.Sources[s].Units)
		q.party = append(q.party, partyAt[p.Offers[p.Sources[s].Offer].Party])
	}
	q.capBy = make([][]int, len(q.parties))
	for i, c := range p.Caps {
		if at, ok := partyAt[c.Party]; ok {
			q.capBy[at] = append(q.capBy[at], len(q.caps))
			q.caps = append(q.caps, i)
		}
	}
	for _, d := range q.sinks {
		q.want = append(q.want, p.Sinks[d])
	}
	for _, i := range arcs {
		a := &p.Arcs[i]
		q.arcs = append(q.arcs, link{arc: i, from: a, source: srcAt[a.Source], sink: sinkAt[a.Sink]})
	}
	slices.SortFunc(q.arcs, q.order)
	q.group()
	q.findPins()
	return q
}

func (q *part) offer(source int) int { return q.p.Sources[q.sources[source]].Offer }

// order is that of the arcs: by sink, party, offer, source.
func (q *part) order(a, b link) int {
	return cmp.Or(
		cmp.Compare(a.sink, b.sink),
		cmp.Compare(q.party[a.source], q.party[b.source]),
		cmp.Compare(q.offer(a.source), q.offer(b.source)),
		cmp.Compare(a.source, b.source),
	)
}

// minLine is the smallest line of an offer.
func (q *part) minLine(offer int) int64 {
	if m, changed := q.changed[offer]; changed {
		return m
	}
	return q.p.Offers[offer].MinLine
}

// number gives each key of at its rank and returns the keys ascending.
func number(at map[int]int) []int {
	keys := make([]int, 0, len(at))
	for k := range at {
		keys = append(keys, k)
	}
	sort.Ints(keys)
	for i, k := range keys {
		at[k] = i
	}
	return keys
}

// group finds lines, seats and leads in the sorted arcs and fills the ways.
func (q *part) group() {
	n := len(q.sinks)
	q.lines, q.seats, q.leads, q.rules = nil, nil, nil, false
	q.sinkArcs, q.sinkLines = make([]span, n), make([]span, n)
	q.sinkSeats, q.sinkLeads = make([]span, n), make([]span, n)
	direct := make([]way, len(q.arcs)) // one slab for the common case
	at := 0
	for d, w := range q.want {
		q.rules = q.rules || w.Min > 1 || w.MaxParties > 0 || w.MaxVias > 0
		q.sinkArcs[d].lo, q.sinkLines[d].lo = at, len(q.lines)
		q.sinkSeats[d].lo, q.sinkLeads[d].lo = len(q.seats), len(q.leads)
		leadAt := map[int]int{}
		for i := at; i < len(q.arcs) && q.arcs[i].sink == d && w.MaxVias > 0; i++ {
			for _, v := range q.arcs[i].from.Vias {
				leadAt[v.Via] = 0
			}
		}
		for _, v := range number(leadAt) {
			q.leads = append(q.leads, lead{d, v})
		}
		for ; at < len(q.arcs) && q.arcs[at].sink == d; at++ {
			k := &q.arcs[at]
			party, offer := q.party[k.source], q.offer(k.source)
			if s := len(q.seats); s == q.sinkSeats[d].lo || q.seats[s-1].party != party {
				q.seats = append(q.seats, seat{d, party, span{len(q.lines), len(q.lines)}})
			}
			st := len(q.seats) - 1
			if l := len(q.lines); l == q.seats[st].lines.lo || q.lines[l-1].offer != offer {
				min := q.minLine(offer)
				q.lines = append(q.lines, line{offer: offer, sink: d, seat: st, arcs: span{at, at}, min: min})
				q.rules = q.rules || min > 1
			}
			k.line = len(q.lines) - 1
			q.lines[k.line].arcs.hi = at + 1
			q.seats[st].lines.hi = len(q.lines)
			if w.MaxVias == 0 {
				direct[at] = way{lead: -1, via: -1, gain: k.from.Gain + k.from.Bonus}
				k.ways = direct[at : at+1 : at+1]
				continue
			}
			k.ways = make([]way, len(k.from.Vias))
			for i, v := range k.from.Vias {
				k.ways[i] = way{q.sinkLeads[d].lo + leadAt[v.Via], v.Via, v.Gain + k.from.Bonus}
			}
		}
		q.sinkArcs[d].hi, q.sinkLines[d].hi = at, len(q.lines)
		q.sinkSeats[d].hi, q.sinkLeads[d].hi = len(q.seats), len(q.leads)
	}
}

func (q *part) findPins() {
	need := map[[2]int]int64{}
	for _, n := range q.p.Pins {
		k := [2]int{n.Offer, n.Sink}
		need[k] = max(need[k], n.Units)
	}
	for i := range q.lines {
		l := &q.lines[i]
		if l.pin = need[[2]int{l.offer, q.sinks[l.sink]}]; l.pin > 0 {
			q.pins = append(q.pins, i)
		}
	}
}
