package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/engine/matching"
)

// Next steps. For each kind a few candidates are read from the refused pairs; each is
// tried by changing the offer or demand, judging all its pairs again and solving the
// touched part of the market again. A step is shown when the party then has more and the
// whole plan is better (or, for a price, not worse in what it delivers to the party).

const (
	stepsAtMost  = 3 // a letter names no more
	sortKind     = 3 // place of StepSort in the order of kinds
	triesPerKind = 2
	shiftAtMost  = 30      // days
	priceStep    = 500_000 // 500 đ/kg
	priceSellers = 3       // a price is named only when so many stand behind it
)

// stepSearch bounds a trial that cannot start from the present plan: next steps need a
// good plan, not a proven one.
var stepSearch = matching.Work{Nodes: 1, Pivots: 200_000}

// trial is a candidate step with the change that it means.
type trial struct {
	step Step
	make func(*change)
}

// try solves again with a trial; ok when the offer (or demand) at the position gains and
// the whole plan does.
func (pl *Planner) try(t *trial, isOffer bool, at int, now int64) (bool, error) {
	c := newChange()
	t.make(c)
	fresh := c.renewed(pl)
	if !pl.promising(isOffer, at, fresh) {
		return false, nil
	}
	extra, com, err := int64(0), 0, error(nil)
	if isOffer {
		com = pl.stocks[at].com
	} else {
		com = pl.wants[at].com
	}
	if s, ok := c.stocks[at]; ok && !sameLots(s, &pl.stocks[at]) {
		extra, err = pl.anew(c, fresh, at, now)
	} else {
		extra, err = pl.onward(c, fresh, isOffer, at)
	}
	t.step.Grams = weight.Grams(extra) * pl.in.Commodities[com].Unit
	return extra > 0, err
}

// anew solves the touched components from nothing: for an offer whose lots change.
func (pl *Planner) anew(c *change, fresh []pairArcs, at int, now int64) (int64, error) {
	r, ok, err := pl.resolve(c, fresh, stepSearch)
	if err != nil || !ok || r.objective.Cmp(r.before) <= 0 {
		return 0, err
	}
	return r.offer[at] - now, nil
}

// onward asks the engine what the change brings, from the present plan on.
func (pl *Planner) onward(c *change, fresh []pairArcs, isOffer bool, at int) (int64, error) {
	if pl.whatIf == nil {
		pl.whatIf = matching.NewWhatIf(&pl.problem, pl.solved)
	}
	q := matching.Change{Offer: -1, Sink: -1, MinLines: map[int]int64{}, Sinks: map[int]matching.Sink{}}
	if isOffer {
		q.Offer = at
	} else {
		q.Sink = at
	}
	for i, s := range c.stocks {
		if o := pl.offerOf(s); o.MinLine != pl.problem.Offers[i].MinLine {
			q.MinLines[i] = o.MinLine
		}
	}
	for j, w := range c.wants {
		if k := w.sink(); k != pl.problem.Sinks[j] {
			q.Sinks[j] = k
		}
	}
	now := map[[2]int]bool{}
	for _, f := range fresh {
		for _, a := range f.arcs {
			a.Source, a.Sink = pl.stocks[f.offer].firstLot+a.Source, f.want
			q.Arcs = append(q.Arcs, a)
			now[[2]int{a.Source, a.Sink}] = true
		}
	}
	for _, i := range pl.oldArcs(c) {
		a := pl.problem.Arcs[i]
		if now[[2]int{a.Source, a.Sink}] {
			continue
		}
		a.Gain, a.Bonus = -matching.MaxGain, 0 // no longer possible: nobody would use it
		if len(a.Vias) > 0 {
			a.Vias = []matching.Via{{Via: a.Vias[0].Via, Gain: a.Gain}}
		}
		q.Arcs = append(q.Arcs, a)
	}
	pl.worked += pl.weigh(q.Arcs)
	e, err := pl.whatIf.Try(pl.opt.ctx, q)
	switch {
	case err != nil && pl.opt.ctx.Err() != nil:
		return 0, cancelled(err)
	case isPins(err):
		return 0, nil
	case err != nil || e.Gain.Cmp(matching.Int{}) <= 0:
		return 0, err
	case isOffer:
		return e.OfferExtra, nil
	}
	return e.SinkExtra, nil
}

