package market

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
)

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
