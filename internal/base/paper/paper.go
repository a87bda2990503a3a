// Package paper is PDF and Word files of A4 pages: letters and reports as Decree 30/2020 wants
// them, and lists as the screen shows them. It is not a page designer, and papers that a
// person prints from the browser need print styles only. The same calls give the same
// bytes; fonts are Liberation Serif (the widths of Times New Roman, every Vietnamese
// letter), of which each file holds the letters it uses.
package paper

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifbolditalic"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// Options say what a document is.
type Options struct {
	Title     string // in the file's properties
	Author    string
	Made      time.Time // written into the file; bytes depend on it and on the calls alone
	Landscape bool
	Printer   *i18n.Printer // nil: Vietnamese
	Footer    string        // at the foot of every page, left of «Trang 1/3»
	// Official numbers the pages as Decree 30/2020 does: at the top, in the middle, from
	// the second page on, without the word and without a footer.
	Official bool
}

// Doc is a document that is being written, from the top down.
type Doc struct {
	o                        Options
	f                        *fpdf.Fpdf
	p                        *i18n.Printer
	w, h                     float64 // of the page
	left, right, top, bottom float64 // margins
	y                        float64 // where the next thing begins
	font                     face
	err                      error
}

// face is a style and a size of the one family.
type face struct {
	style string // "", "B", "I", "BI"
	size  float64
}

const family = "serif"

// leading is the height of a line by its size.
const leading = 1.18

const mmPerPoint = 25.4 / 72

func (f face) line() float64 { return f.size * mmPerPoint * leading }

// NewDoc begins a document with one empty page.
func NewDoc(o Options) *Doc {
	d := &Doc{o: o, p: o.Printer}
	if d.p == nil {
		d.p = i18n.From(context.Background())
	}
	side := "P"
	d.w, d.h = 210, 297
	if o.Landscape {
		side = "L"
		d.w, d.h = d.h, d.w
	}
	d.left, d.right, d.top, d.bottom = 15, 15, 15, 18
	if o.Official { // Decree 30/2020, appendix I
		d.left, d.right, d.top, d.bottom = 30, 18, 20, 20
	}
	f := fpdf.New(side, "mm", "A4", "")
	d.f = f
	f.SetCatalogSort(true)
	made := o.Made.UTC()
	f.SetCreationDate(made)
	f.SetModificationDate(made)
	f.SetProducer("lienket", true)
	f.SetTitle(clean(o.Title), true)
	f.SetAuthor(clean(o.Author), true)
	f.SetLang(string(d.p.Lang()))
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.SetCellMargin(0)
	f.SetLineWidth(0.2)
	for style, ttf := range map[string][]byte{"": liberationserifregular.TTF, "B": liberationserifbold.TTF, "I": liberationserifitalic.TTF, "BI": liberationserifbolditalic.TTF} {
		f.AddUTF8FontFromBytes(family, style, ttf)
	}
	d.page()
	return d
}

// page begins a page.
func (d *Doc) page() {
	d.f.AddPage()
	d.y = d.top
	d.font = face{}
}

