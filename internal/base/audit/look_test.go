package audit_test

import (
	"context"
	"testing"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

func TestLooked_OncePerPersonAndThing(t *testing.T) {
	d := dbtest.SQLite(t)
	l := audit.NewLooks(d, silent)
	gone, leave := context.WithCancel(t.Context())
	leave() // a reader who closes the page has looked all the same
	for range 5 {
		l.Looked(gone, "account:1", "case/1", "papers")
		l.Looked(t.Context(), "account:2", "case/1", "papers")
		l.Looked(t.Context(), "account:1", "case/2", "phone")
	}
	must(t, d.Read(t.Context(), func(tx *db.Tx) error {
		es, err := audit.For(tx, "case/1")
		if err != nil || len(es) != 2 || es[0].Action != audit.Look || es[0].After.(map[string]any)["what"] != "papers" {
			t.Errorf("%+v, %v", es, err)
		}
		by, err := audit.By(tx, "account:1", 10)
		if err != nil || len(by) != 2 {
			t.Errorf("%+v, %v", by, err)
		}
		return nil
	}))
	(*audit.Looks)(nil).Looked(t.Context(), "a", "b", "c") // a room without the log
}

// A note that failed is tried again at the next look.
func TestLooked_AfterAFailure(t *testing.T) {
	d := dbtest.SQLite(t)
	l := audit.NewLooks(d, silent)
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`alter table audit_entry rename to away`)
		return err
	}))
	l.Looked(t.Context(), "account:1", "case/1", "papers")
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`alter table away rename to audit_entry`)
		return err
	}))
	l.Looked(t.Context(), "account:1", "case/1", "papers")
	must(t, d.Read(t.Context(), func(tx *db.Tx) error {
		if es, err := audit.For(tx, "case/1"); err != nil || len(es) != 1 {
			t.Errorf("%+v, %v", es, err)
		}
		return nil
	}))
}
