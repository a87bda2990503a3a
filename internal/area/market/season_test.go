package market

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// season draws a province of a season: many offers, few buyers, every limit in use.
func season(seed uint64, offers, demands, goods int) Input {
	r := rand.New(rand.NewPCG(seed, 11))
	day := calendar.Date(2023, 12, 18)
	in := Input{AsOf: day, Horizon: day + 90, Params: DefaultParams()}
	maybe := func(n int) bool { return r.IntN(n) == 0 }
	for i := range goods {
		in.Commodities = append(in.Commodities, Commodity{
			Code: fmt.Sprintf("C%03d", i), ShelfDays: int64(3 + r.IntN(60)), Cold: maybe(5),
			Unit: weight.Kilogram, RefFloor: money.PerTonne(5+r.IntN(15)) * 1e6, RefPrice: money.PerTonne(15+r.IntN(25)) * 1e6,
		})
	}
	farms, markets := min(151, 10+offers/10), min(40, 4+demands/10)
	for i := range farms + markets {
		in.Places = append(in.Places, Place{Key: fmt.Sprintf("%05d@2023", i), Name: fmt.Sprintf("xã %d", i)})
	}
	for i := range farms + markets {
		for j := i; j < farms+markets; j++ {
			if i < farms || i == j {
				in.Roads = append(in.Roads, Road{From: in.Places[i].Key, To: in.Places[j].Key, Km: int64(5 + r.IntN(60) + j/4*min(1, max(0, j-farms)))})
			}
		}
	}
	kinds := []Kind{KindCoop, KindCoop, KindCoop, KindGroup, KindUnion}
	for i := range 654 + 200 {
		p := Party{ID: fmt.Sprintf("P%04d", i), Name: fmt.Sprintf("HTX %d", i), Kind: kinds[r.IntN(5)], Place: in.Places[r.IntN(farms)].Key, Small: maybe(3), Poor: maybe(6)}
		if i >= 654 {
			p.Kind = KindEnterprise
		}
		if !maybe(3) {
			p.TaxCode = fmt.Sprint(5400000000 + i)
		}
		in.Parties = append(in.Parties, p)
	}
	good := func() string { return in.Commodities[int(float64(goods)*r.Float64()*r.Float64())].Code }
	for i := range offers {
		o := Offer{
			ID: fmt.Sprintf("CB%05d", i), Party: in.Parties[r.IntN(654)].ID, Place: in.Places[r.IntN(farms)].Key, Commodity: good(),
			Mix: [4]int64{1000}, Firm: weight.Grams(3+r.IntN(200)) * 100 * weight.Kilogram,
		}
		if maybe(2) {
			o.Mix = [4]int64{0, 400, 400, 200}
		}
		for _, k := range []string{"attp", "vietgap", "puc"} {
			if maybe(2) {
				p := Paper{Kind: k}
				if maybe(3) {
					p.Scope = o.Firm * weight.Grams(2+r.IntN(8)) / 10
				}
				if maybe(4) {
					p.Until = day + calendar.Day(r.IntN(60))
				}
				o.Papers = append(o.Papers, p)
			}
		}
		o.From = day + calendar.Day(r.IntN(60))
		o.To = o.From + calendar.Day(5+r.IntN(25))
		if !maybe(3) {
			o.Floor = money.PerTonne(6+r.IntN(20)) * 500_000
		}
		if maybe(2) {
			o.Trader = money.PerTonne(8+r.IntN(22)) * 500_000
		}
		if maybe(5) {
			o.MinLine = weight.Grams(5+r.IntN(15)) * 100 * weight.Kilogram
		}
		in.Offers = append(in.Offers, o)
	}
	for i := range demands {
		d := Demand{
			ID: fmt.Sprintf("NC%05d", i), Party: in.Parties[654+r.IntN(200)].ID, Place: in.Places[farms+r.IntN(markets)].Key, Commodity: good(),
			Quantity: weight.Grams(10+r.IntN(400)) * 100 * weight.Kilogram, MinClass: int64(max(0, r.IntN(6)-2)), AtGarden: maybe(4),
			DiscountBP: int64(r.IntN(5)) * 300, PayDays: int64(r.IntN(4)) * 15,
		}
		for _, k := range []string{"attp", "vietgap"} {
			if maybe(4) {
				d.Papers = append(d.Papers, k)
			}
		}
		d.From = day + calendar.Day(r.IntN(60))
		d.To = d.From + calendar.Day(3+r.IntN(20))
		if !maybe(4) {
			d.Ceiling = money.PerTonne(20+r.IntN(40)) * 500_000
		}
		if maybe(3) {
			d.MinOrder = d.Quantity / weight.Grams(1+r.IntN(3))
		}
		if maybe(5) {
			d.MaxSources = 1 + r.IntN(6)
		}
		if maybe(6) {
			d.MaxInvoices = 1 + r.IntN(2)
		}
		in.Demands = append(in.Demands, d)
	}
	in.Rules.Caps = []Cap{{Party: "P0001", Commodity: in.Commodities[0].Code, Max: 5 * weight.Tonne}}
	in.Rules.Bonuses = []Bonus{{BonusPoor, 300_000}}
	return in
}

// TestMakePlan_ProvinceHoldsEveryColumn: a province too large for brute force still breaks
// no column, by the slow model's own look at each line.
func TestMakePlan_ProvinceHoldsEveryColumn(t *testing.T) {
	in := season(1, 150, 40, 6)
	p, err := MakePlan(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := (model{in}).checkLines(p); err != nil {
		t.Fatal(err)
	}
	if len(p.Lines) < 30 || p.Totals.Leads == 0 {
		t.Fatalf("a thin plan: %+v", p.Totals)
	}
}

// TestMakePlan_ErrCancelled: a caller that goes away gets no plan.
func TestMakePlan_ErrCancelled(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	_, err := MakePlan(season(1, 200, 40, 4), WithContext(ctx), WithProgress(func(p Progress) {
		if p.Stage == StageSolve {
			stop()
		}
	}))
	if fault.CodeOf(err) != fault.Cancelled {
		t.Fatalf("got %v", err)
	}
	stop()
}

func BenchmarkMakePlan(b *testing.B) {
	in := season(2, 5000, 1000, 60) // harder than the sample province: few goods, long windows
	b.Run("pairs", func(b *testing.B) {
		for b.Loop() {
			canon, err := Canonical(in)
			if err != nil {
				b.Fatal(err)
			}
			pl := &Planner{in: canon, opt: options{ctx: context.Background(), progress: func(Progress) {}}}
			if err := pl.prepare(); err != nil {
				b.Fatal(err)
			}
			if err := pl.pair(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(pl.problem.Arcs)), "arcs")
		}
	})
	b.Run("solved", func(b *testing.B) {
		for b.Loop() {
			pl, err := NewPlanner(in)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(pl.plan.Totals.Nodes), "nodes")
			b.ReportMetric(float64(pl.plan.Totals.GapPPM), "gap_ppm")
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			p, err := MakePlan(in)
			if err != nil {
				b.Fatal(err)
			}
			tried, steps := 0, 0
			for _, x := range append(p.LeftOffers, p.LeftDemands...) {
				if x.Tried {
					tried++
				}
				steps += len(x.Steps)
			}
			b.ReportMetric(float64(tried), "tried")
			b.ReportMetric(float64(steps), "steps")
			b.ReportMetric(float64(len(p.LeftOffers)+len(p.LeftDemands)), "left")
		}
	})
}
