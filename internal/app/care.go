package app

import (
	"context"
	"path/filepath"
	"sync"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/audit/trail"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/web"
)

// AuditFolder is where key and checkpoints of the audit trail lie in the data folder.
const AuditFolder = "audit"

// care is what a site does for itself, whatever its subjects: it seals the audit trail and
// shows it.
type care struct {
	sealer *audit.Sealer
	looks  *audit.Looks
	trail  *trail.Trail

	stop context.CancelFunc
	over sync.WaitGroup
}

func newCare(c Config) *care {
	dir := ""
	if c.Folder != "" {
		dir = filepath.Join(c.Folder, AuditFolder)
	}
	return &care{
		sealer: audit.NewSealer(c.DB, dir, c.Log),
		looks:  audit.NewLooks(c.DB, c.Log),
		trail:  &trail.Trail{DB: c.DB, Links: pages},
	}
}

// pages lead from an object of the audit trail to its page.
var pages = map[string]func(id string) string{
	"registry_org": func(id string) string { return "/organisations/" + id },
	"org":          func(id string) string { return "/organisations/" + id },
	"market_plan":  func(id string) string { return "/plan/" + id },
	"market_round": func(id string) string { return "/rounds/" + id },
	"catalog":      func(code string) string { return "/commodities/" + code },
}

func (a *care) routes() []web.Route { return a.trail.Routes() }

func (a *care) jobs() []jobs.Kind { return nil }

// start begins what goes on in the background; close ends it and waits.
func (a *care) start(ctx context.Context) {
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.over.Go(func() { a.sealer.Run(ctx) })
}

func (a *care) close() {
	if a.stop != nil {
		a.stop()
	}
	a.over.Wait()
}
