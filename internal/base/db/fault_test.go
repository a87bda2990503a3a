package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

// seam lets a test step in front of each statement of the writer.
type seam struct {
	on atomic.Bool
	n  atomic.Int64
	do atomic.Pointer[func(n int64, query string) (error, bool)]
}

func (s *seam) option() db.Option {
	return db.Hook(func(query string) (error, bool) {
		if !s.on.Load() {
			return nil, false
		}
		return (*s.do.Load())(s.n.Add(1), query)
	})
}

func (s *seam) set(f func(n int64, query string) (error, bool)) {
	s.n.Store(0)
	s.do.Store(&f)
	s.on.Store(true)
}

// Each request of a batch writes this many rows, or none.
const perRequest = 3

func several(name string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		for i := range perRequest {
			if _, err := tx.Exec(sqlInsertThing, fmt.Sprintf("%s-%d", name, i), 1); err != nil {
				return err
			}
		}
		return nil
	}
}

// batch empties the table and makes the given requests meet in one batch: a first request,
// which writes nothing, holds the writer until all of them wait. The seam opens while it
// is held, so the holder's end can be hit as well; its answer does not matter.
func batch(t *testing.T, d *db.DB, open func(), fs ...func() error) []error {
	t.Helper()
	must(t, d.InTx(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(`delete from thing`); return err }))
	hold, held := make(chan bool), make(chan bool, 2) // it may run twice
	var wg sync.WaitGroup
	wg.Go(func() {
		d.InTx(context.Background(), func(tx *db.Tx) error {
			held <- true
			<-hold
			return nil
		})
	})
	<-held
	errs := make([]error, len(fs))
	for i, f := range fs {
		wg.Go(func() { errs[i] = f() })
		for d.Waiting() <= i { // in this order
			yield()
		}
	}
	open()
	close(hold)
	wg.Wait()
	return errs
}

// rowsOf counts the rows of a request.
func rowsOf(t *testing.T, d *db.DB, name string) (n int) {
	t.Helper()
	must(t, d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(`select count(*) from thing where name like $1`, name+"-%").Scan(&n)
	}))
	return n
}

// wholeOrNothing holds the answers against the table.
func wholeOrNothing(t *testing.T, d *db.DB, errs []error) {
	t.Helper()
	for i, err := range errs {
		n := rowsOf(t, d, fmt.Sprint(i))
		if err == nil && n != perRequest {
			t.Errorf("request %d was acknowledged and has %d of %d rows", i, n, perRequest)
		}
		if err != nil && n != 0 {
			t.Errorf("request %d failed (%v) and left %d rows", i, err, n)
		}
	}
	name := "next"
	must(t, d.InTx(context.Background(), several(name)))
	if n := rowsOf(t, d, name); n != perRequest {
		t.Errorf("the next request has %d rows", n)
	}
}

const batchSize = 4

// statements counts the statements of an undisturbed batch, the commit included. The
// holder's release comes through the seam too.
func statements(t *testing.T, d *db.DB, s *seam) int64 {
	t.Helper()
	var fs []func() error
	for i := range batchSize {
		fs = append(fs, func() error { return d.InTx(context.Background(), several(fmt.Sprint(i))) })
	}
	commits := 0
	errs := batch(t, d, func() {
		s.set(func(_ int64, q string) (error, bool) {
			if q == "commit" {
				commits++
			}
			return nil, false
		})
	}, fs...)
	n := s.n.Load()
	s.on.Store(false)
	wholeOrNothing(t, d, errs)
	if n < batchSize*perRequest || commits > 2 {
		t.Fatalf("%d statements and %d commits: the batch is not one", n, commits)
	}
	return n
}

func TestBatch_CancelAtEveryStatement(t *testing.T) {
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	total := statements(t, d, &s)
	for _, all := range []bool{false, true} {
		for at := int64(1); at <= total; at++ {
			t.Run(fmt.Sprintf("all=%v/at=%d", all, at), func(t *testing.T) {
				victim := int(at) % batchSize
				var fs []func() error
				cancels := make([]context.CancelFunc, batchSize)
				for i := range batchSize {
					ctx, cancel := context.WithCancel(context.Background())
					defer cancel()
					cancels[i] = cancel
					fs = append(fs, func() error { return d.InTx(ctx, several(fmt.Sprint(i))) })
				}
				errs := batch(t, d, func() {
					s.set(func(n int64, _ string) (error, bool) {
						if n == at {
							for i, cancel := range cancels {
								if all || i == victim {
									cancel()
								}
							}
						}
						return nil, false
					})
				}, fs...)
				s.on.Store(false)
				for i, err := range errs {
					if !all && i != victim && err != nil {
						t.Errorf("request %d suffers from the cancelling of %d: %v", i, victim, err)
					}
					if err != nil && fault.CodeOf(err) != fault.Cancelled {
						t.Errorf("request %d: %v, want fault.Cancelled", i, err)
					}
				}
				wholeOrNothing(t, d, errs)
			})
		}
	}
}

