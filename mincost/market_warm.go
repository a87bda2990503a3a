package mincost

import (
	"context"
	"slices"
)

// Warm starts on a market. Costs come first: the flow stays, potentials follow from the
// tree, and only arcs whose reduced cost may have fallen are priced: those edited, of
// sources whose potential fell, and into sinks whose potential rose. All others were not
// worth entering before and are not now. Finding them takes the sinks' columns, an index
// that is made at the first warm start. Then come amounts, by the dual simplex. O(nodes)
// for a change that few pivots answer, instead of O(arcs).
type columns struct {
	start  []int32 // of sink v: start[v] up to start[v+1]
	source []int32
	pair   []int32

	queued  []bool  // per node
	sources []int32 // rows to price
	missing []int32 // sinks whose arc from the hub is to be priced
	lost    bool    // too much has moved: price everything
}

func newColumns(m *market) *columns {
	c := &columns{
		start: make([]int32, m.sinks+2), source: make([]int32, len(m.head)),
		pair: make([]int32, len(m.head)), queued: make([]bool, m.n),
	}
	for _, v := range m.head {
		c.start[v+1]++
	}
	for v := 1; v < len(c.start); v++ {
		c.start[v] += c.start[v-1]
	}
	put := append([]int32(nil), c.start...)
	for u := m.sinks + 1; u < m.n; u++ {
		for e := m.row[u-m.sinks-1]; e < m.row[u-m.sinks]; e++ {
			v := m.head[e]
			c.source[put[v]], c.pair[put[v]] = u, e
			put[v]++
		}
	}
	return c
}

func (c *columns) queue(m *market, v int32) {
	if c.queued[v] {
		return
	}
	c.queued[v] = true
	if v > m.sinks {
		c.sources = append(c.sources, v)
	} else if v > 0 {
		c.missing = append(c.missing, v)
	}
}

// rose queues whatever is worth sending to a sink whose potential rose.
func (c *columns) rose(m *market, v int32) {
	p := m.pi[v]
	if m.hubCost[v]+m.pi[0] < p {
		c.queue(m, v)
	}
	for i := c.start[v]; i < c.start[v+1]; i++ {
		u := c.source[i]
		if !c.queued[u] && int64(m.cost[c.pair[i]])+m.potential(u) < p {
			c.queue(m, u)
		}
	}
}

// shifted is shift for k nodes from x on, with a look at what that makes worth entering.
func (c *columns) shifted(m *market, x int32, k int, d int64) {
	t := &m.tree
	for y, left := x, k; left > 0; y, left = t.thread[y], left-1 {
		m.pi[y] += d
		c.lost = c.lost || y == 0 // almost everything moved
	}
	if c.lost {
		return
	}
	for y, left := x, k; left > 0; y, left = t.thread[y], left-1 {
		switch {
		case d > 0 && y <= m.sinks:
			c.rose(m, y)
		case d < 0 && y > m.sinks:
			c.queue(m, y)
		case d < 0:
			for i := c.start[y]; i < c.start[y+1]; i++ { // its leaves fall with it
				if u := c.source[i]; t.at[u].size == 0 && t.at[u].parent == y {
					c.queue(m, u)
				}
			}
		}
	}
}

// resume pivots from a settled basis until nothing improves.
func (m *market) resume(ctx context.Context, progress func(int64)) error {
	c := m.column
	for !c.lost {
		in := c.price(m)
		if in.reduced >= 0 {
			return nil
		}
		m.pivot(&in)
		if m.pivots++; m.pivots%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress(checkEvery)
		}
	}
	err := m.run(ctx, progress)
	c.clear()
	return err
}

