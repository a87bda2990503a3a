package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// All that knows River is in this file and in rescue.go.

// riverVersion is the version of River's own tables. A newer River that needs more raises
// it here.
const riverVersion = 8

// Migrate brings River's tables to the version this program is written for. It comes after
// the sequence of migrations and does nothing the second time. River cannot be one of its
// steps: its sixth version uses an enum value that its fourth adds, which PostgreSQL allows
// only after a commit, and a step is one transaction.
func Migrate(ctx context.Context, d *db.DB) error {
	quiet := &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)}
	opts := &rivermigrate.MigrateOpts{TargetVersion: riverVersion}
	if d.Engine() == db.SQLite {
		return d.InTx(ctx, func(tx *db.Tx) error {
			return tx.Lend(func(ctx context.Context, stx *sql.Tx) error {
				m, err := rivermigrate.New(riversqlite.New(nil), quiet)
				if err == nil {
					//lint:ignore SA1019 it warns of PostgreSQL's enums; SQLite has none, and Migrate would take a second writer
					_, err = m.MigrateTx(ctx, stx, rivermigrate.DirectionUp, opts)
				}
				return err
			})
		})
	}
	// Several processes may start together: one does it, the others wait.
	conn, err := d.Pool().Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, sqlLockPostgres); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), sqlUnlockPostgres)
	m, err := rivermigrate.New(riverdatabasesql.New(d.Pool()), quiet)
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, opts)
	}
	return err
}

type client = river.Client[*sql.Tx]

// envelope is how arguments travel: River makes a job unique by the marked field.
type envelope struct {
	kind   string
	Unique string          `json:"unique,omitempty" river:"unique"`
	Args   json.RawMessage `json:"args,omitempty"`
}

func (e envelope) Kind() string { return e.kind }

// unfinished are the states in which a unique job stands in the way of another.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

func insert(tx *db.Tx, c *client, k Kind, args json.RawMessage, o Opts) (id int64, err error) {
	opts := &river.InsertOpts{MaxAttempts: k.tries(), Queue: k.queue()}
	if o.Unique != "" {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unfinished}
	}
	if wait := o.At.Sub(tx.Now()); !o.At.IsZero() && wait > 0 {
		opts.ScheduledAt = time.Now().Add(wait)
	}
	err = tx.Lend(func(ctx context.Context, stx *sql.Tx) error {
		res, err := c.InsertTx(ctx, stx, envelope{k.Name, o.Unique, args}, opts)
		if err == nil {
			id = res.Job.ID
		}
		return err
	})
	return id, err
}

const (
	quickQueue = river.QueueDefault
	slowQueue  = "slow"
)

// newClient makes a client that only adds, or one that works.
func (q *Queue) newClient(work bool, id string, listen riverdriver.Driver[*sql.Tx]) (*client, error) {
	workers := river.NewWorkers()
	for _, k := range q.kinds {
		river.AddWorkerArgs(workers, envelope{kind: k.Name}, &worker{q: q, kind: k})
	}
	cfg := &river.Config{
		ID:      id,
		Workers: workers,
		Logger:  slog.New(atLeast{q.log.Handler(), slog.LevelWarn}),
		// The defaults drain a hundred jobs a second.
		FetchCooldown:     10 * time.Millisecond,
		FetchPollInterval: time.Second,
		JobTimeout:        defaultTimeout,
		// Dead processes are our own business (rescue.go), long before River would ask.
		RescueStuckJobsAfter:        10 * 365 * 24 * time.Hour,
		CompletedJobRetentionPeriod: 24 * time.Hour,
		CancelledJobRetentionPeriod: 7 * 24 * time.Hour,
		DiscardedJobRetentionPeriod: 30 * 24 * time.Hour,
	}
	if work {
		cfg.Queues = map[string]river.QueueConfig{
			quickQueue: {MaxWorkers: 8},
			slowQueue:  {MaxWorkers: max(1, runtime.GOMAXPROCS(0)/2)},
		}
	}
	return river.NewClient(listen, cfg)
}

func driver(d *db.DB) riverdriver.Driver[*sql.Tx] {
	if d.Engine() == db.SQLite {
		return riversqlite.New(d.Pool())
	}
	return riverdatabasesql.New(d.Pool())
}

// worker is one kind as River calls it.
type worker struct {
	river.WorkerDefaults[envelope]
	q    *Queue
	kind Kind
}

func (w *worker) Timeout(*river.Job[envelope]) time.Duration { return w.kind.timeout() }

// Work does one try and says in River's words how it ended.
func (w *worker) Work(ctx context.Context, rj *river.Job[envelope]) error {
	j := &Job{ID: rj.ID, Kind: rj.Kind, Attempt: rj.Attempt, Tries: rj.MaxAttempts, Args: rj.Args.Args, q: w.q}
	j.finish = func(tx *db.Tx) error {
		return tx.Lend(func(ctx context.Context, stx *sql.Tx) error {
			_, err := river.JobCompleteTx[*riversqlite.Driver](ctx, stx, rj)
			return err
		})
	}
	err := w.do(ctx, j)
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, river.ErrJobCancelledRemotely):
		return w.gone(ctx, j, ErrCancelled, cause)
	case w.q.stopping.Load() && ctx.Err() != nil:
		return river.JobSnooze(0) // not the job's fault: the next process begins it anew
	}
	var f final
	switch {
	case errors.As(err, &f):
		w.q.log.Warn("a job failed for good", "kind", j.Kind, "job", j.ID, "error", err)
		return w.gone(ctx, j, err, river.JobCancel(err))
	case j.Last():
		w.q.log.Error("a job failed and has no tries left", "kind", j.Kind, "job", j.ID, "error", err)
		return w.gone(ctx, j, err, err)
	}
	w.q.log.Warn("a job failed and will be tried again", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "error", err)
	return err
}

// do runs Do and brings a panic home as an error, with the same ending as any other.
func (w *worker) do(ctx context.Context, j *Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			buf := make([]byte, 8<<10)
			err = fmt.Errorf("panic: %v\n%s", v, buf[:runtime.Stack(buf, false)])
		}
	}()
	return w.kind.Do(ctx, j)
}

// gone tells the kind that the job is over. If that cannot be written the job must not end
// silently: it is tried again while it has tries.
func (w *worker) gone(ctx context.Context, j *Job, why, result error) error {
	if w.kind.Gone == nil {
		return result
	}
	err := w.q.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error { return w.kind.Gone(tx, j, why) })
	if err != nil {
		w.q.log.Error("the end of a job could not be noted", "kind", j.Kind, "job", j.ID, "error", err)
		return errors.Join(err, result)
	}
	return result
}

// atLeast drops what River tells about its ordinary day.
type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.Handler.Enabled(ctx, l)
}

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}

func (h atLeast) WithGroup(n string) slog.Handler { return atLeast{h.Handler.WithGroup(n), h.level} }
