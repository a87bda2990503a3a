package market

import (
	"slices"

	"github.com/lienket/lienket/internal/base/money"
)

// explainDemand fills x.Steps for a demand that is not filled.
func (pl *Planner) explainDemand(x *LeftOut) (err error) {
	x.Tried = true
	if x.Main == WhyNothing || x.Main == WhyCommodity {
		return nil
	}
	j := lookup(pl.in.Demands, x.ID, func(d *Demand) string { return d.ID })
	x.Steps, err = pl.run(pl.demandTrials(&pl.wants[j]), false, j, pl.got[j])
	return err
}

// demandTrials reads candidates from the refused pairs of a demand, in the order in which
// steps are shown.
func (pl *Planner) demandTrials(w *want) [][]trial {
	papers, shifts := votes[string]{}, votes[int]{}
	noLead := map[int]bool{}
	place := -1
	class := false
	var buf []way
	for _, s := range pl.stalls[w.com].stocks {
		if s.units == 0 {
			continue
		}
		v := pl.g.judge(s, w, buf)
		buf = v.ways
		switch v.rank {
		case atPaper, atExpired:
			if k := lacking(s, w, v.rank == atExpired); k != "" {
				papers[k]++
			}
		case atDays, atShelf:
			if n := pl.shift(s, w); n != 0 {
				shifts[-n]++ // the demand moves the other way
			}
		case atClass:
			class = true
		case atNoLead:
			if noLead[s.place] = true; place < 0 {
				place = s.place
			}
		}
	}
	edit := func(st Step, f func(*Demand)) trial {
		return trial{st, func(c *change) { pl.changed(c, w.at, f) }}
	}
	var paper, lead, days, classes []trial
	for _, k := range papers.ranked() {
		paper = append(paper, edit(Step{Kind: StepPaper, Paper: k}, func(d *Demand) {
			d.Papers = slices.DeleteFunc(d.Papers, func(p string) bool { return p == k })
		}))
	}
	if place >= 0 {
		if t, ok := pl.leadTrial(-1, place, w); ok {
			lead = append(lead, t)
		}
	}
	for _, n := range shifts.byCloseness(abs) {
		days = append(days, edit(Step{Kind: StepDays, Days: n}, func(d *Demand) { d.From, d.To = move(d.From, n), move(d.To, n) }))
	}
	if class {
		for k := w.d.MinClass + 1; k <= 4; k++ {
			classes = append(classes, edit(Step{Kind: StepSort, Class: int(k)}, func(d *Demand) { d.MinClass = k % 4 }))
		}
	}
	return [][]trial{paper, lead, days, classes, pl.looserTrials(w, edit), pl.higherTrials(w, edit)}
}

// looserTrials give up one limit of the order.
func (pl *Planner) looserTrials(w *want, edit func(Step, func(*Demand)) trial) (out []trial) {
	if w.d.MinOrder > 0 && pl.got[w.at] == 0 {
		out = append(out, edit(Step{Kind: StepSplit, Rule: WhyMinOrder}, func(d *Demand) { d.MinOrder = 0 }))
	}
	if w.d.MaxSources > 0 {
		out = append(out, edit(Step{Kind: StepSplit, Rule: WhySources}, func(d *Demand) { d.MaxSources = 0 }))
	}
	if w.d.MaxInvoices > 0 {
		out = append(out, edit(Step{Kind: StepSplit, Rule: WhyInvoices}, func(d *Demand) { d.MaxInvoices = 0 }))
	}
	return out
}

// higherTrials look for the smallest higher price that would bring goods: that of the
// cheapest lot that is free or can be outbid.
func (pl *Planner) higherTrials(w *want, edit func(Step, func(*Demand)) trial) (out []trial) {
	if pl.sellersOf(w.com) < priceSellers || w.price == 0 {
		return nil
	}
	// At the highest price on record every way that days allow shows, with its worth.
	top := *w.d
	top.Ceiling = money.MaxPerTonne
	rich := pl.g.want(w.at, &top, pl.stalls[w.com].chiefs)
	need := money.PerTonne(0)
	var buf []way
	for _, s := range pl.stalls[w.com].stocks {
		if s.units == 0 {
			continue
		}
		v := pl.g.judge(s, &rich, buf)
		buf = v.ways
		for i := range s.lots {
			l := &s.lots[i]
			if !classFits(w.d.MinClass, l.class) || l.level < v.need {
				continue
			}
			beat := money.PerTonne(0)
			if pl.spare(s.firstLot+i) == 0 {
				beat = money.PerTonne(pl.solved.SourceHigh[s.firstLot+i])
			}
			for k := range v.ways {
				price := v.ways[k].haul.payFor(max(s.reserve[l.class]+beat-s.bonus+1, s.o.Floor), w.d, &pl.in.Params)
				if n := price - w.price; n > 0 && (need == 0 || n < need) {
					need = n
				}
			}
		}
	}
	if need == 0 {
		return nil
	}
	for k := range money.PerTonne(triesPerKind) {
		rise := roundUp(need) + k*priceStep
		if price := w.price + rise; price <= money.MaxPerTonne && rise <= w.price {
			out = append(out, edit(Step{Kind: StepPrice, Price: rise}, func(d *Demand) { d.Ceiling = price }))
		}
	}
	return out
}
