package text

import (
	"testing"

	"pgregory.net/rapid"
)

func TestFold_OK(t *testing.T) {
	for in, want := range map[string]string{
		"Số lượng (ĐVT: tạ)":           "so luong dvt ta",
		"Hòa Bình":                     "hoa binh",
		"Hoa\u0300  Bi\u0300nh":        "hoa binh", // decomposed
		"ĐẮK LẮK":                      "dak lak",
		"giá\u00a0thấp\u200bnhất":      "gia thapnhat",
		"  Loại 1 %  ":                 "loai 1",
		"kg/đơn vị":                    "kg don vi",
		"Ða Bắc":                       "da bac", // Icelandic Ð
		"":                             "",
		"«…»":                          "",
		"Diện tích (m²)":               "dien tich m2",
		"Bưởi Diễn – Tân Lạc, VietGAP": "buoi dien tan lac vietgap",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKey_TonePositionDoesNotMatter(t *testing.T) {
	for _, pair := range [][2]string{
		{"Hòa Bình", "Hoà Bình"},
		{"Yên Thủy", "Yên Thuỷ"},
		{"KHỎE", "khoẻ"},
		{"thúy", "thuý"},
		{"tòan", "toàn"},
		{"khóan", "khoán"},
		{"qủa", "quả"},
		{"qúy", "quý"},
		{"cuả", "của"},
		{"luá", "lúa"},
		{"Hoa\u0300", "hòa"},
		{"ngòai", "ngoài"},
		{"hùynh", "huỳnh"},
		{"nguỵên", "nguyện"},
	} {
		if Key(pair[0]) != Key(pair[1]) {
			t.Errorf("Key(%q) = %q, Key(%q) = %q", pair[0], Key(pair[0]), pair[1], Key(pair[1]))
		}
	}
}

func TestKey_KeepsWhatDiffers(t *testing.T) {
	for _, pair := range [][2]string{
		{"hoà", "hoa"}, {"hoà", "hoá"}, {"gịa", "giạ"}, {"quý", "quy"}, {"đa", "da"}, {"tân", "tan"}, {"mơ", "mo"},
	} {
		if Key(pair[0]) == Key(pair[1]) {
			t.Errorf("%q and %q have one key %q", pair[0], pair[1], Key(pair[0]))
		}
	}
	for _, same := range []string{"quý", "giá", "giếng", "gì", "quốc", "nguyễn", "đường", "vietgap", "khoán", "giường", "quỳnh", "café", "những", "thuở", "khuya", "hòa", "thủy"} {
		if Key(same) != same {
			t.Errorf("Key(%q) = %q", same, Key(same))
		}
	}
}

// viText draws Vietnamese letters and marks in any order, plus anything else.
func viText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringOf(rapid.SampledFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyAĐÊÔƠỨ \u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031bàảãáạ.,-0123456789"))),
		rapid.String(),
	)
}

func TestFold_Idempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Fold(viText().Draw(t, "s"))
		if again := Fold(s); again != s {
			t.Fatalf("Fold(%q) = %q", s, again)
		}
	})
}

func TestKey_Idempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Key(viText().Draw(t, "s"))
		if again := Key(s); again != s {
			t.Fatalf("Key(%q) = %q", s, again)
		}
	})
}

func TestKey_SameFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := viText().Draw(t, "s")
		if Fold(s) != Fold(Key(s)) {
			t.Fatalf("%q folds to %q, its key to %q", s, Fold(s), Fold(Key(s)))
		}
	})
}

