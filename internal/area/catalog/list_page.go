package catalog

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// listShown is the page of the list.
type listShown struct {
	Bar   web.Filter
	Grid  web.Grid
	Total int
	All   int
	Lorry web.Grid
	// Paging shows 30 at a time.
	Paging web.Paging
}

const pageSize = 30

func (a *Area) listCommodities(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	on := a.today()
	prices, err := a.PricesOn(ctx, on)
	if err != nil {
		return err
	}
	params, err := a.Params(ctx)
	if err != nil {
		return err
	}
	_, month, _ := on.Date()
	month0, _ := strconv.Atoi(q.Get("month"))
	group := q.Get("group")
	v := listShown{All: len(a.Catalog.All()), Bar: a.filter(ctx, q), Lorry: a.lorryGrid(ctx, params, on)}
	v.Grid = web.Grid{Label: web.T(ctx, "catalog.title"), Cols: []web.Column{
		{Label: web.T(ctx, "catalog.commodity")},
		{Label: web.T(ctx, "catalog.group")},
		{Label: web.T(ctx, "catalog.season")},
		{Label: web.T(ctx, "catalog.shelf"), Num: true},
		{Label: web.T(ctx, "catalog.farm_price"), Num: true},
		{Label: web.T(ctx, "catalog.whole_price"), Num: true},
	}}
	var found []Commodity
	for _, x := range a.search(q.Get("q")) {
		if group != "" && x.Group != group || month0 >= 1 && month0 <= 12 && !x.InSeason(month0) {
			continue
		}
		found = append(found, x)
	}
	v.Total = len(found)
	page, _ := strconv.Atoi(q.Get("page"))
	page = min(max(page, 1), (v.Total+pageSize-1)/pageSize)
	v.Paging = web.Paging{Page: page, Size: pageSize, Total: v.Total, Href: func(n int) string { return address(q, "page", strconv.Itoa(n)) }}
	first := max(page-1, 0) * pageSize
	for _, x := range found[first:min(first+pageSize, v.Total)] {
		season := monthSpans(ctx, x.HarvestMonths)
		cell := web.Cell{Text: season}
		if x.InSeason(int(month)) {
			cell.Strong = true
		}
		v.Grid.Rows = append(v.Grid.Rows, web.Row{Cells: []web.Cell{
			{Text: nameOf(ctx, x), Href: commodityPath(x.Code)},
			{Text: web.T(ctx, "catalog.group."+x.Group)},
			cell,
			{Text: shelfText(ctx, x.ShelfDays), NoWrap: true},
			{Text: a.refText(ctx, a.Catalog.RefOn(prices, x.Code, AtFarm, on)), NoWrap: true},
			{Text: a.refText(ctx, a.Catalog.RefOn(prices, x.Code, Wholesale, on)), NoWrap: true},
		}})
	}
	return web.Render(w, r, web.Page{Title: web.T(ctx, "catalog.title"), Nav: "commodities"}, listView(v))
}

// search lists the commodities that a text may mean: what Match finds first, then names
// that hold the words.
func (a *Area) search(q string) []Commodity {
	want := text.Fold(q)
	if want == "" {
		return a.Catalog.All()
	}
	var out []Commodity
	add := func(code string) {
		if x, ok := a.Catalog.ByCode(code); ok && !slices.ContainsFunc(out, func(y Commodity) bool { return y.Code == code }) {
			out = append(out, x)
		}
	}
	if code, _, ok, candidates := a.Catalog.Match(q); ok {
		add(code)
	} else {
		for _, c := range candidates {
			add(c)
		}
	}
	for _, x := range a.Catalog.All() {
		if strings.Contains(text.Fold(strings.Join(append([]string{x.Code, x.NameVI, x.NameEN}, x.Aliases...), " ")), want) {
			add(x.Code)
		}
	}
	return out
}

// Groups lists the groups in the order of the list.
func (c *Catalog) Groups() []string {
	var gs []string
	for _, x := range c.list {
		if !slices.Contains(gs, x.Group) {
			gs = append(gs, x.Group)
		}
	}
	return gs
}

