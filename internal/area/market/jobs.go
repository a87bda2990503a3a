package market

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// Runner makes plans in the background: one run a round at a time, with progress, cancel,
// and a mark on what the end of the program cut off. It is not the job queue of the whole
// site; it becomes one of its jobs when that exists.
type Runner struct {
	Store *Store
	Book  *i18n.Book
	Log   *slog.Logger

	mu       sync.Mutex
	live     map[int64]*liveRun
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

// Recover marks what ran when the last program ended.
func (r *Runner) Recover(ctx context.Context) error {
	n, err := r.Store.InterruptRuns(ctx)
	if n > 0 {
		r.Log.Info("runs were interrupted by the last end of the program", "count", n)
	}
	return err
}

// Start begins a run of a round and returns its number; when one is running already, its
// number is returned. The run goes on after the request has ended.
func (r *Runner) Start(ctx context.Context, by string, round RoundID) (run int64, err error) {
	run, ok, err := r.Store.StartRun(ctx, by, round)
	if err != nil || !ok {
		return run, err
	}
	own, done := r.begin(context.WithoutCancel(ctx), run)
	r.wait.Add(1)
	go func() {
		defer r.wait.Done()
		_, err := r.make(own, by, round, run)
		done(err)
	}()
	return run, nil
}

// Make makes a plan of a round and waits for it.
func (r *Runner) Make(ctx context.Context, by string, round RoundID, progress func(Progress)) (PlanID, error) {
	run, ok, err := r.Store.StartRun(ctx, by, round)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fault.New(fault.Conflict, "market.fault.running")
	}
	own, done := r.begin(ctx, run)
	id, err := r.make(own, by, round, run, progress)
	done(err)
	return id, err
}

// begin keeps a run where Cancel and Live find it; done ends it.
func (r *Runner) begin(ctx context.Context, run int64) (own context.Context, done func(error)) {
	own, cancel := context.WithCancel(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live == nil {
		r.live = map[int64]*liveRun{}
	}
	r.live[run] = &liveRun{cancel: cancel}
	return own, func(err error) {
		cancel()
		r.mu.Lock()
		delete(r.live, run)
		r.mu.Unlock()
		if err != nil {
			r.fail(context.WithoutCancel(ctx), run, err)
		}
	}
}

// Stop ends a run, also one of another program on the same database, which notices when
// it next writes.
func (r *Runner) Stop(ctx context.Context, run int64) error {
	if r.Cancel(run) {
		return nil
	}
	return r.Store.EndRun(ctx, run, RunCancelled, Why{})
}

// Cancel stops a run of this program; it is over when its state says so.
func (r *Runner) Cancel(run int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.live[run]
	if l != nil {
		l.cancel()
	}
	return l != nil
}

// Close cancels all runs and waits for them.
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
	state, why := RunFailed, Why{Key: "market.fault.run_failed"}
	var one *fault.Error
	var list fault.List
	if errors.As(err, &list) && len(list) > 0 {
		one = list[0]
	}
	switch {
	case errors.Is(err, context.Canceled) || fault.CodeOf(err) == fault.Cancelled:
		state, why = RunCancelled, Why{}
	case one != nil || errors.As(err, &one):
		why = Why{Key: one.Key}
		for _, a := range one.Args {
			why.Args = append(why.Args, r.Book.Printer(i18n.VI).Arg(a))
		}
	default:
		r.Log.Error("a run of the planner failed", "run", run, "error", err)
	}
	if err := r.Store.EndRun(ctx, run, state, why); err != nil {
		r.Log.Error("the end of a run could not be noted", "run", run, "error", err)
	}
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
