package market

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
)

// Whatever a cell holds, reading it ends, and gives nothing that a record may not carry.

func FuzzReadAmount(f *testing.F) {
	for _, s := range []string{"20 tấn", "5-7 tấn/tháng", "15 vạn quả", "1 tấn rưỡi", "3.000 quả (khoảng 3 tấn)", "1e18", "-5", "(((", "1.000.000,5 tạ - 2 tấn", "9999999999 vạn vạn vạn quả"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, fault := readAmount(s)
		if fault == amountOK && (a.Low < 0 || a.High < a.Low || a.Days < 0) {
			t.Errorf("%q: %+v", s, a)
		}
		if b, again := readAmount(s); a != b || fault != again {
			t.Errorf("%q is read in two ways", s)
		}
	})
}

func FuzzReadPrice(f *testing.F) {
	for _, s := range []string{"12.000 đ/kg", "12-14k", "1tr2/tạ", "theo thị trường", "9.000đ/quả", "1e18", "-1", "k12", "12k-14k/kg/kg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, fault := readPriceText(s)
		if fault == priceOK && (a.Low <= 0 || a.High < a.Low) {
			t.Errorf("%q: %+v", s, a)
		}
	})
}

func FuzzReadWindow(f *testing.F) {
	for _, s := range []string{"15/11 - 20/12", "từ 20/11 đến rằm tháng Giêng", "trước Tết", "tuần 48/2023", "quanh năm", "T11-T1", "45245", "31/2", "0/0/0", "- - -", "tháng 99", "tuần 99/9999"} {
		f.Add(s, s)
	}
	asOf := calendar.Date(2023, 11, 20)
	f.Fuzz(func(t *testing.T, from, to string) {
		w, _ := readWindow(textCell(from), textCell(to), sheet.Cell{}, asOf)
		readWindow(sheet.Cell{}, sheet.Cell{}, textCell(from), asOf)
		for _, d := range []calendar.Day{w.From, w.To} {
			if y, _, _ := d.Date(); d != 0 && (y < 1899 || y > 2301) {
				t.Errorf("%q %q: %s", from, to, d)
			}
		}
	})
}

func FuzzSplitPapers(f *testing.F) {
	for _, s := range []string{"VietGAP (5 tấn) hạn 30/11/2023; OCOP 3 sao", "đang làm", ";;,,++", "(((", "hạn 99/99/9999", "Loại 1: 60%, Loại 2: 40%", "1-2", "xô"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range splitPapers(s) {
			if w.Text == "" {
				t.Errorf("%q: a paper without a name", s)
			}
		}
		mix, _ := readMix(s)
		if mix[0]+mix[1]+mix[2]+mix[3] != 1000 || min(mix[0], mix[1], mix[2], mix[3]) < 0 {
			t.Errorf("%q: %v", s, mix)
		}
		if c, _ := readMinClass(s); c < 0 || c > 3 {
			t.Errorf("%q: class %d", s, c)
		}
		if n, ok := readCount(s); ok && n < 0 {
			t.Errorf("%q: %d", s, n)
		}
		if n, ok := readPayDays(s); ok && (n < 0 || n > 3650) {
			t.Errorf("%q: %d days", s, n)
		}
		if n, ok := readPercent(s, true); ok && (n < 0 || n > 100_000) {
			t.Errorf("%q: %d", s, n)
		}
	})
}

func FuzzHeading(f *testing.F) {
	for _, s := range []string{"Số lượng chào bán (tấn)", "SL", "Giá (đ/kg)", "(((", "%", "Từ\nngày"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := newHeading(s)
		for _, demand := range []bool{false, true} {
			l := readLayout(map[int]heading{0: h, 1: h}, 2, demand)
			if len(l.cols)+len(l.unknown)+len(l.twice) > 2 {
				t.Errorf("%q: %+v", s, l)
			}
		}
	})
}

// FuzzReadWorkbook mutates the bytes of a table: what comes out can be planned, or is
// refused with a fault, never by a crash.
func FuzzReadWorkbook(f *testing.F) {
	for _, name := range []string{"lon-xon-1.xlsx", "lon-xon-2.xlsx"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	var csv bytes.Buffer
	for _, s := range []sheet.Sheet{fewOffers, fewDemands} {
		for _, row := range s.Rows {
			for _, c := range row {
				csv.WriteString(c.Text + "\t")
			}
			csv.WriteByte('\n')
		}
	}
	f.Add(csv.Bytes())
	f.Add([]byte("Tên đơn vị;Huyện;Mặt hàng;SL;ĐVT;Giá sàn;Từ ngày\nHTX A;Lương Sơn;Bưởi Diễn;5-7 tấn/tháng;;12-14k;trước Tết\n"))
	deps := testDeps(f)
	opt := testOptions
	opt.OneSide = true
	opt.Limits = sheet.Limits{Unpacked: 32 << 20, Cells: 100_000}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, _, err := ReadWorkbook(data, deps, opt)
		if err != nil {
			return
		}
		if _, err := Canonical(in); err != nil {
			t.Errorf("what was read cannot be planned: %v", err)
		}
		for _, o := range in.Offers {
			if o.Firm+o.Forecast <= 0 || o.Firm+o.Forecast > weight.Max {
				t.Errorf("%+v", o)
			}
		}
	})
}
