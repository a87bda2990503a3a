package sample

import (
	"testing"
	"time"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/places"
)

func build(t testing.TB) *Province {
	t.Helper()
	a, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.LoadCommodities()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Build(a, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTry(t *testing.T) {
	p := build(t)
	for _, n := range []int{40, 200, 600} {
		p.Input.Params.Nodes = n
		t0 := time.Now()
		pl, err := market.NewPlanner(p.Input)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %v %+v", n, time.Since(t0), pl.Plan().Totals)
	}
	t0 := time.Now()
	p.Input.Params.Nodes = 40
	pl, err := market.MakePlan(p.Input)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(t0))
	steps := map[market.StepKind]int{}
	mains := map[market.Reason]int{}
	for _, l := range append(pl.LeftOffers, pl.LeftDemands...) {
		mains[l.Main]++
		for _, s := range l.Steps {
			steps[s.Kind]++
		}
	}
	t.Log(mains, steps, pl.RuleCosts, len(pl.Blocking))
}
