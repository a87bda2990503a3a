package market

// The faults of an input, with the arguments of their texts. Where.Sheet and Where.Row come
// from the record's Source, Where.Col is the JSON name of the field ("floor", "from"), or
// the name of the list ("roads") where a record has no row of its own.
//
//	market.fault.no_id          {0} list: a record without id
//	market.fault.bad_text       {0} list, {1} id: not UTF-8, or longer than 2,000 bytes
//	market.fault.duplicate      {0} list, {1} id: the same id or key twice
//	market.fault.unknown_party  {0} id
//	market.fault.unknown_place  {0} key
//	market.fault.unknown_commodity {0} code
//	market.fault.unknown_offer  {0} id (pins, bans)
//	market.fault.unknown_demand {0} id (pins, bans)
//	market.fault.negative       {0} the number
//	market.fault.too_heavy      {0} weight.Grams, {1} the largest weight.Grams
//	market.fault.price_high     {0} money.PerTonne, {1} the highest money.PerTonne
//	market.fault.out_of_range   {0} the number, {1} lowest, {2} highest
//	market.fault.no_days        from or to is missing
//	market.fault.bad_day        {0} calendar.Day outside 1900–2199
//	market.fault.days_reversed  {0} from, {1} to (calendar.Day)
//	market.fault.mix            {0} the sum that should be 1000
//	market.fault.min_above_quantity {0} min order, {1} quantity (weight.Grams)
//	market.fault.too_many_papers {0} how many, {1} the most
//	market.fault.no_paper_kind  a paper without kind
//	market.fault.pay_too_late   interest × days eat the whole price; {0} days
//	market.fault.no_as_of       the input has no day
//	market.fault.no_vehicle     the parameters know no lorry
//	market.fault.bonus_kind     {0} the word
//	market.fault.pin_refused    {0} offer, {1} demand, {2} Reason: the pinned pair cannot be
//	market.fault.pins_together  {0} offer, {1} demand: each pin named so could be held, not all of them
//	market.fault.too_many_units all offers together count more than 2^50 units; a unit is too small
//	market.fault.cancelled      the caller went away
//	market.fault.not_in_plan    {0} id (Explain)
//
// Lists are "commodity", "place", "road", "party", "offer", "demand", "cap", "bonus",
// "pin", "ban", "vehicle".

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

const (
	maxPapers = 32
	maxText   = 2000
	maxKm     = 40_000
	maxPerKm  = 10_000_000
	maxDays   = 36_500
	minLoad   = 100 * weight.Kilogram
)

var firstDay, lastDay = calendar.Date(1900, 1, 1), calendar.Date(2199, 12, 31)

// Canonical returns a sorted copy of in, or a fault.List of everything that is wrong with
// it. A canonical input gives itself. Nothing of in is changed or shared.
func Canonical(in Input) (Input, error) {
	in = clone(in)
	c := checker{}
	c.params(in)
	c.ground(in)
	c.offers(in)
	c.demands(in)
	c.rules(in)
	if err := c.faults.Err(); err != nil {
		return Input{}, err
	}
	return in, nil
}

// clone copies every slice, sorted.
func clone(in Input) Input {
	in.Params.Vehicles = sorted(in.Params.Vehicles, func(a, b Vehicle) int {
		return cmp.Or(cmp.Compare(a.Load, b.Load), cmp.Compare(a.PerKm, b.PerKm))
	})
	in.Commodities = sorted(in.Commodities, func(a, b Commodity) int { return cmp.Compare(a.Code, b.Code) })
	in.Places = sorted(in.Places, func(a, b Place) int { return cmp.Compare(a.Key, b.Key) })
	in.Roads = slices.Clone(in.Roads)
	for i, r := range in.Roads {
		if r.From > r.To {
			in.Roads[i].From, in.Roads[i].To = r.To, r.From
		}
	}
	slices.SortStableFunc(in.Roads, func(a, b Road) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	in.Parties = sorted(in.Parties, func(a, b Party) int { return cmp.Compare(a.ID, b.ID) })
	in.Offers = sorted(in.Offers, func(a, b Offer) int { return cmp.Compare(a.ID, b.ID) })
	for i := range in.Offers {
		in.Offers[i].Papers = sorted(in.Offers[i].Papers, func(a, b Paper) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Until, b.Until))
		})
	}
	in.Demands = sorted(in.Demands, func(a, b Demand) int { return cmp.Compare(a.ID, b.ID) })
	for i := range in.Demands {
		in.Demands[i].Papers = slices.Compact(sorted(in.Demands[i].Papers, cmp.Compare[string]))
	}
	in.Rules.Caps = sorted(in.Rules.Caps, func(a, b Cap) int {
		return cmp.Or(cmp.Compare(a.Party, b.Party), cmp.Compare(a.Commodity, b.Commodity))
	})
	in.Rules.Bonuses = sorted(in.Rules.Bonuses, func(a, b Bonus) int { return cmp.Compare(a.Kind, b.Kind) })
	in.Rules.Pins = sorted(in.Rules.Pins, func(a, b Pin) int {
		return cmp.Or(cmp.Compare(a.Offer, b.Offer), cmp.Compare(a.Demand, b.Demand))
	})
	in.Rules.Bans = sorted(in.Rules.Bans, func(a, b Ban) int {
		return cmp.Or(cmp.Compare(a.Offer, b.Offer), cmp.Compare(a.Demand, b.Demand))
	})
	return in
}

