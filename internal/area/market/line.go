package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// lineStory is how one line comes about, from the buyer's price down to the garden.
type lineStory struct {
	line     *Line
	offer    *Offer
	demand   *Demand
	supplier *Party
	buyer    *Party
	lead     *Party // nil when the supplier sells itself
	goods    *Commodity
	from, to *Place
	yard     *Place // of the lead
	haul     haul
	steps    []wayStep
	papers   []paperCover
	near     []nearDemand
	rivals   []nearOffer
	rest     weight.Grams // of the offer that this line does not take
}

// wayStep is one deduction on the way to the garden; what is left stands after it.
type wayStep struct {
	kind    string // "price", "discount", "money", "shrink", "freight", "lead_shrink", "lead_fee", "lead_freight", "round"
	off     money.PerTonne
	after   money.PerTonne
	km      int64
	vehicle weight.Grams
	cold    bool
	bp      int64
	days    int64
}

// paperCover is a paper that the demand asks for with the offer's own.
type paperCover struct {
	kind  string
	scope weight.Grams
	until calendar.Day
	held  bool
}

// nearDemand is another demand that the goods of a line could have gone to.
type nearDemand struct {
	demand *Demand
	gain   money.PerTonne // what both would gain a tonne
	full   bool
	here   weight.Grams // what the plan sends there from this offer
}

// nearOffer is another offer that could have come to the demand of a line.
type nearOffer struct {
	offer *Offer
	gain  money.PerTonne
	here  weight.Grams
	spent bool // all of it goes somewhere in the plan
}

// nearAtMost is how many other ways a page shows.
const nearAtMost = 5

// pairs is the ground for questions about single pairs.
func (h *heldPlan) pairs() *ground {
	h.once.Do(func() { h.ground = newGround(&h.In) })
	return h.ground
}

// market is one commodity made ready for pairing.
func (h *heldPlan) market(commodity string) (stocks []*stock, chiefs []chief) {
	g := h.pairs()
	for i := range h.In.Offers {
		if h.In.Offers[i].Commodity == commodity {
			s := g.stock(i, &h.In.Offers[i])
			s.seller, s.mayBanned, s.mayPinned = s.party, true, true
			stocks = append(stocks, &s)
		}
	}
	return stocks, g.chiefs(stocks)
}

// story tells line i of the plan.
func (h *heldPlan) story(i int) *lineStory {
	x := &h.Plan.Lines[i]
	s := &lineStory{line: x, offer: h.names.offer[x.Offer], demand: h.names.demand[x.Demand]}
	s.supplier, s.buyer, s.lead = h.names.party[s.offer.Party], h.names.party[s.demand.Party], h.names.party[x.Via]
	s.goods = h.goods[s.offer.Commodity]
	s.from, s.to = h.names.place[s.offer.Place], h.names.place[s.demand.Place]
	if s.lead != nil {
		s.yard = h.names.place[s.lead.Place]
	}
	g := h.pairs()
	stocks, chiefs := h.market(s.goods.Code)
	at := lookup(h.In.Demands, x.Demand, func(d *Demand) string { return d.ID })
	w := g.want(at, s.demand, chiefs)
	for _, st := range stocks {
		if st.o.ID == x.Offer {
			s.find(g, st, &w)
			h.nearDemands(s, g, st, chiefs)
		}
	}
	h.nearOffers(s, g, stocks, &w)
	s.price(&h.In.Params)
	s.rest = Free(s.offer, &h.In.Params) - h.sent(x.Offer)
	return s
}

func (h *heldPlan) sent(offer string) (sum weight.Grams) {
	for i := range h.Plan.Lines {
		if h.Plan.Lines[i].Offer == offer {
			sum += h.Plan.Lines[i].Grams
		}
	}
	return sum
}

// find takes the line's own way and the papers that cover it.
func (s *lineStory) find(g *ground, st *stock, w *want) {
	for _, y := range g.judge(st, w, nil).ways {
		lead := ""
		if y.lead >= 0 {
			lead = g.in.Parties[y.lead].ID
		}
		if lead == s.line.Via {
			s.haul = y.haul
		}
	}
	for _, k := range s.demand.Papers {
		c := paperCover{kind: k}
		for i, p := range st.papers {
			if p.Kind == k {
				c.held, c.scope, c.until = i < s.line.Level, p.Scope, p.Until
			}
		}
		s.papers = append(s.papers, c)
	}
}

