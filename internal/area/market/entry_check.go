package market

import (
	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
)

// surroundings makes an input out of records and their parties: the commodities, places and
// roads that they need, as of a day.
func surroundings(in Input, atlas *places.Atlas, goods *catalog.Catalog, home string) Input {
	var g goodsBook
	g.init(goods)
	for i := range in.Offers {
		g.count(in.Offers[i].Commodity, in.Offers[i].Piece)
	}
	for i := range in.Demands {
		g.count(in.Demands[i].Commodity, 0)
	}
	var w placeBook
	w.init(atlas, ReadOptions{AsOf: in.AsOf, Home: home})
	in.Commodities, in.Places, in.Roads = g.list(&in), w.list(&in), w.roads(&in)
	return in
}

// partyOf is an organisation as a plan sees it. at stands for its place when the register
// knows none.
func partyOf(o registry.Org, at string) Party {
	p := Party{ID: partyID(o.ID), Name: short(o.Name), Kind: Kind(o.Kind), Contact: short(o.Contact), Phone: phonesText(o), TaxCode: o.TaxCode, Place: o.Place}
	if p.Place == "" {
		p.Place = at
	}
	return p
}

// checkEntry says everything that is wrong with an entry's record, each at its field.
func (s *Store) checkEntry(e *Entry, o registry.Org, today calendar.Day) error {
	days := e.Days()
	in := Input{AsOf: min(today, days.From), Horizon: max(today, days.To) + 1, Params: DefaultParams(), Parties: []Party{partyOf(o, e.Place())}}
	id := in.Parties[0].ID
	switch e.Side {
	case SideOffer:
		x := e.Offer
		x.ID, x.Party, x.Source = "CB-0", id, Source{}
		in.Offers = []Offer{x}
	case SideDemand:
		x := e.Demand
		x.ID, x.Party, x.Source = "NC-0", id, Source{}
		in.Demands = []Demand{x}
	default:
		return fault.New(fault.Invalid, "market.fault.no_side")
	}
	_, err := Canonical(surroundings(in, s.Atlas, s.Catalog, ""))
	return err
}
