package sample

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/weight"
)

// Province is the whole sample.
type Province struct {
	Orgs   []Org // the 762 of the province
	Buyers []Org
	Input  market.Input // one season, ready to plan
}

// PartyOf is the party ID of an organisation by its position: orgs first, then buyers. A
// loader that inserts them in this order into an empty registry gets the same numbers.
func PartyOf(i int) string { return fmt.Sprintf("T%06d", i+1) }

// Build draws the sample. It is deterministic.
func Build(a *places.Atlas, c *catalog.Catalog) (*Province, error) {
	orgs, err := makeOrgs(a)
	if err != nil {
		return nil, err
	}
	buyers, err := makeBuyers(a, 700)
	if err != nil {
		return nil, err
	}
	p := &Province{Orgs: orgs, Buyers: buyers}
	in := &p.Input
	in.AsOf, in.Horizon, in.Params = asOf, horizon, market.DefaultParams()
	if in.Offers, err = makeOffers(a, c, orgs, PartyOf); err != nil {
		return nil, err
	}
	if in.Demands, err = makeDemands(c, buyers, func(i int) string { return PartyOf(len(orgs) + i) }); err != nil {
		return nil, err
	}
	p.parties()
	p.commodities(c)
	if err := p.places(a); err != nil {
		return nil, err
	}
	p.rules()
	return p, nil
}

// small is the size up to which a supplier gets the bonus of the small ones.
const small = 12

func (p *Province) parties() {
	used := map[string]bool{}
	for i := range p.Input.Offers {
		used[p.Input.Offers[i].Party] = true
	}
	for i := range p.Input.Demands {
		used[p.Input.Demands[i].Party] = true
	}
	for i, o := range slices.Concat(p.Orgs, p.Buyers) {
		id := PartyOf(i)
		if !used[id] {
			continue
		}
		p.Input.Parties = append(p.Input.Parties, market.Party{
			ID: id, Name: o.Name, Kind: o.Kind, Contact: o.Contact, Phone: o.Phone, TaxCode: o.TaxCode, Place: o.Place,
			Small: o.Group == "" && o.Members <= small, Poor: o.Poor,
		})
	}
}

func (p *Province) commodities(c *catalog.Catalog) {
	pieces := map[string]bool{}
	for _, r := range recipes {
		pieces[r.code] = r.pieces
	}
	used := map[string]bool{}
	for i := range p.Input.Offers {
		used[p.Input.Offers[i].Commodity] = true
	}
	for i := range p.Input.Demands {
		used[p.Input.Demands[i].Commodity] = true
	}
	for _, x := range c.All() {
		if used[x.Code] {
			p.Input.Commodities = append(p.Input.Commodities, market.Commodity{
				Code: x.Code, NameVI: x.NameVI, NameEN: x.NameEN, ShelfDays: x.ShelfDays, Cold: x.Cold,
				Unit: weight.Kilogram, RefFloor: x.RefFloor(), RefPrice: x.RefPrice(),
			})
		}
	}
}

// places lists every place in use and the roads between suppliers and buyers, and among
// suppliers of one district and its neighbours (a lead collects near by).
func (p *Province) places(a *places.Atlas) error {
	in := &p.Input
	keys := map[string]bool{}
	for i := range in.Parties {
		keys[in.Parties[i].Place] = true
	}
	var list []string
	for k := range keys {
		list = append(list, k)
	}
	slices.Sort(list)
	for _, k := range list {
		u, ok := a.ByKey(k)
		if !ok {
			return fmt.Errorf("no place %s", k)
		}
		x := market.Place{Key: k, Name: a.Label(k), LatE6: u.Point.LatE6, LonE6: u.Point.LonE6}
		if d, ok := a.ByKey(u.District); ok {
			x.District = d.Name
			if strings.HasPrefix(d.Full, "Thành phố") {
				x.District = "TP " + d.Name
			}
		}
		if pr, ok := a.ByKey(u.Province); ok {
			x.Province = pr.Name
		}
		in.Places = append(in.Places, x)
	}
	for i, from := range list {
		for _, to := range list[i+1:] {
			if km, ok := a.RoadKm(from, to); ok {
				in.Roads = append(in.Roads, market.Road{From: from, To: to, Km: km})
			}
		}
	}
	return nil
}

// rules are the people's decisions in the sample: two bonuses, one cap, one pin and one
// ban, so that each shows what it costs.
func (p *Province) rules() {
	in := &p.Input
	in.Rules.Bonuses = []market.Bonus{{Kind: market.BonusPoor, PerTonne: 200_000}, {Kind: market.BonusSmall, PerTonne: 100_000}}
	named := map[string]string{}
	for i, o := range p.Orgs {
		if o.Named != "" {
			named[o.Named] = PartyOf(i)
		}
	}
	in.Rules.Caps = []market.Cap{{Party: named["mytan"], Commodity: "BUOI-DIEN", Max: 20 * weight.Tonne, Reason: "Để phần cho tổ hợp tác trong xã (minh họa)"}}
	pairs := p.easyPairs(named["daidong"])
	if len(pairs) > 0 {
		in.Rules.Pins = []market.Pin{{Offer: pairs[0][0], Demand: pairs[0][1], Min: weight.Tonne, Reason: "Khách quen nhiều năm (minh họa)", By: "Trưởng phòng xúc tiến"}}
	}
	for _, x := range pairs[min(1, len(pairs)):] {
		if x[1] != pairs[0][1] {
			in.Rules.Bans = []market.Ban{{Offer: x[0], Demand: x[1], Reason: "Đang đối chiếu công nợ (minh họa)", By: "Trưởng phòng xúc tiến"}}
			break
		}
	}
}

// easyPairs are pairs of a party's offers with demands that ask for nothing special, whose
// windows overlap well and whose prices leave room, so that pinning them is possible.
func (p *Province) easyPairs(party string) (pairs [][2]string) {
	for _, o := range p.Input.Offers {
		if o.Party != party || o.MinLine > weight.Tonne || o.Firm < 2*weight.Tonne {
			continue
		}
		for _, d := range p.Input.Demands {
			plain := len(d.Papers) == 0 && d.MinClass == 0 && d.MaxInvoices == 0 && d.MaxSources == 0 && d.MinOrder <= weight.Tonne
			overlap := min(o.To, d.To) - max(o.From, d.From)
			if d.Commodity == o.Commodity && plain && overlap >= 3 && d.Quantity >= 2*weight.Tonne && d.Ceiling >= o.Floor+6_000_000 && d.Ceiling >= o.Trader+6_000_000 {
				pairs = append(pairs, [2]string{o.ID, d.ID})
			}
		}
	}
	return pairs
}
