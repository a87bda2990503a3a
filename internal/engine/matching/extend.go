package matching

import (
	"slices"

	"github.com/lienket/lienket/mincost"
)

// extended is a component with a change, on the same warm network. What was added is
// closed again by undo and reused by later changes.
type extended struct {
	base, now *tried
	to        []int // new position of each old link
	fresh     []int // links that are new
	lines     []int // lines asked about
}

// extend makes the changed component. Its sources and sinks are the old ones, then those
// that only the change brings in.
func (t *tried) extend(c *Change) *extended {
	x := &extended{base: t, to: make([]int, len(t.q.arcs))}
	q := *t.q
	q.want = slices.Clone(q.want)
	source, sink := position(q.sources), position(q.sinks)
	var more []link
	old := map[pairKey]*Arc{}
	for i := range c.Arcs {
		a := &c.Arcs[i]
		d := sink(a.Sink)
		if d < 0 {
			d = len(q.sinks)
			q.sinks = append(q.sinks[:d:d], a.Sink)
			q.want = append(q.want, q.p.Sinks[a.Sink])
			sink = position(q.sinks)
		}
		s := source(a.Source)
		if s < 0 {
			s = q.addSource(a.Source)
			source = position(q.sources)
		}
		old[pairKey{s, d}] = a
	}
	q.arcs = slices.Clone(q.arcs)
	for i := range q.arcs {
		k := &q.arcs[i]
		if a := old[pairKey{k.source, k.sink}]; a != nil {
			k.from = a
			delete(old, pairKey{k.source, k.sink})
		}
	}
	for key, a := range old {
		more = append(more, link{arc: -1, from: a, source: key.source, sink: key.sink})
	}
	slices.SortFunc(more, q.order)
	q.change(c)
	x.merge(&q, more)
	q.group()
	q.findPins()
	x.now.f = x.flow(&q)
	x.lines = q.asked(c)
	return x
}

// position finds numbers in a list whose beginning may be ascending.
func position(list []int) func(int) int {
	return func(n int) int {
		if i, ok := slices.BinarySearch(list, n); ok {
			return i
		}
		return slices.Index(list, n)
	}
}

func (q *part) addSource(global int) int {
	s := len(q.sources)
	q.sources = append(q.sources[:s:s], global)
	q.units = append(q.units[:s:s], q.p.Sources[global].Units)
	party := q.p.Offers[q.p.Sources[global].Offer].Party
	at := slices.Index(q.parties, party)
	if at < 0 {
		at = len(q.parties)
		q.parties = append(q.parties[:at:at], party)
		q.capBy = append(q.capBy[:at:at], nil)
	}
	q.party = append(q.party[:s:s], at)
	return s
}

// merge puts new links between the old ones.
func (x *extended) merge(q *part, more []link) {
	t := x.base
	all := make([]link, 0, len(q.arcs)+len(more))
	x.now = &tried{q: q, value: t.value, units: make([]int64, 0, cap(all)), via: make([]int, 0, cap(all))}
	put := func(k link, units int64, via int) {
		all = append(all, k)
		x.now.units, x.now.via = append(x.now.units, units), append(x.now.via, via)
	}
	for i, k := range q.arcs {
		for len(more) > 0 && q.order(more[0], k) < 0 {
			x.fresh = append(x.fresh, len(all))
			put(more[0], 0, -1)
			more = more[1:]
		}
		x.to[i] = len(all)
		put(k, t.units[i], t.via[i])
	}
	for _, k := range more {
		x.fresh = append(x.fresh, len(all))
		put(k, 0, -1)
	}
	q.arcs = all
}

// flow lays the changed component on the old one's network.
func (x *extended) flow(q *part) *flow {
	f := *x.base.f
	old := x.base.q
	f.q = q
	f.low, f.pair, f.pairArc = make([]int64, len(q.lines)), make([]int, len(q.lines)), make([]int, len(q.lines))
	f.party, f.partyArc = slices.Clone(f.party), slices.Clone(f.partyArc)
	f.source, f.sourceArc = slices.Clone(f.source), slices.Clone(f.sourceArc)
	f.sink, f.sinkArc = slices.Clone(f.sink), slices.Clone(f.sinkArc)
	for range len(q.parties) - len(f.party) {
		f.party, f.partyArc = append(f.party, 0), append(f.partyArc, -1)
	}
	for i := len(f.source); i < len(q.sources); i++ {
		f.source = append(f.source, f.takeSpare())
		f.sourceArc = append(f.sourceArc, f.arc(f.party[q.party[i]], f.source[i]))
		f.set(f.sourceArc[i], 0, q.units[i])
	}
	for d := len(f.sink); d < len(q.sinks); d++ {
		f.sink = append(f.sink, f.takeSpare())
		f.sinkArc = append(f.sinkArc, f.arc(f.sink[d], 0))
	}
	for i, n := range x.base.f.pair {
		if n > 0 {
			l := q.arcs[x.to[old.lines[i].arcs.lo]].line
			f.pair[l], f.pairArc[l] = n, x.base.f.pairArc[i]
		}
	}
	f.linkArc = make([]int, len(q.arcs))
	for i, n := range x.to {
		f.linkArc[n] = x.base.f.linkArc[i]
	}
	for _, i := range x.fresh {
		k := &q.arcs[i]
		head := f.sink[k.sink]
		if n := f.pair[k.line]; n > 0 {
			head = n
		}
		f.linkArc[i] = f.arc(f.source[k.source], head)
	}
	return &f
}

