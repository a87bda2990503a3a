package mincost

import "math/big"

// Status says what kind of answer a Result is.
type Status string

// The three answers. Each carries what proves it, see Result and Certify.
const (
	Optimal    Status = "optimal"
	Infeasible Status = "infeasible" // no flow keeps all bounds and supplies
	Unbounded  Status = "unbounded"  // flows exist, and no cheapest one among them
)

// Result is an answer together with its proof.
type Result struct {
	Status Status

	// Flow is per arc: a cheapest flow when Optimal, some feasible flow when Unbounded.
	Flow []int64

	// Potential is per node, when Optimal: the price of a unit there. It proves that Flow
	// is cheapest: with r = Cost + Potential[Tail] - Potential[Head], an arc with r > 0
	// carries its Lower and an arc with r < 0 its Upper. Potentials are not unique, and
	// which ones come out depends on the way of the algorithm, and where nothing can flow
	// they may be far off; Support gives the range.
	Potential []int64

	// Cost of Flow when Optimal, exact whatever its size.
	Cost *big.Int

	// Cut, when Infeasible, is a set of nodes, ascending: what its nodes supply and must
	// take in is more than what may leave, or else less than what must leave even if as
	// much comes in as may.
	Cut []int

	// Cycle, when Unbounded, lists arcs without upper bound that form a cycle (each
	// starts where the one before ends) of negative total cost.
	Cycle []int

	Pivots     int64 // simplex pivots of this call
	Components int   // parts that were solved one by one
}
