package market

import (
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
)

// window is what two cells of days say. A zero end is open: nobody stated it.
type window struct {
	From, To calendar.Day
	Always   bool // «quanh năm»: both ends are meant to be open
	Guessed  bool // words like «trước Tết» were given a stated meaning
	Single   bool // one day stands in a cell that is meant for both ends
}

// rough is a written end of a window that may still lack its year.
type rough struct {
	year     int // 0: not written
	month    int
	d1, d2   int // days of the month; 0, 0 is the whole month; d2 0 is d1 alone
	lunar    bool
	week     int  // an ISO week; negative for a quarter
	tet      bool // counted from the first day of the lunar year
	off1     int  // days from Tết
	off2     int
	fixed    calendar.Period
	hasFixed bool
}

// in is the period the words mean in a year.
func (r rough) in(year int) (calendar.Period, bool) {
	switch {
	case r.hasFixed:
		return r.fixed, true
	case r.tet:
		d, ok := tetOf(year)
		return calendar.Period{From: d + calendar.Day(r.off1), To: d + calendar.Day(r.off2)}, ok
	case r.week < 0: // a quarter
		first := calendar.Month(year, time.Month(r.month))
		return calendar.Period{From: first.From, To: calendar.Month(year, time.Month(r.month+2)).To}, true
	case r.week > 0:
		w, ok := calendar.ISOWeek(year, r.week)
		if !ok {
			return calendar.Period{}, false
		}
		return w.Days(), true
	case r.lunar:
		d1, d2 := r.d1, r.d2
		if d1 == 0 {
			d1, d2 = 1, 29
		}
		a, ok := solarOf(year, r.month, d1)
		if !ok {
			return calendar.Period{}, false
		}
		b := a
		if d2 > d1 {
			b = a + calendar.Day(d2-d1)
		}
		return calendar.Period{From: a, To: b}, true
	}
	if r.month < 1 || r.month > 12 {
		return calendar.Period{}, false
	}
	m := calendar.Month(year, time.Month(r.month))
	if r.d1 == 0 {
		return m, true
	}
	d2 := r.d2
	if d2 == 0 {
		d2 = r.d1
	}
	last := m.Len()
	if r.d1 > last {
		return calendar.Period{}, false
	}
	return calendar.Period{From: m.From + calendar.Day(r.d1-1), To: m.From + calendar.Day(min(d2, last)-1)}, true
}

// long says that the words mean several days: a month, a week, the days before Tết.
func (r *rough) long() bool {
	return r.week != 0 || r.off1 != r.off2 || r.d2 > r.d1 || r.month > 0 && r.d1 == 0 || r.hasFixed && r.fixed.From < r.fixed.To
}

// dayWords is one cell of days before years are filled in.
type dayWords struct {
	lo, hi  *rough
	now     bool // «có ngay»: from the day the file is read
	always  bool
	guessed bool
}

// readWindow reads the two day cells of a row, or one cell that holds both. ok is false
// when words were there that nobody understood; the window is then what could be read.
func readWindow(from, to, both sheet.Cell, asOf calendar.Day) (w window, ok bool) {
	ok = true
	now := false
	var lo, hi *rough
	for i, c := range []sheet.Cell{both, from, to} {
		if cellEmpty(c) {
			continue
		}
		d, fine := readDayCell(c)
		if !fine {
			ok = false
			continue
		}
		w.Always = w.Always || d.always
		w.Guessed = w.Guessed || d.guessed
		now = now || d.now
		if d.lo != nil && (i != 2 || lo == nil) {
			lo = d.lo
			if i == 2 && d.lo == d.hi {
				lo = nil // a single day in «Đến ngày» is only an end
			}
		}
		if d.hi != nil && (i != 1 || d.hi != d.lo || d.hi.long()) {
			hi = d.hi
		}
	}
	w.Single = lo != nil && lo == hi && !lo.long()
	if lo != nil || hi != nil {
		w.From, w.To, ok = fillYears(lo, hi, asOf, ok)
	}
	if now && w.From == 0 {
		w.From = asOf
	}
	return w, ok
}

func cellEmpty(c sheet.Cell) bool {
	p := strings.Trim(unmarked(c.Text), " .;,")
	return p == "" || p == "-" || p == "x" || p == "?" || p == "..." || p == "/"
}

