package sheet

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

var offerColumns = []Column{
	{Head: "Tên đơn vị", Width: 30},
	{Head: "Mặt hàng", Choices: []string{"bưởi", "mía tím", "cam"}},
	{Head: "Số lượng (kg)", Format: Decimal},
	{Head: "Giá", Hint: "Đồng một ki-lô-gam."},
	{Head: "Từ ngày"},
	{Head: "Xã", Choices: []string{strings.Repeat("xã rất dài ", 40), "Cao Dương, Lương Sơn"}},
	{Head: "Điện thoại", Format: Plain},
}

func offerBook() *Book {
	b := NewBook()
	b.Title = "Chào bán"
	w := b.Sheet("Chào bán", offerColumns)
	w.Title("Biểu tổng hợp hàng chào bán")
	w.Row("HTX Mỹ Phong", "bưởi", 1500*weight.Kilogram, money.PerTonne(25_000_000), calendar.Date(2023, time.December, 31), "Cao Dương", "0912345678")
	w.Row("=HYPERLINK(1)", nil, weight.Grams(250), money.VND(1<<60), calendar.Day(0), nil, 7)
	w.Total("Tổng cộng", nil, 1500)
	bare := b.Sheet("Kết quả kiểm tra", nil)
	bare.Row("lienket-plan", 1)
	bare.Row("sha-256", strings.Repeat("đ", 40_000))
	return b
}

func written(t *testing.T, b *Book) []byte {
	t.Helper()
	var out bytes.Buffer
	n, err := b.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		t.Fatalf("%d of %d bytes: %v", n, out.Len(), err)
	}
	return out.Bytes()
}

func TestWrite_ReadsBack(t *testing.T) {
	sheets, err := Read(written(t, offerBook()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 3 || sheets[0].Hidden || !sheets[2].Hidden {
		t.Fatalf("sheets: %+v", sheets)
	}
	s := sheets[0]
	for _, c := range []struct {
		row, col  int
		text, raw string
		number    bool
	}{
		{0, 0, "Biểu tổng hợp hàng chào bán", "Biểu tổng hợp hàng chào bán", false},
		{1, 0, "Tên đơn vị", "Tên đơn vị", false},
		{1, 6, "Điện thoại", "Điện thoại", false},
		{2, 2, "1.500", "1500", true},
		{2, 3, "25.000", "25000", true},
		{2, 4, "31/12/2023", "45291", true},
		{2, 6, "0912345678", "0912345678", false},
		{3, 0, "=HYPERLINK(1)", "=HYPERLINK(1)", false},
		{3, 1, "", "", false},
		{3, 2, "0,25", "0.25", true},
		{3, 3, "1152921504606846976", "1152921504606846976", false},
		{3, 4, "", "", false},
		{4, 0, "Tổng cộng", "Tổng cộng", false},
		{4, 2, "1.500", "1500", true},
	} {
		if got := s.At(c.row, c.col); got != (Cell{c.text, c.raw, c.number}) {
			t.Errorf("%d, %d: %+v", c.row, c.col, got)
		}
	}
	if len(s.Merged) != 1 || s.Merged[0] != (Area{0, 0, 1, 7}) {
		t.Errorf("merged %v", s.Merged)
	}
	if got := sheets[1].At(0, 0).Text; got != "lienket-plan" {
		t.Errorf("A1 of the bare sheet: %q", got)
	}
	if got := len([]rune(sheets[1].At(1, 1).Text)); got != 32_767 {
		t.Errorf("long text has %d characters", got)
	}
}

func TestWrite_SameBytes(t *testing.T) {
	if !bytes.Equal(written(t, offerBook()), written(t, offerBook())) {
		t.Error("two writings differ")
	}
}

func TestWrite_ExcelizeFindsSetUp(t *testing.T) {
	data := written(t, offerBook())
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const name = "Chào bán"
	panes, err := f.GetPanes(name)
	if err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	rules, err := f.GetDataValidations(name)
	if err != nil || len(rules) != 3 || rules[0].Formula1 != `"bưởi,mía tím,cam"` || rules[2].Formula1 != "_danh_sach!$A$1:$A$2" {
		t.Errorf("rules %+v, %v", rules, err)
	}
	layout, err := f.GetPageLayout(name)
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 {
		t.Errorf("layout %+v, %v", layout, err)
	}
	props, err := f.GetSheetProps(name)
	if err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("props %+v, %v", props, err)
	}
	if w, err := f.GetColWidth(name, "A"); err != nil || w != 30 {
		t.Errorf("width %v, %v", w, err)
	}
	filter, titles := false, false
	for _, n := range f.GetDefinedName() {
		filter = filter || n.RefersTo == "'Chào bán'!$A$2:$G$5"
		titles = titles || n.Name == "_xlnm.Print_Titles" && n.RefersTo == "'Chào bán'!$2:$2"
	}
	if !filter || !titles {
		t.Errorf("names %+v", f.GetDefinedName())
	}
	if v, _ := f.GetCellValue(name, "C3"); v != "1,500" {
		t.Errorf("C3 shows %q", v)
	}
	if formula, _ := f.GetCellFormula(name, "A4"); formula != "" {
		t.Errorf("A4 became the formula %q", formula)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for i, part := range z.File {
		if part.Modified.Year() != 2023 || i > 0 && part.Name < z.File[i-1].Name {
			t.Errorf("part %s of %v", part.Name, part.Modified)
		}
	}
}

func TestSheetName_FitsExcel(t *testing.T) {
	for in, want := range map[string]string{
		"Chào bán": "Chào bán", "a/b:c*d?": "a-b c d", "": "Sheet", "Biểu tổng hợp hàng hóa chào bán năm 2023": "Biểu tổng hợp hàng hóa chào bán",
	} {
		if got := sheetName(in); got != want {
			t.Errorf("sheetName(%q) = %q", in, got)
		}
	}
	b := NewBook()
	b.Sheet("A", nil)
	b.Sheet("a", nil)
	if _, err := b.WriteTo(new(bytes.Buffer)); err == nil {
		t.Error("two sheets of one name were written")
	}
}

func TestWrite_AnyTextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := []string{"", "_x0041_", " a ", "a\tb\nc", "{\"a\":\"<&>\"}"}
		for range rapid.IntRange(0, 4).Draw(t, "more") {
			want = append(want, rapid.StringOf(rapid.RuneFrom([]rune("_x0041đ\n\t <>&'\""), unicode.Letter, unicode.Punct)).Draw(t, "text"))
		}
		b := NewBook()
		w := b.Sheet("S", nil)
		for _, s := range want {
			w.Row("x", s)
		}
		var out bytes.Buffer
		if _, err := b.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		sheets, err := Read(out.Bytes(), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for r, s := range want {
			if got := sheets[0].At(r, 1).Raw; got != s && strings.TrimSpace(s) != "" {
				t.Fatalf("%q came back as %q", s, got)
			}
		}
	})
}
