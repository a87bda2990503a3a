package mincost

import (
	"math/big"
	"math/rand/v2"
)

// Two independent answers to compare with: all flows of a tiny network tried out, and
// successive shortest paths by Bellman-Ford, which shares no idea with the simplex.

// enumerate tries all flows with amounts up to limit. It knows the cheapest cost, or that
// there is none within the limit.
func enumerate(n *Network, limit int64) (cost int64, found bool) {
	left := append([]int64(nil), n.Supply...)
	var try func(i int, c int64)
	try = func(i int, c int64) {
		if i == len(n.Arcs) {
			for _, x := range left {
				if x != 0 {
					return
				}
			}
			if !found || c < cost {
				cost, found = c, true
			}
			return
		}
		a := n.Arcs[i]
		for f := a.Lower; f <= min(a.Upper, limit); f++ {
			left[a.Tail] -= f
			left[a.Head] += f
			try(i+1, c+f*a.Cost)
			left[a.Tail] += f
			left[a.Head] -= f
		}
	}
	try(0, 0)
	return cost, found
}

// shortestPaths solves by successive shortest paths. Arcs of negative cost are filled
// first; arcs without upper bound get a big one. A feasible network is unbounded if and only
// if arcs without upper bound form a negative cycle.
func shortestPaths(n *Network) (Status, int64) {
	const big = int64(1) << 40
	type half struct {
		to   int
		room int64
		cost int64
	}
	var arcs []half // arc and its reverse in turn
	out := make([][]int, len(n.Supply)+2)
	s, t := len(n.Supply), len(n.Supply)+1
	add := func(u, v int, room, cost int64) {
		out[u] = append(out[u], len(arcs))
		out[v] = append(out[v], len(arcs)+1)
		arcs = append(arcs, half{v, room, cost}, half{u, 0, -cost})
	}
	b := append([]int64(nil), n.Supply...)
	var base int64
	for _, a := range n.Arcs {
		u, v, room := int(a.Tail), int(a.Head), min(a.Upper, big)-a.Lower
		b[u] -= a.Lower
		b[v] += a.Lower
		base += a.Lower * a.Cost
		if a.Cost >= 0 {
			add(u, v, room, a.Cost)
			continue
		}
		b[u] -= room
		b[v] += room
		base += room * a.Cost
		add(v, u, room, -a.Cost)
	}
	var want, sum int64
	for v, x := range b {
		sum += x
		if x > 0 {
			add(s, v, x, 0)
			want += x
		} else if x < 0 {
			add(v, t, -x, 0)
		}
	}
	if sum != 0 {
		return Infeasible, 0
	}
	for want > 0 {
		dist, from := make([]int64, len(out)), make([]int, len(out))
		for v := range dist {
			dist[v], from[v] = 1<<62, -1
		}
		dist[s] = 0
		for changed := true; changed; {
			changed = false
			for v := range out {
				if dist[v] == 1<<62 {
					continue
				}
				for _, e := range out[v] {
					if h := arcs[e]; h.room > 0 && dist[v]+h.cost < dist[h.to] {
						dist[h.to], from[h.to], changed = dist[v]+h.cost, e, true
					}
				}
			}
		}
		if from[t] < 0 {
			return Infeasible, 0
		}
		amount := want
		for v := t; v != s; v = arcs[from[v]^1].to {
			amount = min(amount, arcs[from[v]].room)
		}
		for v := t; v != s; v = arcs[from[v]^1].to {
			arcs[from[v]].room -= amount
			arcs[from[v]^1].room += amount
		}
		base += amount * dist[t]
		want -= amount
	}
	if freeNegativeCycle(n) {
		return Unbounded, 0
	}
	return Optimal, base
}

// freeNegativeCycle looks for a negative cycle of arcs without upper bound (Floyd-Warshall).
func freeNegativeCycle(n *Network) bool {
	k := len(n.Supply)
	d := make([][]int64, k)
	for u := range d {
		d[u] = make([]int64, k)
		for v := range d[u] {
			d[u][v] = 1 << 40
		}
	}
	for _, a := range n.Arcs {
		if a.Upper == Infinite {
			d[a.Tail][a.Head] = min(d[a.Tail][a.Head], a.Cost)
		}
	}
	for w := range d {
		for u := range d {
			for v := range d {
				d[u][v] = max(min(d[u][v], d[u][w]+d[w][v]), -1<<40)
			}
		}
	}
	for v := range d {
		if d[v][v] < 0 {
			return true
		}
	}
	return false
}

// wild describes random networks.
type wild struct {
	nodes, arcs  int
	cost, amount int64
	lower, inf   int // percent of arcs with a lower bound, without an upper one
	circulation  bool
}

func randomNetwork(r *rand.Rand, w wild) *Network {
	n := New(w.nodes)
	if !w.circulation {
		for range 1 + r.IntN(w.nodes) {
			x := r.Int64N(w.amount + 1)
			n.Supply[r.IntN(w.nodes)] += x
			n.Supply[r.IntN(w.nodes)] -= x
		}
	}
	for range w.arcs {
		lower, upper := int64(0), r.Int64N(w.amount+1)
		if r.IntN(100) < w.lower {
			lower = r.Int64N(w.amount+1) - w.amount/2
			upper += max(lower, 0)
			lower = min(lower, upper)
		}
		if r.IntN(100) < w.inf {
			upper = Infinite
		}
		cost := r.Int64N(2*w.cost+1) - w.cost
		if upper == Infinite && r.IntN(4) > 0 {
			cost = max(cost, -cost)
		}
		n.AddArc(r.IntN(w.nodes), r.IntN(w.nodes), lower, upper, cost)
	}
	return n
}

func bigInt(x int64) *big.Int { return big.NewInt(x) }
