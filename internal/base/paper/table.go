package paper

import (
	"slices"
	"strings"
)

// Column is a column of a table.
type Column struct {
	Head  string
	Right bool    // numbers
	Width float64 // share of the width; 0 in every column: by what stands in them
}

// Table writes a table over the whole width; its heading comes again on every page. Rows
// stay on one page unless they are longer than one. Totals are rows in bold at the end.
func (d *Doc) Table(cols []Column, rows [][]string, totals ...[]string) {
	size := d.size() - 1
	if len(cols) > 7 {
		size = 9
	}
	if len(cols) > 12 {
		size = 8
	}
	d.table(cols, rows, totals, size)
}

const (
	cellPad  = 1.2 // mm beside a text
	cellRise = 0.8 // above and below
)

type tableDrawing struct {
	d      *Doc
	cols   []Column
	widths []float64
	plain  face
	bold   face
	head   [][]string // wrapped
	headH  float64
}

func (d *Doc) table(cols []Column, rows, totals [][]string, size float64) {
	if len(cols) == 0 {
		return
	}
	for {
		if d.fits(cols, rows, size) || size <= 6.5 {
			break
		}
		size -= 0.5
	}
	t := &tableDrawing{d: d, cols: cols, plain: face{"", size}, bold: face{"B", size}}
	t.widths = d.widths(cols, rows, totals, size)
	heads := make([]string, len(cols))
	for i, c := range cols {
		heads[i] = c.Head
	}
	t.head = t.wrapped(heads, t.bold)
	t.headH = t.height(t.head)
	if d.y > d.top {
		d.y += 1
	}
	d.room(t.headH + 2*t.plain.line() + 4*cellRise)
	t.heading()
	for _, r := range rows {
		t.row(t.wrapped(r, t.plain), t.plain)
	}
	for _, r := range totals {
		t.row(t.wrapped(r, t.bold), t.bold)
	}
	d.y += 2.5
}

// sampled are the rows by which widths are chosen: enough for any table.
const sampled = 400

// fits says whether every word can stand in its column unbroken.
func (d *Doc) fits(cols []Column, rows [][]string, size float64) bool {
	least, _ := d.natural(cols, rows, nil, size)
	sum := 0.0
	for _, w := range least {
		sum += w
	}
	return sum <= d.body()
}

// natural measures each column: its longest word, and its longest line up to a bound.
func (d *Doc) natural(cols []Column, rows, totals [][]string, size float64) (least, wish []float64) {
	const wide = 70
	least, wish = make([]float64, len(cols)), make([]float64, len(cols))
	look := func(i int, s string) {
		for word := range strings.FieldsFuncSeq(clean(s), breakable) {
			least[i] = max(least[i], min(d.width(word)+2*cellPad, 35))
		}
		for line := range strings.SplitSeq(clean(s), "\n") {
			wish[i] = max(wish[i], min(d.width(line)+2*cellPad, wide))
		}
	}
	d.set(face{"B", size})
	for i, c := range cols {
		look(i, c.Head)
		wish[i] = min(wish[i], least[i]*2)
	}
	for _, r := range totals {
		for i := range min(len(r), len(cols)) {
			look(i, r[i])
		}
	}
	d.set(face{"", size})
	step := max(1, len(rows)/sampled)
	for n := 0; n < len(rows); n += step {
		for i := range min(len(rows[n]), len(cols)) {
			look(i, rows[n][i])
		}
	}
	for i := range wish {
		least[i] = max(least[i], 2*cellPad+2)
		wish[i] = max(wish[i], least[i])
	}
	return least, wish
}

func (d *Doc) widths(cols []Column, rows, totals [][]string, size float64) []float64 {
	out := make([]float64, len(cols))
	sum := 0.0
	for i, c := range cols {
		out[i] = c.Width
		sum += c.Width
	}
	if sum > 0 && !slices.Contains(out, 0) {
		for i := range out {
			out[i] *= d.body() / sum
		}
		return out
	}
	least, wish := d.natural(cols, rows, totals, size)
	var leastSum, wishSum float64
	for i := range cols {
		leastSum += least[i]
		wishSum += wish[i]
	}
	switch {
	case wishSum <= d.body():
		for i := range out {
			out[i] = wish[i] * d.body() / wishSum
		}
	case leastSum >= d.body():
		for i := range out {
			out[i] = least[i] * d.body() / leastSum
		}
	default:
		for i := range out {
			out[i] = least[i] + (wish[i]-least[i])*(d.body()-leastSum)/(wishSum-leastSum)
		}
	}
	return out
}

// wrapped wraps the cells of a row.
func (t *tableDrawing) wrapped(cells []string, f face) [][]string {
	t.d.set(f)
	out := make([][]string, len(t.cols))
	for i := range min(len(cells), len(t.cols)) {
		out[i] = t.d.wrap(cells[i], t.widths[i]-2*cellPad+0.01)
	}
	return out
}

func (t *tableDrawing) height(cells [][]string) float64 {
	lines := 1
	for _, c := range cells {
		lines = max(lines, len(c))
	}
	return float64(lines)*t.plain.line() + 2*cellRise
}

func (t *tableDrawing) heading() {
	t.d.f.SetFillColor(227, 239, 230)
	t.draw(t.head, t.bold, t.headH, true)
}

// row draws a row, on the next page where this one has no room. What is longer than a
// page goes on over as many as it takes.
func (t *tableDrawing) row(cells [][]string, f face) {
	d := t.d
	h := t.height(cells)
	page := d.h - d.bottom - d.top - t.headH
	if d.y+h > d.h-d.bottom && (h <= page || d.y+3*f.line() > d.h-d.bottom) {
		d.page()
		t.heading()
	}
	for {
		room := int((d.h - d.bottom - d.y - 2*cellRise) / f.line())
		part, rest := make([][]string, len(cells)), make([][]string, len(cells))
		more := false
		for i, c := range cells {
			k := min(len(c), max(room, 1))
			part[i], rest[i] = c[:k], c[k:]
			more = more || len(rest[i]) > 0
		}
		t.draw(part, f, t.height(part), false)
		if !more {
			return
		}
		d.page()
		t.heading()
		cells = rest
	}
}

// draw draws cells of height h at d.y and moves below them.
func (t *tableDrawing) draw(cells [][]string, f face, h float64, head bool) {
	d := t.d
	d.set(f)
	d.f.SetDrawColor(140, 150, 144)
	x := d.left
	for i, c := range cells {
		how := "D"
		if head {
			how = "FD"
		}
		d.f.Rect(x, d.y, t.widths[i], h, how)
		a := toLeft
		if t.cols[i].Right {
			a = toRight
		}
		if head {
			a = toCenter
		}
		y := d.y + cellRise + f.size*mmPerPoint*0.95
		if head { // in the middle
			y += (h - 2*cellRise - float64(len(c))*f.line()) / 2
		}
		for _, line := range c {
			d.line(line, x+cellPad, y, t.widths[i]-2*cellPad, a)
			y += f.line()
		}
		x += t.widths[i]
	}
	d.f.SetDrawColor(0, 0, 0)
	d.y += h
}
