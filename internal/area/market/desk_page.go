package market

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

func (a *Area) deskRoutes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Admin, auth.Officer)
	routes := []web.Route{
		{Pattern: "GET /desk", May: staff, Do: a.showDesk},
		{Pattern: "GET /calls/later", May: write, Do: a.askLater},
		{Pattern: "POST /calls", May: write, Do: a.logCall},
		{Pattern: "POST /calls/undo", May: write, Do: a.undoCalls},
		{Pattern: "GET /questions", May: staff, Do: a.listQuestions},
		{Pattern: "POST /questions/{id}/answer", May: write, Do: a.answerQuestion},
		{Pattern: "POST /questions/{id}/drop", May: write, Do: a.dropQuestion},
		{Pattern: "POST /questions/{id}/reopen", May: write, Do: a.reopenQuestion},
	}
	for _, ending := range []string{"xlsx", "csv", "pdf"} {
		routes = append(routes, web.Route{Pattern: "GET /questions." + ending, May: staff, Do: a.questionExport(ending)})
	}
	return routes
}

// How much the desk shows.
const (
	deskCalls = 5
	deskAll   = 100
	deskLines = 4
)

// deskShown is the officer's day.
type deskShown struct {
	Sub       string
	Calls     []web.Call
	CallCount int
	More      bool // there are more than the page shows
	MayWrite  bool
	Waiting   []web.Line
	WaitCount int
	New       []web.Line
	NewCount  int
	Plan      *deskPlan
	MayUpload bool
}

type deskPlan struct {
	Href, Sub, Figure, Rest, Left string
	Done, Total                   int64
}

func (a *Area) showDesk(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	v, now := ViewerOf(u), a.now()
	limit := deskCalls
	if r.URL.Query().Get("all") != "" {
		limit = deskAll
	}
	shown := deskShown{Sub: deskDay(p, calendar.DayOf(now.In(homeZone))), MayWrite: web.May(r, "/calls/later"), MayUpload: web.May(r, "/upload")}
	list, n, err := a.Store.ToCalls(ctx, v, now, limit)
	if err != nil {
		return err
	}
	shown.CallCount, shown.More = n, n > len(list)
	for i := range list {
		shown.Calls = append(shown.Calls, a.callRow(p, &list[i], now, i == 0, shown.MayWrite))
	}
	if err := a.deskRest(ctx, p, v, now, &shown); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.T("market.desk.title"), Nav: "desk"}, deskView(shown))
}

// deskRest is what stands beside the calls: answers due, new and unclear entries, the plan.
func (a *Area) deskRest(ctx context.Context, p *i18n.Printer, v Viewer, now time.Time, shown *deskShown) error {
	t := now.In(homeZone)
	end := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, homeZone)
	waiting, n, err := a.Store.Answers(ctx, v, AnswerFilter{State: AnswerWaiting, DueBy: end, Page: 1, Size: deskLines})
	if err != nil {
		return err
	}
	shown.WaitCount = n
	for i := range waiting {
		x := &waiting[i]
		shown.Waiting = append(shown.Waiting, web.Line{
			Label: x.Party, Sub: p.T("market.desk.waiting."+string(x.Side), x.PlanNumber, x.RoundLabel),
			Href: planPath(x.Plan) + "/answers", When: x.Due.In(homeZone).Format("15:04"),
		})
	}
	qs, n, err := a.Store.Questions(ctx, QuestionFilter{Viewer: v, State: QuestionOpen, Page: 1, Size: deskLines - 1})
	if err != nil {
		return err
	}
	shown.NewCount = n
	for i := range qs {
		q := &qs[i]
		shown.New = append(shown.New, web.Line{
			Label: questionShort(p, q.Ask), Sub: joinDot(q.Party, a.goodsOf(p, q.Goods), q.Ref), Href: questionsPath(q), Tag: web.Tag("warn", "", p.T("market.desk.ask")),
		})
	}
	for _, side := range []Side{SideOffer, SideDemand} {
		_, fresh, err := a.Store.Entries(ctx, EntryFilter{Side: side, Viewer: v, State: EntryOpen, Since: end.Add(-24 * time.Hour), Size: 1})
		if err != nil {
			return err
		}
		if fresh.Rows > 0 {
			shown.New = append(shown.New, web.Line{
				Label: p.T("market.desk.new."+string(side), fresh.Rows), Sub: p.T("market.desk.new.sub", rounded(fresh.Grams)),
				Href: "/" + string(side) + "s?sort=-updated", Tag: web.Tag("good", "", p.T("market.desk.new.tag")),
			})
		}
	}
	return a.deskPlan(ctx, p, shown)
}

