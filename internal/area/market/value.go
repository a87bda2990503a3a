package market

import (
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// What a tonne is worth. Every step rounds against the gain, and every step is monotone in
// the buyer's price, so that it can be inverted exactly: payFor is the smallest price with
// which the seller nets what the plan proposes.

const yearBP = 3_650_000 // 365 days of 10,000 basis points

// scaled is ⌊x × num / den⌋, and unscaled the smallest y with scaled(y) ≥ x.
func scaled(x money.PerTonne, num, den int64) money.PerTonne {
	return money.PerTonne(money.FloorDiv(int64(x)*num, den))
}

func unscaled(x money.PerTonne, num, den int64) money.PerTonne {
	return money.PerTonne(money.CeilDiv(int64(x)*den, num))
}

// received is what is left of a price after the discount and the wait for the money.
func received(price money.PerTonne, d *Demand, p *Params) money.PerTonne {
	x := scaled(price, 10_000-d.DiscountBP, 10_000)
	return scaled(x, yearBP-p.InterestBP*d.PayDays, yearBP)
}

// atYard is W: what a received price is worth at a place km away from the buyer, in a
// vehicle chosen by grams.
func atYard(got money.PerTonne, d *Demand, p *Params, km int64, grams weight.Grams, cold bool) money.PerTonne {
	if d.AtGarden {
		return got
	}
	return scaled(got, 10_000-p.ShrinkBP, 10_000) - p.freight(km, grams, cold)
}

// throughLead is V of a lead supplier's way from W at the lead's yard.
func throughLead(yard money.PerTonne, p *Params, km int64, grams weight.Grams, cold bool) money.PerTonne {
	return scaled(yard, 10_000-p.LeadShrinkBP, 10_000) - p.LeadFee - p.freight(km, grams, cold)
}

// haul is the kilometres of a way and the weight that chooses each vehicle.
type haul struct {
	lead       bool
	toLead     int64
	toBuyer    int64
	leadGrams  weight.Grams
	buyerGrams weight.Grams
	cold       bool
}

// worth is V at a price; payFor is its inverse, at least 0.
func (h haul) worth(price money.PerTonne, d *Demand, p *Params) money.PerTonne {
	v := atYard(received(price, d, p), d, p, h.toBuyer, h.buyerGrams, h.cold)
	if h.lead {
		v = throughLead(v, p, h.toLead, h.leadGrams, h.cold)
	}
	return v
}

func (h haul) payFor(net money.PerTonne, d *Demand, p *Params) money.PerTonne {
	x := net
	if h.lead {
		x = unscaled(x+p.LeadFee+p.freight(h.toLead, h.leadGrams, h.cold), 10_000-p.LeadShrinkBP, 10_000)
	}
	if !d.AtGarden {
		x = unscaled(x+p.freight(h.toBuyer, h.buyerGrams, h.cold), 10_000-p.ShrinkBP, 10_000)
	}
	x = unscaled(x, yearBP-p.InterestBP*d.PayDays, yearBP)
	x = unscaled(x, 10_000-d.DiscountBP, 10_000)
	return max(0, x)
}

// alternative is R per class: what the seller can have elsewhere or asks at least. A
// trader's price for the whole garden is spread over the classes by their relative worth.
func alternative(o *Offer, c *Commodity, p *Params) (r [4]money.PerTonne) {
	whole := o.Trader
	if o.Trader == 0 && o.Floor == 0 {
		whole = c.RefFloor
	}
	var mean int64 // 1000 × the mean relative worth
	for k, share := range o.Mix {
		mean += share * p.ClassPM[k]
	}
	for k := range r {
		a := money.PerTonne(money.CeilDiv(int64(whole)*p.ClassPM[k]*1000, mean))
		r[k] = max(o.Floor, a)
	}
	return r
}

// bonus of a party's offers.
func bonus(party *Party, r *Rules) (sum money.PerTonne) {
	for _, b := range r.Bonuses {
		if b.Kind == BonusPoor && party.Poor || b.Kind == BonusSmall && party.Small {
			sum += b.PerTonne
		}
	}
	return sum
}
