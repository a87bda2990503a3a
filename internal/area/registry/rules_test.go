package registry

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestValidTaxCode_OK(t *testing.T) {
	for s, want := range map[string]bool{
		"0100233488": true, "0100233488-001": true, "0100233488001": true, "017085012345": true,
		"0100233487": false, "0100233488-000": false, "0100233488-1": false, "0000000000": false, "": false,
		"010023348a": false, "5400 000 000": false, "097085012345": false, "017485012345": false, "12345": false,
	} {
		if ValidTaxCode(s) != want {
			t.Errorf("%q valid: %v", s, !want)
		}
	}
}

func TestReadTaxCode_OK(t *testing.T) {
	for s, want := range map[string]string{
		"0100233488": "0100233488", "100233488": "0100233488", "0100 233 488": "0100233488", "0100233488001": "0100233488-001",
		"0100.233.488-001": "0100233488-001",
	} {
		if got, ok := ReadTaxCode(s); !ok || got != want {
			t.Errorf("%q: %q %v", s, got, ok)
		}
	}
	if _, ok := ReadTaxCode("100233487"); ok {
		t.Error("nine digits with a wrong check digit were taken")
	}
}

// Of ten last digits exactly one is right, or none where the check would be ten.
func TestValidTaxCode_OneCheckDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		head := rapid.StringMatching(`[0-9]{9}`).Draw(t, "head")
		n := 0
		for d := range 10 {
			if ValidTaxCode(head + strconv.Itoa(d)) {
				n++
			}
		}
		if n > 1 {
			t.Fatalf("%s has %d check digits", head, n)
		}
	})
}

func TestParsePhones_OK(t *testing.T) {
	for s, want := range map[string]string{
		"0912345678":                        "0912345678",
		"0912 345 678":                      "0912345678",
		"0912.345.678":                      "0912345678",
		"(0912) 345-678":                    "0912345678",
		"912345678":                         "0912345678",
		"9.12345678E+08":                    "0912345678",
		"912345678.0":                       "0912345678",
		"+84 912 345 678":                   "0912345678",
		"84912345678":                       "0912345678",
		"0084 912345678":                    "0912345678",
		"0912345678/0987654321":             "0912345678 0987654321",
		"0912345678 - 0987654321":           "0912345678 0987654321",
		"0912 345 678 0987 654 321":         "0912345678 0987654321",
		"0912345678; 0218 3 852 111":        "0912345678 02183852111",
		"0912345678 hoặc 0987654321 (Zalo)": "0912345678 0987654321",
		"02183852111":                       "02183852111",
		"2183852111":                        "02183852111",
		"024 3825 1234":                     "02438251234",
		"01669123456":                       "0369123456",
		"0123 912 3456":                     "0839123456",
		"1900 1234":                         "19001234",
		"09123456780987654321":              "0912345678 0987654321",
		"0912345678, 0912345678":            "0912345678",
		"ĐT: 0912345678, máy lẻ 12":         "0912345678",
		"chưa có":                           "",
		"12345":                             "",
		"":                                  "",
		"0112345678":                        "",
	} {
		if got := strings.Join(ParsePhones(s), " "); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestParsePhones_ReadsWhatItShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []string
		for range rapid.IntRange(1, 3).Draw(t, "n") {
			p := rapid.SampledFrom([]string{"03", "05", "07", "08", "09"}).Draw(t, "prefix") + rapid.StringMatching(`[0-9]{8}`).Draw(t, "rest")
			if !strings.Contains(strings.Join(all, " "), p) {
				all = append(all, p)
			}
		}
		sep := rapid.SampledFrom([]string{"/", ", ", "; ", " - ", "\n", " hoặc "}).Draw(t, "sep")
		shown := make([]string, len(all))
		for i, p := range all {
			shown[i] = ShowPhone(p)
		}
		if got := strings.Join(ParsePhones(strings.Join(shown, sep)), " "); got != strings.Join(all, " ") {
			t.Fatalf("%q: %q", strings.Join(shown, sep), got)
		}
	})
}

func FuzzParsePhones(f *testing.F) {
	f.Add("0912345678/0218 3 852 111")
	f.Add("84 84 84 0")
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range ParsePhones(s) {
			if again := ParsePhones(p); len(again) != 1 || again[0] != p {
				t.Fatalf("%q gave %q, which reads as %q", s, p, again)
			}
		}
	})
}

func TestKindOf_OK(t *testing.T) {
	for s, want := range map[string]Kind{
		"HTX Thu Phong": Coop, "Hợp tác xã nông sản hữu cơ Mỹ Tân": Coop, "H.T.X Đại Đồng": Coop, "htx": Coop,
		"Liên hiệp HTX Mường Bi": Union, "LHHTX Cao Phong": Union, "THT Mai Hịch": Group, "Tổ hợp tác trồng bưởi": Group,
		"QTDND Cao Phong": Fund, "Quỹ tín dụng nhân dân Phương Lâm": Fund, "Công ty TNHH Lạch Tray": Enterprise, "Cty CP RYB": Enterprise,
		"RYB JSC": Enterprise, "Siêu thị WinMart": Enterprise, "Hộ ông Bùi Văn A": Household, "Ông Bùi Văn A": Household,
		"Sở Công Thương": Agency, "UBND huyện Lương Sơn": Agency, "Liên minh HTX tỉnh": Agency, "Hoa Sen": "", "": "",
	} {
		if got := KindOf(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestBareName_OK(t *testing.T) {
	for s, want := range map[string]string{
		"HTX Thu Phong": "thu phong", "Hợp tác xã Thu Phong": "thu phong", "H.T.X. Thu Phong": "thu phong",
		"THT Mai Hịch": "mai hich", "Công ty Hoa Sen": "cong ty hoa sen", "HTX": "htx",
	} {
		if got := BareName(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
