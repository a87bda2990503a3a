package market

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/web"
)

// Runner makes plans: each run is a job of the queue, one a round at a time, with progress
// and cancel. A run whose process dies is begun anew by the next one, and gives the same
// plan; however often it is begun, its plan is stored once.
type Runner struct {
	Store *Store
	Book  *i18n.Book
	Log   *slog.Logger
	Queue *jobs.Queue // Start needs it, Make does not

	mu       sync.Mutex
	live     map[int64]*liveRun // the runs of this process
	wait     sync.WaitGroup
	planners []keptPlanner // newest first
	solving  sync.Mutex    // one planner is rebuilt at a time
}

type liveRun struct {
	cancel   context.CancelFunc
	progress Progress
}

// keptPlanner holds a solved plan in memory, because questions about it need it whole.
type keptPlanner struct {
	plan PlanID
	ask  *sync.Mutex // a Planner answers one question at a time
	pl   *Planner
}

// maxPlanners bounds memory: the newest plans are the ones that people ask about.
const maxPlanners = 2

// StageWrite is what a run does after the planner: Done of 3 steps, that is rules priced,
// workbook written, workbook read again by the second reader.
const StageWrite Stage = "write"

// noteEvery is how often a run's progress goes to the database.
const noteEvery = 2 * time.Second

const planJob = "market.plan"

type planArgs struct {
	Run int64 `json:"run"`
}

// Jobs are the kinds that make plans and forget the photos that no entry has.
func (r *Runner) Jobs() []jobs.Kind {
	return []jobs.Kind{{Name: planJob, Do: r.work, Gone: r.gone, Tries: 4, Timeout: 6 * time.Hour, Slow: true}, photoJobs(r.Store)}
}

// Start puts a run of a round in the queue and returns its number; when one is waiting or
// running already, its number is returned. also is part of the transaction.
func (r *Runner) Start(ctx context.Context, by string, round RoundID, also ...func(*db.Tx) error) (run int64, err error) {
	defer fault.Wrap(&err, "market.Start(%d)", round)
	err = r.Store.DB.InTx(ctx, func(tx *db.Tx) error {
		for _, f := range also {
			if err := f(tx); err != nil {
				return err
			}
		}
		id, job, err := runningOf(tx, round)
		switch {
		case err == nil:
			run = id
			if alive, err := r.alive(tx, id, job); alive || err != nil {
				return err
			}
			if err := endRun(tx, id, RunInterrupted, Why{}); err != nil {
				return err
			}
		case !errors.Is(err, db.ErrNone):
			return err
		}
		if run, err = insertRun(tx, by, round); err != nil {
			return err
		}
		if job, err = r.Queue.Add(tx, planJob, planArgs{run}, jobs.Opts{}); err != nil {
			return err
		}
		return setRunJob(tx, run, job)
	})
	return run, err
}

// alive says whether somebody still works, or will work, on a run that has not ended. One
// without a job is made by Make, or was when its program ended.
func (r *Runner) alive(tx *db.Tx, run, job int64) (bool, error) {
	if _, here := r.Live(run); here || job == 0 || r.Queue == nil {
		return here, nil
	}
	return r.Queue.Alive(tx, job)
}

// Look is how a run stands; one that nobody works on any more is marked as interrupted.
func (r *Runner) Look(ctx context.Context, id int64) (run Run, err error) {
	if run, err = r.Store.Run(ctx, id); err != nil || run.State != RunRunning {
		return run, err
	}
	if live, ok := r.Live(id); ok {
		run.Progress = live
		return run, nil
	}
	alive := true
	err = r.Store.DB.Read(ctx, func(tx *db.Tx) error { alive, err = r.alive(tx, id, run.Job); return err })
	if err != nil || alive {
		return run, err
	}
	if err := r.Store.EndRun(ctx, id, RunInterrupted, Why{}); err != nil {
		return run, err
	}
	return r.Store.Run(ctx, id)
}

// work is one try of the job.
func (r *Runner) work(ctx context.Context, j *jobs.Job) error {
	var a planArgs
	if err := j.Into(&a); err != nil {
		return jobs.Final(err)
	}
	run, err := r.Store.Run(ctx, a.Run)
	if fault.CodeOf(err) == fault.NotFound {
		return nil // its round is gone
	}
	if err != nil || run.State != RunRunning {
		return err
	}
	own, done := r.begin(ctx, run.ID)
	defer done()
	_, err = r.make(own, run.StartedBy, run.Round, run.ID, func(p Progress) {
		if errors.Is(j.Progress(own, int64(p.Done), int64(p.Total), string(p.Stage)), jobs.ErrLost) {
			r.Cancel(run.ID)
		}
	})
	if err == nil {
		return nil
	}
	if now, rerr := r.Store.Run(context.WithoutCancel(ctx), run.ID); rerr == nil && now.State != RunRunning {
		return nil // a person stopped it, or another process has made the plan
	}
	if ctx.Err() == nil && hopeless(err) {
		return jobs.Final(err)
	}
	return err
}