func TestParseNumber_OK(t *testing.T) {
	for in, want := range map[string]int64{
		"1.750,5": 1750500, "1,750.5": 1750500, "1750000": 1750000000, "1,5": 1500, "1.5": 1500,
		"1.500": 1500000, "1,500": 1500, "1.750.000": 1750000000, "1,750,000": 1750000000,
		"1 750 000": 1750000000, "1\u00a0750": 1750000, "-5": -5000, "−1.750": -1750000, "(1.750)": -1750000,
		"0.500": 500, "0,25": 250, ",5": 500, "12345.678": 12345678, "1.7500": 1750, "+3": 3000,
		" 007 ": 7000, "0": 0, "1.5E+06": 1500000000, "0.30000000000000004": 300, "2,9999": 3000, "1E-2": 10,
		"9.223.372.036.854.775": 9223372036854775000,
	} {
		if got, ok := ParseNumber(in); !ok || got != want {
			t.Errorf("ParseNumber(%q) = %d, %v, want %d", in, got, ok, want)
		}
	}
}

func TestParseNumber_Refuses(t *testing.T) {
	for _, in := range []string{
		"", "-", "5 tấn", "5%", "1.75.000", "1.750,5,5", "1,2,3", "5.", "5,", "1..5", "abc", "1.750.00", "5-7",
		"9223372036854775808", "99.999.999.999.999.999.999", "1e99", "0x10", "1.234,567.8", "١٢", "--5", "()",
	} {
		if got, ok := ParseNumber(in); ok {
			t.Errorf("ParseNumber(%q) = %d", in, got)
		}
	}
}

func TestReadNumber_Doubts(t *testing.T) {
	for in, want := range map[string]bool{"1.500": true, "1,500": true, "1.5": false, "1500": false, "0,500": false, "1.750.000": false, "1.750,500": false} {
		if _, doubt, ok := ReadNumber(in); !ok || doubt != want {
			t.Errorf("ReadNumber(%q): doubt %v, ok %v", in, doubt, ok)
		}
	}
}

func TestParseNumber_ReadsInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-9_000_000_000_000_000, 9_000_000_000_000_000).Draw(t, "n")
		if got, ok := ParseNumber(Int(n)); !ok || got != n*1000 {
			t.Fatalf("ParseNumber(%q) = %d, %v", Int(n), got, ok)
		}
	})
}

func TestParseNumber_ReadsFixed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		s := VI.Fixed(n, 3, 3)
		got, doubt, ok := ReadNumber(s)
		if n == -1<<63 {
			t.Skip("its opposite is no int64")
		}
		if !ok || got != n && !doubt {
			t.Fatalf("ReadNumber(%q) = %d, %v, %v, want %d", s, got, doubt, ok, n)
		}
	})
}

func TestFixed_OK(t *testing.T) {
	for _, c := range []struct {
		n           int64
		scale, keep int
		want        string
	}{
		{1_750_500, 3, 2, "1.750,5"},
		{1_750_000_000, 9, 2, "1,75"},
		{-500, 3, 1, "-0,5"},
		{-1500, 3, 1, "-1,5"},
		{4, 3, 2, "0"},
		{5, 3, 2, "0,01"},
		{-5, 3, 2, "-0,01"},
		{20_000_000, 6, 3, "20"},
		{50, 3, 3, "0,05"},
		{7, 0, 2, "7"},
	} {
		if got := VI.Fixed(c.n, c.scale, c.keep); got != c.want {
			t.Errorf("Fixed(%d, %d, %d) = %q, want %q", c.n, c.scale, c.keep, got, c.want)
		}
	}
	if got := EN.Fixed(1_750_500, 3, 1); got != "1,750.5" {
		t.Errorf("EN.Fixed = %q", got)
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1.750,5", "1,750.5", "(3)", "1.5E+06", "−7", "1 000", "0x1", "..", "1e-9", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, _, ok := ReadNumber(s)
		if !ok {
			return
		}
		if again, ok := ParseNumber(EN.Fixed(n, 3, 3)); !ok || again != n {
			if v, doubt, ok := ReadNumber(VI.Fixed(n, 3, 3)); !ok || v != n && !doubt {
				t.Fatalf("%q is %d, written %q and read as %d", s, n, VI.Fixed(n, 3, 3), v)
			}
		}
	})
}
