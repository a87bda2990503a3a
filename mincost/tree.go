package mincost

// The spanning tree of the simplex: parents, and the preorder of the nodes as a doubly
// linked ring (thread, back) with subtree sizes and the last node of each subtree. A
// subtree is a stretch of the ring, so it is cut out, re-rooted and put elsewhere by
// relinking its ends and the nodes on the path to its new root only: O(path) instead of
// O(subtree). Source: Ahuja, Magnanti and Orlin 1993, §11.3; the last-successor form is
// Király and Kovács 2012, §4.2.

// stem is what climbing a path reads, kept together for the cache.
type stem struct {
	parent, size int32
	up, down     int64 // what the parent arc can still take, towards the root and away from it
}

type tree struct {
	at           []stem
	pred         []int32 // the arc to the parent
	thread, back []int32 // preorder, a ring through node 0, the root
	last         []int32 // last node of the subtree in preorder
}

// remake returns a tree for n nodes, in the memory of an old one if that is enough.
func (t *tree) remake(n int) tree {
	return tree{remake(t.at, n), remake(t.pred, n), remake(t.thread, n), remake(t.back, n), remake(t.last, n)}
}

// build computes preorder, sizes and lasts from the parents alone, O(n).
func (t *tree) build() {
	n := len(t.at)
	child, sibling := make([]int32, n), make([]int32, n) // 0 is none: the root is no child
	for v := n - 1; v > 0; v-- {
		p := t.at[v].parent
		sibling[v], child[p] = child[p], int32(v)
	}
	t.at[0].parent = -1
	order := make([]int32, 0, n)
	for v := int32(0); ; {
		order = append(order, v)
		t.last[v], t.at[v].size = v, 1
		if child[v] != 0 {
			v = child[v]
			continue
		}
		for v != 0 && sibling[v] == 0 {
			v = t.at[v].parent
		}
		if v == 0 {
			break
		}
		v = sibling[v]
	}
	for i, v := range order {
		w := order[(i+1)%n]
		t.thread[v], t.back[w] = w, v
	}
	for i := n - 1; i > 0; i-- {
		v := order[i]
		p := t.at[v].parent
		if t.last[p] == p { // the first met from behind is the last child
			t.last[p] = t.last[v]
		}
		t.at[p].size += t.at[v].size
	}
}

func (t *tree) link(a, b int32) { t.thread[a], t.back[b] = b, a }

// graft takes the subtree of w off, makes q, a node of it, its root, and hangs q under p
// by arc e that can still take up towards the root and down away from it. The node join
// is the lowest common ancestor of p and w: above it no subtree changes its size.
func (t *tree) graft(w, q, p, join, e int32, up, down int64) {
	size, tail := t.at[w].size, t.last[w]
	before, after := t.back[w], t.thread[tail]
	t.link(before, after)
	for x := t.at[w].parent; x != join; x = t.at[x].parent {
		t.at[x].size -= size
	}
	for x := t.at[w].parent; x >= 0 && t.last[x] == tail; x = t.at[x].parent {
		t.last[x] = before
	}

	end := t.reroot(w, q)
	a := &t.at[q]
	a.parent, a.size, a.up, a.down = p, size, up, down
	t.pred[q] = e
	next := t.thread[p]
	t.link(p, q)
	t.link(end, next)
	for x := p; x != join; x = t.at[x].parent {
		t.at[x].size += size
	}
	for x := p; x >= 0 && t.last[x] == p; x = t.at[x].parent {
		t.last[x] = end
	}
}

// reroot turns the path from q up to w over, so that q is on top of the cut-off subtree,
// and returns the last node of its preorder. The new preorder is the old stretch of q,
// then for each node of the path its old stretch without the child it was reached from.
func (t *tree) reroot(w, q int32) (end int32) {
	end = t.last[q]
	if q == w {
		return end
	}
	total := t.at[w].size
	// prev is the path's node below x; its old stretch is prev..prevLast, between
	// prevBack and prevNext. All old values are read before anything overwrites them.
	prev, prevBack, prevLast, prevNext := q, t.back[q], end, t.thread[end]
	old, oldPred := t.at[q], t.pred[q]
	for x := old.parent; ; {
		was, wasPred, wasBack, wasLast := t.at[x], t.pred[x], t.back[x], t.last[x]
		wasNext := prevNext
		if wasLast != prevLast {
			wasNext = t.thread[wasLast]
		}
		t.link(end, x)
		if wasLast != prevLast {
			t.link(prevBack, prevNext)
			end = wasLast
		} else {
			end = prevBack
		}
		t.at[x] = stem{prev, total - old.size, old.down, old.up}
		t.pred[x] = oldPred
		if x == w {
			break
		}
		prev, prevBack, prevLast, prevNext = x, wasBack, wasLast, wasNext
		old, oldPred = was, wasPred
		x = was.parent
	}
	for x := w; x != q; x = t.at[x].parent {
		t.last[x] = end
	}
	t.last[q] = end
	return end
}
