package matching

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// randomChange asks something about a random problem.
func randomChange(r *rand.Rand, p *Problem, rules bool) Change {
	c := Change{Offer: r.IntN(len(p.Offers)), Sink: r.IntN(len(p.Sinks))}
	for range 1 + r.IntN(3) {
		a := Arc{Source: r.IntN(len(p.Sources)), Sink: r.IntN(len(p.Sinks)), Gain: r.Int64N(14) - 1}
		if p.Sinks[a.Sink].MaxVias > 0 {
			a.Vias = []Via{{r.IntN(3), r.Int64N(14) - 1}}
		}
		if !slices.ContainsFunc(c.Arcs, a.samePair) {
			c.Arcs = append(c.Arcs, a)
		}
	}
	if !rules {
		return c
	}
	if r.IntN(3) == 0 {
		c.MinLines = map[int]int64{c.Offer: r.Int64N(2)}
	}
	if r.IntN(2) == 0 {
		s := p.Sinks[c.Sink]
		s.Min, s.MaxParties = 0, 0
		c.Sinks = map[int]Sink{c.Sink: s}
	}
	if r.IntN(3) == 0 {
		c.Arcs = nil
	}
	return c
}

// changed is the problem after a change, made the plain way.
func changed(p *Problem, c Change) *Problem {
	q := *p
	q.Arcs, q.Offers, q.Sinks = slices.Clone(p.Arcs), slices.Clone(p.Offers), slices.Clone(p.Sinks)
	for _, a := range c.Arcs {
		if i := slices.IndexFunc(q.Arcs, a.samePair); i >= 0 {
			q.Arcs[i] = a
		} else {
			q.Arcs = append(q.Arcs, a)
		}
	}
	for o, m := range c.MinLines {
		q.Offers[o].MinLine = m
	}
	for d, s := range c.Sinks {
		q.Sinks[d] = s
	}
	return &q
}

func objective(plan *Plan) (sum Int) {
	for i := range plan.Components {
		sum.Add(plan.Components[i].Objective)
	}
	return sum
}

// leastUnits is the fewest units an offer and a sink get over all best plans, by trying
// every flow. Only for problems without vias.
func leastUnits(p *Problem, best Int, offer, sink int) (ofOffer, ofSink int64) {
	ofOffer, ofSink = 1<<60, 1<<60
	x, left, room := make([]int64, len(p.Arcs)), make([]int64, len(p.Sources)), make([]int64, len(p.Sinks))
	for s := range left {
		left[s] = p.Sources[s].Units
	}
	for d := range room {
		room[d] = p.Sinks[d].Max
	}
	var walk func(i int, sum int64)
	walk = func(i int, sum int64) {
		if i == len(p.Arcs) {
			if NewInt(sum) != best || !keepsRules(p, x) {
				return
			}
			var o, d int64
			for k, a := range p.Arcs {
				if p.Sources[a.Source].Offer == offer {
					o += x[k]
				}
				if a.Sink == sink {
					d += x[k]
				}
			}
			ofOffer, ofSink = min(ofOffer, o), min(ofSink, d)
			return
		}
		a := &p.Arcs[i]
		for n := int64(0); n <= min(left[a.Source], room[a.Sink]); n++ {
			x[i] = n
			left[a.Source] -= n
			room[a.Sink] -= n
			walk(i+1, sum+n*(a.Gain+a.Bonus))
			left[a.Source] += n
			room[a.Sink] += n
		}
		x[i] = 0
	}
	walk(0, 0)
	return ofOffer, ofSink
}

func planned(p *Problem, plan *Plan, offer, sink int) (ofOffer, ofSink int64) {
	for _, f := range plan.Flows {
		if p.Sources[p.Arcs[f.Arc].Source].Offer == offer {
			ofOffer += f.Units
		}
		if p.Arcs[f.Arc].Sink == sink {
			ofSink += f.Units
		}
	}
	return ofOffer, ofSink
}

