package registry

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
)

// Lists as offices keep them, with names nobody bears. Each is built by hand cell by cell,
// the way the mess looks in files: emblem and title above, two rows of headings, groups,
// sums, notes and signatures below.

var families = []string{"Bùi", "Đinh", "Hà", "Quách", "Nguyễn", "Xa", "Lò", "Trần", "Bạch", "Phạm"}

var givens = []string{"Văn An", "Thị Bưởi", "Văn Cam", "Thị Dung", "Hữu Đạt", "Thị Én", "Văn Giang", "Thị Hiền", "Văn Ích", "Thị Khánh", "Minh Lâm", "Thị Mận"}

func person(i int) string {
	return families[i%len(families)] + " " + givens[(i*7+i/10)%len(givens)]
}

// mobile is a number of a block that is not given to anybody.
func mobile(i int) string { return fmt.Sprintf("0900%06d", 100000+i*37) }

// taxOf is a tax code with a right check digit.
func taxOf(i int) string {
	for n := 0; ; n++ {
		base := fmt.Sprintf("54%07d", 1000+i*13+n*100000)
		for d := '0'; d <= '9'; d++ {
			if c := base + string(d); ValidTaxCode(c) {
				return c
			}
		}
	}
}

type book struct {
	*excelize.File
	t *testing.T
}

func newBook(t *testing.T) *book {
	t.Helper()
	return &book{excelize.NewFile(), t}
}

func (b *book) sheet(name string) {
	b.t.Helper()
	if _, err := b.NewSheet(name); err != nil {
		b.t.Fatal(err)
	}
	if i, _ := b.GetSheetIndex("Sheet1"); i >= 0 {
		_ = b.DeleteSheet("Sheet1")
	}
}

func (b *book) row(sheet string, r int, values ...any) {
	b.t.Helper()
	if err := b.SetSheetRow(sheet, fmt.Sprintf("A%d", r), &values); err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) merge(sheet, from, to string) {
	b.t.Helper()
	if err := b.MergeCell(sheet, from, to); err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) doc() *ImportDoc {
	b.t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		b.t.Fatal(err)
	}
	sheets, err := sheet.Read(out.Bytes(), sheet.Limits{})
	if err != nil {
		b.t.Fatal(err)
	}
	return &ImportDoc{Sheets: sheets, Answers: map[string]string{}}
}

