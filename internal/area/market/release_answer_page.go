package market

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

const answersShown = 25

func answerPath(id AnswerID) string { return fmt.Sprintf("/answers/%d", id) }

// answerIcon marks a state beside its word.
var answerIcon = map[AnswerState][2]string{
	AnswerWaiting: {"", "clock"}, AnswerAgreed: {"good", "check"}, AnswerRefused: {"bad", "x"}, AnswerChange: {"warn", "alert"},
}

func answerTag(ctx context.Context, s AnswerState) templ.Component {
	k := answerIcon[s]
	return web.Tag(k[0], k[1], web.T(ctx, "market.answer.state_"+string(s)))
}

// answerStats are how many parties said what, with the list each figure counts.
func (a *Area) answerStats(ctx context.Context, v Viewer, plan PlanID) (out []web.Stat, err error) {
	n, err := a.Store.AnswerCounts(ctx, v, plan)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	all := 0
	for _, s := range AnswerStates {
		all += n[s]
	}
	for _, s := range []AnswerState{AnswerAgreed, AnswerWaiting, AnswerRefused, AnswerChange} {
		out = append(out, web.Stat{Label: p.T("market.answer.state_" + string(s)), Value: p.Arg(n[s]), Source: p.T("market.answer.of", all)})
	}
	return out, nil
}

// answersShownPage is the list of who has to answer a plan.
type answersPage struct {
	Plan   PlanID
	Sub    string
	Bar    web.Filter
	Stats  []web.Stat
	Rows   []answerRow
	Paging web.Paging
	None   string
}

type answerRow struct {
	ID      AnswerID
	Who     string
	Person  string
	Phone   string
	Side    string
	State   templ.Component
	Waiting bool
	Due     templ.Component
	Note    string
	Version int64
	May     bool
}

func (a *Area) listAnswers(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p, q := i18n.From(ctx), r.URL.Query()
	h, err := a.heldOf(r)
	if err != nil {
		return err
	}
	head, err := a.Store.PlanHead(ctx, h.Head.ID)
	if err != nil {
		return err
	}
	f := AnswerFilter{Plan: head.ID, Text: cutText(q.Get("q"), 200), Page: pageOf(q, "page"), Size: answersShown}
	for _, s := range AnswerStates {
		if q.Get("state") == string(s) {
			f.State = s
		}
	}
	for _, s := range []Side{SideOffer, SideDemand} {
		if q.Get("side") == string(s) {
			f.Side = s
		}
	}
	view := viewerIn(ctx)
	list, n, err := a.Store.Answers(ctx, view, f)
	if err != nil {
		return err
	}
	v := answersPage{Plan: head.ID, Sub: p.T("market.answer.sub", head.Number, h.Round.Label), Bar: answersBar(p, head.ID, f)}
	if v.Stats, err = a.answerStats(ctx, view, head.ID); err != nil {
		return err
	}
	may := web.May(r, "/plan/new") && head.State == PlanReleased
	for i := range list {
		v.Rows = append(v.Rows, a.answerRow(ctx, &list[i], may))
	}
	path := planPath(head.ID) + "/answers"
	v.Paging = web.Paging{Page: f.Page, Size: f.Size, Total: n, Href: func(k int) string {
		return keepQuery(path, q, "page", strconv.Itoa(k), "q", "state", "side", "page")
	}}
	if n == 0 {
		v.None = p.T("market.answer.none")
		if head.State != PlanReleased && head.State != PlanReplaced {
			v.None = p.T("market.answer.not_yet")
		}
	}
	return web.Render(w, r, web.Page{
		Title: p.T("market.answer.title"), Nav: "plan",
		Crumbs: []web.Crumb{{Label: p.T("market.plan.title"), Href: planPath(head.ID)}, {Label: p.T("market.answer.title")}},
	}, answersView(v))
}

