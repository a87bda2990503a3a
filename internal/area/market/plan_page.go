package market

import "github.com/lienket/lienket/internal/base/web"

// planCache keeps decoded plans; a stored plan never changes.
type planCache struct{}

// planRoutes are the pages about a plan.
func (a *Area) planRoutes() []web.Route { return nil }
