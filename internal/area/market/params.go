package market

import (
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// DefaultParams are the numbers of the model where nobody has decided otherwise. They are
// parameters, shown beside every plan: an alliance puts its own.
func DefaultParams() Params {
	return Params{
		InterestBP:   1000, // 10 % a year: a short working-capital loan; an estimate
		SameDayKm:    150,  // loaded at dawn, unloaded the same day
		DayKm:        400,  // one driver's day on mixed roads
		LifeAskedPM:  333,  // a third of the shelf life left on arrival
		ShrinkBP:     200,  // 2 % lost between garden and warehouse; an estimate
		LeadFee:      500_000,
		LeadShrinkBP: 100,
		LeadDays:     1,
		ColdPM:       300, // +30 %, common knowledge of hauliers
		ForecastPM:   850, // 15 % of a forecast stays unplanned
		ClassPM:      [4]int64{900, 1150, 1000, 750},
		Vehicles: []Vehicle{ // middle of the quoted ranges: 3.5 t 12–16, 8 t 18–24 thousand đ/km
			{Load: 1250 * weight.Kilogram, PerKm: 8_500},
			{Load: 3500 * weight.Kilogram, PerKm: 14_000},
			{Load: 8 * weight.Tonne, PerKm: 21_000},
		},
		// Counted work a component: a season of 5,000 offers and 1,000 demands, packed
		// into few goods and full of limits, in about ten seconds on one core.
		Nodes:  100,
		Pivots: 40_000,
	}
}

// vehicle is the largest that grams fill, the smallest when they fill none.
func (p *Params) vehicle(grams weight.Grams) Vehicle {
	v := p.Vehicles[0]
	for _, w := range p.Vehicles[1:] {
		if w.Load <= grams {
			v = w
		}
	}
	return v
}

// freight is the cost of a tonne over km in a vehicle chosen by grams, rounded up.
func (p *Params) freight(km int64, grams weight.Grams, cold bool) money.PerTonne {
	v := p.vehicle(grams)
	f := money.CeilDiv(km*int64(v.PerKm)*1_000_000, int64(v.Load))
	if cold {
		f = money.CeilDiv(f*(1000+p.ColdPM), 1000)
	}
	return money.PerTonne(f)
}

// travel is whole days on the road.
func (p *Params) travel(km int64) int64 {
	if km <= p.SameDayKm {
		return 0
	}
	return money.CeilDiv(km-p.SameDayKm, p.DayKm)
}

// life is the longest time from harvest to delivery that leaves the buyer the life asked.
func (p *Params) life(shelfDays int64) int64 {
	return shelfDays - money.CeilDiv(shelfDays*p.LifeAskedPM, 1000)
}