func sorted[T any](s []T, less func(a, b T) int) []T {
	s = slices.Clone(s)
	slices.SortStableFunc(s, less)
	return s
}

// checker gathers faults; the maps say what may be referred to.
type checker struct {
	faults                         fault.List
	party, place, com, offer, need map[string]bool
}

func (c *checker) say(at fault.Where, key string, args ...any) {
	c.faults = append(c.faults, fault.New(fault.Invalid, "market.fault."+key, args...).At(at))
}

func col(name string) fault.Where { return fault.Where{Col: name} }

func cell(s Source, name string) fault.Where {
	return fault.Where{Sheet: s.Sheet, Row: s.Row, Col: name}
}

// ids checks ids for being there, readable and unique, and returns their set.
func ids[T any](c *checker, list string, all []T, of func(*T) (string, fault.Where)) map[string]bool {
	seen := make(map[string]bool, len(all))
	for i := range all {
		id, at := of(&all[i])
		switch {
		case id == "":
			c.say(at, "no_id", list)
		case seen[id]:
			c.say(at, "duplicate", list, id)
		}
		c.text(at, list, id, id)
		seen[id] = true
	}
	return seen
}

func (c *checker) text(at fault.Where, list, id string, texts ...string) {
	for _, s := range texts {
		if len(s) > maxText || !utf8.ValidString(s) {
			c.say(at, "bad_text", list, id)
			return
		}
	}
}

func (c *checker) within(at fault.Where, n, low, high int64) {
	if n < low || n > high {
		c.say(at, "out_of_range", n, low, high)
	}
}

func (c *checker) weight(at fault.Where, w weight.Grams) {
	switch {
	case w < 0:
		c.say(at, "negative", int64(w))
	case w > weight.Max:
		c.say(at, "too_heavy", w, weight.Max)
	}
}

func (c *checker) price(at fault.Where, p money.PerTonne) {
	switch {
	case p < 0:
		c.say(at, "negative", int64(p))
	case p > money.MaxPerTonne:
		c.say(at, "price_high", p, money.MaxPerTonne)
	}
}

func (c *checker) day(at fault.Where, d calendar.Day) {
	if d != 0 && (d < firstDay || d > lastDay) {
		c.say(at, "bad_day", d)
	}
}

func (c *checker) window(s Source, from, to calendar.Day) {
	switch {
	case from == 0:
		c.say(cell(s, "from"), "no_days")
	case to == 0:
		c.say(cell(s, "to"), "no_days")
	case from > to:
		c.say(cell(s, "to"), "days_reversed", from, to)
	}
	c.day(cell(s, "from"), from)
	c.day(cell(s, "to"), to)
}

