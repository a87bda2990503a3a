package mincost

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
)

func clone(n *Network) *Network {
	return &Network{append([]int64(nil), n.Supply...), append([]Arc(nil), n.Arcs...)}
}

// edit does one random edit through the Solver. It always leaves a valid network.
func edit(r *rand.Rand, s *Solver, w wild) {
	n := s.Network()
	nodes := len(n.Supply)
	if len(n.Arcs) == 0 {
		s.AddArc(r.IntN(nodes), r.IntN(nodes), 0, w.amount, r.Int64N(9)-4)
		return
	}
	e := r.IntN(len(n.Arcs))
	a := n.Arcs[e]
	switch r.IntN(9) {
	case 0, 1:
		s.SetCost(e, r.Int64N(2*w.cost+1)-w.cost)
	case 2:
		s.SetUpper(e, a.Lower+r.Int64N(w.amount+1))
	case 3:
		s.SetUpper(e, a.Lower) // fixed, forbidden
	case 4:
		if r.IntN(3) == 0 {
			s.SetUpper(e, Infinite)
		}
	case 5:
		lower := a.Upper
		if a.Upper == Infinite {
			lower = w.amount
		}
		s.SetLower(e, lower-r.Int64N(w.amount+1))
	case 6:
		s.SetLower(e, min(a.Upper, 0))
	case 7:
		u, v, x := r.IntN(nodes), r.IntN(nodes), r.Int64N(3)
		s.SetSupply(u, n.Supply[u]+x)
		s.SetSupply(v, n.Supply[v]-x)
	case 8:
		switch r.IntN(8) {
		case 0:
			s.AddNode(0)
		default:
			s.AddArc(r.IntN(nodes), r.IntN(nodes), 0, r.Int64N(w.amount+1), r.Int64N(2*w.cost+1)-w.cost)
		}
	}
}

func TestResolve_EqualsCold(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	ctx := context.Background()
	count := map[Status]int{}
	for i := range 250 {
		nodes := 2 + r.IntN(12)
		w := wild{nodes, r.IntN(6 * nodes), 1 + r.Int64N(20), 1 + r.Int64N(12), r.IntN(30), r.IntN(15), i%2 == 0}
		s := NewSolver(randomNetwork(r, w))
		for range 25 {
			got, err := s.Resolve(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if err := Certify(s.Network(), got); err != nil {
				t.Fatalf("%s: %v", got.Status, err)
			}
			want := solved(t, clone(s.Network()))
			if got.Status != want.Status || got.Status == Optimal && got.Cost.Cmp(want.Cost) != 0 {
				t.Fatalf("warm %s %v, cold %s %v", got.Status, got.Cost, want.Status, want.Cost)
			}
			count[got.Status]++
			for range 1 + r.IntN(3) {
				edit(r, s, w)
			}
		}
	}
	if count[Optimal] < 1000 || count[Infeasible] < 300 || count[Unbounded] < 50 {
		t.Fatalf("one-sided sample: %v", count)
	}
}

func TestResolve_KeepsTheBasis(t *testing.T) {
	ctx := context.Background()
	s := NewSolver(sampleMarket(rand.New(rand.NewPCG(7, 7)), 500, 100, 4, 30))
	cold, err := s.Solve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Resolve(ctx)
	if err != nil || again.Pivots != 0 || again.Components != 0 {
		t.Fatalf("nothing was edited, yet %d pivots in %d pieces, %v", again.Pivots, again.Components, err)
	}
	var pivots, calls int64
	for e := 0; e < len(s.Network().Arcs); e += 37 {
		s.SetCost(e, s.Network().Arcs[e].Cost*9/10)
		got, err := s.Resolve(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := Certify(s.Network(), got); err != nil {
			t.Fatal(err)
		}
		if got.Components > 1 {
			t.Fatalf("one arc changed, %d pieces solved", got.Components)
		}
		pivots, calls = pivots+got.Pivots, calls+1
	}
	if pivots*10 > cold.Pivots*calls {
		t.Fatalf("%d pivots in %d warm calls, a cold one takes %d", pivots, calls, cold.Pivots)
	}
}

func TestResolve_AfterCancel(t *testing.T) {
	n := sampleMarket(rand.New(rand.NewPCG(8, 8)), 3000, 600, 1, 12)
	want := solved(t, clone(n))
	ctx, cancel := context.WithCancel(context.Background())
	s := NewSolver(n)
	s.Progress = func(pivots int64) { cancel() }
	if _, err := s.Solve(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("Solve after cancel: %v, want Canceled", err)
	}
	s.Progress = nil
	got, err := s.Resolve(context.Background())
	if err != nil || got.Cost.Cmp(want.Cost) != 0 {
		t.Fatalf("after cancel: %v %v, want %v", got, err, want.Cost)
	}
	if err := Certify(n, got); err != nil {
		t.Fatal(err)
	}
}

func TestResolve_RefusedEditCanBeUndone(t *testing.T) {
	ctx := context.Background()
	n := New(2)
	n.AddArc(0, 1, 0, 5, 2)
	n.AddArc(1, 0, 0, 5, -3)
	s := NewSolver(n)
	if _, err := s.Solve(ctx); err != nil {
		t.Fatal(err)
	}
	s.SetUpper(0, -1)
	if _, err := s.Resolve(ctx); !errors.Is(err, ErrInvalid) {
		t.Fatalf("upper bound below lower: %v, want ErrInvalid", err)
	}
	s.SetUpper(0, 4)
	s.AddArc(0, 7, 0, 1, 1)
	if _, err := s.Resolve(ctx); !errors.Is(err, ErrInvalid) {
		t.Fatalf("arc to no node: %v, want ErrInvalid", err)
	}
	for len(n.Supply) < 8 {
		s.AddNode(0)
	}
	s.SetCost(1, 1<<60)
	if _, err := s.Resolve(ctx); !errors.Is(err, ErrOverflow) {
		t.Fatalf("cost 2^60: %v, want ErrOverflow", err)
	}
	s.SetCost(1, -3)
	got, err := s.Resolve(ctx)
	if err != nil || got.Cost.Int64() != -4 {
		t.Fatalf("%+v %v, want cost -4", got, err)
	}
}
