package mincost

import (
	"fmt"
	"math"
	"math/big"
)

// CheckFlow says whether a flow that comes without potentials is a cheapest one and costs
// what is said: it keeps all bounds and supplies, and no cycle of the residual graph is
// negative. (Sending a unit around a residual cycle changes one flow into another, and
// any two flows differ by such cycles.) The error wraps ErrProof if it is not, ErrOverflow
// if the costs are too large to tell.
//
// Bellman-Ford with a look for cycles among the predecessors after each round: O(n·m) at
// worst, a few dozen rounds on ordinary networks. It shares no code with the solver.
func CheckFlow(n *Network, flow []int64, cost *big.Int) error {
	if err := certifyFlow(n, flow); err != nil {
		return err
	}
	total, one := new(big.Int), new(big.Int)
	dearest := int64(1)
	for i := range n.Arcs {
		c := n.Arcs[i].Cost
		if c == math.MinInt64 {
			return fmt.Errorf("mincost: %w: cost %d of arc %d", ErrOverflow, c, i)
		}
		dearest = max(dearest, c, -c)
		if flow[i] != 0 && c != 0 {
			total.Add(total, one.Mul(big.NewInt(flow[i]), big.NewInt(c)))
		}
	}
	if total.Cmp(cost) != 0 {
		return refuse("the flow costs %v, not %v", total, cost)
	}
	if dearest > (1<<62)/int64(len(n.Supply)+2*len(n.Arcs)+1) {
		return fmt.Errorf("mincost: %w: costs up to %d on %d nodes", ErrOverflow, dearest, len(n.Supply))
	}
	if cycle := negativeCycle(n, flow); cycle != nil {
		return refuse("it would be cheaper to send more around the nodes %v", cycle)
	}
	return nil
}

// negativeCycle returns the nodes of a negative residual cycle, nil if there is none.
func negativeCycle(n *Network, flow []int64) []int {
	nodes := len(n.Supply)
	dist := make([]int64, nodes)
	from := make([]int32, nodes)
	for v := range from {
		from[v] = -1
	}
	for {
		changed := false
		for i := range n.Arcs {
			a := &n.Arcs[i]
			if (a.Upper == Infinite || flow[i] < a.Upper) && dist[a.Tail]+a.Cost < dist[a.Head] {
				dist[a.Head], from[a.Head], changed = dist[a.Tail]+a.Cost, a.Tail, true
			}
			if flow[i] > a.Lower && dist[a.Head]-a.Cost < dist[a.Tail] {
				dist[a.Tail], from[a.Tail], changed = dist[a.Head]-a.Cost, a.Head, true
			}
		}
		if !changed {
			return nil
		}
		if c := loop(from); c != nil {
			return c
		}
	}
}

// loop finds a cycle among predecessors; one exists only if it is negative.
func loop(from []int32) []int {
	seen := make([]int32, len(from)) // number of the walk that came by, 0 none
	for s := range from {
		v := int32(s)
		for v >= 0 && seen[v] == 0 {
			seen[v] = int32(s) + 1
			v = from[v]
		}
		if v < 0 || seen[v] != int32(s)+1 {
			continue
		}
		var cycle []int
		for w := v; ; w = from[w] {
			cycle = append(cycle, int(w))
			if from[w] == v {
				return cycle
			}
		}
	}
	return nil
}
