package sheet

import (
	"errors"
	"math"
	"strconv"

	"github.com/lienket/lienket/internal/base/fault"
)

// The records of a sheet that carry cells.
const (
	recFormula    = 0x0006
	recMulRK      = 0x00BD
	recRString    = 0x00D6
	recMergeCells = 0x00E5
	recLabelSST   = 0x00FD
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRK         = 0x027E
)

// biffErrors are the values that are errors.
var biffErrors = map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

// biffRows reads the records of one sheet.
type biffRows struct {
	*biff
	g      *grid
	s      Sheet
	row    int    // of the record at hand, for faults
	result []byte // head of a formula whose text comes with the next STRING record
}

func (b *biff) readSheet(s biffSheet) (Sheet, error) {
	w := &biffRows{biff: b, g: &grid{name: s.name, lim: b.lim, left: &b.left}, s: Sheet{Name: s.name, Hidden: s.hidden}, row: -1}
	first, ok := b.at(s.at)
	if !ok || first.id != recBOF {
		return Sheet{}, invalid(faultBroken).At(where(s.name, 0))
	}
	depth := 1 // charts inside the sheet have records of their own
	for pos := first.next; depth > 0; {
		r, ok := b.at(pos)
		if !ok {
			if b.alone && pos == len(b.stream) {
				break // small programs forget the end
			}
			return Sheet{}, invalid(faultBroken).At(where(s.name, w.row+1))
		}
		pos = r.next
		switch {
		case r.id == recBOF:
			depth++
		case r.id == recEOF:
			depth--
		case r.id == recFilePass:
			return Sheet{}, invalid(faultEncrypted)
		case depth == 1:
			if err := w.take(r); err != nil {
				var e *fault.Error
				if errors.As(err, &e) && e.Where == (fault.Where{}) {
					return Sheet{}, e.At(where(s.name, w.row+1))
				}
				return Sheet{}, err
			}
		}
	}
	w.s.Rows = w.g.rows
	if err := w.s.clearMerged(b.lim.Cells); err != nil {
		return Sheet{}, err
	}
	w.s.Rows = trim(w.s.Rows)
	return w.s, nil
}

// shortest is the length that a record must have at least.
var shortest = map[int]int{
	recLabelSST: 10, recLabel: 8, recRString: 8, recNumber: 14, recRK: 10, recMulRK: 12,
	recFormula: 14, recBoolErr: 8, recString: 2, recMergeCells: 2,
}

// take reads one record.
func (w *biffRows) take(r record) error {
	p := r.body
	least, known := shortest[r.id]
	if !known {
		return nil
	}
	if len(p) < least {
		return invalid(faultBroken)
	}
	switch r.id {
	case recMergeCells:
		w.merged(p)
		return nil
	case recString:
		return w.formulaText(p)
	}
	w.row, w.result = u16(p), nil
	switch r.id {
	case recLabelSST:
		if n := u32(p[6:]); uint64(n) < uint64(len(w.strings)) {
			return w.put(p, w.text(p, w.strings[n]))
		}
	case recLabel, recRString:
		s, ok := "", false
		if w.old {
			if n := u16(p[6:]); len(p) >= 8+n {
				s, ok = w.bytesText(p[8:8+n]), true
			}
		} else {
			s, ok = longText(p[6:])
		}
		if !ok {
			return invalid(faultBroken)
		}
		return w.put(p, w.text(p, shared{s, shown(s, "")}))
	case recNumber:
		return w.put(p, w.number(p[4:], f64(p[6:])))
	case recRK:
		return w.put(p, w.number(p[4:], rk(u32(p[6:]))))
	case recMulRK:
		col := u16(p[2:])
		for q := p[4 : len(p)-2]; len(q) >= 6; q, col = q[6:], col+1 {
			if err := w.g.put(w.row, col, w.number(q, rk(u32(q[2:])))); err != nil {
				return err
			}
		}
	case recBoolErr:
		return w.put(p, truth(p[6], p[7] != 0))
	case recFormula:
		return w.formula(p)
	}
	return nil
}

// put stores a cell at the row and column that p begins with.
func (w *biffRows) put(p []byte, c Cell) error { return w.g.put(u16(p), u16(p[2:]), c) }

// style is the style whose number p begins with.
func (w *biffRows) style(p []byte) style {
	if n := u16(p); n < len(w.styles) {
		return w.styles[n]
	}
	return style{}
}

func (w *biffRows) text(p []byte, s shared) Cell {
	if st := w.style(p[4:]); st.font != "" {
		s.shown = shown(s.raw, st.font)
	}
	return Cell{Text: s.shown, Raw: s.raw}
}

// number is a number in the style that p begins with.
func (w *biffRows) number(p []byte, v float64) Cell {
	f := byte('f')
	if a := math.Abs(v); a >= 1e21 || a < 1e-9 && a > 0 {
		f = 'g'
	}
	return w.style(p).number(strconv.FormatFloat(v, f, -1, 64), w.epoch)
}

// rk is a number packed into 30 bits: whole or the upper half of a float, hundredths or not.
func rk(n uint32) float64 {
	var v float64
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	} else {
		v = math.Float64frombits(uint64(n&^3) << 32)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

func f64(p []byte) float64 {
	return math.Float64frombits(uint64(u32(p)) | uint64(u32(p[4:]))<<32)
}

func truth(v byte, isError bool) Cell {
	s := "FALSE"
	switch {
	case isError:
		if s = biffErrors[v]; s == "" {
			s = "#N/A"
		}
	case v != 0:
		s = "TRUE"
	}
	return Cell{Text: s, Raw: s}
}

// formula takes the value that was last computed.
func (w *biffRows) formula(p []byte) error {
	v := p[6:14]
	if v[6] != 0xFF || v[7] != 0xFF {
		return w.put(p, w.number(p[4:], f64(v)))
	}
	switch v[0] {
	case 0:
		w.result = p
	case 1, 2:
		return w.put(p, truth(v[2], v[0] == 2))
	}
	return nil
}

// formulaText is the text that a formula gave.
func (w *biffRows) formulaText(p []byte) error {
	head := w.result
	w.result = nil
	if head == nil {
		return nil
	}
	s, ok := "", false
	if w.old {
		if n := u16(p); len(p) >= 2+n {
			s, ok = w.bytesText(p[2:2+n]), true
		}
	} else {
		s, ok = longText(p)
	}
	if !ok && len(p) < 8000 { // a longer one goes on in another record: its beginning serves
		return invalid(faultBroken)
	}
	return w.put(head, w.text(head, shared{s, shown(s, "")}))
}

func (w *biffRows) merged(p []byte) {
	for q := p[2:]; len(q) >= 8 && len(w.s.Merged) < w.lim.Cells; q = q[8:] {
		r1, r2, c1, c2 := u16(q), u16(q[2:]), u16(q[4:]), u16(q[6:])
		if r2 >= r1 && c2 >= c1 {
			w.s.Merged = append(w.s.Merged, Area{Row: r1, Col: c1, Rows: r2 - r1 + 1, Cols: c2 - c1 + 1})
		}
	}
}
