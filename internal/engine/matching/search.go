package matching

import (
	"container/heap"
	"context"
)

// vertex is a node of the search tree in local numbers.
type vertex struct {
	parent int
	step   choice // from the parent
	split  choice // what it decides, kind Leaf for a leaf
	kid    [2]int
	ok     bool // its flow exists
	bound  Int
	duals  duals // a direction when not ok
	next   choice
	more   bool // next may be decided
}

// search is branch and bound over the flows of one part. Everything it does depends on
// the part and the counted work only.
type search struct {
	ctx    context.Context
	q      *part
	f      *flow
	work   Work
	tree   []vertex
	open   []int  // heap by bound
	root   *state // decided before the tree begins; all undecided but for a rescue
	best   *found
	rest   int64 // effort up to which plans may be improved
	seated bool  // the last dive had to choose parties
	report func(nodes int, pivots int64)
}

// defaults of the work per component.
const (
	defaultNodes  = 400
	defaultPivots = 2_000_000
)

// effort is the work done: pivots, and for each flow what it takes to load its arcs.
func (h *search) effort() int64 {
	return h.f.pivots + int64(h.f.solves)*int64(1+len(h.q.arcs)/32)
}

func newSearch(ctx context.Context, f *flow, work Work) *search {
	if work.Nodes == 0 {
		work.Nodes = defaultNodes
	}
	if work.Pivots == 0 {
		work.Pivots = defaultPivots
	}
	return &search{ctx: ctx, q: f.q, f: f, work: work, rest: work.Pivots, root: f.q.newState(), report: func(int, int64) {}}
}

func (h *search) spent() bool { return h.effort() >= h.work.Pivots }

func (h *search) solve(s *state) (*answer, error) {
	if err := h.ctx.Err(); err != nil {
		return nil, err
	}
	a, err := h.f.solve(h.ctx, s)
	h.report(len(h.tree), h.f.pivots)
	return a, err
}

// offer takes a plan if it is better than the best so far.
func (h *search) offer(f *found) bool {
	if f == nil || h.best != nil && f.value.Cmp(h.best.value) <= 0 {
		return false
	}
	h.best = f
	return true
}

// goal is what a plan must exceed to be of interest.
func (h *search) goal() *Int {
	if h.best == nil {
		return nil
	}
	return &h.best.value
}

// run searches until the bound is met or the work is spent. A nil best afterwards means
// that the pins cannot be met (or, with unproven true, that none was found).
func (h *search) run() (unproven bool, err error) {
	a, err := h.solve(h.root)
	if err != nil {
		return false, err
	}
	h.add(-1, choice{}, h.root, a)
	if a.ok {
		if err := h.start(h.root, a); err != nil {
			return false, err
		}
	}
	for dives := 0; len(h.open) > 0; dives++ {
		i := h.open[0]
		if h.best != nil && h.tree[i].bound.Cmp(h.best.value) <= 0 {
			break // best first: all others are no better
		}
		if len(h.tree)+2 > h.work.Nodes || h.spent() {
			break
		}
		heap.Pop(h)
		if err := h.expand(i, dives%8 == 0 || h.best == nil); err != nil {
			return false, err
		}
	}
	return h.best == nil && len(h.open) > 0, nil
}

// start finds the first plans at the root and improves them.
func (h *search) start(root *state, a *answer) error {
	if len(h.q.faults(a, h.q.loads(a))) == 0 {
		h.offer(&found{root, a})
		return nil
	}
	if _, err := h.dives(root, a); err != nil {
		return err
	}
	h.rest = (h.effort() + h.work.Pivots) / 2 // half of what is left is for the tree
	defer func() { h.rest = h.work.Pivots }()
	return h.improve()
}

// add puts a solved state into the tree.
func (h *search) add(parent int, step choice, s *state, a *answer) int {
	v := vertex{parent: parent, step: step, ok: a.ok, duals: a.duals}
	if a.ok {
		v.bound = h.q.bound(s, a.way, &a.duals, true)
		l := h.q.loads(a)
		list := h.q.faults(a, l)
		if len(list) == 0 {
			h.offer(&found{s.clone(), a})
		}
		v.next, v.more = h.choose(s, l, list)
	}
	h.tree = append(h.tree, v)
	i := len(h.tree) - 1
	if v.more {
		heap.Push(h, i)
	}
	h.report(len(h.tree), h.f.pivots)
	return i
}

