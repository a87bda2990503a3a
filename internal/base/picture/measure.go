package picture

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// advance holds widths in 1/100 em for U+0020…U+007E of a wide humanist face (Segoe UI,
// Roboto and Noto Sans are no wider), so that measured text fits on every machine of ours.
var advance = [95]uint8{
	26, 27, 41, 65, 57, 83, 73, 22, 30, 30, 55, 57, 27, 32, 27, 37, 57, 57, 57, 57, 57, 57, 57, 57, 57, 57, 27, 27, 57, 57, 57, 43,
	90, 64, 65, 63, 73, 56, 52, 73, 74, 34, 27, 62, 52, 91, 76, 78, 60, 78, 62, 55, 56, 73, 60, 93, 59, 57, 57, 33, 37, 33, 57, 44,
	28, 56, 62, 48, 62, 56, 34, 62, 62, 26, 26, 53, 26, 94, 62, 60, 62, 62, 41, 48, 36, 62, 51, 79, 53, 51, 47, 38, 55, 38, 57,
}

var wide = map[rune]int{'–': 50, '—': 100, '·': 27, '→': 100, '…': 79, 'đ': 62, 'Đ': 74}

// Width is the width of s in px. Marks of Vietnamese letters take none; bold adds 6 %.
func Width(s string, size float64, bold bool) float64 {
	n := 0
	for _, r := range norm.NFD.String(s) {
		switch w, ok := wide[r]; {
		case unicode.Is(unicode.Mn, r):
		case ok:
			n += w
		case r >= 32 && r < 127:
			n += int(advance[r-32])
		default:
			n += 60
		}
	}
	px := float64(n) * size / 100
	if bold {
		px *= 1.06
	}
	return px
}

// Cut shortens s with … so that it fits width.
func Cut(s string, width, size float64, bold bool) string {
	if Width(s, size, bold) <= width {
		return s
	}
	rs := []rune(norm.NFC.String(s))
	for len(rs) > 0 && Width(string(rs)+"…", size, bold) > width {
		rs = rs[:len(rs)-1]
	}
	return strings.TrimRight(string(rs), " ,.(") + "…"
}

// Wrap breaks s between words into lines that fit width; a longer word stands alone.
func Wrap(s string, width, size float64, bold bool) []string {
	var out []string
	cur := ""
	for _, w := range strings.Fields(s) {
		t := w
		if cur != "" {
			t = cur + " " + w
		}
		if cur != "" && Width(t, size, bold) > width {
			out = append(out, cur)
			t = w
		}
		cur = t
	}
	if cur != "" {
		out = append(out, cur)
	}
	return out
}