// oldArcs are the present arcs of everything changed, ascending.
func (pl *Planner) oldArcs(c *change) (out []int) {
	for i := range c.stocks {
		for k := pl.arcs.offer[i][0]; k < pl.arcs.offer[i][1]; k++ {
			out = append(out, k)
		}
	}
	for j := range c.wants {
		for _, k := range pl.arcs.ofWant[j] {
			out = append(out, int(k))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// weigh counts the arcs of the components that a change touches.
func (pl *Planner) weigh(arcs []matching.Arc) (n int64) {
	seen := map[int]bool{}
	for _, a := range arcs {
		for _, c := range []int{pl.solved.SourceComponent[a.Source], pl.solved.SinkComponent[a.Sink]} {
			if c >= 0 && !seen[c] {
				seen[c] = true
				for _, d := range pl.solved.Components[c].Sinks {
					n += int64(len(pl.arcs.ofWant[d]))
				}
			}
		}
	}
	return n + 100
}

func sameLots(a, b *stock) bool {
	return slices.EqualFunc(a.lots, b.lots, func(x, y lot) bool { return x.class == y.class && x.units == y.units })
}

// promising spares solving where no new arc can pay: the highest value that supports the
// plan at the other end is not beaten, so the plan would stay as it is.
func (pl *Planner) promising(isOffer bool, at int, fresh []pairArcs) bool {
	for _, f := range fresh {
		if isOffer && f.offer != at || !isOffer && f.want != at {
			continue
		}
		for k := range f.arcs {
			a := &f.arcs[k]
			if isOffer {
				w := &pl.wants[f.want]
				if pl.got[f.want] < w.max || a.Gain+a.Bonus > pl.solved.SinkHigh[f.want] {
					return true
				}
				continue
			}
			s := &pl.stocks[f.offer]
			if src := s.firstLot + a.Source; pl.spare(src) > 0 || a.Gain+a.Bonus > pl.solved.SourceHigh[src] {
				return true
			}
		}
	}
	return false
}

// run tries kind by kind and keeps the first of each that helps. An offer's lots change by
// sorting, so that this trial starts from nothing: it is made only where no other way but
// a price was found.
func (pl *Planner) run(kinds [][]trial, isOffer bool, at int, now int64) (out []Step, err error) {
	var found [6]*Step // by kind
	n := 0
	look := func(kind int) error {
		for i := range kinds[kind][:min(len(kinds[kind]), triesPerKind)] {
			ok, err := pl.try(&kinds[kind][i], isOffer, at, now)
			if err != nil {
				return err
			}
			if ok {
				found[kind] = &kinds[kind][i].step
				n++
				break
			}
		}
		return nil
	}
	order := [...]int{0, 1, 2, sortKind, 4, 5}
	if isOffer {
		order = [...]int{0, 1, 2, 4, sortKind, 5}
	}
	for _, kind := range order {
		if n == stepsAtMost || isOffer && kind == sortKind && n > 0 {
			continue
		}
		if err := look(kind); err != nil {
			return nil, err
		}
	}
	for _, st := range found {
		if st != nil {
			out = append(out, *st)
		}
	}
	return out, nil
}

// sellersOf counts the different parties that offer a commodity.
func (pl *Planner) sellersOf(com int) int {
	seen := map[int]bool{}
	for _, s := range pl.stalls[com].stocks {
		if s.units > 0 {
			seen[s.party] = true
		}
	}
	return len(seen)
}

// replaced puts a changed offer into a change.
func (pl *Planner) replaced(c *change, i int, edit func(*Offer)) {
	o := pl.in.Offers[i]
	edit(&o)
	s := pl.g.stock(i, &o)
	old := &pl.stocks[i]
	s.seller, s.firstLot, s.mayBanned, s.mayPinned = old.seller, old.firstLot, old.mayBanned, old.mayPinned
	c.stocks[i] = &s
}

// papered gives an offer a paper for all of it, or renews the one it has, and puts the
// demands into the change at which its party may lead by it. The lots stay as they are cut;
// each only holds more.
func (pl *Planner) papered(c *change, i int, kind string) {
	s := pl.stocks[i]
	c.stocks[i] = &s
	at := slices.IndexFunc(s.papers, func(p Paper) bool { return p.Kind == kind })
	old := s.papers
	s.papers, s.lots = nil, slices.Clone(s.lots)
	if at >= 0 && old[at].Until != 0 {
		s.papers = slices.Clone(old)
		s.papers[at].Until = 0
	} else {
		s.papers = append(s.papers, Paper{Kind: kind})
		for k, p := range old {
			if k != at {
				s.papers = append(s.papers, p)
			}
		}
		for k := range s.lots {
			if l := &s.lots[k]; at < 0 || l.level <= at {
				l.level++
			}
		}
	}
	if !pl.in.Parties[s.party].leads() {
		return
	}
	st := &pl.stalls[s.com]
	stocks := slices.Clone(st.stocks)
	for k, x := range stocks {
		if x.at == i {
			stocks[k] = &s
		}
	}
	chiefs := pl.g.chiefs(stocks)
	for _, w := range st.wants {
		if w.d.MaxInvoices > 0 && w.max > 0 {
			if n := pl.g.want(w.at, w.d, chiefs); !slices.Equal(n.leads, w.leads) {
				c.wants[w.at] = &n
			}
		}
	}
}

// changed puts a changed demand into a change.
func (pl *Planner) changed(c *change, j int, edit func(*Demand)) {
	d := pl.in.Demands[j]
	d.Papers = slices.Clone(d.Papers)
	edit(&d)
	w := pl.g.want(j, &d, pl.stalls[pl.wants[j].com].chiefs)
	c.wants[j] = &w
}

// led puts one more lead in front of a demand, as if it had the papers.
func (pl *Planner) led(c *change, j int, ch chief) {
	w := pl.wants[j]
	l := pl.g.leadAt(&w, &pl.in.Commodities[w.com], ch, 0)
	w.leads = append(slices.Clone(w.leads), l)
	slices.SortFunc(w.leads, func(a, b leadAt) int { return cmp.Compare(a.seller, b.seller) })
	c.wants[j] = &w
}

// votes counts candidates and gives them by most votes, then key.
type votes[K cmp.Ordered] map[K]int

func (v votes[K]) ranked() []K {
	out := make([]K, 0, len(v))
	for k := range v {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b K) int { return cmp.Or(cmp.Compare(v[b], v[a]), cmp.Compare(a, b)) })
	return out
}

// byCloseness gives shifts by their length, the earlier first.
func (v votes[K]) byCloseness(size func(K) int) []K {
	out := v.ranked()
	slices.SortStableFunc(out, func(a, b K) int { return cmp.Or(cmp.Compare(size(a), size(b)), cmp.Compare(a, b)) })
	return out
}

func abs(n int) int { return max(n, -n) }

// shift is the fewest days an offer's window must move to reach a demand directly; 0 when
// none within shiftAtMost does, or none is needed.
func (pl *Planner) shift(s *stock, w *want) int {
	km, ok := pl.g.km(s.place, w.place)
	if !ok {
		return 0
	}
	p := &pl.in.Params
	life := p.life(pl.in.Commodities[s.com].ShelfDays)
	_, until := s.papersFor(w.d.Papers)
	latest := sooner(w.to, until) - p.travel(km)
	earliest := max(w.from-life, int64(pl.in.AsOf))
	days := int64(0)
	switch {
	case earliest > latest:
		return 0
	case int64(s.o.From) > latest:
		days = latest - int64(s.o.From)
	case s.to < earliest:
		days = earliest - s.to
	}
	if days < -shiftAtMost || days > shiftAtMost {
		return 0
	}
	return int(days)
}

func move(d calendar.Day, by int) calendar.Day { return d + calendar.Day(by) }

// roundUp gives the next whole step of price.
func roundUp(x money.PerTonne) money.PerTonne {
	return money.PerTonne(money.CeilDiv(int64(x), priceStep) * priceStep)
}
