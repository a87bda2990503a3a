package registry

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// Panel is what another area shows on an organisation's page. A nil component shows
// nothing.
type Panel func(ctx context.Context, org OrgID) (templ.Component, error)

const pageSize = 25

// orgPath is where an organisation's page is.
func orgPath(id OrgID) string { return fmt.Sprintf("/organisations/%d", id) }

// readFilter reads the conditions of a list from its address.
func (a *Area) readFilter(q url.Values) Filter {
	f := Filter{Text: q.Get("q"), Size: pageSize, Page: 1, Sort: "name"}
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
	Query    string // of the address without the page, for the exports
	MayWrite bool
}

func (a *Area) listOrgs(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	f := a.readFilter(q)
	list, total, err := a.Orgs(ctx, f)
	if err != nil {
		return err
	}
	counts, err := a.Counts(ctx, f)
	if err != nil {
		return err
	}
	v := orgsShown{Filter: f, List: list, Total: total, Counts: counts, MayWrite: mayWrite(r)}
	v.Query = address(q, "page", "").RawQuery
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

// districtName is the reporting district, or the province of those outside one.
func (a *Area) districtName(o Org) string {
	if d, ok := a.Atlas.ByKey(o.District); ok {
		return d.Name
	}
	p, _ := a.Atlas.ByKey(o.Province)
	return p.Name
}

func (a *Area) communeName(o Org) string {
	if u, ok := a.Atlas.ByKey(o.Place); ok && u.Level == places.Commune {
		return u.Written()
	}
	return ""
}

func kindText(ctx context.Context, k Kind) string { return web.T(ctx, "registry.kind."+string(k)) }

func statusText(ctx context.Context, s Status) string {
	return web.T(ctx, "registry.status."+string(s))
}

// count is a number that may be missing.
func count(ctx context.Context, n int64) string {
	if n == 0 {
		return "–"
	}
	return i18n.From(ctx).Arg(n)
}

// showTax groups a tax code as it is read.
func showTax(s string) string {
	if len(s) < 10 {
		return s
	}
	return s[:4] + " " + s[4:7] + " " + s[7:]
}

// orgOf reads the organisation that an address names. The people of an organisation see
// their own; every other does not exist for them.
func (a *Area) orgOf(r *http.Request) (Org, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	none := fault.New(fault.NotFound, "registry.fault.no_org")
	if err != nil {
		return Org{}, none
	}
	u, _ := auth.Who(r.Context())
	if !u.Role.In(auth.Staff...) && u.Org != id {
		return Org{}, none
	}
	return a.OrgByID(r.Context(), OrgID(id))
}

// actor is who writes, for the audit.
func actor(r *http.Request) string {
	u, _ := auth.Who(r.Context())
	return fmt.Sprintf("account:%d", u.ID)
}

// orgShown is an organisation's page.
type orgShown struct {
	Org      Org
	Keys     []web.Stat
	Summary  []web.Item
	Borders  []web.Item
	Papers   []paperShown
	Panels   []templ.Component
	Errs     web.FormErrors
	Paper    map[string]string // the form for one more paper, as it was sent
	Kinds    []web.Option
	MayWrite bool
	Own      bool // the reader belongs to it
}

func (a *Area) showOrg(w http.ResponseWriter, r *http.Request) error {
	o, err := a.orgOf(r)
	if err != nil {
		return err
	}
	web.SetVersion(w, o.Version)
	return a.renderOrg(w, r, o, 0, nil, nil)
}

func (a *Area) renderOrg(w http.ResponseWriter, r *http.Request, o Org, status int, errs web.FormErrors, paper map[string]string) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	v := orgShown{Org: o, Errs: errs, Paper: paper, MayWrite: mayWrite(r), Own: !u.Role.In(auth.Staff...)}
	ps, err := a.Papers(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		v.Papers = append(v.Papers, a.showPaper(ctx, p))
	}
	for _, show := range a.panels {
		c, err := show(ctx, o.ID)
		if err != nil {
			return err
		}
		if c != nil {
			v.Panels = append(v.Panels, c)
		}
	}
	v.Keys = orgKeys(ctx, o)
	v.Summary = a.orgSummary(ctx, o, v.Own)
	v.Borders = a.borders(ctx, o.Place, web.May(r, "/places/{key}"))
	v.Kinds = a.paperOptions(ctx)
	page := web.Page{Title: o.Name, Nav: "organisations", Status: status}
	if !v.Own {
		page.Crumbs = []web.Crumb{{Label: web.T(ctx, "registry.orgs.title"), Href: "/organisations"}}
		if d := a.districtName(o); d != "" {
			key := o.District
			if key == "" {
				key = o.Province
			}
			page.Crumbs = append(page.Crumbs, web.Crumb{Label: d, Href: "/organisations?where=" + url.QueryEscape(key)})
		}
	}
	return web.Render(w, r, page, orgView(v))
}

