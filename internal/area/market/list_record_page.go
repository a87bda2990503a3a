package market

import (
	"context"
	"fmt"
	"net/http"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// recordShown is the page of one offer or demand.
type recordShown struct {
	Title, Sub string
	Tel        string
	Round      Round
	Row        listRow
	Summary    []web.Item
	Asks       []web.Doubt
	Plan       *shares
	Lines      web.Grid
	Letter     string
	PlanHref   string
}

func (a *Area) showOffer(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), i18n.From(r.Context())
	round, err := a.roundOf(r, "id")
	if err != nil {
		return err
	}
	x, err := a.Store.OfferByID(ctx, auth.SightOf(ctx), round.ID, r.PathValue("record"))
	if err != nil {
		return err
	}
	v := recordShown{Round: round}
	if v.Plan, err = a.newestShares(ctx, round.ID); err != nil {
		return err
	}
	v.Row = a.offerRow(p, &x, v.Plan, &round)
	item := func(key, value string) web.Item { return web.Item{Label: p.T(key), Value: value} }
	v.Summary = a.recordItems(p, &v.Row, []web.Item{
		item("market.col.class", v.Row.Class), item("market.col.papers", offerPapers(p, x.Papers, true)),
		item("market.list.firm", p.Arg(x.Firm)), item("market.list.forecast", some(p, x.Forecast)), item("market.list.held", some(p, x.Held)),
		item("market.list.to_plan", p.Arg(v.Row.Grams)), item("market.col.piece", pieceWords(p, x.Piece, x.UnitName)),
		item("market.list.offers.days", p.Arg(calendar.Period{From: x.From, To: x.To})), item("market.list.offers.place", v.Row.Place),
		item("market.col.floor", v.Row.Price), item("market.col.trader", traderWords(v.Row, p)), item("market.col.min_line", some(p, x.MinLine)),
	}, x.DaysAssumed, x.Note, x.Source)
	return a.renderRecord(w, r, &v, "/offers", x.ID)
}

func (a *Area) showDemand(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), i18n.From(r.Context())
	round, err := a.roundOf(r, "id")
	if err != nil {
		return err
	}
	x, err := a.Store.DemandByID(ctx, auth.SightOf(ctx), round.ID, r.PathValue("record"))
	if err != nil {
		return err
	}
	v := recordShown{Round: round}
	if v.Plan, err = a.newestShares(ctx, round.ID); err != nil {
		return err
	}
	v.Row = a.demandRow(p, &x, v.Plan)
	item := func(key, value string) web.Item { return web.Item{Label: p.T(key), Value: value} }
	most := func(n int) string {
		if n == 0 {
			return ""
		}
		return p.Arg(n)
	}
	price := v.Row.Price
	if x.Ceiling > 0 {
		price = joinDot(price, v.Row.PriceSub)
	}
	v.Summary = a.recordItems(p, &v.Row, []web.Item{
		item("market.col.min_class", v.Row.Class), item("market.col.papers_required", v.Row.Papers), item("market.col.quantity", p.Arg(x.Quantity)),
		item("market.list.demands.days", p.Arg(calendar.Period{From: x.From, To: x.To})), item("market.list.demands.place", v.Row.Place),
		item("market.col.ceiling", price), item("market.col.discount", percentWords(p, x.DiscountBP)), item("market.list.pay_days", payWords(p, x.PayDays)),
		item("market.col.min_order", some(p, x.MinOrder)), item("market.col.max_sources", most(x.MaxSources)), item("market.col.max_invoices", most(x.MaxInvoices)),
	}, x.DaysAssumed, x.Note, x.Source)
	return a.renderRecord(w, r, &v, "/demands", x.ID)
}

// recordItems puts what both kinds declare around what one of them does; what nobody said
// is left out.
func (a *Area) recordItems(p *i18n.Printer, x *listRow, own []web.Item, assumed bool, note string, src Source) []web.Item {
	all := []web.Item{
		{Label: p.T("market.list.who"), Body: orgLink(x.Party, orgHref(x.Org))},
		{Label: p.T("market.col.contact"), Value: x.Contact},
		{Label: p.T("market.col.commodity"), Value: x.Goods},
		{Label: p.T("market.col.variety"), Value: x.Variety},
	}
	all = append(all, own...)
	if assumed {
		all = append(all, web.Item{Label: p.T("market.list.days.who"), Value: p.T("market.list.assumed.long"), Wait: true})
	}
	all = append(all, web.Item{Label: p.T("market.col.note"), Value: note})
	if src.Row > 0 {
		all = append(all, web.Item{Label: p.T("market.list.source"), Value: p.T("market.round.where.row", src.Sheet, i18n.Plain(src.Row))})
	}
	kept := all[:0]
	for _, it := range all {
		if it.Value != "" || it.Body != nil {
			kept = append(kept, it)
		}
	}
	return kept
}

