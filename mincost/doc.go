// Package mincost finds a cheapest way to send goods through a network, and proves that
// none is cheaper. It is not a modelling language: it knows nodes, arcs and whole numbers,
// and nothing of what they stand for.
//
// # The problem
//
// Each node v supplies b(v) units (a demand is a negative supply). Each arc from u to v
// carries a flow f of at least its lower and at most its upper bound, and each unit on it
// costs c. What a node sends out less what it gets must be its supply. Wanted is a flow of
// the least total cost. Solve answers with
//
//   - a cheapest flow (Optimal) and a potential for each node that proves it, or
//   - a set of nodes that supplies more than may leave it (Infeasible), or
//   - a cycle around which more and more may flow for less and less (Unbounded).
//
// Certify checks any of these answers from the definition. All numbers are int64 and all
// arithmetic is exact: what cannot be done exactly is refused with ErrOverflow.
//
// # Why an answer is right
//
// Read the potential p(v) as the price of a unit at node v. The reduced cost
// r = c + p(u) - p(v) is what the arc loses per unit when buying at u, shipping, and
// selling at v. Prices cancel around every cycle, so two flows f and g differ in cost by
// the sum of r × (g - f). If every arc with r > 0 carries as little as it may and every
// arc with r < 0 as much as it may, no term of that sum can be negative: f is cheapest.
// In a market those potentials are prices that nobody would want to leave.
//
// # How it is found
//
// The network simplex. A basis is a spanning tree; arcs outside it are at one of their
// bounds, which fixes the flow on the tree, and tree arcs have reduced cost zero, which
// fixes the potentials. While some arc outside the tree has a reduced cost of the wrong
// sign, as much as possible is sent around the cycle that it closes with the tree, and an
// arc that blocks leaves the tree for it.
//
// A pivot may be degenerate: nothing moves, only the tree changes. It still cannot go in
// circles. A basis is strongly feasible if every tree arc could send something more
// towards the root. Of several arcs that block, the last one leaves, in the order of the
// cycle's direction from the node nearest to the root. That keeps every basis strongly
// feasible (Cunningham 1976). Then in a degenerate pivot the arc that leaves lies
// between the root and the tail of the entering arc, so the sum over all nodes of the
// cost of sending a unit to the root strictly falls, as the cost of the flow does in the
// other pivots. No basis comes back, and there are finitely many.
//
// A network is first split into pieces that share at most one node (split.go), and these
// are solved on all cores (parts.go). A start is any spanning tree that settle (start.go)
// makes strongly feasible; with the tree of an earlier answer that is a warm start, see
// Solver.
//
// Pieces that are a transportation problem with a way out (offers, demands, and a node
// that takes what is unsold and gives what is missing) have a path of their own, with a
// quarter of the memory and most nodes out of the tree: market.go says which and why,
// market_simplex.go how they are solved, market_warm.go and market_dual.go how they are
// solved again after a change.
//
// # Reading
//
//   - W. H. Cunningham, A network simplex method. Mathematical Programming 11 (1976).
//   - R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows. Prentice Hall 1993, ch. 11.
//   - Z. Király, P. Kovács, Efficient implementations of minimum-cost flow algorithms.
//     Acta Universitatis Sapientiae, Informatica 4 (2012), arXiv:1207.6381.
package mincost
