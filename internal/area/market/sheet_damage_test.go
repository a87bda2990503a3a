package market

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// grid makes a sheet from lines with bars between the cells.
func grid(name string, lines ...string) sheet.Sheet {
	s := sheet.Sheet{Name: name}
	for _, l := range lines {
		var row []sheet.Cell
		for _, c := range strings.Split(l, "|") {
			c = strings.TrimSpace(c)
			row = append(row, sheet.Cell{Text: c, Raw: c})
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

var (
	fewOffers = grid("Chào bán", "Tên đơn vị|Điện thoại/Zalo|Tỉnh|Xã|Huyện|Mặt hàng|Loại|Giấy tờ|Số lượng chào bán|ĐVT|Từ ngày|Đến ngày|Giá thấp nhất đồng ý bán|Giá thương lái",
		"HTX Mẫu Một|0900 000 101|Hòa Bình|Cao Dương|Lương Sơn|Bưởi Diễn|Loại 1|VietGAP|20|tấn|20/11/2023|20/01/2024|12.000|10.000",
		"HTX Mẫu Hai|0900 000 102|Hòa Bình|Thu Phong|Cao Phong|Cam Canh|cả vườn||15|tạ|01/12/2023|31/12/2023|25.000|",
		"THT Mẫu Ba|0900 000 103|Hòa Bình|Quyết Chiến|Tân Lạc|Ngọn su su|L1|ATTP|500|kg|20/11/2023|30/12/2023|5.000|4.500")
	fewDemands = grid("Nhu cầu", "Bên mua|Điện thoại|Nơi giao|Mặt hàng|Loại tối thiểu|Giấy tờ yêu cầu|Số lượng|ĐVT|Từ ngày|Đến ngày|Giá mua cao nhất|Giá tại (vườn/kho)|Chiết khấu %|Số ngày thanh toán|Số lượng đặt tối thiểu|Số nguồn tối đa|Số hóa đơn tối đa",
		"Siêu thị Ví Dụ|0900 000 201|quận Hoàng Mai, Hà Nội|Bưởi Diễn|Loại 1|VietGAP|18|tấn|01/12/2023|31/12/2023|24.000|kho|5|30|10 tấn|3|1",
		"Cty Mẫu|0900 000 202|Hà Nội|Cam Canh|||2|tấn|01/12/2023|31/12/2023|45.000|vườn|||||")
)

func readFew(t testing.TB, sheets ...sheet.Sheet) (Input, []Ask) {
	t.Helper()
	in, asks, err := ReadSheets(sheets, testDeps(t), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	return in, asks
}

// records is an input without where it stood in the file.
func records(in Input) string {
	for i := range in.Offers {
		in.Offers[i].Source = Source{}
	}
	for i := range in.Demands {
		in.Demands[i].Source = Source{}
	}
	return fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%+v\n%+v", in.Offers, in.Demands, in.Parties, in.Places, in.Roads, in.Commodities)
}

func TestReadSheets_EveryColumnArrives(t *testing.T) {
	in, asks := readFew(t, fewOffers, fewDemands)
	if len(asks) != 0 {
		t.Errorf("a clean workbook is doubted: %+v", asks)
	}
	o, d := in.Offers[0], in.Demands[0]
	if o.Commodity != "BUOI-DIEN" || o.Mix != [4]int64{0, 1000} || o.Firm != 20*weight.Tonne || o.From != calendar.Date(2023, 11, 20) || o.To != calendar.Date(2024, 1, 20) ||
		o.Floor != 12_000_000 || o.Trader != 10_000_000 || o.Place != "05008@2023" || len(o.Papers) != 1 || o.Papers[0].Kind != "vietgap" {
		t.Errorf("offer: %+v", o)
	}
	if d.MinClass != 1 || d.Quantity != 18*weight.Tonne || d.Ceiling != 24_000_000 || d.AtGarden || d.DiscountBP != 500 || d.PayDays != 30 ||
		d.MinOrder != 10*weight.Tonne || d.MaxSources != 3 || d.MaxInvoices != 1 || !slices.Equal(d.Papers, []string{"vietgap"}) {
		t.Errorf("demand: %+v", d)
	}
	if in.Offers[1].Firm != 1500*weight.Kilogram || in.Offers[2].Firm != 500*weight.Kilogram || !in.Demands[1].AtGarden {
		t.Errorf("units or the place of the price are lost: %+v %+v", in.Offers, in.Demands[1])
	}
	if len(in.Roads) == 0 || in.Parties[0].Kind != KindCoop || in.Parties[2].Kind != KindGroup || in.Parties[0].Phone != "0900000101" {
		t.Errorf("parties or roads: %+v %+v", in.Parties, in.Roads)
	}
}

// damage changes what staff change without meaning anything by it.
var damage = map[string]func(*rand.Rand, sheet.Sheet) sheet.Sheet{
	"columns in another order": func(r *rand.Rand, s sheet.Sheet) sheet.Sheet {
		order := r.Perm(len(s.Rows[0]))
		for i, row := range s.Rows {
			out := make([]sheet.Cell, len(order))
			for to, from := range order {
				if from < len(row) {
					out[to] = row[from]
				}
			}
			s.Rows[i] = out
		}
		return s
	},
	"headings without marks, in capitals, on two lines": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		for i := range s.Rows[0] {
			f := strings.ToUpper(text.Fold(s.Rows[0][i].Text))
			s.Rows[0][i].Text = strings.Replace(f, " ", "\n", 1)
		}
		return s
	},
	"old words": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		old := map[string]string{
			"Tên đơn vị": "Tên HTX", "Số lượng chào bán": "Sản lượng", "Số lượng": "SL", "Loại": "Phân hạng", "Giá thấp nhất đồng ý bán": "Giá sàn", "Giá mua cao nhất": "Giá trần",
			"Bên mua": "Doanh nghiệp", "Số lượng đặt tối thiểu": "Đơn tối thiểu", "Điện thoại/Zalo": "SĐT", "ĐVT": "Đơn vị tính", "Mặt hàng": "Sản phẩm", "Nơi giao": "Địa điểm giao hàng", "Số ngày thanh toán": "Công nợ",
		}
		for i, c := range s.Rows[0] {
			if w, ok := old[c.Text]; ok {
				s.Rows[0][i].Text = w
			}
		}
		return s
	},
	"titles above, blank rows, a sum and a note below": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		out := grid("", "LIÊN MINH HTX (MẪU)", "", "BIỂU TỔNG HỢP", "(đến ngày 18/11/2023)").Rows
		out = append(out, s.Rows[0])
		for _, row := range s.Rows[1:] {
			out = append(out, nil, row)
		}
		out = append(out, grid("", "Tổng cộng||||||||35", "Ghi chú: số liệu do huyện gửi", "|||||||Hòa Bình, ngày 18 tháng 11 năm 2023").Rows...)
		s.Rows = out
		return s
	},
	"an order number in front": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		for i, row := range s.Rows {
			no := "STT"
			if i > 0 {
				no = fmt.Sprint(i)
			}
			s.Rows[i] = append([]sheet.Cell{{Text: no, Raw: no, Number: i > 0}}, row...)
		}
		return s
	},
	"spaces and other spellings of marks": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		for i, row := range s.Rows {
			for j, c := range row {
				if c.Text != "" {
					s.Rows[i][j].Text = " " + strings.ReplaceAll(c.Text, " ", "\u00a0") + " "
				}
			}
		}
		return s
	},
	"numbers as numbers, days as serials": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		for i, row := range s.Rows {
			for j, c := range row {
				if m, ok := text.ParseNumber(c.Text); ok && i > 0 && !strings.HasPrefix(c.Text, "0") {
					s.Rows[i][j] = sheet.Cell{Text: c.Text, Raw: strings.TrimSuffix(fmt.Sprintf("%d.%03d", m/1000, m%1000), ".000"), Number: true}
				}
				if d, fine := readDayCell(c); fine && i > 0 && strings.Count(c.Text, "/") == 2 {
					p, _ := d.lo.in(d.lo.year)
					s.Rows[i][j] = sheet.Cell{Text: c.Text, Raw: fmt.Sprint(p.From.Serial()), Number: true}
				}
			}
		}
		return s
	},
	"the headings again halfway": func(_ *rand.Rand, s sheet.Sheet) sheet.Sheet {
		s.Rows = slices.Insert(s.Rows, 2, s.Rows[0])
		return s
	},
}

