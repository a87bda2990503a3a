package paper

import (
	"strings"
	"unicode"

	"github.com/lienket/lienket/internal/base/text"
)

// clean makes a text fit to be drawn: composed letters, tabs and odd line ends tidied,
// no controls; what the fonts' table of 65,536 letters cannot hold is a box.
func clean(s string) string {
	s = text.NFC(strings.ReplaceAll(s, "\r\n", "\n"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\v':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.Is(unicode.Variation_Selector, r) || r == '\u200d' || r == '\u200b' || r == '\ufeff':
			return -1
		case r >= 0xFFFE:
			return '□'
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// wrap breaks a text into lines no wider than w in the current face. Words longer than a
// line are cut; line ends of the text stay.
func (d *Doc) wrap(s string, w float64) (lines []string) {
	for para := range strings.SplitSeq(clean(s), "\n") {
		lines = append(lines, d.wrapIndented(para, w, 0)...)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// wrapIndented wraps one paragraph whose first line is shorter.
func (d *Doc) wrapIndented(para string, w, indent float64) (lines []string) {
	space := d.width(" ")
	room := w - indent
	var line strings.Builder
	used := 0.0
	end := func() {
		lines = append(lines, line.String())
		line.Reset()
		used, room = 0, w
	}
	for _, word := range strings.FieldsFunc(para, breakable) {
		width := d.width(word)
		if used > 0 && used+space+width > room {
			end()
		}
		for word != "" && used == 0 && width > room {
			head, tail := d.cut(word, room)
			line.WriteString(head)
			end()
			word, width = tail, d.width(tail)
		}
		if word == "" {
			continue
		}
		if used > 0 {
			line.WriteByte(' ')
			used += space
		}
		line.WriteString(word)
		used += width
	}
	if line.Len() > 0 || len(lines) == 0 {
		end()
	}
	return lines
}

// breakable says where a line may end: not at a space that must not break.
func breakable(r rune) bool { return r != '\u00a0' && r != '\u202f' && unicode.IsSpace(r) }

// cut takes as much of a long word as fits, one letter at least, rather behind a mark.
func (d *Doc) cut(word string, room float64) (head, tail string) {
	used, fits, mark := 0.0, 0, 0
	for i, r := range word {
		used += d.width(string(r))
		if used > room && i > 0 {
			break
		}
		fits = i + len(string(r))
		if strings.ContainsRune("/-_.,;:@&=?", r) {
			mark = fits
		}
	}
	if mark > fits/2 && fits < len(word) {
		fits = mark
	}
	return word[:fits], word[fits:]
}
