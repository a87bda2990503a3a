package matching

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
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

func TestSolve_SamePlanOnAnyNumberOfCores(t *testing.T) {
	p := several(6)
	var first []byte
	for _, cores := range []int{1, 2, 5} {
		old := runtime.GOMAXPROCS(cores)
		plan, err := Solve(context.Background(), p, func(Progress) {})
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		for i := range plan.Components {
			text = append(text, plan.Components[i].Objective.String()+plan.Components[i].Bound.String()...)
		}
		if first == nil {
			first = text
		} else if !bytes.Equal(first, text) {
			t.Fatalf("another plan on %d cores", cores)
		}
	}
}

// several puts markets side by side that share nothing.
func several(n int) *Problem {
	all := &Problem{}
	for i := range n {
		p := market(uint64(i), 25, 6, 0.7)
		for _, o := range p.Offers {
			o.Party += all.Parties
			all.Offers = append(all.Offers, o)
		}
		sources, sinks := len(all.Sources), len(all.Sinks)
		for _, s := range p.Sources {
			s.Offer += len(all.Offers) - len(p.Offers)
			all.Sources = append(all.Sources, s)
		}
		all.Sinks = append(all.Sinks, p.Sinks...)
		for _, a := range p.Arcs {
			a.Source += sources
			a.Sink += sinks
			all.Arcs = append(all.Arcs, a)
		}
		for _, c := range p.Caps {
			c.Party += all.Parties
			all.Caps = append(all.Caps, c)
		}
		all.Parties += p.Parties
	}
	all.Work.Nodes = 60
	return all
}

func TestSolve_StopsWhenCancelled(t *testing.T) {
	for _, after := range []int{0, 1, 7, 50} {
		ctx, cancel := context.WithCancel(context.Background())
		calls, late := 0, 0
		_, err := Solve(ctx, several(4), func(Progress) {
			if calls++; calls > after {
				cancel()
				late++
			}
		})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled after %d reports: %v", after, err)
		}
		if late > 20 {
			t.Fatalf("%d reports after cancelling", late)
		}
	}
}

func TestSolve_TellsRealProgress(t *testing.T) {
	var last Progress
	plan, err := Solve(context.Background(), several(3), func(p Progress) {
		if p.Done < last.Done || p.Nodes < last.Nodes || p.Pivots < last.Pivots || p.Components != 3 {
			t.Errorf("progress goes back: %+v after %+v", p, last)
		}
		last = p
	})
	if err != nil {
		t.Fatal(err)
	}
	if last.Done != 3 || last.Nodes != plan.Nodes || last.Pivots != plan.Pivots {
		t.Fatalf("ended at %+v, the plan took %d nodes and %d pivots", last, plan.Nodes, plan.Pivots)
	}
}

func TestSolve_NamesPinsInConflict(t *testing.T) {
	p := &Problem{
		Parties: 3,
		Offers:  []Offer{{Party: 0}, {Party: 1}, {Party: 2}},
		Sources: []Source{{0, 10}, {1, 10}, {2, 10}},
		Sinks:   []Sink{{Max: 30, MaxParties: 1}, {Max: 5}},
		Arcs: []Arc{
			{Source: 0, Sink: 0, Gain: 5},
			{Source: 1, Sink: 0, Gain: 5},
			{Source: 2, Sink: 0, Gain: 5},
			{Source: 0, Sink: 1, Gain: 5},
			{Source: 2, Sink: 1, Gain: 1},
		},
	}
	for _, c := range []struct {
		name string
		pins []Pin
		want []int
	}{
		{"more than the offer has", []Pin{{0, 0, 8}, {0, 1, 4}, {2, 1, 1}}, []int{0, 1}},
		{"more than the sink takes", []Pin{{0, 1, 3}, {2, 1, 3}, {0, 0, 1}}, []int{0, 1}},
		{"two parties where one may be", []Pin{{2, 1, 1}, {0, 0, 1}, {1, 0, 1}}, []int{1, 2}},
		{"no way at all", []Pin{{0, 0, 1}, {1, 1, 1}}, []int{1}},
	} {
		q := *p
		q.Pins = c.pins
		_, err := Solve(context.Background(), &q, nil)
		var none *InfeasiblePins
		if !errors.As(err, &none) || !none.Proven || !slices.Equal(none.Pins, c.want) {
			t.Errorf("%s: %v, want pins %v", c.name, err, c.want)
		} else if none.List[0] != c.pins[c.want[0]] || !strings.Contains(err.Error(), "of offer") {
			t.Errorf("%s: the error does not say which: %v", c.name, err)
		}
	}
}

