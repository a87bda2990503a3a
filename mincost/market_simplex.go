package mincost

import (
	"context"
	"math"
)

// Pivots on a market. Pricing takes whole rows until a block of √m arcs is through and
// then the best arc seen (block search, Király and Kovács 2012). Longer blocks find better
// arcs and make more of the tree move; letting work counted choose the length lost to this
// on every kind of market but the easiest (testdata/bench/block.txt).

// entering is an arc that improves the flow; pair is none for an arc with the hub.
type entering struct {
	tail, head, pair int32
	cost, reduced    int64
}

// start prepares for pivots from a basis.
func (m *market) start() {
	m.next = 0
	m.block = max(16, int(math.Sqrt(float64(len(m.head)))))
}

// run pivots until nothing improves.
func (m *market) run(ctx context.Context, progress func(int64)) error {
	for {
		in := m.price()
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
}

func (m *market) price() entering {
	var best entering
	pi, hub := m.pi, m.pi[0]
	rows := int(m.n - m.sinks - 1)
	r := m.next
	count := 0
	for left := rows + 1; left > 0; left-- {
		if r < rows {
			count += m.priceRow(r, hub, &best)
		} else { // what sinks miss
			for v := int32(1); v <= m.sinks; v++ {
				if x := m.hubCost[v] + hub - pi[v]; x < best.reduced {
					best = entering{0, v, none, m.hubCost[v], x}
				}
			}
			count += int(m.sinks)
		}
		if r++; r > rows {
			r = 0
		}
		if count >= m.block {
			count = 0
			if best.reduced < 0 {
				break
			}
		}
	}
	m.next = r
	return best
}

// priceRow prices the arcs of one source and returns their number.
func (m *market) priceRow(r int, hub int64, best *entering) int {
	pi := m.pi
	u := m.sinks + 1 + int32(r)
	own := pi[m.tree.at[u].parent] - m.pc[u]
	low, high := m.row[r], m.row[r+1]
	head := m.head[low:high]
	cost := m.cost[low:high][:len(head)]
	least, at := best.reduced-own, -1
	for i, v := range head {
		if x := int64(cost[i]) - pi[v]; x < least {
			least, at = x, i
		}
	}
	if at >= 0 {
		*best = entering{u, head[at], low + int32(at), int64(cost[at]), least + own}
	}
	if x := m.hubCost[u] + own - hub; x < best.reduced {
		*best = entering{u, 0, none, m.hubCost[u], x}
	}
	return len(head) + 1
}

// pivot sends as much as possible around the cycle of the entering arc: from the join
// down to its tail, over it, and up from its head. Sources on the first way and sinks on
// the second may run out; the last that does, in this order, leaves (see the package
// comment for why).
func (m *market) pivot(in *entering) {
	t, sinks := &m.tree, m.sinks
	at := t.at
	u, v := in.tail, in.head
	du, dv := int64(unlimited), int64(unlimited)
	var lu, lv int32
	a, b := u, v
	for a != b {
		if x, y := &at[a], &at[b]; x.size < y.size {
			if a > sinks && x.down < du {
				du, lu = x.down, a
			}
			a = x.parent
		} else {
			if b <= sinks && y.up <= dv {
				dv, lv = y.up, b
			}
			b = y.parent
		}
	}
	join, delta := a, min(du, dv)
	if delta > 0 {
		for a = u; a != join; a = at[a].parent {
			if a > sinks {
				at[a].down -= delta
			} else {
				at[a].up += delta
			}
		}
		for b = v; b != join; b = at[b].parent {
			if b <= sinks {
				at[b].up -= delta
			} else {
				at[b].down += delta
			}
		}
	}
	w := lv
	if du < dv {
		w = lu
	}
	m.leave(w)
	if w == u && at[u].size == 0 { // a leaf changes its partner
		at[u].parent, at[u].down, t.pred[u], m.pc[u] = v, delta, in.pair, in.cost
		return // its potential rose, so its other arcs are worth less than before
	}
	if u > sinks && at[u].size == 0 {
		m.enlist(u)
	}
	old := at[w].parent
	if du < dv {
		t.graft(w, u, v, join, in.pair, unlimited, delta)
		m.recost(u, w, in.cost)
		m.shift(u, -in.reduced)
	} else {
		t.graft(w, v, u, join, in.pair, delta, unlimited)
		m.recost(v, w, in.cost)
		m.shift(v, in.reduced)
	}
	m.retire(w)
	m.retire(old)
}

// leave notes that the arc between w and its parent carries nothing any more.
func (m *market) leave(w int32) {
	if e := m.tree.pred[w]; m.column != nil && e != none {
		m.gone = append(m.gone, e)
	}
}

// recost sets the costs of parent arcs on the way that was turned over, from q to w.
func (m *market) recost(q, w int32, cost int64) {
	t := &m.tree
	if q > m.sinks {
		m.pc[q] = cost
	}
	for x := w; x != q; x = t.at[x].parent {
		if x > m.sinks {
			m.pc[x] = int64(m.cost[t.pred[x]])
		}
	}
}

// shift adds d to the potentials of the subtree of q, or takes it from all others if
// those are fewer, see piece.shift.
func (m *market) shift(q int32, d int64) {
	t, pi := &m.tree, m.pi
	x, y, k := q, t.last[q], int(t.at[q].size)
	if all := int(t.at[0].size); 2*k > all {
		x, y, k, d = t.thread[y], t.back[x], all-k, -d
	}
	if m.column != nil {
		m.column.shifted(m, x, k, d)
		return
	}
	thread, back := t.thread, t.back
	for range k / 2 {
		pi[x] += d
		pi[y] += d
		x, y = thread[x], back[y]
	}
	if k%2 == 1 {
		pi[x] += d
	}
}

// enlist puts a leaf into the preorder, as a source that will have children.
func (m *market) enlist(u int32) {
	t := &m.tree
	p := t.at[u].parent
	next := t.thread[p]
	t.link(p, u)
	t.link(u, next)
	t.last[u], t.at[u].size = u, 1
	x := p
	for ; x >= 0 && t.last[x] == p; x = t.at[x].parent {
		t.last[x] = u
		t.at[x].size++
	}
	for ; x >= 0; x = t.at[x].parent {
		t.at[x].size++
	}
}

// retire takes a source without children out of the preorder.
func (m *market) retire(u int32) {
	t := &m.tree
	if u <= m.sinks || t.at[u].size != 1 {
		return
	}
	before := t.back[u]
	t.link(before, t.thread[u])
	t.at[u].size = 0
	x := t.at[u].parent
	for ; x >= 0 && t.last[x] == u; x = t.at[x].parent {
		t.last[x] = before
		t.at[x].size--
	}
	for ; x >= 0; x = t.at[x].parent {
		t.at[x].size--
	}
}
