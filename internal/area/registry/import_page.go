package registry

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// importRoutes: a list is brought in by those who may add an organisation by hand.
func (a *Area) importRoutes() []web.Route {
	write := auth.Only(auth.Officer, auth.Admin)
	return []web.Route{
		{Pattern: "GET /organisations/import", May: write, Do: a.newImport},
		{Pattern: "POST /organisations/import", May: write, Do: a.addImport, Max: web.MaxUpload},
		{Pattern: "GET /organisation-imports/{id}", May: write, Do: a.showImport},
		{Pattern: "GET /organisation-imports/{id}/corrected.xlsx", May: write, Do: a.correctedImport},
		{Pattern: "POST /organisation-imports/{id}/answer", May: write, Do: a.answerImport},
		{Pattern: "POST /organisation-imports/{id}/write", May: write, Do: a.writeImport},
		{Pattern: "POST /organisation-imports/{id}/take-back", May: write, Do: a.takeBackImport},
		{Pattern: "POST /organisation-imports/{id}/drop", May: write, Do: a.moveImport(ImportDropped, "registry.import.dropped")},
		{Pattern: "POST /organisation-imports/{id}/restore", May: write, Do: a.moveImport(ImportDraft, "registry.import.restored")},
	}
}

func importPath(id ImportID) string {
	return "/organisation-imports/" + strconv.FormatInt(int64(id), 10)
}

// importForm is the page where a list is sent, as it was filled in.
type importForm struct {
	Text  string
	File  string // its name; the file itself a browser cannot be given back
	Errs  web.FormErrors
	Lists web.Grid
}

func (a *Area) newImport(w http.ResponseWriter, r *http.Request) error {
	return a.renderImportForm(w, r, 0, importForm{})
}

func (a *Area) renderImportForm(w http.ResponseWriter, r *http.Request, status int, f importForm) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	all, err := a.Imports(ctx, viewer(ctx), actor(r))
	if err != nil {
		return err
	}
	f.Lists = web.Grid{Label: p.T("registry.import.lists"), Cols: []web.Column{
		{Label: p.T("registry.import.name")}, {Label: p.T("registry.import.when")}, {Label: p.T("registry.import.state")}, {Label: p.T("registry.import.added"), Num: true},
	}}
	for _, h := range all {
		kind := "good"
		if h.State == ImportDraft {
			kind = "warn"
		}
		f.Lists.Rows = append(f.Lists.Rows, web.Row{Cells: []web.Cell{
			{Text: h.Name, Href: importPath(h.ID)},
			{Text: auth.Local(h.At.Time).Format("15:04 02/01/2006"), NoWrap: true},
			{Body: web.Tag(kind, "", p.T("registry.import.state."+string(h.State)))},
			{Text: p.Arg(h.Report.Added)},
		}})
	}
	title := p.T("registry.import.title")
	return web.Render(w, r, web.Page{
		Title: title, Nav: "organisations", Status: status,
		Crumbs: []web.Crumb{{Label: p.T("registry.orgs.title"), Href: "/organisations"}, {Label: title}},
	}, importFormView(f))
}

