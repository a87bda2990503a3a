package market

import (
	"net/http"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

// The files of both lists: what the list shows, with the same conditions in the same order,
// all pages.

// exportColumn is one column of an export.
type exportColumn struct {
	head   string
	width  float64
	format sheet.Format
	slim   bool // left out on paper, where there is room for a dozen columns
	value  func(x *listRow) any
}

func (l *listing) exportColumns(p *i18n.Printer) []exportColumn {
	str := func(f func(x *listRow) string) func(*listRow) any { return func(x *listRow) any { return f(x) } }
	who, quantity, limit, least := "market.col.supplier", "market.list.kg.offered", "market.list.floor.kg", "market.list.kg.min_line"
	if l.demands {
		who, quantity, limit, least = "market.col.buyer", "market.list.kg.wanted", "market.list.ceiling.kg", "market.list.kg.min_order"
	}
	cols := []exportColumn{
		{p.T("market.list.code"), 10, 0, false, str(func(x *listRow) string { return x.ID })},
		{p.T(who), 34, 0, false, str(func(x *listRow) string { return x.Party })},
		{p.T("market.col.contact"), 22, 0, true, str(func(x *listRow) string { return x.Contact })},
		{p.T("market.col.phone"), 18, sheet.Plain, false, str(func(x *listRow) string { return x.Phone })},
		{p.T("market.col.commodity"), 22, 0, false, str(func(x *listRow) string { return x.Goods })},
		{p.T("market.col.variety"), 14, 0, true, str(func(x *listRow) string { return x.Variety })},
		{p.T("market.col.class"), 22, 0, false, str(func(x *listRow) string { return x.Class })},
		{p.T("market.col.papers"), 26, 0, false, str(func(x *listRow) string { return x.Papers })},
		{p.T(quantity), 14, 0, false, func(x *listRow) any { return x.Grams }},
		{p.T("market.col.from"), 12, sheet.Date, false, func(x *listRow) any { return x.From }},
		{p.T("market.col.to"), 12, sheet.Date, false, func(x *listRow) any { return x.To }},
		{l.word(p, "place"), 34, 0, true, str(func(x *listRow) string { return x.Place })},
		{p.T("market.list.district"), 16, 0, false, str(func(x *listRow) string { return x.District })},
		{p.T("market.col.province"), 14, 0, true, str(func(x *listRow) string { return x.Province })},
		{p.T(limit), 14, 0, false, func(x *listRow) any { return x.Limit }},
	}
	if l.demands {
		for i, key := range []string{"market.col.price_at", "market.col.discount", "market.col.pay_days", "market.col.max_sources", "market.col.max_invoices"} {
			cols = append(cols, exportColumn{p.T(key), 12, 0, true, func(x *listRow) any { return x.Terms[i] }})
		}
	} else {
		cols = append(cols, exportColumn{p.T("market.list.trader.kg"), 14, 0, true, func(x *listRow) any { return x.Trader }})
	}
	cols = append(cols, exportColumn{p.T(least), 14, 0, true, func(x *listRow) any { return x.Smallest }})
	if l.shares != nil {
		cols = append(cols, exportColumn{p.T("market.list.kg.matched"), 14, 0, false, func(x *listRow) any { return x.Matched }})
	}
	return cols
}

// sendList writes a list as a file with an ending: xlsx, csv, pdf.
func (a *Area) sendList(w http.ResponseWriter, r *http.Request, l *listing, cols []exportColumn, filter, ending string) error {
	p := i18n.From(r.Context())
	list := paper.List{Title: l.word(p, "title"), Filter: filter, Source: l.word(p, "count", l.count.Rows, rounded(l.count.Grams)), Made: inVietnam(a.now())}
	for _, c := range cols {
		col := paper.ListColumn{Head: c.head, Width: c.width, Format: c.format, Wrap: c.width > 20}
		if c.slim {
			col.Paper = paper.NotOnPaper
		}
		list.Columns = append(list.Columns, col)
	}
	for i := range l.rows {
		row := make([]any, len(cols))
		for j, c := range cols {
			row[j] = c.value(&l.rows[i])
		}
		list.Rows = append(list.Rows, row)
	}
	data, err := list.File(ending, p)
	if err != nil {
		return err
	}
	web.Attachment(w, l.word(p, "file")+"."+ending, paper.ContentType(ending))
	_, err = w.Write(data)
	return err
}

// roundExport is a round's list as a file.
func (a *Area) roundExport(demands bool, ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		l, err := a.roundListOf(r, demands, 0)
		if err != nil {
			return err
		}
		bar, err := a.roundListBar(r.Context(), l)
		if err != nil {
			return err
		}
		return a.sendList(w, r, &l.listing, l.exportColumns(i18n.From(r.Context())), joinDot(l.round.Label, chipWords(bar)), ending)
	}
}

// bookExport is the book's list as a file; how an entry stands is a column more.
func (a *Area) bookExport(side Side, ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		l, err := a.bookListOf(r, side, 0)
		if err != nil {
			return err
		}
		p := i18n.From(r.Context())
		bar, err := a.bookListBar(r.Context(), l)
		if err != nil {
			return err
		}
		at := map[*listRow]int{}
		for i := range l.rows {
			at[&l.rows[i]] = i
		}
		cols := append(l.exportColumns(p), exportColumn{p.T("market.list.state"), 22, 0, false, func(x *listRow) any {
			var words []string
			for _, t := range entryStates(p, &l.list[at[x]], x, l.filter.Now) {
				words = append(words, t.Text)
			}
			return joinDot(words...)
		}})
		return a.sendList(w, r, &l.listing, cols, chipWords(bar), ending)
	}
}

// chipWords are the conditions that hold, for the head of a file.
func chipWords(f web.Filter) string {
	var words []string
	for _, c := range f.Chips {
		words = append(words, c.Label)
	}
	return joinDot(words...)
}
