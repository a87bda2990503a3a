package recheck

import (
	"cmp"
	"math/bits"
	"slices"
)

// lot is a homogeneous part of an offer: class c, holding the first m of its papers.
type lot struct {
	o     *offerX
	class int
	level int
	units int64
	ways  []way // by demand order, then via
}

// offerX is an offer with what follows from it.
type offerX struct {
	*offer
	idx     int
	planned int64
	units   int64
	papers  []paper // merged, widest scope first
	lots    []*lot
	bonus   int64
	unit    int64
	minLine int64
}

// demandX is a demand with what follows from it.
type demandX struct {
	*demand
	idx      int
	max, min int64
	leads    []leadX
}

// leadX is a party that may lead a demand, with the last day its papers are good for.
type leadX struct {
	p     *party
	until day // 0 for ever
}

// way is one feasible way of a lot to a demand.
type way struct {
	d                *demandX
	via              string // "" direct, else the invoicing party
	travel, life     int64
	hLo, hHi         day
	dLo, dHi         day
	reserve, gain    int64
	pick, deliver    day
	price            int64 // P
	freight, collect int64
	led              bool // through another party
}

// world is everything rebuilt from the input records.
type world struct {
	*document
	offersX  []*offerX
	demandsX []*demandX
	offerBy  map[string]*offerX
	demandBy map[string]*demandX
	pinned   map[[2]string]int64 // grams
	why      map[string]map[string]int
	feasible map[[2]int]bool // offer idx, demand idx
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }

// km is the distance of two places; ok is false when no road says it.
func (w *world) km(a, b string) (int64, bool) {
	if k, ok := w.roads[[2]string{min(a, b), max(a, b)}]; ok {
		return k, true
	}
	return 0, a == b
}

func (w *world) travel(km int64) int64 {
	if km <= w.head.Params.SameDayKm {
		return 0
	}
	return ceilDiv(km-w.head.Params.SameDayKm, w.head.Params.DayKm)
}

func (w *world) freight(km, grams int64, cold bool) int64 {
	vs := w.head.Params.Vehicles
	v := vs[0]
	for _, x := range vs {
		if x.Load <= grams && x.Load > v.Load || v.Load > grams && x.Load < v.Load {
			v = x
		}
	}
	f := ceilDiv(km*v.PerKm*1_000_000, v.Load)
	if cold {
		f = ceilDiv(f*(1000+w.head.Params.ColdPM), 1000)
	}
	return f
}

func invoices(p *party) bool {
	return (p.Kind == "htx" || p.Kind == "lhhtx" || p.Kind == "dn") && p.TaxCode != ""
}

// mergePapers adds up scopes of one kind, takes the earliest expiry, and sorts widest first.
func mergePapers(ps []paper) []paper {
	by := map[string]*paper{}
	var out []*paper
	for _, p := range ps {
		q, ok := by[p.Kind]
		if !ok {
			c := p
			by[p.Kind] = &c
			out = append(out, &c)
			continue
		}
		if q.Scope == 0 || p.Scope == 0 {
			q.Scope = 0
		} else {
			q.Scope += p.Scope
		}
		if p.Until != 0 && (q.Until == 0 || p.Until < q.Until) {
			q.Until = p.Until
		}
	}
	slices.SortFunc(out, func(a, b *paper) int {
		switch {
		case a.Scope == b.Scope:
			return cmp.Compare(a.Kind, b.Kind)
		case a.Scope == 0:
			return -1
		case b.Scope == 0:
			return 1
		}
		return cmp.Compare(b.Scope, a.Scope)
	})
	merged := make([]paper, len(out))
	for i, p := range out {
		merged[i] = *p
	}
	return merged
}

