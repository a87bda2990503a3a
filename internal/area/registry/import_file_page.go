package registry

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

func tabNow(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// writeLabel says what pressing does, in numbers.
func (v importShown) writeLabel(ctx context.Context) string {
	switch {
	case v.Fill == 0:
		return web.T(ctx, "registry.import.write.new", v.New)
	case v.New == 0:
		return web.T(ctx, "registry.import.write.fill", v.Fill)
	}
	return web.T(ctx, "registry.import.write.both", v.New, v.Fill)
}

// correctedImport gives the list back as it was understood and answered: one clean table
// that can be read again, and the rows that were left out with the reason.
func (a *Area) correctedImport(w http.ResponseWriter, r *http.Request) error {
	im, err := a.importOf(r)
	if err != nil {
		return err
	}
	read, err := a.readRows(r, &im)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if _, err := a.correctedBook(r.Context(), &im, read.Rows).WriteTo(&out); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	web.Attachment(w, web.T(r.Context(), "registry.import.corrected.file")+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	_, err = w.Write(out.Bytes())
	return err
}

func (a *Area) correctedBook(ctx context.Context, im *Import, rows []ImportRow) *sheet.Book {
	p := i18n.From(ctx)
	b := sheet.NewBook()
	b.Title = im.Name
	col := func(key string, width float64) sheet.Column {
		return sheet.Column{Head: p.T(key), Width: width, Wrap: width > 30}
	}
	w := b.Sheet(p.T("registry.sheet"), []sheet.Column{
		col("registry.name", 40), col("registry.kind", 20), col("registry.tax_code", 16), col("registry.address", 24), col("registry.place", 44),
		col("registry.contact", 24), col("registry.phone", 26), col("registry.email", 22), col("registry.founded", 14), col("registry.members", 12),
		col("registry.regular", 12), col("registry.seasonal", 12), col("registry.field", 26), col("registry.status", 18), col("registry.note", 44),
		col("registry.import.cell", 18), col("registry.import.becomes", 24), col("registry.import.asked", 50),
	})
	count := func(n int64) any {
		if n == 0 {
			return nil
		}
		return n
	}
	for i := range rows {
		x := &rows[i]
		if x.Skip != "" {
			continue
		}
		o := &x.Org
		var asks []string
		for _, ask := range x.open() {
			asks = append(asks, a.importAsk(ctx, x, ask).Sentence)
		}
		kind, field := "", ""
		if o.Kind != "" {
			kind = kindText(ctx, o.Kind)
		}
		if o.Field != "" {
			field = p.T("registry.field." + string(o.Field))
		}
		var founded any
		if o.Founded != 0 {
			founded = o.Founded
		}
		w.Row(o.Name, kind, o.TaxCode, o.Address, a.Atlas.Label(o.Place), o.Contact, strings.Join(o.Phones(), ", "), o.Email, founded,
			count(o.Members), count(o.Regular), count(o.Seasonal), field, statusText(ctx, o.Status), o.Note,
			importCell(p, im, x), p.T("registry.import.verdict."+string(x.Verdict)), strings.Join(asks, "\n"))
	}
	left := b.Sheet(p.T("registry.import.left.sheet"), []sheet.Column{col("registry.import.cell", 18), col("registry.import.said", 70), col("registry.import.why", 44)})
	for i := range rows {
		if x := &rows[i]; x.Skip != "" {
			left.Row(importCell(p, im, x), x.Said, a.importRow(ctx, im, rows, x).Why)
		}
	}
	return b
}
