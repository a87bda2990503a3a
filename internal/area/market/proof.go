package market

import (
	"math/big"
	"slices"

	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/engine/matching"
)

// The proof is the engine's tree in the numbers of a group: its own demands, offers and
// parties, so that a reader needs nothing but the plan file.

func (pl *Planner) groups() {
	for i := range pl.solved.Components {
		pl.plan.Groups = append(pl.plan.Groups, pl.groupOf(i))
	}
}

func (pl *Planner) groupOf(i int) Group {
	c := &pl.solved.Components[i]
	g := Group{ID: i, Objective: c.Objective, Bound: c.Bound, Pivots: c.Pivots}
	offerAt, demandAt, partyAt := map[int]int{}, map[int]int{}, map[int]int{}
	for _, s := range c.Sources {
		k := pl.lots[s].stock
		if _, ok := offerAt[k]; !ok {
			offerAt[k] = len(g.Offers)
			g.Offers = append(g.Offers, pl.stocks[k].o.ID)
		}
		partyAt[pl.stocks[k].seller] = 0
	}
	for _, d := range c.Sinks {
		demandAt[d] = len(g.Demands)
		g.Demands = append(g.Demands, pl.wants[d].d.ID)
	}
	for _, d := range c.Sinks {
		for _, a := range pl.arcs.ofWant[d] {
			for _, v := range pl.problem.Arcs[a].Vias {
				partyAt[v.Via] = 0
			}
		}
	}
	parties := make([]int, 0, len(partyAt))
	for p := range partyAt {
		parties = append(parties, p)
	}
	slices.Sort(parties) // sellers of one commodity are in the order of the parties' ids
	for k, p := range parties {
		partyAt[p] = k
		g.PartyIDs = append(g.PartyIDs, pl.in.Parties[pl.sellers[p].party].ID)
	}
	g.Commodity = pl.in.Commodities[pl.stocks[pl.lots[c.Sources[0]].stock].com].Code
	g.Nodes = make([]matching.Node, len(c.Tree))
	for k, n := range c.Tree {
		switch n.Kind {
		case matching.Leaf:
			n.Dual = renumber(n.Dual, offerAt, demandAt)
		case matching.Line:
			n.Sink, n.Who = demandAt[n.Sink], offerAt[n.Who]
		case matching.Party, matching.Lead:
			n.Sink, n.Who = demandAt[n.Sink], partyAt[n.Who]
		default:
			n.Sink = demandAt[n.Sink]
		}
		g.Nodes[k] = n
	}
	g.Prices = pl.ranges(c.Sources, c.Sinks)
	return g
}

func renumber(d *matching.Dual, offerAt, demandAt map[int]int) *matching.Dual {
	if d == nil || len(d.Line) == 0 {
		return d
	}
	out := *d
	out.Line = slices.Clone(d.Line)
	for i, l := range out.Line {
		out.Line[i].Offer, out.Line[i].Sink = offerAt[l.Offer], demandAt[l.Sink]
	}
	return &out
}

// total sums the plan up, every division once and last.
func (pl *Planner) total() {
	t := &pl.plan.Totals
	lines := pl.plan.Lines
	for i := range pl.stocks {
		t.Offered += pl.stocks[i].free
		if pl.stocks[i].units > 0 {
			t.Offers++
		}
	}
	for i := range pl.wants {
		w := &pl.wants[i]
		t.Demanded += w.d.Quantity
		if w.max > 0 {
			t.Demands++
			if pl.got[i] > 0 {
				t.DemandsMatched++
			}
			if pl.got[i] >= w.max {
				t.DemandsFilled++
			}
		}
	}
	offers, leads := map[string]bool{}, map[string]bool{}
	var gain, sellers matching.Int
	for i := range lines {
		x := &lines[i]
		t.Matched += x.Grams
		offers[x.Offer] = true
		if x.Via != "" {
			leads[x.Via] = true
		}
		if x.Real {
			t.RealLines++
		}
		gain.AddMul(int64(x.Gain), int64(x.Grams))
		sellers.AddMul(int64(x.Net-x.Reserve), int64(x.Grams))
	}
	t.Lines, t.OffersMatched, t.Leads = len(lines), len(offers), len(leads)
	t.Gain, t.SellersGain = money.VND(gain.Div(1e6)), money.VND(sellers.Div(1e6))
	bound, gap := new(big.Int), new(big.Int)
	for i := range pl.plan.Groups {
		g := &pl.plan.Groups[i]
		unit := big.NewInt(int64(pl.unitOf(g.Commodity)))
		bound.Add(bound, new(big.Int).Mul(g.Bound.Big(), unit))
		gap.Add(gap, new(big.Int).Mul(g.Bound.Sub(g.Objective).Big(), unit))
		t.Nodes += len(g.Nodes)
		t.Pivots += g.Pivots
	}
	t.GapVND = money.VND(ceilDiv(gap, big.NewInt(1e6)))
	if bound.Sign() > 0 {
		t.GapPPM = ceilDiv(new(big.Int).Mul(gap, big.NewInt(1e6)), bound)
	}
}

func (pl *Planner) unitOf(commodity string) weight.Grams {
	return pl.in.Commodities[pl.g.coms[commodity]].Unit
}

// ceilDiv is ⌈a/b⌉ for positive b, saturated.
func ceilDiv(a, b *big.Int) int64 {
	q := new(big.Int).Neg(a)
	q.Div(q, b) // Euclidean: floor for positive b
	q.Neg(q)
	if !q.IsInt64() {
		return 1<<63 - 1
	}
	return q.Int64()
}