// price takes the best arc among those queued, a block of them at a time, and forgets
// sources and sinks that have none.
func (c *columns) price(m *market) entering {
	var best entering
	count := 0
	for i := 0; i < len(c.missing); {
		v := c.missing[i]
		x := m.hubCost[v] + m.pi[0] - m.pi[v]
		if x < best.reduced {
			best = entering{0, v, none, m.hubCost[v], x}
		}
		if x >= 0 {
			c.missing = c.forget(c.missing, i)
			continue
		}
		i++
	}
	for i := 0; i < len(c.sources) && (count < m.block || best.reduced == 0); {
		var own entering
		u := c.sources[i]
		count += m.priceRow(int(u-m.sinks-1), m.pi[0], &own)
		if own.reduced < best.reduced {
			best = own
		}
		if own.reduced >= 0 {
			c.sources = c.forget(c.sources, i)
			continue
		}
		i++
	}
	return best
}

func (c *columns) forget(list []int32, i int) []int32 {
	c.queued[list[i]] = false
	list[i] = list[len(list)-1]
	return list[:len(list)-1]
}

func (c *columns) clear() {
	clear(c.queued)
	c.sources, c.missing, c.lost = c.sources[:0], c.missing[:0], false
}

// edit takes over changes of arcs and nodes. It returns the changes of amounts, which the
// tree does not know of yet, and whether all could be taken over: false means that the
// piece must be looked at anew.
func (m *market) edit(n *Network, arcs, nodes, local []int32) (moves []move, ok bool) {
	if m.column == nil {
		m.column = newColumns(m)
	}
	c, hub := m.column, m.nodes[0]
	for _, e := range arcs {
		a := &n.Arcs[e]
		if a.Lower != 0 {
			return nil, false
		}
		if a.Tail == hub || a.Head == hub {
			v := local[a.Tail]
			if a.Tail == hub {
				v = local[a.Head]
			}
			if m.hubArc[v] != e || !m.amend(n, v, &moves) {
				return nil, false
			}
			c.queue(m, v)
			continue
		}
		u := local[a.Tail]
		if u <= m.sinks {
			return nil, false
		}
		low, high := m.row[u-m.sinks-1], m.row[u-m.sinks]
		at, found := slices.BinarySearch(m.id[low:high], e)
		if !found || a.Cost != int64(int32(a.Cost)) || a.Cost > m.top || a.Cost < -m.top {
			return nil, false
		}
		p := low + int32(at)
		m.cost[p] = int32(a.Cost)
		if v := m.head[p]; m.tree.pred[u] == p {
			m.pc[u] = a.Cost
		} else if m.tree.pred[v] == p {
			c.queue(m, v)
		}
		c.queue(m, u)
	}
	for _, v := range nodes {
		if v != hub && !m.amend(n, local[v], &moves) {
			return nil, false
		}
	}
	return moves, m.looseAround(n, arcs, nodes, local)
}

// amend recomputes amount and hub cost of one node of a plain market.
func (m *market) amend(n *Network, v int32, moves *[]move) bool {
	if !m.plain {
		return false
	}
	old := m.amount[v]
	m.amount[v] = n.Supply[m.nodes[v]]
	room, ok := m.loadHub(n, v)
	if v > m.sinks && m.tree.pred[v] == none {
		m.pc[v] = m.hubCost[v]
	}
	if x := m.amount[v] - old; x != 0 && v > m.sinks {
		*moves = append(*moves, move{v, x})
	} else if x != 0 {
		*moves = append(*moves, move{v, -x})
	}
	return ok && m.amount[v] >= 0 && room >= m.amount[v] && m.amount[v] < enough/int64(m.n) &&
		m.hubCost[v] <= m.top && m.hubCost[v] >= -m.top
}

// looseAround is loose for what was edited.
func (m *market) looseAround(n *Network, arcs, nodes, local []int32) bool {
	tight := func(e int32) bool {
		a := &n.Arcs[e]
		return a.Upper != Infinite && a.Upper < m.amount[local[a.Tail]] && a.Upper < m.amount[local[a.Head]]
	}
	around := func(v int32) bool {
		if v > m.sinks {
			return !slices.ContainsFunc(m.id[m.row[v-m.sinks-1]:m.row[v-m.sinks]], tight)
		}
		c := m.column
		return !slices.ContainsFunc(c.pair[c.start[v]:c.start[v+1]], func(p int32) bool { return tight(m.id[p]) })
	}
	hub := m.nodes[0]
	for _, v := range nodes {
		if v != hub && !around(local[v]) {
			return false
		}
	}
	for _, e := range arcs {
		switch a := &n.Arcs[e]; {
		case a.Tail == hub && !around(local[a.Head]), a.Head == hub && !around(local[a.Tail]):
			return false
		case a.Tail != hub && a.Head != hub && tight(e):
			return false
		}
	}
	return true
}

