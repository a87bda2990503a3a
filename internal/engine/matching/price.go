package matching

import (
	"container/heap"

	"github.com/lienket/lienket/mincost"
)

// Prices are read from the residual graph of the final flow, so they do not depend on
// which of several optimal bases the simplex stopped at. A residual arc says that the
// value at one node is at least that at another plus something; how much slack there is
// on the way from and to the root is how far a value can move.

// prices are the lowest and highest duals of a part, in local numbers.
type prices struct {
	sourceLow, sourceHigh, sinkLow, sinkHigh []int64
}

// prices of a plan: its flow with the root at 0. What nothing limits is kept within the
// gains of the source's or sink's own open arcs.
func (f *flow) prices(p *found) prices {
	q := f.q
	f.load(p.state, make([]int, len(q.arcs)))
	g := f.residual(p.answer)
	out := prices{make([]int64, len(q.sources)), make([]int64, len(q.sources)), make([]int64, len(q.sinks)), make([]int64, len(q.sinks))}
	topSource, topSink := make([]int64, len(q.sources)), make([]int64, len(q.sinks))
	for i := range q.arcs {
		if k := &q.arcs[i]; p.way[i] >= 0 {
			gain := k.ways[p.way[i]].gain
			topSource[k.source] = max(topSource[k.source], gain)
			topSink[k.sink] = max(topSink[k.sink], gain)
		}
	}
	down, up := g.far(0, true), g.far(0, false)
	for d := range q.sinks {
		n := f.sink[d]
		floor := int64(0)
		if lo, _ := q.sinkSpan(p.state, d); lo > 0 {
			floor = -topSink[d] // forced to its least, a sink may cost
		}
		out.sinkLow[d] = clamp(lift(-p.at[n], up[n], -1), floor, topSink[d])
		out.sinkHigh[d] = clamp(lift(-p.at[n], down[n], 1), floor, topSink[d])
	}
	base := 0
	for i, party := range q.party { // a capped party is measured from its own node
		if from := f.party[party]; from != base {
			base = from
			down, up = g.far(base, true), g.far(base, false)
		}
		n := f.source[i]
		value := p.at[n] - p.at[base]
		out.sourceLow[i] = clamp(lift(value, down[n], -1), 0, topSource[i])
		out.sourceHigh[i] = clamp(lift(value, up[n], 1), 0, topSource[i])
	}
	return out
}

func clamp(x, lo, hi int64) int64 { return min(max(x, lo), hi) }

// lift is value + sign × slack, kept clear of overflow.
func lift(value, slack int64, sign int64) int64 {
	if slack == mincost.Infinite {
		return sign * (1 << 62)
	}
	return value + sign*slack
}

// residual is a graph of slacks: an edge a → b of length l says that the value at b may
// rise, or that at a may fall, by l before they touch.
type residual struct {
	out, in [][]edge
}

type edge struct {
	to   int32
	cost int64
}

func (f *flow) residual(a *answer) *residual {
	net := f.net.Network()
	g := &residual{make([][]edge, len(net.Supply)), make([][]edge, len(net.Supply))}
	x, at := f.onNetwork(a)
	for i := range net.Arcs {
		c := &net.Arcs[i]
		slack := c.Cost + at[c.Tail] - at[c.Head]
		if x[i] < c.Upper {
			g.add(c.Tail, c.Head, slack)
		}
		if x[i] > c.Lower {
			g.add(c.Head, c.Tail, -slack)
		}
	}
	return g
}

// onNetwork lays an answer on the network as it is now, loaded with the answer's state.
// Pair nodes may have been added since; nothing binds them, so they are worth what their
// sink is.
func (f *flow) onNetwork(a *answer) (x, at []int64) {
	x, at = make([]int64, len(f.net.Network().Arcs)), make([]int64, len(f.net.Network().Supply))
	copy(at, a.at)
	for i, n := range f.pair {
		if n >= len(a.at) {
			at[n] = at[f.sink[f.q.lines[i].sink]]
		}
	}
	for i, units := range a.units {
		if units == 0 {
			continue
		}
		k := &f.q.arcs[i]
		x[f.linkArc[i]] += units
		x[f.sourceArc[k.source]] += units
		x[f.sinkArc[k.sink]] += units
		if p := f.partyArc[f.q.party[k.source]]; p >= 0 {
			x[p] += units
		}
		if f.pair[k.line] > 0 {
			x[f.pairArc[k.line]] += units
		}
	}
	return x, at
}

func (g *residual) add(a, b int32, slack int64) {
	g.out[a] = append(g.out[a], edge{b, max(0, slack)})
	g.in[b] = append(g.in[b], edge{a, max(0, slack)})
}

// far is the shortest way from the base to each node, or against the arrows; Infinite
// where there is none. Dijkstra, lengths are never negative.
func (g *residual) far(base int, against bool) []int64 {
	edges := g.out
	if against {
		edges = g.in
	}
	dist := make([]int64, len(edges))
	for i := range dist {
		dist[i] = mincost.Infinite
	}
	dist[base] = 0
	q := queue{{int32(base), 0}}
	for len(q) > 0 {
		e := heap.Pop(&q).(edge)
		if e.cost > dist[e.to] {
			continue
		}
		for _, n := range edges[e.to] {
			if c := e.cost + n.cost; c < dist[n.to] {
				dist[n.to] = c
				heap.Push(&q, edge{n.to, c})
			}
		}
	}
	return dist
}

type queue []edge

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(edge)) }
func (q *queue) Pop() any {
	x := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return x
}