func (c *checker) params(in Input) {
	p := in.Params
	if in.AsOf == 0 {
		c.say(col("as_of"), "no_as_of")
	}
	c.day(col("as_of"), in.AsOf)
	c.day(col("horizon"), in.Horizon)
	c.within(col("interest_bp"), p.InterestBP, 0, 10_000)
	c.within(col("same_day_km"), p.SameDayKm, 0, maxKm)
	c.within(col("day_km"), p.DayKm, 1, maxKm)
	c.within(col("life_asked_pm"), p.LifeAskedPM, 0, 1000)
	c.within(col("shrink_bp"), p.ShrinkBP, 0, 9_999)
	c.price(col("lead_fee"), p.LeadFee)
	c.within(col("lead_shrink_bp"), p.LeadShrinkBP, 0, 9_999)
	c.within(col("lead_days"), p.LeadDays, 0, maxDays)
	c.within(col("cold_pm"), p.ColdPM, 0, 10_000)
	c.within(col("forecast_pm"), p.ForecastPM, 0, 1000)
	for _, n := range p.ClassPM {
		c.within(col("class_pm"), n, 100, 10_000)
	}
	if len(p.Vehicles) == 0 {
		c.say(col("vehicles"), "no_vehicle")
	}
	for i, v := range p.Vehicles {
		c.within(col("vehicles"), int64(v.Load), int64(minLoad), int64(weight.Max))
		c.within(col("vehicles"), int64(v.PerKm), 0, maxPerKm)
		if i > 0 && p.Vehicles[i-1].Load == v.Load {
			c.say(col("vehicles"), "duplicate", "vehicle", int64(v.Load))
		}
	}
	c.within(col("nodes"), int64(p.Nodes), 0, 1<<31-1)
	c.within(col("pivots"), p.Pivots, 0, 1<<62)
}

// ground checks what offers and demands stand on: goods, places, roads, parties.
func (c *checker) ground(in Input) {
	c.com = ids(c, "commodity", in.Commodities, func(k *Commodity) (string, fault.Where) { return k.Code, col("commodities") })
	for _, k := range in.Commodities {
		c.text(col("commodities"), "commodity", k.Code, k.NameVI, k.NameEN)
		c.within(col("shelf_days"), k.ShelfDays, 0, maxDays)
		c.within(col("unit"), int64(k.Unit), 1, int64(weight.Max))
		c.price(col("ref_floor"), k.RefFloor)
		c.price(col("ref_price"), k.RefPrice)
	}
	c.place = ids(c, "place", in.Places, func(p *Place) (string, fault.Where) { return p.Key, col("places") })
	for i, r := range in.Roads {
		for _, key := range []string{r.From, r.To} {
			if !c.place[key] {
				c.say(col("roads"), "unknown_place", key)
			}
		}
		if i > 0 && in.Roads[i-1].From == r.From && in.Roads[i-1].To == r.To {
			c.say(col("roads"), "duplicate", "road", r.From+" – "+r.To)
		}
		c.within(col("roads"), r.Km, 0, maxKm)
	}
	c.party = ids(c, "party", in.Parties, func(p *Party) (string, fault.Where) { return p.ID, col("parties") })
	for _, p := range in.Parties {
		c.text(col("parties"), "party", p.ID, p.Name, string(p.Kind), p.Contact, p.Phone, p.TaxCode)
		if !c.place[p.Place] {
			c.say(col("parties"), "unknown_place", p.Place)
		}
	}
}

// known checks what both an offer and a demand refer to.
func (c *checker) known(s Source, party, place, commodity string) {
	if !c.party[party] {
		c.say(cell(s, "party"), "unknown_party", party)
	}
	if !c.place[place] {
		c.say(cell(s, "place"), "unknown_place", place)
	}
	if !c.com[commodity] {
		c.say(cell(s, "commodity"), "unknown_commodity", commodity)
	}
}

func (c *checker) offers(in Input) {
	c.offer = ids(c, "offer", in.Offers, func(o *Offer) (string, fault.Where) { return o.ID, cell(o.Source, "id") })
	for i := range in.Offers {
		o := &in.Offers[i]
		s := o.Source
		c.known(s, o.Party, o.Place, o.Commodity)
		c.text(cell(s, "note"), "offer", o.ID, o.Variety, o.UnitName, o.Note, s.Sheet)
		sum := int64(0)
		for _, n := range o.Mix {
			if n < 0 || n > 1000 {
				sum = -1
				break
			}
			sum += n
		}
		if sum != 1000 {
			c.say(cell(s, "mix"), "mix", sum)
		}
		if len(o.Papers) > maxPapers {
			c.say(cell(s, "papers"), "too_many_papers", len(o.Papers), maxPapers)
		}
		for _, p := range o.Papers {
			if p.Kind == "" {
				c.say(cell(s, "papers"), "no_paper_kind")
			}
			c.text(cell(s, "papers"), "offer", o.ID, p.Kind)
			c.weight(cell(s, "papers"), p.Scope)
			c.day(cell(s, "papers"), p.Until)
		}
		c.weight(cell(s, "firm"), o.Firm)
		c.weight(cell(s, "forecast"), o.Forecast)
		c.weight(cell(s, "held"), o.Held)
		c.weight(cell(s, "piece"), o.Piece)
		c.weight(cell(s, "min_line"), o.MinLine)
		if o.Firm >= 0 && o.Forecast >= 0 && o.Firm <= weight.Max && o.Forecast <= weight.Max {
			c.weight(cell(s, "forecast"), o.Firm+o.Forecast)
		}
		c.window(s, o.From, o.To)
		c.price(cell(s, "floor"), o.Floor)
		c.price(cell(s, "trader"), o.Trader)
	}
}

