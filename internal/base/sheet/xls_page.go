package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
)

// Many programs save a web page with a table under the name .xls, some the XML workbook
// of Excel 2003; Excel opens both.

// isPage says whether data begins as markup.
func isPage(data []byte) bool {
	head := strings.ToLower(pageHead(data))
	for _, start := range []string{"<html", "<table", "<!doctype", "<?xml", "<meta", "<head", "<!--", "<style", "<body", "<div", "<center", "<workbook", "<ss:workbook", "mime-version:"} {
		if strings.HasPrefix(head, start) {
			return true
		}
	}
	return false
}

// pageHead is the beginning of data as far as it is ASCII in UTF-8 or UTF-16.
func pageHead(data []byte) string {
	head := bytes.Trim(data[:min(len(data), 4<<10)], "\xEF\xBB\xBF\xFE\xFF \t\r\n\x00")
	return string(bytes.ReplaceAll(head, []byte{0}, nil))
}

func readPage(data []byte, lim Limits) ([]Sheet, error) {
	head := strings.ToLower(pageHead(data))
	if strings.HasPrefix(head, "mime-version:") { // a page with its pictures in one file
		return nil, invalid(faultOldExcel)
	}
	s, err := pageText(data)
	if err != nil {
		return nil, err
	}
	if strings.Contains(head, "urn:schemas-microsoft-com:office:spreadsheet") && strings.Contains(head, "workbook") && !strings.Contains(head, "<html") {
		return readXML2003(s, lim)
	}
	p := &page{lim: lim, left: lim.Cells, spans: map[int]int{}}
	p.g = &grid{lim: lim, left: &p.left}
	return p.read(s)
}

// pageText decodes a page: byte order mark, UTF-8, else what its head says.
func pageText(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), len(data) > 1 && data[0] == '<' && data[1] == 0:
		return fromUTF16(bytes.TrimPrefix(data, []byte("\xFF\xFE")), unicode.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return fromUTF16(data[2:], unicode.BigEndian)
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\uFEFF"), nil
	}
	e, _, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], "")
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", invalid(faultNotASheet).Because(err)
	}
	return string(out), nil
}

// page is a web page that is being read: all tables one below the other, as Excel opens
// it; a text outside of tables is a row of one cell.
type page struct {
	lim   Limits
	left  int
	g     *grid
	s     Sheet
	row   int // next row
	col   int
	depth int // of tables inside one another; only the outermost makes cells
	seen  bool
	spans map[int]int // rows that a cell above still covers, by column
	steps int         // work on spans
	cell  *pageCell
	loose strings.Builder // text outside of tables
	mute  string          // inside script, style, title
}

type pageCell struct {
	text       strings.Builder
	stored     string // x:num: the number as Excel stored it
	cols, rows int
	row, col   int
}

func (p *page) read(src string) ([]Sheet, error) {
	z := html.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(tokenBytes)
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if errors.Is(z.Err(), io.EOF) {
				break
			}
			return nil, tooLarge(faultLong, tokenBytes)
		}
		if err := p.token(kind, z.Token()); err != nil {
			return nil, err
		}
	}
	if err := p.endCell(); err != nil {
		return nil, err
	}
	if !p.seen {
		return nil, invalid(faultNotASheet) // a page without any table
	}
	if err := p.endLoose(); err != nil {
		return nil, err
	}
	p.s.Rows = p.g.rows
	if err := p.s.clearMerged(p.lim.Cells); err != nil {
		return nil, err
	}
	p.s.Rows = trim(p.s.Rows)
	return []Sheet{p.s}, nil
}

