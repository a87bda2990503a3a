package market

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
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
	x := Line{
		Offer: s.o.ID, Demand: w.d.ID, Class: l.class, Level: l.level, Units: f.Units,
		Grams: weight.Grams(f.Units) * pl.in.Commodities[s.com].Unit,
		Pick:  calendar.Day(y.pick), Deliver: calendar.Day(y.deliver),
		Gain: y.v - s.reserve[l.class], Bonus: s.bonus, Reserve: s.reserve[l.class],
		Real: w.d.Ceiling > 0 && (s.o.Floor > 0 || s.o.Trader > 0),
	}
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
