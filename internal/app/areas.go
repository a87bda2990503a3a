package app

import (
	"context"
	"io/fs"
	"slices"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/audit/trail"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/backup"
	"github.com/lienket/lienket/internal/base/backup/upkeep"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/hook/board"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/jobs/console"
	"github.com/lienket/lienket/internal/base/notify"
	"github.com/lienket/lienket/internal/base/search/box"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/web/gallery"
)

// Areas are all areas, built in the order of the arrows. This file is the one to touch for
// a new area: its field, its New and slots, its routes, its texts.
type Areas struct {
	Places   *places.Area
	Registry *registry.Area
	Catalog  *catalog.Area
	Market   *market.Area

	console *console.Console // of the job queue that the areas share
}

func newAreas(ctx context.Context, c Config, book *i18n.Book, queue *jobs.Queue) (_ *Areas, err error) {
	defer fault.Wrap(&err, "building the areas")
	atlas, err := places.Load()
	if err != nil {
		return nil, err
	}
	goods, err := catalog.LoadCommodities()
	if err != nil {
		return nil, err
	}
	a := &Areas{
		console:  &console.Console{DB: c.DB, Queue: queue},
		Places:   places.New(places.Deps{Atlas: atlas, Now: c.Now}),
		Registry: registry.New(registry.Deps{DB: c.DB, Atlas: atlas, Now: c.Now, PaperKinds: paperKinds(goods)}),
		Catalog:  catalog.New(catalog.Deps{DB: c.DB, Catalog: goods, Now: c.Now}),
	}
	a.Market = market.New(market.AreaDeps{
		DB: c.DB, Orgs: a.Registry.Store, Atlas: atlas, Catalog: goods, Book: book, Now: c.Now, Log: c.Log, Phone: c.Phone, Queue: queue,
	})
	a.Places.Show(a.Registry.PlacePanel)
	a.Registry.Show(a.Market.OrgPanel)
	a.Registry.Next(a.Market.OrgNext)
	a.Registry.Saved = append(a.Registry.Saved, a.Market.Store.RenameOrgTx)
	a.Registry.Used = append(a.Registry.Used, orgUsed)
	a.Catalog.Show(a.Market.GoodsPanel)
	return a, nil
}

func paperKinds(c *catalog.Catalog) []string {
	var kinds []string
	for _, p := range c.Papers() {
		if !slices.Contains(kinds, p.Kind) {
			kinds = append(kinds, p.Kind)
		}
	}
	return kinds
}

func (a *Areas) routes() []web.Route {
	return slices.Concat(a.Places.Routes(), a.Registry.Routes(), a.Catalog.Routes(), a.Market.Routes(), a.console.Routes())
}

// api are the operations for programs.
func (a *Areas) api(version string) *api.API {
	x := api.New(version)
	a.Market.API(x)
	a.Registry.API(x)
	a.Catalog.API(x)
	a.Places.API(x)
	return x
}

// jobs are the kinds of work that go on in the background.
func (a *Areas) jobs() []jobs.Kind {
	return append(a.Market.Jobs(), jobs.Upkeep(a.console.DB))
}

// Texts are the words of every room, for i18n.Load.
func Texts() []fs.FS {
	return []fs.FS{
		api.Texts, db.Texts, auth.Texts, jobs.Texts, console.Texts, web.Texts, gallery.Texts, blob.Texts, audit.Texts, trail.Texts, backup.Texts, upkeep.Texts, notify.Texts, texts,
		box.Texts, hook.Texts, board.Texts, places.Texts, registry.Texts, catalog.Texts, market.Texts, recheck.Texts,
	}
}