func TestWhatIf_IsExactWithoutRules(t *testing.T) {
	better := 0
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := randomProblem(r, false)
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWhatIf(p, plan)
		for range 5 {
			c := randomChange(r, p, false)
			got, err := w.Try(context.Background(), c)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			q := changed(p, c)
			again, err := Solve(context.Background(), q, nil)
			if err != nil {
				t.Fatal(err)
			}
			var want Effect
			want.Gain, want.Exact = objective(again).Sub(objective(plan)), got.Exact
			x, _ := flowsOf(t, p, plan)
			x = append(x, make([]int64, len(q.Arcs)-len(p.Arcs))...)
			var stay Int
			for i, n := range x {
				stay.AddMul(n, q.Arcs[i].Gain+q.Arcs[i].Bonus)
			}
			if objective(again).Cmp(stay) > 0 {
				better++
				o, d := leastUnits(q, objective(again), c.Offer, c.Sink)
				haveO, haveD := planned(p, plan, c.Offer, c.Sink)
				want.OfferExtra, want.SinkExtra = o-haveO, d-haveD
			}
			if got.Exact && got != want || got.Gain != want.Gain {
				t.Fatalf("seed %d: %+v gives %+v, solving again %+v\n%+v", seed, c, got, want, p)
			}
		}
	}
	if better < 200 {
		t.Fatalf("only %d changes mattered", better)
	}
}

func TestWhatIf_NeverPromisesTooMuchWithRules(t *testing.T) {
	better, best := 0, 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := randomProblem(r, true)
		p.Pins = nil
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWhatIf(p, plan)
		for range 4 {
			c := randomChange(r, p, true)
			got, err := w.Try(context.Background(), c)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			q := changed(p, c)
			again, err := Solve(context.Background(), q, nil)
			if err != nil {
				t.Fatal(err)
			}
			most := objective(again).Sub(objective(plan))
			if got.Gain.Cmp(most) > 0 || got.Exact && got.Gain != most {
				t.Fatalf("seed %d: %+v promises %+v, the optimum is %s more\n%+v", seed, c, got, most, p)
			}
			if most.Cmp(Int{}) > 0 {
				better++
				if got.Gain == most {
					best++
				}
			}
		}
	}
	if better < 300 || best*10 < better*8 {
		t.Fatalf("of %d changes that matter only %d were answered with the optimum", better, best)
	}
	t.Logf("%d of %d answered with the optimum", best, better)
}

// A long row of questions on one warm network answers each as a fresh one does.
func TestWhatIf_ForgetsEarlierQuestions(t *testing.T) {
	for _, ruled := range []float64{0, 1} {
		p := market(5, 40, 8, ruled)
		if ruled == 0 {
			for i := range p.Offers {
				p.Offers[i].MinLine = 0
			}
		}
		p.Work.Nodes = 50
		plan, err := Solve(context.Background(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		w := NewWhatIf(p, plan)
		for i := range 120 {
			c := Change{Offer: r.IntN(len(p.Offers)), Sink: r.IntN(len(p.Sinks))}
			for s, src := range p.Sources {
				if src.Offer == c.Offer {
					a := Arc{Source: s, Sink: c.Sink, Gain: 3_000_000 + r.Int64N(4_000_000)}
					a.Vias = []Via{{p.Offers[src.Offer].Party, a.Gain}}
					c.Arcs = append(c.Arcs, a)
				}
			}
			got, err := w.Try(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			if ruled > 0 {
				continue // the dive may find another plan from another basis
			}
			want, err := NewWhatIf(p, plan).Try(context.Background(), c)
			if err != nil || got != want {
				t.Fatalf("question %d: %+v after others, %+v alone (%v)", i, got, want, err)
			}
		}
	}
}

func BenchmarkWhatIf(b *testing.B) {
	for _, ruled := range []float64{-1, 0, 0.4} {
		b.Run(fmt.Sprintf("300x60/rules=%v", ruled), func(b *testing.B) {
			p := market(1, 300, 60, max(0, ruled))
			if ruled < 0 {
				for i := range p.Offers {
					p.Offers[i].MinLine = 0
				}
			}
			p.Work.Nodes = 1
			plan, err := Solve(context.Background(), p, nil)
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			w := NewWhatIf(p, plan)
			better := 0
			for b.Loop() {
				c := Change{Offer: r.IntN(len(p.Offers)), Sink: r.IntN(len(p.Sinks))}
				for s, src := range p.Sources {
					if src.Offer == c.Offer {
						a := Arc{Source: s, Sink: c.Sink, Gain: 1_000_000 + r.Int64N(4_000_000)}
						a.Vias = []Via{{p.Offers[src.Offer].Party, a.Gain}}
						c.Arcs = append(c.Arcs, a)
					}
				}
				e, err := w.Try(context.Background(), c)
				if err != nil {
					b.Fatal(err)
				}
				if e.Gain.Cmp(Int{}) > 0 {
					better++
				}
			}
			b.ReportMetric(float64(better)/float64(b.N), "better/op")
		})
	}
}
