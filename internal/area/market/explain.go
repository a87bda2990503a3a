package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

// Why somebody is left out. A reason is read from the pairs and from the plan as it
// stands; a next step is shown only after the plan was solved again with it (steps.go).

// left lists who is not, or not wholly, in the plan; steps are looked for later.
func (pl *Planner) left() {
	for i := range pl.stocks {
		if x, ok := pl.leftOffer(i); ok {
			pl.plan.LeftOffers = append(pl.plan.LeftOffers, x)
		}
	}
	for i := range pl.wants {
		if x, ok := pl.leftDemand(i); ok {
			pl.plan.LeftDemands = append(pl.plan.LeftDemands, x)
		}
	}
}

// liveAll counts offers with units and demands with a Max.
func (pl *Planner) liveAll() (n [2]int) {
	for c := range pl.stalls {
		n[0] += pl.stalls[c].live[0]
		n[1] += pl.stalls[c].live[1]
	}
	return n
}

func (pl *Planner) leftOffer(i int) (LeftOut, bool) {
	s := &pl.stocks[i]
	var sent int64
	for k := range s.lots {
		sent += pl.sent[s.firstLot+k]
	}
	if s.units > 0 && sent == s.units {
		return LeftOut{}, false
	}
	x := LeftOut{ID: s.o.ID, Left: s.free - weight.Grams(sent)*pl.in.Commodities[s.com].Unit, Main: WhyNothing}
	if s.units == 0 {
		return x, true
	}
	t := &pl.ofOffer[i]
	x.Counts = t.refused(pl.liveAll()[1] - pl.stalls[s.com].live[1])
	if t.partner >= 0 {
		x.Nearest = pl.wants[t.partner].d.ID
	}
	switch {
	case t.partner < 0:
		x.Main = WhyCommodity
	case t.best < feasible:
		x.Main = rankReason[t.best]
	default:
		x.Main = pl.mainOffer(s)
	}
	return x, true
}

// mainOffer is why an offer with feasible pairs still has units: the rule at the best
// place that still has room, else others bring more everywhere.
func (pl *Planner) mainOffer(s *stock) Reason {
	if most, ok := pl.use.capOf[s.seller]; ok && pl.use.byParty[s.seller] >= most {
		return WhyCap
	}
	main, best := WhyOutbid, int64(0)
	for k := pl.arcs.offer[s.at][0]; k < pl.arcs.offer[s.at][1]; k++ {
		a := &pl.problem.Arcs[k]
		if pl.spare(a.Source) == 0 || pl.got[a.Sink] >= pl.wants[a.Sink].max {
			continue
		}
		if why := pl.keeper(k); why != "" && (main == WhyOutbid || a.Gain+a.Bonus > best) {
			main, best = why, a.Gain+a.Bonus
		}
	}
	return main
}

func (pl *Planner) leftDemand(i int) (LeftOut, bool) {
	w := &pl.wants[i]
	if w.max > 0 && pl.got[i] >= w.max {
		return LeftOut{}, false
	}
	x := LeftOut{ID: w.d.ID, Left: w.d.Quantity - weight.Grams(pl.got[i])*pl.in.Commodities[w.com].Unit, Main: WhyNothing}
	if w.max == 0 {
		return x, true
	}
	t := &pl.ofWant[i]
	x.Counts = t.refused(pl.liveAll()[0] - pl.stalls[w.com].live[0])
	if t.partner >= 0 {
		x.Nearest = pl.stocks[t.partner].o.ID
	}
	switch {
	case t.partner < 0:
		x.Main = WhyCommodity
	case t.best < feasible:
		x.Main = rankReason[t.best]
	default:
		x.Main = pl.mainDemand(w)
	}
	return x, true
}

// mainDemand is why a demand with feasible pairs is not filled.
func (pl *Planner) mainDemand(w *want) Reason {
	main, best := Reason(""), int64(0)
	seen := map[int]bool{}
	var supply int64
	for _, k := range pl.arcs.ofWant[w.at] {
		a := &pl.problem.Arcs[k]
		if !seen[a.Source] {
			seen[a.Source] = true
			supply += pl.problem.Sources[a.Source].Units
		}
		if pl.spare(a.Source) == 0 {
			continue
		}
		if why := pl.keeper(int(k)); why != "" && (main == "" || a.Gain+a.Bonus > best) {
			main, best = why, a.Gain+a.Bonus
		}
	}
	switch {
	case supply < w.min:
		return WhyMinOrder
	case main != "":
		return main
	case supply < w.max:
		return WhyShortage
	}
	return WhyOutbid
}

