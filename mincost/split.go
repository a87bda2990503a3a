package mincost

// Splitting a network into pieces that share at most one node.
//
// Connected components are independent. Inside a component take away the node of the
// highest degree, the hub: if the rest falls apart, each part together with the hub is
// again independent, because what passes through the hub to a part is fixed by the part's
// own supplies. Markets have such a hub (unsold and unmet go there), and so has the
// root → source → sink → root form of a matching. The hub is every part's tree root with
// potential 0, so potentials of the parts fit together as they are.
//
// Cost: two passes of union-find, O(m α(n)).

type split struct {
	comp   []int32 // component of each node
	hub    []int32 // hub of each component
	piece  []int32 // piece of each node, -1 for hubs
	nodes  [][]int32
	arcs   [][]int32 // per piece, self-loops are in none
	loops  []int32   // arcs from a node to itself
	compOf []int32   // component of each piece
}

// isHub says whether v is the hub of its component.
func (s *split) isHub(v int32) bool { return s.hub[s.comp[v]] == v }

// pieceOf returns the piece that an arc between u and v belongs to, -1 if it would join
// two of them. A self-loop belongs to none either.
func (s *split) pieceOf(u, v int32) int32 {
	if s.comp[u] != s.comp[v] || u == v {
		return -1
	}
	p, q := s.piece[u], s.piece[v]
	switch {
	case p < 0:
		return q
	case q < 0 || p == q:
		return p
	}
	return -1
}

func find(up []int32, x int32) int32 {
	for up[x] != x {
		up[x] = up[up[x]]
		x = up[x]
	}
	return x
}

func join(up []int32, a, b int32) {
	if a, b = find(up, a), find(up, b); a < b {
		up[b] = a
	} else {
		up[a] = b
	}
}

func splitNetwork(n *Network) *split {
	nn := len(n.Supply)
	s := &split{comp: make([]int32, nn), piece: make([]int32, nn)}
	up := make([]int32, nn)
	deg := make([]int32, nn)
	for v := range up {
		up[v] = int32(v)
	}
	for i := range n.Arcs {
		a := &n.Arcs[i]
		if a.Tail == a.Head {
			s.loops = append(s.loops, int32(i))
			continue
		}
		deg[a.Tail]++
		deg[a.Head]++
		join(up, a.Tail, a.Head)
	}
	for v := range up { // the smallest node is its component's representative
		if r := find(up, int32(v)); r == int32(v) {
			s.comp[v] = int32(len(s.hub))
			s.hub = append(s.hub, r)
		} else {
			s.comp[v] = s.comp[r]
			if c := s.comp[v]; deg[v] > deg[s.hub[c]] {
				s.hub[c] = int32(v)
			}
		}
	}
	for v := range up {
		up[v] = int32(v)
	}
	for i := range n.Arcs {
		if a := &n.Arcs[i]; !s.isHub(a.Tail) && !s.isHub(a.Head) {
			join(up, a.Tail, a.Head)
		}
	}
	s.gather(n, up)
	return s
}

// gather turns the union-find forest without hubs into lists of nodes and arcs.
func (s *split) gather(n *Network, up []int32) {
	var count []int32
	for v := range up {
		if s.isHub(int32(v)) {
			s.piece[v] = -1
			continue
		}
		r := find(up, int32(v))
		if r == int32(v) {
			s.piece[v] = int32(len(count))
			count = append(count, 1) // the hub
			s.compOf = append(s.compOf, s.comp[v])
		} else {
			s.piece[v] = s.piece[r]
		}
		count[s.piece[v]]++
	}
	k := len(count)
	s.nodes, s.arcs = make([][]int32, k), make([][]int32, k)
	for p := range s.nodes {
		s.nodes[p] = append(make([]int32, 0, count[p]), s.hub[s.compOf[p]])
		count[p] = 0
	}
	for v, p := range s.piece {
		if p >= 0 {
			s.nodes[p] = append(s.nodes[p], int32(v))
		}
	}
	for i := range n.Arcs {
		if p := s.pieceOf(n.Arcs[i].Tail, n.Arcs[i].Head); p >= 0 {
			count[p]++
		}
	}
	all := make([]int32, 0, len(n.Arcs)-len(s.loops))
	for p, c := range count {
		at := len(all)
		all = all[:at+int(c)]
		s.arcs[p] = all[at:at:len(all)]
	}
	for i := range n.Arcs {
		if p := s.pieceOf(n.Arcs[i].Tail, n.Arcs[i].Head); p >= 0 {
			s.arcs[p] = append(s.arcs[p], int32(i))
		}
	}
}
