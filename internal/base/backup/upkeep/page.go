package upkeep

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/web"
)

// Routes lists the page and its two buttons.
func (k *Upkeep) Routes() []web.Route {
	may := auth.Only(auth.Admin)
	return []web.Route{
		{Pattern: "GET /system", May: may, Do: k.show},
		{Pattern: "POST /system/backup", May: may, Do: k.begin(backupJob, "upkeep.begun.backup")},
		{Pattern: "POST /system/check", May: may, Do: k.begin(checkJob, "upkeep.begun.check")},
	}
}

// running are the jobs that the buttons put into the queue.
type running struct {
	Backup int64 `json:"backup,omitempty"`
	Check  int64 `json:"check,omitempty"`
}

// shown is the page.
type shown struct {
	State          state
	Next           time.Time
	Auto, Possible bool
	Kept           []kept
	Dir            string
	SameDisk       bool
	Free           int64
	Size           int64
	Trail          trail
	Sealer         audit.State
	Trouble        string
	Checked        checked
	Version        string
	Engine         db.Engine
	Schema         int64
	Making, Looks  bool
	Now            time.Time
}

func (k *Upkeep) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := shown{Dir: k.Dir, Possible: k.Dir != "", Auto: k.Dir != "" && k.Keep > 0, Version: k.Source.Program, Engine: k.DB.Engine(), Free: -1}
	err := k.DB.Read(ctx, func(tx *db.Tx) error {
		v.Now = tx.Now()
		var run running
		errs := errors.Join(load(tx, stateKey, &v.State), load(tx, checkKey, &v.Checked), load(tx, jobsKey, &run))
		if errs != nil {
			return errs
		}
		last := v.State.Good
		var err error
		if last.IsZero() {
			if last, err = born(tx); err != nil {
				return err
			}
		}
		v.Next = next(last.Time, k.At)
		if v.Trail, err = trailOf(tx); err != nil {
			return err
		}
		if v.Size, err = sizeOf(tx, v.Engine); err != nil {
			return err
		}
		if v.Making, err = k.alive(tx, run.Backup); err != nil {
			return err
		}
		v.Looks, err = k.alive(tx, run.Check)
		return err
	})
	if err != nil {
		return err
	}
	if v.Schema, err = k.DB.Version(ctx); err != nil {
		return err
	}
	if k.Dir != "" {
		if v.Kept, err = k.list(); err != nil {
			return err
		}
		v.Kept = v.Kept[:min(len(v.Kept), 10)]
		if v.Free = diskFree(k.Dir); v.Free < 0 { // made with the first backup
			v.Free = diskFree(filepath.Dir(k.Dir))
		}
		v.SameDisk = k.Source.Folder != "" && sameDisk(k.Dir, k.Source.Folder)
	}
	v.Sealer = k.Sealer.State()
	v.Trouble = trouble(ctx, v.Sealer.Trouble)
	p := web.Page{Title: web.T(ctx, "upkeep.title"), Nav: "system"}
	if v.Making || v.Looks {
		p.Again = 5
	}
	return web.Render(w, r, p, systemView(v))
}

func (k *Upkeep) alive(tx *db.Tx, job int64) (bool, error) {
	if job == 0 {
		return false, nil
	}
	return k.Queue.Alive(tx, job)
}

// trouble says what stands in the sealer's way.
func trouble(ctx context.Context, err error) string {
	var f *fault.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return web.FaultText(ctx, err)
	}
	return web.T(ctx, "upkeep.seal.trouble")
}

// begin puts a job into the queue; pressed twice, the first one is meant.
func (k *Upkeep) begin(kind, key string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		if kind == backupJob && k.Dir == "" {
			return fault.New(fault.NotFound, "upkeep.fault.no_folder")
		}
		err := k.DB.InTx(ctx, func(tx *db.Tx) error {
			if err := web.Claim(r, tx); err != nil {
				return err
			}
			id, err := k.Queue.Add(tx, kind, nil, jobs.Opts{Unique: kind})
			if err != nil {
				return err
			}
			var run running
			if err := load(tx, jobsKey, &run); err != nil {
				return err
			}
			if kind == backupJob {
				run.Backup = id
			} else {
				run.Check = id
			}
			return save(tx, jobsKey, run)
		})
		if err != nil {
			return err
		}
		web.SetFlash(w, r, "info", web.T(ctx, key))
		return web.Redirect(w, r, "/system")
	}
}

// bytesText is a size as people read it.
func bytesText(p *i18n.Printer, n int64) string {
	switch {
	case n < 0:
		return p.T("upkeep.unknown")
	case n >= 10<<30:
		return p.T("upkeep.gb", float64(n>>20*10>>10)/10)
	case n >= 1<<20:
		return p.T("upkeep.mb", float64(n*10>>20)/10)
	}
	return p.T("upkeep.kb", (n+1023)>>10)
}

func when(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return p.T("upkeep.never")
	}
	return p.Arg(t.In(vietnam))
}

func (s sentence) text(p *i18n.Printer) string {
	args := make([]any, len(s.Args))
	for i, a := range s.Args {
		args[i] = a
	}
	return p.T(s.Key, args...)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
