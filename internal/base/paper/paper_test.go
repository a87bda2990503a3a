package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
)

var made = time.Date(2023, 12, 18, 9, 30, 0, 0, time.UTC)

// words is the text of a PDF, page after page, as pdftotext reads it.
func words(t *testing.T, data []byte) []string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	name := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("PAPER_KEEP"); dir != "" { // to look at
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "_")+".pdf"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(string(out), "\f")
	return pages[:len(pages)-1]
}

func joined(s string) string { return strings.Join(strings.Fields(s), " ") }

// pages counts the pages that a PDF says it has.
func pages(data []byte) int { return len(regexp.MustCompile(`/Type /Page\b`).FindAll(data, -1)) }

func report(t *testing.T) *Doc {
	t.Helper()
	d := NewDoc(Options{Title: "Báo cáo tuần", Made: made, Official: true})
	d.NationalHeading(Heading{Above: "UBND tỉnh Ví Dụ", Org: "Liên minh Hợp tác xã tỉnh Ví Dụ", Number: "12/BC-LMHTX", Place: "Ví Dụ", Day: calendar.Date(2023, 12, 5)})
	d.Title("Báo cáo", "Kết nối cung cầu nông sản tuần 49 năm 2023")
	d.Section("1. Kết quả trong tuần")
	d.Para("Trong tuần, 09 hợp tác xã đã ghép được 20 tấn bưởi Diễn cho siêu thị; giá bình quân 17.500 đồng/kg tại kho. Đường dài, chữ «ỹ», «ậ», «ỗ», «ươ», Đ đ và dấu ₫ đều có đủ.")
	d.Item("-", "Hợp tác xã Thử Nghiệm giao 5 tấn ngày 20/12/2023, còn thiếu giấy chứng nhận VietGAP; cán bộ huyện gọi lại trước ngày 15/12.")
	d.Table([]Column{{Head: "STT"}, {Head: "Đơn vị"}, {Head: "Khối lượng (kg)", Right: true}, {Head: "Giá (đ/kg)", Right: true}},
		[][]string{{"1", "HTX Rừng Xanh", "5.000", "17.500"}, {"2", "Tổ hợp tác trồng bưởi xóm Mẫu, xã Thử Nghiệm, huyện Ví Dụ", "15.000", "17.200"}},
		[]string{"", "Cộng", "20.000", ""})
	d.Small("Nguồn: sổ giao nhận; số liệu đến hết ngày 04/12/2023.")
	d.Sign([]string{"UBND tỉnh (để báo cáo)", "Như trên", "Lưu: VT"}, Signature{Post: "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", Note: "Ký, đóng dấu", Name: "Nguyễn Văn Mẫu"})
	return d
}

func TestDoc_OfficialReport(t *testing.T) {
	data, err := report(t).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 120_000 || pages(data) != 1 {
		t.Errorf("%d bytes, %d pages", len(data), pages(data))
	}
	all := joined(words(t, data)[0])
	for _, want := range []string{
		"UBND TỈNH VÍ DỤ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 12/BC-LMHTX", "Ví Dụ, ngày 05 tháng 12 năm 2023",
		"BÁO CÁO Kết nối cung cầu nông sản tuần 49 năm 2023", "chữ «ỹ», «ậ», «ỗ», «ươ», Đ đ và dấu ₫ đều có đủ.", "15.000 17.200", "Cộng 20.000",
		"Nơi nhận: KT. CHỦ TỊCH", "- Lưu: VT.", "Nguyễn Văn Mẫu",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in %q", want, all)
		}
	}
	if strings.Contains(all, "Trang") {
		t.Error("an official paper has no footer")
	}
}

func TestDoc_SameCallsSameBytes(t *testing.T) {
	first, err := report(t).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := report(t).Bytes()
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("other bytes, %v", err)
		}
	}
	d := NewDoc(Options{Made: made.Add(time.Second)})
	if other, err := d.Bytes(); err != nil || bytes.Equal(first, other) {
		t.Errorf("the time is not written, %v", err)
	}
}

// Official papers number their pages at the top, from the second on.
func TestDoc_OfficialPagesAreNumbered(t *testing.T) {
	d := NewDoc(Options{Official: true, Made: made})
	for i := range 60 {
		d.Para(fmt.Sprintf("Đoạn %d: ", i) + strings.Repeat("nông sản của hợp tác xã ", 12))
	}
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	all := words(t, data)
	for i, p := range all {
		first := strings.TrimSpace(strings.SplitN(strings.TrimSpace(p), "\n", 2)[0])
		if i == 0 && !strings.HasPrefix(first, "Đoạn 0:") || i > 0 && first != fmt.Sprint(i+1) {
			t.Errorf("page %d begins with %q", i+1, first)
		}
	}
	if len(all) < 4 || len(all) != pages(data) || !strings.Contains(all[len(all)-1], "Đoạn 59") {
		t.Errorf("%d pages", len(all))
	}
}

