package sample

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/base/money"
)

// What every party of the sample may fetch names only those it deals with, and carries no
// price but its own rounded one: not a floor, a ceiling, a trader's offer or an interval.
func TestViews_NameNobodyElse(t *testing.T) {
	p, _ := build(t)
	p.Input.Params.Nodes = 20
	planner, err := market.NewPlanner(p.Input)
	if err != nil {
		t.Fatal(err)
	}
	plan, in := planner.Plan(), planner.Input()
	name, seller, buyer := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, x := range in.Parties {
		name[x.ID] = x.Name
	}
	ofOffer, ofDemand := map[string]string{}, map[string]string{}
	for _, o := range in.Offers {
		ofOffer[o.ID], seller[o.Party] = o.Party, true
	}
	for _, d := range in.Demands {
		ofDemand[d.ID], buyer[d.Party] = d.Party, true
	}
	deals := map[string]map[string]bool{} // party → names it may read
	meets := func(a, b string) {
		if deals[a] == nil {
			deals[a] = map[string]bool{name[a]: true}
		}
		deals[a][name[b]] = true
	}
	for _, l := range plan.Lines {
		s, b := ofOffer[l.Offer], ofDemand[l.Demand]
		meets(s, b)
		if l.Via == "" {
			meets(b, s)
		} else {
			meets(s, l.Via)
			meets(b, l.Via)
		}
	}
	checked := 0
	for id := range name {
		var views []any
		if seller[id] {
			views = append(views, market.ViewForSupplier(plan, in, id))
		}
		if buyer[id] {
			views = append(views, market.ViewForBuyer(plan, in, id))
		}
		for _, v := range views {
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			words := quoted(string(b))
			for other, n := range name {
				if other != id && words[n] && !deals[id][n] {
					t.Errorf("%s reads the name of %s", name[id], n)
				}
			}
			checked++
		}
	}
	if checked < 500 {
		t.Errorf("only %d views were read", checked)
	}
	// The types cannot carry more: a price per tonne occurs in advice only.
	for _, v := range []any{market.SupplierView{}, market.BuyerView{}} {
		for _, path := range prices(reflect.TypeOf(v), "") {
			switch path {
			case ".Lines.NetPerKg", ".Orders.Lines.PaysPerKg", ".Left.Steps.Price":
			default:
				t.Errorf("%T carries a price at %s", v, path)
			}
		}
	}
}

// quoted are the whole strings of a JSON text.
func quoted(s string) map[string]bool {
	out := map[string]bool{}
	for i, w := range strings.Split(s, `"`) {
		if i%2 == 1 {
			out[w] = true
		}
	}
	return out
}

// prices lists the fields of a type that hold money.
func prices(t reflect.Type, path string) (out []string) {
	switch {
	case t == reflect.TypeFor[money.PerTonne]() || t == reflect.TypeFor[money.VND]():
		return []string{path}
	case t.Kind() == reflect.Slice:
		return prices(t.Elem(), path)
	case t.Kind() == reflect.Struct:
		for f := range t.NumField() {
			out = append(out, prices(t.Field(f).Type, path+"."+t.Field(f).Name)...)
		}
	}
	return out
}
