package places

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// Panel is what another area shows on a place's page. A nil component shows nothing.
type Panel func(ctx context.Context, key string) (templ.Component, error)

func placePath(key string) string { return "/places/" + key }

// placesShown is the search page.
type placesShown struct {
	Query string
	On    calendar.Day
	Bar   web.Filter
	Errs  web.FormErrors
	Grid  web.Grid
	Found int
	Home  Unit
	Old   []Unit // districts of home
	Next  web.Grid
}

func (a *Area) findPlaces(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	v := placesShown{Query: q.Get("q"), On: a.today()}
	if len(v.Query) > 200 {
		v.Query = v.Query[:200]
	}
	day := q.Get("on")
	if day != "" {
		year, _, _ := a.today().Date()
		on, _, ok := calendar.ReadDay(day, year)
		if ok {
			v.On = on
		} else {
			v.Errs = web.FormErrors{{Field: "on", Text: web.FaultText(ctx, fault.New(fault.Invalid, "places.fault.day", day))}}
		}
	}
	v.Bar = web.Filter{
		Action: "/places",
		Fields: []web.Control{
			{Name: "q", ID: "q", Label: web.T(ctx, "places.search"), Type: "search", Value: v.Query, Placeholder: web.T(ctx, "places.search.hint")},
			{Name: "on", Label: web.T(ctx, "places.on"), Value: i18n.From(ctx).Arg(v.On), Mode: "numeric", Error: v.Errs.Of("on")},
		},
	}
	if i18n.From(ctx).Lang() != i18n.VI {
		v.Bar.Fields[1].Value = v.On.String()
	}
	if v.Query != "" {
		us := a.Atlas.Find(Query{Text: v.Query, On: v.On, Prefer: a.home})
		v.Found = len(us)
		v.Grid = a.unitGrid(ctx, web.T(ctx, "places.title"), us)
	} else {
		v.Home, _ = a.Atlas.ByKey(a.home)
		v.Old = a.Atlas.Children(a.home)
		v.Next = keepColumns(a.unitGrid(ctx, web.T(ctx, "places.new_borders"), a.heirs(a.home)), 0, 2, 4)
	}
	status := 0
	if len(v.Errs) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: web.T(ctx, "places.title"), Nav: "places", Status: status}, placesView(a, v))
}

// heirs are the communes of 2025 that took over those of a province of 2023, by code.
func (a *Area) heirs(province string) []Unit {
	var us []Unit
	seen := map[string]bool{}
	for _, d := range a.Atlas.Children(province) {
		for _, c := range a.Atlas.Children(d.Key) {
			for _, l := range a.Atlas.Successors(c.Key) {
				if !seen[l.Key] {
					seen[l.Key] = true
					u, _ := a.Atlas.ByKey(l.Key)
					us = append(us, u)
				}
			}
		}
	}
	return us
}

func (a *Area) unitGrid(ctx context.Context, label string, us []Unit) web.Grid {
	t := func(key string) string { return web.T(ctx, key) }
	g := web.Grid{Label: label, Cols: []web.Column{
		{Label: t("places.name")}, {Label: t("places.within")}, {Label: t("places.code")}, {Label: t("places.valid")}, {Label: t("places.was")},
	}}
	for _, u := range us {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: u.Full, Href: placePath(u.Key)},
			{Text: a.Atlas.Label(u.Parent)},
			{Text: u.Code},
			{Text: period(ctx, u), NoWrap: true},
			{Text: a.otherSide(ctx, u)},
		}})
	}
	return g
}

