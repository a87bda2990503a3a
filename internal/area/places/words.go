package places

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/text"
)

// reading is one way to understand a part of a written place: a name, and what the words
// before it say about the unit.
type reading struct {
	loose string // how names are indexed
	fold  string
	key   string
	level Level  // AnyLevel when nothing is said
	kind  string // folded: "thanh pho", "" when nothing is said
	tail  bool   // only the last words of the part, as in "kho Gia Lâm"
}

// part is what stands between two commas.
type part struct {
	readings []reading
	level    Level // what the column says, AnyLevel in free text
}

// marker is a word before a name. A bare one (without dot or mark) may also belong to the
// name, so it is read both ways.
type marker struct {
	word  string
	kind  string
	level Level
}

var markers = []marker{
	{"thành phố", "thanh pho", AnyLevel},
	{"thanh pho", "thanh pho", AnyLevel},
	{"t.phố", "thanh pho", AnyLevel},
	{"tp.", "thanh pho", AnyLevel},
	{"tp", "thanh pho", AnyLevel},
	{"t.p.", "thanh pho", AnyLevel},
	{"t.p", "thanh pho", AnyLevel},
	{"thị xã", "thi xa", District},
	{"thi xa", "thi xa", District},
	{"tx.", "thi xa", District},
	{"tx", "thi xa", District},
	{"thị trấn", "thi tran", Commune},
	{"thi tran", "thi tran", Commune},
	{"tt.", "thi tran", Commune},
	{"tt", "thi tran", Commune},
	{"đặc khu", "dac khu", Commune},
	{"dac khu", "dac khu", Commune},
	{"tỉnh", "tinh", Province},
	{"tinh", "tinh", Province},
	{"t.", "tinh", Province},
	{"huyện", "huyen", District},
	{"huyen", "huyen", District},
	{"h.", "huyen", District},
	{"h", "huyen", District},
	{"quận", "quan", District},
	{"quan", "quan", District},
	{"q.", "quan", District},
	{"q", "quan", District},
	{"phường", "phuong", Commune},
	{"phuong", "phuong", Commune},
	{"p.", "phuong", Commune},
	{"p", "phuong", Commune},
	{"xã", "xa", Commune},
	{"xa", "xa", Commune},
	{"x.", "xa", Commune},
	{"x", "xa", Commune},
}

// inner are markers that start a new part in the middle of one: "xã Cao Dương huyện Lương
// Sơn". Without marks only those that occur in no name are safe.
var inner = []string{"thành phố", "thị xã", "thị trấn", "đặc khu", "huyện", "quận", "phường", "tỉnh", "xã", "huyen", "thi tran", "thanh pho"}

// hamlets stand below a commune; such a part says nothing that the atlas knows.
var hamlets = []string{"xóm", "thôn", "xom", "thon", "tổ", "ấp"}

// short are names that people abbreviate.
var short = map[string]string{
	"hn": "ha noi", "hcm": "ho chi minh", "tphcm": "ho chi minh", "sai gon": "ho chi minh", "sg": "ho chi minh",
	"hp": "hai phong", "dn": "da nang", "hue": "thua thien hue",
}

// loose is how names are looked up: folded, i and y alike (Lạc Sỹ, Lạc Sĩ), 02 as 2.
func loose(fold string) string {
	s := strings.ReplaceAll(fold, "y", "i")
	if len(s) == 2 && s[0] == '0' {
		s = s[1:]
	}
	if full, ok := short[s]; ok {
		return full
	}
	return s
}

func read1(s string, level Level, kind string, tail bool) reading {
	fold := text.Fold(s)
	return reading{loose: loose(fold), fold: fold, key: text.Key(s), level: level, kind: kind, tail: tail}
}

// longest is where a written place is cut off, in bytes: beyond it is no address.
const longest = 400

// splitParts cuts a written place at commas, brackets, spaced dashes and inner markers.
// known tells whether a whole name is one of ours (Bà Rịa - Vũng Tàu has a dash).
func splitParts(s string, known func(loose string) bool) []string {
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	s = strings.ToLower(text.NFC(s))
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;()[]/|\n\t", r) }) {
		p = strings.TrimSpace(p)
		if known(loose(text.Fold(p))) {
			out = append(out, p)
			continue
		}
		p = strings.NewReplacer(" - ", "\x00", " – ", "\x00", " — ", "\x00", "–", "\x00").Replace(p)
		for _, d := range strings.Split(p, "\x00") {
			out = append(out, splitInner(strings.Join(strings.Fields(d), " "))...)
		}
	}
	return slices.DeleteFunc(out, func(p string) bool { return text.Fold(p) == "" })
}

func splitInner(p string) []string {
	for i := 1; i < len(p); i++ {
		if p[i-1] != ' ' {
			continue
		}
		for _, m := range inner {
			if strings.HasPrefix(p[i:], m+" ") && !(m == "xã" && strings.HasSuffix(p[:i-1], "thị")) {
				return append([]string{p[:i-1]}, splitInner(p[i:])...)
			}
		}
	}
	return []string{p}
}

// readPart lists the readings of one part.
func readPart(s string, level Level) part {
	out := part{level: level, readings: []reading{read1(s, AnyLevel, "", false)}}
	for _, m := range markers {
		rest, ok := strings.CutPrefix(s, m.word)
		if !ok || rest == "" || rest[0] != ' ' && !strings.HasSuffix(m.word, ".") {
			continue
		}
		if rest = strings.TrimLeft(rest, " ."); rest == "" {
			continue
		}
		out.readings = append(out.readings, read1(rest, m.level, m.kind, false))
		break
	}
	return out
}

// tails are the readings of the last words of a part, longest first, at least two words.
func tails(s string) []reading {
	words := strings.Fields(s)
	var rs []reading
	for i := 1; i+2 <= len(words); i++ {
		rs = append(rs, read1(strings.Join(words[i:], " "), AnyLevel, "", true))
	}
	return rs
}

// inRow splits words into names of at least two words that stand side by side, nil if
// they are not all names.
func inRow(words []string, known func(loose string) bool) []string {
	if len(words) == 0 {
		return []string{}
	}
	if len(words) > 12 {
		return nil
	}
	for i := len(words); i >= 2; i-- {
		head := strings.Join(words[:i], " ")
		if !known(loose(text.Fold(head))) {
			continue
		}
		if rest := inRow(words[i:], known); rest != nil {
			return append([]string{head}, rest...)
		}
	}
	return nil
}

func isHamlet(s string) bool {
	return slices.ContainsFunc(hamlets, func(h string) bool { return strings.HasPrefix(s, h+" ") })
}
