package app_test

import (
	"path/filepath"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

// TestSQL_EveryTextOnEveryEngine: each SQL text of the program compiles against the schema
// of each engine, and none means something else on the other. That the guard sees seeded
// mistakes is shown where it lives, in base/db/dbtest.
func TestSQL_EveryTextOnEveryEngine(t *testing.T) {
	consts, err := dbtest.SQLConsts(filepath.Join(repoRoot(t), "internal"))
	if err != nil {
		t.Fatal(err)
	}
	rooms := map[string]bool{}
	for _, c := range consts {
		rooms[filepath.Base(filepath.Dir(c.File))] = true
	}
	for _, want := range []string{"auth", "audit", "web", "registry", "catalog", "market", "app"} {
		if !rooms[want] {
			t.Errorf("no SQL text of %s was found", want)
		}
	}
	for _, err := range dbtest.Traps(consts) {
		t.Error(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.PrepareAll(t, d, consts) })
	t.Logf("%d texts", len(consts))
}
