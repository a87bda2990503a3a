package market

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

func (a *Area) importRoutes() []web.Route {
	write := auth.Only(auth.Admin, auth.Officer)
	return []web.Route{
		{Pattern: "GET /imports", May: write, Do: a.listImports},
		{Pattern: "POST /imports", May: write, Do: a.addImport, Max: web.MaxUpload},
		{Pattern: "GET /imports/{id}", May: write, Do: a.showImport},
		{Pattern: "GET /imports/{id}/corrected.xlsx", May: write, Do: a.correctedImport},
		{Pattern: "POST /imports/{id}/book", May: write, Do: a.bookImport},
		{Pattern: "POST /imports/{id}/mend", May: write, Do: a.mendImport},
		{Pattern: "POST /imports/{id}/drop", May: write, Do: a.moveImport(ImportDropped, "market.import.dropped")},
		{Pattern: "POST /imports/{id}/restore", May: write, Do: a.moveImport(ImportDraft, "market.import.restored")},
		{Pattern: "POST /imports/{id}/round", May: write, Do: a.roundOfImport},
	}
}

// importSize is how many rows a page of the dry run shows.
const importSize = 50

// importRowShown is one row of the dry run.
type importRowShown struct {
	At, Said, Party, Phone, Read string
	Tag                          templ.Component
	Waits                        bool
	Asks                         []importAsk
}

// importAsk is a question with the cell that its answer goes to.
type importAsk struct {
	ID                string
	Column, Sentence  string
	Value, Suggestion string
	Sheet, Row, Key   string
	Blocks, Whole     bool // Whole: the answer stands for the whole line
	Error, Typed      string
}

type importShown struct {
	ID         ImportID
	Title, Sub string
	State      ImportState
	Version    int64
	Stats      []web.Stat
	General    []string
	Rows       []importRowShown
	Paging     web.Paging
	Only       string // "waiting", "asks", ""
	Tabs       []web.Chip
	Ready      int
	Errs       web.FormErrors
	Report     string
	Back       string
}

func importPath(id ImportID) string { return fmt.Sprintf("/imports/%d", id) }

func (a *Area) importOf(r *http.Request) (Import, auth.User, error) {
	u, _ := auth.Who(r.Context())
	id, err := numbered(r, "id", "market.fault.no_import")
	if err != nil {
		return Import{}, u, err
	}
	im, err := a.Store.Import(r.Context(), ViewerOf(u), u.Actor(), ImportID(id))
	return im, u, err
}

