package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Encoding is how a text was written before Unicode: as Latin letters that only look
// Vietnamese in a font made for it.
type Encoding string

// The encodings.
const (
	Unicode Encoding = ""
	TCVN3   Encoding = "tcvn3" // fonts .VnTime, .VnArial …: «Hßa B×nh»
	VNI     Encoding = "vni"   // fonts VNI-Times …: «Hoøa Bình»
)

// tcvn3 maps what a TCVN3 text shows as in Windows-1252 to what it means (TCVN 5712:1993).
// The capitals with tones have no codes of their own: fonts ending in H show these as capitals.
var tcvn3 = table(
	"µ à ¶ ả · ã ¸ á ¹ ạ ¨ ă » ằ ¼ ẳ ½ ẵ ¾ ắ Æ ặ © â Ç ầ È ẩ É ẫ Ê ấ Ë ậ ® đ Ì è Î ẻ Ï ẽ Ð é Ñ ẹ ª ê Ò ề Ó ể Ô ễ Õ ế Ö ệ " +
		"× ì Ø ỉ Ü ĩ Ý í Þ ị ß ò á ỏ â õ ã ó ä ọ « ô å ồ æ ổ ç ỗ è ố é ộ ¬ ơ ê ờ ë ở ì ỡ í ớ î ợ ï ù ñ ủ ò ũ ó ú ô ụ " +
		"\u00ad ư õ ừ ö ử ÷ ữ ø ứ ù ự ú ỳ û ỷ ü ỹ ý ý þ ỵ ¡ Ă ¢ Â § Đ £ Ê ¤ Ô ¥ Ơ ¦ Ư")

// vniMarks are the second characters of VNI pairs and the marks they put on the vowel.
var vniMarks = map[rune]string{
	'ù': "\u0301", 'ø': "\u0300", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323",
	'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323",
	'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
}

// vniSingles are the VNI characters that stand alone.
var vniSingles = table("ñ đ Ñ Đ ô ơ Ô Ơ ö ư Ö Ư ò ị Ò Ị æ ỉ Æ Ỉ ó ĩ Ó Ĩ î ỵ Î Ỵ í í ì ì Í Í Ì Ì")

func table(pairs string) map[rune]rune {
	f := strings.Split(pairs, " ")
	m := make(map[rune]rune, len(f)/2)
	for i := 0; i+1 < len(f); i += 2 {
		m[[]rune(f[i])[0]] = []rune(f[i+1])[0]
	}
	return m
}

// FromTCVN3 converts a TCVN3 text.
func FromTCVN3(s string) string {
	return strings.Map(func(r rune) rune {
		if v, ok := tcvn3[r]; ok {
			return v
		}
		return r
	}, s)
}

// FromVNI converts a VNI text.
func FromVNI(s string) string {
	var b strings.Builder
	base := false // the last rune can carry a mark
	for _, r := range s {
		if mark, ok := vniMarks[unicode.ToLower(r)]; ok && base {
			b.WriteString(mark)
			base = false
			continue
		}
		if v, ok := vniSingles[r]; ok {
			r = v
		}
		b.WriteRune(r)
		base = strings.ContainsRune("aeiouyơưAEIOUYƠƯ", r)
	}
	return norm.NFC.String(b.String())
}

// IsLegacyFont says whether text in the named font is TCVN3 or VNI.
func IsLegacyFont(name string) bool { return fontEncoding(name) != Unicode }

func fontEncoding(name string) Encoding {
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, ".vn"):
		return TCVN3
	case strings.HasPrefix(name, "vni-"), strings.HasPrefix(name, "vni "):
		return VNI
	}
	return Unicode
}

// FromFont converts a text by the font it is set in; a text that is Unicode already (a
// new word in an old cell) stays.
func FromFont(s, font string) string {
	if hasModern(s) {
		return s
	}
	switch fontEncoding(font) {
	case TCVN3:
		s = FromTCVN3(s)
		if strings.HasSuffix(strings.ToLower(font), "h") {
			s = strings.ToUpper(s)
		}
	case VNI:
		s = FromVNI(s)
	}
	return s
}

// Mend recognises a text of TCVN3 or VNI without knowing its font. It says sure, and
// converts, only when every word with a strange letter becomes a Vietnamese syllable in
// exactly one of the two; an encoding without sure is a suspicion to ask about.
func Mend(s string) (out string, enc Encoding, sure bool) {
	if hasModern(s) {
		return s, Unicode, false
	}
	tAlien, tBad := judge(s, TCVN3)
	vAlien, vBad := judge(s, VNI)
	tSure, vSure := tAlien > 0 && tBad == 0, vAlien > 0 && vBad == 0
	switch {
	case tSure && !vSure:
		return FromTCVN3(s), TCVN3, true
	case vSure && !tSure:
		return FromVNI(s), VNI, true
	case tAlien > 0 && tAlien > tBad && tBad <= vBad:
		return s, TCVN3, false
	case vAlien > 0 && vAlien > vBad:
		return s, VNI, false
	}
	return s, Unicode, false
}

