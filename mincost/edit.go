package mincost

// Edits between two solves. Each only notes which pieces it touches: Resolve reloads
// those and lets settle repair what no longer holds.

// SetCost changes the cost per unit of an arc.
func (s *Solver) SetCost(arc int, cost int64) {
	if s.split != nil { // total is the cost of the flow that stands
		f := s.flow[arc]
		s.total.addProduct(f, cost)
		s.total.addProduct(-f, s.net.Arcs[arc].Cost)
	}
	s.net.Arcs[arc].Cost = cost
	s.touchArc(arc)
}

// SetLower changes the lower bound of an arc.
func (s *Solver) SetLower(arc int, lower int64) {
	s.net.Arcs[arc].Lower = lower
	if p := s.touchArc(arc); p >= 0 {
		s.parts[p].anew = true
	}
}

// SetUpper changes the upper bound of an arc; Infinite is no bound.
func (s *Solver) SetUpper(arc int, upper int64) {
	s.net.Arcs[arc].Upper = upper
	s.touchArc(arc)
}

// SetSupply changes the supply of a node.
func (s *Solver) SetSupply(node int, supply int64) {
	old := s.net.Supply[node]
	s.net.Supply[node] = supply
	if s.split == nil {
		return
	}
	s.nodes = append(s.nodes, node)
	c := s.split.comp[node]
	s.sum[c].addProduct(supply, 1)
	s.sum[c].addProduct(old, -1)
	if s.sum[c].sign() == 0 {
		delete(s.uneven, c)
	} else {
		s.uneven[c] = struct{}{}
	}
	if p := s.split.piece[node]; p >= 0 {
		s.parts[p].nodes = append(s.parts[p].nodes, int32(node))
		s.soil(p)
	}
}

// soil notes that a piece is to be solved again.
func (s *Solver) soil(p int32) {
	if !s.parts[p].dirty {
		s.parts[p].dirty = true
		s.dirty = append(s.dirty, p)
	}
}

// AddNode adds a node and returns its number. The next Resolve starts from scratch.
func (s *Solver) AddNode(supply int64) int {
	s.split = nil
	return s.net.AddNode(supply)
}

// AddArc adds an arc and returns its number. An arc between nodes that were connected
// already (other than through the hub alone) keeps the basis of a general piece, while a
// piece that is a market is solved from scratch; one that joins two pieces makes the next
// Resolve start from scratch as a whole.
func (s *Solver) AddArc(tail, head int, lower, upper, cost int64) int {
	id := s.net.AddArc(tail, head, lower, upper, cost)
	if s.split == nil {
		return id
	}
	a := &s.net.Arcs[id]
	nodes := int32(len(s.split.comp))
	if a.Tail < 0 || a.Head < 0 || a.Tail >= nodes || a.Head >= nodes {
		s.split = nil // Check will say what is wrong
		return id
	}
	s.arcs = append(s.arcs, id)
	s.flow = append(s.flow, 0)
	if a.Tail == a.Head {
		s.split.loops = append(s.split.loops, int32(id))
		return id
	}
	p := s.split.pieceOf(a.Tail, a.Head)
	if p < 0 {
		s.split = nil
		return id
	}
	s.soil(p)
	s.parts[p].anew = true
	if s.parts[p].general != nil {
		s.parts[p].general.grow(int32(id))
	} else {
		s.split.arcs[p] = append(s.split.arcs[p], int32(id))
	}
	return id
}

// touchArc notes an edited arc and returns its piece, none if there is none.
func (s *Solver) touchArc(arc int) int32 {
	if s.split == nil {
		return none
	}
	s.arcs = append(s.arcs, arc)
	a := &s.net.Arcs[arc]
	p := s.split.pieceOf(a.Tail, a.Head)
	if p >= 0 {
		s.parts[p].arcs = append(s.parts[p].arcs, int32(arc))
		s.soil(p)
	}
	return p
}

// checkEdits is Check for what was edited. Until it passes it looks at the same again.
func (s *Solver) checkEdits() error {
	for _, v := range s.nodes {
		if err := s.net.checkNode(v); err != nil {
			return err
		}
	}
	for _, i := range s.arcs {
		if err := s.net.checkArc(i); err != nil {
			return err
		}
	}
	s.arcs, s.nodes = s.arcs[:0], s.nodes[:0]
	return nil
}
