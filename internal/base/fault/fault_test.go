package fault

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestCodeOf_FindsTheFaultBelowWraps(t *testing.T) {
	inner := New(Conflict, "x.changed", 3).Because(io.ErrUnexpectedEOF)
	err := fmt.Errorf("saving: %w", inner)
	if got := CodeOf(err); got != Conflict {
		t.Errorf("CodeOf = %s", got)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if got := CodeOf(fmt.Errorf("read: %w", List{New(TooLarge, "x.big")})); got != TooLarge {
		t.Errorf("CodeOf of a list = %s", got)
	}
	if got := CodeOf(io.EOF); got != Internal {
		t.Errorf("CodeOf of no fault = %s", got)
	}
}

func TestAtAndBecause_LeaveTheOriginal(t *testing.T) {
	a := New(Invalid, "x.negative")
	b := a.At(Where{Sheet: "Chào bán", Row: 7, Col: "Số lượng"}).Because(io.EOF)
	if a.Where != (Where{}) || a.Err != nil {
		t.Errorf("the original changed: %+v", a)
	}
	for _, want := range []string{"x.negative", "Chào bán", "row 7", "Số lượng", "EOF"} {
		if !strings.Contains(b.Error(), want) {
			t.Errorf("%q does not say %q", b.Error(), want)
		}
	}
}

func TestList_ErrIsNilWhenEmpty(t *testing.T) {
	if err := (List{}).Err(); err != nil {
		t.Errorf("an empty list is an error: %v", err)
	}
	err := List{New(Invalid, "x.one"), New(Invalid, "x.two")}.Err()
	if err == nil || !strings.Contains(err.Error(), "1 more") {
		t.Errorf("%v", err)
	}
}

func TestWrap_AddsWhatWeWereDoing(t *testing.T) {
	do := func(fail error) (err error) {
		defer Wrap(&err, "Offers(%d)", 12)
		return fail
	}
	if err := do(nil); err != nil {
		t.Errorf("success became %v", err)
	}
	if err := do(New(NotFound, "x.none")); CodeOf(err) != NotFound || !strings.HasPrefix(err.Error(), "Offers(12): ") {
		t.Errorf("%v", err)
	}
}
