package market

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// The offers and demands of a round as they were frozen. Limits of price stand in them, so
// only the alliance's own staff opens them.

// roundListQuery are the conditions that the list keeps in its address.
var roundListQuery = []string{"q", "goods", "district", "org", "sort"}

// roundList is the list of a round as it is asked for.
type roundList struct {
	listing
	round  Round
	filter ListFilter
}

func listName(demands bool) string {
	if demands {
		return "/demands"
	}
	return "/offers"
}

// recordPath is the page of a round's offer or demand; list is "/offers" or "/demands".
func recordPath(list string, round RoundID, id string) string {
	return roundPath(round) + list + "/" + url.PathEscape(id)
}

// roundListOf reads the conditions and the rows that hold them; size 0 is all.
func (a *Area) roundListOf(r *http.Request, demands bool, size int) (l *roundList, err error) {
	ctx := r.Context()
	l = &roundList{listing: listing{demands: demands, keys: roundListQuery, q: r.URL.Query()}}
	if l.round, err = a.roundOf(r, "id"); err != nil {
		return nil, err
	}
	l.base = roundPath(l.round.ID) + listName(demands)
	f := ListFilter{Sight: auth.SightOf(ctx), Round: l.round.ID, Text: l.q.Get("q"), Commodity: l.q.Get("goods"), District: l.q.Get("district"), Sort: "party", Size: size}
	f.Page = max(1, atoi(l.q.Get("page")))
	f.Org = int64(atoi(l.q.Get("org")))
	if len(f.Text) > 200 {
		f.Text = f.Text[:200]
	}
	if s, desc := strings.CutPrefix(l.q.Get("sort"), "-"); slices.Contains(ListSorts, s) {
		f.Sort, f.Desc = s, desc
	}
	l.filter, l.sort, l.desc = f, f.Sort, f.Desc
	if l.shares, err = a.newestShares(ctx, l.round.ID); err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	if demands {
		var rows []DemandRow
		rows, l.count, err = a.Store.Demands(ctx, f)
		for i := range rows {
			l.rows = append(l.rows, a.demandRow(p, &rows[i], l.shares))
		}
		return l, err
	}
	rows, n, err := a.Store.Offers(ctx, f)
	for i := range rows {
		l.rows = append(l.rows, a.offerRow(p, &rows[i], l.shares, &l.round))
	}
	l.count = n
	return l, err
}

// newestShares is what the newest plan of a round holds; nil when it has none.
func (a *Area) newestShares(ctx context.Context, round RoundID) (*shares, error) {
	plans, err := a.Store.Plans(ctx, round)
	if err != nil || len(plans) == 0 {
		return nil, err
	}
	return a.sharesOfPlan(ctx, plans[0])
}

func (a *Area) sharesOfPlan(ctx context.Context, head Stored) (*shares, error) {
	return a.shares.get(head.ID, func() (*shares, error) {
		p, err := a.Store.PlanDoc(ctx, head.ID)
		if err != nil {
			return nil, err
		}
		return sharesOf(head, p), nil
	})
}

func (a *Area) listRoundOffers(w http.ResponseWriter, r *http.Request) error {
	return a.showRoundList(w, r, false)
}

func (a *Area) listRoundDemands(w http.ResponseWriter, r *http.Request) error {
	return a.showRoundList(w, r, true)
}

func (a *Area) showRoundList(w http.ResponseWriter, r *http.Request, demands bool) error {
	ctx := r.Context()
	l, err := a.roundListOf(r, demands, listSize)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	v := listShown{
		Title: l.word(p, "title"), Path: l.path(), Sub: joinDot(l.round.Label, p.T("market.round.days", l.round.AsOf, l.round.Horizon)),
		Count: l.word(p, "count", l.count.Rows, rounded(l.count.Grams)), Empty: l.word(p, "none"), EmptyText: p.T("market.list.none.text"),
		Grid: l.grid(p), Exports: web.Exports(r, "xlsx", "csv", "pdf"),
		Paging: web.Paging{Page: l.filter.Page, Size: listSize, Total: l.count.Rows, Href: func(n int) string { return l.at("page", strconv.Itoa(n)) }},
	}
	if v.Bar, err = a.roundListBar(ctx, l); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{
		Title: v.Title, Nav: "rounds",
		Crumbs: []web.Crumb{{Label: p.T("market.plan.rounds"), Href: "/rounds"}, {Label: l.round.Label, Href: roundPath(l.round.ID)}, {Label: v.Title}},
	}, listView(v))
}

