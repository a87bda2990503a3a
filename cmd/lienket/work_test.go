package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/jobs"
)

// worker is a running `lienket work`, a process of its own.
type worker struct {
	cmd  *exec.Cmd
	dead bool
}

func startWorker(t *testing.T, database string) *worker {
	t.Helper()
	w := &worker{cmd: exec.Command("lienket", "work", "--database", database, "--data", t.TempDir(), "--lang", "en")}
	w.cmd.Env = append(os.Environ(), "LANG=C.UTF-8")
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.kill)
	for s := bufio.NewScanner(out); s.Scan(); {
		if strings.Contains(s.Text(), "Working") {
			return w
		}
	}
	t.Fatal("the worker never worked")
	return nil
}

// kill is kill -9.
func (w *worker) kill() {
	if !w.dead {
		w.dead = true
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait()
	}
}

// TestWork_AKilledWorkersPlanIsMadeByTheOther: two programs work on one PostgreSQL; the one
// that makes a plan is killed in the middle, and the other makes it, once.
func TestWork_AKilledWorkersPlanIsMadeByTheOther(t *testing.T) {
	ctx := t.Context()
	d := dbtest.Postgres(t)
	l, err := d.Listener(ctx)
	if err != nil {
		t.Fatal(err)
	}
	where := l.Config().ConnString()
	l.Close()
	a, err := app.New(ctx, app.Config{DB: d}) // the pages of the office: it does not work
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	m := a.Areas.Market
	file, err := os.ReadFile("../../internal/area/market/testdata/lon-xon-2.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	in, _, err := market.ReadWorkbook(file, market.Deps{Atlas: m.Store.Atlas, Catalog: a.Areas.Catalog.Catalog},
		market.ReadOptions{Params: market.DefaultParams(), AsOf: calendar.Date(2023, 11, 20), Home: "Hòa Bình"})
	if err != nil {
		t.Fatal(err)
	}
	pair := []*worker{startWorker(t, where), startWorker(t, where)}
	for try := 1; ; try++ {
		round, err := m.Store.AddRound(ctx, "test", market.NewRound{Label: "1", Origin: market.FromUpload, Input: in})
		if err != nil {
			t.Fatal(err)
		}
		run, err := m.Runner.Start(ctx, "test", round)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Store.Run(ctx, run)
		if err != nil {
			t.Fatal(err)
		}
		job := func() jobs.Info {
			i, err := a.Queue.Get(ctx, r.Job)
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		now := job()
		for ; now.State == jobs.Waiting; now = job() {
			time.Sleep(time.Millisecond)
		}
		for _, w := range pair {
			if strings.Contains(now.By, fmt.Sprintf("-%d-", w.cmd.Process.Pid)) && now.State == jobs.Running {
				w.kill()
			}
		}
		killed := pair[0].dead || pair[1].dead
		for end := time.Now().Add(2 * time.Minute); r.State != market.RunDone; time.Sleep(10 * time.Millisecond) {
			if r, err = m.Store.Run(ctx, run); err != nil {
				t.Fatal(err)
			}
			if r.State == market.RunFailed || time.Now().After(end) {
				t.Fatalf("the run: %+v, its job: %+v", r, job())
			}
		}
		if plans, err := m.Store.Plans(ctx, round); err != nil || len(plans) != 1 {
			t.Fatalf("%d plans, %v", len(plans), err)
		}
		if last := job(); killed && last.Attempt > 1 {
			t.Logf("killed in the middle at try %d: begun by %s, made by %s at attempt %d", try, now.By, last.By, last.Attempt)
			if last.By == now.By {
				t.Error("the dead made it")
			}
			return
		}
		if killed || try == 20 { // it was over before the kill: this shows nothing
			t.Fatalf("no kill came in the middle (try %d)", try)
		}
	}
}
