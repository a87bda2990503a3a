package matching

import (
	"context"
	"fmt"
	"slices"
)

// WhatIf answers "and if …?" about a plan by solving the part of the market that a change
// touches again, from the last basis. It is not safe for concurrent use; several are.
type WhatIf struct {
	p      *Problem
	plan   *Plan
	arcs   [][]int // per component
	at     map[pairKey]int
	units  []int64 // per arc of the Problem, as planned
	via    []int
	capped map[int]int // component of each capped party, -1 for none
	lots   [][]int     // sources of each offer
	parts  map[int]*tried
}

type pairKey struct{ source, sink int }

// tried is a component that has been asked about.
type tried struct {
	q     *part
	f     *flow
	units []int64 // per link, as planned
	via   []int
	value Int
	worth *worth // without rules: what units are worth, to see at once what changes nothing
}

// worth is the value of a unit at each source and sink of the Problem, in one optimum.
type worth struct{ source, sink map[int]int64 }

// Change is one question. Offer and Sink (-1 for none) are whose units are told.
type Change struct {
	Offer, Sink int
	Arcs        []Arc         // new pairs, or in place of the pair of the same source and sink
	MinLines    map[int]int64 // another smallest line for an offer
	Sinks       map[int]Sink  // other wishes; where MaxVias comes or goes, Arcs must bring what is then used
}

// Effect is the answer. Extra is what the new plan gives beyond today's: without yes/no
// rules what every best plan gives at least, with rules what the plan found gives. When
// the present plan stays as good as any found, both extras are 0.
type Effect struct {
	OfferExtra, SinkExtra int64
	Gain                  Int  // objective of the new plan minus that of the present one
	Exact                 bool // no yes/no rule: no plan has more
}

// NewWhatIf prepares questions about a plan that Solve made of p.
func NewWhatIf(p *Problem, plan *Plan) *WhatIf {
	w := &WhatIf{
		p: p, plan: plan, arcs: make([][]int, len(plan.Components)), at: make(map[pairKey]int, len(p.Arcs)),
		units: make([]int64, len(p.Arcs)), via: make([]int, len(p.Arcs)), capped: map[int]int{}, lots: make([][]int, len(p.Offers)), parts: map[int]*tried{},
	}
	for s, src := range p.Sources {
		w.lots[src.Offer] = append(w.lots[src.Offer], s)
	}
	for i, a := range p.Arcs {
		c := plan.SourceComponent[a.Source]
		w.arcs[c] = append(w.arcs[c], i)
		w.at[pairKey{a.Source, a.Sink}] = i
	}
	for _, f := range plan.Flows {
		w.units[f.Arc], w.via[f.Arc] = f.Units, f.Via
	}
	for _, c := range p.Caps {
		w.capped[c.Party] = -1
	}
	for s, src := range p.Sources {
		party := p.Offers[src.Offer].Party
		if _, ok := w.capped[party]; ok && plan.SourceComponent[s] >= 0 {
			w.capped[party] = plan.SourceComponent[s]
		}
	}
	return w
}

// Try solves again with a change and tells what it brings.
func (w *WhatIf) Try(ctx context.Context, c Change) (Effect, error) {
	if err := w.check(&c); err != nil {
		return Effect{}, err
	}
	comps, fresh := w.touched(&c)
	if len(comps) != 1 || fresh {
		t, lines, err := w.cold(&c, comps)
		if err != nil || len(t.q.arcs) == 0 {
			return Effect{}, err
		}
		return w.answer(ctx, t, &c, lines)
	}
	t := w.parts[comps[0]]
	if t == nil {
		t = w.open(comps)
		w.parts[comps[0]] = t
	}
	if idle, err := t.idle(ctx, w, &c); idle || err != nil {
		return Effect{Exact: true}, err
	}
	x := t.extend(&c)
	defer x.undo()
	return w.answer(ctx, x.now, &c, x.lines)
}

func (w *WhatIf) check(c *Change) error {
	p := w.p
	if c.Offer >= len(p.Offers) || c.Sink >= len(p.Sinks) {
		return refuse("what if: no offer %d or no sink %d", c.Offer, c.Sink)
	}
	for o, m := range c.MinLines {
		if o < 0 || o >= len(p.Offers) || m < 0 || m > MaxUnits {
			return refuse("what if: smallest line %d of offer %d", m, o)
		}
	}
	small := &Problem{Parties: p.Parties, Offers: p.Offers, Sources: p.Sources, Sinks: p.Sinks, Arcs: c.Arcs}
	if len(c.Sinks) > 0 {
		small.Sinks = slices.Clone(p.Sinks)
		for d, s := range c.Sinks {
			if d < 0 || d >= len(p.Sinks) {
				return refuse("what if: no sink %d", d)
			}
			if s.Max < 0 || s.Max > MaxUnits || s.Min < 0 || s.Min > MaxUnits || s.MaxParties < 0 || s.MaxVias < 0 {
				return refuse("what if: sink %d cannot wish %+v", d, s)
			}
			small.Sinks[d] = s
			for _, i := range w.sinkArcs(d) {
				if a := &p.Arcs[i]; s.MaxVias > 0 && len(a.Vias) == 0 && !slices.ContainsFunc(c.Arcs, a.samePair) {
					return refuse("what if: arc %d has no via, its sink now limits them", i)
				}
			}
		}
	}
	return validateArcs(small)
}

