package calendar

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/lienket/lienket/internal/base/text"
)

// token is a number (num ≥ 0, text its digits), a folded word or a sign.
type token struct {
	text string
	num  int
}

func (t token) number() bool { return t.num >= 0 }
func (t token) ranges() bool { return t.text == "-" || t.text == "den" || t.text == "toi" }
func (t token) lists() bool {
	return t.text == "," || t.text == "va" || t.text == "+" || t.text == "&"
}

// scan cuts s into tokens; clock times and brackets fall away.
func scan(s string) (out []token) {
	rs := []rune(text.NFC(s))
	run := func(i int, in func(rune) bool) int {
		for i < len(rs) && in(rs[i]) {
			i++
		}
		return i
	}
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	for i := 0; i < len(rs); {
		switch r := rs[i]; {
		case digit(r):
			end := run(i, digit)
			if end < len(rs) && rs[end] == ':' { // 14:30:00
				i = run(end, func(r rune) bool { return digit(r) || r == ':' })
				continue
			}
			n, err := strconv.Atoi(string(rs[i:end]))
			if err != nil || end-i > 4 {
				return nil
			}
			out = append(out, token{string(rs[i:end]), n})
			i = end
		case unicode.IsLetter(r):
			end := run(i, unicode.IsLetter)
			out = append(out, token{text.Fold(string(rs[i:end])), -1})
			i = end
		case strings.ContainsRune("–—−~→>", r):
			out, i = append(out, token{"-", -1}), i+1
		case strings.ContainsRune("/.-,+&", r):
			if r == '-' && i+1 < len(rs) && rs[i+1] == '>' {
				i++
			}
			out, i = append(out, token{string(r), -1}), i+1
		case unicode.IsSpace(r) || strings.ContainsRune(`()[]"'«»;:`, r):
			i++
		default:
			return nil
		}
	}
	return out
}

// unit is what a shape counts; 0 is a bare number.
type unit byte

const (
	day unit = iota + 1
	month
	week
	quarter
	wholeYear
)

// shape is a day or a stretch of days with what was said about it; zeros were not said.
type shape struct {
	unit   unit
	num    int // of the unit: day, month, week, quarter
	month  int // of a day
	year   int
	third  int  // of a month: 1 đầu, 2 giữa, 3 cuối
	lunar  bool // by the lunar calendar
	worded bool // the unit was written out
	pair   bool // written as two numbers: 12/2023, 15/11
}

// second is the second number of a pair as a year.
func (s shape) second() int {
	if s.unit == day {
		return twoDigits(s.month)
	}
	return s.year
}

func twoDigits(y int) int {
	if y < 100 {
		return 2000 + y
	}
	return y
}

// resolve finds the days; year stands in for one that was not said.
func (s shape) resolve(year int) (Period, bool) {
	if s.year != 0 {
		year = s.year
	}
	if year < 1900 || year > 2199 {
		return Period{}, false
	}
	switch s.unit {
	case day:
		if s.lunar {
			d, ok := Lunar{Year: year, Month: s.month, Day: s.num}.Solar()
			return Period{d, d}, ok
		}
		d := Date(year, time.Month(s.month), s.num)
		_, m, n := d.Date()
		return Period{d, d}, int(m) == s.month && n == s.num
	case month:
		if s.num < 1 || s.num > 12 {
			return Period{}, false
		}
		if s.lunar {
			return lunarMonth(year, s.num)
		}
		p := Month(year, time.Month(s.num))
		switch s.third {
		case 1:
			p.To = p.From + 9
		case 2:
			p.From, p.To = p.From+10, p.From+19
		case 3:
			p.From += 20
		}
		return p, true
	case week:
		w, ok := ISOWeek(year, s.num)
		return w.Days(), ok
	case quarter:
		if s.num < 1 || s.num > 4 {
			return Period{}, false
		}
		return Period{Date(year, time.Month(3*s.num-2), 1), Date(year, time.Month(3*s.num+1), 1) - 1}, true
	case wholeYear:
		return Year(year), true
	}
	return Period{}, false
}

func lunarMonth(year, m int) (Period, bool) {
	from, ok := Lunar{Year: year, Month: m, Day: 1}.Solar()
	if !ok {
		return Period{}, false
	}
	to := from + 28 // months have 29 or 30 days
	if (to+1).Lunar().Month == m && (to+1).Lunar().Day == 30 {
		to++
	}
	return Period{from, to}, true
}

// parseShape reads one expression.
func parseShape(t []token) (shape, bool) {
	for len(t) > 0 && slices.Contains([]string{"tu", "den", "toi", "vao", "trong", "khoang", "ngay", ",", "."}, t[0].text) {
		t = t[1:]
	}
	for len(t) > 0 && slices.Contains([]string{",", ".", "dl"}, t[len(t)-1].text) {
		t = t[:len(t)-1]
	}
	lunar := false
	switch n := len(t); {
	case n > 2 && t[n-1].text == "lich" && (t[n-2].text == "am" || t[n-2].text == "duong"):
		lunar, t = t[n-2].text == "am", t[:n-2]
	case n > 1 && t[n-1].text == "al":
		lunar, t = true, t[:n-1]
	}
	if len(t) == 0 {
		return shape{}, false
	}
	if n := roman(t[0]); n > 0 {
		t = append([]token{{t[0].text, n}}, t[1:]...)
	}
	s, ok := parseWords(t)
	if !ok {
		s, ok = parseNumbers(t)
	}
	s.lunar = s.lunar || lunar
	if s.lunar && s.unit != day && s.unit != month && s.unit != 0 || s.lunar && s.third != 0 {
		return shape{}, false
	}
	return s, ok
}

