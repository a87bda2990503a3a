package market

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestViews_ShowOnlyOnesOwn: in whatever a party gets to see there is no floor, ceiling,
// trader's price or reserve of anybody, no exact net or price, and no name of a rival.
// (Secrets here are numbers that no weight is.)
func TestViews_ShowOnlyOnesOwn(t *testing.T) {
	lines := 0
	for n := range uint64(200) {
		in := small(seeded(n), true)
		for i := range in.Parties {
			in.Parties[i].Name = "name-of-" + in.Parties[i].ID
		}
		p, err := MakePlan(in)
		if err != nil {
			continue
		}
		secrets := map[int64]bool{}
		for _, o := range in.Offers {
			secrets[int64(o.Floor)], secrets[int64(o.Trader)] = true, true
		}
		for _, d := range in.Demands {
			secrets[int64(d.Ceiling)] = true
		}
		for _, x := range p.Lines {
			secrets[int64(x.Net)], secrets[int64(x.Pays)], secrets[int64(x.Reserve)], secrets[int64(x.Gain)] = true, true, true, true
		}
		for _, party := range in.Parties {
			s, b := ViewForSupplier(p, in, party.ID), ViewForBuyer(p, in, party.ID)
			met := map[string]bool{party.Name: true}
			for _, l := range s.Lines {
				met[l.Buyer], met[l.Lead] = true, true
				lines++
			}
			for _, o := range b.Orders {
				for _, l := range o.Lines {
					met[l.Supplier] = true
					if l.PaysPerKg%100 != 0 {
						t.Fatalf("%+v is not rounded", l)
					}
				}
			}
			text, err := json.Marshal([]any{s, b})
			if err != nil {
				t.Fatal(err)
			}
			for _, other := range in.Parties {
				if !met[other.Name] && strings.Contains(string(text), other.Name) {
					t.Fatalf("province %d: %s reads of %s in %s", n, party.ID, other.ID, text)
				}
			}
			for x := range secrets {
				if x >= 100_000 && x%1000 != 0 && strings.Contains(string(text), fmt.Sprint(x)) {
					t.Fatalf("province %d: %s reads %d in %s", n, party.ID, x, text)
				}
			}
			for _, l := range s.Lines {
				if l.NetPerKg%100 != 0 {
					t.Fatalf("%+v is not rounded", l)
				}
			}
		}
	}
	if lines < 50 {
		t.Errorf("only %d lines looked at", lines)
	}
}

// TestViews_AddUp: the views of all parties together are the plan.
func TestViews_AddUp(t *testing.T) {
	for n := range uint64(200) {
		in := small(seeded(n), true)
		p, err := MakePlan(in)
		if err != nil {
			continue
		}
		sent, got, left := p.Totals.Matched, p.Totals.Matched, len(p.LeftOffers)+len(p.LeftDemands)
		for _, party := range in.Parties {
			s, b := ViewForSupplier(p, in, party.ID), ViewForBuyer(p, in, party.ID)
			for _, l := range s.Lines {
				sent -= l.Grams
			}
			for _, o := range b.Orders {
				got -= o.Coming
				for _, l := range o.Lines {
					o.Coming -= l.Grams
				}
				if o.Coming != 0 {
					t.Fatalf("province %d: %+v", n, o)
				}
			}
			left -= len(s.Left) + len(b.Left)
		}
		if sent != 0 || got != 0 || left != 0 {
			t.Fatalf("province %d: %d g sent, %d g got, %d left out are in no view", n, sent, got, left)
		}
	}
}
