package calendar

import "time"

// Period is the days From to To, both included. The zero Period holds no day; a zero end
// is open.
type Period struct{ From, To Day }

// Month is the days of a month.
func Month(year int, month time.Month) Period {
	return Period{Date(year, month, 1), Date(year, month+1, 1) - 1}
}

// Year is the days of a year.
func Year(year int) Period {
	return Period{Date(year, time.January, 1), Date(year, time.December, 31)}
}

// Holds says whether the day lies inside.
func (p Period) Holds(d Day) bool {
	return d != 0 && p != Period{} && p.From <= d && (p.To == 0 || d <= p.To)
}

// Overlap is the days common to both; ok is false if there are none.
func (p Period) Overlap(q Period) (both Period, ok bool) {
	if p == (Period{}) || q == (Period{}) {
		return Period{}, false
	}
	both = Period{From: max(p.From, q.From), To: p.To}
	if both.To == 0 || q.To != 0 && q.To < both.To {
		both.To = q.To
	}
	if both.To != 0 && both.To < both.From {
		return Period{}, false
	}
	return both, true
}

// Len is the number of days; 0 for an open period.
func (p Period) Len() int {
	if p.From == 0 || p.To == 0 || p.To < p.From {
		return 0
	}
	return int(p.To-p.From) + 1
}

// String is as staff write it: 01/11/2023 – 30/11/2023.
func (p Period) String() string {
	switch {
	case p == Period{}:
		return ""
	case p.From == p.To:
		return FormatVI(p.From)
	case p.To == 0:
		return "từ " + FormatVI(p.From)
	case p.From == 0:
		return "đến " + FormatVI(p.To)
	}
	return FormatVI(p.From) + " – " + FormatVI(p.To)
}

// FormatVI is the day as written in Vietnam: 31/12/2023; "" for no day.
func FormatVI(d Day) string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("02/01/2006")
}
