package places

import (
	"strings"

	"github.com/lienket/lienket/internal/base/search"
)

// docs are all units as the search finds them; those at home come first among equals, and
// the wider before the narrower.
func (a *Atlas) docs(home string) []search.Doc {
	all := make([]search.Doc, 0, len(a.units))
	for i := range a.units {
		u := &a.units[i]
		d := search.Doc{
			Kind: "place", ID: u.Key, Title: u.Full, Sub: strings.TrimPrefix(a.Label(u.Parent)+" · "+string(BorderOf(u.Key)), " · "),
			Href: "/places/" + u.Key, Staff: true, Weight: 4 - int(u.Level),
		}
		if u.Alt != "" {
			d.Words = []string{u.Alt}
		}
		if u.Province == home {
			d.Weight += 3
		}
		all = append(all, d)
	}
	return all
}

// SearchDocs are what the search finds of this area: it comes with the program and stands in
// no table.
func (a *Area) SearchDocs() []search.Doc { return a.Atlas.docs(a.home) }
