// Package upkeep keeps an installation in order by itself and shows an administrator that
// it is: backups every day, the check of data and audit trail, room on the disk. It is not
// the making of backups (base/backup) nor the check's rules; it calls them.
package upkeep

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/backup"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/notify"
)

// Texts are the words of the page and its notices.
//
//go:embed text/*.json
var Texts embed.FS

// Upkeep is the care for one installation.
type Upkeep struct {
	DB     *db.DB
	Queue  *jobs.Queue
	Sealer *audit.Sealer
	Source backup.Source
	Dir    string // of the backups; "" keeps none, as in a demonstration
	At     string // "17:30": the end of the working day, when the day's backup is made
	Keep   int    // backups that are kept; 0 makes none by itself

	// Check looks at everything and says in how many places it is not as it should be.
	Check func(ctx context.Context) (findings []audit.Finding, bad int, err error)
}

// The kinds of work.
const (
	autoJob   = "care.backup_daily"
	backupJob = "care.backup"
	checkJob  = "care.check"
)

// Jobs are the kinds of work for the queue.
func (k *Upkeep) Jobs() []jobs.Kind {
	all := []jobs.Kind{
		{Name: backupJob, Do: k.doBackup, Tries: 1, Timeout: 6 * time.Hour, Slow: true},
		{Name: checkJob, Do: k.doCheck, Tries: 1, Timeout: 6 * time.Hour, Slow: true},
	}
	if k.Dir != "" && k.Keep > 0 {
		all = append(all, jobs.Kind{Name: autoJob, Do: k.doAuto, Every: 10 * time.Minute, Tries: 1, Timeout: 6 * time.Hour, Slow: true})
	}
	return all
}

func (k *Upkeep) doAuto(ctx context.Context, _ *jobs.Job) error {
	_, err := k.Auto(ctx)
	return err
}

func (k *Upkeep) doBackup(ctx context.Context, _ *jobs.Job) error { return k.backup(ctx) }

// Auto makes a backup if one is due, and checks the data after it.
func (k *Upkeep) Auto(ctx context.Context) (made bool, err error) {
	var s state
	var now time.Time
	err = k.DB.Read(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now()
		if err := load(tx, stateKey, &s); err != nil {
			return err
		}
		if s.Good.IsZero() {
			s.Good, err = born(tx)
		}
		return err
	})
	if err != nil || s.Good.IsZero() || !due(now, s.Good.Time, k.At) {
		return false, err
	}
	// One that failed is tried again each hour, not each time.
	if s.Error != "" && now.Sub(s.Tried.Time) < time.Hour {
		return false, nil
	}
	if err := k.backup(ctx); err != nil {
		return false, err
	}
	return true, k.doCheck(ctx, nil)
}

var vietnam = time.FixedZone("+07", 7*3600)

// next is when the next backup is due after one at last: at the end of the day, or a day
// later, for a machine that is switched off before the day ends.
func next(last time.Time, at string) time.Time {
	l := last.In(vietnam)
	end := l.Add(24 * time.Hour)
	if t, err := time.Parse("15:04", at); err == nil {
		day := time.Date(l.Year(), l.Month(), l.Day(), t.Hour(), t.Minute(), 0, 0, vietnam)
		if !day.After(l) {
			day = day.AddDate(0, 0, 1)
		}
		if day.Before(end) {
			end = day
		}
	}
	return end
}

func due(now, last time.Time, at string) bool { return !now.Before(next(last, at)) }

// state is what is remembered of backups.
type state struct {
	Good  db.Time `json:"good"`  // the last that was made and read back
	File  string  `json:"file"`  // its name
	Size  int64   `json:"size"`  // bytes
	Tried db.Time `json:"tried"` // the last try

	Error string   `json:"error"` // why that failed, for the administrator
	Why   sentence `json:"why"`   // the same in words, if there are any
}