// deskPlan is the newest plan, for those who see all of it.
func (a *Area) deskPlan(ctx context.Context, p *i18n.Printer, shown *deskShown) error {
	if !auth.SightOf(ctx).Everywhere() {
		return nil
	}
	head, err := a.Store.PlanHead(ctx, 0)
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	t := head.Totals
	shown.Plan = &deskPlan{
		Href: planPath(head.ID), Sub: p.T("market.desk.plan."+string(head.State), head.MadeAt.In(homeZone).Format("15:04 02/01")),
		Figure: p.Arg(rounded(int64(t.Matched))), Rest: p.T("market.desk.plan.of", rounded(int64(t.Offered))),
		Left: p.T("market.desk.plan.left", t.DemandsMatched, t.Demands, rounded(int64(t.Offered-t.Matched))), Done: int64(t.Matched), Total: int64(t.Offered),
	}
	return nil
}

// deskDay is today in words, with the moon and Tết where they are near.
func deskDay(p *i18n.Printer, d calendar.Day) string {
	l := d.Lunar()
	parts := []string{
		p.T("market.desk.weekday."+strconv.Itoa(int(d.Time().Weekday()))) + ", " + p.Arg(d),
		p.T("market.desk.week", d.Week().Number), p.T("market.desk.lunar", l.Day, l.Month),
	}
	year, _, _ := d.Date()
	for _, y := range []int{year, year + 1} {
		if left := int64(calendar.Tet(y) - d); left > 0 && left <= 120 {
			parts = append(parts, p.T("market.desk.tet", left))
		}
	}
	return strings.Join(parts, " · ")
}

// entryWords is an entry as one says it: «5 tấn bưởi Diễn».
func (a *Area) entryWords(p *i18n.Printer, e *Entry) string {
	return p.T("market.desk.goods", e.Grams(), a.goodsWord(p, e.Commodity()))
}

func (a *Area) goodsOf(p *i18n.Printer, code string) string {
	if code == "" {
		return ""
	}
	return a.goodsWord(p, code)
}

