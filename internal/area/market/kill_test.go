package market

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/schema"
)

// childEnv tells this test program to be a process that works, on the database named there.
const childEnv = "LIENKET_TEST_PLAN_CHILD"

func TestKill_Child(t *testing.T) {
	where := os.Getenv(childEnv)
	if where == "" {
		t.Skip("only as a child of the kill test")
	}
	d, err := db.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	working(t, storeOn(t, d))
	fmt.Println("child works")
	select {}
}

// child starts a process that works and waits until it does; kill is kill -9.
func child(t *testing.T, where string) (kill func()) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestKill_Child$", "-test.v")
	c.Env = append(os.Environ(), childEnv+"="+where)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	dead := false
	kill = func() {
		if !dead {
			dead = true
			c.Process.Kill()
			c.Wait()
		}
	}
	t.Cleanup(kill)
	for s := bufio.NewScanner(out); s.Scan(); {
		if strings.Contains(s.Text(), "child works") {
			return kill
		}
	}
	t.Fatal("the child never worked")
	return kill
}

// Processes are killed in the middle of making a plan; whoever comes next makes it, and
// there is exactly one.
func TestKill_PlanIsMadeOnceAllTheSame(t *testing.T) {
	rounds := 1
	if os.Getenv("LIENKET_LONG") != "" {
		rounds = 25
	}
	big, _ := messy(t, "lon-xon-2")
	input := manyTimes(big.Input, 3)
	on := func(t *testing.T, d *db.DB, where string) {
		ctx, s := t.Context(), storeOn(t, d)
		r := idle(s)
		cut := 0
		for range rounds {
			round, err := s.AddRound(ctx, "test", NewRound{Label: "1", Origin: FromUpload, Input: input})
			if err != nil {
				t.Fatal(err)
			}
			run, err := r.Start(ctx, "test", round)
			if err != nil {
				t.Fatal(err)
			}
			now, err := s.Run(ctx, run)
			if err != nil {
				t.Fatal(err)
			}
			for kills := 1 + rand.IntN(2); kills > 0; kills-- {
				kill := child(t, where)
				for state := jobs.Waiting; state == jobs.Waiting; time.Sleep(time.Millisecond) {
					j, err := r.Queue.Get(ctx, now.Job)
					if err != nil {
						t.Fatal(err)
					}
					state = j.State
				}
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
				kill()
				if j, err := r.Queue.Get(ctx, now.Job); err != nil {
					t.Fatal(err)
				} else if j.State == jobs.Running {
					cut++
				}
			}
			next := working(t, s)
			if got := over(t, s, run); got.State != RunDone {
				t.Errorf("%+v", got)
			}
			ended(t, next, run)
			if err := next.Queue.Stop(ctx); err != nil {
				t.Fatal(err)
			}
			if plans, err := s.Plans(ctx, round); err != nil || len(plans) != 1 {
				t.Errorf("%d plans, %v", len(plans), err)
			}
		}
		t.Logf("%d of the kills came in the middle", cut)
		if cut == 0 {
			t.Error("no kill came in the middle of a plan: the test shows nothing")
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		d, err := db.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := schema.Migrate(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		on(t, d, dir)
	})
	t.Run("postgres", func(t *testing.T) {
		d := dbtest.Postgres(t)
		p, err := d.Listener(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		where := p.Config().ConnString()
		p.Close()
		on(t, d, where)
	})
}