// viewerIn is the viewer that asks.
func viewerIn(ctx context.Context) Viewer {
	u, ok := auth.Who(ctx)
	if !ok {
		return Viewer{Sight: auth.Nowhere()}
	}
	return ViewerOf(u)
}

// cutText bounds a text in bytes.
func cutText(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func answersBar(p *i18n.Printer, plan PlanID, f AnswerFilter) web.Filter {
	path := planPath(plan) + "/answers"
	states := []web.Option{{Label: p.T("market.answer.all_states")}}
	for _, s := range AnswerStates {
		states = append(states, web.Option{Value: string(s), Label: p.T("market.answer.state_" + string(s))})
	}
	b := web.Filter{Action: path, Clear: path, Fields: []web.Control{
		{Name: "q", ID: "q", Label: p.T("market.answer.who"), Type: "search", Value: f.Text},
		{Name: "state", Label: p.T("market.answer.answer"), Type: "select", Options: states, Value: string(f.State)},
		{Name: "side", Label: p.T("market.plan.which_side"), Type: "select", Value: string(f.Side), Options: []web.Option{
			{Label: p.T("market.plan.both_sides")}, {Value: string(SideOffer), Label: p.T("market.answer.side_offer")}, {Value: string(SideDemand), Label: p.T("market.answer.side_demand")},
		}},
	}}
	q := url.Values{"q": {f.Text}, "state": {string(f.State)}, "side": {string(f.Side)}}
	b.Chips = chips(b.Fields, func(key, value string) string { return keepQuery(path, q, key, value, "q", "state", "side") })
	return b
}

func (a *Area) answerRow(ctx context.Context, x *Answer, may bool) answerRow {
	row := answerRow{
		ID: x.ID, Who: x.Party, Person: x.Contact, Phone: x.Phone, Side: web.T(ctx, "market.answer.side_"+string(x.Side)),
		State: answerTag(ctx, x.State), Waiting: x.State == AnswerWaiting, Note: x.Note, Version: x.Version, May: may,
	}
	if row.Waiting {
		row.Due = web.Deadline(a.now(), x.Due)
	}
	return row
}

// answerShown is one party's answer with what it was asked.
type answerShown struct {
	Answer  Answer
	Title   string
	Sub     string
	Words   []partyWord
	Text    string
	Tag     templ.Component
	Due     templ.Component
	Said    string
	Past    []web.Past
	May     bool
	Gone    bool // the plan stands no more
	Errors  web.FormErrors
	State   web.Control
	Note    web.Control
	OrgHref string
}

func (a *Area) answerOf(r *http.Request) (Answer, error) {
	id, err := numbered(r, "id", "market.fault.no_answer")
	if err != nil {
		return Answer{}, err
	}
	return a.Store.Answer(r.Context(), viewerIn(r.Context()), AnswerID(id))
}

func (a *Area) showAnswer(w http.ResponseWriter, r *http.Request) error {
	x, err := a.answerOf(r)
	if err != nil {
		return err
	}
	return a.renderAnswer(w, r, x, "", "", nil)
}

func (a *Area) renderAnswer(w http.ResponseWriter, r *http.Request, x Answer, state, note string, errs web.FormErrors) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	h, err := a.plans.open(ctx, a.Store, x.Plan)
	if err != nil {
		return err
	}
	head, err := a.Store.PlanHead(ctx, x.Plan)
	if err != nil {
		return err
	}
	parties, err := h.partiesOf(ctx, a.Store, int64(x.Org))
	if err != nil {
		return err
	}
	v := answerShown{
		Answer: x, Title: x.Party, Sub: p.T("market.answer.one_sub", i18n.Key("market.answer.side_"+string(x.Side)), x.PlanNumber, x.RoundLabel),
		Words: h.partyWords(p, parties, x.Side), Tag: answerTag(ctx, x.State), Errors: errs, Gone: head.State != PlanReleased,
		OrgHref: orgHref(x.Org),
	}
	officer, phone := a.officer(ctx, h)
	v.Text = answerText(p, &x, v.Words, officer, phone)
	v.May = web.May(r, "/plan/new") && !v.Gone
	if x.State == AnswerWaiting {
		v.Due = web.Deadline(a.now(), x.Due)
	} else {
		hour, day := clock(x.At)
		v.Said = p.T("market.answer.said_by", a.actorName(ctx, x.By), hour, day)
	}
	options := []web.Option{}
	for _, s := range []AnswerState{AnswerAgreed, AnswerRefused, AnswerChange} {
		options = append(options, web.Option{Value: string(s), Label: p.T("market.answer.state_" + string(s))})
	}
	v.State = web.Control{Name: "state", Label: p.T("market.answer.answer"), Type: "radio", Options: options, Value: state, Error: errs.Of("state")}
	v.Note = web.Control{Name: "note", Label: p.T("market.answer.note"), Hint: p.T("market.answer.note_hint"), Type: "area", Value: note, Optional: true, Error: errs.Of("note")}
	if state == "" && x.State != AnswerWaiting {
		v.State.Value, v.Note.Value = string(x.State), x.Note
	}
	if v.Past, err = a.answerPast(ctx, x.ID); err != nil {
		return err
	}
	page := web.Page{Title: v.Title, Nav: "plan", Crumbs: []web.Crumb{
		{Label: p.T("market.plan.title"), Href: planPath(x.Plan)}, {Label: p.T("market.answer.title"), Href: planPath(x.Plan) + "/answers"}, {Label: x.Party},
	}}
	if len(errs) > 0 {
		page.Status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, page, answerView(v))
}

