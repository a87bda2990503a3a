package matching

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
)

// flowsOf turns a plan into units per arc and its objective, and judges the vias.
func flowsOf(t *testing.T, p *Problem, plan *Plan) ([]int64, Int) {
	t.Helper()
	x := make([]int64, len(p.Arcs))
	var sum Int
	vias := map[[2]int]bool{}
	for _, f := range plan.Flows {
		a := p.Arcs[f.Arc]
		gain := a.Gain
		if p.Sinks[a.Sink].MaxVias > 0 {
			ok := false
			for _, v := range a.Vias {
				if v.Via == f.Via {
					gain, ok = v.Gain, true
				}
			}
			if !ok {
				t.Fatalf("flow through via %d, which arc %d does not have", f.Via, f.Arc)
			}
			vias[[2]int{a.Sink, f.Via}] = true
		} else if f.Via != -1 {
			t.Fatalf("direct flow has via %d", f.Via)
		}
		if x[f.Arc] != 0 || f.Units <= 0 {
			t.Fatalf("arc %d twice or with %d units", f.Arc, f.Units)
		}
		x[f.Arc] = f.Units
		sum.AddMul(f.Units, gain+a.Bonus)
	}
	count := map[int]int{}
	for k := range vias {
		if count[k[0]]++; count[k[0]] > p.Sinks[k[0]].MaxVias {
			t.Fatalf("sink %d has more vias than it may", k[0])
		}
	}
	return x, sum
}

// checkPlan verifies everything that must hold of any plan and returns objective and bound.
func checkPlan(t *testing.T, p *Problem, plan *Plan) (obj, bound Int) {
	t.Helper()
	x, obj := flowsOf(t, p, plan)
	if !keepsRules(p, x) {
		t.Fatalf("plan breaks a rule: %+v\n%v", p, x)
	}
	var claimed Int
	for i := range plan.Components {
		c := &plan.Components[i]
		b, err := CheckTree(p, c)
		if err != nil {
			t.Fatalf("component %d: %v", i, err)
		}
		if b != c.Bound {
			t.Fatalf("component %d claims bound %s, its tree proves %s", i, c.Bound, b)
		}
		if c.Bound.Cmp(c.Objective) < 0 {
			t.Fatalf("component %d: bound %s below objective %s", i, c.Bound, c.Objective)
		}
		claimed.Add(c.Objective)
		bound.Add(c.Bound)
	}
	if claimed != obj {
		t.Fatalf("components claim %s, flows are worth %s", claimed, obj)
	}
	return obj, bound
}

func TestSolve_AgreesWithBruteForce(t *testing.T) {
	n := 3000
	if testing.Short() {
		n = 1000
	}
	feasible, branched := 0, 0
	for seed := range uint64(n) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 7)), seed%4 > 0)
		want, any := bruteForce(p)
		plan, err := Solve(context.Background(), p, nil)
		var none *InfeasiblePins
		switch {
		case errors.As(err, &none):
			if any || !none.Proven || len(none.Pins) == 0 {
				t.Fatalf("seed %d: %v, but brute force found %s: %+v", seed, err, want, p)
			}
			continue
		case err != nil:
			t.Fatalf("seed %d: %v", seed, err)
		case !any:
			t.Fatalf("seed %d: a plan where there is none", seed)
		}
		feasible++
		branched += plan.Nodes - len(plan.Components)
		obj, bound := checkPlan(t, p, plan)
		impossible := false // a Min above Max has no proof in this form
		for _, w := range p.Sinks {
			impossible = impossible || w.Min > w.Max
		}
		if obj != want || bound != want && !impossible {
			t.Fatalf("seed %d: objective %s, bound %s, brute force %s: %+v", seed, obj, bound, want, p)
		}
	}
	if feasible < n/2 || branched < n {
		t.Fatalf("only %d problems were feasible, %d nodes branched: the test shows nothing", feasible, branched)
	}
}
