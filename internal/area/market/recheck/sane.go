package recheck

// Limits within which all products of this package stay inside 64 bits; the maker of the
// plan refuses more as well.
const (
	maxGrams = 100_000 * 1_000_000 // 100,000 t
	maxPrice = 10_000_000_000      // đồng per tonne
	maxRows  = 2_000_000
)

func within(x, lo, hi int64) bool { return lo <= x && x <= hi }

// sane refuses records that refer to nothing or carry impossible numbers, before anything
// is computed with them.
func (w *world) sane(r *Report) bool {
	ok := true
	bad := func(where string, args ...any) { r.add("record", where, args...); ok = false }
	p := w.head.Params
	if !within(p.InterestBP, 0, 10000) || !within(p.SameDayKm, 0, 1_000_000) || !within(p.DayKm, 1, 1_000_000) ||
		!within(p.LifeAskedPM, 0, 1000) || !within(p.ShrinkBP, 0, 9999) || !within(p.LeadFee, 0, maxPrice) ||
		!within(p.LeadShrinkBP, 0, 9999) || !within(p.LeadDays, 0, 36_500) || !within(p.ColdPM, 0, 10_000) ||
		!within(p.ForecastPM, 0, 1000) || len(p.Vehicles) == 0 || w.head.AsOf == 0 {
		bad("params")
	}
	for _, c := range p.ClassPM {
		if !within(c, 1, 10_000) {
			bad("params")
		}
	}
	for _, v := range p.Vehicles {
		if !within(v.Load, 100_000, maxGrams) || !within(v.PerKm, 0, 10_000_000) {
			bad("params")
		}
	}
	for code, c := range w.commodities {
		if !within(c.Unit, 1, maxGrams) || !within(c.ShelfDays, 0, 36_500) || !within(c.RefFloor, 0, maxPrice) || !within(c.RefPrice, 0, maxPrice) {
			bad("commodity " + code)
		}
	}
	for id, x := range w.parties {
		if !w.places[x.Place] {
			bad("party " + id)
		}
	}
	for id, o := range w.offers {
		mix := int64(0)
		for _, m := range o.Mix {
			if !within(m, 0, 1000) {
				bad("offer " + id)
			}
			mix += m
		}
		if w.parties[o.Party] == nil || w.commodities[o.Commodity] == nil || !w.places[o.Place] || mix != 1000 ||
			!within(o.Firm, 0, maxGrams) || !within(o.Forecast, 0, maxGrams) || !within(o.Held, 0, maxGrams) ||
			!within(o.MinLine, 0, maxGrams) || !within(o.Floor, 0, maxPrice) || !within(o.Trader, 0, maxPrice) || o.To < o.From {
			bad("offer " + id)
		}
		if len(o.Papers) > 32 {
			bad("offer " + id)
		}
		for _, q := range o.Papers {
			if !within(q.Scope, 0, maxGrams) {
				bad("offer " + id)
			}
		}
	}
	for id, d := range w.demands {
		if w.parties[d.Party] == nil || w.commodities[d.Commodity] == nil || !w.places[d.Place] ||
			!within(d.Quantity, 0, maxGrams) || !within(d.MinOrder, 0, maxGrams) || !within(d.Ceiling, 0, maxPrice) ||
			!within(d.DiscountBP, 0, 9999) || !within(d.PayDays, 0, 3650) || p.InterestBP*d.PayDays >= 3_650_000 || !within(d.MinClass, 0, 3) ||
			len(d.Papers) > 32 || d.MaxSources < 0 || d.MaxInvoices < 0 || d.To < d.From {
			bad("demand " + id)
		}
		if w.offers[id] != nil {
			bad("demand " + id)
		}
	}
	for _, c := range w.caps {
		if w.parties[c.Party] == nil || w.commodities[c.Commodity] == nil || !within(c.Max, 0, maxGrams) {
			bad("cap " + c.Party)
		}
	}
	for _, b := range w.bonuses {
		if b.Kind != "poor" && b.Kind != "small" || !within(b.PerTonne, 0, 500_000) {
			bad("bonus " + b.Kind)
		}
	}
	for _, x := range w.pins {
		if w.offers[x.Offer] == nil || w.demands[x.Demand] == nil || !within(x.Min, 0, maxGrams) {
			bad("pin " + x.Offer)
		}
	}
	if len(w.lines) > maxRows {
		bad("line")
	}
	return ok
}