func copySheet(s sheet.Sheet) sheet.Sheet {
	s.Rows = slices.Clone(s.Rows)
	for i := range s.Rows {
		s.Rows[i] = slices.Clone(s.Rows[i])
	}
	return s
}

func TestReadSheets_DamageChangesNothing(t *testing.T) {
	in, _ := readFew(t, copySheet(fewOffers), copySheet(fewDemands))
	want := records(in)
	rnd := rand.New(rand.NewPCG(1, 2))
	for name, hurt := range damage {
		for range 5 {
			in, asks := readFew(t, hurt(rnd, copySheet(fewOffers)), hurt(rnd, copySheet(fewDemands)))
			if got := records(in); got != want {
				t.Errorf("%s:\n got %s\nwant %s\nasks %+v", name, got, want, asks)
				break
			}
		}
	}
	// The sheets may have names that say nothing.
	a, b := copySheet(fewOffers), copySheet(fewDemands)
	a.Name, b.Name = "Sheet1", "Sheet2"
	in, _ = readFew(t, a, b)
	if got := records(in); got != want {
		t.Errorf("sheets without names: got %s\nwant %s", got, want)
	}
}

func TestReadSheets_MergedAndGrouped(t *testing.T) {
	s := grid("cung", "STT|Tên HTX|Mặt hàng|Số lượng|ĐVT|Giá bán",
		"I|Huyện Lương Sơn", "1|HTX Mẫu Một|Bưởi Diễn|5|tấn|12.000", "||Chuối tiêu hồng|3|tấn|6.000",
		"II. Huyện Cao Phong", "2|HTX Mẫu Hai|Cam Canh|4|tấn|25.000", "3|nt|Mía tím|9|tấn|4.000", "|Cộng||21")
	s.Merged = []sheet.Area{{Row: 2, Col: 1, Rows: 2, Cols: 1}}
	in, asks := readFew(t, s, fewDemands)
	if len(in.Offers) != 4 || in.Offers[1].Party != in.Offers[0].Party || in.Offers[3].Party != in.Offers[2].Party {
		t.Fatalf("merged cells or ditto marks: %+v %+v", in.Offers, asks)
	}
	for i, want := range []string{"152@2023", "152@2023", "154@2023", "154@2023"} {
		if in.Offers[i].Place != want {
			t.Errorf("offer %d lies in %s, want the district of its group %s", i+1, in.Offers[i].Place, want)
		}
	}
	goods := grid("cung", "TT|Đơn vị|Huyện|Sản lượng|ĐVT", "A|BƯỞI DIỄN", "1|HTX Mẫu Một|Lương Sơn|5|tấn", "B|CAM CANH", "1|HTX Mẫu Hai|Cao Phong|4|tấn")
	in, _ = readFew(t, goods, fewDemands)
	if len(in.Offers) != 2 || in.Offers[0].Commodity != "BUOI-DIEN" || in.Offers[1].Commodity != "CAM-CANH" {
		t.Errorf("goods of the group's title: %+v", in.Offers)
	}
}

