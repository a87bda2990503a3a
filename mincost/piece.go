package mincost

import (
	"fmt"
	"math"
)

// unlimited is the capacity of an arc without upper bound. What such an arc can still
// take stays at or above enough as long as its flow is below it, and every finite
// capacity is below enough, so one comparison tells the two apart.
const (
	enough    = int64(1) << 61
	unlimited = int64(1) << 62
)

// maxCost bounds the cost of the dearest simple path. The penalty of an artificial arc is
// one more, potentials stay within the sum of the two, reduced costs within 2^61.
const maxCost = int64(1) << 58

// never is the cost of an arc that can carry nothing: no potentials make it worth taking.
const never = unlimited

// piece is one part of a network in the form the simplex works on. Node 0 is the tree's
// root. Lower bounds are shifted away. Arcs 0…n-1 are artificial, arc v between node v
// and the root; the real arcs follow. Every arc outside the tree is stored in the
// direction in which it can still carry something: turned[e] means arc e is at its upper
// bound and its ends are swapped and its cost negated. So an arc is worth entering if and
// only if its reduced cost is negative, and pricing needs no table of states.
type piece struct {
	nodes, arcs []int32 // numbers in the network
	n           int
	src, dst    []int32
	cost, cap   []int64
	turned      []bool
	supply      []int64
	pi          []int64
	tree        tree
	penalty     int64
	wide        bool // flows on unlimited arcs might leave the range: watch them
	started     bool // the tree holds a basis

	next, block int
	pivots      int64
	cycle       []int32 // arcs of the ray when unbounded
}

// newPiece makes a piece, in the memory of an old one that is not needed any more if given.
func newPiece(nodes, arcs []int32, old *piece) *piece {
	if old == nil {
		old = &piece{}
	}
	n, k := len(nodes), len(nodes)+len(arcs)
	p := &piece{nodes: nodes, n: n}
	p.arcs = append(old.arcs[:0], arcs...)
	p.supply, p.pi = remake(old.supply, n), remake(old.pi, n)
	p.src, p.dst = remake(old.src, k), remake(old.dst, k)
	p.cost, p.cap = remake(old.cost, k), remake(old.cap, k)
	p.turned = remake(old.turned, k)
	p.tree = old.tree.remake(n)
	for v := range n {
		p.cap[v] = unlimited
	}
	return p
}

