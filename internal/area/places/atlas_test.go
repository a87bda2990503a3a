package places

import (
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/geo"
)

var (
	in2023 = calendar.Date(2023, 12, 18)
	in2025 = calendar.Date(2025, 12, 18)
	in2026 = calendar.Date(2026, 11, 1)
)

func atlas(t testing.TB) *Atlas {
	t.Helper()
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLoad_CountsOfTheLists(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		b    Border
		l    Level
		want int
	}{
		{Border2023, Province, 63},
		{Border2023, District, 705},
		{Border2023, Commune, 10598},
		{Border2025, Province, 34},
		{Border2025, District, 0},
		{Border2025, Commune, 3321},
	} {
		if got := len(a.All(c.b, c.l)); got != c.want {
			t.Errorf("%s %s: %d units, want %d", c.b, c.l, got, c.want)
		}
	}
	if len(packed) > 400_000 {
		t.Errorf("the packed atlas has %d bytes", len(packed))
	}
}

// The article's own commune: a code is not an identity.
func TestByCode_05047IsThanhCaoThenCaoDuong(t *testing.T) {
	a := atlas(t)
	last, first := calendar.Date(2025, 6, 30), calendar.Date(2025, 7, 1)
	old, ok1 := a.ByCode("05047", last)
	now, ok2 := a.ByCode("05047", first)
	if !ok1 || !ok2 || old.Full != "Xã Thanh Cao" || now.Full != "Xã Cao Dương" {
		t.Fatalf("05047: %q until %v, %q from %v", old.Full, last, now.Full, first)
	}
	if got := a.Label(old.Key); got != "xã Thanh Cao, huyện Lương Sơn, tỉnh Hòa Bình" {
		t.Error(got)
	}
	if got := a.Label(now.Key); got != "xã Cao Dương, tỉnh Phú Thọ" {
		t.Error(got)
	}
	oldCaoDuong, ok := a.ByCode("05008", last)
	if !ok || oldCaoDuong.Name != "Cao Dương" {
		t.Errorf("05008 until %v: %v", last, oldCaoDuong)
	}
	if _, ok := a.ByCode("05008", first); ok {
		t.Error("05008 is in force after the merger")
	}
	var names []string
	for _, l := range a.Predecessors(now.Key) {
		u, _ := a.ByKey(l.Key)
		names = append(names, u.Name)
	}
	if got := strings.Join(names, " "); got != "Cao Dương Thanh Sơn Thanh Cao" {
		t.Errorf("predecessors of Cao Dương: %s", got)
	}
}

func TestSuccessors_HoaBinh151To46(t *testing.T) {
	a := atlas(t)
	var old, divided []string
	next := map[string]bool{}
	for _, d := range a.Children("17@2023") {
		for _, c := range a.Children(d.Key) {
			old = append(old, c.Key)
			if a.Divided(c.Key) {
				divided = append(divided, c.Name)
			}
			if len(a.Successors(c.Key)) == 0 {
				t.Errorf("%s has no successor", c.Full)
			}
			for _, l := range a.Successors(c.Key) {
				next[l.Key] = true
			}
		}
	}
	if len(a.Children("17@2023")) != 10 || len(old) != 151 || len(next) != 46 {
		t.Errorf("%d districts, %d communes, %d successors", len(a.Children("17@2023")), len(old), len(next))
	}
	if got := strings.Join(divided, " "); got != "Vầy Nưa Cao Sơn Đồng Tân" {
		t.Errorf("divided communes: %s", got)
	}
}

func TestSuccessors_AreMirrored(t *testing.T) {
	a := atlas(t)
	for _, u := range a.units {
		for _, l := range a.Successors(u.Key) {
			if u.Level == District {
				continue
			}
			back := false
			for _, b := range a.Predecessors(l.Key) {
				back = back || b.Key == u.Key && b.Part == l.Part
			}
			if !back {
				t.Fatalf("%s → %s has no way back", u.Key, l.Key)
			}
			if l.Part != a.Divided(u.Key) {
				t.Fatalf("%s: part %v, but %d successors", u.Key, l.Part, len(a.Successors(u.Key)))
			}
		}
	}
}

