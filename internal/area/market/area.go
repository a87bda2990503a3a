package market

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/web"
)

// AreaDeps is what the area stands on.
type AreaDeps struct {
	DB      *db.DB
	Orgs    *registry.Store
	Atlas   *places.Atlas
	Catalog *catalog.Catalog
	Book    *i18n.Book // for the plan workbook that a run writes
	Now     func() time.Time
	Log     *slog.Logger
	Queue   *jobs.Queue
	Home    string // name of the province whose alliance this is; "" is Hòa Bình
	Phone   string // of the office, on letters
}

// Area is offers, demands and the plan that joins them.
type Area struct {
	Store  *Store
	Runner *Runner

	atlas   *places.Atlas
	catalog *catalog.Catalog
	book    *i18n.Book
	now     func() time.Time
	home    string
	phone   string
	plans   planCache
	shares  shareCache
}

// New builds the area.
func New(d AreaDeps) *Area {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	store := &Store{DB: d.DB, Orgs: d.Orgs, Atlas: d.Atlas, Catalog: d.Catalog}
	return &Area{
		Store: store, Runner: &Runner{Store: store, Book: d.Book, Log: d.Log, Queue: d.Queue},
		atlas: d.Atlas, catalog: d.Catalog, book: d.Book, now: d.Now, home: d.Home, phone: d.Phone,
	}
}

// addOnce stores a round together with the request's idempotency key.
func (a *Area) addOnce(r *http.Request, by string, n NewRound) (id RoundID, err error) {
	write, err := a.Store.addRound(by, n)
	if err != nil {
		return 0, err
	}
	err = a.Store.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		id, err = write(tx)
		return err
	})
	return id, err
}

// claimOf is the request's idempotency key as a store writes it.
func claimOf(r *http.Request) Claim {
	return func(tx *db.Tx) error { return web.Claim(r, tx) }
}

// claimIn is claimOf for those who hold only the request's context.
func claimIn(ctx context.Context) Claim {
	return func(tx *db.Tx) error { return web.ClaimIn(ctx, tx) }
}

// Jobs is what the area does in the background.
func (a *Area) Jobs() []jobs.Kind { return a.Runner.Jobs() }

// Routes lists the area's pages and who may open them.
func (a *Area) Routes() []web.Route {
	return slices.Concat(a.planRoutes(), a.roundRoutes(), a.entryRoutes(), a.deskRoutes(), a.importRoutes(), a.releaseRoutes())
}
