package market

import (
	"slices"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/web"
)

// entryRoutes are the pages about single offers and demands of the book. Officers see those
// of their territory, an organisation its own.
func (a *Area) entryRoutes() []web.Route {
	enter := auth.Only(auth.Officer, auth.Admin, auth.Coop, auth.Buyer)
	staff := auth.Only(auth.Staff...)
	see := auth.Only(append(slices.Clone(auth.Staff), auth.Coop, auth.Buyer)...)
	routes := []web.Route{
		{Pattern: "GET /offers", May: see, Do: a.listOffers, Token: "offers:read"},
		{Pattern: "GET /demands", May: see, Do: a.listDemands, Token: "offers:read"},
		{Pattern: "GET /rounds/{id}/offers", May: staff, Do: a.listRoundOffers},
		{Pattern: "GET /rounds/{id}/demands", May: staff, Do: a.listRoundDemands},
		{Pattern: "GET /rounds/{id}/offers/{record}", May: staff, Do: a.showOffer},
		{Pattern: "GET /rounds/{id}/demands/{record}", May: staff, Do: a.showDemand},
		{Pattern: "GET /offers/{round}/{id}", May: staff, Do: a.oldRecord("/offers")},
		{Pattern: "GET /demands/{round}/{id}", May: staff, Do: a.oldRecord("/demands")},
		{Pattern: "GET /offers/new", May: enter, Do: a.newOffer},
		{Pattern: "POST /offers/new", May: enter, Do: a.enterOffer, Max: web.MaxUpload},
		{Pattern: "GET /demands/new", May: enter, Do: a.newDemand},
		{Pattern: "POST /demands/new", May: enter, Do: a.enterDemand, Max: web.MaxUpload},
		{Pattern: "GET /entry.js", May: auth.SignedIn, Do: a.sendEntryScript},
	}
	for _, side := range []Side{SideOffer, SideDemand} {
		at := sidePath(side)
		routes = append(routes,
			web.Route{Pattern: "GET " + at + "/{id}", May: see, Do: a.showEntry(side)},
			web.Route{Pattern: "GET " + at + "/{id}/partners", May: see, Do: a.showPartners(side)},
			web.Route{Pattern: "GET " + at + "/{id}/photos/{photo}", May: see, Do: a.entryPhoto(side)},
			web.Route{Pattern: "POST " + at + "/{id}/photos/{photo}/off", May: enter, Do: a.takePhoto(side, true)},
			web.Route{Pattern: "POST " + at + "/{id}/photos/{photo}/on", May: enter, Do: a.takePhoto(side, false)},
			web.Route{Pattern: "GET " + at + "/{id}/edit", May: enter, Do: a.editEntry(side)},
			web.Route{Pattern: "POST " + at + "/{id}/edit", May: enter, Do: a.saveEntry(side), Max: web.MaxUpload},
			web.Route{Pattern: "POST " + at + "/{id}/alive", May: enter, Do: a.entryDeed(side, "alive")},
			web.Route{Pattern: "POST " + at + "/{id}/close", May: enter, Do: a.entryDeed(side, "close")},
			web.Route{Pattern: "POST " + at + "/{id}/reopen", May: enter, Do: a.entryDeed(side, "reopen")},
		)
	}
	for _, ending := range paper.Endings {
		routes = append(routes,
			web.Route{Pattern: "GET /offers." + ending, May: see, Do: a.bookExport(SideOffer, ending), Token: "offers:read"},
			web.Route{Pattern: "GET /demands." + ending, May: see, Do: a.bookExport(SideDemand, ending), Token: "offers:read"},
			web.Route{Pattern: "GET /rounds/{id}/offers." + ending, May: staff, Do: a.roundExport(false, ending)},
			web.Route{Pattern: "GET /rounds/{id}/demands." + ending, May: staff, Do: a.roundExport(true, ending)},
		)
	}
	return routes
}
