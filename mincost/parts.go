package mincost

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Pieces are solved on all cores. Each is solved in the same way whichever core takes it
// and whenever, and answers are gathered in the order of the pieces, so the same network
// gives the same answer on any number of cores.

// part is one piece and how far it is: as a market if it is one, else in general.
type part struct {
	market      *market
	general     *piece
	dirty       bool
	arcs, nodes []int32 // edited since the last solve
	anew        bool    // edits that take more than the basis with new numbers
}

// worker holds what one core uses again from piece to piece.
type worker struct {
	s       *Solver
	piece   *piece
	market  *market
	told    func(pivots int64)
	pivoted int64
}

// outcome of one piece: a cut if it is infeasible, a cycle if it is unbounded (the flow is
// feasible then), neither if it is solved.
type outcome struct {
	cut    []int
	ray    []int32
	err    error
	pivots int64
	change widening
}

// solveParts solves the dirty pieces, the largest first, and returns the first cut and
// the last cycle among them in the order of pieces.
func (s *Solver) solveParts(ctx context.Context) (cut []int, ray []int32, solved int, err error) {
	slices.Sort(s.dirty)
	todo, out := s.dirty, make([]outcome, len(s.dirty))
	order := make([]int, len(todo))
	for i := range order {
		order[i] = i
	}
	if len(todo) > 1 {
		size := func(i int) int { return s.parts[todo[i]].size() + len(s.split.arcs[todo[i]]) }
		slices.SortFunc(order, func(a, b int) int { return cmp.Or(size(b)-size(a), a-b) })
	}
	s.each(order, func(w *worker, i int) {
		o := &out[i]
		before := w.pivoted
		o.cut, o.ray, o.err = w.solve(ctx, todo[i], &o.change)
		o.pivots = w.pivoted - before
	})
	left := s.dirty[:0]
	for i, k := range todo {
		o := &out[i]
		s.total.add(&o.change)
		s.pivots += o.pivots
		if o.err == nil && o.cut == nil && o.ray == nil {
			s.parts[k].dirty = false
		} else {
			left = append(left, k)
		}
		if err == nil {
			err = o.err
		}
		if cut == nil {
			cut = o.cut
		}
		if o.ray != nil {
			ray = o.ray
		}
	}
	s.dirty = left
	return cut, ray, len(out), err
}

func (p *part) size() int {
	switch {
	case p.market != nil:
		return len(p.market.id)
	case p.general != nil:
		return len(p.general.arcs)
	}
	return 0
}

// each hands all numbers out to one worker per core, in this order.
func (s *Solver) each(order []int, do func(w *worker, i int)) {
	told := int64(0)
	var mu sync.Mutex
	tell := func(pivots int64) {
		if s.Progress != nil {
			mu.Lock()
			defer mu.Unlock()
			told += pivots
			s.Progress(told)
		}
	}
	cores := min(runtime.GOMAXPROCS(0), len(order))
	if cores <= 1 {
		w := &worker{s: s, told: tell}
		for _, i := range order {
			do(w, i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range cores {
		all.Go(func() {
			w := &worker{s: s, told: tell}
			for i := next.Add(1); i <= int64(len(order)); i = next.Add(1) {
				do(w, order[i-1])
			}
		})
	}
	all.Wait()
}

// solve solves piece k.
func (w *worker) solve(ctx context.Context, k int32, change *widening) (cut []int, ray []int32, err error) {
	s, p := w.s, &w.s.parts[k]
	b := &book{net: s.net, flow: s.flow, pot: s.pot}
	defer func() { *change = b.change }()
	if p.general == nil {
		done, err := w.solveMarket(ctx, k, b)
		if done || err != nil {
			return nil, nil, err
		}
	}
	return w.solveGeneral(ctx, k, b)
}

// solveMarket says whether the piece is a market and could be solved as one. From then on
// it is not tried again as one if not.
func (w *worker) solveMarket(ctx context.Context, k int32, b *book) (bool, error) {
	s, p := w.s, &w.s.parts[k]
	m := p.market
	again, moves := m != nil && !p.anew, []move(nil)
	if again {
		moves, again = m.edit(s.net, p.arcs, p.nodes, s.local)
	}
	if !again {
		m = newMarket(s.net, s.split.nodes[k], s.split.arcs[k], s.local, w.market)
		p.market = nil
		if m == nil {
			return false, nil
		}
		w.market = nil
		m.star()
	}
	p.arcs, p.nodes, p.anew = p.arcs[:0], p.nodes[:0], false
	before := m.pivots
	var err error
	if again {
		err = m.warm(ctx, moves, w.told)
	} else {
		err = m.run(ctx, w.told)
	}
	w.pivoted += m.pivots - before
	if !s.once {
		p.market = m
	}
	if err != nil {
		m.solved, p.anew = false, true
		return false, err
	}
	w.told((m.pivots - before) % checkEvery)
	ok := m.feasible()
	if ok {
		m.write(b, again)
	}
	switch {
	case s.once:
		w.market = m
	case !ok:
		p.market = nil
	}
	return ok, nil
}

// solveGeneral solves the piece whatever it is.
func (w *worker) solveGeneral(ctx context.Context, k int32, b *book) (cut []int, ray []int32, err error) {
	s, pt := w.s, &w.s.parts[k]
	p := pt.general
	if p == nil {
		p = newPiece(s.split.nodes[k], s.split.arcs[k], w.piece)
		w.piece = nil
		s.split.nodes[k], s.split.arcs[k] = nil, nil
		pt.general = p
	}
	pt.arcs, pt.nodes, pt.anew = pt.arcs[:0], pt.nodes[:0], false
	if err := p.load(s.net, s.local); err != nil {
		p.started = false
		return nil, nil, err
	}
	warm := p.started
	best, err := w.pivotFrom(ctx, p, warm)
	if err != nil && warm && ctx.Err() == nil {
		// The old basis made sums too large; a fresh one may not.
		if err := p.load(s.net, s.local); err != nil {
			return nil, nil, err
		}
		best, err = w.pivotFrom(ctx, p, false)
	}
	if err != nil {
		return nil, nil, err
	}
	if !best {
		// Is there any flow? With real arcs free and artificial ones at cost 1, no cycle
		// is negative but those that carry less on artificial arcs.
		ray = p.cycle
		p.free()
		if _, err := w.run(ctx, p); err != nil {
			return nil, nil, err
		}
	}
	if !p.feasible() {
		return s.cut(k), nil, nil
	}
	p.write(b)
	if s.once {
		pt.general, w.piece = nil, p
	}
	return nil, ray, nil
}

func (w *worker) pivotFrom(ctx context.Context, p *piece, warm bool) (bool, error) {
	if !warm {
		p.star()
	}
	if err := p.settle(); err != nil {
		p.started = false
		return false, err
	}
	return w.run(ctx, p)
}

func (w *worker) run(ctx context.Context, p *piece) (bool, error) {
	before := p.pivots
	ok, err := p.run(ctx, w.told)
	w.pivoted += p.pivots - before
	w.told((p.pivots - before) % checkEvery)
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
