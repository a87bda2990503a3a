package market

import "github.com/lienket/lienket/internal/base/money"

// tally is what the pair filter remembers of one offer or demand: how many of its pairs
// fell to which test, and the partner that came nearest.
type tally struct {
	counts  [feasible + 1]int32
	best    rank
	margin  money.PerTonne // V − R of the best lot and way; only where days and papers hold
	partner int            // -1 without any pair
}

func (t *tally) note(r rank, margin money.PerTonne, partner int) {
	t.counts[r]++
	if t.partner < 0 || r > t.best || r == t.best && margin > t.margin {
		t.best, t.margin, t.partner = r, margin, partner
	}
}

// refused turns the counts into reasons; elsewhere is how many partners deal in other goods.
func (t *tally) refused(elsewhere int) map[Reason]int64 {
	out := map[Reason]int64{}
	if elsewhere > 0 {
		out[WhyCommodity] = int64(elsewhere)
	}
	for r, n := range t.counts[:feasible] {
		if n > 0 {
			out[rankReason[r]] = int64(n)
		}
	}
	return out
}

// margin is V − R of the best lot and way of a verdict, 0 where it did not come so far.
func (v *verdict) margin(s *stock, w *want) (best money.PerTonne) {
	first := true
	for i := range s.lots {
		l := &s.lots[i]
		if !classFits(w.d.MinClass, l.class) || l.level < v.need {
			continue
		}
		for k := range v.ways {
			if m := v.ways[k].v - s.reserve[l.class]; first || m > best {
				best, first = m, false
			}
		}
	}
	return best
}
