package sheet

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// xml2003 reads the XML workbook («XML Spreadsheet 2003») token by token.
type xml2003 struct {
	b       *workbook
	t       *tokens
	style   string // whose definition is being read
	formats map[string]format
	fonts   map[string]string // of the styles whose font is not Unicode
	sheets  []Sheet
	g       *grid
	row     int
	col     int
	id      string // style of the cell at hand
}

// named2003 are the formats that go by a name.
var named2003 = map[string]format{
	"General Date": {kind: date, timed: true}, "Long Date": {kind: date}, "Medium Date": {kind: date}, "Short Date": {kind: date},
	"Long Time": {kind: clock}, "Medium Time": {kind: clock}, "Short Time": {kind: clock}, "Percent": {kind: percent, decimals: 2},
	"Fixed": {kind: number, zeros: 1, decimals: 2}, "Standard": {kind: number, group: true, decimals: 2}, "Currency": {kind: number, group: true, decimals: 2},
}

func (x *xml2003) read() ([]Sheet, error) {
	for {
		tok, err := x.t.next()
		if err != nil {
			return nil, x.at(err)
		}
		switch e := tok.(type) {
		case nil:
			if err := x.end(); err != nil {
				return nil, err
			}
			return x.sheets, nil
		case xml.StartElement:
			if err := x.begin(e); err != nil {
				return nil, x.at(err)
			}
		}
	}
}

func (x *xml2003) at(err error) error {
	if n := len(x.sheets); n > 0 {
		return x.b.at(err, x.sheets[n-1].Name, x.row)
	}
	return err
}

// ss is an attribute whatever its prefix.
func ss(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// index is an attribute that counts from 1, as from 0; or else when there is none.
func index(e xml.StartElement, name string, or int) int {
	if n, err := strconv.Atoi(ss(e, name)); err == nil && n > 0 && n <= 1<<20 {
		return n - 1
	}
	return or
}

func (x *xml2003) begin(e xml.StartElement) error {
	switch e.Name.Local {
	case "Style":
		x.style = ss(e, "ID")
		if parent := ss(e, "Parent"); parent != "" {
			x.formats[x.style], x.fonts[x.style] = x.formats[parent], x.fonts[parent]
		}
	case "NumberFormat":
		code := ss(e, "Format")
		f, named := named2003[code]
		if !named {
			f = parseFormat(code)
		}
		x.formats[x.style] = f
	case "Font":
		if name := ss(e, "FontName"); text.IsLegacyFont(name) && len(x.sheets) == 0 {
			x.fonts[x.style] = name
		}
	case "Worksheet":
		if err := x.end(); err != nil {
			return err
		}
		if len(x.sheets) >= x.b.lim.Sheets {
			return tooLarge(faultSheets, x.b.lim.Sheets)
		}
		s := Sheet{Name: ss(e, "Name")}
		x.sheets = append(x.sheets, s)
		x.g, x.row, x.col = &grid{name: s.Name, lim: x.b.lim, left: &x.b.left}, -1, -1
	case "Visible":
		return x.visible()
	case "Row":
		x.row, x.col = index(e, "Index", x.row+1), -1
	case "Cell":
		x.cell(e)
	case "Comment":
		_, err := x.textUntil("Comment")
		return err
	case "Data":
		return x.data(ss(e, "Type"))
	}
	return nil
}

func (x *xml2003) cell(e xml.StartElement) {
	x.col, x.id = index(e, "Index", x.col+1), ss(e, "StyleID")
	across, _ := strconv.Atoi(ss(e, "MergeAcross"))
	down, _ := strconv.Atoi(ss(e, "MergeDown"))
	across, down = min(max(across, 0), 1<<14), min(max(down, 0), 1<<20)
	if n := len(x.sheets); across+down > 0 && n > 0 && len(x.sheets[n-1].Merged) < x.b.lim.Cells {
		x.sheets[n-1].Merged = append(x.sheets[n-1].Merged, Area{Row: max(x.row, 0), Col: x.col, Rows: down + 1, Cols: across + 1})
	}
	x.col += across
}

// data reads the value of a cell; parts of it may have fonts of their own.
func (x *xml2003) data(kind string) error {
	value, err := x.textUntil("Data")
	if err != nil || x.g == nil || x.col < 0 {
		return err
	}
	col := x.col
	if m := x.sheets[len(x.sheets)-1].Merged; len(m) > 0 {
		if last := m[len(m)-1]; last.Row == max(x.row, 0) && last.Col+last.Cols-1 == col {
			col = last.Col
		}
	}
	st := style{format: x.formats[x.id], font: x.fonts[x.id]}
	var c Cell
	switch kind {
	case "Number":
		c = st.number(strings.TrimSpace(value), 0)
	case "DateTime":
		c = isoCell(strings.TrimSpace(value))
	case "Boolean":
		c = truth(byte(len(strings.Trim(value, " 0"))), false)
	default:
		c = Cell{Text: shown(value, st.font), Raw: value}
	}
	return x.g.put(max(x.row, 0), col, c)
}

func (x *xml2003) textUntil(name string) (string, error) {
	var out strings.Builder
	for {
		tok, err := x.t.next()
		if err != nil {
			return "", err
		}
		switch e := tok.(type) {
		case nil:
			return "", invalid(faultBroken)
		case xml.EndElement:
			if e.Name.Local == name {
				return out.String(), nil
			}
		case xml.CharData:
			out.Write(e)
			if out.Len() > x.b.lim.Chars {
				return "", tooLarge(faultLong, x.b.lim.Chars)
			}
		}
	}
}

func (x *xml2003) visible() error {
	v, err := x.textUntil("Visible")
	if n := len(x.sheets); n > 0 {
		x.sheets[n-1].Hidden = strings.HasPrefix(strings.TrimSpace(v), "SheetHidden") || strings.TrimSpace(v) == "SheetVeryHidden"
	}
	return err
}

// end finishes the sheet at hand.
func (x *xml2003) end() error {
	if x.g == nil {
		return nil
	}
	s := &x.sheets[len(x.sheets)-1]
	s.Rows = x.g.rows
	x.g = nil
	if err := s.clearMerged(x.b.lim.Cells); err != nil {
		return err
	}
	s.Rows = trim(s.Rows)
	return nil
}
