package matching

import (
	"context"
	"math/rand/v2"
	"testing"
)

// Low and high are what one unit more would bring and what one unit less would cost:
// the ends of the interval of supporting prices, found without any dual.
func TestPrices_AreWhatAUnitBringsAndCosts(t *testing.T) {
	worth := func(p *Problem) Int {
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		return objective(plan)
	}
	wide := 0
	for seed := range uint64(250) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 17)), false)
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		obj := objective(plan)
		for s := range p.Sources {
			if plan.SourceComponent[s] < 0 {
				continue
			}
			u := &p.Sources[s].Units
			*u++
			if more := worth(p).Sub(obj); more != NewInt(plan.SourceLow[s]) {
				t.Fatalf("seed %d source %d: one more brings %s, low is %d\n%+v", seed, s, more, plan.SourceLow[s], p)
			}
			*u--
			if *u > 0 {
				*u--
				if less := obj.Sub(worth(p)); less != NewInt(plan.SourceHigh[s]) {
					t.Fatalf("seed %d source %d: one less costs %s, high is %d\n%+v", seed, s, less, plan.SourceHigh[s], p)
				}
				*u++
			}
			if plan.SourceHigh[s] > plan.SourceLow[s] {
				wide++
			}
		}
		for d := range p.Sinks {
			if plan.SinkComponent[d] < 0 {
				continue
			}
			m := &p.Sinks[d].Max
			*m++
			if more := worth(p).Sub(obj); more != NewInt(plan.SinkLow[d]) {
				t.Fatalf("seed %d sink %d: one more brings %s, low is %d\n%+v", seed, d, more, plan.SinkLow[d], p)
			}
			*m--
			if *m > 0 {
				*m--
				if less := obj.Sub(worth(p)); less != NewInt(plan.SinkHigh[d]) {
					t.Fatalf("seed %d sink %d: one less costs %s, high is %d\n%+v", seed, d, less, plan.SinkHigh[d], p)
				}
				*m++
			}
		}
	}
	if wide < 100 {
		t.Fatalf("only %d intervals are wider than a point", wide)
	}
}

// Without yes/no rules and caps the prices are in the core: no pair would both gain by
// leaving, and what all earn is what the plan is worth. That holds at the sellers' best
// end, at the buyers', and in the middle.
func TestPrices_AreInTheCore(t *testing.T) {
	for seed := range uint64(400) {
		p := randomProblem(rand.New(rand.NewPCG(seed, 19)), false)
		p.Caps = nil
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		core(t, seed, p, plan, plan.SourceHigh, plan.SinkLow)
		core(t, seed, p, plan, plan.SourceLow, plan.SinkHigh)
		u, w := make([]int64, len(p.Sources)), make([]int64, len(p.Sinks))
		for s := range u {
			u[s] = (plan.SourceLow[s] + plan.SourceHigh[s]) / 2
		}
		for d := range w {
			w[d] = (plan.SinkLow[d] + plan.SinkHigh[d] + 1) / 2
		}
		core(t, seed, p, plan, u, w)
	}
}

func core(t *testing.T, seed uint64, p *Problem, plan *Plan, u, w []int64) {
	t.Helper()
	var sum Int
	for s, x := range u {
		if x < 0 {
			t.Fatalf("seed %d: source %d pays", seed, s)
		}
		if plan.SourceComponent[s] >= 0 {
			sum.AddMul(x, p.Sources[s].Units)
		}
	}
	for d, x := range w {
		if x < 0 {
			t.Fatalf("seed %d: sink %d pays", seed, d)
		}
		sum.AddMul(x, p.Sinks[d].Max)
	}
	for i, a := range p.Arcs {
		if u[a.Source]+w[a.Sink] < a.Gain+a.Bonus {
			t.Fatalf("seed %d: arc %d would gain by leaving: %d + %d < %d", seed, i, u[a.Source], w[a.Sink], a.Gain+a.Bonus)
		}
	}
	if sum != objective(plan) {
		t.Fatalf("seed %d: the parties earn %s, the plan is worth %s", seed, sum, objective(plan))
	}
}