// answerPast is what was said before, from the trail.
func (a *Area) answerPast(ctx context.Context, id AnswerID) (out []web.Past, err error) {
	all, err := a.Store.answerPast(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		hour, day := clock(x.At)
		what := answerWord(ctx, AnswerState(x.State))
		if x.Note != "" {
			what += ": " + x.Note
		}
		out = append(out, web.Past{When: hour + " " + shortDay(i18n.From(ctx), day), ISO: x.At.In(homeZone).Format("2006-01-02T15:04"), Who: a.actorName(ctx, x.By), What: what})
	}
	return out, nil
}

// takeAnswer writes down what a party said to the officer.
func (a *Area) takeAnswer(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	x, err := a.answerOf(r)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	state, note := r.PostFormValue("state"), r.PostFormValue("note")
	ok, err := a.Store.giveAnswer(ctx, claimOf(r), u.Actor(), viewerIn(ctx), &x, version, AnswerState(state), note, "", false)
	if errs, bad := web.FormErrorsOf(ctx, err); bad {
		return a.renderAnswer(w, r, x, state, note, errs)
	}
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: answerPath(x.ID), Changes: web.Compare(web.Change{
			Label: web.T(ctx, "market.answer.answer"), Yours: answerWord(ctx, AnswerState(state)), Now: answerWord(ctx, x.State),
		})}
	}
	back := planPath(x.Plan) + "/answers"
	said := web.T(ctx, "market.answer.noted", x.Party, i18n.Key("market.answer.state_"+state))
	if AnswerState(state) == AnswerWaiting {
		web.SetFlash(w, r, "good", web.T(ctx, "market.answer.undone", x.Party))
	} else {
		web.SetUndo(w, r, "good", said, &web.Undo{Action: answerPath(x.ID), Fields: map[string]string{
			"state": string(x.State), "note": x.Note, web.VersionField: strconv.FormatInt(version+1, 10),
		}})
	}
	return web.Redirect(w, r, back)
}

// answerWord is a state in words; what is none is said as it came.
func answerWord(ctx context.Context, s AnswerState) string {
	if _, ok := answerIcon[s]; !ok {
		return string(s)
	}
	return web.T(ctx, "market.answer.state_"+string(s))
}

// hiddenPlan is what a person with a border finds of a plan that is not his to move.
func (a *Area) hiddenPlan() error { return fault.New(fault.NotFound, "market.fault.no_plan") }
