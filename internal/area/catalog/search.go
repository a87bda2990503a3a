package catalog

import "github.com/lienket/lienket/internal/base/search"

// SearchDocs are the commodities as the search finds them: they come with the program and
// stand in no table.
func (a *Area) SearchDocs() []search.Doc {
	all := make([]search.Doc, 0, len(a.Catalog.All()))
	for _, c := range a.Catalog.All() {
		all = append(all, search.Doc{
			Kind: "goods", ID: c.Code, Title: c.NameVI, Sub: c.NameEN, Href: "/commodities/" + c.Code,
			Words: c.Aliases, Marks: []string{c.Code, c.HS6}, Staff: true, Weight: 3,
		})
	}
	return all
}
