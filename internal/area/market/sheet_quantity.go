package market

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// dozen stands for «tá» once marks are gone: without its mark it would be tạ, 100 kg.
const dozen = "motta"

var reDozen = regexp.MustCompile(`(^|[^\pL])[tT][áÁ]($|[^\pL])`)

// unmarked is s without marks, in lower case, on one line, its punctuation kept: cells are
// read in this form («5 – 7 tấn/tháng» is "5 - 7 tan/thang").
func unmarked(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(reDozen.ReplaceAllString(text.NFC(s), "${1}"+dozen+"${2}")) {
		switch {
		case unicode.IsMark(r):
			continue
		case r == 'đ' || r == 'Đ' || r == 'ð' || r == '₫':
			r = 'd'
		case r == '–' || r == '—' || r == '−' || r == '‐' || r == '‑' || r == '÷':
			r = '-'
		case r == '≈' || r == '∼' || r == '±':
			r = '~'
		case unicode.IsSpace(r):
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// stated is a quantity as a cell states it, before its unit is turned into grams. Low and
// High are thousandths of Unit; they differ where a range is written.
type stated struct {
	Low, High int64
	Unit      string // folded; "" when the cell names none
	Days      int64  // the number is meant for each so many days: 1, 7, 30, 365; 0 is in all
	UpTo      bool   // «tối đa», «dưới»: nothing of it is certain
	Rest      string // words that were not understood
	Weighed   bool   // the weight was added in brackets: Unit is that of the weight
	PieceLow  int64  // milligrams… of one piece when both count and weight are written
	Doubt     bool   // a dot that may group thousands or begin decimals
}

// What a quantity cell may say instead of an amount.
type amountFault string

const (
	amountOK       amountFault = ""
	amountNone     amountFault = "missing"  // empty, a dash, "x"
	amountWords    amountFault = "words"    // «số lượng lớn»
	amountArea     amountFault = "area"     // sào, ha: needs a yield
	amountUnclear  amountFault = "unclear"  // not understood
	amountNegative amountFault = "negative" // refused
	amountAbsurd   amountFault = "absurd"   // refused: more than any record may carry
)

var (
	reNumber  = regexp.MustCompile(`[0-9][0-9.,]*`)
	reBracket = regexp.MustCompile(`\(([^()]*)\)`)
	rePeriod  = regexp.MustCompile(`(?:/|\bmoi |\bmot |\bhang |\b1 )\s*(?:1 )?(ngay|hom|tuan|thang|nam|vu|mua|dot|lua)\b`)
	reSpaces  = regexp.MustCompile(`([0-9]) ([0-9]{3})\b`)
	reGlued   = regexp.MustCompile(`([0-9])([a-z])`)
	reCount   = regexp.MustCompile(`[0-9]{13,}`)
)

var manyWords = []string{"so luong lon", "so luong nhieu", "nhieu", "khong han che", "khong gioi han", "lon", "rat nhieu", "du lon", "theo don hang", "theo yeu cau", "tuy don hang", "chua ro", "chua xac dinh", "chua biet", "lien he", "theo mua", "tuy", "dang thong ke", "thoa thuan", "vo han", "ko han che"}

var noneWords = map[string]bool{"": true, "-": true, "--": true, "x": true, "0": false, "khong": true, "ko": true, "k": true, "khong co": true, "chua co": true, "n/a": true, "na": true, "?": true, "...": true, "/": true, ".": true}

var approxWords = []string{"uoc tinh", "uoc dat", "uoc khoang", "du kien", "khoang", "tam", "gan", "hon", "tren", "it nhat", "toi thieu", "uoc", "tren duoi", "xap xi", "chung", "co", "con", "tong", "tong cong", "ca", "duoc", "sl", "so luong", "kl", "tu", "den nay"}

var upToWords = []string{"toi da", "duoi", "khong qua", "den", "max", "nhieu nhat"}

var multipliers = map[string]int64{"chuc": 10, dozen: 12, "tram": 100, "k": 1000, "nghin": 1000, "ngan": 1000, "ngin": 1000, "van": 10_000, "trieu": 1_000_000}

// fillers may stand behind an amount without changing it.
var fillers = map[string]bool{"tuoi": true, "kho": true, "hang": true, "cac": true, "loai": true, "a": true, "tron": true, "chan": true, "moi": true, "san": true, "pham": true, "co": true, "san co": true, "trong": true, "thu": true, "hoach": true, "mot": true, "tong": true, "cong": true, "ca": true, "vu": true, "mua": true, "nam": true, "nay": true, "hoi": true, "song": true, "o": true, "tai": true, "vuon": true}

var areaUnits = map[string]bool{"sao": true, "ha": true, "hecta": true, "hec ta": true, "mau": true, "m2": true, "cong": true, "thuoc": true}

// readQuantity reads the cell of a quantity.
func readQuantity(c sheet.Cell) (stated, amountFault) {
	if c.Number {
		n, fault := milliOf(c.Raw)
		a := stated{Low: n, High: n}
		if fault != amountOK {
			return a, fault
		}
		if words := strings.TrimSpace(reNumber.ReplaceAllString(unmarked(c.Text), " ")); words != "" {
			a.Unit = unitWords(words) // a number format like 0 "tấn"
		}
		return a, amountOK
	}
	return readAmount(c.Text)
}

// milliOf turns a stored number into thousandths.
func milliOf(raw string) (int64, amountFault) {
	f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	switch {
	case err != nil || math.IsNaN(f):
		return 0, amountUnclear
	case f < 0:
		return 0, amountNegative
	case f > 1e12:
		return 0, amountAbsurd
	}
	return int64(math.Round(f * 1000)), amountOK
}

// readAmount reads a quantity as text.
func readAmount(s string) (stated, amountFault) {
	p := strings.Trim(unmarked(s), " .;,")
	if noneWords[p] {
		return stated{}, amountNone
	}
	if reCount.MatchString(noMarks.Replace(p)) {
		return stated{}, amountAbsurd
	}
	if strings.HasPrefix(p, "-") && len(p) > 1 && (p[1] == ' ' || p[1] >= '0' && p[1] <= '9') {
		return stated{}, amountNegative
	}
	inside := ""
	if m := reBracket.FindStringSubmatch(p); m != nil {
		inside = m[1]
		p = strings.Join(strings.Fields(reBracket.ReplaceAllString(p, " ")), " ")
	}
	a, fault := readBareAmount(p)
	if fault == amountOK && inside != "" {
		if w, f := readBareAmount(inside); f == amountOK && weightUnits[w.Unit] > 0 && weightUnits[a.Unit] == 0 && a.Unit != "" {
			if a.Low > 0 && a.Low == a.High {
				w.PieceLow = scaleBy(w.Low*weightUnits[w.Unit], 1, a.Low)
			}
			w.Weighed, w.Days = true, a.Days
			return w, amountOK
		} else if f == amountUnclear || f == amountOK && w.Unit != "" {
			a.Rest = strings.TrimSpace(a.Rest + " " + inside)
		}
	}
	if fault == amountUnclear && inside != "" {
		if w, f := readBareAmount(inside); f == amountOK {
			return w, amountOK
		}
	}
	return a, fault
}

// weightUnits are grams of the units that mean a weight wherever they are used.
var weightUnits = map[string]int64{"tan": 1_000_000, "ta": 100_000, "yen": 10_000, "kg": 1000, "can": 1000, "ky": 1000, "ki": 1000, "kilo": 1000, "kilogam": 1000, "lang": 100, "gam": 1, "gram": 1, "g": 1, "t": 1_000_000}

func readBareAmount(p string) (stated, amountFault) {
	var a stated
	if m := rePeriod.FindStringSubmatchIndex(p); m != nil {
		a.Days = map[string]int64{"ngay": 1, "hom": 1, "tuan": 7, "thang": 30, "nam": 365}[p[m[2]:m[3]]]
		p = strings.TrimSpace(p[:m[0]] + " " + p[m[1]:])
	}
	p = reSpaces.ReplaceAllString(reSpaces.ReplaceAllString(p, "$1$2"), "$1$2")
	p = strings.ReplaceAll(p, "m2", "sqm")
	p = reGlued.ReplaceAllString(p, "$1 $2")
	p = strings.ReplaceAll(p, "sqm", "m2")
	p = strings.TrimLeft(p, "~<>=. ")
	for again := true; again; {
		again = false
		for _, w := range upToWords {
			if t, ok := strings.CutPrefix(p, w+" "); ok {
				p, a.UpTo, again = strings.TrimLeft(t, "~ "), true, true
			}
		}
		for _, w := range approxWords {
			if t, ok := strings.CutPrefix(p, w+" "); ok {
				p, again = strings.TrimLeft(t, "~: "), true
			}
		}
	}
	toks := amountTokens(p)
	if len(toks) == 0 || !toks[0].num {
		for _, w := range manyWords {
			if hasWords(text.Fold(p), w) {
				return a, amountWords
			}
		}
		return a, amountUnclear
	}
	low, unit, rest, doubt, ok := takeAmount(toks)
	if !ok {
		return a, amountUnclear
	}
	a.Low, a.High, a.Unit, a.Doubt = low, low, unit, doubt
	if len(rest) > 1 && rest[0].sep && rest[1].num {
		high, unit2, rest2, doubt2, ok := takeAmount(rest[1:])
		if !ok {
			return a, amountUnclear
		}
		if a.Unit == "" { // «15-17 vạn quả»: the multiplier behind counts for both
			a.Low, a.Unit = shareMultiplier(rest[1:], a.Low, high), unit2
		} else if unit2 != a.Unit && unit2 != "" {
			if weightUnits[a.Unit] == 0 || weightUnits[unit2] == 0 {
				return a, amountUnclear
			}
			high = scaleBy(high, weightUnits[unit2], weightUnits[a.Unit])
		}
		if high < a.Low {
			return a, amountUnclear
		}
		a.High, rest, a.Doubt = high, rest2, a.Doubt || doubt2
	}
	for len(rest) > 1 && rest[0].num && weightUnits[a.Unit] > 0 { // «3 tấn 5 tạ»
		more, unit2, rest2, _, ok := takeAmount(rest)
		if !ok || weightUnits[unit2] == 0 || weightUnits[unit2] >= weightUnits[a.Unit] {
			break
		}
		more = scaleBy(more, weightUnits[unit2], weightUnits[a.Unit])
		a.Low, a.High, rest = a.Low+more, a.High+more, rest2
	}
	left := ""
	for _, t := range rest {
		if t.num {
			return a, amountUnclear
		}
		if !fillers[t.s] && !t.sep {
			left += " " + t.s
		}
	}
	a.Rest = strings.TrimSpace(left)
	if areaUnits[a.Unit] {
		return a, amountArea
	}
	return a, amountOK
}

// shareMultiplier gives the lower end of a range the multiplier that only the upper one carries.
func shareMultiplier(upper []amountToken, low, high int64) int64 {
	if len(upper) > 1 && low < high {
		if m, ok := multipliers[upper[1].s]; ok && low <= math.MaxInt64/m {
			return low * m
		}
	}
	return low
}

// scaleBy is ⌊a × b / c⌋ for a, b ≥ 0 and c > 0, capped where it does not fit.
func scaleBy(a, b, c int64) int64 {
	if b != 0 && a > math.MaxInt64/b {
		f := float64(a) * float64(b) / float64(c)
		if f > 9e18 {
			return math.MaxInt64 / 4
		}
		return int64(f)
	}
	return a * b / c
}

type amountToken struct {
	s   string
	num bool
	sep bool // a dash or «đến»
}

func amountTokens(p string) []amountToken {
	var out []amountToken
	for p != "" {
		switch {
		case p[0] >= '0' && p[0] <= '9':
			m := strings.TrimRight(reNumber.FindString(p), ".,")
			out = append(out, amountToken{s: m, num: true})
			p = p[len(m):]
		case p[0] == '-' || p[0] == '~':
			out = append(out, amountToken{s: "-", sep: true})
			p = p[1:]
		case unicode.IsLetter(rune(p[0])) || p[0] >= 0x80:
			end := strings.IndexFunc(p, func(r rune) bool { return !unicode.IsLetter(r) && !(r == '2' && strings.HasPrefix(p, "m2")) })
			if end <= 0 {
				end = len(p)
			}
			w := p[:end]
			out = append(out, amountToken{s: w, sep: w == "den" || w == "toi"})
			p = p[end:]
		default:
			p = p[1:]
		}
	}
	return out
}

// takeAmount reads one number with its multipliers and unit.
func takeAmount(t []amountToken) (milli int64, unit string, rest []amountToken, doubt, ok bool) {
	milli, doubt, ok = text.ReadNumber(t[0].s)
	if !ok {
		return 0, "", nil, false, false
	}
	t = t[1:]
	for len(t) > 0 {
		m, isMul := multipliers[t[0].s]
		if !isMul {
			break
		}
		if milli > 1e15/m {
			return 0, "", nil, false, false
		}
		milli *= m
		t = t[1:]
		if len(t) > 0 && t[0].s == "ruoi" {
			milli += 500 * m
			t = t[1:]
		}
	}
	if len(t) > 0 && !t[0].num && !t[0].sep && !fillers[t[0].s] {
		unit, t = t[0].s, t[1:]
	}
	if len(t) > 0 && t[0].s == "ruoi" && unit != "" {
		milli += 500
		t = t[1:]
	}
	return milli, unit, t, doubt, true
}

// unitWords folds what stands in a unit cell or behind a number: «Tấn/vụ» is "tan".
func unitWords(s string) string {
	p := unmarked(s)
	if m := rePeriod.FindStringIndex(p); m != nil {
		p = p[:m[0]]
	}
	f := text.Fold(p)
	for _, pre := range []string{"dvt ", "don vi ", "tinh ", "bang "} {
		f = strings.TrimPrefix(f, pre)
	}
	return f
}
