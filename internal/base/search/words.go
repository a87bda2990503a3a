package search

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"github.com/lienket/lienket/internal/base/text"
)

// word is one word of a text in the two forms that are compared.
type word struct {
	key  string // small letters, marks kept, the tone at its one place
	fold string // without marks, final y as i
}

// wordsOf takes a text apart at everything that is no letter and no digit.
func wordsOf(s string) []word {
	var out []word
	for _, w := range strings.FieldsFunc(strings.ToLower(text.NFC(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}) {
		if f := text.Fold(w); f != "" {
			out = append(out, word{key: text.Key(w), fold: loose(f)})
		}
	}
	return out
}

// loose makes the two ways to write a syllable's last vowel one: «Mỹ», «Mĩ».
func loose(f string) string {
	n := len(f)
	if n < 2 || f[n-1] != 'y' || strings.ContainsRune("aeiou", rune(f[n-2])) && !strings.HasPrefix(f, "qu") {
		return f
	}
	return f[:n-1] + "i"
}

func hasMarks(w word) bool { return loose(w.key) != w.fold }

// Mark is a code as it is looked up: small letters and digits only; a phone number with
// 84 before it, or without its zero, as it is dialled.
func Mark(s string) string {
	m := strings.ReplaceAll(text.Fold(s), " ", "")
	if strings.Trim(m, "0123456789") != "" {
		return m
	}
	switch {
	case strings.HasPrefix(m, "84") && (len(m) == 11 || len(m) == 12):
		return "0" + m[2:]
	case len(m) == 9 && m[0] != '0':
		return "0" + m
	}
	return m
}

//go:embed data/short.txt
var shortText string

// phrase is a row of words and its short form.
type phrase struct {
	short word
	full  []word
	lead  bool // says a thing's kind
}

type abbreviations struct {
	phrases []phrase            // the longer before the shorter
	full    map[string][]phrase // by the short form's fold
	lead    map[string]bool     // folds that say a thing's kind
}

var short = sync.OnceValue(func() abbreviations {
	a := abbreviations{full: map[string][]phrase{}, lead: map[string]bool{}}
	for _, l := range strings.Split(shortText, "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		s, full, _ := strings.Cut(l, "\t")
		s, lead := strings.CutPrefix(s, "*")
		p := phrase{short: wordsOf(s)[0], full: wordsOf(full), lead: lead}
		if lead {
			a.lead[p.short.fold] = true
		}
		if len(p.full) == 0 {
			continue
		}
		a.full[p.short.fold] = append(a.full[p.short.fold], p)
		at := 0
		for at < len(a.phrases) && len(a.phrases[at].full) >= len(p.full) {
			at++
		}
		a.phrases = append(a.phrases[:at], append([]phrase{p}, a.phrases[at:]...)...)
	}
	return a
})

// beginsAt reports whether the words of p stand in ws from i on, whatever their marks.
func (p phrase) beginsAt(ws []word, i int) bool {
	if i+len(p.full) > len(ws) {
		return false
	}
	for j, w := range p.full {
		if ws[i+j].fold != w.fold {
			return false
		}
	}
	return true
}

// shortForms are the short forms of phrases that stand in ws.
func shortForms(ws []word) (out []word) {
	for i := range ws {
		for _, p := range short().phrases {
			if p.beginsAt(ws, i) {
				out = append(out, p.short)
			}
		}
	}
	return out
}

// longForms are the words for which short forms in ws stand.
func longForms(ws []word) (out []word) {
	for _, w := range ws {
		for _, p := range short().full[w.fold] {
			out = append(out, p.full...)
		}
	}
	return out
}

// shorten puts the short form in place of every phrase in ws that says a kind.
func shorten(ws []word) (out []word) {
next:
	for i := 0; i < len(ws); {
		for _, p := range short().phrases {
			if p.lead && p.beginsAt(ws, i) {
				out = append(out, p.short)
				i += len(p.full)
				continue next
			}
		}
		out = append(out, ws[i])
		i++
	}
	return out
}

// canon writes ws folded with every phrase in its short form, and bare the same without
// the words for the kind at its front.
func canon(ws []word) (all, bare string) {
	var out []string
	for i := 0; i < len(ws); {
		n := 1
		f := ws[i].fold
		for _, p := range short().phrases {
			if p.beginsAt(ws, i) {
				n, f = len(p.full), p.short.fold
				break
			}
		}
		out = append(out, f)
		i += n
	}
	first := 0
	for first < len(out)-1 && short().lead[out[first]] {
		first++
	}
	return strings.Join(out, " "), strings.Join(out[first:], " ")
}

// initialsOf is the first letters of a canonical title's words.
func initialsOf(bare string) string {
	var b strings.Builder
	for _, w := range strings.Fields(bare) {
		b.WriteByte(w[0])
	}
	return b.String()
}
