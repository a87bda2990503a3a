package market

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// uploadForm is the page as it was filled in.
type uploadForm struct {
	F    map[string]string
	Errs web.FormErrors
	More int // faults that are not listed
	File string
	// Pasted are the tables that were pasted: their field and the sheet they became.
	Pasted []web.Option
}

// pasted is the field that a sheet was pasted into.
func (f *uploadForm) pasted(sheet string) string {
	for _, o := range f.Pasted {
		if o.Label == sheet && f.File == "" {
			return o.Value
		}
	}
	return ""
}

// uploadFields are what is typed; the file itself a browser cannot be given back.
var uploadFields = []string{"offers", "demands", "label", "as_of", "horizon"}

// Bounds of the form.
const (
	maxLabel  = 120
	maxListed = 200 // faults on the page
	maxFile   = 200 // characters of a file's name
)

func (a *Area) showUpload(w http.ResponseWriter, r *http.Request) error {
	return a.renderUpload(w, r, 0, uploadForm{F: map[string]string{"as_of": calendar.FormatVI(a.today())}})
}

func (a *Area) renderUpload(w http.ResponseWriter, r *http.Request, status int, f uploadForm) error {
	return web.Render(w, r, web.Page{Title: web.T(r.Context(), "market.upload.title"), Nav: "upload", Status: status}, uploadView(f))
}

func (a *Area) template(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	return sendBook(w, p.T("market.upload.template.file")+".xlsx", func(out io.Writer) error { return WriteTemplate(out, a.deps(), p) })
}

// takeUpload reads what was sent and stores it as a round, whole or not at all.
func (a *Area) takeUpload(w http.ResponseWriter, r *http.Request) error {
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
	n, err := a.readUpload(r, &f)
	if err == nil {
		u, _ := auth.Who(ctx)
		var id RoundID
		if id, err = a.addOnce(r, u.Actor(), n); err == nil {
			web.SetFlash(w, r, "good", web.T(ctx, "market.upload.done", len(n.Input.Offers), len(n.Input.Demands)))
			return web.Redirect(w, r, roundPath(id))
		}
	}
	if !f.take(ctx, err) {
		return err
	}
	return a.renderUpload(w, r, http.StatusUnprocessableEntity, f)
}

// readUpload is the form as a round. A workbook and pasted tables may come together.
func (a *Area) readUpload(r *http.Request, f *uploadForm) (n NewRound, err error) {
	var list fault.List
	bad := func(field, key string, args ...any) {
		list = append(list, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: field}))
	}
	opt := ReadOptions{Params: DefaultParams(), Home: a.homeName(), AsOf: a.today()}
	y, _, _ := opt.AsOf.Date()
	day := func(field string, d *calendar.Day) {
		if s := f.F[field]; s != "" {
			from, to, ok := calendar.ReadDay(s, y)
			if !ok || from != to {
				bad(field, "market.fault.unclear_day", s)
				return
			}
			*d = from
		}
	}
	day("as_of", &opt.AsOf)
	day("horizon", &opt.Horizon)
	if len(list) == 0 && opt.Horizon != 0 && opt.Horizon < opt.AsOf {
		bad("horizon", "market.fault.days_reversed", opt.AsOf, opt.Horizon)
	}
	if n := len([]rune(f.F["label"])); n > maxLabel {
		bad("label", "market.fault.long_label", maxLabel)
	}
	n.Origin, n.FileName, n.File, err = FromUpload, "", nil, nil
	sheets, err := a.sheetsOf(r, f, &n)
	if err != nil {
		return n, errors.Join(list.Err(), err)
	}
	if len(sheets) == 0 {
		bad("file", "market.fault.nothing_sent")
		return n, list
	}
	n.Input, n.Asks, err = ReadSheets(sheets, a.deps(), opt)
	if len(list) > 0 {
		return n, errors.Join(list, err)
	}
	if n.Label = text.NFC(f.F["label"]); n.Label == "" {
		n.Label = strings.TrimSuffix(n.FileName, filepath.Ext(n.FileName))
	}
	if n.Label == "" {
		n.Label = web.T(r.Context(), "market.upload.label.default", opt.AsOf)
	}
	return n, err
}

func (a *Area) sheetsOf(r *http.Request, f *uploadForm, n *NewRound) (sheets []sheet.Sheet, err error) {
	file, head, err := r.FormFile("file")
	if err == nil {
		defer file.Close()
		f.File, n.FileName = head.Filename, fileName(head)
		if n.File, err = io.ReadAll(file); err != nil {
			return nil, err
		}
		if sheets, err = sheet.Read(n.File, sheet.Limits{}); err != nil {
			return nil, err
		}
	} else if !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart) {
		return nil, err
	}
	for _, paste := range []struct{ field, name string }{{"offers", "market.list.offers"}, {"demands", "market.list.demands"}} {
		if f.F[paste.field] == "" {
			continue
		}
		s, err := sheet.ReadText(f.F[paste.field])
		if err != nil {
			return nil, err
		}
		s.Name = a.book.Printer(i18n.VI).T(paste.name)
		f.Pasted = append(f.Pasted, web.Option{Value: paste.field, Label: s.Name})
		sheets = append(sheets, s)
	}
	return sheets, nil
}

// fileName is a name to keep: one line, no folder.
func fileName(h *multipart.FileHeader) string {
	s := strings.Join(strings.Fields(text.NFC(filepath.Base(strings.ReplaceAll(h.Filename, `\`, "/")))), " ")
	if r := []rune(s); len(r) > maxFile {
		s = string(r[:maxFile])
	}
	return s
}

// take puts what was refused on the page; false is for what the person cannot mend.
func (f *uploadForm) take(ctx context.Context, err error) bool {
	p := i18n.From(ctx)
	for _, e := range faultsIn(err) {
		if e.Code != fault.Invalid && e.Code != fault.TooLarge {
			return false
		}
		if len(f.Errs) >= maxListed {
			f.More++
			continue
		}
		field := "file"
		if _, own := f.F[e.Where.Col]; own && e.Where.Sheet == "" {
			field = e.Where.Col
			e = e.At(fault.Where{})
		} else if s := f.pasted(e.Where.Sheet); s != "" {
			field = s
		}
		f.Errs = append(f.Errs, web.FieldError{Field: field, Text: p.Fault(e)})
	}
	return len(f.Errs) > 0
}

// faultsIn are all faults in an error, also of several joined ones.
func faultsIn(err error) (out fault.List) {
	if err == nil {
		return nil
	}
	switch e := err.(type) {
	case *fault.Error:
		return fault.List{e}
	case fault.List:
		return e
	case interface{ Unwrap() []error }:
		for _, x := range e.Unwrap() {
			out = append(out, faultsIn(x)...)
		}
		return out
	case interface{ Unwrap() error }:
		return faultsIn(e.Unwrap())
	}
	return nil
}

// control is a field as it was filled in.
func (f uploadForm) control(ctx context.Context, name string, c web.Control) web.Control {
	c.Name, c.Value = name, f.F[name]
	c.Label, c.Error = web.T(ctx, "market.upload."+name), ""
	if hint := "market.upload." + name + ".hint"; i18n.From(ctx).Has(hint) {
		c.Hint = web.T(ctx, hint)
	}
	if name != "file" { // what is wrong inside a file stands in the summary, cell by cell
		c.Error = f.Errs.Of(name)
	}
	return c
}
