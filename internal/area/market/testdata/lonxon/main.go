// Command lonxon drew the two messy workbooks of this folder, once: tables as staff keep
// them, by hand-like code that shares nothing with the product's writer. Every name, number
// and telephone is made up. Run it in this folder to draw them again.
package main

import (
	"fmt"
	"log"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

var rnd = rand.New(rand.NewPCG(2023, 11))

func pick[T any](s ...T) T { return s[rnd.IntN(len(s))] }

func chance(percent int) bool { return rnd.IntN(100) < percent }

type goods struct {
	names      []string
	low, high  int // đ/kg at the garden
	months     string
	unit       string
	perPiece   float64
	districts  []string
	tonnes     int
	demandName string
}

var all = []goods{
	{[]string{"Bưởi Diễn", "bưởi diễn", "BƯỞI DIỄN", "Buoi Dien", "Bưởi  Diễn "}, 9000, 14000, "11-1", "quả", 0.9, []string{"Lương Sơn", "Yên Thủy", "Kim Bôi"}, 20, "Bưởi Diễn"},
	{[]string{"Bưởi đỏ", "Bưởi đỏ Tân Lạc", "Bưởi da đỏ", "buoi do Tan Lac"}, 11000, 17000, "11-1", "quả", 1.0, []string{"Tân Lạc"}, 25, "Bưởi đỏ Tân Lạc"},
	{[]string{"Cam CS1", "Cam lòng vàng", "Cam Cao Phong lòng vàng", "cam long vang Cao Phong"}, 12000, 19000, "11-1", "kg", 0, []string{"Cao Phong"}, 30, "Cam lòng vàng Cao Phong"},
	{[]string{"Cam Canh", "cam đường Canh", "Cam canh"}, 20000, 30000, "12-2", "kg", 0, []string{"Cao Phong", "Kim Bôi"}, 12, "Cam Canh"},
	{[]string{"Mía tím", "Mía tím Hòa Bình", "mia tim"}, 3000, 5000, "11-3", "cây", 1.8, []string{"Cao Phong", "Tân Lạc"}, 30, "Mía tím"},
	{[]string{"Ngọn su su", "Su su lấy ngọn", "Rau su su"}, 4000, 8000, "quanh năm", "kg", 0, []string{"Tân Lạc", "Mai Châu"}, 6, "Ngọn su su"},
	{[]string{"Gà Lạc Thủy", "Gà Lạc Thuỷ", "ga Lac Thuy"}, 90000, 120000, "quanh năm", "con", 1.9, []string{"Lạc Thủy"}, 3, "Gà Lạc Thủy"},
	{[]string{"Khoai sọ", "Khoai sọ Mai Châu"}, 12000, 18000, "11-12", "kg", 0, []string{"Mai Châu"}, 8, "Khoai sọ"},
	{[]string{"Chuối tiêu hồng", "Chuối tiêu"}, 5000, 9000, "quanh năm", "kg", 0, []string{"Kim Bôi", "Lương Sơn"}, 15, "Chuối tiêu hồng"},
}

var communes = map[string][]string{
	"Lương Sơn": {"Cao Dương", "Liên Sơn", "Thanh Cao", "Nhuận Trạch"},
	"Yên Thủy":  {"Ngọc Lương", "Yên Trị", "Đoàn Kết"},
	"Kim Bôi":   {"Tú Sơn", "Vĩnh Tiến", "Mỵ Hòa"},
	"Tân Lạc":   {"Thanh Hối", "Đông Lai", "Quyết Chiến", "Tử Nê"},
	"Cao Phong": {"Thu Phong", "Bắc Phong", "Tây Phong"},
	"Mai Châu":  {"Chiềng Châu", "Pà Cò", "Mai Hạ"},
	"Lạc Thủy":  {"Đồng Tâm", "Phú Nghĩa", "Khoan Dụ"},
}

var unmark = strings.NewReplacer(
	"à", "a", "á", "a", "ả", "a", "ã", "a", "ạ", "a", "ă", "a", "ằ", "a", "ắ", "a", "ẳ", "a", "ẵ", "a", "ặ", "a", "â", "a", "ầ", "a", "ấ", "a", "ẩ", "a", "ẫ", "a", "ậ", "a",
	"è", "e", "é", "e", "ẻ", "e", "ẽ", "e", "ẹ", "e", "ê", "e", "ề", "e", "ế", "e", "ể", "e", "ễ", "e", "ệ", "e", "ì", "i", "í", "i", "ỉ", "i", "ĩ", "i", "ị", "i",
	"ò", "o", "ó", "o", "ỏ", "o", "õ", "o", "ọ", "o", "ô", "o", "ồ", "o", "ố", "o", "ổ", "o", "ỗ", "o", "ộ", "o", "ơ", "o", "ờ", "o", "ớ", "o", "ở", "o", "ỡ", "o", "ợ", "o",
	"ù", "u", "ú", "u", "ủ", "u", "ũ", "u", "ụ", "u", "ư", "u", "ừ", "u", "ứ", "u", "ử", "u", "ữ", "u", "ự", "u", "ỳ", "y", "ý", "y", "ỷ", "y", "ỹ", "y", "ỵ", "y", "đ", "d", "Đ", "D",
	"Ơ", "O", "Ư", "U", "Â", "A", "Ê", "E", "Ô", "O", "Ă", "A",
)

var (
	families  = []string{"Bùi", "Đinh", "Quách", "Hà", "Nguyễn", "Xa", "Lường", "Khà"}
	givens    = []string{"Mẫu", "Thử", "Ví", "Giả", "Thí", "Nghiệm", "Minh", "Họa"}
	coopWords = []string{"Đồng Mẫu", "Thử Nghiệm", "Rừng Xanh", "Suối Mẫu", "Hoa Thử", "Nắng Mẫu", "Đất Lành", "Gió Núi", "Mùa Vàng", "Bình Minh Mẫu"}
)

func person() string {
	return pick("Ông ", "Bà ", "", "A. ", "Chị ") + pick(families...) + pick(" Văn ", " Thị ", " Đức ") + pick(givens...)
}

// phone is never a real number: 0900 000 and three digits.
func phone() any {
	n := 100 + rnd.IntN(900)
	switch rnd.IntN(7) {
	case 0:
		return 900000000 + n // the zero is lost
	case 1:
		return fmt.Sprintf("0900.000.%03d", n)
	case 2:
		return fmt.Sprintf("0900000%03d", n)
	case 3:
		return fmt.Sprintf("0900 000 %03d / 0900 000 %03d", n, 100+rnd.IntN(900))
	case 4:
		return fmt.Sprintf("+84 900 000 %03d", n)
	case 5:
		return fmt.Sprintf("0900-000-%03d (zalo)", n)
	}
	return fmt.Sprintf("0900 000 %03d", n)
}

// taxCode has a right check digit and a number that no register gives.
func taxCode() string {
	for {
		s := fmt.Sprintf("54990%04d", rnd.IntN(10000))
		sum := 0
		for i, w := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
			sum += int(s[i]-'0') * w
		}
		if d := 10 - sum%11; d < 10 && d >= 0 {
			return s + fmt.Sprint(d)
		}
	}
}

