package market

import (
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
)

// inWindow is what so much in each so many days comes to between two days, of which only
// those that the plan looks at count.
func (r *sheetRow) inWindow(g weight.Grams, each int64, from, to calendar.Day) weight.Grams {
	from, to = max(from, r.rd.opt.AsOf), min(to, r.rd.opt.Horizon)
	if to < from {
		return 0
	}
	return weight.Grams(scaleBy(int64(g), int64(to-from)+1, each))
}

// days reads the window and states an assumption where none is written.
func (r *sheetRow) days(code string) (from, to calendar.Day, assumed bool) {
	asOf, horizon := r.rd.opt.AsOf, r.rd.opt.Horizon
	w, ok := readWindow(r.cell(colFrom), r.cell(colTo), r.cell(colWindow), asOf)
	if w.Single && !r.t.demand {
		w.To = 0 // the day on which a harvest begins; a buyer's one day is that day
	}
	c := r.firstOf(colWindow, colFrom, colTo)
	span := func(a, b calendar.Day) string { return calendar.FormatVI(a) + " – " + calendar.FormatVI(b) }
	if !ok && w.From == 0 && w.To == 0 && !w.Always {
		from, to = r.season(code)
		r.doubt(c, AskDaysUnclear, span(from, to), span(from, to))
		return from, to, true
	}
	switch {
	case w.From == 0 && w.To == 0 && w.Always:
		return asOf, horizon, false
	case w.From == 0 && w.To == 0:
		from, to = r.season(code)
		r.doubt(c, AskDaysMissing, span(from, to), span(from, to))
		return from, to, true
	case w.To == 0:
		from, to = w.From, min(w.From+30, max(horizon, w.From))
		if w.Always {
			to = max(horizon, from)
		} else {
			r.doubt(colTo, AskDaysPartial, calendar.FormatVI(to), span(from, to))
		}
	case w.From == 0:
		from, to = min(asOf, w.To), w.To
	default:
		from, to = w.From, w.To
	}
	if !ok {
		r.doubt(c, AskDaysUnclear, span(from, to), span(from, to))
	} else if w.Guessed {
		r.doubt(c, AskDaysGuessed, span(from, to), span(from, to))
	}
	if to < from {
		wrong := span(from, to)
		y, m, d := to.Date()
		if later := calendar.Date(y+1, m, d); later >= from && later-from <= 183 {
			to = later // «15/12/2023 – 20/1/2023»: the year was not changed
		} else {
			from, to = to, from
		}
		r.doubt(c, AskDaysReversed, span(from, to), wrong, span(from, to))
	}
	if to < asOf {
		r.doubt(c, AskDaysPast, "", span(from, to))
	}
	return r.bounded(from), r.bounded(to), false
}

// firstOf is the first of some columns that holds something, else the first there is.
func (r *sheetRow) firstOf(cs ...column) column {
	for _, c := range cs {
		if !cellEmpty(r.cell(c)) {
			return c
		}
	}
	for _, c := range cs {
		if _, ok := r.t.cols[c]; ok {
			return c
		}
	}
	return cs[0]
}

// bounded keeps a day inside what a record may carry.
func (r *sheetRow) bounded(d calendar.Day) calendar.Day { return min(max(d, firstDay), lastDay) }

// season is the first run of harvest months that the plan's days meet; all days where the
// catalogue knows none, or for a buyer.
func (r *sheetRow) season(code string) (from, to calendar.Day) {
	asOf, horizon := r.rd.opt.AsOf, r.rd.opt.Horizon
	c, ok := r.rd.goods.catalog.ByCode(code)
	if !ok || r.t.demand || len(c.HarvestMonths) == 0 || len(c.HarvestMonths) >= 12 {
		return asOf, horizon
	}
	for d := asOf; d <= horizon; d++ {
		_, m, _ := d.Date()
		in := slices.Contains(c.HarvestMonths, int(m))
		if in && from == 0 {
			from = d
		}
		if from != 0 && in {
			to = d
		}
		if from != 0 && !in {
			break
		}
	}
	if from == 0 {
		return asOf, horizon
	}
	return from, to
}
