package registry

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"github.com/lienket/lienket/internal/area/places"
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
	DB         *db.DB
	Atlas      *places.Atlas
	Now        func() time.Time // nil is time.Now
	Home       string           // key of the province of 2023 whose alliance this is; "" is Hòa Bình
	PaperKinds []string         // the catalogue's, in its order; words are catalog.paper.<kind>
}

// Viewer is who looks at organisations. Staff see those in their territory; the people of
// an organisation see their own. The zero Viewer sees all: it is for jobs and commands.
type Viewer struct {
	Sight auth.Sight
	Own   OrgID // not 0: only this one
}

// args are the first parameters of a query that holds seenOrgs.
func (v Viewer) args() []any { return []any{v.Sight.Account, v.Sight.Day, int64(v.Own)} }

// Area is the register of organisations.
type Area struct {
	*Store
	now        func() time.Time
	home       string
	paperKinds []string
	panels     []Panel
	next       []NextAction

	// People names the accounts of a history; nil leaves them out.
	People func(ctx context.Context, ids ...int64) (map[int64]string, error)
}

// New builds the area.
func New(d Deps) *Area {
	a := &Area{Store: &Store{DB: d.DB, Atlas: d.Atlas}, now: d.Now, home: d.Home, paperKinds: d.PaperKinds}
	if a.now == nil {
		a.now = time.Now
	}
	if a.home == "" {
		a.home = places.Key("17", places.Border2023)
	}
	return a
}

// Show puts what later areas know of an organisation on its page, in the order of calls.
func (a *Area) Show(ps ...Panel) { a.panels = append(a.panels, ps...) }

// Next adds what later areas have promised to do, in the order of calls.
func (a *Area) Next(fs ...NextAction) { a.next = append(a.next, fs...) }

// Routes lists the area's pages and who may open them. An organisation's own page is open
// to its people too; they get 404 for every other.
func (a *Area) Routes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Officer, auth.Admin)
	return append(a.importRoutes(), []web.Route{
		{Pattern: "GET /organisations", May: staff, Do: a.listOrgs},
		{Pattern: "GET /organisations.xlsx", May: staff, Do: a.exportOrgs("xlsx")},
		{Pattern: "GET /organisations.csv", May: staff, Do: a.exportOrgs("csv")},
		{Pattern: "GET /organisations.pdf", May: staff, Do: a.exportOrgs("pdf")},
		{Pattern: "GET /organisations/new", May: write, Do: a.newOrg},
		{Pattern: "POST /organisations", May: write, Do: a.addOrg},
		{Pattern: "GET /organisations/{id}", May: auth.SignedIn, Do: a.showOrg},
		{Pattern: "GET /organisations/{id}/edit", May: write, Do: a.editOrg},
		{Pattern: "POST /organisations/{id}", May: write, Do: a.saveOrg},
		{Pattern: "POST /organisations/{id}/papers", May: write, Do: a.addPaper},
		{Pattern: "POST /organisations/{id}/papers/restore", May: write, Do: a.restorePaper},
		{Pattern: "POST /organisations/{id}/papers/{paper}/remove", May: write, Do: a.removePaper},
	}...)
}

// today is the day in Việt Nam.
func (a *Area) today() calendar.Day {
	return calendar.DayOf(a.now().In(time.FixedZone("+07", 7*3600)))
}

// addOnce adds an organisation together with the request's idempotency key.
func (a *Area) addOnce(ctx context.Context, r *http.Request, by string, o Org) (id OrgID, err error) {
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		id, err = a.AddTx(tx, by, o)
		return err
	})
	return id, err
}

// claimIn is the request's idempotency key as a store writes it.
func claimIn(ctx context.Context) func(*db.Tx) error {
	return func(tx *db.Tx) error { return web.ClaimIn(ctx, tx) }
}

// addPaperOnce adds a paper together with the request's idempotency key.
func (a *Area) addPaperOnce(r *http.Request, p Paper) error {
	return a.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		_, err := a.AddPaperTx(tx, actor(r), p)
		return err
	})
}

// removePaperOnce takes one away, likewise.
func (a *Area) removePaperOnce(r *http.Request, org OrgID, id int64) (p Paper, err error) {
	err = a.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		p, err = a.RemovePaperTx(tx, actor(r), org, id)
		return err
	})
	return p, err
}

// errStale rolls a save back: the organisation has changed since it was read.
var errStale = errors.New("registry: changed meanwhile")

// saveOnce saves an organisation, likewise; ok is false when it has changed meanwhile, and
// then the key is not used up.
func (a *Area) saveOnce(r *http.Request, o Org) (ok bool, err error) {
	err = a.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := web.Claim(r, tx); err != nil {
			return err
		}
		if ok, err := a.SaveTx(tx, actor(r), o); err != nil || !ok {
			return cmp.Or(err, errStale)
		}
		return nil
	})
	if errors.Is(err, errStale) {
		return false, nil
	}
	return err == nil, err
}