// rebuild makes the world from the records, or says which record cannot be used.
func rebuild(r *Report, d *document) (*world, bool) {
	w := &world{document: d, offerBy: map[string]*offerX{}, demandBy: map[string]*demandX{}, pinned: map[[2]string]int64{}, why: map[string]map[string]int{}, feasible: map[[2]int]bool{}}
	if !w.sane(r) {
		return nil, false
	}
	for _, p := range d.pins {
		k := [2]string{p.Offer, p.Demand}
		w.pinned[k] = max(w.pinned[k], p.Min)
	}
	for i, id := range d.offerOrder {
		w.addOffer(i, d.offers[id])
	}
	for i, id := range d.demandOrder {
		dm := d.demands[id]
		unit := d.commodities[dm.Commodity].Unit
		x := &demandX{demand: dm, idx: i, max: dm.Quantity / unit, min: ceilDiv(dm.MinOrder, unit)}
		w.demandsX = append(w.demandsX, x)
		w.demandBy[dm.ID] = x
	}
	offersOf := map[string][]*offerX{}
	for _, o := range w.offersX {
		offersOf[o.Commodity] = append(offersOf[o.Commodity], o)
	}
	for _, dm := range w.demandsX {
		if dm.MaxInvoices > 0 {
			dm.leads = w.leads(dm, offersOf[dm.Commodity])
		}
		for _, o := range offersOf[dm.Commodity] {
			if why := w.pair(o, dm); why != "" {
				w.count(o.ID, why)
				w.count(dm.ID, why)
			} else {
				w.feasible[[2]int{o.idx, dm.idx}] = true
				r.Pairs++
			}
		}
	}
	r.Offers, r.Demands = len(w.offersX), len(w.demandsX)
	return w, true
}

func (w *world) count(id, why string) {
	if w.why[id] == nil {
		w.why[id] = map[string]int{}
	}
	w.why[id][why]++
}

func (w *world) addOffer(i int, of *offer) {
	unit := w.commodities[of.Commodity].Unit
	x := &offerX{offer: of, idx: i, unit: unit, papers: mergePapers(of.Papers), minLine: ceilDiv(of.MinLine, unit)}
	x.planned = max(0, of.Firm+floorDiv(of.Forecast*w.head.Params.ForecastPM, 1000)-of.Held)
	x.units = x.planned / unit
	p := w.parties[of.Party]
	for _, b := range w.bonuses {
		if b.Kind == "poor" && p.Poor || b.Kind == "small" && p.Small {
			x.bonus += b.PerTonne
		}
	}
	sum, before := int64(0), int64(0)
	for c := range of.Mix {
		sum += of.Mix[c]
		upTo := mulDiv(x.units, sum, 1000)
		q := upTo - before
		before = upTo
		for m := 0; m <= len(x.papers) && q > 0; m++ {
			u := mulDiv(q, x.scope(m), x.units) - mulDiv(q, x.scope(m+1), x.units)
			if u > 0 {
				x.lots = append(x.lots, &lot{o: x, class: c, level: m, units: u})
			}
		}
	}
	w.offersX = append(w.offersX, x)
	w.offerBy[of.ID] = x
}

// scope is S_m: how many units at least the first m papers cover.
func (o *offerX) scope(m int) int64 {
	switch {
	case m == 0:
		return o.units
	case m > len(o.papers):
		return 0
	case o.papers[m-1].Scope == 0:
		return o.units
	}
	return min(o.units, o.papers[m-1].Scope/o.unit)
}

// mulDiv is ⌊a×b/c⌋ in 128 bits, for non-negative a and b and a quotient that fits.
func mulDiv(a, b, c int64) int64 {
	if c == 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}

