package market

import (
	"context"
	"net/http"
	"slices"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// The way of a plan from a draft to the one that stands: two persons, a reason for every
// return, and what each of them wrote stays with the plan.

// releaseRoutes are the steps of a plan and the answers to it.
func (a *Area) releaseRoutes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Admin, auth.Officer, auth.Leader)
	all := []web.Route{
		{Pattern: "POST /plan/{id}/submit", May: write, Do: a.stepPlan(PlanSubmitted)},
		{Pattern: "POST /plan/{id}/take-back", May: write, Do: a.stepPlan(PlanDraft)},
		{Pattern: "POST /plan/{id}/return", May: auth.Only(auth.Leader), Do: a.stepPlan(PlanReturned)},
		{Pattern: "POST /plan/{id}/release", May: auth.Only(auth.Leader), Do: a.stepPlan(PlanReleased)},
		{Pattern: "GET /plan/{id}/answers", May: staff, Do: a.listAnswers},
		{Pattern: "GET /answers/{id}", May: staff, Do: a.showAnswer},
		{Pattern: "POST /answers/{id}", May: auth.Only(auth.Admin, auth.Officer), Do: a.takeAnswer},
		{Pattern: "POST /me/answers/{id}", May: auth.Only(auth.Coop, auth.Buyer), Do: a.ownAnswer},
	}
	return slices.Concat(all, a.orderRoutes(), a.ruleRoutes(), a.reportRoutes())
}

// releasePart is how far a plan has come, on its page.
type releasePart struct {
	Plan    PlanID
	State   PlanState
	Version int64
	Note    string // beside the title: "(dự thảo)"
	Stages  []web.Stage
	Why     string // the reason of the last return
	WhyBy   string

	MaySubmit   bool
	MayTakeBack bool
	MayDecide   bool   // release or return
	Hindered    string // why it cannot be released, in words
	Errors      web.FormErrors
	Form        PlanState // whose form was refused
	Text        string    // what was typed there

	Answers []web.Stat // once it is released
}

// releasePart reads how a plan stands now: an opened plan is kept, its state moves.
func (a *Area) releasePart(r *http.Request, h *heldPlan) (v releasePart, err error) {
	ctx := r.Context()
	p := i18n.From(ctx)
	head, err := a.Store.PlanHead(ctx, h.Head.ID)
	if err != nil {
		return v, err
	}
	steps, err := a.Store.PlanSteps(ctx, head.ID)
	if err != nil {
		return v, err
	}
	u, _ := auth.Who(ctx)
	v = releasePart{Plan: head.ID, State: head.State, Version: head.Version, Note: p.T("market.release.note_" + string(head.State))}
	v.Stages = a.planStages(ctx, head, steps)
	writer := u.Has(auth.Admin) || u.Has(auth.Officer) || u.Has(auth.Leader)
	whole := h.whole() || h.Round.Scope != "" // somebody with a border submits his own territory's plans only
	switch head.State {
	case PlanDraft, PlanReturned:
		v.MaySubmit = writer && whole
	case PlanSubmitted:
		mine := samePerson(submitterOf(steps), u.Actor())
		v.MayTakeBack = writer && mine
		if u.Has(auth.Leader) && whole {
			v.MayDecide = true
			switch {
			case mine:
				v.Hindered = p.T("market.fault.release_self")
			case !head.Verdict.OK:
				v.Hindered = p.T("market.fault.release_failed")
			}
		}
	case PlanReleased, PlanReplaced:
		if v.Answers, err = a.answerStats(ctx, ViewerOf(u), head.ID); err != nil {
			return v, err
		}
	}
	if head.State == PlanReturned {
		last := steps[len(steps)-1]
		v.Why, v.WhyBy = last.Note, a.whoAndWhen(ctx, last.By, last)
	}
	return v, nil
}

// whoAndWhen says who took a step and at what time.
func (a *Area) whoAndWhen(ctx context.Context, by string, s PlanStep) string {
	hour, day := clock(s.At)
	return web.T(ctx, "market.release.by", a.actorName(ctx, by), hour, day)
}

// actorName is an actor by name; one who acts for another is named with whom he acts for.
func (a *Area) actorName(ctx context.Context, by string) string {
	own, lender, ok := auth.ReadActor(by)
	if !ok {
		return by
	}
	accounts := auth.NewAccounts(a.Store.DB, nil)
	acc, err := accounts.ByID(ctx, own)
	if err != nil {
		return by
	}
	if lender != 0 {
		if whom, err := accounts.ByID(ctx, lender); err == nil {
			return web.T(ctx, "market.release.for", acc.Name, whom.Name)
		}
	}
	return acc.Name
}

