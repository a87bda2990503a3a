package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestKm_OK(t *testing.T) {
	hoaBinh, haNoi, haiPhong := Degrees(20.8133, 105.3383), Degrees(21.0285, 105.8542), Degrees(20.8449, 106.6881)
	for _, c := range []struct {
		a, b      Point
		low, high float64
	}{
		{hoaBinh, haNoi, 58.5, 59.5},
		{haNoi, haiPhong, 88, 89.5},
		{Degrees(0, 0), Degrees(0, 1), 111.195, 111.196}, // a degree of the equator
		{Degrees(90, 0), Degrees(-90, 0), 20015.114, 20015.116},
		{hoaBinh, hoaBinh, 0, 0},
	} {
		if got := Km(c.a, c.b); got < c.low || got > c.high {
			t.Errorf("Km(%v, %v) = %v", c.a, c.b, got)
		}
	}
}

func TestKm_IsADistance(t *testing.T) {
	point := rapid.Custom(func(t *rapid.T) Point {
		return Point{rapid.Int64Range(-90e6, 90e6).Draw(t, "lat"), rapid.Int64Range(-180e6, 180e6).Draw(t, "lon")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := point.Draw(t, "a"), point.Draw(t, "b"), point.Draw(t, "c")
		ab := Km(a, b)
		if ab != Km(b, a) || ab < 0 || ab > 20016 || math.IsNaN(ab) || Km(a, a) != 0 {
			t.Fatalf("Km(%v, %v) = %v", a, b, ab)
		}
		if Km(a, c) > ab+Km(b, c)+0.01 {
			t.Fatalf("the way over %v is shorter", b)
		}
	})
}

func TestKnown_OK(t *testing.T) {
	if (Point{}).Known() || !Degrees(20.8, 105.3).Known() || Degrees(120, 105).Known() {
		t.Error("a point is known that is none, or the other way round")
	}
}