// warm solves after edits. An artificial arc's penalty is above all costs as before.
func (m *market) warm(ctx context.Context, moves []move, progress func(int64)) error {
	m.start()
	if !m.solved {
		m.column.lost = true
	} else if c := m.column; len(c.sources)+len(c.missing) > 0 {
		m.reprice()
		if err := m.resume(ctx, progress); err != nil || len(moves) == 0 {
			return err
		}
	}
	if m.solved && m.rebalance(ctx, moves) {
		return nil
	}
	m.column.lost = true
	m.settle()
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.resume(ctx, progress)
}

// settle makes a strongly feasible basis of the old tree and the new amounts: from the
// leaves up, whatever its parent can no longer take or give hangs on the hub instead.
// Then it queues what the new potentials make worth entering. O(nodes).
func (m *market) settle() {
	t := &m.tree
	rest := append([]int64(nil), m.amount...) // what a source has left, what a sink lacks
	var cut []int32
	meet := func(v, p int32) bool { // v hands its rest to p
		x := rest[v]
		switch {
		case p == 0:
		case v > m.sinks && x < rest[p], v <= m.sinks && x <= rest[p]:
			rest[p] -= x
		default:
			return false
		}
		if v > m.sinks {
			t.at[v].down = x
		} else {
			t.at[v].up = x
		}
		return true
	}
	for v := m.sinks + 1; v < m.n; v++ {
		if t.at[v].size == 0 && !meet(v, t.at[v].parent) {
			m.leave(v)
			t.at[v].parent, t.at[v].down, t.pred[v], m.pc[v] = 0, rest[v], none, m.hubCost[v]
		}
	}
	for v := t.back[0]; v != 0; v = t.back[v] {
		if !meet(v, t.at[v].parent) {
			cut = append(cut, v)
		}
	}
	for _, v := range cut {
		m.leave(v)
		if t.at[v].size == 0 { // its children were cut before
			t.at[v].parent, t.at[v].down, t.pred[v], m.pc[v] = 0, rest[v], none, m.hubCost[v]
			continue
		}
		old := t.at[v].parent
		if v > m.sinks {
			t.graft(v, v, 0, 0, none, unlimited, rest[v])
			m.pc[v] = m.hubCost[v]
		} else {
			t.graft(v, v, 0, 0, none, rest[v], unlimited)
		}
		m.retire(v)
		m.retire(old)
	}
	m.reprice()
}

// reprice is price0, and queues what potentials that fell or rose make worth entering.
func (m *market) reprice() {
	t, c, pi := &m.tree, m.column, m.pi
	var rose []int32
	pi[0] = 0
	for v := t.thread[0]; v != 0; v = t.thread[v] {
		up, e := t.at[v].parent, t.pred[v]
		if v > m.sinks {
			x := pi[up] - m.pc[v]
			if x < pi[v] {
				c.queue(m, v)
			}
			pi[v] = x
			continue
		}
		x := m.hubCost[v]
		if e != none {
			x = pi[up] + int64(m.cost[e])
		}
		if x > pi[v] {
			rose = append(rose, v)
		}
		pi[v] = x
	}
	for v := m.sinks + 1; v < m.n; v++ {
		if t.at[v].size == 0 {
			x := pi[t.at[v].parent] - m.pc[v]
			if x < pi[v] {
				c.queue(m, v)
			}
			pi[v] = x
		}
	}
	for _, v := range rose {
		c.rose(m, v)
	}
}
