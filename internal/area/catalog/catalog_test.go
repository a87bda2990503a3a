package catalog

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

func list(t testing.TB) *Catalog {
	t.Helper()
	c, err := LoadCommodities()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad_OK(t *testing.T) {
	c := list(t)
	if len(c.All()) != 135 {
		t.Errorf("%d commodities", len(c.All()))
	}
	groups := map[string]int{}
	for _, x := range c.All() {
		groups[x.Group]++
		if x.Group != "service" && x.ShelfDays == 0 {
			t.Errorf("%s has no shelf life", x.Code)
		}
		if x.FarmMin > x.FarmMax || x.WholeMin > x.WholeMax || x.FarmMin > x.WholeMax {
			t.Errorf("%s: prices %d–%d, %d–%d", x.Code, x.FarmMin, x.FarmMax, x.WholeMin, x.WholeMax)
		}
	}
	if groups["fruit"] != 32 || groups["livestock"] != 12 {
		t.Errorf("groups: %v", groups)
	}
	x, _ := c.ByCode("BUOI-DIEN")
	if x.RefFloor() != 8_000_000 || x.RefPrice() != 23_500_000 || x.ShelfDays != 60 || x.Cold || !x.InSeason(12) || x.InSeason(6) {
		t.Errorf("Diễn pomelo: %+v", x)
	}
	cane, _ := c.ByCode("MIA-TIM") // priced by the stalk of 3 kg
	if cane.FarmMin != 1_333_334 || cane.WholeMax != 4_000_000 {
		t.Errorf("purple cane: %d–%d đ/t", cane.FarmMin, cane.WholeMax)
	}
	guest, _ := c.ByCode("DL-CONGDONG")
	if guest.RefFloor() != 0 || guest.RefPrice() != 0 {
		t.Error("a guest has a price per tonne")
	}
	for code, want := range map[string]bool{"DAUTAY": true, "GA-TUOI": true, "MIA-DL": true, "TOM-SD": true, "CHUOI-TIEU": false, "NHAN-SONTHUY": false, "GA-LT": false} {
		if x, _ := c.ByCode(code); x.Cold != want {
			t.Errorf("%s travels cold: %v", code, x.Cold)
		}
	}
}

func TestMatch_OK(t *testing.T) {
	c := list(t)
	for s, want := range map[string]string{
		"Bưởi đỏ Tân Lạc":           "BUOI-DO-TL",
		"bưởi đỏ":                   "BUOI-DO-TL",
		"buoi do":                   "BUOI-DO-TL",
		"Bưởi Diễn":                 "BUOI-DIEN",
		"BUOI DIEN":                 "BUOI-DIEN",
		"bưởi diễn Yên Thủy loại 1": "BUOI-DIEN",
		"Bưởi da xanh":              "BUOI-DAXANH",
		"cam Canh":                  "CAM-CANH",
		"cam đường Canh":            "CAM-CANH",
		"cam lòng vàng":             "CAM-CP-LV",
		"Cam Cao Phong CS1":         "CAM-CP-LV",
		"cam V2":                    "CAM-V2",
		"mía tím":                   "MIA-TIM",
		"mía tím cấp đông":          "MIA-DL",
		"gà Lạc Thủy":               "GA-LT",
		"gà Lạc Thuỷ":               "GA-LT",
		"su su":                     "SUSU-QUA",
		"ngọn su su":                "SUSU-NGON",
		"Rau su su":                 "SUSU-NGON",
		"na":                        "NA-LT",
		"na dai Lạc Thủy":           "NA-LT",
		"nhãn":                      "NHAN-SONTHUY",
		"thanh long":                "THANHLONG",
		"bò":                        "BO-HOI",
		"bơ":                        "BO",
		"lê":                        "LE",
		"dê":                        "DE-LT",
		"mật ong":                   "MATONG",
		"cá lăng":                   "CA-LANG",
		"gỗ keo":                    "KEO-GO",
		"trứng gà":                  "TRUNG-GA",
		"BUOI-DIEN":                 "BUOI-DIEN",
		"Tan Lac red pomelo":        "BUOI-DO-TL",
		"rau hữu cơ (PGS)":          "RAU-HC",
		"Bưỡi Diễn":                 "BUOI-DIEN", // a wrong mark
		"Quả bưởi Diễn tươi, Cao Dương": "BUOI-DIEN",
	} {
		if code, _, ok, cs := c.Match(s); !ok || code != want {
			t.Errorf("%q: %q %v (%v), want %s", s, code, ok, cs, want)
		}
	}
}

func TestMatch_AsksBack(t *testing.T) {
	c := list(t)
	for s, want := range map[string]string{
		"bưởi":         "BUOI-DO-TL BUOI-DIEN BUOI-DAXANH BUOI-HOANG",
		"buoi":         "BUOI-DO-TL BUOI-DIEN BUOI-DAXANH BUOI-HOANG",
		"bưởi Năm Roi": "BUOI-DO-TL BUOI-DIEN BUOI-DAXANH BUOI-HOANG",
		"cam":          "CAM-CP-LV CAM-CANH CAM-V2 CAM-XADOAI CAM-LT",
		"mía":          "MIA-TIM MIA-TRANG MIA-DL",
		"chuối":        "CHUOI-TAY CHUOI-TIEU",
		"bo":           "BO BO-HOI",
		"xe máy":       "",
		"":             "",
		"12 tấn":       "",
		"cá":           "CA-TRAMDEN CA-TRAMCO CA-LANG CA-CHIEN CA-DAMXANH CA-ROPHI CA-TAM",
		"dừa xiêm":     "", "hồng xiêm": "", "rau cai Luong Son": "CAI-NGOT CAI-MEO",
	} {
		if code, _, ok, cs := c.Match(s); ok || strings.Join(cs, " ") != want {
			t.Errorf("%q: %q %v %v, want to ask about %s", s, code, ok, cs, want)
		}
	}
}

func TestMatch_EveryNameFindsItself(t *testing.T) {
	c := list(t)
	for _, x := range c.All() {
		if code, _, ok, cs := c.Match(x.NameVI); !ok || code != x.Code {
			t.Errorf("%s %q: %q %v", x.Code, x.NameVI, code, cs)
		}
		for _, a := range x.Aliases {
			if code, _, ok, cs := c.Match(a); !ok || code != x.Code {
				t.Errorf("%s %q: %q %v", x.Code, a, code, cs)
			}
		}
	}
}

func TestMatchVariety_OK(t *testing.T) {
	c := list(t)
	for _, w := range []struct{ goods, variety, code, key string }{
		{"Bưởi", "Diễn", "BUOI-DIEN", ""},
		{"Bưởi Diễn", "", "BUOI-DIEN", ""},
		{"Bưởi Diễn", "Diễn", "BUOI-DIEN", ""},
		{"Cam", "CS1", "CAM-CP-LV", ""},
		{"Cam", "V2", "CAM-V2", ""},
		{"Ổi", "lê", "OI", "oi le"},
		{"Xoài", "cát Hòa Lộc", "XOAI", "cat hoa loc"},
		{"Mận", "hậu", "MAN-TAMHOA", "hau"},
	} {
		code, key, ok, cs := c.MatchVariety(w.goods, w.variety)
		if !ok || code != w.code || key != w.key {
			t.Errorf("%q %q: %q %q %v %v, want %s %q", w.goods, w.variety, code, key, ok, cs, w.code, w.key)
		}
	}
	if _, _, ok, cs := c.MatchVariety("Bưởi", "Năm Roi"); ok || len(cs) != 4 {
		t.Errorf("an unknown pomelo: %v %v", ok, cs)
	}
	if code, _, ok, _ := c.MatchVariety("Cam", "Diễn"); ok {
		t.Errorf("orange «Diễn» became %s", code)
	}
}

func TestConvert_OK(t *testing.T) {
	c := list(t)
	for _, w := range []struct {
		milli     int64
		unit      string
		piece     weight.Grams
		commodity string
		want      weight.Grams
		basis     Basis
	}{
		{20_000, "tấn", 0, "BUOI-DIEN", 20 * weight.Tonne, ByDefinition},
		{1_500, "Tấn", 0, "", 1500 * weight.Kilogram, ByDefinition},
		{5_000, "tạ", 0, "", 500 * weight.Kilogram, ByDefinition},
		{3_000, "yến", 0, "", 30 * weight.Kilogram, ByDefinition},
		{1_750_500, "kg", 0, "", 1_750_500, ByDefinition},
		{2_000, "lạng", 0, "", 200, ByDefinition},
		{2_000, "tấn quả tươi", 0, "", 2 * weight.Tonne, ByDefinition},
		{15_000, "vạn quả", 0, "BUOI-DIEN", 135 * weight.Tonne, ByCommodity},
		{15_000, "vạn quả", 800, "BUOI-DIEN", 120 * weight.Tonne, ByLot},
		{15_000, "vạn", 800, "BUOI-DIEN", 120 * weight.Tonne, ByLot},
		{1_000_000, "trái", 0, "BUOI-DIEN", 900 * weight.Kilogram, ByCommodity},
		{2_000, "nghìn cây", 0, "MIA-TIM", 6 * weight.Tonne, ByCommodity},
		{10_000, "chục trứng", 0, "TRUNG-GA", 0, ""},
		{10_000, "chục quả", 0, "TRUNG-GA", 5500, ByCommodity},
		{500_000, "con", 0, "GA-LT", weight.Tonne, ByCommodity},
		{100_000, "thùng", 0, "BUOI-DIEN", weight.Tonne, ByCommodity},
		{100_000, "thùng", 12 * weight.Kilogram, "", 1200 * weight.Kilogram, ByLot},
		{100_000, "sọt", 0, "CAM-CANH", 2 * weight.Tonne, ByCommodity},
		{1_000, "lít", 0, "MATONG", 1400, ByCommodity},
	} {
		g, conv, err := c.Convert(w.milli, w.unit, w.piece, w.commodity)
		if w.want == 0 {
			if err == nil {
				t.Errorf("%d %s of %s became %d g", w.milli, w.unit, w.commodity, g)
			}
			continue
		}
		if err != nil || g != w.want || conv.Basis != w.basis {
			t.Errorf("%d %s of %s: %d %s %v, want %d %s", w.milli, w.unit, w.commodity, g, conv.Basis, err, w.want, w.basis)
		}
	}
}

func TestConvert_Faults(t *testing.T) {
	c := list(t)
	for _, w := range []struct {
		milli     int64
		unit      string
		piece     weight.Grams
		commodity string
		key       string
	}{
		{3_000, "sào", 0, "BUOI-DIEN", "catalog.fault.area_unit"},
		{3_000, "sao", 0, "BUOI-DIEN", "catalog.fault.area_unit"},
		{3_000, "ha", 0, "BUOI-DIEN", "catalog.fault.area_unit"},
		{3_000, "mẫu", 0, "", "catalog.fault.area_unit"},
		{3_000, "quả", 0, "", "catalog.fault.no_weight"},
		{3_000, "thùng", 0, "GUNG", "catalog.fault.no_weight"},
		{3_000, "xe", 0, "KEO-GO", "catalog.fault.no_weight"},
		{3_000, "", 0, "BUOI-DIEN", "catalog.fault.unit"},
		{3_000, "parsec", 0, "BUOI-DIEN", "catalog.fault.unit"},
		{3_000, "lượt khách", 0, "DL-CONGDONG", "catalog.fault.service_unit"},
		{0, "kg", 0, "BUOI-DIEN", "catalog.fault.amount"},
		{-5, "kg", 0, "BUOI-DIEN", "catalog.fault.amount"},
		{1e18, "tấn", 0, "BUOI-DIEN", "catalog.fault.too_much"},
		{1e18, "triệu vạn quả", 0, "BUOI-DIEN", "catalog.fault.too_much"},
		{1_000, "quả", -1, "BUOI-DIEN", "catalog.fault.piece_weight"},
	} {
		_, _, err := c.Convert(w.milli, w.unit, w.piece, w.commodity)
		if f, ok := err.(*fault.Error); !ok || f.Key != w.key {
			t.Errorf("%d %q: %v, want %s", w.milli, w.unit, err, w.key)
		}
	}
}

func TestConvert_NeverMoreThanAmountTimesEach(t *testing.T) {
	c := list(t)
	rapid.Check(t, func(t *rapid.T) {
		milli := rapid.Int64().Draw(t, "milli")
		unit := rapid.SampledFrom([]string{"kg", "tấn", "vạn quả", "quả", "thùng", "yến", "sào"}).Draw(t, "unit")
		piece := weight.Grams(rapid.Int64Range(-10, 50_000_000).Draw(t, "piece"))
		g, conv, err := c.Convert(milli, unit, piece, "BUOI-DIEN")
		if err != nil {
			return
		}
		if g < 0 || g > weight.Max || milli <= 0 {
			t.Fatalf("%d %s: %d g", milli, unit, g)
		}
		// g = ⌊milli × each / 1000⌋, checked by division so that nothing overflows
		if whole := int64(g) / int64(conv.Each); milli/1000 != whole && milli/1000 != whole+1 {
			t.Fatalf("%d %s at %d g: %d g", milli, unit, conv.Each, g)
		}
	})
}

func TestPricePerTonne_RoundsAgainstTheGain(t *testing.T) {
	c := list(t)
	ask, err1 := c.PricePerTonne(8_000, "quả", 0, "BUOI-DIEN", true) // 8,000 đ for 900 g
	bid, err2 := c.PricePerTonne(8_000, "quả", 0, "BUOI-DIEN", false)
	if err1 != nil || err2 != nil || ask != 8_888_889 || bid != 8_888_888 {
		t.Errorf("%d %v, %d %v", ask, err1, bid, err2)
	}
	if p, err := c.PricePerTonne(25_000, "kg", 0, "BUOI-DIEN", true); err != nil || p != 25_000_000 {
		t.Errorf("%d %v", p, err)
	}
	for _, v := range []money.VND{-1, 1 << 62} {
		if _, err := c.PricePerTonne(v, "kg", 0, "BUOI-DIEN", true); err == nil {
			t.Errorf("a price of %d was taken", v)
		}
	}
}

func TestAreaYield_OK(t *testing.T) {
	c := list(t)
	low, high, ok := c.AreaYield(3_000, "sào", "BUOI-DIEN") // 1080 m² at 12–20 t/ha
	if !ok || low != 1_296_000 || high != 2_160_000 {
		t.Errorf("%d–%d %v", low, high, ok)
	}
	if _, _, ok := c.AreaYield(3_000, "sào", "GA-LT"); ok {
		t.Error("chicken have a yield by area")
	}
	if _, _, ok := c.AreaYield(3_000, "kg", "BUOI-DIEN"); ok {
		t.Error("kg is an area")
	}
}

func TestPaperKind_OK(t *testing.T) {
	c := list(t)
	for s, want := range map[string]string{
		"VietGAP": "vietgap", "Chứng nhận Viet GAP 3 ha": "vietgap", "GlobalGAP": "globalgap", "Global G.A.P": "globalgap",
		"hữu cơ": "organic", "Organic USDA": "organic", "PGS": "pgs", "hữu cơ PGS": "organic pgs",
		"OCOP": "ocop", "OCOP 3 sao": "ocop", "OCOP 4*": "ocop4", "OCOP 4 sao": "ocop4", "5 sao OCOP": "ocop5",
		"ATTP": "attp", "cam kết ATTP": "attp", "Giấy chứng nhận ATTP": "attp_cn", "GCN cơ sở đủ điều kiện ATTP": "attp_cn",
		"giấy chứng nhận an toàn thực phẩm": "attp_cn", "MSVT VN-HBOR-0017": "puc", "Mã số vùng trồng": "puc", "MSĐG": "packhouse",
		"mã số cơ sở đóng gói": "packhouse", "HACCP": "haccp", "ISO 22000:2018": "iso22000", "tự công bố sản phẩm": "declared",
		"truy xuất QR": "trace", "tem QR": "trace", "phiếu kiểm nghiệm": "test", "VietGAP, OCOP 3 sao; ATTP": "vietgap ocop attp",
		"chưa có": "", "VietGAP (chưa có)": "", "không": "", "": "", "sổ đỏ": "", "mã số vùng trồng: đang làm hồ sơ": "",
	} {
		if got := strings.Join(c.PaperKinds(s), " "); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	if k, ok := PaperKind("Chứng nhận VietGAP"); !ok || k != "vietgap" {
		t.Error(k, ok)
	}
	if got := strings.Join(c.Covers("ocop5"), " "); got != "ocop5 ocop4 ocop" {
		t.Errorf("five stars cover %q", got)
	}
}

func TestVehicles_OwnFiguresGoFirst(t *testing.T) {
	c := list(t)
	day := calendar.Date(2023, 12, 18)
	vs := c.Vehicles(nil, day)
	if len(vs) != 3 || vs[0] != (Vehicle{1250 * weight.Kilogram, 8_500}) || vs[2] != (Vehicle{8 * weight.Tonne, 21_000}) {
		t.Errorf("%v", vs)
	}
	own := []Param{
		{ID: 1, Key: "freight.per_km", Scope: "3500", Value: 15_000, From: calendar.Date(2023, 10, 1), To: calendar.Date(2023, 12, 31)},
		{ID: 2, Key: "freight.per_km", Scope: "15000", Value: 30_000, From: calendar.Date(2024, 1, 1)},
		{ID: 3, Key: "freight.cold_pm", Value: 250, From: calendar.Date(2023, 12, 1)},
	}
	if vs := c.Vehicles(own, day); len(vs) != 3 || vs[1].PerKm != 15_000 {
		t.Errorf("own figure of the day: %v", vs)
	}
	if vs := c.Vehicles(own, calendar.Date(2024, 1, 1)); len(vs) != 4 || vs[1].PerKm != 14_000 {
		t.Errorf("own figure lapsed: %v", vs)
	}
	if c.ColdPM(nil, day) != 300 || c.ColdPM(own, day) != 250 {
		t.Error("cold surcharge")
	}
}

// The remarks of the lists are English; no word of them may reach a Vietnamese screen.
func TestVietnamese_LeavesNoEnglish(t *testing.T) {
	c := list(t)
	keep := map[string]bool{
		"ocop": true, "vietgap": true, "pgs": true, "tcvn": true, "kim": true, "foods": true, "cao": true, "phong": true, "mai": true,
		"mang": true, "viba": true, "kia": true, "dong": true, "hang": true, "khoan": true, "hoa": true, "rau": true, "song": true, "lai": true, "trung": true, "thi": true,
	}
	check := func(s string) {
		got := c.Vietnamese(s)
		for _, w := range strings.FieldsFunc(got, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if english := len(w) >= 3 && text.Fold(w) == strings.ToLower(w) && !keep[strings.ToLower(w)]; english && strings.Contains(s, w) {
				t.Errorf("%q became %q: %q", s, got, w)
			}
		}
	}
	for _, x := range c.All() {
		for _, s := range []string{x.Storage, x.Packaging, x.Places, x.Mark, x.PriceNote} {
			check(s)
		}
		for _, p := range c.Pieces(x.Code) {
			check(p.Source)
			check(p.Confidence)
		}
	}
	for _, p := range c.Params() {
		check(p.Source)
		check(p.Confidence)
	}
	if got := c.Vietnamese("carton 10-12 kg / net bag 20 kg; sold by fruit too (0.8-1.2 kg)"); got != "thùng các-tông 10-12 kg / túi lưới 20 kg; cũng bán theo quả (0,8-1,2 kg)" {
		t.Error(got)
	}
	if got := c.Vietnamese("by fruit 0.8-1.0 kg (5,000-40,000 VND/fruit)"); got != "theo quả 0,8-1,0 kg (5.000-40.000 đ/quả)" {
		t.Error(got)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("Bưởi Diễn")
	f.Add("cá\x00(")
	f.Fuzz(func(t *testing.T, s string) {
		c := list(t)
		r := c.match(s)
		if _, have := c.ByCode(r.code); r.ok != have || r.ok && len(r.candidates) > 0 {
			t.Fatalf("%q became %+v", s, r)
		}
		c.ReadUnit(s)
		c.PaperKinds(s)
	})
}
