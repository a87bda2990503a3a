package search

import (
	"math/rand/v2"
	"strings"
)

// How people type what they look for.

func first(ss []string) string {
	if len(ss) == 0 {
		return ""
	}
	return ss[0]
}

// bareTitle drops the words for the kind.
func bareTitle(s string) string {
	for _, k := range []string{
		"HTX nông nghiệp hữu cơ ", "HTX dịch vụ nông nghiệp ", "HTX nông nghiệp ", "Hợp tác xã nông nghiệp ", "HTX sản xuất ", "Liên hiệp HTX ", "HTX ", "Hợp tác xã ", "THT ", "Tổ hợp tác ",
		"Công ty TNHH ", "Công ty cổ phần ", "Quỹ tín dụng nhân dân ", "Phường ", "Xã ", "Đặc khu ",
	} {
		if rest, ok := strings.CutPrefix(s, k); ok {
			return rest
		}
	}
	return s
}

var tones = strings.NewReplacer(
	"òa", "oà", "óa", "oá", "ỏa", "oả", "õa", "oã", "ọa", "oạ", "òe", "oè", "óe", "oé", "ỏe", "oẻ", "ọe", "oẹ",
	"ùy", "uỳ", "úy", "uý", "ủy", "uỷ", "ũy", "uỹ", "ụy", "uỵ",
)

func otherTone(s string) string {
	var out []string
	for _, w := range strings.Fields(s) {
		if r := tones.Replace(w); !strings.HasPrefix(strings.ToLower(w), "qu") {
			w = r
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// beginnings keeps the first letters of the longer words.
func beginnings(s string, rnd *rand.Rand) string {
	ws := strings.Fields(s)
	for i, w := range ws {
		if len(w) > 3 && rnd.IntN(2) == 0 {
			ws[i] = w[:2+rnd.IntN(len(w)-2)]
		}
	}
	return strings.Join(ws, " ")
}

func writtenPhone(marks []string, rnd *rand.Rand) string {
	m := first(marks)
	if m == "" {
		return ""
	}
	return []string{m, m[:4] + " " + m[4:7] + " " + m[7:], m[:4] + "." + m[4:7] + "." + m[7:], "+84 " + m[1:], m[1:], m[:3] + "-" + m[3:]}[rnd.IntN(6)]
}

var shorts = [][2]string{{"Hợp tác xã", "HTX"}, {"Tổ hợp tác", "THT"}, {"Quỹ tín dụng nhân dân", "QTDND"}, {"nông nghiệp", "NN"}, {"Công ty", "Cty"}}

func swapShort(s string) string {
	for _, p := range shorts {
		switch {
		case strings.HasPrefix(s, p[0]+" "):
			return p[1] + s[len(p[0]):]
		case strings.HasPrefix(s, p[1]+" "):
			return p[0] + s[len(p[1]):]
		}
	}
	return ""
}

func swapY(s string) string {
	ws := strings.Fields(s)
	for i, w := range ws {
		n := len(w)
		if n < 2 || n > 4 || strings.ContainsRune("aeiou", rune(w[n-2])) {
			continue
		}
		switch w[n-1] {
		case 'y':
			ws[i] = w[:n-1] + "i"
		case 'i':
			ws[i] = w[:n-1] + "y"
		}
	}
	return strings.Join(ws, " ")
}

// slip makes one mistake in the longest word.
func slip(s string, rnd *rand.Rand) string {
	ws := strings.Fields(s)
	at := 0
	for i, w := range ws {
		if len(w) > len(ws[at]) {
			at = i
		}
	}
	w := []byte(ws[at])
	if len(w) < 5 {
		return ""
	}
	i := 1 + rnd.IntN(len(w)-2)
	switch rnd.IntN(3) {
	case 0:
		w = append(w[:i:i], w[i+1:]...) // left out
	case 1:
		if w[i] == w[i+1] {
			return ""
		}
		w[i], w[i+1] = w[i+1], w[i] // swapped
	default:
		w[i] = "qwxzkp"[rnd.IntN(6)] // another key
	}
	ws[at] = string(w)
	return strings.Join(ws, " ")
}
