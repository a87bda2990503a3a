package sheet

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// appendUnits adds up to n letters of p and says how many there were. half keeps the
// first half of a letter that takes two units, over the border of two records.
func appendUnits(s *strings.Builder, half *rune, p []byte, n int, wide bool) int {
	size := 1
	if wide {
		size = 2
	}
	n = min(n, len(p)/size)
	for i := range n {
		r := rune(p[i*size])
		if wide {
			r |= rune(p[i*size+1]) << 8
		}
		switch {
		case *half != 0:
			if both := utf16.DecodeRune(*half, r); both != utf8.RuneError {
				s.WriteRune(both)
				*half = 0
				continue
			}
			s.WriteRune(utf8.RuneError)
			*half = 0
			fallthrough
		default:
			if utf16.IsSurrogate(r) && r < 0xDC00 {
				*half = r
				continue
			}
			s.WriteRune(r) // half a letter alone becomes U+FFFD
		}
	}
	return n
}

// bytesText is a text of BIFF5: bytes of the code page, or UTF-8 from programs that never
// looked; fonts may tell more later.
func (b *biff) bytesText(p []byte) string {
	if utf8.Valid(p) {
		return string(p)
	}
	page := charmap.Windows1252
	if b.page == 1258 {
		page = charmap.Windows1258
	}
	out, err := page.NewDecoder().Bytes(p)
	if err != nil {
		return ""
	}
	return string(out)
}

// pieces reads over the border of a record and its continuations.
type pieces struct {
	rest [][]byte
	now  []byte
}

// more goes on to the next piece; false at the end.
func (p *pieces) more() bool {
	for len(p.now) == 0 {
		if len(p.rest) == 0 {
			return false
		}
		p.now, p.rest = p.rest[0], p.rest[1:]
	}
	return true
}

// take reads n bytes that may be cut by a border.
func (p *pieces) take(n int) ([]byte, bool) {
	if len(p.now) >= n {
		out := p.now[:n]
		p.now = p.now[n:]
		return out, true
	}
	out := make([]byte, 0, n)
	for len(out) < n {
		if !p.more() {
			return nil, false
		}
		k := min(n-len(out), len(p.now))
		out, p.now = append(out, p.now[:k]...), p.now[k:]
	}
	return out, true
}

// skip passes n bytes.
func (p *pieces) skip(n int) bool {
	for n > 0 {
		if !p.more() {
			return false
		}
		k := min(n, len(p.now))
		n, p.now = n-k, p.now[k:]
	}
	return true
}

// readSST reads the table of shared strings. Where a border cuts letters, the next piece
// begins with a byte that says anew how wide they are.
func (b *biff) readSST(parts [][]byte) error {
	p := &pieces{rest: parts}
	head, ok := p.take(8)
	if !ok {
		return invalid(faultBroken)
	}
	count, all := u32(head[4:]), 0
	for range count {
		if len(b.strings) >= b.lim.Cells {
			return tooLarge(faultCells, b.lim.Cells)
		}
		s, err := b.sharedText(p)
		if err != nil {
			return err
		}
		if all += len(s); all > 4*b.lim.File { // UTF-16 grows by half at most
			return invalid(faultBomb)
		}
		b.strings = append(b.strings, shared{s, shown(s, "")})
	}
	return nil
}

func (b *biff) sharedText(p *pieces) (string, error) {
	head, ok := p.take(3)
	if !ok {
		return "", invalid(faultBroken)
	}
	left, wide, extra := u16(head), head[2]&1 != 0, 0
	if head[2]&8 != 0 {
		runs, ok := p.take(2)
		if !ok {
			return "", invalid(faultBroken)
		}
		extra += 4 * u16(runs)
	}
	if head[2]&4 != 0 {
		size, ok := p.take(4)
		if !ok || u32(size) > uint32(b.lim.File) {
			return "", invalid(faultBroken)
		}
		extra += int(u32(size))
	}
	var s strings.Builder
	var half rune
	for left > 0 {
		if len(p.now) == 0 {
			if !p.more() {
				return "", invalid(faultBroken)
			}
			wide, p.now = p.now[0]&1 != 0, p.now[1:]
		}
		n := appendUnits(&s, &half, p.now, left, wide)
		if n == 0 && len(p.now) == 1 && wide {
			return "", invalid(faultBroken) // a letter cut in two
		}
		left -= n
		if wide {
			n *= 2
		}
		p.now = p.now[n:]
	}
	if s.Len() > b.lim.Chars {
		return "", tooLarge(faultLong, b.lim.Chars)
	}
	if !p.skip(extra) {
		return "", invalid(faultBroken)
	}
	return s.String(), nil
}
