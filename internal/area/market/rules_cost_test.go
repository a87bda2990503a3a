package market

import (
	"testing"

	"github.com/lienket/lienket/internal/base/weight"
)

// TestRuleCosts_EqualBruteForce: what a cap, pin or ban costs is what the slow model finds
// with and without it; a bonus costs what it took from the sum without it.
func TestRuleCosts_EqualBruteForce(t *testing.T) {
	priced := map[string]int{}
	for n := range uint64(500) {
		in, err := Canonical(small(seeded(n), true))
		if err != nil {
			t.Fatal(err)
		}
		p, err := MakePlan(in)
		if err != nil || len(p.RuleCosts) == 0 {
			continue
		}
		with, _ := model{in}.best()
		if len(p.RuleCosts) != len(in.Rules.Caps)+len(in.Rules.Bonuses)+len(in.Rules.Pins)+len(in.Rules.Bans) {
			t.Fatalf("province %d: %+v", n, p.RuleCosts)
		}
		for _, c := range p.RuleCosts {
			free := in
			has := with
			switch c.Rule {
			case "cap":
				free.Rules.Caps = nil
			case "pin":
				free.Rules.Pins = nil
			case "ban":
				free.Rules.Bans = nil
			case "bonus":
				free.Rules.Bonuses = append(append([]Bonus(nil), in.Rules.Bonuses[:c.Index]...), in.Rules.Bonuses[c.Index+1:]...)
				m := model{free}
				has = 0
				for _, x := range p.Lines {
					for _, o := range in.Offers {
						if o.ID == x.Offer {
							has += (int64(x.Gain) + m.bonus(o)) * int64(x.Grams)
						}
					}
				}
			}
			without, _ := model{free}.best()
			want := fdiv(without-has, 1_000_000)
			if c.Gap != 0 || int64(c.Cost) != want {
				t.Fatalf("province %d: %+v, brute force %d", n, c, want)
			}
			if want > 0 {
				priced[c.Rule]++
			}
		}
	}
	t.Log(priced)
	for _, k := range []string{"cap", "pin", "ban"} {
		if priced[k] == 0 {
			t.Errorf("no %s ever cost anything", k)
		}
	}
}

// TestRuleCosts_Bonus: a poor seller who asks 300 đ/kg more gets the order by a bonus of
// 500 đ/kg; what that took from all together is 300 đ/kg.
func TestRuleCosts_Bonus(t *testing.T) {
	in := season(9, 2, 1, 1)
	in.Params.SameDayKm = 500
	in.Commodities[0].ShelfDays = 30
	for i := range in.Offers {
		o := &in.Offers[i]
		in.Parties[i].Poor, in.Parties[i].Small = i == 0, false
		*o = Offer{
			ID: o.ID, Party: in.Parties[i].ID, Place: in.Offers[0].Place, Commodity: o.Commodity, Mix: [4]int64{1000}, Firm: 10 * weight.Tonne,
			From: in.AsOf + 1, To: in.AsOf + 5, Floor: 5_300_000,
		}
	}
	in.Offers[1].Floor = 5_000_000
	d := &in.Demands[0]
	*d = Demand{ID: d.ID, Party: d.Party, Place: d.Place, Commodity: d.Commodity, Quantity: 8 * weight.Tonne, From: in.AsOf + 1, To: in.AsOf + 5, Ceiling: 20_000_000}
	in.Rules = Rules{Bonuses: []Bonus{{BonusPoor, 500_000}}}
	p, err := MakePlan(in)
	if err != nil {
		t.Fatal(err)
	}
	if got := sold(p, in.Offers[0].ID); got != 8*weight.Tonne {
		t.Errorf("the poor seller sells %d g", got)
	}
	if len(p.RuleCosts) != 1 || p.RuleCosts[0] != (RuleCost{Rule: "bonus", Cost: 2_400_000}) {
		t.Errorf("got %+v", p.RuleCosts)
	}
	if len(p.Blocking) != 1 || p.Blocking[0].Rule != WhyBonus || p.Blocking[0].Offer != in.Offers[1].ID {
		t.Errorf("blocking %+v", p.Blocking)
	}
}

// TestPins_ErrTogether: pins that hold alone but not together are refused, each named.
func TestPins_ErrTogether(t *testing.T) {
	in := season(9, 1, 2, 1)
	in.Rules = Rules{}
	in.Params.SameDayKm = 500
	in.Commodities[0].ShelfDays = 30
	o := &in.Offers[0]
	*o = Offer{
		ID: "O", Party: o.Party, Place: o.Place, Commodity: o.Commodity, Mix: [4]int64{1000}, Firm: 10 * weight.Tonne,
		From: in.AsOf + 1, To: in.AsOf + 5, Floor: 5_000_000,
	}
	for i, id := range []string{"A", "B"} {
		d := &in.Demands[i]
		*d = Demand{ID: id, Party: d.Party, Place: d.Place, Commodity: d.Commodity, Quantity: 8 * weight.Tonne, From: in.AsOf + 1, To: in.AsOf + 5, Ceiling: 20_000_000}
		in.Rules.Pins = append(in.Rules.Pins, Pin{Offer: "O", Demand: id, Min: 5 * weight.Tonne})
	}
	if _, err := MakePlan(in); err != nil {
		t.Fatal("both fit:", err)
	}
	in.Rules.Pins[1].Min++
	if _, err := MakePlan(in); !isFault(err, "market.fault.pins_together") {
		t.Errorf("got %v", err)
	}
	in.Rules.Pins[1].Min, in.Offers[0].Floor = 1, 90_000_000
	if _, err := MakePlan(in); !isFault(err, "market.fault.pin_refused") {
		t.Errorf("got %v", err)
	}
}
