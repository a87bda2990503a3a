package market

import (
	"math"

	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/engine/matching"
)

// A blocking pair would both gain by leaving the plan at its proposed prices. Without
// yes/no rules there is none: the prices are in the core (a property test holds that).
// With them each is listed with the rule that keeps it apart.

// block fills Plan.Blocking from the lines.
func (pl *Planner) block() {
	ofLot, ofWant := pl.has()
	for k := range pl.problem.Arcs {
		a := &pl.problem.Arcs[k]
		pl.blockPair(a.Source, a.Sink, a.Gain, ofLot, ofWant, func() Reason { return pl.whyBlocked(k) })
	}
	pl.blockBanned(ofLot, ofWant)
}

// has is what the last unit of each lot and of each demand has in the plan, a tonne: the
// worst of its lines, and nothing while it has units left.
func (pl *Planner) has() (ofLot, ofWant []money.PerTonne) {
	ofLot, ofWant = make([]money.PerTonne, len(pl.lots)), make([]money.PerTonne, len(pl.wants))
	for i := range ofLot {
		if pl.spare(i) == 0 {
			ofLot[i] = math.MaxInt64
		}
	}
	for j := range ofWant {
		if pl.got[j] >= pl.wants[j].max {
			ofWant[j] = math.MaxInt64
		}
	}
	for _, f := range pl.solved.Flows {
		a := &pl.problem.Arcs[f.Arc]
		gain := pl.gainOf(a, f.Via)
		reserve := money.PerTonne(0)
		sellers := propose(reserve, gain, pl.solved.SourceLow[a.Source], pl.solved.SourceHigh[a.Source])
		ofLot[a.Source] = min(ofLot[a.Source], sellers)
		ofWant[a.Sink] = min(ofWant[a.Sink], gain-sellers)
	}
	return ofLot, ofWant
}

// gainOf an arc through a via.
func (pl *Planner) gainOf(a *matching.Arc, via int) money.PerTonne {
	for _, v := range a.Vias {
		if v.Via == via {
			return money.PerTonne(v.Gain)
		}
	}
	return money.PerTonne(a.Gain)
}

func (pl *Planner) blockPair(source, sink int, gain int64, ofLot, ofWant []money.PerTonne, why func() Reason) {
	worth := money.PerTonne(gain) - ofLot[source] - ofWant[sink]
	if worth <= 0 {
		return
	}
	s := &pl.stocks[pl.lots[source].stock]
	l := s.lots[pl.lots[source].lot]
	pl.plan.Blocking = append(pl.plan.Blocking, Blocking{
		Offer: s.o.ID, Demand: pl.wants[sink].d.ID,
		Class: l.class, Level: l.level, Rule: why(), Worth: worth,
	})
}

// whyBlocked names the rule: the one that closes the pair, else one that holds a line of
// either side, else what people decided about the group.
func (pl *Planner) whyBlocked(arc int) Reason {
	if why := pl.keeper(arc); why != "" {
		return why
	}
	a := &pl.problem.Arcs[arc]
	if why := pl.heldLine(pl.lots[a.Source].stock, a.Sink); why != "" {
		return why
	}
	group := pl.solved.SinkComponent[a.Sink]
	for _, p := range pl.problem.Pins {
		if pl.solved.SinkComponent[p.Sink] == group {
			return WhyPin
		}
	}
	for _, j := range pl.solved.Components[group].Sinks {
		w := &pl.wants[j]
		switch {
		case w.d.MaxInvoices > 0:
			return WhyInvoices
		case w.d.MaxSources > 0:
			return WhySources
		case w.min > 1:
			return WhyMinOrder
		}
	}
	for _, i := range pl.solved.Components[group].Sources {
		s := &pl.stocks[pl.lots[i].stock]
		if pl.problem.Offers[s.at].MinLine > 1 {
			return WhyMinLine
		}
		if _, ok := pl.use.capOf[s.seller]; ok {
			return WhyCap
		}
	}
	return WhyBonus
}

// heldLine looks for a rule that is just met at the offer or at the demand.
func (pl *Planner) heldLine(offer, sink int) Reason {
	w := &pl.wants[sink]
	if w.min > 1 && pl.got[sink] == w.min {
		return WhyMinOrder
	}
	for k := pl.arcs.offer[offer][0]; k < pl.arcs.offer[offer][1]; k++ {
		j := pl.problem.Arcs[k].Sink
		n := pl.use.line[[2]int{offer, j}]
		switch {
		case n == 0:
		case pl.wants[j].min > 1 && pl.got[j] == pl.wants[j].min:
			return WhyMinOrder
		case n == pl.problem.Offers[offer].MinLine && n > 1:
			return WhyMinLine
		}
		if _, pinned := pl.g.pinned[[2]int{offer, j}]; pinned && n > 0 {
			return WhyPin
		}
	}
	return ""
}

// blockBanned judges banned pairs as if they were not.
func (pl *Planner) blockBanned(ofLot, ofWant []money.PerTonne) {
	for _, b := range pl.in.Rules.Bans {
		o := lookup(pl.in.Offers, b.Offer, func(x *Offer) string { return x.ID })
		d := lookup(pl.in.Demands, b.Demand, func(x *Demand) string { return x.ID })
		s, w := pl.stocks[o], &pl.wants[d]
		if s.com != w.com || s.units == 0 || w.max == 0 {
			continue
		}
		s.mayBanned = false
		v := pl.g.judge(&s, w, nil)
		if v.rank < feasible {
			continue
		}
		for _, a := range appendArcs(nil, &s, w, &v, s.firstLot, d) {
			pl.blockPair(a.Source, d, a.Gain, ofLot, ofWant, func() Reason { return WhyBanned })
		}
	}
}