// remake returns n zeros, in the place of s if they fit there.
func remake[T any](s []T, n int) []T {
	if n > cap(s) {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// grow adds an arc of the network; load fills it in.
func (p *piece) grow(arc int32) {
	p.arcs = append(p.arcs, arc)
	p.src, p.dst = append(p.src, 0), append(p.dst, 0)
	p.cost, p.cap = append(p.cost, 0), append(p.cap, 0)
	p.turned = append(p.turned, false)
}

// load copies supplies, bounds and costs from the network. Arcs outside the tree keep
// saying whether they are at their upper bound; settle then makes a basis of it.
// local gives each node's number in its piece.
func (p *piece) load(n *Network, local []int32) error {
	if p.started {
		for v := 1; v < p.n; v++ {
			p.turned[p.tree.pred[v]] = false
		}
	}
	for i, v := range p.nodes {
		p.supply[i] = n.Supply[v]
	}
	hub := p.nodes[0]
	var sumCost, topCost, sumCap int64
	ok := true
	for i, id := range p.arcs {
		a, e := &n.Arcs[id], p.n+i
		u, v := int32(0), int32(0)
		if a.Tail != hub {
			u = local[a.Tail]
		}
		if a.Head != hub {
			v = local[a.Head]
		}
		c := int64(unlimited)
		if a.Upper != Infinite {
			c = a.Upper - a.Lower
			sumCap = capped(sumCap, c)
		}
		if a.Lower != 0 {
			ok = ok && add(&p.supply[u], -a.Lower) && add(&p.supply[v], a.Lower)
		}
		p.src[e], p.dst[e], p.cap[e], p.cost[e] = u, v, c, a.Cost
		if c == 0 {
			p.cost[e], p.turned[e] = never, false
			continue
		}
		if a.Cost > maxCost || a.Cost < -maxCost {
			return costError(a.Cost, 1)
		}
		abs := max(a.Cost, -a.Cost)
		topCost = max(topCost, abs)
		sumCost = capped(sumCost, abs)
	}
	p.supply[0] = 0
	for _, s := range p.supply[1:] {
		sumCap = capped(sumCap, max(s, -s))
		ok = ok && add(&p.supply[0], -s) && s < enough && s > -enough
	}
	if !ok || p.supply[0] >= enough || p.supply[0] <= -enough {
		return fmt.Errorf("mincost: %w: supplies and lower bounds around node %d add up beyond 2^61: use a larger unit", ErrOverflow, hub)
	}
	path := sumCost
	if k := int64(p.n - 1); topCost <= math.MaxInt64/k {
		path = min(path, topCost*k)
	}
	if path >= maxCost {
		return costError(topCost, p.n-1)
	}
	p.penalty = path + 1
	p.wide = sumCap >= enough
	p.dropRedundant()
	return nil
}

// dropRedundant lifts upper bounds that conservation implies. An arc out of a node that
// receives from the hub alone carries no more than the node's supply and those arcs'
// capacities; likewise, seen from the other end, into a node that sends to the hub alone.
// Arcs at the hub itself are lifted only where supplies alone imply the bound, so no two
// bounds ever rely on each other. Fewer bounds are fewer degenerate pivots: on markets
// (offer → demand with the offer's whole quantity as bound) about a third.
func (p *piece) dropRedundant() {
	in, out := make([]int64, p.n), make([]int64, p.n) // capacity from and to the hub
	for v := range p.n {
		in[v], out[v] = p.supply[v], -p.supply[v]
	}
	real := func(e int) bool { return p.cap[e] > 0 }
	hubIn, hubOut := make([]bool, p.n), make([]bool, p.n)
	for e := p.n; e < len(p.src); e++ {
		u, v := p.src[e], p.dst[e]
		switch {
		case !real(e):
		case u == 0:
			in[v], hubIn[v] = capped(in[v], p.cap[e]), true
		case v == 0:
			out[u], hubOut[u] = capped(out[u], p.cap[e]), true
		default:
			in[v], out[u] = unlimited, unlimited
		}
	}
	for e := p.n; e < len(p.src); e++ {
		u, v, c := p.src[e], p.dst[e], p.cap[e]
		if c <= 0 || c == unlimited {
			continue
		}
		byTail := u != 0 && in[u] >= 0 && c >= in[u] && (v != 0 || !hubIn[u])
		byHead := v != 0 && out[v] >= 0 && c >= out[v] && (u != 0 || !hubOut[v])
		if byTail || byHead {
			p.cap[e] = unlimited
		}
	}
}

func costError(c int64, steps int) error {
	if steps == 1 {
		return fmt.Errorf("mincost: %w: cost %d is beyond ±2^58: use a larger unit of money", ErrOverflow, c)
	}
	by := c/(maxCost/int64(steps)) + 1
	return fmt.Errorf("mincost: %w: costs up to %d over paths of up to %d arcs pass 2^58: divide the costs by %d", ErrOverflow, c, steps, by)
}

// capped adds two numbers of which the second is not negative, and stops at unlimited.
func capped(a, b int64) int64 {
	if a >= unlimited-b {
		return unlimited
	}
	return a + b
}

// add adds d to *x and says whether the sum stayed in range.
func add(x *int64, d int64) bool {
	s := *x + d
	if (s > *x) != (d > 0) && d != 0 {
		return false
	}
	*x = s
	return true
}

// excess returns the flow of node v's artificial arc, positive towards the root; 0 if it
// is not in the tree.
func (p *piece) excess(v int32) int64 {
	if p.tree.pred[v] != v {
		return 0
	}
	if p.src[v] == v {
		return p.tree.at[v].down
	}
	return -p.tree.at[v].up
}

// feasible says whether no artificial arc carries anything.
func (p *piece) feasible() bool {
	for v := int32(1); int(v) < p.n; v++ {
		if p.excess(v) != 0 {
			return false
		}
	}
	return true
}

// write copies flow and potentials into the network-wide slices.
func (p *piece) write(b *book) {
	n := b.net
	for v := int32(1); int(v) < p.n; v++ {
		b.pot[p.nodes[v]] = p.pi[v] - p.pi[0]
	}
	b.pot[p.nodes[0]] = 0
	for i, id := range p.arcs {
		f := n.Arcs[id].Lower
		switch e := p.n + i; {
		case p.inTree(e):
			continue
		case p.turned[e]:
			f += p.cap[e]
		}
		b.set(id, f)
	}
	for v := int32(1); int(v) < p.n; v++ {
		if e := int(p.tree.pred[v]); e >= p.n {
			id := p.arcs[e-p.n]
			b.set(id, n.Arcs[id].Lower+p.carried(v))
		}
	}
}

// inTree says whether arc e is in the tree.
func (p *piece) inTree(e int) bool {
	return p.tree.pred[p.src[e]] == int32(e) || p.tree.pred[p.dst[e]] == int32(e)
}

// carried returns the flow of the arc from v to its parent: what it can take backwards.
func (p *piece) carried(v int32) int64 {
	e, a := p.tree.pred[v], &p.tree.at[v]
	if (p.src[e] == v) != p.turned[e] {
		return a.down
	}
	return a.up
}
