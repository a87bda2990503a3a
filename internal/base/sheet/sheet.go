// Package sheet is tables in and out: hardened reading of .xlsx, CSV and pasted tables
// into plain cells, and writing of .xlsx with the same bytes for the same content. It is
// not an importer: headings, units and what a row means belong to the areas.
//
// Workbooks are written with excelize and read by our own stream over archive/zip and
// encoding/xml, because a reader of strangers' files needs three things that excelize's
// Rows does not give: the type of a cell (the number 1.234 is not the text «1.234», which
// is one thousand two hundred and thirty-four), values shown as a Vietnamese Excel shows
// them, and bounds on what is read at every step. Tests compare the two readers.
package sheet

import (
	"math"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// Cell is one cell. Text is what a Vietnamese Excel shows: dates as 31/12/2023 (a month
// alone as 11/2023), numbers with decimal comma, leading zeros of a number format kept,
// old fonts turned into Unicode, spaces around it gone. Raw is what is stored: a number
// or a date's serial with decimal point, text untouched.
type Cell struct {
	Text   string
	Raw    string
	Number bool // stored as a number (a date is one too)
}

// Milli is the cell's number in thousandths: exactly what a number cell stores, or what
// its text says by the rules of text.ReadNumber. Percent cells give the shown number.
func (c Cell) Milli() (milli int64, doubt, ok bool) {
	if !c.Number || strings.ContainsAny(c.Text, "/:") {
		return text.ReadNumber(c.Text)
	}
	f, err := strconv.ParseFloat(c.Raw, 64)
	if strings.HasSuffix(c.Text, "%") {
		f *= 100
	}
	if err != nil || math.IsNaN(f) || math.Abs(f) > 9e15 {
		return 0, false, false
	}
	return int64(math.Round(f * 1000)), false, true
}

// Sheet is one sheet from its first row and column on; Rows[r][c] is row r+1, and rows
// end with their last filled cell.
type Sheet struct {
	Name   string
	Rows   [][]Cell
	Hidden bool
	Merged []Area // merged areas; the value is in the first cell, the rest are empty
	Text   string // of a text file or a pasted table: all of it, as it came
}

// Area is a block of cells, counted from 0.
type Area struct{ Row, Col, Rows, Cols int }

// At is the cell in row r and column c, counted from 0; the empty cell outside.
func (s Sheet) At(r, c int) Cell {
	if r < 0 || r >= len(s.Rows) || c < 0 || c >= len(s.Rows[r]) {
		return Cell{}
	}
	return s.Rows[r][c]
}

// ColumnName is the letters of column c, counted from 0: A, Z, AA.
func ColumnName(c int) string {
	var b []byte
	for c++; c > 0; c = (c - 1) / 26 {
		b = append([]byte{byte('A' + (c-1)%26)}, b...)
	}
	return string(b)
}

// Limits bound what is read. A zero field stands for the default.
type Limits struct {
	File     int   // bytes of the file
	Unpacked int64 // bytes of all parts of an .xlsx together
	Sheets   int
	Rows     int // of one sheet
	Columns  int // of one sheet
	Cells    int // of the file
	Chars    int // bytes of one cell
}

// Default fits any workbook of staff and refuses the rest.
var Default = Limits{File: 32 << 20, Unpacked: 256 << 20, Sheets: 64, Rows: 200_000, Columns: 1_000, Cells: 4_000_000, Chars: 128 << 10}

func (l Limits) filled() Limits {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&l.File, Default.File)
	def(&l.Sheets, Default.Sheets)
	def(&l.Rows, Default.Rows)
	def(&l.Columns, Default.Columns)
	def(&l.Cells, Default.Cells)
	def(&l.Chars, Default.Chars)
	if l.Unpacked <= 0 {
		l.Unpacked = Default.Unpacked
	}
	return l
}

// The faults of reading.
const (
	faultEmpty     = "base.sheet.fault.empty"
	faultOldExcel  = "base.sheet.fault.old_excel"
	faultEncrypted = "base.sheet.fault.encrypted"
	faultNotASheet = "base.sheet.fault.not_a_sheet"
	faultBroken    = "base.sheet.fault.broken"
	faultBomb      = "base.sheet.fault.bomb"
	faultTooBig    = "base.sheet.fault.too_big"
	faultSheets    = "base.sheet.fault.too_many_sheets"
	faultRows      = "base.sheet.fault.too_many_rows"
	faultColumns   = "base.sheet.fault.too_many_columns"
	faultCells     = "base.sheet.fault.too_many_cells"
	faultLong      = "base.sheet.fault.cell_too_long"
)

func invalid(key string, args ...any) *fault.Error { return fault.New(fault.Invalid, key, args...) }

func tooLarge(key string, args ...any) *fault.Error { return fault.New(fault.TooLarge, key, args...) }

// grid collects the cells of one sheet under the limits. left counts down over all sheets.
type grid struct {
	name string
	lim  Limits
	left *int
	rows [][]Cell
}

// put stores a cell; row and col count from 0. Empty cells and blanks take no room.
func (g *grid) put(row, col int, c Cell) error {
	if c.Text == "" {
		return nil
	}
	at := fault.Where{Sheet: g.name, Row: row + 1, Col: ColumnName(col)}
	switch {
	case row >= g.lim.Rows:
		return tooLarge(faultRows, g.lim.Rows).At(at)
	case col >= g.lim.Columns:
		return tooLarge(faultColumns, g.lim.Columns).At(at)
	case len(c.Raw) > g.lim.Chars || len(c.Text) > g.lim.Chars:
		return tooLarge(faultLong, g.lim.Chars).At(at)
	}
	for len(g.rows) <= row {
		g.rows = append(g.rows, nil)
	}
	if need := col + 1 - len(g.rows[row]); need > 0 {
		if *g.left -= need; *g.left < 0 {
			return tooLarge(faultCells, g.lim.Cells).At(at)
		}
		if cap(g.rows[row]) == 0 && row > 0 { // rows of a table are alike
			g.rows[row] = make([]Cell, 0, max(col+1, min(len(g.rows[row-1]), 64)))
		}
		for range need {
			g.rows[row] = append(g.rows[row], Cell{})
		}
	}
	g.rows[row][col] = c
	return nil
}

// trim ends every row with its last filled cell and the sheet with its last filled row.
func trim(rows [][]Cell) [][]Cell {
	last := 0
	for i, r := range rows {
		n := len(r)
		for n > 0 && r[n-1] == (Cell{}) {
			n--
		}
		if rows[i] = r[:n:n]; n > 0 {
			last = i + 1
		}
	}
	return rows[:last]
}
