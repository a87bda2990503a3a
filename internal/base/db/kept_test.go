package db_test

import (
	"errors"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

func TestKept_HoldsUntilACommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := db.Kept[string, int]{For: time.Hour, Most: 2}
		reads := 0
		get := func(key string) int {
			t.Helper()
			v, err := k.Get(d, key, func() (int, error) { reads++; return reads, nil })
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		for _, key := range []string{"a", "a", "b", "a"} {
			get(key)
		}
		if reads != 2 {
			t.Errorf("two values were read %d times though nothing was written", reads)
		}
		if err := d.InTx(t.Context(), func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if get("a") != 3 {
			t.Error("a value outlives a commit")
		}
		get("b")
		get("c") // one more than the most
		if v := get("a"); v != reads {
			t.Error("more is kept than the most")
		}
		if _, err := k.Get(d, "x", func() (int, error) { return 0, errors.New("no") }); err == nil {
			t.Error("an error is swallowed")
		}
		if v, err := k.Get(d, "x", func() (int, error) { return 7, nil }); v != 7 || err != nil {
			t.Error("an error is kept")
		}
	})
}

func TestKept_OthersAreSeenAfterAWhile(t *testing.T) {
	d := dbtest.SQLite(t)
	k := db.Kept[string, int]{For: time.Nanosecond, Most: 2}
	reads := 0
	for want := 1; want < 4; want++ {
		time.Sleep(time.Microsecond)
		if v, _ := k.Get(d, "a", func() (int, error) { reads++; return reads, nil }); v != want {
			t.Errorf("read %d times, want %d", v, want)
		}
	}
}
