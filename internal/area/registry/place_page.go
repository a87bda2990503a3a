package registry

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/web"
)

// placeOrgsShown is the organisations of a place, on the place's page.
type placeOrgsShown struct {
	List      []Org
	Total     int
	Undecided int    // of divided communes that went to this place in part
	More      string // the list of all of them, "" where no list shows exactly these
}

func (v placeOrgsShown) tasks(ctx context.Context) []web.Task {
	ts := make([]web.Task, 0, len(v.List))
	for _, o := range v.List {
		ts = append(ts, web.Task{Label: o.Name, Href: orgPath(o.ID), Note: joinComma(o.Contact, ShowPhone(o.Phone))})
	}
	return ts
}

const mostHere = 12

// PlacePanel shows the organisations of a place on its page; app fits it to places.
func (a *Area) PlacePanel(ctx context.Context, key string) (templ.Component, error) {
	u, ok := a.Atlas.ByKey(key)
	if !ok {
		return nil, nil
	}
	f := Filter{Size: mostHere, Page: 1, Viewer: viewer(ctx)}
	v := placeOrgsShown{}
	var undecided []string
	more := func() string { return "/organisations?where=" + url.QueryEscape(key) }
	switch {
	case u.Level == places.District:
		f.District, v.More = key, more()
	case u.Level == places.Province && places.BorderOf(key) == places.Border2023:
		f.Province, v.More = key, more()
	case u.Level == places.Province:
		f.Provinces = []string{}
		for _, l := range a.Atlas.Predecessors(key) {
			f.Provinces = append(f.Provinces, l.Key)
		}
	default:
		f.Places = []string{key}
		for _, l := range a.Atlas.Predecessors(key) {
			if l.Part {
				undecided = append(undecided, l.Key)
			} else {
				f.Places = append(f.Places, l.Key)
			}
		}
		slices.Sort(f.Places)
	}
	var err error
	if v.List, v.Total, err = a.Orgs(ctx, f); err != nil {
		return nil, err
	}
	if len(undecided) > 0 {
		if _, v.Undecided, err = a.Orgs(ctx, Filter{Places: undecided, Size: 1, Viewer: f.Viewer}); err != nil {
			return nil, err
		}
	}
	return placeOrgs(v), nil
}
