package mincost

import (
	"context"
	"math/big"
)

// Solve returns a cheapest flow with its proof, or the proof that there is none. The error
// is ErrInvalid, ErrOverflow (both wrapped with a sentence) or ctx's.
func Solve(ctx context.Context, n *Network) (*Result, error) {
	s := NewSolver(n)
	s.once = true
	return s.Solve(ctx)
}

// Solver solves a network again and again while it is edited, each time from the last
// basis. Edit the network through the Solver only. A Solver is not safe for concurrent
// use; several Solvers on networks of their own are.
type Solver struct {
	// Progress, if set, is called now and then with the pivots of the running call.
	Progress func(pivots int64)

	net    *Network
	split  *split
	pieces []*piece
	local  []int32   // number of each node in its piece
	dirty  []bool    // per piece: edited or not solved to optimality since
	total  []big.Int // per piece: cost of its flow
	flow   []int64
	pot    []int64
	pivots int64
	last   int // pieces solved by the running call

	arcs, nodes []int // edited and not checked since

	once  bool   // no Resolve will follow: keep no basis
	spare *piece // memory to use again
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
	s.pivots, s.last = 0, 0
	s.arcs, s.nodes = s.arcs[:0], s.nodes[:0]
	s.split = splitNetwork(s.net)
	k := len(s.split.nodes)
	s.pieces, s.dirty, s.total = make([]*piece, k), make([]bool, k), make([]big.Int, k)
	s.local = make([]int32, len(s.net.Supply))
	for p, nodes := range s.split.nodes {
		s.dirty[p] = true
		for i, v := range nodes[1:] {
			s.local[v] = int32(i + 1)
		}
	}
	s.flow, s.pot = make([]int64, len(s.net.Arcs)), make([]int64, len(s.net.Supply))
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
	s.pivots, s.last = 0, 0
	return s.finish(ctx)
}

// finish solves all dirty pieces and puts the answer together. That there is no flow at
// all is said before that there is no cheapest one.
func (s *Solver) finish(ctx context.Context) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if cut := s.unbalanced(); cut != nil {
		return &Result{Status: Infeasible, Cut: cut, Components: s.last}, nil
	}
	var cycle []int32
	for p := range s.dirty {
		if !s.dirty[p] {
			continue
		}
		cut, ray, err := s.solvePiece(ctx, p)
		if err != nil {
			return nil, err
		}
		if cut != nil {
			return &Result{Status: Infeasible, Cut: cut, Pivots: s.pivots, Components: s.last}, nil
		}
		if ray != nil {
			cycle = ray
		}
	}
	var total widening
	for _, e := range s.split.loops {
		a := &s.net.Arcs[e]
		s.flow[e] = a.Lower
		if a.Cost < 0 && a.Upper == Infinite {
			cycle = []int32{e}
		} else if a.Cost < 0 {
			s.flow[e] = a.Upper
		}
		total.addProduct(s.flow[e], a.Cost)
	}
	r := &Result{Status: Optimal, Pivots: s.pivots, Components: s.last}
	r.Flow = append(make([]int64, 0, len(s.flow)), s.flow...)
	if cycle != nil {
		r.Status = Unbounded
		for _, e := range cycle {
			r.Cycle = append(r.Cycle, int(e))
		}
		return r, nil
	}
	r.Potential = append(make([]int64, 0, len(s.pot)), s.pot...)
	r.Cost = total.big()
	for p := range s.total {
		r.Cost.Add(r.Cost, &s.total[p])
	}
	return r, nil
}

// solvePiece solves one piece. It returns a cut if the piece is infeasible, a cycle if it
// is unbounded (s.flow is feasible then), and clears its dirt if it is neither.
func (s *Solver) solvePiece(ctx context.Context, k int) (cut []int, ray []int32, err error) {
	p := s.pieces[k]
	if p == nil {
		p = newPiece(s.split.nodes[k], s.split.arcs[k], s.spare)
		s.spare = nil
		s.split.nodes[k], s.split.arcs[k] = nil, nil
		s.pieces[k] = p
	}
	s.last++
	if err := p.load(s.net, s.local); err != nil {
		p.started = false
		return nil, nil, err
	}
	warm := p.started
	best, err := s.pivotFrom(ctx, p, warm)
	if err != nil && warm && ctx.Err() == nil {
		// The old basis made sums too large; a fresh one may not.
		if err := p.load(s.net, s.local); err != nil {
			return nil, nil, err
		}
		best, err = s.pivotFrom(ctx, p, false)
	}
	if err != nil {
		return nil, nil, err
	}
	if !best {
		// Is there any flow? With real arcs free and artificial ones at cost 1, no cycle
		// is negative but those that carry less on artificial arcs.
		ray = p.cycle
		p.free()
		if _, err := s.runPiece(ctx, p); err != nil {
			return nil, nil, err
		}
	}
	if !p.feasible() {
		return s.cut(k), nil, nil
	}
	p.write(s.net, s.flow, s.pot)
	if ray == nil {
		s.dirty[k] = false
		var w widening
		for _, e := range p.arcs {
			w.addProduct(s.flow[e], s.net.Arcs[e].Cost)
		}
		s.total[k] = *w.big()
	}
	if s.once {
		s.pieces[k], s.spare = nil, p
	}
	return nil, ray, nil
}

func (s *Solver) pivotFrom(ctx context.Context, p *piece, warm bool) (bool, error) {
	if !warm {
		p.star()
	}
	if err := p.settle(); err != nil {
		p.started = false
		return false, err
	}
	return s.runPiece(ctx, p)
}

func (s *Solver) runPiece(ctx context.Context, p *piece) (bool, error) {
	before := p.pivots
	told := s.pivots
	ok, err := p.run(ctx, func(d int64) {
		if told += d; s.Progress != nil {
			s.Progress(told)
		}
	})
	s.pivots += p.pivots - before
	if s.Progress != nil {
		s.Progress(s.pivots)
	}
	return ok, err
}

// free sets the costs for finding any flow; the next load puts the real ones back.
func (p *piece) free() {
	for e := p.n; e < len(p.cost); e++ {
		if p.cap[e] > 0 {
			p.cost[e] = 0
		}
	}
	for v := range p.n {
		p.cost[v] = 1
	}
	p.price0()
}
