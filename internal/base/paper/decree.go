package paper

import (
	"fmt"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
)

// Heading is the head of an official paper by Decree 30/2020.
type Heading struct {
	Above  string // the body above the issuing one; may be empty
	Org    string // who issues
	Number string // «12/BC-LMHTX», behind «Số:»; empty leaves room to write it
	About  string // of a letter: «V/v …» below the number
	Place  string
	Day    calendar.Day // 0 leaves the day open
}

// day is the place and the day as the decree writes them.
func (h Heading) day(p *i18n.Printer) string {
	if h.Day == 0 {
		return p.T("base.paper.day_open", h.Place)
	}
	y, m, dd := h.Day.Date()
	month := fmt.Sprint(int(m))
	if m < 3 { // the decree: a zero before days below ten and months one and two
		month = "0" + month
	}
	return p.T("base.paper.day", h.Place, fmt.Sprintf("%02d", dd), month, fmt.Sprint(y))
}

// NationalHeading writes the national name and motto, the issuing body, number, place and
// day, in two columns.
func (d *Doc) NationalHeading(h Heading) {
	const split = 0.43
	w := d.body()
	left, right := w*split-4, w*(1-split)-2
	lx, rx := d.left, d.left+w-right
	top := d.y
	column := func(x, w float64, s string, f face) {
		d.block(s, x, w, 0, f, toCenter)
	}
	rule := func(x, w, length float64) {
		d.f.Line(x+(w-length)/2, d.y+0.6, x+(w+length)/2, d.y+0.6)
		d.y += 2
	}
	if h.Above != "" {
		column(lx, left, strings.ToUpper(h.Above), face{"", 12})
	}
	column(lx, left, strings.ToUpper(h.Org), face{"B", 12})
	rule(lx, left, left*0.4)
	leftEnd := d.y

	d.y = top
	column(rx, right, d.p.T("base.paper.nation"), face{"B", 12})
	motto := d.p.T("base.paper.motto")
	column(rx, right, motto, face{"B", 13})
	rule(rx, right, d.width(motto))
	below := max(d.y, leftEnd) // number and day stand side by side
	d.y = below
	number := h.Number
	if number == "" {
		number = "        "
	}
	column(lx, left, d.p.T("base.paper.number", number), face{"", 13})
	if h.About != "" {
		column(lx, left, h.About, face{"", 12})
	}
	leftEnd = d.y
	d.y = below
	column(rx, right, h.day(d.p), face{"I", 13})
	d.y = max(d.y, leftEnd) + 5
}

// Title writes the kind of paper and what it is about, with the line below that the
// decree asks for.
func (d *Doc) Title(kind, about string) {
	d.room(25)
	d.y += 2
	d.block(strings.ToUpper(kind), d.left, d.body(), 0, face{"B", 14}, toCenter)
	if about != "" {
		d.block(about, d.left+10, d.body()-20, 0, face{"B", 13}, toCenter)
	}
	length := d.body() * 0.25
	d.f.Line(d.left+(d.body()-length)/2, d.y+1, d.left+(d.body()+length)/2, d.y+1)
	d.y += 5
}

// Signature is one who signs.
type Signature struct {
	Post string // «CHỦ TỊCH»; several lines for «KT. CHỦ TỊCH»
	Note string // in brackets below, such as «Ký, ghi rõ họ tên»
	Name string
}

// Sign writes who receives the paper (left, unless there is none) and who signs it, side
// by side, all on one page.
func (d *Doc) Sign(recipients []string, by ...Signature) {
	const gap = 25 // for the signature and the seal
	post, small := face{"B", 13}, face{"", 11}
	columns := len(by)
	if len(recipients) > 0 {
		columns++
	}
	if columns == 0 {
		return
	}
	w := d.body() / float64(max(columns, 2))
	x := d.left + d.body() - w*float64(columns)
	d.set(small)
	need := 0.0
	for _, s := range by {
		d.set(post)
		lines := len(d.wrap(s.Post, w-4)) + len(d.wrap(s.Name, w-4)) + 1
		need = max(need, float64(lines)*post.line()+gap)
	}
	d.set(small)
	lines := 1
	for _, r := range recipients {
		lines += len(d.wrap("- "+r, w-6))
	}
	d.room(max(need, float64(lines+1)*small.line()))
	d.y += 4
	top, end := d.y, d.y
	if len(recipients) > 0 {
		d.block(d.p.T("base.paper.recipients"), x, w, 0, face{"BI", 12}, toLeft)
		for i, r := range recipients {
			stop := ";"
			if i == len(recipients)-1 {
				stop = "."
			}
			d.block("- "+strings.TrimRight(r, ".; ")+stop, x, w-6, 0, small, toLeft)
		}
		end = max(end, d.y)
		x += w
	}
	for _, s := range by {
		d.y = top
		d.block(s.Post, x+2, w-4, 0, post, toCenter)
		if s.Note != "" {
			d.block("("+s.Note+")", x+2, w-4, 0, face{"I", 11}, toCenter)
		}
		d.y += gap
		d.block(s.Name, x+2, w-4, 0, post, toCenter)
		end = max(end, d.y)
		x += w
	}
	d.y = end + 2
}