// addImport keeps what was sent and shows how it is understood. Nothing is in the register.
func (a *Area) addImport(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(web.MaxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fault.New(fault.Invalid, "registry.fault.import_broken").Because(err)
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	ctx := r.Context()
	f := importForm{Text: strings.ReplaceAll(r.FormValue("text"), "\r\n", "\n")}
	id, err := a.keepImport(r, &f)
	if err == nil {
		return web.Redirect(w, r, importPath(id))
	}
	field := "text"
	if f.File != "" {
		field = "file"
	}
	errs, ok := importErrors(ctx, err, field)
	if !ok {
		return err
	}
	f.Errs = errs
	return a.renderImportForm(w, r, http.StatusUnprocessableEntity, f)
}

// importErrors are the faults of a list beside the field that it was sent by; ok is false
// for what the person cannot mend.
func importErrors(ctx context.Context, err error, field string) (errs web.FormErrors, ok bool) {
	var l fault.List
	var one *fault.Error
	switch {
	case errors.As(err, &l):
	case errors.As(err, &one):
		l = fault.List{one}
	}
	for _, e := range l {
		if e.Code != fault.Invalid && e.Code != fault.TooLarge {
			return nil, false
		}
		errs = append(errs, web.FieldError{Field: field, Text: i18n.From(ctx).Fault(e)})
	}
	return errs, len(errs) > 0
}

func (a *Area) keepImport(r *http.Request, f *importForm) (id ImportID, err error) {
	doc := ImportDoc{Answers: map[string]string{}}
	name := ""
	file, head, err := r.FormFile("file")
	switch {
	case err == nil:
		defer file.Close()
		name = listFileName(head)
		f.File = name
		data, err := io.ReadAll(file)
		if err != nil {
			return 0, err
		}
		if doc.Sheets, err = sheet.Read(data, sheet.Limits{}); err != nil {
			return 0, err
		}
	case !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart):
		return 0, err
	case strings.TrimSpace(f.Text) == "":
		return 0, fault.New(fault.Invalid, "registry.fault.import_nothing")
	default:
		one, err := sheet.ReadText(f.Text)
		if err != nil {
			return 0, err
		}
		doc.Sheets = []sheet.Sheet{one}
		name = web.T(r.Context(), "registry.import.pasted", a.today())
	}
	asTable(r.Context(), &doc)
	if _, err := ReadImport(&doc, a.importGround()); err != nil {
		return 0, err
	}
	return a.AddImport(r.Context(), claimIn(r.Context()), actor(r), name, doc)
}

// asTable makes a table of a text without headings; a workbook stays as it is.
func asTable(ctx context.Context, doc *ImportDoc) {
	if len(doc.Sheets) != 1 || doc.Sheets[0].Text == "" {
		return
	}
	var heads []string
	for _, c := range LineColumns {
		heads = append(heads, web.T(ctx, "registry."+c))
	}
	doc.Sheets[0], doc.Lines = ListTable(doc.Sheets[0], heads)
	doc.Sheets[0].Text = "" // the cells say it all
}

func (a *Area) importGround() ImportGround {
	return ImportGround{Atlas: a.Atlas, Home: a.home, On: a.today()}
}

