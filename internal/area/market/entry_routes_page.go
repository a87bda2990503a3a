package market

import (
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

// entryRoutes are the pages about single offers and demands of the book. Officers see those
// of their territory, an organisation its own.
func (a *Area) entryRoutes() []web.Route {
	enter := auth.Only(auth.Officer, auth.Admin, auth.Coop, auth.Buyer)
	return []web.Route{
		{Pattern: "GET /offers/new", May: enter, Do: a.newOffer},
		{Pattern: "POST /offers/new", May: enter, Do: a.enterOffer, Max: web.MaxUpload},
		{Pattern: "GET /demands/new", May: enter, Do: a.newDemand},
		{Pattern: "POST /demands/new", May: enter, Do: a.enterDemand, Max: web.MaxUpload},
		{Pattern: "GET /orgs/lookup", May: auth.Only(auth.Officer, auth.Admin), Do: a.lookupOrg},
		{Pattern: "GET /entry.js", May: auth.SignedIn, Do: a.sendEntryScript},
	}
}
