package market

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

const listSize = 50

// listQuery are the conditions that a list keeps in its address.
var listQuery = []string{"q", "goods", "district", "round", "org", "sort"}

// listing is one list of offers or of demands as it is asked for.
type listing struct {
	demands bool
	none    bool // no round yet
	round   Round
	filter  ListFilter
	q       url.Values
	shares  *shares
	rows    []listRow
	count   Counted
}

func (l *listing) path() string {
	if l.demands {
		return "/demands"
	}
	return "/offers"
}

// word is a text of the list: market.list.offers.<key> or market.list.demands.<key>.
func (l *listing) word(p *i18n.Printer, key string, args ...any) string {
	if l.demands {
		return p.T("market.list.demands."+key, args...)
	}
	return p.T("market.list.offers."+key, args...)
}

func (l *listing) at(key, value string) string {
	return keepQuery(l.path(), l.q, key, value, listQuery...)
}

// listOf reads the conditions and the rows that hold them; size 0 is all.
func (a *Area) listOf(r *http.Request, demands bool, size int) (l *listing, err error) {
	ctx := r.Context()
	l = &listing{demands: demands, q: r.URL.Query()}
	want := atoi(l.q.Get("round"))
	l.round, err = a.Store.Round(ctx, RoundID(want))
	if fault.CodeOf(err) == fault.NotFound && want == 0 && err != nil {
		l.none = true
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	f := ListFilter{Round: l.round.ID, Text: l.q.Get("q"), Commodity: l.q.Get("goods"), District: l.q.Get("district"), Sort: "party", Size: size}
	f.Page = max(1, atoi(l.q.Get("page")))
	f.Org = int64(atoi(l.q.Get("org")))
	if len(f.Text) > 200 {
		f.Text = f.Text[:200]
	}
	if s, desc := strings.CutPrefix(l.q.Get("sort"), "-"); slices.Contains(ListSorts, s) {
		f.Sort, f.Desc = s, desc
	}
	l.filter = f
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
	return a.shares.get(plans[0].ID, func() (*shares, error) {
		p, err := a.Store.PlanDoc(ctx, plans[0].ID)
		if err != nil {
			return nil, err
		}
		return sharesOf(plans[0], p), nil
	})
}

func (a *Area) listOffers(w http.ResponseWriter, r *http.Request) error {
	return a.showList(w, r, false)
}

func (a *Area) listDemands(w http.ResponseWriter, r *http.Request) error {
	return a.showList(w, r, true)
}

// listShown is the page of a list.
type listShown struct {
	Title, Sub, Count string
	None              bool // no round yet
	MayUpload         bool
	Bar               web.Filter
	Grid              web.Grid
	Paging            web.Paging
	Path, Query       string
	Empty, EmptyText  string
}

func (a *Area) showList(w http.ResponseWriter, r *http.Request, demands bool) error {
	ctx := r.Context()
	l, err := a.listOf(r, demands, listSize)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	v := listShown{Title: l.word(p, "title"), None: l.none, Path: l.path(), MayUpload: web.May(r, "/upload")}
	if !l.none {
		v.Sub = joinDot(l.round.Label, p.T("market.round.days", l.round.AsOf, l.round.Horizon))
		v.Count = l.word(p, "count", l.count.Rows, rounded(l.count.Grams))
		_, v.Query, _ = strings.Cut(l.at("page", ""), "?")
		v.Empty, v.EmptyText = l.word(p, "none"), p.T("market.list.none.text")
		v.Grid = l.grid(p)
		v.Paging = web.Paging{Page: l.filter.Page, Size: listSize, Total: l.count.Rows, Href: func(n int) string { return l.at("page", strconv.Itoa(n)) }}
		if v.Bar, err = a.listBar(ctx, l); err != nil {
			return err
		}
	}
	return web.Render(w, r, web.Page{Title: v.Title, Nav: strings.TrimPrefix(l.path(), "/")}, listView(v))
}

func (a *Area) listBar(ctx context.Context, l *listing) (f web.Filter, err error) {
	p := i18n.From(ctx)
	codes, err := a.Store.Goods(ctx, l.round.ID, l.demands)
	if err != nil {
		return f, err
	}
	goods := []web.Option{{Label: p.T("market.list.goods.all")}}
	for _, c := range codes {
		goods = append(goods, web.Option{Value: c, Label: a.goodsWord(p, c)})
	}
	names, err := a.Store.Districts(ctx, l.round.ID, l.demands)
	if err != nil {
		return f, err
	}
	slices.SortFunc(names, func(x, y string) int { return strings.Compare(text.SortKey(x), text.SortKey(y)) })
	where := []web.Option{{Label: p.T("market.list.district.all")}}
	for _, n := range names {
		if n != "" {
			where = append(where, web.Option{Value: n, Label: n})
		}
	}
	f = web.Filter{Action: l.path(), Clear: l.path(), Hidden: map[string]string{}, Fields: []web.Control{
		{Name: "q", ID: "q-list", Type: "search", Label: p.T("market.list.search"), Value: l.q.Get("q"), Placeholder: p.T("market.list.search.hint")},
		{Name: "goods", Type: "select", Label: p.T("market.col.commodity"), Options: goods, Value: l.q.Get("goods")},
		{Name: "district", Type: "select", Label: p.T("market.list.district"), Options: where, Value: l.q.Get("district")},
	}}
	f.Chips = chips(f.Fields, l.at)
	if l.q.Get("round") != "" {
		f.Hidden["round"] = l.q.Get("round")
		f.Chips = append(f.Chips, web.Chip{Label: l.round.Label, Href: l.at("round", "")})
	}
	if l.filter.Org != 0 {
		f.Hidden["org"] = l.q.Get("org")
		f.Chips = append(f.Chips, web.Chip{Label: a.orgName(ctx, registry.OrgID(l.filter.Org)), Href: l.at("org", "")})
	}
	if s := l.q.Get("sort"); s != "" {
		f.Hidden["sort"] = s
	}
	return f, nil
}

func (a *Area) orgName(ctx context.Context, id registry.OrgID) string {
	o, err := a.Store.Orgs.OrgByID(ctx, id)
	if err != nil {
		return strconv.FormatInt(int64(id), 10)
	}
	return o.Name
}

// grid is the table of a list. What the exports write stands in listColumns.
func (l *listing) grid(p *i18n.Printer) web.Grid {
	col := func(key, sort string, num bool) web.Column {
		c := web.Column{Label: key, Num: num}
		if sort == "" {
			return c
		}
		c.Sort = l.at("sort", sort)
		if l.filter.Sort == sort {
			c.Sorted = "ascending"
			if l.filter.Desc {
				c.Sorted = "descending"
			} else {
				c.Sort = l.at("sort", "-"+sort)
			}
		}
		return c
	}
	who, price := "market.col.supplier", "market.list.floor"
	if l.demands {
		who, price = "market.col.buyer", "market.list.ceiling"
	}
	g := web.Grid{Label: l.word(p, "title"), Cols: []web.Column{
		col(p.T(who), "party", false), col(p.T("market.col.commodity"), "goods", false), col(p.T("market.col.papers"), "", false),
		col(p.T("market.col.quantity"), "grams", true), col(l.word(p, "days"), "from", false), col(l.word(p, "place"), "place", false), col(p.T(price), "", true),
	}}
	if l.shares != nil {
		g.Cols = append(g.Cols, col(p.T("market.list.in_plan"), "", false))
	}
	for i := range l.rows {
		x := &l.rows[i]
		row := web.Row{Cells: []web.Cell{
			{Body: partyCell(x.Party, orgHref(x.Org), x.tel())},
			{Body: goodsCell(x.Goods, recordPath(l.path(), l.round.ID, x.ID), joinDot(x.ID, steady(x.ShortClass), steady(x.Least)))},
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

func recordPath(list string, round RoundID, id string) string {
	return fmt.Sprintf("%s/%d/%s", list, round, url.PathEscape(id))
}

// listRow is an offer or a demand in words, for both lists and their exports.
type listRow struct {
	ID, Party, Contact, Phone     string
	Org                           registry.OrgID
	Goods, Variety, Class, Papers string
	ShortClass, ShortPapers       string // on screen
	Grams                         weight.Grams
	From, To                      calendar.Day
	Assumed                       bool
	Place, District, Province     string
	Price, PriceSub, Least        string // on screen
	Limit, Trader                 any    // đ/kg, nil unknown
	Smallest                      any    // weight.Grams
	Terms                         []any  // of a demand: price at, discount, days of payment, sources, invoices
	Matched                       weight.Grams
	Planned                       bool // there is a plan
}

func (x *listRow) tel() string {
	if all := registry.ParsePhones(x.Phone); len(all) > 0 {
		return all[0]
	}
	return ""
}

// steady keeps words on one line.
func steady(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// narrow is the place below its district, as far as the label names one.
func (x *listRow) narrow() string {
	first, _, more := strings.Cut(x.Place, ", ")
	if wide := strings.TrimPrefix(text.Fold(x.wide()), "tp "); !more || wide != "" && strings.HasSuffix(text.Fold(first), wide) {
		return ""
	}
	return first
}

// wide is the district, or the province of a place outside one.
func (x *listRow) wide() string {
	if x.District != "" {
		return x.District
	}
	return x.Province
}

func (x *listRow) assumed(p *i18n.Printer) string {
	if x.Assumed {
		return p.T("market.list.assumed")
	}
	return ""
}

// state is how much of the record the plan holds, in words and colour.
func (x *listRow) state(p *i18n.Printer) templ.Component {
	switch {
	case x.Matched == 0:
		return web.Tag("", "", p.T("market.list.unmatched"))
	case x.Matched < x.Grams:
		return web.Tag("warn", "check", p.T("market.list.matched", x.Matched))
	}
	return web.Tag("good", "check", p.T("market.list.matched", x.Matched))
}
