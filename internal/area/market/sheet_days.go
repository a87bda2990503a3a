package market

import (
	"regexp"
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
		{"truoc ", before}, {"dip ", before}, {"phuc vu ", before}, {"hang ", before}, {"can ", before},
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

var (
	reMonthTail = regexp.MustCompile(`^[0-9]{1,2}( ?[/-] ?[0-9]{4}| nam [0-9]{4})?$`)
	reMonthWord = regexp.MustCompile(`^(thang |th|t|tuan |w)`)
	reDMY       = regexp.MustCompile(`^([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?([/.-]) ?([0-9]{4}|[0-9]{2})$`)
	reISO       = regexp.MustCompile(`^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( 0?0:00(:00)?)?$`)
	reDM        = regexp.MustCompile(`^([0-9]{1,2}) ?[/.] ?([0-9]{1,2})$`)
	reMY        = regexp.MustCompile(`^([0-9]{1,2}) ?[/.-] ?([0-9]{4})$`)
	reDayMonth  = regexp.MustCompile(`^([0-9]{1,2}|ram|mung [0-9]{1,2}|mong [0-9]{1,2}) (?:thang |th|t)? ?([0-9]{1,2}|gieng|chap)(?:(?: nam |/| )([0-9]{4}))?( am lich| am| al| duong lich| dl)?$`)
	reMonth     = regexp.MustCompile(`^(dau |giua |cuoi |trung tuan |thuong tuan |ha tuan |nua dau |nua cuoi |het )?(?:thang ?|th ?|t ?)([0-9]{1,2}|gieng|chap)(?:(?: nam |/| |-)([0-9]{4}))?( am lich| am| al)?$`)
	reWeek      = regexp.MustCompile(`^(?:tuan|week|w)(?: thu| so)? ?([0-9]{1,2})(?:(?: nam |/| |-)([0-9]{4}))?$`)
	reWeekOf    = regexp.MustCompile(`^tuan(?: thu)? ?([1-5]|dau|cuoi) (?:thang |t)([0-9]{1,2})(?:(?: nam |/| )([0-9]{4}))?$`)
	reQuarter   = regexp.MustCompile(`^quy ([1-4]|i|ii|iii|iv)(?:(?: nam |/| )([0-9]{4}))?$`)
	reTet       = regexp.MustCompile(`^(?:mung 1 |mong 1 )?tet(?: nguyen dan| am lich| ta)?(?: giap thin| at ty| quy mao)?(?: nam)? ?([0-9]{4})?$`)
	reLunarTail = regexp.MustCompile(`^([0-9]{1,2}) ?[/.-] ?([0-9]{1,2})(?: ?[/.-] ?([0-9]{4}))? ?(?:am lich|am|al)$`)
)

// readRough reads one end: a day, a part of a month, a month, a week, a quarter, a
// lunar day, Tết.
func readRough(p string) (*rough, bool) {
	r, ok := readEnd(p)
	if ok && r.year != 0 && (r.year < 2000 || r.year > 2099) {
		return nil, false
	}
	return r, ok
}

func readEnd(p string) (*rough, bool) {
	p = strings.Trim(strings.TrimPrefix(strings.Trim(p, " .,;"), "ngay "), " .,;")
	num := func(s string) int { n, _ := strconv.Atoi(s); return n }
	if m := reDMY.FindStringSubmatch(p); m != nil && (m[2] == m[4] || len(m[5]) == 4) {
		y := num(m[5])
		if y < 100 {
			y += 2000
		}
		return dated(y, num(m[3]), num(m[1]))
	}
	if m := reISO.FindStringSubmatch(p); m != nil {
		return dated(num(m[1]), num(m[2]), num(m[3]))
	}
	if m := reLunarTail.FindStringSubmatch(p); m != nil {
		return lunarRough(num(m[3]), num(m[2]), num(m[1]))
	}
	if m := reDM.FindStringSubmatch(p); m != nil {
		return dated(0, num(m[2]), num(m[1]))
	}
	if m := reMY.FindStringSubmatch(p); m != nil && num(m[1]) >= 1 && num(m[1]) <= 12 {
		return &rough{year: num(m[2]), month: num(m[1])}, true
	}
	if m := reTet.FindStringSubmatch(p); m != nil {
		return &rough{year: num(m[1]), tet: true}, true
	}
	if p == "ong cong ong tao" || p == "ong tao" || p == "ong cong" {
		return lunarRough(0, 12, 23)
	}
	if m := reDayMonth.FindStringSubmatch(p); m != nil {
		day, lunar := num(strings.TrimLeft(m[1], "mungo ")), strings.HasPrefix(strings.TrimSpace(m[4]), "a")
		if m[1] == "ram" {
			day, lunar = 15, true
		} else if strings.HasPrefix(m[1], "m") {
			lunar = true
		}
		month := num(m[2])
		switch m[2] {
		case "gieng":
			month, lunar = 1, true
		case "chap":
			month, lunar = 12, true
		}
		if lunar {
			return lunarRough(num(m[3]), month, day)
		}
		return dated(num(m[3]), month, day)
	}
	if m := reMonth.FindStringSubmatch(p); m != nil {
		return monthPart(strings.TrimSpace(m[1]), m[2], num(m[3]), strings.TrimSpace(m[4]) != "")
	}
	if m := reWeekOf.FindStringSubmatch(p); m != nil {
		n := map[string]int{"dau": 1, "cuoi": 4}[m[1]]
		if n == 0 {
			n = num(m[1])
		}
		d := 7*(n-1) + 1
		return &rough{year: num(m[3]), month: num(m[2]), d1: min(d, 29), d2: min(d+6, 31)}, num(m[2]) >= 1 && num(m[2]) <= 12
	}
	if m := reWeek.FindStringSubmatch(p); m != nil {
		w := num(m[1])
		return &rough{year: num(m[2]), week: w}, w >= 1 && w <= 53
	}
	if m := reQuarter.FindStringSubmatch(p); m != nil {
		q := map[string]int{"1": 1, "i": 1, "2": 2, "ii": 2, "3": 3, "iii": 3, "4": 4, "iv": 4}[m[1]]
		return quarter(num(m[2]), q), true
	}
	if n := num(p); len(p) == 5 && n >= 36526 && n <= 73050 {
		w, ok := readSerial(p)
		return w.lo, ok
	}
	return nil, false
}

func dated(y, m, d int) (*rough, bool) {
	if m < 1 || m > 12 || d < 1 || d > 31 || y != 0 && (y < 2000 || y > 2099) {
		return nil, false
	}
	check := y
	if check == 0 {
		check = 2024 // a leap year: 29/2 may be meant
	}
	if d > calendar.Month(check, time.Month(m)).Len() {
		return nil, false
	}
	return &rough{year: y, month: m, d1: d}, true
}

func lunarRough(y, m, d int) (*rough, bool) {
	if m < 1 || m > 12 || d < 1 || d > 30 {
		return nil, false
	}
	return &rough{year: y, month: m, d1: d, lunar: true}, true
}

func monthPart(part, month string, year int, lunar bool) (*rough, bool) {
	n, _ := strconv.Atoi(month)
	switch month {
	case "gieng":
		n, lunar = 1, true
	case "chap":
		n, lunar = 12, true
	}
	if n < 1 || n > 12 {
		return nil, false
	}
	r := &rough{year: year, month: n, lunar: lunar}
	switch part {
	case "dau", "thuong tuan":
		r.d1, r.d2 = 1, 10
	case "giua", "trung tuan":
		r.d1, r.d2 = 11, 20
	case "cuoi", "ha tuan":
		r.d1, r.d2 = 21, 31
	case "nua dau":
		r.d1, r.d2 = 1, 15
	case "nua cuoi":
		r.d1, r.d2 = 16, 31
	}
	return r, true
}

func quarter(year, q int) *rough { return &rough{year: year, month: 3*q - 2, week: -q} }

func tetOf(year int) (calendar.Day, bool) {
	d := calendar.Tet(year)
	return d, d != 0
}

func solarOf(year, month, day int) (calendar.Day, bool) {
	return calendar.Lunar{Year: year, Month: month, Day: day}.Solar()
}
