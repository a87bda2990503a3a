package calendar

import (
	"fmt"
	"time"
)

// Week is an ISO week: it starts on Monday, and week 1 holds the year's first Thursday.
type Week struct{ Year, Number int }

// Week is the ISO week that holds the day.
func (d Day) Week() Week {
	y, n := d.Time().ISOWeek()
	return Week{y, n}
}

// ISOWeek returns the week with this number; ok is false where the year has no such week.
func ISOWeek(year, number int) (Week, bool) {
	w := Week{year, number}
	return w, number >= 1 && number <= 53 && w.Monday().Week() == w
}

// Monday is the first day of the week.
func (w Week) Monday() Day {
	fourth := Date(w.Year, time.January, 4) // always in week 1
	return fourth - Day(weekday(fourth)) + Day(7*(w.Number-1))
}

// weekday counts from Monday = 0.
func weekday(d Day) int { return (int(d.Time().Weekday()) + 6) % 7 }

// Days are the week's seven days.
func (w Week) Days() Period { return Period{w.Monday(), w.Monday() + 6} }

// Next is the week after.
func (w Week) Next() Week { return (w.Monday() + 7).Week() }

// Before orders weeks.
func (w Week) Before(v Week) bool {
	return w.Year < v.Year || w.Year == v.Year && w.Number < v.Number
}

// String is as staff write it: tuần 48/2023.
func (w Week) String() string { return fmt.Sprintf("tuần %d/%d", w.Number, w.Year) }
