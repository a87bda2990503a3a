package market

import (
	"fmt"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
)

func textCell(s string) sheet.Cell { return sheet.Cell{Text: s, Raw: s} }

func numberCell(raw string) sheet.Cell { return sheet.Cell{Text: raw, Raw: raw, Number: true} }

func TestReadAmount_AsStaffWriteIt(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string // low-high unit /days flags, or the fault
	}{
		{"20", "20000-20000 "},
		{"20 tấn", "20000-20000 tan"},
		{"20tấn", "20000-20000 tan"},
		{"5-7 tấn/tháng", "5000-7000 tan /30"},
		{"5 – 7 tấn / tháng", "5000-7000 tan /30"},
		{"500kg/ngày", "500000-500000 kg /1"},
		{"2 tấn mỗi tuần", "2000-2000 tan /7"},
		{"15 vạn quả", "150000000-150000000 qua"},
		{"15-17 vạn quả", "150000000-170000000 qua"},
		{"1,5 tấn", "1500-1500 tan"},
		{"1.750 kg", "1750000-1750000 kg"},
		{"1 750 kg", "1750000-1750000 kg"},
		{"khoảng 3 tạ", "3000-3000 ta"},
		{"15 tá quả", "180000-180000 qua"}, // a dozen, not a hundred kilograms
		{"15 tá trứng", "180000-180000 trung"},
		{"~ 3 tấn", "3000-3000 tan"},
		{"trên 10 tấn", "10000-10000 tan"},
		{"tối đa 5 tấn", "5000-5000 tan upto"},
		{"dưới 5 tấn", "5000-5000 tan upto"},
		{"3 tấn 5 tạ", "3500-3500 tan"},
		{"1 tấn rưỡi", "1500-1500 tan"},
		{"5 đến 7 tạ", "5000-7000 ta"},
		{"8 tạ - 1 tấn", "8000-10000 ta"},
		{"3.000 quả (khoảng 3 tấn)", "3000-3000 tan weighed"},
		{"10 tấn chia làm đôi", "10000-10000 tan rest=chia lam doi"},
		{"20 tấn/vụ", "20000-20000 tan"},
		{"12 tấn/năm", "12000-12000 tan /365"},
		{"2 sào", "area"},
		{"1,5 ha", "area"},
		{"3000 m2", "area"},
		{"số lượng lớn", "words"},
		{"nhiều", "words"},
		{"theo đơn hàng", "words"},
		{"-5", "negative"},
		{"- 5 tấn", "negative"},
		{"1000000000000000000", "absurd"},
		{"1.000.000.000.000.000.000 kg", "absurd"},
		{"", "missing"},
		{"-", "missing"},
		{"abc", "unclear"},
		{"10 tấn x 4 đợt", "unclear"},
		{"7-5 tấn", "unclear"},
	} {
		a, fault := readAmount(c.in)
		got := string(fault)
		if fault == amountOK {
			got = fmt.Sprintf("%d-%d %s", a.Low, a.High, a.Unit)
			if a.Days > 0 {
				got += fmt.Sprintf(" /%d", a.Days)
			}
			if a.UpTo {
				got += " upto"
			}
			if a.Weighed {
				got += " weighed"
			}
			if a.Rest != "" {
				got += " rest=" + a.Rest
			}
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.in, got, c.want)
		}
	}
}

func TestReadQuantity_NumberCells(t *testing.T) {
	for raw, want := range map[string]string{"20": "20000", "1.5": "1500", "19.9999999999": "20000", "-5": "negative", "1E+18": "absurd", "0": "0"} {
		a, fault := readQuantity(numberCell(raw))
		got := fmt.Sprint(a.Low)
		if fault != amountOK {
			got = string(fault)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
	a, _ := readQuantity(sheet.Cell{Text: "20 tấn", Raw: "20", Number: true})
	if a.Unit != "tan" || a.Low != 20000 {
		t.Errorf("a unit in the number format is lost: %+v", a)
	}
}

func TestReadPrice_AsStaffWriteIt(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"12.000 đ/kg", "12000-12000 kg"},
		{"12000", "12000-12000 "},
		{"12k", "12000-12000 "},
		{"12-14k", "12000-14000 "},
		{"12k-14k/kg", "12000-14000 kg"},
		{"12.000 - 14.000", "12000-14000 "},
		{"từ 12.000 đến 14.000đ/kg", "12000-14000 kg"},
		{"12 nghìn", "12000-12000 "},
		{"12 ngàn đồng/kg", "12000-12000 kg"},
		{"9.000đ/quả", "9000-9000 qua"},
		{"1,2 triệu/tạ", "1200000-1200000 ta"},
		{"1tr2/tạ", "1200000-1200000 ta"},
		{"12.000 VNĐ", "12000-12000 "},
		{"15k tại vườn", "15000-15000  garden"},
		{"17.000 đ/kg giao tận nơi", "17000-17000 kg store"},
		{"12.000đ/1kg", "12000-12000 kg"},
		{"12.000 đồng một kg", "12000-12000 kg"},
		{"khoảng 12.000", "12000-12000 "},
		{"theo thị trường", "market"},
		{"thỏa thuận", "market"},
		{"TT", "market"},
		{"Giá thị trường tại thời điểm", "market"},
		{"", "missing"},
		{"-", "missing"},
		{"0", "missing"},
		{"-12000", "negative"},
		{"1000000000000000000", "absurd"},
		{"đẹp", "unclear"},
		{"14k-12k", "unclear"},
	} {
		a, fault := readPriceText(c.in)
		got := string(fault)
		if fault == priceOK {
			got = fmt.Sprintf("%d-%d %s", a.Low/1000, a.High/1000, a.Per)
			if a.Garden {
				got += " garden"
			}
			if a.Store {
				got += " store"
			}
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.in, got, c.want)
		}
	}
}

