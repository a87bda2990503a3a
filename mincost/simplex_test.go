package mincost

import (
	"context"
	"math/rand/v2"
	"testing"
)

// checkBasis recomputes from the parents alone what the tree keeps up to date, and checks
// that every tree arc is within its bounds, can send more to the root, and costs nothing
// at the potentials.
func checkBasis(t *testing.T, p *piece) {
	t.Helper()
	fresh := newPiece(p.nodes, nil, nil).tree
	for v := range p.tree.at {
		fresh.at[v].parent = p.tree.at[v].parent
	}
	fresh.build()
	seen := 0
	for v := p.tree.thread[0]; v != 0; v = p.tree.thread[v] {
		if seen++; seen > p.n || p.tree.back[p.tree.thread[v]] != v {
			t.Fatal("the thread is no ring")
		}
	}
	if seen != p.n-1 {
		t.Fatalf("the thread has %d of %d nodes", seen+1, p.n)
	}
	for v := range int32(p.n) {
		a := p.tree.at[v]
		if a.size != fresh.at[v].size {
			t.Fatalf("node %d has %d below it, kept as %d", v, fresh.at[v].size, a.size)
		}
		x := v // the subtree is a stretch of the thread that ends at last
		for range a.size - 1 {
			x = p.tree.thread[x]
			y := x
			for y != v && y > 0 {
				y = p.tree.at[y].parent
			}
			if y != v {
				t.Fatalf("node %d in the stretch of %d is not below it", x, v)
			}
		}
		if p.tree.last[v] != x {
			t.Fatalf("node %d ends at %d, kept as %d", v, x, p.tree.last[v])
		}
		if v == 0 {
			continue
		}
		e := p.tree.pred[v]
		if s, d := p.src[e], p.dst[e]; !(s == v && d == a.parent || s == a.parent && d == v) {
			t.Fatalf("arc %d of node %d joins %d and %d", e, v, s, d)
		}
		if a.up <= 0 || a.down < 0 || a.up+a.down != p.cap[e] {
			t.Fatalf("node %d: %d up, %d down of %d", v, a.up, a.down, p.cap[e])
		}
		if rc := p.cost[e] + p.pi[p.src[e]] - p.pi[p.dst[e]]; rc != 0 {
			t.Fatalf("tree arc %d has reduced cost %d", e, rc)
		}
	}
	for v, x := range balance(p) {
		if x != 0 {
			t.Fatalf("node %d is off by %d", v, x)
		}
	}
}

// balance returns supply less outflow plus inflow of each node.
func balance(p *piece) []int64 {
	left := append([]int64(nil), p.supply...)
	for e := p.n; e < len(p.src); e++ {
		if p.turned[e] && p.tree.pred[p.src[e]] != int32(e) && p.tree.pred[p.dst[e]] != int32(e) {
			left[p.dst[e]] -= p.cap[e] // turned: the tail is dst
			left[p.src[e]] += p.cap[e]
		}
	}
	for v := int32(1); int(v) < p.n; v++ {
		f := p.carried(v)
		if (p.src[p.tree.pred[v]] == v) == p.turned[p.tree.pred[v]] {
			f = -f
		}
		left[v] -= f
		left[p.tree.at[v].parent] += f
	}
	return left
}

func TestPivot_KeepsStronglyFeasible(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	pivots := 0
	for i := range 150 {
		nodes := 2 + r.IntN(30)
		// Amounts of 0 and 1 make most pivots degenerate.
		w := wild{nodes, r.IntN(6 * nodes), 1 + r.Int64N(5), 1 + r.Int64N(2), r.IntN(20), 10, i%2 == 0}
		n := randomNetwork(r, w)
		s := splitNetwork(n)
		local := make([]int32, nodes)
		for k := range s.nodes {
			for i, v := range s.nodes[k] {
				local[v] = int32(i)
			}
			p := newPiece(s.nodes[k], s.arcs[k], nil)
			if err := p.load(n, local); err != nil {
				t.Fatal(err)
			}
			p.star()
			if err := p.settle(); err != nil {
				t.Fatal(err)
			}
			checkBasis(t, p)
			for {
				e, rc := p.price()
				if e < 0 {
					break
				}
				ok, err := p.pivot(int32(e), rc)
				if err != nil {
					t.Fatal(err)
				}
				if !ok {
					break
				}
				checkBasis(t, p)
				if pivots++; pivots > 100_000 {
					t.Fatal("pivots without end")
				}
			}
		}
	}
	if pivots < 1000 {
		t.Fatalf("only %d pivots seen", pivots)
	}
}

// A circulation needs nothing at a penalty: no artificial arc stays, no phase one.
func TestStar_StartsCirculationsFeasible(t *testing.T) {
	n := circulation(rand.New(rand.NewPCG(1, 3)), 200, 40, 3, 8)
	s := splitNetwork(n)
	local := make([]int32, len(n.Supply))
	for k := range s.nodes {
		for i, v := range s.nodes[k] {
			local[v] = int32(i)
		}
		p := newPiece(s.nodes[k], s.arcs[k], nil)
		if err := p.load(n, local); err != nil {
			t.Fatal(err)
		}
		p.star()
		if err := p.settle(); err != nil {
			t.Fatal(err)
		}
		for v := 1; v < p.n; v++ {
			if int(p.tree.pred[v]) < p.n {
				t.Fatalf("node %d starts on an artificial arc", p.nodes[v])
			}
		}
	}
}

func TestSolve_Degenerate(t *testing.T) {
	// An assignment in which many pairs cost the same, checked by its certificate.
	r := rand.New(rand.NewPCG(9, 9))
	const k = 60
	n := New(2 * k)
	for i := range k {
		n.Supply[i], n.Supply[k+i] = 1, -1
		for j := range k {
			n.AddArc(i, k+j, 0, 1, r.Int64N(3))
		}
	}
	if got := solved(t, n); got.Status != Optimal {
		t.Fatal(got.Status)
	}
}

func TestSolve_Empty(t *testing.T) {
	for _, n := range []*Network{{}, New(3)} {
		if r := solved(t, n); r.Status != Optimal || r.Cost.Sign() != 0 {
			t.Fatalf("%+v", r)
		}
	}
	n := New(2)
	n.Supply[1] = 3
	if r := solved(t, n); r.Status != Infeasible || len(r.Cut) != 1 || r.Cut[0] != 1 {
		t.Fatalf("%+v", r)
	}
}

func TestSolve_Split(t *testing.T) {
	n := sampleMarket(rand.New(rand.NewPCG(4, 4)), 300, 60, 6, 8)
	r, err := Solve(context.Background(), n)
	if err != nil || r.Components < 6 {
		t.Fatalf("%d pieces for 6 goods, %v", r.Components, err)
	}
	if err := Certify(n, r); err != nil {
		t.Fatal(err)
	}
}