func (p *page) token(kind html.TokenType, t html.Token) error {
	name := t.Data
	switch kind {
	case html.TextToken:
		if p.mute == "" {
			return p.addText(t.Data)
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		switch name {
		case "script", "style", "title":
			if kind == html.StartTagToken {
				p.mute = name
			}
		case "table":
			p.seen = true
			if p.depth++; p.depth == 1 {
				clear(p.spans)
				return p.endLoose()
			}
		case "br":
			return p.addBreak()
		case "p", "div", "h1", "h2", "h3", "li":
			if p.depth == 0 {
				return p.endLoose()
			}
			return p.addBreak()
		case "tr":
			if p.depth == 1 {
				return p.endRow()
			}
		case "td", "th":
			if p.depth == 1 {
				return p.beginCell(t)
			}
		}
	case html.EndTagToken:
		switch name {
		case p.mute:
			p.mute = ""
		case "td", "th":
			if p.depth == 1 {
				return p.endCell()
			}
		case "tr":
			if p.depth == 1 {
				return p.endRow()
			}
		case "table":
			if p.depth == 1 {
				if err := p.endRow(); err != nil {
					return err
				}
			}
			p.depth = max(0, p.depth-1)
		case "p", "div", "h1", "h2", "h3", "li":
			if p.depth == 0 {
				return p.endLoose()
			}
		}
	}
	return nil
}

// addText adds text as a browser would: runs of white space are one space.
func (p *page) addText(s string) error {
	into := &p.loose
	if p.cell != nil {
		into = &p.cell.text
	} else if p.depth > 0 {
		return nil // between the cells
	}
	if into.Len()+len(s) > 4*p.lim.Chars {
		return tooLarge(faultLong, p.lim.Chars)
	}
	into.WriteString(s)
	return nil
}

// pageBreak stands for a line's end until white space has been joined.
const pageBreak = "\x1F"

func (p *page) addBreak() error {
	if p.cell == nil {
		return p.endLoose()
	}
	return p.addText(pageBreak)
}

func joined(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, pageBreak) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func (p *page) endLoose() error {
	s := joined(p.loose.String())
	p.loose.Reset()
	if s == "" {
		return nil
	}
	err := p.g.put(p.row, 0, Cell{Text: shown(s, ""), Raw: s})
	p.row++
	return err
}

func (p *page) endRow() error {
	if err := p.endCell(); err != nil {
		return err
	}
	if p.col == 0 && len(p.spans) == 0 {
		return nil
	}
	for c, n := range p.spans {
		if p.steps++; p.steps > 8*p.lim.Cells {
			return invalid(faultBroken)
		}
		if n--; n > 0 {
			p.spans[c] = n
		} else {
			delete(p.spans, c)
		}
	}
	p.row, p.col = p.row+1, 0
	return nil
}

func (p *page) beginCell(t html.Token) error {
	if err := p.endCell(); err != nil {
		return err
	}
	for p.spans[p.col] > 0 {
		p.col++
	}
	c := &pageCell{cols: 1, rows: 1, row: p.row, col: p.col}
	for _, a := range t.Attr {
		n, err := strconv.Atoi(strings.TrimSpace(a.Val))
		ok := err == nil && n > 0
		switch {
		case a.Key == "colspan" && ok:
			c.cols = min(n, p.lim.Columns)
		case a.Key == "rowspan" && ok:
			c.rows = min(n, p.lim.Rows)
		case a.Key == "x:num" && a.Val != "":
			c.stored = a.Val
		}
	}
	p.cell = c
	return nil
}

func (p *page) endCell() error {
	c := p.cell
	if c == nil {
		return nil
	}
	p.cell = nil
	s := joined(c.text.String())
	out := Cell{Text: shown(s, ""), Raw: s}
	if _, err := strconv.ParseFloat(c.stored, 64); err == nil && s != "" {
		out.Raw, out.Number = c.stored, true
	}
	if err := p.g.put(c.row, c.col, out); err != nil {
		return err
	}
	c.cols = min(c.cols, max(p.lim.Columns-c.col, 1))
	if (c.cols > 1 || c.rows > 1) && len(p.s.Merged) < p.lim.Cells {
		p.s.Merged = append(p.s.Merged, Area{Row: c.row, Col: c.col, Rows: c.rows, Cols: c.cols})
	}
	for i := range c.cols {
		if p.steps++; p.steps > 8*p.lim.Cells {
			return invalid(faultBroken)
		}
		if c.rows > 1 && c.col+i < p.lim.Columns {
			p.spans[c.col+i] = c.rows
		}
	}
	p.col = c.col + c.cols
	return nil
}

// readXML2003 reads the XML workbook of Excel 2003.
func readXML2003(src string, lim Limits) ([]Sheet, error) {
	b := &workbook{lim: lim, left: lim.Cells}
	t := &tokens{file: io.NopCloser(strings.NewReader(src)), left: tokenBytes}
	t.d = xml.NewDecoder(t)
	t.d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // decoded before
	x := &xml2003{b: b, t: t, formats: map[string]format{}, fonts: map[string]string{}}
	return x.read()
}
