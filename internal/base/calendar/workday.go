package calendar

import (
	"sync"
	"time"
)

var holidayCache sync.Map // year → map[Day]bool

// Offices says which days offices work: Monday to Friday without public holidays. The
// zero value follows the Labour Code; what the Government decides for a year (swapped
// days, longer holidays) is added by people.
type Offices struct {
	Closed map[Day]bool // days off beyond the rule
	Open   map[Day]bool // days worked against the rule
}

// Works says whether offices work on the day.
func (o Offices) Works(d Day) bool {
	switch {
	case o.Open[d]:
		return true
	case o.Closed[d]:
		return false
	}
	year, _, _ := d.Date()
	return weekday(d) < 5 && !holidays(year)[d]
}

// Add counts n working days on from d (back if n is negative); the day itself does not
// count. Add(d, 0) is d, or the next working day.
func (o Offices) Add(d Day, n int) Day {
	step := Day(1)
	if n < 0 {
		step, n = -1, -n
	}
	if n == 0 {
		for !o.Works(d) {
			d++
		}
		return d
	}
	for n > 0 {
		if d += step; o.Works(d) {
			n--
		}
	}
	return d
}

// Between counts the working days after from up to and including to.
func (o Offices) Between(from, to Day) (n int) {
	for d := from + 1; d <= to; d++ {
		if o.Works(d) {
			n++
		}
	}
	return n
}

// Holidays lists the public holidays of a year by the Labour Code 2019, art. 112, with
// the days given in lieu of those that fall on a weekend. For Tết these are the last day
// of the old year and the first four; the second day of National Day is the one that
// joins the weekend better. What a year's decree decides otherwise goes into Offices.
func Holidays(year int) []Day {
	var list []Day
	for d := Date(year, time.January, 1); d <= Date(year, time.December, 31); d++ {
		if holidays(year)[d] {
			list = append(list, d)
		}
	}
	return list
}

func holidays(year int) map[Day]bool {
	if off, ok := holidayCache.Load(year); ok {
		return off.(map[Day]bool)
	}
	national := Date(year, time.September, 2)
	off := map[Day]bool{}
	var list []Day
	add := func(d Day) { off[d] = true; list = append(list, d) }
	add(Date(year, time.January, 1))
	for i := Day(-1); i <= 3; i++ {
		add(Tet(year) + i)
	}
	if hung, ok := (Lunar{Year: year, Month: 3, Day: 10}).Solar(); ok {
		add(hung)
	}
	add(Date(year, time.April, 30))
	add(Date(year, time.May, 1))
	add(national)
	if year >= 2021 { // the Labour Code 2019 is in force from 2021
		switch national.Time().Weekday() {
		case time.Tuesday, time.Wednesday, time.Friday, time.Saturday:
			add(national - 1)
		default:
			add(national + 1)
		}
	}
	for _, d := range list {
		if weekday(d) < 5 {
			continue
		}
		in := d + 1
		for weekday(in) >= 5 || off[in] {
			in++
		}
		off[in] = true
	}
	holidayCache.Store(year, off)
	return off
}
