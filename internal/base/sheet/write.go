package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// Format is how the values of a column are shown. Auto goes by the value's type.
type Format int

// The formats.
const (
	Auto Format = iota
	Plain
	Whole   // #,##0
	Decimal // #,##0.###
	Percent // 0.## with the value as people say it: 5 is 5
	Date    // dd/mm/yyyy
)

// Column is a column of a sheet that is written.
type Column struct {
	Head    string
	Width   float64 // in characters; 0: by the heading
	Format  Format
	Choices []string // a drop-down list; other values stay possible, with a warning
	Hint    string   // shown when a cell of the column is chosen
	Wrap    bool
}

// Book is a workbook that is being written. The same calls give the same bytes.
type Book struct {
	f       *excelize.File
	sheets  []*Writer
	lists   int // columns used on the hidden sheet of drop-down lists
	styles  map[styleKey]int
	Title   string
	Creator string
	err     error
}

type styleKey struct {
	format Format
	wrap   bool
	bold   bool
	head   bool
	title  bool
}

// listSheet is hidden; it holds drop-down lists too long to stand in the rule itself.
const listSheet = "_danh_sach"

// made is the time written into every file: bytes depend on content only.
const made = "2023-01-01T00:00:00Z"

// NewBook starts an empty workbook.
func NewBook() *Book {
	return &Book{f: excelize.NewFile(), styles: map[styleKey]int{}, Creator: "lienket"}
}

// Sheet adds a sheet. With columns that have headings it gets a header row that stays in
// view, a filter and print set-up (A4 landscape, one page wide); without any it is bare.
// Names are shortened to the 31 characters that Excel allows.
func (b *Book) Sheet(name string, cols []Column) *Writer {
	w := &Writer{b: b, name: sheetName(name), cols: cols}
	for _, c := range cols {
		w.headed = w.headed || c.Head != ""
	}
	for _, other := range b.sheets {
		if strings.EqualFold(other.name, w.name) {
			b.fail(fmt.Errorf("sheet %q stands twice", w.name))
		}
	}
	if len(b.sheets) == 0 {
		b.fail(b.f.SetSheetName("Sheet1", w.name))
	} else {
		_, err := b.f.NewSheet(w.name)
		b.fail(err)
	}
	b.sheets = append(b.sheets, w)
	yes := true
	b.fail(b.f.SetSheetProps(w.name, &excelize.SheetPropsOptions{FitToPage: &yes}))
	var err error
	w.s, err = b.f.NewStreamWriter(w.name)
	b.fail(err)
	for i, c := range cols {
		if w.s != nil {
			b.fail(w.s.SetColWidth(i+1, i+1, width(c)))
		}
	}
	return w
}

func (b *Book) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

var forbidden = strings.NewReplacer(":", " ", `\`, " ", "/", "-", "?", " ", "*", " ", "[", "(", "]", ")")

func sheetName(s string) string {
	s = strings.Trim(strings.TrimSpace(forbidden.Replace(s)), "'")
	for utf8.RuneCountInString(s) > 31 {
		_, n := utf8.DecodeLastRuneInString(s)
		s = strings.TrimSpace(s[:len(s)-n])
	}
	if s == "" {
		return "Sheet"
	}
	return s
}

func width(c Column) float64 {
	if c.Width > 0 {
		return min(c.Width, 255)
	}
	longest := 0
	for word := range strings.FieldsSeq(c.Head) {
		longest = max(longest, utf8.RuneCountInString(word))
	}
	return min(40, max(10, float64(longest+3), float64(utf8.RuneCountInString(c.Head))/2+4))
}

// WriteTo writes the workbook. Nothing may be added after it.
func (b *Book) WriteTo(out io.Writer) (n int64, err error) {
	defer fault.Wrap(&err, "sheet.WriteTo")
	if len(b.sheets) == 0 {
		b.fail(errors.New("a workbook without sheets"))
	}
	for _, w := range b.sheets {
		w.finish()
	}
	if b.lists > 0 {
		b.fail(b.f.SetSheetVisible(listSheet, false))
	}
	b.f.SetActiveSheet(0)
	b.fail(b.f.SetDocProps(&excelize.DocProperties{Created: made, Modified: made, Creator: b.Creator, LastModifiedBy: b.Creator, Title: b.Title}))
	if b.err != nil {
		return 0, errors.Join(b.err, b.f.Close())
	}
	b.f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return newSteadyZip(w) })
	count := &counter{w: out}
	_, err = b.f.WriteTo(count)
	return count.n, errors.Join(err, b.f.Close())
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// style makes each style once, in order of first use.
func (b *Book) style(k styleKey) int {
	if id, ok := b.styles[k]; ok {
		return id
	}
	s := &excelize.Style{
		Font:      &excelize.Font{Family: "Times New Roman", Size: 12, Bold: k.bold || k.head || k.title},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: k.wrap || k.head},
	}
	custom := func(code string) { s.CustomNumFmt = &code }
	switch k.format {
	case Whole:
		s.NumFmt = 3
	case Decimal:
		custom("#,##0.###")
	case Percent:
		custom("0.##")
	case Date:
		custom("dd/mm/yyyy")
	case Plain:
		s.NumFmt = 49
	}
	if k.head {
		s.Alignment.Horizontal, s.Alignment.Vertical = "center", "center"
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3EFE6"}}
	}
	if k.title {
		s.Font.Size = 14
	} else {
		line := func(side string) excelize.Border {
			return excelize.Border{Type: side, Color: "BFC8C2", Style: 1}
		}
		s.Border = []excelize.Border{line("left"), line("right"), line("top"), line("bottom")}
	}
	id, err := b.f.NewStyle(s)
	b.fail(err)
	b.styles[k] = id
	return id
}

// value is what excelize is given for v, and the format that suits its type.
func value(v any, f Format) (any, Format) {
	const exact = 1 << 53 // beyond it a spreadsheet loses digits
	whole := func(n int64) (any, Format) {
		if n > exact || n < -exact {
			return fmt.Sprint(n), Plain
		}
		return n, or(f, Whole)
	}
	switch v := v.(type) {
	case nil:
		return nil, f
	case string:
		return cut(v), f
	case int:
		return whole(int64(v))
	case int32:
		return whole(int64(v))
	case int64:
		return whole(v)
	case float64:
		return v, or(f, Decimal)
	case bool:
		return v, f
	case money.VND:
		return whole(int64(v))
	case money.PerTonne: // in đồng per kilogram
		return float64(v) / 1000, or(f, Decimal)
	case weight.Grams: // in kilograms
		return float64(v) / 1000, or(f, Decimal)
	case calendar.Day:
		if v == 0 {
			return nil, or(f, Date)
		}
		return v.Serial(), or(f, Date)
	case time.Time:
		return value(calendar.DayOf(v), f)
	case fmt.Stringer:
		return cut(v.String()), f
	}
	return cut(fmt.Sprint(v)), f
}

func or(f, other Format) Format {
	if f == Auto {
		return other
	}
	return f
}

// cut keeps a text inside what a cell can hold.
func cut(s string) string {
	const most = 32_767 // UTF-16 units
	n := 0
	for i, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
		if n > most {
			return s[:i]
		}
	}
	return s
}
