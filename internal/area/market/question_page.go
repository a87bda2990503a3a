package market

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

const questionSize = 25

var questionQuery = []string{"q", "about", "entry", "import", "blocks"}

// questionRow is a question as the page shows it.
type questionRow struct {
	ID                              int64
	Party, PartyHref, Person, Phone string
	Kind, Column, Sentence          string
	Href, About, Value, Suggestion  string
	Blocks, Answerable              bool
	Version                         int64
	Typed, Error                    string
}

type questionsShown struct {
	Files    []web.ExportFile
	Sub      string
	Bar      web.Filter
	Rows     []questionRow
	Paging   web.Paging
	MayWrite bool
	Back     string
}

func questionsPath(q *Question) string {
	if q.Entry != 0 {
		return fmt.Sprintf("/questions?entry=%d#q%d", q.Entry, q.ID)
	}
	return fmt.Sprintf("/questions?import=%d#q%d", q.Import, q.ID)
}

// questionColumn names what is unclear.
func questionColumn(p *i18n.Printer, a Ask) string {
	if key := "market.ask.about." + a.Key; a.Key != "" && p.Has(key) {
		return p.T(key)
	}
	if a.Column != "" {
		return a.Column
	}
	return p.T("market.ask.about.row")
}

// questionShort is a question in a few words.
func questionShort(p *i18n.Printer, a Ask) string {
	return p.T("market.desk.unclear", questionColumn(p, a))
}

func (a *Area) listQuestions(w http.ResponseWriter, r *http.Request) error {
	return a.renderQuestions(w, r, 0, r.URL.Query(), 0, "", nil)
}

// renderQuestions shows the list; at is the question whose answer was refused.
func (a *Area) renderQuestions(w http.ResponseWriter, r *http.Request, status int, q url.Values, at QuestionID, typed string, errs web.FormErrors) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	v := ViewerOf(u)
	f := questionFilter(v, q, questionSize)
	all, total, err := a.Store.Questions(ctx, f)
	if err != nil {
		return err
	}
	link := func(key, value string) string { return keepQuery("/questions", q, key, value, questionQuery...) }
	shown := questionsShown{Files: web.Exports(r, "xlsx", "csv", "pdf"), Sub: p.T("market.questions.sub", total), MayWrite: web.May(r, "/calls/later"), Back: link("page", strconv.Itoa(f.Page))}
	for i := range all {
		shown.Rows = append(shown.Rows, a.questionRow(p, &all[i]))
		if x := &shown.Rows[i]; all[i].ID == at {
			x.Typed = typed
			if len(errs) > 0 {
				x.Error = errs[0].Text
			}
		}
	}
	if shown.Bar, err = a.questionBar(r, v, q, link); err != nil {
		return err
	}
	shown.Paging = web.Paging{Page: f.Page, Size: questionSize, Total: total, Href: func(n int) string { return link("page", strconv.Itoa(n)) }}
	return web.Render(w, r, web.Page{Title: p.T("market.questions.title"), Nav: "questions", Status: status}, questionsView(shown))
}

// questionFilter is the filter of an address; size 0 is all pages.
func questionFilter(v Viewer, q url.Values, size int) QuestionFilter {
	return QuestionFilter{
		Viewer: v, State: QuestionOpen, Key: q.Get("about"), Entry: EntryID(atoi(q.Get("entry"))), Import: int64(atoi(q.Get("import"))),
		Blocking: q.Get("blocks") != "", Text: q.Get("q"), Page: max(1, atoi(q.Get("page"))), Size: size,
	}
}

// questionExport is the list as a file, with the conditions that hold, all pages.
func (a *Area) questionExport(ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, q := r.Context(), r.URL.Query()
		p := i18n.From(ctx)
		u, _ := auth.Who(ctx)
		all, total, err := a.Store.Questions(ctx, questionFilter(ViewerOf(u), q, 0))
		if err != nil {
			return err
		}
		bar, err := a.questionBar(r, ViewerOf(u), q, func(string, string) string { return "" })
		if err != nil {
			return err
		}
		list := paper.List{Title: p.T("market.questions.title"), Filter: chipWords(bar), Source: p.T("market.questions.count", total), Made: inVietnam(a.now())}
		for _, c := range []struct {
			key   string
			width float64
		}{
			{"market.list.code", 10},
			{"market.questions.party", 30},
			{"market.col.contact", 20},
			{"market.col.phone", 16},
			{"market.col.commodity", 20},
			{"market.questions.about", 16},
			{"market.questions.question", 60},
			{"market.questions.effect", 18},
		} {
			col := paper.ListColumn{Head: p.T(c.key), Width: c.width, Wrap: c.width >= 20}
			if c.key == "market.col.phone" {
				col.Format = sheet.Plain
			}
			list.Columns = append(list.Columns, col)
		}
		for i := range all {
			x := a.questionRow(p, &all[i])
			effect := ""
			if x.Blocks {
				effect = p.T("market.questions.blocking")
			}
			list.Rows = append(list.Rows, []any{all[i].Ref, x.Party, x.Person, x.Phone, a.goodsOf(p, all[i].Goods), x.Column, x.Sentence, effect})
		}
		data, err := list.File(ending, p)
		if err != nil {
			return err
		}
		web.Attachment(w, p.T("market.questions.file")+"."+ending, paper.ContentType(ending))
		_, err = w.Write(data)
		return err
	}
}

