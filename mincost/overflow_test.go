package mincost

import (
	"context"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// Amounts and costs near the limits: the answer is the small one scaled, or ErrOverflow.
func TestSolve_LargeNumbersAreExactOrRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	exact, refused := 0, 0
	for i := range 3000 {
		nodes := 2 + r.IntN(10)
		n := randomNetwork(r, wild{nodes, r.IntN(5 * nodes), 15, 15, 30, 30, i%2 == 0})
		want := solved(t, clone(n))
		amounts, costs := uint(r.IntN(60)), uint(r.IntN(60))
		for v := range n.Supply {
			n.Supply[v] <<= amounts
		}
		for i := range n.Arcs {
			a := &n.Arcs[i]
			a.Lower <<= amounts
			if a.Upper != Infinite {
				a.Upper <<= amounts
			}
			a.Cost <<= costs
		}
		got, err := Solve(context.Background(), n)
		if errors.Is(err, ErrOverflow) {
			if amounts < 50 && costs < 50 {
				t.Fatalf("refused at 2^%d and 2^%d: %v", amounts, costs, err)
			}
			refused++
			continue
		}
		if err != nil {
			if amounts > 58 && errors.Is(err, ErrInvalid) {
				continue // the scaling itself ran over
			}
			t.Fatal(err)
		}
		if amounts > 58 || costs > 59 {
			continue // shifted out: a different network, Certify is enough
		}
		if err := Certify(n, got); err != nil {
			t.Fatal(err)
		}
		if got.Status != want.Status {
			t.Fatalf("%s, small one %s", got.Status, want.Status)
		}
		if got.Status == Optimal {
			if big := new(big.Int).Lsh(want.Cost, amounts+costs); got.Cost.Cmp(big) != 0 {
				t.Fatalf("cost %v, want %v", got.Cost, big)
			}
		}
		exact++
	}
	if exact < 1000 || refused < 100 {
		t.Fatalf("exact %d, refused %d", exact, refused)
	}
}

func TestSolve_Refuses(t *testing.T) {
	for name, c := range map[string]struct {
		want error
		make func(n *Network)
	}{
		"cost 2^62":               {ErrOverflow, func(n *Network) { n.AddArc(0, 1, 0, 1, 1<<62) }},
		"cost -2^63":              {ErrOverflow, func(n *Network) { n.AddArc(0, 1, 0, 1, math.MinInt64) }},
		"path of costs 2^57":      {ErrOverflow, triangle},
		"supply 2^62":             {ErrOverflow, func(n *Network) { n.Supply[0], n.Supply[1] = 1<<62, -1<<62 }},
		"upper 2^62":              {ErrOverflow, func(n *Network) { n.AddArc(0, 1, 0, 1<<62, 1) }},
		"lower -2^63":             {ErrOverflow, func(n *Network) { n.AddArc(0, 1, math.MinInt64, 0, 1) }},
		"three supplies of 2^60":  {ErrOverflow, supplies},
		"lower above upper":       {ErrInvalid, func(n *Network) { n.AddArc(0, 1, 2, 1, 1) }},
		"negative node":           {ErrInvalid, func(n *Network) { n.AddArc(-1, 1, 0, 1, 1) }},
		"no such node":            {ErrInvalid, func(n *Network) { n.AddArc(0, 9, 0, 1, 1) }},
		"node number too large":   {ErrInvalid, func(n *Network) { n.AddArc(math.MaxInt, 1, 0, 1, 1) }},
		"infinite as lower bound": {ErrOverflow, func(n *Network) { n.AddArc(0, 1, Infinite, Infinite, 1) }},
	} {
		n := New(6)
		c.make(n)
		if r, err := Solve(context.Background(), n); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v, want %v", name, r, err, c.want)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Solve(cancelled, New(2)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func triangle(n *Network) {
	for v := range 3 {
		n.AddArc(v, (v+1)%3, 0, 1, 1<<57)
	}
}

// supplies lets more than 2^61 gather on one arc without bound.
func supplies(n *Network) {
	for v := range 3 {
		n.Supply[v] = MaxAmount
		n.AddArc(v, 3, 0, Infinite, 1)
	}
	n.AddArc(3, 4, 0, Infinite, 1)
	for range 3 {
		d := n.AddNode(-MaxAmount)
		n.AddArc(4, d, 0, Infinite, 1)
	}
}