// choose takes the heaviest fault about which something can still be decided.
func (h *search) choose(s *state, l *load, list []fault) (next choice, more bool) {
	var top Int
	for i := range list {
		c, ok := h.q.branch(s, l, &list[i])
		if ok && (!more || list[i].weight.Cmp(top) > 0) {
			next, more, top = c, true, list[i].weight
		}
	}
	return next, more
}

func (h *search) stateOf(i int) *state {
	s := h.root.clone()
	for ; h.tree[i].parent >= 0; i = h.tree[i].parent {
		h.q.decide(s, h.tree[i].step)
	}
	return s
}

// expand decides one node and solves both children; from the better one it may dive.
func (h *search) expand(i int, dive bool) error {
	s := h.stateOf(i)
	c := h.tree[i].next
	h.tree[i].split = c
	var top *answer
	var from *state
	for side := range int8(2) {
		c.side = side
		t := s.clone()
		h.q.decide(t, c)
		a, err := h.solve(t)
		if err != nil {
			return err
		}
		kid := h.add(i, c, t, a)
		h.tree[i].kid[side] = kid
		if a.ok && h.tree[kid].more && (top == nil || a.value.Cmp(top.value) > 0) {
			top, from = a, t
		}
	}
	if !dive || top == nil {
		return nil
	}
	f, err := h.dive(from, top, h.goal(), h.tree[i].parent%2 == 0)
	if err != nil {
		return err
	}
	if h.offer(f) {
		return h.improve()
	}
	return nil
}

// improve lets one sink after the other decide anew while the rest stays as it is, until
// none finds better.
func (h *search) improve() error {
	n := len(h.q.sinks)
	for d, idle := 0, 0; idle < n && h.best != nil && h.effort() < h.rest; d = (d + 1) % n {
		idle++
		if !h.q.decided(h.best.state, d) {
			continue
		}
		better, err := h.retry(d)
		if err != nil {
			return err
		}
		if better {
			idle = 0
		}
	}
	return nil
}

// retry forgets the decisions about a sink and dives again.
func (h *search) retry(d int) (better bool, err error) {
	s := h.best.state.clone()
	h.q.release(s, d)
	a, err := h.solve(s)
	if err != nil || !a.ok || a.value.Cmp(h.best.value) <= 0 {
		return false, err
	}
	return h.dives(s, a)
}

// dives walks down by what flows bring and, if parties had to be chosen, by prices too.
func (h *search) dives(s *state, a *answer) (better bool, err error) {
	h.seated = false
	for _, byPrice := range []bool{false, true} {
		if byPrice && !h.seated {
			break
		}
		f, err := h.dive(s, a, h.goal(), byPrice)
		if err != nil {
			return false, err
		}
		better = h.offer(f) || better
	}
	return better, nil
}

// decided says whether anything is decided about a sink.
func (q *part) decided(s *state, d int) bool {
	if s.serve[d] != unset || s.seats[d] > 0 || s.leads[d] > 0 {
		return true
	}
	for i := q.sinkLines[d].lo; i < q.sinkLines[d].hi; i++ {
		if s.line[i] != unset {
			return true
		}
	}
	return false
}

// The heap of open nodes: highest bound first, the older one on a tie.

func (h *search) Len() int { return len(h.open) }

func (h *search) Less(i, j int) bool {
	a, b := h.open[i], h.open[j]
	if c := h.tree[a].bound.Cmp(h.tree[b].bound); c != 0 {
		return c > 0
	}
	return a < b
}
func (h *search) Swap(i, j int) { h.open[i], h.open[j] = h.open[j], h.open[i] }
func (h *search) Push(x any)    { h.open = append(h.open, x.(int)) }
func (h *search) Pop() any {
	x := h.open[len(h.open)-1]
	h.open = h.open[:len(h.open)-1]
	return x
}
