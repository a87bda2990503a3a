package sample

import (
	"fmt"
	"math"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// offersWanted is about how many offers the season has.
const offersWanted = 5_000

// makeOffers draws the season's offers of all operating suppliers. PartyID turns an index
// of orgs into a party.
func makeOffers(a *places.Atlas, c *catalog.Catalog, orgs []Org, partyID func(int) string) ([]market.Offer, error) {
	d := newDice(3)
	menus := map[[2]string]menu{}
	var suppliers []int
	var weights []float64
	for i, o := range orgs {
		if !o.Operating || o.Field != "agri" {
			continue
		}
		suppliers = append(suppliers, i)
		w := math.Sqrt(float64(o.Members))
		if o.Kind == market.KindGroup {
			w *= 0.7
		}
		weights = append(weights, w)
	}
	var out []market.Offer
	for n, count := range share(offersWanted, weights) {
		o := &orgs[suppliers[n]]
		district, _ := a.ByKey(o.District)
		theme := o.Theme
		k := [2]string{o.District, theme}
		if _, ok := menus[k]; !ok {
			menus[k] = menuFor(c, district, theme)
		}
		papers := papersOf(d, o)
		for range count {
			r := menus[k].pick(d)
			if o.Named != "" {
				r = recipes[1] // both are known for Diễn pomelos
			}
			x, ok := c.ByCode(r.code)
			if !ok {
				return nil, fmt.Errorf("recipe %s is no commodity", r.code)
			}
			of, ok := offer(d, o, x, r, papers)
			if !ok {
				continue
			}
			of.ID = fmt.Sprintf("C%05d", len(out)+1)
			of.Party = partyID(suppliers[n])
			of.Place = o.Place
			out = append(out, of)
		}
	}
	return out, nil
}

// papersOf draws what certificates a supplier holds; each offer then says what part it covers.
func papersOf(d dice, o *Org) []market.Paper {
	var ps []market.Paper
	valid := func() calendar.Day { return calendar.Date(2024, 3, 1) + calendar.Day(d.IntN(600)) }
	coop := o.Kind == market.KindCoop
	if coop && d.chance(0.34) || o.Named != "" || !coop && d.chance(0.08) {
		until := valid()
		if d.chance(0.12) {
			until = calendar.Date(2023, 11, 30) + calendar.Day(d.IntN(30)) // runs out in the season
		}
		ps = append(ps, market.Paper{Kind: "vietgap", Until: until})
	}
	if coop && d.chance(0.55) || o.Named != "" {
		ps = append(ps, market.Paper{Kind: "attp", Until: valid()})
	}
	if coop && d.chance(0.13) || o.Named != "" {
		ps = append(ps, market.Paper{Kind: "ocop", Until: valid()})
	}
	if coop && o.Theme == "veg" && d.chance(0.1) {
		ps = append(ps, market.Paper{Kind: "organic", Until: valid()})
	}
	if coop && o.Theme == "fruit" && d.chance(0.15) || o.Named == "daidong" {
		ps = append(ps, market.Paper{Kind: "puc"})
	}
	return ps
}

// offer draws one offer; false when the commodity is not harvested in the season.
func offer(d dice, o *Org, x catalog.Commodity, r recipe, papers []market.Paper) (market.Offer, bool) {
	days := harvestDays(x.HarvestMonths)
	if len(days) == 0 {
		return market.Offer{}, false
	}
	of := market.Offer{Commodity: x.Code, UnitName: "kg"}
	of.From = days[d.IntN(len(days))]
	of.To = min(of.From+calendar.Day(roundTo(d.between(0.5, 1.5)*float64(r.days), 1)), horizon)
	size := r.tonnes * (0.55 + 0.45*math.Min(3, float64(o.Members)/25))
	kg := roundTo(d.logNormal(size, r.sigma)*1000, 50)
	if kg >= 2000 {
		kg = roundTo(float64(kg), 500)
	}
	of.Firm = weight.Grams(kg) * weight.Kilogram
	if r.pieces {
		of.Piece = weight.Grams(typicalPiece(x.Code))
		n := max(int64(of.Firm)/int64(of.Piece)/100, 1) * 100
		of.Firm = weight.Grams(n) * of.Piece
		of.UnitName = pieceName(x.Code)
	}
	if d.chance(0.15) {
		of.Forecast = of.Firm / 4 / weight.Kilogram * weight.Kilogram
	}
	switch p := d.Float64(); {
	case p < 0.35:
		of.Mix = [4]int64{0, 600, 300, 100}
	case p < 0.6:
		of.Mix = [4]int64{0, 0, 1000, 0}
	case p < 0.75:
		of.Mix = [4]int64{0, 1000, 0, 0}
	default:
		of.Mix = [4]int64{1000, 0, 0, 0} // the whole garden, unsorted
	}
	for _, p := range papers {
		q := p
		if p.Kind == "vietgap" && d.chance(0.4) {
			q.Scope = max(of.Firm*weight.Grams(40+d.IntN(50))/100/weight.Kilogram*weight.Kilogram, weight.Kilogram)
		}
		of.Papers = append(of.Papers, q)
	}
	// What a trader gives lies within the usual range; what is asked at least is near it.
	mid := d.between(float64(x.FarmMin), float64(x.FarmMax)*0.92)
	if d.chance(0.7) {
		of.Trader = price(mid)
	}
	switch p := d.Float64(); {
	case p < 0.62:
		of.Floor = price(mid * d.between(0.95, 1.12))
	case p < 0.66:
		of.Floor = price(float64(x.WholeMax) * d.between(1.0, 1.25)) // hopes for Tết prices
	}
	if d.chance(0.3) {
		of.MinLine = min(weight.Grams(roundTo(d.between(0.2, 1.2)*1000, 100))*weight.Kilogram, of.Firm)
	}
	return of, true
}

// price is in whole hundreds of đồng a kilogram.
func price(p float64) money.PerTonne { return money.PerTonne(math.Round(p/100_000)) * 100_000 }

func typicalPiece(code string) int64 {
	switch code {
	case "BUOI-DIEN":
		return 900
	case "MIA-TIM":
		return 1_500
	case "TRUNG-GA":
		return 50
	}
	return 1_000
}

func pieceName(code string) string {
	if code == "MIA-TIM" {
		return "cây"
	}
	return "quả"
}
