package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// staffFile is a workbook as staff keep them, made by excelize alone.
func staffFile(t *testing.T, more func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(code string, font string) int {
		s := &excelize.Style{}
		if code != "" {
			s.CustomNumFmt = &code
		}
		if font != "" {
			s.Font = &excelize.Font{Family: font}
		}
		id, err := f.NewStyle(s)
		must(err)
		return id
	}
	must(f.SetSheetName("Sheet1", "Biểu 01"))
	set := func(at string, v any, styleID int) {
		must(f.SetCellValue("Biểu 01", at, v))
		if styleID != 0 {
			must(f.SetCellStyle("Biểu 01", at, at, styleID))
		}
	}
	set("A1", "BIỂU TỔNG HỢP HÀNG HÓA", 0)
	must(f.MergeCell("Biểu 01", "A1", "F1"))
	for i, h := range []string{"STT", "Tên đơn vị", "Số lượng", "Ngày", "Điện thoại", "Ghi chú"} {
		set(fmt.Sprintf("%c3", 'A'+i), h, 0)
	}
	set("A4", 1, 0)
	set("B4", "  HTX\u00a0Mỹ Phong ", 0)
	set("C4", 1234567.891, style(`#,##0.00 "đ"`, ""))
	set("D4", time.Date(2023, 12, 31, 0, 0, 0, 0, time.UTC), style("dd/mm/yyyy", ""))
	set("E4", 912345678, style("0000000000", ""))
	set("F4", "1.234", 0)
	set("C5", 1.234, 0)
	set("D5", 45231, style("mm/yyyy", ""))
	set("E5", "0912345678", 0)
	set("F5", 0.05, style("0%", ""))
	set("B6", "Hßa B×nh", style("", ".VnTime"))
	set("C6", -1750000, style("#,##0;(#,##0)", ""))
	set("D6", 45291.5, style("dd/mm/yyyy hh:mm", ""))
	set("E6", true, 0)
	set("F6", 2.5, 0)
	must(f.SetCellRichText("Biểu 01", "B7", []excelize.RichTextRun{{Text: "Bưởi "}, {Text: "Diễn", Font: &excelize.Font{Bold: true}}}))
	must(f.SetCellFormula("Biểu 01", "C7", "C4*2"))
	set("B20", "Tổng cộng", 0)
	_, err := f.NewSheet("Ẩn")
	must(err)
	must(f.SetSheetVisible("Ẩn", false))
	if more != nil {
		more(f)
	}
	var out bytes.Buffer
	must(f.Write(&out))
	return out.Bytes()
}

