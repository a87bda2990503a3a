package market

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// What a party reads of a released plan: its own lines, made of the party views and of
// nothing else. The same sentences stand on its page, in the text for Zalo and with the
// officer who calls.

// partyWord is one thing that a party is asked to agree to.
type partyWord struct {
	Title string
	Items []string
}

// partyWords are what a plan asks of one organisation on one side.
func (h *heldPlan) partyWords(p *i18n.Printer, parties []string, side Side) (out []partyWord) {
	for _, id := range parties {
		if side == SideDemand {
			out = append(out, h.buyerWords(p, id)...)
			continue
		}
		out = append(out, h.supplierWords(p, id)...)
		out = append(out, h.leadWords(p, id)...)
	}
	return out
}

func (h *heldPlan) supplierWords(p *i18n.Printer, party string) (out []partyWord) {
	view := ViewForSupplier(h.Plan, h.In, party)
	for i := range view.Lines {
		l := &view.Lines[i]
		goods := goodsInside(p, h.goods[l.Commodity])
		w := partyWord{Title: p.T("market.text.sell", amount(p, l.Grams), goods, className(p, l.Class), l.Buyer)}
		w.Items = append(w.Items,
			p.T("market.text.pick", l.Pick, i18n.Plain(l.Pick.Week().Number)),
			p.T("market.text.net", int64(l.NetPerKg), about(p, earned(l.NetPerKg, l.Grams))),
			p.T("market.text.money", l.Deliver+calendar.Day(l.PayDays)))
		if l.Lead != "" {
			w.Items = append(w.Items, p.T("market.text.to_lead", l.Lead, l.Place))
		} else {
			w.Items = append(w.Items, p.T("market.text.to_buyer", l.Place, l.Deliver))
		}
		out = append(out, w)
	}
	return out
}

// leadWords are what a party collects for others as their lead.
func (h *heldPlan) leadWords(p *i18n.Printer, party string) (out []partyWord) {
	type job struct {
		demand  string
		grams   weight.Grams
		sources []string
		days    []calendar.Day
	}
	var all []job
	for i := range h.Plan.Lines {
		x := &h.Plan.Lines[i]
		if x.Via != party {
			continue
		}
		k := slices.IndexFunc(all, func(j job) bool { return j.demand == x.Demand })
		if k < 0 {
			k = len(all)
			all = append(all, job{demand: x.Demand})
		}
		j := &all[k]
		j.grams += x.Grams
		if from := h.names.offer[x.Offer].Party; !slices.Contains(j.sources, from) {
			j.sources = append(j.sources, from)
		}
		if !slices.Contains(j.days, x.Deliver) {
			j.days = append(j.days, x.Deliver)
		}
	}
	for _, j := range all {
		d := h.names.demand[j.demand]
		slices.Sort(j.days)
		out = append(out, partyWord{
			Title: p.T("market.text.lead", amount(p, j.grams), goodsInside(p, h.goods[d.Commodity]), h.names.party[d.Party].Name),
			Items: []string{p.T("market.text.lead_from", len(j.sources)), p.T("market.text.lead_to", h.names.place[d.Place].Name, daysList(p, j.days))},
		})
	}
	return out
}

func (h *heldPlan) buyerWords(p *i18n.Printer, party string) (out []partyWord) {
	view := ViewForBuyer(h.Plan, h.In, party)
	for i := range view.Orders {
		o := &view.Orders[i]
		if o.Coming == 0 {
			continue
		}
		d := h.names.demand[o.Demand]
		leads, days := map[string]bool{}, []calendar.Day{}
		low, high, sum := money.VND(0), money.VND(0), money.VND(0)
		for k := range o.Lines {
			l := &o.Lines[k]
			if l.Led {
				leads[l.Supplier] = true
			}
			if !slices.Contains(days, l.Deliver) {
				days = append(days, l.Deliver)
			}
			if low == 0 || l.PaysPerKg < low {
				low = l.PaysPerKg
			}
			high = max(high, l.PaysPerKg)
			sum += earned(l.PaysPerKg, l.Grams)
		}
		slices.Sort(days)
		w := partyWord{Title: p.T("market.text.buy", progress(p, amountOf(p, o.Coming, o.Asked), len(leads), h.sourcesOf(o.Demand)), goodsInside(p, h.goods[o.Commodity]))}
		price := p.Arg(int64(low))
		if high > low {
			price += " – " + p.Arg(int64(high))
		}
		key := "market.text.price_warehouse"
		if d.AtGarden {
			key = "market.text.price_garden"
		}
		w.Items = append(w.Items, p.T("market.text.deliver", h.names.place[d.Place].Name, daysList(p, days)), p.T(key, price, about(p, sum)))
		if o.Coming < o.Asked {
			w.Items = append(w.Items, p.T("market.text.short", amount(p, o.Asked-o.Coming)))
		}
		out = append(out, w)
	}
	return out
}

// answerText is the message that an officer sends a party over Zalo.
func answerText(p *i18n.Printer, a *Answer, words []partyWord, officer, phone string) string {
	to := p.T("market.letter.to", a.Party)
	if a.Contact != "" {
		to = p.T("market.letter.to_person", a.Contact, a.Party)
	}
	lines := []string{to, p.T("market.text.intro")}
	for _, w := range words {
		lines = append(lines, "• "+w.Title)
		for _, s := range w.Items {
			lines = append(lines, "   – "+s)
		}
	}
	_, day := clock(a.Due)
	lines = append(lines, p.T("market.text.until", answerHour, day))
	if a.Side == SideOffer {
		lines = append(lines, p.T("market.text.ways_offer"))
	} else {
		lines = append(lines, p.T("market.text.ways_demand"))
	}
	call := p.T("market.letter.officer", officer)
	if phone != "" {
		call += " ☎ " + phoneText(phone)
	}
	return strings.Join(append(lines, call, p.T("market.text.not_contract")), "\n")
}
