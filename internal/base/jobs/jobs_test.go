package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/jobs"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually asks again for a while; it fails only when the thing never happens.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s never happened", what)
}

// working is a queue of these kinds that works until the test ends.
func working(t *testing.T, d *db.DB, kinds ...jobs.Kind) *jobs.Queue {
	t.Helper()
	q := jobs.New(d, nil)
	q.Pace(50*time.Millisecond, 500*time.Millisecond)
	q.Register(kinds...)
	must(t, q.Start(t.Context()))
	t.Cleanup(func() { q.Stop(context.Background()) })
	return q
}

func add(t *testing.T, d *db.DB, q *jobs.Queue, kind string, args any, o jobs.Opts) (id int64) {
	t.Helper()
	must(t, d.InTx(t.Context(), func(tx *db.Tx) (err error) { id, err = q.Add(tx, kind, args, o); return err }))
	return id
}

func inState(t *testing.T, q *jobs.Queue, id int64, s jobs.State) jobs.Info {
	t.Helper()
	var i jobs.Info
	eventually(t, "state "+string(s), func() bool {
		var err error
		i, err = q.Get(context.Background(), id)
		must(t, err)
		return i.State == s
	})
	return i
}

func TestAdd_IsDoneAfterTheCommitAndNeverWithoutIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var did atomic.Int64
		q := working(t, d, jobs.Kind{Name: "test.add", Do: func(_ context.Context, j *jobs.Job) error {
			var n int64
			if err := j.Into(&n); err != nil {
				return err
			}
			did.Add(n)
			return nil
		}})
		boom := errors.New("boom")
		err := d.InTx(t.Context(), func(tx *db.Tx) error {
			if _, err := q.Add(tx, "test.add", 1000, jobs.Opts{}); err != nil {
				return err
			}
			return boom
		})
		if err != boom {
			t.Fatalf("InTx: %v", err)
		}
		id := add(t, d, q, "test.add", 1, jobs.Opts{})
		inState(t, q, id, jobs.Finished)
		if n := did.Load(); n != 1 {
			t.Errorf("done for %d, want 1: a job of a rolled back transaction ran", n)
		}
	})
}

func TestAdd_UniqueWhileUnfinished(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hold := make(chan bool)
		q := working(t, d, jobs.Kind{Name: "test.hold", Do: func(ctx context.Context, _ *jobs.Job) error {
			select {
			case <-hold:
			case <-ctx.Done():
			}
			return ctx.Err()
		}})
		one := add(t, d, q, "test.hold", "a", jobs.Opts{Unique: "x"})
		inState(t, q, one, jobs.Running)
		if again := add(t, d, q, "test.hold", "b", jobs.Opts{Unique: "x"}); again != one {
			t.Errorf("a second one of that name is job %d, want %d", again, one)
		}
		if other := add(t, d, q, "test.hold", "a", jobs.Opts{Unique: "y"}); other == one {
			t.Error("another name is the same job")
		}
		if plain := add(t, d, q, "test.hold", "a", jobs.Opts{}); plain == one {
			t.Error("a job without a name is the same job")
		}
		close(hold)
		inState(t, q, one, jobs.Finished)
		if next := add(t, d, q, "test.hold", "a", jobs.Opts{Unique: "x"}); next == one {
			t.Error("a finished job stands in the way of the next")
		}
	})
}

func TestAdd_AtIsByTheClockOfTheDatabase(t *testing.T) {
	t.Parallel()
	season := time.Date(2023, 12, 1, 8, 0, 0, 0, time.UTC)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := working(t, d, jobs.Kind{Name: "test.at", Do: func(context.Context, *jobs.Job) error { return nil }})
		later := add(t, d, q, "test.at", nil, jobs.Opts{At: season.Add(time.Hour)})
		past := add(t, d, q, "test.at", nil, jobs.Opts{At: season.Add(-time.Hour)})
		inState(t, q, past, jobs.Finished)
		i, err := q.Get(t.Context(), later)
		must(t, err)
		if wait := time.Until(i.Next); i.State != jobs.Waiting || wait < 59*time.Minute || wait > time.Hour {
			t.Errorf("%s, begins in %s, want an hour", i.State, wait)
		}
	}, db.Clock(func() time.Time { return season }))
}

