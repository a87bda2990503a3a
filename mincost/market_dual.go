package mincost

import "context"

// The dual simplex on a market, for amounts that changed. The old potentials stay right;
// what is wrong is the flow of some tree arcs: a source that hands on less than nothing, a
// sink that gets less than nothing. (A sink that gets exactly nothing counts as wrong too,
// so that the basis ends strongly feasible, unless it needs nothing and is a leaf.) Such
// an arc leaves, and of the arcs across the cut that it leaves, in the direction that
// helps, the one with the least reduced cost enters. All potentials on one side move by
// that, so no reduced cost becomes negative. Few pivots answer a small change, where the
// primal simplex would first throw the node out and then find its place again.
//
// A pivot prices the rows or columns of the smaller side of the cut. Lemke 1954; for networks
// Ahuja, Magnanti and Orlin 1993, §11.9. Finite if ties do not cycle; work is counted and
// the primal simplex takes over (settle) beyond a limit.

const nothing = int32(-2) // instead of a pair

// move is a change of the amount at a node: what it has more or needs less.
type move struct {
	node int32
	more int64
}

type dual struct {
	*market
	bad  []int32
	in   []bool // per node in the preorder: on the smaller side of the cut
	best entering
	work int64
}

// rebalance gives the tree the flow of the new amounts and says whether it ended within
// the work that pricing all arcs a few times would be; not if ctx ended before.
func (m *market) rebalance(ctx context.Context, moves []move) bool {
	d := dual{market: m, in: m.column.queued} // nothing is queued at an optimum
	for _, x := range moves {
		d.bump(x.node, x.more)
	}
	for _, x := range moves {
		d.suspect(x.node)
	}
	limit := 100 * int64(len(m.head)+int(m.n))
	for steps := 1; ; steps++ {
		w := d.least()
		if w == 0 {
			return true
		}
		if d.work > limit || !d.pivot(w) || steps%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
	}
}

// least returns what is wrong and cuts off the smallest side, 0 if nothing is wrong.
func (d *dual) least() int32 {
	best, size := int32(0), int32(0)
	left := d.bad[:0]
	for _, v := range d.bad {
		if !d.wrong(v) {
			continue
		}
		left = append(left, v)
		x := min(d.tree.at[v].size, d.tree.at[0].size-d.tree.at[v].size)
		if best == 0 || x < size {
			best, size = v, x
		}
	}
	d.bad = left
	return best
}

// bump sends x more from v towards the root.
func (d *dual) bump(v int32, x int64) {
	at := d.tree.at
	for ; v != 0; v = at[v].parent {
		if v > d.sinks {
			at[v].down += x
		} else {
			at[v].up -= x
		}
	}
}

// suspect notes what is wrong from v up to the root.
func (d *dual) suspect(v int32) {
	for ; v != 0; v = d.tree.at[v].parent {
		if d.wrong(v) {
			d.bad = append(d.bad, v)
		}
	}
}

func (d *dual) wrong(v int32) bool {
	x := d.carried(v)
	if v > d.sinks || x != 0 {
		return x < 0
	}
	return d.amount[v] > 0 || d.tree.at[v].size > 1 || d.hasLeaf(v)
}

func (d *dual) hasLeaf(v int32) bool {
	c := d.column
	for i := c.start[v]; i < c.start[v+1]; i++ {
		if d.tree.at[c.source[i]].parent == v {
			return true
		}
	}
	return false
}

// pivot lets the arc between w and its parent leave. It returns false if nothing can
// enter, which an arc with the hub always could but for a sink alone.
func (d *dual) pivot(w int32) bool {
	m, t := d.market, &d.tree
	m.pivots++
	surplus := w <= m.sinks // the subtree of w has too much, else too little
	x, k := w, t.at[w].size
	small := 2*k <= t.at[0].size
	if !small {
		x, k = t.thread[t.last[w]], t.at[0].size-k
	}
	d.best = entering{pair: nothing, reduced: unlimited}
	for y, left := x, k; left > 0; y, left = t.thread[y], left-1 {
		d.in[y] = true
	}
	if surplus == small {
		d.fromHere(x, k, surplus)
	} else {
		d.toHere(x, k, surplus)
	}
	u, v := d.best.tail, d.best.head
	by := d.best.reduced
	if d.best.pair == nothing {
		by = 0
	} else if surplus == small {
		by = -by
	}
	for y, left := x, k; left > 0; y, left = t.thread[y], left-1 {
		d.in[y] = false
		m.pi[y] += by
	}
	d.work += int64(k)
	if d.best.pair == nothing {
		return false
	}
	theta := -m.carried(w)
	d.bump(u, -theta)
	d.bump(v, theta)
	if u > m.sinks && t.at[u].size == 0 {
		m.enlist(u)
	}
	m.leave(w)
	old, q, p, up, down := t.at[w].parent, v, u, theta, int64(unlimited)
	if surplus {
		q, p = u, v
	}
	if q > m.sinks {
		up, down = down, up
	}
	t.graft(w, q, p, d.join(p, w), d.best.pair, up, down)
	m.recost(q, w, d.best.cost)
	d.suspect(w)
	d.suspect(old)
	m.retire(w)
	m.retire(old)
	return true
}

