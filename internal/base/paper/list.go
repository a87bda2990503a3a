package paper

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
)

// List is a list as the screen shows it, for every kind of file: the same columns and
// rows in each. Values are texts, whole numbers, money, weights (in kilograms), prices
// per tonne (in đồng per kilogram), days; nil is empty.
type List struct {
	Title   string
	Filter  string // the conditions in words; empty: all
	Source  string // whose data this is
	Made    time.Time
	Columns []ListColumn
	Rows    [][]any
	Totals  []any // one row in bold at the end; nil: none
}

// ListColumn is a column of a list.
type ListColumn struct {
	Head   string
	Width  float64 // in characters, for the workbook; 0: by the heading
	Format sheet.Format
	Wrap   bool
	// Paper leaves the column out of the PDF when it is «no»: what the screen does not
	// show and a sheet of paper has no room for.
	Paper Shown
}

// Shown says where a column stands.
type Shown int

// In every file, or in those only that have room.
const (
	Everywhere Shown = iota
	NotOnPaper
)

// Endings are the kinds of files that Write knows.
var Endings = []string{"xlsx", "csv", "pdf"}

// ContentType is what a browser is told about a file.
func ContentType(ending string) string {
	switch ending {
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case "csv":
		return "text/csv; charset=utf-8"
	case "pdf":
		return "application/pdf"
	case "docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
	return "application/octet-stream"
}

// Write writes the list as the kind of file that the ending names.
func (l List) Write(out io.Writer, ending string, p *i18n.Printer) (err error) {
	defer fault.Wrap(&err, "paper.List.Write(%s, %d rows)", ending, len(l.Rows))
	switch ending {
	case "xlsx":
		return l.workbook(out)
	case "csv":
		return l.data(out)
	case "pdf":
		return l.paper(out, p)
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// File is Write into memory, so that nothing is sent of a file that fails halfway.
func (l List) File(ending string, p *i18n.Printer) ([]byte, error) {
	var out bytes.Buffer
	err := l.Write(&out, ending, p)
	return out.Bytes(), err
}

func (l List) workbook(out io.Writer) error {
	b := sheet.NewBook()
	b.Title = l.Title
	cols := make([]sheet.Column, len(l.Columns))
	for i, c := range l.Columns {
		cols[i] = sheet.Column{Head: c.Head, Width: c.Width, Format: c.Format, Wrap: c.Wrap}
	}
	s := b.Sheet(l.Title, cols)
	for _, r := range l.Rows {
		s.Row(r...)
	}
	if l.Totals != nil {
		s.Total(l.Totals...)
	}
	_, err := b.WriteTo(out)
	return err
}

func (l List) data(out io.Writer) error {
	rows := make([][]any, 0, len(l.Rows)+2)
	head := make([]any, len(l.Columns))
	for i, c := range l.Columns {
		head[i] = c.Head
	}
	rows = append(append(rows, head), l.Rows...)
	if l.Totals != nil {
		rows = append(rows, l.Totals)
	}
	return sheet.WriteData(out, len(l.Columns), rows)
}

// wideList is the number of columns from which a list lies on its side.
const wideList = 6

func (l List) paper(out io.Writer, p *i18n.Printer) error {
	var cols []Column
	var at []int
	for i, c := range l.Columns {
		if c.Paper == Everywhere {
			cols, at = append(cols, Column{Head: c.Head}), append(at, i)
		}
	}
	right := make([]bool, len(cols)) // where every value is a number
	for i := range right {
		right[i] = len(l.Rows) > 0
	}
	text := func(values []any) []string {
		row := make([]string, len(cols))
		for i, from := range at {
			if from >= len(values) {
				continue
			}
			var number bool
			row[i], number = show(values[from], p)
			right[i] = right[i] && (number || row[i] == "")
		}
		return row
	}
	rows := make([][]string, len(l.Rows))
	for i, r := range l.Rows {
		rows[i] = text(r)
	}
	for i := range cols {
		cols[i].Right = right[i]
	}
	var foot []string
	if l.Source != "" {
		foot = append(foot, p.T("base.paper.source", l.Source))
	}
	if !l.Made.IsZero() {
		foot = append(foot, p.T("base.paper.made", calendar.DayOf(l.Made)))
	}
	foot = append(foot, p.T("base.paper.rows", len(l.Rows)))
	d := NewDoc(Options{Title: l.Title, Made: l.Made, Landscape: len(cols) > wideList, Printer: p, Footer: strings.Join(foot, " · ")})
	d.block(l.Title, d.left, d.body(), 0, face{"B", 14}, toLeft)
	if l.Filter != "" {
		d.y += 0.5
		d.block(p.T("base.paper.filter", l.Filter), d.left, d.body(), 0, face{"I", 10}, toLeft)
	}
	d.y += 2
	var totals [][]string
	if l.Totals != nil {
		totals = append(totals, text(l.Totals))
	}
	d.Table(cols, rows, totals...)
	data, err := d.Bytes()
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}

// show is a value as people read it, and whether it is a number.
func show(v any, p *i18n.Printer) (s string, number bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, false
	case weight.Grams: // the column says kilograms
		return p.Marks().Fixed(int64(v), 3, 3), true
	case money.PerTonne: // the column says đồng per kilogram
		return p.Marks().Fixed(int64(v), 3, 3), true
	case money.VND:
		return p.Marks().Int(int64(v)), true
	case int:
		return p.Marks().Int(int64(v)), true
	case int32:
		return p.Marks().Int(int64(v)), true
	case int64:
		return p.Marks().Int(v), true
	case float64:
		return p.Arg(v), true
	case calendar.Day:
		if v == 0 {
			return "", false
		}
		return p.Arg(v), false
	case time.Time:
		return p.Arg(calendar.DayOf(v)), false
	case bool:
		return strconv.FormatBool(v), false
	}
	return fmt.Sprint(v), false
}
