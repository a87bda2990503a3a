package paper

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// Docx is the same document as Doc, as a Word file that people go on writing in: paragraphs,
// plain tables, a heading and signatures by Decree 30/2020. It holds WordprocessingML
// (ECMA-376) and nothing else: no fonts, no pictures, no macros. The same calls give the
// same bytes.
type Docx struct {
	o    Options
	p    *i18n.Printer
	body strings.Builder
}

// NewDocx begins a document.
func NewDocx(o Options) *Docx {
	d := &Docx{o: o, p: o.Printer}
	if d.p == nil {
		d.p = i18n.From(context.Background())
	}
	return d
}

// wordPara is how a paragraph stands. The order of its parts below is that of the schema.
type wordPara struct {
	keep           bool // with the next paragraph
	line           bool // a rule below
	before, after  int  // twentieths of a point
	left, right    int  // indents, twips
	first          int  // indent of the first line
	jc             string
	bold, italic   bool
	size           int // half points; 0 is that of the document
	underlinedText bool
}

const twipsPerMM = 1440 / 25.4

func twips(mm float64) int { return int(mm*twipsPerMM + 0.5) }

// margins are those of Doc, in millimetres: left, right, top, bottom.
func (d *Docx) margins() (left, right, top, bottom float64) {
	if d.o.Official {
		return 30, 18, 20, 20
	}
	return 15, 15, 15, 18
}

func (d *Docx) page() (w, h float64) {
	if d.o.Landscape {
		return 297, 210
	}
	return 210, 297
}

// width is that between the margins, in twips.
func (d *Docx) width() int {
	left, right, _, _ := d.margins()
	w, _ := d.page()
	return twips(w - left - right)
}

// size of running text in half points.
func (d *Docx) size() int {
	if d.o.Official {
		return 26
	}
	return 22
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(clean(s)))
	return b.String()
}

// wordText is a paragraph; line ends inside s are line breaks.
func wordText(s string, f wordPara) string {
	var b strings.Builder
	b.WriteString("<w:p><w:pPr>")
	if f.keep {
		b.WriteString("<w:keepNext/>")
	}
	if f.line {
		b.WriteString(`<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>`)
	}
	fmt.Fprintf(&b, `<w:spacing w:before="%d" w:after="%d"/>`, f.before, f.after)
	if f.left != 0 || f.right != 0 || f.first != 0 {
		fmt.Fprintf(&b, `<w:ind w:left="%d" w:right="%d"`, f.left, f.right)
		if f.first > 0 {
			fmt.Fprintf(&b, ` w:firstLine="%d"`, f.first)
		} else if f.first < 0 {
			fmt.Fprintf(&b, ` w:hanging="%d"`, -f.first)
		}
		b.WriteString("/>")
	}
	if f.jc != "" {
		fmt.Fprintf(&b, `<w:jc w:val="%s"/>`, f.jc)
	}
	b.WriteString("</w:pPr>")
	for i, line := range strings.Split(s, "\n") {
		b.WriteString("<w:r><w:rPr>")
		if f.bold {
			b.WriteString("<w:b/>")
		}
		if f.italic {
			b.WriteString("<w:i/>")
		}
		if f.size > 0 {
			fmt.Fprintf(&b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, f.size, f.size)
		}
		if f.underlinedText {
			b.WriteString(`<w:u w:val="single"/>`)
		}
		b.WriteString("</w:rPr>")
		if i > 0 {
			b.WriteString("<w:br/>")
		}
		for k, part := range strings.Split(line, "\t") {
			if k > 0 {
				b.WriteString("<w:tab/>")
			}
			b.WriteString(`<w:t xml:space="preserve">` + escaped(part) + "</w:t>")
		}
		b.WriteString("</w:r>")
	}
	b.WriteString("</w:p>")
	return b.String()
}

func (d *Docx) text(s string, f wordPara) { d.body.WriteString(wordText(s, f)) }

