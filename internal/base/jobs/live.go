package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// live keeps this process at work: a session ends when it has been silent for too long, and
// the next one begins under another name.
func (q *Queue) live(ctx context.Context, up chan<- error, over chan<- struct{}) {
	defer close(over)
	told := false
	tell := func(err error) {
		if !told {
			told = true
			up <- err
		}
	}
	for {
		err := q.session(ctx, func() { tell(nil) })
		q.working.Store(false)
		if ctx.Err() != nil {
			tell(ctx.Err())
			return
		}
		if err != nil && !told { // it never began: the caller wants to know
			tell(err)
			return
		}
		q.log.Warn("the work on jobs was interrupted and begins again", "error", err)
		if !pause(ctx, q.beat) {
			return
		}
	}
}

var errSilent = errors.New("jobs: this process was silent for too long")

// session registers this process, puts back what the dead left, works and beats.
func (q *Queue) session(ctx context.Context, up func()) error {
	id := fmt.Sprintf("%s-%d-%08x", host(), os.Getpid(), rand.Uint32())
	if q.db.Engine() == db.SQLite {
		release, err := q.turn(ctx, up)
		if err != nil {
			return err
		}
		defer release()
	}
	if err := q.register(ctx, id); err != nil {
		return err
	}
	listen, stop, err := q.listener(ctx)
	if err != nil {
		return err
	}
	defer stop()
	c, err := q.newClient(true, id, listen)
	if err != nil {
		return err
	}
	// River ends by our word only: its own way of ending would lose the turn's order.
	if err := c.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	q.working.Store(true)
	up()
	err = q.beatOn(ctx, id)
	q.stopping.Store(true)
	// Running jobs are told at once and waited for.
	if serr := c.StopAndCancel(context.WithoutCancel(ctx)); serr != nil {
		q.log.Warn("the work on jobs did not end well", "error", serr)
	}
	q.stopping.Store(ctx.Err() != nil)
	if uerr := q.unregister(context.WithoutCancel(ctx), id); uerr != nil {
		q.log.Warn("this process could not sign off; another will notice", "error", uerr)
	}
	return err
}

// turn waits until no other process works this SQLite file.
func (q *Queue) turn(ctx context.Context, up func()) (release func() error, err error) {
	for said := false; ; {
		release, ok, err := q.db.Only(ctx, "work")
		if err != nil || ok {
			return release, err
		}
		if !said {
			said = true
			q.log.Info("another process works the jobs of this database; this one stands by")
			up()
		}
		if !pause(ctx, min(q.beat, time.Second)) {
			return nil, ctx.Err()
		}
	}
}

func (q *Queue) listener(ctx context.Context) (_ riverdriver.Driver[riverTx], stop func(), err error) {
	if q.db.Engine() == db.SQLite {
		return driver(q.db), func() {}, nil
	}
	p, err := q.db.Listener(ctx)
	if err != nil {
		return nil, nil, err
	}
	return riverdatabasesql.NewWithPgxListener(q.db.Pool(), p), p.Close, nil
}

// beatOn gives signs of life, puts back the jobs of the dead and adds periodic ones, until
// ctx ends or this process has been silent for too long.
func (q *Queue) beatOn(ctx context.Context, id string) error {
	last := time.Now()
	due := map[string]time.Time{}
	for next := last; ; {
		now := time.Now()
		if !now.Before(next) {
			next = now.Add(q.beat)
			known, err := q.signal(ctx, id)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err == nil && !known:
				return errSilent
			case err == nil:
				last = now
			default:
				q.log.Warn("no sign of life could be given", "error", err)
			}
		}
		if time.Since(last) > q.dead {
			return errSilent
		}
		soon, err := q.periods(ctx, due)
		if err != nil && ctx.Err() == nil {
			q.log.Warn("periodic jobs could not be added", "error", err)
			soon = time.Now().Add(q.beat)
		}
		if soon.IsZero() || soon.After(next) {
			soon = next
		}
		if !pause(ctx, max(time.Until(soon), 10*time.Millisecond)) {
			return ctx.Err()
		}
	}
}

// pause waits; false means ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func host() string {
	h, err := os.Hostname()
	if err != nil || h == "" {
		return "host"
	}
	return h[:min(len(h), 60)]
}
