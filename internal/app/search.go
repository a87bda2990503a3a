package app

import (
	"context"

	"github.com/lienket/lienket/internal/base/search"
	"github.com/lienket/lienket/internal/base/search/box"
)

// searchKinds are the kinds of what can be found, in the order of the search page.
var searchKinds = []box.Kind{
	{ID: "org", Heading: "app.search.org"},
	{ID: "goods", Heading: "app.search.goods"},
	{ID: "offer", Heading: "app.search.offer"},
	{ID: "demand", Heading: "app.search.demand"},
	{ID: "plan", Heading: "app.search.plan"},
	{ID: "place", Heading: "app.search.place"},
	{ID: "guide", Heading: "app.search.guide"},
}

// newSearch makes the index and starts it: what comes with the program and what stands in
// the database is read in the background.
func newSearch(ctx context.Context, c Config, a *Areas) (*search.Index, error) {
	var ids []string
	for _, k := range searchKinds {
		ids = append(ids, k.ID)
	}
	x := search.New(c.DB, c.Log, ids...)
	if err := x.Heal(ctx, a.searchSources()...); err != nil {
		return nil, err
	}
	x.Start(a.Catalog.SearchDocs, a.Places.SearchDocs)
	return x, nil
}

// searchSources write the documents of a database that is older than they are.
func (a *Areas) searchSources() []search.Source {
	return append(a.Market.Store.SearchSources(), a.Registry.SearchSource())
}

// RebuildSearch writes all documents anew and says how many there are.
func (a *App) RebuildSearch(ctx context.Context) (int, error) {
	return a.Search.Rebuild(ctx, a.Areas.searchSources()...)
}
