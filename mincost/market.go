package mincost

import (
	"math"
	"math/bits"
)

// The market path: the network simplex on pieces that are a transportation problem with a
// way out, which is what markets and assignments are. Node 0 is the hub and the root of
// the tree, nodes 1…sinks take, the others (sources) give. Every pair goes from a source
// to a sink, and besides them each node has one arc with the hub: a source sends there
// what it does not sell, a sink gets from there what it misses. No bound is ever reached
// before an amount runs out, so arcs outside the tree carry nothing and are never turned.
// That leaves 8 bytes of an arc to price, in rows of one source each.
//
// Most sources are leaves: all they have goes to one place. They stay out of the tree's
// preorder (their size is 0) and their potential is their parent's less the arc's cost, so
// a leaf that changes its partner is O(cycle) and no potential changes at all.
//
// A piece is a market if newMarket finds it to be one; whatever else it may be is left to
// piece. Bases stay strongly feasible as there: a sink's arc from its parent carries
// something, a source's arc to its parent can always take more. A sink that needs nothing
// stays a leaf: whatever enters at it blocks at it, which strictly lowers its potential.
type market struct {
	nodes   []int32 // numbers in the network: the hub, sinks, sources
	n       int32
	sinks   int32
	id      []int32 // arc of the network of each pair, in rows
	fixed   []int32 // arcs that carry their lower bound, whatever happens
	row     []int32 // pairs of source v are row[v-sinks-1] up to the next
	head    []int32
	cost    []int32
	hubArc  []int32 // per node, arc of the network with the hub; none: an artificial one
	hubCost []int64 // from a source, to a sink
	amount  []int64 // what a source has, what a sink needs
	tree    tree    // pred is the pair, or none for the arc with the hub
	pc      []int64 // per source: cost of the arc to its parent
	pi      []int64 // of hub and sinks; those of sources follow from their parents
	top     int64   // costs are within ±top
	plain   bool    // no lower bounds
	solved  bool    // pi is optimal, that of the hub 0, and complete

	next, block int
	pivots      int64

	column *columns // for warm starts
	gone   []int32  // pairs that left the tree since the last write
}

const none = int32(-1)

// newMarket finds out whether a piece is a market. If so it sorts the piece's nodes and
// arcs (pairs by source, then arcs of the hub, then fixed arcs), numbers the nodes in
// local accordingly, and takes both lists over. O(n + m).
func newMarket(n *Network, nodes, arcs, local []int32, old *market) *market {
	if old == nil {
		old = &market{}
	}
	hub, count := nodes[0], int32(len(nodes))
	side := remake(old.gone, len(nodes)) // arcs out of a node, or minus its arcs in
	pairs, hubs := 0, 0
	for _, e := range arcs {
		a := &n.Arcs[e]
		switch {
		case a.Lower == a.Upper:
		case a.Tail == hub || a.Head == hub:
			hubs++
		case a.Cost > math.MaxInt32 || a.Cost < math.MinInt32:
			return nil
		default:
			u, v := local[a.Tail], local[a.Head]
			if side[u] < 0 || side[v] > 0 {
				return nil
			}
			side[u]++
			side[v]--
			pairs++
		}
	}
	if pairs == 0 {
		return nil
	}
	m := &market{nodes: nodes, n: count}
	for _, s := range side[1:] {
		if s <= 0 {
			m.sinks++
		}
	}
	m.sortNodes(side, local)
	m.sortArcs(n, arcs, local, pairs, hubs, old)
	m.pi, m.pc = remake(old.pi, len(nodes)), remake(old.pc, len(nodes))
	m.amount, m.hubCost, m.hubArc = remake(old.amount, len(nodes)), remake(old.hubCost, len(nodes)), remake(old.hubArc, len(nodes))
	m.tree = old.tree.remake(len(nodes))
	m.gone = side[:0]
	for v := range m.hubArc {
		m.hubArc[v] = none
	}
	for _, e := range arcs[pairs : pairs+hubs] {
		v := local[n.Arcs[e].Tail]
		if n.Arcs[e].Tail == hub {
			v = local[n.Arcs[e].Head]
		}
		if m.hubArc[v] != none {
			return nil
		}
		m.hubArc[v] = e
	}
	if !m.load(n) {
		return nil
	}
	return m
}

// sortNodes puts sinks before sources, each in their old order.
func (m *market) sortNodes(side, local []int32) {
	sorted := make([]int32, 1, len(m.nodes))
	sorted[0] = m.nodes[0]
	for pass := range 2 {
		for i, v := range m.nodes[1:] {
			if (side[i+1] > 0) == (pass == 1) {
				sorted = append(sorted, v)
			}
		}
	}
	copy(m.nodes, sorted)
	for i, v := range m.nodes[1:] {
		local[v] = int32(i + 1)
	}
}

