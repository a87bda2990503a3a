package matching

import (
	"context"

	"github.com/lienket/lienket/mincost"
)

// The flow of one state is a circulation: root → capped party → source → sink → root.
// An arc costs minus its gain, so the cheapest circulation is the best plan that keeps
// the decisions and ignores those not taken. A line of several sources that must carry
// something passes a node of its own. Potentials, with the root at 0, are what a unit is
// worth at a node; the duals of docs/plan-file.md are read from them.

// duals are a Dual in local numbers.
type duals struct {
	sink, cap []int64
	line      []lineDual // ascending line, no zeros
}

type lineDual struct {
	line  int
	value int64
}

// answer is the best flow of a state, or what proves that there is none.
type answer struct {
	ok    bool
	way   []int   // per link: the open way, -1 when closed
	units []int64 // per link
	value Int
	duals duals   // when not ok: a direction in which the bound falls for ever
	at    []int64 // per node, the root at 0
}

// flow solves states of one part, each from the basis of the one before. It belongs to
// one goroutine.
type flow struct {
	q                         *part
	net                       *mincost.Solver
	party, source, sink, pair []int // node of each; a party without a cap is the root, a line without a pair node has 0
	linkArc, sinkArc, pairArc []int // network arc of each
	sourceArc, partyArc       []int
	spare                     []int
	extra                     map[[2]int]int // arcs added later, by tail and head
	low                       []int64        // per line, of the last state
	pivots                    int64
	solves                    int
}

func newFlow(q *part) *flow {
	n := mincost.New(1)
	f := &flow{q: q, extra: map[[2]int]int{}, low: make([]int64, len(q.lines)), pair: make([]int, len(q.lines)), pairArc: make([]int, len(q.lines))}
	for i, by := range q.capBy {
		f.party, f.partyArc = append(f.party, 0), append(f.partyArc, -1)
		if len(by) > 0 {
			f.party[i] = n.AddNode(0)
			f.partyArc[i] = n.AddArc(0, f.party[i], 0, q.p.Caps[q.caps[q.tightest(i)]].Units, 0)
		}
	}
	for i, p := range q.party {
		f.source = append(f.source, n.AddNode(0))
		f.sourceArc = append(f.sourceArc, n.AddArc(f.party[p], f.source[i], 0, q.units[i], 0))
	}
	for d := range q.sinks {
		f.sink = append(f.sink, n.AddNode(0))
		f.sinkArc = append(f.sinkArc, n.AddArc(f.sink[d], 0, 0, q.want[d].Max, 0))
	}
	for i := range q.arcs {
		k := &q.arcs[i]
		f.linkArc = append(f.linkArc, n.AddArc(f.source[k.source], f.sink[k.sink], 0, mincost.Infinite, 0))
	}
	f.net = mincost.NewSolver(n)
	for i := range q.lines {
		if l := &q.lines[i]; l.min > 1 && l.arcs.hi-l.arcs.lo > 1 {
			f.addSpares(1 + len(q.lines)/16)
			break
		}
	}
	for _, i := range q.pins {
		f.addPair(i)
	}
	return f
}

// tightest is the cap of a party that binds first, as a position in caps.
func (q *part) tightest(party int) int {
	best := q.capBy[party][0]
	for _, i := range q.capBy[party] {
		if q.p.Caps[q.caps[i]].Units < q.p.Caps[q.caps[best]].Units {
			best = i
		}
	}
	return best
}

// addSpares adds nodes for later pairs, closed off but connected: only new nodes make the
// solver start from scratch, new arcs between connected nodes do not.
func (f *flow) addSpares(n int) {
	for range min(n, 200) {
		v := f.net.AddNode(0)
		f.net.AddArc(f.source[0], v, 0, 0, 0)
		f.spare = append(f.spare, v)
	}
}

// addPair leads the arcs of a line of several sources through a node of its own, where a
// least quantity is needed.
func (f *flow) addPair(i int) {
	l := &f.q.lines[i]
	if l.arcs.hi-l.arcs.lo == 1 || f.pair[i] > 0 {
		return
	}
	f.pair[i] = f.takeSpare()
	for k := l.arcs.lo; k < l.arcs.hi; k++ {
		f.net.SetUpper(f.linkArc[k], 0)
		f.net.SetLower(f.linkArc[k], 0)
		f.linkArc[k] = f.arc(f.source[f.q.arcs[k].source], f.pair[i])
	}
	f.pairArc[i] = f.arc(f.pair[i], f.sink[l.sink])
}

