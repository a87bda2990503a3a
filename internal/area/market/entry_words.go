package market

import (
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
)

// An entry in words: what each field was taken for, and the sentence that is read back on
// the phone.

// understood says what each field of the form was taken for, by field.
func (a *Area) understood(p *i18n.Printer, e *Entry) map[string]string {
	out := map[string]string{"commodity": a.goodsWord(p, e.Commodity()), "from": daysWords(p, e)}
	if e.Side == SideDemand {
		d := &e.Demand
		out["quantity"], out["class"] = p.Arg(d.Quantity), minClassText(p, d.MinClass)
		out["place"] = a.atlas.Label(d.Place)
		if d.Ceiling > 0 {
			at := "market.list.at.store"
			if d.AtGarden {
				at = "market.list.at.garden"
			}
			out["price"] = joinDot(p.Arg(d.Ceiling), p.T(at))
		}
		out["min_order"], out["discount"], out["pay_days"] = some(p, d.MinOrder), percentWords(p, d.DiscountBP), payWords(p, d.PayDays)
		return out
	}
	o := &e.Offer
	out["quantity"] = offeredWords(p, o)
	out["class1"], out["place"] = mixText(p, o.Mix), a.atlas.Label(o.Place)
	if o.Floor > 0 {
		out["price"] = p.Arg(o.Floor)
	}
	if o.Trader > 0 {
		out["trader"] = p.Arg(o.Trader)
	}
	out["min_line"], out["piece"] = some(p, o.MinLine), pieceWords(p, o.Piece, o.UnitName)
	return out
}

// offeredWords is the certain quantity with what may come on top.
func offeredWords(p *i18n.Printer, o *Offer) string {
	switch {
	case o.Forecast == 0:
		return p.Arg(o.Firm)
	case o.Firm == 0:
		return p.T("market.entry.up_to", o.Forecast)
	}
	return p.T("market.entry.firm_more", o.Firm, o.Forecast)
}

func daysWords(p *i18n.Printer, e *Entry) string {
	s := p.Arg(e.Days())
	if e.Side == SideDemand && e.Demand.DaysAssumed || e.Side == SideOffer && e.Offer.DaysAssumed {
		return s + " (" + p.T("market.list.assumed") + ")"
	}
	return s
}

// sayWith is what the sentence needs beside the entry.
type sayWith struct {
	Party string
	Today calendar.Day
}

// say is the sentence to read back; figures are marked with bold, which plainWords takes
// out. It is for the party's own ear: it names the party's own price.
func (a *Area) say(p *i18n.Printer, e *Entry, w sayWith) string {
	var parts []string
	add := func(key string, args ...any) { parts = append(parts, p.T(key, args...)) }
	days := e.Days()
	goods := bold(lowerFirst(a.goodsWord(p, e.Commodity())))
	if e.Side == SideDemand {
		d := &e.Demand
		add("market.entry.say.buys", w.Party, bold(p.Arg(d.Quantity)), goods)
		if d.MinClass > 0 {
			parts = append(parts, lowerFirst(minClassText(p, d.MinClass)))
		}
		if len(d.Papers) > 0 {
			add("market.entry.say.needs", shortPapers(p, d.Papers))
		}
		a.sayDays(p, &parts, d.DaysAssumed, days, w.Today)
		add("market.entry.say.to", bold(a.atlas.Label(d.Place)))
		switch {
		case d.Ceiling == 0:
			add("market.entry.say.price_open")
		case d.AtGarden:
			add("market.entry.say.ceiling.garden", bold(p.Arg(d.Ceiling)))
		default:
			add("market.entry.say.ceiling", bold(p.Arg(d.Ceiling)))
		}
		if d.DiscountBP > 0 {
			add("market.entry.say.discount", percentWords(p, d.DiscountBP))
		}
		if d.PayDays > 0 {
			add("market.entry.say.pay", d.PayDays)
		}
		if d.MinOrder > 0 {
			add("market.entry.say.min_order", d.MinOrder)
		}
		if d.MaxInvoices > 0 {
			add("market.entry.say.invoices", d.MaxInvoices)
		}
		if d.MaxSources > 0 {
			add("market.entry.say.sources", d.MaxSources)
		}
		return p.T("market.entry.say", strings.Join(parts, ", "))
	}
	o := &e.Offer
	add("market.entry.say.sells", w.Party, bold(offeredWords(p, o)), goods)
	a.sayDays(p, &parts, o.DaysAssumed, days, w.Today)
	parts = append(parts, lowerFirst(mixText(p, o.Mix)))
	switch {
	case o.Floor > 0:
		add("market.entry.say.floor", bold(p.Arg(o.Floor)))
	case e.Asks == 0 && e.ID != 0:
		add("market.entry.say.price_market")
	default:
		add("market.entry.say.price_open")
	}
	if o.MinLine > 0 {
		add("market.entry.say.min_line", o.MinLine)
	}
	kinds := make([]string, len(o.Papers))
	for i := range o.Papers {
		kinds[i] = o.Papers[i].Kind
	}
	if len(kinds) > 0 {
		add("market.entry.say.papers", shortPapers(p, kinds))
	} else {
		add("market.entry.say.no_papers")
	}
	add("market.entry.say.from", a.atlas.Label(o.Place))
	return p.T("market.entry.say", strings.Join(parts, ", "))
}

func (a *Area) sayDays(p *i18n.Printer, parts *[]string, assumed bool, days calendar.Period, today calendar.Day) {
	if assumed {
		*parts = append(*parts, p.T("market.entry.say.days_open"))
		return
	}
	*parts = append(*parts, p.T("market.entry.say.days", bold(sayDay(p, days.From, today)), bold(sayDay(p, days.To, today))))
}

// sayDay leaves out the year that is meant anyway.
func sayDay(p *i18n.Printer, d, today calendar.Day) string {
	y, _, _ := d.Date()
	now, _, _ := today.Date()
	if y == now {
		return listDay(p, d)
	}
	return p.Arg(d)
}

// shortPapers names papers without what stands in brackets, one name of several that a
// paper covers.
func shortPapers(p *i18n.Printer, kinds []string) string {
	var out strings.Builder
	for i, k := range kinds {
		out.WriteString(shortPaper(p, k, i))
	}
	return out.String()
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) && strings.ToLower(string(r[1])) != string(r[1]) {
		return s // an abbreviation
	}
	if len(r) > 0 {
		return strings.ToLower(string(r[0])) + string(r[1:])
	}
	return s
}

var plainMarks = strings.NewReplacer("\x01", "", "\x02", "", "\x03", "")

// plainWords is a sentence without its marks.
func plainWords(s string) string { return plainMarks.Replace(s) }