func (a *Area) roundListBar(ctx context.Context, l *roundList) (f web.Filter, err error) {
	codes, err := a.Store.Goods(ctx, l.round.ID, l.demands)
	if err != nil {
		return f, err
	}
	names, err := a.Store.Districts(ctx, l.round.ID, l.demands)
	if err != nil {
		return f, err
	}
	p := i18n.From(ctx)
	f = web.Filter{Action: l.path(), Clear: l.path(), Hidden: map[string]string{}, Fields: a.listFields(p, l.q, codes, names)}
	f.Chips = chips(f.Fields, l.at)
	if l.filter.Org != 0 {
		f.Hidden["org"] = l.q.Get("org")
		f.Chips = append(f.Chips, web.Chip{Label: a.orgName(ctx, registry.OrgID(l.filter.Org)), Href: l.at("org", "")})
	}
	if s := l.q.Get("sort"); s != "" {
		f.Hidden["sort"] = s
	}
	return f, nil
}

// listFields are the conditions that both lists have: words, goods, district.
func (a *Area) listFields(p *i18n.Printer, q url.Values, codes, districts []string) []web.Control {
	goods := []web.Option{{Label: p.T("market.list.goods.all")}}
	for _, c := range codes {
		goods = append(goods, web.Option{Value: c, Label: a.goodsWord(p, c)})
	}
	slices.SortFunc(districts, func(x, y string) int { return strings.Compare(text.SortKey(x), text.SortKey(y)) })
	where := []web.Option{{Label: p.T("market.list.district.all")}}
	for _, n := range districts {
		if n != "" {
			where = append(where, web.Option{Value: n, Label: n})
		}
	}
	return []web.Control{
		{Name: "q", ID: "q-list", Type: "search", Label: p.T("market.list.search"), Value: q.Get("q"), Placeholder: p.T("market.list.search.hint")},
		{Name: "goods", Type: "select", Label: p.T("market.col.commodity"), Options: goods, Value: q.Get("goods")},
		{Name: "district", Type: "select", Label: p.T("market.list.district"), Options: where, Value: q.Get("district")},
	}
}

// grid is the table of a round's list. What the exports write stands in exportColumns.
func (l *roundList) grid(p *i18n.Printer) web.Grid {
	who, price := "market.col.supplier", "market.list.floor"
	if l.demands {
		who, price = "market.col.buyer", "market.list.ceiling"
	}
	g := web.Grid{Label: l.word(p, "title"), Cols: []web.Column{
		l.column(p.T(who), "party", false), l.column(p.T("market.col.commodity"), "goods", false), l.column(p.T("market.col.papers"), "", false),
		l.column(p.T("market.col.quantity"), "grams", true), l.column(l.word(p, "days"), "from", false), l.column(l.word(p, "place"), "place", false),
		l.column(p.T(price), "", true),
	}}
	if l.shares != nil {
		g.Cols = append(g.Cols, l.column(p.T("market.list.in_plan"), "", false))
	}
	for i := range l.rows {
		x := &l.rows[i]
		row := web.Row{Cells: []web.Cell{
			{Body: partyCell(x.Party, orgHref(x.Org), x.tel())},
			{Body: goodsCell(x.Goods, recordPath(listName(l.demands), l.round.ID, x.ID), joinDot(x.ID, steady(x.ShortClass), steady(x.Least)))},
			{Text: x.ShortPapers},
			{Text: p.Arg(x.Grams), NoWrap: true},
			{Text: listDays(p, x.From, x.To), Sub: x.assumed(p), NoWrap: true},
			{Body: placeCell(x.wide(), x.narrow())},
			{Text: x.Price, Sub: x.PriceSub, NoWrap: true},
		}}
		if l.shares != nil {
			row.Cells = append(row.Cells, web.Cell{Body: x.state(p)})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// oldRecord sends those on who kept the address of a round's offer or demand.
func (a *Area) oldRecord(list string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		round, err := numbered(r, "round", "market.fault.no_round")
		if err != nil {
			return err
		}
		return web.Redirect(w, r, recordPath(list, RoundID(round), r.PathValue("id")))
	}
}

// oldRoundList sends those on who kept the address of a round's list; false when the
// address is not one.
func oldRoundList(w http.ResponseWriter, r *http.Request, list string) (bool, error) {
	q := r.URL.Query()
	round := atoi(q.Get("round"))
	if round == 0 {
		return false, nil
	}
	q.Del("round")
	to := fmt.Sprintf("/rounds/%d%s", round, list)
	if rest := q.Encode(); rest != "" {
		to += "?" + rest
	}
	return true, web.Redirect(w, r, to)
}
