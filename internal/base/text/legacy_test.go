package text

import (
	"testing"

	"pgregory.net/rapid"
)

func TestMend_OldFonts(t *testing.T) {
	for in, want := range map[string]string{
		"Céng hßa x· héi chñ nghÜa ViÖt Nam":       "Cộng hòa xã hội chủ nghĩa Việt Nam",
		"§éc lËp - Tù do - H¹nh phóc":              "Độc lập - Tự do - Hạnh phúc",
		"B\u00adëi DiÔn":                           "Bưởi Diễn",
		"Sè l\u00adîng":                            "Số lượng",
		"Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam": "Cộng hòa xã hội chủ nghĩa Việt Nam",
		"Ñoäc laäp - Töï do - Haïnh phuùc":         "Độc lập - Tự do - Hạnh phúc",
		"Tröôøng Ñaïi hoïc":                        "Trường Đại học",
		"Ñòa chæ":                                  "Địa chỉ",
		"HTX Taân Laïc":                            "HTX Tân Lạc",
	} {
		got, enc, sure := Mend(in)
		if !sure || got != want {
			t.Errorf("Mend(%q) = %q, %q, %v", in, got, enc, sure)
		}
	}
}

func TestMend_LeavesOtherTextAlone(t *testing.T) {
	for _, in := range []string{
		"", "HTX Mỹ Phong", "Hòa Bình", "café", "10 µm", "m²", "25 °C", "«Bưởi»", "Müller", "VietGAP®", "½ kg", "hoà", "bà và bé", "Ðà Lạt", "naïve", "Smörgåsbord",
	} {
		if got, _, sure := Mend(in); sure || got != in {
			t.Errorf("Mend(%q) = %q", in, got)
		}
	}
}

func TestFromFont_OK(t *testing.T) {
	for _, c := range [][3]string{
		{"Hßa B×nh", ".VnTime", "Hòa Bình"},
		{"Hßa B×nh", ".VnTimeH", "HÒA BÌNH"},
		{"Hoøa Bình", "VNI-Times", "Hòa Bình"},
		{"Hòa Bình", "Times New Roman", "Hòa Bình"},
		{"Đà Bắc", ".VnTime", "Đà Bắc"},
	} {
		if got := FromFont(c[0], c[1]); got != c[2] {
			t.Errorf("FromFont(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// toTCVN3 writes the lower-case letters back; the table is read the other way round.
func toTCVN3(s string) (string, bool) {
	back := map[rune]rune{}
	for k, v := range tcvn3 {
		back[v] = k
	}
	out := []rune(nil)
	for _, r := range s {
		if v, ok := back[r]; ok {
			r = v
		} else if r >= 0x80 {
			return "", false
		}
		out = append(out, r)
	}
	return string(out), true
}

func TestTCVN3_TableIsComplete(t *testing.T) {
	const letters = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ"
	old, ok := toTCVN3(letters)
	if !ok || FromTCVN3(old) != letters || len(tcvn3) != len([]rune(letters)) {
		t.Errorf("%d codes for %d letters, %q", len(tcvn3), len([]rune(letters)), FromTCVN3(old))
	}
}

func TestMend_ReadsWhatOldProgramsWrote(t *testing.T) {
	words := []string{"hợp", "tác", "xã", "bưởi", "diễn", "sản", "lượng", "đỏ", "mía", "tím", "tân", "lạc", "số", "tấn", "giá", "thấp", "nhất", "đồng", "ý", "bán", "quả", "nguyễn"}
	rapid.Check(t, func(t *rapid.T) {
		s := "hợp tác xã"
		for _, w := range rapid.SliceOfN(rapid.SampledFrom(words), 0, 10).Draw(t, "words") {
			s += " " + w
		}
		old, _ := toTCVN3(s)
		if out, enc, sure := Mend(old); !sure || enc != TCVN3 || out != s {
			t.Fatalf("%q as %q became %q (%q, %v)", s, old, out, enc, sure)
		}
	})
}
