package sheet

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func texts(s Sheet) string {
	var b strings.Builder
	for _, row := range s.Rows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte('|')
			}
			b.WriteString(c.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestRead_TextFiles(t *testing.T) {
	const plain = "Tên đơn vị;Số lượng\nHTX \"Mỹ Phong\";1,5\n\n\"a;b\nc \"\"d\"\"\";2\n"
	const want = "Tên đơn vị|Số lượng\nHTX \"Mỹ Phong\"|1,5\n\na;b\nc \"d\"|2\n"
	encode := func(e interface{ String(string) (string, error) }, s string) string {
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, data := range map[string]string{
		"UTF-8":       plain,
		"BOM":         "\xEF\xBB\xBF" + plain,
		"CRLF":        strings.ReplaceAll(plain, "\n", "\r\n"),
		"UTF-16LE":    encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), plain),
		"UTF-16BE":    encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), plain),
		"no BOM":      encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), plain),
		"tabs":        strings.ReplaceAll(plain, ";", "\t"),
		"Excel's sep": "sep=;\n" + plain,
	} {
		w := want
		if name == "tabs" {
			w = strings.ReplaceAll(w, "a;b", "a\tb")
		}
		if name == "CRLF" {
			w = strings.ReplaceAll(w, "b\nc", "b\nc")
		}
		sheets, err := Read([]byte(data), Limits{})
		if err != nil || len(sheets) != 1 || texts(sheets[0]) != w {
			t.Errorf("%s: %q, %v", name, texts(sheets[0]), err)
		}
	}
	old := encode(charmap.Windows1252.NewEncoder(), "Tªn ®¬n vÞ;Sè l\u00adîng\nHîp t¸c x· Mü Phong;5\n")
	if sheets, err := Read([]byte(old), Limits{}); err != nil || texts(sheets[0]) != "Tên đơn vị|Số lượng\nHợp tác xã Mỹ Phong|5\n" {
		t.Errorf("TCVN3: %v %v", sheets, err)
	}
	viet := encode(charmap.Windows1258.NewEncoder(), "Tên đơn vi\u0323;Sô\u0301 lươ\u0323ng\nHTX;5\n")
	if sheets, err := Read([]byte(viet), Limits{}); err != nil || texts(sheets[0]) != "Tên đơn vị|Số lượng\nHTX|5\n" {
		t.Errorf("Windows-1258: %v %v", sheets, err)
	}
}

func TestReadText_Pasted(t *testing.T) {
	for in, want := range map[string]string{
		"Bưởi\t20\tTấn\nCam\t5\tTấn":                        "Bưởi|20|Tấn\nCam|5|Tấn\n",
		"| Mặt hàng | SL |\n|---|--:|\n| Bưởi | 20 |":       "Mặt hàng|SL\nBưởi|20\n",
		"Mặt hàng, Số lượng\nBưởi, 20\nCam, 5":              "Mặt hàng|Số lượng\nBưởi|20\nCam|5\n",
		"Mặt hàng   Số lượng\nBưởi Diễn    20 tấn":          "Mặt hàng|Số lượng\nBưởi Diễn|20 tấn\n",
		"Tên;SL\nHTX 5\" ống;\"2":                           "Tên|SL\nHTX 5\" ống|\"2\n",
		"a;b;\n;;\nc":                                       "a|b\n\nc\n",
		"một dòng chữ":                                      "một dòng chữ\n",
		"Tên;Giá\nBưởi, cam, quýt;1,5\nMía;2,5\nNa, ổi;3,5": "Tên|Giá\nBưởi, cam, quýt|1,5\nMía|2,5\nNa, ổi|3,5\n",
	} {
		s, err := ReadText(in)
		if err != nil || texts(s) != want {
			t.Errorf("%q: %q, %v", in, texts(s), err)
		}
	}
	if _, err := ReadText(" \n\t\n"); err == nil {
		t.Error("nothing was read as a table")
	}
}
