package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// readSheet streams one worksheet.
func (b *workbook) readSheet(name string, f *zip.File) (Sheet, error) {
	t, err := part(f)
	if err != nil {
		return Sheet{}, err
	}
	defer t.close()
	g := &grid{name: name, lim: b.lim, left: &b.left}
	s := Sheet{Name: name}
	row, col := -1, -1
	for {
		tok, err := t.next()
		if err != nil {
			return Sheet{}, b.at(err, name, row)
		}
		if tok == nil {
			break
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "row":
			row, col = row+1, -1
			if n, err := strconv.Atoi(attr(e, "r")); err == nil && n > 0 && n <= 1<<20 {
				row = n - 1
			}
		case "c":
			col++
			if c, r, ok := ref(attr(e, "r")); ok {
				col, row = c, r
			}
			c, err := b.readCell(t, e)
			if err == nil {
				err = g.put(max(row, 0), col, c)
			}
			if err != nil {
				return Sheet{}, b.at(err, name, row)
			}
		case "mergeCell":
			if a, ok := area(attr(e, "ref")); ok && len(s.Merged) < b.lim.Cells {
				s.Merged = append(s.Merged, a)
			}
		}
	}
	s.Rows = g.rows
	if err := s.clearMerged(b.lim.Cells); err != nil {
		return Sheet{}, err
	}
	s.Rows = trim(s.Rows)
	return s, nil
}

// at points a fault to the row where it arose, unless it knows better.
func (b *workbook) at(err error, name string, row int) error {
	var e *fault.Error
	if errors.As(err, &e) && e.Where == (fault.Where{}) {
		return e.At(where(name, row+1))
	}
	return err
}

// readCell reads one <c> up to its end.
func (b *workbook) readCell(t *tokens, start xml.StartElement) (Cell, error) {
	var value strings.Builder
	var inline string
	inValue := false
	for {
		tok, err := t.next()
		if err != nil {
			return Cell{}, err
		}
		switch e := tok.(type) {
		case nil:
			return Cell{}, invalid(faultBroken)
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				inValue = true
			case "is":
				if inline, err = b.richText(t, "is"); err != nil {
					return Cell{}, err
				}
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v":
				inValue = false
			case "c":
				return b.cell(attr(start, "t"), attr(start, "s"), value.String(), inline), nil
			}
		case xml.CharData:
			if inValue {
				value.Write(e)
				if value.Len() > b.lim.Chars {
					return Cell{}, tooLarge(faultLong, b.lim.Chars)
				}
			}
		}
	}
}

// cell makes the cell of a type, a style and a value.
func (b *workbook) cell(kind, styleID, value, inline string) Cell {
	var st style
	if n, err := strconv.Atoi(styleID); err == nil && n >= 0 && n < len(b.styles) {
		st = b.styles[n]
	}
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(b.strings) {
			return Cell{}
		}
		s := b.strings[n]
		if st.font != "" {
			s.shown = shown(s.raw, st.font)
		}
		return Cell{Text: s.shown, Raw: s.raw}
	case "inlineStr":
		return Cell{Text: shown(inline, st.font), Raw: inline}
	case "str", "e":
		value = unescape(value)
		return Cell{Text: shown(value, st.font), Raw: value}
	case "b":
		if value == "1" {
			return Cell{Text: "TRUE", Raw: "TRUE"}
		}
		return Cell{Text: "FALSE", Raw: "FALSE"}
	case "d": // ISO 8601, written by some programs
		return isoCell(value)
	}
	if value == "" {
		return Cell{}
	}
	return st.number(strings.TrimSpace(value), b.epoch)
}

// ref reads a reference like AB12; both counted from 0.
func ref(s string) (col, row int, ok bool) {
	i := 0
	for ; i < len(s) && i < 4 && s[i] >= 'A' && s[i] <= 'Z'; i++ {
		col = col*26 + int(s[i]-'A') + 1
	}
	if i == 0 || i == 4 || i == len(s) || s[i] < '0' || s[i] > '9' {
		return 0, 0, false
	}
	row, err := strconv.Atoi(s[i:])
	return col - 1, row - 1, err == nil && row >= 1 && row <= 1<<20
}

func area(s string) (Area, bool) {
	from, to, found := strings.Cut(s, ":")
	if !found {
		to = from
	}
	c1, r1, ok1 := ref(from)
	c2, r2, ok2 := ref(to)
	if !ok1 || !ok2 || c2 < c1 || r2 < r1 {
		return Area{}, false
	}
	return Area{Row: r1, Col: c1, Rows: r2 - r1 + 1, Cols: c2 - c1 + 1}, true
}

// clearMerged empties what merged areas hide; budget bounds the work on overlapping ones.
func (s *Sheet) clearMerged(budget int) error {
	budget = 4*budget + 1000
	for _, a := range s.Merged {
		for r := a.Row; r < min(a.Row+a.Rows, len(s.Rows)); r++ {
			if budget--; budget < 0 {
				return invalid(faultBroken)
			}
			for c := a.Col; c < min(a.Col+a.Cols, len(s.Rows[r])); c++ {
				if budget--; budget < 0 {
					return invalid(faultBroken)
				}
				if r > a.Row || c > a.Col {
					s.Rows[r][c] = Cell{}
				}
			}
		}
	}
	return nil
}
