// Package app is the only room that knows all areas: it builds them, gathers their routes
// and texts, and hands back the site. It is not a place for rules or screens, except the
// start page, which only sends people on.
package app

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/search"
	"github.com/lienket/lienket/internal/base/search/box"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/web/gallery"
)

//go:embed text/*.json
var texts embed.FS

// Config is what a site needs to know. DB must be open and migrated.
type Config struct {
	DB      *db.DB
	Log     *slog.Logger     // nil is silent
	Now     func() time.Time // nil is time.Now
	Version string
	Phone   string // of the office, for those who have no account
	Demo    bool   // sample data: said on every page
	Secure  bool   // reached over TLS
	Proxy   bool   // behind a proxy that sets X-Forwarded-For
	Work    bool   // work on jobs, not only put them in the queue
	Folder  string // the data folder: audit checkpoints, backups; "" keeps none
	Care    CareConfig
}

// App is the whole site, an http.Handler, and what commands need of it.
type App struct {
	*web.Server
	Areas    *Areas
	Book     *i18n.Book
	Accounts *auth.Accounts
	Search   *search.Index
	Queue    *jobs.Queue
	Looks    *audit.Looks // who opened what
	API      *api.API
	Hooks    *hook.Hooks // other software that wants to be told

	care *care
	log  *slog.Logger
}

// New builds the areas and the site.
func New(ctx context.Context, c Config) (a *App, err error) {
	defer fault.Wrap(&err, "app.New")
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	book, err := Book()
	if err != nil {
		return nil, err
	}
	queue := jobs.New(c.DB, c.Log)
	areas, err := newAreas(ctx, c, book, queue)
	if err != nil {
		return nil, err
	}
	sessions := auth.NewSessions(c.DB, c.Log)
	accounts, err := newAccounts(ctx, c, sessions, areas.Places.Atlas)
	if err != nil {
		return nil, err
	}
	a = &App{Areas: areas, Book: book, Accounts: accounts, Queue: queue, log: c.Log}
	areas.Registry.People = accounts.Names
	a.care = newCare(c, book, queue)
	a.Looks = a.care.looks
	a.Hooks = newHooks(c, queue, accounts, c.Care.HookNets)
	areas.Market.Store.Hooks = a.Hooks
	d := newDoor(c, accounts, areas)
	routes := []web.Route{{Pattern: "GET /{$}", May: auth.Anyone, Do: home}}
	routes = append(routes, d.Routes()...)
	routes = append(routes, gallery.Routes(c.Demo)...)
	routes = append(routes, guideRoutes()...)
	routes = append(routes, areas.routes()...)
	routes = append(routes, a.care.routes()...)
	hooks := showHooks(c, a.Hooks, d)
	routes = append(routes, hooks.Routes()...)
	a.API = areas.api(c.Version)
	hooks.API(a.API)
	routes = append(routes, a.API.Routes()...)
	if a.Search, err = newSearch(ctx, c, areas); err != nil {
		return nil, err
	}
	routes = append(routes, (&box.Box{Index: a.Search, Kinds: searchKinds}).Routes()...)
	d.Scopes = scopesOf(routes)
	a.Server, err = web.New(web.Config{
		DB: c.DB, Book: book, Sessions: sessions, Routes: routes, Menu: menu, Find: "/search", Guide: guideOf, Notices: a.care.desk.Unread,
		Log: c.Log, Now: c.Now, Version: c.Version, Demo: c.Demo, Secure: c.Secure, Proxy: c.Proxy,
	})
	if err != nil {
		return nil, err
	}
	queue.Register(areas.jobs()...)
	queue.Register(a.care.jobs()...)
	queue.Register(a.Hooks.Jobs()...)
	if c.Work {
		a.care.start(ctx)
		err = queue.Start(ctx)
	}
	return a, err
}

// Close stops what runs in the background and waits for it; the database stays open.
func (a *App) Close() {
	a.Search.Close()
	if err := a.Queue.Stop(context.Background()); err != nil {
		a.log.Error("the work on jobs did not end", "error", err)
	}
	a.Areas.Market.Runner.Close()
	a.care.close() // last: it seals what the others wrote
}

// Book loads all texts, and what the caller adds.
func Book(more ...fs.FS) (*i18n.Book, error) { return i18n.Load(append(Texts(), more...)...) }

// home sends everybody to where their day begins.
func home(w http.ResponseWriter, r *http.Request) error {
	u, in := auth.Who(r.Context())
	if !in {
		return web.Redirect(w, r, "/signin")
	}
	first := "/plan"
	switch {
	case u.Role.In(auth.Coop, auth.Buyer):
		first = "/me"
	case u.Role.In(auth.Officer, auth.Admin):
		first = "/desk"
	}
	for _, to := range []string{first, "/offers", "/organisations"} {
		if web.May(r, to) {
			return web.Redirect(w, r, to)
		}
	}
	return web.Redirect(w, r, "/account")
}
