package market

import (
	"context"
	"fmt"
	"net/http"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

func runPath(id int64) string { return fmt.Sprintf("/runs/%d", id) }

// startRun begins to make a plan of a round; where it is being made already, it leads there.
func (a *Area) startRun(w http.ResponseWriter, r *http.Request) error {
	id, err := numbered(r, "id", "market.fault.no_round")
	if err != nil {
		return err
	}
	if err := a.mayRun(r.Context(), RoundID(id)); err != nil {
		return err
	}
	u, _ := auth.Who(r.Context())
	run, err := a.startOnce(r, u.Actor(), RoundID(id))
	if err != nil {
		return err
	}
	return web.Redirect(w, r, runPath(run))
}

// mayRun lets staff with a border run the rounds of their own territory only.
func (a *Area) mayRun(ctx context.Context, id RoundID) error {
	sight := auth.SightOf(ctx)
	if sight.Everywhere() {
		return nil
	}
	round, err := a.Store.Round(ctx, id)
	if err != nil {
		return err
	}
	scope, err := a.Store.scopeOf(ctx, sight)
	if err != nil {
		return err
	}
	if scope != round.Scope {
		return fault.New(fault.NotFound, "market.fault.no_round")
	}
	return nil
}

// runShown is how a run stands.
type runShown struct {
	Run      Run
	Round    Round
	Steps    []web.Step
	Now      string // what is being done, with its real counts
	Counts   string
	Why      string
	MayWrite bool
}

// refreshSeconds is how often the page of a running run asks again.
const refreshSeconds = "2"

func (a *Area) showRun(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	id, err := numbered(r, "id", "market.fault.no_run")
	if err != nil {
		return err
	}
	run, err := a.Runner.Look(ctx, id)
	if err != nil {
		return err
	}
	if run.State == RunDone {
		return web.Redirect(w, r, fmt.Sprintf("/plan/%d", run.Plan))
	}
	if err := a.mayRun(ctx, run.Round); err != nil {
		return err
	}
	round, err := a.Store.Round(ctx, run.Round)
	if err != nil {
		return err
	}
	v := runShown{Run: run, Round: round, MayWrite: web.May(r, "/upload")}
	v.words(ctx)
	w.Header().Set("Cache-Control", "no-store")
	if run.State == RunRunning {
		w.Header().Set("Refresh", refreshSeconds)
	}
	return web.Render(w, r, web.Page{
		Title: web.T(ctx, "market.run.title."+string(run.State)), Nav: "rounds",
		Crumbs: []web.Crumb{{Label: web.T(ctx, "market.round.list"), Href: "/rounds"}, {Label: round.Label, Href: roundPath(round.ID)}, {Label: web.T(ctx, "market.run.title")}},
	}, runView(v))
}

var runStages = []Stage{StagePairs, StageSolve, StageExplain, StageWrite}

func (v *runShown) words(ctx context.Context) {
	p := i18n.From(ctx)
	at := v.Run.Progress
	passed := at.Stage != ""
	for _, s := range runStages {
		if s == at.Stage {
			passed = false
		}
		v.Steps = append(v.Steps, web.Step{Label: p.T("market.run.stage." + string(s)), Done: passed, Current: s == at.Stage && v.Run.State == RunRunning})
	}
	v.Now = p.T("market.run.waiting")
	if at.Stage != "" {
		v.Now = p.T("market.run.now."+string(at.Stage), at.Done, at.Total)
	}
	if at.Pivots > 0 {
		v.Counts = p.T("market.run.counts", at.Pivots)
	}
	if v.Run.Why.Key != "" {
		args := make([]any, len(v.Run.Why.Args))
		for i, s := range v.Run.Why.Args {
			args[i] = s
		}
		v.Why = p.T(v.Run.Why.Key, args...)
	}
}

func (a *Area) cancelRun(w http.ResponseWriter, r *http.Request) error {
	id, err := numbered(r, "id", "market.fault.no_run")
	if err != nil {
		return err
	}
	run, err := a.Store.Run(r.Context(), id)
	if err != nil {
		return err
	}
	if err := a.mayRun(r.Context(), run.Round); err != nil {
		return err
	}
	if err := a.Runner.Stop(r.Context(), id); err != nil {
		return err
	}
	return web.Redirect(w, r, runPath(id))
}