// price walks from what the buyer pays to what the supplier nets, in the order and with
// the rounding of value.go.
func (s *lineStory) price(p *Params) {
	now := s.line.Pays
	s.steps = append(s.steps, wayStep{kind: "price", after: now})
	step := func(x wayStep, after money.PerTonne) {
		if x.off = now - after; x.off != 0 {
			x.after = after
			s.steps = append(s.steps, x)
		}
		now = after
	}
	d := s.demand
	step(wayStep{kind: "discount", bp: d.DiscountBP}, scaled(now, 10_000-d.DiscountBP, 10_000))
	step(wayStep{kind: "money", days: d.PayDays, bp: p.InterestBP}, scaled(now, yearBP-p.InterestBP*d.PayDays, yearBP))
	if !d.AtGarden {
		step(wayStep{kind: "shrink", bp: p.ShrinkBP}, scaled(now, 10_000-p.ShrinkBP, 10_000))
		h := s.haul
		step(wayStep{kind: "freight", km: h.toBuyer, vehicle: p.vehicle(h.buyerGrams).Load, cold: h.cold}, now-p.freight(h.toBuyer, h.buyerGrams, h.cold))
	}
	if s.haul.lead {
		h := s.haul
		step(wayStep{kind: "lead_shrink", bp: p.LeadShrinkBP}, scaled(now, 10_000-p.LeadShrinkBP, 10_000))
		step(wayStep{kind: "lead_fee"}, now-p.LeadFee)
		step(wayStep{kind: "lead_freight", km: h.toLead, vehicle: p.vehicle(h.leadGrams).Load, cold: h.cold}, now-p.freight(h.toLead, h.leadGrams, h.cold))
	}
	step(wayStep{kind: "round"}, s.line.Net)
}

// best is the highest gain of a lot of the line's class and papers, or false.
func best(v *verdict, st *stock, w *want, class, level int) (top money.PerTonne, ok bool) {
	if v.rank != feasible {
		return 0, false
	}
	for i := range st.lots {
		l := &st.lots[i]
		if class >= 0 && (l.class != class || l.level != level) {
			continue
		}
		for k := range v.ways {
			if y := &v.ways[k]; v.fits(st, w, l, y) {
				if gain := y.v - st.reserve[l.class]; !ok || gain > top {
					top, ok = gain, true
				}
			}
		}
	}
	return top, ok
}

func (h *heldPlan) nearDemands(s *lineStory, g *ground, st *stock, chiefs []chief) {
	here := map[string]weight.Grams{}
	for i := range h.Plan.Lines {
		if x := &h.Plan.Lines[i]; x.Offer == s.offer.ID {
			here[x.Demand] += x.Grams
		}
	}
	for i := range h.In.Demands {
		d := &h.In.Demands[i]
		if d.Commodity != s.goods.Code || d.ID == s.demand.ID {
			continue
		}
		w := g.want(i, d, chiefs)
		v := g.judge(st, &w, nil)
		if gain, ok := best(&v, st, &w, s.line.Class, s.line.Level); ok {
			s.near = append(s.near, nearDemand{demand: d, gain: gain, full: h.wanted[d.ID] == nil, here: here[d.ID]})
		}
	}
	slices.SortStableFunc(s.near, func(a, b nearDemand) int { return cmp.Compare(b.gain, a.gain) })
	s.near = s.near[:min(len(s.near), nearAtMost)]
}

func (h *heldPlan) nearOffers(s *lineStory, g *ground, stocks []*stock, w *want) {
	here := map[string]weight.Grams{}
	for i := range h.Plan.Lines {
		if x := &h.Plan.Lines[i]; x.Demand == s.demand.ID {
			here[x.Offer] += x.Grams
		}
	}
	for _, st := range stocks {
		if st.o.ID == s.offer.ID || st.units == 0 {
			continue
		}
		v := g.judge(st, w, nil)
		if gain, ok := best(&v, st, w, -1, 0); ok {
			s.rivals = append(s.rivals, nearOffer{offer: st.o, gain: gain, here: here[st.o.ID], spent: h.offers[st.o.ID] == nil})
		}
	}
	slices.SortStableFunc(s.rivals, func(a, b nearOffer) int { return cmp.Compare(b.gain, a.gain) })
	s.rivals = s.rivals[:min(len(s.rivals), nearAtMost)]
}
