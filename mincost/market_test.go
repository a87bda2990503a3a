package mincost

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// checkMarket recomputes from parents alone what a solved market keeps up to date: sizes
// and preorder of all nodes but leaf sources, flows, and that every arc to the root could
// take more (a sink that needs nothing may not, if it is a leaf).
func checkMarket(t *testing.T, m *market) {
	t.Helper()
	at := m.tree.at
	size, in := make([]int32, m.n), append([]int64(nil), m.amount...)
	children := make([]int, m.n)
	for v := int32(1); v < m.n; v++ {
		p := at[v].parent
		if v > m.sinks && (p > m.sinks || p < 0) || v <= m.sinks && p > 0 && p <= m.sinks {
			t.Fatalf("node %d hangs on %d", v, p)
		}
		if p > 0 {
			in[p] -= m.carried(v)
		}
		children[p]++
		if v > m.sinks && at[v].size == 0 {
			continue
		}
		for x := v; x >= 0; x = at[x].parent {
			size[x]++
		}
	}
	size[0]++
	seen := int32(0)
	for v := int32(0); seen == 0 || v != 0; v = m.tree.thread[v] {
		if seen++; seen > m.n || m.tree.back[m.tree.thread[v]] != v || size[v] != at[v].size {
			t.Fatalf("node %d of the preorder: %d below it, kept as %d", v, size[v], at[v].size)
		}
	}
	if seen != size[0] {
		t.Fatalf("%d in the preorder of %d", seen, size[0])
	}
	for v := int32(1); v < m.n; v++ {
		switch x := m.carried(v); {
		case in[v] != x:
			t.Fatalf("node %d: %d flows, %d is left", v, x, in[v])
		case x < 0, v <= m.sinks && x == 0 && children[v] > 0:
			t.Fatalf("node %d of %d sinks carries %d with %d children", v, m.sinks, x, children[v])
		case v > m.sinks && at[v].size == 0 && children[v] > 0, v > m.sinks && at[v].size == 1:
			t.Fatalf("source %d has %d children and size %d", v, children[v], at[v].size)
		}
	}
}

// edit of a market: an amount with the bounds that go with it, a price, a bound, a pair.
func editMarket(r *rand.Rand, s *Solver) {
	n := s.Network()
	slack := len(n.Supply) - 1
	e := r.IntN(len(n.Arcs))
	a := n.Arcs[e]
	switch r.IntN(12) {
	case 0, 1, 2, 3, 4: // an amount
		v := r.IntN(slack)
		x := n.Supply[v] * r.Int64N(3) / 2
		if x == 0 && r.IntN(2) == 0 {
			x = 1 + r.Int64N(9)
			if slices.ContainsFunc(n.Arcs, func(a Arc) bool { return int(a.Head) == v && int(a.Tail) == slack }) {
				x = -x
			}
		}
		s.SetSupply(slack, n.Supply[slack]+n.Supply[v]-x)
		s.SetSupply(v, x)
		for i := range n.Arcs {
			if b := n.Arcs[i]; int(b.Tail) == v || int(b.Head) == v && int(b.Tail) == slack {
				s.SetUpper(i, max(x, -x, b.Lower))
			}
		}
	case 5, 6, 7, 8:
		s.SetCost(e, a.Cost*(80+r.Int64N(41))/100)
	case 9:
		s.SetUpper(e, a.Lower+r.Int64N(20)*r.Int64N(20))
	case 10:
		if l := a.Lower ^ 1; l <= a.Upper {
			s.SetLower(e, l)
		}
	case 11:
		s.AddArc(int(a.Tail), int(a.Head), 0, r.Int64N(200), a.Cost+r.Int64N(99)-50)
	}
}

func TestMarket_WarmEqualsCold(t *testing.T) {
	ctx := context.Background()
	as, in, fit := 0, 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 21))
		make := sampleMarket
		if seed%2 == 1 {
			make = circulation
		}
		s := NewSolver(make(r, 5+r.IntN(60), 1+r.IntN(20), 1+r.IntN(3), 1+r.IntN(8)))
		s.Share = seed%3 == 0
		for range 25 {
			got, err := s.Resolve(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if err := Certify(s.Network(), got); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, got.Status, err)
			}
			want := solved(t, clone(s.Network()))
			if got.Status != want.Status || got.Status == Optimal && got.Cost.Cmp(want.Cost) != 0 {
				t.Fatalf("seed %d: warm %s %v, cold %s %v", seed, got.Status, got.Cost, want.Status, want.Cost)
			}
			for i := range s.parts {
				if m := s.parts[i].market; m != nil && got.Status == Optimal {
					checkMarket(t, m)
					as++
				} else {
					in++
				}
			}
			if got.Status == Optimal {
				fit++
			}
			for range 1 + r.IntN(3) {
				editMarket(r, s)
			}
		}
	}
	if as < 1000 || in < 100 || fit < 800 {
		t.Fatalf("one-sided sample: %d pieces as markets, %d in general, %d feasible", as, in, fit)
	}
}

// The same input gives the same answer, pivot by pivot, on any number of cores.
func TestSolve_SameOnAnyNumberOfCores(t *testing.T) {
	n := sampleMarket(rand.New(rand.NewPCG(3, 1)), 3000, 500, 30, 9)
	var first *Result
	for _, cores := range []int{1, 2, 7} {
		old := runtime.GOMAXPROCS(cores)
		r := solved(t, n)
		runtime.GOMAXPROCS(old)
		if first == nil {
			first = r
		}
		if r.Pivots != first.Pivots || !slices.Equal(r.Flow, first.Flow) || !slices.Equal(r.Potential, first.Potential) {
			t.Fatalf("%d cores: another answer", cores)
		}
	}
}