// undo closes what the change brought and keeps what the network learnt.
func (x *extended) undo() {
	f, g, old := x.now.f, x.base.f, x.base.q
	for _, i := range x.fresh {
		f.set(f.linkArc[i], 0, 0)
	}
	known := make([]bool, len(f.q.lines))
	for i := range old.lines {
		l := f.q.arcs[x.to[old.lines[i].arcs.lo]].line
		known[l] = true
		g.pair[i], g.pairArc[i] = f.pair[l], f.pairArc[l]
	}
	for i, n := range f.pair {
		if n > 0 && !known[i] {
			f.set(f.pairArc[i], 0, 0)
			f.spare = append(f.spare, n)
		}
	}
	for i, n := range x.to {
		g.linkArc[i] = f.linkArc[n]
	}
	for i := len(g.source); i < len(f.source); i++ {
		f.set(f.sourceArc[i], 0, 0)
		f.spare = append(f.spare, f.source[i])
	}
	for d := len(g.sink); d < len(f.sink); d++ {
		f.set(f.sinkArc[d], 0, 0)
		f.spare = append(f.spare, f.sink[d])
	}
	g.spare, g.pivots, g.solves = f.spare, f.pivots, f.solves
}

func (f *flow) takeSpare() int {
	if len(f.spare) == 0 {
		f.addSpares(16)
	}
	v := f.spare[0]
	f.spare = f.spare[1:]
	return v
}

// arc finds or adds a closed arc between two nodes of the network that were not joined
// when the flow was made.
func (f *flow) arc(tail, head int) int {
	key := [2]int{tail, head}
	if a, ok := f.extra[key]; ok {
		return a
	}
	a := f.net.AddArc(tail, head, 0, 0, 0)
	f.extra[key] = a
	return a
}

// least is what every optimal flow gives the offer and the sink beyond the plan: from the
// flow found, as much as possible is led past them along arcs without slack.
func (t *tried) least(a *answer, offer, sink int) (offerExtra, sinkExtra int64) {
	q, f := t.q, t.f
	x, at := f.onNetwork(a)
	for i := range t.units {
		k := &q.arcs[i]
		if q.offer(k.source) == offer {
			offerExtra += a.units[i] - t.units[i]
		}
		if q.sinks[k.sink] == sink {
			sinkExtra += a.units[i] - t.units[i]
		}
	}
	ends, skip := map[int]int64{}, map[int]bool{}
	from := -1
	for i := range q.sources {
		if q.offer(i) == offer {
			from = f.party[q.party[i]]
			skip[f.sourceArc[i]] = true
			if at[from] == at[f.source[i]] {
				ends[f.source[i]] = x[f.sourceArc[i]]
			}
		}
	}
	if from >= 0 {
		offerExtra -= f.past(x, at, from, ends, skip)
	}
	if d := slices.Index(q.sinks, sink); sink >= 0 && d >= 0 && at[f.sink[d]] == 0 {
		arc := f.sinkArc[d]
		sinkExtra -= f.past(x, at, f.sink[d], map[int]int64{0: x[arc]}, map[int]bool{arc: true})
	}
	return offerExtra, sinkExtra
}

// past is the maximum flow over residual arcs without slack from a node to some ends with
// limits, leaving out some arcs. Shortest augmenting paths on few arcs.
func (f *flow) past(x, at []int64, from int, ends map[int]int64, skip map[int]bool) (sum int64) {
	net := f.net.Network()
	type step struct {
		to, back int
		room     int64
	}
	next := make([][]step, len(net.Supply))
	join := func(a, b int, there, back int64) {
		next[a] = append(next[a], step{b, len(next[b]), there})
		next[b] = append(next[b], step{a, len(next[a]) - 1, back})
	}
	for i := range net.Arcs {
		c := &net.Arcs[i]
		if skip[i] || c.Cost+at[c.Tail]-at[c.Head] != 0 || c.Lower == c.Upper || c.Tail == c.Head {
			continue
		}
		room := int64(mincost.MaxAmount)
		if c.Upper != mincost.Infinite {
			room = c.Upper - x[i]
		}
		join(int(c.Tail), int(c.Head), room, x[i]-c.Lower)
	}
	for {
		came := map[int][2]int{from: {-1, -1}} // node → step that led there
		line := []int{from}
		end := -1
		for len(line) > 0 && end < 0 {
			v := line[0]
			line = line[1:]
			if ends[v] > 0 {
				end = v
				break
			}
			for i, s := range next[v] {
				if _, seen := came[s.to]; !seen && s.room > 0 {
					came[s.to] = [2]int{v, i}
					line = append(line, s.to)
				}
			}
		}
		if end < 0 {
			return sum
		}
		most := ends[end]
		for v := end; came[v][0] >= 0; v = came[v][0] {
			most = min(most, next[came[v][0]][came[v][1]].room)
		}
		for v := end; came[v][0] >= 0; v = came[v][0] {
			s := &next[came[v][0]][came[v][1]]
			s.room -= most
			next[v][s.back].room += most
		}
		ends[end] -= most
		sum += most
	}
}
