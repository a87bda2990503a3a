package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var digitWords = [10]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}

// Words spells n as vouchers want it: một tỷ bảy trăm năm mươi triệu. Groups above the
// thousand million are counted in tỷ again (nghìn tỷ, triệu tỷ, tỷ tỷ).
func Words(n int64) string {
	if n < 0 {
		// -MinInt64 does not fit an int64, but it fits a uint64.
		return "âm " + strings.Join(spell(uint64(-(n+1))+1, false), " ")
	}
	return strings.Join(spell(uint64(n), false), " ")
}

// spell returns the words of n; full means that digits stand before it, so that its
// first group is read with its zeros (không trăm linh năm).
func spell(n uint64, full bool) (words []string) {
	const billion = 1_000_000_000
	if n == 0 && !full {
		return []string{"không"}
	}
	if n >= billion {
		words = append(spell(n/billion, full), "tỷ")
		n, full = n%billion, true
	}
	for _, g := range []struct {
		size uint64
		name string
	}{{1_000_000, "triệu"}, {1_000, "nghìn"}, {1, ""}} {
		three := n / g.size % 1000
		if three == 0 {
			continue
		}
		words = append(words, spellThree(int(three), full)...)
		if g.name != "" {
			words = append(words, g.name)
		}
		full = true
	}
	return words
}

func spellThree(n int, full bool) (words []string) {
	h, t, u := n/100, n/10%10, n%10
	if h > 0 || full {
		words = append(words, digitWords[h], "trăm")
	}
	switch {
	case t == 0 && u > 0 && len(words) > 0:
		words = append(words, "linh")
	case t == 1:
		words = append(words, "mười")
	case t > 1:
		words = append(words, digitWords[t], "mươi")
	}
	switch {
	case u == 0:
	case u == 1 && t > 1:
		words = append(words, "mốt")
	case u == 4 && t > 1:
		words = append(words, "tư")
	case u == 5 && t > 0:
		words = append(words, "lăm")
	default:
		words = append(words, digitWords[u])
	}
	return words
}

// Sentence makes the first letter a capital.
func Sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