func TestRead_StaffWorkbook(t *testing.T) {
	sheets, err := Read(staffFile(t, nil), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 2 || sheets[0].Name != "Biểu 01" || sheets[1].Name != "Ẩn" || !sheets[1].Hidden {
		t.Fatalf("sheets %+v", sheets)
	}
	s := sheets[0]
	for at, want := range map[[2]int]Cell{
		{0, 0}: {"BIỂU TỔNG HỢP HÀNG HÓA", "BIỂU TỔNG HỢP HÀNG HÓA", false}, {0, 2}: {},
		{2, 1}: {"Tên đơn vị", "Tên đơn vị", false}, {3, 0}: {"1", "1", true},
		{3, 1}: {"HTX Mỹ Phong", "  HTX\u00a0Mỹ Phong ", false}, {3, 2}: {"1.234.567,89", "1234567.891", true},
		{3, 3}: {"31/12/2023", "45291", true}, {3, 4}: {"0912345678", "912345678", true}, {3, 5}: {"1.234", "1.234", false},
		{4, 2}: {"1,234", "1.234", true}, {4, 3}: {"11/2023", "45231", true}, {4, 4}: {"0912345678", "0912345678", false}, {4, 5}: {"5%", "0.05", true},
		{5, 1}: {"Hòa Bình", "Hßa B×nh", false}, {5, 2}: {"-1.750.000", "-1750000", true}, {5, 3}: {"31/12/2023 12:00", "45291.5", true},
		{5, 4}: {"TRUE", "TRUE", false}, {5, 5}: {"2,5", "2.5", true},
		{6, 1}: {"Bưởi Diễn", "Bưởi Diễn", false}, {19, 1}: {"Tổng cộng", "Tổng cộng", false}, {99, 99}: {},
	} {
		if got := s.At(at[0], at[1]); got != want {
			t.Errorf("%s%d: %+v, want %+v", ColumnName(at[1]), at[0]+1, got, want)
		}
	}
	if len(s.Rows) != 20 || len(s.Merged) != 1 || s.Merged[0] != (Area{0, 0, 1, 6}) {
		t.Errorf("%d rows, merged %v", len(s.Rows), s.Merged)
	}
}

func TestMilli_OK(t *testing.T) {
	for c, want := range map[Cell]int64{
		{"1,234", "1.234", true}: 1234, {"1.234", "1.234", false}: 1_234_000, {"1.234.567,89", "1234567.891", true}: 1_234_567_891,
		{"5%", "0.05", true}: 5000, {"2", "1.75", true}: 1750, {"-3", "-3", true}: -3000, {"1.75E+06", "1.75E+06", false}: 1_750_000_000,
	} {
		if got, _, ok := c.Milli(); !ok || got != want {
			t.Errorf("%+v is %d, %v", c, got, ok)
		}
	}
	for _, c := range []Cell{{"31/12/2023", "45291", true}, {"14:30", "0.6", true}, {"5 tấn", "5 tấn", false}, {}} {
		if got, _, ok := c.Milli(); ok {
			t.Errorf("%+v is %d", c, got)
		}
	}
}

// Every cell that excelize's own reader gives as raw value is the same here.
func TestRead_AgreesWithExcelize(t *testing.T) {
	data := staffFile(t, func(f *excelize.File) {
		for r := range 300 {
			row := []any{r, fmt.Sprintf("dòng %d <&> \"x\"", r), float64(r) / 7, nil, r%2 == 0, strings.Repeat("đ", r)}
			if err := f.SetSheetRow("Ẩn", fmt.Sprintf("B%d", 2*r+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	})
	sheets, err := Read(data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Ẩn", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != len(sheets[1].Rows) {
		t.Fatalf("%d and %d rows, %v", len(rows), len(sheets[1].Rows), err)
	}
	for r, row := range rows {
		for c, want := range row {
			got := sheets[1].At(r, c).Raw
			if want == "1" && got == "TRUE" || want == "0" && got == "FALSE" {
				continue
			}
			if got != want {
				t.Fatalf("%s%d: %q, excelize reads %q", ColumnName(c), r+1, got, want)
			}
		}
	}
}

// zipped makes a zip of parts; a part of n > 0 bytes is n times one letter.
func zipped(t testing.TB, parts map[string]string, fill map[string]int64) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, r io.Reader, method uint16) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = io.Copy(w, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range parts {
		add(name, strings.NewReader(text), zip.Store)
	}
	for name, n := range fill {
		add(name, io.LimitReader(same('a'), n), zip.Deflate)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type same byte

func (s same) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}

// tiny is the smallest workbook around a sheet's XML.
func tiny(t testing.TB, sheetXML string) []byte {
	return zipped(t, map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheetXML,
	}, nil)
}

func faultOf(t *testing.T, err error) *fault.Error {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("no fault: %v", err)
	}
	if s := i18n.From(t.Context()).Fault(err); strings.Contains(s, "⟦") || strings.Contains(s, "{0}") {
		t.Errorf("%s is told as %q", e.Key, s)
	}
	return e
}

func TestRead_RefusesABombCheaply(t *testing.T) {
	bomb := zipped(t, map[string]string{"xl/workbook.xml": "<workbook/>"}, map[string]int64{"xl/worksheets/sheet1.xml": 300 << 20})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(bomb, Limits{})
	runtime.ReadMemStats(&after)
	if e := faultOf(t, err); e.Key != faultBomb {
		t.Errorf("%v", e)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

func TestRead_RefusesManyEntriesCheaply(t *testing.T) {
	parts := map[string]string{}
	for i := range maxParts + 1 {
		parts[fmt.Sprint(i)] = ""
	}
	data := zipped(t, parts, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(data, Limits{})
	runtime.ReadMemStats(&after)
	if e := faultOf(t, err); e.Key != faultBomb || after.TotalAlloc-before.TotalAlloc > 1<<20 {
		t.Errorf("%v after %d bytes", e, after.TotalAlloc-before.TotalAlloc)
	}
}

// A directory that lies about the size does not get more read than it states.
func TestRead_RefusesALyingDirectory(t *testing.T) {
	data := tiny(t, "<worksheet><sheetData><row><c><v>"+strings.Repeat("1", 2<<20)+"</v></c></row></sheetData></worksheet>")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.UncompressedSize64 > 1<<20 {
			le := func(n uint64) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }
			data = bytes.ReplaceAll(data, le(f.UncompressedSize64), le(100))
		}
	}
	if e := faultOf(t, errOf(Read(data, Limits{}))); e.Key != faultBroken {
		t.Errorf("%v", e)
	}
}

func errOf(_ []Sheet, err error) error { return err }

func TestRead_RefusesWithAdvice(t *testing.T) {
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	utf16Name := "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	good := staffFile(t, nil)
	for name, c := range map[string]struct {
		data string
		lim  Limits
		key  string
	}{
		"nothing":              {"", Limits{}, faultEmpty},
		"spaces":               {" \r\n ;;\n", Limits{}, faultEmpty},
		"old Excel":            {ole + strings.Repeat("x", 600), Limits{}, faultOldExcel},
		"password":             {ole + utf16Name, Limits{}, faultEncrypted},
		"web page as xls":      {"<html><table><tr><td>1</td></tr></table></html>", Limits{}, faultOldExcel},
		"PDF":                  {"%PDF-1.7 …", Limits{}, faultNotASheet},
		"picture":              {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Limits{}, faultNotASheet},
		"Word":                 {string(zipped(t, map[string]string{"word/document.xml": "<w/>"}, nil)), Limits{}, faultNotASheet},
		"xlsb":                 {string(zipped(t, map[string]string{"_rels/.rels": `<Relationships><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>`, "xl/workbook.bin": ""}, nil)), Limits{}, faultOldExcel},
		"zip cut off":          {string(good[:len(good)/2]), Limits{}, faultBroken},
		"XML cut off":          {string(tiny(t, `<worksheet><sheetData><row><c><v>1`)), Limits{}, faultBroken},
		"an entity of its own": {string(tiny(t, `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`)), Limits{}, faultBroken},
		"a token without end":  {string(tiny(t, `<worksheet><sheetData><row><c t="str"><v>`+random(3<<20)+`</v></c></row></sheetData></worksheet>`)), Limits{}, faultLong},
		"too long a cell":      {string(tiny(t, `<worksheet><sheetData><row><c t="str"><v>`+random(200_000)+`</v></c></row></sheetData></worksheet>`)), Limits{}, faultLong},
		"too big":              {string(good), Limits{File: 100}, faultTooBig},
		"too many sheets":      {string(good), Limits{Sheets: 1}, faultSheets},
		"too many rows":        {string(good), Limits{Rows: 10}, faultRows},
		"too many columns":     {string(good), Limits{Columns: 3}, faultColumns},
		"too many cells":       {string(good), Limits{Cells: 20}, faultCells},
		"unpacked too big":     {string(good), Limits{Unpacked: 1000}, faultBomb},
		"far column":           {string(tiny(t, `<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`)), Limits{}, faultColumns},
		"far row":              {string(tiny(t, `<worksheet><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>`)), Limits{}, faultRows},
		"merged over and over": {string(tiny(t, `<worksheet><sheetData><row r="1"><c r="CV1"><v>1</v></c></row></sheetData><mergeCells>`+manyMerges()+`</mergeCells></worksheet>`)), Limits{Cells: 1000}, faultBroken},
		"CSV too many rows":    {strings.Repeat("a;b\n", 50), Limits{Rows: 10}, faultRows},
		"CSV of empty lines":   {strings.Repeat("\n", 5000) + "a;b", Limits{Rows: 1000}, faultRows},
	} {
		_, err := Read([]byte(c.data), c.lim)
		if err == nil {
			t.Errorf("%s: read", name)
		} else if e := faultOf(t, err); e.Key != c.key {
			t.Errorf("%s: %v", name, e)
		}
	}
	e := faultOf(t, errOf(Read(good, Limits{Columns: 3})))
	if e.Where != (fault.Where{Sheet: "Biểu 01", Row: 3, Col: "D"}) {
		t.Errorf("the fault points to %+v", e.Where)
	}
}

func manyMerges() string {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, `<mergeCell ref="A1:CV%d"/>`, i+1)
	}
	return b.String()
}

func TestRead_MergedCellsHideWhatIsBelow(t *testing.T) {
	sheets, err := Read(tiny(t, `<worksheet><sheetData><row r="2"><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c><c r="D2"><v>3</v></c></row>
		<row r="3"><c r="B3"><v>4</v></c></row></sheetData><mergeCells><mergeCell ref="B2:C3"/></mergeCells></worksheet>`), Limits{})
	if err != nil || len(sheets) != 1 || texts(sheets[0]) != "\n|1||3\n" {
		t.Errorf("%q, %v", texts(sheets[0]), err)
	}
}

// Cells and rows may come without references, in any order, with a prefix.
func TestRead_OtherPrograms(t *testing.T) {
	sheets, err := Read(tiny(t, `<?xml version="1.0"?><x:worksheet xmlns:x="y"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c t="inlineStr"><x:is><x:t>a &amp; b</x:t><x:rPh><x:t>c</x:t></x:rPh></x:is></x:c></x:row>
		<x:row><x:c t="d"><x:v>2023-12-31T00:00:00</x:v></x:c><x:c t="e"><x:v>#REF!</x:v></x:c></x:row><x:row r="1"><x:c r="C1"><x:f>A1</x:f><x:v>0.30000000000000004</x:v></x:c></x:row></x:sheetData></x:worksheet>`), Limits{})
	if err != nil || texts(sheets[0]) != "1|a & b|0,3\n31/12/2023|#REF!\n" {
		t.Errorf("%q, %v", texts(sheets[0]), err)
	}
}

// random letters do not pack like a bomb.
func random(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return string(b)
}

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
	old := encode(charmap.Windows1252.NewEncoder(), "Tªn ®¬n vÞ;Sè l­îng\nHîp t¸c x· Mü Phong;5\n")
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

func TestParseFormat_OK(t *testing.T) {
	for code, want := range map[string]format{
		"General": {}, "#,##0": {kind: number, group: true, zeros: 1}, "0.00": {kind: number, zeros: 1, decimals: 2}, "0000000000": {kind: number, zeros: 10},
		"dd/mm/yyyy": {kind: date}, "d-mmm": {kind: date}, "mmm-yy": {kind: monthYear}, `[$-42A]dd\ mmmm\ yyyy;@`: {kind: date}, "dd/mm/yyyy hh:mm": {kind: date, timed: true},
		"h:mm": {kind: clock}, "[h]:mm": {kind: clock}, "0%": {kind: percent, zeros: 1}, "@": {kind: words}, `#,##0 "đồng/kg"`: {kind: number, group: true, zeros: 1},
		`_-* #,##0_-;-* #,##0_-`: {kind: number, group: true, zeros: 1}, "[$₫-42A] #,##0": {kind: number, group: true, zeros: 1}, `"tháng" m`: {kind: date}, `"`: {}, `\`: {},
	} {
		if got := parseFormat(code); got != want {
			t.Errorf("%q: %+v, want %+v", code, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a;b\n\"c;d\n"))
	f.Add([]byte("| a | b |\n|---|---|\n"))
	f.Add([]byte("\xFF\xFEa\x00;\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Add(tiny(f, `<worksheet><sheetData><row r="1"><c r="B1" t="str" s="1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The same bytes as a file, and as the XML of a sheet inside a sound workbook.
		for _, d := range [][]byte{data, tiny(t, string(data)), tiny(t, "<worksheet><sheetData>"+string(data))} {
			sheets, err := Read(d, Limits{Rows: 1000, Cells: 10_000})
			if err != nil {
				var e *fault.Error
				if !errors.As(err, &e) {
					t.Fatalf("no fault: %v", err)
				}
				continue
			}
			for _, s := range sheets {
				if n := len(s.Rows); n > 0 && len(s.Rows[n-1]) == 0 || n > 1000 {
					t.Fatalf("%d rows, the last of %d cells", n, len(s.Rows[n-1]))
				}
			}
		}
	})
}
