package catalog

import (
	"embed"
	"net/http"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of this area.
//
//go:embed text/*.json
var Texts embed.FS

// Deps is what the area stands on.
type Deps struct {
	DB      *db.DB
	Catalog *Catalog
	Now     func() time.Time // nil is time.Now
}

// Area is the pages of commodities, with the dated prices and parameters behind them.
type Area struct {
	*Store
	now    func() time.Time
	panels []Panel
}

// New builds the area.
func New(d Deps) *Area {
	a := &Area{Store: &Store{DB: d.DB, Catalog: d.Catalog}, now: d.Now}
	if a.now == nil {
		a.now = time.Now
	}
	return a
}

// Show puts what later areas know of a commodity on its page, in the order of calls.
func (a *Area) Show(ps ...Panel) { a.panels = append(a.panels, ps...) }

// Routes lists the area's pages and who may open them.
func (a *Area) Routes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Officer, auth.Admin)
	return []web.Route{
		{Pattern: "GET /commodities", May: staff, Do: a.listCommodities},
		{Pattern: "GET /commodities/{code}", May: staff, Do: a.showCommodity},
		{Pattern: "POST /commodities/{code}/prices", May: write, Do: a.addPrice},
		{Pattern: "GET /params", May: staff, Do: a.listParams},
		{Pattern: "POST /params", May: write, Do: a.addParamPage},
	}
}

// today is the day in Việt Nam.
func (a *Area) today() calendar.Day {
	return calendar.DayOf(a.now().In(time.FixedZone("+07", 7*3600)))
}

// addPriceOnce adds a price together with the request's idempotency key.
func (a *Area) addPriceOnce(r *http.Request, p Price) error {
	u, _ := auth.Who(r.Context())
	return a.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		_, err := a.AddPriceTx(tx, u.Actor(), p)
		return err
	})
}

// addParamOnce adds a dated figure, likewise.
func (a *Area) addParamOnce(r *http.Request, p Param) error {
	u, _ := auth.Who(r.Context())
	return a.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		_, err := a.AddParamTx(tx, u.Actor(), p)
		return err
	})
}