func (a *Area) renderRecord(w http.ResponseWriter, r *http.Request, v *recordShown, list, id string) error {
	ctx, p := r.Context(), i18n.From(r.Context())
	v.Tel = v.Row.tel()
	v.Title = v.Row.Goods + " · " + v.Row.Party
	v.Sub = joinDot(id, v.Round.Label)
	asks, err := a.Store.Asks(ctx, v.Round.ID)
	if err != nil {
		return err
	}
	for _, x := range asks {
		if x.Record == id {
			v.Asks = append(v.Asks, doubt(p, x))
		}
	}
	if v.Plan != nil {
		v.PlanHref = fmt.Sprintf("/plan/%d", v.Plan.plan.ID)
		if v.Plan.left[id] {
			v.Letter = v.PlanHref + "/letter/" + id
		}
		if err := a.recordLines(ctx, v, list, id); err != nil {
			return err
		}
	}
	title := p.T("market.list.offers.title")
	if list == "/demands" {
		title = p.T("market.list.demands.title")
	}
	return web.Render(w, r, web.Page{
		Title: v.Title, Nav: "rounds",
		Crumbs: []web.Crumb{{Label: title, Href: roundPath(v.Round.ID) + list}, {Label: id}},
	}, recordView(*v))
}

// recordLines is the table of a record's lines in the newest plan.
func (a *Area) recordLines(ctx context.Context, v *recordShown, list, id string) error {
	p := i18n.From(ctx)
	other, price := p.T("market.col.buyer"), p.T("market.list.net")
	if list == "/demands" {
		other, price = p.T("market.col.supplier"), p.T("market.list.pays")
	}
	v.Lines = web.Grid{Label: p.T("market.list.lines"), Cols: []web.Column{
		{Label: other},
		{Label: p.T("market.col.class")},
		{Label: p.T("market.col.quantity"), Num: true},
		{Label: p.T("market.list.pick")},
		{Label: p.T("market.list.deliver")},
		{Label: p.T("market.list.via")},
		{Label: price, Num: true},
		{Label: p.T("market.list.acts"), Hidden: true},
	}}
	// As in the plan's file: what a seller nets is rounded down, what a buyer pays up.
	for _, l := range v.Plan.lines[id] {
		name, href, net := "", "", l.Net.PerKg()
		if list == "/offers" {
			d, err := a.Store.DemandByID(ctx, auth.Sight{}, v.Round.ID, l.Demand)
			if err != nil {
				return err
			}
			name, href = d.PartyName, recordPath("/demands", v.Round.ID, l.Demand)
		} else {
			o, err := a.Store.OfferByID(ctx, auth.Sight{}, v.Round.ID, l.Offer)
			if err != nil {
				return err
			}
			name, href, net = o.PartyName, recordPath("/offers", v.Round.ID, l.Offer), -(-l.Pays).PerKg()
		}
		via := p.T("market.list.direct")
		if l.Via != "" {
			party, err := a.Store.PartyByID(ctx, v.Round.ID, l.Via)
			if err != nil {
				return err
			}
			via = party.Name
		}
		class := p.T("market.list.whole")
		if l.Class > 0 {
			class = p.T("market.list.class", l.Class)
		}
		v.Lines.Rows = append(v.Lines.Rows, web.Row{Cells: []web.Cell{
			{Text: name, Href: href},
			{Text: class},
			{Text: p.Arg(l.Grams), Strong: true},
			{Text: listDay(p, l.Pick)},
			{Text: listDay(p, l.Deliver)},
			{Text: via},
			{Text: p.Arg(net) + "/kg"},
		}, Acts: []web.Action{{Label: p.T("market.list.line"), Href: fmt.Sprintf("%s/line/%d", v.PlanHref, l.N+1), Aria: p.T("market.list.line.aria", name)}}})
	}
	return nil
}

func some(p *i18n.Printer, g weight.Grams) string {
	if g == 0 {
		return ""
	}
	return p.Arg(g)
}

func pieceWords(p *i18n.Printer, g weight.Grams, unit string) string {
	if g == 0 {
		return ""
	}
	return p.T("market.list.piece", unit, g)
}

func traderWords(x listRow, p *i18n.Printer) string {
	if x.Trader == nil {
		return ""
	}
	return p.Arg(x.Trader)
}

func percentWords(p *i18n.Printer, bp int64) string {
	if bp == 0 {
		return ""
	}
	return p.Marks().Fixed(bp, 2, 2) + " %"
}

func payWords(p *i18n.Printer, days int64) string {
	if days == 0 {
		return ""
	}
	return p.T("market.list.days", days)
}

// restWords says what the plan leaves of a record.
func restWords(ctx context.Context, x listRow) string {
	if x.Matched >= x.Grams {
		return ""
	}
	return web.T(ctx, "market.list.rest", x.Grams-x.Matched)
}
