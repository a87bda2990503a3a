package market

import (
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// Offers and demands made ready for pairing: everything a pair asks for that depends on one
// side only is worked out once.

// stock is an offer made ready for pairing. Positions are those of the canonical input.
type stock struct {
	o         *Offer
	at        int // position of the offer
	com       int
	party     int
	place     int
	seller    int // number of (commodity, party) in the problem
	invoices  bool
	free      weight.Grams
	units     int64
	papers    []Paper // merged, widest first
	lots      []lot
	firstLot  int // position of its first lot in the problem
	reserve   [4]money.PerTonne
	bonus     money.PerTonne
	from, to  int64
	mayBanned bool // is in some ban
	mayPinned bool
}

// want is a demand made ready.
type want struct {
	d        *Demand
	at       int
	com      int
	place    int
	max, min int64
	price    money.PerTonne // P
	got      money.PerTonne // P2
	from, to int64
	leads    []leadAt
}

// leadAt is a lead supplier that has the papers of a demand, by number.
type leadAt struct {
	seller int
	party  int
	place  int
	until  int64 // last day its papers are good, 0 for ever
	km     int64 // to the demand's place
	known  bool  // is there a road?
	yard   money.PerTonne
}

// chief is a party that may lead in a commodity, with its papers' last days.
type chief struct {
	seller, party, place int
	until                map[string]calendar.Day
}

func lookup[T any](all []T, key string, of func(*T) string) int {
	i, ok := slices.BinarySearchFunc(all, key, func(t T, k string) int {
		switch s := of(&t); {
		case s < k:
			return -1
		case s > k:
			return 1
		}
		return 0
	})
	if !ok {
		return -1
	}
	return i
}

func (p *Party) invoices() bool {
	return p.TaxCode != "" && (p.Kind == KindCoop || p.Kind == KindUnion || p.Kind == KindEnterprise)
}

func (p *Party) leads() bool {
	return p.TaxCode != "" && (p.Kind == KindCoop || p.Kind == KindUnion)
}

// ground is the input with what every pair asks of it at hand.
type ground struct {
	in     *Input
	roads  map[[2]int32]int64
	banned map[[2]int]bool // offer, demand
	pinned map[[2]int]int  // position of the pin
	placed map[string]int
	coms   map[string]int
	people map[string]int
}

func newGround(in *Input) *ground {
	g := &ground{
		in: in, roads: make(map[[2]int32]int64, len(in.Roads)), banned: map[[2]int]bool{}, pinned: map[[2]int]int{},
		placed: make(map[string]int, len(in.Places)), coms: make(map[string]int, len(in.Commodities)),
		people: make(map[string]int, len(in.Parties)),
	}
	for i := range in.Places {
		g.placed[in.Places[i].Key] = i
	}
	for i := range in.Commodities {
		g.coms[in.Commodities[i].Code] = i
	}
	for i := range in.Parties {
		g.people[in.Parties[i].ID] = i
	}
	for _, r := range in.Roads {
		g.roads[[2]int32{int32(g.placed[r.From]), int32(g.placed[r.To])}] = r.Km
	}
	offer := func(id string) int { return lookup(in.Offers, id, func(o *Offer) string { return o.ID }) }
	demand := func(id string) int { return lookup(in.Demands, id, func(d *Demand) string { return d.ID }) }
	for _, b := range in.Rules.Bans {
		g.banned[[2]int{offer(b.Offer), demand(b.Demand)}] = true
	}
	for i, p := range in.Rules.Pins {
		g.pinned[[2]int{offer(p.Offer), demand(p.Demand)}] = i
	}
	return g
}

// km is the road between two places.
func (g *ground) km(a, b int) (int64, bool) {
	km, ok := g.roads[[2]int32{int32(min(a, b)), int32(max(a, b))}]
	return km, ok || a == b
}

func (g *ground) stock(at int, o *Offer) stock {
	p := &g.in.Params
	s := stock{
		o: o, at: at, com: g.coms[o.Commodity], party: g.people[o.Party], place: g.placed[o.Place],
		from: int64(max(o.From, g.in.AsOf)), to: int64(o.To), papers: mergePapers(o.Papers), free: Free(o, p),
	}
	c, party := &g.in.Commodities[s.com], &g.in.Parties[s.party]
	s.invoices = party.invoices()
	s.units = int64(s.free / c.Unit)
	s.lots = cut(s.units, o.Mix, s.papers, int64(c.Unit))
	s.reserve = alternative(o, c, p)
	s.bonus = bonus(party, &g.in.Rules)
	return s
}

func (g *ground) want(at int, d *Demand, chiefs []chief) want {
	p := &g.in.Params
	w := want{
		d: d, at: at, com: g.coms[d.Commodity], place: g.placed[d.Place],
		from: int64(max(d.From, g.in.AsOf)), to: int64(d.To), price: d.Ceiling,
	}
	c := &g.in.Commodities[w.com]
	w.max = int64(d.Quantity / c.Unit)
	w.min = money.CeilDiv(int64(d.MinOrder), int64(c.Unit))
	if w.price == 0 {
		w.price = c.RefPrice
	}
	w.got = received(w.price, d, p)
	if d.MaxInvoices == 0 {
		return w
	}
	for _, ch := range chiefs {
		if until, ok := ch.holds(d.Papers); ok {
			w.leads = append(w.leads, g.leadAt(&w, c, ch, until))
		}
	}
	return w
}

// leadAt is a chief in front of a demand.
func (g *ground) leadAt(w *want, c *Commodity, ch chief, until calendar.Day) leadAt {
	l := leadAt{seller: ch.seller, party: ch.party, place: ch.place, until: int64(until)}
	l.km, l.known = g.km(ch.place, w.place)
	if l.known {
		l.yard = atYard(w.got, w.d, &g.in.Params, l.km, w.d.Quantity, c.Cold)
	}
	return l
}

// holds says until when a chief has all kinds (0: for ever).
func (ch *chief) holds(kinds []string) (until calendar.Day, ok bool) {
	for _, k := range kinds {
		u, has := ch.until[k]
		if !has {
			return 0, false
		}
		if u != 0 && (until == 0 || u < until) {
			until = u
		}
	}
	return until, true
}

// chiefs finds who may lead among the stocks of one commodity, by seller number.
func (g *ground) chiefs(stocks []*stock) (out []chief) {
	at := map[int]int{}
	for _, s := range stocks {
		if party := &g.in.Parties[s.party]; s.free > 0 && party.leads() {
			if _, ok := at[s.seller]; !ok {
				at[s.seller] = len(out)
				out = append(out, chief{seller: s.seller, party: s.party, place: g.placed[party.Place], until: map[string]calendar.Day{}})
			}
		}
	}
	for _, s := range stocks {
		k, ok := at[s.seller]
		if !ok {
			continue
		}
		for _, p := range s.papers {
			have, has := out[k].until[p.Kind]
			switch {
			case !has, p.Until == 0, have != 0 && p.Until > have:
				out[k].until[p.Kind] = p.Until
			}
		}
	}
	slices.SortFunc(out, func(a, b chief) int { return a.seller - b.seller })
	return out
}
