package market

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

func (a *Area) reportRoutes() []web.Route {
	staff := auth.Only(auth.Staff...)
	return []web.Route{
		{Pattern: "GET /reports/week", May: staff, Do: a.showWeek},
		{Pattern: "GET /reports/week.pdf", May: staff, Do: a.weekPaper("pdf")},
		{Pattern: "GET /reports/week.docx", May: staff, Do: a.weekPaper("docx")},
		{Pattern: "GET /reports/week.xlsx", May: staff, Do: a.weekXLSX},
		{Pattern: "GET /reports/week/{figure}", May: staff, Do: a.showFigure},
	}
}

// weekLine is one figure as the report says it.
type weekLine struct {
	Label  string
	Count  int
	Grams  weight.Grams // 0 where it is no quantity
	Amount string
	Href   string
}

// weekShown is the report.
type weekShown struct {
	From, To  calendar.Day
	Sub       string
	Lines     []weekLine
	Unmatched []weekLine // the five largest reasons of the newest released plan
	Bar       web.Filter
	Files     []web.ExportFile
}

// weekDay is the last day of the week that is asked for: today where none is.
func (a *Area) weekDay(q url.Values) calendar.Day {
	if d, err := calendar.ParseDay(q.Get("to")); err == nil {
		return d
	}
	if d, ok := readOneDay(q.Get("to"), a.today()); ok {
		return d
	}
	return a.today()
}

// figureRecords are the records that a figure counts.
func (a *Area) figureRecords(ctx context.Context, f weekFigure, to calendar.Day) (out []weekRecord, err error) {
	from, until := weekSpan(to)
	rows, err := a.Store.week(ctx, viewerIn(ctx), f, from, until, a.now())
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	kind, _, _ := strings.Cut(string(f), "_")
	for _, x := range rows {
		r := weekRecord{What: x.Party, Sub: x.Ref, At: x.At, Grams: x.Grams}
		switch kind {
		case "offers", "demands", "stale":
			side := SideOffer
			if strings.HasPrefix(x.Ref, "NC-") || f == weekDemands {
				side = SideDemand
			}
			r.Sub, r.Href = joinDot(x.Ref, a.Store.goodsName(x.Code)), entryPath(side, EntryID(x.ID))
		case "calls", "questions":
			if x.Org != 0 {
				r.Href = orgHref(x.Org)
			}
		case "answers":
			r.Sub, r.Href = p.T("market.answer.side_"+x.Code), answerPath(AnswerID(x.ID))
		case "plans":
			r.Href = planPath(PlanID(x.ID))
		case "lines":
			lines, err := a.weekLines(ctx, PlanID(x.ID))
			if err != nil {
				return nil, err
			}
			for i := range lines {
				lines[i].At = x.At
			}
			out = append(out, lines...)
			continue
		}
		out = append(out, r)
	}
	return out, nil
}

// weekLines are the lines of a plan as the viewer may see it.
func (a *Area) weekLines(ctx context.Context, id PlanID) (out []weekRecord, err error) {
	h, err := a.plans.open(ctx, a.Store, id)
	if err != nil {
		return nil, err
	}
	if h, err = a.inSight(ctx, h); err != nil {
		return nil, err
	}
	for i := range h.Plan.Lines {
		x := &h.Plan.Lines[i]
		out = append(out, weekRecord{
			What: h.names.party[h.names.offer[x.Offer].Party].Name, Sub: h.names.party[h.names.demand[x.Demand].Party].Name,
			Grams: x.Grams, Href: linePath(id, h.lineNumber(i)),
		})
	}
	return out, nil
}

func figureHref(f weekFigure, to calendar.Day) string {
	return "/reports/week/" + string(f) + "?to=" + to.String()
}

// weekReport gathers the figures.
func (a *Area) weekReport(ctx context.Context, to calendar.Day) (v weekShown, err error) {
	p := i18n.From(ctx)
	v = weekShown{From: to - 6, To: to, Sub: p.T("market.week.sub", to-6, to)}
	for _, f := range weekFigures {
		all, err := a.figureRecords(ctx, f, to)
		if err != nil {
			return v, err
		}
		l := weekLine{Label: p.T("market.week." + string(f)), Count: len(all), Grams: gramsOf(all), Href: figureHref(f, to)}
		if l.Grams > 0 {
			l.Amount = amount(p, l.Grams)
		}
		v.Lines = append(v.Lines, l)
	}
	v.Unmatched, err = a.weekUnmatched(ctx)
	return v, err
}

// weekUnmatched are the five reasons that leave most tonnes of offers unsold in the newest
// released plan, each with the list it counts.
func (a *Area) weekUnmatched(ctx context.Context) (out []weekLine, err error) {
	id, ok, err := a.Store.NewestReleased(ctx)
	if err != nil || !ok {
		return nil, err
	}
	h, err := a.plans.open(ctx, a.Store, id)
	if err != nil {
		return nil, err
	}
	if h, err = a.inSight(ctx, h); err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	for _, why := range leftReasons {
		all := h.leftOf(planFilter{Why: why, Side: leftOffers})
		if len(all) == 0 {
			continue
		}
		l := weekLine{Label: p.T("market.reason." + string(why)), Count: len(all)}
		for _, x := range all {
			l.Grams += x.Left
		}
		l.Amount = amount(p, l.Grams)
		l.Href = planPath(id) + "?" + url.Values{"why": {string(why)}, "side": {leftOffers}}.Encode() + "#left"
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(x, y weekLine) int { return cmp.Compare(y.Grams, x.Grams) })
	return out[:min(5, len(out))], nil
}