// grid opens a table of columns so wide; edges draws its lines.
func wordGrid(widths []int, edges bool) string {
	total := 0
	for _, w := range widths {
		total += w
	}
	val := "nil"
	if edges {
		val = "single"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblBorders>`, total)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&b, `<w:%s w:val="%s" w:sz="4" w:space="0" w:color="000000"/>`, side, val)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString("</w:tblGrid>")
	return b.String()
}

func wordCell(width int, content string) string {
	return fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, width, content)
}

// NationalHeading writes what Doc.NationalHeading writes, as a table without lines.
func (d *Docx) NationalHeading(h Heading) {
	left := d.width() * 43 / 100
	right := d.width() - left
	var l, r strings.Builder
	centre := wordPara{jc: "center", size: 24}
	if h.Above != "" {
		l.WriteString(wordText(strings.ToUpper(h.Above), centre))
	}
	centre.bold = true
	l.WriteString(wordText(strings.ToUpper(h.Org), centre))
	l.WriteString(wordText("", wordPara{line: true, left: left * 3 / 10, right: left * 3 / 10, size: 4, after: 60}))
	number := h.Number
	if number == "" {
		number = "        "
	}
	l.WriteString(wordText(d.p.T("base.paper.number", number), wordPara{jc: "center", size: 26}))
	if h.About != "" {
		l.WriteString(wordText(h.About, wordPara{jc: "center", size: 24}))
	}
	r.WriteString(wordText(d.p.T("base.paper.nation"), centre))
	r.WriteString(wordText(d.p.T("base.paper.motto"), wordPara{jc: "center", bold: true, size: 26, underlinedText: true, after: 120}))
	r.WriteString(wordText(h.day(d.p), wordPara{jc: "center", italic: true, size: 26}))
	d.body.WriteString(wordGrid([]int{left, right}, false) + "<w:tr>" + wordCell(left, l.String()) + wordCell(right, r.String()) + "</w:tr></w:tbl>")
	d.text("", wordPara{size: 12})
}

// Title writes the kind of paper and what it is about.
func (d *Docx) Title(kind, about string) {
	d.text(strings.ToUpper(kind), wordPara{keep: true, jc: "center", bold: true, size: 28, before: 120})
	if about != "" {
		d.text(about, wordPara{keep: true, jc: "center", bold: true, size: 26})
	}
	side := d.width() * 375 / 1000
	d.text("", wordPara{line: true, left: side, right: side, size: 4, after: 200})
}

// Section writes a heading inside a document.
func (d *Docx) Section(s string) {
	d.text(s, wordPara{keep: true, bold: true, before: 120, after: 60})
}

// Para writes a paragraph.
func (d *Docx) Para(s string) { d.text(s, wordPara{first: twips(10), jc: "both", after: 120}) }

// Item writes a paragraph of an enumeration behind its mark.
func (d *Docx) Item(mark, s string) {
	d.text(mark+"\t"+s, wordPara{left: twips(12), first: -twips(7), after: 60})
}

// Small writes a remark in small italics.
func (d *Docx) Small(s string) { d.text(s, wordPara{italic: true, size: 20, before: 60, after: 80}) }

// Table writes a table over the whole width; its heading comes again on every page.
func (d *Docx) Table(cols []Column, rows [][]string, totals ...[]string) {
	if len(cols) == 0 {
		return
	}
	widths := d.shares(cols, rows)
	size := d.size() - 2
	if len(cols) > 5 {
		size = 20
	}
	d.body.WriteString(wordGrid(widths, true))
	row := func(cells []string, head, bold bool) {
		d.body.WriteString("<w:tr><w:trPr><w:cantSplit/>")
		if head {
			d.body.WriteString("<w:tblHeader/>")
		}
		d.body.WriteString("</w:trPr>")
		for i, c := range cols {
			s := ""
			if i < len(cells) {
				s = cells[i]
			}
			f := wordPara{size: size, bold: bold, before: 20, after: 20}
			if head {
				f.jc = "center"
			} else if c.Right {
				f.jc = "right"
			}
			d.body.WriteString(wordCell(widths[i], wordText(s, f)))
		}
		d.body.WriteString("</w:tr>")
	}
	heads := make([]string, len(cols))
	for i, c := range cols {
		heads[i] = c.Head
	}
	row(heads, true, true)
	for _, r := range rows {
		row(r, false, false)
	}
	for _, r := range totals {
		row(r, false, true)
	}
	d.body.WriteString("</w:tbl>")
	d.text("", wordPara{size: 12})
}

// shares divides the width by what stands in the columns.
func (d *Docx) shares(cols []Column, rows [][]string) []int {
	want := make([]int, len(cols))
	sum := 0
	for i, c := range cols {
		n := 0
		for _, w := range strings.Fields(c.Head) {
			n = max(n, utf8.RuneCountInString(w))
		}
		for _, r := range rows {
			if i < len(r) {
				n = max(n, min(utf8.RuneCountInString(r[i]), 40))
			}
		}
		want[i] = n + 3
		sum += want[i]
	}
	out := make([]int, len(cols))
	rest := d.width()
	for i := range out {
		out[i] = d.width() * want[i] / sum
		rest -= out[i]
	}
	out[0] += rest
	return out
}

// Sign writes who receives the paper and who signs it, side by side.
func (d *Docx) Sign(recipients []string, by ...Signature) {
	columns := len(by)
	if len(recipients) > 0 {
		columns++
	}
	if columns == 0 {
		return
	}
	w := d.width() / max(columns, 2)
	widths := make([]int, max(columns, 2))
	for i := range widths {
		widths[i] = w
	}
	var cells []string
	if len(recipients) > 0 {
		s := wordText(d.p.T("base.paper.recipients"), wordPara{bold: true, italic: true, size: 24})
		for i, r := range recipients {
			stop := ";"
			if i == len(recipients)-1 {
				stop = "."
			}
			s += wordText("- "+strings.TrimRight(r, ".; ")+stop, wordPara{size: 22})
		}
		cells = append(cells, s)
	} else if columns == 1 {
		cells = append(cells, wordText("", wordPara{}))
	}
	for _, g := range by {
		s := wordText(g.Post, wordPara{jc: "center", bold: true})
		if g.Note != "" {
			s += wordText("("+g.Note+")", wordPara{jc: "center", italic: true, size: 22})
		}
		s += wordText("", wordPara{after: 1200})
		s += wordText(g.Name, wordPara{jc: "center", bold: true})
		cells = append(cells, s)
	}
	for len(cells) < len(widths) {
		cells = append(cells, wordText("", wordPara{}))
	}
	d.body.WriteString(wordGrid(widths, false) + "<w:tr><w:trPr><w:cantSplit/></w:trPr>")
	for i, c := range cells {
		d.body.WriteString(wordCell(widths[i], c))
	}
	d.body.WriteString("</w:tr></w:tbl>")
}

const (
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	wordTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	wordRels  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	wordOwn   = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/></Relationships>`
)

// Bytes finishes the document.
func (d *Docx) Bytes() (data []byte, err error) {
	defer fault.Wrap(&err, "paper.Docx(%s)", d.o.Title)
	left, right, top, bottom := d.margins()
	w, h := d.page()
	turn := ""
	if d.o.Landscape {
		turn = ` w:orient="landscape"`
	}
	made := d.o.Made.UTC().Format(time.RFC3339)
	lang := map[i18n.Lang]string{i18n.VI: "vi-VN", i18n.EN: "en-GB"}[d.p.Lang()]
	parts := []struct{ name, xml string }{
		{"[Content_Types].xml", wordTypes},
		{"_rels/.rels", wordRels},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + escaped(d.o.Title) + `</dc:title><dc:creator>` + escaped(d.o.Author) + `</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">` + made + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + made + `</dcterms:modified></cp:coreProperties>`},
		{"word/document.xml", `<w:document ` + wordSpace + `><w:body>` + d.body.String() +
			// a document ends in a paragraph, also behind a table
			wordText("", wordPara{size: 4}) +
			fmt.Sprintf(`<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%d" w:h="%d"%s/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>`,
				twips(w), twips(h), turn, twips(top), twips(right), twips(bottom), twips(left))},
		{"word/styles.xml", fmt.Sprintf(`<w:styles %s><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="%d"/><w:szCs w:val="%d"/><w:lang w:val="%s"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`, wordSpace, d.size(), d.size(), lang)},
		{"word/header1.xml", `<w:hdr ` + wordSpace + `><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>`},
		{"word/_rels/document.xml.rels", wordOwn},
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: d.o.Made.UTC().Truncate(2 * time.Second)})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + p.xml)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
