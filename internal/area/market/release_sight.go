package market

import (
	"slices"

	"github.com/lienket/lienket/internal/base/weight"
)

// viewForSight is a plan as somebody sees it whose territory has a border: the lines and
// the left-outs that touch it, with their own sums. seen are the records inside, as a
// query found them. What a visible line joins to is named; all else is not there.
func viewForSight(h *heldPlan, seen map[string]bool) *heldPlan {
	beside := map[string]bool{} // records outside that a visible line joins to
	p := &Plan{Groups: h.Plan.Groups, Totals: Totals{GapVND: h.Plan.Totals.GapVND, GapPPM: h.Plan.Totals.GapPPM}}
	var at []int
	for i := range h.Plan.Lines {
		x := h.Plan.Lines[i]
		if !seen[x.Offer] && !seen[x.Demand] {
			continue
		}
		beside[x.Offer], beside[x.Demand] = true, true
		p.Lines = append(p.Lines, x)
		at = append(at, h.lineNumber(i))
	}
	in := h.In
	in.Offers, in.Demands, in.Rules = nil, nil, Rules{Bonuses: h.In.Rules.Bonuses}
	owners := map[string]bool{}
	for i := range h.In.Offers {
		if o := h.In.Offers[i]; seen[o.ID] || beside[o.ID] {
			in.Offers = append(in.Offers, o)
			owners[o.Party] = owners[o.Party] || seen[o.ID]
		}
	}
	for i := range h.In.Demands {
		if d := h.In.Demands[i]; seen[d.ID] || beside[d.ID] {
			in.Demands = append(in.Demands, d)
		}
	}
	for i := range h.Plan.LeftOffers {
		if x := h.Plan.LeftOffers[i]; seen[x.ID] {
			p.LeftOffers = append(p.LeftOffers, hideNearest(x, seen, beside))
		}
	}
	for i := range h.Plan.LeftDemands {
		if x := h.Plan.LeftDemands[i]; seen[x.ID] {
			p.LeftDemands = append(p.LeftDemands, hideNearest(x, seen, beside))
		}
	}
	for i, k := range h.In.Rules.Caps {
		if owners[k.Party] {
			p.RuleCosts = appendCost(p.RuleCosts, h.Plan.RuleCosts, "cap", i, len(in.Rules.Caps))
			in.Rules.Caps = append(in.Rules.Caps, k)
		}
	}
	for i := range h.In.Rules.Bonuses {
		p.RuleCosts = appendCost(p.RuleCosts, h.Plan.RuleCosts, "bonus", i, i)
	}
	for i, k := range h.In.Rules.Pins {
		if seen[k.Offer] && (seen[k.Demand] || beside[k.Demand]) || seen[k.Demand] && beside[k.Offer] {
			p.RuleCosts = appendCost(p.RuleCosts, h.Plan.RuleCosts, "pin", i, len(in.Rules.Pins))
			in.Rules.Pins = append(in.Rules.Pins, k)
		}
	}
	for i, k := range h.In.Rules.Bans {
		if seen[k.Offer] && seen[k.Demand] {
			p.RuleCosts = appendCost(p.RuleCosts, h.Plan.RuleCosts, "ban", i, len(in.Rules.Bans))
			in.Rules.Bans = append(in.Rules.Bans, k)
		}
	}
	p.Totals = ownTotals(&in, p, seen, p.Totals)
	v := holdPlan(h.Head, h.Round, in, p)
	v.HasProof, v.seen, v.at = h.HasProof, seen, at
	for i := range v.orders { // of a demand outside, what it lacks is still what it lacks
		v.orders[i].filled = h.wanted[v.orders[i].d.ID] == nil
	}
	return v
}

// hideNearest drops who came nearest where that is somebody the viewer does not see.
func hideNearest(x LeftOut, seen, beside map[string]bool) LeftOut {
	if !seen[x.Nearest] && !beside[x.Nearest] {
		x.Nearest = ""
	}
	return x
}

func appendCost(to, from []RuleCost, rule string, i, now int) []RuleCost {
	k := slices.IndexFunc(from, func(c RuleCost) bool { return c.Rule == rule && c.Index == i })
	if k < 0 {
		return to
	}
	c := from[k]
	c.Index = now
	return append(to, c)
}

// ownTotals are the sums of what a viewer sees; t brings the gap, which is the plan's.
func ownTotals(in *Input, p *Plan, seen map[string]bool, t Totals) Totals {
	offered, got, leads := map[string]bool{}, map[string]weight.Grams{}, map[string]bool{}
	for i := range p.Lines {
		x := &p.Lines[i]
		t.Lines++
		t.Matched += x.Grams
		t.SellersGain += total(x.Net-x.Reserve, int64(x.Grams))
		t.Gain += total(x.Gain, int64(x.Grams))
		if x.Real {
			t.RealLines++
		}
		if x.Via != "" {
			leads[x.Via] = true
		}
		offered[x.Offer] = true
		got[x.Demand] += x.Grams
	}
	t.Leads = len(leads)
	for i := range in.Offers {
		o := &in.Offers[i]
		sum := Free(o, &in.Params)
		if !seen[o.ID] { // only what comes into the territory
			sum = 0
			for k := range p.Lines {
				if p.Lines[k].Offer == o.ID {
					sum += p.Lines[k].Grams
				}
			}
		}
		t.Offered += sum
		t.Offers++
		if offered[o.ID] {
			t.OffersMatched++
		}
	}
	for i := range in.Demands {
		d := &in.Demands[i]
		t.Demands++
		t.Demanded += d.Quantity
		if got[d.ID] > 0 {
			t.DemandsMatched++
		}
		if got[d.ID] >= d.Quantity {
			t.DemandsFilled++
		}
	}
	return t
}

// sees reports whether a record is inside what this view of the plan shows of its own.
func (h *heldPlan) sees(record string) bool { return h.seen == nil || h.seen[record] }

// whole reports whether nothing of the plan is hidden from the viewer.
func (h *heldPlan) whole() bool { return h.seen == nil }

// lineNumber is a line's position in the plan itself: its address is the same for all.
func (h *heldPlan) lineNumber(i int) int {
	if h.at == nil {
		return i
	}
	return h.at[i]
}

// lineAt is where a line of the plan stands in this view; ok is false when it is hidden.
func (h *heldPlan) lineAt(number int) (int, bool) {
	if h.at == nil {
		return number, number >= 0 && number < len(h.Plan.Lines)
	}
	i := slices.Index(h.at, number)
	return i, i >= 0
}
