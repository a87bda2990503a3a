package market

import (
	"net/http"
	"slices"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// meShown is the own page of a cooperative or a buyer. It is made from the party views of
// the plan and from the party's own records, of nothing else.
type meShown struct {
	Name    string
	Sub     string
	None    bool
	Sums    []web.Stat
	Sales   []saleShown
	Offers  web.Grid
	Orders  []mineShown
	Left    []leftCard
	Officer string
	Phone   string
}

// saleShown is one delivery of a supplier: whom, how much, when, at what, paid when, where.
type saleShown struct {
	Title string
	Net   string
	Items []web.Item
	Note  string
}

// mineShown is one order of a buyer.
type mineShown struct {
	Title, Sub, Verdict, Text string
	Full, Any                 bool
	Weeks                     []calWeek
	Lines                     web.Grid
	Papers                    []string
	Price, PriceNote          string
	Total                     string
	Letter                    string
}

// calWeek is one row of the calendar of deliveries.
type calWeek struct {
	Number string
	Days   [7]calDay
}

type calDay struct{ Day, Tonnes string }

func (a *Area) showMe(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	p := i18n.From(ctx)
	page := web.Page{Title: p.T("market.me.title"), Nav: "me"}
	v := meShown{Name: u.Name, None: true, Phone: a.phone}
	h, err := a.plans.open(ctx, a.Store, 0)
	if fault.CodeOf(err) == fault.NotFound {
		return web.Render(w, r, page, meView(v))
	}
	if err != nil {
		return err
	}
	mine, err := h.partiesOf(ctx, a.Store, u.Org)
	if err != nil {
		return err
	}
	v.Officer, v.Phone = a.officer(ctx, h)
	v.Sub = p.T("market.me.sub", h.Head.Number, h.In.AsOf)
	for _, id := range mine {
		v.Name = h.names.party[id].Name
		h.supplier(p, id, &v)
		h.buyer(p, id, &v)
	}
	v.None = len(v.Offers.Rows) == 0 && len(v.Orders) == 0
	return web.Render(w, r, page, meView(v))
}

// supplier adds what a party sells.
func (h *heldPlan) supplier(p *i18n.Printer, party string, v *meShown) {
	view := ViewForSupplier(h.Plan, h.In, party)
	sold, money := weight.Grams(0), money.VND(0)
	for i := range view.Lines {
		l := &view.Lines[i]
		sold += l.Grams
		money += earned(l.NetPerKg, l.Grams)
		v.Sales = append(v.Sales, h.sale(p, l))
	}
	left := weight.Grams(0)
	for i := range view.Left {
		x := &view.Left[i]
		left += x.Left
		v.Left = append(v.Left, h.ownCard(p, x, true))
	}
	h.declared(p, party, &v.Offers)
	if len(v.Offers.Rows) == 0 {
		return
	}
	v.Sums = append(v.Sums,
		web.Stat{Label: p.T("market.me.sold"), Value: amount(p, sold), Source: p.T("market.me.sold_lines", len(view.Lines))},
		web.Stat{Label: p.T("market.me.earned"), Value: about(p, money), Source: p.T("market.me.at_garden")},
		web.Stat{Label: p.T("market.me.left"), Value: amount(p, left), Source: p.T("market.me.not_out")})
}

// earned is what so many grams bring at a price a kilogram.
func earned(perKg money.VND, g weight.Grams) money.VND {
	return perKg * money.VND(g/weight.Kilogram)
}

func (h *heldPlan) sale(p *i18n.Printer, l *SupplierLine) saleShown {
	goods := goodsInside(p, h.goods[l.Commodity])
	s := saleShown{Title: p.T("market.me.sale", amount(p, l.Grams), goods, l.Buyer), Net: p.Arg(int64(l.NetPerKg))}
	item := func(key, value string) { s.Items = append(s.Items, web.Item{Label: p.T(key), Value: value}) }
	item("market.me.whom", l.Buyer)
	item("market.me.much", p.T("market.me.much_text", amount(p, l.Grams), className(p, l.Class)))
	item("market.me.when", p.T("market.me.when_text", l.Pick, l.Pick.Week()))
	item("market.me.money", p.T("market.me.money_text", l.Deliver+calendar.Day(l.PayDays), about(p, earned(l.NetPerKg, l.Grams))))
	if l.Lead != "" {
		item("market.me.where", p.T("market.me.to_lead", l.Lead, l.Place))
	} else {
		item("market.me.where", p.T("market.me.to_buyer", l.Place, l.Deliver))
	}
	if !l.Real {
		s.Note = p.T("market.me.guessed")
	}
	return s
}

// ownCard is a record of the party's own that is left out.
func (h *heldPlan) ownCard(p *i18n.Printer, x *LeftView, isOffer bool) leftCard {
	item := leftItem{&LeftOut{ID: x.ID, Left: x.Left, Main: x.Main, Steps: x.Steps}, isOffer}
	c := h.card(p, item)
	key := "market.me.left_demand"
	if isOffer {
		key = "market.me.left_offer"
	}
	c.Title = p.T(key, amount(p, x.Left), goodsInside(p, h.commodityOf(x.ID, isOffer)))
	c.Untried, c.Tag = false, nil // the sentence is enough
	return c
}

// declared lists the party's own offers as it stated them.
func (h *heldPlan) declared(p *i18n.Printer, party string, g *web.Grid) {
	if len(g.Cols) == 0 {
		*g = web.Grid{Label: p.T("market.me.offers"), Cols: []web.Column{
			{Label: p.T("market.plan.goods")},
			{Label: p.T("market.me.declared_much"), Num: true},
			{Label: p.T("market.me.days")},
			{Label: p.T("market.me.papers")},
			{Label: p.T("market.me.floor"), Num: true},
		}}
	}
	for i := range h.In.Offers {
		o := &h.In.Offers[i]
		if o.Party != party {
			continue
		}
		var papers []string
		for _, x := range o.Papers {
			papers = append(papers, paperName(p, x.Kind))
		}
		days := p.Arg(calendar.Period{From: o.From, To: o.To})
		if o.DaysAssumed {
			days = p.T("market.me.days_assumed", days)
		}
		floor := p.T("market.me.by_market")
		if o.Floor > 0 {
			floor = p.T("base.money.per_kg", exactKg(p, o.Floor))
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: goodsName(p, h.goods[o.Commodity]), Sub: h.names.place[o.Place].Name},
			{Text: amount(p, o.Firm+o.Forecast)},
			{Text: days},
			{Text: p.Arg(papers)},
			{Text: floor},
		}})
	}
}

