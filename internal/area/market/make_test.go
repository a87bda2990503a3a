package market

import (
	"errors"
	"math/big"
	"reflect"
	"testing"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/engine/matching"
)

// value sums objectives and bounds in đồng × 10⁶.
func value(p *Plan, m model) (obj, bound *big.Int) {
	obj, bound = new(big.Int), new(big.Int)
	for _, g := range p.Groups {
		unit := big.NewInt(int64(m.com(g.Commodity).Unit))
		obj.Add(obj, new(big.Int).Mul(g.Objective.Big(), unit))
		bound.Add(bound, new(big.Int).Mul(g.Bound.Big(), unit))
	}
	return obj, bound
}

func isFault(err error, key string) bool {
	var l fault.List
	if errors.As(err, &l) {
		for _, f := range l {
			if f.Key == key {
				return true
			}
		}
	}
	var f *fault.Error
	return errors.As(err, &f) && f.Key == key
}

// TestMakePlan_EqualsBruteForce: on a thousand small provinces with every rule on, no plan
// whatever is better, and no line breaks a column.
func TestMakePlan_EqualsBruteForce(t *testing.T) {
	lines, pinsRefused, ruled := 0, 0, map[string]int{}
	for n := range uint64(1000) {
		in := small(seeded(n), true)
		m := model{in}
		p, err := MakePlan(in)
		want, possible := m.best()
		if err != nil {
			if isFault(err, "market.fault.pin_refused") || isFault(err, "market.fault.pins_together") {
				if possible && in.Rules.Pins[0].Min > 0 {
					t.Fatalf("province %d: %v, but a plan holds the pin", n, err)
				}
				pinsRefused++
				continue
			}
			t.Fatalf("province %d: %v", n, err)
		}
		if !possible {
			t.Fatalf("province %d: a plan although the pin cannot be held", n)
		}
		if err := m.checkLines(p); err != nil {
			t.Fatalf("province %d: %v", n, err)
		}
		obj, bound := value(p, m)
		if !obj.IsInt64() || obj.Int64() != want || bound.Cmp(obj) != 0 {
			t.Fatalf("province %d: objective %s, bound %s, brute force %d", n, obj, bound, want)
		}
		lines += len(p.Lines)
		for _, x := range p.Lines {
			if x.Via != "" {
				ruled["lead"]++
			}
			if x.Bonus > 0 {
				ruled["bonus"]++
			}
			if x.Gain < 0 {
				ruled["pinned at a loss"]++
			}
		}
		for _, g := range p.Groups {
			if len(g.Nodes) > 1 {
				ruled["tree"]++
			}
		}
		for _, c := range p.RuleCosts {
			if c.Cost < 0 || c.Gap < 0 {
				t.Fatalf("province %d: rule cost %+v", n, c)
			}
			if c.Cost > 0 {
				ruled[c.Rule]++
			}
		}
	}
	t.Log(lines, "lines", pinsRefused, "pins refused", ruled)
	for _, k := range []string{"lead", "bonus", "tree", "cap", "ban", "pin"} {
		if ruled[k] == 0 {
			t.Errorf("no province showed %q", k)
		}
	}
}

// TestMakePlan_Proof: each group's tree proves the bound it claims, in the engine's own
// check of the problem.
func TestMakePlan_Proof(t *testing.T) {
	for n := range uint64(200) {
		pl, err := NewPlanner(small(seeded(n), true))
		if err != nil {
			continue
		}
		for i := range pl.solved.Components {
			b, err := matching.CheckTree(&pl.problem, &pl.solved.Components[i])
			if err != nil || b.Cmp(pl.plan.Groups[i].Bound) > 0 {
				t.Fatalf("province %d, group %d: %v, bound %v above %v", n, i, err, b, pl.plan.Groups[i].Bound)
			}
		}
	}
}

