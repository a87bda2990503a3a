package market

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/engine/matching"
)

// Option changes how MakePlan works, never what it finds.
type Option func(*options)

type options struct {
	ctx      context.Context
	progress func(Progress)
}

// WithContext stops the work with fault.Cancelled when ctx ends.
func WithContext(ctx context.Context) Option { return func(o *options) { o.ctx = ctx } }

// WithProgress is told real counts while the plan is made.
func WithProgress(f func(Progress)) Option { return func(o *options) { o.progress = f } }

// Stage of the work.
type Stage string

// The stages.
const (
	StagePairs   Stage = "pairs"   // Done of Total commodities filtered
	StageSolve   Stage = "solve"   // Done of Total components solved
	StageExplain Stage = "explain" // Done of Total left-out parties explained
)

// Progress is what has been done so far.
type Progress struct {
	Stage       Stage
	Done, Total int
	Nodes       int
	Pivots      int64
}

// MakePlan finds the plan with the highest total gain for an input, proves it, prices it
// and explains who is left out. It is pure: the same input gives the same plan.
func MakePlan(in Input, opts ...Option) (*Plan, error) {
	pl, err := NewPlanner(in, opts...)
	if err != nil {
		return nil, err
	}
	if err := pl.explainAll(); err != nil {
		return nil, err
	}
	if err := pl.priceRules(); err != nil {
		return nil, err
	}
	return pl.plan, nil
}

// Planner holds a solved plan and what further questions about it need: one party's
// explanation at a time. It is not safe for concurrent use.
type Planner struct {
	in      Input
	g       *ground
	stocks  []stock // by position of the offer
	wants   []want
	sellers []seller
	stalls  []stall // by position of the commodity
	lots    []lotAt // by source
	arcs    arcIndex
	problem matching.Problem
	capRule []int // rule of each cap in the problem
	solved  *matching.Plan
	plan    *Plan
	ofOffer []tally
	ofWant  []tally
	sent    []int64 // units of each source in the plan
	got     []int64 // units of each demand
	use     usage
	whatIf  *matching.WhatIf
	worked  int64 // arcs solved again so far
	opt     options
}

// seller is a party in one commodity: what the problem calls a party and a via.
type seller struct{ com, party int }

// stall is everything of one commodity.
type stall struct {
	stocks []*stock
	wants  []*want
	chiefs []chief
	live   [2]int // stocks with units, wants with a Max
}

type lotAt struct{ stock, lot int }

// NewPlanner checks the input, filters the pairs and solves; reasons and prices are in
// its Plan, next steps are not (see Explain).
func NewPlanner(in Input, opts ...Option) (*Planner, error) {
	canon, err := Canonical(in)
	if err != nil {
		return nil, err
	}
	pl := &Planner{in: canon, opt: options{ctx: context.Background(), progress: func(Progress) {}}}
	for _, o := range opts {
		o(&pl.opt)
	}
	if err := pl.prepare(); err != nil {
		return nil, err
	}
	if err := pl.pair(); err != nil {
		return nil, err
	}
	if err := pl.checkPins(); err != nil {
		return nil, err
	}
	pl.solved, err = pl.solve(&pl.problem, func(p matching.Progress) {
		pl.opt.progress(Progress{Stage: StageSolve, Done: p.Done, Total: p.Components, Nodes: p.Nodes, Pivots: p.Pivots})
	})
	if err != nil {
		return nil, err
	}
	pl.write()
	return pl, nil
}

// Plan is what was found. Its left-out parties carry steps only after MakePlan.
func (pl *Planner) Plan() *Plan { return pl.plan }

// Input is the canonical input the plan belongs to.
func (pl *Planner) Input() Input { return pl.in }

// prepare makes stocks, wants and their numbers in the problem.
func (pl *Planner) prepare() error {
	in := &pl.in
	pl.g = newGround(in)
	pl.stocks = make([]stock, len(in.Offers))
	pl.stalls = make([]stall, len(in.Commodities))
	bannedOffer, pinnedOffer := map[int]bool{}, map[int]bool{}
	for k := range pl.g.banned {
		bannedOffer[k[0]] = true
	}
	for k := range pl.g.pinned {
		pinnedOffer[k[0]] = true
	}
	var units int64
	for i := range in.Offers {
		s := &pl.stocks[i]
		*s = pl.g.stock(i, &in.Offers[i])
		s.mayBanned, s.mayPinned = bannedOffer[i], pinnedOffer[i]
		s.firstLot = len(pl.lots)
		for l := range s.lots {
			pl.lots = append(pl.lots, lotAt{i, l})
		}
		if units += s.units; units > matching.MaxUnits {
			return fault.New(fault.Invalid, "market.fault.too_many_units").At(cell(s.o.Source, "firm"))
		}
		pl.stalls[s.com].stocks = append(pl.stalls[s.com].stocks, s)
	}
	pl.number()
	for c := range pl.stalls {
		pl.stalls[c].chiefs = pl.g.chiefs(pl.stalls[c].stocks)
	}
	pl.wants = make([]want, len(in.Demands))
	for i := range in.Demands {
		d := &in.Demands[i]
		st := &pl.stalls[pl.g.coms[d.Commodity]]
		pl.wants[i] = pl.g.want(i, d, st.chiefs)
		st.wants = append(st.wants, &pl.wants[i])
	}
	for c := range pl.stalls {
		st := &pl.stalls[c]
		for _, s := range st.stocks {
			if s.units > 0 {
				st.live[0]++
			}
		}
		for _, w := range st.wants {
			if w.max > 0 {
				st.live[1]++
			}
		}
	}
	return nil
}

