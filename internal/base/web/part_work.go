package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
)

// zone is where all of us live; a deadline is a clock on a wall in Hòa Bình.
var zone = time.FixedZone("+07", 7*60*60)

// CallOutcomes are the five answers of a call: agree, decline, later, wrong, sold.
func CallOutcomes(ctx context.Context) []Outcome {
	return []Outcome{
		{Value: "agree", Label: T(ctx, "web.call.agree"), Icon: "check", Yes: true},
		{Value: "decline", Label: T(ctx, "web.call.decline")},
		{Value: "later", Label: T(ctx, "web.call.later"), Ask: true},
		{Value: "wrong", Label: T(ctx, "web.call.wrong")},
		{Value: "sold", Label: T(ctx, "web.call.sold")},
	}
}

func (c Call) outcomes(ctx context.Context) []Outcome {
	if c.Outcomes == nil {
		return CallOutcomes(ctx)
	}
	return c.Outcomes
}

func (c Call) later(ctx context.Context) []Option {
	if c.Later == nil {
		return LaterTimes(ctx, time.Now())
	}
	return c.Later
}

// LaterTimes are the times that «Gọi lại lúc…» offers: what is left of 10:30, 14:00 and
// 16:30 today, and tomorrow morning. Values are RFC 3339.
func LaterTimes(ctx context.Context, now time.Time) (out []Option) {
	now = now.In(zone)
	y, m, d := now.Date()
	for _, at := range []struct{ hour, min int }{{10, 30}, {14, 0}, {16, 30}} {
		if t := time.Date(y, m, d, at.hour, at.min, 0, 0, zone); t.After(now.Add(15 * time.Minute)) {
			out = append(out, Option{Value: t.Format(time.RFC3339), Label: t.Format("15:04")})
		}
	}
	next := time.Date(y, m, d+1, 8, 0, 0, 0, zone)
	return append(out, Option{Value: next.Format(time.RFC3339), Label: T(ctx, "web.later.tomorrow")})
}

// OutcomeOf reads which button of a call row was pressed; at is set by the outcome that
// asks for a time.
func OutcomeOf(r *http.Request) (outcome string, at time.Time) {
	outcome, when, _ := strings.Cut(r.PostFormValue("outcome"), " ")
	at, _ = time.Parse(time.RFC3339, when)
	return outcome, at
}

func deadlineKind(now, end time.Time) string {
	days := calendar.DayOf(end.In(zone)) - calendar.DayOf(now.In(zone))
	switch {
	case !end.After(now) || days == 0:
		return "bad"
	case days == 1:
		return "warn"
	}
	return ""
}

func deadlineText(ctx context.Context, now, end time.Time) string {
	now, end = now.In(zone), end.In(zone)
	clock, day := end.Format("15:04"), end.Format("02/01")
	switch days := calendar.DayOf(end) - calendar.DayOf(now); {
	case !end.After(now):
		return T(ctx, "web.deadline.over", clock, day)
	case days == 0:
		return T(ctx, "web.deadline.today", clock)
	case days == 1:
		return T(ctx, "web.deadline.tomorrow", clock)
	}
	return T(ctx, "web.deadline.day", clock, day)
}

func orNothing(ctx context.Context, s string) string {
	if s == "" {
		return T(ctx, "web.history.nothing")
	}
	return s
}

func (s Stage) class() string {
	if s.State == "now" {
		return ""
	}
	return s.State
}

// CalendarDay is one square of a delivery calendar.
type CalendarDay struct {
	Day    calendar.Day
	Amount string // "13 t"; "" is a day without a delivery
	Href   string
}

// calendarWeek is one row.
type calendarWeek struct {
	number int
	days   [7]CalendarDay
}

// calendarWeeks fills whole weeks from the first to the last delivery.
func calendarWeeks(all []CalendarDay) (out []calendarWeek) {
	if len(all) == 0 {
		return nil
	}
	first, last := all[0].Day, all[0].Day
	by := map[calendar.Day]CalendarDay{}
	for _, d := range all {
		first, last = min(first, d.Day), max(last, d.Day)
		by[d.Day] = d
	}
	for w := first.Week(); !last.Week().Before(w); w = w.Next() {
		row := calendarWeek{number: w.Number}
		for i := range row.days {
			day := w.Monday() + calendar.Day(i)
			row.days[i] = CalendarDay{Day: day}
			if d, ok := by[day]; ok {
				row.days[i] = d
			}
		}
		out = append(out, row)
	}
	return out
}

var weekdayKeys = []string{"web.cal.mon", "web.cal.tue", "web.cal.wed", "web.cal.thu", "web.cal.fri", "web.cal.sat", "web.cal.sun"}

// dayInMonth is the number in a square; the first of a month names it.
func dayInMonth(d calendar.Day) string {
	_, month, day := d.Date()
	if day == 1 {
		return "1/" + itoa(int64(month))
	}
	return itoa(int64(day))
}
