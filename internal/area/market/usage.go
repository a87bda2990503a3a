package market

import (
	"slices"

	"github.com/lienket/lienket/internal/engine/matching"
)

// arcIndex finds arcs by offer and by demand. The arcs of an offer stand together.
type arcIndex struct {
	offer  [][2]int  // span of arcs
	ofWant [][]int32 // arcs
}

func (x *arcIndex) fill(arcs []matching.Arc, lots []lotAt, offers, wants int) {
	x.offer, x.ofWant = make([][2]int, offers), make([][]int32, wants)
	for i := range arcs {
		o := lots[arcs[i].Source].stock
		if x.offer[o][1] == 0 {
			x.offer[o][0] = i
		}
		x.offer[o][1] = i + 1
		x.ofWant[arcs[i].Sink] = append(x.ofWant[arcs[i].Sink], int32(i))
	}
}

// usage is what the plan takes of each limit.
type usage struct {
	line    map[[2]int]int64 // offer, demand
	parties [][]int          // per demand: sellers
	vias    [][]int          // per demand
	byParty map[int]int64    // per seller
	capOf   map[int]int64    // per capped seller
}

func (pl *Planner) count() usage {
	u := usage{
		line: map[[2]int]int64{}, parties: make([][]int, len(pl.wants)), vias: make([][]int, len(pl.wants)),
		byParty: map[int]int64{}, capOf: map[int]int64{},
	}
	for _, c := range pl.problem.Caps {
		u.capOf[c.Party] = c.Units
	}
	for _, f := range pl.solved.Flows {
		a := &pl.problem.Arcs[f.Arc]
		s := &pl.stocks[pl.lots[a.Source].stock]
		u.line[[2]int{s.at, a.Sink}] += f.Units
		u.byParty[s.seller] += f.Units
		if !slices.Contains(u.parties[a.Sink], s.seller) {
			u.parties[a.Sink] = append(u.parties[a.Sink], s.seller)
		}
		if f.Via >= 0 && !slices.Contains(u.vias[a.Sink], f.Via) {
			u.vias[a.Sink] = append(u.vias[a.Sink], f.Via)
		}
	}
	return u
}

// spare is how many units of a source the plan leaves.
func (pl *Planner) spare(source int) int64 { return pl.problem.Sources[source].Units - pl.sent[source] }

// keeper is the rule that keeps an arc from carrying more although it would gain: the
// first of those that forbid it as the plan stands, "" when none does. The last unit of
// room or goods may have to be taken from others first.
func (pl *Planner) keeper(arc int) Reason {
	a := &pl.problem.Arcs[arc]
	s, w := &pl.stocks[pl.lots[a.Source].stock], &pl.wants[a.Sink]
	if most, ok := pl.use.capOf[s.seller]; ok && pl.use.byParty[s.seller] >= most {
		return WhyCap
	}
	if k := w.d.MaxSources; k > 0 && len(pl.use.parties[w.at]) >= k && !slices.Contains(pl.use.parties[w.at], s.seller) {
		return WhySources
	}
	if k := w.d.MaxInvoices; k > 0 && len(pl.use.vias[w.at]) >= k && !pl.viaOpen(a) {
		return WhyInvoices
	}
	if pl.got[w.at] == 0 && w.min > 1 {
		return WhyMinOrder
	}
	if n := pl.problem.Offers[s.at].MinLine; n > 1 && pl.use.line[[2]int{s.at, w.at}] == 0 {
		return WhyMinLine
	}
	return ""
}

// viaOpen says whether the plan uses one of the arc's vias at its demand already.
func (pl *Planner) viaOpen(a *matching.Arc) bool {
	for _, v := range a.Vias {
		if slices.Contains(pl.use.vias[a.Sink], v.Via) {
			return true
		}
	}
	return false
}