// number gives every (commodity, party) with an offer its number, by commodity then party.
func (pl *Planner) number() {
	for c := range pl.stalls {
		stocks := slices.Clone(pl.stalls[c].stocks)
		slices.SortStableFunc(stocks, func(a, b *stock) int { return cmp.Compare(a.party, b.party) })
		for i, s := range stocks {
			if i == 0 || stocks[i-1].party != s.party {
				pl.sellers = append(pl.sellers, seller{c, s.party})
			}
			s.seller = len(pl.sellers) - 1
		}
	}
}

func (pl *Planner) sellerOf(com, party int) int {
	i, ok := slices.BinarySearchFunc(pl.sellers, seller{com, party}, func(a, b seller) int {
		return cmp.Or(cmp.Compare(a.com, b.com), cmp.Compare(a.party, b.party))
	})
	if !ok {
		return -1
	}
	return i
}

// pair filters all pairs and writes the problem.
func (pl *Planner) pair() error {
	in := &pl.in
	p := &pl.problem
	p.Parties = len(pl.sellers)
	p.Work = matching.Work{Nodes: in.Params.Nodes, Pivots: in.Params.Pivots}
	for i := range pl.stocks {
		p.Offers = append(p.Offers, pl.offerOf(&pl.stocks[i]))
	}
	for _, l := range pl.lots {
		p.Sources = append(p.Sources, matching.Source{Offer: l.stock, Units: pl.stocks[l.stock].lots[l.lot].units})
	}
	for i := range pl.wants {
		p.Sinks = append(p.Sinks, pl.wants[i].sink())
	}
	for i, c := range in.Rules.Caps {
		com := pl.g.coms[c.Commodity]
		if n := pl.sellerOf(com, pl.g.people[c.Party]); n >= 0 {
			p.Caps = append(p.Caps, matching.Cap{Party: n, Units: int64(c.Max / in.Commodities[com].Unit)})
			pl.capRule = append(pl.capRule, i)
		}
	}
	pl.ofOffer, pl.ofWant = make([]tally, len(pl.stocks)), make([]tally, len(pl.wants))
	for i := range pl.ofOffer {
		pl.ofOffer[i].partner = -1
	}
	for i := range pl.ofWant {
		pl.ofWant[i].partner = -1
	}
	var buf []way
	for c := range pl.stalls {
		pl.opt.progress(Progress{Stage: StagePairs, Done: c, Total: len(pl.stalls)})
		for _, s := range pl.stalls[c].stocks {
			if err := pl.opt.ctx.Err(); err != nil {
				return cancelled(err)
			}
			if s.units == 0 {
				continue
			}
			for _, w := range pl.stalls[c].wants {
				if w.max == 0 {
					continue
				}
				v := pl.g.judge(s, w, buf)
				buf = v.ways
				m := v.margin(s, w)
				pl.ofOffer[s.at].note(v.rank, m, w.at)
				pl.ofWant[w.at].note(v.rank, m, s.at)
				if v.rank == feasible {
					p.Arcs = appendArcs(p.Arcs, s, w, &v, s.firstLot, w.at)
				}
			}
		}
	}
	pl.arcs.fill(p.Arcs, pl.lots, len(pl.stocks), len(pl.wants))
	return nil
}

func (pl *Planner) offerOf(s *stock) matching.Offer {
	return matching.Offer{Party: s.seller, MinLine: money.CeilDiv(int64(s.o.MinLine), int64(pl.in.Commodities[s.com].Unit))}
}

func (w *want) sink() matching.Sink {
	return matching.Sink{Max: w.max, Min: w.min, MaxParties: w.d.MaxSources, MaxVias: w.d.MaxInvoices}
}

// appendArcs writes the arcs of a feasible pair, one per lot that fits some way.
func appendArcs(arcs []matching.Arc, s *stock, w *want, v *verdict, firstLot, sink int) []matching.Arc {
	for i := range s.lots {
		l := &s.lots[i]
		a := matching.Arc{Source: firstLot + i, Sink: sink, Bonus: int64(s.bonus)}
		found := false
		for k := range v.ways {
			y := &v.ways[k]
			if !v.fits(s, w, l, y) {
				continue
			}
			gain := int64(y.v - s.reserve[l.class])
			if !found || gain > a.Gain {
				a.Gain = gain
			}
			found = true
			if y.via >= 0 {
				a.Vias = append(a.Vias, matching.Via{Via: y.via, Gain: gain})
			}
		}
		if found {
			arcs = append(arcs, a)
		}
	}
	return arcs
}

