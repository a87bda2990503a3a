package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/lienket/lienket/mincost"
)

// plan says how large a market is. nearest > 0 keeps that many best demands per offer;
// mixed takes half of them at random instead, so that offers compete for far demands.
type plan struct {
	sellers, buyers, offers, demands, goods, towns int
	scale                                          float64 // km from end to end
	nearest                                        int
	mixed                                          bool
}

var plans = map[string]plan{
	"province": {650, 60, 5_000, 1_000, 40, 11, 100, 0, false},
	"region":   {6_000, 1_200, 50_000, 10_000, 80, 14, 400, 0, false},
	"nation":   {31_000, 12_000, 300_000, 60_000, 120, 63, 1200, 32, false},
	"nation2":  {31_000, 12_000, 300_000, 60_000, 120, 63, 1200, 32, true},
	"staple":   {6_000, 1_200, 50_000, 10_000, 1, 14, 400, 32, false},
	"staple2":  {6_000, 1_200, 50_000, 10_000, 1, 14, 400, 32, true},
}

func namedMarket(r *rand.Rand, size string) (*mincost.Network, error) {
	p, ok := plans[size]
	if !ok {
		return nil, fmt.Errorf("no market %q", size)
	}
	return market(r, p), nil
}

type point struct{ x, y float64 }

// side is an offer or a demand: of a good, somewhere, in some weeks, with a certificate.
type side struct {
	at         point
	good       int
	week, last int // first week, and how many more
	proof      int // certificate: 0 none … 3 organic
	amount     int64
	price      int64 // the floor of an offer, the ceiling of a demand
	node       int
}

// market has an arc from each offer to each demand that it could serve, at floor price,
// freight and 3 % a week of waiting; one node takes what is not sold for nothing and gives
// what is missing at a penalty. Arcs above the ceiling stay, so that the network is hard.
func market(r *rand.Rand, p plan) *mincost.Network {
	town := make([]point, p.towns)
	for i := range town {
		town[i] = point{r.Float64() * p.scale / 3, r.Float64() * p.scale}
	}
	near := func(t point) point {
		return point{t.x + r.NormFloat64()*p.scale/40, t.y + r.NormFloat64()*p.scale/40}
	}
	weight := make([]float64, p.goods) // Zipf, summed up
	base, peak := make([]float64, p.goods), make([]int, p.goods)
	sum := 0.0
	for g := range p.goods {
		sum += math.Pow(float64(g+1), -0.9)
		weight[g] = sum
		base[g], peak[g] = 4000*math.Exp(2.7*r.Float64()), r.IntN(52)
	}
	anyGood := func() int {
		g, _ := slices.BinarySearch(weight, r.Float64()*sum)
		return min(g, p.goods-1)
	}
	week := func(g int) int {
		if r.IntN(10) < 6 {
			return ((peak[g]+int(5*r.NormFloat64()))%52 + 52) % 52
		}
		return r.IntN(52)
	}
	proofs := func(shares ...int) int {
		x := r.IntN(100)
		for i, s := range shares {
			if x -= s; x < 0 {
				return i
			}
		}
		return len(shares)
	}
	type seller struct {
		at    point
		proof int
		goods []int
	}
	sellers := make([]seller, p.sellers)
	for i := range sellers {
		s := &sellers[i]
		s.at, s.proof = near(town[r.IntN(p.towns)]), proofs(45, 35, 15)
		for range 1 + r.IntN(4) {
			s.goods = append(s.goods, anyGood())
		}
	}
	buyer := make([]point, p.buyers)
	for i := range buyer {
		t := town[r.IntN(p.towns)]
		if r.IntN(10) < 6 { // most buyers are in the few large towns
			t = town[r.IntN(1+p.towns/10)]
		}
		buyer[i] = near(t)
	}
	offers, ready := make([]side, p.offers), make([]float64, p.goods)
	for i := range offers {
		s := &sellers[r.IntN(p.sellers)]
		g := s.goods[r.IntN(len(s.goods))]
		q := 5 + int64(math.Exp(5+r.NormFloat64()))
		ready[g] += float64(q)
		offers[i] = side{s.at, g, week(g), 1 + r.IntN(3), s.proof, q, int64(base[g] * (0.85 + 0.3*r.Float64())), i}
	}
	good, wanted := make([]int, p.demands), make([]int, p.goods)
	for j := range good {
		good[j] = anyGood()
		wanted[good[j]]++
	}
	demands := make([][]side, p.goods)
	for j, g := range good { // all demand together is about nine tenths of the offer
		q := 20 + int64(0.9*ready[g]/float64(wanted[g])*math.Exp(0.8*r.NormFloat64()-0.32))
		d := side{buyer[r.IntN(p.buyers)], g, week(g), 1 + r.IntN(4), proofs(55, 30, 12), q, 0, p.offers + j}
		d.price = int64(base[g] * (0.95 + 0.35*r.Float64()) * (1 + 0.08*float64(d.proof)))
		demands[g] = append(demands[g], d)
	}
	return connect(r, p, offers, demands)
}

func connect(r *rand.Rand, p plan, offers []side, demands [][]side) *mincost.Network {
	n := mincost.New(p.offers + p.demands + 1)
	slack := p.offers + p.demands
	type choice struct {
		node       int
		cost, gain int64
	}
	var list []choice
	for i := range offers {
		o := &offers[i]
		n.Supply[o.node] = o.amount
		n.Supply[slack] -= o.amount
		list = list[:0]
		for j := range demands[o.good] {
			d := &demands[o.good][j]
			wait, ok := waiting(o, d)
			if !ok || o.proof < d.proof {
				continue
			}
			km := math.Hypot(o.at.x-d.at.x, o.at.y-d.at.y)
			c := o.price + 300 + int64(2.2*km) + o.price*3*int64(wait)/100
			if c <= d.price*12/10+2000 {
				list = append(list, choice{d.node, c, penalty(d) - c})
			}
		}
		if k := p.nearest; k > 0 && len(list) > k {
			slices.SortFunc(list, func(a, b choice) int {
				return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.node, b.node))
			})
			for x := k / 2; p.mixed && x < k; x++ {
				y := x + r.IntN(len(list)-x)
				list[x], list[y] = list[y], list[x]
			}
			list = list[:k]
		}
		for _, c := range list {
			n.AddArc(o.node, c.node, 0, o.amount, c.cost)
		}
		n.AddArc(o.node, slack, 0, o.amount, 0)
	}
	for _, of := range demands {
		for j := range of {
			d := &of[j]
			n.Supply[d.node] = -d.amount
			n.Supply[slack] += d.amount
			n.AddArc(slack, d.node, 0, d.amount, penalty(d))
		}
	}
	return n
}

func penalty(d *side) int64 { return d.price*3/2 + 3000 }

// waiting says whether goods of o are there in the weeks of d, at most a week early, in a
// year without end, and how long they wait.
func waiting(o, d *side) (int, bool) {
	later := (d.week - o.week + 52) % 52
	if later >= 26 {
		return 0, 52-later < d.last
	}
	wait := max(0, later-o.last+1)
	return wait, wait <= 1
}