func (a *Arc) samePair(b Arc) bool { return a.Source == b.Source && a.Sink == b.Sink }

func (w *WhatIf) sinkArcs(d int) (list []int) {
	if c := w.plan.SinkComponent[d]; c >= 0 {
		for _, i := range w.arcs[c] {
			if w.p.Arcs[i].Sink == d {
				list = append(list, i)
			}
		}
	}
	return list
}

// touched lists the components that a change joins, ascending. It is fresh when a capped
// party enters the market by it.
func (w *WhatIf) touched(c *Change) (comps []int, fresh bool) {
	add := func(i int) {
		if i >= 0 && !slices.Contains(comps, i) {
			comps = append(comps, i)
		}
	}
	for _, a := range c.Arcs {
		add(w.plan.SinkComponent[a.Sink])
		if at := w.plan.SourceComponent[a.Source]; at >= 0 {
			add(at)
			continue
		}
		offer := w.p.Sources[a.Source].Offer
		if at, ok := w.capped[w.p.Offers[offer].Party]; ok {
			add(at)
			fresh = fresh || at < 0
		}
		for _, s := range w.lots[offer] {
			add(w.plan.SourceComponent[s])
		}
	}
	for d := range c.Sinks {
		add(w.plan.SinkComponent[d])
	}
	for o := range c.MinLines {
		for _, s := range w.lots[o] {
			add(w.plan.SourceComponent[s])
		}
	}
	slices.Sort(comps)
	return comps, fresh
}

// open prepares components as they are planned.
func (w *WhatIf) open(comps []int) *tried {
	var list []int
	t := &tried{}
	for _, c := range comps {
		list = append(list, w.arcs[c]...)
		t.value.Add(w.plan.Components[c].Objective)
	}
	t.q = newPart(w.p, list)
	t.f = newFlow(t.q)
	t.f.addSpares(16)
	for _, k := range t.q.arcs {
		t.units, t.via = append(t.units, w.units[k.arc]), append(t.via, w.via[k.arc])
	}
	return t
}

// cold builds what a change touches from nothing.
func (w *WhatIf) cold(c *Change, comps []int) (t *tried, lines []int, err error) {
	p := *w.p
	p.Arcs = nil
	var from []int // arcs of the Problem
	for _, i := range comps {
		for _, k := range w.arcs[i] {
			a := w.p.Arcs[k]
			if n := slices.IndexFunc(c.Arcs, a.samePair); n >= 0 {
				a = c.Arcs[n]
			}
			p.Arcs, from = append(p.Arcs, a), append(from, k)
		}
	}
	for _, a := range c.Arcs {
		if !slices.ContainsFunc(p.Arcs, a.samePair) {
			p.Arcs, from = append(p.Arcs, a), append(from, -1)
		}
	}
	all := make([]int, len(p.Arcs))
	for i := range all {
		all[i] = i
	}
	t = &tried{q: newPart(&p, all)}
	t.q.change(c)
	t.q.group()
	t.q.findPins()
	t.f = newFlow(t.q)
	for _, i := range comps {
		t.value.Add(w.plan.Components[i].Objective)
	}
	for i := range t.q.arcs {
		k := &t.q.arcs[i]
		units, via := int64(0), -1
		if n := from[k.arc]; n >= 0 {
			units, via = w.units[n], w.via[n]
		}
		t.units, t.via = append(t.units, units), append(t.via, via)
	}
	return t, t.q.asked(c), nil
}

// change puts the tried numbers of sinks and offers in place.
func (q *part) change(c *Change) {
	q.changed = c.MinLines
	for i, d := range q.sinks {
		if to, ok := c.Sinks[d]; ok {
			q.want[i] = to
		}
	}
}

// asked lists the lines about which a change says something.
func (q *part) asked(c *Change) (lines []int) {
	pairs := make(map[[2]int]bool, len(c.Arcs))
	for _, a := range c.Arcs {
		pairs[[2]int{q.p.Sources[a.Source].Offer, a.Sink}] = true
	}
	for i := range q.lines {
		l := &q.lines[i]
		if _, ok := c.MinLines[l.offer]; ok || pairs[[2]int{l.offer, q.sinks[l.sink]}] {
			lines = append(lines, i)
		}
	}
	return lines
}

