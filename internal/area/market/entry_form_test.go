package market

import (
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// phrase is a form as somebody fills it during a call. When is Friday 15/12/2023.
type phrase struct {
	side   Side
	f      string // field=words, by |
	papers string // ticked, by |
	check  func(t *testing.T, r *entryRead)
	asks   string // codes, by space
	bad    string // fields that cannot be saved, by space
}

func day(d, m, y int) calendar.Day { return calendar.Date(y, time.Month(m), d) }

// sells and buys say what differs from two tonnes of Dien pomelo.
func sells(f string, check func(t *testing.T, o *Offer), asks string) phrase {
	x := phrase{side: SideOffer, f: f, asks: asks}
	if check != nil {
		x.check = func(t *testing.T, r *entryRead) { check(t, &r.Entry.Offer) }
	}
	return x
}

func buys(f string, check func(t *testing.T, d *Demand), asks string) phrase {
	return phrase{side: SideDemand, f: f, asks: asks, check: func(t *testing.T, r *entryRead) { check(t, &r.Entry.Demand) }}
}

func readPhrase(t testing.TB, x phrase) entryRead {
	t.Helper()
	f := newEntryForm(x.side)
	def := "commodity=bưởi Diễn|quantity=2|unit=tấn|from=20/12|to=15/1|price=15000|mix=split|place=xã Thu Phong, Cao Phong"
	if x.side == SideDemand {
		def = "commodity=bưởi Diễn|quantity=2|unit=tấn|from=20/12|to=15/1|price=22000|price_at=kho|place=quận Hoàng Mai, Hà Nội|pay_days=15"
	}
	for _, s := range append(strings.Split(def, "|"), strings.Split(x.f, "|")...) {
		if k, v, ok := strings.Cut(s, "="); ok {
			f.F[k] = v
		}
	}
	if x.papers != "" {
		f.Papers = strings.Split(x.papers, "|")
	}
	return f.read(testDeps(t), ReadOptions{AsOf: day(15, 12, 2023), Params: DefaultParams(), Home: "Hòa Bình"}, "")
}

func TestEntryForm_ReadsWhatIsSaidOnThePhone(t *testing.T) {
	quantity := func(firm, forecast weight.Grams) func(*testing.T, *Offer) {
		return func(t *testing.T, o *Offer) {
			if o.Firm != firm || o.Forecast != forecast {
				t.Errorf("firm %v, forecast %v; want %v, %v", o.Firm, o.Forecast, firm, forecast)
			}
		}
	}
	window := func(from, to calendar.Day) func(*testing.T, *Offer) {
		return func(t *testing.T, o *Offer) {
			if o.From != from || o.To != to {
				t.Errorf("%v – %v, want %v – %v", o.From, o.To, from, to)
			}
		}
	}
	floor := func(x money.PerTonne) func(*testing.T, *Offer) {
		return func(t *testing.T, o *Offer) {
			if o.Floor != x {
				t.Errorf("floor %v, want %v", o.Floor, x)
			}
		}
	}
	mix := func(m ...int64) func(*testing.T, *Offer) {
		return func(t *testing.T, o *Offer) {
			if o.Mix != [4]int64(m) {
				t.Errorf("mix %v, want %v", o.Mix, m)
			}
		}
	}
	goods := func(code string) func(*testing.T, *Offer) {
		return func(t *testing.T, o *Offer) {
			if o.Commodity != code {
				t.Errorf("goods %s, want %s", o.Commodity, code)
			}
		}
	}
	ton := weight.Tonne
	for _, x := range []phrase{
		sells("quantity=5-7 tấn", quantity(5*ton, 2*ton), ""),
		sells("quantity=5 đến 7|unit=tấn", quantity(5*ton, 2*ton), ""),
		sells("quantity=12|unit=tấn", quantity(12*ton, 0), ""),
		sells("quantity=40|unit=tạ", quantity(4*ton, 0), ""),
		sells("quantity=2,5", quantity(2_500_000, 0), ""),
		sells("quantity=khoảng 8 tấn", quantity(8*ton, 0), ""),
		sells("quantity=tối đa 3 tấn", quantity(0, 3*ton), "quantity_up_to"),
		sells("quantity=1500kg", quantity(1_500_000, 0), ""),
		sells("quantity=5 tạ|unit=tấn", quantity(500_000, 0), ""), // what is said wins over the button
		sells("quantity=2 vạn quả|piece=1 kg", quantity(20*ton, 0), ""),
		sells("quantity=1000|unit=quả|piece=0,9", quantity(900_000, 0), ""),
		sells("from=20/12|to=15/1", window(day(20, 12, 2023), day(15, 1, 2024)), ""),
		sells("from=1/1|to=20/1", window(day(1, 1, 2024), day(20, 1, 2024)), ""),
		sells("from=giữa tháng 12|to=", window(day(11, 12, 2023), day(20, 12, 2023)), ""),
		sells("from=tháng 1|to=", window(day(1, 1, 2024), day(31, 1, 2024)), ""),
		sells("from=cuối tháng 12|to=giữa tháng 1", window(day(21, 12, 2023), day(20, 1, 2024)), ""),
		sells("from=trước Tết|to=", nil, "days_guessed"),
		sells("from=|to=|when=this", window(day(15, 12, 2023), day(17, 12, 2023)), ""),
		sells("from=|to=|when=next", window(day(18, 12, 2023), day(24, 12, 2023)), ""),
		sells("from=|to=31/12|when=now", window(day(15, 12, 2023), day(31, 12, 2023)), ""),
		sells("from=|to=|when=now", window(day(15, 12, 2023), day(14, 1, 2024)), "days_partial"),
		sells("from=|to=|when=pick", nil, "days_missing"),
		sells("price=18k/kg", floor(18_000_000), ""),
		sells("price=18 nghìn", floor(18_000_000), ""),
		sells("price=18.000", floor(18_000_000), ""),
		sells("price=18", floor(18_000_000), "price_thousand"),
		sells("price=17-18k", floor(17_000_000), "price_range"),
		sells("price=1,8 triệu/tạ", floor(18_000_000), ""),
		sells("price=18k|quantity=1000|unit=quả|piece=0,9", floor(18_000_000), ""),
		sells("price=15 nghìn một cân", floor(15_000_000), ""),
		sells("price=chưa chốt", floor(0), "price_missing"),
		sells("price=|price_open=1", floor(0), "price_missing"),
		sells("price=|price_market=1", floor(0), ""),
		sells("class1=60|class2=30|class3=10", mix(0, 600, 300, 100), ""),
		sells("class1=60%|class2=|class3=", mix(400, 600, 0, 0), ""),
		sells("class1=loại 1 60%, loại 2 40%", mix(0, 600, 400, 0), ""),
		sells("class1=loại 1", mix(0, 1000, 0, 0), ""),
		sells("mix=whole|class1=60", mix(1000, 0, 0, 0), ""),
		sells("mix=unknown", mix(1000, 0, 0, 0), ""),
		sells("commodity=cam lòng vàng", goods("CAM-CP-LV"), ""),
		sells("commodity=buoi dien", goods("BUOI-DIEN"), ""),
		sells("min_line=5 tạ|trader=12k", func(t *testing.T, o *Offer) {
			if o.MinLine != 500_000 || o.Trader != 12_000_000 {
				t.Error(o.MinLine, o.Trader)
			}
		}, ""),
		{side: SideOffer, papers: "VietGAP (45 tấn) hạn 30/06/2024|ATTP", check: func(t *testing.T, r *entryRead) {
			if len(r.Entry.Offer.Papers) < 2 || r.Entry.Offer.Papers[0].Scope != 45*ton || r.Entry.Offer.Papers[0].Until != day(30, 6, 2024) {
				t.Errorf("%+v", r.Entry.Offer.Papers)
			}
		}},
		buys("quantity=20 tấn|class=Loại 1|min_order=10 tấn|max_invoices=1|max_sources=3|discount=5", func(t *testing.T, d *Demand) {
			if d.Quantity != 20*ton || d.MinClass != 1 || d.MinOrder != 10*ton || d.MaxInvoices != 1 || d.MaxSources != 3 || d.DiscountBP != 500 {
				t.Errorf("%+v", d)
			}
		}, ""),
		buys("price=22k|price_at=vườn", func(t *testing.T, d *Demand) {
			if d.Ceiling != 22_000_000 || !d.AtGarden {
				t.Errorf("%+v", d)
			}
		}, ""),
		buys("price=20-22k", func(t *testing.T, d *Demand) {
			if d.Ceiling != 22_000_000 {
				t.Errorf("%+v", d)
			}
		}, "price_range"),
		buys("pay_days=trả ngay", func(t *testing.T, d *Demand) {
			if d.PayDays != 0 {
				t.Errorf("%+v", d)
			}
		}, ""),
		buys("pay_days=45 ngày", func(t *testing.T, d *Demand) {
			if d.PayDays != 45 {
				t.Errorf("%+v", d)
			}
		}, ""),
		{side: SideOffer, f: "commodity=", bad: "commodity"},
		{side: SideOffer, f: "commodity=bưởi", bad: "commodity"},
		{side: SideOffer, f: "quantity=", bad: "quantity"},
		{side: SideOffer, f: "quantity=nhiều lắm", bad: "quantity"},
		{side: SideOffer, f: "quantity=2 ha|unit=", bad: "quantity"},
		{side: SideOffer, f: "quantity=hai tấn rưỡi", bad: "quantity"},
		{side: SideOffer, f: "quantity=-3", bad: "quantity"},
		{side: SideOffer, f: "quantity=0", bad: "quantity"},
		{side: SideDemand, f: "place=", bad: "place"},
		{side: SideDemand, f: "quantity=", bad: "quantity"},
	} {
		t.Run(string(x.side)+" "+x.f, func(t *testing.T) {
			r := readPhrase(t, x)
			var bad, asks []string
			for _, e := range r.Faults {
				bad = append(bad, e.Where.Col)
			}
			for _, a := range r.Asks {
				asks = append(asks, string(a.Code))
			}
			if got := strings.Join(bad, " "); got != x.bad {
				t.Fatalf("faults at %q, want %q: %v", got, x.bad, r.Faults)
			}
			if r.OK != (x.bad == "") {
				t.Fatal("OK is", r.OK)
			}
			if got := strings.Join(asks, " "); x.bad == "" && got != x.asks {
				t.Errorf("asks %q, want %q", got, x.asks)
			}
			if x.check != nil && r.OK {
				x.check(t, &r)
			}
		})
	}
}
