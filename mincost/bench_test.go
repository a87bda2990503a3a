package mincost

import (
	"context"
	"math/rand/v2"
	"testing"
)

// sampleMarket generates offers of goods and demands for them, each offer with an arc to about
// k demands of its good, at its price and freight; one node takes what is not sold for
// nothing and gives what is missing at a penalty.
func sampleMarket(r *rand.Rand, offers, demands, goods, k int) *Network {
	n := New(offers + demands + 1)
	slack := offers + demands
	of := make([][]int, goods)
	for d := range demands {
		g := r.IntN(goods)
		of[g] = append(of[g], d)
	}
	price := make([]int64, goods)
	for g := range price {
		price[g] = 4000 + r.Int64N(50000)
	}
	for o := range offers {
		g := r.IntN(goods)
		q := 5 + int64(150*r.ExpFloat64())
		n.Supply[o], n.Supply[slack] = q, n.Supply[slack]-q
		floor := price[g] * (85 + r.Int64N(30)) / 100
		for range min(k, len(of[g])) {
			n.AddArc(o, offers+of[g][r.IntN(len(of[g]))], 0, q, floor+300+r.Int64N(500))
		}
		n.AddArc(o, slack, 0, q, 0)
	}
	for d := range demands {
		q := 20 + int64(700*r.ExpFloat64())
		n.Supply[offers+d], n.Supply[slack] = -q, n.Supply[slack]+q
		n.AddArc(slack, offers+d, 0, q, 60000+r.Int64N(40000))
	}
	return n
}

// circulation gives the same market as a matching does: no supplies, gains as negative
// costs, everything from and back to one root.
func circulation(r *rand.Rand, offers, demands, goods, k int) *Network {
	m := sampleMarket(r, offers, demands, goods, k)
	root := int32(offers + demands)
	n := New(len(m.Supply))
	for v, s := range m.Supply[:root] {
		if s > 0 {
			n.AddArc(int(root), v, 0, s, 0)
		} else {
			n.AddArc(v, int(root), 0, -s, 0)
		}
	}
	for _, a := range m.Arcs {
		if a.Tail != root && a.Head != root {
			n.AddArc(int(a.Tail), int(a.Head), 0, Infinite, a.Cost-40000)
		}
	}
	return n
}

func benchmarkSolve(b *testing.B, n *Network) {
	b.ReportAllocs()
	var pivots int64
	for b.Loop() {
		r, err := Solve(context.Background(), n)
		if err != nil || r.Status != Optimal {
			b.Fatal(r, err)
		}
		pivots = r.Pivots
	}
	b.ReportMetric(float64(pivots), "pivots")
	b.ReportMetric(float64(len(n.Arcs)), "arcs")
}

// A province: 6,001 nodes, about 43,000 arcs, 40 goods.
func BenchmarkSolve(b *testing.B) {
	b.Run("market", func(b *testing.B) {
		benchmarkSolve(b, sampleMarket(rand.New(rand.NewPCG(1, 1)), 5000, 1000, 40, 8))
	})
	b.Run("circulation", func(b *testing.B) {
		benchmarkSolve(b, circulation(rand.New(rand.NewPCG(1, 1)), 5000, 1000, 40, 8))
	})
	b.Run("one-good", func(b *testing.B) {
		benchmarkSolve(b, circulation(rand.New(rand.NewPCG(1, 1)), 5000, 1000, 1, 8))
	})
}

// One price changes, one quantity changes.
func BenchmarkResolve(b *testing.B) {
	s := NewSolver(sampleMarket(rand.New(rand.NewPCG(1, 1)), 5000, 1000, 40, 8))
	if _, err := s.Solve(context.Background()); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 2))
	n := s.Network()
	for b.Loop() {
		e := r.IntN(len(n.Arcs))
		s.SetCost(e, n.Arcs[e].Cost*(90+r.Int64N(21))/100)
		s.SetUpper(e, n.Arcs[e].Upper*(50+r.Int64N(101))/100+1)
		if _, err := s.Resolve(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCertify(b *testing.B) {
	n := sampleMarket(rand.New(rand.NewPCG(1, 1)), 5000, 1000, 40, 8)
	r, err := Solve(context.Background(), n)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := Certify(n, r); err != nil {
			b.Fatal(err)
		}
	}
}
