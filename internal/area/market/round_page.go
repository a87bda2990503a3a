package market

import "github.com/lienket/lienket/internal/base/web"

// roundRoutes are the pages about rounds: upload, runs, lists of offers and demands.
func (a *Area) roundRoutes() []web.Route { return nil }
