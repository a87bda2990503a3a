package market

import (
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// The words of lists: an offer or a demand as one line that a person reads.

func (a *Area) offerRow(p *i18n.Printer, x *OfferRow, s *shares, round *Round) listRow {
	r := listRow{
		ID: x.ID, Party: x.PartyName, Contact: x.Who.Contact, Phone: x.Who.Phone, Org: x.Org,
		Goods: a.goodsWord(p, x.Commodity), Variety: x.Variety, Class: mixText(p, x.Mix), ShortClass: mixShort(p, x.Mix), Papers: offerPapers(p, x.Papers, false),
		Grams: Free(&x.Offer, &round.Params), From: x.From, To: x.To, Assumed: x.DaysAssumed,
		Place: a.atlas.Label(x.Place), District: x.District, Province: x.Province,
	}
	for i, paper := range x.Papers {
		r.ShortPapers += shortPaper(p, paper.Kind, i)
	}
	r.Limit, r.Price = limit(p, x.Floor)
	var trader string
	if r.Trader, trader = limit(p, x.Trader); x.Trader > 0 {
		r.PriceSub = p.T("market.list.trader", trader)
	}
	r.smallest(p, x.MinLine, "market.list.least")
	r.Matched, r.Planned, r.Left = s.of(x.ID)
	return r
}

func (a *Area) demandRow(p *i18n.Printer, x *DemandRow, s *shares) listRow {
	r := listRow{
		ID: x.ID, Party: x.PartyName, Contact: x.Who.Contact, Phone: x.Who.Phone, Org: x.Org,
		Goods: a.goodsWord(p, x.Commodity), Variety: x.Variety, Class: minClassText(p, x.MinClass), ShortClass: minClassText(p, x.MinClass), Papers: paperList(p, x.Papers),
		Grams: x.Quantity, From: x.From, To: x.To, Assumed: x.DaysAssumed,
		Place: a.atlas.Label(x.Place), District: x.District, Province: x.Province,
	}
	for i, kind := range x.Papers {
		r.ShortPapers += shortPaper(p, kind, i)
	}
	r.Limit, r.Price = limit(p, x.Ceiling)
	at := p.T("market.list.at.store")
	if x.AtGarden {
		at = p.T("market.list.at.garden")
	}
	if x.Ceiling > 0 {
		r.PriceSub = at
	}
	r.Terms = []any{at, float64(x.DiscountBP) / 100, x.PayDays, orNil(x.MaxSources), orNil(x.MaxInvoices)}
	r.smallest(p, x.MinOrder, "market.list.least")
	r.Matched, r.Planned, r.Left = s.of(x.ID)
	return r
}

func (x *listRow) smallest(p *i18n.Printer, g weight.Grams, key string) {
	if g > 0 {
		x.Smallest, x.Least = g, p.T(key, g)
	}
}

// rounded is a sum as people say it: whole tonnes once there are many.
func rounded(grams int64) weight.Grams {
	if g := weight.Grams(grams); g < 100*weight.Tonne {
		return g
	}
	return (weight.Grams(grams) + weight.Tonne/2) / weight.Tonne * weight.Tonne
}

func orNil(n int) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// limit is a price that may not have been stated.
func limit(p *i18n.Printer, x money.PerTonne) (value any, words string) {
	if x == 0 {
		return nil, p.T("market.list.no_price")
	}
	return x, p.Arg(x)
}

// goodsWord is a commodity's name without what stands in brackets.
func (a *Area) goodsWord(p *i18n.Printer, code string) string {
	c, ok := a.catalog.ByCode(code)
	if !ok {
		return code
	}
	name := c.NameVI
	if p.Lang() == i18n.EN && c.NameEN != "" {
		name = c.NameEN
	}
	name, _, _ = strings.Cut(name, " (")
	return name
}

func mixText(p *i18n.Printer, mix [4]int64) string {
	var out []string
	for c, share := range mix {
		word := p.T("market.list.whole")
		if c > 0 {
			word = p.T("market.list.class", c)
		}
		switch {
		case share == 1000:
			return word
		case share > 0:
			out = append(out, p.T("market.list.class.share", word, p.Marks().Fixed(share, 1, 1)))
		}
	}
	return strings.Join(out, ", ")
}

// mixShort is a mix of sorted classes in one breath: Loại 1/2/3: 60/30/10 %.
func mixShort(p *i18n.Printer, mix [4]int64) string {
	var classes, percents []string
	for c := 1; c < 4; c++ {
		if mix[c] > 0 {
			classes = append(classes, strconv.Itoa(c))
			percents = append(percents, p.Marks().Fixed(mix[c], 1, 1))
		}
	}
	if len(classes) < 2 || mix[0] > 0 {
		return mixText(p, mix)
	}
	return p.T("market.list.class.mix", strings.Join(classes, "/"), strings.Join(percents, "/"))
}

func minClassText(p *i18n.Printer, c int64) string {
	switch c {
	case 0:
		return p.T("market.list.class.any")
	case 1:
		return p.T("market.list.class", 1)
	}
	return p.T("market.list.class.least", c)
}

func paperWord(p *i18n.Printer, kind string) string {
	if key := "catalog.paper." + kind; p.Has(key) {
		return p.T(key)
	}
	return strings.ToUpper(kind)
}

// shortPaper is the name before its bracket, with a comma before all but the first.
func shortPaper(p *i18n.Printer, kind string, i int) string {
	name, _, _ := strings.Cut(paperWord(p, kind), " (")
	if i > 0 {
		return ", " + name
	}
	return name
}

func paperList(p *i18n.Printer, kinds []string) string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = paperWord(p, k)
	}
	return strings.Join(out, ", ")
}

// offerPapers names an offer's papers; whole adds until when each is good.
func offerPapers(p *i18n.Printer, list []Paper, whole bool) string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = paperWord(p, x.Kind)
		var more []string
		if x.Scope > 0 {
			more = append(more, p.Arg(x.Scope))
		}
		if whole && x.Until > 0 {
			more = append(more, p.T("market.list.until", x.Until))
		}
		if len(more) > 0 {
			out[i] += " (" + strings.Join(more, ", ") + ")"
		}
	}
	return strings.Join(out, ", ")
}

// listDays is a window of days without the years: a round looks half a year ahead.
func listDays(p *i18n.Printer, from, to calendar.Day) string {
	if from == to {
		return listDay(p, from)
	}
	return listDay(p, from) + " – " + listDay(p, to)
}

func listDay(p *i18n.Printer, d calendar.Day) string {
	if p.Lang() == i18n.EN {
		return d.Time().Format("2 Jan")
	}
	return d.Time().Format("02/01")
}
