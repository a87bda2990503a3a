package market

import (
	"testing"

	"pgregory.net/rapid"
)

// TestFitDays_EqualsTryingEveryDay: the closed form finds a day exactly when some pick-up
// and delivery day fit, the earliest delivery, and the latest pick-up for it.
func TestFitDays_EqualsTryingEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, hi int64) int64 { return rapid.Int64Range(0, hi).Draw(t, name) }
		hLo, dLo := n("hLo", 12), n("dLo", 15)
		hHi, asked := hLo+n("h", 8)-2, dLo+n("d", 8)-2
		last := asked - n("expiry", 3)*n("expires", 1)
		travel, life := n("travel", 4), n("life", 7)-1
		fits := func(last, life int64) (pick, deliver int64, ok bool) {
			for deliver = 0; deliver <= last; deliver++ {
				if deliver < dLo {
					continue
				}
				for pick = hHi; pick >= hLo; pick-- {
					if pick+travel <= deliver && deliver-pick <= life {
						return pick, deliver, true
					}
				}
			}
			return 0, 0, false
		}
		pick, deliver, r := fitDays(hLo, hHi, dLo, last, asked, travel, life)
		p, d, ok := fits(last, life)
		if ok != (r == feasible) || ok && (p != pick || d != deliver) {
			t.Fatalf("got %d → %d (%v), want %d → %d %v", pick, deliver, r, p, d, ok)
		}
		_, _, long := fits(last, 1<<30)
		_, _, late := fits(asked, life)
		switch {
		case ok:
		case long && r != atShelf, !long && late && r != atExpired, !long && !late && r != atDays:
			t.Fatalf("reason %v; would fit with more life: %v, without expiry: %v", r, long, late)
		}
	})
}

// TestPair_CountsEveryPair: refusals and feasible pairs together are all pairs, and each
// side counts the same.
func TestPair_CountsEveryPair(t *testing.T) {
	for n := range uint64(100) {
		pl, err := NewPlanner(small(seeded(n), true))
		if err != nil {
			continue
		}
		var offers, wants, refused, joined int64
		for i := range pl.stocks {
			if pl.stocks[i].units > 0 {
				offers++
			}
			joined += int64(pl.ofOffer[i].counts[feasible])
		}
		for i := range pl.wants {
			if pl.wants[i].max > 0 {
				wants++
			}
			joined -= int64(pl.ofWant[i].counts[feasible])
		}
		if joined != 0 {
			t.Fatalf("province %d: the sides differ by %d", n, joined)
		}
		for _, k := range pl.plan.Refused {
			refused += k
		}
		for i := range pl.ofOffer {
			joined += int64(pl.ofOffer[i].counts[feasible])
		}
		if refused+joined != offers*wants {
			t.Fatalf("province %d: %d refused and %d feasible of %d × %d", n, refused, joined, offers, wants)
		}
	}
}

// TestPair_FeasibleExactlyWhenTheModelSaysSo: the filter and the slow model agree on
// every pair, with rules.
func TestPair_FeasibleExactlyWhenTheModelSaysSo(t *testing.T) {
	yes := 0
	for n := range uint64(300) {
		in := small(seeded(n), true)
		pl, err := NewPlanner(in)
		if err != nil {
			continue
		}
		m := model{in}
		arcs := map[[2]int]int{}
		for k, a := range pl.problem.Arcs {
			arcs[[2]int{a.Source, a.Sink}] = k
		}
		for i := range pl.stocks {
			for j := range pl.wants {
				for k, l := range m.lots(*pl.stocks[i].o) {
					ways := m.ways(*pl.stocks[i].o, l, *pl.wants[j].d)
					if pl.wants[j].max == 0 {
						ways = nil
					}
					at, ok := arcs[[2]int{pl.stocks[i].firstLot + k, j}]
					if ok != (len(ways) > 0) {
						t.Fatalf("province %d: %s lot %+v to %s: filter %v, model %d ways", n, pl.stocks[i].o.ID, l, pl.wants[j].d.ID, ok, len(ways))
					}
					if ok {
						yes++
						if v := pl.problem.Arcs[at].Vias; len(v) > 0 && len(v) != len(ways) {
							t.Fatalf("province %d: %d vias, model %d", n, len(v), len(ways))
						}
					}
				}
			}
		}
	}
	if yes < 200 {
		t.Errorf("only %d feasible lots", yes)
	}
}
