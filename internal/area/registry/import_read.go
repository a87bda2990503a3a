package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// listReader reads the sheets of one list.
type listReader struct {
	doc   *ImportDoc
	where *placeReader
	out   ImportRead
	count int
}

// group is what section rows, titles and the name of a sheet say about the rows below.
type group struct {
	district, commune, province string
	kind                        Kind
}

// ReadImport turns the cells of a list into organisations. It knows no register: Judge
// compares them with it. A list without any table, or one that is too long, is a fault that
// says what to do.
func ReadImport(doc *ImportDoc, g ImportGround) (out ImportRead, err error) {
	rd := &listReader{doc: doc, where: newPlaceReader(g)}
	for i := range doc.Sheets {
		s := &doc.Sheets[i]
		t := findList(*s)
		if t == nil || s.Hidden {
			if len(s.Rows) > 0 {
				rd.out.Other = append(rd.out.Other, s.Name)
			}
			continue
		}
		rd.out.Tables++
		if err := rd.table(i, s, t); err != nil {
			return out, err
		}
	}
	if rd.out.Tables == 0 {
		return out, fault.New(fault.Invalid, "registry.fault.import_no_table")
	}
	if rd.count == 0 {
		return out, fault.New(fault.Invalid, "registry.fault.import_no_rows")
	}
	return rd.out, nil
}

// table reads one sheet.
func (rd *listReader) table(n int, s *sheet.Sheet, t *listTable) error {
	var g group
	g.district = rd.where.district(s.Name, true)
	g.kind = kindIn(text.Fold(s.Name))
	headEnd := t.first
	for r := range headEnd {
		for _, c := range s.Rows[r] {
			if d := rd.where.district(c.Text, false); d != "" && g.district == "" {
				g.district = d
			}
		}
		if words := firstText(s.Rows[r]); g.kind == "" && words != "" {
			g.kind = kindIn(text.Fold(words))
		}
	}
	if i, ok := t.cols[colName]; ok {
		if k := kindIn(t.heads[i].bare); k != "" {
			g.kind = k
		}
	}
	top := g // what a new district begins with
	var last *ImportRow
	lastRow := -1
	for r := t.first; r < len(t.rows); r++ {
		row := t.rows[r]
		if filledCells(row) == 0 {
			continue
		}
		at := RowAt{Sheet: n, Row: r + 1}
		x := ImportRow{RowAt: at, Said: joinCells(row), Cell: rd.cellName(s, t, r), Source: sourceOf(t, row)}
		switch x.Skip = t.skip(row); x.Skip {
		case SkipSection:
			was := g
			if x.Hint = rd.section(&g, top, unnumbered(firstText(row))); x.Hint == "" && g == was {
				x.Skip = SkipNote
			}
		case SkipNoName:
			if last != nil && lastRow == r-1 && cellText(row, t.at(colNo)) == "" && rd.join(last, t, row) {
				x.Skip, lastRow = SkipJoined, r
			}
		}
		if x.Skip != "" {
			x.Verdict = VerdictSkip
			if len(rd.out.Rows) < 4*MaxImport {
				rd.out.Rows = append(rd.out.Rows, x)
			}
			last = lastUnless(last, x.Skip)
			continue
		}
		if rd.count++; rd.count > MaxImport {
			return fault.New(fault.TooLarge, "registry.fault.import_too_many", MaxImport)
		}
		rd.row(&x, t, row, g)
		rd.out.Rows = append(rd.out.Rows, x)
		last, lastRow = &rd.out.Rows[len(rd.out.Rows)-1], r
	}
	return nil
}

func lastUnless(last *ImportRow, why SkipWhy) *ImportRow {
	if why == SkipJoined {
		return last
	}
	return nil
}

// section takes up what a title says and tells what that is.
func (rd *listReader) section(g *group, top group, words string) string {
	name, _, _ := strings.Cut(words, "(")
	name = strings.Trim(strings.TrimSpace(name), ":.-– ")
	f := text.Fold(name)
	if d := rd.where.district(name, false); d != "" {
		g.district, g.commune, g.province = d, "", ""
		return d
	}
	if k := kindIn(f); k != "" && !sectionWords(name) {
		g.kind = k
		return ""
	}
	if !sectionWords(name) {
		return ""
	}
	switch {
	case startsWithAny(f, []string{"xa", "phuong", "thi tran", "tt"}):
		g.commune = name
	case startsWithAny(f, []string{"tinh"}):
		g.province, g.district, g.commune = name, "", ""
	case startsWithAny(f, []string{"huyen", "thanh pho", "tp", "thi xa", "quan"}):
		g.district, g.commune = name, ""
	default:
		return ""
	}
	if g.kind == "" {
		g.kind = top.kind
	}
	return name
}

// join adds the telephone of a row without a name to the row above it.
func (rd *listReader) join(last *ImportRow, t *listTable, row []sheet.Cell) bool {
	phones := rd.phones(t, row)
	if len(phones) == 0 {
		return false
	}
	for _, p := range phones {
		last.addPhone(p)
	}
	return true
}

func (r *ImportRow) addPhone(p string) {
	switch {
	case slices.Contains(r.Org.Phones(), p):
	case r.Org.Phone == "":
		r.Org.Phone = p
		r.Asks = slices.DeleteFunc(r.Asks, func(a ImportAsk) bool { return a.Slot == SlotPhone })
	default:
		r.Org.OtherPhones = append(r.Org.OtherPhones, p)
	}
}

func (rd *listReader) phones(t *listTable, row []sheet.Cell) (out []string) {
	cells := []sheet.Cell{t.cell(row, colPhone)}
	for _, i := range t.tels {
		if i < len(row) {
			cells = append(cells, row[i])
		}
	}
	for _, c := range append(cells, t.cell(row, colContact)) {
		for _, p := range ParsePhones(digitsOf(c)) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

func firstText(row []sheet.Cell) string {
	best := ""
	for _, c := range row {
		s := strings.TrimSpace(c.Text)
		if !c.Number && len([]rune(s)) > 4 && strings.Trim(s, "0123456789.,% ") != "" {
			return s
		}
		if best == "" && !isOrdinal(s) {
			best = s
		}
	}
	return best
}

func joinCells(row []sheet.Cell) string {
	var parts []string
	for _, c := range row {
		if s := strings.Join(strings.Fields(text.NFC(c.Text)), " "); s != "" {
			parts = append(parts, s)
		}
	}
	s := strings.Join(parts, " · ")
	if r := []rune(s); len(r) > 400 {
		s = string(r[:400]) + "…"
	}
	return s
}

// cellName is the place of a row's name as a spreadsheet writes it.
func (rd *listReader) cellName(s *sheet.Sheet, t *listTable, r int) string {
	cell := fmt.Sprintf("%s%d", sheet.ColumnName(max(t.at(colName), 0)), r+1)
	if s.Name == "" {
		return cell
	}
	return s.Name + "!" + cell
}

// sourceOf is what a row is known by when the same list comes again: what is written in it,
// whatever its number in the list is.
func sourceOf(t *listTable, row []sheet.Cell) string {
	var b strings.Builder
	for i, c := range row {
		if i == t.at(colNo) {
			continue
		}
		b.WriteString(text.Fold(c.Text))
		b.WriteByte(0)
	}
	sum := sha256.Sum256([]byte(strings.TrimRight(b.String(), "\x00")))
	return hex.EncodeToString(sum[:16])
}
