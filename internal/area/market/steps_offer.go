package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/money"
)

// explainOffer fills x.Steps for a left-out offer.
func (pl *Planner) explainOffer(x *LeftOut) (err error) {
	x.Tried = true
	if x.Main == WhyNothing || x.Main == WhyCommodity || x.Main == WhyCap {
		return nil // nothing that the seller could change
	}
	i := lookup(pl.in.Offers, x.ID, func(o *Offer) string { return o.ID })
	var now int64
	s := &pl.stocks[i]
	for k := range s.lots {
		now += pl.sent[s.firstLot+k]
	}
	x.Steps, err = pl.run(pl.offerTrials(s), true, i, now)
	return err
}

// rest is an offer with only the lots that found no buyer.
func (pl *Planner) rest(s *stock) stock {
	r := *s
	r.lots = nil
	for k, l := range s.lots {
		if pl.spare(s.firstLot+k) > 0 {
			r.lots = append(r.lots, l)
		}
	}
	return r
}

// offerTrials reads candidates from the pairs of what is left of an offer, in the order
// in which steps are shown.
func (pl *Planner) offerTrials(s *stock) [][]trial {
	rest := pl.rest(s)
	papers, shifts := votes[string]{}, votes[int]{}
	sorting, noLead := false, []*want(nil)
	var buf []way
	for _, w := range pl.stalls[s.com].wants {
		if w.max == 0 {
			continue
		}
		v := pl.g.judge(&rest, w, buf)
		buf = v.ways
		switch v.rank {
		case atPaper, atExpired:
			if k := lacking(&rest, w, v.rank == atExpired); k != "" {
				papers[k]++
			}
		case atDays, atShelf:
			if n := pl.shift(&rest, w); n != 0 {
				shifts[n]++
			}
		case atClass:
			sorting = sorting || s.o.Mix[0] > 0
		case atNoLead:
			noLead = append(noLead, w)
		}
	}
	var paper, lead, days, class, split []trial
	for _, k := range papers.ranked() {
		paper = append(paper, trial{Step{Kind: StepPaper, Paper: k}, func(c *change) {
			pl.papered(c, s.at, k)
		}})
	}
	lead = pl.leadTrials(s, noLead)
	for _, n := range shifts.byCloseness(abs) {
		days = append(days, trial{Step{Kind: StepDays, Days: n}, func(c *change) {
			pl.replaced(c, s.at, func(o *Offer) { o.From, o.To = move(o.From, n), move(o.To, n) })
		}})
	}
	if sorting {
		class = append(class, trial{Step{Kind: StepSort}, func(c *change) {
			pl.replaced(c, s.at, func(o *Offer) { o.Mix = sortedMix(o.Mix) })
		}})
	}
	if s.o.MinLine > 0 {
		split = append(split, trial{Step{Kind: StepSplit, Rule: WhyMinLine}, func(c *change) {
			pl.replaced(c, s.at, func(o *Offer) { o.MinLine = 0 })
		}})
	}
	return [][]trial{paper, lead, days, class, split, pl.lowerTrials(&rest)}
}

// sortedMix is what sorting the unsorted part is assumed to give: a third of each class.
func sortedMix(m [4]int64) [4]int64 {
	third := m[0] / 3
	return [4]int64{0, m[1] + m[0] - 2*third, m[2] + third, m[3] + third}
}

// lacking is the one paper that keeps the lots from the demand, "" when there are several.
func lacking(s *stock, w *want, expired bool) string {
	level := 0
	for i := range s.lots {
		if classFits(w.d.MinClass, s.lots[i].class) {
			level = max(level, s.lots[i].level)
		}
	}
	missing := ""
	for _, k := range w.d.Papers {
		i := slices.IndexFunc(s.papers, func(p Paper) bool { return p.Kind == k })
		bad := i < 0 || i >= level
		if expired {
			until := int64(0)
			if i >= 0 {
				until = int64(s.papers[i].Until)
			}
			bad = until != 0 && until < max(w.from, s.from)
			bad = bad || until != 0 && until < w.to && len(w.d.Papers) == 1
		}
		if !bad {
			continue
		}
		if missing != "" {
			return ""
		}
		missing = k
	}
	return missing
}

// leadTrials offers the nearest parties that could lead once they have the papers, to the
// demands that pay best.
func (pl *Planner) leadTrials(s *stock, wants []*want) (out []trial) {
	slices.SortStableFunc(wants, func(a, b *want) int { return cmp.Compare(b.got, a.got) })
	for _, w := range wants[:min(len(wants), 2)] {
		if t, ok := pl.leadTrial(s.seller, s.place, w); ok {
			out = append(out, t)
		}
	}
	return out
}

// leadTrial is the nearest party that may lead at a demand if it gets the papers.
func (pl *Planner) leadTrial(but, place int, w *want) (t trial, ok bool) {
	var best chief
	far := int64(0)
	for _, ch := range pl.stalls[w.com].chiefs {
		km, known := pl.g.km(place, ch.place)
		if _, reach := pl.g.km(ch.place, w.place); !known || !reach || ch.seller == but {
			continue
		}
		if slices.ContainsFunc(w.leads, func(l leadAt) bool { return l.seller == ch.seller }) {
			continue
		}
		if !ok || km < far {
			best, far, ok = ch, km, true
		}
	}
	if !ok {
		return t, false
	}
	return trial{Step{Kind: StepLead, Via: pl.in.Parties[best.party].ID}, func(c *change) { pl.led(c, w.at, best) }}, true
}

// lowerTrials looks for the smallest lower price that would find a place; only a price
// that the seller named, or that nobody named, can be lowered.
func (pl *Planner) lowerTrials(rest *stock) (out []trial) {
	if pl.sellersOf(rest.com) < priceSellers {
		return nil
	}
	asked := rest.o.Floor
	if asked == 0 && rest.o.Trader == 0 {
		asked = pl.in.Commodities[rest.com].RefFloor
	}
	if asked == 0 {
		return nil
	}
	free := *rest.o
	free.Floor = 0
	s := *rest
	s.o = &free
	need := money.PerTonne(0)
	var buf []way
	for _, w := range pl.stalls[s.com].wants {
		if w.max == 0 {
			continue
		}
		v := pl.g.judge(&s, w, buf)
		buf = v.ways
		beat := money.PerTonne(0)
		if pl.got[w.at] >= w.max {
			beat = money.PerTonne(pl.solved.SinkHigh[w.at])
		}
		for i := range s.lots {
			l := &s.lots[i]
			if !classFits(w.d.MinClass, l.class) || l.level < v.need {
				continue
			}
			for k := range v.ways {
				n := max(s.reserve[l.class]+beat-s.bonus-v.ways[k].v+1, rest.o.Floor-v.ways[k].v)
				if n > 0 && (need == 0 || n < need) {
					need = n
				}
			}
		}
	}
	if need == 0 {
		return nil
	}
	for k := range money.PerTonne(triesPerKind) {
		cut := roundUp(need) + k*priceStep
		if cut >= asked {
			break
		}
		out = append(out, trial{Step{Kind: StepPrice, Price: cut}, func(c *change) {
			pl.replaced(c, rest.at, func(o *Offer) { o.Floor = asked - cut })
		}})
	}
	return out
}