// Bytes finishes the document.
func (d *Doc) Bytes() (data []byte, err error) {
	defer fault.Wrap(&err, "paper.Bytes(%s)", d.o.Title)
	if d.err != nil {
		return nil, d.err
	}
	d.numbers()
	var out bytes.Buffer
	if err := d.f.Output(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Pages is how many pages there are so far.
func (d *Doc) Pages() int { return d.f.PageCount() }

// numbers writes page numbers and footers, once it is known how many pages there are.
func (d *Doc) numbers() {
	all := d.f.PageCount()
	for n := 1; n <= all; n++ {
		d.f.SetPage(n)
		d.font = face{}
		if d.o.Official {
			if n > 1 {
				s := fmt.Sprint(n)
				d.set(face{"", 13})
				d.f.Text((d.w-d.width(s))/2, 14, s)
			}
			continue
		}
		y := d.h - 9
		d.f.SetDrawColor(160, 160, 160)
		d.f.Line(d.left, y-4.5, d.w-d.right, y-4.5)
		d.f.SetDrawColor(0, 0, 0)
		d.set(face{"", 9})
		s := d.p.T("base.paper.page", n, all)
		room := d.w - d.left - d.right - d.width(s) - 6
		d.f.Text(d.w-d.right-d.width(s), y, s)
		if lines := d.wrap(d.o.Footer, room); len(lines) > 0 {
			d.f.Text(d.left, y, lines[0])
		}
	}
}

// set chooses a face. It is told to the library anew on every page, since the page that
// footers are written on may have ended in any face.
func (d *Doc) set(f face) {
	if f == d.font {
		return
	}
	if d.font == (face{}) {
		d.f.SetFont(family, f.style, f.size+1)
	}
	d.f.SetFont(family, f.style, f.size)
	d.font = f
}

func (d *Doc) width(s string) float64 { return d.f.GetStringWidth(s) }

// body is the width between the margins.
func (d *Doc) body() float64 { return d.w - d.left - d.right }

// room begins a new page unless so much is left on this one.
func (d *Doc) room(need float64) {
	if d.y+need > d.h-d.bottom && d.y > d.top {
		d.page()
	}
}

// Space leaves so many millimetres free.
func (d *Doc) Space(mm float64) { d.y += mm }

// NewPage goes on with a new page.
func (d *Doc) NewPage() { d.page() }

// align is where a line stands.
type align int

const (
	toLeft align = iota
	toCenter
	toRight
	justified
)

// block writes wrapped text between x and x+w at d.y and moves down; the first line is
// indented. It goes over to the next page line by line.
func (d *Doc) block(s string, x, w, indent float64, f face, a align) {
	d.set(f)
	h := f.line()
	for _, para := range strings.Split(clean(s), "\n") {
		lines := d.wrapIndented(para, w, indent)
		for i, line := range lines {
			d.room(h)
			d.set(f)
			from, room := x, w
			if i == 0 {
				from, room = x+indent, w-indent
			}
			how := a
			if a == justified && i == len(lines)-1 {
				how = toLeft
			}
			d.line(line, from, d.y+f.size*mmPerPoint, room, how)
			d.y += h
		}
	}
}

// line writes one line whose letters stand on y.
func (d *Doc) line(s string, x, y, w float64, a align) {
	switch a {
	case toCenter:
		x += (w - d.width(s)) / 2
	case toRight:
		x += w - d.width(s)
	case justified:
		words := strings.Fields(s)
		gap := w
		for _, word := range words {
			gap -= d.width(word)
		}
		if len(words) < 2 {
			break
		}
		gap /= float64(len(words) - 1)
		if gap > 3*d.width(" ") { // a very long word follows: no holes
			break
		}
		for _, word := range words {
			d.f.Text(x, y, word+" ") // the space is for readers of the text
			x += d.width(word) + gap
		}
		return
	}
	if s != "" {
		d.f.Text(x, y, s)
	}
}

// Section writes a heading inside a document.
func (d *Doc) Section(s string) {
	f := face{"B", d.size()}
	d.room(3 * f.line()) // not alone at the foot of a page
	d.y += 2
	d.block(s, d.left, d.body(), 0, f, toLeft)
	d.y += 1
}

// Para writes a paragraph, justified, its first line indented by one centimetre.
func (d *Doc) Para(s string) {
	d.block(s, d.left, d.body(), 10, face{"", d.size()}, justified)
	d.y += 2.2
}

// Item writes a paragraph of an enumeration behind its mark: «-», «1.».
func (d *Doc) Item(mark, s string) {
	f := face{"", d.size()}
	d.room(f.line())
	d.set(f)
	indent := max(5, d.width(clean(mark)+"  "))
	d.f.Text(d.left+5, d.y+f.size*mmPerPoint, clean(mark))
	d.block(s, d.left+5+indent, d.body()-5-indent, 0, f, toLeft)
	d.y += 1.2
}

// Small writes a remark in small italics: a source, a definition, a qualifier.
func (d *Doc) Small(s string) {
	d.block(s, d.left, d.body(), 0, face{"I", 10}, toLeft)
	d.y += 1.5
}

// size of running text.
func (d *Doc) size() float64 {
	if d.o.Official {
		return 13
	}
	return 11
}
