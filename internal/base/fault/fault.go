// Package fault is the one error type that people may read. A fault carries a code for
// the machine and a text key with arguments for the person; everything that is not a
// fault is "internal": the person gets a reference number, the log gets the error.
// It is not a translation layer: the words live in the text files of the areas.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong; base/web turns it into an HTTP status.
type Code string

// The codes. There are few on purpose: a new one needs a new behaviour somewhere.
const (
	Invalid   Code = "invalid"   // 422: what was sent cannot be used as it is
	NotFound  Code = "not_found" // 404: no such thing, or none that you may see
	Forbidden Code = "forbidden" // 403: known, but not yours to do
	SignIn    Code = "sign_in"   // 303 to the sign-in page, 401 for the API
	Conflict  Code = "conflict"  // 409: somebody changed it since you read it
	Duplicate Code = "duplicate" // 422: an idempotency key came back with another body
	TooLarge  Code = "too_large" // 413
	TooMany   Code = "too_many"  // 429
	Full      Code = "full"      // 507: the disk is full, nothing was written
	Cancelled Code = "cancelled" // 499: the caller went away or pressed cancel
	Internal  Code = "internal"  // 500: ours to mend
)

// Where says which cell or field is meant. The zero Where means the whole thing.
type Where struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row,omitempty"` // 1-based, as the spreadsheet shows it
	Col   string `json:"col,omitempty"` // the column's heading, or the field's name
}

// Error is a fault. Key names a text ("market.fault.floor_above_ceiling"); Args fill it.
type Error struct {
	Code  Code
	Key   string
	Args  []any
	Where Where
	Err   error // the cause, for the log only
}

// New returns a fault with the text key and its arguments.
func New(code Code, key string, args ...any) *Error {
	return &Error{Code: code, Key: key, Args: args}
}

// At returns a copy of e that points to a place.
func (e *Error) At(w Where) *Error { c := *e; c.Where = w; return &c }

// Because returns a copy of e that carries its cause for the log.
func (e *Error) Because(err error) *Error { c := *e; c.Err = err; return &c }

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.Code, e.Key)
	if len(e.Args) > 0 {
		s += fmt.Sprintf(" %v", e.Args)
	}
	if e.Where != (Where{}) {
		s += fmt.Sprintf(" at %s row %d %s", e.Where.Sheet, e.Where.Row, e.Where.Col)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// List is several faults found in one pass, so that a person mends them in one pass.
type List []*Error

func (l List) Error() string {
	if len(l) == 0 {
		return "no fault"
	}
	if len(l) == 1 {
		return l[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", l[0].Error(), len(l)-1)
}

// Err returns nil for an empty list, so that a typed nil never escapes.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// CodeOf finds the code of the first fault in err's chain; Internal if there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	var l List
	if errors.As(err, &l) && len(l) > 0 {
		return l[0].Code
	}
	return Internal
}

// Wrap adds "what we were doing" to *err once per function:
//
//	defer fault.Wrap(&err, "Offers(%s, %s)", org, week)
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