// leads are the parties that may lead a demand for others.
func (w *world) leads(dm *demandX, offers []*offerX) []leadX {
	held := map[string]map[string]day{} // party → kind → latest expiry, forever = 1<<62
	const forever = day(1) << 62
	var order []string
	active := map[string]bool{}
	for _, o := range offers {
		active[o.Party] = active[o.Party] || o.planned > 0
		if held[o.Party] == nil {
			held[o.Party] = map[string]day{}
			order = append(order, o.Party)
		}
		for _, p := range o.papers {
			u := p.Until
			if u == 0 {
				u = forever
			}
			held[o.Party][p.Kind] = max(held[o.Party][p.Kind], u)
		}
	}
	slices.Sort(order)
	var out []leadX
	for _, id := range order {
		p := w.parties[id]
		if !active[id] || !invoices(p) || p.Kind == "dn" {
			continue
		}
		until, ok := forever, true
		for _, k := range dm.Papers {
			u, has := held[id][k]
			ok = ok && has
			until = min(until, u)
		}
		if ok {
			if until == forever {
				until = 0
			}
			out = append(out, leadX{p, until})
		}
	}
	return out
}

// The reasons in the order of how far a pair came.
var furthest = []string{"commodity", "banned", "variety", "class", "paper", "road", "days", "expired", "shelf", "no_lead", "floor", "gain"}

func further(a, b string) string {
	if slices.Index(furthest, b) > slices.Index(furthest, a) {
		return b
	}
	return a
}

// pair adds all ways of an offer's lots to a demand; "" or why there is none.
func (w *world) pair(o *offerX, dm *demandX) string {
	if w.bans[[2]string{o.ID, dm.ID}] {
		return "banned"
	}
	if dm.Variety != "" && dm.Variety != o.Variety {
		return "variety"
	}
	why, any := "commodity", false
	for _, l := range o.lots {
		if dm.MinClass != 0 && (l.class == 0 || int64(l.class) > dm.MinClass) {
			why = further(why, "class")
			continue
		}
		until, holds := day(0), true
		for _, k := range dm.Papers {
			i := slices.IndexFunc(o.papers, func(p paper) bool { return p.Kind == k })
			if i < 0 || i >= l.level {
				holds = false
				break
			}
			if u := o.papers[i].Until; u != 0 && (until == 0 || u < until) {
				until = u
			}
		}
		if !holds {
			why = further(why, "paper")
			continue
		}
		ways, reason := w.ways(l, dm, until)
		if len(ways) == 0 {
			why = further(why, reason)
			continue
		}
		any = true
		l.ways = append(l.ways, ways...)
	}
	if any {
		return ""
	}
	return why
}

// ways lists how a lot that fits in kind can reach a demand.
func (w *world) ways(l *lot, dm *demandX, until day) (out []way, why string) {
	o := l.o
	try := func(x way, reason string) {
		if reason == "" {
			out = append(out, x)
		} else {
			why = further(why, reason)
		}
	}
	if dm.MaxInvoices == 0 {
		try(w.direct(l, dm, "", until))
		return out, why
	}
	why = "no_lead"
	first := true
	note := func(x way, reason string) {
		if first && reason != "" {
			why, first = reason, false
			return
		}
		try(x, reason)
	}
	if own := w.parties[o.Party]; invoices(own) {
		note(w.direct(l, dm, own.ID, until))
	}
	for _, ld := range dm.leads {
		if ld.p.ID == o.Party {
			continue
		}
		note(w.led(l, dm, ld, until))
	}
	return out, why
}

func (w *world) direct(l *lot, dm *demandX, via string, until day) (way, string) {
	o := l.o
	km, ok := w.km(o.Place, dm.Place)
	if !ok {
		return way{}, "road"
	}
	x := way{d: dm, via: via, travel: w.travel(km)}
	if why := w.days(&x, o, until); why != "" {
		return way{}, why
	}
	w.price(&x, o, o.Place, min(o.planned, dm.Quantity))
	return x, w.worth(&x, l)
}

func (w *world) led(l *lot, dm *demandX, ld leadX, until day) (way, string) {
	o := l.o
	in, ok1 := w.km(o.Place, ld.p.Place)
	out, ok2 := w.km(ld.p.Place, dm.Place)
	if !ok1 || !ok2 {
		return way{}, "road"
	}
	if ld.until != 0 && (until == 0 || ld.until < until) {
		until = ld.until
	}
	x := way{d: dm, via: ld.p.ID, led: true, travel: w.travel(in) + w.head.Params.LeadDays + w.travel(out)}
	if why := w.days(&x, o, until); why != "" {
		return way{}, why
	}
	x.collect = w.freight(in, o.planned, w.commodities[o.Commodity].Cold)
	w.price(&x, o, ld.p.Place, dm.Quantity)
	return x, w.worth(&x, l)
}

