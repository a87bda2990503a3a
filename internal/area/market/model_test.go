package market

import (
	"fmt"
	"math/big"
	"slices"
	"sort"
)

// A second, slow model written from docs/plan-file.md alone: it shares no step with the
// filter, so that a mistake in either shows. Everything is recomputed for every question.

type model struct{ in Input }

func fdiv(a, b int64) int64 {
	q := new(big.Int)
	m := new(big.Int)
	q.DivMod(big.NewInt(a), big.NewInt(b), m)
	return q.Int64()
}
func cdiv(a, b int64) int64 { return -fdiv(-a, b) }

func (m model) com(code string) Commodity {
	for _, c := range m.in.Commodities {
		if c.Code == code {
			return c
		}
	}
	panic(code)
}

func (m model) party(id string) Party {
	for _, p := range m.in.Parties {
		if p.ID == id {
			return p
		}
	}
	panic(id)
}

func (m model) planned(o Offer) int64 {
	return max(0, int64(o.Firm)+fdiv(int64(o.Forecast)*m.in.Params.ForecastPM, 1000)-int64(o.Held))
}

func (m model) units(o Offer) int64 {
	return fdiv(m.planned(o), int64(m.com(o.Commodity).Unit))
}

// merged papers, widest first.
func (m model) papers(o Offer) []Paper {
	by := map[string]*Paper{}
	var kinds []string
	for _, p := range o.Papers {
		q, ok := by[p.Kind]
		if !ok {
			c := p
			by[p.Kind] = &c
			kinds = append(kinds, p.Kind)
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
	sort.Strings(kinds)
	var out []Paper
	for _, k := range kinds {
		out = append(out, *by[k])
	}
	wide := func(p Paper) int64 {
		if p.Scope == 0 {
			return 1 << 62
		}
		return int64(p.Scope)
	}
	sort.SliceStable(out, func(i, j int) bool { return wide(out[i]) > wide(out[j]) })
	return out
}

type mlot struct {
	class, level int
	units        int64
}

func (m model) lots(o Offer) (out []mlot) {
	u := m.units(o)
	if u == 0 {
		return nil
	}
	papers := m.papers(o)
	unit := int64(m.com(o.Commodity).Unit)
	S := func(k int) int64 {
		switch {
		case k == 0:
			return u
		case k > len(papers):
			return 0
		case papers[k-1].Scope == 0:
			return u
		}
		return min(u, fdiv(int64(papers[k-1].Scope), unit))
	}
	M := int64(0)
	for c := range 4 {
		before := M
		M += o.Mix[c]
		q := fdiv(u*M, 1000) - fdiv(u*before, 1000)
		for k := 0; k <= len(papers); k++ {
			if n := fdiv(q*S(k), u) - fdiv(q*S(k+1), u); n > 0 {
				out = append(out, mlot{c, k, n})
			}
		}
	}
	return out
}

func (m model) km(a, b string) (int64, bool) {
	for _, r := range m.in.Roads {
		if r.From == a && r.To == b || r.From == b && r.To == a {
			return r.Km, true
		}
	}
	return 0, a == b
}

func (m model) travel(km int64) int64 {
	if km <= m.in.Params.SameDayKm {
		return 0
	}
	return cdiv(km-m.in.Params.SameDayKm, m.in.Params.DayKm)
}

func (m model) freight(km, grams int64, cold bool) int64 {
	v := m.in.Params.Vehicles[0]
	for _, w := range m.in.Params.Vehicles {
		if int64(w.Load) <= grams && w.Load > v.Load {
			v = w
		}
	}
	f := cdiv(km*int64(v.PerKm)*1_000_000, int64(v.Load))
	if cold {
		f = cdiv(f*(1000+m.in.Params.ColdPM), 1000)
	}
	return f
}

// mway is a way with everything a line must agree with. via is "" when the seller sells
// itself.
type mway struct {
	via           string
	value         func(price int64) int64
	pick, deliver int64
	gain          int64
	invoicer      string // who invoices when the demand asks
}

func (m model) leadPapers(id, commodity string, kinds []string) (until int64, ok bool) {
	for _, k := range kinds {
		latest, has, ever := int64(0), false, false
		for _, o := range m.in.Offers {
			if o.Party != id || o.Commodity != commodity {
				continue
			}
			for _, p := range m.papers(o) {
				if p.Kind == k {
					has = true
					ever = ever || p.Until == 0
					latest = max(latest, int64(p.Until))
				}
			}
		}
		if !has {
			return 0, false
		}
		if !ever && (until == 0 || latest < until) {
			until = latest
		}
	}
	return until, true
}

func invoicer(p Party) bool {
	return p.TaxCode != "" && slices.Contains([]Kind{"htx", "lhhtx", "dn"}, p.Kind)
}

func (m model) reserve(o Offer, class int) int64 {
	x := int64(o.Trader)
	if o.Trader == 0 {
		if o.Floor != 0 {
			return int64(o.Floor)
		}
		x = int64(m.com(o.Commodity).RefFloor)
	}
	sum := int64(0)
	for k := range 4 {
		sum += o.Mix[k] * m.in.Params.ClassPM[k]
	}
	return max(int64(o.Floor), cdiv(x*m.in.Params.ClassPM[class]*1000, sum))
}

func (m model) bonus(o Offer) (sum int64) {
	p := m.party(o.Party)
	for _, b := range m.in.Rules.Bonuses {
		if b.Kind == "poor" && p.Poor || b.Kind == "small" && p.Small {
			sum += int64(b.PerTonne)
		}
	}
	return sum
}

// ways of a lot to a demand.
func (m model) ways(o Offer, l mlot, d Demand) (out []mway) {
	c, p := m.com(o.Commodity), m.in.Params
	if o.Commodity != d.Commodity || d.Variety != "" && d.Variety != o.Variety {
		return nil
	}
	for _, b := range m.in.Rules.Bans {
		if b.Offer == o.ID && b.Demand == d.ID {
			return nil
		}
	}
	pinned := false
	for _, b := range m.in.Rules.Pins {
		pinned = pinned || b.Offer == o.ID && b.Demand == d.ID
	}
	if d.MinClass != 0 && (l.class < 1 || int64(l.class) > d.MinClass) {
		return nil
	}
	dHi := int64(d.To)
	held := m.papers(o)[:l.level]
	for _, k := range d.Papers {
		i := slices.IndexFunc(held, func(q Paper) bool { return q.Kind == k })
		if i < 0 {
			return nil
		}
		if u := int64(held[i].Until); u != 0 {
			dHi = min(dHi, u)
		}
	}
	hLo, hHi, dLo := int64(max(o.From, m.in.AsOf)), int64(o.To), int64(max(d.From, m.in.AsOf))
	L := c.ShelfDays - cdiv(c.ShelfDays*p.LifeAskedPM, 1000)
	add := func(y mway, T, dHi int64) {
		y.deliver = max(dLo, hLo+T)
		y.pick = min(hHi, y.deliver-T)
		if y.pick < hLo || y.deliver > dHi || y.deliver-y.pick > L {
			return
		}
		price := int64(d.Ceiling)
		if price == 0 {
			price = int64(c.RefPrice)
		}
		V, R := y.value(price), m.reserve(o, l.class)
		if V < int64(o.Floor) || V <= R && !pinned {
			return
		}
		y.gain = V - R
		out = append(out, y)
	}
	W := func(place string, price, grams int64) int64 {
		P1 := fdiv(price*(10000-d.DiscountBP), 10000)
		P2 := fdiv(P1*(3_650_000-p.InterestBP*d.PayDays), 3_650_000)
		if d.AtGarden {
			return P2
		}
		km, _ := m.km(place, d.Place)
		return fdiv(P2*(10000-p.ShrinkBP), 10000) - m.freight(km, grams, c.Cold)
	}
	if km, ok := m.km(o.Place, d.Place); ok && (d.MaxInvoices == 0 || invoicer(m.party(o.Party))) {
		add(mway{invoicer: o.Party, value: func(price int64) int64 {
			return W(o.Place, price, min(m.planned(o), int64(d.Quantity)))
		}}, m.travel(km), dHi)
	}
	if d.MaxInvoices == 0 {
		return out
	}
	for _, lead := range m.in.Parties {
		if lead.ID == o.Party || !invoicer(lead) || lead.Kind == "dn" {
			continue
		}
		if !slices.ContainsFunc(m.in.Offers, func(x Offer) bool {
			return x.Party == lead.ID && x.Commodity == o.Commodity && m.planned(x) > 0
		}) {
			continue
		}
		until, ok := m.leadPapers(lead.ID, o.Commodity, d.Papers)
		in, ok1 := m.km(o.Place, lead.Place)
		out, ok2 := m.km(lead.Place, d.Place)
		if !ok || !ok1 || !ok2 {
			continue
		}
		hi := dHi
		if until != 0 {
			hi = min(hi, until)
		}
		add(mway{via: lead.ID, invoicer: lead.ID, value: func(price int64) int64 {
			return fdiv(W(lead.Place, price, int64(d.Quantity))*(10000-p.LeadShrinkBP), 10000) - int64(p.LeadFee) - m.freight(in, m.planned(o), c.Cold)
		}}, m.travel(in)+p.LeadDays+m.travel(out), hi)
	}
	return out
}

// checkLines says which line breaks which column, nil when none does.
func (m model) checkLines(p *Plan) error {
	lotUse := map[string]int64{}
	type pairKey struct{ o, d string }
	line, party := map[pairKey]int64{}, map[[2]string]int64{}
	got := map[string]int64{}
	sources, invoices := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, x := range p.Lines {
		o := m.in.Offers[slices.IndexFunc(m.in.Offers, func(o Offer) bool { return o.ID == x.Offer })]
		d := m.in.Demands[slices.IndexFunc(m.in.Demands, func(d Demand) bool { return d.ID == x.Demand })]
		unit := int64(m.com(o.Commodity).Unit)
		lots := m.lots(o)
		i := slices.IndexFunc(lots, func(l mlot) bool { return l.class == x.Class && l.level == x.Level })
		if i < 0 || x.Units <= 0 || int64(x.Grams) != x.Units*unit {
			return fmt.Errorf("line %+v: no such lot or quantity", x)
		}
		key := fmt.Sprint(o.ID, x.Class, x.Level)
		if lotUse[key] += x.Units; lotUse[key] > lots[i].units {
			return fmt.Errorf("line %+v: more than the lot", x)
		}
		ways := m.ways(o, lots[i], d)
		k := slices.IndexFunc(ways, func(w mway) bool { return w.via == x.Via })
		if k < 0 {
			return fmt.Errorf("line %+v: not feasible", x)
		}
		w := ways[k]
		R := m.reserve(o, x.Class)
		if w.gain != int64(x.Gain) || R != int64(x.Reserve) || m.bonus(o) != int64(x.Bonus) ||
			w.pick != int64(x.Pick) || w.deliver != int64(x.Deliver) {
			return fmt.Errorf("line %+v: should be %+v, reserve %d", x, w, R)
		}
		V := R + w.gain
		if int64(x.Net) < min(R, V) || int64(x.Net) > V || x.Net < o.Floor {
			return fmt.Errorf("line %+v: net outside [%d, %d] or below the floor %d", x, R, V, o.Floor)
		}
		ceiling := int64(d.Ceiling)
		if ceiling == 0 {
			ceiling = int64(m.com(o.Commodity).RefPrice)
		}
		pays := int64(x.Pays)
		if pays > ceiling || pays < 0 || w.value(pays) < int64(x.Net) || pays > 0 && w.value(pays-1) >= int64(x.Net) {
			return fmt.Errorf("line %+v: pays is not the smallest price under %d for the net", x, ceiling)
		}
		if x.Real != (d.Ceiling > 0 && (o.Floor > 0 || o.Trader > 0)) {
			return fmt.Errorf("line %+v: real", x)
		}
		got[d.ID] += x.Units
		line[pairKey{o.ID, d.ID}] += x.Units
		party[[2]string{o.Party, o.Commodity}] += x.Units
		add := func(to map[string]map[string]bool, v string) {
			if to[d.ID] == nil {
				to[d.ID] = map[string]bool{}
			}
			to[d.ID][v] = true
		}
		add(sources, o.Party)
		add(invoices, w.invoicer)
	}
	for _, d := range m.in.Demands {
		unit := int64(m.com(d.Commodity).Unit)
		n := got[d.ID]
		if n > 0 && (n > int64(d.Quantity)/unit || n*unit < int64(d.MinOrder)) ||
			d.MaxSources > 0 && len(sources[d.ID]) > d.MaxSources || d.MaxInvoices > 0 && len(invoices[d.ID]) > d.MaxInvoices {
			return fmt.Errorf("demand %s gets %d units of %d sources, %d invoices", d.ID, n, len(sources[d.ID]), len(invoices[d.ID]))
		}
	}
	for _, o := range m.in.Offers {
		unit := int64(m.com(o.Commodity).Unit)
		for _, d := range m.in.Demands {
			if n := line[pairKey{o.ID, d.ID}]; n > 0 && n*unit < int64(o.MinLine) {
				return fmt.Errorf("%s to %s: %d units, below the smallest delivery", o.ID, d.ID, n)
			}
		}
	}
	for _, c := range m.in.Rules.Caps {
		if n := party[[2]string{c.Party, c.Commodity}]; n*int64(m.com(c.Commodity).Unit) > int64(c.Max) {
			return fmt.Errorf("cap of %s: %d units", c.Party, n)
		}
	}
	for _, q := range m.in.Rules.Pins {
		o := m.in.Offers[slices.IndexFunc(m.in.Offers, func(o Offer) bool { return o.ID == q.Offer })]
		if n := line[pairKey{q.Offer, q.Demand}]; n*int64(m.com(o.Commodity).Unit) < int64(q.Min) {
			return fmt.Errorf("pin %s – %s: %d units", q.Offer, q.Demand, n)
		}
	}
	return nil
}
