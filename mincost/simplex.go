package mincost

import "context"

// The primal network simplex. A basis is a spanning tree with all other arcs at a bound.
// price looks for an arc outside the tree with negative reduced cost; pivot sends as much
// as possible around the cycle that it closes and lets one blocking arc leave.
//
// Pricing is block search: scan arcs in ring order, take the best of the first block that
// holds any. It needs O(√m) arcs a pivot as long as good arcs are plenty; Király and
// Kovács 2012 found it the best simple rule. Time per pivot besides pricing: O(path) for
// the cycle and the tree, O(smaller side) for the potentials. The number of pivots is
// finite (see the package comment) and in practice a small multiple of the arcs.

// checkEvery is how many pivots pass between two looks at the context.
const checkEvery = 1024

// run pivots until no arc is worth entering (true), or a ray of ever cheaper flows is
// found (false, p.cycle holds it).
func (p *piece) run(ctx context.Context, progress func(int64)) (bool, error) {
	for {
		e, rc := p.price()
		if e < 0 {
			return true, nil
		}
		ok, err := p.pivot(int32(e), rc)
		if !ok || err != nil {
			return false, err
		}
		if p.pivots++; p.pivots%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			progress(checkEvery)
		}
	}
}

func (p *piece) price() (int, int64) {
	pi, end := p.pi, len(p.src)
	best, bestRC := -1, int64(0)
	e := p.next
	for left := end - p.n; left > 0; {
		k := min(p.block, left)
		left -= k
		for k > 0 {
			seg := min(end-e, k)
			src := p.src[e : e+seg]
			dst := p.dst[e : e+seg][:len(src)]
			cost := p.cost[e : e+seg][:len(src)]
			for i, u := range src {
				if rc := cost[i] + pi[u] - pi[dst[i]]; rc < bestRC {
					best, bestRC = e+i, rc
				}
			}
			k -= seg
			if e += seg; e == end {
				e = p.n
			}
		}
		if best >= 0 {
			break
		}
	}
	p.next = e
	return best, bestRC
}

// pivot lets e enter, stored as u → v with reduced cost rc < 0. The cycle runs from the
// join of u and v down to u, over e, and from v up to the join. Of the arcs that block
// the last one in this order leaves: that keeps the basis strongly feasible. It returns
// false if nothing blocks.
func (p *piece) pivot(e int32, rc int64) (bool, error) {
	at := p.tree.at
	u, v := p.src[e], p.dst[e]
	du, dv := int64(unlimited), int64(unlimited)
	var lu, lv int32
	a, b := u, v
	for a != b {
		if x, y := &at[a], &at[b]; x.size < y.size {
			if x.down < du { // climbing towards the join: the first met is the last in order
				du, lu = x.down, a
			}
			a = x.parent
		} else {
			if y.up <= dv {
				dv, lv = y.up, b
			}
			b = y.parent
		}
	}
	join := a
	capE := p.cap[e]
	delta := min(du, capE, dv)
	if delta >= enough {
		p.cycle = p.ray(e, join)
		return false, nil
	}
	if delta > 0 {
		for a = u; a != join; a = at[a].parent {
			at[a].down -= delta
			at[a].up += delta
		}
		for b = v; b != join; b = at[b].parent {
			at[b].up -= delta
			at[b].down += delta
		}
		if p.wide && !p.watch(e, join, delta) {
			return false, errRange
		}
	}
	switch delta {
	case dv:
		if p.src[p.tree.pred[lv]] == lv { // full now, it can only come back
			p.turn(p.tree.pred[lv])
		}
		p.tree.graft(lv, v, u, join, e, delta, capE-delta)
		p.shift(v, rc)
	case capE:
		p.turn(e)
	default:
		if p.src[p.tree.pred[lu]] != lu {
			p.turn(p.tree.pred[lu])
		}
		p.tree.graft(lu, u, v, join, e, capE-delta, delta)
		p.shift(u, -rc)
	}
	return true, nil
}

// shift adds d to the potentials of the subtree of q, or takes it from all others if
// those are fewer. The root's may move then; only differences of potentials mean anything
// here. The stretch is walked from both ends at once: two chains of loads, not one.
func (p *piece) shift(q int32, d int64) {
	t, pi := &p.tree, p.pi
	x, y, k := q, t.last[q], int(t.at[q].size)
	if 2*k > p.n {
		x, y, k, d = t.thread[y], t.back[x], p.n-k, -d
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

// watch says whether all flows around the cycle of e are in range. Only unlimited arcs
// can leave it: delta itself is below enough, so nothing has wrapped around yet.
func (p *piece) watch(e, join int32, delta int64) bool {
	t := &p.tree
	for v := p.src[e]; v != join; v = t.at[v].parent {
		if p.carried(v) >= enough {
			return false
		}
	}
	for v := p.dst[e]; v != join; v = t.at[v].parent {
		if p.carried(v) >= enough {
			return false
		}
	}
	return delta < enough
}

// ray lists the real arcs of the cycle of e in its order, as numbers of the network.
func (p *piece) ray(e, join int32) []int32 {
	var arcs []int32
	t := &p.tree
	for v := p.src[e]; v != join; v = t.at[v].parent {
		arcs = append(arcs, p.arcs[int(t.pred[v])-p.n])
	}
	for i, j := 0, len(arcs)-1; i < j; i, j = i+1, j-1 {
		arcs[i], arcs[j] = arcs[j], arcs[i]
	}
	arcs = append(arcs, p.arcs[int(e)-p.n])
	for v := p.dst[e]; v != join; v = t.at[v].parent {
		arcs = append(arcs, p.arcs[int(t.pred[v])-p.n])
	}
	return arcs
}
