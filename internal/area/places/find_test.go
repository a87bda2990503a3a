package places

import (
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

func TestResolve_OK(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		province, district, commune string
		on                          calendar.Day
		want                        string // key and full name
	}{
		{"Hòa Bình", "Lương Sơn", "Cao Dương", in2023, "05008@2023 Xã Cao Dương"},
		{"hoa binh", "luong son", "cao duong", in2023, "05008@2023 Xã Cao Dương"},
		{"Hoà Bình", "H. Lương Sơn", "X. Cao Dương", in2023, "05008@2023 Xã Cao Dương"},
		{"", "", "Cao Dương (Lương Sơn)", in2023, "05008@2023 Xã Cao Dương"},
		{"", "", "xã Cao Dương, huyện Lương Sơn, tỉnh Hòa Bình", in2023, "05008@2023 Xã Cao Dương"},
		{"", "", "xã Cao Dương huyện Lương Sơn", in2023, "05008@2023 Xã Cao Dương"},
		{"", "", "Cao Dương Lương Sơn", in2023, "05008@2023 Xã Cao Dương"},
		{"", "", "cao duong luong son hoa binh", in2025, "05047@2025 Xã Cao Dương"},
		{"", "", "Lương Sơn - Cao Dương", in2023, "05008@2023 Xã Cao Dương"},
		{"Hòa Bình", "Lương Sơn", "Cao Dương", in2025, "05047@2025 Xã Cao Dương"},
		{"Phú Thọ", "", "Cao Dương", in2025, "05047@2025 Xã Cao Dương"},
		{"Hòa Bình", "Lương Sơn", "Thanh Cao", in2025, "05047@2025 Xã Cao Dương"}, // carried over
		{"Hòa Bình", "Mai Châu", "Xăm Khòe", in2023, "05245@2023 Xã Săm Khóe"},
		{"", "Mai Châu", "Săm Khoé", in2023, "05245@2023 Xã Săm Khóe"},
		{"", "Yên Thuỷ", "Lạc Sĩ", in2023, "05356@2023 Xã Lạc Sỹ"},
		{"Hòa Bình", "Yên Thủy", "", in2023, "158@2023 Huyện Yên Thủy"},
		{"Hòa Bình", "Yên Thủy", "", in2025, "158@2023 Huyện Yên Thủy"}, // reports go on by district
		{"Hòa Bình", "TP Hòa Bình", "", in2023, "148@2023 Thành phố Hòa Bình"},
		{"", "", "TP. Hòa Bình", in2023, "148@2023 Thành phố Hòa Bình"},
		{"", "", "TP Hòa Bình, Hòa Bình", in2023, "148@2023 Thành phố Hòa Bình"},
		{"", "", "Hòa Bình", in2023, "17@2023 Tỉnh Hòa Bình"},
		{"Hòa Bình", "TP Hòa Bình", "Thống Nhất", in2023, "04828@2023 Phường Thống Nhất"},
		{"", "", "Hà Nội", in2023, "01@2023 Thành phố Hà Nội"},
		{"", "", "HN", in2023, "01@2023 Thành phố Hà Nội"},
		{"Hà Nội", "", "", in2025, "01@2025 Thành phố Hà Nội"},
		{"", "", "TP Hà Nội", in2023, "01@2023 Thành phố Hà Nội"},
		{"", "", "TP.HCM", in2023, "79@2023 Thành phố Hồ Chí Minh"},
		{"", "", "Hải Phòng", in2023, "31@2023 Thành phố Hải Phòng"},
		{"", "", "Quảng Ninh", in2023, "22@2023 Tỉnh Quảng Ninh"},
		{"", "", "Hạ Long, Quảng Ninh", in2023, "193@2023 Thành phố Hạ Long"},
		{"", "", "TP Hạ Long", in2023, "193@2023 Thành phố Hạ Long"},
		{"", "", "kho Gia Lâm, Hà Nội", in2023, "018@2023 Huyện Gia Lâm"},
		{"", "", "Số 12 Lạch Tray, Ngô Quyền, Hải Phòng", in2023, "11362@2023 Phường Lạch Tray"},
		{"", "", "Bà Rịa - Vũng Tàu", in2023, "77@2023 Tỉnh Bà Rịa - Vũng Tàu"},
		{"", "Lạc Thủy", "TT. Chi Nê", in2023, "05392@2023 Thị trấn Chi Nê"},
		{"", "", "xóm Đồng, xã Ngọc Lương, huyện Yên Thủy", in2023, "05389@2023 Xã Ngọc Lương"},
		{"", "", "Lương Sơn, Hòa Bình", in2023, "152@2023 Huyện Lương Sơn"},
		{"Hòa Bình", "Lương Sơn", "Lương Sơn", in2023, "04924@2023 Thị trấn Lương Sơn"},
		{"", "", "thị xã Phú Thọ tỉnh Phú Thọ", in2023, "228@2023 Thị xã Phú Thọ"},
		{"Đồng Nai", "", "", in2026, "75@2025 Thành phố Đồng Nai"},
		{"Đồng Nai", "", "", in2025, "75@2025 Tỉnh Đồng Nai"},
	} {
		u, us, err := a.Resolve(c.province, c.district, c.commune, c.on)
		if got := u.Key + " " + u.Full; err != nil || got != c.want {
			var cand []string
			for _, x := range us {
				cand = append(cand, x.Key+" "+a.Label(x.Key))
			}
			t.Errorf("%q %q %q on %v: %s, want %s (%v; %s)", c.province, c.district, c.commune, c.on, got, c.want, err, strings.Join(cand, " | "))
		}
	}
}