// callRow is one party of the call list as the desk draws it.
func (a *Area) callRow(p *i18n.Printer, c *ToCall, now time.Time, first, write bool) web.Call {
	row := web.Call{
		ID: "c" + strconv.FormatInt(int64(c.Org), 10) + string(c.Why), Who: c.Party, WhoHref: orgHref(c.Org), Person: c.Contact, Phone: c.Phone, First: first,
		Action: "/calls", Fields: map[string]string{"why": string(c.Why), "org": strconv.FormatInt(int64(c.Org), 10)},
	}
	var ids, words []string
	for i := range c.Entries {
		ids = append(ids, strconv.FormatInt(int64(c.Entries[i].ID), 10))
		if i < 3 {
			words = append(words, a.entryWords(p, &c.Entries[i]))
		}
	}
	if len(ids) > 0 {
		row.Fields["entries"] = strings.Join(ids, ",")
	}
	if more := len(c.Entries) - len(words); more > 0 {
		words = append(words, p.T("market.desk.more", more))
	}
	what := strings.Join(words, ", ")
	row.OtherTime = "/calls/later?" + callQuery(row.Fields)
	switch c.Why {
	case CallAnswer:
		row.Fields["answer"] = strconv.FormatInt(int64(c.Answer), 10)
		row.OtherTime = "/calls/later?" + callQuery(row.Fields)
		row.Tag, row.Why = web.Deadline(now, c.Due), a.answerWhy(p, c)
		if c.Side == SideDemand {
			row.Outcomes = boughtElsewhere(p)
		}
	case CallLater:
		row.Tag, row.Why = web.Deadline(now, c.Due), p.T("market.desk.why.later", what)
	case CallAsk:
		q := &c.Questions[0]
		row.Tag = web.Tag("warn", "alert", p.T("market.desk.unclear", questionColumn(p, q.Ask)))
		row.WhyBody = deskAsk(q.Ask.Sentence(p), joinDot(what, q.Ref), questionsPath(q), len(c.Questions)-1)
		row.Outcomes = slices.DeleteFunc(web.CallOutcomes(i18n.With(context.Background(), p)), func(o web.Outcome) bool { return o.Value == string(OutcomeAgree) && q.Ask.Blocks })
		for i := range row.Outcomes {
			if row.Outcomes[i].Value == string(OutcomeAgree) {
				row.Outcomes[i].Label = p.T("market.desk.as_read")
			}
		}
	case CallStale:
		e := &c.Entries[0]
		if e.Side == SideDemand {
			row.Outcomes = boughtElsewhere(p)
		}
		row.Tag = web.Tag("", "clock", p.T("market.desk.stale", int64(now.Sub(e.AliveAt)/(24*time.Hour))))
		row.Why = p.T("market.desk.why.stale."+string(e.Side), what)
	}
	if !write {
		row.Action, row.Outcomes = "", []web.Outcome{}
	}
	return row
}

// answerWhy says what a released plan asks of a party.
func (a *Area) answerWhy(p *i18n.Printer, c *ToCall) string {
	if c.Grams == 0 {
		return p.T("market.desk.why.answer.lead")
	}
	var goods []string
	for i, code := range c.Goods {
		if i < 3 {
			goods = append(goods, a.goodsWord(p, code))
		}
	}
	if more := len(c.Goods) - len(goods); more > 0 {
		goods = append(goods, p.T("market.desk.more", more))
	}
	return p.T("market.desk.why.answer."+string(c.Side), c.Grams, strings.Join(goods, ", "))
}

// boughtElsewhere are the outcomes of a call with a buyer.
func boughtElsewhere(p *i18n.Printer) []web.Outcome {
	all := web.CallOutcomes(i18n.With(context.Background(), p))
	for i := range all {
		if all[i].Value == string(OutcomeSold) {
			all[i].Label = p.T("market.desk.bought")
		}
	}
	return all
}

// logCall writes down how a call went, and goes back to the desk with a way to undo it.
func (a *Area) logCall(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	n, err := a.callForm(r)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	v := ViewerOf(u)
	ids, err := a.Store.LogCall(ctx, claimOf(r), u.Actor(), v, n, a.readOptions(), p)
	if err != nil {
		return err
	}
	var fields []string
	for _, id := range ids {
		fields = append(fields, strconv.FormatInt(int64(id), 10))
	}
	org, err := a.Store.Orgs.OrgByID(ctx, n.Org)
	if err != nil {
		return err
	}
	said := p.T("market.desk.done."+string(n.Outcome), org.Name)
	if n.Outcome == OutcomeLater {
		said = p.T("market.desk.done.later_at", org.Name, n.Again.In(homeZone).Format("15:04 02/01"))
	}
	web.SetUndo(w, r, "good", said, &web.Undo{Action: "/calls/undo", Fields: map[string]string{"calls": strings.Join(fields, ",")}})
	return web.Redirect(w, r, web.LocalPath(deskBack(r)))
}

// deskBack is where a call was made from.
func deskBack(r *http.Request) string {
	if b := r.PostFormValue("back"); b != "" {
		return b
	}
	return "/desk"
}

func (a *Area) readOptions() ReadOptions {
	return ReadOptions{Params: DefaultParams(), Home: a.homeName(), AsOf: a.today(), OneSide: true}
}

