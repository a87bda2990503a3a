package matching

import "math/rand/v2"

// brute finds the best plan by trying every set of open vias and every whole quantity on
// every arc. It is slow and obviously right.
type brute struct {
	p    *Problem
	gain []int64 // per arc under the present vias, with the bonus
	shut []bool
	left []int64 // per source
	x    []int64
	best Int
	any  bool
}

func bruteForce(p *Problem) (best Int, any bool) {
	b := &brute{p: p, gain: make([]int64, len(p.Arcs)), shut: make([]bool, len(p.Arcs)), x: make([]int64, len(p.Arcs))}
	for _, s := range p.Sources {
		b.left = append(b.left, s.Units)
	}
	b.vias(0)
	return b.best, b.any
}

func (b *brute) vias(d int) {
	if d == len(b.p.Sinks) {
		b.arcs(0)
		return
	}
	most := b.p.Sinks[d].MaxVias
	set := map[int]bool{}
	if most > 0 {
		for _, a := range b.p.Arcs {
			for _, v := range a.Vias {
				set[v.Via] = set[v.Via] || a.Sink == d
			}
		}
	}
	var list []int
	for v, here := range set {
		if here {
			list = append(list, v)
		}
	}
	for mask := range 1 << len(list) {
		n := 0
		open := map[int]bool{}
		for i, v := range list {
			if mask>>i&1 == 1 {
				n++
				open[v] = true
			}
		}
		if n > most {
			continue
		}
		for i, a := range b.p.Arcs {
			if a.Sink != d {
				continue
			}
			b.gain[i], b.shut[i] = a.Gain, most > 0
			for _, v := range a.Vias {
				if most > 0 && open[v.Via] && (b.shut[i] || v.Gain > b.gain[i]) {
					b.gain[i], b.shut[i] = v.Gain, false
				}
			}
			b.gain[i] += a.Bonus
		}
		b.vias(d + 1)
	}
}

func (b *brute) arcs(i int) {
	if i == len(b.p.Arcs) {
		b.judge()
		return
	}
	a := &b.p.Arcs[i]
	most := min(b.left[a.Source], b.p.Sinks[a.Sink].Max)
	if b.shut[i] {
		most = 0
	}
	for x := int64(0); x <= most; x++ {
		b.x[i] = x
		b.left[a.Source] -= x
		b.arcs(i + 1)
		b.left[a.Source] += x
	}
	b.x[i] = 0
}

func (b *brute) judge() {
	var sum Int
	for i, x := range b.x {
		sum.AddMul(x, b.gain[i])
	}
	if (!b.any || sum.Cmp(b.best) > 0) && keepsRules(b.p, b.x) {
		b.best, b.any = sum, true
	}
}

// keepsRules judges a flow per arc by every rule but the vias.
func keepsRules(p *Problem, x []int64) bool {
	sent, got, party := make([]int64, len(p.Sources)), make([]int64, len(p.Sinks)), make([]int64, p.Parties)
	lines, seats := map[[2]int]int64{}, map[[2]int]bool{}
	for i, a := range p.Arcs {
		if x[i] < 0 {
			return false
		}
		if x[i] == 0 {
			continue
		}
		o := p.Sources[a.Source].Offer
		sent[a.Source] += x[i]
		got[a.Sink] += x[i]
		party[p.Offers[o].Party] += x[i]
		lines[[2]int{o, a.Sink}] += x[i]
		seats[[2]int{p.Offers[o].Party, a.Sink}] = true
	}
	for s, u := range sent {
		if u > p.Sources[s].Units {
			return false
		}
	}
	count := make([]int, len(p.Sinks))
	for k := range seats {
		count[k[1]]++
	}
	for d, u := range got {
		w := p.Sinks[d]
		if u > w.Max || u > 0 && u < w.Min || w.MaxParties > 0 && count[d] > w.MaxParties {
			return false
		}
	}
	for k, u := range lines {
		if u < p.Offers[k[0]].MinLine {
			return false
		}
	}
	for _, c := range p.Caps {
		if party[c.Party] > c.Units {
			return false
		}
	}
	for _, n := range p.Pins {
		if lines[[2]int{n.Offer, n.Sink}] < n.Units {
			return false
		}
	}
	return true
}

// randomProblem is small enough for brute and has every kind of rule.
func randomProblem(r *rand.Rand, rules bool) *Problem {
	p := &Problem{Parties: 1 + r.IntN(4)}
	for range 1 + r.IntN(4) {
		o := Offer{Party: r.IntN(p.Parties)}
		if rules && r.IntN(3) == 0 {
			o.MinLine = r.Int64N(5)
		}
		p.Offers = append(p.Offers, o)
		for range 1 + r.IntN(2) {
			p.Sources = append(p.Sources, Source{Offer: len(p.Offers) - 1, Units: r.Int64N(4)})
		}
	}
	for range 1 + r.IntN(4) {
		w := Sink{Max: r.Int64N(9)}
		if rules && r.IntN(2) == 0 {
			w.Min = r.Int64N(8)
		}
		if rules && r.IntN(2) == 0 {
			w.MaxParties = 1 + r.IntN(2)
		}
		if rules && r.IntN(3) == 0 {
			w.MaxVias = 1 + r.IntN(2)
		}
		p.Sinks = append(p.Sinks, w)
	}
	for s := range p.Sources {
		for d := range p.Sinks {
			if r.IntN(4) == 0 || len(p.Arcs) == 8 {
				continue
			}
			a := Arc{Source: s, Sink: d, Gain: r.Int64N(12) - 1}
			if r.IntN(4) == 0 {
				a.Bonus = r.Int64N(4)
			}
			if p.Sinks[d].MaxVias > 0 {
				for v := range 3 {
					if r.IntN(2) == 0 || v == 2 && len(a.Vias) == 0 {
						a.Vias = append(a.Vias, Via{Via: v, Gain: r.Int64N(12) - 1})
					}
				}
			}
			p.Arcs = append(p.Arcs, a)
		}
	}
	if r.IntN(3) == 0 {
		p.Caps = append(p.Caps, Cap{Party: r.IntN(p.Parties), Units: r.Int64N(6)})
	}
	if rules && r.IntN(3) == 0 && len(p.Arcs) > 0 {
		for range 1 + r.IntN(2) {
			a := p.Arcs[r.IntN(len(p.Arcs))]
			p.Pins = append(p.Pins, Pin{Offer: p.Sources[a.Source].Offer, Sink: a.Sink, Units: r.Int64N(4)})
		}
	}
	p.Work.Nodes = 100000
	return p
}