// backup makes one, reads it back, and drops the oldest.
func (k *Upkeep) backup(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "the daily backup")
	if k.Dir == "" {
		return jobs.Final(errors.New("no folder for backups"))
	}
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return k.failed(ctx, err)
	}
	path, _, err := backup.Make(ctx, k.Source, k.Dir+string(filepath.Separator))
	if err == nil {
		_, err = backup.Verify(path)
	}
	if err != nil {
		return k.failed(ctx, err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return k.failed(ctx, err)
	}
	err = k.DB.InTx(ctx, func(tx *db.Tx) error {
		now := db.At(tx.Now())
		s := state{Good: now, File: filepath.Base(path), Size: st.Size(), Tried: now}
		if err := save(tx, stateKey, s); err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{
			Actor: "system", Action: "care.backup_made", Object: "backup/" + s.File, After: map[string]any{"size": s.Size},
		})
	})
	if err != nil {
		return err
	}
	return k.prune()
}

// failed writes down that a backup failed; the administrators are told once, until one
// succeeds again.
func (k *Upkeep) failed(ctx context.Context, why error) error {
	err := k.DB.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		var s state
		if err := load(tx, stateKey, &s); err != nil {
			return err
		}
		told := s.Error != ""
		s.Tried, s.Error, s.Why = db.At(tx.Now()), short(why), sentence{}
		if f := (*fault.Error)(nil); errors.As(why, &f) {
			s.Why = sentenceOf(f.Key, f.Args)
		}
		if err := save(tx, stateKey, s); err != nil || told {
			return err
		}
		to, err := admins(tx)
		if err != nil {
			return err
		}
		err = notify.Send(tx, notify.Note{To: to, Kind: "care.backup_failed", Key: "upkeep.note.failed", Link: "/system"})
		if err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{Actor: "system", Action: "care.backup_failed", Object: "backup/-", After: map[string]any{"reason": s.Error}})
	})
	return errors.Join(why, err)
}

func short(err error) string {
	s := strings.Join(strings.Fields(err.Error()), " ")
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}

// kept is a backup in the folder.
type kept struct {
	Name string
	Size int64
	At   time.Time
}

// list reads the folder, newest first. Only names that we give count as ours.
func (k *Upkeep) list() (all []kept, err error) {
	names, err := filepath.Glob(filepath.Join(k.Dir, "lienket-????-??-??-??????-???.zip"))
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		st, err := os.Stat(n)
		if err != nil {
			continue // somebody has just taken it away
		}
		all = append(all, kept{filepath.Base(n), st.Size(), st.ModTime()})
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Compare(b.Name, a.Name) })
	return all, nil
}

func (k *Upkeep) prune() error {
	all, err := k.list()
	if err != nil || k.Keep <= 0 || len(all) <= k.Keep {
		return err
	}
	var errs []error
	for _, b := range all[k.Keep:] {
		errs = append(errs, os.Remove(filepath.Join(k.Dir, b.Name)))
	}
	return errors.Join(errs...)
}

// checked is the result of the last check.
type checked struct {
	At       db.Time    `json:"at"`
	Bad      int        `json:"bad"`
	Findings []sentence `json:"findings,omitempty"`
	Error    string     `json:"error,omitempty"`
}

// sentence is a finding in text: what fills it is printed already.
type sentence struct {
	Key  string   `json:"key"`
	Args []string `json:"args,omitempty"`
}

func sentenceOf(key string, args []any) sentence {
	s := sentence{Key: key}
	for _, a := range args {
		s.Args = append(s.Args, word(a))
	}
	return s
}

// mostSentences of a check are kept.
const mostSentences = 20

func (k *Upkeep) doCheck(ctx context.Context, _ *jobs.Job) (err error) {
	defer fault.Wrap(&err, "the check")
	findings, bad, err := k.Check(ctx)
	c := checked{Bad: bad}
	if err != nil {
		c.Error = short(err)
	}
	for _, f := range findings[:min(len(findings), mostSentences)] {
		c.Findings = append(c.Findings, sentenceOf(f.Key, f.Args))
	}
	return errors.Join(err, k.DB.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		var was checked
		if err := load(tx, checkKey, &was); err != nil {
			return err
		}
		c.At = db.At(tx.Now())
		if err := save(tx, checkKey, c); err != nil || c.Bad == 0 || was.Bad == c.Bad {
			return err
		}
		to, err := admins(tx)
		if err != nil {
			return err
		}
		return notify.Send(tx, notify.Note{To: to, Kind: "care.check", Key: "upkeep.note.bad", Args: []any{c.Bad}, Link: "/system"})
	}))
}

func word(a any) string {
	switch v := a.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return v.In(vietnam).Format("02/01/2006 15:04")
	}
	return ""
}
