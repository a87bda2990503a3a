package sample

import (
	"reflect"
	"testing"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/money"
)

func build(t testing.TB) (*Province, *places.Atlas) {
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
	return p, a
}

// The counts that the newspaper and the half-year report give.
func TestBuild_Counts(t *testing.T) {
	p, a := build(t)
	n := map[market.Kind]map[bool]int{}
	byDistrict := map[string]int{}
	members, workers := 0, 0
	var revenue money.VND
	for _, o := range p.Orgs {
		if n[o.Kind] == nil {
			n[o.Kind] = map[bool]int{}
		}
		n[o.Kind][o.Operating]++
		if o.Operating {
			byDistrict[o.District]++
			members += o.Members
			workers += o.Regular + o.Seasonal
			if o.Kind == market.KindCoop {
				revenue += o.Revenue
			}
		}
		u, ok := a.ByKey(o.Place)
		if !ok || u.District != o.District || !u.Valid(asOf) {
			t.Fatalf("%s stands in %q, which is not a commune of %s on the day", o.Name, o.Place, o.District)
		}
	}
	want := map[market.Kind]map[bool]int{
		market.KindCoop:  {true: 465, false: 84},
		market.KindGroup: {true: 186, false: 24},
		market.KindFund:  {true: 3},
	}
	if !reflect.DeepEqual(n, want) || len(p.Orgs) != 762 {
		t.Errorf("%d organisations: %v, want 762: %v", len(p.Orgs), n, want)
	}
	rows, err := distribution()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if got := byDistrict[places.Key(r.code, places.Border2023)]; got != r.coops+r.groups+r.funds {
			t.Errorf("district %s has %d operating, want %d", r.code, got, r.coops+r.groups+r.funds)
		}
	}
	if members != 17_690 || workers != 29_100 || revenue != 813_750_000_000 {
		t.Errorf("members %d, workers %d, revenue %d; want 17690, 29100, 813.75 bn", members, workers, revenue)
	}
	if len(p.Input.Demands) != demandsWanted || len(p.Input.Offers) < 4_800 || len(p.Buyers) != buyersWanted {
		t.Errorf("%d offers, %d demands, %d buyers", len(p.Input.Offers), len(p.Input.Demands), len(p.Buyers))
	}
}

func TestBuild_IsDeterministicAndUsable(t *testing.T) {
	p, _ := build(t)
	q, _ := build(t)
	if !reflect.DeepEqual(p, q) {
		t.Fatal("two draws differ")
	}
	if _, err := market.Canonical(p.Input); err != nil {
		t.Fatal(err)
	}
	taxes := map[string]bool{}
	for _, o := range append(p.Orgs, p.Buyers...) {
		if o.TaxCode != "" && (!registry.ValidTaxCode(o.TaxCode) || taxes[o.TaxCode]) {
			t.Errorf("%s has the tax code %s, which is wrong or taken", o.Name, o.TaxCode)
		}
		taxes[o.TaxCode] = true
		if len(registry.ParsePhones(o.Phone)) != 1 {
			t.Errorf("%s has the phone %q", o.Name, o.Phone)
		}
	}
	r := p.Input.Rules
	if len(r.Caps) != 1 || len(r.Bonuses) != 2 || len(r.Pins) != 1 || len(r.Bans) != 1 {
		t.Errorf("the rules of the sample are not all there: %+v", r)
	}
}

// Every reason why somebody is left out, and every rule with a price, is in the sample.
func TestBuild_ShowsEveryReason(t *testing.T) {
	p, _ := build(t)
	p.Input.Params.Nodes = 20
	planner, err := market.NewPlanner(p.Input)
	if err != nil {
		t.Fatal(err)
	}
	pl := planner.Plan()
	main := map[market.Reason]int{}
	for _, l := range append(pl.LeftOffers, pl.LeftDemands...) {
		main[l.Main]++
	}
	for _, want := range []market.Reason{market.WhyClass, market.WhyDays, market.WhyFloor, market.WhyGain, market.WhyPaper, market.WhyShelf, market.WhyOutbid, market.WhyMinOrder, market.WhySources, market.WhyInvoices, market.WhyMinLine, market.WhyCap, market.WhyShortage} {
		if main[want] == 0 {
			t.Errorf("nobody is left out for %s: %v", want, main)
		}
	}
	for _, want := range []market.Reason{market.WhyBanned, market.WhyExpired} {
		if pl.Refused[want] == 0 {
			t.Errorf("no pair is refused for %s: %v", want, pl.Refused)
		}
	}
	leads := 0
	for _, l := range pl.Lines {
		if l.Via != "" {
			leads++
		}
	}
	if leads < 100 || pl.Totals.DemandsMatched < 500 {
		t.Errorf("%d lines through leads, %d demands matched: the market is too thin", leads, pl.Totals.DemandsMatched)
	}
}