func TestBatch_FailAtEveryStatement(t *testing.T) {
	boom := errors.New("boom")
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	total := statements(t, d, &s)
	for _, kill := range []bool{false, true} { // the statement alone, or the whole transaction
		for at := int64(1); at <= total; at++ {
			t.Run(fmt.Sprintf("kill=%v/at=%d", kill, at), func(t *testing.T) {
				var fs []func() error
				for i := range batchSize {
					fs = append(fs, func() error { return d.InTx(context.Background(), several(fmt.Sprint(i))) })
				}
				var hit string
				errs := batch(t, d, func() {
					s.set(func(n int64, q string) (error, bool) {
						if n == at {
							hit = q
							return boom, kill && q != "begin"
						}
						return nil, false
					})
				}, fs...)
				s.on.Store(false)
				failed := 0
				for _, err := range errs {
					if err != nil {
						failed++
						if !errors.Is(err, boom) {
							t.Errorf("%v, want the injected error", err)
						}
					}
				}
				if failed > 1 {
					t.Errorf("%d requests failed for one fault at %q", failed, hit)
				}
				wholeOrNothing(t, d, errs)
			})
		}
	}
}

func TestBatch_EveryFollowingStatementFails(t *testing.T) {
	boom := errors.New("boom")
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	total := statements(t, d, &s)
	for _, kill := range []bool{false, true} {
		for at := int64(1); at <= total; at++ {
			t.Run(fmt.Sprintf("kill=%v/at=%d", kill, at), func(t *testing.T) {
				var fs []func() error
				for i := range batchSize {
					fs = append(fs, func() error { return d.InTx(context.Background(), several(fmt.Sprint(i))) })
				}
				errs := batch(t, d, func() {
					s.set(func(n int64, q string) (error, bool) {
						if n >= at && q != "begin" {
							return boom, kill
						}
						return nil, false
					})
				}, fs...)
				s.on.Store(false)
				wholeOrNothing(t, d, errs)
			})
		}
	}
}

func TestBatch_OneCommitAnswersMany(t *testing.T) {
	const many = 50
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	boom := errors.New("boom")
	var fs []func() error
	for i := range many {
		fs = append(fs, func() error {
			return d.InTx(context.Background(), func(tx *db.Tx) error {
				if err := several(fmt.Sprint(i))(tx); err != nil {
					return err
				}
				switch i % 5 {
				case 1:
					return boom
				case 2:
					panic(boom)
				}
				return nil
			})
		})
	}
	commits := 0
	errs := batch(t, d, func() {
		s.set(func(_ int64, q string) (error, bool) {
			if q == "commit" {
				commits++
			}
			return nil, false
		})
	}, fs...)
	s.on.Store(false)
	for i, err := range errs {
		if bad := i%5 == 1 || i%5 == 2; bad != (err != nil) {
			t.Errorf("request %d: %v", i, err)
		}
	}
	wholeOrNothing(t, d, errs)
	if commits > 2 {
		t.Errorf("%d commits for %d requests, want the holder's and one", commits, many)
	}
}

func TestInTx_DiesSilentlyAndNothingMoreRuns(t *testing.T) {
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	s.set(func(_ int64, q string) (error, bool) { return nil, q == sqlCountThings })
	err := d.InTx(context.Background(), func(tx *db.Tx) error {
		var n int
		tx.QueryRow(sqlCountThings).Scan(&n)
		add("a")(tx) // would be committed by itself: there is no transaction any more
		return nil
	})
	s.on.Store(false)
	if err == nil {
		t.Error("acknowledged")
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d rows were written outside a transaction", n)
	}
	must(t, d.InTx(context.Background(), add("a")))
}