// TestMakePlan_OrderOfInputDoesNotMatter: the same records in another order give the same
// plan, to the last figure.
func TestMakePlan_OrderOfInputDoesNotMatter(t *testing.T) {
	for n := range uint64(150) {
		r := seeded(n)
		in := small(r, true)
		a, errA := MakePlan(in)
		mixed := in
		mixed.Offers, mixed.Demands = shuffled(r, in.Offers), shuffled(r, in.Demands)
		mixed.Parties, mixed.Places, mixed.Commodities = shuffled(r, in.Parties), shuffled(r, in.Places), shuffled(r, in.Commodities)
		mixed.Roads = shuffled(r, in.Roads)
		for i := range mixed.Roads {
			if r.IntN(2) == 0 {
				mixed.Roads[i].From, mixed.Roads[i].To = mixed.Roads[i].To, mixed.Roads[i].From
			}
		}
		mixed.Rules.Bonuses = shuffled(r, in.Rules.Bonuses)
		mixed.Params.Vehicles = shuffled(r, in.Params.Vehicles)
		for i := range mixed.Offers {
			mixed.Offers[i].Papers = shuffled(r, mixed.Offers[i].Papers)
		}
		b, errB := MakePlan(mixed)
		if (errA == nil) != (errB == nil) || !reflect.DeepEqual(a, b) {
			t.Fatalf("province %d: another order, another plan\n%+v\n%+v", n, a, b)
		}
	}
}

func shuffled[T any](r die, s []T) []T {
	out := append([]T(nil), s...)
	for i := range out {
		j := i + r.IntN(len(out)-i)
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// TestMakePlan_OneMoreOfferNeverHurts: without rules a further offer never lowers the
// total gain.
func TestMakePlan_OneMoreOfferNeverHurts(t *testing.T) {
	grew := 0
	for n := range uint64(300) {
		in := small(seeded(n), false)
		more, err := MakePlan(in)
		if err != nil {
			t.Fatal(err)
		}
		in.Offers = in.Offers[:len(in.Offers)-1]
		less, err := MakePlan(in)
		if err != nil {
			t.Fatal(err)
		}
		if less.Totals.Gain > more.Totals.Gain {
			t.Fatalf("province %d: %d with the last offer, %d without", n, more.Totals.Gain, less.Totals.Gain)
		}
		if less.Totals.Gain < more.Totals.Gain {
			grew++
		}
	}
	if grew == 0 {
		t.Error("no last offer ever mattered")
	}
}

// TestMakePlan_PricesAreInTheCore: without yes/no rules no lot and demand would both gain
// by leaving the plan at the proposed prices.
func TestMakePlan_PricesAreInTheCore(t *testing.T) {
	tested := 0
	for n := range uint64(400) {
		in := small(seeded(n), false)
		m := model{in}
		p, err := MakePlan(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Blocking) > 0 {
			t.Fatalf("province %d: blocking %+v", n, p.Blocking)
		}
		tested += checkCore(t, n, m, p)
	}
	if tested < 100 {
		t.Errorf("only %d pairs tested", tested)
	}
}

// checkCore looks at every pair with the test's own model: what the two could share
// against what they have at the proposed net.
func checkCore(t *testing.T, n uint64, m model, p *Plan) (tested int) {
	for _, o := range m.in.Offers {
		for _, l := range m.lots(o) {
			sold, has := int64(0), int64(1<<62)
			for _, x := range p.Lines {
				if x.Offer == o.ID && x.Class == l.class && x.Level == l.level {
					sold += x.Units
					has = min(has, int64(x.Net-x.Reserve))
				}
			}
			if sold < l.units {
				has = 0
			}
			for _, d := range m.in.Demands {
				unit := int64(m.com(d.Commodity).Unit)
				got, worst := int64(0), int64(1<<62)
				for _, x := range p.Lines {
					if x.Demand == d.ID {
						got += x.Units
						worst = min(worst, int64(x.Gain-(x.Net-x.Reserve)))
					}
				}
				if int64(d.Quantity) < unit {
					continue
				}
				if got < int64(d.Quantity)/unit {
					worst = 0
				}
				for _, w := range m.ways(o, l, d) {
					if tested++; w.gain > has+worst {
						t.Fatalf("province %d: %s and %s gain %d together, have %d and %d", n, o.ID, d.ID, w.gain, has, worst)
					}
				}
			}
		}
	}
	return tested
}

// TestMakePlan_BlockingNamesARule: with rules, a pair that would gain by leaving is listed
// with the rule that keeps it.
func TestMakePlan_BlockingNamesARule(t *testing.T) {
	rules := map[Reason]int{}
	for n := range uint64(600) {
		p, err := MakePlan(small(seeded(n), true))
		if err != nil {
			continue
		}
		for _, b := range p.Blocking {
			if b.Worth <= 0 || b.Rule == "" {
				t.Fatalf("province %d: %+v", n, b)
			}
			rules[b.Rule]++
		}
	}
	t.Log(rules)
	for _, k := range []Reason{WhyMinOrder, WhySources, WhyInvoices, WhyMinLine, WhyCap, WhyBanned} {
		if rules[k] == 0 {
			t.Errorf("no blocking pair named %s", k)
		}
	}
}
