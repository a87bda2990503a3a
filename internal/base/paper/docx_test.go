package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
)

func letterDocx(t *testing.T) []byte {
	t.Helper()
	d := NewDocx(Options{Title: "Báo cáo <tuần> & tháng", Made: time.Date(2023, 12, 15, 8, 0, 1, 0, time.UTC), Official: true})
	d.NationalHeading(Heading{Org: "Liên minh HTX tỉnh Hòa Bình", Place: "Hòa Bình", Day: calendar.Date(2023, 2, 5), About: "V/v kết nối"})
	d.Title("Báo cáo", "Kết nối cung cầu tuần 50")
	d.Section("1. Việc trong tuần")
	d.Para("Bưởi Diễn «40.000 đ/kg» < 5 tấn & hơn\nhai dòng\x01")
	d.Item("①", "Thêm 2 tấn")
	d.Table([]Column{{Head: "Mục"}, {Head: "Số", Right: true}}, [][]string{{"Chào bán", "12"}, {"Thiếu ô"}}, []string{"Cộng", "12"})
	d.Small("Nguồn: sổ")
	d.Sign([]string{"Lãnh đạo", "Lưu"}, Signature{Post: "CHỦ TỊCH", Note: "Ký", Name: "Đinh Thị Lan"})
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// order is the order of the schema for the elements that Docx writes inside another.
var order = map[string][]string{
	"body":    {"p", "tbl", "sectPr"},
	"pPr":     {"keepNext", "pBdr", "spacing", "ind", "jc"},
	"rPr":     {"rFonts", "b", "i", "sz", "szCs", "u", "lang"},
	"tbl":     {"tblPr", "tblGrid", "tr"},
	"tblPr":   {"tblW", "tblBorders", "tblLayout"},
	"tr":      {"trPr", "tc"},
	"trPr":    {"cantSplit", "tblHeader"},
	"tc":      {"tcPr", "p"},
	"sectPr":  {"headerReference", "pgSz", "pgMar", "titlePg"},
	"p":       {"pPr", "r"},
	"hdr":     {"p"},
	"styles":  {"docDefaults", "style"},
	"pBdr":    {"bottom"},
	"tblGrid": {"gridCol"},
}

// TestDocx_IsWellFormedAndInTheSchemasOrder: each part is XML, holds only the elements that
// are meant, in the schema's order, and a cell ends in a paragraph.
func TestDocx_IsWellFormedAndInTheSchemasOrder(t *testing.T) {
	data := letterDocx(t)
	if !bytes.Equal(data, letterDocx(t)) {
		t.Error("the same document is not the same bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	words := ""
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(r)
		type open struct {
			name string
			at   int
			last string
		}
		var stack []open
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			switch x := tok.(type) {
			case xml.StartElement:
				if n := len(stack); n > 0 && strings.HasPrefix(f.Name, "word/") {
					up := &stack[n-1]
					if allowed, ok := order[up.name]; ok {
						at := slices.Index(allowed, x.Name.Local)
						if at < 0 {
							t.Errorf("%s: <%s> inside <%s>", f.Name, x.Name.Local, up.name)
						}
						if at < up.at && up.name != "body" {
							t.Errorf("%s: <%s> comes too late inside <%s>", f.Name, x.Name.Local, up.name)
						}
						up.at, up.last = at, x.Name.Local
					}
				}
				stack = append(stack, open{name: x.Name.Local})
			case xml.EndElement:
				if top := stack[len(stack)-1]; top.name == "tc" && top.last != "p" {
					t.Errorf("%s: a cell ends in <%s>", f.Name, top.last)
				}
				stack = stack[:len(stack)-1]
			case xml.CharData:
				if f.Name == "word/document.xml" {
					words += string(x) + "|"
				}
			}
		}
	}
	if names[0] != "[Content_Types].xml" || len(names) != 7 {
		t.Errorf("parts %v", names)
	}
	for _, w := range []string{"LIÊN MINH HTX TỈNH HÒA BÌNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ngày 05 tháng 02 năm 2023", "«40.000 đ/kg» < 5 tấn & hơn", "Thiếu ô", "Đinh Thị Lan", "- Lưu."} {
		if !strings.Contains(words, w) {
			t.Errorf("no %q", w)
		}
	}
	if strings.Contains(words, "\x01") {
		t.Error("a control character went through")
	}
}

// TestDocx_OpensInLibreOffice where that is installed.
func TestDocx_OpensInLibreOffice(t *testing.T) {
	if os.Getenv("LIENKET_LONG") == "" {
		t.Skip("long")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not installed")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.docx"), letterDocx(t), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "a.docx"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if pdf, err := os.ReadFile(filepath.Join(dir, "a.pdf")); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("no PDF: %v: %s", err, out)
	}
}
