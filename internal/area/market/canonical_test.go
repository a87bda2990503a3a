package market

import (
	"errors"
	"reflect"
	"testing"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// plain is the smallest input with everything in it, right in every cell.
func plain() Input {
	in := season(5, 3, 2, 1)
	for i := range in.Offers {
		in.Offers[i].Source = Source{Sheet: "Chào bán", Row: 10 + i}
	}
	for i := range in.Demands {
		in.Demands[i].Source = Source{Sheet: "Nhu cầu", Row: 20 + i}
	}
	return in
}

// TestCanonical_Errs: each fault is found, and says which row and field.
func TestCanonical_Errs(t *testing.T) {
	offer, demand := fault.Where{Sheet: "Chào bán", Row: 10}, fault.Where{Sheet: "Nhu cầu", Row: 20}
	at := func(w fault.Where, col string) fault.Where { w.Col = col; return w }
	list := fault.Where{}
	tests := []struct {
		name, key string
		at        fault.Where
		spoil     func(*Input)
	}{
		{"no day", "no_as_of", at(list, "as_of"), func(in *Input) { in.AsOf = 0 }},
		{"day of another age", "bad_day", at(list, "horizon"), func(in *Input) { in.Horizon = 1 << 30 }},
		{"no lorry", "no_vehicle", at(list, "vehicles"), func(in *Input) { in.Params.Vehicles = nil }},
		{"lorry of a gram", "out_of_range", at(list, "vehicles"), func(in *Input) { in.Params.Vehicles[0].Load = 1 }},
		{"interest", "out_of_range", at(list, "interest_bp"), func(in *Input) { in.Params.InterestBP = -1 }},
		{"class worth nothing", "out_of_range", at(list, "class_pm"), func(in *Input) { in.Params.ClassPM[2] = 0 }},
		{"unit 0", "out_of_range", at(list, "unit"), func(in *Input) { in.Commodities[0].Unit = 0 }},
		{"place twice", "duplicate", at(list, "places"), func(in *Input) { in.Places[1].Key = in.Places[0].Key }},
		{"road to nowhere", "unknown_place", at(list, "roads"), func(in *Input) { in.Roads[0].To = "nowhere" }},
		{"road both ways", "duplicate", at(list, "roads"), func(in *Input) {
			in.Roads = append(in.Roads, Road{From: in.Roads[0].To, To: in.Roads[0].From, Km: 9})
		}},
		{"road round the world", "out_of_range", at(list, "roads"), func(in *Input) { in.Roads[0].Km = 40_001 }},
		{"party nowhere", "unknown_place", at(list, "parties"), func(in *Input) { in.Parties[0].Place = "" }},
		{"offer without id", "no_id", at(offer, "id"), func(in *Input) { in.Offers[0].ID = "" }},
		{"offer twice", "duplicate", at(fault.Where{Sheet: "Chào bán", Row: 11}, "id"), func(in *Input) { in.Offers[1].ID = in.Offers[0].ID }},
		{"id that is no text", "bad_text", at(offer, "id"), func(in *Input) { in.Offers[0].ID = "\xff" }},
		{"nobody's offer", "unknown_party", at(offer, "party"), func(in *Input) { in.Offers[0].Party = "X" }},
		{"offer of nothing known", "unknown_commodity", at(offer, "commodity"), func(in *Input) { in.Offers[0].Commodity = "X" }},
		{"negative quantity", "negative", at(offer, "firm"), func(in *Input) { in.Offers[0].Firm = -5 }},
		{"10^18 quantity", "too_heavy", at(offer, "firm"), func(in *Input) { in.Offers[0].Firm = 1e18 }},
		{"firm and forecast too heavy together", "too_heavy", at(offer, "forecast"), func(in *Input) { in.Offers[0].Firm, in.Offers[0].Forecast = weight.Max, 1 }},
		{"floor too high", "price_high", at(offer, "floor"), func(in *Input) { in.Offers[0].Floor = money.MaxPerTonne + 1 }},
		{"negative floor", "negative", at(offer, "floor"), func(in *Input) { in.Offers[0].Floor = -1 }},
		{"mix of 999", "mix", at(offer, "mix"), func(in *Input) { in.Offers[0].Mix = [4]int64{999} }},
		{"mix that overflows", "mix", at(offer, "mix"), func(in *Input) { in.Offers[0].Mix = [4]int64{1 << 62, 1 << 62, 1 << 62, 1 << 62} }},
		{"negative mix", "mix", at(offer, "mix"), func(in *Input) { in.Offers[0].Mix = [4]int64{1001, -1} }},
		{"paper without kind", "no_paper_kind", at(offer, "papers"), func(in *Input) { in.Offers[0].Papers = []Paper{{}} }},
		{"33 papers", "too_many_papers", at(offer, "papers"), func(in *Input) { in.Offers[0].Papers = make([]Paper, 33) }},
		{"no days", "no_days", at(offer, "from"), func(in *Input) { in.Offers[0].From = 0 }},
		{"days reversed", "days_reversed", at(offer, "to"), func(in *Input) { in.Offers[0].To = in.Offers[0].From - 1 }},
		{"minimum above quantity", "min_above_quantity", at(demand, "min_order"), func(in *Input) { in.Demands[0].MinOrder = in.Demands[0].Quantity + 1 }},
		{"class 4", "out_of_range", at(demand, "min_class"), func(in *Input) { in.Demands[0].MinClass = 4 }},
		{"all discount", "out_of_range", at(demand, "discount_bp"), func(in *Input) { in.Demands[0].DiscountBP = 10_000 }},
		{"paid after ten years at 10 %", "pay_too_late", at(demand, "pay_days"), func(in *Input) { in.Demands[0].PayDays = 3650 }},
		{"ceiling too high", "price_high", at(demand, "ceiling"), func(in *Input) { in.Demands[0].Ceiling = 1 << 62 }},
		{"negative sources", "out_of_range", at(demand, "max_sources"), func(in *Input) { in.Demands[0].MaxSources = -1 }},
		{"bonus above the bound", "out_of_range", at(list, "bonuses"), func(in *Input) { in.Rules.Bonuses[0].PerTonne = MaxBonus + 1 }},
		{"bonus of another kind", "bonus_kind", at(list, "bonuses"), func(in *Input) { in.Rules.Bonuses[0].Kind = "friends" }},
		{"cap twice", "duplicate", at(list, "caps"), func(in *Input) { in.Rules.Caps = append(in.Rules.Caps, in.Rules.Caps[0]) }},
		{"pin of nothing", "unknown_offer", at(list, "pins"), func(in *Input) { in.Rules.Pins = []Pin{{Offer: "X", Demand: in.Demands[0].ID}} }},
		{"ban of nothing", "unknown_demand", at(list, "bans"), func(in *Input) { in.Rules.Bans = []Ban{{Offer: in.Offers[0].ID, Demand: "X"}} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := plain()
			if _, err := Canonical(in); err != nil {
				t.Fatal("the plain input is refused:", err)
			}
			tt.spoil(&in)
			_, err := Canonical(in)
			var list fault.List
			if !errors.As(err, &list) {
				t.Fatalf("not refused: %v", err)
			}
			for _, f := range list {
				if f.Key == "market.fault."+tt.key && f.Where == tt.at && f.Code == fault.Invalid {
					return
				}
			}
			t.Errorf("no %s at %+v in %v", tt.key, tt.at, []*fault.Error(list))
		})
	}
}

// TestCanonical_FindsAllFaultsAtOnce: a person mends a file in one pass.
func TestCanonical_FindsAllFaultsAtOnce(t *testing.T) {
	in := plain()
	in.Offers[0].Firm = -1
	in.Offers[1].Mix = [4]int64{}
	in.Demands[0].Party = "X"
	var list fault.List
	if _, err := Canonical(in); !errors.As(err, &list) || len(list) != 3 {
		t.Fatalf("got %v", err)
	}
}

// TestCanonical_IsItsOwnImage: a canonical input gives itself, and the caller's slices are
// neither changed nor shared.
func TestCanonical_IsItsOwnImage(t *testing.T) {
	in := plain()
	r := seeded(1)
	in.Offers, in.Roads = shuffled(r, in.Offers), shuffled(r, in.Roads)
	before := clone(in)
	first := in.Offers[0].ID
	a, err := Canonical(in)
	if err != nil {
		t.Fatal(err)
	}
	if in.Offers[0].ID != first || !reflect.DeepEqual(clone(in), before) {
		t.Error("the caller's input was changed")
	}
	b, err := Canonical(a)
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("not stable: %v", err)
	}
	a.Offers[0].Papers = append(a.Offers[0].Papers[:0], Paper{Kind: "x"})
	a.Roads[0].Km = 77
	if !reflect.DeepEqual(clone(in), before) {
		t.Error("slices are shared")
	}
}
