package mincost

import (
	"fmt"
	"math"
)

// Making a basis. settle takes any spanning tree with any choice of bounds for the arcs
// outside it, and new data, and makes a strongly feasible basis of it that keeps as much
// as possible: a tree arc whose flow would leave its bounds, or could send nothing more
// towards the root, is set to the nearest bound and its node hangs on the root by its
// artificial arc instead, which carries the rest at a penalty. A cold start is settle on
// a star, a warm start is settle on the last optimal tree; after small changes few arcs
// need repair. O(n + m).
//
// The penalty is above the cost of every simple path, so an optimum in which an
// artificial arc carries something shows that nothing else could carry it.

var errRange = fmt.Errorf("mincost: %w: flows pass 2^61: use a larger unit of quantity", ErrOverflow)

func (p *piece) settle() error {
	acc := append([]int64(nil), p.supply...) // what a node's subtree has to send up
	for e := p.n; e < len(p.src); e++ {
		if !p.turned[e] {
			continue
		}
		c := p.cap[e]
		if c == unlimited {
			p.turned[e] = false
			continue
		}
		p.turned[e] = false
		acc[p.src[e]] -= c
		acc[p.dst[e]] += c
		if !inRange(acc[p.src[e]]) || !inRange(acc[p.dst[e]]) {
			return errRange
		}
		p.turn(int32(e))
	}
	t := &p.tree
	changed := false
	for v := t.back[0]; v != 0; v = t.back[v] {
		e, a, up := t.pred[v], &t.at[v], t.at[v].parent
		if e >= int32(p.n) {
			x := acc[v] // wanted along v → parent
			if p.hold(a, x, p.cap[e], p.src[e] == v) {
				if acc[up] += x; !inRange(acc[up]) {
					return errRange
				}
				continue
			}
			if p.src[e] == v {
				x = min(max(x, 0), p.cap[e])
			} else {
				x = max(min(x, 0), -p.cap[e])
			}
			if x != 0 {
				p.turn(e)
			}
			acc[v] -= x
			acc[up] += x
			changed = true
		}
		rest := acc[v]
		if !inRange(rest) || !inRange(acc[up]) {
			return errRange
		}
		t.pred[v], a.parent = v, 0
		p.src[v], p.dst[v], p.cost[v], p.turned[v] = v, 0, p.penalty, false
		if rest < 0 {
			p.src[v], p.dst[v] = 0, v
		}
		p.hold(a, rest, unlimited, rest >= 0)
	}
	if changed {
		t.build()
	}
	p.price0()
	p.started = true
	p.block = max(32, int(math.Sqrt(float64(len(p.arcs)))))
	p.next = p.n
	p.cycle = nil
	return nil
}

// hold gives the parent arc of a node the flow x towards the root and says whether the
// basis stays strongly feasible: within bounds, and able to send more towards the root.
func (p *piece) hold(a *stem, x, c int64, towards bool) bool {
	if towards {
		a.up, a.down = c-x, x
		return x >= 0 && x < c
	}
	a.up, a.down = -x, c+x
	return x < 0 && -x <= c
}

func inRange(x int64) bool { return x < enough && x > -enough }

// turn stores arc e the other way round.
func (p *piece) turn(e int32) {
	p.src[e], p.dst[e] = p.dst[e], p.src[e]
	p.cost[e] = -p.cost[e]
	p.turned[e] = !p.turned[e]
}

// price0 computes all potentials from the tree, O(n).
func (p *piece) price0() {
	t := &p.tree
	p.pi[0] = 0
	for v := t.thread[0]; v != 0; v = t.thread[v] {
		e, up := t.pred[v], t.at[v].parent
		if p.src[e] == v {
			p.pi[v] = p.pi[up] - p.cost[e]
		} else {
			p.pi[v] = p.pi[up] + p.cost[e]
		}
	}
}

// star chooses the first tree: each node hangs on the root by its cheapest arc that can
// hold its supply, a node with nothing to send or get also by an arc to a neighbour that
// hangs so, and the rest by artificial arcs. Circulations start at zero flow this way,
// without anything to pay the penalty for.
func (p *piece) star() {
	t := &p.tree
	const none = -1
	for v := range p.n {
		t.pred[v], t.at[v].parent = none, 0
	}
	for e := int32(p.n); int(e) < len(p.src); e++ {
		u, v, c := p.src[e], p.dst[e], p.cap[e]
		switch {
		case v == 0 && p.supply[u] >= 0 && c > p.supply[u]:
			if b := t.pred[u]; b == none || p.cost[e] < p.cost[b] {
				t.pred[u] = e
			}
		case u == 0 && p.supply[v] < 0 && c >= -p.supply[v]:
			if b := t.pred[v]; b == none || p.cost[e] < p.cost[b] {
				t.pred[v] = e
			}
		}
	}
	near := make([]bool, p.n)
	for v := 1; v < p.n; v++ {
		near[v] = t.pred[v] != none && p.dst[t.pred[v]] == 0
	}
	for e := int32(p.n); int(e) < len(p.src); e++ {
		u, v := p.src[e], p.dst[e]
		if v == 0 || u == 0 || near[u] || !near[v] || p.cap[e] == 0 || p.supply[u] != 0 {
			continue
		}
		far := func(e int32) int64 { return p.cost[e] + p.cost[t.pred[p.dst[e]]] }
		if b := t.pred[u]; b == none || far(e) < far(b) {
			t.pred[u], t.at[u].parent = e, v
		}
	}
	for v := 1; v < p.n; v++ {
		if t.pred[v] == none {
			t.pred[v] = int32(v)
		}
	}
	clear(p.turned)
	t.build()
}
