package mincost

import (
	"context"
	"math/rand/v2"
	"testing"
)

func solved(t *testing.T, n *Network) *Result {
	t.Helper()
	r, err := Solve(context.Background(), n)
	if err != nil {
		t.Fatalf("Solve: %v", err)
	}
	if err := Certify(n, r); err != nil {
		t.Fatalf("%s: %v\n%+v\n%+v", r.Status, err, n, r)
	}
	return r
}

func TestSolve_AllTinyFlowsTried(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	count := map[Status]int{}
	for i := range 4000 {
		n := randomNetwork(r, wild{1 + r.IntN(4), r.IntN(6), 4, 3, 30, 0, i%3 == 0})
		got := solved(t, n)
		cost, found := enumerate(n, 1<<40)
		if found != (got.Status == Optimal) {
			t.Fatalf("%s, but found %v\n%+v", got.Status, found, n)
		}
		if found && got.Cost.Cmp(bigInt(cost)) != 0 {
			t.Fatalf("cost %v, want %d\n%+v", got.Cost, cost, n)
		}
		count[got.Status]++
	}
	if count[Optimal] < 500 || count[Infeasible] < 500 {
		t.Fatalf("one-sided sample: %v", count)
	}
}

func TestSolve_AgreesWithShortestPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	count := map[Status]int{}
	for i := range 3000 {
		nodes := 1 + r.IntN(14)
		n := randomNetwork(r, wild{nodes, r.IntN(5 * nodes), 1 + r.Int64N(30), 1 + r.Int64N(40), r.IntN(40), r.IntN(40), i%2 == 0})
		got := solved(t, n)
		status, cost := shortestPaths(n)
		if status != got.Status {
			t.Fatalf("%s, want %s\n%+v", got.Status, status, n)
		}
		if status == Optimal && got.Cost.Cmp(bigInt(cost)) != 0 {
			t.Fatalf("cost %v, want %d\n%+v", got.Cost, cost, n)
		}
		count[status]++
	}
	if count[Optimal] < 300 || count[Infeasible] < 300 || count[Unbounded] < 100 {
		t.Fatalf("one-sided sample: %v", count)
	}
}