// addImport keeps what was sent and shows how it is understood. Nothing is in the book yet.
func (a *Area) addImport(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(web.MaxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fault.New(fault.Invalid, "market.fault.upload_broken").Because(err)
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	ctx := r.Context()
	f := uploadForm{F: map[string]string{}}
	for _, k := range uploadFields {
		f.F[k] = strings.TrimSpace(r.FormValue(k))
	}
	id, err := a.keepImport(r, &f)
	if err == nil {
		return web.Redirect(w, r, importPath(id))
	}
	if !f.take(ctx, err) {
		return err
	}
	return a.renderUpload(w, r, http.StatusUnprocessableEntity, f)
}

func (a *Area) keepImport(r *http.Request, f *uploadForm) (id ImportID, err error) {
	ctx := r.Context()
	asOf := a.today()
	if s := f.F["as_of"]; s != "" {
		y, _, _ := asOf.Date()
		from, to, ok := calendar.ReadDay(s, y)
		if !ok || from != to {
			return 0, fault.New(fault.Invalid, "market.fault.unclear_day", s).At(fault.Where{Col: "as_of"})
		}
		asOf = from
	}
	var n NewRound
	sheets, err := a.sheetsOf(r, f, &n)
	if err != nil {
		return 0, err
	}
	if len(sheets) == 0 {
		return 0, fault.New(fault.Invalid, "market.fault.nothing_sent").At(fault.Where{Col: "file"})
	}
	im := Import{Sheets: sheets, AsOf: asOf}
	if _, err := ReadImport(&im, a.deps(), a.readOptions()); err != nil {
		return 0, err
	}
	name := n.FileName
	if s := f.F["label"]; s != "" && len([]rune(s)) <= maxLabel {
		name = s
	}
	if name == "" {
		name = web.T(ctx, "market.import.pasted", asOf)
	}
	u, _ := auth.Who(ctx)
	return a.Store.AddImport(ctx, claimOf(r), u.Actor(), name, n.File, sheets, asOf)
}

func (a *Area) listImports(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	all, err := a.Store.Imports(ctx, ViewerOf(u), u.Actor())
	if err != nil {
		return err
	}
	g := web.Grid{Label: p.T("market.import.list"), Cols: []web.Column{
		{Label: p.T("market.import.name")},
		{Label: p.T("market.import.when")},
		{Label: p.T("market.import.state")},
		{Label: p.T("market.import.added"), Num: true},
		{Label: p.T("market.import.waiting"), Num: true},
	}}
	for _, h := range all {
		kind := "good"
		if h.State == ImportDraft || h.Report.Waiting > 0 {
			kind = "warn"
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: h.Name, Href: importPath(h.ID)},
			{Text: h.At.In(homeZone).Format("15:04 02/01/2006"), NoWrap: true},
			{Body: web.Tag(kind, "", p.T("market.import.state."+string(h.State)))},
			{Text: p.Arg(h.Report.Added)},
			{Text: p.Arg(h.Report.Waiting)},
		}})
	}
	return web.Render(w, r, web.Page{Title: p.T("market.import.list"), Nav: "upload"}, importsView(g))
}

func (a *Area) showImport(w http.ResponseWriter, r *http.Request) error {
	im, _, err := a.importOf(r)
	if err != nil {
		return err
	}
	return a.renderImport(w, r, 0, &im, importAsk{})
}

// renderImport shows the dry run; bad is the question whose answer was refused.
func (a *Area) renderImport(w http.ResponseWriter, r *http.Request, status int, im *Import, bad importAsk) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	read, err := ReadImport(im, a.deps(), a.readOptions())
	if err != nil {
		return err
	}
	v := importShown{
		ID: im.ID, Title: im.Name, State: im.State, Version: im.Version, Ready: read.Ready, Only: r.URL.Query().Get("only"),
		Sub: p.T("market.import.sub."+string(im.State), im.At.In(homeZone).Format("15:04 02/01/2006"), im.AsOf),
	}
	total, asked, waiting := len(read.Rows), 0, 0
	var rows []*ImportRow
	for i := range read.Rows {
		x := &read.Rows[i]
		if len(x.Asks) > 0 {
			asked++
		}
		if x.Waits() {
			waiting++
		}
		if v.Only == "waiting" && !x.Waits() || v.Only == "asks" && len(x.Asks) == 0 {
			continue
		}
		rows = append(rows, x)
	}
	v.Stats = []web.Stat{
		{Label: p.T("market.import.stat.ready"), Value: p.T("market.import.stat.of", read.Ready, total)},
		{Label: p.T("market.import.stat.phones"), Value: p.T("market.import.stat.of", read.Phones, total)},
		{Label: p.T("market.import.stat.asks"), Value: p.Arg(asked)},
		{Label: p.T("market.import.stat.waiting"), Value: p.Arg(waiting)},
	}
	if im.State == ImportBooked {
		v.Report = p.T("market.import.report", im.Report.Added, im.Report.Same, im.Report.NewOrgs, im.Report.Waiting)
	}
	for _, g := range read.General {
		v.General = append(v.General, g.Sentence(p))
	}
	q := r.URL.Query()
	link := func(key, value string) string { return keepQuery(importPath(im.ID), q, key, value, "only") }
	for _, t := range []string{"", "waiting", "asks"} {
		v.Tabs = append(v.Tabs, web.Chip{Label: p.T("market.import.only." + t), Href: link("only", t)})
	}
	page := max(1, atoi(q.Get("page")))
	v.Back = link("page", strconv.Itoa(page))
	v.Paging = web.Paging{Page: page, Size: importSize, Total: len(rows), Href: func(n int) string { return link("page", strconv.Itoa(n)) }}
	from := min(len(rows), (page-1)*importSize)
	for _, x := range rows[from:min(len(rows), from+importSize)] {
		v.Rows = append(v.Rows, a.importRow(p, im, x, bad))
	}
	if bad.Error != "" {
		v.Errs = web.FormErrors{{Field: "a" + bad.ID, Text: bad.Error}}
	}
	return web.Render(w, r, web.Page{
		Title: im.Name, Nav: "upload", Status: status,
		Crumbs: []web.Crumb{{Label: p.T("market.import.list"), Href: "/imports"}, {Label: im.Name}},
	}, importView(v))
}