func TestSolve_RefusesWhatMeansNothing(t *testing.T) {
	good := func() *Problem {
		return &Problem{
			Parties: 1, Offers: []Offer{{}}, Sources: []Source{{0, 1}}, Sinks: []Sink{{Max: 1}, {Max: 1, MaxVias: 1}},
			Arcs: []Arc{{Source: 0, Sink: 0, Gain: 1}, {Source: 0, Sink: 1, Vias: []Via{{0, 1}}}}, Caps: []Cap{{0, 1}}, Pins: []Pin{{0, 0, 1}},
		}
	}
	if err := Validate(good()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(p *Problem){
		"party of offer":     func(p *Problem) { p.Offers[0].Party = 1 },
		"min line":           func(p *Problem) { p.Offers[0].MinLine = -1 },
		"offer of source":    func(p *Problem) { p.Sources[0].Offer = -1 },
		"negative units":     func(p *Problem) { p.Sources[0].Units = -1 },
		"10^18 units":        func(p *Problem) { p.Sources[0].Units = 1e18 },
		"too many in all":    func(p *Problem) { p.Sources = []Source{{0, MaxUnits}, {0, 1}} },
		"negative max":       func(p *Problem) { p.Sinks[0].Max = -1 },
		"negative parties":   func(p *Problem) { p.Sinks[0].MaxParties = -1 },
		"source of arc":      func(p *Problem) { p.Arcs[0].Source = 1 },
		"sink of arc":        func(p *Problem) { p.Arcs[0].Sink = 2 },
		"arc twice":          func(p *Problem) { p.Arcs = append(p.Arcs, p.Arcs[0]) },
		"gain beyond limit":  func(p *Problem) { p.Arcs[0].Gain = MaxGain + 1 },
		"gain overflows":     func(p *Problem) { p.Arcs[0].Gain, p.Arcs[0].Bonus = 1<<62, 1<<62 },
		"no via":             func(p *Problem) { p.Arcs[1].Vias = nil },
		"vias not ascending": func(p *Problem) { p.Arcs[1].Vias = []Via{{1, 1}, {1, 2}} },
		"cap of no party":    func(p *Problem) { p.Caps[0].Party = 2 },
		"negative cap":       func(p *Problem) { p.Caps[0].Units = -1 },
		"pin of no offer":    func(p *Problem) { p.Pins[0].Offer = 1 },
		"negative pin":       func(p *Problem) { p.Pins[0].Units = -1 },
		"negative work":      func(p *Problem) { p.Work.Nodes = -1 },
	} {
		p := good()
		spoil(p)
		if _, err := Solve(context.Background(), p, nil); !errors.Is(err, ErrProblem) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Solve(context.Background(), nil, nil); !errors.Is(err, ErrProblem) {
		t.Error(err)
	}
}

// The largest numbers allowed are solved exactly.
func TestSolve_LargestNumbers(t *testing.T) {
	p := &Problem{
		Parties: 1, Offers: []Offer{{MinLine: MaxUnits}}, Sources: []Source{{0, MaxUnits}},
		Sinks: []Sink{{Max: MaxUnits, Min: MaxUnits}, {Max: MaxUnits}},
		Arcs:  []Arc{{Source: 0, Sink: 0, Gain: MaxGain}, {Source: 0, Sink: 1, Gain: MaxGain - 1}},
	}
	plan, err := Solve(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	obj, bound := checkPlan(t, p, plan)
	if want := "4951760157141521099596496896"; obj.String() != want || bound != obj { // 2^92
		t.Fatalf("objective %s, bound %s, want %s", obj, bound, want)
	}
}

func FuzzSolve(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, seed%2 == 0, 50)
	}
	f.Fuzz(func(t *testing.T, seed uint64, rules bool, nodes int) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 23)), rules)
		p.Work.Nodes = 1 + abs(nodes)%200
		want, any := bruteForce(p)
		plan, err := Solve(context.Background(), p, nil)
		var none *InfeasiblePins
		if errors.As(err, &none) {
			if any && none.Proven {
				t.Fatalf("%v, but there is a plan: %+v", err, p)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		obj, bound := checkPlan(t, p, plan)
		if obj.Cmp(want) > 0 || bound.Cmp(want) < 0 {
			t.Fatalf("objective %s, optimum %s, bound %s: %+v", obj, want, bound, p)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
