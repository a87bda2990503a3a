package market

import (
	"fmt"
	"slices"
)

// best is the largest Σ units × (gain + bonus) × unit of any plan, by trying everything;
// ok is false when pins cannot be held.
func (m model) best() (total int64, ok bool) {
	for _, c := range m.in.Commodities {
		b := newBrute(m, c)
		v, fine := b.from(0, b.full())
		if !fine {
			return 0, false
		}
		total += v * int64(c.Unit)
	}
	return total, true
}

type brute struct {
	m       model
	offers  []Offer
	demands []Demand
	lots    []mlot
	of      []int // offer of each lot
	unit    int64
	ways    [][][]mway // demand, lot
	memo    map[string]int64
	none    map[string]bool
}

func newBrute(m model, c Commodity) *brute {
	b := &brute{m: m, unit: int64(c.Unit), memo: map[string]int64{}, none: map[string]bool{}}
	for _, o := range m.in.Offers {
		if o.Commodity == c.Code {
			b.offers = append(b.offers, o)
			for _, l := range m.lots(o) {
				b.lots, b.of = append(b.lots, l), append(b.of, len(b.offers)-1)
			}
		}
	}
	for _, d := range m.in.Demands {
		if d.Commodity == c.Code {
			b.demands = append(b.demands, d)
			var w [][]mway
			for k, l := range b.lots {
				w = append(w, m.ways(b.offers[b.of[k]], l, d))
			}
			b.ways = append(b.ways, w)
		}
	}
	return b
}

func (b *brute) full() (rest []int64) {
	for _, l := range b.lots {
		rest = append(rest, l.units)
	}
	return rest
}

// from is the best of demands at … with what rest of the lots.
func (b *brute) from(at int, rest []int64) (int64, bool) {
	if at == len(b.demands) {
		return 0, b.capsHold(rest)
	}
	key := fmt.Sprint(at, rest)
	if b.none[key] {
		return 0, false
	}
	if v, ok := b.memo[key]; ok {
		return v, true
	}
	best, found := int64(0), false
	take := make([]int64, len(rest))
	var walk func(l int)
	walk = func(l int) {
		if l == len(rest) {
			v, ok := b.value(at, take)
			if !ok {
				return
			}
			left := slices.Clone(rest)
			for i := range left {
				left[i] -= take[i]
			}
			if w, ok := b.from(at+1, left); ok && (!found || v+w > best) {
				best, found = v+w, true
			}
			return
		}
		most := rest[l]
		if len(b.ways[at][l]) == 0 {
			most = 0
		}
		for take[l] = 0; take[l] <= most; take[l]++ {
			walk(l + 1)
		}
		take[l] = 0
	}
	walk(0)
	if !found {
		b.none[key] = true
		return 0, false
	}
	b.memo[key] = best
	return best, true
}

func (b *brute) capsHold(rest []int64) bool {
	for _, c := range b.m.in.Rules.Caps {
		sent := int64(0)
		for l := range rest {
			if o := b.offers[b.of[l]]; o.Party == c.Party && o.Commodity == c.Commodity {
				sent += b.lots[l].units - rest[l]
			}
		}
		if sent > fdiv(int64(c.Max), b.unit) {
			return false
		}
	}
	return true
}

// value of what one demand takes; ok is false when a rule of the demand is broken.
func (b *brute) value(at int, take []int64) (int64, bool) {
	d := b.demands[at]
	sum := int64(0)
	line := map[int]int64{}
	sources := map[string]bool{}
	vias := map[string]bool{}
	for l, n := range take {
		if n > 0 {
			sum += n
			line[b.of[l]] += n
			sources[b.offers[b.of[l]].Party] = true
			for _, w := range b.ways[at][l] {
				vias[w.invoicer] = true
			}
		}
	}
	if sum > 0 && (sum < cdiv(int64(d.MinOrder), b.unit) || sum > fdiv(int64(d.Quantity), b.unit)) {
		return 0, false
	}
	if d.MaxSources > 0 && len(sources) > d.MaxSources {
		return 0, false
	}
	for o, n := range line {
		if n < cdiv(int64(b.offers[o].MinLine), b.unit) {
			return 0, false
		}
	}
	for _, p := range b.m.in.Rules.Pins {
		if p.Demand == d.ID {
			o := slices.IndexFunc(b.offers, func(x Offer) bool { return x.ID == p.Offer })
			if o < 0 || line[o] < cdiv(int64(p.Min), b.unit) {
				return 0, false
			}
		}
	}
	if d.MaxInvoices == 0 {
		v, _ := b.through(at, take, nil)
		return v, true
	}
	names := make([]string, 0, len(vias))
	for v := range vias {
		names = append(names, v)
	}
	best, found := int64(0), false
	for set := range 1 << len(names) {
		open := map[string]bool{}
		for k, n := range names {
			if set>>k&1 == 1 {
				open[n] = true
			}
		}
		if len(open) > d.MaxInvoices {
			continue
		}
		if v, ok := b.through(at, take, open); ok && (!found || v > best) {
			best, found = v, true
		}
	}
	return best, found
}

func (b *brute) through(at int, take []int64, open map[string]bool) (sum int64, ok bool) {
	for l, n := range take {
		if n == 0 {
			continue
		}
		best, found := int64(0), false
		for _, w := range b.ways[at][l] {
			if (open == nil || open[w.invoicer]) && (!found || w.gain > best) {
				best, found = w.gain, true
			}
		}
		if !found {
			return 0, false
		}
		sum += n * (best + b.m.bonus(b.offers[b.of[l]]))
	}
	return sum, true
}