func orgKeys(ctx context.Context, o Org) []web.Stat {
	missing := web.T(ctx, "registry.no_figure")
	stat := func(key string, n int64) web.Stat {
		s := web.Stat{Label: web.T(ctx, key), Value: count(ctx, n)}
		if n == 0 {
			s.Source = missing
		}
		return s
	}
	ks := []web.Stat{stat("registry.members", o.Members), stat("registry.regular", o.Regular), stat("registry.seasonal", o.Seasonal)}
	if o.Founded != 0 {
		y, _, _ := o.Founded.Date()
		ks = append(ks, web.Stat{Label: web.T(ctx, "registry.founded"), Value: strconv.Itoa(y), Source: i18n.From(ctx).Arg(o.Founded)})
	}
	return ks
}

func (a *Area) orgSummary(ctx context.Context, o Org, own bool) []web.Item {
	t := func(key string) string { return web.T(ctx, key) }
	items := []web.Item{{Label: t("registry.contact"), Value: o.Contact}}
	if ps := o.Phones(); len(ps) > 0 {
		items = append(items, web.Item{Label: t("registry.phone"), Body: phoneLinks(ps)})
	} else {
		items = append(items, web.Item{Label: t("registry.phone"), Value: t("registry.no_phone"), Wait: true})
	}
	tax := web.Item{Label: t("registry.tax_code"), Value: showTax(o.TaxCode), Num: true}
	if o.TaxCode == "" {
		tax.Value = t("registry.no_tax_code")
		if o.Kind.LegalPerson() {
			tax.Wait = true
		}
	}
	items = append(items, tax)
	for _, it := range []web.Item{
		{Label: t("registry.email"), Value: o.Email},
		{Label: t("registry.address"), Value: joinComma(o.Address, a.Atlas.Label(o.Place))},
	} {
		if it.Value != "" {
			items = append(items, it)
		}
	}
	if o.Field != "" {
		items = append(items, web.Item{Label: t("registry.field"), Value: t("registry.field." + string(o.Field))})
	}
	if o.Note != "" && !own {
		items = append(items, web.Item{Label: t("registry.note"), Body: lines(o.Note)})
	}
	items = append(items, web.Item{Label: t("registry.updated"), Value: i18n.From(ctx).Arg(o.UpdatedAt)})
	kept := items[:0]
	for _, it := range items {
		if it.Value != "" || it.Body != nil {
			kept = append(kept, it)
		}
	}
	return kept
}

func joinComma(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// borders names a place under both border systems.
func (a *Area) borders(ctx context.Context, key string, open bool) []web.Item {
	u, ok := a.Atlas.ByKey(key)
	if !ok {
		return nil
	}
	here := web.Item{Body: placeLinks([]placeLink{{a.Atlas.Label(key), "/places/" + key}}, "", open)}
	other := web.Item{}
	links, old := a.Atlas.Successors(key), places.BorderOf(key) == places.Border2023
	if !old {
		links = a.Atlas.Predecessors(key)
	}
	var ls []placeLink
	for _, l := range links {
		ls = append(ls, placeLink{a.Atlas.Label(l.Key), "/places/" + l.Key})
	}
	note := ""
	switch {
	case old && len(links) > 1:
		note = web.T(ctx, "registry.undecided")
	case old && u.Level == places.District:
		note = web.T(ctx, "registry.no_districts")
	case len(links) == 0:
		note = web.T(ctx, "registry.no_succession")
	case !old && len(links) > 1:
		note = web.T(ctx, "registry.one_of")
	}
	other.Body = placeLinks(ls, note, open)
	first, second := &here, &other
	if !old {
		first, second = &other, &here
	}
	first.Label, second.Label = web.T(ctx, "registry.border.2023"), web.T(ctx, "registry.border.2025")
	return []web.Item{*first, *second}
}

type placeLink struct{ Label, Href string }
