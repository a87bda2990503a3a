package market

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// planFilter chooses what a plan's page shows. Zero fields choose all.
type planFilter struct {
	Commodity string
	Text      string     // of the buyer's name
	District  string     // where the goods are
	State     orderState // of orders
	Side      string     // of who is left out: "offer" or "demand"
	Why       Reason
}

// The two sides of who is left out.
const (
	leftOffers  = "offer"
	leftDemands = "demand"
)

// holds says whether a folded name has all words.
func (f planFilter) holds(name string) bool {
	if f.Text == "" {
		return true
	}
	name = text.Fold(name)
	for _, w := range strings.Fields(text.Fold(f.Text)) {
		if !strings.Contains(name, w) {
			return false
		}
	}
	return true
}

// ordersOf are the orders that a filter holds, those that get something first.
func (h *heldPlan) ordersOf(f planFilter) (out []*order) {
	var none []*order
	for i := range h.orders {
		o := &h.orders[i]
		if f.Commodity != "" && o.d.Commodity != f.Commodity || f.State != "" && o.state() != f.State || !f.holds(o.buyer.Name) {
			continue
		}
		if f.District != "" && !slices.ContainsFunc(o.lines, func(k int) bool { return h.lineDistrict(k) == f.District }) {
			continue
		}
		if o.got == 0 {
			none = append(none, o)
			continue
		}
		out = append(out, o)
	}
	return append(out, none...)
}

func (h *heldPlan) lineDistrict(line int) string {
	return district(h.names.place[h.names.offer[h.Plan.Lines[line].Offer].Place])
}

// districts are where offers are, by name.
func (h *heldPlan) districts() (out []string) {
	seen := map[string]bool{}
	for i := range h.In.Offers {
		if d := district(h.names.place[h.In.Offers[i].Place]); d != "" && !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(text.SortKey(a), text.SortKey(b)) })
	return out
}

// leftItem is somebody left out, with its side.
type leftItem struct {
	*LeftOut
	offer bool
}

// leftOf are those whom a filter holds, the largest first: offers, then demands.
func (h *heldPlan) leftOf(f planFilter) (out []leftItem) {
	add := func(list []LeftOut, isOffer bool) {
		at := len(out)
		for i := range list {
			x := leftItem{&list[i], isOffer}
			if f.Why != "" && x.Main != f.Why || f.Commodity != "" && h.commodityOf(x.ID, isOffer).Code != f.Commodity {
				continue
			}
			if f.District != "" && h.districtOf(x.ID, isOffer) != f.District {
				continue
			}
			if f.Text != "" && !f.holds(h.names.party[h.partyOf(x.ID, isOffer)].Name) {
				continue
			}
			out = append(out, x)
		}
		slices.SortStableFunc(out[at:], func(a, b leftItem) int { return int(min(max(b.Left-a.Left, -1), 1)) })
	}
	if f.Side != leftDemands {
		add(h.Plan.LeftOffers, true)
	}
	if f.Side != leftOffers {
		add(h.Plan.LeftDemands, false)
	}
	return out
}
