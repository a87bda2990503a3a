package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/lienket/lienket/internal/base/fault"
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
