package calendar

import (
	"strconv"
	"strings"
	"time"
)

// ReadDay reads what staff write for a day or for several: 31/12/2023, 31-12-23, 15/11,
// 15–20/11, từ 1/11 đến 15/12, tháng 11/2023, tháng 10, 11, 12, T11, đầu tháng 11, quý IV,
// tuần 48/2023, quanh năm, rằm tháng 8, 23 tháng Chạp, 15/8 âm lịch, a spreadsheet's
// serial, ISO 8601. year stands in where none is written (0: then it is not ok). The
// answer is the first and the last day; what can be read in two ways is not ok.
func ReadDay(s string, year int) (from, to Day, ok bool) {
	if len(s) > 200 {
		return 0, 0, false
	}
	s = strings.TrimSpace(s)
	if d, ok := readISO(s); ok {
		return d, d, true
	}
	if d, ok := readSerial(s); ok {
		return d, d, true
	}
	p, ok := readSpan(scan(s), year)
	if !ok || p.From < earliest || p.To > latest || p.To < p.From {
		return 0, 0, false
	}
	return p.From, p.To, true
}

var (
	earliest = Date(1900, time.January, 1)
	latest   = Date(2200, time.December, 31)
)

func readISO(s string) (Day, bool) {
	if len(s) < 10 || len(s) > 10 && s[10] != 'T' && s[10] != ' ' {
		return 0, false
	}
	d, err := ParseDay(s[:10])
	return d, err == nil && d >= earliest && d <= latest
}

// readSerial reads the serials of the years 1954 to 2119; shorter numbers are years.
func readSerial(s string) (Day, bool) {
	whole, frac, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if len(whole) != 5 || strings.Trim(frac, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n < 20000 || n > 80000 {
		return 0, false
	}
	return FromSerial(int64(n))
}

// readSpan reads one expression, two joined by a dash or «đến», or a list of months.
func readSpan(t []token, year int) (Period, bool) {
	if len(t) == 0 || len(t) > 30 {
		return Period{}, false
	}
	if one, ok := parseShape(t); ok && one.unit != 0 {
		return one.resolve(year)
	}
	for i := 1; i < len(t)-1; i++ {
		if !t[i].ranges() {
			continue
		}
		a, okA := parseShape(t[:i])
		b, okB := parseShape(t[i+1:])
		if okA && okB {
			if p, ok := between(a, b, year); ok {
				return p, true
			}
		}
	}
	return readList(t, year)
}

// between joins two shapes; what one does not say it takes from the other.
func between(a, b shape, year int) (Period, bool) {
	a, b, ok := lend(a, b)
	if !ok {
		return Period{}, false
	}
	saidA, saidB := a.year != 0, b.year != 0
	switch {
	case saidB && !saidA:
		a.year = b.year
	case saidA && !saidB:
		b.year = a.year
	case !saidA:
		a.year, b.year = year, year
	}
	p, okA := a.resolve(year)
	q, okB := b.resolve(year)
	if okA && okB && p.From > q.From && !(saidA && saidB) { // over New Year
		if saidB {
			a.year--
			p, okA = a.resolve(year)
		} else {
			b.year++
			q, okB = b.resolve(year)
		}
	}
	return Period{p.From, q.To}, okA && okB && p.From <= q.From && p.To <= q.To
}

// lend completes the side of a range that is only a number, or lacks its month.
func lend(a, b shape) (shape, shape, bool) {
	if a.unit == 0 && b.unit == 0 {
		return a, b, false
	}
	if b.pair && (a.unit == month && a.worded || a.unit == week || a.unit == quarter) { // tuần 48–50/2023
		b = shape{unit: a.unit, num: b.num, year: b.second()}
	}
	if a.unit == 0 {
		a = shape{unit: b.unit, num: a.num, month: b.month, lunar: b.lunar}
	}
	if b.unit == 0 {
		b = shape{unit: a.unit, num: b.num, month: a.month, lunar: a.lunar, third: 0}
	}
	if a.unit == day && b.unit == day {
		a.lunar = a.lunar || b.lunar
		b.lunar = a.lunar
	}
	return a, b, true
}

// readList reads months, weeks or quarters that follow one another: tháng 10, 11 và 12.
func readList(t []token, year int) (Period, bool) {
	var parts []shape
	for start, i := 0, 0; i <= len(t); i++ {
		if i < len(t) && !t[i].lists() {
			continue
		}
		s, ok := parseShape(t[start:i])
		if !ok {
			return Period{}, false
		}
		parts, start = append(parts, s), i+1
	}
	if len(parts) < 2 || parts[0].unit == 0 || parts[0].unit == day {
		return Period{}, false
	}
	tail := parts[len(parts)-1]
	if tail.pair {
		tail.year = tail.second()
	}
	var all Period
	for i, s := range parts {
		if s.unit == 0 || s.pair {
			s = shape{unit: parts[0].unit, num: s.num, year: s.year}
		}
		if s.year == 0 {
			s.year = tail.year
		}
		if s.year == 0 {
			s.year = year
		}
		p, ok := s.resolve(year)
		if ok && i > 0 && p.From < all.From && tail.year == 0 { // tháng 12, 1
			s.year++
			p, ok = s.resolve(year)
		}
		if !ok || i > 0 && p.From != all.To+1 {
			return Period{}, false
		}
		if i == 0 {
			all = p
		}
		all.To = p.To
	}
	return all, true
}
