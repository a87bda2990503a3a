package matching

// export writes the search tree as the proof of a component, in the Problem's numbers.
func (h *search) export() Component {
	q := h.q
	c := Component{
		Sources: q.sources, Sinks: q.sinks, Objective: h.best.value,
		Nodes: len(h.tree), Pivots: h.f.pivots, Tree: make([]Node, len(h.tree)),
	}
	some := false
	for i := range h.tree {
		v := &h.tree[i]
		if v.split.kind != Leaf {
			c.Tree[i] = q.inner(v)
			continue
		}
		d, b := v.duals, v.bound
		if !v.ok {
			d, b = h.impossible(i)
		}
		c.Tree[i] = Node{Dual: q.exportDuals(&d)}
		if !some || b.Cmp(c.Bound) > 0 {
			c.Bound, some = b, true
		}
	}
	return c
}

func (q *part) inner(v *vertex) Node {
	n := Node{Kind: v.split.kind, Child: v.kid}
	switch v.split.kind {
	case Serve:
		n.Sink = q.sinks[v.split.at]
	case Line:
		l := &q.lines[v.split.at]
		n.Sink, n.Who = q.sinks[l.sink], l.offer
	case Party:
		s := &q.seats[v.split.at]
		n.Sink, n.Who = q.sinks[s.sink], q.parties[s.party]
	case Lead:
		l := &q.leads[v.split.at]
		n.Sink, n.Who = q.sinks[l.sink], l.via
	}
	return n
}

// impossible makes the duals of a leaf without a flow: from those of the nearest node
// above that has one, along the direction in which the bound falls, below the best plan.
func (h *search) impossible(i int) (duals, Int) {
	s := h.stateOf(i)
	way := make([]int, len(h.q.arcs))
	h.q.ways(s, way)
	up := h.tree[i].parent
	for !h.tree[up].ok {
		up = h.tree[up].parent
	}
	d := h.q.push(s, way, &h.tree[up].duals, &h.tree[i].duals, h.best.value)
	return d, h.q.bound(s, way, &d, true)
}

func (q *part) exportDuals(d *duals) *Dual {
	out := &Dual{Sink: d.sink, Cap: d.cap}
	for _, l := range d.line {
		out.Line = append(out.Line, LineDual{q.lines[l.line].offer, q.sinks[q.lines[l.line].sink], l.value})
	}
	return out
}
