package matching

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// market makes one component as a province has it: places on a map, freight by distance,
// many small sellers, few large buyers, a third of the sinks with rules.
func market(seed uint64, offers, sinks int, ruled float64) *Problem {
	r := rand.New(rand.NewPCG(seed, 11))
	p := &Problem{Parties: offers * 2 / 3}
	type spot struct{ x, y float64 }
	at := func() spot { return spot{r.Float64() * 100, r.Float64() * 100} }
	far := func(a, b spot) float64 { return max(a.x-b.x, b.x-a.x) + max(a.y-b.y, b.y-a.y) }
	home := make([]spot, p.Parties)
	invoices := make([]bool, p.Parties)
	for i := range home {
		home[i], invoices[i] = at(), r.IntN(10) < 6
	}
	var leads []int
	for i := 0; i < p.Parties && len(leads) < 12; i++ {
		if invoices[i] && r.IntN(6) == 0 {
			leads = append(leads, i)
		}
	}
	floor := []int64{}
	supply := int64(0)
	for range offers {
		o := Offer{Party: r.IntN(p.Parties)}
		if r.IntN(4) == 0 {
			o.MinLine = 300 + 100*r.Int64N(8)
		}
		p.Offers = append(p.Offers, o)
		floor = append(floor, 6_000_000+100_000*r.Int64N(40))
		for range 1 + r.IntN(2) {
			u := 300 + r.Int64N(500) + int64(r.ExpFloat64()*2000)
			supply += u
			p.Sources = append(p.Sources, Source{Offer: len(p.Offers) - 1, Units: u})
		}
	}
	where := make([]spot, sinks)
	price := make([]int64, sinks)
	for d := range sinks {
		where[d], price[d] = at(), 11_000_000+100_000*r.Int64N(30)
		w := Sink{Max: 1000 + int64(r.ExpFloat64()*0.8*float64(supply)/float64(sinks))}
		if r.Float64() < ruled {
			if r.IntN(2) == 0 {
				w.Min = w.Max * (30 + r.Int64N(60)) / 100
			}
			switch r.IntN(4) {
			case 0:
				w.MaxParties = 2 + r.IntN(8)
			case 1:
				w.MaxVias = 1 + r.IntN(2)
			case 2:
				w.MaxVias, w.MaxParties = 1, 5+r.IntN(10)
			}
		}
		p.Sinks = append(p.Sinks, w)
	}
	for s, src := range p.Sources {
		o := src.Offer
		party := p.Offers[o].Party
		for d, w := range p.Sinks {
			if r.IntN(100) < 40 {
				continue
			}
			value := func(km float64) int64 { return price[d] - floor[o] - int64(km*25_000) }
			a := Arc{Source: s, Sink: d, Gain: value(far(home[party], where[d]))}
			if w.MaxVias > 0 {
				for v := range p.Parties {
					if v == party && invoices[v] {
						a.Vias = append(a.Vias, Via{v, a.Gain})
						continue
					}
					for _, l := range leads {
						if l == v && l != party {
							if g := value(far(home[party], home[l])*1.3+far(home[l], where[d])*0.8) - 300_000; g > 0 {
								a.Vias = append(a.Vias, Via{l, g})
							}
						}
					}
				}
				if len(a.Vias) == 0 {
					continue
				}
			} else if a.Gain <= 0 {
				continue
			}
			p.Arcs = append(p.Arcs, a)
		}
	}
	for i := range 5 {
		p.Caps = append(p.Caps, Cap{Party: i, Units: 2000 + r.Int64N(3000)})
	}
	return p
}

// BenchmarkSolve reports the gap; NODES=n in the environment sets the nodes allowed.
func BenchmarkSolve(b *testing.B) {
	for _, size := range []struct {
		offers, sinks int
		ruled         float64
	}{{300, 60, 0}, {300, 60, 0.4}, {300, 60, 1}, {60, 12, 0.4}} {
		for seed := range uint64(3) {
			b.Run(fmt.Sprintf("%dx%d/rules=%v/seed=%d", size.offers, size.sinks, size.ruled, seed), func(b *testing.B) {
				p := market(seed, size.offers, size.sinks, size.ruled)
				if n, err := strconv.Atoi(os.Getenv("NODES")); err == nil {
					p.Work.Nodes = n
				}
				for b.Loop() {
					plan, err := Solve(context.Background(), p, nil)
					if err != nil {
						b.Fatal(err)
					}
					var obj, bound Int
					for i := range plan.Components {
						obj.Add(plan.Components[i].Objective)
						bound.Add(plan.Components[i].Bound)
					}
					gap := bound.Sub(obj)
					b.ReportMetric(float64(gap.Div(max(1, bound.Div(1_000_000)))), "gap-ppm")
					b.ReportMetric(float64(plan.Nodes), "nodes")
					b.ReportMetric(float64(plan.Pivots), "pivots")
					b.ReportMetric(float64(len(p.Arcs)), "arcs")
					b.ReportMetric(float64(obj.Div(1_000_000)), "obj")
					b.ReportMetric(float64(bound.Div(1_000_000)), "bound")
				}
			})
		}
	}
}