func manyRows(n int) List {
	l := List{
		Title: "Danh sách chào bán", Filter: "Huyện Lương Sơn; Bưởi Diễn", Source: "Liên minh HTX tỉnh Ví Dụ", Made: made,
		Columns: []ListColumn{{Head: "Mã"}, {Head: "Đơn vị", Width: 34}, {Head: "Mặt hàng"}, {Head: "Khối lượng (kg)"}, {Head: "Giá (đ/kg)"}, {Head: "Từ ngày", Format: sheet.Date}, {Head: "Ghi chú", Wrap: true}, {Head: "Vĩ độ", Paper: NotOnPaper}},
	}
	for i := range n {
		l.Rows = append(l.Rows, []any{
			fmt.Sprintf("C%04d", i+1), fmt.Sprintf("Hợp tác xã Nông nghiệp Thử Nghiệm số %d", i+1), "Bưởi Diễn", weight.Grams(int64(i+1) * 1_500_500), money.PerTonne(17_500_000 + int64(i)),
			calendar.Date(2023, 12, 1) + calendar.Day(i%30), strings.Repeat("hàng đẹp ", i%9), 20.85,
		})
	}
	l.Totals = []any{nil, "Cộng", nil, weight.Grams(9_000_000_000)}
	return l
}

func TestList_ThousandRowsOnPaper(t *testing.T) {
	p := i18n.From(t.Context())
	data, err := manyRows(1000).File("pdf", p)
	if err != nil {
		t.Fatal(err)
	}
	all := words(t, data)
	if len(all) != pages(data) || len(all) < 20 || len(all) > 60 || len(data) > 900_000 {
		t.Errorf("%d pages, %d bytes", len(all), len(data))
	}
	for i, page := range all {
		page = joined(page)
		if !strings.Contains(page, "Mã Đơn vị Mặt hàng") || !strings.Contains(page, fmt.Sprintf("Trang %d/%d", i+1, len(all))) {
			t.Fatalf("page %d has no heading or number: %q", i+1, page)
		}
		if strings.Contains(page, "Vĩ độ") {
			t.Error("a column that is not for paper")
		}
	}
	whole := joined(strings.Join(all, " "))
	for i := range 1000 {
		if !strings.Contains(whole, fmt.Sprintf("C%04d", i+1)) {
			t.Fatalf("row %d is missing", i+1)
		}
	}
	for _, want := range []string{"Điều kiện lọc: Huyện Lương Sơn; Bưởi Diễn", "Nguồn: Liên minh HTX tỉnh Ví Dụ · Lập ngày 18/12/2023 · 1.000 dòng", "1.500,5", "Cộng 9.000.000"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// A cell may be longer than a page, a word longer than a line.
func TestTable_LongCells(t *testing.T) {
	d := NewDoc(Options{Made: made})
	long := ""
	for i := range 2400 {
		long += fmt.Sprintf("từ%d ", i)
	}
	d.Table([]Column{{Head: "A"}, {Head: "Một cái tên cột rất dài không có chỗ"}}, [][]string{
		{"1", "ngắn"}, {"2", long}, {"3", "https://vi-du.vn/" + strings.Repeat("abcdefghij", 40)}, {"4"}, {"5", "a", "thừa"}, {},
	})
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	all := joined(strings.Join(words(t, data), " "))
	for _, want := range []string{"từ0 ", "từ2399", " 3 ", " 5 a"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(strings.ReplaceAll(all, " ", ""), "abcdefghij"); n < 35 {
		t.Errorf("%d pieces of the long word are left", n)
	}
}

func TestTable_ManyColumnsStayOnThePage(t *testing.T) {
	var cols []Column
	var row []string
	for i := range 24 {
		cols, row = append(cols, Column{Head: fmt.Sprintf("Chỉ tiêu số %d", i)}), append(row, fmt.Sprint(1234567*i))
	}
	d := NewDoc(Options{Made: made, Landscape: true})
	d.Table(cols, [][]string{row, row})
	sum := 0.0
	for _, w := range d.widths(cols, [][]string{row}, nil, 7) {
		sum += w
	}
	if sum > d.body()+0.01 {
		t.Errorf("%f of %f mm", sum, d.body())
	}
	if _, err := d.Bytes(); err != nil {
		t.Fatal(err)
	}
}

// Letters that no font has, emoji, controls and halves of letters do no harm.
func FuzzDoc_AnyText(f *testing.F) {
	f.Add("Bưởi 🍊 \x00\x07\ufffe\uffff\U0001F9FF e\u0301 \u202e\t\r\n\xff")
	f.Add(strings.Repeat("W", 500))
	f.Fuzz(func(t *testing.T, s string) {
		d := NewDoc(Options{Title: s, Author: s, Made: made, Footer: s})
		d.NationalHeading(Heading{Above: s, Org: s, Number: s, About: s, Place: s})
		d.Title(s, s)
		d.Section(s)
		d.Para(s)
		d.Item(s, s)
		d.Small(s)
		d.Table([]Column{{Head: s}, {Head: s, Right: true}}, [][]string{{s, s}}, []string{s})
		d.Sign([]string{s}, Signature{s, s, s})
		if data, err := d.Bytes(); err != nil || !bytes.HasPrefix(data, []byte("%PDF")) {
			t.Fatal(err)
		}
	})
}
