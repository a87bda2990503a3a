package mincost

import (
	"errors"
	"fmt"
	"math"
)

// Infinite as an arc's Upper means: no limit. In the answers of Support, Infinite and
// -Infinite mean: no highest, no lowest potential.
const Infinite = math.MaxInt64

// MaxAmount bounds supplies, lower bounds and finite upper bounds. Larger numbers are
// refused with ErrOverflow; sums inside the algorithm then keep clear of 2^63.
const MaxAmount = 1<<60 - 1

// maxNodes and maxArcs keep every index, with one spare arc per node, inside an int32.
const (
	maxNodes = 1 << 29
	maxArcs  = 1 << 30
)

// ErrInvalid is wrapped by every refusal of a network that means nothing: an arc whose
// end is no node, a lower bound above the upper one.
var ErrInvalid = errors.New("invalid network")

// ErrOverflow is wrapped when numbers are too large to be solved exactly in int64. The
// message says which numbers, and by how much to scale them.
var ErrOverflow = errors.New("numbers too large")

// Network is a directed graph with a supply at each node (negative: a demand) and bounds
// and a cost per unit on each arc. The zero value is the empty network. Parallel arcs,
// self-loops, negative costs, lower bounds of either sign and unconnected parts are all
// right. Nodes and arcs are numbered from 0 in the order they were added.
type Network struct {
	Supply []int64
	Arcs   []Arc
}

// Arc carries at least Lower and at most Upper units from Tail to Head, at Cost each.
type Arc struct {
	Tail, Head   int32
	Lower, Upper int64
	Cost         int64
}

// New returns a network with n nodes without supply.
func New(n int) *Network { return &Network{Supply: make([]int64, n)} }

// AddNode adds a node and returns its number.
func (n *Network) AddNode(supply int64) int {
	n.Supply = append(n.Supply, supply)
	return len(n.Supply) - 1
}

// AddArc adds an arc and returns its number. Ends that are no nodes are refused later, by
// Check, so that arcs may be added before their nodes.
func (n *Network) AddArc(tail, head int, lower, upper, cost int64) int {
	n.Arcs = append(n.Arcs, Arc{index(tail), index(head), lower, upper, cost})
	return len(n.Arcs) - 1
}

// index narrows a node number; what does not fit becomes -1, which Check refuses.
func index(v int) int32 {
	if v < 0 || v >= maxNodes {
		return -1
	}
	return int32(v)
}

// Check says whether the network means something and its numbers are in range. Solve
// calls it; call it yourself to know earlier. The error wraps ErrInvalid or ErrOverflow.
func (n *Network) Check() error {
	if len(n.Supply) > maxNodes || len(n.Arcs) > maxArcs {
		return fmt.Errorf("mincost: %w: %d nodes and %d arcs, at most %d and %d are possible",
			ErrOverflow, len(n.Supply), len(n.Arcs), maxNodes, maxArcs)
	}
	for v := range n.Supply {
		if err := n.checkNode(v); err != nil {
			return err
		}
	}
	for i := range n.Arcs {
		if err := n.checkArc(i); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) checkNode(v int) error {
	if s := n.Supply[v]; s > MaxAmount || s < -MaxAmount {
		return fmt.Errorf("mincost: %w: supply %d of node %d is not within ±2^60: use a larger unit", ErrOverflow, s, v)
	}
	return nil
}

func (n *Network) checkArc(i int) error {
	a, nodes := &n.Arcs[i], int32(len(n.Supply))
	switch {
	case a.Tail < 0 || a.Tail >= nodes || a.Head < 0 || a.Head >= nodes:
		return fmt.Errorf("mincost: %w: arc %d goes from node %d to node %d, there are %d nodes", ErrInvalid, i, a.Tail, a.Head, nodes)
	case a.Lower > a.Upper:
		return fmt.Errorf("mincost: %w: arc %d has lower bound %d above upper bound %d", ErrInvalid, i, a.Lower, a.Upper)
	case a.Lower > MaxAmount || a.Lower < -MaxAmount:
		return fmt.Errorf("mincost: %w: lower bound %d of arc %d is not within ±2^60: use a larger unit", ErrOverflow, a.Lower, i)
	case a.Upper != Infinite && (a.Upper > MaxAmount || a.Upper < -MaxAmount):
		return fmt.Errorf("mincost: %w: upper bound %d of arc %d is not within ±2^60: use Infinite for no limit, or a larger unit", ErrOverflow, a.Upper, i)
	}
	return nil
}