// listFileName is a name to keep: one line, no folder.
func listFileName(h *multipart.FileHeader) string {
	return cutRunes(strings.Join(strings.Fields(text.NFC(filepath.Base(strings.ReplaceAll(h.Filename, `\`, "/")))), " "), 120)
}

func (a *Area) importOf(r *http.Request) (Import, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return Import{}, fault.New(fault.NotFound, "registry.fault.no_import")
	}
	return a.ImportSeen(r.Context(), viewer(r.Context()), actor(r), ImportID(id))
}

// sentImport is the list that a form is about, at the version that the form showed.
func (a *Area) sentImport(r *http.Request) (im Import, err error) {
	if im, err = a.importOf(r); err == nil {
		im.Version, err = web.RowVersion(r)
	}
	return im, err
}

// readRows reads a list and judges it against the register as the reader sees it.
func (a *Area) readRows(r *http.Request, im *Import) (read ImportRead, err error) {
	if read, err = ReadImport(&im.Doc, a.importGround()); err != nil {
		return read, err
	}
	known, err := a.Known(r.Context(), viewer(r.Context()), im, read.Rows)
	if err == nil {
		Judge(read.Rows, &im.Doc, a.Atlas, known)
	}
	return read, err
}

func importStale(im *Import, err error) error {
	if fault.CodeOf(err) == fault.Conflict {
		return &web.Stale{Back: importPath(im.ID)}
	}
	return err
}

// answerImport keeps the answers of one page of rows. One that cannot be read is kept too
// and asked again, so that nothing that was typed is lost.
func (a *Area) answerImport(w http.ResponseWriter, r *http.Request) error {
	im, err := a.sentImport(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "registry.fault.import_broken").Because(err)
	}
	n := 0
	for key, values := range r.PostForm {
		key, typed := strings.CutPrefix(key, "t-")
		if !typed {
			var ok bool
			if key, ok = strings.CutPrefix(key, "a-"); !ok {
				continue
			}
		}
		v := cutRunes(strings.Join(strings.Fields(text.NFC(values[0])), " "), 200)
		if !typed && strings.TrimSpace(r.PostForm.Get("t-"+key)) != "" || v == im.Doc.Answers[key] {
			continue // what was typed goes before what was chosen
		}
		if v == "" {
			if _, chosen := r.PostForm["a-"+key]; typed && chosen {
				continue
			}
			if im.Doc.Answers[key] != "" {
				n++
			}
			delete(im.Doc.Answers, key)
			continue
		}
		if len(key) < 40 && len(im.Doc.Answers) < 10*MaxImport {
			im.Doc.Answers[key] = v
			n++
		}
	}
	ctx := r.Context()
	if err := a.SaveImport(ctx, claimIn(ctx), actor(r), "answered", &im); err != nil {
		return importStale(&im, err)
	}
	web.SetFlash(w, r, "good", web.T(ctx, "registry.import.answered", n))
	back := web.LocalPath(r.PostFormValue("back"))
	if !strings.HasPrefix(back, importPath(im.ID)) {
		back = importPath(im.ID)
	}
	return web.Redirect(w, r, back)
}

func (a *Area) writeImport(w http.ResponseWriter, r *http.Request) error {
	im, err := a.sentImport(r)
	if err != nil {
		return err
	}
	if im.State == ImportDropped {
		return fault.New(fault.Conflict, "registry.fault.import_moved")
	}
	ctx := r.Context()
	read, err := ReadImport(&im.Doc, a.importGround())
	if err != nil {
		return err
	}
	done, err := a.WriteImport(ctx, claimIn(ctx), viewer(ctx), actor(r), &im, read.Rows)
	if err != nil {
		return importStale(&im, err)
	}
	said := web.T(ctx, "registry.import.done", done.Added, done.Filled)
	if done.Added+done.Filled == 0 {
		web.SetFlash(w, r, "", web.T(ctx, "registry.import.done.nothing"))
		return web.Redirect(w, r, importPath(im.ID))
	}
	web.SetUndo(w, r, "good", said, &web.Undo{
		Action: importPath(im.ID) + "/take-back", Fields: map[string]string{web.VersionField: strconv.FormatInt(im.Version+1, 10)},
	})
	return web.Redirect(w, r, importPath(im.ID))
}

func (a *Area) takeBackImport(w http.ResponseWriter, r *http.Request) error {
	im, err := a.sentImport(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	out, err := a.TakeBackImport(ctx, claimIn(ctx), viewer(ctx), actor(r), &im)
	if err != nil {
		return importStale(&im, err)
	}
	kind, said := "good", web.T(ctx, "registry.import.taken_back", out.Removed, out.Restored)
	if n := len(out.Kept); n > 0 {
		var names []string
		for _, o := range out.Kept {
			if o.Name != "" && len(names) < 5 {
				names = append(names, o.Name)
			}
		}
		kind, said = "warn", said+" "+web.T(ctx, "registry.import.taken_back.kept", n, strings.Join(names, ", "))
	}
	web.SetFlash(w, r, kind, said)
	return web.Redirect(w, r, importPath(im.ID))
}

// moveImport sets a draft aside, or takes it up again.
func (a *Area) moveImport(to ImportState, said string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		im, err := a.sentImport(r)
		if err != nil {
			return err
		}
		if im.State == ImportWritten {
			return fault.New(fault.Conflict, "registry.fault.import_written")
		}
		im.State = to
		deed := "restored"
		if to == ImportDropped {
			deed = "dropped"
		}
		ctx := r.Context()
		if err := a.SaveImport(ctx, claimIn(ctx), actor(r), deed, &im); err != nil {
			return importStale(&im, err)
		}
		if to == ImportDropped {
			web.SetUndo(w, r, "good", web.T(ctx, said), &web.Undo{
				Action: importPath(im.ID) + "/restore", Fields: map[string]string{web.VersionField: strconv.FormatInt(im.Version+1, 10)},
			})
			return web.Redirect(w, r, "/organisations/import")
		}
		web.SetFlash(w, r, "good", web.T(ctx, said))
		return web.Redirect(w, r, importPath(im.ID))
	}
}
