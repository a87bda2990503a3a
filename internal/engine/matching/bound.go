package matching

import (
	"errors"
	"fmt"
	"math/big"
)

var errNoRay = errors.New("matching: the cut of an infeasible flow proves nothing")

// bound evaluates the formula of docs/plan-file.md §5 in local numbers. Without gains it
// tells how fast the bound changes in the direction d.
func (q *part) bound(s *state, way []int, d *duals, gains bool) Int {
	var sum Int
	z := make([]int64, len(q.lines))
	for _, l := range d.line {
		z[l.line] = l.value
		sum.AddMul(-l.value, q.lineLow(s, l.line))
	}
	k := make([]int64, len(q.parties))
	for i, by := range q.capBy {
		for _, c := range by {
			k[i] += d.cap[c]
		}
	}
	u := make([]int64, len(q.sources))
	for i := range q.arcs {
		a := &q.arcs[i]
		if way[i] < 0 {
			continue
		}
		r := z[a.line] - d.sink[a.sink] - k[q.party[a.source]]
		if gains {
			r += a.ways[way[i]].gain
		}
		u[a.source] = max(u[a.source], r)
	}
	for i, x := range u {
		sum.AddMul(x, q.units[i])
	}
	for i, w := range d.sink {
		lo, hi := q.sinkSpan(s, i)
		if w >= 0 {
			sum.AddMul(w, hi)
		} else {
			sum.AddMul(w, lo)
		}
	}
	for i, c := range q.caps {
		sum.AddMul(d.cap[i], q.p.Caps[c].Units)
	}
	return sum
}

// push moves base so far in the direction ray that the bound of the state is at most
// goal. It stops short of overflow; the bound is then looser but still valid.
func (q *part) push(s *state, way []int, base, ray *duals, goal Int) duals {
	zero := q.noDuals()
	start := q.mix(base, &zero, 0)
	over := q.bound(s, way, &start, true).Sub(goal)
	if over.Cmp(Int{}) <= 0 {
		return start
	}
	fall := q.bound(s, way, ray, false).Neg()
	steps := new(big.Int).Add(over.Big(), new(big.Int).Sub(fall.Big(), big.NewInt(1)))
	steps.Quo(steps, fall.Big())
	far := int64(1) << 59
	if steps.IsInt64() {
		far = min(far, steps.Int64())
	}
	return q.mix(base, ray, far)
}

// mix is base + steps × ray.
func (q *part) mix(base, ray *duals, steps int64) duals {
	d := q.noDuals()
	for i := range d.sink {
		d.sink[i] = base.sink[i] + steps*ray.sink[i]
	}
	for i := range d.cap {
		d.cap[i] = base.cap[i] + steps*ray.cap[i]
	}
	i, j := 0, 0
	for i < len(base.line) || j < len(ray.line) {
		switch {
		case j == len(ray.line) || i < len(base.line) && base.line[i].line < ray.line[j].line:
			d.line = append(d.line, base.line[i])
			i++
		case i == len(base.line) || ray.line[j].line < base.line[i].line:
			d.line = append(d.line, lineDual{ray.line[j].line, steps * ray.line[j].value})
			j++
		default:
			d.line = append(d.line, lineDual{base.line[i].line, base.line[i].value + steps*ray.line[j].value})
			i, j = i+1, j+1
		}
	}
	return d
}

// Decision is one step from the root of a component's tree towards a leaf.
type Decision struct {
	Kind Branch
	Sink int // positions in the Problem, as in Node
	Who  int
	Side int
}

// LeafBound evaluates the bound that a leaf's duals prove (docs/plan-file.md §5) for the
// decisions on the path to it, from the Problem alone.
func LeafBound(p *Problem, c *Component, path []Decision, dual *Dual) (Int, error) {
	v, err := newVerifier(p, c)
	if err != nil {
		return Int{}, err
	}
	return v.leaf(path, dual)
}

