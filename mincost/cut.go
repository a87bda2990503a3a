package mincost

// Why there is no flow: a set of nodes that proves it.

// weigh sums up the supplies of each component.
func (s *Solver) weigh() {
	s.sum, s.uneven = make([]widening, len(s.split.hub)), map[int32]struct{}{}
	for v, x := range s.net.Supply {
		if x != 0 {
			s.sum[s.split.comp[v]].addProduct(x, 1)
		}
	}
	for c := range s.sum {
		if s.sum[c].sign() != 0 {
			s.uneven[int32(c)] = struct{}{}
		}
	}
}

// unbalanced returns the first component whose supplies do not add up to zero, preferably
// one with too much.
func (s *Solver) unbalanced() []int {
	found, sign := none, 0
	for c := range s.uneven {
		if x := s.sum[c].sign(); found == none || x > sign || x == sign && c < found {
			found, sign = c, x
		}
	}
	return s.members(found, func(int) bool { return true })
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
func (s *Solver) cut(k int32) []int {
	p := s.parts[k].general
	reached := p.reach()
	comp, wide := s.split.compOf[k], reached[0]
	return s.members(comp, func(v int) bool {
		switch s.split.piece[v] {
		case k:
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
