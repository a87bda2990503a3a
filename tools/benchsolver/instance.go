package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/lienket/lienket/mincost"
)

// family makes a network of one kind. size is whatever the kind counts by: the logarithm
// of the nodes, the nodes on a side, or the name of a market.
type family func(r *rand.Rand, size string) (*mincost.Network, error)

// families are those of the literature (NETGEN with 8 arcs a node, with √n arcs a node,
// with small supplies; grids; street plans; assignment; transportation) and our markets.
var families = map[string]family{
	"netgen8":   powers(func(r *rand.Rand, n int) *mincost.Network { return netgen(r, n, 8*n, 1000) }),
	"netgenlo8": powers(func(r *rand.Rand, n int) *mincost.Network { return netgen(r, n, 8*n, 10) }),
	"netgensr": powers(func(r *rand.Rand, n int) *mincost.Network {
		return netgen(r, n, int(float64(n)*math.Sqrt(float64(n))), 1000)
	}),
	"grid":   powers(func(r *rand.Rand, n int) *mincost.Network { return lattice(r, n, false) }),
	"road":   powers(func(r *rand.Rand, n int) *mincost.Network { return lattice(r, n, true) }),
	"assign": counts(assignment),
	"transp": counts(transportation),
	"market": namedMarket,
}

func powers(f func(*rand.Rand, int) *mincost.Network) family {
	return func(r *rand.Rand, size string) (*mincost.Network, error) {
		k, err := strconv.Atoi(size)
		if err != nil || k < 4 || k > 24 {
			return nil, fmt.Errorf("size %q is no logarithm between 4 and 24", size)
		}
		return f(r, 1<<k), nil
	}
}

func counts(f func(*rand.Rand, int) *mincost.Network) family {
	return func(r *rand.Rand, size string) (*mincost.Network, error) {
		k, err := strconv.Atoi(size)
		if err != nil || k < 1 || k > 1<<20 {
			return nil, fmt.Errorf("size %q is no number of nodes on a side", size)
		}
		return f(r, k), nil
	}
}

// generate makes the instance "family-size" for a seed, the same on every machine.
func generate(name string, seed uint64) (*mincost.Network, error) {
	kind, size, _ := strings.Cut(name, "-")
	f := families[kind]
	if f == nil {
		return nil, fmt.Errorf("no family %q", kind)
	}
	return f(rand.New(rand.NewPCG(seed, 0x6d696e636f7374)), size)
}

func between(r *rand.Rand, low, high int) int64 { return int64(low + r.IntN(high-low+1)) }

// netgen follows the plan of NETGEN (Klingman, Napier and Stutz 1974): √n sources and
// √n sinks, a chain of dear arcs from each source that makes the network feasible, and
// random arcs up to m.
func netgen(r *rand.Rand, n, m, supply int) *mincost.Network {
	const most, dear = 1000, 10000
	net := mincost.New(n)
	k := int(math.Sqrt(float64(n)))
	order := r.Perm(n)
	source, sink, inner := order[:k], order[k:2*k], order[2*k:]
	amount := make([]int64, k)
	for range k * supply {
		amount[r.IntN(k)]++
	}
	for i, s := range source {
		net.Supply[s] = amount[i]
		chain := append([]int{s}, inner[i*len(inner)/k:(i+1)*len(inner)/k]...)
		for j := 1; j < len(chain); j++ {
			cost := int64(dear)
			if r.IntN(2) == 0 {
				cost = between(r, 1, dear)
			}
			net.AddArc(chain[j-1], chain[j], 0, max(most, amount[i]), cost)
		}
		left, ends := amount[i], 1+r.IntN(4)
		for q := range ends {
			x, t := left, sink[i]
			if q > 0 {
				t = sink[r.IntN(k)]
			}
			if q < ends-1 && left > 0 {
				x = 1 + r.Int64N(left)
			}
			left -= x
			net.Supply[t] -= x
			from := chain[len(chain)-1-r.IntN(1+len(chain)/4)]
			net.AddArc(from, t, 0, max(most, x), dear)
		}
	}
	for len(net.Arcs) < m {
		u, v := r.IntN(n), r.IntN(n)
		if u != v && net.Supply[u] >= 0 && net.Supply[v] <= 0 {
			net.AddArc(u, v, 0, between(r, 1, most), between(r, 1, dear))
		}
	}
	r.Shuffle(len(net.Arcs), func(i, j int) { net.Arcs[i], net.Arcs[j] = net.Arcs[j], net.Arcs[i] })
	return net
}

// lattice is a plane grid with arcs both ways: random capacities, or streets of which a
// quarter is missing and which take anything. A dear arc for each pair of source and
// sink keeps it feasible.
func lattice(r *rand.Rand, n int, streets bool) *mincost.Network {
	w := int(math.Sqrt(float64(n)))
	h := n / w
	n = w * h
	net := mincost.New(n)
	both := func(u, v int) {
		if !streets {
			net.AddArc(u, v, 0, between(r, 1, 1000), between(r, 1, 10000))
			net.AddArc(v, u, 0, between(r, 1, 1000), between(r, 1, 10000))
		} else if r.IntN(4) > 0 {
			c := between(r, 50, 1000)
			net.AddArc(u, v, 0, 1_000_000, c)
			net.AddArc(v, u, 0, 1_000_000, c)
		}
	}
	for y := range h {
		for x := range w {
			if x+1 < w {
				both(y*w+x, y*w+x+1)
			}
			if y+1 < h {
				both(y*w+x, (y+1)*w+x)
			}
		}
	}
	order := r.Perm(n)
	for i := range w {
		u, v, s := order[2*i], order[2*i+1], between(r, 1, 200)
		net.Supply[u] += s
		net.Supply[v] -= s
		net.AddArc(u, v, 0, s, 10000*int64(w))
	}
	return net
}

// assignment is complete: n workers, n places, any cost.
func assignment(r *rand.Rand, n int) *mincost.Network {
	net := mincost.New(2 * n)
	for i := range n {
		net.Supply[i], net.Supply[n+i] = 1, -1
		for j := range n {
			net.AddArc(i, n+j, 0, 1, between(r, 1, 100_000))
		}
	}
	return net
}

// transportation has 32 arcs a source, one of them wide and dear.
func transportation(r *rand.Rand, n int) *mincost.Network {
	net := mincost.New(2 * n)
	for i := range n {
		s := between(r, 1, 1000)
		net.Supply[i] += s
		net.Supply[n+i] -= s
		net.AddArc(i, n+i, 0, 1_000_000, 100_000)
		for range 31 {
			net.AddArc(i, n+r.IntN(n), 0, between(r, 1, 1000), between(r, 1, 10000))
		}
	}
	return net
}
