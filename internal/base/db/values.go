package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Time is a stored moment; see the package comment for its form. The zero Time is NULL.
type Time struct{ time.Time }

// timeForm has a fixed width, so that text order is time order.
const timeForm = "2006-01-02T15:04:05.000000Z"

// At makes a Time of t, in UTC, to the microsecond.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value stores the moment as text.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(timeForm), nil
}

// Scan reads text, or what a driver makes of a timestamptz column.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case time.Time:
		*t = At(v)
	case []byte:
		return t.Scan(string(v))
	case string:
		for _, form := range []string{timeForm, time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999-07"} {
			if p, err := time.Parse(form, v); err == nil {
				*t = At(p)
				return nil
			}
		}
		return fmt.Errorf("db: %q is not a stored time", v)
	default:
		return fmt.Errorf("db: cannot read a time from %T", src)
	}
	return nil
}

// JSON is a value kept in a jsonb column. NULL reads as the zero T.
type JSON[T any] struct{ V T }

// AsJSON wraps v for storing.
func AsJSON[T any](v T) JSON[T] { return JSON[T]{v} }

// Value stores v as text: bytes would become SQLite's binary JSON, or bytea.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	return string(b), nil
}

// Scan reads what either driver hands over. SQLite keeps a bare number in a jsonb column
// as a number (the column has numeric affinity).
func (j *JSON[T]) Scan(src any) error {
	var zero T
	j.V = zero
	var b []byte
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		b = []byte(v)
	case []byte:
		b = v
	case int64, float64, bool:
		b = fmt.Append(nil, v)
	default:
		return fmt.Errorf("db: cannot read JSON from %T", src)
	}
	if err := json.Unmarshal(b, &j.V); err != nil {
		return fmt.Errorf("db: stored JSON: %w", err)
	}
	return nil
}