// planStages draws the way: draft, submitted, (returned,) released.
func (a *Area) planStages(ctx context.Context, head Stored, steps []PlanStep) []web.Stage {
	p := i18n.From(ctx)
	made := PlanStep{State: PlanDraft, By: head.MadeBy, At: head.MadeAt}
	out := []web.Stage{{Label: p.T("market.release.stage_draft"), Sub: a.whoAndWhen(ctx, made.By, made), State: "done"}}
	for _, s := range steps {
		x := web.Stage{Label: p.T("market.release.stage_" + string(s.State)), Sub: a.whoAndWhen(ctx, s.By, s), State: "done"}
		if s.State == PlanReturned {
			x.State = "back"
		}
		out = append(out, x)
	}
	if n := len(out); head.State != PlanReturned && head.State != PlanReleased && head.State != PlanReplaced {
		out[n-1].State = "now"
	}
	switch head.State {
	case PlanDraft, PlanReturned:
		out = append(out, web.Stage{Label: p.T("market.release.stage_submitted")}, web.Stage{Label: p.T("market.release.stage_released")})
	case PlanSubmitted:
		out = append(out, web.Stage{Label: p.T("market.release.stage_released")})
	}
	return out
}

// stepPlan takes one step of a plan.
func (a *Area) stepPlan(to PlanState) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		h, err := a.heldOf(r)
		if err != nil {
			return err
		}
		if !h.whole() && h.Round.Scope == "" {
			return a.hiddenPlan()
		}
		version, err := web.RowVersion(r)
		if err != nil {
			return err
		}
		u, _ := auth.Who(ctx)
		by, note := u.Actor(), r.PostFormValue("note")
		if to == PlanReturned || to == PlanReleased {
			by = u.As(auth.Leader).Actor()
		}
		leaders, err := a.leaders(ctx)
		if err != nil {
			return err
		}
		ok, err := a.Store.movePlan(ctx, claimOf(r), planMove{Plan: h.Head.ID, To: to, Note: note, By: by, Account: u.ID, Leaders: leaders}, version)
		if errs, bad := web.FormErrorsOf(ctx, err); bad {
			return a.refusedStep(w, r, h, to, note, errs)
		}
		if err != nil {
			return err
		}
		if !ok {
			return a.stalePlan(ctx, h.Head.ID, to)
		}
		web.SetFlash(w, r, "good", web.T(ctx, "market.release.done_"+string(to)))
		return web.Redirect(w, r, planPath(h.Head.ID))
	}
}

// stalePlan says what somebody else did to the plan meanwhile.
func (a *Area) stalePlan(ctx context.Context, id PlanID, to PlanState) error {
	head, err := a.Store.PlanHead(ctx, id)
	if err != nil {
		return err
	}
	return &web.Stale{Back: planPath(id), Changes: web.Compare(web.Change{
		Label: web.T(ctx, "market.release.state"),
		Yours: web.T(ctx, "market.release.stage_"+string(to)), Now: web.T(ctx, "market.release.stage_"+string(head.State)),
	})}
}

// refusedStep shows the form of a step again with what was typed and what is wrong.
func (a *Area) refusedStep(w http.ResponseWriter, r *http.Request, h *heldPlan, to PlanState, note string, errs web.FormErrors) error {
	ctx := r.Context()
	v, err := a.releasePart(r, h)
	if err != nil {
		return err
	}
	v.Errors, v.Form, v.Text = errs, to, note
	return web.Render(w, r, web.Page{
		Title: web.T(ctx, "market.release.form_"+string(to)), Nav: "plan", Status: http.StatusUnprocessableEntity,
		Crumbs: []web.Crumb{{Label: web.T(ctx, "market.plan.title"), Href: planPath(h.Head.ID)}, {Label: web.T(ctx, "market.release.form_"+string(to))}},
	}, releaseAgain(v))
}

// releaseNote is the field for what goes with a step.
func releaseNote(ctx context.Context, v releasePart, to PlanState) web.Control {
	c := web.Control{
		Name: "note", ID: "note-" + string(to), Label: web.T(ctx, "market.release.note"), Type: "area", Optional: to != PlanReturned,
	}
	if to == PlanReturned {
		c.Label, c.Hint = web.T(ctx, "market.release.reason"), web.T(ctx, "market.release.reason_hint")
	}
	if v.Form == to {
		c.ID, c.Value, c.Error = "", v.Text, v.Errors.Of("note")
	}
	return c
}