func (a *Area) importRow(p *i18n.Printer, im *Import, x *ImportRow, bad importAsk) importRowShown {
	v := importRowShown{At: p.T("market.import.row", x.Row), Said: x.Said, Waits: x.Waits()}
	if len(im.Sheets) > 1 {
		v.At = p.T("market.questions.row", x.Sheet, x.Row)
	}
	if x.Party != nil {
		v.Party, v.Phone = x.Party.Name, x.Party.Phone
	}
	switch {
	case x.Offer != nil:
		v.Read = joinDot(p.T("market.desk.goods", x.Offer.Firm+x.Offer.Forecast, a.goodsWord(p, x.Offer.Commodity)), listDays(p, x.Offer.From, x.Offer.To), a.atlas.Label(x.Offer.Place))
	case x.Demand != nil:
		v.Read = joinDot(p.T("market.import.wants", p.T("market.desk.goods", x.Demand.Quantity, a.goodsWord(p, x.Demand.Commodity))), listDays(p, x.Demand.From, x.Demand.To), a.atlas.Label(x.Demand.Place))
	}
	switch {
	case x.Waits():
		v.Tag = web.Tag("warn", "alert", p.T("market.import.tag.waiting"))
	case len(x.Asks) > 0:
		v.Tag = web.Tag("", "", p.T("market.import.tag.assumed"))
	default:
		v.Tag = web.Tag("good", "check", p.T("market.import.tag.ready"))
	}
	sh := im.sheetOf(x.Sheet)
	for i, ask := range x.Asks {
		y := importAsk{
			ID: fmt.Sprintf("%d-%d", x.Row, i), Column: questionColumn(p, ask), Sentence: ask.Sentence(p), Value: ask.Value, Suggestion: ask.Suggestion,
			Sheet: x.Sheet, Row: strconv.Itoa(x.Row), Key: ask.Key, Blocks: ask.Blocks, Whole: sh != nil && isMessage(sh),
		}
		if y.Whole {
			y.Typed = x.Said
		}
		if bad.Sheet == y.Sheet && bad.Row == y.Row && bad.Key == y.Key {
			y.Error, y.Typed = bad.Error, bad.Typed
		}
		v.Asks = append(v.Asks, y)
	}
	return v
}

// importStale is the conflict page of an import that somebody changed meanwhile.
func importStale(im *Import, err error) error {
	if fault.CodeOf(err) == fault.Conflict {
		return &web.Stale{Back: importPath(im.ID)}
	}
	return err
}

func (a *Area) bookImport(w http.ResponseWriter, r *http.Request) error {
	im, u, err := a.importOf(r)
	if err != nil {
		return err
	}
	if im.Version, err = web.RowVersion(r); err != nil {
		return err
	}
	ctx := r.Context()
	read, err := ReadImport(&im, a.deps(), a.readOptions())
	if err != nil {
		return err
	}
	if err := a.Store.BookImport(ctx, claimOf(r), u.Actor(), &im, read); err != nil {
		return importStale(&im, err)
	}
	web.SetFlash(w, r, "good", web.T(ctx, "market.import.done", im.Report.Added, im.Report.Same))
	return web.Redirect(w, r, importPath(im.ID))
}

