package market

import "github.com/lienket/lienket/internal/base/money"

// propose is the price between the lowest and the highest that support the plan: the
// seller's reserve and half of what the interval leaves, never below the reserve, never
// above what the pair brings. A pinned line that brings less than the reserve goes at what
// it brings.
func propose(reserve, gain money.PerTonne, low, high int64) money.PerTonne {
	if gain < 0 {
		return reserve + gain
	}
	mid := money.FloorDiv(low+high, 2)
	return reserve + min(max(0, money.PerTonne(mid)), gain)
}

// ranges are the intervals of reference prices at the garden, of every lot (what it must
// get at least and may get at most) and of every demand (the buyer's share taken off its
// best way's worth is left to the reader: low and high are the buyer's own gain a tonne).
func (pl *Planner) ranges(sources, sinks []int) (out []PriceRange) {
	for _, i := range sources {
		at := pl.lots[i]
		s := &pl.stocks[at.stock]
		l := s.lots[at.lot]
		r := s.reserve[l.class]
		out = append(out, PriceRange{
			Offer: s.o.ID, Class: l.class, Level: l.level,
			Low: r + money.PerTonne(pl.solved.SourceLow[i]), High: r + money.PerTonne(pl.solved.SourceHigh[i]),
		})
	}
	for _, j := range sinks {
		out = append(out, PriceRange{
			Demand: pl.wants[j].d.ID,
			Low:    money.PerTonne(pl.solved.SinkLow[j]), High: money.PerTonne(pl.solved.SinkHigh[j]),
		})
	}
	return out
}
