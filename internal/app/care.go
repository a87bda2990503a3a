package app

import (
	"context"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/audit/trail"
	"github.com/lienket/lienket/internal/base/backup"
	"github.com/lienket/lienket/internal/base/backup/upkeep"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/notify"
	"github.com/lienket/lienket/internal/base/web"
)

// AuditFolder is where key and checkpoints of the audit trail lie in the data folder.
const AuditFolder = "audit"

// CareConfig is what the care for a site needs to be told.
type CareConfig struct {
	URL      string // of PostgreSQL, for its client tools
	Backups  string // folder; "" is the folder "backups" of the data folder
	BackupAt string // "17:30"
	Keep     int    // backups; 0 makes none by itself
	Mail     notify.SMTP
	Site     string         // "https://…", for links in mails and messages
	HookNets []netip.Prefix // networks that receivers of webhooks may lie in, beyond public addresses
}

// care is what a site does for itself, whatever its subjects: it seals the audit trail and
// shows it, backs itself up and checks itself, and tells people what concerns them.
type care struct {
	sealer *audit.Sealer
	looks  *audit.Looks
	trail  *trail.Trail
	upkeep *upkeep.Upkeep
	post   *notify.Post
	desk   *notify.Desk

	stop context.CancelFunc
	over sync.WaitGroup
}

func newCare(c Config, book *i18n.Book, queue *jobs.Queue) *care {
	dir, backups := "", ""
	if c.Folder != "" {
		dir, backups = filepath.Join(c.Folder, AuditFolder), filepath.Join(c.Folder, backup.Folder)
	}
	if c.Care.Backups != "" {
		backups = c.Care.Backups
	}
	a := &care{
		sealer: audit.NewSealer(c.DB, dir, c.Log),
		looks:  audit.NewLooks(c.DB, c.Log),
		trail:  &trail.Trail{DB: c.DB, Links: pages},
		post:   &notify.Post{DB: c.DB, Queue: queue, Book: book, SMTP: c.Care.Mail, Site: c.Care.Site},
		desk:   &notify.Desk{DB: c.DB, Site: c.Care.Site, Mail: c.Care.Mail.Host != ""},
	}
	a.upkeep = &upkeep.Upkeep{
		DB: c.DB, Queue: queue, Sealer: a.sealer, Dir: backups, At: c.Care.BackupAt, Keep: c.Care.Keep,
		Source: backup.Source{DB: c.DB, URL: c.Care.URL, Folder: c.Folder, Program: c.Version},
		Check: func(ctx context.Context) ([]audit.Finding, int, error) {
			h, err := Check(ctx, c.DB, audit.CheckOptions{Dir: dir})
			all := h.Findings()
			return all, len(all) + h.Trail.More, err
		},
	}
	return a
}

// pages lead from an object of the audit trail to its page.
var pages = map[string]func(id string) string{
	"registry_org": func(id string) string { return "/organisations/" + id },
	"org":          func(id string) string { return "/organisations/" + id },

	"registry_import": func(id string) string { return "/organisation-imports/" + id },
	"webhook":         func(string) string { return "/accounts/webhooks" },
	"market_plan":     func(id string) string { return "/plan/" + id },
	"market_round":    func(id string) string { return "/rounds/" + id },
	"catalog":         func(code string) string { return "/commodities/" + code },
}

func (a *care) routes() []web.Route {
	return slices.Concat(a.trail.Routes(), a.upkeep.Routes(), a.desk.Routes())
}

func (a *care) jobs() []jobs.Kind { return append(a.upkeep.Jobs(), a.post.Jobs()...) }

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