func messyTax() any {
	t := taxCode()
	switch rnd.IntN(6) {
	case 0:
		return t[:4] + " " + t[4:7] + " " + t[7:]
	case 1:
		return "MST: " + t
	case 2:
		var n int64
		fmt.Sscan(t, &n)
		return n
	case 3:
		return t[:9] + string('0'+(t[9]-'0'+1)%10) // a slip in the last digit
	}
	return t
}

func dots(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

func quantity(g goods) (any, string) {
	t := 1 + rnd.IntN(g.tonnes)
	switch k := rnd.IntN(16); {
	case k == 0:
		return fmt.Sprintf("%d-%d tấn/tháng", t, t+2), "tấn"
	case k == 1 && g.perPiece > 0:
		return fmt.Sprintf("%d vạn %s", 1+rnd.IntN(4), g.unit), g.unit
	case k == 2 && g.perPiece > 0:
		return dots(t * 1000), g.unit
	case k == 3:
		return fmt.Sprintf("khoảng %d tạ", t*10), pick("tạ", "")
	case k == 4:
		return fmt.Sprintf("%d tấn", t), pick("kg", "tấn", "Tấn")
	case k == 5:
		return dots(t*1000) + " kg", ""
	case k == 6:
		return pick("số lượng lớn", "Nhiều", "theo đơn hàng"), "tấn"
	case k == 7:
		return fmt.Sprintf("%d sào", 2+rnd.IntN(8)), pick("sào", "tấn", "")
	case k == 8:
		return fmt.Sprintf("%d,5", t), "tấn"
	case k == 9:
		return t * 1000, "kg"
	case k == 10:
		return fmt.Sprintf("%d – %d", t, t+3), "Tấn"
	case k == 11:
		return t * 10, "tạ"
	}
	return t, pick("tấn", "Tấn", "tan", "TẤN")
}

func price(low, high int) any {
	p := (low + rnd.IntN(high-low+1)) / 500 * 500
	switch rnd.IntN(12) {
	case 0:
		return pick("theo thị trường", "thỏa thuận", "TT", "Theo giá thị trường")
	case 1:
		return fmt.Sprintf("%dk", p/1000)
	case 2:
		return fmt.Sprintf("%d-%dk", p/1000, p/1000+2)
	case 3:
		return dots(p) + " đ/kg"
	case 4:
		return dots(p) + "đ"
	case 5:
		return nil
	case 6:
		return dots(p)
	case 7:
		return float64(p) / 1000
	}
	return p
}

// day is a date as a cell may hold one; style is used for real dates.
func day(d time.Time) any {
	switch rnd.IntN(5) {
	case 0:
		return d.Format("02/01/2006")
	case 1:
		return d.Format("2/1/2006")
	case 2:
		return d.Format("2/1")
	}
	return d
}

func window(months string) (from, to any) {
	if months == "quanh năm" && chance(70) {
		return pick("quanh năm", "Quanh năm", "cả năm"), nil
	}
	start := time.Date(2023, 11, 5+rnd.IntN(40), 0, 0, 0, 0, time.UTC)
	end := start.AddDate(0, 0, 20+rnd.IntN(50))
	switch rnd.IntN(14) {
	case 0:
		return fmt.Sprintf("%s - %s", start.Format("2/1"), end.Format("2/1")), nil
	case 1:
		return "tuần " + pick("48/2023", "49/2023", "50/2023"), nil
	case 2:
		return pick("từ 20/11 đến rằm tháng Giêng", "trước Tết", "tháng 11 - tháng 1", "cuối tháng 11 đến hết tháng 12", "có ngay đến 30/12"), nil
	case 3:
		return day(start), nil
	case 4:
		return nil, nil
	case 5:
		return pick("theo mùa", "khi nào chín", "vụ này"), nil
	}
	return day(start), day(end)
}

func class() any {
	return pick[any]("L1", "Loại 1", "1", 1, "Loại 1-2", "xô", "cả vườn", "Loại 1: 60%, Loại 2: 40%", "60% loại 1, 30% loại 2", nil, nil, "loại I", "Loại 2", "đẹp")
}

func papers() any {
	return pick[any]("VietGAP", "VietGAP (5 tấn) hạn 30/11/2023; OCOP 3 sao", "VietGAP hạn 31/12/2024", "đang làm VietGAP", "OCOP 3 sao", "không", nil, nil, nil,
		"VietGAP 2 ha, hạn 15/6/2025", "ATTP", "Cam kết ATTP; VietGAP", "MSVT VN-HBOR-0017", "có", "VietGAP, OCOP 4 sao")
}

type sheetDraw struct {
	f    *excelize.File
	name string
	row  int
	date int
}

func (s *sheetDraw) put(col int, v any) {
	if v == nil {
		return
	}
	at, _ := excelize.CoordinatesToCellName(col, s.row)
	must(s.f.SetCellValue(s.name, at, v))
	if _, ok := v.(time.Time); ok {
		must(s.f.SetCellStyle(s.name, at, at, s.date))
	}
}

func (s *sheetDraw) line(values ...any) {
	s.row++
	for i, v := range values {
		s.put(i+1, v)
	}
}

func (s *sheetDraw) merge(c1, r1, c2, r2 int) {
	a, _ := excelize.CoordinatesToCellName(c1, r1)
	b, _ := excelize.CoordinatesToCellName(c2, r2)
	must(s.f.MergeCell(s.name, a, b))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func newSheet(f *excelize.File, name string, first bool) *sheetDraw {
	if first {
		must(f.SetSheetName("Sheet1", name))
	} else {
		_, err := f.NewSheet(name)
		must(err)
	}
	format := "dd/mm/yyyy"
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	must(err)
	return &sheetDraw{f: f, name: name, date: date}
}

func main() {
	first()
	second()
}

func save(f *excelize.File, name string) {
	must(f.SetDocProps(&excelize.DocProperties{Created: "2023-11-18T08:00:00Z", Modified: "2023-11-18T08:00:00Z", Creator: "Văn phòng (mẫu)"}))
	must(f.SaveAs("../" + name))
}

// first is one long table of a province by district, two rows of headings, merged cells,
// sums, and the orders on a second sheet.
func first() {
	f := excelize.NewFile()
	s := newSheet(f, "Tong hop (sua lan 3)", true)
	s.line("LIÊN MINH HỢP TÁC XÃ (DỮ LIỆU MẪU)")
	s.merge(1, 1, 8, 1)
	s.line()
	s.line(nil, nil, "BIỂU TỔNG HỢP NGUỒN CUNG NÔNG SẢN VỤ CUỐI NĂM 2023")
	s.merge(3, 3, 14, 3)
	s.line(nil, nil, "(số liệu đến ngày 18/11/2023)")
	s.line()
	s.line("STT", "TÊN HTX", "NGƯỜI ĐẠI DIỆN", "SĐT/\nZALO", "ĐỊA CHỈ", nil, "SẢN PHẨM", "PHÂN HẠNG", "CHỨNG NHẬN", "SẢN\nLƯỢNG", "ĐVT", "Trọng lượng quả", "THỜI GIAN", nil, "GIÁ (đ/kg)", nil, "Lô nhỏ nhất", "MST", "Email", "Ghi chú")
	s.line(nil, nil, nil, nil, "Xã", "Huyện", nil, nil, nil, nil, nil, nil, "Từ ngày", "Đến ngày", "Giá sàn", "Thương lái")
	for _, m := range [][4]int{{5, 6, 6, 6}, {13, 6, 14, 6}, {15, 6, 16, 6}, {1, 6, 1, 7}, {2, 6, 2, 7}, {7, 6, 7, 7}} {
		s.merge(m[0], m[1], m[2], m[3])
	}
	s.line(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
	no, roman := 0, []string{"I", "II", "III", "IV", "V", "VI", "VII"}
	for i, d := range []string{"Lương Sơn", "Kim Bôi", "Cao Phong", "Tân Lạc", "Mai Châu", "Yên Thủy", "Lạc Thủy"} {
		if i%2 == 0 {
			s.line(roman[i], "HUYỆN "+strings.ToUpper(d))
		} else {
			s.line(roman[i] + ". Huyện " + d)
		}
		var here []goods
		for _, g := range all {
			for _, x := range g.districts {
				if x == d {
					here = append(here, g)
				}
			}
		}
		for n := 0; n < 17; {
			commune := pick(communes[d]...)
			name := pick("HTX ", "HTX nông nghiệp ", "Hợp tác xã ", "THT ", "HTX NN & DV ") + pick(coopWords...) + " " + commune
			who, tel, tax := person(), phone(), messyTax()
			if strings.HasPrefix(name, "THT") || chance(30) {
				tax = nil
			}
			rows := 1
			if chance(25) {
				rows = 2
			}
			for k := range rows {
				g := pick(here...)
				q, unit := quantity(g)
				from, to := window(g.months)
				var piece any
				if g.perPiece > 0 && chance(50) {
					piece = pick[any](g.perPiece, strings.Replace(fmt.Sprint(g.perPiece), ".", ",", 1), fmt.Sprintf("%d g", int(g.perPiece*1000)), "0,8-1,2")
					if g.unit == "con" || g.unit == "cây" {
						piece = g.perPiece
					}
				}
				no++
				n++
				row := []any{
					no, name, who, tel, commune, d, pick(g.names...), class(), papers(), q, unit, piece, from, to,
					price(g.low, g.high), price(g.low-1000, g.high-2000), pick[any]("5 tạ", nil, nil, 500, "1 tấn", "1 xe 3,5 tấn"), tax, nil, pick[any](nil, nil, nil, "giao tại kho HTX", "cần xe lạnh"),
				}
				if k == 1 { // merged with the row above
					row[0], row[1], row[2], row[3], row[4] = nil, nil, nil, nil, nil
				}
				if chance(5) {
					row[5] = nil // the group's title says it
				}
				if chance(4) {
					row[18] = "mau@vi-du.vn"
				}
				s.line(row...)
				if k == 1 {
					for _, c := range []int{2, 3, 4, 5} {
						s.merge(c, s.row-1, c, s.row)
					}
				}
			}
		}
		s.line(nil, "Cộng huyện", nil, nil, nil, nil, nil, nil, nil, 100+rnd.IntN(100))
		if i == 2 { // the headings again, at the top of a printed page
			s.line("STT", "TÊN HTX", "NGƯỜI ĐẠI DIỆN", "SĐT/\nZALO", "Xã", "Huyện", "SẢN PHẨM", "PHÂN HẠNG", "CHỨNG NHẬN", "SẢN\nLƯỢNG", "ĐVT")
		}
	}
	s.line(121, "HTX nông nghiệp Đất Lành Thu Phong", person(), "0900 000 777", "Thu Phong", "Cao Phong", "Cam", "L1", nil, 12, "tấn", nil, "15/12/2023", "20/01/2023", 14000)
	twice := []any{122, "HTX Mùa Vàng Mẫu", "Bà Hà Thị Thử", "0900 000 778", "Thu Phong", "Cao Phong", "Cam lòng vàng", "L1", "VietGAP", 9, "tấn", nil, "1/12/2023", "31/12/2023", 13000, 11000}
	s.line(twice...)
	twice[0] = 123
	s.line(twice...)
	s.line(124, "Hộ Xa Văn Giả", nil, "0900 000 779", "Pà Cò", "Mai Châu", "Đào tiên rừng", nil, nil, 2, "tấn")
	s.line("TỔNG CỘNG", nil, nil, nil, nil, nil, nil, nil, nil, 1432)
	s.line()
	s.line("Ghi chú: số liệu do các huyện gửi qua Zalo, chưa kiểm tra.")
	s.line(nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "Hòa Bình, ngày 18 tháng 11 năm 2023")
	s.line(nil, "Người lập biểu", nil, nil, nil, nil, nil, nil, nil, nil, nil, "Thủ trưởng đơn vị")

	o := newSheet(f, "DN dat hang", false)
	o.line("DANH SÁCH DOANH NGHIỆP ĐẶT HÀNG (MẪU)")
	o.merge(1, 1, 10, 1)
	o.line("TT", "Doanh nghiệp", "SĐT", "Mã số\nthuế", "Nơi giao hàng", "Tên hàng", "Loại", "Yêu cầu chứng nhận", "Số lượng", "ĐVT", "Thời gian giao", "Giá trần", "Giá tại", "CK (%)", "Thanh toán", "Đơn tối thiểu", "Số nguồn", "Hóa đơn", "Ghi chú")
	for i := range 30 {
		o.line(orderRow(i)...)
	}
	o.line(nil, "Cộng", nil, nil, nil, nil, nil, nil, 512)
	save(f, "lon-xon-1.xlsx")
}

var buyers = []string{"Công ty TNHH Thực phẩm Mẫu", "Siêu thị Ví Dụ", "Cty CP Nông sản Thử Nghiệm", "Chuỗi cửa hàng Rau Mẫu", "Bếp ăn KCN Thử", "Công ty XNK Trái Cây Giả Định", "Nhà máy nước ép Mẫu", "Chợ đầu mối Ví Dụ", "DN tư nhân Minh Họa"}

var deliveries = []string{"Kho số 5, phường Yên Sở, quận Hoàng Mai, Hà Nội", "Hà Nội", "quận Long Biên, Hà Nội", "TP Hải Phòng", "Hạ Long, Quảng Ninh", "TP Hòa Bình", "Đông Anh, Hà Nội", "xã Cao Dương, Lương Sơn, Hòa Bình", "Ha Noi", "Thanh Xuân - Hà Nội"}

func orderRow(i int) []any {
	g := all[i%len(all)]
	t := 5 + rnd.IntN(2*g.tonnes)
	var q any = t
	unit := pick("tấn", "Tấn")
	switch rnd.IntN(7) {
	case 0:
		q, unit = fmt.Sprintf("%d tấn", t), ""
	case 1:
		q = fmt.Sprintf("%d-%d", t, t+5)
	case 2:
		q, unit = t*1000, "kg"
	case 3:
		q, unit = fmt.Sprintf("%d tấn/tuần", 1+t/8), "tấn"
	}
	p := (g.high + g.high/4 + rnd.IntN(g.high/2)) / 500 * 500
	var ceiling any = p
	switch rnd.IntN(8) {
	case 0:
		ceiling = fmt.Sprintf("%d-%dk", p/1000-2, p/1000)
	case 1:
		ceiling = dots(p) + " đ/kg tại kho"
	case 2:
		ceiling = nil
	case 3:
		ceiling = fmt.Sprintf("%dk", p/1000)
	}
	when := pick("tuần 48/2023", "1/12 - 31/12", "15/12 - 20/1/2024", "từ 20/11 đến rằm tháng Giêng", "trước Tết", "quanh năm", "tháng 12", "01/12/2023 đến 15/01/2024", "T12-T1", "")
	name := pick(buyers...)
	var tax any
	if chance(60) {
		tax = messyTax()
	}
	where := pick(deliveries...)
	if i == 7 {
		where = ""
	}
	cert := pick("", "", "VietGAP", "VietGAP", "ATTP", "OCOP 3 sao", "VietGAP, ATTP", "ưu tiên VietGAP", "Giấy kiểm dịch lạ")
	if i%10 != 3 && cert == "Giấy kiểm dịch lạ" {
		cert = ""
	}
	return []any{
		i + 1, name, phone(), tax, where, pick(g.demandName, strings.ToUpper(g.demandName), unmark.Replace(g.demandName)),
		pick[any]("Loại 1", "L1", "1-2", "Loại 2 trở lên", "không yêu cầu", nil, "xô", "hàng đẹp", 1), cert, q, unit, when, ceiling,
		pick[any]("kho", "kho", "vườn", "tại vườn", nil, "giao tận nơi"), pick[any](nil, nil, 5, "5%", "3%", 0.05, "2 + 3"), pick[any](nil, "30 ngày", 15, "trả ngay", "gối đầu 1 đơn", "15-30 ngày"),
		pick[any](nil, nil, "2 tấn", "5 tấn", 1000), pick[any](nil, nil, nil, 3, "5 nguồn", "không giới hạn"), pick[any](nil, nil, nil, 1, "1 HĐ"), pick[any](nil, nil, "hàng đều quả"),
	}
}

// second is a workbook put together from what districts sent: each sheet another order of
// columns, no marks, units in the cells, shares of the classes, groups by product.
func second() {
	f := excelize.NewFile()
	s := newSheet(f, "cung Luong Son", true)
	s.line("Nguon cung huyen Luong Son, Yen Thuy (mau)")
	s.line("Dia chi", "Ten hop tac xa", "San pham", "giong", "So luong (tan)", "loai 1 (%)", "loai 2 (%)", "loai 3 (%)", "gia ban (nghin dong/kg)", "gia lai tra", "Thoi gian thu hoach", "so dien thoai", "nguoi lien he", "giay to", "ghi chu", "giao toi thieu")
	for i := range 45 {
		g := all[pick(0, 0, 0, 8, 8)]
		d := pick(g.districts...)
		c := pick(communes[d]...)
		var l1, l2, l3 any
		switch rnd.IntN(4) {
		case 0:
			l1, l2, l3 = 60, 30, 10
		case 1:
			l1, l2 = "70%", "30%"
		case 2:
			l1, l2, l3 = 0.5, 0.3, 0.2
		}
		goodsName, variety := pick(g.names...), any(nil)
		if g.demandName == "Bưởi Diễn" && chance(40) {
			goodsName, variety = pick("Buoi", "bưởi"), pick("Dien", "Diễn")
		}
		from, to := window(g.months)
		when := from
		if a, ok := from.(time.Time); ok {
			when = a
			if b, ok := to.(time.Time); ok {
				when = a.Format("2/1/2006") + " - " + b.Format("2/1/2006")
			}
		}
		p := float64((g.low+rnd.IntN(g.high-g.low))/500) / 2
		var q any = 1 + rnd.IntN(g.tonnes)
		if chance(15) {
			q = pick[any]("5 tạ", "3 tấn 5 tạ", "1 tấn rưỡi", "2-3 tấn/tháng", "tối đa 6", "1,5 ha")
		}
		s.line(pick("xã ", "xa ", "X. ", "")+c+", "+d+pick(", Hòa Bình", ", Hoa Binh", ""), pick("HTX ", "Hop tac xa ", "HTX NN ")+pick(coopWords...)+" "+c, goodsName, variety, q, l1, l2, l3,
			pick[any](p, strings.Replace(fmt.Sprint(p), ".", ",", 1), nil, "theo thi truong"), price(g.low-1000, g.high-2000), when, phone(), person(), papers(), pick[any](nil, "''", "can gap nguoi mua"), pick[any](nil, nil, "3 tạ", 0.5))
		if i == 20 {
			s.line()
			s.line("Dia chi", "Ten hop tac xa", "San pham", "giong", "So luong (tan)")
		}
	}
	s.line(nil, "Tong cong", nil, nil, 300)

	a := newSheet(f, "chao ban theo mat hang", false)
	a.line("CHÀO BÁN THEO MẶT HÀNG")
	a.line("TT", "Đơn vị (HTX, THT)", "Xã", "Huyện", "Khối lượng", "Đơn vị tính", "Từ", "Đến", "Giá thấp nhất", "Tiêu chuẩn", "Chất lượng", "Điện thoại", "MST")
	for k, gi := range []int{1, 2, 3, 4, 5, 6, 7} {
		g := all[gi]
		a.line(string(rune('A'+k)), strings.ToUpper(g.demandName))
		for n := range 11 {
			d := pick(g.districts...)
			q, unit := quantity(g)
			from, to := window(g.months)
			var p any = (g.low + rnd.IntN(g.high-g.low)) / 500 * 500
			if g.perPiece > 0 && chance(30) {
				p = fmt.Sprintf("%sđ/%s", dots(int(float64(g.low)*g.perPiece)/100*100), g.unit)
			}
			name := any(pick("HTX ", "THT ", "Tổ hợp tác ", "Hộ ") + pick(coopWords...) + " " + pick(communes[d]...))
			if n == 5 {
				name = "nt"
			}
			a.line(n+1, name, pick(communes[d]...), d, q, unit, from, to, p, papers(), class(), phone(), pick[any](nil, nil, messyTax()))
		}
	}
	a.line(nil, "Cộng", nil, nil, 900)
	a.line("Lưu ý: giá do HTX tự khai")

	o := newSheet(f, "Nhu cầu", false)
	o.line("Ghi chú", "Bên mua", "Điện thoại", "Mặt hàng", "SL cần mua", "ĐVT", "Giá mua cao nhất", "Nơi giao", "Từ ngày", "Đến ngày", "Số ngày thanh toán", "Chiết khấu %", "Giấy tờ yêu cầu", "Loại tối thiểu", "Số hóa đơn tối đa", "Số nguồn tối đa", "Số lượng đặt tối thiểu", "Giá tại (vườn/kho)", "Mã số thuế")
	for i := range 30 {
		r := orderRow(i)
		start := time.Date(2023, 11, 25+rnd.IntN(20), 0, 0, 0, 0, time.UTC)
		o.line(r[18], r[1], r[2], r[5], r[8], r[9], r[11], r[4], start, start.AddDate(0, 0, 15+rnd.IntN(30)), r[14], r[13], r[7], r[6], r[17], r[16], r[15], r[12], r[3])
	}

	x := newSheet(f, "Sheet4", false)
	x.line("Danh sách hội nghị", "Ngày")
	x.line("Hội nghị kết nối (mẫu)", "12/12/2023")
	newSheet(f, "Sheet5", false)
	save(f, "lon-xon-2.xlsx")
}