// Explain gives one left-out offer or demand with its next steps; an offer first when an
// offer and a demand have the same id. Somebody who is wholly in the plan, or unknown, is
// fault.NotFound.
func (pl *Planner) Explain(id string) (LeftOut, error) {
	x, err := pl.ExplainOffer(id)
	if fault.CodeOf(err) == fault.NotFound {
		return pl.ExplainDemand(id)
	}
	return x, err
}

// ExplainOffer is Explain of an offer.
func (pl *Planner) ExplainOffer(id string) (LeftOut, error) {
	return explained(pl.plan.LeftOffers, id, pl.explainOffer)
}

// ExplainDemand is Explain of a demand.
func (pl *Planner) ExplainDemand(id string) (LeftOut, error) {
	return explained(pl.plan.LeftDemands, id, pl.explainDemand)
}

func explained(list []LeftOut, id string, explain func(*LeftOut) error) (LeftOut, error) {
	i := lookup(list, id, func(x *LeftOut) string { return x.ID })
	if i < 0 {
		return LeftOut{}, fault.New(fault.NotFound, "market.fault.not_in_plan", id)
	}
	x := list[i]
	if x.Tried {
		return x, nil
	}
	err := explain(&x)
	return x, err
}

// stepWork bounds the work MakePlan spends on next steps, in arcs solved again. It is
// counted work, so that the same input gives the same steps on any machine.
const stepWork = 6_000_000

// explainAll looks for the steps of those left out, the cheapest to ask about first, until
// the work is spent: so it reaches most of them, and leaves out those in the largest
// components, whom Explain answers when somebody asks.
func (pl *Planner) explainAll() error {
	type asked struct {
		work    int64
		left    *LeftOut
		explain func(*LeftOut) error
	}
	var all []asked
	for i := range pl.plan.LeftOffers {
		x := &pl.plan.LeftOffers[i]
		at := lookup(pl.in.Offers, x.ID, func(o *Offer) string { return o.ID })
		all = append(all, asked{pl.weighStall(pl.stocks[at].com), x, pl.explainOffer})
	}
	for i := range pl.plan.LeftDemands {
		x := &pl.plan.LeftDemands[i]
		at := lookup(pl.in.Demands, x.ID, func(d *Demand) string { return d.ID })
		all = append(all, asked{pl.weighStall(pl.wants[at].com), x, pl.explainDemand})
	}
	slices.SortStableFunc(all, func(a, b asked) int { return cmp.Compare(a.work, b.work) })
	for i, a := range all {
		if pl.worked > stepWork {
			break
		}
		pl.opt.progress(Progress{Stage: StageExplain, Done: i, Total: len(all), Nodes: pl.plan.Totals.Nodes, Pivots: pl.plan.Totals.Pivots})
		if err := a.explain(a.left); err != nil {
			return err
		}
	}
	return nil
}

// weighStall counts the arcs of a commodity.
func (pl *Planner) weighStall(com int) (n int64) {
	for _, w := range pl.stalls[com].wants {
		n += int64(len(pl.arcs.ofWant[w.at]))
	}
	return n
}

// Explain solves the market of one commodity alone to explain one party of a plan whose
// planner is gone: components share nothing, so it finds what the whole plan found.
func Explain(in Input, id string, opts ...Option) (LeftOut, error) {
	in, err := Canonical(in)
	if err != nil {
		return LeftOut{}, err
	}
	code := ""
	if i := lookup(in.Demands, id, func(d *Demand) string { return d.ID }); i >= 0 {
		code = in.Demands[i].Commodity
	}
	if i := lookup(in.Offers, id, func(o *Offer) string { return o.ID }); i >= 0 {
		code = in.Offers[i].Commodity
	}
	pl, err := NewPlanner(in.only(code), opts...)
	if err != nil {
		return LeftOut{}, err
	}
	return pl.Explain(id)
}

// only keeps the offers, demands and rules of one commodity. What the others refuse for
// being other goods is not counted then.
func (in Input) only(code string) Input {
	in.Offers = slices.DeleteFunc(slices.Clone(in.Offers), func(o Offer) bool { return o.Commodity != code })
	in.Demands = slices.DeleteFunc(slices.Clone(in.Demands), func(d Demand) bool { return d.Commodity != code })
	away := func(offer, demand string) bool {
		return lookup(in.Offers, offer, func(o *Offer) string { return o.ID }) < 0 ||
			lookup(in.Demands, demand, func(d *Demand) string { return d.ID }) < 0
	}
	r := &in.Rules
	r.Caps = slices.DeleteFunc(slices.Clone(r.Caps), func(c Cap) bool { return c.Commodity != code })
	r.Pins = slices.DeleteFunc(slices.Clone(r.Pins), func(p Pin) bool { return away(p.Offer, p.Demand) })
	r.Bans = slices.DeleteFunc(slices.Clone(r.Bans), func(b Ban) bool { return away(b.Offer, b.Demand) })
	return in
}
