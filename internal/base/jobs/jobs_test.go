package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
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
