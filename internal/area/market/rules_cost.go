package market

import (
	"errors"
	"math/big"
	"slices"

	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/engine/matching"
)

// What the rules of people cost, and which pairs the yes/no rules keep apart.

func isPins(err error) bool {
	var p *matching.InfeasiblePins
	return errors.As(err, &p)
}

// priceRules solves the touched part of the market without each rule in turn.
func (pl *Planner) priceRules() error {
	r := &pl.in.Rules
	for i, k := range r.Caps {
		c := newChange()
		if c.noCap = pl.sellerOf(pl.g.coms[k.Commodity], pl.g.people[k.Party]); c.noCap < 0 {
			pl.plan.RuleCosts = append(pl.plan.RuleCosts, RuleCost{Rule: "cap", Index: i})
			continue
		}
		if err := pl.priceRule("cap", i, c, nil); err != nil {
			return err
		}
	}
	for i := range r.Bonuses {
		if err := pl.priceBonus(i); err != nil {
			return err
		}
	}
	for i, p := range r.Pins {
		if err := pl.pricePair("pin", i, p.Offer, p.Demand); err != nil {
			return err
		}
	}
	for i, b := range r.Bans {
		if err := pl.pricePair("ban", i, b.Offer, b.Demand); err != nil {
			return err
		}
	}
	return nil
}

func (pl *Planner) work() matching.Work {
	return matching.Work{Nodes: pl.in.Params.Nodes, Pivots: pl.in.Params.Pivots}
}

// priceRule solves without a rule; cost and gap are in what the plan maximises.
func (pl *Planner) priceRule(rule string, i int, c *change, fresh []pairArcs) error {
	r, ok, err := pl.resolve(c, fresh, pl.work())
	if err != nil || !ok {
		return err
	}
	unit := int64(1)
	switch {
	case c.noCap >= 0:
		unit = int64(pl.in.Commodities[pl.sellers[c.noCap].com].Unit)
	default:
		for _, s := range c.stocks {
			unit = int64(pl.in.Commodities[s.com].Unit)
		}
	}
	cost, gap := r.objective.Sub(r.before), r.gap
	gap.Add(r.beforeGap)
	pl.plan.RuleCosts = append(pl.plan.RuleCosts, RuleCost{
		Rule: rule, Index: i,
		Cost: max(0, vnd(cost, unit, false)), Gap: vnd(gap, unit, true),
	})
	return nil
}

// vnd turns units × đồng per tonne into đồng, down or up.
func vnd(x matching.Int, unit int64, up bool) money.VND {
	b := new(big.Int).Mul(x.Big(), big.NewInt(unit))
	if up {
		return money.VND(ceilDiv(b, big.NewInt(1e6)))
	}
	return money.VND(-ceilDiv(b.Neg(b), big.NewInt(1e6)))
}

// pricePair solves without a pin or a ban: the pair is judged as any other.
func (pl *Planner) pricePair(rule string, i int, offer, demand string) error {
	o := lookup(pl.in.Offers, offer, func(x *Offer) string { return x.ID })
	d := lookup(pl.in.Demands, demand, func(x *Demand) string { return x.ID })
	pair := [2]int{o, d}
	if rule == "pin" {
		pin := pl.g.pinned[pair]
		delete(pl.g.pinned, pair)
		defer func() { pl.g.pinned[pair] = pin }()
	} else {
		delete(pl.g.banned, pair)
		defer func() { pl.g.banned[pair] = true }()
	}
	c := newChange()
	s := pl.stocks[o]
	c.stocks[o] = &s
	if rule == "pin" {
		c.noPin = slices.IndexFunc(pl.problem.Pins, func(p matching.Pin) bool { return p.Offer == o && p.Sink == d })
	}
	return pl.priceRule(rule, i, c, c.renewed(pl))
}

// priceBonus solves without one bonus. The cost is in what the plan maximises without it,
// so it is what the preference took from everybody together.
func (pl *Planner) priceBonus(i int) error {
	b := pl.in.Rules.Bonuses[i]
	rules := pl.in.Rules
	rules.Bonuses = slices.Delete(slices.Clone(rules.Bonuses), i, i+1)
	paid := map[int]bool{} // offers that get it
	p := pl.problem
	p.Arcs = slices.Clone(p.Arcs)
	touched := map[int]bool{}
	for k := range p.Arcs {
		s := &pl.stocks[pl.lots[p.Arcs[k].Source].stock]
		if n := bonus(&pl.in.Parties[s.party], &rules); n != s.bonus {
			p.Arcs[k].Bonus = int64(n)
			paid[s.at] = true
			touched[pl.solved.SourceComponent[p.Arcs[k].Source]] = true
		}
	}
	p.Arcs = slices.DeleteFunc(p.Arcs, func(a matching.Arc) bool { return !touched[pl.solved.SourceComponent[a.Source]] })
	p.Pins = slices.DeleteFunc(slices.Clone(p.Pins), func(n matching.Pin) bool { return !touched[pl.compOfOffer(n.Offer)] })
	res, err := pl.solve(&p, nil)
	if err != nil {
		return err
	}
	cost, gap := new(big.Int), new(big.Int)
	add := func(to *big.Int, x matching.Int, unit int64) {
		to.Add(to, new(big.Int).Mul(x.Big(), big.NewInt(unit)))
	}
	for k := range res.Components {
		c := &res.Components[k]
		unit := int64(pl.in.Commodities[pl.stocks[pl.lots[c.Sources[0]].stock].com].Unit)
		add(cost, c.Objective, unit)
		add(gap, c.Bound.Sub(c.Objective), unit)
	}
	for k := range touched {
		c := &pl.solved.Components[k]
		unit := int64(pl.in.Commodities[pl.stocks[pl.lots[c.Sources[0]].stock].com].Unit)
		add(cost, c.Objective.Neg(), unit)
		add(gap, c.Bound.Sub(c.Objective), unit)
	}
	for _, f := range pl.solved.Flows { // today's objective held the bonus: give it back
		s := &pl.stocks[pl.lots[pl.problem.Arcs[f.Arc].Source].stock]
		if paid[s.at] {
			var x matching.Int
			x.AddMul(int64(b.PerTonne), f.Units)
			add(cost, x, int64(pl.in.Commodities[s.com].Unit))
		}
	}
	pl.plan.RuleCosts = append(pl.plan.RuleCosts, RuleCost{
		Rule: "bonus", Index: i,
		Cost: money.VND(max(0, -ceilDiv(new(big.Int).Neg(cost), big.NewInt(1e6)))), Gap: money.VND(ceilDiv(gap, big.NewInt(1e6))),
	})
	return nil
}
