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
	triesPerKind = 2
	shiftAtMost  = 30      // days
	priceStep    = 500_000 // 500 đ/kg
	priceSellers = 3       // a price is named only when so many stand behind it
)

// stepSearch bounds a trial: next steps need a good plan, not a proven one.
var stepSearch = matching.Work{Nodes: 60, Pivots: 2_000_000}

// trial is a candidate step with the change that it means.
type trial struct {
	step Step
	make func(*change)
}

// try solves again with a trial; ok when the offer (or demand) at the position gains.
func (pl *Planner) try(t *trial, isOffer bool, at int, now int64) (bool, error) {
	c := newChange()
	t.make(c)
	fresh := c.renewed(pl)
	if !pl.promising(isOffer, at, fresh) {
		return false, nil
	}
	r, ok, err := pl.resolve(c, fresh, stepSearch)
	if err != nil || !ok {
		return false, err
	}
	units, com := r.want[at], 0
	if isOffer {
		units, com = r.offer[at], pl.stocks[at].com
	} else {
		com = pl.wants[at].com
	}
	if units <= now || r.objective.Cmp(r.before) <= 0 {
		return false, nil
	}
	t.step.Grams = weight.Grams(units-now) * pl.in.Commodities[com].Unit
	return true, nil
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

// run tries kind by kind and keeps the first of each that helps.
func (pl *Planner) run(kinds [][]trial, isOffer bool, at int, now int64) (out []Step, err error) {
	for _, trials := range kinds {
		for i := range trials[:min(len(trials), triesPerKind)] {
			ok, err := pl.try(&trials[i], isOffer, at, now)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, trials[i].step)
				break
			}
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

// replaced puts a changed offer into a change, and with it the demands for which its
// party becomes or stops being a lead.
func (pl *Planner) replaced(c *change, i int, edit func(*Offer)) {
	o := pl.in.Offers[i]
	o.Papers = slices.Clone(o.Papers)
	edit(&o)
	s := pl.g.stock(i, &o)
	old := &pl.stocks[i]
	s.seller, s.firstLot, s.mayBanned, s.mayPinned = old.seller, old.firstLot, old.mayBanned, old.mayPinned
	c.stocks[i] = &s
	st := &pl.stalls[s.com]
	if !pl.in.Parties[s.party].leads() || slices.EqualFunc(old.papers, s.papers, func(a, b Paper) bool { return a.Kind == b.Kind && a.Until == b.Until }) {
		return
	}
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
