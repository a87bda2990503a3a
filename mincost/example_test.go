package mincost_test

import (
	"context"
	"fmt"

	"github.com/lienket/lienket/mincost"
)

// Three cooperatives offer pomelos (in tonnes), two buyers want some. Costs are thousand
// đồng per tonne: the cooperative's price and the freight. What is not sold goes to a
// node of its own for nothing.
func ExampleSolve() {
	n := mincost.New(0)
	tânĐông := n.AddNode(12)
	phúLương := n.AddNode(8)
	thanhHồi := n.AddNode(15)
	market := n.AddNode(-14)
	hotel := n.AddNode(-6)
	unsold := n.AddNode(-15)
	for _, a := range []struct {
		from, to int
		cost     int64
	}{
		{tânĐông, market, 18_500},
		{tânĐông, hotel, 19_200},
		{phúLương, market, 17_900},
		{thanhHồi, market, 19_100},
		{thanhHồi, hotel, 19_000},
		{tânĐông, unsold, 0},
		{phúLương, unsold, 0},
		{thanhHồi, unsold, 0},
	} {
		n.AddArc(a.from, a.to, 0, mincost.Infinite, a.cost)
	}
	r, err := mincost.Solve(context.Background(), n)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, f := range r.Flow {
		if f > 0 && n.Arcs[i].Head != int32(unsold) {
			fmt.Printf("%d → %d: %d t\n", n.Arcs[i].Tail, n.Arcs[i].Head, f)
		}
	}
	fmt.Println("cost:", r.Cost)
	fmt.Println("a tonne at the market is worth", r.Potential[market]-r.Potential[unsold])
	fmt.Println("proof:", mincost.Certify(n, r))
	// Output:
	// 0 → 3: 6 t
	// 1 → 3: 8 t
	// 2 → 4: 6 t
	// cost: 368200
	// a tonne at the market is worth 18500
	// proof: <nil>
}
