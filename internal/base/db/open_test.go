package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

func TestOpen_FolderIsMadeAndKeepsItsRows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "what a?b#c%20 «thư mục»") // nothing in a path is special
	d, err := db.Open(t.Context(), dir)
	must(t, err)
	things(t, d)
	must(t, d.InTx(t.Context(), add("a")))
	must(t, d.Close())
	if _, err := os.Stat(filepath.Join(dir, "lienket.db")); err != nil {
		t.Error(err)
	}
	d, err = db.Open(t.Context(), dir)
	must(t, err)
	defer d.Close()
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestOpen_Durable(t *testing.T) {
	d, err := db.Open(t.Context(), t.TempDir())
	must(t, err)
	defer d.Close()
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000",
	} {
		for name, run := range map[string]func(context.Context, func(*db.Tx) error) error{"writer": d.InTx, "reader": d.Read} {
			must(t, run(t.Context(), func(tx *db.Tx) error {
				var got string
				err := tx.QueryRow("pragma " + pragma).Scan(&got)
				if got != want {
					t.Errorf("%s of the %s is %s, want %s", pragma, name, got, want)
				}
				return err
			}))
		}
	}
}

func TestOpen_MemoryIsPrivateAndGoneAfterwards(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	one, err := db.Open(t.Context(), ":memory:")
	must(t, err)
	two, err := db.Open(t.Context(), ":memory:")
	must(t, err)
	things(t, one)
	must(t, two.Read(t.Context(), func(tx *db.Tx) error {
		var n int
		err := tx.QueryRow(`select count(*) from sqlite_schema`).Scan(&n)
		if n != 0 {
			t.Errorf("the second sees %d tables of the first", n)
		}
		return err
	}))
	must(t, one.Close())
	must(t, two.Close())
	if left, _ := os.ReadDir(tmp); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

func TestOpen_Err(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	notOurs := t.TempDir()
	must(t, os.WriteFile(filepath.Join(notOurs, "lienket.db"), []byte("this is no database, only some text that is long enough"), 0o600))
	for _, where := range []string{"", file, notOurs, "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"} {
		if d, err := db.Open(t.Context(), where); err == nil {
			d.Close()
			t.Errorf("%q was opened", where)
		}
	}
}

func TestClose_AnswersThoseWhoWaitAndRefusesTheNext(t *testing.T) {
	d, err := db.Open(t.Context(), t.TempDir())
	must(t, err)
	things(t, d)
	hold, held := make(chan bool), make(chan bool)
	answer := make(chan error)
	go func() {
		answer <- d.InTx(context.Background(), func(tx *db.Tx) error { close(held); <-hold; return add("a")(tx) })
	}()
	<-held
	closed := make(chan error)
	go func() { closed <- d.Close() }()
	select {
	case <-closed:
		t.Error("Close did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	close(hold)
	must(t, <-answer)
	must(t, <-closed)
	if err := d.InTx(t.Context(), add("b")); !errors.Is(err, db.ErrClosed) {
		t.Errorf("InTx after Close: %v", err)
	}
}

func TestStatements_AreKeptAndStayRight(t *testing.T) {
	d := dbtest.SQLite(t)
	things(t, d)
	for _, name := range []string{"a", "b", "c"} {
		must(t, d.InTx(t.Context(), add(name)))
	}
	// The same text, read inside itself.
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		pairs := 0
		outer, err := tx.Query(`select name from thing order by name`)
		if err != nil {
			return err
		}
		for outer.Next() {
			inner, err := tx.Query(`select name from thing order by name`)
			if err != nil {
				return err
			}
			for inner.Next() {
				pairs++
			}
		}
		if pairs != 9 {
			t.Errorf("%d pairs, want 9", pairs)
		}
		return outer.Err()
	}))
	// A kept statement follows the schema.
	all := func() (columns int) {
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			rows, err := tx.Query(`select * from thing`)
			if err != nil {
				return err
			}
			names, err := rows.Columns()
			columns = len(names)
			return err
		}))
		return columns
	}
	before := all()
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`alter table thing add column more text`)
		return err
	}))
	if after := all(); after != before+1 {
		t.Errorf("%d columns after adding one to %d", after, before)
	}
	// Texts built by hand do not pile up.
	for i := range 3 * db.MaxKept / 100 {
		must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
			for j := range 100 {
				if _, err := tx.Exec(sqlUpdateNumber+" and n >= "+string(rune('0'+j%10))+" and "+string(rune('0'+j/10))+" <> "+itoa(i*100+j+1000), "a", i); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	if n := d.Kept(); n > db.MaxKept {
		t.Errorf("%d statements are kept, at most %d should be", n, db.MaxKept)
	}
}