// buyer adds what a party buys: complete orders first, then short ones.
func (h *heldPlan) buyer(p *i18n.Printer, party string, v *meShown) {
	view := ViewForBuyer(h.Plan, h.In, party)
	if len(view.Orders) == 0 {
		return
	}
	asked, coming := weight.Grams(0), weight.Grams(0)
	slices.SortStableFunc(view.Orders, func(a, b BuyerOrder) int { return h.standing(&a) - h.standing(&b) })
	for i := range view.Orders {
		o := &view.Orders[i]
		asked, coming = asked+o.Asked, coming+o.Coming
		v.Orders = append(v.Orders, h.mine(p, o))
	}
	for i := range view.Left {
		v.Left = append(v.Left, h.ownCard(p, &view.Left[i], false))
	}
	v.Sums = append(v.Sums,
		web.Stat{Label: p.T("market.me.coming"), Value: amount(p, coming), Source: p.T("market.me.of_asked", amount(p, asked))},
		web.Stat{Label: p.T("market.me.short"), Value: amount(p, asked-coming)})
}

func (h *heldPlan) standing(o *BuyerOrder) int {
	switch {
	case h.wanted[o.Demand] == nil:
		return 0
	case o.Coming > 0:
		return 1
	}
	return 2
}

func (h *heldPlan) mine(p *i18n.Printer, o *BuyerOrder) mineShown {
	d := h.names.demand[o.Demand]
	goods := goodsName(p, h.goods[o.Commodity])
	if d.MinClass > 0 {
		goods = p.T("market.plan.goods_class", goods, d.MinClass)
	}
	s := mineShown{
		Title: goods, Sub: p.T("market.me.order_sub", o.Demand, h.names.place[d.Place].Name, shortDay(p, d.From), shortDay(p, d.To)),
		Full: h.wanted[o.Demand] == nil, Any: o.Coming > 0,
	}
	if !s.Full {
		s.Letter = letterPath(h.Head.ID, o.Demand)
	}
	leads, days := map[string]bool{}, map[calendar.Day]weight.Grams{}
	low, high, sum := money.VND(0), money.VND(0), money.VND(0)
	s.Lines = web.Grid{Label: p.T("market.me.deliveries"), Cols: []web.Column{
		{Label: p.T("market.me.from")},
		{Label: p.T("market.plan.quantity"), Num: true},
		{Label: p.T("market.me.day"), Num: true},
		{Label: p.T("market.line.class")},
		{Label: p.T("market.me.pays"), Num: true},
	}}
	guessed := false
	for i := range o.Lines {
		l := &o.Lines[i]
		sub := ""
		if l.Led {
			leads[l.Supplier] = true
			sub = p.T("market.me.collects")
		}
		days[l.Deliver] += l.Grams
		if low == 0 || l.PaysPerKg < low {
			low = l.PaysPerKg
		}
		high = max(high, l.PaysPerKg)
		sum += earned(l.PaysPerKg, l.Grams)
		guessed = guessed || !l.Real
		s.Lines.Rows = append(s.Lines.Rows, web.Row{Cells: []web.Cell{{Text: l.Supplier, Sub: sub}, {Text: amount(p, l.Grams)}, {Text: p.Arg(l.Deliver)}, {Text: className(p, l.Class), NoWrap: true}, {Text: p.Arg(int64(l.PaysPerKg))}}})
	}
	s.Verdict = progress(p, bold(amountOf(p, o.Coming, o.Asked)), len(leads), h.sourcesOf(o.Demand))
	switch {
	case s.Full:
		s.Text = p.T("market.me.full")
	case s.Any:
		s.Text = p.T("market.me.part", amount(p, o.Asked-o.Coming))
	default:
		s.Verdict, s.Text = bold(amountOf(p, 0, o.Asked)), p.T("market.me.nothing")
	}
	if !s.Any {
		return s
	}
	s.Weeks = weeksOf(p, days)
	for _, k := range d.Papers {
		s.Papers = append(s.Papers, paperName(p, k))
	}
	s.Price = p.Arg(int64(low))
	if high > low {
		s.Price += " – " + p.Arg(int64(high))
	}
	s.PriceNote = p.T("market.me.price_warehouse")
	if d.AtGarden {
		s.PriceNote = p.T("market.me.price_garden")
	}
	if d.PayDays > 0 {
		s.PriceNote += " " + p.T("market.me.pay_days", d.PayDays)
	}
	if guessed {
		s.PriceNote += " " + p.T("market.me.guessed")
	}
	s.Total = p.T("market.me.total", amount(p, o.Coming), about(p, sum))
	return s
}

