package recheck

import (
	"fmt"
	"math/big"
	"slices"
)

// arc is a lot's ways to one demand of its group; without invoices there is one way.
type arc struct {
	lot  int // in groupX.lots
	sink int
	ways []way
}

// groupX is a component with what its proof needs.
type groupX struct {
	*group
	offers  []*offerX
	sinks   []*demandX
	sinkIdx map[int]int // demand idx → sink
	offIdx  map[int]int // offer idx → position in Offers
	partyIx map[string]int
	lots    []*lot
	lotOff  []int // position in Offers
	arcs    []arc
	caps    []capX
	pins    map[[2]int]int64 // offer position, sink → units
	unit    int64
}

type capX struct {
	party string
	units int64
}

// checkGroups holds the components against the pairs, and their bounds against the trees.
func (w *world) checkGroups(r *Report, worth map[int]*big.Int) {
	inGroup := map[string]int{}
	objective, bound := new(big.Int), new(big.Int)
	claimedBound := new(big.Int)
	for gi := range w.groups {
		g := &w.groups[gi]
		where := fmt.Sprintf("group %d", g.ID)
		x, ok := w.open(r, g, where, inGroup)
		if !ok {
			continue
		}
		own := new(big.Int)
		for _, o := range x.offers {
			if v := worth[o.idx]; v != nil {
				own.Add(own, v)
			}
		}
		claimObj, ok1 := new(big.Int).SetString(g.Objective, 10)
		claimBound, ok2 := new(big.Int).SetString(g.Bound, 10)
		if !ok1 || !ok2 {
			r.add("group_number", where)
			continue
		}
		if claimObj.Cmp(own) != 0 {
			r.add("group_objective", where, g.Objective, own.String())
		}
		proved := w.prove(r, x, where)
		if proved == nil {
			continue
		}
		if proved.Cmp(claimBound) > 0 {
			r.add("group_bound", where, g.Bound, proved.String())
		}
		if own.Cmp(claimBound) > 0 {
			r.add("group_above", where, own.String(), g.Bound)
		}
		u := big.NewInt(x.unit)
		objective.Add(objective, new(big.Int).Mul(own, u))
		bound.Add(bound, new(big.Int).Mul(proved, u))
		claimedBound.Add(claimedBound, new(big.Int).Mul(claimBound, u))
		r.Groups++
	}
	for pair := range w.feasible {
		o, dm := w.offersX[pair[0]], w.demandsX[pair[1]]
		a, okA := inGroup["o"+o.ID]
		b, okB := inGroup["d"+dm.ID]
		if !okA || !okB || a != b {
			r.add("group_split", "offer "+o.ID+" → "+dm.ID)
			break
		}
	}
	for _, c := range w.caps {
		at := -1
		for _, o := range w.offersX {
			g, ok := inGroup["o"+o.ID]
			if !ok || o.Party != c.Party || o.Commodity != c.Commodity {
				continue
			}
			if at >= 0 && at != g {
				r.add("group_cap", "cap "+c.Party)
			}
			at = g
		}
	}
	r.Objective, r.Bound = objective, bound
	gap := new(big.Int).Sub(claimedBound, objective)
	r.GapVND = ceilBig(gap, 1_000_000)
}

