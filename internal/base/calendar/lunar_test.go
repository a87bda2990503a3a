package calendar

import (
	"testing"

	"pgregory.net/rapid"
)

// The month and day of each feast of the table; ong-tao lies at the end of the year before.
var feasts = map[string][2]int{"tet": {1, 1}, "ram-gieng": {1, 15}, "gio-to": {3, 10}, "doan-ngo": {5, 5}, "vu-lan": {7, 15}, "trung-thu": {8, 15}, "ong-tao": {12, 23}}

func TestLunar_AgreesWithTheTable(t *testing.T) {
	list := EventsBetween(Date(2020, 1, 1), Date(2041, 12, 31))
	if len(list) != 147 {
		t.Fatalf("%d feasts", len(list))
	}
	for _, e := range list {
		l := e.Day.Lunar()
		if want := feasts[e.Key]; l.Month != want[0] || l.Day != want[1] || l.Leap {
			t.Errorf("%s %v is %+v", e.Key, e.Day, l)
		}
		if d, ok := l.Solar(); !ok || d != e.Day {
			t.Errorf("%+v is %v", l, d)
		}
	}
}

func TestLunar_PublishedDates(t *testing.T) {
	for solar, want := range map[string]Lunar{
		"1968-01-29": {1968, 1, 1, false}, // a day before China's
		"1985-01-21": {1985, 1, 1, false}, // a month before China's
		"2007-02-17": {2007, 1, 1, false}, // a day before China's
		"2023-03-22": {2023, 2, 1, true},
		"2025-07-25": {2025, 6, 1, true},
		"2020-05-23": {2020, 4, 1, true},
		"2033-12-22": {2033, 11, 1, true},
		"2000-01-01": {1999, 11, 25, false},
	} {
		d, err := ParseDay(solar)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Lunar(); got != want {
			t.Errorf("%s is %+v, want %+v", solar, got, want)
		}
	}
	if Tet(2030) != Date(2030, 2, 2) || Tet(2045) != Date(2045, 2, 17) {
		t.Errorf("Tết 2030 %v, 2045 %v", Tet(2030), Tet(2045))
	}
}

func TestLunar_ThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(int32(Date(1900, 3, 1)), int32(Date(2199, 1, 1))).Filter(func(n int32) bool { return n < -1 || n > 0 }).Draw(t, "day"))
		l, next := d.Lunar(), (d + 1).Lunar()
		if back, ok := l.Solar(); !ok || back != d {
			t.Fatalf("%v is %+v, which is %v", d, l, back)
		}
		if next.Day != l.Day+1 && (next.Day != 1 || l.Day < 29) || l.Day > 30 {
			t.Fatalf("%+v is followed by %+v", l, next)
		}
	})
}

func TestSolar_RefusesWhatIsNone(t *testing.T) {
	for _, l := range []Lunar{{2023, 3, 1, true}, {2023, 13, 1, false}, {2023, 1, 31, false}, {0, 1, 1, false}, {2023, 1, 0, false}} {
		if d, ok := l.Solar(); ok {
			t.Errorf("%+v is %v", l, d)
		}
	}
}

func TestOffices_OK(t *testing.T) {
	var o Offices
	for _, off := range []Day{
		Date(2023, 1, 2), // for Sunday, 1 January
		Date(2023, 1, 23), Date(2023, 1, 25), Date(2023, 5, 1), Date(2023, 5, 2), Date(2023, 5, 3), Date(2023, 9, 1), Date(2023, 9, 4),
		Date(2024, 9, 3), Date(2025, 9, 1), Date(2023, 12, 2),
	} {
		if o.Works(off) {
			t.Errorf("offices work on %v", off)
		}
	}
	for _, on := range []Day{Date(2023, 1, 3), Date(2023, 5, 4), Date(2023, 9, 5), Date(2023, 12, 1)} {
		if !o.Works(on) {
			t.Errorf("offices are closed on %v", on)
		}
	}
	if got := o.Add(Date(2023, 4, 28), 1); got != Date(2023, 5, 4) {
		t.Errorf("a working day after 28/4/2023 is %v", got)
	}
	if got := o.Add(Date(2023, 5, 4), -1); got != Date(2023, 4, 28) {
		t.Errorf("a working day before 4/5/2023 is %v", got)
	}
	if got := o.Add(Date(2023, 12, 2), 0); got != Date(2023, 12, 4) {
		t.Errorf("the working day from Saturday on is %v", got)
	}
	if got := o.Between(Date(2023, 4, 28), Date(2023, 5, 5)); got != 2 {
		t.Errorf("%d working days", got)
	}
	o = Offices{Closed: map[Day]bool{Date(2023, 12, 1): true}, Open: map[Day]bool{Date(2023, 12, 2): true}}
	if o.Works(Date(2023, 12, 1)) || !o.Works(Date(2023, 12, 2)) {
		t.Error("the decree of the year is not followed")
	}
	if got := len(Holidays(2024)); got < 11 {
		t.Errorf("%d public holidays", got)
	}
}