func TestResolve_Doubts(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		province, district, commune string
		on                          calendar.Day
		key                         string
		candidates                  string
	}{
		{"", "", "Cao Dương", in2023, "places.fault.ambiguous", "05008@2023 10174@2023"}, // also in Thanh Oai
		{"Hòa Bình", "Đà Bắc", "Vầy Nưa", in2025, "places.fault.ambiguous", "04828@2025 04891@2025"},
		{"", "", "Atlantis", in2023, "places.fault.not_found", ""},
		{"", "", "", in2023, "places.fault.not_found", ""},
		{"Hà Nội", "Kim Bôi", "", in2023, "places.fault.contradiction", "01@2023 153@2023"},
		{"Hòa Bình", "Lương Sơn", "Cao Dương", 0, "places.fault.no_day", ""},
	} {
		_, us, err := a.Resolve(c.province, c.district, c.commune, c.on)
		var keys []string
		for _, u := range us {
			keys = append(keys, u.Key)
		}
		f, ok := err.(*fault.Error)
		if !ok || f.Key != c.key || strings.Join(keys, " ") != c.candidates {
			t.Errorf("%q %q %q: %v, %v", c.province, c.district, c.commune, err, keys)
		}
	}
}

func TestResolveNear_HomeGoesFirst(t *testing.T) {
	a := atlas(t)
	for on, want := range map[calendar.Day]string{in2023: "05008@2023", in2026: "05047@2025"} {
		if u, us, err := a.ResolveNear("17@2023", "", "", "Cao Dương", on); err != nil || u.Key != want {
			t.Errorf("on %v: %s %v %d", on, u.Key, err, len(us))
		}
	}
	if u, _, err := a.ResolveNear("17@2023", "Hà Nội", "", "Cao Dương", in2023); err != nil || u.Key != "10174@2023" {
		t.Errorf("the province that is written goes before home: %s %v", u.Key, err)
	}
}

// Every commune is found by its address, with and without marks, on a day of its system.
func TestResolve_EveryAddressOfTheProvince(t *testing.T) {
	a := atlas(t)
	check := func(want Unit, on calendar.Day) {
		label := a.Label(want.Key)
		for _, s := range []string{label, text.Fold(want.Name) + ", " + label[len(want.Written())+2:]} {
			if u, us, err := a.Resolve("", "", s, on); err != nil || u.Key != want.Key {
				t.Errorf("%s: %s %v (%d candidates), want %s", s, u.Key, err, len(us), want.Key)
			}
		}
	}
	for _, d := range a.Children("17@2023") {
		check(d, in2023)
		for _, c := range a.Children(d.Key) {
			check(c, in2023)
		}
	}
	for _, c := range a.Children("25@2025") {
		check(c, in2025)
	}
}

func TestFind_SearchBox(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		q    Query
		want string
	}{
		{Query{Text: "cao duong", On: in2023, Province: "17@2023"}, "05008@2023"},
		{Query{Text: "luong s", On: in2023, Province: "17@2023", Level: District}, "152@2023"},
		{Query{Text: "Cao Dương", Prefer: "17@2023", On: in2023, Limit: 1}, "05008@2023"},
		{Query{Text: "kim boi", On: in2025, Province: "Phú Thọ"}, "04978@2025"},
		{Query{Text: "x", On: in2023}, ""},
	} {
		var keys []string
		for _, u := range a.Find(c.q) {
			keys = append(keys, u.Key)
		}
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("%+v: %s, want %s", c.q, got, c.want)
		}
	}
	for _, u := range a.Find(Query{Text: "hòa bình", On: in2025}) {
		if !u.Valid(in2025) {
			t.Errorf("%s is not in force", u.Key)
		}
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("Hòa Bình", "H.", "xã  xã (")
	f.Add("", "", "thành phố thành phố - huyện")
	f.Fuzz(func(t *testing.T, p, d, c string) {
		a := atlas(t)
		u, us, err := a.Resolve(p, d, c, in2023)
		if (err == nil) != (u.Key != "") || err == nil && len(us) != 1 {
			t.Fatalf("%q %q %q: %v %v %v", p, d, c, u.Key, len(us), err)
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	a, _ := Load()
	for b.Loop() {
		a.Resolve("Hòa Bình", "Lương Sơn", "Cao Dương", in2023)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		a, _ := read()
		a.names()
	}
}