func TestReadWorkbook_CSV(t *testing.T) {
	var b bytes.Buffer
	for _, row := range fewOffers.Rows {
		for j, c := range row {
			if j > 0 {
				b.WriteByte(';')
			}
			b.WriteString(c.Text)
		}
		b.WriteString("\r\n")
	}
	opt := testOptions
	opt.OneSide = true
	in, asks, err := ReadWorkbook(append([]byte("\xef\xbb\xbf"), b.Bytes()...), testDeps(t), opt)
	if err != nil || len(in.Offers) != 3 || len(asks) != 0 || in.Offers[0].Firm != 20*weight.Tonne {
		t.Errorf("%+v %+v %v", in.Offers, asks, err)
	}
	if _, _, err := ReadWorkbook(b.Bytes(), testDeps(t), testOptions); faultKeys(err) != "market.sheet.fault.no_demand_sheet" {
		t.Errorf("offers alone are taken for a plan: %v", err)
	}
}

func faultKeys(err error) string {
	var l fault.List
	if !errors.As(err, &l) {
		return fmt.Sprint(err)
	}
	var keys []string
	for _, e := range l {
		k := e.Key
		if e.Where.Row > 0 {
			k += fmt.Sprintf("@%s!%d %s", e.Where.Sheet, e.Where.Row, e.Where.Col)
		}
		keys = append(keys, k)
	}
	return strings.Join(keys, ", ")
}