// sourcesOf counts who stands behind a demand's lines.
func (h *heldPlan) sourcesOf(demand string) int {
	var lines []int
	for i := range h.Plan.Lines {
		if h.Plan.Lines[i].Demand == demand {
			lines = append(lines, i)
		}
	}
	return h.sources(lines)
}

// calendarAtMost is how many weeks a calendar draws; longer ones are only the table.
const calendarAtMost = 6

// weeksOf draws the weeks that have deliveries.
func weeksOf(p *i18n.Printer, days map[calendar.Day]weight.Grams) (out []calWeek) {
	var first, last calendar.Day
	for d := range days {
		if first == 0 || d < first {
			first = d
		}
		last = max(last, d)
	}
	if first == 0 {
		return nil
	}
	for monday := first.Week().Monday(); monday <= last; monday += 7 {
		if len(out) == calendarAtMost {
			return nil
		}
		w := calWeek{Number: p.Arg(i18n.Plain(monday.Week().Number))}
		for i := range w.Days {
			d := monday + calendar.Day(i)
			_, _, n := d.Date()
			w.Days[i].Day = p.Arg(n)
			if i == 0 || n == 1 {
				w.Days[i].Day = shortDay(p, d)
			}
			if g := days[d]; g > 0 {
				w.Days[i].Tonnes = amount(p, g)
			}
		}
		out = append(out, w)
	}
	return out
}
