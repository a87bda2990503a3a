package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/engine/matching"
)

// Solving a part of the market again with something changed: what a next step would
// bring, and what a rule costs. Only the components that the change touches are solved.

// change is what is different. Stocks and wants stand for those of the same position.
type change struct {
	stocks map[int]*stock
	wants  map[int]*want
	noCap  int // seller whose cap is left out, -1
	noPin  int // position in the problem's pins, -1
}

func newChange() *change {
	return &change{stocks: map[int]*stock{}, wants: map[int]*want{}, noCap: -1, noPin: -1}
}

func (c *change) stock(pl *Planner, i int) *stock {
	if s, ok := c.stocks[i]; ok {
		return s
	}
	return &pl.stocks[i]
}

func (c *change) want(pl *Planner, j int) *want {
	if w, ok := c.wants[j]; ok {
		return w
	}
	return &pl.wants[j]
}

// pairArcs are the new arcs of one pair, lots counted from 0.
type pairArcs struct {
	offer, want int
	arcs        []matching.Arc
}

// renewed judges every pair of a changed offer or demand again.
func (c *change) renewed(pl *Planner) (out []pairArcs) {
	var buf []way
	judge := func(s *stock, w *want) {
		if s.units == 0 || w.max == 0 {
			return
		}
		pl.worked++
		v := pl.g.judge(s, w, buf)
		buf = v.ways
		if v.rank == feasible {
			out = append(out, pairArcs{s.at, w.at, appendArcs(nil, s, w, &v, 0, 0)})
		}
	}
	for _, i := range keys(c.stocks) {
		s := c.stocks[i]
		for _, w := range pl.stalls[s.com].wants {
			judge(s, c.want(pl, w.at))
		}
	}
	for _, j := range keys(c.wants) {
		w := c.wants[j]
		for _, s := range pl.stalls[w.com].stocks {
			if _, done := c.stocks[s.at]; !done {
				judge(s, w)
			}
		}
	}
	slices.SortFunc(out, func(a, b pairArcs) int {
		return cmp.Or(cmp.Compare(a.offer, b.offer), cmp.Compare(a.want, b.want))
	})
	return out
}

func keys[T any](m map[int]T) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// scope is the part of the market that a change touches.
type scope struct {
	offers, wants []int
	comps         []int // components of today's plan, all of whose offers and wants are in
}

// scopeOf gathers the components of the changed, of their new partners, and of everything
// that shares a cap with them.
func (pl *Planner) scopeOf(c *change, fresh []pairArcs) scope {
	comps, offers, wants := map[int]bool{}, map[int]bool{}, map[int]bool{}
	addComp := func(k int) {
		if k < 0 || comps[k] {
			return
		}
		comps[k] = true
		for _, s := range pl.solved.Components[k].Sources {
			offers[pl.lots[s].stock] = true
		}
		for _, d := range pl.solved.Components[k].Sinks {
			wants[d] = true
		}
	}
	addOffer := func(i int) {
		offers[i] = true
		s := &pl.stocks[i]
		addComp(pl.compOfOffer(i))
		if _, capped := pl.use.capOf[s.seller]; capped {
			for _, o := range pl.stalls[s.com].stocks {
				if o.seller == s.seller {
					offers[o.at] = true
					addComp(pl.compOfOffer(o.at))
				}
			}
		}
	}
	addWant := func(j int) { wants[j] = true; addComp(pl.solved.SinkComponent[j]) }
	for i := range c.stocks {
		addOffer(i)
	}
	for j := range c.wants {
		addWant(j)
	}
	for _, f := range fresh {
		addOffer(f.offer)
		addWant(f.want)
	}
	if c.noCap >= 0 {
		for _, o := range pl.stalls[pl.sellers[c.noCap].com].stocks {
			if o.seller == c.noCap {
				addOffer(o.at)
			}
		}
	}
	if c.noPin >= 0 {
		addOffer(pl.problem.Pins[c.noPin].Offer)
	}
	return scope{keys(offers), keys(wants), keys(comps)}
}

