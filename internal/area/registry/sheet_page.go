package registry

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

// The exports hold what the list shows: the same conditions, the same order, all pages.

type exportColumn struct {
	key   string
	width float64
	value func(a *Area, ctx context.Context, o Org) any
}

var exportColumns = []exportColumn{
	{"registry.name", 34, func(_ *Area, _ context.Context, o Org) any { return o.Name }},
	{"registry.kind", 16, func(_ *Area, ctx context.Context, o Org) any { return kindText(ctx, o.Kind) }},
	{"registry.province", 14, func(a *Area, _ context.Context, o Org) any { return a.unitName(o.Province) }},
	{"registry.district", 16, func(a *Area, _ context.Context, o Org) any { return a.unitName(o.District) }},
	{"registry.commune", 18, func(a *Area, _ context.Context, o Org) any {
		if u, ok := a.Atlas.ByKey(o.Place); ok && u.Level == places.Commune {
			return u.Name
		}
		return ""
	}},
	{"registry.contact", 22, func(_ *Area, _ context.Context, o Org) any { return o.Contact }},
	{"registry.phone", 26, func(_ *Area, _ context.Context, o Org) any { return strings.Join(o.Phones(), ", ") }},
	{"registry.tax_code", 16, func(_ *Area, _ context.Context, o Org) any { return o.TaxCode }},
	{"registry.members", 12, func(_ *Area, _ context.Context, o Org) any { return maybe(o.Members) }},
	{"registry.regular", 12, func(_ *Area, _ context.Context, o Org) any { return maybe(o.Regular) }},
	{"registry.seasonal", 12, func(_ *Area, _ context.Context, o Org) any { return maybe(o.Seasonal) }},
	{"registry.status", 16, func(_ *Area, ctx context.Context, o Org) any { return statusText(ctx, o.Status) }},
}

// maybe is a number, or nothing when nobody reported it.
func maybe(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func (a *Area) unitName(key string) string {
	u, _ := a.Atlas.ByKey(key)
	return u.Name
}

func (a *Area) exportList(r *http.Request) ([]Org, error) {
	f := a.readFilter(r.Context(), r.URL.Query())
	f.Size = 0
	list, _, err := a.Orgs(r.Context(), f)
	return list, err
}

func (a *Area) exportXLSX(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := a.exportList(r)
	if err != nil {
		return err
	}
	cols := make([]sheet.Column, len(exportColumns))
	for i, c := range exportColumns {
		cols[i] = sheet.Column{Head: web.T(ctx, c.key), Width: c.width}
	}
	b := sheet.NewBook()
	b.Title = web.T(ctx, "registry.orgs.title")
	out := b.Sheet(web.T(ctx, "registry.sheet"), cols)
	for _, o := range list {
		row := make([]any, len(exportColumns))
		for i, c := range exportColumns {
			row[i] = c.value(a, ctx, o)
		}
		out.Row(row...)
	}
	var buf bytes.Buffer
	if _, err := b.WriteTo(&buf); err != nil {
		return err
	}
	web.Attachment(w, web.T(ctx, "registry.file")+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	_, err = w.Write(buf.Bytes())
	return err
}

func (a *Area) exportCSV(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := a.exportList(r)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	buf.WriteString("\ufeff") // without it a spreadsheet takes the marks for another code page
	out := csv.NewWriter(&buf)
	out.UseCRLF = true
	head := make([]string, len(exportColumns))
	for i, c := range exportColumns {
		head[i] = web.T(ctx, c.key)
	}
	_ = out.Write(head)
	for _, o := range list {
		row := make([]string, len(exportColumns))
		for i, c := range exportColumns {
			row[i] = csvCell(c.value(a, ctx, o))
		}
		_ = out.Write(row)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	web.Attachment(w, web.T(ctx, "registry.file")+".csv", "text/csv; charset=utf-8")
	_, err = w.Write(buf.Bytes())
	return err
}

// csvCell keeps a text from being taken for a formula when the file is opened.
func csvCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		return versionText(v)
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	}
	return ""
}
