// Package calendar is days, weeks and periods as the alliance counts them: days without
// a clock, ISO weeks that start on Monday, and the Vietnamese lunar year. It is not a
// scheduler and knows no working hours.
package calendar

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Day is a date without time or zone: the number of days since 1969-12-31, so that
// 1970-01-01 is 1 and the zero Day means "no day given". It is stored and sent as ISO
// text (2023-12-18); no SQL ever casts a date.
type Day int32

// Date makes a Day from a civil date; it normalises like time.Date.
func Date(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DayOf is the civil date that t shows in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	u := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()
	n := u / 86400
	if u%86400 < 0 {
		n--
	}
	return Day(n + 1)
}

// Time is midnight UTC of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d-1)*86400, 0).UTC() }

// Date splits the day.
func (d Day) Date() (year int, month time.Month, day int) { return d.Time().Date() }

// String is ISO 8601, or "" for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("2006-01-02")
}

// ParseDay reads ISO 8601; "" is no day. What people write (31/12/2023, tuần 48/2023)
// is read by ReadDay.
func ParseDay(s string) (Day, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return 0, fmt.Errorf("calendar: %q is not a date like 2023-12-31", s)
	}
	return DayOf(t), nil
}

// MarshalText writes ISO 8601.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads ISO 8601.
func (d *Day) UnmarshalText(b []byte) error {
	v, err := ParseDay(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// Value stores no day as NULL.
func (d Day) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value stored; a driver may hand over text, bytes or a time.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = 0
		return nil
	case string:
		if len(v) > 10 {
			v = v[:10]
		}
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.Scan(string(v))
	case time.Time:
		*d = DayOf(v)
		return nil
	}
	return fmt.Errorf("calendar: cannot read a day from %T", src)
}