func (a *Area) callForm(r *http.Request) (n NewCall, err error) {
	outcome, again := web.OutcomeOf(r)
	n.Outcome, n.Again, n.Why, n.Note = OutcomeKind(outcome), again, CallWhy(r.PostFormValue("why")), r.PostFormValue("note")
	if day := r.PostFormValue("day"); day != "" {
		if n.Again, err = a.laterTime(day, r.PostFormValue("time")); err != nil {
			return n, err
		}
	}
	if !slices.Contains(Outcomes, n.Outcome) || !slices.Contains([]CallWhy{CallAnswer, CallLater, CallAsk, CallStale}, n.Why) {
		return n, fault.New(fault.Invalid, "market.fault.call_outcome")
	}
	org, _ := strconv.ParseInt(r.PostFormValue("org"), 10, 64)
	answer, _ := strconv.ParseInt(r.PostFormValue("answer"), 10, 64)
	n.Org, n.Answer = registry.OrgID(org), AnswerID(answer)
	for _, s := range strings.Split(r.PostFormValue("entries"), ",") {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil && id > 0 && len(n.Entries) < deskRows {
			n.Entries = append(n.Entries, EntryID(id))
		}
	}
	return n, nil
}

// laterTime is a day and an hour as somebody typed them.
func (a *Area) laterTime(day, hour string) (time.Time, error) {
	year, _, _ := a.today().Date()
	from, to, ok := calendar.ReadDay(strings.TrimSpace(day), year)
	if !ok || from != to {
		return time.Time{}, fault.New(fault.Invalid, "market.fault.unclear_day", day).At(fault.Where{Col: "day"})
	}
	if hour = strings.TrimSpace(hour); hour == "" {
		hour = "08:00"
	}
	hour = strings.NewReplacer("h", ":", "g", ":", ".", ":").Replace(hour)
	if strings.HasSuffix(hour, ":") {
		hour += "00"
	}
	t, err := time.Parse("15:04", hour)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "market.fault.unclear_hour", hour).At(fault.Where{Col: "time"})
	}
	y, m, d := from.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, homeZone), nil
}

func (a *Area) undoCalls(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	var ids []CallID
	for _, s := range strings.Split(r.PostFormValue("calls"), ",") {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			ids = append(ids, CallID(id))
		}
	}
	if err := a.Store.UndoCalls(ctx, claimOf(r), u.Actor(), ViewerOf(u), ids); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "market.desk.undone"))
	return web.Redirect(w, r, "/desk")
}

// laterForm is «Gọi lại lúc…» with a time of one's own.
type laterForm struct {
	Party  string
	Fields map[string]string
	Day    string
	Time   string
	Errs   web.FormErrors
}

var callFields = []string{"why", "org", "answer", "entries"}

func callQuery(fields map[string]string) string {
	var out []string
	for _, k := range callFields {
		if fields[k] != "" {
			out = append(out, k+"="+fields[k])
		}
	}
	return strings.Join(out, "&")
}

func (a *Area) askLater(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := r.URL.Query()
	f := laterForm{Fields: map[string]string{"outcome": string(OutcomeLater)}, Day: calendar.FormatVI(a.today() + 1), Time: "08:00"}
	for _, k := range callFields {
		if s := q.Get(k); s != "" {
			f.Fields[k] = s
		}
	}
	if q.Get("org") == "" { // a bare address: the desk says whom to call
		return web.Redirect(w, r, "/desk")
	}
	id, _ := strconv.ParseInt(q.Get("org"), 10, 64)
	o, err := a.Store.Orgs.OrgByID(ctx, registry.OrgID(id))
	if err != nil {
		return err
	}
	f.Party = o.Name
	title := web.T(ctx, "market.desk.later.title", o.Name)
	return web.Render(w, r, web.Page{
		Title: title, Nav: "desk", Crumbs: []web.Crumb{{Label: web.T(ctx, "market.desk.title"), Href: "/desk"}, {Label: title}},
	}, laterView(title, f))
}
