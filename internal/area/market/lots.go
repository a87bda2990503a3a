package market

import (
	"cmp"
	"math/bits"
	"slices"
)

// An offer is a garden with a mix of classes and papers that cover part of it. The plan
// works on homogeneous lots: one class, and the first Level papers of the offer, widest
// scope first, because a narrower paper is assumed to lie inside the wider ones.

// lot is a homogeneous part of an offer.
type lot struct {
	class, level int
	units        int64
}

// mergePapers joins duplicated kinds and sorts by scope, widest first (whole is widest).
// Scopes of a kind add up, one whole paper makes it whole, the earliest expiry holds.
func mergePapers(papers []Paper) []Paper {
	var out []Paper
	for _, p := range papers {
		i := slices.IndexFunc(out, func(q Paper) bool { return q.Kind == p.Kind })
		if i < 0 {
			out = append(out, p)
			continue
		}
		q := &out[i]
		if q.Scope == 0 || p.Scope == 0 {
			q.Scope = 0
		} else {
			q.Scope += p.Scope
		}
		if q.Until == 0 || p.Until != 0 && p.Until < q.Until {
			q.Until = p.Until
		}
	}
	slices.SortFunc(out, func(a, b Paper) int {
		if a.Scope != b.Scope {
			switch {
			case a.Scope == 0:
				return -1
			case b.Scope == 0:
				return 1
			}
			return cmp.Compare(b.Scope, a.Scope)
		}
		return cmp.Compare(a.Kind, b.Kind)
	})
	return out
}

// cut divides units of an offer into its lots, by class, then level; papers are merged.
func cut(units int64, mix [4]int64, papers []Paper, unit int64) []lot {
	if units == 0 {
		return nil
	}
	scope := make([]int64, len(papers)+2) // scope[m] units hold the first m papers
	scope[0] = units
	for m, p := range papers {
		scope[m+1] = units
		if p.Scope > 0 {
			scope[m+1] = min(units, int64(p.Scope)/unit)
		}
	}
	var out []lot
	var sum, before int64
	for c, share := range mix {
		sum += share
		upTo := units * sum / 1000
		q := upTo - before
		before = upTo
		for m := range len(papers) + 1 {
			if n := mulDiv(q, scope[m], units) - mulDiv(q, scope[m+1], units); n > 0 {
				out = append(out, lot{c, m, n})
			}
		}
	}
	return out
}

// mulDiv is ⌊a × b / c⌋ for 0 ≤ b ≤ c through 128 bits.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