// days fills the windows and the days chosen, or says why none fit.
func (w *world) days(x *way, o *offerX, until day) string {
	c := w.commodities[o.Commodity]
	x.life = c.ShelfDays - ceilDiv(c.ShelfDays*w.head.Params.LifeAskedPM, 1000)
	x.hLo, x.hHi = max(o.From, w.head.AsOf), o.To
	x.dLo, x.dHi = max(x.d.From, w.head.AsOf), x.d.To
	if until != 0 {
		x.dHi = min(x.dHi, until)
	}
	x.deliver = max(x.dLo, x.hLo+day(x.travel))
	x.pick = min(x.hHi, x.deliver-day(x.travel))
	inWindow := func(end day) bool { return x.pick >= x.hLo && x.deliver <= end }
	fresh := int64(x.deliver-x.pick) <= x.life
	switch {
	case inWindow(x.dHi) && fresh:
		return ""
	case inWindow(x.dHi):
		return "shelf"
	case inWindow(x.d.To) && fresh:
		return "expired"
	}
	return "days"
}

// price fills P and the freight of the last stretch.
func (w *world) price(x *way, o *offerX, from string, grams int64) {
	c := w.commodities[o.Commodity]
	x.price = x.d.Ceiling
	if x.price == 0 {
		x.price = c.RefPrice
	}
	if !x.d.AtGarden {
		km, _ := w.km(from, x.d.Place)
		x.freight = w.freight(km, grams, c.Cold)
	}
}

// value is V: what price p at the buyer's basis is worth at the garden.
func (w *world) value(x *way, p int64) int64 {
	pr := w.head.Params
	v := floorDiv(p*(10000-x.d.DiscountBP), 10000)
	v = mulDivFloor(v, 3_650_000-pr.InterestBP*x.d.PayDays, 3_650_000)
	if !x.d.AtGarden {
		v = floorDiv(v*(10000-pr.ShrinkBP), 10000) - x.freight
	}
	if x.led {
		v = floorDiv(v*(10000-pr.LeadShrinkBP), 10000) - pr.LeadFee - x.collect
	}
	return v
}

// pays is the smallest price with which the seller nets at least net.
func (w *world) pays(x *way, net int64) int64 {
	lo, hi := int64(0), x.price
	for lo < hi {
		mid := lo + (hi-lo)/2
		if w.value(x, mid) >= net {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// mulDivFloor is ⌊a×b/c⌋ without leaving 64 bits for prices and day factors.
func mulDivFloor(a, b, c int64) int64 {
	q, m := floorDiv(a, c), a-floorDiv(a, c)*c
	return q*b + floorDiv(m*b, c)
}

// worth fills reserve and gain, or says why the way is not worth taking.
func (w *world) worth(x *way, l *lot) string {
	o := l.o
	alt := o.Trader
	if alt == 0 && o.Floor == 0 {
		alt = w.commodities[o.Commodity].RefFloor
	}
	if alt > 0 {
		sum := int64(0)
		for k, share := range o.Mix {
			sum += share * w.head.Params.ClassPM[k]
		}
		alt = ceilDiv(alt*w.head.Params.ClassPM[l.class]*1000, sum)
	}
	x.reserve = max(o.Floor, alt)
	v := w.value(x, x.price)
	x.gain = v - x.reserve
	_, pinned := w.pinned[[2]string{o.ID, x.d.ID}]
	switch {
	case v < o.Floor:
		return "floor"
	case x.gain <= 0 && !pinned:
		return "gain"
	}
	return ""
}
