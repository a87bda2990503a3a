package mincost

import "context"

// Solve returns a cheapest flow with its proof, or the proof that there is none. The error
// is ErrInvalid, ErrOverflow (both wrapped with a sentence) or ctx's.
func Solve(ctx context.Context, n *Network) (*Result, error) {
	s := NewSolver(n)
	s.once, s.Share = true, true
	return s.Solve(ctx)
}

// Solver solves a network again and again while it is edited, each time from the last
// basis. Edit the network through the Solver only. A Solver is not safe for concurrent
// use; several Solvers on networks of their own are.
type Solver struct {
	// Progress, if set, is called now and then with the pivots of the running call,
	// never twice at a time.
	Progress func(pivots int64)

	// Share makes results use the Solver's own memory for Flow and Potential: they are
	// right until the next call or edit. It saves copying both, which takes longer than
	// solving a large network again after a small change.
	Share bool

	net    *Network
	split  *split
	parts  []part
	local  []int32 // number of each node in its piece
	dirty  []int32 // pieces edited or not solved to optimality since
	flow   []int64
	pot    []int64
	total  widening           // cost of flow
	sum    []widening         // supplies of each component
	uneven map[int32]struct{} // components whose sum is not zero
	pivots int64

	arcs, nodes []int // edited and not checked since

	once bool // no Resolve will follow: keep no basis
}

// NewSolver returns a Solver of n, which it keeps.
func NewSolver(n *Network) *Solver { return &Solver{net: n} }

// Network returns the network being solved, with all edits.
func (s *Solver) Network() *Network { return s.net }

// Solve solves from scratch.
func (s *Solver) Solve(ctx context.Context) (*Result, error) {
	if err := s.net.Check(); err != nil {
		return nil, err
	}
	s.arcs, s.nodes = s.arcs[:0], s.nodes[:0]
	s.split = splitNetwork(s.net)
	k := len(s.split.nodes)
	s.parts, s.dirty = make([]part, k), make([]int32, k)
	s.local = make([]int32, len(s.net.Supply))
	for p, nodes := range s.split.nodes {
		s.dirty[p], s.parts[p].dirty = int32(p), true
		for i, v := range nodes[1:] {
			s.local[v] = int32(i + 1)
		}
	}
	s.flow, s.pot = make([]int64, len(s.net.Arcs)), make([]int64, len(s.net.Supply))
	s.total = widening{}
	s.weigh()
	return s.finish(ctx)
}

// Resolve solves after edits, from where the last call ended. Only pieces that were
// edited are looked at, and they keep their basis as far as the edits let them. Its
// answer has the status and cost that Solve would give; flow and potentials may be others
// of the same cost.
func (s *Solver) Resolve(ctx context.Context) (*Result, error) {
	if s.split == nil {
		return s.Solve(ctx)
	}
	if err := s.checkEdits(); err != nil {
		return nil, err
	}
	return s.finish(ctx)
}

// finish solves all dirty pieces and puts the answer together. That there is no flow at
// all is said before that there is no cheapest one.
func (s *Solver) finish(ctx context.Context) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.pivots = 0
	if len(s.uneven) > 0 {
		return &Result{Status: Infeasible, Cut: s.unbalanced()}, nil
	}
	cut, ray, solved, err := s.solveParts(ctx)
	if err != nil {
		return nil, err
	}
	r := &Result{Status: Optimal, Pivots: s.pivots, Components: solved}
	if cut != nil {
		r.Status, r.Cut = Infeasible, cut
		return r, nil
	}
	b := book{net: s.net, flow: s.flow}
	for _, e := range s.split.loops {
		switch a := &s.net.Arcs[e]; {
		case a.Cost < 0 && a.Upper == Infinite:
			ray = []int32{e}
			b.set(e, a.Lower)
		case a.Cost < 0:
			b.set(e, a.Upper)
		default:
			b.set(e, a.Lower)
		}
	}
	s.total.add(&b.change)
	r.Flow, r.Potential = s.flow, s.pot
	if !s.Share {
		r.Flow = append(make([]int64, 0, len(s.flow)), s.flow...)
		r.Potential = append(make([]int64, 0, len(s.pot)), s.pot...)
	}
	if ray != nil {
		r.Status, r.Potential = Unbounded, nil
		for _, e := range ray {
			r.Cycle = append(r.Cycle, int(e))
		}
		return r, nil
	}
	r.Cost = s.total.big()
	return r, nil
}

// book is where the flow and the potentials of the whole network stand. Pieces write into
// it at the same time, each its own arcs and nodes, and count what that changes in cost.
type book struct {
	net       *Network
	flow, pot []int64
	change    widening
}

func (b *book) set(arc int32, flow int64) {
	if d := flow - b.flow[arc]; d != 0 {
		b.flow[arc] = flow
		b.change.addProduct(d, b.net.Arcs[arc].Cost)
	}
}
