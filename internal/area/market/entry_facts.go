package market

import (
	"encoding/json"

	"github.com/lienket/lienket/internal/base/i18n"
)

// fact is one thing that an entry says, with its label: for its page, its history and the
// comparison of two versions.
type fact struct{ Label, Value string }

// facts are what an entry says, in the order of the form. What nobody said is empty.
func (a *Area) facts(p *i18n.Printer, e *Entry) []fact {
	f := func(key, value string) fact { return fact{p.T(key), value} }
	_, floor := limit(p, e.Offer.Floor)
	if e.Side == SideDemand {
		d := &e.Demand
		_, ceiling := limit(p, d.Ceiling)
		if d.Ceiling > 0 {
			at := "market.list.at.store"
			if d.AtGarden {
				at = "market.list.at.garden"
			}
			ceiling = joinDot(ceiling, p.T(at))
		}
		return []fact{
			f("market.col.commodity", a.goodsWord(p, d.Commodity)), f("market.col.variety", d.Variety), f("market.col.quantity", p.Arg(d.Quantity)),
			f("market.list.demands.days", daysWords(p, e)), f("market.col.min_class", minClassText(p, d.MinClass)), f("market.col.papers_required", paperList(p, d.Papers)),
			f("market.list.demands.place", a.atlas.Label(d.Place)), f("market.col.ceiling", ceiling), f("market.list.pay_days", payWords(p, d.PayDays)),
			f("market.col.discount", percentWords(p, d.DiscountBP)), f("market.col.min_order", some(p, d.MinOrder)), f("market.col.max_invoices", numberOrNone(d.MaxInvoices)),
			f("market.col.max_sources", numberOrNone(d.MaxSources)), f("market.col.note", d.Note),
		}
	}
	o := &e.Offer
	trader := ""
	if o.Trader > 0 {
		trader = p.Arg(o.Trader)
	}
	return []fact{
		f("market.col.commodity", a.goodsWord(p, o.Commodity)), f("market.col.variety", o.Variety), f("market.col.quantity", offeredWords(p, o)),
		f("market.col.piece", pieceWords(p, o.Piece, o.UnitName)), f("market.list.held", some(p, o.Held)), f("market.list.offers.days", daysWords(p, e)),
		f("market.col.class", mixText(p, o.Mix)), f("market.col.floor", floor), f("market.col.trader", trader), f("market.col.min_line", some(p, o.MinLine)),
		f("market.col.papers", offerPapers(p, o.Papers, true)), f("market.list.offers.place", a.atlas.Label(o.Place)), f("market.col.note", o.Note),
	}
}

func numberOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return numText(int64(n))
}

// entryOfTrail is an entry as the audit trail kept it.
func entryOfTrail(kept any) (e Entry, ok bool) {
	m, is := kept.(map[string]any)
	if !is || m["offer"] == nil && m["demand"] == nil {
		return e, false
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return e, false
	}
	var x struct {
		Side   Side   `json:"side"`
		Offer  Offer  `json:"offer"`
		Demand Demand `json:"demand"`
	}
	if json.Unmarshal(raw, &x) != nil {
		return e, false
	}
	return Entry{Side: x.Side, Offer: x.Offer, Demand: x.Demand}, true
}