// hasModern says whether s has a letter that only Unicode Vietnamese has, or no letter
// outside ASCII at all.
func hasModern(s string) bool {
	foreign := false
	for _, r := range s {
		switch {
		case r >= 0x1EA0 && r <= 0x1EF9, r >= 0x0300 && r <= 0x036F, strings.ContainsRune("ĂăĐđĨĩŨũƠơƯư", r):
			return true
		case r >= 0x80:
			foreign = true
		}
	}
	return !foreign
}

// judge counts the words that hold a character no Vietnamese text has (alien), and the
// words outside ASCII that are no syllables once converted (bad).
func judge(s string, enc Encoding) (alien, bad int) {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool {
		return r < 0x80 && !unicode.IsLetter(r) || r > 0xFF || r == 0xA0
	}) {
		if strings.IndexFunc(word, func(r rune) bool { return r >= 0x80 }) < 0 {
			continue
		}
		if utf8.RuneCountInString(word) == 1 || measures[word] {
			continue // «½», «»», «µm» stand in any text
		}
		out := FromTCVN3(word)
		strange := strings.IndexFunc(word, alienTCVN3) >= 0 || capitalInside(word)
		if enc == VNI {
			out = FromVNI(word)
			strange = strings.IndexFunc(word, alienVNI) >= 0 || vowelPair(word)
		}
		if !isSyllable(out) {
			bad++
			continue
		}
		if strange {
			alien++
		}
	}
	return alien, bad
}

var measures = set("µm", "µg", "µl")

// alienTCVN3 are codes of TCVN3 that are no Vietnamese letters in Latin-1.
func alienTCVN3(r rune) bool {
	_, used := tcvn3[r]
	return used && !strings.ContainsRune("ÈÉÊÌÒÓÔÕÝáâãèéêìíòóôõùúýÐ", r)
}

// capitalInside finds a marked capital behind a small letter: «diÔn».
func capitalInside(word string) bool {
	small := false
	for _, r := range word {
		if small && r >= 0x80 && unicode.IsUpper(r) {
			return true
		}
		small = unicode.IsLower(r)
	}
	return false
}

func alienVNI(r rune) bool {
	return strings.ContainsRune("øûïåäüëñöæîØÛÏÅÄÜËÑÖÆÎ", r)
}

// vowelPair finds a vowel followed by a marked one that Vietnamese never writes: aá, uù.
func vowelPair(word string) bool {
	prev := rune(0)
	for _, r := range strings.ToLower(word) {
		if _, mark := vniMarks[r]; mark && strings.ContainsRune("aeou", prev) {
			if base := []rune(norm.NFD.String(string(r)))[0]; base == prev || strings.ContainsRune("aeo", prev) && base == 'u' {
				return true
			}
		}
		prev = r
	}
	return false
}

var nuclei = set("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y",
	"ai", "ao", "au", "ay", "âu", "ây", "eo", "êu", "ia", "iê", "iu", "oa", "oă", "oe", "oi", "ôi", "ơi", "oo", "ua", "uâ", "uê", "ui", "uô", "uơ", "uy",
	"ưa", "ươ", "ưi", "ưu", "yê", "iêu", "yêu", "oai", "oay", "oao", "oeo", "uây", "uôi", "uya", "uyê", "uyu", "ươi", "ươu", "uai", "uao", "uă", "ue")

// closable are the nuclei that a final consonant may follow; diphthongs that end in a
// glide (ai, ao, ua) stand open.
var closable = set("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "iê", "oa", "oă", "oe", "oo", "uâ", "uê", "uô", "uơ", "uy", "ươ", "yê", "uyê", "uă", "ua", "ue")

// isSyllable says whether a word is built like a Vietnamese syllable.
func isSyllable(word string) bool {
	letters, tone, at := split([]rune(norm.NFD.String(strings.ToLower(word))))
	if letters == nil {
		return false
	}
	if tone == 0 {
		at = len(letters)
	}
	v, end, ok := nucleus(letters, at)
	if !ok {
		return false
	}
	var b strings.Builder
	for _, l := range letters[v:end] {
		b.WriteRune(l.base)
		if l.quality != 0 {
			b.WriteRune(l.quality)
		}
	}
	n := norm.NFC.String(b.String())
	if end < len(letters) {
		return closable[n] && (tone == 0 || at == v+tonePlace(letters[v:end], true))
	}
	open := at == v+tonePlace(letters[v:end], false) || at == end-1 && (n == "oa" || n == "oe" || n == "uy") // hoà as well as hòa
	return nuclei[n] && (tone == 0 || open)
}