func (c *checker) demands(in Input) {
	c.need = ids(c, "demand", in.Demands, func(d *Demand) (string, fault.Where) { return d.ID, cell(d.Source, "id") })
	for i := range in.Demands {
		d := &in.Demands[i]
		s := d.Source
		c.known(s, d.Party, d.Place, d.Commodity)
		c.text(cell(s, "note"), "demand", d.ID, d.Variety, d.UnitName, d.Note, s.Sheet)
		c.within(cell(s, "min_class"), d.MinClass, 0, 3)
		if len(d.Papers) > maxPapers {
			c.say(cell(s, "papers"), "too_many_papers", len(d.Papers), maxPapers)
		}
		for _, k := range d.Papers {
			if k == "" {
				c.say(cell(s, "papers"), "no_paper_kind")
			}
			c.text(cell(s, "papers"), "demand", d.ID, k)
		}
		c.weight(cell(s, "quantity"), d.Quantity)
		c.weight(cell(s, "min_order"), d.MinOrder)
		if d.MinOrder > d.Quantity && d.MinOrder <= weight.Max && d.Quantity >= 0 {
			c.say(cell(s, "min_order"), "min_above_quantity", d.MinOrder, d.Quantity)
		}
		c.window(s, d.From, d.To)
		c.price(cell(s, "ceiling"), d.Ceiling)
		c.within(cell(s, "discount_bp"), d.DiscountBP, 0, 9_999)
		c.within(cell(s, "pay_days"), d.PayDays, 0, 3_650)
		if d.PayDays >= 0 && d.PayDays <= 3_650 && in.Params.InterestBP*d.PayDays >= 3_650_000 {
			c.say(cell(s, "pay_days"), "pay_too_late", d.PayDays)
		}
		c.within(cell(s, "max_sources"), int64(d.MaxSources), 0, 1_000_000)
		c.within(cell(s, "max_invoices"), int64(d.MaxInvoices), 0, 1_000_000)
	}
}

func (c *checker) rules(in Input) {
	r := in.Rules
	for i, k := range r.Caps {
		if !c.party[k.Party] {
			c.say(col("caps"), "unknown_party", k.Party)
		}
		if !c.com[k.Commodity] {
			c.say(col("caps"), "unknown_commodity", k.Commodity)
		}
		if i > 0 && r.Caps[i-1].Party == k.Party && r.Caps[i-1].Commodity == k.Commodity {
			c.say(col("caps"), "duplicate", "cap", k.Party+" – "+k.Commodity)
		}
		c.weight(col("caps"), k.Max)
	}
	for i, b := range r.Bonuses {
		if b.Kind != BonusPoor && b.Kind != BonusSmall {
			c.say(col("bonuses"), "bonus_kind", string(b.Kind))
		}
		if i > 0 && r.Bonuses[i-1].Kind == b.Kind {
			c.say(col("bonuses"), "duplicate", "bonus", string(b.Kind))
		}
		c.within(col("bonuses"), int64(b.PerTonne), 0, int64(MaxBonus))
	}
	var last [2]string
	for i, p := range r.Pins {
		c.pair("pin", "pins", p.Offer, p.Demand, i > 0 && last == [2]string{p.Offer, p.Demand})
		c.weight(col("pins"), p.Min)
		last = [2]string{p.Offer, p.Demand}
	}
	for i, b := range r.Bans {
		c.pair("ban", "bans", b.Offer, b.Demand, i > 0 && last == [2]string{b.Offer, b.Demand})
		last = [2]string{b.Offer, b.Demand}
	}
}

func (c *checker) pair(list, name, offer, demand string, again bool) {
	if !c.offer[offer] {
		c.say(col(name), "unknown_offer", offer)
	}
	if !c.need[demand] {
		c.say(col(name), "unknown_demand", demand)
	}
	if again {
		c.say(col(name), "duplicate", list, offer+" – "+demand)
	}
}
