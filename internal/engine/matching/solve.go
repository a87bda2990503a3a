package matching

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
)

// Solve finds the best plan it can within p.Work, with a bound that proves how good it
// is. The same problem gives the same plan on any machine and any number of cores.
// progress, if not nil, is told from real counts, by one goroutine at a time.
//
// The errors are ErrProblem (wrapped with what is wrong), *InfeasiblePins, and ctx's.
func Solve(ctx context.Context, p *Problem, progress func(Progress)) (*Plan, error) {
	if err := Validate(p); err != nil {
		return nil, err
	}
	lists, srcPart, sinkPart := split(p)
	if err := loosePins(p); err != nil {
		return nil, err
	}
	j := &job{ctx: ctx, p: p, lists: lists, tell: progress, results: make([]result, len(lists))}
	j.told.Components = len(lists)
	j.nodes, j.pivots = make([]int, len(lists)), make([]int64, len(lists))
	j.run()
	for i := range j.results {
		if err := j.results[i].err; err != nil {
			return nil, err
		}
	}
	return j.plan(srcPart, sinkPart), nil
}

// job solves the components of one problem side by side.
type job struct {
	ctx     context.Context
	p       *Problem
	lists   [][]int
	results []result

	mu     sync.Mutex
	tell   func(Progress)
	told   Progress
	nodes  []int
	pivots []int64
}

// result is a solved component, without what was needed to solve it.
type result struct {
	comp   Component
	flows  []Flow
	prices prices
	err    error
}

func (j *job) run() {
	ctx, stop := context.WithCancel(j.ctx)
	defer stop()
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(j.lists)) {
		wg.Go(func() {
			for i := range next {
				r := solvePart(ctx, newPart(j.p, j.lists[i]), j.p.Work, func(nodes int, pivots int64) { j.count(i, nodes, pivots, false) })
				j.results[i] = r
				if r.err != nil && ctx.Err() != nil && j.ctx.Err() == nil {
					continue // stopped because of another component's error
				}
				j.count(i, r.comp.Nodes, r.comp.Pivots, true)
			}
		})
	}
	for i := range j.lists {
		if ctx.Err() != nil {
			j.results[i].err = ctx.Err()
			continue
		}
		next <- i
	}
	close(next)
	wg.Wait()
}

// count tells the progress.
func (j *job) count(i, nodes int, pivots int64, done bool) {
	if j.tell == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	nodes, pivots = max(nodes, j.nodes[i]), max(pivots, j.pivots[i])
	j.told.Nodes += nodes - j.nodes[i]
	j.told.Pivots += pivots - j.pivots[i]
	j.nodes[i], j.pivots[i] = nodes, pivots
	if done {
		j.told.Done++
	}
	j.tell(j.told)
}

// solvePart solves one component.
func solvePart(ctx context.Context, q *part, work Work, report func(int, int64)) result {
	h := newSearch(ctx, newFlow(q), work)
	h.report = report
	unproven, err := h.run()
	if err == nil && h.best == nil && unproven {
		err = h.rescue()
	}
	if err == nil && h.best == nil {
		err = h.conflict(!unproven)
	}
	if err != nil {
		return result{err: err}
	}
	r := result{comp: h.export(), prices: h.f.prices(h.best)}
	for k, x := range h.best.units {
		if x > 0 {
			a := &q.arcs[k]
			r.flows = append(r.flows, Flow{Arc: a.arc, Via: a.ways[h.best.way[k]].via, Units: x})
		}
	}
	return r
}

// plan puts the components together.
func (j *job) plan(srcPart, sinkPart []int) *Plan {
	p := &Plan{
		SourceComponent: srcPart, SinkComponent: sinkPart,
		SourceLow: make([]int64, len(j.p.Sources)), SourceHigh: make([]int64, len(j.p.Sources)),
		SinkLow: make([]int64, len(j.p.Sinks)), SinkHigh: make([]int64, len(j.p.Sinks)),
	}
	for i := range j.results {
		r := &j.results[i]
		p.Components = append(p.Components, r.comp)
		p.Nodes += r.comp.Nodes
		p.Pivots += r.comp.Pivots
		p.Flows = append(p.Flows, r.flows...)
		for at, s := range r.comp.Sources {
			p.SourceLow[s], p.SourceHigh[s] = r.prices.sourceLow[at], r.prices.sourceHigh[at]
		}
		for at, d := range r.comp.Sinks {
			p.SinkLow[d], p.SinkHigh[d] = r.prices.sinkLow[at], r.prices.sinkHigh[at]
		}
	}
	slices.SortFunc(p.Flows, func(a, b Flow) int { return cmp.Compare(a.Arc, b.Arc) })
	return p
}

// Best is the best gain of an arc without its bonus, and the via that gives it: the
// smallest of equally good ones, -1 where the sink does not limit its vias.
func (p *Problem) Best(arc int) (gain int64, via int) {
	a := &p.Arcs[arc]
	if p.Sinks[a.Sink].MaxVias == 0 {
		return a.Gain, -1
	}
	via = -1
	for _, v := range a.Vias {
		if via < 0 || v.Gain > gain {
			gain, via = v.Gain, v.Via
		}
	}
	return gain, via
}
