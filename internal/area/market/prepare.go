package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/engine/matching"
)

// From an input to the engine's problem: numbers for everyone, arcs for every feasible
// pair, tallies of the rest.

// prepare makes stocks, wants and their numbers in the problem.
func (pl *Planner) prepare() error {
	in := &pl.in
	pl.g = newGround(in)
	pl.stocks = make([]stock, len(in.Offers))
	pl.stalls = make([]stall, len(in.Commodities))
	bannedOffer, pinnedOffer := map[int]bool{}, map[int]bool{}
	for k := range pl.g.banned {
		bannedOffer[k[0]] = true
	}
	for k := range pl.g.pinned {
		pinnedOffer[k[0]] = true
	}
	var units int64
	for i := range in.Offers {
		s := &pl.stocks[i]
		*s = pl.g.stock(i, &in.Offers[i])
		s.mayBanned, s.mayPinned = bannedOffer[i], pinnedOffer[i]
		s.firstLot = len(pl.lots)
		for l := range s.lots {
			pl.lots = append(pl.lots, lotAt{i, l})
		}
		if units += s.units; units > matching.MaxUnits {
			return fault.New(fault.Invalid, "market.fault.too_many_units").At(cell(s.o.Source, "firm"))
		}
		pl.stalls[s.com].stocks = append(pl.stalls[s.com].stocks, s)
	}
	pl.number()
	for c := range pl.stalls {
		pl.stalls[c].chiefs = pl.g.chiefs(pl.stalls[c].stocks)
	}
	pl.wants = make([]want, len(in.Demands))
	for i := range in.Demands {
		d := &in.Demands[i]
		st := &pl.stalls[pl.g.coms[d.Commodity]]
		pl.wants[i] = pl.g.want(i, d, st.chiefs)
		st.wants = append(st.wants, &pl.wants[i])
	}
	for c := range pl.stalls {
		st := &pl.stalls[c]
		for _, s := range st.stocks {
			if s.units > 0 {
				st.live[0]++
			}
		}
		for _, w := range st.wants {
			if w.max > 0 {
				st.live[1]++
			}
		}
	}
	return nil
}

// number gives every (commodity, party) with an offer its number, by commodity then party.
func (pl *Planner) number() {
	for c := range pl.stalls {
		stocks := slices.Clone(pl.stalls[c].stocks)
		slices.SortStableFunc(stocks, func(a, b *stock) int { return cmp.Compare(a.party, b.party) })
		for i, s := range stocks {
			if i == 0 || stocks[i-1].party != s.party {
				pl.sellers = append(pl.sellers, seller{c, s.party})
			}
			s.seller = len(pl.sellers) - 1
		}
	}
}

func (pl *Planner) sellerOf(com, party int) int {
	i, ok := slices.BinarySearchFunc(pl.sellers, seller{com, party}, func(a, b seller) int {
		return cmp.Or(cmp.Compare(a.com, b.com), cmp.Compare(a.party, b.party))
	})
	if !ok {
		return -1
	}
	return i
}