func ceilBig(a *big.Int, d int64) *big.Int {
	q, m := new(big.Int), new(big.Int)
	q.DivMod(a, big.NewInt(d), m)
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// open turns a group record into the component it names.
func (w *world) open(r *Report, g *group, where string, inGroup map[string]int) (*groupX, bool) {
	c := w.commodities[g.Commodity]
	if c == nil {
		r.add("group_names", where)
		return nil, false
	}
	x := &groupX{group: g, sinkIdx: map[int]int{}, offIdx: map[int]int{}, partyIx: map[string]int{}, pins: map[[2]int]int64{}, unit: c.Unit}
	fine := true
	for i, id := range g.Offers {
		o := w.offerBy[id]
		if _, twice := inGroup["o"+id]; o == nil || twice || o.Commodity != g.Commodity {
			r.add("group_names", where, id)
			fine = false
			continue
		}
		inGroup["o"+id] = g.ID
		x.offIdx[o.idx] = i
		x.offers = append(x.offers, o)
	}
	for i, id := range g.Demands {
		dm := w.demandBy[id]
		if _, twice := inGroup["d"+id]; dm == nil || twice || dm.Commodity != g.Commodity {
			r.add("group_names", where, id)
			fine = false
			continue
		}
		inGroup["d"+id] = g.ID
		x.sinkIdx[dm.idx] = i
		x.sinks = append(x.sinks, dm)
	}
	for i, id := range g.PartyIDs {
		if _, twice := x.partyIx[id]; twice {
			r.add("group_names", where, id)
			fine = false
		}
		x.partyIx[id] = i
	}
	for _, o := range x.offers {
		if _, ok := x.partyIx[o.Party]; !ok {
			r.add("group_names", where, o.Party)
			fine = false
		}
	}
	if !fine {
		return nil, false
	}
	for i, o := range x.offers {
		for _, l := range o.lots {
			n := len(x.lots)
			x.lots = append(x.lots, l)
			x.lotOff = append(x.lotOff, i)
			for from := 0; from < len(l.ways); {
				to := from
				for to < len(l.ways) && l.ways[to].d == l.ways[from].d {
					to++
				}
				if s, ok := x.sinkIdx[l.ways[from].d.idx]; ok {
					x.arcs = append(x.arcs, arc{n, s, l.ways[from:to]})
				}
				from = to
			}
		}
	}
	for _, c := range w.caps {
		if c.Commodity == g.Commodity && slices.ContainsFunc(x.offers, func(o *offerX) bool { return o.Party == c.Party }) {
			x.caps = append(x.caps, capX{c.Party, c.Max / x.unit})
		}
	}
	for k, grams := range w.pinned {
		o, dm := w.offerBy[k[0]], w.demandBy[k[1]]
		i, ok1 := x.offIdx[o.idx]
		s, ok2 := x.sinkIdx[dm.idx]
		if ok1 && ok2 {
			x.pins[[2]int{i, s}] = ceilDiv(grams, x.unit)
		}
	}
	return x, true
}

// decisions are what the branches from the root to a leaf have fixed.
type decisions struct {
	off, on      map[int]bool    // sink
	lineOff      map[[2]int]bool // offer, sink
	lineOn       map[[2]int]bool
	partyOff     map[[2]int]bool // party, sink
	partyOn      map[int]map[int]bool
	viaOff       map[[2]int]bool
	viaOn        map[int]map[int]bool
	undo         []func()
	leafsVisited int
}

// prove walks the tree and returns the largest leaf bound; nil if the tree is no proof.
func (w *world) prove(r *Report, x *groupX, where string) *big.Int {
	nodes := w.nodes[x.ID]
	if len(nodes) == 0 || len(nodes) != x.Nodes {
		r.add("tree_size", where, len(nodes), x.Nodes)
		return nil
	}
	dec := &decisions{map[int]bool{}, map[int]bool{}, map[[2]int]bool{}, map[[2]int]bool{}, map[[2]int]bool{}, map[int]map[int]bool{}, map[[2]int]bool{}, map[int]map[int]bool{}, nil, 0}
	seen := make([]bool, len(nodes))
	var best *big.Int
	var walk func(id int) bool
	walk = func(id int) bool {
		if id < 0 || id >= len(nodes) || seen[id] {
			return false
		}
		seen[id] = true
		n := &nodes[id]
		if n.Kind == "" {
			b := w.leafBound(x, n, dec)
			if b == nil {
				return false
			}
			r.Leaves++
			if best == nil || b.Cmp(best) > 0 {
				best = b
			}
			return true
		}
		for side := 0; side < 2; side++ {
			undo, ok := x.decide(dec, n, side)
			if !ok || !walk(n.Child[side]) {
				return false
			}
			undo()
		}
		return true
	}
	if !walk(0) || slices.Contains(seen, false) {
		r.add("tree", where)
		return nil
	}
	return best
}

// decide applies one side of a branch and returns how to take it back.
func (x *groupX) decide(d *decisions, n *node, side int) (func(), bool) {
	if n.Sink < 0 || n.Sink >= len(x.sinks) {
		return nil, false
	}
	flag := func(m map[int]bool, k int) func() {
		if m[k] {
			return func() {}
		}
		m[k] = true
		return func() { delete(m, k) }
	}
	flag2 := func(m map[[2]int]bool, k [2]int) func() {
		if m[k] {
			return func() {}
		}
		m[k] = true
		return func() { delete(m, k) }
	}
	counted := func(m map[int]map[int]bool) func() {
		if m[n.Sink] == nil {
			m[n.Sink] = map[int]bool{}
		}
		return flag(m[n.Sink], n.Who)
	}
	k := [2]int{n.Who, n.Sink}
	switch n.Kind {
	case "serve":
		if side == 0 {
			return flag(d.off, n.Sink), true
		}
		return flag(d.on, n.Sink), true
	case "line":
		if n.Who < 0 || n.Who >= len(x.offers) {
			return nil, false
		}
		if side == 0 {
			return flag2(d.lineOff, k), true
		}
		return flag2(d.lineOn, k), true
	case "source":
		if n.Who < 0 || n.Who >= len(x.PartyIDs) || x.sinks[n.Sink].MaxSources == 0 {
			return nil, false
		}
		if side == 0 {
			return flag2(d.partyOff, k), true
		}
		return counted(d.partyOn), true
	case "lead":
		if n.Who < 0 || n.Who >= len(x.PartyIDs) || x.sinks[n.Sink].MaxInvoices == 0 {
			return nil, false
		}
		if side == 0 {
			return flag2(d.viaOff, k), true
		}
		return counted(d.viaOn), true
	}
	return nil, false
}

// gainAt is the gain with bonus of the best open way of an arc; false when the arc is closed.
func (x *groupX) gainAt(a *arc, d *decisions) (int64, bool) {
	o := x.offers[x.lotOff[a.lot]]
	k := [2]int{x.lotOff[a.lot], a.sink}
	if d.off[a.sink] || d.lineOff[k] {
		return 0, false
	}
	sink := x.sinks[a.sink]
	p := x.partyIx[o.Party]
	if d.partyOff[[2]int{p, a.sink}] {
		return 0, false
	}
	if on := d.partyOn[a.sink]; sink.MaxSources > 0 && len(on) >= sink.MaxSources && !on[p] {
		return 0, false
	}
	if sink.MaxInvoices == 0 {
		return a.ways[0].gain + o.bonus, true
	}
	on := d.viaOn[a.sink]
	full := len(on) >= sink.MaxInvoices
	best, any := int64(0), false
	for i := range a.ways {
		v, known := x.partyIx[a.ways[i].via]
		if known && d.viaOff[[2]int{v, a.sink}] || full && !(known && on[v]) {
			continue
		}
		if !any || a.ways[i].gain > best {
			best, any = a.ways[i].gain, true
		}
	}
	return best + o.bonus, any
}

// leafBound is the weak-duality bound of docs/plan-file.md §5; nil for a malformed dual.
func (w *world) leafBound(x *groupX, n *node, d *decisions) *big.Int {
	q := n.Dual
	if q == nil || len(q.Sink) != len(x.sinks) || len(q.Cap) != len(x.caps) {
		return nil
	}
	total, t := new(big.Int), new(big.Int)
	add := func(a, b int64) { total.Add(total, t.Mul(t.SetInt64(a), big.NewInt(b))) }
	capOf := map[string]int64{}
	for i, c := range x.caps {
		if !within(q.Cap[i], 0, maxDual) {
			return nil
		}
		capOf[c.party] += q.Cap[i]
		add(q.Cap[i], c.units)
	}
	line := map[[2]int]int64{}
	for _, z := range q.Line {
		k := [2]int{z.Offer, z.Sink}
		_, twice := line[k]
		if !within(z.Value, 0, maxDual) || z.Offer < 0 || z.Offer >= len(x.offers) || z.Sink < 0 || z.Sink >= len(x.sinks) || twice {
			return nil
		}
		lower := x.pins[k]
		if d.lineOn[k] {
			lower = max(lower, x.offers[z.Offer].minLine)
		}
		line[k] = z.Value
		add(-z.Value, lower)
	}
	for s, dm := range x.sinks {
		if !within(q.Sink[s], -maxDual, maxDual) {
			return nil
		}
		most, least := dm.max, int64(0)
		if d.off[s] {
			most = 0
		} else if d.on[s] {
			least = dm.min
		}
		if q.Sink[s] >= 0 {
			add(q.Sink[s], most)
		} else {
			add(q.Sink[s], least)
		}
	}
	u := make([]int64, len(x.lots))
	for i := range x.arcs {
		a := &x.arcs[i]
		g, open := x.gainAt(a, d)
		if !open {
			continue
		}
		o := x.offers[x.lotOff[a.lot]]
		v := g - q.Sink[a.sink] - capOf[o.Party] + line[[2]int{x.lotOff[a.lot], a.sink}]
		u[a.lot] = max(u[a.lot], v)
	}
	for i, l := range x.lots {
		add(u[i], l.units)
	}
	return total
}

// maxDual keeps sums of four duals inside 64 bits.
const maxDual = 1 << 60