func TestWork_TriesAgainAndGivesUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		var gone atomic.Value
		tell := func(_ *db.Tx, j *jobs.Job, why error) error { gone.Store(j.Kind + ": " + why.Error()); return nil }
		q := working(
			t, d,
			jobs.Kind{Name: "test.second", Do: func(_ context.Context, j *jobs.Job) error {
				if j.Attempt == 1 {
					return boom
				}
				return nil
			}, Gone: tell},
			jobs.Kind{Name: "test.panic", Tries: 1, Do: func(context.Context, *jobs.Job) error { panic("oh") }, Gone: tell},
			jobs.Kind{Name: "test.final", Do: func(context.Context, *jobs.Job) error { return jobs.Final(boom) }, Gone: tell},
		)
		// River's first pause is about a second.
		second := inState(t, q, add(t, d, q, "test.second", nil, jobs.Opts{}), jobs.Finished)
		if second.Attempt != 2 || second.Error != "boom" || gone.Load() != nil {
			t.Errorf("%+v, told %v", second, gone.Load())
		}
		out := inState(t, q, add(t, d, q, "test.panic", nil, jobs.Opts{}), jobs.GivenUp)
		if out.Attempt != 1 || !strings.Contains(out.Error, "panic: oh") || !strings.Contains(gone.Load().(string), "test.panic: panic: oh") {
			t.Errorf("%+v, told %v", out, gone.Load())
		}
		id := add(t, d, q, "test.final", nil, jobs.Opts{})
		if i := inState(t, q, id, jobs.Cancelled); i.Attempt != 1 || gone.Load() != "test.final: boom" {
			t.Errorf("%+v, told %v", i, gone.Load())
		}
		// A person may have it begun again all the same.
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return q.Retry(tx, id) }))
		eventually(t, "the second end", func() bool {
			i, err := q.Get(t.Context(), id)
			must(t, err)
			return i.State == jobs.Cancelled && i.Attempt == 2
		})
	})
}

func TestWork_TimeoutEndsOneTry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := working(t, d, jobs.Kind{Name: "test.slow", Tries: 1, Timeout: 20 * time.Millisecond, Slow: true, Do: func(ctx context.Context, _ *jobs.Job) error {
			<-ctx.Done()
			return ctx.Err()
		}})
		if i := inState(t, q, add(t, d, q, "test.slow", nil, jobs.Opts{}), jobs.GivenUp); !strings.Contains(i.Error, "deadline") {
			t.Errorf("%+v", i)
		}
	})
}

func TestCancel_WaitingAndRunningAndFromElsewhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var gone atomic.Int64
		kind := jobs.Kind{Name: "test.wait", Do: func(ctx context.Context, _ *jobs.Job) error {
			<-ctx.Done()
			return ctx.Err()
		}, Gone: func(_ *db.Tx, _ *jobs.Job, why error) error {
			if errors.Is(why, jobs.ErrCancelled) {
				gone.Add(1)
			}
			return nil
		}}
		q := working(t, d, kind)
		elsewhere := jobs.New(d, nil) // a process without workers
		elsewhere.Register(kind)
		running := add(t, d, q, "test.wait", nil, jobs.Opts{})
		waiting := add(t, d, q, "test.wait", nil, jobs.Opts{At: time.Now().Add(time.Hour)})
		inState(t, q, running, jobs.Running)
		for _, id := range []int64{running, waiting} {
			must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return elsewhere.Cancel(tx, id) }))
			inState(t, q, id, jobs.Cancelled)
		}
		if n := gone.Load(); n != 2 {
			t.Errorf("the kind was told %d times, want 2", n)
		}
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return elsewhere.Cancel(tx, running) })) // it is over already
		err := d.InTx(t.Context(), func(tx *db.Tx) error { return q.Cancel(tx, 99_999) })
		if fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a job that does not exist: %v", err)
		}
	})
}

func TestJob_ProgressAndResumePoint(t *testing.T) {
	t.Parallel()
	type at struct{ Page int }
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := working(t, d, jobs.Kind{Name: "test.pages", Do: func(ctx context.Context, j *jobs.Job) error {
			var from at
			had, err := j.Load(ctx, &from)
			if err != nil || had != (j.Attempt > 1) || from.Page != (j.Attempt-1)*3 {
				return jobs.Final(fmt.Errorf("try %d begins at %+v (%v), %v", j.Attempt, from, had, err))
			}
			if j.Attempt == 1 {
				if err := j.Progress(ctx, 3, 6, "half"); err != nil {
					return err
				}
				if err := d.InTx(ctx, func(tx *db.Tx) error { return j.Save(tx, at{3}) }); err != nil {
					return err
				}
				return errors.New("the power fails")
			}
			return j.Progress(ctx, 6, 6, "whole")
		}})
		id := add(t, d, q, "test.pages", nil, jobs.Opts{})
		eventually(t, "the first half", func() bool {
			i, err := q.Get(t.Context(), id)
			must(t, err)
			return i.Done >= 3 && i.Total == 6
		})
		if i := inState(t, q, id, jobs.Finished); i.Done != 6 || i.Note != "whole" {
			t.Errorf("%+v", i)
		}
	})
}