func TestReadSheets_RefusesWhatCannotBe(t *testing.T) {
	set := func(s sheet.Sheet, row, col int, v string) sheet.Sheet {
		s = copySheet(s)
		s.Rows[row][col] = sheet.Cell{Text: v, Raw: v}
		return s
	}
	for _, c := range []struct {
		name   string
		sheets []sheet.Sheet
		want   string
	}{
		{"negative quantity", []sheet.Sheet{set(fewOffers, 1, 8, "-20"), fewDemands}, "market.sheet.fault.negative@Chào bán!2 Số lượng chào bán"},
		{"10^18", []sheet.Sheet{fewOffers, set(fewDemands, 1, 6, "1000000000000000000")}, "market.sheet.fault.absurd@Nhu cầu!2 Số lượng"},
		{"both in one pass", []sheet.Sheet{set(set(fewOffers, 1, 8, "-20"), 2, 12, "-5"), set(fewDemands, 2, 6, "10^18")}, "market.sheet.fault.negative@Chào bán!2 Số lượng chào bán, market.sheet.fault.negative@Chào bán!3 Giá thấp nhất đồng ý bán"},
		{"more than any harvest", []sheet.Sheet{set(fewOffers, 1, 8, "200.000"), fewDemands}, "market.sheet.fault.absurd@Chào bán!2 Số lượng chào bán"},
		{"another workbook", []sheet.Sheet{grid("Lương", "Họ tên|Lương|Thuế", "A|1|2")}, "market.sheet.fault.no_heading"},
		{"no demands", []sheet.Sheet{fewOffers}, "market.sheet.fault.no_demand_sheet"},
		{"nothing to use", []sheet.Sheet{grid("Chào bán", "Tên đơn vị|Mặt hàng|Số lượng|ĐVT|Huyện", "HTX Mẫu|Bưởi Diễn|nhiều|tấn|Lương Sơn"), fewDemands}, "market.sheet.fault.no_offers"},
		{"empty", []sheet.Sheet{{Name: "Sheet1"}}, "market.sheet.fault.empty"},
	} {
		_, _, err := ReadSheets(c.sheets, testDeps(t), testOptions)
		if got := faultKeys(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestReadSheets_DoubtsDoNotRefuse(t *testing.T) {
	offers := grid("Chào bán", "Tên đơn vị|Huyện|Mặt hàng|Số lượng|ĐVT|Giá sàn|Từ ngày|Đến ngày|Giấy tờ|Màu vỏ",
		"HTX Mẫu Một|Lương Sơn|Bưởi Diễn|20|tấn|12.000|1/12/2023|31/12/2023||vàng",
		"HTX Mẫu Hai|Lương Sơn|Bưởi Diễn|3 sào||12.000|1/12/2023|31/12/2023||",
		"HTX Mẫu Ba|Lương Sơn|Bưởi|5|tấn|12|1/12/2023|31/12/2023||",
		"HTX Mẫu Bốn|Lương Sơn|Bưởi Diễn|5|tấn|99.000|1/12/2023|31/12/2023|đang làm VietGAP|",
		"HTX Mẫu Bốn|Lương Sơn|Bưởi Diễn|5|tấn|99.000|1/12/2023|31/12/2023|đang làm VietGAP|",
		"|Lương Sơn|Bưởi Diễn|1|sọt|12.000|1/12/2023|31/12/2023||",
		"HTX Mẫu Năm|Lương Sơn|Bưởi Diễn|6|tấn|12.000|31/12/2023|1/12/2023|VietGAP hạn 1/1/2023|")
	in, asks := readFew(t, offers, fewDemands)
	var ids []string
	for _, o := range in.Offers {
		ids = append(ids, o.ID)
	}
	if got := strings.Join(ids, " "); got != "C0001 C0004 C0006" && got != "C0001 C0004 C0005 C0006" {
		t.Errorf("planned %s", got)
	}
	seen := map[AskCode]string{}
	for _, a := range asks {
		seen[a.Code] = fmt.Sprintf("%d %s %v", a.Source.Row, a.Column, a.Blocks)
	}
	for code, want := range map[AskCode]string{
		AskColumnUnknown: "1 Màu vỏ false", AskQuantityArea: "3 Số lượng true", AskGoodsAmbiguous: "4 Mặt hàng true", AskPaperPending: "5 Giấy tờ false",
		AskRowTwice: "6  false", AskFloorHigh: "5  false", AskDaysReversed: "8 Từ ngày false", AskPaperExpired: "8 Giấy tờ false",
	} {
		if seen[code] != want {
			t.Errorf("%s: %q, want %q", code, seen[code], want)
		}
	}
}

func TestAskCodes_HaveWords(t *testing.T) {
	src, err := os.ReadFile("ask.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(src), `AskCode = "`); n != len(AskCodes) {
		t.Errorf("%d codes, %d listed", n, len(AskCodes))
	}
	p := testPrinter(t, "en")
	for _, c := range AskCodes {
		if !p.Has("market.ask." + string(c)) {
			t.Errorf("no words for %s", c)
		}
	}
}

func TestWriteOffersDemands_ReadsBackTheSame(t *testing.T) {
	deps := testDeps(t)
	for _, name := range []string{"lon-xon-1", "lon-xon-2"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		in, _, err := ReadWorkbook(data, deps, testOptions)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"vi", "en"} {
			p := testPrinter(t, "vi")
			if lang == "en" {
				if p = testPrinter(t, "en"); name == "lon-xon-2" {
					continue // once is enough
				}
			}
			var b bytes.Buffer
			if err := WriteOffersDemands(&b, in, deps, p); err != nil {
				t.Fatal(err)
			}
			back, asks, err := ReadWorkbook(b.Bytes(), deps, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := bare(back), bare(in); got != want {
				t.Errorf("%s in %s: %s", name, lang, firstDifference(got, want))
			}
			for _, a := range asks {
				if a.Blocks {
					t.Errorf("%s in %s: our own file is doubted: %+v", name, lang, a)
				}
			}
		}
	}
}

// bare lists what the workbook carries, without ids and rows, which count anew.
func bare(in Input) string {
	var b strings.Builder
	name := map[string]string{}
	for _, p := range in.Parties {
		name[p.ID] = p.Name
	}
	for _, o := range in.Offers {
		fmt.Fprintf(&b, "%s %s %s %q %v %v %d %d %s %s %v %d %d %d\n", name[o.Party], o.Place, o.Commodity, o.Variety, o.Mix, o.Papers, o.Firm, o.Forecast, o.From, o.To, o.DaysAssumed, o.Floor, o.Trader, o.MinLine)
	}
	for _, d := range in.Demands {
		fmt.Fprintf(&b, "%s %s %s %q %d %v %d %s %s %v %d %v %d %d %d %d %d\n", name[d.Party], d.Place, d.Commodity, d.Variety, d.MinClass, d.Papers, d.Quantity, d.From, d.To, d.DaysAssumed, d.Ceiling, d.AtGarden, d.DiscountBP, d.PayDays, d.MinOrder, d.MaxSources, d.MaxInvoices)
	}
	return b.String()
}

func TestWriteTemplate_ImportSkipsItsExamples(t *testing.T) {
	deps := testDeps(t)
	for _, lang := range []string{"vi", "en"} {
		p := testPrinter(t, "vi")
		if lang == "en" {
			p = testPrinter(t, "en")
		}
		var b bytes.Buffer
		if err := WriteTemplate(&b, deps, p); err != nil {
			t.Fatal(err)
		}
		sheets, err := sheet.Read(b.Bytes(), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for i, form := range [][]form{offerForm, demandForm} {
			tab, ok := findTable(sheets[i])
			if !ok || tab.demand != (i == 1) || len(tab.cols) != len(form) || len(tab.unknown)+len(tab.twice) > 0 {
				t.Errorf("%s: sheet %s: %v %+v", lang, sheets[i].Name, ok, tab)
			}
		}
		_, asks, err := ReadWorkbook(b.Bytes(), deps, testOptions)
		if got := faultKeys(err); got != "market.sheet.fault.no_offers" || len(asks) != 0 {
			t.Errorf("%s: an empty template is read: %s %+v", lang, got, asks)
		}
	}
}

func TestPaperCells_AreKnownAgain(t *testing.T) {
	c := testDeps(t).Catalog
	for _, p := range c.Papers() {
		words := splitPapers(paperCell(p.Kind))
		if len(words) != 1 {
			t.Errorf("%s: %q is read as %d papers", p.Kind, paperCell(p.Kind), len(words))
			continue
		}
		if got := c.PaperKinds(words[0].Text); len(got) != 1 || got[0] != p.Kind {
			t.Errorf("%s: %q is read as %v", p.Kind, paperCell(p.Kind), got)
		}
	}
}

func TestReadSheets_PartyOfBlockedRowsOnly(t *testing.T) {
	s := copySheet(fewDemands)
	s.Rows[2][2] = sheet.Cell{} // nowhere to deliver
	in, asks := readFew(t, copySheet(fewOffers), s)
	for _, p := range in.Parties {
		if p.Name == "Cty Mẫu" {
			t.Errorf("a party without a usable row is planned: %+v", p)
		}
	}
	if len(asks) == 0 || !asks[0].Blocks || asks[0].Code != AskPlaceMissing {
		t.Errorf("%+v", asks)
	}
	if _, err := Canonical(in); err != nil {
		t.Error(err)
	}
}

// BenchmarkReadSheets reads 5,000 offers and 1,000 demands.
func BenchmarkReadSheets(b *testing.B) {
	deps := testDeps(b)
	offers, demands := copySheet(fewOffers), copySheet(fewDemands)
	for i := range 5000 {
		row := slices.Clone(fewOffers.Rows[1+i%3])
		row[0].Text = fmt.Sprintf("%s %d", row[0].Text, i/3)
		offers.Rows = append(offers.Rows, row)
	}
	for i := range 1000 {
		row := slices.Clone(fewDemands.Rows[1+i%2])
		row[0].Text = fmt.Sprintf("%s %d", row[0].Text, i/2)
		demands.Rows = append(demands.Rows, row)
	}
	b.ResetTimer()
	for range b.N {
		if _, _, err := ReadSheets([]sheet.Sheet{offers, demands}, deps, testOptions); err != nil {
			b.Fatal(err)
		}
	}
}
