package market

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// die is what a small random province is drawn from.
type die interface{ IntN(n int) int }

// small draws a province small enough to try every plan. With rules every limit, cap,
// bonus, pin and ban occurs; without, none.
func small(r die, rules bool) Input {
	day := calendar.Date(2023, 12, 18)
	p := DefaultParams()
	p.Nodes = 20_000
	p.ClassPM = [4]int64{900, 1200, 1000, 700}
	p.ForecastPM = 800
	p.LeadFee = money.PerTonne(r.IntN(3)) * 300_000
	in := Input{AsOf: day, Horizon: day + 30, Params: p}
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	maybe := func(n int) bool { return r.IntN(n) == 0 }
	unit := weight.Grams(1_000_000)
	in.Commodities = []Commodity{
		{Code: "BUOI", ShelfDays: int64(6 + r.IntN(14)), Unit: unit, RefFloor: 7_000_000, RefPrice: 16_000_000},
		{Code: "RAU", ShelfDays: int64(2 + r.IntN(3)), Cold: true, Unit: unit, RefFloor: 5_000_000, RefPrice: 14_000_000},
	}
	places := []string{"A", "B", "C", "D"}
	for i, k := range places {
		in.Places = append(in.Places, Place{Key: k, Name: k})
		for _, to := range places[i+1:] {
			if !maybe(12) {
				in.Roads = append(in.Roads, Road{From: k, To: to, Km: int64(r.IntN(9) * r.IntN(70))})
			}
		}
	}
	kinds := []Kind{KindCoop, KindCoop, KindUnion, KindGroup, KindEnterprise, KindHousehold}
	for i := range 5 {
		x := Party{ID: fmt.Sprintf("P%d", i), Kind: kinds[r.IntN(len(kinds))], Place: places[r.IntN(4)], Small: maybe(2), Poor: maybe(3)}
		if !maybe(4) {
			x.TaxCode = "5400000000"
		}
		in.Parties = append(in.Parties, x)
	}
	window := func() (calendar.Day, calendar.Day) {
		from := day + calendar.Day(r.IntN(6)-2)
		return from, from + calendar.Day(2+r.IntN(9))
	}
	commodity := func() string {
		if maybe(5) {
			return "RAU"
		}
		return "BUOI"
	}
	price := func(lo, n int) money.PerTonne { return money.PerTonne(lo*7+r.IntN(n*7)) * 111_111 }
	for i := range 2 + r.IntN(4) {
		o := Offer{
			ID: fmt.Sprintf("O%d", i), Party: fmt.Sprintf("P%d", r.IntN(3)), Place: places[r.IntN(4)], Commodity: commodity(),
			Mix: [4]int64{1000}, Firm: weight.Grams(r.IntN(5))*unit + weight.Grams(r.IntN(2))*unit/3,
		}
		if maybe(2) {
			o.Mix = [4]int64{0, 500, 500, 0}
		}
		if maybe(3) {
			o.Variety = pick("dien", "da xanh")
		}
		if maybe(4) {
			o.Forecast = weight.Grams(r.IntN(3)) * unit
		}
		if maybe(6) {
			o.Held = weight.Grams(r.IntN(2)) * unit
		}
		for _, k := range []string{"attp", "vietgap"} {
			if maybe(3) {
				continue
			}
			x := Paper{Kind: k}
			if maybe(3) {
				x.Scope = weight.Grams(r.IntN(3)) * unit
			}
			if maybe(3) {
				x.Until = day + calendar.Day(r.IntN(10))
			}
			o.Papers = append(o.Papers, x)
		}
		o.From, o.To = window()
		if !maybe(3) {
			o.Floor = price(4, 10)
		}
		if maybe(2) {
			o.Trader = price(4, 10)
		}
		if rules && maybe(3) {
			o.MinLine = weight.Grams(1+r.IntN(3)) * unit
		}
		in.Offers = append(in.Offers, o)
	}
	for i := range 1 + r.IntN(4) {
		d := Demand{
			ID: fmt.Sprintf("D%d", i), Party: fmt.Sprintf("P%d", 3+r.IntN(2)), Place: places[r.IntN(4)], Commodity: commodity(),
			Quantity: weight.Grams(r.IntN(8)) * unit, MinClass: int64(max(0, r.IntN(8)-4)), AtGarden: maybe(4),
			DiscountBP: int64(r.IntN(4)) * 333, PayDays: int64(r.IntN(4)) * 15,
		}
		if maybe(6) {
			d.Variety = "dien"
		}
		if maybe(3) {
			d.Papers = append(d.Papers, pick("attp", "vietgap"))
		}
		d.From, d.To = window()
		if !maybe(4) {
			d.Ceiling = price(12, 20)
		}
		if rules {
			if maybe(2) && d.Quantity > 0 {
				d.MinOrder = min(d.Quantity, weight.Grams(1+r.IntN(4))*unit)
			}
			d.MaxSources = max(0, r.IntN(4)-1) * r.IntN(2)
			d.MaxInvoices = max(0, r.IntN(4)-1)
		}
		in.Demands = append(in.Demands, d)
	}
	if rules {
		smallRules(r, &in, unit)
	}
	return in
}

func smallRules(r die, in *Input, unit weight.Grams) {
	maybe := func(n int) bool { return r.IntN(n) == 0 }
	if maybe(3) {
		in.Rules.Caps = append(in.Rules.Caps, Cap{Party: "P0", Commodity: "BUOI", Max: weight.Grams(r.IntN(4)) * unit})
	}
	if maybe(3) {
		in.Rules.Bonuses = append(in.Rules.Bonuses, Bonus{BonusPoor, 500_000})
	}
	if maybe(3) {
		in.Rules.Bonuses = append(in.Rules.Bonuses, Bonus{BonusSmall, 450_000})
	}
	o, d := in.Offers[r.IntN(len(in.Offers))], in.Demands[r.IntN(len(in.Demands))]
	switch r.IntN(6) {
	case 0:
		in.Rules.Bans = append(in.Rules.Bans, Ban{Offer: o.ID, Demand: d.ID, Reason: "r", By: "b"})
	case 1, 2:
		m := model{*in} // mostly a pair that can be
		for range 8 {
			if slices.ContainsFunc(m.lots(o), func(l mlot) bool { return len(m.ways(o, l, d)) > 0 }) {
				break
			}
			o, d = in.Offers[r.IntN(len(in.Offers))], in.Demands[r.IntN(len(in.Demands))]
		}
		in.Rules.Pins = append(in.Rules.Pins, Pin{Offer: o.ID, Demand: d.ID, Min: weight.Grams(r.IntN(3)) * unit, Reason: "r", By: "b"})
	}
}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 7)) }
