package mincost

// Why there is no flow: a set of nodes that proves it.

// unbalanced looks for a component whose supplies do not add up to zero, preferably one
// with too much.
func (s *Solver) unbalanced() []int {
	sum := make([]widening, len(s.split.hub))
	for v, x := range s.net.Supply {
		if x != 0 {
			sum[s.split.comp[v]].addProduct(x, 1)
		}
	}
	found := -1
	for c := range sum {
		if sign := sum[c].sign(); sign > 0 {
			found = c
			break
		} else if sign < 0 && found < 0 {
			found = c
		}
	}
	if found < 0 {
		return nil
	}
	return s.members(int32(found), func(int) bool { return true })
}

func (s *Solver) members(comp int32, in func(v int) bool) []int {
	var nodes []int
	for v, c := range s.split.comp {
		if c == comp && in(v) {
			nodes = append(nodes, v)
		}
	}
	return nodes
}

// cut returns the nodes that excess can still reach in an infeasible piece. At an optimum
// a node with too much cannot reach one with too little, nor the root: sending a unit
// that way would save more penalty than any path costs.
func (s *Solver) cut(k int) []int {
	p := s.pieces[k]
	reached := p.reach()
	comp, wide := s.split.compOf[k], reached[0]
	return s.members(comp, func(v int) bool {
		switch s.split.piece[v] {
		case int32(k):
			return reached[s.local[v]]
		default: // the hub, and all that hangs on it elsewhere
			return wide
		}
	})
}

// reach marks all nodes with a residual path of real arcs from the node with too much.
func (p *piece) reach() []bool {
	next := make([][]int32, p.n) // residual arcs
	t := &p.tree
	inTree := make([]bool, len(p.src))
	for _, e := range t.pred[1:] {
		inTree[e] = true
	}
	for e := p.n; e < len(p.src); e++ {
		if p.cap[e] > 0 && !inTree[e] {
			next[p.src[e]] = append(next[p.src[e]], p.dst[e])
		}
	}
	for v := int32(1); int(v) < p.n; v++ {
		if int(t.pred[v]) >= p.n {
			a, up := &t.at[v], t.at[v].parent
			if a.up > 0 {
				next[v] = append(next[v], up)
			}
			if a.down > 0 {
				next[up] = append(next[up], v)
			}
		}
	}
	reached := make([]bool, p.n)
	var todo []int32
	for v := int32(1); int(v) < p.n; v++ {
		if p.excess(v) > 0 {
			todo, reached[v] = append(todo, v), true
		}
	}
	if todo == nil { // too little somewhere, so the root has too much
		todo, reached[0] = append(todo, 0), true
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, w := range next[v] {
			if !reached[w] {
				reached[w] = true
				todo = append(todo, w)
			}
		}
	}
	return reached
}
