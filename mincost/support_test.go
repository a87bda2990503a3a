package mincost

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// residualMatrix returns all shortest residual distances (Floyd-Warshall).
func residualMatrix(n *Network, flow []int64) [][]int64 {
	k := len(n.Supply)
	d := make([][]int64, k)
	for u := range d {
		d[u] = make([]int64, k)
		for v := range d[u] {
			if d[u][v] = Infinite; u == v {
				d[u][v] = 0
			}
		}
	}
	for i, a := range n.Arcs {
		if flow[i] < a.Upper {
			d[a.Tail][a.Head] = min(d[a.Tail][a.Head], a.Cost)
		}
		if flow[i] > a.Lower {
			d[a.Head][a.Tail] = min(d[a.Head][a.Tail], -a.Cost)
		}
	}
	for w := range d {
		for u := range d {
			for v := range d {
				if d[u][w] != Infinite && d[w][v] != Infinite {
					d[u][v] = min(d[u][v], d[u][w]+d[w][v])
				}
			}
		}
	}
	return d
}

func TestSupport_IsTheWholeRange(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	checked, attained := 0, 0
	for i := range 1500 {
		nodes := 1 + r.IntN(9)
		n := randomNetwork(r, wild{nodes, r.IntN(5 * nodes), 20, 10, 20, 20, i%2 == 0})
		got := solved(t, n)
		if got.Status != Optimal {
			continue
		}
		root := r.IntN(nodes)
		low, high, err := Support(n, got, root)
		if err != nil {
			t.Fatal(err)
		}
		d := residualMatrix(n, got.Flow)
		for v := range nodes {
			wantLow := -d[v][root]
			if d[v][root] == Infinite {
				wantLow = -Infinite
			}
			if low[v] != wantLow || high[v] != d[root][v] {
				t.Fatalf("node %d: %d to %d, want %d to %d", v, low[v], high[v], wantLow, d[root][v])
			}
			if p := got.Potential[v] - got.Potential[root]; p < low[v] || p > high[v] {
				t.Fatalf("node %d: %d outside %d to %d", v, p, low[v], high[v])
			}
			checked++
		}
		for _, bound := range [][]int64{low, high} { // if finite, they are proofs themselves
			finite := true
			for _, x := range bound {
				finite = finite && x != Infinite && x != -Infinite
			}
			if finite {
				attained++
				proof := *got
				proof.Potential = bound
				if err := Certify(n, &proof); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if checked < 2000 || attained < 200 {
		t.Fatalf("%d nodes checked, %d times all attained", checked, attained)
	}
}

// The order of the arcs changes the way of the simplex, not the range of the prices.
func TestSupport_DoesNotDependOnTheBasis(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	n := circulation(r, 200, 40, 2, 8)
	root := len(n.Supply) - 1
	low, high, err := Support(n, solved(t, n), root)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		r.Shuffle(len(n.Arcs), func(i, j int) { n.Arcs[i], n.Arcs[j] = n.Arcs[j], n.Arcs[i] })
		low2, high2, err := Support(n, solved(t, n), root)
		if err != nil {
			t.Fatal(err)
		}
		for v := range low {
			if low[v] != low2[v] || high[v] != high2[v] {
				t.Fatalf("node %d: %d to %d, before %d to %d", v, low2[v], high2[v], low[v], high[v])
			}
		}
	}
}

func TestSupport_Refuses(t *testing.T) {
	n := New(2)
	n.AddArc(0, 1, 0, 5, -3)
	n.AddArc(1, 0, 0, 5, 1)
	r := solved(t, n)
	if _, _, err := Support(n, r, 2); !errors.Is(err, ErrInvalid) {
		t.Fatal(err)
	}
	r.Potential[0] += 100
	if _, _, err := Support(n, r, 0); !errors.Is(err, ErrProof) {
		t.Fatal(err)
	}
	r.Status = Infeasible
	if _, _, err := Support(n, r, 0); !errors.Is(err, ErrInvalid) {
		t.Fatal(err)
	}
}
