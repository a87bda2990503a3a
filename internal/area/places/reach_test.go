package places_test

import (
	"slices"
	"testing"

	"github.com/lienket/lienket/internal/area/places"
)

func TestUnder(t *testing.T) {
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Under("nowhere@2023"); got != nil {
		t.Errorf("an unknown unit: %v", got)
	}
	district, _, err := a.Resolve("Hòa Bình", "Lương Sơn", "", places.NewBorders-1)
	if err != nil {
		t.Fatal(err)
	}
	under := a.Under(district.Key)
	if !slices.IsSorted(under) || !slices.Contains(under, district.Key) {
		t.Errorf("not sorted, or without itself: %v", under)
	}
	for _, c := range a.Children(district.Key) {
		if !slices.Contains(under, c.Key) {
			t.Errorf("%s is not under its district", c.Full)
		}
		for _, l := range a.Successors(c.Key) {
			if !slices.Contains(under, l.Key) {
				t.Errorf("%s became %s, which is not under", c.Full, l.Key)
			}
		}
	}
	if slices.Contains(under, district.Province) {
		t.Error("the province is under its district")
	}
	for _, l := range a.Successors(district.Key) {
		if slices.Contains(under, l.Key) {
			t.Errorf("the province of 2025, %s, is under a district", l.Key)
		}
	}
}

// Every key under a scope stands on ground that the scope has a share in, and nothing that
// shares no ground is under it.
func TestUnder_NothingElse(t *testing.T) {
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, scope := range []string{"17@2023", "25@2025"} {
		top, ok := a.ByKey(scope)
		if !ok {
			t.Fatalf("no unit %s", scope)
		}
		under := a.Under(scope)
		for _, key := range under {
			u, _ := a.ByKey(key)
			if places.BorderOf(key) == places.BorderOf(scope) {
				if u.Province != top.Key {
					t.Errorf("%s: %s lies in %s", scope, key, u.Province)
				}
				continue
			}
			if u.Level != places.Commune {
				if scope == "17@2023" {
					t.Errorf("%s: the wider %s is under it", scope, key)
				}
				for _, c := range a.Children(key) {
					if !slices.Contains(under, c.Key) {
						t.Errorf("%s: %s is under it and its part %s is not", scope, key, c.Key)
					}
				}
				continue
			}
			links := append(a.Predecessors(key), a.Successors(key)...)
			if !slices.ContainsFunc(links, func(l places.Link) bool { o, _ := a.ByKey(l.Key); return o.Province == top.Key }) {
				t.Errorf("%s: %s shares no ground with it", scope, key)
			}
		}
	}
	if under := a.Under("25@2025"); !slices.Contains(under, "17@2023") {
		t.Error("Hòa Bình went to Phú Thọ whole and is not under it")
	}
}

func TestEnded(t *testing.T) {
	a, _ := places.Load()
	if _, ended := a.Ended("17@2023", places.NewBorders-1); ended {
		t.Error("ended on its last day")
	}
	next, ended := a.Ended("17@2023", places.NewBorders)
	if !ended || !slices.Contains(next, "25@2025") {
		t.Errorf("%v %v", next, ended)
	}
	if _, ended := a.Ended("25@2025", places.NewBorders); ended {
		t.Error("a new province has ended")
	}
}
