package market

import (
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// What a party may see of a plan. A supplier sees what it nets, a buyer what it pays, each
// of its own lines only; nobody sees a floor, a ceiling, a trader's offer, a reserve, an
// interval or who else was in the running. Prices are rounded to 100 đ/kg, so that the
// half of an interval that a price shows cannot be undone exactly.

// shownTo is the step of prices that parties see: 100 đ/kg.
const shownTo = 100_000

// SupplierView is a plan as one supplier may see it.
type SupplierView struct {
	Lines []SupplierLine
	Left  []LeftView
}

// SupplierLine is one delivery of the supplier.
type SupplierLine struct {
	Offer         string
	Commodity     string
	Buyer         string // name
	Place         string // where to: the lead's or the buyer's place name
	Lead          string // name of the lead supplier, "" when it sells itself
	Class         int
	Grams         weight.Grams
	Pick, Deliver calendar.Day
	NetPerKg      money.VND // «thực nhận tại vườn», rounded down to 100 đ/kg
	PayDays       int64     // when the money comes, after delivery
	Real          bool
}

// BuyerView is a plan as one buyer may see it.
type BuyerView struct {
	Orders []BuyerOrder
	Left   []LeftView
}

// BuyerOrder is one demand with what comes to it.
type BuyerOrder struct {
	Demand    string
	Commodity string
	Asked     weight.Grams
	Coming    weight.Grams
	Lines     []BuyerLine
}

// BuyerLine is one delivery to the buyer. Supplier is who invoices: the lead where there
// is one, whose sources are its own affair.
type BuyerLine struct {
	Supplier  string // name
	Led       bool   // a lead supplier collects from several
	Class     int
	Grams     weight.Grams
	Deliver   calendar.Day
	PaysPerKg money.VND // rounded up to 100 đ/kg, at the place the demand's price is meant
	Real      bool
}

// LeftView is what a party reads of its own that is left out. Figures and names of others
// are not in it.
type LeftView struct {
	ID    string
	Left  weight.Grams
	Main  Reason
	Steps []Step
}

// names of an input's records by id.
type names struct {
	party  map[string]*Party
	place  map[string]*Place
	offer  map[string]*Offer
	demand map[string]*Demand
}

func namesOf(in *Input) names {
	n := names{map[string]*Party{}, map[string]*Place{}, map[string]*Offer{}, map[string]*Demand{}}
	for i := range in.Parties {
		n.party[in.Parties[i].ID] = &in.Parties[i]
	}
	for i := range in.Places {
		n.place[in.Places[i].Key] = &in.Places[i]
	}
	for i := range in.Offers {
		n.offer[in.Offers[i].ID] = &in.Offers[i]
	}
	for i := range in.Demands {
		n.demand[in.Demands[i].ID] = &in.Demands[i]
	}
	return n
}

// ViewForSupplier is the plan as a party sees it that offers. Lots of one offer that go
// the same way at the same price are one line.
func ViewForSupplier(p *Plan, in Input, party string) SupplierView {
	n := namesOf(&in)
	var v SupplierView
	for i := range p.Lines {
		x := &p.Lines[i]
		o, d := n.offer[x.Offer], n.demand[x.Demand]
		if o.Party != party {
			continue
		}
		l := SupplierLine{
			Offer: x.Offer, Commodity: o.Commodity, Buyer: n.party[d.Party].Name, Place: n.place[d.Place].Name,
			Class: x.Class, Grams: x.Grams, Pick: x.Pick, Deliver: x.Deliver, NetPerKg: down(x.Net), PayDays: d.PayDays, Real: x.Real,
		}
		if x.Via != "" {
			lead := n.party[x.Via]
			l.Lead, l.Place = lead.Name, n.place[lead.Place].Name
		}
		if k := len(v.Lines) - 1; k >= 0 {
			same := v.Lines[k]
			same.Grams = l.Grams
			if same == l {
				v.Lines[k].Grams += x.Grams
				continue
			}
		}
		v.Lines = append(v.Lines, l)
	}
	for i := range p.LeftOffers {
		if x := &p.LeftOffers[i]; n.offer[x.ID].Party == party {
			v.Left = append(v.Left, x.view())
		}
	}
	return v
}

// ViewForBuyer is the plan as a party sees it that demands: its orders, filled or not.
// What comes through one lead in one class on one day at one price is one line.
func ViewForBuyer(p *Plan, in Input, party string) BuyerView {
	n := namesOf(&in)
	var v BuyerView
	at := map[string]int{}
	for i := range in.Demands {
		if d := &in.Demands[i]; d.Party == party {
			at[d.ID] = len(v.Orders)
			v.Orders = append(v.Orders, BuyerOrder{Demand: d.ID, Commodity: d.Commodity, Asked: d.Quantity})
		}
	}
	for i := range p.Lines {
		x := &p.Lines[i]
		k, mine := at[x.Demand]
		if !mine {
			continue
		}
		order := &v.Orders[k]
		order.Coming += x.Grams
		supplier := n.party[n.offer[x.Offer].Party].Name
		if x.Via != "" {
			supplier = n.party[x.Via].Name
		}
		l := BuyerLine{Supplier: supplier, Led: x.Via != "", Class: x.Class, Grams: x.Grams, Deliver: x.Deliver, PaysPerKg: up(x.Pays), Real: x.Real}
		order.add(l)
	}
	for i := range p.LeftDemands {
		if x := &p.LeftDemands[i]; n.demand[x.ID].Party == party {
			v.Left = append(v.Left, x.view())
		}
	}
	return v
}

func (o *BuyerOrder) add(l BuyerLine) {
	for i := range o.Lines {
		same := o.Lines[i]
		same.Grams = l.Grams
		if same == l {
			o.Lines[i].Grams += l.Grams
			return
		}
	}
	o.Lines = append(o.Lines, l)
}

func (x *LeftOut) view() LeftView {
	return LeftView{ID: x.ID, Left: x.Left, Main: x.Main, Steps: append([]Step(nil), x.Steps...)}
}

// down and up are a price a kilogram as parties see it.
func down(p money.PerTonne) money.VND {
	return money.VND(money.FloorDiv(int64(p), shownTo) * (shownTo / 1000))
}

func up(p money.PerTonne) money.VND {
	return money.VND(money.CeilDiv(int64(p), shownTo) * (shownTo / 1000))
}
