package dbtest

import (
	"errors"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
)

func TestEach_IsMigratedAndPrivate(t *testing.T) {
	for range 2 { // the second finds nothing of the first
		Each(t, func(t *testing.T, d *db.DB) {
			err := d.InTx(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`insert into setting (key, value) values ($1, $2)`, "a", db.AsJSON(map[string]int{"n": 1}))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			err = d.InTx(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`insert into setting (key, value) values ($1, $2)`, "a", db.AsJSON(1))
				return err
			})
			if !errors.Is(err, db.ErrUnique) {
				t.Fatalf("second insert: %v, want ErrUnique", err)
			}
			var j db.JSON[map[string]int]
			err = d.Read(t.Context(), func(tx *db.Tx) error {
				return tx.QueryRow(`select value from setting where key = $1`, "a").Scan(&j)
			})
			if err != nil || j.V["n"] != 1 {
				t.Fatalf("read %v, %v", j, err)
			}
		})
	}
}
