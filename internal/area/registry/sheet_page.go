package registry

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/web"
)

// The exports hold what the list shows: the same conditions, the same order, all pages.

type exportColumn struct {
	key   string
	width float64
	value func(a *Area, ctx context.Context, o Org) any
	paper paper.Shown
}

var exportColumns = []exportColumn{
	{"registry.name", 34, func(_ *Area, _ context.Context, o Org) any { return o.Name }, paper.Everywhere},
	{"registry.kind", 16, func(_ *Area, ctx context.Context, o Org) any { return kindText(ctx, o.Kind) }, paper.Everywhere},
	{"registry.province", 14, func(a *Area, _ context.Context, o Org) any { return a.unitName(o.Province) }, paper.NotOnPaper},
	{"registry.district", 16, func(a *Area, _ context.Context, o Org) any { return a.unitName(o.District) }, paper.Everywhere},
	{"registry.commune", 18, func(a *Area, _ context.Context, o Org) any {
		if u, ok := a.Atlas.ByKey(o.Place); ok && u.Level == places.Commune {
			return u.Name
		}
		return ""
	}, paper.NotOnPaper},
	{"registry.contact", 22, func(_ *Area, _ context.Context, o Org) any { return o.Contact }, paper.Everywhere},
	{"registry.phone", 26, func(_ *Area, _ context.Context, o Org) any { return strings.Join(o.Phones(), ", ") }, paper.Everywhere},
	{"registry.tax_code", 16, func(_ *Area, _ context.Context, o Org) any { return o.TaxCode }, paper.NotOnPaper},
	{"registry.members", 12, func(_ *Area, _ context.Context, o Org) any { return maybe(o.Members) }, paper.Everywhere},
	{"registry.regular", 12, func(_ *Area, _ context.Context, o Org) any { return maybe(o.Regular) }, paper.NotOnPaper},
	{"registry.seasonal", 12, func(_ *Area, _ context.Context, o Org) any { return maybe(o.Seasonal) }, paper.NotOnPaper},
	{"registry.status", 16, func(_ *Area, ctx context.Context, o Org) any { return statusText(ctx, o.Status) }, paper.Everywhere},
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

// exportOrgs writes the list as a workbook, as data or as a paper.
func (a *Area) exportOrgs(ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		list, err := a.exportList(r)
		if err != nil {
			return err
		}
		l := paper.List{
			Title: web.T(ctx, "registry.orgs.title"), Filter: a.filterWords(ctx, r.URL.Query()),
			Source: web.T(ctx, "registry.export.source"), Made: a.now(),
		}
		for _, c := range exportColumns {
			l.Columns = append(l.Columns, paper.ListColumn{Head: web.T(ctx, c.key), Width: c.width, Paper: c.paper})
		}
		for _, o := range list {
			row := make([]any, len(exportColumns))
			for i, c := range exportColumns {
				row[i] = c.value(a, ctx, o)
			}
			l.Rows = append(l.Rows, row)
		}
		file, err := l.File(ending, i18n.From(ctx))
		if err != nil {
			return err
		}
		web.Attachment(w, web.T(ctx, "registry.file")+"."+ending, paper.ContentType(ending))
		_, err = w.Write(file)
		return err
	}
}

// filterWords says which conditions the list has.
func (a *Area) filterWords(ctx context.Context, q url.Values) string {
	var words []string
	for _, c := range a.orgFilter(ctx, q).Chips {
		words = append(words, c.Label)
	}
	return strings.Join(words, " · ")
}
