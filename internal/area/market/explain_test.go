package market

import (
	"reflect"
	"slices"
	"testing"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

// sold sums what an offer sends, or a demand gets.
func sold(p *Plan, id string) (sum weight.Grams) {
	for _, x := range p.Lines {
		if x.Offer == id || x.Demand == id {
			sum += x.Grams
		}
	}
	return sum
}

// taken makes the input in which a step has been taken; false for steps that no record
// can show (a lead that gets the papers).
func taken(in Input, id string, st Step) (Input, bool) {
	in = clone(in)
	for i := range in.Offers {
		o := &in.Offers[i]
		if o.ID != id {
			continue
		}
		switch st.Kind {
		case StepPaper:
			merged := mergePapers(o.Papers)
			at := slices.IndexFunc(merged, func(p Paper) bool { return p.Kind == st.Paper })
			if at >= 0 && merged[at].Until != 0 {
				merged[at].Until = 0
			} else {
				merged = append(slices.DeleteFunc(merged, func(p Paper) bool { return p.Kind == st.Paper }), Paper{Kind: st.Paper})
			}
			o.Papers = merged
		case StepDays:
			o.From, o.To = move(o.From, st.Days), move(o.To, st.Days)
		case StepSort:
			o.Mix = sortedMix(o.Mix)
		case StepSplit:
			o.MinLine = 0
		case StepPrice:
			if o.Floor == 0 {
				o.Floor = model{in}.com(o.Commodity).RefFloor
			}
			o.Floor -= st.Price
		default:
			return in, false
		}
	}
	for i := range in.Demands {
		d := &in.Demands[i]
		if d.ID != id {
			continue
		}
		switch st.Kind {
		case StepPaper:
			d.Papers = slices.DeleteFunc(d.Papers, func(k string) bool { return k == st.Paper })
		case StepDays:
			d.From, d.To = move(d.From, st.Days), move(d.To, st.Days)
		case StepSort:
			d.MinClass = int64(st.Class % 4)
		case StepSplit:
			switch st.Rule {
			case WhyMinOrder:
				d.MinOrder = 0
			case WhySources:
				d.MaxSources = 0
			case WhyInvoices:
				d.MaxInvoices = 0
			}
		case StepPrice:
			if d.Ceiling == 0 {
				d.Ceiling = model{in}.com(d.Commodity).RefPrice
			}
			d.Ceiling += st.Price
		default:
			return in, false
		}
	}
	return in, true
}

// TestSteps_HoldWhenTaken: whoever takes a step that is shown has at least what it
// promises in the plan made then. Without yes/no rules this holds for every best plan.
func TestSteps_HoldWhenTaken(t *testing.T) {
	kinds := map[StepKind]int{}
	for n := range uint64(250) {
		in := small(seeded(n), false)
		p, err := MakePlan(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range slices.Concat(p.LeftOffers, p.LeftDemands) {
			for _, st := range x.Steps {
				then, ok := taken(in, x.ID, st)
				if !ok {
					continue
				}
				q, err := MakePlan(then)
				if err != nil {
					t.Fatal(err)
				}
				if got, was := sold(q, x.ID), sold(p, x.ID); st.Grams <= 0 || got < was+st.Grams {
					t.Fatalf("province %d, %s: %+v promised, had %d, has %d", n, x.ID, st, was, got)
				}
				kinds[st.Kind]++
			}
		}
	}
	t.Log(kinds)
	for _, k := range []StepKind{StepPaper, StepDays, StepSort, StepPrice} {
		if kinds[k] == 0 {
			t.Errorf("no step of kind %s was ever shown", k)
		}
	}
}

// TestSteps_PriceNeedsThreeSellers: a price is named only in whole steps of 500 đ/kg and
// only where at least three sellers stand behind it.
func TestSteps_PriceNeedsThreeSellers(t *testing.T) {
	shown := 0
	for n := range uint64(400) {
		in := small(seeded(n), true)
		p, err := MakePlan(in)
		if err != nil {
			continue
		}
		m := model{in}
		for _, x := range slices.Concat(p.LeftOffers, p.LeftDemands) {
			for k, st := range x.Steps {
				if k > 0 && slices.Index(stepOrder, st.Kind) <= slices.Index(stepOrder, x.Steps[k-1].Kind) {
					t.Fatalf("province %d, %s: steps out of order: %+v", n, x.ID, x.Steps)
				}
				if st.Kind != StepPrice {
					continue
				}
				shown++
				code := ""
				for _, d := range in.Demands {
					if d.ID == x.ID {
						code = d.Commodity
					}
				}
				for _, o := range in.Offers {
					if o.ID == x.ID {
						code = o.Commodity
					}
				}
				sellers := map[string]bool{}
				for _, o := range in.Offers {
					if o.Commodity == code && m.units(o) > 0 {
						sellers[o.Party] = true
					}
				}
				if len(sellers) < 3 || st.Price <= 0 || st.Price%500_000 != 0 {
					t.Fatalf("province %d: %+v with %d sellers", n, st, len(sellers))
				}
			}
		}
	}
	if shown == 0 {
		t.Error("no price was ever shown")
	}
}

var stepOrder = []StepKind{StepPaper, StepLead, StepDays, StepSort, StepSplit, StepPrice}

// TestLeft_OK: whoever is not wholly in the plan is listed with what remains, nobody else.
func TestLeft_OK(t *testing.T) {
	for n := range uint64(300) {
		in := small(seeded(n), true)
		p, err := MakePlan(in)
		if err != nil {
			continue
		}
		m := model{in}
		left := map[string]LeftOut{}
		for _, x := range slices.Concat(p.LeftOffers, p.LeftDemands) {
			if x.Main == "" || !x.Tried {
				t.Fatalf("province %d: %+v", n, x)
			}
			left[x.ID] = x
		}
		for _, o := range in.Offers {
			unit := int64(m.com(o.Commodity).Unit)
			rest := m.planned(o) - int64(sold(p, o.ID))
			want := m.units(o) == 0 || rest >= unit
			if x, ok := left[o.ID]; ok != want || ok && int64(x.Left) != rest {
				t.Fatalf("province %d: offer %s has %d g left, listed %v %+v", n, o.ID, rest, ok, x)
			}
		}
		for _, d := range in.Demands {
			unit := int64(m.com(d.Commodity).Unit)
			rest := int64(d.Quantity - sold(p, d.ID))
			want := int64(d.Quantity) < unit || rest >= unit
			if x, ok := left[d.ID]; ok != want || ok && int64(x.Left) != rest {
				t.Fatalf("province %d: demand %s lacks %d g, listed %v %+v", n, d.ID, rest, ok, x)
			}
		}
	}
}

// TestLeft_MainReason: one garden and one order, each thing wrong once.
func TestLeft_MainReason(t *testing.T) {
	base := func() Input {
		in := season(9, 1, 1, 1)
		in.Rules = Rules{}
		in.Params.DayKm, in.Params.SameDayKm = 400, 500
		in.Commodities[0].ShelfDays, in.Commodities[0].Cold = 30, false
		o, d := &in.Offers[0], &in.Demands[0]
		*o = Offer{
			ID: "O", Party: o.Party, Place: o.Place, Commodity: o.Commodity, Mix: [4]int64{0, 500, 500}, Firm: 10 * weight.Tonne,
			From: in.AsOf + 1, To: in.AsOf + 5, Floor: 5_000_000, Papers: []Paper{{Kind: "attp", Until: in.AsOf + 3}},
		}
		*d = Demand{ID: "D", Party: d.Party, Place: d.Place, Commodity: d.Commodity, Quantity: 4 * weight.Tonne, From: in.AsOf + 1, To: in.AsOf + 5, Ceiling: 20_000_000}
		return in
	}
	tests := []struct {
		main  Reason
		spoil func(*Input, *Offer, *Demand)
	}{
		{WhyOutbid, func(in *Input, o *Offer, d *Demand) {}},
		{WhyVariety, func(in *Input, o *Offer, d *Demand) { d.Variety = "dien" }},
		{WhyClass, func(in *Input, o *Offer, d *Demand) { o.Mix, d.MinClass = [4]int64{1000}, 1 }},
		{WhyPaper, func(in *Input, o *Offer, d *Demand) { d.Papers = []string{"vietgap"} }},
		{WhyExpired, func(in *Input, o *Offer, d *Demand) { d.Papers = []string{"attp"}; d.From = in.AsOf + 4 }},
		{WhyDays, func(in *Input, o *Offer, d *Demand) { o.From, o.To = in.AsOf+6, in.AsOf+9 }},
		{WhyShelf, func(in *Input, o *Offer, d *Demand) { d.From, d.To = in.AsOf+40, in.AsOf+50 }},
		{WhyRoad, func(in *Input, o *Offer, d *Demand) { in.Roads = nil }},
		{WhyNoLead, func(in *Input, o *Offer, d *Demand) {
			d.MaxInvoices = 1
			for i := range in.Parties {
				in.Parties[i].TaxCode = ""
			}
		}},
		{WhyFloor, func(in *Input, o *Offer, d *Demand) { o.Floor = 25_000_000 }},
		{WhyGain, func(in *Input, o *Offer, d *Demand) { o.Trader = 30_000_000 }},
		{WhyBanned, func(in *Input, o *Offer, d *Demand) { in.Rules.Bans = []Ban{{Offer: "O", Demand: "D"}} }},
		{WhyCap, func(in *Input, o *Offer, d *Demand) {
			in.Rules.Caps = []Cap{{Party: o.Party, Commodity: o.Commodity, Max: weight.Tonne}}
		}},
		{WhyMinLine, func(in *Input, o *Offer, d *Demand) { o.MinLine = 6 * weight.Tonne }},
		{WhyMinOrder, func(in *Input, o *Offer, d *Demand) {
			d.Quantity, d.MinOrder = 20*weight.Tonne, 20*weight.Tonne
		}},
		{WhyNothing, func(in *Input, o *Offer, d *Demand) { o.Held = o.Firm }},
	}
	for _, tt := range tests {
		t.Run(string(tt.main), func(t *testing.T) {
			in := base()
			tt.spoil(&in, &in.Offers[0], &in.Demands[0])
			p, err := MakePlan(in)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.LeftOffers) != 1 || p.LeftOffers[0].Main != tt.main {
				t.Errorf("got %+v", p.LeftOffers)
			}
		})
	}
}

// TestExplain_OneAloneSaysTheSame: the explanation of one party from its commodity alone
// is that of the whole plan.
func TestExplain_OneAloneSaysTheSame(t *testing.T) {
	compared := 0
	for n := range uint64(80) {
		in := small(seeded(n), true)
		p, err := MakePlan(in)
		if err != nil {
			continue
		}
		for _, x := range slices.Concat(p.LeftOffers, p.LeftDemands) {
			got, err := Explain(in, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.Left != x.Left || got.Main != x.Main || !reflect.DeepEqual(got.Steps, x.Steps) {
				t.Fatalf("province %d: alone %+v, in the plan %+v", n, got, x)
			}
			compared++
		}
	}
	if compared == 0 {
		t.Error("nobody was left out")
	}
	if _, err := Explain(plain(), "nobody"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}