// parseWords reads what begins with a word, and «15 tháng 11 năm 2023».
func parseWords(t []token) (shape, bool) {
	head, rest := t[0].text, t[1:]
	next := func(word string) bool { return len(rest) > 0 && rest[0].text == word }
	switch {
	case slices.Contains([]string{"quanh", "ca", "suot"}, head) && next("nam"):
		return parseYear(shape{unit: wholeYear}, rest[1:])
	case head == "nam" && len(rest) == 1 && rest[0].num >= 1900:
		return shape{unit: wholeYear, year: rest[0].num}, true
	case slices.Contains([]string{"dau", "giua", "cuoi"}, head) && len(rest) > 1:
		s, ok := parseWords(rest)
		s.third = slices.Index([]string{"", "dau", "giua", "cuoi"}, head)
		return s, ok && s.unit == month && !s.lunar
	case (head == "thang" || head == "t") && len(rest) > 0:
		n, lunar := monthNumber(rest[0])
		if n < 0 {
			return shape{}, false
		}
		return parseYear(shape{unit: month, num: n, lunar: lunar, worded: true}, rest[1:])
	case head == "tuan" && next("thu") && len(rest) > 1 && rest[1].number():
		return parseYear(shape{unit: week, num: rest[1].num, worded: true}, rest[2:])
	case head == "tuan" && len(rest) > 0 && rest[0].number():
		return parseYear(shape{unit: week, num: rest[0].num, worded: true}, rest[1:])
	case (head == "quy" || head == "q") && len(rest) > 0:
		return parseYear(shape{unit: quarter, num: max(rest[0].num, roman(rest[0])), worded: true}, rest[1:])
	case head == "ram" && len(rest) > 1:
		m, ok := parseWords(rest)
		return shape{unit: day, num: 15, month: m.num, year: m.year, lunar: true}, ok && m.unit == month
	case (head == "mung" || head == "mong") && len(rest) > 1:
		s, ok := parseWords(rest)
		if !ok {
			s, ok = parseNumbers(rest)
		}
		s.lunar = true
		return s, ok && s.unit == day
	case t[0].number() && next("thang"):
		m, ok := parseWords(rest)
		return shape{unit: day, num: t[0].num, month: m.num, year: m.year, lunar: m.lunar}, ok && m.unit == month
	}
	return shape{}, false
}

// roman is the number of a quarter, 0 if it is none.
func roman(t token) int {
	return max(0, slices.Index([]string{"", "i", "ii", "iii", "iv"}, t.text))
}

// monthNumber knows the lunar names of the first and the last month.
func monthNumber(t token) (n int, lunar bool) {
	switch t.text {
	case "gieng":
		return 1, true
	case "chap":
		return 12, true
	}
	return t.num, false
}

// parseYear reads a year behind a shape: /2023, /23, năm 2023, 2023, or nothing.
func parseYear(s shape, t []token) (shape, bool) {
	if len(t) == 0 {
		return s, true
	}
	y := t[len(t)-1].num
	switch {
	case len(t) == 1 && y >= 1900:
		s.year = y
	case len(t) == 2 && y >= 1900 && slices.Contains([]string{"/", "-", ".", ",", "nam"}, t[0].text):
		s.year = y
	case len(t) == 2 && y >= 20 && y < 60 && (t[0].text == "/" || t[0].text == "nam"): // tháng 11/12 is two months
		s.year = 2000 + y
	case len(t) == 3 && y >= 1900 && t[0].text == "," && t[1].text == "nam":
		s.year = y
	default:
		return shape{}, false
	}
	return s, true
}

// parseNumbers reads numbers and the signs between them.
func parseNumbers(t []token) (shape, bool) {
	for i, tok := range t {
		if tok.number() == (i%2 == 1) || i%2 == 1 && (!strings.Contains("/.-", tok.text) || tok.text != t[1].text) {
			return shape{}, false
		}
	}
	switch len(t) {
	case 1:
		if t[0].num >= 1900 && t[0].num < 2200 {
			return shape{unit: wholeYear, year: t[0].num}, true
		}
		return shape{num: t[0].num}, true
	case 3:
		return twoNumbers(t[0].num, t[2].num, t[1].text)
	case 5:
		if t[0].num >= 1900 {
			return shape{unit: day, num: t[4].num, month: t[2].num, year: t[0].num}, true
		}
		if len(t[4].text) > 1 { // 1/1/1 is no year
			return threeNumbers(t[0].num, t[2].num, t[4].num, t[1].text)
		}
	}
	return shape{}, false
}

func twoNumbers(a, b int, sign string) (shape, bool) {
	switch {
	case b >= 1900:
		return shape{unit: month, num: a, year: b, pair: true}, true
	case a >= 1900:
		return shape{unit: month, num: b, year: a}, true
	case sign == "-" && a <= 12 && b <= 12:
		return shape{}, false // 10-12 may be two months or one day
	}
	return shape{unit: day, num: a, month: b, pair: true}, true
}

func threeNumbers(a, b, c int, sign string) (shape, bool) {
	if c < 100 {
		if sign != "/" && c < 20 {
			return shape{}, false
		}
		if c += 2000; c >= 2070 {
			c -= 100
		}
	}
	if b > 12 && a <= 12 { // 12/31/2023 can be nothing else
		a, b = b, a
	}
	return shape{unit: day, num: a, month: b, year: c}, true
}
