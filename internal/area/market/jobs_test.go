package market

import (
	"context"
	"os"
	"path/filepath"
	"strings"
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

// A demand's next step is said from the buyer's side: it drops a paper, it pays more.
func TestStepWords_BothSides(t *testing.T) {
	p := planWords(t).Printer("vi")
	for _, c := range []struct {
		step  Step
		offer bool
		want  string
	}{
		{Step{Kind: StepPaper, Paper: "vietgap", Grams: 2_000_000}, true, "có VietGAP thì"},
		{Step{Kind: StepPaper, Paper: "vietgap", Grams: 2_000_000}, false, "không đòi VietGAP thì"},
		{Step{Kind: StepPrice, Price: 500_000, Grams: 2_000_000}, true, "giá thấp hơn"},
		{Step{Kind: StepPrice, Price: 500_000, Grams: 2_000_000}, false, "giá mua cao hơn"},
		{Step{Kind: StepDays, Days: -3, Grams: 2_000_000}, true, "có hàng sớm hơn 3 ngày"},
		{Step{Kind: StepDays, Days: 4, Grams: 2_000_000}, false, "nhận hàng muộn hơn 4 ngày"},
	} {
		if got := StepWords(p, c.step, c.offer, "HTX"); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q does not say %q", c.step, got, c.want)
		}
	}
}
