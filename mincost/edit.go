package mincost

// Edits between two solves. Each only notes which pieces it touches: Resolve reloads
// those and lets settle repair what no longer holds.

// SetCost changes the cost per unit of an arc.
func (s *Solver) SetCost(arc int, cost int64) {
	s.net.Arcs[arc].Cost = cost
	s.touchArc(arc)
}

// SetLower changes the lower bound of an arc.
func (s *Solver) SetLower(arc int, lower int64) {
	s.net.Arcs[arc].Lower = lower
	s.touchArc(arc)
}

// SetUpper changes the upper bound of an arc; Infinite is no bound.
func (s *Solver) SetUpper(arc int, upper int64) {
	s.net.Arcs[arc].Upper = upper
	s.touchArc(arc)
}

// SetSupply changes the supply of a node.
func (s *Solver) SetSupply(node int, supply int64) {
	s.net.Supply[node] = supply
	if s.split != nil {
		s.nodes = append(s.nodes, node)
		if p := s.split.piece[node]; p >= 0 {
			s.dirty[p] = true
		}
	}
}

// AddNode adds a node and returns its number. The next Resolve starts from scratch.
func (s *Solver) AddNode(supply int64) int {
	s.split = nil
	return s.net.AddNode(supply)
}

// AddArc adds an arc and returns its number. An arc between nodes that were connected
// already (other than through the hub alone) keeps the basis; one that joins two pieces
// makes the next Resolve start from scratch.
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
	s.dirty[p] = true
	if s.pieces[p] != nil {
		s.pieces[p].grow(int32(id))
	} else {
		s.split.arcs[p] = append(s.split.arcs[p], int32(id))
	}
	return id
}

func (s *Solver) touchArc(arc int) {
	if s.split == nil {
		return
	}
	s.arcs = append(s.arcs, arc)
	a := &s.net.Arcs[arc]
	if p := s.split.pieceOf(a.Tail, a.Head); p >= 0 {
		s.dirty[p] = true
	}
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