// CheckTree walks a component's tree, evaluates every leaf and returns the largest bound.
// It refuses a tree that is not one: missing or shared children, unknown decisions,
// missing duals.
func CheckTree(p *Problem, c *Component) (Int, error) {
	v, err := newVerifier(p, c)
	if err != nil {
		return Int{}, err
	}
	if len(c.Tree) == 0 {
		return Int{}, errors.New("matching: no tree")
	}
	seen := make([]bool, len(c.Tree))
	var most Int
	some := false
	var walk func(i int, path []Decision) error
	walk = func(i int, path []Decision) error {
		if i < 0 || i >= len(c.Tree) || seen[i] {
			return fmt.Errorf("matching: tree node %d is missing or has two parents", i)
		}
		seen[i] = true
		n := &c.Tree[i]
		if n.Kind == Leaf {
			b, err := v.leaf(path, n.Dual)
			if err != nil {
				return fmt.Errorf("leaf %d: %w", i, err)
			}
			if !some || b.Cmp(most) > 0 {
				most, some = b, true
			}
			return nil
		}
		for side, child := range n.Child {
			if child <= i {
				return fmt.Errorf("matching: child %d of tree node %d does not follow it", child, i)
			}
			step := Decision{Kind: n.Kind, Sink: n.Sink, Who: n.Who, Side: side}
			if err := walk(child, append(path[:len(path):len(path)], step)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(0, nil); err != nil {
		return Int{}, err
	}
	for i, s := range seen {
		if !s {
			return Int{}, fmt.Errorf("matching: tree node %d hangs on nothing", i)
		}
	}
	return most, nil
}

// verifier evaluates leaves in the Problem's own numbers; it shares no step with the
// search.
type verifier struct {
	p     *Problem
	c     *Component
	arcs  []int
	sinks map[int]int // position in c.Sinks
	caps  []int
}

func newVerifier(p *Problem, c *Component) (*verifier, error) {
	v := &verifier{p: p, c: c, sinks: map[int]int{}}
	for i, d := range c.Sinks {
		v.sinks[d] = i
	}
	in, parties := map[int]bool{}, map[int]bool{}
	for _, s := range c.Sources {
		in[s] = true
		parties[p.Offers[p.Sources[s].Offer].Party] = true
	}
	for i, a := range p.Arcs {
		_, sink := v.sinks[a.Sink]
		if sink != in[a.Source] {
			return nil, fmt.Errorf("matching: arc %d leaves its component", i)
		}
		if sink {
			v.arcs = append(v.arcs, i)
		}
	}
	for i, k := range p.Caps {
		if parties[k.Party] {
			v.caps = append(v.caps, i)
		}
	}
	return v, nil
}

type whoAt struct{ sink, who int }

func (v *verifier) leaf(path []Decision, dual *Dual) (Int, error) {
	if dual == nil || len(dual.Sink) != len(v.c.Sinks) || len(dual.Cap) != len(v.caps) {
		return Int{}, errors.New("matching: leaf without the duals of its sinks and caps")
	}
	serve := map[int]int{}
	lines, seats, leads := map[whoAt]int{}, map[whoAt]int{}, map[whoAt]int{}
	seated, led := map[int]int{}, map[int]int{}
	for _, s := range path {
		switch s.Kind {
		case Serve:
			serve[s.Sink] = s.Side
		case Line:
			lines[whoAt{s.Sink, s.Who}] = s.Side
		case Party:
			seats[whoAt{s.Sink, s.Who}] = s.Side
			seated[s.Sink] += s.Side
		case Lead:
			leads[whoAt{s.Sink, s.Who}] = s.Side
			led[s.Sink] += s.Side
		default:
			return Int{}, fmt.Errorf("matching: unknown decision %q", s.Kind)
		}
	}
	open := func(m map[whoAt]int, k whoAt, full bool) bool {
		side, set := m[k]
		return set && side == 1 || !set && !full
	}
	var sum Int
	z := map[whoAt]int64{}
	for _, l := range dual.Line {
		if l.Value < 0 {
			return Int{}, errors.New("matching: negative dual of a line")
		}
		k := whoAt{l.Sink, l.Offer}
		z[k] += l.Value
		var low int64
		for _, n := range v.p.Pins {
			if n.Offer == l.Offer && n.Sink == l.Sink {
				low = max(low, n.Units)
			}
		}
		if side, set := lines[k]; set && side == 1 {
			low = max(low, v.p.Offers[l.Offer].MinLine)
		}
		sum.AddMul(-l.Value, low)
	}
	cap := map[int]int64{}
	for i, c := range v.caps {
		if dual.Cap[i] < 0 {
			return Int{}, errors.New("matching: negative dual of a cap")
		}
		cap[v.p.Caps[c].Party] += dual.Cap[i]
		sum.AddMul(dual.Cap[i], v.p.Caps[c].Units)
	}
	u := map[int]int64{}
	for _, i := range v.arcs {
		a := &v.p.Arcs[i]
		sink, offer := &v.p.Sinks[a.Sink], v.p.Sources[a.Source].Offer
		party := v.p.Offers[offer].Party
		if side, set := serve[a.Sink]; set && side == 0 {
			continue
		}
		if !open(lines, whoAt{a.Sink, offer}, false) ||
			!open(seats, whoAt{a.Sink, party}, sink.MaxParties > 0 && seated[a.Sink] >= sink.MaxParties) {
			continue
		}
		gain, ok := a.Gain, true
		if sink.MaxVias > 0 {
			ok = false
			for _, w := range a.Vias {
				if open(leads, whoAt{a.Sink, w.Via}, led[a.Sink] >= sink.MaxVias) && (!ok || w.Gain > gain) {
					gain, ok = w.Gain, true
				}
			}
		}
		if ok {
			r := gain + a.Bonus - dual.Sink[v.sinks[a.Sink]] - cap[party] + z[whoAt{a.Sink, offer}]
			u[a.Source] = max(u[a.Source], r)
		}
	}
	for s, x := range u {
		sum.AddMul(x, v.p.Sources[s].Units)
	}
	for i, d := range v.c.Sinks {
		w, units := dual.Sink[i], v.p.Sinks[d].Max
		side, set := serve[d]
		if set && side == 0 {
			units = 0
		} else if w < 0 {
			units = 0
			if set {
				units = v.p.Sinks[d].Min
			}
		}
		sum.AddMul(w, units)
	}
	return sum, nil
}
