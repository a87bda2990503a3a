package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

var silent = slog.New(slog.DiscardHandler)

func note(t testing.TB, d *db.DB, n int) {
	t.Helper()
	must(t, d.InTx(context.Background(), func(tx *db.Tx) error {
		for i := range n {
			if err := audit.Note(tx, audit.Entry{Actor: "account:1", Action: "offer.save", Object: fmt.Sprintf("offer:%d", i), After: offer{int64(i), "x"}}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func report(t testing.TB, d *db.DB, dir string) audit.Report {
	t.Helper()
	r, err := audit.Check(context.Background(), d, audit.CheckOptions{Dir: dir})
	must(t, err)
	return r
}

func TestSeal_BacklogInOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := filepath.Join(t.TempDir(), "audit")
		if r := report(t, d, dir); len(r.Findings) > 0 {
			t.Fatalf("an empty trail: %+v", r)
		}
		note(t, d, 1201)
		if r := report(t, d, dir); r.Waiting != 1201 || r.OldestWaiting.IsZero() {
			t.Errorf("before sealing: %+v", r)
		}
		s := audit.NewSealer(d, dir, silent)
		if n, err := s.Seal(t.Context()); n != 1201 || err != nil {
			t.Fatalf("sealed %d, %v", n, err)
		}
		if n, err := s.Seal(t.Context()); n != 0 || err != nil {
			t.Errorf("sealed again: %d, %v", n, err)
		}
		for i, want := range []bool{true, false} {
			if done, err := s.Sign(t.Context()); done != want || err != nil {
				t.Errorf("signing %d: %v, %v", i, done, err)
			}
		}
		r := report(t, d, dir)
		if len(r.Findings) > 0 || r.Sealed != 1201 || r.Waiting != 0 || r.Points != 1 || r.LastSeq != 1201 || !strings.HasPrefix(r.Public, "lienket-ed25519-") {
			t.Errorf("%+v", r)
		}
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`update audit_entry set after = $1 where id = 77`, `{"grams": 78}`)
			return err
		}))
		if r := report(t, d, dir); keys(r) != "audit.check.changed" {
			t.Errorf("one value changed: %q", keys(r))
		}
		if st := s.State(); !st.Holder || st.Signed.IsZero() || st.Trouble != nil {
			t.Errorf("state %+v", st)
		}
	})
}

// Three processes seal at once while eight write: one chain, every entry in it once.
// A program that starts on a long trail reads it once, not each second.
func TestSeal_AStartLooksAtAllOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		note(t, d, 30)
		dir := filepath.Join(t.TempDir(), "audit")
		first := audit.NewSealer(d, dir, silent)
		if n, err := first.Seal(t.Context()); n != 30 || err != nil {
			t.Fatalf("sealed %d, %v", n, err)
		}
		must(t, first.Drop(t.Context()))
		again := audit.NewSealer(d, dir, silent)
		if n, err := again.Seal(t.Context()); n != 0 || err != nil {
			t.Fatalf("sealed again: %d, %v", n, err)
		}
		var top int64
		must(t, d.Read(t.Context(), func(tx *db.Tx) error { return tx.QueryRow("select max(id) from audit_entry").Scan(&top) }))
		if again.Above() != top {
			t.Errorf("it looks on from %d, the newest is %d", again.Above(), top)
		}
		note(t, d, 2)
		if n, err := again.Seal(t.Context()); n != 2 || err != nil {
			t.Errorf("sealed %d of 2 new ones, %v", n, err)
		}
	})
}

