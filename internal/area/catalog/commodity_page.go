package catalog

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// Panel is what another area shows on a commodity's page. A nil component shows nothing.
type Panel func(ctx context.Context, code string) (templ.Component, error)

func commodityPath(code string) string { return "/commodities/" + code }

// say prints a remark of the lists in the reader's language.
func (a *Area) say(ctx context.Context, s string) string {
	if i18n.From(ctx).Lang() == i18n.VI {
		return a.Catalog.Vietnamese(s)
	}
	return s
}

// nameOf is a commodity's name in the reader's language.
func nameOf(ctx context.Context, x Commodity) string {
	if i18n.From(ctx).Lang() == i18n.VI {
		return x.NameVI
	}
	return x.NameEN
}

// commodityShown is a commodity's page.
type commodityShown struct {
	X       Commodity
	Name    string
	Other   string            // the name in the other language
	Season  []templ.Component // the picture, wide and narrow
	Spans   string
	Summary []web.Item
	Pieces  web.Grid
	Refs    []refShown
	Prices  web.Grid
	Panels  []templ.Component
	May     bool
	Form    map[string]string
	Errs    web.FormErrors
}

type refShown struct{ Label, Price, Source string }

func (a *Area) showCommodity(w http.ResponseWriter, r *http.Request) error {
	return a.renderCommodity(w, r, 0, nil, nil)
}

func (a *Area) renderCommodity(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors, form map[string]string) error {
	ctx := r.Context()
	x, ok := a.Catalog.ByCode(r.PathValue("code"))
	if !ok {
		return fault.New(fault.NotFound, "catalog.fault.commodity", r.PathValue("code"))
	}
	own, err := a.Prices(ctx, x.Code)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	v := commodityShown{X: x, Name: nameOf(ctx, x), Other: x.NameEN, Spans: monthSpans(ctx, x.HarvestMonths), May: u.Role.In(auth.Officer, auth.Admin), Form: form, Errs: errs}
	if v.Other == v.Name {
		v.Other = x.NameVI
	}
	v.Season = a.seasonPicture(ctx, x)
	v.Summary = a.summary(ctx, x)
	v.Pieces = a.pieceGrid(ctx, x)
	for _, b := range PriceBases {
		v.Refs = append(v.Refs, a.refShown(ctx, b, a.Catalog.RefOn(own, x.Code, b, a.today())))
	}
	v.Prices = a.priceGrid(ctx, own)
	for _, show := range a.panels {
		c, err := show(ctx, x.Code)
		if err != nil {
			return err
		}
		if c != nil {
			v.Panels = append(v.Panels, c)
		}
	}
	page := web.Page{Title: v.Name, Nav: "commodities", Status: status, Crumbs: []web.Crumb{
		{Label: web.T(ctx, "catalog.title"), Href: "/commodities"}, {Label: web.T(ctx, "catalog.group."+x.Group), Href: "/commodities?group=" + x.Group},
	}}
	return web.Render(w, r, page, commodityView(v))
}

func (a *Area) summary(ctx context.Context, x Commodity) []web.Item {
	p := i18n.From(ctx)
	keep := shelfText(ctx, x.ShelfDays)
	if x.Storage != "" {
		keep += " · " + a.say(ctx, x.Storage)
	}
	items := []web.Item{
		{Label: p.T("catalog.shelf"), Value: keep},
		{Label: p.T("catalog.unit"), Value: x.Unit},
		{Label: p.T("catalog.packaging"), Value: a.say(ctx, x.Packaging)},
		{Label: p.T("catalog.places"), Value: a.say(ctx, x.Places)},
		{Label: p.T("catalog.mark"), Value: a.say(ctx, x.Mark)},
	}
	if x.YieldMax > 0 {
		items = append(items, web.Item{Label: p.T("catalog.yield"), Value: p.T("catalog.yield.range", p.Marks().Fixed(int64(x.YieldMin), 6, 1), p.Marks().Fixed(int64(x.YieldMax), 6, 1))})
	}
	items = append(items,
		web.Item{Label: p.T("catalog.hs"), Value: x.HS6, Num: true},
		web.Item{Label: p.T("catalog.aliases"), Value: strings.Join(x.Aliases, ", ")},
		web.Item{Label: p.T("catalog.code"), Value: x.Code})
	kept := items[:0]
	for _, it := range items {
		if it.Value != "" {
			kept = append(kept, it)
		}
	}
	return kept
}

func (a *Area) pieceGrid(ctx context.Context, x Commodity) web.Grid {
	p := i18n.From(ctx)
	g := web.Grid{Label: p.T("catalog.pieces"), Cols: []web.Column{
		{Label: p.T("catalog.unit")}, {Label: p.T("catalog.usual"), Num: true}, {Label: p.T("catalog.from_to"), Num: true}, {Label: p.T("catalog.source")},
	}}
	for _, c := range a.Catalog.Pieces(x.Code) {
		span := "–"
		if c.Low != c.High {
			span = p.Arg(c.Low) + " – " + p.Arg(c.High)
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: c.Unit}, {Text: p.Arg(c.Typical)}, {Text: span, NoWrap: true}, {Text: a.say(ctx, c.Source), Sub: a.say(ctx, c.Confidence)}}})
	}
	return g
}

func (a *Area) refShown(ctx context.Context, b PriceBasis, r Ref) refShown {
	p := i18n.From(ctx)
	s := refShown{Label: p.T("catalog.basis." + string(b)), Price: a.refText(ctx, r)}
	switch {
	case !r.Known():
	case r.Day != 0:
		s.Source = p.T("catalog.read_on", r.Market, r.Day, r.Source)
	case r.Sure:
		s.Source = p.T("catalog.usual_listed")
	default:
		s.Source = p.T("catalog.usual_unverified")
	}
	return s
}

func (a *Area) priceGrid(ctx context.Context, own []Price) web.Grid {
	p := i18n.From(ctx)
	g := web.Grid{Label: p.T("catalog.prices"), Cols: []web.Column{
		{Label: p.T("catalog.day")}, {Label: p.T("catalog.market")}, {Label: p.T("catalog.basis")}, {Label: p.T("catalog.price"), Num: true}, {Label: p.T("catalog.source")},
	}}
	for _, x := range own {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: p.Arg(x.Day)},
			{Text: x.Market},
			{Text: p.T("catalog.basis." + string(x.Basis))},
			{Text: priceRange(ctx, x.Low, x.High), NoWrap: true},
			{Text: x.Source, Sub: p.T("catalog.confidence." + x.Confidence)},
		}})
	}
	return g
}
