package market

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/lienket/lienket/internal/base/db/dbtest"
)

// A planner outlives the run that made it: questions come with their own request, and the
// end of the run or of an earlier request does not stop them.
func TestRunner_ExplainsAfterItsRun(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "lon-xon-1.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	in, _, err := ReadWorkbook(data, testDeps(t), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := context.Background(), storeOn(t, dbtest.SQLite(t))
	r := &Runner{Store: s, Book: planWords(t)}
	defer r.Close()
	round, err := s.AddRound(ctx, "test", NewRound{Label: "1", Origin: FromUpload, Input: in})
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Make(ctx, "test", round, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.PlanDoc(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	left := append(plan.LeftOffers, plan.LeftDemands...)
	ask := func(r *Runner) {
		t.Helper()
		tried := 0
		for _, l := range left {
			x, err := r.Explain(ctx, id, l.ID)
			if err != nil || x.Main != l.Main {
				t.Fatalf("Explain(%s) = %+v, %v", l.ID, x, err)
			}
			if len(x.Steps) > 0 {
				tried++
			}
		}
		if tried == 0 {
			t.Error("no question needed the planner")
		}
	}
	ask(r)
	// The same after a restart, when the first question solved the plan anew and its
	// request has ended.
	again := &Runner{Store: s, Book: planWords(t)}
	defer again.Close()
	first, end := context.WithCancel(ctx)
	if _, err := again.Explain(first, id, left[0].ID); err != nil {
		t.Fatal(err)
	}
	end()
	ask(again)
}