func TestSeal_SeveralProcesses(t *testing.T) {
	var ahead atomic.Int64
	clock := db.Clock(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := filepath.Join(t.TempDir(), "audit")
		stop, over := context.WithCancel(t.Context())
		var sealers, writers sync.WaitGroup
		for range 3 {
			s := audit.NewSealer(d, dir, silent)
			sealers.Go(func() {
				for stop.Err() == nil {
					if _, err := s.Seal(context.Background()); err != nil {
						t.Error(err)
						return
					}
					if _, err := s.Sign(context.Background()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for range 8 {
			writers.Go(func() {
				for range 20 {
					note(t, d, 2)
				}
			})
		}
		writers.Wait()
		over()
		sealers.Wait()
		ahead.Add(int64(time.Minute)) // the lease of the one that held it runs out
		if _, err := audit.NewSealer(d, dir, silent).Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := report(t, d, dir); len(r.Findings) > 0 || r.Sealed != 320 || r.Waiting != 0 {
			t.Errorf("%d sealed, %d wait, %q", r.Sealed, r.Waiting, keys(r))
		}
	}, clock)
}

func TestRun_SealsAndSignsALastTime(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := filepath.Join(t.TempDir(), "audit")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { audit.NewSealer(d, dir, silent).Run(ctx); close(done) }()
	note(t, d, 3)
	stop()
	<-done
	if r := report(t, d, dir); r.Sealed != 3 || r.LastSeq != 3 || len(r.Findings) > 0 {
		t.Errorf("%+v", r)
	}
	// Nobody need wait for the lease.
	note(t, d, 1)
	if n, err := audit.NewSealer(d, dir, silent).Seal(t.Context()); n != 1 || err != nil {
		t.Errorf("the next process seals %d, %v", n, err)
	}
}

// A process without a folder seals, and another one signs.
func TestSign_BesideASealerWithoutAFolder(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := filepath.Join(t.TempDir(), "audit")
	bare, signer := audit.NewSealer(d, "", silent), audit.NewSealer(d, dir, silent)
	note(t, d, 2)
	_, err := bare.Seal(t.Context())
	must(t, err)
	if done, err := bare.Sign(t.Context()); done || err != nil {
		t.Errorf("signed without a folder: %v, %v", done, err)
	}
	if done, err := signer.Sign(t.Context()); !done || err != nil {
		t.Errorf("signing beside it: %v, %v", done, err)
	}
}

// A crash between file and database leaves a line more, or half a line.
func TestSign_AfterACrash(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := filepath.Join(t.TempDir(), "audit")
	s := audit.NewSealer(d, dir, silent)
	for i := range 3 {
		note(t, d, 2)
		_, err := s.Seal(t.Context())
		must(t, err)
		_, err = s.Sign(t.Context())
		must(t, err)
		if i == 1 {
			must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`delete from audit_checkpoint where n = 2`)
				return err
			}))
			if r := report(t, d, dir); len(r.Findings) > 0 {
				t.Errorf("written and not remembered: %q", keys(r))
			}
			done, err := s.Sign(t.Context())
			if !done || err != nil {
				t.Errorf("taking the line over: %v, %v", done, err)
			}
			names, err := filepath.Glob(filepath.Join(dir, "*.checkpoint"))
			must(t, err)
			f, err := os.OpenFile(names[len(names)-1], os.O_APPEND|os.O_WRONLY, 0)
			must(t, err)
			_, err = f.WriteString("lienket-checkpoint n=3 se")
			must(t, err)
			must(t, f.Close())
			if r := report(t, d, dir); len(r.Findings) > 0 {
				t.Errorf("half a line: %q", keys(r))
			}
		}
	}
	if r := report(t, d, dir); len(r.Findings) > 0 || r.Points != 3 || r.LastSeq != 6 {
		t.Errorf("%d checkpoints to %d, %q", r.Points, r.LastSeq, keys(r))
	}
}

func TestSign_ErrKey(t *testing.T) {
	d := dbtest.SQLite(t)
	dir := filepath.Join(t.TempDir(), "audit")
	s := audit.NewSealer(d, dir, silent)
	next := func() error {
		note(t, d, 1)
		_, err := s.Seal(t.Context())
		must(t, err)
		_, err = s.Sign(t.Context())
		return err
	}
	must(t, next())
	key := filepath.Join(dir, "sealing.key")
	if st, err := os.Stat(key); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v: others may read the key", st, err)
	}
	must(t, os.Rename(key, key+".away"))
	if err := next(); err == nil || !strings.Contains(err.Error(), "audit.seal.key_gone") {
		t.Errorf("without its key: %v", err)
	}
	_, err := audit.MakeKey(dir)
	must(t, err)
	if err := next(); err == nil || !strings.Contains(err.Error(), "audit.seal.key_other") {
		t.Errorf("with another key: %v", err)
	}
	must(t, os.Remove(key))
	must(t, os.Rename(key+".away", key))
	must(t, next())
}

// A clock that is set back does not turn the record around.
func TestSeal_ClockSetBack(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	d := dbtest.SQLite(t, db.Clock(func() time.Time { return now }))
	dir := filepath.Join(t.TempDir(), "audit")
	s := audit.NewSealer(d, dir, silent)
	for range 3 {
		note(t, d, 1)
		_, err := s.Seal(t.Context())
		must(t, err)
		now = now.Add(-2 * time.Minute)
	}
	if r := report(t, d, dir); len(r.Findings) > 0 || r.Sealed != 3 {
		t.Errorf("%+v", r)
	}
}
