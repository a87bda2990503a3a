package market

import "github.com/lienket/lienket/internal/base/weight"

// Free is how much of an offer may still be planned: what is firm, the share of the
// forecast that counts, less what is promised elsewhere. It is the only place that asks;
// when a ledger of holds exists it is asked here and nowhere else.
func Free(o *Offer, p *Params) weight.Grams {
	free := o.Firm + o.Forecast*weight.Grams(p.ForecastPM)/1000 - o.Held
	return max(0, free)
}