// compOfOffer is the component of an offer, -1 when none of its lots has an arc.
func (pl *Planner) compOfOffer(i int) int {
	span := pl.arcs.offer[i]
	if span[0] == span[1] {
		return -1
	}
	return pl.solved.SourceComponent[pl.problem.Arcs[span[0]].Source]
}

// again is the outcome of solving a scope again.
type again struct {
	offer, want map[int]int64 // units of each position of the scope
	objective   matching.Int
	gap         matching.Int
	before      matching.Int // today's objective and gap of the same scope
	beforeGap   matching.Int
}

// resolve solves the scope of a change again. ok is false when pins forbid it.
func (pl *Planner) resolve(c *change, fresh []pairArcs, work matching.Work) (r again, ok bool, err error) {
	sc := pl.scopeOf(c, fresh)
	p, sinks := pl.sub(c, sc, fresh, work)
	pl.worked += int64(len(p.Arcs)) + 100
	res, err := matching.Solve(pl.opt.ctx, p, nil)
	if err != nil {
		if e := pl.opt.ctx.Err(); e != nil {
			return r, false, cancelled(e)
		}
		if isPins(err) {
			return r, false, nil
		}
		return r, false, err
	}
	pl.worked += 20 * res.Pivots
	r.offer, r.want = map[int]int64{}, map[int]int64{}
	for _, f := range res.Flows {
		a := &p.Arcs[f.Arc]
		r.offer[sc.offers[p.Sources[a.Source].Offer]] += f.Units
		r.want[sinks[a.Sink]] += f.Units
	}
	for i := range res.Components {
		r.objective.Add(res.Components[i].Objective)
		r.gap.Add(res.Components[i].Bound.Sub(res.Components[i].Objective))
	}
	for _, k := range sc.comps {
		x := &pl.solved.Components[k]
		r.before.Add(x.Objective)
		r.beforeGap.Add(x.Bound.Sub(x.Objective))
	}
	return r, true, nil
}

// sub writes the problem of a scope: old arcs of unchanged pairs, new arcs of changed ones.
func (pl *Planner) sub(c *change, sc scope, fresh []pairArcs, work matching.Work) (*matching.Problem, []int) {
	p := &matching.Problem{Parties: len(pl.sellers), Work: work}
	sinkAt := make(map[int]int, len(sc.wants))
	for k, j := range sc.wants {
		sinkAt[j] = k
		p.Sinks = append(p.Sinks, c.want(pl, j).sink())
	}
	next := 0 // in fresh
	offerAt := make(map[int]int, len(sc.offers))
	for k, i := range sc.offers {
		s := c.stock(pl, i)
		offerAt[i] = k
		p.Offers = append(p.Offers, pl.offerOf(s))
		first := len(p.Sources)
		for _, l := range s.lots {
			p.Sources = append(p.Sources, matching.Source{Offer: k, Units: l.units})
		}
		if _, changed := c.stocks[i]; !changed {
			for n := pl.arcs.offer[i][0]; n < pl.arcs.offer[i][1]; n++ {
				a := pl.problem.Arcs[n]
				if _, changed := c.wants[a.Sink]; !changed {
					a.Source, a.Sink = first+pl.lots[a.Source].lot, sinkAt[a.Sink]
					p.Arcs = append(p.Arcs, a)
				}
			}
		}
		for ; next < len(fresh) && fresh[next].offer == i; next++ {
			for _, a := range fresh[next].arcs {
				a.Source, a.Sink = first+a.Source, sinkAt[fresh[next].want]
				p.Arcs = append(p.Arcs, a)
			}
		}
	}
	for _, k := range pl.problem.Caps {
		if k.Party != c.noCap {
			p.Caps = append(p.Caps, k)
		}
	}
	for n, pin := range pl.problem.Pins {
		i, inside := offerAt[pin.Offer]
		if j, too := sinkAt[pin.Sink]; inside && too && n != c.noPin {
			p.Pins = append(p.Pins, matching.Pin{Offer: i, Sink: j, Units: pin.Units})
		}
	}
	return p, sc.wants
}
