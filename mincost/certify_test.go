package mincost

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// Each part of each proof is changed in turn; a change that leaves the answer right is
// told apart by the definition itself.
func TestCertify_RefusesMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	refused := map[Status]int{}
	for range 1500 {
		nodes := 2 + r.IntN(8)
		n := randomNetwork(r, wild{nodes, 1 + r.IntN(4*nodes), 10, 10, 20, 25, r.IntN(2) == 0})
		got := solved(t, n)
		was := got.Status
		switch was {
		case Optimal:
			e := r.IntN(len(n.Arcs))
			if n.Arcs[e].Tail == n.Arcs[e].Head && n.Arcs[e].Cost == 0 {
				continue // any flow is right there
			}
			got.Flow[e] += 1 - 2*r.Int64N(2)
			mustRefuse(t, n, got)
			got = solved(t, n)
			got.Cost.Add(got.Cost, big.NewInt(1))
			mustRefuse(t, n, got)
			got = solved(t, n)
			got.Potential = nil
			mustRefuse(t, n, got)
			got = solved(t, n)
			got.Status = Infeasible
			got.Cut = []int{0}
			mustRefuse(t, n, got)
		case Infeasible:
			in := r.IntN(len(got.Cut))
			got.Cut[in] = -1
			mustRefuse(t, n, got)
			got.Cut[in] = nodes
			mustRefuse(t, n, got)
			got.Status, got.Flow = Unbounded, make([]int64, len(n.Arcs))
			mustRefuse(t, n, got)
		case Unbounded:
			e := got.Cycle[r.IntN(len(got.Cycle))]
			n.Arcs[e].Upper = MaxAmount
			mustRefuse(t, n, got)
			n.Arcs[e].Upper = Infinite
			n.Arcs[e].Cost += 1000
			mustRefuse(t, n, got)
			n.Arcs[e].Cost -= 1000
			got.Cycle = append(got.Cycle, got.Cycle...)[1:]
			if len(got.Cycle) > 1 {
				mustRefuse(t, n, got)
			}
			got.Status, got.Potential, got.Cost = Optimal, make([]int64, nodes), new(big.Int)
			mustRefuse(t, n, got)
		}
		refused[was]++
	}
	if refused[Optimal] < 100 || refused[Infeasible] < 100 {
		t.Fatalf("one-sided sample: %v", refused)
	}
}

func mustRefuse(t *testing.T, n *Network, r *Result) {
	t.Helper()
	if err := Certify(n, r); !errors.Is(err, ErrProof) {
		t.Fatalf("Certify: %v, want a refusal\n%+v\n%+v", err, n, r)
	}
}

// A potential may only move while every arc that says so agrees.
func TestCertify_RefusesPotentials(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	refused, kept := 0, 0
	for range 1500 {
		nodes := 2 + r.IntN(6)
		n := randomNetwork(r, wild{nodes, 2 + r.IntN(4*nodes), 10, 10, 20, 0, false})
		got := solved(t, n)
		if got.Status != Optimal {
			continue
		}
		v := r.IntN(nodes)
		got.Potential[v] += 1 - 2*r.Int64N(2)
		right := true
		for i, a := range n.Arcs {
			rc := a.Cost + got.Potential[a.Tail] - got.Potential[a.Head]
			if rc > 0 && got.Flow[i] > a.Lower || rc < 0 && got.Flow[i] < a.Upper {
				right = false
			}
		}
		if err := Certify(n, got); (err == nil) != right {
			t.Fatalf("Certify: %v, by the definition right: %v", err, right)
		}
		if right {
			kept++
		} else {
			refused++
		}
	}
	if refused < 100 || kept < 10 {
		t.Fatalf("refused %d, kept %d", refused, kept)
	}
}

// A network whose numbers changed after it was solved.
func TestCertify_RefusesBounds(t *testing.T) {
	n := New(2)
	n.Supply[0], n.Supply[1] = 5, -5
	e := n.AddArc(0, 1, 0, 9, 3)
	f := n.AddArc(0, 1, 0, 9, 4)
	r := solved(t, n)
	n.Arcs[f].Lower = 1
	mustRefuse(t, n, r)
	n.Arcs[f].Lower = 0
	n.Arcs[e].Upper = 4
	mustRefuse(t, n, r)
	n.Arcs[e].Upper = 9
	n.Supply[0] = 4
	mustRefuse(t, n, r)
}

// Where 64 bits would wrap around to a proof.
func TestCertify_DoesNotWrap(t *testing.T) {
	n := New(2)
	n.AddArc(0, 1, 0, 9, math.MaxInt64)
	r := &Result{Status: Optimal, Flow: []int64{9}, Potential: []int64{math.MaxInt64, math.MinInt64}, Cost: new(big.Int)}
	r.Cost.Mul(big.NewInt(9), big.NewInt(math.MaxInt64))
	mustRefuse(t, n, r)
	n.Supply[0], n.Supply[1] = 9, -9
	mustRefuse(t, n, r) // the reduced cost is 3·2^63 - 3, in 64 bits negative
	n = New(3)
	n.Supply[0], n.Supply[1], n.Supply[2] = math.MinInt64, math.MinInt64, 0
	mustRefuse(t, n, &Result{Status: Optimal, Potential: make([]int64, 3), Cost: new(big.Int)})
}