// join returns the lowest node above both p and w, which is not above p itself.
func (d *dual) join(p, w int32) int32 {
	at := d.tree.at
	for a := at[w].parent; a != p; {
		if at[a].size < at[p].size {
			a = at[a].parent
		} else {
			p = at[p].parent
		}
	}
	return p
}

// fromHere prices the arcs out of the k marked nodes from x on, by rows. The hub is one of
// them unless the others have it.
func (d *dual) fromHere(x, k int32, hubThere bool) {
	m, t, c := d.market, &d.tree, d.column
	row := func(u int32) {
		d.row(u, false)
		if hubThere {
			d.offer(entering{u, 0, none, m.hubCost[u], m.hubCost[u] + m.potential(u) - m.pi[0]})
		}
	}
	leaf := func(u, v int32) bool { return t.at[u].size == 0 && t.at[u].parent == v }
	for y, left := x, k; left > 0; y, left = t.thread[y], left-1 {
		switch {
		case y > m.sinks:
			row(y)
		case y > 0:
			for i := c.start[y]; i < c.start[y+1]; i++ {
				if u := c.source[i]; leaf(u, y) {
					row(u)
				}
			}
			d.work += int64(c.start[y+1] - c.start[y])
		default:
			for u := m.sinks + 1; u < m.n; u++ {
				if leaf(u, 0) {
					row(u)
				}
			}
		}
	}
	if hubThere {
		return
	}
	for v := int32(1); v <= m.sinks; v++ {
		if !d.in[v] {
			d.offer(entering{0, v, none, m.hubCost[v], m.hubCost[v] + m.pi[0] - m.pi[v]})
		}
	}
	d.work += int64(m.sinks)
}

// toHere prices the arcs into the k marked nodes from x on, by columns. The hub is one of
// them if it is the others that have too much.
func (d *dual) toHere(x, k int32, hubHere bool) {
	m, t, c := d.market, &d.tree, d.column
	marked := func(u int32) bool { return d.in[u] || t.at[u].size == 0 && d.in[t.at[u].parent] }
	byRow := 8*k > m.sinks // a column jumps about in memory
	for u := m.sinks + 1; byRow && u < m.n; u++ {
		if !marked(u) {
			d.row(u, true)
		}
	}
	for y, left := x, k; left > 0; y, left = t.thread[y], left-1 {
		if y == 0 || y > m.sinks {
			continue
		}
		for i := c.start[y]; !byRow && i < c.start[y+1]; i++ {
			if u, e := c.source[i], c.pair[i]; !marked(u) {
				d.offer(entering{u, y, e, int64(m.cost[e]), int64(m.cost[e]) + m.potential(u) - m.pi[y]})
			}
		}
		if !hubHere {
			d.offer(entering{0, y, none, m.hubCost[y], m.hubCost[y] + m.pi[0] - m.pi[y]})
		}
		d.work += 4
	}
	if !hubHere {
		return
	}
	for u := m.sinks + 1; u < m.n; u++ {
		if !marked(u) {
			d.offer(entering{u, 0, none, m.hubCost[u], m.hubCost[u] + m.potential(u) - m.pi[0]})
		}
	}
	d.work += int64(m.n - m.sinks)
}

// row prices the arcs of a source to marked sinks, or to the others.
func (d *dual) row(u int32, marked bool) {
	m := d.market
	own := m.potential(u)
	low, high := m.row[u-m.sinks-1], m.row[u-m.sinks]
	head := m.head[low:high]
	cost := m.cost[low:high][:len(head)]
	least, at := d.best.reduced-own, -1
	for i, v := range head {
		if x := int64(cost[i]) - m.pi[v]; x < least && d.in[v] == marked {
			least, at = x, i
		}
	}
	if at >= 0 {
		d.best = entering{u, head[at], low + int32(at), int64(cost[at]), least + own}
	}
	d.work += int64(len(head))
}

func (d *dual) offer(e entering) {
	if e.reduced < d.best.reduced {
		d.best = e
	}
}