func TestReadWindow_AsStaffWriteIt(t *testing.T) {
	asOf := calendar.Date(2023, 11, 20)
	for _, c := range []struct{ from, to, both, want string }{
		{"15/11/2023", "20/12/2023", "", "2023-11-15 2023-12-20"},
		{"15/11", "20/12", "", "2023-11-15 2023-12-20"},
		{"15/11 - 20/12", "", "", "2023-11-15 2023-12-20"},
		{"", "", "15/11-20/1", "2023-11-15 2024-01-20"},
		{"", "", "15-20/12", "2023-12-15 2023-12-20"},
		{"", "", "15-20/12/2023", "2023-12-15 2023-12-20"},
		{"", "", "tuần 48/2023", "2023-11-27 2023-12-03"},
		{"", "", "tuần 48-50/2023", "2023-11-27 2023-12-17"},
		{"", "", "từ 20/11 đến rằm tháng Giêng", "2023-11-20 2024-02-24"},
		{"", "", "trước Tết", "2024-01-11 2024-02-09 guessed"},
		{"", "", "sau Tết", "2024-02-16 2024-03-16 guessed"},
		{"", "", "tháng 11 - tháng 1", "2023-11-01 2024-01-31"},
		{"", "", "tháng 11-12/2023", "2023-11-01 2023-12-31"},
		{"", "", "T11-T1", "2023-11-01 2024-01-31"},
		{"", "", "T12/2023", "2023-12-01 2023-12-31"},
		{"", "", "12/2023", "2023-12-01 2023-12-31"},
		{"", "", "đầu tháng 12", "2023-12-01 2023-12-10"},
		{"", "", "cuối tháng 12", "2023-12-21 2023-12-31"},
		{"", "", "giữa tháng 12 đến hết tháng 1", "2023-12-11 2024-01-31"},
		{"", "", "quý IV/2023", "2023-10-01 2023-12-31"},
		{"", "", "23 tháng Chạp", "2024-02-02 2024-02-02"},
		{"", "", "rằm tháng Chạp", "2024-01-25 2024-01-25"},
		{"", "", "15/12 âm lịch", "2024-01-25 2024-01-25"},
		{"", "", "quanh năm", "- - always"},
		{"", "", "Cả năm", "- - always"},
		{"có ngay", "", "", "2023-11-20 -"},
		{"", "", "từ nay đến 30/12", "2023-11-20 2023-12-30"},
		{"từ 15/12", "", "", "2023-12-15 -"},
		{"15/12/2023", "", "", "2023-12-15 -"},
		{"", "30/12/2023", "", "- 2023-12-30"},
		{"", "", "đến 30/12", "- 2023-12-30"},
		{"2023-12-01", "2023-12-31", "", "2023-12-01 2023-12-31"},
		{"ngày 15 tháng 12", "ngày 20 tháng 12 năm 2023", "", "2023-12-15 2023-12-20"},
		{"1.12.2023", "31.12.23", "", "2023-12-01 2023-12-31"},
		{"", "", "tuần 2 tháng 12", "2023-12-08 2023-12-14"},
		{"", "", "khi nào có thì báo", "- - unclear"},
		{"31/2/2024", "", "", "- - unclear"},
	} {
		w, ok := readWindow(textCell(c.from), textCell(c.to), textCell(c.both), asOf)
		show := func(d calendar.Day) string {
			if d == 0 {
				return "-"
			}
			return d.String()
		}
		got := show(w.From) + " " + show(w.To)
		if w.Always {
			got += " always"
		}
		if w.Guessed {
			got += " guessed"
		}
		if !ok {
			got += " unclear"
		}
		if got != c.want {
			t.Errorf("%q %q %q: %s, want %s", c.from, c.to, c.both, got, c.want)
		}
	}
	w, ok := readWindow(numberCell("45245"), numberCell("45280"), sheet.Cell{}, asOf)
	if !ok || w.From != calendar.Date(2023, 11, 15) || w.To != calendar.Date(2023, 12, 20) {
		t.Errorf("serials: %+v %v", w, ok)
	}
}

