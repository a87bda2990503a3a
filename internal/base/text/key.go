package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key makes two spellings of one word equal when they differ only in where the tone mark
// stands: «Hòa» and «Hoà», «thuỷ» and «thủy», «khoẻ» and «khỏe», the slips «tòan» and
// «qủa». Marks are kept («Hoà» is not «Hoa»), letters are lower case, spaces single.
// Syllables that are not Vietnamese stay as they are, and so does gi + vowel with the
// tone on i: «gịa» is not «giạ».
func Key(s string) string {
	s = strings.Join(strings.Fields(strings.ToLower(NFC(s))), " ")
	var b strings.Builder
	b.Grow(len(s))
	word := []rune(nil)
	flush := func() {
		if len(word) > 0 {
			b.WriteString(syllable(word))
			word = word[:0]
		}
	}
	for _, r := range norm.NFD.String(s) {
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			word = append(word, r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return norm.NFC.String(b.String())
}

const (
	grave, acute, tilde, hook, dot = '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'
	circumflex, breve, horn        = '\u0302', '\u0306', '\u031b'
)

// letter is a base letter with its quality mark (â, ă, ê, ô, ơ, ư), without tone.
type letter struct{ base, quality rune }

// syllable moves the tone of one decomposed word to its one canonical place.
func syllable(word []rune) string {
	as := string(word)
	letters, tone, at := split(word)
	if tone == 0 || letters == nil {
		return as
	}
	v, end, ok := nucleus(letters, at)
	if !ok {
		return as
	}
	place := tonePlace(letters[v:end], end < len(letters)) + v
	var b strings.Builder
	for i, l := range letters {
		b.WriteRune(l.base)
		if l.quality != 0 {
			b.WriteRune(l.quality)
		}
		if i == place {
			b.WriteRune(tone)
		}
	}
	return b.String()
}

// split takes a word apart; letters is nil when it has other marks or two tones.
func split(word []rune) (letters []letter, tone rune, at int) {
	for _, r := range word {
		switch r {
		case grave, acute, tilde, hook, dot:
			if tone != 0 || len(letters) == 0 {
				return nil, 0, 0
			}
			tone, at = r, len(letters)-1
		case circumflex, breve, horn:
			if len(letters) == 0 || letters[len(letters)-1].quality != 0 {
				return nil, 0, 0
			}
			letters[len(letters)-1].quality = r
		default:
			if unicode.IsMark(r) {
				return nil, 0, 0
			}
			letters = append(letters, letter{base: r})
		}
	}
	return letters, tone, at
}

var (
	initials = set("", "b", "c", "ch", "d", "đ", "g", "gh", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "r", "s", "t", "th", "tr", "v", "x")
	finals   = set("", "c", "ch", "m", "n", "ng", "nh", "p", "t")
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// nucleus finds the vowels letters[v:end] of a Vietnamese syllable whose tone stands on
// letters[at].
func nucleus(letters []letter, at int) (v, end int, ok bool) {
	for v < len(letters) && !vowel(letters[v]) {
		v++
	}
	end = v
	for end < len(letters) && vowel(letters[end]) {
		end++
	}
	onset, coda := bases(letters[:v]), bases(letters[end:])
	if !finals[coda] {
		return 0, 0, false
	}
	switch {
	case onset == "q" && end-v >= 2 && letters[v] == letter{'u', 0}:
		v++ // u belongs to qu: quý, quả
	case onset == "g" && end-v >= 2 && letters[v] == letter{'i', 0}:
		if at == v {
			return 0, 0, false
		}
		v++ // i belongs to gi: giá, giạ
	case !initials[onset]:
		return 0, 0, false
	}
	return v, end, end > v && end-v <= 3
}

func vowel(l letter) bool { return strings.ContainsRune("aeiouy", l.base) }

func bases(ls []letter) string {
	var b strings.Builder
	for _, l := range ls {
		b.WriteRune(l.base)
	}
	return b.String()
}

// tonePlace is the index of the vowel that carries the tone: the last one with a quality
// mark (ươ: ơ); else the last before a final consonant; else the first of two and the
// middle of three (hòa, thúy, ngoài).
func tonePlace(vowels []letter, closed bool) int {
	for i := len(vowels) - 1; i >= 0; i-- {
		if vowels[i].quality != 0 {
			return i
		}
	}
	switch {
	case closed:
		return len(vowels) - 1
	case len(vowels) == 3:
		return 1
	}
	return 0
}
