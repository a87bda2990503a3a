package market

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/web"
)

// linePage is the page of one line.
type linePage struct {
	Plan    PlanID
	Title   string
	Sub     string
	Net     string
	NetNote string
	Price   web.Grid
	Facts   []web.Item
	Beside  []web.Item
	Papers  []paperShown
	Near    web.Grid
	Rivals  web.Grid
	Prev    string
	Next    string
	Order   string
	Pair    pairShown // what people decided about the pair, of a plan from the book
}

type paperShown struct {
	Name, Note string
	Held       bool
}

// showLine explains one line. It is for the staff: it holds what the buyer pays beside
// what the supplier nets, which neither may know of the other.
func (a *Area) showLine(w http.ResponseWriter, r *http.Request) error {
	h, err := a.heldOf(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	i, ok := h.lineAt(n - 1)
	if err != nil || !ok {
		return fault.New(fault.NotFound, "market.fault.no_line")
	}
	p := i18n.From(r.Context())
	s := h.story(i)
	v := linePage{Plan: h.Head.ID, Order: planPath(h.Head.ID) + "#" + s.demand.ID}
	goods := goodsInside(p, s.goods)
	v.Title = p.T("market.line.title", amount(p, s.line.Grams), goods)
	v.Sub = p.T("market.line.sub", s.supplier.Name, s.buyer.Name)
	v.Net = exactKg(p, s.line.Net)
	v.NetNote = p.T("market.line.net_note", about(p, total(s.line.Net, int64(s.line.Grams))))
	v.Price = s.priceGrid(p)
	v.Facts = s.facts(p, &h.In.Params)
	v.Beside = h.beside(p, s)
	for _, c := range s.papers {
		v.Papers = append(v.Papers, coverShown(p, c))
	}
	v.Near, v.Rivals = h.nearGrid(p, s), h.rivalGrid(p, s)
	if i > 0 {
		v.Prev = linePath(h.Head.ID, h.lineNumber(i-1))
	}
	if i+1 < len(h.Plan.Lines) {
		v.Next = linePath(h.Head.ID, h.lineNumber(i+1))
	}
	if h.Round.Origin == FromBook {
		if v.Pair, err = a.pairOfBook(r, s.line.Offer, s.line.Demand, s.line.Grams); err != nil {
			return err
		}
	}
	page := web.Page{Title: v.Title, Nav: "plan", Crumbs: []web.Crumb{
		{Label: p.T("market.plan.title"), Href: planPath(h.Head.ID)}, {Label: p.T("market.line.crumb", n)},
	}}
	return web.Render(w, r, page, lineView(v))
}

// total is what so many grams bring at a price.
func total(price money.PerTonne, grams int64) money.VND {
	return money.VND(int64(price) / 1000 * (grams / 1000))
}

func (s *lineStory) priceGrid(p *i18n.Printer) web.Grid {
	g := web.Grid{Label: p.T("market.line.price"), Plain: true, Cols: []web.Column{{Label: p.T("market.line.step")}, {Label: p.T("market.line.off"), Num: true}, {Label: p.T("market.line.after"), Num: true}}}
	for _, x := range s.steps {
		off := ""
		switch {
		case x.off > 0:
			off = "−" + exactKg(p, x.off)
		case x.off < 0:
			off = "+" + exactKg(p, -x.off)
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: s.stepName(p, x), Sub: s.stepNote(p, x)}, {Text: off}, {Text: exactKg(p, x.after)}}})
	}
	g.Foot = []web.Cell{{Text: p.T("market.line.net")}, {}, {Text: exactKg(p, s.line.Net)}}
	return g
}

func (s *lineStory) stepName(p *i18n.Printer, x wayStep) string {
	if x.kind == "price" && s.demand.AtGarden {
		return p.T("market.line.step_price_garden")
	}
	return p.T("market.line.step_" + x.kind)
}

func (s *lineStory) stepNote(p *i18n.Printer, x wayStep) string {
	switch x.kind {
	case "price":
		if s.demand.AtGarden {
			return ""
		}
		return s.to.Name
	case "discount", "shrink", "lead_shrink":
		return p.T("market.plan.percent", p.Marks().Fixed(x.bp, 2, 2))
	case "money":
		return p.T("market.line.note_money", x.days, p.Marks().Fixed(x.bp, 2, 2))
	case "freight", "lead_freight":
		key := "market.line.note_freight"
		if x.cold {
			key = "market.line.note_cold"
		}
		return p.T(key, x.km, x.vehicle)
	}
	return ""
}

