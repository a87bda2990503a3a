package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/i18n"
)

// zeros reads endlessly.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// bomb is a small workbook whose sheet unpacks to so many megabytes.
func bomb(t *testing.T, megabytes int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range map[string]string{
		"[Content_Types].xml":        `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Chào bán" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err == nil {
		_, err = io.CopyN(w, zeros{}, megabytes<<20)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestUpload_FilesThatAreNone: each is refused with a sentence in the reader's language,
// and nothing is stored.
func TestUpload_FilesThatAreNone(t *testing.T) {
	s := newSite(t)
	c := s.as(t, "officer")
	good, err := os.ReadFile(messyFile)
	if err != nil {
		t.Fatal(err)
	}
	before := s.counts(t)
	for _, f := range []struct {
		name   string
		data   []byte
		vi, en string
	}{
		{"bom.xlsx", bomb(t, 300), "bung ra lớn bất thường", "unpacks"},
		{"hop-dong.pdf", []byte("%PDF-1.7\n%âãÏÓ\n1 0 obj<<>>endobj"), "không phải bảng tính", "not a table"},
		{"cu.xls", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 600)...), "Excel", "Excel"},
		{"nua.xlsx", good[:len(good)/2], "hỏng hoặc chưa tải lên hết", "damaged"},
		{"trong.csv", nil, "trống", "empty"},
		{"luong.csv", []byte("Họ tên;Lương;Phụ cấp\nA;1;2\n"), "tiêu đề", "heading"},
	} {
		for _, lang := range []i18n.Lang{"vi", "en"} {
			c.lang = lang
			var m0, m1 runtime.MemStats
			runtime.ReadMemStats(&m0)
			res, body := c.upload(f.name, f.data)
			runtime.ReadMemStats(&m1)
			want := map[i18n.Lang]string{"vi": f.vi, "en": f.en}[lang]
			if res.StatusCode != 413 && res.StatusCode != 422 || !strings.Contains(words(body), want) {
				t.Errorf("%s in %s: %d; it should say %q: %s", f.name, lang, res.StatusCode, want, cut(words(body), 500))
			}
			if took := (m1.TotalAlloc - m0.TotalAlloc) >> 20; took > 64 {
				t.Errorf("%s took %d MB of memory", f.name, took)
			}
		}
	}
	if after := s.counts(t); after != before {
		t.Errorf("rows before %v, after %v", before, after)
	}
}

// TestUpload_TooLarge: more than the route takes is refused by its size.
func TestUpload_TooLarge(t *testing.T) {
	s := newSite(t)
	c := s.as(t, "officer")
	before := s.counts(t)
	res, body := c.upload("lon.csv", bytes.Repeat([]byte("a;b\n"), 9<<20))
	if res.StatusCode != 413 || !strings.Contains(words(body), "quá lớn") {
		t.Errorf("36 MB: %d %s", res.StatusCode, cut(words(body), 300))
	}
	if after := s.counts(t); after != before {
		t.Errorf("rows before %v, after %v", before, after)
	}
}

const (
	offerHead  = "Tên đơn vị\tĐiện thoại\tHuyện\tMặt hàng\tSố lượng chào bán\tĐVT\tTừ ngày\tĐến ngày\tGiá thấp nhất đồng ý bán\tGiấy tờ\n"
	demandHead = "Bên mua\tĐiện thoại\tNơi giao\tMặt hàng\tSố lượng\tĐVT\tTừ ngày\tĐến ngày\tGiá mua cao nhất\n"
	offerGood  = "HTX Thử Một\t0900000101\tCao Phong\tCam lòng vàng Cao Phong\t20\ttấn\t25/11/2023\t20/12/2023\t15000\tVietGAP\n"
	demandGood = "Cửa hàng Thử\t0900000102\tHà Nội\tCam lòng vàng Cao Phong\t10\ttấn\t25/11/2023\t20/12/2023\t26000\n"
)

// TestUpload_RowsThatCannotBe: a number that cannot be is refused with sheet, row and
// column; what may be meant is asked back. In both languages.
func TestUpload_RowsThatCannotBe(t *testing.T) {
	s := newSite(t)
	c := s.as(t, "officer")
	row := func(cells ...string) string {
		r := strings.Split(strings.TrimSuffix(offerGood, "\n"), "\t")
		for i := 0; i+1 < len(cells); i += 2 {
			for k, h := range strings.Split(strings.TrimSuffix(offerHead, "\n"), "\t") {
				if h == cells[i] {
					r[k] = cells[i+1]
				}
			}
		}
		return strings.Join(r, "\t") + "\n"
	}
	for _, f := range []struct {
		what, offers string
		refused      bool
		vi, en       []string
	}{
		{"negative", row("Số lượng chào bán", "-20"), true, []string{"dòng 2", "âm"}, []string{"row 2", "negative"}},
		{"10^18", row("Số lượng chào bán", "1000000000000000000"), true, []string{"dòng 2", "Số lượng chào bán"}, []string{"row 2", "Số lượng chào bán"}},
		{"an area", row("ĐVT", "sào"), false, []string{"diện tích"}, []string{"area"}},
		{"expired paper", row("Giấy tờ", "VietGAP hết hạn 01/10/2023"), false, []string{"hết hạn"}, []string{"expired"}},
		{"floor above every ceiling", row("Giá thấp nhất đồng ý bán", "90000"), false, []string{"cao hơn giá mua cao nhất"}, []string{"above the highest"}},
	} {
		for _, lang := range []i18n.Lang{"vi", "en"} {
			c.lang = lang
			before := s.counts(t)
			res, body := c.upload("", nil, "offers", offerHead+f.offers+row("Tên đơn vị", "HTX Thử Ba", "Điện thoại", "0900000103"), "demands", demandHead+demandGood, "as_of", "20/11/2023")
			want := f.vi
			if lang == "en" {
				want = f.en
			}
			switch {
			case f.refused && res.StatusCode != 422, !f.refused && res.StatusCode != 303:
				t.Errorf("%s in %s: %d: %s", f.what, lang, res.StatusCode, cut(words(body), 500))
				continue
			case f.refused:
				if after := s.counts(t); after != before {
					t.Errorf("%s: rows before %v, after %v", f.what, before, after)
				}
				if !strings.Contains(body, "HTX Thử Ba") {
					t.Errorf("%s: what was pasted is lost", f.what)
				}
			default:
				_, body = c.get(res.Header.Get("Location"))
			}
			for _, w := range want {
				if !strings.Contains(words(body), w) {
					t.Errorf("%s in %s does not say %q: %s", f.what, lang, w, cut(words(body), 900))
				}
			}
		}
	}
}