// checkPins refuses pins of pairs that cannot be, and hands the others to the problem.
func (pl *Planner) checkPins() error {
	var faults fault.List
	for _, pin := range pl.in.Rules.Pins {
		s := &pl.stocks[lookup(pl.in.Offers, pin.Offer, func(o *Offer) string { return o.ID })]
		w := &pl.wants[lookup(pl.in.Demands, pin.Demand, func(d *Demand) string { return d.ID })]
		why := Reason("")
		switch {
		case s.com != w.com:
			why = WhyCommodity
		case s.units == 0 || w.max == 0:
			why = WhyNothing
		default:
			if v := pl.g.judge(s, w, nil); v.rank < feasible {
				why = rankReason[v.rank]
			}
		}
		if why != "" {
			faults = append(faults, fault.New(fault.Invalid, "market.fault.pin_refused", pin.Offer, pin.Demand, why).At(col("pins")))
			continue
		}
		if n := money.CeilDiv(int64(pin.Min), int64(pl.in.Commodities[s.com].Unit)); n > 0 {
			pl.problem.Pins = append(pl.problem.Pins, matching.Pin{Offer: s.at, Sink: w.at, Units: n})
		}
	}
	return faults.Err()
}

func cancelled(err error) error {
	return fault.New(fault.Cancelled, "market.fault.cancelled").Because(err)
}

// solve hands a problem in the planner's own numbers to the engine.
func (pl *Planner) solve(p *matching.Problem, told func(matching.Progress)) (*matching.Plan, error) {
	res, err := matching.Solve(pl.opt.ctx, p, told)
	switch {
	case err == nil:
		return res, nil
	case pl.opt.ctx.Err() != nil:
		return nil, cancelled(err)
	}
	var pins *matching.InfeasiblePins
	if !errors.As(err, &pins) {
		return nil, err
	}
	var faults fault.List
	for _, n := range pins.List {
		faults = append(faults, fault.New(fault.Invalid, "market.fault.pins_together",
			pl.in.Offers[n.Offer].ID, pl.in.Demands[n.Sink].ID).Because(err).At(col("pins")))
	}
	return nil, faults
}

// write turns the solved problem into the plan.
func (pl *Planner) write() {
	pl.plan = &Plan{Refused: Refusals{}}
	pl.sent, pl.got = make([]int64, len(pl.lots)), make([]int64, len(pl.wants))
	for _, f := range pl.solved.Flows {
		if f.Units > 0 {
			a := &pl.problem.Arcs[f.Arc]
			pl.sent[a.Source] += f.Units
			pl.got[a.Sink] += f.Units
			pl.plan.Lines = append(pl.plan.Lines, pl.line(f))
		}
	}
	slices.SortFunc(pl.plan.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Demand, b.Demand), cmp.Compare(a.Offer, b.Offer),
			cmp.Compare(a.Class, b.Class), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Via, b.Via))
	})
	pl.groups()
	pl.use = pl.count()
	pl.refusals()
	pl.total()
	pl.block()
	pl.left()
}

// line writes one flow with its days and prices.
func (pl *Planner) line(f matching.Flow) Line {
	a := &pl.problem.Arcs[f.Arc]
	s, w := &pl.stocks[pl.lots[a.Source].stock], &pl.wants[a.Sink]
	l := s.lots[pl.lots[a.Source].lot]
	v := pl.g.judge(s, w, nil)
	y := &v.ways[slices.IndexFunc(v.ways, func(y way) bool { return y.via == f.Via })]
	x := Line{Offer: s.o.ID, Demand: w.d.ID, Class: l.class, Level: l.level, Units: f.Units,
		Grams: weight.Grams(f.Units) * pl.in.Commodities[s.com].Unit,
		Pick:  calendar.Day(y.pick), Deliver: calendar.Day(y.deliver),
		Gain: y.v - s.reserve[l.class], Bonus: s.bonus, Reserve: s.reserve[l.class],
		Real: w.d.Ceiling > 0 && (s.o.Floor > 0 || s.o.Trader > 0)}
	if y.lead >= 0 {
		x.Via = pl.in.Parties[y.lead].ID
	}
	x.Net = propose(x.Reserve, x.Gain, pl.solved.SourceLow[a.Source], pl.solved.SourceHigh[a.Source])
	x.Pays = y.haul.payFor(x.Net, w.d, &pl.in.Params)
	return x
}

// refusals sums up the tallies and counts the pairs of different goods.
func (pl *Planner) refusals() {
	stocks, wants, same := 0, 0, 0
	for c := range pl.stalls {
		live := pl.stalls[c].live
		stocks, wants, same = stocks+live[0], wants+live[1], same+live[0]*live[1]
	}
	if n := stocks*wants - same; n > 0 {
		pl.plan.Refused[WhyCommodity] = int64(n)
	}
	for i := range pl.ofOffer {
		for r, n := range pl.ofOffer[i].counts[:feasible] {
			if n > 0 {
				pl.plan.Refused[rankReason[r]] += int64(n)
			}
		}
	}
}
