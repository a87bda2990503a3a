package market

import "github.com/lienket/lienket/internal/base/money"

// The pair filter: which lot of which offer can go to which demand, on which way, and if
// not, why. Pairs are walked commodity by commodity; nothing is kept of a refused pair but
// counts.

// rank is how far a pair came; the order is that of docs/plan-file.md §2.
type rank uint8

const (
	atBanned rank = iota
	atVariety
	atClass
	atPaper
	atRoad
	atDays
	atExpired
	atShelf
	atNoLead
	atFloor
	atGain
	feasible
)

var rankReason = [feasible]Reason{
	WhyBanned, WhyVariety, WhyClass, WhyPaper, WhyRoad, WhyDays,
	WhyExpired, WhyShelf, WhyNoLead, WhyFloor, WhyGain,
}

// way is one way of a pair that holds days and floor.
type way struct {
	via           int // seller number of the lead or of the own party, -1 when the demand does not ask
	lead          int // party position of a lead, -1 without
	v             money.PerTonne
	pick, deliver int64
	haul          haul
}

// verdict is what judge found about an offer and a demand.
type verdict struct {
	rank rank
	need int   // lots from this level on hold the papers
	ways []way // those that hold days and floor; ascending via
	pin  bool
}

// fits says whether a lot may go this way.
func (v *verdict) fits(s *stock, w *want, l *lot, y *way) bool {
	return classFits(w.d.MinClass, l.class) && l.level >= v.need && (y.v > s.reserve[l.class] || v.pin)
}

func classFits(minClass int64, class int) bool {
	return minClass == 0 || class >= 1 && int64(class) <= minClass
}

// judge walks the tests of §2 for all lots of an offer at once; buf is reused for ways.
func (g *ground) judge(s *stock, w *want, buf []way) (v verdict) {
	v.ways = buf[:0]
	if s.mayBanned && g.banned[[2]int{s.at, w.at}] {
		v.rank = atBanned
		return v
	}
	if w.d.Variety != "" && w.d.Variety != s.o.Variety {
		v.rank = atVariety
		return v
	}
	if s.mayPinned {
		_, v.pin = g.pinned[[2]int{s.at, w.at}]
	}
	until := int64(0)
	v.need, until = s.papersFor(w.d.Papers)
	if v.rank = v.lotRank(s, w); v.rank < atRoad {
		return v
	}
	v.rank = atRoad
	g.ways(s, w, until, &v)
	if v.rank < feasible {
		return v
	}
	v.rank = atGain
	for i := range s.lots {
		for k := range v.ways {
			if v.fits(s, w, &s.lots[i], &v.ways[k]) {
				v.rank = feasible
				return v
			}
		}
	}
	return v
}

// lotRank is how far the lots come before roads are asked for.
func (v *verdict) lotRank(s *stock, w *want) rank {
	r := atClass
	for i := range s.lots {
		if l := &s.lots[i]; classFits(w.d.MinClass, l.class) {
			if l.level >= v.need {
				return atRoad
			}
			r = atPaper
		}
	}
	return r
}

// papersFor is the lowest level that holds all kinds (one too many when none does) and
// the earliest expiry among them.
func (s *stock) papersFor(kinds []string) (need int, until int64) {
	for _, k := range kinds {
		i := 0
		for i < len(s.papers) && s.papers[i].Kind != k {
			i++
		}
		need = max(need, i+1)
		if i < len(s.papers) {
			if u := int64(s.papers[i].Until); u != 0 && (until == 0 || u < until) {
				until = u
			}
		}
	}
	return need, until
}

// ways finds the ways of a pair; v.rank becomes feasible when one holds days and floor,
// else that of the way that came furthest.
func (g *ground) ways(s *stock, w *want, until int64, v *verdict) {
	p, cold := &g.in.Params, g.in.Commodities[s.com].Cold
	life := p.life(g.in.Commodities[s.com].ShelfDays)
	limited := w.d.MaxInvoices > 0
	if limited && !s.invoices && len(w.leads) == 0 {
		v.rank = atNoLead
		return
	}
	try := func(y way, travel, last int64) {
		var r rank
		y.pick, y.deliver, r = fitDays(s.from, s.to, w.from, last, w.to, travel, life)
		if r == feasible && y.v < s.o.Floor {
			r = atFloor
		}
		if r == feasible {
			v.ways = append(v.ways, y)
		}
		v.rank = max(v.rank, r)
	}
	direct := func() {
		km, ok := g.km(s.place, w.place)
		if !ok {
			return
		}
		grams := min(s.free, w.d.Quantity)
		y := way{via: -1, lead: -1, haul: haul{toBuyer: km, buyerGrams: grams, cold: cold}}
		if limited {
			y.via = s.seller
		}
		y.v = atYard(w.got, w.d, p, km, grams, cold)
		try(y, p.travel(km), sooner(w.to, until))
	}
	own := !limited || s.invoices
	for i := range w.leads {
		l := &w.leads[i]
		if own && l.seller >= s.seller {
			direct()
			own = false
		}
		if l.seller == s.seller || !l.known {
			continue
		}
		km, ok := g.km(s.place, l.place)
		if !ok {
			continue
		}
		y := way{via: l.seller, lead: l.party, haul: haul{
			lead: true, toLead: km, toBuyer: l.km,
			leadGrams: s.free, buyerGrams: w.d.Quantity, cold: cold,
		}}
		y.v = throughLead(l.yard, p, km, s.free, cold)
		try(y, p.travel(km)+p.LeadDays+p.travel(l.km), sooner(sooner(w.to, until), l.until))
	}
	if own {
		direct()
	}
}

// sooner is the earlier of two days, 0 being no limit in the second.
func sooner(day, limit int64) int64 {
	if limit != 0 && limit < day {
		return limit
	}
	return day
}

// fitDays finds the earliest delivery and the latest pick-up for it; rank feasible, or why
// not. asked is the demand's own last day, last may be earlier by a paper's expiry.
func fitDays(hLo, hHi, dLo, last, asked, travel, life int64) (pick, deliver int64, r rank) {
	deliver = max(dLo, hLo+travel)
	pick = min(hHi, deliver-travel)
	picked, fresh := pick >= hLo, deliver-pick <= life
	switch {
	case picked && deliver <= last && fresh:
		return pick, deliver, feasible
	case picked && deliver <= last:
		return pick, deliver, atShelf
	case picked && deliver <= asked && fresh:
		return pick, deliver, atExpired
	}
	return pick, deliver, atDays
}