// The driver interrupts a running statement when its context ends, and an interrupted
// insert rolls back everything. So the statement must not see the context.
func TestBatch_CancelInTheMiddleOfAStatement(t *testing.T) {
	const slow = `with recursive c (x) as (select 1 union all select x + 1 from c where x < 200000)
		insert into thing (name, n) select 'slow-' || x, 1 from c`
	d := dbtest.SQLite(t)
	things(t, d)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	runs := 0
	errs := batch(t, d, func() {},
		func() error {
			return d.InTx(context.Background(), func(tx *db.Tx) error { runs++; return several("0")(tx) })
		},
		func() error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				time.AfterFunc(5*time.Millisecond, cancel)
				n, err := tx.Exec(slow)
				if err != nil || n != 200000 {
					t.Errorf("the statement was disturbed: %d rows, %v", n, err)
				}
				<-ctx.Done()
				return err
			})
		},
	)
	if fault.CodeOf(errs[1]) != fault.Cancelled {
		t.Errorf("the cancelled one: %v", errs[1])
	}
	if runs != 1 || errs[0] != nil {
		t.Errorf("its neighbour ran %d times: %v", runs, errs[0])
	}
	if n := rowsOf(t, d, "slow"); n != 0 {
		t.Errorf("%d rows of the cancelled request", n)
	}
	wholeOrNothing(t, d, errs[:1])
}

// A real full disk, as far as SQLite can tell: the file may not grow.
func TestInTx_DiskFull(t *testing.T) {
	d := dbtest.SQLite(t)
	things(t, d)
	pages := func(n int) {
		must(t, d.InTx(context.Background(), func(tx *db.Tx) error {
			var now int
			return tx.QueryRow(fmt.Sprintf(`pragma max_page_count = %d`, n)).Scan(&now)
		}))
	}
	pages(1) // SQLite makes it the present size
	large := strings.Repeat("x", 1<<20)
	errs := batch(t, d, func() {},
		func() error { return d.InTx(context.Background(), several("0")) },
		func() error {
			return d.InTx(context.Background(), func(tx *db.Tx) error {
				if err := several("1")(tx); err != nil {
					return err
				}
				tx.Exec(sqlInsertThing, large, 1)         // full, and f looks away
				_, err := tx.Exec(sqlInsertThing, "y", 1) // must not land outside a transaction
				if err == nil {
					t.Error("a statement ran after the disk was full")
				}
				return nil
			})
		},
		func() error { return d.InTx(context.Background(), several("2")) },
	)
	if fault.CodeOf(errs[1]) != fault.Full {
		t.Errorf("the large one: %v, want fault.Full", errs[1])
	}
	if errs[0] != nil || errs[2] != nil {
		t.Errorf("the small ones beside it: %v, %v", errs[0], errs[2])
	}
	wholeOrNothing(t, d, errs) // reads work too
	pages(1 << 30)             // space was made
	must(t, d.InTx(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(sqlInsertThing, large, 1); return err }))
}

func TestInTx_TheWriterItselfIsAway(t *testing.T) {
	boom := errors.New("boom")
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	s.set(func(_ int64, q string) (error, bool) { return boom, false })
	for range 3 {
		if err := d.InTx(t.Context(), add("a")); !errors.Is(err, boom) {
			t.Errorf("InTx: %v", err)
		}
	}
	s.on.Store(false)
	must(t, d.InTx(t.Context(), add("a")))
}

// Another process that keeps the file locked makes all who wait fail together, not one
// after the other, each after a timeout.
func TestInTx_AllWhoWaitAreAnsweredWhenTheWriterIsAway(t *testing.T) {
	boom := errors.New("boom")
	var s seam
	d := dbtest.SQLite(t, s.option())
	things(t, d)
	begins := 0
	errs := batch(t, d, func() {
		s.set(func(_ int64, q string) (error, bool) {
			if q == "begin" {
				begins++
			}
			return boom, false
		})
	},
		func() error { return d.InTx(context.Background(), several("0")) },
		func() error { return d.InTx(context.Background(), several("1")) },
		func() error { return d.InTx(context.Background(), several("2")) },
	)
	s.on.Store(false)
	if begins > 1 {
		t.Errorf("%d tries to begin", begins)
	}
	for i, err := range errs {
		if !errors.Is(err, boom) {
			t.Errorf("request %d: %v", i, err)
		}
	}
	wholeOrNothing(t, d, errs)
}
