package mincost

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
)

// ErrProof is wrapped by every refusal of Certify.
var ErrProof = errors.New("no proof")

// Certify checks that r is right about n from the definitions alone. It shares no code
// with the solver, so trusting an answer needs trust in this file only. All arithmetic is
// exact in 128 bits; the numbers may be anything. Nothing is checked about Pivots and
// Components. O(n + m).
//
//   - Optimal: the flow keeps all bounds, every node sends out what it supplies plus what
//     it gets, and the potentials prove that nothing is cheaper: for any other flow g,
//     cost(g) - cost(f) = Σ reduced cost × (g - f), and no term of it is negative.
//   - Infeasible: the cut's nodes have more than may leave them, or less than must.
//   - Unbounded: the flow is feasible, and any amount may go around the cycle on top.
func Certify(n *Network, r *Result) error {
	nodes := len(n.Supply)
	for i, a := range n.Arcs {
		if a.Tail < 0 || a.Head < 0 || int(a.Tail) >= nodes || int(a.Head) >= nodes {
			return refuse("arc %d has an end that is no node", i)
		}
		if a.Lower > a.Upper {
			return refuse("arc %d has its lower bound above its upper one", i)
		}
	}
	switch r.Status {
	case Optimal:
		if err := certifyFlow(n, r.Flow); err != nil {
			return err
		}
		return certifyCheapest(n, r)
	case Infeasible:
		return certifyCut(n, r.Cut)
	case Unbounded:
		if err := certifyFlow(n, r.Flow); err != nil {
			return err
		}
		return certifyCycle(n, r.Cycle)
	}
	return refuse("unknown status %q", r.Status)
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("mincost: %w: %s", ErrProof, fmt.Sprintf(format, args...))
}

// int128 is a two's complement number of 128 bits.
type int128 struct {
	hi int64
	lo uint64
}

func wide(x int64) int128 { return int128{x >> 63, uint64(x)} }

func (a int128) plus(b int128) int128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return int128{a.hi + b.hi + int64(carry), lo}
}

func (a int128) minus(b int128) int128 {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return int128{a.hi - b.hi - int64(borrow), lo}
}

func (a int128) sign() int {
	switch {
	case a.hi < 0:
		return -1
	case a.hi == 0 && a.lo == 0:
		return 0
	}
	return 1
}

// times multiplies two int64: |x·y| ≤ 2^126.
func times(x, y int64) int128 {
	neg := (x < 0) != (y < 0)
	ux, uy := uint64(x), uint64(y)
	if x < 0 {
		ux = -ux
	}
	if y < 0 {
		uy = -uy
	}
	hi, lo := bits.Mul64(ux, uy)
	p := int128{int64(hi), lo}
	if neg {
		return int128{}.minus(p)
	}
	return p
}

func certifyFlow(n *Network, flow []int64) error {
	if len(flow) != len(n.Arcs) {
		return refuse("%d flows for %d arcs", len(flow), len(n.Arcs))
	}
	left := make([]int128, len(n.Supply)) // supply and what came in, less what went out
	for v, s := range n.Supply {
		left[v] = wide(s)
	}
	for i := range n.Arcs {
		a, f := &n.Arcs[i], flow[i]
		if f < a.Lower || f > a.Upper {
			return refuse("arc %d carries %d, allowed are %d to %d", i, f, a.Lower, a.Upper)
		}
		left[a.Tail] = left[a.Tail].minus(wide(f))
		left[a.Head] = left[a.Head].plus(wide(f))
	}
	for v := range left {
		if left[v].sign() != 0 {
			return refuse("node %d does not send on what it gets and supplies", v)
		}
	}
	return nil
}

func certifyCheapest(n *Network, r *Result) error {
	if len(r.Potential) != len(n.Supply) {
		return refuse("%d potentials for %d nodes", len(r.Potential), len(n.Supply))
	}
	if r.Cost == nil {
		return refuse("no cost given")
	}
	total, part := new(big.Int), int128{}
	flush := func() {
		b := new(big.Int).Lsh(big.NewInt(part.hi), 64)
		total.Add(total, b.Add(b, new(big.Int).SetUint64(part.lo)))
		part = int128{}
	}
	for i := range n.Arcs {
		a, f := &n.Arcs[i], r.Flow[i]
		rc := wide(a.Cost).plus(wide(r.Potential[a.Tail])).minus(wide(r.Potential[a.Head]))
		switch s := rc.sign(); {
		case s > 0 && f != a.Lower:
			return refuse("arc %d carries %d, more than its lower bound, though it costs more than its ends' potentials give", i, f)
		case s < 0 && (f != a.Upper || a.Upper == Infinite):
			return refuse("arc %d carries %d, less than it may, though its ends' potentials give more than it costs", i, f)
		}
		part = part.plus(times(f, a.Cost))
		if part.hi >= 1<<61 || part.hi < -1<<61 {
			flush()
		}
	}
	flush()
	if total.Cmp(r.Cost) != 0 {
		return refuse("the flow costs %v, not %v", total, r.Cost)
	}
	return nil
}

func certifyCut(n *Network, cut []int) error {
	if len(cut) == 0 {
		return refuse("an empty cut")
	}
	in := make([]bool, len(n.Supply))
	var most, least int128 // what must leave the cut at best and at worst for a flow to exist
	for _, v := range cut {
		if v < 0 || v >= len(in) || in[v] {
			return refuse("the cut lists %d, which is no node or is listed twice", v)
		}
		in[v] = true
		most, least = most.plus(wide(n.Supply[v])), least.plus(wide(n.Supply[v]))
	}
	// most becomes supply + lower bounds in - upper bounds out: positive is too much.
	// least becomes supply + upper bounds in - lower bounds out: negative is too little.
	freeOut, freeIn := false, false
	for i := range n.Arcs {
		a := &n.Arcs[i]
		switch out, into := in[a.Tail] && !in[a.Head], !in[a.Tail] && in[a.Head]; {
		case out:
			least = least.minus(wide(a.Lower))
			most = most.minus(wide(a.Upper))
			freeOut = freeOut || a.Upper == Infinite
		case into:
			most = most.plus(wide(a.Lower))
			least = least.plus(wide(a.Upper))
			freeIn = freeIn || a.Upper == Infinite
		}
	}
	if !freeOut && most.sign() > 0 || !freeIn && least.sign() < 0 {
		return nil
	}
	return refuse("the cut of %d nodes does not have more than may leave it or less than must", len(cut))
}

func certifyCycle(n *Network, cycle []int) error {
	if len(cycle) == 0 {
		return refuse("an empty cycle")
	}
	var sum int128
	prev := cycle[len(cycle)-1]
	if prev < 0 || prev >= len(n.Arcs) {
		return refuse("the cycle lists %d, which is no arc", prev)
	}
	at := n.Arcs[prev].Head
	for _, e := range cycle {
		if e < 0 || e >= len(n.Arcs) {
			return refuse("the cycle lists %d, which is no arc", e)
		}
		a := &n.Arcs[e]
		if a.Tail != at {
			return refuse("arc %d of the cycle does not start where the one before ends", e)
		}
		if a.Upper != Infinite {
			return refuse("arc %d of the cycle has an upper bound", e)
		}
		at = a.Head
		sum = sum.plus(wide(a.Cost))
	}
	if sum.sign() >= 0 {
		return refuse("the cycle does not cost less than nothing")
	}
	return nil
}
