package sheet

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Writer writes the rows of one sheet, from the first to the last.
type Writer struct {
	b      *Book
	s      *excelize.StreamWriter
	name   string
	cols   []Column
	titles []string
	headed bool
	begun  bool
	head   int // the header's row; 0: none
	row    int // rows written
	done   bool
}

// Title writes a line above the header, over the whole width; only before the first row.
func (w *Writer) Title(line string) {
	if w.begun {
		w.b.fail(errors.New("sheet: a title below the header"))
		return
	}
	w.titles = append(w.titles, line)
}

// Row writes a row. Whole numbers, money, weights (in kilograms), prices per tonne (in
// đồng per kilogram), days and texts are written as such; nil leaves a cell empty.
func (w *Writer) Row(values ...any) { w.write(values, false) }

// Total writes a row in bold.
func (w *Writer) Total(values ...any) { w.write(values, true) }

// Rows is the number of rows written so far, titles and header included.
func (w *Writer) Rows() int {
	w.begin()
	return w.row
}

func (w *Writer) write(values []any, bold bool) {
	w.begin()
	cells := make([]any, max(len(values), len(w.cols)))
	for i := range cells {
		var c Column
		if i < len(w.cols) {
			c = w.cols[i]
		}
		var v any
		if i < len(values) {
			v = values[i]
		}
		v, f := value(v, c.Format)
		if !w.headed && !bold && f != Date {
			cells[i] = v // a bare sheet has no lines and no styles
			continue
		}
		cells[i] = excelize.Cell{StyleID: w.b.style(styleKey{format: f, wrap: c.Wrap, bold: bold}), Value: v}
	}
	w.set(cells)
}

func (w *Writer) set(cells []any) {
	if w.b.err != nil {
		return
	}
	if w.done {
		w.b.fail(errors.New("sheet: a row after WriteTo"))
		return
	}
	w.row++
	at, err := excelize.CoordinatesToCellName(1, w.row)
	w.b.fail(err)
	if err == nil {
		w.b.fail(w.s.SetRow(at, cells))
	}
}

// begin writes titles and header when the first row is due; only then does the stream
// know which rows stay in view.
func (w *Writer) begin() {
	if w.begun || w.b.err != nil {
		return
	}
	w.begun = true
	if w.headed {
		w.head = len(w.titles) + 1
		w.b.fail(w.s.SetPanes(&excelize.Panes{Freeze: true, YSplit: w.head, TopLeftCell: "A" + itoa(w.head+1), ActivePane: "bottomLeft"}))
	}
	for _, line := range w.titles {
		w.set([]any{excelize.Cell{StyleID: w.b.style(styleKey{title: true}), Value: cut(line)}})
		if last, err := excelize.ColumnNumberToName(len(w.cols)); err == nil && len(w.cols) > 1 && w.b.err == nil {
			w.b.fail(w.s.MergeCell("A"+itoa(w.row), last+itoa(w.row)))
		}
	}
	if !w.headed {
		return
	}
	cells := make([]any, len(w.cols))
	for i, c := range w.cols {
		cells[i] = excelize.Cell{StyleID: w.b.style(styleKey{head: true}), Value: c.Head}
	}
	w.set(cells)
}

// finish writes what stands behind the rows: filter, drop-down lists, print set-up.
func (w *Writer) finish() {
	w.begin()
	if w.done || w.b.err != nil {
		return
	}
	w.done = true
	f, b := w.b.f, w.b
	if w.headed {
		last, _ := excelize.ColumnNumberToName(len(w.cols))
		head := itoa(w.head)
		b.fail(f.AutoFilter(w.name, "A"+head+":"+last+itoa(max(w.row, w.head+1)), nil))
		b.fail(f.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: w.name,
			RefersTo: "'" + strings.ReplaceAll(w.name, "'", "''") + "'!$" + head + ":$" + head,
		}))
	}
	for i, c := range w.cols {
		w.rule(i, c)
	}
	a4, across, down, landscape := 9, 1, 0, "landscape"
	b.fail(f.SetPageLayout(w.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &across, FitToHeight: &down}))
	inch := func(mm float64) *float64 { v := mm / 25.4; return &v }
	b.fail(f.SetPageMargins(w.name, &excelize.PageLayoutMarginsOptions{Left: inch(15), Right: inch(15), Top: inch(20), Bottom: inch(20)}))
	b.fail(f.SetHeaderFooter(w.name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P/&N"}))
	b.fail(w.s.Flush())
}

// rule adds the drop-down list and the hint of a column, down to well below the rows.
func (w *Writer) rule(i int, c Column) {
	if len(c.Choices) == 0 && c.Hint == "" {
		return
	}
	col, _ := excelize.ColumnNumberToName(i + 1)
	v := excelize.NewDataValidation(true)
	v.SetSqref(col + itoa(w.head+1) + ":" + col + itoa(max(w.row, w.head)+2000))
	if len(c.Choices) > 0 {
		list := strings.Join(c.Choices, ",")
		if utf8.RuneCountInString(list) <= 250 && strings.Count(list, ",") == len(c.Choices)-1 && !strings.Contains(list, `"`) {
			w.b.fail(v.SetDropList(c.Choices))
		} else {
			v.SetSqrefDropList(w.b.list(c.Choices))
		}
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Head, strings.Join(c.Choices[:min(len(c.Choices), 8)], ", "))
	}
	if c.Hint != "" {
		v.SetInput(short(c.Head, 32), short(c.Hint, 255))
	}
	w.b.fail(w.b.f.AddDataValidation(w.name, v))
}

// list puts choices on the hidden sheet and returns their range.
func (b *Book) list(choices []string) string {
	if b.lists == 0 {
		_, err := b.f.NewSheet(listSheet)
		b.fail(err)
	}
	b.lists++
	col, _ := excelize.ColumnNumberToName(b.lists)
	for r, c := range choices {
		b.fail(b.f.SetCellStr(listSheet, col+itoa(r+1), cut(c)))
	}
	return listSheet + "!$" + col + "$1:$" + col + "$" + itoa(len(choices))
}

func short(s string, most int) string {
	r := []rune(s)
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