// mendImport puts an answer into its cell and reads the table again; in a booked import
// the row goes into the book at once.
func (a *Area) mendImport(w http.ResponseWriter, r *http.Request) error {
	im, u, err := a.importOf(r)
	if err != nil {
		return err
	}
	if im.Version, err = web.RowVersion(r); err != nil {
		return err
	}
	ctx := r.Context()
	p := i18n.From(ctx)
	at := Source{Sheet: r.PostFormValue("sheet"), Row: atoi(r.PostFormValue("row"))}
	key, answer := r.PostFormValue("key"), strings.TrimSpace(r.PostFormValue("answer"))
	bad := importAsk{ID: r.PostFormValue("ask"), Sheet: at.Sheet, Row: strconv.Itoa(at.Row), Key: key, Typed: answer}
	if answer == "" {
		err = fault.New(fault.Invalid, "market.fault.answer_needed")
	} else {
		err = im.Mend(at, key, answer, p)
	}
	if errs, is := web.FormErrorsOf(ctx, err); is {
		bad.Error = errs[0].Text
		return a.renderImport(w, r, http.StatusUnprocessableEntity, &im, bad)
	}
	if err != nil {
		return err
	}
	read, err := ReadImport(&im, a.deps(), a.readOptions())
	if err != nil {
		return err
	}
	if im.State == ImportBooked {
		err = a.Store.BookImport(ctx, claimOf(r), u.Actor(), &im, read)
	} else {
		err = a.Store.SaveImport(ctx, claimOf(r), u.Actor(), &im)
	}
	if err != nil {
		return importStale(&im, err)
	}
	web.SetFlash(w, r, "good", p.T("market.import.mended", at.Row))
	back := web.LocalPath(r.PostFormValue("back"))
	if !strings.HasPrefix(back, importPath(im.ID)) {
		back = importPath(im.ID)
	}
	return web.Redirect(w, r, back)
}

// moveImport sets a draft aside, or takes it up again.
func (a *Area) moveImport(to ImportState, said string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		im, u, err := a.importOf(r)
		if err != nil {
			return err
		}
		if im.Version, err = web.RowVersion(r); err != nil {
			return err
		}
		if im.State == ImportBooked {
			return fault.New(fault.Conflict, "market.fault.import_booked")
		}
		im.State = to
		ctx := r.Context()
		if err := a.Store.SaveImport(ctx, claimOf(r), u.Actor(), &im); err != nil {
			return importStale(&im, err)
		}
		if to == ImportDropped {
			web.SetUndo(w, r, "good", web.T(ctx, said), &web.Undo{
				Action: importPath(im.ID) + "/restore", Fields: map[string]string{web.VersionField: strconv.FormatInt(im.Version, 10)},
			})
			return web.Redirect(w, r, "/imports")
		}
		web.SetFlash(w, r, "good", web.T(ctx, said))
		return web.Redirect(w, r, importPath(im.ID))
	}
}

// roundOfImport tries a plan of the table alone; the book is left as it is.
func (a *Area) roundOfImport(w http.ResponseWriter, r *http.Request) error {
	im, u, err := a.importOf(r)
	if err != nil {
		return err
	}
	opt := a.readOptions()
	opt.AsOf, opt.OneSide = im.AsOf, false
	n := NewRound{Label: im.Name, Origin: FromUpload, FileName: im.Name}
	if n.Input, n.Asks, err = ReadSheets(im.Sheets, a.deps(), opt); err != nil {
		return err
	}
	id, err := a.addOnce(r, u.Actor(), n)
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "market.upload.done", len(n.Input.Offers), len(n.Input.Demands)))
	return web.Redirect(w, r, roundPath(id))
}
