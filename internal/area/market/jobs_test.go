package market

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/weight"
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

// idle is a runner that puts runs in the queue and works on none.
func idle(s *Store) *Runner {
	r := &Runner{Store: s, Queue: jobs.New(s.DB, nil), Log: slog.New(slog.DiscardHandler)}
	r.Queue.Register(r.Jobs()...)
	return r
}

// working is a runner whose process works until the test ends.
func working(t *testing.T, s *Store) *Runner {
	t.Helper()
	r := idle(s)
	r.Book = planWords(t)
	r.Queue.Pace(50*time.Millisecond, 500*time.Millisecond)
	if err := r.Queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Queue.Stop(context.Background()) })
	return r
}

// ended waits until the job of a run is over.
func ended(t *testing.T, r *Runner, run int64) {
	t.Helper()
	for {
		now, err := r.Store.Run(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		job, err := r.Queue.Get(t.Context(), now.Job)
		if err != nil {
			t.Fatal(err)
		}
		if job.State.Over() {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestRunner_MakesStopsAndSaysWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		r := working(t, s)
		add := func(in Input) RoundID {
			id, err := s.AddRound(ctx, "test", NewRound{Label: "1", Origin: FromUpload, Input: in})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		small := add(smallRound())
		run, err := r.Start(ctx, "test", small)
		if err != nil {
			t.Fatal(err)
		}
		done := over(t, s, run)
		if done.State != RunDone || done.Plan == 0 {
			t.Fatalf("%+v", done)
		}
		plan, err := s.PlanDoc(ctx, done.Plan)
		want, werr := MakePlan(smallRound())
		if err != nil || werr != nil || asJSON(t, plan.Lines) != asJSON(t, want.Lines) || plan.Totals != want.Totals {
			t.Errorf("the stored plan is not MakePlan's: %v %v", err, werr)
		}
		head, err := s.PlanHead(ctx, 0)
		if err != nil || head.ID != done.Plan || !head.Verdict.OK || head.Number != 1 {
			t.Errorf("%+v %v", head, err)
		}

		// A pin that cannot be: the run ends with the reason.
		bad := smallRound()
		bad.Rules.Pins = []Pin{{Offer: "C4", Demand: "N1", Min: weight.Tonne, Reason: "x", By: "x"}}
		if run, err = r.Start(ctx, "test", add(bad)); err != nil {
			t.Fatal(err)
		}
		if got := over(t, s, run); got.State != RunFailed || got.Why.Key != "market.fault.pin_refused" || len(got.Why.Args) == 0 {
			t.Errorf("%+v", got)
		}

		// Stopped by another program on the same database: it notices, and stores no plan.
		big, _ := messy(t, "lon-xon-2")
		round := add(manyTimes(big.Input, 4))
		if run, err = r.Start(ctx, "test", round); err != nil {
			t.Fatal(err)
		}
		if again, err := r.Start(ctx, "test", round); err != nil || again != run {
			t.Errorf("a second start is run %d, %v, not %d", again, err, run)
		}
		if err := idle(s).Stop(ctx, run); err != nil {
			t.Fatal(err)
		}
		ended(t, r, run)
		if got, err := s.Run(ctx, run); err != nil || got.State != RunCancelled {
			t.Errorf("%+v %v", got, err)
		}
		if run, err = r.Start(ctx, "test", round); err != nil {
			t.Fatal(err)
		}
		if err := r.Stop(ctx, run); err != nil {
			t.Fatal(err)
		}
		ended(t, r, run)
		if plans, err := s.Plans(ctx, round); err != nil || len(plans) > 0 {
			t.Errorf("stopped runs left plans: %v %v", plans, err)
		}
	})
}

// A program that ends in the middle of a run gives it back; the next one begins it anew,
// and there is one plan.
func TestRunner_GoesOnAfterAStop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		big, _ := messy(t, "lon-xon-2")
		round, err := s.AddRound(ctx, "test", NewRound{Label: "1", Origin: FromUpload, Input: manyTimes(big.Input, 2)})
		if err != nil {
			t.Fatal(err)
		}
		first := working(t, s)
		run, err := first.Start(ctx, "test", round)
		if err != nil {
			t.Fatal(err)
		}
		for begun := false; !begun; time.Sleep(time.Millisecond) {
			p, here := first.Live(run)
			begun = here && p.Stage != ""
		}
		if err := first.Queue.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		if now, err := idle(s).Look(ctx, run); err != nil || now.State != RunRunning {
			t.Fatalf("between two programs: %+v, %v", now, err)
		}
		working(t, s)
		if got := over(t, s, run); got.State != RunDone {
			t.Errorf("%+v", got)
		}
		if plans, err := s.Plans(ctx, round); err != nil || len(plans) != 1 {
			t.Errorf("%d plans, %v", len(plans), err)
		}
	})
}

func TestRun_PageShowsHowItStands(t *testing.T) {
	s, ctx := newPlanSite(t), context.Background()
	start := func() int64 {
		t.Helper()
		run, err := s.area.Runner.Start(ctx, "test", 1)
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	run := start()
	if _, err := s.area.Store.NoteRun(ctx, run, Progress{Stage: StageSolve, Done: 3, Total: 9, Pivots: 1234}); err != nil {
		t.Fatal(err)
	}
	at := runPath(run)
	if a := s.do(t, "officer", "GET", at, nil); a.header.Get("Refresh") == "" {
		t.Error("the page of a running run does not ask again")
	}
	s.get(t, "officer", at, "Đã ghép 3/9 nhóm", "Đã tính 1.234 bước", at+"/cancel")
	if body := s.get(t, "auditor", at); strings.Contains(body, "/cancel") {
		t.Error("the auditor is offered to stop it")
	}
	if a := s.do(t, "officer", "POST", "/rounds/1/run", url.Values{}); a.header.Get("Location") != at {
		t.Errorf("a second start leads to %s", a.header.Get("Location"))
	}
	if a := s.do(t, "officer", "POST", at+"/cancel", url.Values{}); a.status != http.StatusSeeOther {
		t.Errorf("stopping: %d", a.status)
	}
	if a := s.do(t, "officer", "GET", at, nil); a.header.Get("Refresh") != "" {
		t.Error("the page of a stopped run asks again")
	}
	s.get(t, "officer", at, "Đã dừng theo yêu cầu", "/rounds/1/run")

	// One that was begun without a job, and whose program has ended.
	run, _, err := s.area.Store.StartRun(ctx, "test", 1)
	if err != nil {
		t.Fatal(err)
	}
	s.get(t, "officer", runPath(run)+"?lang=en", "The program ended", "Make it again")
	if run, _, err = s.area.Store.StartRun(ctx, "test", 1); err != nil {
		t.Fatal(err)
	}
	if next := start(); next == run {
		t.Error("a dead run stands in the way of the next")
	} else if err := s.area.Runner.Stop(ctx, next); err != nil {
		t.Fatal(err)
	}
	run = start()
	s.area.Runner.fail(ctx, run, fault.New(fault.Invalid, "market.fault.unknown_offer", "C9"))
	s.get(t, "officer", runPath(run)+"?lang=vi", "Không có chào bán C9")
}