// pair filters all pairs and writes the problem.
func (pl *Planner) pair() error {
	in := &pl.in
	p := &pl.problem
	p.Parties = len(pl.sellers)
	p.Work = matching.Work{Nodes: in.Params.Nodes, Pivots: in.Params.Pivots}
	for i := range pl.stocks {
		p.Offers = append(p.Offers, pl.offerOf(&pl.stocks[i]))
	}
	for _, l := range pl.lots {
		p.Sources = append(p.Sources, matching.Source{Offer: l.stock, Units: pl.stocks[l.stock].lots[l.lot].units})
	}
	for i := range pl.wants {
		p.Sinks = append(p.Sinks, pl.wants[i].sink())
	}
	for i, c := range in.Rules.Caps {
		com := pl.g.coms[c.Commodity]
		if n := pl.sellerOf(com, pl.g.people[c.Party]); n >= 0 {
			p.Caps = append(p.Caps, matching.Cap{Party: n, Units: int64(c.Max / in.Commodities[com].Unit)})
			pl.capRule = append(pl.capRule, i)
		}
	}
	pl.ofOffer, pl.ofWant = make([]tally, len(pl.stocks)), make([]tally, len(pl.wants))
	for i := range pl.ofOffer {
		pl.ofOffer[i].partner = -1
	}
	for i := range pl.ofWant {
		pl.ofWant[i].partner = -1
	}
	var buf []way
	for c := range pl.stalls {
		pl.opt.progress(Progress{Stage: StagePairs, Done: c, Total: len(pl.stalls)})
		for _, s := range pl.stalls[c].stocks {
			if err := pl.opt.ctx.Err(); err != nil {
				return cancelled(err)
			}
			if s.units == 0 {
				continue
			}
			for _, w := range pl.stalls[c].wants {
				if w.max == 0 {
					continue
				}
				v := pl.g.judge(s, w, buf)
				buf = v.ways
				m := v.margin(s, w)
				pl.ofOffer[s.at].note(v.rank, m, w.at)
				pl.ofWant[w.at].note(v.rank, m, s.at)
				if v.rank == feasible {
					p.Arcs = appendArcs(p.Arcs, s, w, &v, s.firstLot, w.at)
				}
			}
		}
	}
	pl.arcs.fill(p.Arcs, pl.lots, len(pl.stocks), len(pl.wants))
	return nil
}

func (pl *Planner) offerOf(s *stock) matching.Offer {
	return matching.Offer{Party: s.seller, MinLine: money.CeilDiv(int64(s.o.MinLine), int64(pl.in.Commodities[s.com].Unit))}
}

func (w *want) sink() matching.Sink {
	return matching.Sink{Max: w.max, Min: w.min, MaxParties: w.d.MaxSources, MaxVias: w.d.MaxInvoices}
}

// appendArcs writes the arcs of a feasible pair, one per lot that fits some way.
func appendArcs(arcs []matching.Arc, s *stock, w *want, v *verdict, firstLot, sink int) []matching.Arc {
	for i := range s.lots {
		l := &s.lots[i]
		a := matching.Arc{Source: firstLot + i, Sink: sink, Bonus: int64(s.bonus)}
		found := false
		for k := range v.ways {
			y := &v.ways[k]
			if !v.fits(s, w, l, y) {
				continue
			}
			gain := int64(y.v - s.reserve[l.class])
			if !found || gain > a.Gain {
				a.Gain = gain
			}
			found = true
			if y.via >= 0 {
				a.Vias = append(a.Vias, matching.Via{Via: y.via, Gain: gain})
			}
		}
		if found {
			arcs = append(arcs, a)
		}
	}
	return arcs
}

// checkPins refuses pins of pairs that cannot be, and hands the others to the problem.
func (pl *Planner) checkPins() error {
	var faults fault.List
	for _, pin := range pl.in.Rules.Pins {
		s := &pl.stocks[lookup(pl.in.Offers, pin.Offer, func(o *Offer) string { return o.ID })]
		w := &pl.wants[lookup(pl.in.Demands, pin.Demand, func(d *Demand) string { return d.ID })]
		why := Reason("")
		switch {
		case s.com != w.com:
			why = WhyCommodity
		case s.units == 0 || w.max == 0:
			why = WhyNothing
		default:
			if v := pl.g.judge(s, w, nil); v.rank < feasible {
				why = rankReason[v.rank]
			}
		}
		if why != "" {
			faults = append(faults, fault.New(fault.Invalid, "market.fault.pin_refused", pin.Offer, pin.Demand, why).At(col("pins")))
			continue
		}
		if n := money.CeilDiv(int64(pin.Min), int64(pl.in.Commodities[s.com].Unit)); n > 0 {
			pl.problem.Pins = append(pl.problem.Pins, matching.Pin{Offer: s.at, Sink: w.at, Units: n})
		}
	}
	return faults.Err()
}
