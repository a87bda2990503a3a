// Package matching brings two sides together at the highest total gain and proves it:
// sources with quantities, sinks with wishes, arcs with a gain per unit, and the yes/no
// choices of real orders (a minimum, few sources, few invoices, a smallest delivery).
// It is not a market: it knows neither goods nor prices nor places, so that jobs,
// meetings and projects can be matched by it too. It stands on mincost.
package matching

// All indexes are positions in the Problem's slices. Quantities are whole units (the
// caller says what a unit is), gains are whole money per unit.

// Problem is one connected or unconnected two-sided market.
type Problem struct {
	Parties int      // number of parties behind the offers
	Offers  []Offer  // one seller's declared thing; its sources share Party and MinLine
	Sources []Source // homogeneous parts of offers
	Sinks   []Sink   // wishes
	Arcs    []Arc    // feasible pairs; several arcs for one (source, sink) are not allowed
	Caps    []Cap    // fairness: at most so many units of one party
	Pins    []Pin    // a person said so: at least so many units of an offer to a sink
	Work    Work
}

// Offer groups sources. MinLine is the smallest quantity of the offer (all its sources
// together) that may go to one sink if any goes there; 0 is no limit.
type Offer struct {
	Party   int
	MinLine int64
}

// Source is a homogeneous part of an offer.
type Source struct {
	Offer int
	Units int64
}

// Sink is a wish. It gets 0, or between Min and Max units. MaxParties limits how many
// different parties may send to it, MaxVias how many different vias its arcs may use;
// 0 is no limit.
type Sink struct {
	Max, Min   int64
	MaxParties int
	MaxVias    int
}

// Arc is a feasible pair with its gain per unit (without Bonus). Where the sink limits
// its vias, Gain is not used and Vias lists the ways (ascending Via): every unit goes
// through one of them, and among those that are open the best is taken.
type Arc struct {
	Source, Sink int
	Gain         int64
	Bonus        int64 // added to the gain when choosing, never reported as gain
	Vias         []Via
}

// Via is one way through an intermediary. Via numbers are the caller's (party numbers).
type Via struct {
	Via  int
	Gain int64
}

// Cap limits what all sources of one party send together.
type Cap struct {
	Party int
	Units int64
}

// Pin forces at least Units from an offer to a sink.
type Pin struct {
	Offer, Sink int
	Units       int64
}

// Work bounds the search by counted work, never by a clock: the same problem gives the
// same plan on any machine. Zero values mean the defaults.
type Work struct {
	Nodes  int   // branch-and-bound nodes per component
	Pivots int64 // simplex pivots per component; each flow solved counts as a pivot per 32 arcs more, for loading it
}

// Progress is told from real counts while Solve works.
type Progress struct {
	Components, Done int
	Nodes            int
	Pivots           int64
}

// Plan is the answer. Objective and Bound are in money (gain per unit × units) including
// bonuses, as exact decimal strings through math/big where int64 is too small.
type Plan struct {
	Flows      []Flow
	Components []Component
	// Component of each source and sink, -1 if it has no arc.
	SourceComponent, SinkComponent []int
	// Prices: the lowest and highest dual of each source and sink over all optimal duals
	// of the final flow (branch decisions fixed), from the residual graph. For a source it
	// is what one unit earns above its alternative, for a sink what it earns of the gain.
	// Low and high do not depend on the basis.
	SourceLow, SourceHigh []int64
	SinkLow, SinkHigh     []int64
	Nodes                 int
	Pivots                int64
}

// Flow is what one arc carries, and through which via (-1 = direct).
type Flow struct {
	Arc   int
	Via   int
	Units int64
}

// Component is a part of the market that shares nothing with the rest.
type Component struct {
	Sources, Sinks []int
	Objective      Int // gain + bonus of the flows found
	Bound          Int // no plan of this component has more
	Nodes          int
	Pivots         int64
	Tree           []Node // the proof; one node with no branch when there is no yes/no choice
}

// Node is one node of the search tree. Inner nodes have Kind and two children that follow
// it in the slice (Child[0] for side 0, Child[1] for side 1); leaves carry duals that
// prove their bound. docs/plan-file.md says how the bound is computed from them.
type Node struct {
	Kind  Branch // Leaf for a leaf
	Sink  int
	Who   int // offer for Line, party for Source, via for Lead; unused for Serve
	Child [2]int
	Dual  *Dual // leaves only
}

// Branch is what a node decides. Side 0 always forbids, side 1 always allows or forces.
type Branch string

// The decisions.
const (
	Leaf  Branch = ""
	Serve Branch = "serve"  // 0: nothing to the sink; 1: at least its Min
	Line  Branch = "line"   // 0: nothing from the offer to the sink; 1: at least MinLine
	Party Branch = "source" // 0: nothing from the party to the sink; 1: the party counts as one of MaxParties
	Lead  Branch = "lead"   // 0: nothing through the via to the sink; 1: the via counts as one of MaxVias
)

// Dual proves a leaf's bound. Any numbers are valid, good numbers are tight: the reader
// computes the source duals itself.
type Dual struct {
	Sink []int64    // one per sink of the component, in its order
	Cap  []int64    // one per cap that touches the component, in Problem order, ≥ 0
	Line []LineDual // lower bounds of pins and Line side 1, ≥ 0, sparse
}

// LineDual is the dual of the lower bound of an offer's line to a sink.
type LineDual struct {
	Offer, Sink int
	Value       int64
}
