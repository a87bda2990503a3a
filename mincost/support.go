package mincost

import "fmt"

// Support returns for every node the lowest and the highest potential that it has in any
// optimal set of potentials in which the root has potential 0. Optimal potentials are not
// unique where the flow leaves room, and which of them Solve returns depends on its way;
// these bounds do not depend on it, nor on which of several cheapest flows was found.
// They are what a price can be in equilibrium: below Low somebody would want to buy more,
// above High somebody would want to sell more. -Infinite and Infinite mean no bound, as
// for all nodes that no arc connects with the root.
//
// Potentials p are optimal if and only if p(v) ≤ p(u) + c for every residual arc u → v.
// So the highest p(v) is the length of the shortest residual path from the root to v, and
// the lowest is minus that from v to the root. Both by Dijkstra on reduced costs, which
// the given potentials make non-negative. O(m + m log n) in all.
func Support(n *Network, r *Result, root int) (low, high []int64, err error) {
	if r.Status != Optimal || len(r.Flow) != len(n.Arcs) || len(r.Potential) != len(n.Supply) {
		return nil, nil, fmt.Errorf("mincost: %w: Support needs an optimal result of this network", ErrInvalid)
	}
	if root < 0 || root >= len(n.Supply) {
		return nil, nil, fmt.Errorf("mincost: %w: root %d is no node", ErrInvalid, root)
	}
	low, high = make([]int64, len(n.Supply)), make([]int64, len(n.Supply))
	for _, away := range []bool{true, false} {
		d, err := residualDistances(n, r, int32(root), away)
		if err != nil {
			return nil, nil, err
		}
		for v, x := range d {
			switch {
			case away && x == unreached:
				high[v] = Infinite
			case away:
				high[v] = int64(x) + r.Potential[v] - r.Potential[root]
			case x == unreached:
				low[v] = -Infinite
			default:
				low[v] = r.Potential[v] - r.Potential[root] - int64(x)
			}
		}
	}
	return low, high, nil
}

const unreached = ^uint64(0)

// residualDistances returns the lengths of shortest paths in reduced costs from the root
// (away) or to it.
func residualDistances(n *Network, r *Result, root int32, away bool) ([]uint64, error) {
	nodes := len(n.Supply)
	first := make([]int32, nodes+2)
	each := func(f func(u, v int32, i int, rc int64)) {
		for i := range n.Arcs {
			a := &n.Arcs[i]
			u, v := a.Tail, a.Head
			if u == v {
				continue // says nothing about potentials, and its cost may be anything
			}
			rc := a.Cost + r.Potential[u] - r.Potential[v]
			if !away {
				u, v = v, u
			}
			if r.Flow[i] < a.Upper || a.Upper == Infinite {
				f(u, v, i, rc)
			}
			if r.Flow[i] > a.Lower {
				f(v, u, i, -rc)
			}
		}
	}
	bad := -1
	each(func(u, _ int32, i int, rc int64) {
		first[u+2]++
		if rc < 0 || rc >= unlimited {
			bad = i
		}
	})
	if bad >= 0 {
		return nil, fmt.Errorf("mincost: %w: the potentials do not fit the flow on arc %d", ErrProof, bad)
	}
	for v := 2; v < len(first); v++ {
		first[v] += first[v-1]
	}
	type half struct {
		to int32
		rc int64
	}
	halves := make([]half, first[nodes+1])
	each(func(u, v int32, _ int, rc int64) {
		halves[first[u+1]] = half{v, rc}
		first[u+1]++
	})
	dist := make([]uint64, nodes)
	for v := range dist {
		dist[v] = unreached
	}
	dist[root] = 0
	q := heap{{0, root}}
	for len(q) > 0 {
		d, u := q.pop()
		if d > dist[u] {
			continue
		}
		for _, h := range halves[first[u]:first[u+1]] {
			if x := d + uint64(h.rc); x < dist[h.to] {
				dist[h.to] = x
				q.push(x, h.to)
			}
		}
	}
	return dist, nil
}

// heap is a binary heap of nodes by distance.
type heap []struct {
	d uint64
	v int32
}

func (h *heap) push(d uint64, v int32) {
	q := append(*h, struct {
		d uint64
		v int32
	}{d, v})
	i := len(q) - 1
	for i > 0 && q[i].d < q[(i-1)/2].d {
		q[i], q[(i-1)/2] = q[(i-1)/2], q[i]
		i = (i - 1) / 2
	}
	*h = q
}

func (h *heap) pop() (uint64, int32) {
	q := *h
	top := q[0]
	k := len(q) - 1
	q[0] = q[k]
	q = q[:k]
	for i := 0; ; {
		c := 2*i + 1
		if c >= k {
			break
		}
		if c+1 < k && q[c+1].d < q[c].d {
			c++
		}
		if q[i].d <= q[c].d {
			break
		}
		q[i], q[c] = q[c], q[i]
		i = c
	}
	*h = q
	return top.d, top.v
}