// Work and the note that it is done are one: whatever fails, both or none.
func TestJob_DoneIsOneWithItsWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`create table work (n bigint)`); return err }))
		boom := errors.New("boom")
		q := working(t, d, jobs.Kind{Name: "test.once", Do: func(ctx context.Context, j *jobs.Job) error {
			err := d.InTx(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(`insert into work (n) values ($1)`, j.Attempt); err != nil {
					return err
				}
				if err := j.Done(tx); err != nil {
					return err
				}
				if j.Attempt == 1 {
					return boom
				}
				return nil
			})
			if err == nil {
				err = boom // too late: it is done
			}
			return err
		}})
		id := add(t, d, q, "test.once", nil, jobs.Opts{})
		if i := inState(t, q, id, jobs.Finished); i.Attempt != 2 {
			t.Errorf("%+v", i)
		}
		var n, sum int
		must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(`select count(*), cast(sum(n) as bigint) from work`).Scan(&n, &sum)
		}))
		if n != 1 || sum != 2 {
			t.Errorf("%d rows, sum %d: want the one of the second try", n, sum)
		}
	})
}

func TestPeriodic_GoesOnThroughRestartsAndIsNeverDoubled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var often, rare, now, most atomic.Int64
		kinds := []jobs.Kind{
			{Name: "test.often", Every: 300 * time.Millisecond, Do: func(context.Context, *jobs.Job) error {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Millisecond)
				now.Add(-1)
				often.Add(1)
				return nil
			}},
			{Name: "test.rare", Every: time.Hour, Do: func(context.Context, *jobs.Job) error { rare.Add(1); return nil }},
		}
		for range 3 {
			q := jobs.New(d, nil)
			q.Pace(50*time.Millisecond, 500*time.Millisecond)
			q.Register(kinds...)
			must(t, q.Start(t.Context()))
			before := often.Load()
			eventually(t, "two periods", func() bool { return often.Load() >= before+2 })
			must(t, q.Stop(t.Context()))
		}
		if n := rare.Load(); n != 1 {
			t.Errorf("the hourly kind ran %d times in three programs, want once", n)
		}
		if n := most.Load(); n != 1 {
			t.Errorf("%d at a time", n)
		}
	})
}

// Stop gives back what it was doing, at no cost of a try.
func TestStop_GivesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var stay atomic.Bool
		stay.Store(true)
		kind := jobs.Kind{Name: "test.stay", Tries: 1, Do: func(ctx context.Context, j *jobs.Job) error {
			if !stay.Load() {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}}
		first := jobs.New(d, nil)
		first.Register(kind)
		must(t, first.Start(t.Context()))
		id := add(t, d, first, "test.stay", nil, jobs.Opts{})
		inState(t, first, id, jobs.Running)
		must(t, first.Stop(t.Context()))
		if i := inState(t, first, id, jobs.Waiting); i.Attempt != 0 {
			t.Errorf("%+v", i)
		}
		stay.Store(false)
		second := working(t, d, kind)
		if i := inState(t, second, id, jobs.Finished); i.Attempt != 1 {
			t.Errorf("%+v", i)
		}
	})
}

// On one SQLite file a second process stands by and takes over.
func TestStart_SecondOnSQLiteStandsBy(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	kind := jobs.Kind{Name: "test.by", Do: func(context.Context, *jobs.Job) error { return nil }}
	first, second := jobs.New(d, nil), working(t, d, kind)
	first.Register(kind)
	must(t, first.Start(t.Context()))
	if first.Working() || !second.Working() {
		t.Fatal("both work, or none")
	}
	must(t, second.Stop(t.Context()))
	eventually(t, "taking over", first.Working)
	must(t, first.Stop(t.Context()))
}

// Two processes on one PostgreSQL share the work.
func TestStart_TwoOnPostgresShare(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	var did [2]atomic.Int64
	var q [2]*jobs.Queue
	for i := range q {
		q[i] = working(t, d, jobs.Kind{Name: "test.share", Do: func(context.Context, *jobs.Job) error {
			did[i].Add(1)
			time.Sleep(2 * time.Millisecond)
			return nil
		}})
	}
	const n = 200
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		for range n {
			if _, err := q[0].Add(tx, "test.share", nil, jobs.Opts{}); err != nil {
				return err
			}
		}
		return nil
	}))
	eventually(t, "all", func() bool { return did[0].Load()+did[1].Load() >= n })
	if did[0].Load() == 0 || did[1].Load() == 0 || did[0].Load()+did[1].Load() != n {
		t.Errorf("%d and %d of %d", did[0].Load(), did[1].Load(), n)
	}
}