// answer solves a changed part and compares with the present plan.
func (w *WhatIf) answer(ctx context.Context, t *tried, c *Change, lines []int) (Effect, error) {
	q := t.q
	stay, can := t.stay()
	h := newSearch(ctx, t.f, Work{})
	h.work.Pivots += h.effort() // earlier questions do not count
	if !q.rules {
		a, err := h.solve(h.root)
		if err != nil {
			return Effect{}, err
		}
		if !a.ok {
			return Effect{}, fmt.Errorf("matching: %w", &InfeasiblePins{Proven: true})
		}
		e := Effect{Gain: a.value.Sub(t.value), Exact: true}
		if !can || a.value.Cmp(stay) > 0 {
			e.OfferExtra, e.SinkExtra = t.least(a, c.Offer, c.Sink)
		}
		return e, nil
	}
	if can {
		h.best = &found{nil, &answer{ok: true, units: t.units, value: stay}}
	}
	if err := h.again(t.state(lines), q.sinksOf(c, lines)); err != nil {
		return Effect{}, err
	}
	if h.best == nil {
		return Effect{}, nil
	}
	e := Effect{Gain: h.best.value.Sub(t.value)}
	for i, x := range h.best.units {
		more := x - t.units[i]
		if q.lines[q.arcs[i].line].offer == c.Offer {
			e.OfferExtra += more
		}
		if q.sinks[q.arcs[i].sink] == c.Sink {
			e.SinkExtra += more
		}
	}
	return e, nil
}

// again dives twice: with the present decisions but for the lines asked about, and with
// everything about the sinks asked about open.
func (h *search) again(s *state, sinks []int) error {
	for range 2 {
		a, err := h.solve(s)
		if err != nil {
			return err
		}
		if a.ok && (h.best == nil || a.value.Cmp(h.best.value) > 0) {
			f, err := h.dive(s, a, h.goal(), true)
			if err != nil {
				return err
			}
			h.offer(f)
		}
		for _, d := range sinks {
			h.q.release(s, d)
		}
	}
	return nil
}

func (q *part) sinksOf(c *Change, lines []int) (sinks []int) {
	for i, d := range q.sinks {
		if _, ok := c.Sinks[d]; ok {
			sinks = append(sinks, i)
		}
	}
	for _, l := range lines {
		if d := q.lines[l].sink; !slices.Contains(sinks, d) {
			sinks = append(sinks, d)
		}
	}
	return sinks
}

// idle says that a change brings nothing: without rules, when no pair it brings or alters
// is worth more than what its ends are worth already.
func (t *tried) idle(ctx context.Context, w *WhatIf, c *Change) (bool, error) {
	if t.q.rules || len(t.q.pins) > 0 || len(c.MinLines) > 0 || len(c.Sinks) > 0 {
		return false, nil
	}
	if t.worth == nil {
		a, err := t.f.solve(ctx, t.q.newState())
		if err != nil || !a.ok || a.value != t.value {
			return false, err
		}
		t.worth = &worth{map[int]int64{}, map[int]int64{}}
		for i, s := range t.q.sources {
			t.worth.source[s] = a.at[t.f.source[i]]
		}
		for i, d := range t.q.sinks {
			t.worth.sink[d] = a.at[t.f.sink[i]]
		}
	}
	for i := range c.Arcs {
		a := &c.Arcs[i]
		if n, ok := w.at[pairKey{a.Source, a.Sink}]; ok && w.units[n] > 0 || w.p.Sinks[a.Sink].MaxVias > 0 {
			return false, nil
		}
		if a.Gain+a.Bonus > t.worth.source[a.Source]-t.worth.sink[a.Sink] {
			return false, nil
		}
	}
	return true, nil
}

// stay is what the present plan is worth after the change; can is false when the change
// took a way from it or a rule now forbids it.
func (t *tried) stay() (value Int, can bool) {
	q := t.q
	a := &answer{way: make([]int, len(q.arcs)), units: t.units}
	for i, x := range t.units {
		if x == 0 {
			continue
		}
		k := &q.arcs[i]
		a.way[i] = slices.IndexFunc(k.ways, func(w way) bool { return w.via == t.via[i] })
		if a.way[i] < 0 {
			return value, false
		}
		value.AddMul(x, k.ways[a.way[i]].gain)
	}
	l := q.loads(a)
	for d, x := range l.sink {
		if x > q.want[d].Max {
			return value, false
		}
	}
	return value, len(q.faults(a, l)) == 0
}

// state is the decisions of the present plan, without those about some lines.
func (t *tried) state(without []int) *state {
	q := t.q
	s := q.newState()
	line, sink := make([]int64, len(q.lines)), make([]int64, len(q.sinks))
	for i, x := range t.units {
		if x == 0 {
			continue
		}
		k := &q.arcs[i]
		line[k.line] += x
		sink[k.sink] += x
		if st := q.lines[k.line].seat; q.want[k.sink].MaxParties > 0 && s.seat[st] == unset && s.seats[k.sink] < q.want[k.sink].MaxParties {
			q.decide(s, choice{Party, st, 1})
		}
		for _, w := range k.ways {
			if w.lead >= 0 && w.via == t.via[i] && s.lead[w.lead] == unset && s.leads[k.sink] < q.want[k.sink].MaxVias {
				q.decide(s, choice{Lead, w.lead, 1})
			}
		}
	}
	for i, x := range line {
		if q.lines[i].min > 1 && !slices.Contains(without, i) {
			q.decide(s, choice{Line, i, int8(min(x, 1))})
		}
	}
	for d, x := range sink {
		if q.want[d].Min > 1 {
			q.decide(s, choice{Serve, d, int8(min(x, 1))})
		}
	}
	return s
}