// districtBook: one sheet for each district, named after it; two rows of headings under a
// title; the phone often with a name or twice; sums and a signature below.
func districtBook(t *testing.T) (doc *ImportDoc, orgs int) {
	b := newBook(t)
	n := 0
	for _, d := range []struct {
		name     string
		communes []string
	}{
		{"Cao Phong", []string{"Tây Phong", "TT Cao Phong", "Xã Dũng Phong", "Hợp Phong"}},
		{"Tân Lạc", []string{"Đông Lai", "Thanh Hối", "X. Tử Nê", "Mỹ Hòa"}},
		{"Kim Bôi", []string{"Mỵ Hòa", "Đông Bắc", "Vĩnh Đồng", "Bo"}},
	} {
		s := d.name
		b.sheet(s)
		b.row(s, 1, "LIÊN MINH HTX TỈNH", nil, nil, nil, nil, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
		b.row(s, 3, "DANH SÁCH HỢP TÁC XÃ TRÊN ĐỊA BÀN HUYỆN "+d.name+" NĂM 2023")
		b.merge(s, "A3", "K3")
		b.row(s, 5, "STT", "Tên HTX", "Địa chỉ", nil, "Người đại diện", nil, nil, "Ngày thành lập", "Thành viên", nil, "Ghi chú")
		b.row(s, 6, nil, nil, "Xóm", "Xã/TT", "Họ và tên", "Chức vụ", "SĐT", nil, "Tổng số", "Nữ", nil)
		b.merge(s, "C5", "D5")
		b.merge(s, "E5", "G5")
		b.merge(s, "I5", "J5")
		for _, c := range []string{"A", "B", "H", "K"} {
			b.merge(s, c+"5", c+"6")
		}
		b.row(s, 7, "(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)")
		r := 8
		for i := range 14 {
			name := fmt.Sprintf("HTX nông nghiệp %s %s", []string{"Ánh Sao", "Hoa Mận", "Suối Trong", "Đồi Thông", "Bản Mới", "Cầu Vồng", "Mùa Vàng"}[i%7], []string{"", "2"}[i/7])
			if i%5 == 0 {
				name = "HỢP TÁC XÃ NÔNG NGHIỆP VÀ DỊCH VỤ NÚI XANH " + string(rune('A'+i))
			}
			var phone any = mobile(n)
			switch i % 6 {
			case 1:
				phone = mobile(n)[:4] + "." + mobile(n)[4:7] + "." + mobile(n)[7:] + " (Zalo)"
			case 2:
				phone = fmt.Sprintf("%s\n0218 3 85%d %d", mobile(n), 10+n, 100+n)
			case 3:
				phone = 900000000 + n*37 // the zero is lost
			case 4:
				phone = "+84 " + mobile(n)[1:]
			}
			if i == 13 {
				phone = "" // nobody knows it
			}
			var founded any = fmt.Sprintf("%02d/%02d/20%02d", 1+i, 1+i%12, 10+i%10)
			if i%4 == 1 {
				founded = 2015 + i%5
			}
			b.row(s, r, i+1, name, "Xóm "+string(rune('A'+i)), d.communes[i%4], "Ông "+person(n), "Giám đốc", phone, founded, 7+i, i, []any{nil, "Trồng cam, bưởi 12 ha"}[i%2])
			r++
			n++
		}
		b.row(s, r, "Tổng cộng", nil, nil, nil, nil, nil, nil, nil, 189, 91)
		b.row(s, r+2, nil, nil, nil, nil, nil, nil, nil, "Hòa Bình, ngày 15 tháng 11 năm 2023")
		b.row(s, r+3, nil, "Người lập biểu", nil, nil, nil, nil, nil, "CHỦ TỊCH")
	}
	b.sheet("Biểu đồ")
	b.row("Biểu đồ", 1, "Số liệu", "2022", "2023")
	b.row("Biểu đồ", 2, "HTX", "10", "12")
	return b.doc(), n
}

// groupedBook: one sheet, groups «I. Huyện …» with their sums, cooperatives and groups
// («A. HỢP TÁC XÃ», «B. TỔ HỢP TÁC»), the address in one cell, tax codes as numbers.
func groupedBook(t *testing.T) (doc *ImportDoc, orgs int) {
	b := newBook(t)
	s := "DS tổ chức KTTT"
	b.sheet(s)
	b.row(s, 1, "BIỂU TỔNG HỢP CÁC TỔ CHỨC KINH TẾ TẬP THỂ")
	b.row(s, 2, "(Kèm theo báo cáo số 12/BC ngày 20 tháng 10 năm 2023)")
	b.row(s, 4, "TT", "Tên tổ chức", "Mã số thuế", "Địa chỉ trụ sở", "Giám đốc/ Tổ trưởng", "Điện thoại", "Số TV", "Ngành nghề", "Vốn điều lệ (tr.đ)", "Tình trạng")
	r, n := 5, 0
	for g, part := range []struct{ title, prefix string }{{"A. HỢP TÁC XÃ", "HTX "}, {"B. TỔ HỢP TÁC", ""}} {
		b.row(s, r, part.title)
		b.merge(s, fmt.Sprintf("A%d", r), fmt.Sprintf("J%d", r))
		r++
		for k, d := range []struct{ title, commune, district string }{
			{"I", "Quyết Thắng", "Huyện Lạc Sơn"}, {"II", "Lạc Thịnh", "Huyện Yên Thủy"}, {"III", "Cao Dương", "Huyện Lương Sơn"},
		} {
			b.row(s, r, d.title, d.district, nil, nil, nil, nil, 120)
			r++
			for i := range 9 {
				var tax any
				if g == 0 {
					tax = taxOf(n)
					if i%3 == 0 {
						tax = mustInt(taxOf(n)) // as a number
					}
					if i == 7 {
						tax = taxOf(n)[:9] + string('0'+(taxOf(n)[9]-'0'+1)%10) // the check digit is wrong
					}
				}
				name := part.prefix + []string{"Mây Trắng", "Lúa Nương", "Ong Rừng", "Gà Đồi", "Măng Ngọt", "Dược Liệu Xanh", "Cá Hồ", "Rau Sạch", "Mía Tím"}[i] + " " + []string{"Lạc", "Yên", "Lương"}[k]
				address := fmt.Sprintf("Xóm %d, xã %s", i+1, d.commune)
				if i%4 == 1 {
					address = fmt.Sprintf("Thôn Đồi, %s, %s, tỉnh Hòa Bình", d.commune, d.district)
				}
				phone := mobile(1000 + n)
				if i%5 == 2 {
					phone += " - " + mobile(5000+n)
				}
				b.row(s, r, fmt.Sprintf("%d", i+1), name, tax, address, person(n), phone, 5+i, []string{"Nông nghiệp", "Chăn nuôi lợn, gà thả đồi", "Dịch vụ nông nghiệp, trồng rau"}[i%3], 500+i, []string{"Đang hoạt động", "Đang hoạt động", "Tạm ngừng"}[i%3])
				r++
				n++
			}
			b.row(s, r, nil, "Cộng", nil, nil, nil, nil, 81)
			r++
		}
	}
	b.row(s, r, nil, "Ghi chú: số liệu do phòng Tài chính - Kế hoạch các huyện cung cấp")
	return b.doc(), n
}

// wideBook: district and commune merged over their rows, several columns for people and
// telephones, the headings repeated as on printed pages, a row for a second telephone.
func wideBook(t *testing.T) (doc *ImportDoc, orgs int) {
	b := newBook(t)
	s := "Sheet 2023"
	b.sheet(s)
	heads := []any{"Số TT", "Huyện, thành phố", "Xã, phường, thị trấn", "Tên đơn vị", "MST", "Chủ tịch HĐQT", "ĐT Chủ tịch HĐQT", "Giám đốc", "Số điện thoại giám đốc", "Email", "Năm thành lập", "Tổng số thành viên", "Lao động thường xuyên", "Lao động thời vụ", "Sản phẩm chủ lực"}
	b.row(s, 1, "THỐNG KÊ HTX, THT, QTDND")
	b.row(s, 3, heads...)
	r, n := 4, 0
	for _, d := range []struct {
		name     string
		communes []string
	}{{"TP Hòa Bình", []string{"Phường Thống Nhất", "Xã Hòa Bình"}}, {"Đà Bắc", []string{"TT Đà Bắc", "Cao Sơn"}}, {"Mai Châu", []string{"Bao La", "Tòng Đậu"}}} {
		first := r
		for k, c := range d.communes {
			top := r
			for i := range 8 {
				name := []string{"HTX dịch vụ nông nghiệp tổng hợp", "Hợp tác xã Thổ Cẩm", "THT nuôi cá lồng", "HTX Du Lịch Cộng Đồng", "Quỹ tín dụng nhân dân", "Tổ hợp tác nuôi ong", "HTX vận tải", "HTX điện năng"}[i] + " " + []string{"Sông Bạc", "Bến Lành", "Đèo Gió", "Thung Mây", "Hồ Xanh", "Mường Tre"}[n/8%6]
				var chair, tel any
				if i%3 == 0 {
					chair, tel = person(n+3), "02183 "+fmt.Sprintf("%06d", 700000+n)
				}
				b.row(s, r, n+1, nil, nil, name, []any{taxOf(2000 + n), nil}[i%2], chair, tel, person(n), mobile(2000+n), fmt.Sprintf("htx%d@vidu.vn", n), 2009+i, 12+i, 3, 5, "Mật ong, măng khô")
				n++
				r++
				if i == 4 { // a second telephone below
					b.row(s, r, nil, nil, nil, nil, nil, nil, nil, nil, mobile(7000+n))
					r++
				}
			}
			if err := b.SetCellValue(s, fmt.Sprintf("C%d", top), c); err != nil {
				t.Fatal(err)
			}
			b.merge(s, fmt.Sprintf("C%d", top), fmt.Sprintf("C%d", r-1))
			if k == 0 {
				b.row(s, r, heads...) // the next printed page
				r++
			}
		}
		if err := b.SetCellValue(s, fmt.Sprintf("B%d", first), d.name); err != nil {
			t.Fatal(err)
		}
		b.merge(s, fmt.Sprintf("B%d", first), fmt.Sprintf("B%d", r-1))
	}
	return b.doc(), n
}

func mustInt(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func ground(t testing.TB) ImportGround {
	t.Helper()
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	return ImportGround{Atlas: a, Home: "17@2023", On: calendar.Date(2023, 12, 18)}
}