// load edits the network for a state. It returns a line that is closed although it must
// carry something, or -1.
func (f *flow) load(s *state, way []int) (broken int) {
	q := f.q
	q.ways(s, way)
	for i := range q.lines {
		if f.low[i] = q.lineLow(s, i); f.low[i] > 0 {
			l, open := &q.lines[i], false
			for k := l.arcs.lo; k < l.arcs.hi; k++ {
				open = open || way[k] >= 0
			}
			if !open {
				return i
			}
			f.addPair(i)
		}
	}
	for i := range q.arcs {
		k := &q.arcs[i]
		if way[i] < 0 {
			f.set(f.linkArc[i], 0, 0)
			continue
		}
		lo := f.low[k.line]
		if f.pair[k.line] > 0 {
			lo = 0
		}
		f.set(f.linkArc[i], lo, mincost.Infinite)
		if c := -k.ways[way[i]].gain; f.net.Network().Arcs[f.linkArc[i]].Cost != c {
			f.net.SetCost(f.linkArc[i], c)
		}
	}
	for i, n := range f.pair {
		if n > 0 {
			f.set(f.pairArc[i], f.low[i], mincost.Infinite)
		}
	}
	for d := range q.sinks {
		lo, hi := q.sinkSpan(s, d)
		f.set(f.sinkArc[d], min(lo, hi), hi)
	}
	return -1
}

func (f *flow) set(arc int, lo, hi int64) {
	a := &f.net.Network().Arcs[arc]
	if a.Lower != lo {
		f.net.SetLower(arc, lo)
	}
	if a.Upper != hi {
		f.net.SetUpper(arc, hi)
	}
}

// solve answers a state.
func (f *flow) solve(ctx context.Context, s *state) (*answer, error) {
	q := f.q
	f.solves++
	a := &answer{way: make([]int, len(q.arcs))}
	if broken := f.load(s, a.way); broken >= 0 {
		a.duals = q.noDuals()
		a.duals.line = []lineDual{{broken, 1}}
		return a, nil
	}
	r, err := f.net.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	f.pivots += r.Pivots
	if r.Status != mincost.Optimal {
		a.duals, err = f.ray(s, a.way, r.Cut)
		return a, err
	}
	a.ok = true
	a.units = make([]int64, len(q.arcs))
	for i, n := range f.linkArc {
		if a.way[i] >= 0 {
			a.units[i] = r.Flow[n]
			a.value.AddMul(r.Flow[n], q.arcs[i].ways[a.way[i]].gain)
		}
	}
	a.at = r.Potential
	for i := len(a.at) - 1; i >= 0; i-- {
		a.at[i] -= a.at[0]
	}
	a.duals = f.read(a.way, a.at, true)
	return a, nil
}

func (q *part) noDuals() duals {
	return duals{sink: make([]int64, len(q.sinks)), cap: make([]int64, len(q.caps))}
}

// read turns potentials into duals; for a direction gains count as nothing.
func (f *flow) read(way []int, at []int64, gains bool) duals {
	q := f.q
	d := q.noDuals()
	for i := range q.sinks {
		d.sink[i] = -at[f.sink[i]]
	}
	for i, by := range q.capBy {
		if len(by) > 0 {
			d.cap[q.tightest(i)] = max(0, at[f.party[i]])
		}
	}
	for i := range q.lines {
		if f.low[i] == 0 {
			continue
		}
		l := &q.lines[i]
		var z int64
		if n := f.pair[i]; n > 0 {
			z = at[n] - at[f.sink[l.sink]]
		} else {
			for k := l.arcs.lo; k < l.arcs.hi; k++ {
				if way[k] >= 0 {
					z = at[f.source[q.arcs[k].source]] - at[f.sink[l.sink]]
					if gains {
						z -= q.arcs[k].ways[way[k]].gain
					}
				}
			}
		}
		if z > 0 {
			d.line = append(d.line, lineDual{i, z})
		}
	}
	return d
}

// ray turns a cut into a direction in which the bound of the state falls for ever.
func (f *flow) ray(s *state, way []int, cut []int) (duals, error) {
	for _, sign := range []int64{1, -1} {
		at := make([]int64, len(f.net.Network().Supply))
		for _, v := range cut {
			at[v] = sign
		}
		for i := len(at) - 1; i >= 0; i-- {
			at[i] -= at[0]
		}
		d := f.read(way, at, false)
		if f.q.bound(s, way, &d, false).Cmp(Int{}) < 0 {
			return d, nil
		}
	}
	return duals{}, errNoRay
}
