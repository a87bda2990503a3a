package registry

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// placeOrgsShown is the organisations of a place, on the place's page.
type placeOrgsShown struct {
	List      []Org
	Total     int
	Undecided int    // of divided communes that went to this place in part
	More      string // the list of all of them, "" where no list shows exactly these
	Borders   web.Grid
}

func (v placeOrgsShown) tasks(ctx context.Context) []web.Task {
	ts := make([]web.Task, 0, len(v.List))
	for _, o := range v.List {
		ts = append(ts, web.Task{Label: o.Name, Href: orgPath(o.ID), Note: joinComma(o.Contact, ShowPhone(o.Phone))})
	}
	return ts
}

const mostHere = 12

// filterOf is the organisations of a unit under its own borders. For a commune of 2025 these
// are also those of the communes it took over whole; undecided are communes that went to it
// in part, where each organisation is still to be decided. more is the list that shows
// exactly these, "" when none does.
func (a *Area) filterOf(ctx context.Context, u places.Unit) (f Filter, undecided []string, more string) {
	f = Filter{Viewer: viewer(ctx)}
	more = "/organisations?where=" + url.QueryEscape(u.Key)
	switch {
	case u.Level == places.District:
		f.District = u.Key
	case u.Level == places.Province && places.BorderOf(u.Key) == places.Border2023:
		f.Province = u.Key
	case u.Level == places.Province:
		more = ""
		f.Provinces = []string{}
		for _, l := range a.Atlas.Predecessors(u.Key) {
			f.Provinces = append(f.Provinces, l.Key)
		}
	default:
		more = ""
		f.Places = []string{u.Key}
		for _, l := range a.Atlas.Predecessors(u.Key) {
			if l.Part {
				undecided = append(undecided, l.Key)
			} else {
				f.Places = append(f.Places, l.Key)
			}
		}
		slices.Sort(f.Places)
	}
	return f, undecided, more
}

// PlacePanel shows the organisations of a place on its page, and how many there are under
// the other borders; app fits it to places.
func (a *Area) PlacePanel(ctx context.Context, key string) (templ.Component, error) {
	u, ok := a.Atlas.ByKey(key)
	if !ok {
		return nil, nil
	}
	f, undecided, more := a.filterOf(ctx, u)
	f.Size, f.Page = mostHere, 1
	v := placeOrgsShown{More: more}
	var err error
	if v.List, v.Total, err = a.Orgs(ctx, f); err != nil {
		return nil, err
	}
	if v.Undecided, err = a.countAt(ctx, undecided); err != nil {
		return nil, err
	}
	v.Borders, err = a.borderGrid(ctx, u, v)
	return placeOrgs(v), err
}

func (a *Area) countAt(ctx context.Context, keys []string) (n int, err error) {
	if len(keys) == 0 {
		return 0, nil
	}
	_, n, err = a.Orgs(ctx, Filter{Places: keys, Size: 1, Viewer: viewer(ctx)})
	return n, err
}

// borderGrid counts a unit's organisations under both border systems. What a divided
// commune holds stands in a row of its own, so that the sums agree.
func (a *Area) borderGrid(ctx context.Context, u places.Unit, v placeOrgsShown) (g web.Grid, err error) {
	old := places.BorderOf(u.Key) == places.Border2023
	links := a.Atlas.Predecessors(u.Key)
	if old {
		links = a.Atlas.Successors(u.Key)
	}
	if u.Level == places.District || len(links) == 0 {
		return g, nil
	}
	t := func(key string) string { return web.T(ctx, key) }
	g = web.Grid{Label: t("registry.here.borders"), Plain: true, Cols: []web.Column{{Label: t("registry.here.unit")}, {Label: t("registry.here.border")}, {Label: t("registry.here.count"), Num: true}}}
	row := func(x places.Unit, n int) {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: x.Full, Href: "/places/" + x.Key}, {Text: t("registry.border." + string(places.BorderOf(x.Key)))}, {Text: i18n.From(ctx).Arg(n)},
		}})
	}
	row(u, v.Total)
	for _, l := range links {
		x, _ := a.Atlas.ByKey(l.Key)
		f, _, _ := a.filterOf(ctx, x)
		f.Size = 1
		_, n, err := a.Orgs(ctx, f)
		if err != nil {
			return g, err
		}
		row(x, n)
	}
	undecided := v.Undecided
	if old && a.Atlas.Divided(u.Key) && u.Level == places.Commune {
		undecided = v.Total
	}
	if undecided > 0 {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: t("registry.here.undecided_row")}, {Text: t("registry.border.2025")}, {Text: i18n.From(ctx).Arg(undecided)}}})
	}
	return g, nil
}