// sortArcs sorts arcs in place and fills in the rows.
func (m *market) sortArcs(n *Network, arcs, local []int32, pairs, hubs int, old *market) {
	hub, first := m.nodes[0], m.sinks+1
	m.row = remake(old.row, int(m.n-m.sinks))
	m.head, m.cost = remake(old.head, pairs), remake(old.cost, pairs)
	kind := func(a *Arc) int {
		switch {
		case a.Lower == a.Upper:
			return 2
		case a.Tail == hub || a.Head == hub:
			return 1
		}
		return 0
	}
	sorted, last := true, none
	rest := make([]int32, 0, len(arcs)-pairs)
	fixed := make([]int32, 0, len(arcs)-pairs-hubs)
	at := 0
	for _, e := range arcs {
		a := &n.Arcs[e]
		switch kind(a) {
		case 0:
			u := local[a.Tail]
			m.row[u-first+1]++
			sorted = sorted && u >= last
			arcs[at], last = e, u
			at++
		case 1:
			rest = append(rest, e)
		default:
			fixed = append(fixed, e)
		}
	}
	copy(arcs[pairs:], rest)
	copy(arcs[pairs+hubs:], fixed)
	m.id, m.fixed = arcs[:pairs:pairs], arcs[pairs+hubs:]
	for i := 1; i < len(m.row); i++ {
		m.row[i] += m.row[i-1]
	}
	if !sorted {
		from := append([]int32(nil), m.id...)
		put := append([]int32(nil), m.row...)
		for _, e := range from {
			u := local[n.Arcs[e].Tail] - first
			m.id[put[u]] = e
			put[u]++
		}
	}
	for i, e := range m.id {
		m.head[i], m.cost[i] = local[n.Arcs[e].Head], int32(n.Arcs[e].Cost)
	}
}

// load takes amounts and costs from the network and says whether it still is a market:
// no bound below an amount, and nothing near overflow.
func (m *market) load(n *Network) bool {
	ok := true
	m.plain = true
	for v := int32(1); v < m.n; v++ {
		m.amount[v] = n.Supply[m.nodes[v]]
	}
	for v := m.sinks + 1; v < m.n; v++ {
		for e := m.row[v-m.sinks-1]; e < m.row[v-m.sinks]; e++ {
			a := &n.Arcs[m.id[e]]
			m.cost[e] = int32(a.Cost)
			if l := a.Lower; l != 0 {
				m.plain = false
				ok = ok && add(&m.amount[v], -l) && add(&m.amount[m.head[e]], l)
			}
			ok = ok && int64(m.cost[e]) == a.Cost && a.Lower < a.Upper
		}
	}
	if len(m.fixed) > 0 && !m.loadFixed(n) {
		return false
	}
	top, sum := int64(1), int64(0)
	for _, c := range m.cost {
		top = max(top, int64(c), -int64(c))
	}
	m.plain = m.plain && len(m.fixed) == 0
	for v := int32(1); v < m.n; v++ {
		room, fits := m.loadHub(n, v)
		if !fits || !ok || m.amount[v] < 0 || room < m.amount[v] {
			return false
		}
		top = max(top, m.hubCost[v], -m.hubCost[v])
		sum = capped(sum, m.amount[v])
	}
	m.top = int64(2) << bits.Len64(uint64(top)) // leaves room for edits
	if sum >= enough || m.top > maxCost/int64(m.n) {
		return false
	}
	for v := int32(1); v < m.n; v++ {
		if m.hubArc[v] == none {
			m.hubCost[v] = m.top*int64(m.n-1) + 1
		}
	}
	return m.loose(n)
}

// loadHub takes over the arc between a node and the hub. One in the wrong direction (from
// the hub to a source) starts full and may then carry less, which is sending back. It
// returns what the arc can take at most and whether there is a limit where one is needed.
// The amount of the node, its supply so far, becomes what it has or needs.
func (m *market) loadHub(n *Network, v int32) (room int64, ok bool) {
	room, ok = unlimited, true
	if e := m.hubArc[v]; e != none {
		a := &n.Arcs[e]
		out, gives := a.Tail != m.nodes[0], v > m.sinks
		bring := a.Lower
		if a.Upper != Infinite {
			room = a.Upper - a.Lower
		}
		m.hubCost[v] = a.Cost
		if out != gives {
			bring, m.hubCost[v], ok = a.Upper, -a.Cost, a.Upper != Infinite
		}
		if out {
			bring = -bring
		}
		ok = ok && a.Cost < maxCost && a.Cost > -maxCost && add(&m.amount[v], bring)
		m.plain = m.plain && a.Lower == 0
	}
	if v <= m.sinks {
		m.amount[v] = -m.amount[v]
	}
	return room, ok
}