// fillYears gives a year to ends that have none: the end so that it is not long past,
// the start so that it lies before the end.
func fillYears(lo, hi *rough, asOf calendar.Day, ok bool) (from, to calendar.Day, fine bool) {
	now, _, _ := asOf.Date()
	find := func(r *rough, good func(calendar.Period) bool, years ...int) (calendar.Period, bool) {
		if r.year != 0 {
			years = []int{r.year}
		}
		var last calendar.Period
		found := false
		for _, y := range years {
			if p, valid := r.in(y); valid {
				last, found = p, true
				if r.year != 0 || r.hasFixed || good(p) {
					return p, true
				}
			}
		}
		return last, found
	}
	var loP, hiP calendar.Period
	loOK, hiOK := true, true
	switch {
	case hi == nil:
		loP, loOK = find(lo, func(p calendar.Period) bool { return p.From >= asOf-60 }, now-1, now, now+1)
	case lo != nil && lo.year != 0:
		loP, loOK = find(lo, nil)
		hiP, hiOK = find(hi, func(p calendar.Period) bool { return p.To >= loP.From }, lo.year, lo.year+1)
	default:
		hiP, hiOK = find(hi, func(p calendar.Period) bool { return p.To >= asOf-31 }, now-1, now, now+1)
		if lo != nil {
			end, _, _ := hiP.To.Date()
			loP, loOK = find(lo, func(p calendar.Period) bool { return p.From <= hiP.To }, end, end-1)
		}
	}
	if lo != nil && loOK {
		from = loP.From
	}
	if hi != nil && hiOK {
		to = hiP.To
	}
	return from, to, ok && loOK && hiOK
}

func readDayCell(c sheet.Cell) (dayWords, bool) {
	if c.Number {
		return readSerial(c.Raw)
	}
	d, ok := readDayWords(unmarked(c.Text))
	if !ok { // lists of months and the like, where the year is written
		if from, to, read := calendar.ReadDay(c.Text, 0); read {
			r := fixedDay(from, to)
			return dayWords{lo: r, hi: r}, true
		}
	}
	return d, ok
}

// readSerial reads Excel's count of days since 1899-12-30.
func readSerial(raw string) (dayWords, bool) {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || f < 36526 || f > 73050 { // the years 2000 to 2099
		return dayWords{}, false
	}
	d := calendar.Date(1899, time.December, 30) + calendar.Day(int(f))
	r := fixedDay(d, d)
	return dayWords{lo: r, hi: r}, true
}

func fixedDay(from, to calendar.Day) *rough {
	y, _, _ := from.Date()
	return &rough{year: y, hasFixed: true, fixed: calendar.Period{From: from, To: to}}
}

var alwaysWords = map[string]bool{"quanh nam": true, "ca nam": true, "thuong xuyen": true, "lien tuc": true, "hang ngay": true, "hang tuan": true, "hang thang": true, "bat ky": true, "bat cu luc nao": true, "luc nao cung co": true, "luc nao cung duoc": true, "quanh nam suot thang": true, "deu quanh nam": true, "12 thang": true, "co quanh nam": true, "san xuat quanh nam": true}

var nowWords = map[string]bool{"co ngay": true, "ngay": true, "hien co": true, "san hang": true, "hien tai": true, "nay": true, "hom nay": true, "bay gio": true, "san": true, "co san": true, "dang thu hoach": true, "giao ngay": true, "can ngay": true, "can gap": true, "gap": true}

var dayNoise = strings.NewReplacer("(", " ", ")", " ", "khoang ", "", "du kien ", "", "tam ", "", "vao ", "", "trong ", "", "bat dau ", "", "thu hoach ", "", "->", " den ", "→", " den ", "~", "-")

