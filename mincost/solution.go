package mincost

import (
	"bufio"
	"fmt"
	"io"
	"math/big"
	"sort"
)

// WriteSolution writes an optimal result in DIMACS form: its cost and, if flows are
// wanted, one line for each arc that carries something.
func WriteSolution(w io.Writer, n *Network, r *Result, flows bool) error {
	bw := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintf(bw, "s %v\n", r.Cost)
	if flows {
		out := lineWriter{bw, nil}
		for i, f := range r.Flow {
			if f != 0 {
				out.line("f", int64(n.Arcs[i].Tail)+1, int64(n.Arcs[i].Head)+1, f)
			}
		}
	}
	return bw.Flush()
}

// ReadSolution reads a DIMACS solution of n. The format names arcs by their ends only, so
// what flows between two nodes is dealt out to their parallel arcs: each its lower bound
// first, then the cheapest first. What does not fit goes to the last of them, where
// CheckFlow will find it.
func ReadSolution(r io.Reader, n *Network) (cost *big.Int, flow []int64, err error) {
	l := newLineReader(r)
	type ends struct{ u, v int32 }
	amount := map[ends]int64{}
	for {
		kind, err := l.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		switch kind {
		case 's':
			w := l.word()
			c, ok := new(big.Int).SetString(string(w[:min(len(w), 100)]), 10)
			if !ok || len(w) > 100 || len(l.word()) > 0 || cost != nil {
				return nil, nil, l.fail("s COST is expected, once")
			}
			cost = c
		case 'f':
			var u, v, x int64
			if err := l.ints(&u, &v, &x); err != nil {
				return nil, nil, err
			}
			if k := int64(len(n.Supply)); u < 1 || u > k || v < 1 || v > k {
				return nil, nil, l.fail("a flow from %d to %d, nodes are 1 to %d", u, v, k)
			}
			at := ends{int32(u - 1), int32(v - 1)}
			sum := amount[at]
			if !add(&sum, x) {
				return nil, nil, l.fail("the flows from %d to %d pass 64 bits", u, v)
			}
			amount[at] = sum
		default:
			return nil, nil, l.fail("%q is no kind of line of a solution", kind)
		}
	}
	if cost == nil {
		return nil, nil, l.fail("the solution ends without its line s COST")
	}
	arcs := map[ends][]int32{}
	for i := range n.Arcs {
		at := ends{n.Arcs[i].Tail, n.Arcs[i].Head}
		arcs[at] = append(arcs[at], int32(i))
	}
	flow = make([]int64, len(n.Arcs))
	for at, x := range amount {
		if x != 0 && arcs[at] == nil {
			return nil, nil, fmt.Errorf("mincost: %w: flow from %d to %d, where there is no arc", ErrProof, at.u+1, at.v+1)
		}
	}
	for at, list := range arcs {
		deal(n, list, amount[at], flow)
	}
	return cost, flow, nil
}

// deal splits x among parallel arcs.
func deal(n *Network, list []int32, x int64, flow []int64) {
	if len(list) == 1 {
		flow[list[0]] = x
		return
	}
	sort.SliceStable(list, func(i, j int) bool { return n.Arcs[list[i]].Cost < n.Arcs[list[j]].Cost })
	for _, e := range list {
		flow[e] = n.Arcs[e].Lower
		if !add(&x, -n.Arcs[e].Lower) {
			return
		}
	}
	for _, e := range list {
		more := x
		if a := &n.Arcs[e]; a.Upper != Infinite {
			more = min(x, a.Upper-a.Lower)
		}
		if more > 0 {
			flow[e] += more
			x -= more
		}
	}
	flow[list[len(list)-1]] += x
}