// keepColumns leaves out what is the same in all rows.
func keepColumns(g web.Grid, keep ...int) web.Grid {
	out := web.Grid{Label: g.Label}
	for _, i := range keep {
		out.Cols = append(out.Cols, g.Cols[i])
	}
	for _, r := range g.Rows {
		var row web.Row
		for _, i := range keep {
			row.Cells = append(row.Cells, r.Cells[i])
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// otherSide says in a few words what a unit is under the other borders.
func (a *Area) otherSide(ctx context.Context, u Unit) string {
	links := a.Atlas.Successors(u.Key)
	if BorderOf(u.Key) == Border2025 {
		links = a.Atlas.Predecessors(u.Key)
	}
	if u.Level == District || len(links) == 0 {
		return ""
	}
	s := ""
	for i, l := range links {
		o, _ := a.Atlas.ByKey(l.Key)
		if i > 0 {
			s += ", "
		}
		s += o.Name
		if l.Part {
			s += " " + web.T(ctx, "places.part.short")
		}
	}
	return s
}

// period is the days in which a version holds, in words.
func period(ctx context.Context, u Unit) string {
	p := i18n.From(ctx)
	switch {
	case u.From == 0 && u.To != 0:
		return p.T("places.until", u.To)
	case u.To == 0 && u.From != 0:
		return p.T("places.from", u.From)
	}
	return p.Arg(u.From) + " – " + p.Arg(u.To)
}

// placeShown is a place's page.
type placeShown struct {
	Unit     Unit
	Now      bool // in force today
	Summary  []web.Item
	Links    web.Grid
	Title    string // of Links
	Divided  bool
	Children web.Grid
	Count    int
	Panels   []templ.Component
	Valid    string
}

func (a *Area) showPlace(w http.ResponseWriter, r *http.Request) error {
	ctx, key := r.Context(), r.PathValue("key")
	u, ok := a.Atlas.ByKey(key)
	if !ok {
		return fault.New(fault.NotFound, "places.fault.no_place")
	}
	v := placeShown{Unit: u, Now: u.Valid(a.today()), Valid: period(ctx, u), Divided: a.Atlas.Divided(key) && u.Level == Commune}
	v.Summary = a.summary(ctx, u)
	v.Title, v.Links = a.linkGrid(ctx, u)
	kids := a.Atlas.Children(key)
	v.Count = len(kids)
	v.Children = a.unitGrid(ctx, web.T(ctx, "places.children"), kids)
	v.Children = keepColumns(v.Children, 0, 2, 4)
	for _, show := range a.panels {
		c, err := show(ctx, key)
		if err != nil {
			return err
		}
		if c != nil {
			v.Panels = append(v.Panels, c)
		}
	}
	page := web.Page{Title: u.Full, Nav: "places", Crumbs: []web.Crumb{{Label: web.T(ctx, "places.title"), Href: "/places"}}}
	for _, k := range []string{u.Province, u.District} {
		if x, ok := a.Atlas.ByKey(k); ok && k != key {
			page.Crumbs = append(page.Crumbs, web.Crumb{Label: x.Full, Href: placePath(k)})
		}
	}
	return web.Render(w, r, page, placeView(v))
}

func (a *Area) summary(ctx context.Context, u Unit) []web.Item {
	t := func(key string) string { return web.T(ctx, key) }
	p := i18n.From(ctx)
	items := []web.Item{
		{Label: t("places.code"), Value: u.Code, Num: true},
		{Label: t("places.level"), Value: t("places.level." + u.Level.String())},
	}
	for _, v := range a.Atlas.Versions(u.Key) {
		items = append(items, web.Item{Label: v.Full, Value: period(ctx, v)})
	}
	if u.Alt != "" {
		items = append(items, web.Item{Label: t("places.alt"), Value: u.Alt})
	}
	missing := func(n int64, s string) web.Item {
		if n == 0 {
			return web.Item{Value: t("places.no_figure"), Wait: true}
		}
		return web.Item{Value: s, Num: true}
	}
	if BorderOf(u.Key) == Border2025 && u.Level == Commune {
		area := missing(u.AreaHa, p.T("places.km2", p.Marks().Fixed(u.AreaHa, 2, 2)))
		area.Label = t("places.area")
		people := missing(u.Population, p.Arg(u.Population))
		people.Label = t("places.population")
		items = append(items, area, people)
	}
	if u.Point.Known() {
		pos := u.Point.String()
		if u.Approx {
			pos += " " + t("places.approx")
		}
		items = append(items, web.Item{Label: t("places.point"), Value: pos})
	}
	if d, ok := a.Atlas.ReportingDistrict(u.Key); ok && BorderOf(u.Key) == Border2025 {
		items = append(items, web.Item{Label: t("places.reported"), Value: d.Full})
	}
	if km, ok := a.Atlas.RoadKm(u.Key, Key("01", Border2023)); ok && u.Key != Key("01", Border2023) && u.Key != Key("01", Border2025) {
		items = append(items, web.Item{Label: t("places.to_hanoi"), Value: p.T("places.km", strconv.FormatInt(km, 10))})
	}
	if u.Note != "" {
		items = append(items, web.Item{Label: t("places.note"), Value: t("places.note.area"), Wait: true})
	}
	return items
}

// linkGrid lists who succeeded a unit or whom it succeeded.
func (a *Area) linkGrid(ctx context.Context, u Unit) (title string, g web.Grid) {
	t := func(key string) string { return web.T(ctx, key) }
	links, title := a.Atlas.Successors(u.Key), t("places.successors")
	if BorderOf(u.Key) == Border2025 {
		links, title = a.Atlas.Predecessors(u.Key), t("places.predecessors")
	}
	g = web.Grid{Label: title, Cols: []web.Column{{Label: t("places.name")}, {Label: t("places.within")}, {Label: t("places.code")}, {Label: t("places.share")}}}
	for _, l := range links {
		o, _ := a.Atlas.ByKey(l.Key)
		share := t("places.whole")
		switch {
		case l.Part:
			share = t("places.part")
		case u.Level == District:
			share = t("places.dissolved")
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: o.Full, Href: placePath(o.Key)}, {Text: a.Atlas.Label(o.Parent)}, {Text: o.Code}, {Text: share}}})
	}
	return title, g
}