func (a *Area) questionBar(r *http.Request, v Viewer, q url.Values, link func(key, value string) string) (web.Filter, error) {
	ctx := r.Context()
	p := i18n.From(ctx)
	codes, err := a.Store.QuestionKeys(ctx, v)
	if err != nil {
		return web.Filter{}, err
	}
	kinds := []web.Option{{Label: p.T("market.questions.all")}}
	for _, c := range codes {
		if c.Key != "" {
			kinds = append(kinds, web.Option{Value: c.Key, Label: questionColumn(p, Ask{Key: c.Key}) + " (" + p.Arg(c.N) + ")"})
		}
	}
	f := web.Filter{Action: "/questions", Clear: "/questions", Hidden: map[string]string{}, Fields: []web.Control{
		{Name: "q", ID: "q-questions", Type: "search", Label: p.T("market.list.search"), Value: q.Get("q")},
		{Name: "about", Type: "select", Label: p.T("market.questions.about"), Options: kinds, Value: q.Get("about")},
		{Name: "blocks", Type: "select", Label: p.T("market.questions.effect"), Value: q.Get("blocks"), Options: []web.Option{{Label: p.T("market.questions.all")}, {Value: "1", Label: p.T("market.questions.blocking")}}},
	}}
	f.Chips = chips(f.Fields, link)
	for _, k := range []string{"entry", "import"} {
		if s := q.Get(k); s != "" {
			f.Hidden[k] = s
			f.Chips = append(f.Chips, web.Chip{Label: p.T("market.questions.of."+k, s), Href: link(k, "")})
		}
	}
	return f, nil
}

func (a *Area) questionRow(p *i18n.Printer, q *Question) questionRow {
	x := questionRow{
		ID: int64(q.ID), Party: q.Party, Person: q.Contact, Phone: q.Phone, Kind: "", Column: questionColumn(p, q.Ask), Sentence: q.Ask.Sentence(p),
		Value: q.Ask.Value, Suggestion: q.Ask.Suggestion, Blocks: q.Ask.Blocks, Version: q.Version, Answerable: q.Entry != 0,
	}
	if q.Ask.Blocks {
		x.Kind = "warn"
	}
	if x.Party == "" {
		x.Party = p.T("market.questions.nobody")
	}
	if q.Org != 0 {
		x.PartyHref = orgHref(q.Org)
	}
	if q.Entry != 0 {
		x.About, x.Href = joinDot(q.Ref, a.goodsOf(p, q.Goods)), fmt.Sprintf("/%ss/%d", q.Side, q.Entry)
	} else {
		x.About, x.Href = p.T("market.questions.row", q.Ask.Source.Sheet, q.Ask.Source.Row), fmt.Sprintf("/imports/%d", q.Import)
	}
	return x
}

func (a *Area) answerQuestion(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	id, version, err := questionForm(r)
	if err != nil {
		return err
	}
	answer := r.PostFormValue("answer")
	if r.PostFormValue("do") == "as_read" {
		answer = ""
	} else if answer == "" {
		err = fault.New(fault.Invalid, "market.fault.answer_needed").At(fault.Where{Col: "answer"})
	}
	u, _ := auth.Who(ctx)
	var more []Ask
	var ok bool
	if err == nil {
		more, ok, err = a.Store.SettleQuestion(ctx, claimOf(r), u.Actor(), ViewerOf(u), id, version, answer, a.readOptions(), p)
	}
	if errs, is := web.FormErrorsOf(ctx, err); is {
		back, _ := url.Parse(web.LocalPath(r.PostFormValue("back")))
		return a.renderQuestions(w, r, http.StatusUnprocessableEntity, back.Query(), id, answer, errs)
	}
	if err != nil {
		return err
	}
	switch {
	case !ok:
		return &web.Stale{Back: questionBack(r)}
	case len(more) > 0:
		web.SetFlash(w, r, "warn", p.T("market.questions.saved_more", more[0].Sentence(p)))
	case answer == "":
		web.SetUndo(w, r, "good", p.T("market.questions.settled"), questionUndo(id, version+1))
	default:
		web.SetFlash(w, r, "good", p.T("market.questions.saved"))
	}
	return web.Redirect(w, r, questionBack(r))
}

func questionBack(r *http.Request) string {
	if b := web.LocalPath(r.PostFormValue("back")); b != "/" {
		return b
	}
	return "/questions"
}

func questionUndo(id QuestionID, version int64) *web.Undo {
	return &web.Undo{Action: fmt.Sprintf("/questions/%d/reopen", id), Fields: map[string]string{web.VersionField: strconv.FormatInt(version, 10)}}
}

func questionForm(r *http.Request) (QuestionID, int64, error) {
	id, err := numbered(r, "id", "market.fault.no_entry")
	if err != nil {
		return 0, 0, err
	}
	version, err := web.RowVersion(r)
	return QuestionID(id), version, err
}

func (a *Area) dropQuestion(w http.ResponseWriter, r *http.Request) error {
	return a.moveQuestion(w, r, a.Store.Drop, "market.questions.dropped", true)
}

func (a *Area) reopenQuestion(w http.ResponseWriter, r *http.Request) error {
	return a.moveQuestion(w, r, a.Store.ReopenQuestion, "market.questions.reopened", false)
}

func (a *Area) moveQuestion(w http.ResponseWriter, r *http.Request, move func(context.Context, Claim, string, Viewer, QuestionID, int64) (bool, error), said string, undo bool) error {
	ctx := r.Context()
	id, version, err := questionForm(r)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	ok, err := move(ctx, claimOf(r), u.Actor(), ViewerOf(u), id, version)
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: questionBack(r)}
	}
	if undo {
		web.SetUndo(w, r, "good", web.T(ctx, said), questionUndo(id, version+1))
	} else {
		web.SetFlash(w, r, "good", web.T(ctx, said))
	}
	return web.Redirect(w, r, questionBack(r))
}