func (m *market) loadFixed(n *Network) bool {
	ok := true
	at := make(map[int32]int32, 2*len(m.fixed))
	for _, e := range m.fixed {
		at[n.Arcs[e].Tail], at[n.Arcs[e].Head] = 0, 0
	}
	for i, v := range m.nodes {
		if _, in := at[v]; in {
			at[v] = int32(i)
		}
	}
	for _, e := range m.fixed {
		a := &n.Arcs[e]
		ok = ok && a.Lower == a.Upper && add(&m.amount[at[a.Tail]], -a.Lower) && add(&m.amount[at[a.Head]], a.Lower)
	}
	m.amount[0] = 0
	return ok
}

// loose says whether no pair's bound is below what both of its ends could let through.
func (m *market) loose(n *Network) bool {
	for v := m.sinks + 1; v < m.n; v++ {
		x := m.amount[v]
		for e := m.row[v-m.sinks-1]; e < m.row[v-m.sinks]; e++ {
			a := &n.Arcs[m.id[e]]
			if c := a.Upper - a.Lower; a.Upper != Infinite && c < x && c < m.amount[m.head[e]] {
				return false
			}
		}
	}
	return true
}

// star hangs every node on the hub. Sources are leaves out of the preorder.
func (m *market) star() {
	t, s := &m.tree, m.sinks
	t.at[0] = stem{parent: -1, size: s + 1}
	t.last[0] = s
	for v := int32(0); v <= s; v++ {
		if v > 0 {
			t.at[v] = stem{0, 1, m.amount[v], unlimited}
			t.last[v] = v
		}
		t.pred[v] = none
		t.link(v, (v+1)%(s+1))
	}
	for v := s + 1; v < m.n; v++ {
		t.at[v], t.pred[v], m.pc[v] = stem{0, 0, unlimited, m.amount[v]}, none, m.hubCost[v]
	}
	m.price0()
	m.start()
}

// price0 computes the potentials of hub and sinks from the tree.
func (m *market) price0() {
	t, pi := &m.tree, m.pi
	pi[0] = 0
	for v := t.thread[0]; v != 0; v = t.thread[v] {
		up, e := t.at[v].parent, t.pred[v]
		switch {
		case v > m.sinks:
			pi[v] = pi[up] - m.pc[v]
		case e == none:
			pi[v] = m.hubCost[v]
		default:
			pi[v] = pi[up] + int64(m.cost[e])
		}
	}
}

// potential of a source follows from its parent.
func (m *market) potential(v int32) int64 {
	if v <= m.sinks {
		return m.pi[v]
	}
	return m.pi[m.tree.at[v].parent] - m.pc[v]
}

// carried returns the flow of the arc between v and its parent.
func (m *market) carried(v int32) int64 {
	if v <= m.sinks {
		return m.tree.at[v].up
	}
	return m.tree.at[v].down
}

// feasible says whether no artificial arc carries anything.
func (m *market) feasible() bool {
	for v := int32(1); v < m.n; v++ {
		if m.hubArc[v] == none && m.tree.pred[v] == none && m.carried(v) != 0 {
			return false
		}
	}
	return true
}

// write copies flow and potentials into the network-wide slices, and leaves pi complete
// for the next warm start. Arcs outside the tree carry their lower bound.
func (m *market) write(b *book, again bool) {
	n := b.net
	if again {
		for _, p := range m.gone {
			b.set(m.id[p], n.Arcs[m.id[p]].Lower)
		}
	} else {
		for _, e := range m.id {
			b.set(e, n.Arcs[e].Lower)
		}
		for _, e := range m.fixed {
			b.set(e, n.Arcs[e].Lower)
		}
	}
	m.gone = m.gone[:0]
	for v := m.sinks + 1; v < m.n; v++ { // before pi moves
		m.pi[v] = m.potential(v)
	}
	hub := m.pi[0]
	for v := int32(0); v < m.n; v++ {
		m.pi[v] -= hub
		b.pot[m.nodes[v]] = m.pi[v]
		if v == 0 {
			continue
		}
		x, p := m.carried(v), m.tree.pred[v]
		if p != none {
			b.set(m.id[p], n.Arcs[m.id[p]].Lower+x)
			x = 0
		}
		if e := m.hubArc[v]; e != none {
			a := &n.Arcs[e]
			if out := a.Tail != m.nodes[0]; out == (v > m.sinks) {
				b.set(e, a.Lower+x)
			} else {
				b.set(e, a.Upper-x)
			}
		}
	}
	m.solved = true
}