// hopeless: the input itself is at fault, so that another try ends the same way.
func hopeless(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Internal, fault.Cancelled, fault.Full, fault.TooMany:
		return false
	}
	return true
}

// gone is the end of a job that made no plan.
func (r *Runner) gone(tx *db.Tx, j *jobs.Job, why error) error {
	var a planArgs
	if err := j.Into(&a); err != nil {
		return nil // work has said so
	}
	state, words := r.ending(why)
	return endRun(tx, a.Run, state, words)
}

// Make makes a plan of a round here and now, without the queue.
func (r *Runner) Make(ctx context.Context, by string, round RoundID, progress func(Progress)) (PlanID, error) {
	run, ok, err := r.Store.StartRun(ctx, by, round)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fault.New(fault.Conflict, "market.fault.running")
	}
	own, done := r.begin(ctx, run)
	defer done()
	id, err := r.make(own, by, round, run, progress)
	if err != nil {
		r.fail(context.WithoutCancel(ctx), run, err)
	}
	return id, err
}

// begin keeps a run where Cancel and Live find it; done ends it.
func (r *Runner) begin(ctx context.Context, run int64) (own context.Context, done func()) {
	own, cancel := context.WithCancel(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live == nil {
		r.live = map[int64]*liveRun{}
	}
	r.live[run] = &liveRun{cancel: cancel}
	r.wait.Add(1)
	return own, func() {
		cancel()
		r.mu.Lock()
		delete(r.live, run)
		r.mu.Unlock()
		r.wait.Done()
	}
}

// Stop ends a run, also one that another process works on: it is told.
func (r *Runner) Stop(ctx context.Context, run int64) error {
	err := r.Store.DB.InTx(ctx, func(tx *db.Tx) error {
		now, err := runByID(tx, run)
		if err != nil || now.State != RunRunning {
			return err
		}
		if err := endRun(tx, run, RunCancelled, Why{}); err != nil || now.Job == 0 || r.Queue == nil {
			return err
		}
		if alive, err := r.Queue.Alive(tx, now.Job); err != nil || !alive {
			return err
		}
		return r.Queue.Cancel(tx, now.Job)
	})
	if err == nil {
		r.Cancel(run)
	}
	return err
}

// Cancel stops the work of this process on a run.
func (r *Runner) Cancel(run int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.live[run]
	if l != nil {
		l.cancel()
	}
	return l != nil
}

// Close ends what this process is working on and waits for it. Jobs go on elsewhere, or
// with the next process.
func (r *Runner) Close() {
	r.mu.Lock()
	for _, l := range r.live {
		l.cancel()
	}
	r.mu.Unlock()
	r.wait.Wait()
}

// Live is the progress of a run of this program, newer than what the database knows.
func (r *Runner) Live(run int64) (Progress, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.live[run]; l != nil {
		return l.progress, true
	}
	return Progress{}, false
}

func (r *Runner) fail(ctx context.Context, run int64, err error) {
	state, why := r.ending(err)
	if state == RunFailed && why.Key == failedKey {
		r.Log.Error("a run of the planner failed", "run", run, "error", err)
	}
	if err := r.Store.EndRun(ctx, run, state, why); err != nil {
		r.Log.Error("the end of a run could not be noted", "run", run, "error", err)
	}
}

const failedKey = "market.fault.run_failed"

// ending says how a run ends that could not go on.
func (r *Runner) ending(err error) (RunState, Why) {
	var one *fault.Error
	var list fault.List
	if errors.As(err, &list) && len(list) > 0 {
		one = list[0]
	}
	switch {
	case errors.Is(err, jobs.ErrKilled):
		return RunInterrupted, Why{}
	case errors.Is(err, jobs.ErrCancelled), errors.Is(err, context.Canceled), fault.CodeOf(err) == fault.Cancelled:
		return RunCancelled, Why{}
	case one != nil || errors.As(err, &one):
		why := Why{Key: one.Key}
		for _, a := range one.Args {
			why.Args = append(why.Args, r.Book.Printer(i18n.VI).Arg(a))
		}
		return RunFailed, why
	}
	return RunFailed, Why{Key: failedKey}
}

// startOnce is Start together with the request's idempotency key.
func (a *Area) startOnce(r *http.Request, by string, round RoundID) (int64, error) {
	return a.Runner.Start(r.Context(), by, round, func(tx *db.Tx) error { return web.Claim(r, tx) })
}

// make is the whole way: input, plan, workbook, second reader, database.
func (r *Runner) make(ctx context.Context, by string, round RoundID, run int64, watch ...func(Progress)) (PlanID, error) {
	in, err := r.Store.Input(ctx, round)
	if err != nil {
		return 0, err
	}
	asks, err := r.Store.Asks(ctx, round)
	if err != nil {
		return 0, err
	}
	last, noted := Progress{}, time.Now()
	tell := func(p Progress) {
		last = p
		r.mu.Lock()
		if l := r.live[run]; l != nil {
			l.progress = p
		}
		r.mu.Unlock()
		for _, f := range watch {
			if f != nil {
				f(p)
			}
		}
		if time.Since(noted) < noteEvery {
			return
		}
		noted = time.Now()
		ok, err := r.Store.NoteRun(ctx, run, p)
		switch {
		case err == nil && !ok:
			r.Cancel(run)
		case err != nil && ctx.Err() == nil:
			r.Log.Warn("the progress of a run could not be noted", "run", run, "error", err)
		}
	}
	pl, err := NewPlanner(in, WithContext(ctx), WithProgress(tell))
	if err != nil {
		return 0, err
	}
	if err := pl.explainAll(); err != nil {
		return 0, err
	}
	write := func(done int) {
		tell(Progress{Stage: StageWrite, Done: done, Total: 3, Nodes: last.Nodes, Pivots: last.Pivots})
	}
	write(0)
	if err := pl.priceRules(); err != nil {
		return 0, err
	}
	write(1)
	var file bytes.Buffer
	vi := r.Book.Printer(i18n.VI)
	proof, err := WritePlan(&file, in, pl.Plan(), asks, vi)
	if err != nil {
		return 0, err
	}
	write(2)
	report, err := recheck.Check(file.Bytes(), proof, func(reason string) string { return vi.T("market.reason." + reason) })
	if err != nil {
		return 0, err
	}
	write(3)
	id, err := r.Store.AddPlan(ctx, by, NewPlan{Round: round, Plan: pl.Plan(), File: file.Bytes(), Proof: proof, Verdict: verdictOf(report)}, run)
	if err != nil {
		return 0, err
	}
	r.keep(id, pl)
	return id, nil
}

func verdictOf(r *recheck.Report) Verdict {
	v := Verdict{OK: r.OK(), Optimal: r.Optimal(), Pairs: r.Pairs, Leaves: r.Leaves}
	for _, f := range r.Findings {
		v.Findings = append(v.Findings, f.String())
	}
	return v
}

func (r *Runner) keep(id PlanID, pl *Planner) *keptPlanner {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.planners = append([]keptPlanner{{id, &sync.Mutex{}, pl}}, r.planners...)
	if len(r.planners) > maxPlanners {
		r.planners = r.planners[:maxPlanners]
	}
	return &r.planners[0]
}

func (r *Runner) kept(id PlanID) (keptPlanner, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.planners {
		if k.plan == id {
			return k, true
		}
	}
	return keptPlanner{}, false
}

// Explain finds the next steps of one party that is left out of a stored plan. The plan is
// solved again when it is not in memory: the same input gives the same plan.
func (r *Runner) Explain(ctx context.Context, id PlanID, record string) (LeftOut, error) {
	k, ok := r.kept(id)
	if !ok {
		r.solving.Lock()
		defer r.solving.Unlock()
		if k, ok = r.kept(id); !ok {
			head, err := r.Store.PlanHead(ctx, id)
			if err != nil {
				return LeftOut{}, err
			}
			in, err := r.Store.Input(ctx, head.Round)
			if err != nil {
				return LeftOut{}, err
			}
			pl, err := NewPlanner(in, WithContext(ctx))
			if err != nil {
				return LeftOut{}, err
			}
			k = *r.keep(id, pl)
		}
	}
	k.ask.Lock()
	defer k.ask.Unlock()
	// The planner has outlived what made it; this question ends with its own request.
	k.pl.opt = options{ctx: ctx, progress: func(Progress) {}}
	return k.pl.Explain(record)
}