func (a *Area) showWeek(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	to := a.weekDay(r.URL.Query())
	v, err := a.weekReport(ctx, to)
	if err != nil {
		return err
	}
	v.Bar = web.Filter{Action: "/reports/week", Clear: "/reports/week", Fields: []web.Control{{Name: "to", Label: web.T(ctx, "market.week.to"), Type: "date", Value: calendar.FormatVI(to)}}}
	v.Files = []web.ExportFile{
		{Label: web.T(ctx, "market.week.pdf"), Href: "/reports/week.pdf?to=" + to.String()}, {Label: web.T(ctx, "market.week.docx"), Href: "/reports/week.docx?to=" + to.String()}, {Label: web.T(ctx, "market.week.xlsx"), Href: "/reports/week.xlsx?to=" + to.String()},
	}
	return web.Render(w, r, web.Page{Title: web.T(ctx, "market.week.title"), Nav: "report"}, weekView(v))
}

func (a *Area) showFigure(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f := weekFigure(r.PathValue("figure"))
	if !slices.Contains(weekFigures, f) {
		return fault.New(fault.NotFound, "market.fault.no_figure")
	}
	to := a.weekDay(r.URL.Query())
	all, err := a.figureRecords(ctx, f, to)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	title := p.T("market.week." + string(f))
	shown, page := paged(all, pageOf(r.URL.Query(), "page"), 50)
	g := web.Grid{Label: title, Cols: []web.Column{{Label: p.T("market.week.record")}, {Label: p.T("market.plan.quantity"), Num: true}, {Label: p.T("market.week.when")}}}
	for i := range shown {
		x := &shown[i]
		quantity := ""
		if x.Grams > 0 {
			quantity = amount(p, x.Grams)
		}
		what := cmp.Or(x.What, x.Sub, p.T("market.week.unnamed"))
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: what, Sub: x.Sub, Href: x.Href}, {Text: quantity}, {Text: p.Arg(inVietnam(x.At))}}})
	}
	sub := p.T("market.week.counted", len(all))
	if sum := gramsOf(all); sum > 0 {
		sub = p.T("market.week.counted_sum", len(all), amount(p, sum))
	}
	paging := web.Paging{Page: page, Size: 50, Total: len(all), Href: func(n int) string { return figureHref(f, to) + "&page=" + strconv.Itoa(n) }}
	return web.Render(w, r, web.Page{
		Title: title, Nav: "report", Crumbs: []web.Crumb{{Label: p.T("market.week.title"), Href: "/reports/week?to=" + to.String()}, {Label: title}},
	}, figureView(title, joinDot(sub, p.T("market.week.sub", to-6, to)), g, paging))
}

// weekPaper is the report for signature.
func (a *Area) weekPaper(ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		to := a.weekDay(r.URL.Query())
		v, err := a.weekReport(ctx, to)
		if err != nil {
			return err
		}
		p := i18n.From(ctx)
		d := newWriting(ending, paper.Options{Title: p.T("market.week.title"), Made: a.now(), Printer: p, Official: true})
		d.NationalHeading(a.letterhead(p))
		d.Title(p.T("market.week.kind"), p.T("market.week.about", v.From, v.To))
		cols := []paper.Column{{Head: p.T("market.week.figure")}, {Head: p.T("market.week.count"), Right: true}, {Head: p.T("market.plan.quantity"), Right: true}}
		table := func(all []weekLine) {
			var rows [][]string
			for _, l := range all {
				rows = append(rows, []string{l.Label, p.Arg(l.Count), l.Amount})
			}
			d.Table(cols, rows)
		}
		d.Section(p.T("market.week.part_work"))
		table(v.Lines)
		if len(v.Unmatched) > 0 {
			d.Section(p.T("market.week.part_left"))
			table(v.Unmatched)
		}
		d.Small(p.T("market.week.basis"))
		d.Sign([]string{p.T("market.week.to_leader"), p.T("market.week.to_file")}, paper.Signature{Post: p.T("market.week.signer")})
		return sendPaper(w, d, p.T("market.week.file", to.String()), ending)
	}
}

func (a *Area) weekXLSX(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	to := a.weekDay(r.URL.Query())
	v, err := a.weekReport(ctx, to)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	l := paper.List{
		Title: p.T("market.week.title"), Filter: v.Sub, Source: p.T("market.week.basis"), Made: a.now(),
		Columns: []paper.ListColumn{{Head: p.T("market.week.figure"), Width: 56}, {Head: p.T("market.week.count"), Width: 12}, {Head: p.T("market.order.kg"), Width: 16}},
	}
	for _, x := range append(slices.Clone(v.Lines), v.Unmatched...) {
		row := []any{x.Label, x.Count, nil}
		if x.Grams > 0 {
			row[2] = x.Grams
		}
		l.Rows = append(l.Rows, row)
	}
	data, err := l.File("xlsx", p)
	if err != nil {
		return err
	}
	web.Attachment(w, p.T("market.week.file", to.String())+".xlsx", paper.ContentType("xlsx"))
	_, err = w.Write(data)
	return err
}
