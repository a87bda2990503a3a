package market

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// exportColumn is one column of an export.
type exportColumn struct {
	head   string
	width  float64
	format sheet.Format
	value  func(x *listRow) any
}

func (l *listing) exportColumns(p *i18n.Printer) []exportColumn {
	str := func(f func(x *listRow) string) func(*listRow) any { return func(x *listRow) any { return f(x) } }
	who, quantity, limit, least := "market.col.supplier", "market.list.kg.offered", "market.list.floor.kg", "market.list.kg.min_line"
	if l.demands {
		who, quantity, limit, least = "market.col.buyer", "market.list.kg.wanted", "market.list.ceiling.kg", "market.list.kg.min_order"
	}
	cols := []exportColumn{
		{p.T("market.list.code"), 10, 0, str(func(x *listRow) string { return x.ID })},
		{p.T(who), 34, 0, str(func(x *listRow) string { return x.Party })},
		{p.T("market.col.contact"), 22, 0, str(func(x *listRow) string { return x.Contact })},
		{p.T("market.col.phone"), 18, sheet.Plain, str(func(x *listRow) string { return x.Phone })},
		{p.T("market.col.commodity"), 22, 0, str(func(x *listRow) string { return x.Goods })},
		{p.T("market.col.variety"), 14, 0, str(func(x *listRow) string { return x.Variety })},
		{p.T("market.col.class"), 22, 0, str(func(x *listRow) string { return x.Class })},
		{p.T("market.col.papers"), 26, 0, str(func(x *listRow) string { return x.Papers })},
		{p.T(quantity), 14, 0, func(x *listRow) any { return x.Grams }},
		{p.T("market.col.from"), 12, sheet.Date, func(x *listRow) any { return x.From }},
		{p.T("market.col.to"), 12, sheet.Date, func(x *listRow) any { return x.To }},
		{l.word(p, "place"), 34, 0, str(func(x *listRow) string { return x.Place })},
		{p.T("market.list.district"), 16, 0, str(func(x *listRow) string { return x.District })},
		{p.T("market.col.province"), 14, 0, str(func(x *listRow) string { return x.Province })},
		{p.T(limit), 14, 0, func(x *listRow) any { return x.Limit }},
	}
	if l.demands {
		for i, key := range []string{"market.col.price_at", "market.col.discount", "market.col.pay_days", "market.col.max_sources", "market.col.max_invoices"} {
			cols = append(cols, exportColumn{p.T(key), 12, 0, func(x *listRow) any { return x.Terms[i] }})
		}
	} else {
		cols = append(cols, exportColumn{p.T("market.list.trader.kg"), 14, 0, func(x *listRow) any { return x.Trader }})
	}
	cols = append(cols, exportColumn{p.T(least), 14, 0, func(x *listRow) any { return x.Smallest }})
	if l.shares != nil {
		cols = append(cols, exportColumn{p.T("market.list.kg.matched"), 14, 0, func(x *listRow) any { return x.Matched }})
	}
	return cols
}

func (a *Area) offersXLSX(w http.ResponseWriter, r *http.Request) error {
	return a.exportBook(w, r, false)
}

func (a *Area) demandsXLSX(w http.ResponseWriter, r *http.Request) error {
	return a.exportBook(w, r, true)
}

func (a *Area) offersCSV(w http.ResponseWriter, r *http.Request) error {
	return a.exportText(w, r, false)
}

func (a *Area) demandsCSV(w http.ResponseWriter, r *http.Request) error {
	return a.exportText(w, r, true)
}

// exportBook and exportText hold what the list shows: the same conditions, the same order,
// all pages.
func (a *Area) exportBook(w http.ResponseWriter, r *http.Request, demands bool) error {
	l, err := a.listOf(r, demands, 0)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	cols := l.exportColumns(p)
	heads := make([]sheet.Column, len(cols))
	for i, c := range cols {
		heads[i] = sheet.Column{Head: c.head, Width: c.width, Format: c.format}
	}
	return sendBook(w, l.word(p, "file")+".xlsx", func(out io.Writer) error {
		b := sheet.NewBook()
		b.Title = l.word(p, "title")
		s := b.Sheet(l.word(p, "title"), heads)
		for i := range l.rows {
			row := make([]any, len(cols))
			for j, c := range cols {
				row[j] = c.value(&l.rows[i])
			}
			s.Row(row...)
		}
		_, err := b.WriteTo(out)
		return err
	})
}

func (a *Area) exportText(w http.ResponseWriter, r *http.Request, demands bool) error {
	l, err := a.listOf(r, demands, 0)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	cols := l.exportColumns(p)
	var buf bytes.Buffer
	buf.WriteString("\ufeff") // without it a spreadsheet takes the marks for another code page
	out := csv.NewWriter(&buf)
	out.UseCRLF = true
	line := make([]string, len(cols))
	for i, c := range cols {
		line[i] = c.head
	}
	_ = out.Write(line)
	for i := range l.rows {
		for j, c := range cols {
			line[j] = csvCell(c.value(&l.rows[i]))
		}
		_ = out.Write(line)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	web.Attachment(w, l.word(p, "file")+".csv", "text/csv; charset=utf-8")
	_, err = w.Write(buf.Bytes())
	return err
}

// csvCell keeps a text from being taken for a formula when the file is opened; numbers are
// whole or with a point, weights in kg, days as 2023-12-18.
func csvCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case weight.Grams:
		return thousandths(int64(v))
	case money.PerTonne:
		return thousandths(int64(v))
	case calendar.Day:
		return v.String()
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	}
	return fmt.Sprint(v)
}

// thousandths is n/1000 with a point.
func thousandths(n int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%03d", n/1000, n%1000), "0"), ".")
}