func (a *Area) filter(ctx context.Context, q url.Values) web.Filter {
	t := func(key string, args ...any) string { return web.T(ctx, key, args...) }
	groups := []web.Option{{Label: t("catalog.any_group")}}
	for _, g := range a.Catalog.Groups() {
		groups = append(groups, web.Option{Value: g, Label: t("catalog.group." + g)})
	}
	months := []web.Option{{Label: t("catalog.any_month")}}
	for m := 1; m <= 12; m++ {
		months = append(months, web.Option{Value: strconv.Itoa(m), Label: t("catalog.month", m)})
	}
	f := web.Filter{Action: "/commodities", Clear: "/commodities", Fields: []web.Control{
		{Name: "q", ID: "q", Label: t("catalog.search"), Type: "search", Value: q.Get("q"), Placeholder: t("catalog.search.hint")},
		{Name: "group", Label: t("catalog.group"), Type: "select", Options: groups, Value: q.Get("group")},
		{Name: "month", Label: t("catalog.in_month"), Type: "select", Options: months, Value: q.Get("month")},
	}}
	for _, c := range f.Fields {
		if c.Value == "" {
			continue
		}
		label := c.Value
		for _, o := range c.Options {
			if o.Value == c.Value {
				label = o.Label
			}
		}
		f.Chips = append(f.Chips, web.Chip{Label: label, Href: address(q, c.Name, "")})
	}
	return f
}

// address is the list's own address with one condition changed; "" drops it.
func address(q url.Values, key, value string) string {
	p := url.Values{}
	for _, k := range []string{"q", "group", "month"} {
		if k != key && q.Get(k) != "" {
			p.Set(k, q.Get(k))
		}
	}
	if value != "" {
		p.Set(key, value)
	}
	return (&url.URL{Path: "/commodities", RawQuery: p.Encode()}).String()
}

// refText is a reference price, or that there is none.
func (a *Area) refText(ctx context.Context, r Ref) string {
	if !r.Known() {
		return web.T(ctx, "catalog.no_figure")
	}
	return priceRange(ctx, r.Low, r.High)
}

func priceRange(ctx context.Context, low, high money.PerTonne) string {
	p := i18n.From(ctx)
	if low == high {
		return p.Arg(low)
	}
	return p.T("catalog.range", p.Marks().Int(int64(low)/1000), p.Arg(high/1000*1000))
}

func shelfText(ctx context.Context, days int64) string {
	if days == 0 {
		return web.T(ctx, "catalog.no_figure")
	}
	return web.T(ctx, "catalog.days", days)
}

// monthSpans says months as people do: tháng 10–1; all twelve are the whole year.
func monthSpans(ctx context.Context, months []int) string {
	if len(months) == 12 {
		return web.T(ctx, "catalog.all_year")
	}
	in := map[int]bool{}
	for _, m := range months {
		in[m] = true
	}
	var spans []string
	for m := 1; m <= 12; m++ {
		if !in[m] || in[(m+10)%12+1] {
			continue // not the first of a span; December comes before January
		}
		last := m
		for in[last%12+1] {
			last = last%12 + 1
		}
		if last == m {
			spans = append(spans, strconv.Itoa(m))
		} else {
			spans = append(spans, strconv.Itoa(m)+"–"+strconv.Itoa(last))
		}
	}
	return web.T(ctx, "catalog.months", strings.Join(spans, ", "))
}

func (a *Area) lorryGrid(ctx context.Context, own []Param, on calendar.Day) web.Grid {
	p := i18n.From(ctx)
	g := web.Grid{Label: p.T("catalog.freight"), Cols: []web.Column{
		{Label: p.T("catalog.lorry")}, {Label: p.T("catalog.per_km"), Num: true}, {Label: p.T("catalog.source")}, {Label: p.T("catalog.confidence")},
	}}
	for _, v := range a.Catalog.Vehicles(own, on) {
		par, _ := a.Catalog.ParamOn(own, "freight.per_km", strconv.FormatInt(int64(v.Load/weight.Kilogram), 10), on)
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: p.Arg(v.Load)}, {Text: p.Arg(v.PerKm)}, {Text: a.say(ctx, par.Source)}, {Text: a.say(ctx, par.Confidence)}}})
	}
	if par, ok := a.Catalog.ParamOn(own, "freight.cold_pm", "", on); ok {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: p.T("catalog.cold")}, {Text: "+" + p.Marks().Fixed(par.Value, 1, 1) + " %"}, {Text: a.say(ctx, par.Source)}, {Text: a.say(ctx, par.Confidence)}}})
	}
	return g
}