func TestSplitPapers_AsStaffWriteIt(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"VietGAP (5 tấn) hạn 30/11/2023; OCOP 3 sao", "vietgap [5 tan] 2023-11-30| ocop 3 sao"},
		{"VietGAP, hạn 30/11/2023", "vietgap 2023-11-30"},
		{"đang làm VietGAP", "vietgap pending"},
		{"VietGAP đã hết hạn", "vietgap pending"},
		{"Không", ""},
		{"chưa có", ""},
		{"ưu tiên VietGAP", "vietgap wish"},
		{"VietGAP 5 ha", "vietgap [5 ha]"},
		{"VietGAP (12,5 tấn)", "vietgap [12,5 tan]"},
		{"VietGAP + ATTP", "vietgap| attp"},
		{"MSVT VN-HBOR-0017", "msvt vn-hbor-0017"},
	} {
		got := ""
		for i, w := range splitPapers(c.in) {
			if i > 0 {
				got += "| "
			}
			got += w.Text
			if w.Scope != "" {
				got += " [" + w.Scope + "]"
			}
			if w.Until != 0 {
				got += " " + w.Until.String()
			}
			if w.Pending {
				got += " pending"
			}
			if w.Wish {
				got += " wish"
			}
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestReadMix_AsStaffWriteIt(t *testing.T) {
	for _, c := range []struct {
		in    string
		mix   [4]int64
		fault mixFault
	}{
		{"L1", [4]int64{0, 1000}, mixOK},
		{"1", [4]int64{0, 1000}, mixOK},
		{"loại I", [4]int64{0, 1000}, mixOK},
		{"Loại 2", [4]int64{0, 0, 1000}, mixOK},
		{"Loại 1-2", [4]int64{0, 0, 1000}, mixSpan},
		{"xô", [4]int64{1000}, mixOK},
		{"cả vườn", [4]int64{1000}, mixOK},
		{"", [4]int64{1000}, mixNone},
		{"Loại 1: 60%, Loại 2: 40%", [4]int64{0, 600, 400, 0}, mixOK},
		{"60% loại 1, 30% loại 2", [4]int64{100, 600, 300, 0}, mixOK},
		{"Loại 1: 33,3%, Loại 2: 33,3%, Loại 3: 33,4%", [4]int64{0, 333, 333, 334}, mixOK},
		{"Loại A", [4]int64{0, 1000}, mixOK},
		{"đẹp", [4]int64{1000}, mixUnclear},
		{"Loại 1: 80%, Loại 2: 40%", [4]int64{1000}, mixUnclear},
	} {
		if mix, fault := readMix(c.in); mix != c.mix || fault != c.fault {
			t.Errorf("%q: %v %q, want %v %q", c.in, mix, fault, c.mix, c.fault)
		}
	}
}

func TestReadMinClass_AsStaffWriteIt(t *testing.T) {
	for in, want := range map[string]int64{"Loại 1": 1, "L1": 1, "1-2": 2, "Loại 2 trở lên": 2, "từ loại 2": 2, "1, 2, 3": 3, "xô": 0, "": 0, "không yêu cầu": 0, "mọi loại": 0} {
		if got, ok := readMinClass(in); got != want || !ok {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
	if _, ok := readMinClass("hàng đẹp"); ok {
		t.Error("«hàng đẹp» is taken for a class")
	}
}

func TestSmallNumbers_AsStaffWriteThem(t *testing.T) {
	for in, want := range map[string]int{"1": 1, "01": 1, "1 hóa đơn": 1, "tối đa 3 nguồn": 3, "không giới hạn": 0, "": 0, "một": 1, "2-3": 2} {
		if got, ok := readCount(in); got != want || !ok {
			t.Errorf("count %q: %d %v, want %d", in, got, ok, want)
		}
	}
	for in, want := range map[string]int64{"30": 30, "30 ngày": 30, "15-30 ngày": 30, "thanh toán ngay": 0, "COD": 0, "": 0, "1 tháng": 30, "2 tuần": 14} {
		if got, ok := readPayDays(in); got != want || !ok {
			t.Errorf("days to payment %q: %d %v, want %d", in, got, ok, want)
		}
	}
	for in, want := range map[string]int64{"60": 6000, "60%": 6000, "0,6": 6000, "5": 500, "5 %": 500, "2,5%": 250} {
		if got, ok := readPercent(in, true); got != want || !ok {
			t.Errorf("percent %q: %d %v, want %d", in, got, ok, want)
		}
	}
}
