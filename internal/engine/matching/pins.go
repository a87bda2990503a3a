package matching

import (
	"fmt"
	"strings"
)

// InfeasiblePins says that no plan keeps these pins together with the other rules. None
// of them can be spared from the list when Proven is true: without any one of them the
// rest can be met.
type InfeasiblePins struct {
	Pins   []int // positions in Problem.Pins
	List   []Pin // the same pins
	Proven bool  // false: none was found within the work, there may be one
}

func (e *InfeasiblePins) Error() string {
	var b strings.Builder
	b.WriteString("matching: pins cannot be met")
	if !e.Proven {
		b.WriteString(" (within the work allowed)")
	}
	for i, n := range e.List {
		b.WriteString([]string{": ", ", "}[min(i, 1)])
		fmt.Fprintf(&b, "%d of offer %d to sink %d", n.Units, n.Offer, n.Sink)
	}
	return b.String()
}

// loosePins refuses pins whose offer has no arc to their sink.
func loosePins(p *Problem) error {
	type pair struct{ offer, sink int }
	have := map[pair]bool{}
	if len(p.Pins) > 0 {
		for _, a := range p.Arcs {
			have[pair{p.Sources[a.Source].Offer, a.Sink}] = true
		}
	}
	for i, n := range p.Pins {
		if n.Units > 0 && !have[pair{n.Offer, n.Sink}] {
			return &InfeasiblePins{Pins: []int{i}, List: []Pin{n}, Proven: true}
		}
	}
	return nil
}

// rescue looks for any plan when the search found none within its work: only the pinned
// lines' sinks are served. The plan found is then improved as usual.
func (h *search) rescue() error {
	root := h.q.newState()
	for d := range h.q.sinks {
		if !h.q.pinnedSink(d) {
			root.serve[d] = 0
		}
	}
	r := newSearch(h.ctx, h.f, Work{Nodes: 10 * h.work.Nodes, Pivots: h.effort() + h.work.Pivots})
	ok, err := r.any(root)
	if err != nil || !ok {
		return err
	}
	h.best = r.best
	h.rest = h.effort() + h.work.Pivots
	return h.improve()
}

// any looks for one plan below a state.
func (h *search) any(root *state) (ok bool, err error) {
	h.root = root
	a, err := h.solve(root)
	if err != nil {
		return false, err
	}
	h.add(-1, choice{}, root, a)
	for len(h.open) > 0 && h.best == nil && len(h.tree)+2 <= h.work.Nodes && !h.spent() {
		i := h.open[len(h.open)-1] // depth first: the youngest
		for _, o := range h.open {
			i = max(i, o)
		}
		h.drop(i)
		if err := h.expand(i, true); err != nil {
			return false, err
		}
	}
	return h.best != nil, nil
}

// drop takes a node out of the open ones.
func (h *search) drop(i int) {
	for k, o := range h.open {
		if o == i {
			h.open = append(h.open[:k], h.open[k+1:]...)
			return
		}
	}
}

// conflict names pins that cannot be met together: a pin is left out of the list if
// without it the others still cannot be met.
func (h *search) conflict(proven bool) error {
	keep := append([]int(nil), h.q.pins...)
	if v := &h.tree[0]; !v.ok {
		keep = keep[:0]
		for _, l := range v.duals.line {
			keep = append(keep, l.line)
		}
	}
	for i := 0; i < len(keep); {
		less := append(append([]int(nil), keep[:i]...), keep[i+1:]...)
		met, err := h.canMeet(less)
		if err != nil {
			return err
		}
		if met {
			i++
		} else {
			keep = less
		}
	}
	e := &InfeasiblePins{Proven: proven}
	for i, n := range h.q.p.Pins {
		for _, l := range keep {
			if h.q.lines[l].offer == n.Offer && h.q.sinks[h.q.lines[l].sink] == n.Sink && h.q.lines[l].pin == n.Units {
				e.Pins, e.List = append(e.Pins, i), append(e.List, n)
			}
		}
	}
	return e
}

// canMeet says whether a plan is found that keeps the pins of some lines only.
func (h *search) canMeet(lines []int) (bool, error) {
	q := *h.q
	q.lines = append([]line(nil), h.q.lines...)
	q.pins = lines
	for i := range q.lines {
		q.lines[i].pin = 0
	}
	for _, l := range lines {
		q.lines[l].pin = h.q.lines[l].pin
	}
	if len(lines) == 0 {
		return true, nil // nothing at all is a plan
	}
	return newSearch(h.ctx, newFlow(&q), h.work).any(q.newState())
}
