// Package text is Vietnamese words and numbers as plain strings: folding for search,
// keys that ignore where a tone mark stands, collation keys, vi-VN numbers and number
// words, and old fonts. It is not a translation layer (base/i18n) and knows no units.
package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NFC composes s, drops invisible characters and turns every kind of space into a plain
// one: the form in which all text is stored.
func NFC(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case invisible(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s))
}

// invisible characters come with text pasted from Word, Zalo and web pages.
func invisible(r rune) bool {
	return r == '\r' || r == unicode.ReplacementChar || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r)
}

// Fold reduces s to what a hurried person types: no marks, đ as d, lower case, every run
// of spaces and punctuation one space. «Số lượng (ĐVT: tạ)» is "so luong dvt ta". Fold
// is for search and for matching headings, never for showing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsMark(r) || invisible(r) {
			continue
		}
		r = unicode.ToLower(r)
		if r == 'đ' || r == 'ð' || r == 'ɖ' { // the Icelandic and African look-alikes occur in old files
			r = 'd'
		}
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}