func (s *lineStory) facts(p *i18n.Printer, q *Params) (out []web.Item) {
	item := func(key, value string) { out = append(out, web.Item{Label: p.T(key), Value: value}) }
	item("market.line.from", s.supplier.Name+", "+s.from.Name)
	if s.lead != nil {
		item("market.plan.lead", p.T("market.line.via", s.lead.Name, s.yard.Name))
	}
	item("market.line.to", s.buyer.Name+", "+s.to.Name)
	item("market.line.class", className(p, s.line.Class))
	item("market.line.pick", p.T("market.line.within", s.line.Pick, shortDay(p, s.offer.From), shortDay(p, s.offer.To)))
	item("market.line.deliver", p.T("market.line.within", s.line.Deliver, shortDay(p, s.demand.From), shortDay(p, s.demand.To)))
	item("market.line.fresh", p.T("market.line.fresh_text", int64(s.line.Deliver-s.line.Pick), s.goods.ShelfDays, q.life(s.goods.ShelfDays)))
	if s.demand.PayDays > 0 {
		item("market.line.paid", p.T("market.line.paid_after", s.demand.PayDays, s.line.Deliver+calendar.Day(s.demand.PayDays)))
	} else {
		item("market.line.paid", p.T("market.line.paid_now"))
	}
	return out
}

// beside sets the net price against what the supplier could have elsewhere.
func (h *heldPlan) beside(p *i18n.Printer, s *lineStory) (out []web.Item) {
	item := func(key, value string) { out = append(out, web.Item{Label: p.T(key), Value: value, Num: true}) }
	unit := func(x money.PerTonne) string { return p.T("base.money.per_kg", exactKg(p, x)) }
	if t, ok := h.trader(s.line); ok {
		item("market.line.trader", unit(t))
	} else {
		item("market.line.trader", p.T("market.line.not_stated"))
	}
	if s.offer.Floor > 0 {
		item("market.line.floor", unit(s.offer.Floor))
	} else {
		item("market.line.floor", p.T("market.line.not_stated"))
	}
	if s.offer.Trader == 0 && s.offer.Floor == 0 {
		item("market.line.reference", unit(s.goods.RefFloor))
	}
	item("market.line.alternative", unit(s.line.Reserve))
	item("market.line.seller_gain", signed(unit(s.line.Net-s.line.Reserve), s.line.Net-s.line.Reserve))
	item("market.line.buyer_gain", signed(unit(s.line.Gain-(s.line.Net-s.line.Reserve)), s.line.Gain-(s.line.Net-s.line.Reserve)))
	if s.line.Bonus > 0 {
		item("market.line.bonus", unit(s.line.Bonus))
	}
	if s.rest > 0 {
		item("market.line.rest", amount(p, s.rest))
	}
	return out
}

func coverShown(p *i18n.Printer, c paperCover) paperShown {
	x := paperShown{Name: paperName(p, c.kind), Held: c.held}
	scope := p.T("market.line.whole")
	if c.scope > 0 {
		scope = p.T("market.line.scope", amount(p, c.scope))
	}
	switch {
	case !c.held:
		x.Note = p.T("market.line.paper_missing")
	case c.until > 0:
		x.Note = p.T("market.line.paper_until", scope, c.until)
	default:
		x.Note = scope
	}
	return x
}

func (h *heldPlan) nearGrid(p *i18n.Printer, s *lineStory) web.Grid {
	g := web.Grid{Label: p.T("market.line.near"), Cols: []web.Column{{Label: p.T("market.plan.buyer")}, {Label: p.T("market.line.both_gain"), Num: true}, {Label: p.T("market.line.in_plan")}}}
	for _, x := range s.near {
		said := p.T("market.line.near_open")
		switch {
		case x.here > 0:
			said = p.T("market.line.near_here", amount(p, x.here))
		case x.full:
			said = p.T("market.line.near_full")
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: h.names.party[x.demand.Party].Name, Href: demandPath(h.Head.Round, x.demand.ID), Sub: h.names.place[x.demand.Place].Name},
			{Text: exactKg(p, x.gain)},
			{Text: said},
		}})
	}
	return g
}

func (h *heldPlan) rivalGrid(p *i18n.Printer, s *lineStory) web.Grid {
	g := web.Grid{Label: p.T("market.line.rivals"), Cols: []web.Column{{Label: p.T("market.plan.source")}, {Label: p.T("market.line.both_gain"), Num: true}, {Label: p.T("market.line.in_plan")}}}
	for _, x := range s.rivals {
		said := p.T("market.line.rival_left")
		switch {
		case x.here > 0:
			said = p.T("market.line.rival_here", amount(p, x.here))
		case x.spent:
			said = p.T("market.line.rival_spent")
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: h.names.party[x.offer.Party].Name, Href: offerPath(h.Head.Round, x.offer.ID), Sub: h.names.place[x.offer.Place].Name},
			{Text: exactKg(p, x.gain)},
			{Text: said},
		}})
	}
	return g
}

func offerPath(round RoundID, id string) string { return fmt.Sprintf("/offers/%d/%s", round, id) }

func demandPath(round RoundID, id string) string { return fmt.Sprintf("/demands/%d/%s", round, id) }