// readDayWords reads words of days in plain form.
func readDayWords(p string) (dayWords, bool) {
	p = strings.Trim(p, " .;,")
	p = strings.TrimSpace(dayNoise.Replace(p))
	p = strings.Join(strings.Fields(p), " ")
	if alwaysWords[p] {
		return dayWords{always: true}, true
	}
	if nowWords[p] {
		return dayWords{now: true}, true
	}
	for _, pre := range []struct {
		word string
		make func(*rough) dayWords
	}{
		{"truoc ", before},
		{"dip ", before},
		{"giap ", before},
		{"phuc vu ", before},
		{"hang ", before},
		{"can ", before},
		{"sau ", after},
		{"den het ", func(r *rough) dayWords { return dayWords{hi: r} }},
		{"den ", func(r *rough) dayWords { return dayWords{hi: r} }},
		{"het ", func(r *rough) dayWords { return dayWords{hi: r} }},
		{"toi ", func(r *rough) dayWords { return dayWords{hi: r} }},
	} {
		if rest, ok := strings.CutPrefix(p, pre.word); ok {
			if r, ok := readRough(rest); ok {
				return pre.make(r), true
			}
		}
	}
	open := false
	for _, w := range []string{"tu ngay ", "tu ", "ke tu "} {
		if rest, ok := strings.CutPrefix(p, w); ok {
			p, open = rest, true
			break
		}
	}
	for _, w := range []string{" tro di", " tro ve sau", " di"} {
		if rest, ok := strings.CutSuffix(p, w); ok {
			p, open = rest, true
		}
	}
	if r, ok := readRough(p); ok {
		if open {
			return dayWords{lo: r}, true
		}
		return dayWords{lo: r, hi: r, guessed: r.tet && r.off1 != r.off2}, true
	}
	return readDayRange(p)
}

// before is «trước X»: the thirty days that end with the eve of X.
func before(r *rough) dayWords {
	if r.tet && r.off1 == 0 && r.off2 == 0 {
		t := &rough{year: r.year, tet: true, off1: -30, off2: -1}
		return dayWords{lo: t, hi: t, guessed: true}
	}
	if r.hasFixed || r.lunar || r.month > 0 && r.d1 > 0 {
		c := *r
		if c.hasFixed {
			c.fixed.To--
		} else if c.d2 == 0 {
			c.d2 = c.d1
		}
		return dayWords{hi: &c}
	}
	return dayWords{hi: r}
}

// after is «sau X»: for Tết the thirty days once people work again.
func after(r *rough) dayWords {
	if r.tet && r.off1 == 0 && r.off2 == 0 {
		t := &rough{year: r.year, tet: true, off1: 6, off2: 35}
		return dayWords{lo: t, hi: t, guessed: true}
	}
	return dayWords{lo: r}
}

// readDayRange tries every place where one end may stop and the other begin.
func readDayRange(p string) (dayWords, bool) {
	for _, sep := range []string{" den het ", " den ngay ", " den ", " toi ", " - ", "-", ", ", ","} {
		for at := 0; ; {
			i := strings.Index(p[at:], sep)
			if i < 0 {
				break
			}
			left, right := strings.TrimSpace(p[:at+i]), strings.TrimSpace(p[at+i+len(sep):])
			at += i + 1
			hi, ok := readRough(right)
			prefix := ""
			if !ok && reMonthTail.MatchString(right) { // «tháng 11-12/2023»
				for _, w := range []string{"thang ", "t", "th", "tuan "} {
					if strings.HasPrefix(left, w) {
						prefix = w
						break
					}
				}
				if prefix != "" {
					hi, ok = readRough(prefix + right)
				}
			} else if ok && reMonthWord.MatchString(left) && reMonthTail.MatchString(right) { // «T11-1/2024»
				if h, fine := readRough(reMonthWord.FindString(left) + right); fine {
					hi = h
				}
			}
			if !ok {
				if always := alwaysWords[right] || right == "nay" || right == "het vu" || right == "het mua"; !always {
					continue
				}
				if lo, fine := readRough(left); fine {
					return dayWords{lo: lo, always: right != "nay", guessed: true}, true
				}
				continue
			}
			if nowWords[left] {
				return dayWords{hi: hi, now: true}, true
			}
			if lo, fine := readRough(left); fine {
				return dayWords{lo: lo, hi: hi}, true
			}
			if n, err := strconv.Atoi(strings.TrimPrefix(left, "ngay ")); err == nil && n >= 1 && n <= 31 && hi.month > 0 && hi.d1 > 0 {
				lo := *hi // «15-20/12»
				lo.d1, lo.d2 = n, 0
				return dayWords{lo: &lo, hi: hi}, true
			}
		}
	}
	return dayWords{}, false
}