func TestAt_DongNaiChangesItsKindOnly(t *testing.T) {
	a := atlas(t)
	before, ok1 := a.At("75@2025", calendar.Date(2026, 4, 29))
	after, ok2 := a.At("75@2025", calendar.Date(2026, 4, 30))
	if !ok1 || !ok2 || before.Full != "Tỉnh Đồng Nai" || after.Full != "Thành phố Đồng Nai" || before.Key != after.Key {
		t.Errorf("%v %v", before.Full, after.Full)
	}
	if n := len(a.Versions("75@2025")); n != 2 {
		t.Errorf("%d versions", n)
	}
}

// On every day each code names at most one unit, and each unit stands in one that is in force.
func TestUnits_AreWhole(t *testing.T) {
	a := atlas(t)
	seen := map[string]bool{}
	vietnam := func(p geo.Point) bool {
		return p.LatE6 > 6_000_000 && p.LatE6 < 23_500_000 && p.LonE6 > 102_000_000 && p.LonE6 < 118_000_000
	}
	for _, u := range a.units {
		if seen[u.Key] {
			t.Fatalf("%s occurs twice", u.Key)
		}
		seen[u.Key] = true
		if u.Name == u.Full || u.Name == "" {
			t.Errorf("%s: %q has no kind", u.Key, u.Full)
		}
		if !vietnam(u.Point) {
			t.Errorf("%s %s lies at %v", u.Key, u.Full, u.Point)
		}
		if u.Level == Commune && BorderOf(u.Key) == Border2023 && u.District == "" || u.Province == "" {
			t.Errorf("%s stands nowhere", u.Key)
		}
		if _, ok := a.ReportingProvince(u.Key); !ok {
			t.Errorf("%s has no province of 2023", u.Key)
		}
	}
}

func TestReportingDistrict_OK(t *testing.T) {
	a := atlas(t)
	for key, want := range map[string]string{
		"05047@2025": "Lương Sơn", "05047@2023": "Lương Sơn", "05386@2025": "Yên Thủy", "152@2023": "Lương Sơn", "25@2025": "",
	} {
		if d, _ := a.ReportingDistrict(key); d.Name != want {
			t.Errorf("%s is reported under %q, want %q", key, d.Name, want)
		}
	}
}

func TestRoadKm_OK(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		from, to string
		want     int64
	}{
		{"148@2023", "01@2023", 73},    // stated
		{"01@2023", "148@2023", 73},    // the same way back
		{"05047@2023", "01@2023", 45},  // by its district
		{"05008@2023", "01@2025", 63},  // its own row
		{"05047@2025", "01@2025", 63},  // by the predecessor with its name
		{"152@2023", "31@2023", 170},   // Hải Phòng
		{"159@2023", "193@2023", 212},  // Hạ Long
		{"156@2023", "148@2023", 65},   // TP Hòa Bình
		{"152@2023", "152@2023", 0},    // itself
		{"154@2023", "002@2023", 90},   // Hoàn Kiếm is the market
		{"018@2023", "01@2023", 13},    // delta
		{"05089@2025", "22@2023", 264}, // Cao Phong – Quảng Ninh
	} {
		if km, ok := a.RoadKm(c.from, c.to); !ok || km != c.want {
			t.Errorf("%s – %s: %d km (%v), want %d", c.from, c.to, km, ok, c.want)
		}
	}
	if _, ok := a.RoadKm("152@2023", "99999@2023"); ok {
		t.Error("a distance to nowhere")
	}
}

func TestRoadKm_SameBothWays(t *testing.T) {
	a := atlas(t)
	for i := 0; i < len(a.units); i += 97 {
		for j := 1; j < len(a.units); j += 613 {
			x, y := a.units[i].Key, a.units[j].Key
			k1, ok1 := a.RoadKm(x, y)
			k2, ok2 := a.RoadKm(y, x)
			if k1 != k2 || ok1 != ok2 || k1 < 0 || k1 > 6000 {
				t.Fatalf("%s – %s: %d and %d", x, y, k1, k2)
			}
		}
	}
}
