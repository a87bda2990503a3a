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

// orgPath is where an organisation's page is.
func orgPath(id OrgID) string { return fmt.Sprintf("/organisations/%d", id) }

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

// orgOf reads the organisation that an address names, if whoever asks may see it; every
// other does not exist for them.
func (a *Area) orgOf(r *http.Request) (Org, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return Org{}, fault.New(fault.NotFound, "registry.fault.no_org")
	}
	return a.OrgSeen(r.Context(), viewer(r.Context()), OrgID(id))
}

// viewer is who asks: staff by their territory, the people of an organisation by its number.
func viewer(ctx context.Context) Viewer {
	u, _ := auth.Who(ctx)
	if u.Role.In(auth.Staff...) {
		return Viewer{Sight: auth.SightOf(ctx)}
	}
	return Viewer{Sight: auth.Nowhere(), Own: OrgID(u.Org)}
}

// actor is who writes, for the audit; also for whom, when a role was lent.
func actor(r *http.Request) string {
	u, _ := auth.Who(r.Context())
	return u.Actor()
}

// orgShown is an organisation's page.
type orgShown struct {
	Org      Org
	Keys     []web.Stat
	Summary  []web.Item
	Borders  []web.Item
	Papers   []paperShown
	Panels   []templ.Component
	History  []web.Moment
	Todo     []web.Task
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
	if !v.Own {
		if v.History, err = a.history(ctx, o); err != nil {
			return err
		}
		if v.Todo, err = a.todo(ctx, o, v.Papers); err != nil {
			return err
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
	items = append(items, web.Item{Label: t("registry.updated"), Value: i18n.From(ctx).Arg(o.UpdatedAt.In(vietnam))})
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
