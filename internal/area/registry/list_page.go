package registry

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/web"
)

const pageSize = 25

// readFilter reads the conditions of a list from its address.
func (a *Area) readFilter(ctx context.Context, q url.Values) Filter {
	f := Filter{Text: q.Get("q"), Size: pageSize, Page: 1, Sort: "name", Viewer: viewer(ctx)}
	if len(f.Text) > 200 {
		f.Text = f.Text[:200]
	}
	if k := Kind(q.Get("kind")); k.Known() {
		f.Kinds = []Kind{k}
	}
	switch where := q.Get("where"); {
	case where == "outside":
		f.Outside = a.home
	default:
		if u, ok := a.Atlas.ByKey(where); ok && u.Level == places.District {
			f.District = where
		} else if ok && u.Level == places.Province {
			f.Province = where
		}
	}
	if st := Status(q.Get("status")); known(Statuses, st) {
		f.Status = st
	}
	if s, desc := strings.CutPrefix(q.Get("sort"), "-"); known(Sorts, s) {
		f.Sort, f.Desc = s, desc
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n < 1_000_000 {
		f.Page = n
	}
	return f
}

// orgsShown is the page of the list.
type orgsShown struct {
	Filter   Filter
	List     []Org
	Total    int
	Counts   Counts
	Bar      web.Filter
	Grid     web.Grid
	Paging   web.Paging
	Files    []web.ExportFile
	Views    web.Views
	MayWrite bool
}

func (a *Area) listOrgs(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	f := a.readFilter(ctx, q)
	list, total, err := a.Orgs(ctx, f)
	if err != nil {
		return err
	}
	counts, err := a.Counts(ctx, f)
	if err != nil {
		return err
	}
	v := orgsShown{Filter: f, List: list, Total: total, Counts: counts, MayWrite: mayWrite(r)}
	v.Files = web.Exports(r, "xlsx", "csv", "pdf")
	if v.Views, err = web.SavedViews(r); err != nil {
		return err
	}
	v.Bar = a.orgFilter(ctx, q)
	v.Grid = a.orgGrid(ctx, v, q)
	v.Paging = web.Paging{Page: f.Page, Size: pageSize, Total: total, Href: func(n int) string { return address(q, "page", strconv.Itoa(n)).String() }}
	title := web.T(ctx, "registry.orgs.title")
	return web.Render(w, r, web.Page{Title: title, Nav: "organisations"}, orgsView(v))
}

// address is the list's own address with one condition changed; "" drops it.
func address(q url.Values, key, value string) *url.URL {
	p := url.Values{}
	for _, k := range []string{"q", "kind", "where", "status", "sort", "page"} {
		if v := q.Get(k); v != "" && k != key && (k != "page" || key == "") {
			p.Set(k, v)
		}
	}
	if value != "" {
		p.Set(key, value)
	}
	return &url.URL{Path: "/organisations", RawQuery: p.Encode()}
}

func (a *Area) orgFilter(ctx context.Context, q url.Values) web.Filter {
	t := func(key string, args ...any) string { return web.T(ctx, key, args...) }
	kinds := []web.Option{{Label: t("registry.any_kind")}}
	for _, k := range Kinds {
		kinds = append(kinds, web.Option{Value: string(k), Label: kindText(ctx, k)})
	}
	where := []web.Option{{Label: t("registry.anywhere")}}
	home, _ := a.Atlas.ByKey(a.home)
	for _, d := range a.Atlas.Children(a.home) {
		where = append(where, web.Option{Value: d.Key, Label: d.Name, Group: home.Full})
	}
	where = append(where, web.Option{Value: "outside", Label: t("registry.outside", home.Name)})
	status := []web.Option{{Label: t("registry.any_status")}}
	for _, s := range Statuses {
		status = append(status, web.Option{Value: string(s), Label: statusText(ctx, s)})
	}
	f := web.Filter{
		Action: "/organisations",
		Fields: []web.Control{
			{Name: "q", ID: "q", Label: t("registry.search"), Type: "search", Value: q.Get("q"), Placeholder: t("registry.search.hint")},
			{Name: "kind", Label: t("registry.kind"), Type: "select", Options: kinds, Value: q.Get("kind")},
			{Name: "where", Label: t("registry.district"), Type: "select", Options: where, Value: q.Get("where")},
			{Name: "status", Label: t("registry.status"), Type: "select", Options: status, Value: q.Get("status")},
		},
		Clear: "/organisations",
	}
	if s := q.Get("sort"); s != "" {
		f.Hidden = map[string]string{"sort": s}
	}
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
		f.Chips = append(f.Chips, web.Chip{Label: label, Href: address(q, c.Name, "").String()})
	}
	return f
}

// orgGrid is the table. What the exports write stands in sheet.go.
func (a *Area) orgGrid(ctx context.Context, v orgsShown, q url.Values) web.Grid {
	t := func(key string) string { return web.T(ctx, key) }
	col := func(label, sort string, num bool) web.Column {
		c := web.Column{Label: t(label), Num: num}
		if sort == "" {
			return c
		}
		c.Sort = address(q, "sort", sort).String()
		if v.Filter.Sort == sort {
			c.Sorted = "ascending"
			if v.Filter.Desc {
				c.Sorted = "descending"
			} else {
				c.Sort = address(q, "sort", "-"+sort).String()
			}
		}
		return c
	}
	g := web.Grid{Label: t("registry.orgs.title"), Cols: []web.Column{
		col("registry.name", "name", false), col("registry.kind", "kind", false), col("registry.district", "district", false),
		col("registry.contact", "", false), col("registry.members", "members", true), col("registry.status", "", false),
		{Label: t("registry.acts"), Hidden: true},
	}}
	for _, o := range v.List {
		row := web.Row{Cells: []web.Cell{
			{Text: o.Name, Href: orgPath(o.ID), Sub: showTax(o.TaxCode)},
			{Text: kindText(ctx, o.Kind)},
			{Text: a.districtName(o), Sub: a.communeName(o)},
			{Text: o.Contact, Sub: ShowPhone(o.Phone), NoWrap: o.Contact == ""},
			{Text: count(ctx, o.Members)},
			{Body: statusTag(o.Status)},
		}}
		if o.Phone != "" {
			row.Acts = append(row.Acts, web.Action{Label: t("registry.call"), Href: "tel:" + o.Phone, Aria: web.T(ctx, "registry.call.aria", o.Name)})
		}
		if v.MayWrite {
			row.Acts = append(row.Acts, web.Action{Label: t("web.change"), Href: orgPath(o.ID) + "/edit", Aria: web.T(ctx, "registry.edit.aria", o.Name)})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func mayWrite(r *http.Request) bool { return web.May(r, "/organisations/new") }
