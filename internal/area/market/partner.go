package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// «Ai mua được hàng này» and «Ai cung được đơn này»: one entry against everybody at the
// other side, judged as a plan judges pairs, with the gap to fill where it does not fit.

// partner is somebody at the other side.
type partner struct {
	Ref   string
	Party *Party
	Grams weight.Grams
	Days  calendar.Period
	Place string // district or province
	Why   Reason // "" fits
	Net   money.PerTonne
	Paper string         // the one that is lacking
	Shift int            // days that the offer's window must move; negative is earlier
	Price money.PerTonne // by how much the two prices are apart
	rank  rank
}

// partners judges an entry, by its reference, against the other side of an input that was
// made canonical. The fitting ones come first, what nets most before; then those that came
// furthest.
func partners(in Input, ref string) (out []partner, ok bool) {
	g := newGround(&in)
	stocks := make([]*stock, len(in.Offers))
	for i := range in.Offers {
		s := g.stock(i, &in.Offers[i])
		s.seller, s.mayBanned, s.mayPinned = s.party, true, true
		stocks[i] = &s
	}
	chiefs := g.chiefs(stocks)
	at := map[string]*Place{}
	for i := range in.Places {
		at[in.Places[i].Key] = &in.Places[i]
	}
	where := func(key string) string {
		if p := at[key]; p != nil {
			return cmp.Or(p.District, p.Province)
		}
		return ""
	}
	pl := &Planner{in: in, g: g}
	if i := lookup(in.Offers, ref, func(o *Offer) string { return o.ID }); i >= 0 {
		s := stocks[i]
		for j := range in.Demands {
			d := &in.Demands[j]
			if d.Commodity != s.o.Commodity || d.Party == s.o.Party {
				continue
			}
			w := g.want(j, d, chiefs)
			x := pl.partner(s, &w)
			x.Ref, x.Party, x.Grams, x.Days, x.Place = d.ID, &in.Parties[g.people[d.Party]], d.Quantity, calendar.Period{From: d.From, To: d.To}, where(d.Place)
			out = append(out, x)
		}
		ok = true
	} else if j := lookup(in.Demands, ref, func(d *Demand) string { return d.ID }); j >= 0 {
		d := &in.Demands[j]
		w := g.want(j, d, chiefs)
		for _, s := range stocks {
			if s.o.Commodity != d.Commodity || d.Party == s.o.Party || s.units == 0 {
				continue
			}
			x := pl.partner(s, &w)
			x.Ref, x.Party, x.Grams, x.Days, x.Place = s.o.ID, &in.Parties[s.party], s.free, calendar.Period{From: s.o.From, To: s.o.To}, where(s.o.Place)
			out = append(out, x)
		}
		ok = true
	}
	slices.SortStableFunc(out, func(a, b partner) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.Net, a.Net), cmp.Compare(abs(a.Shift), abs(b.Shift)), cmp.Compare(a.Price, b.Price), cmp.Compare(a.Ref, b.Ref))
	})
	return out, ok
}

// partner judges one pair.
func (pl *Planner) partner(s *stock, w *want) (x partner) {
	v := pl.g.judge(s, w, nil)
	x.rank = v.rank
	if s.units == 0 || w.max == 0 {
		x.rank, x.Why = atBanned, WhyNothing
		return x
	}
	if v.rank == feasible {
		for i := range s.lots {
			for k := range v.ways {
				if y := &v.ways[k]; v.fits(s, w, &s.lots[i], y) {
					x.Net = max(x.Net, y.v)
				}
			}
		}
		return x
	}
	x.Why = rankReason[v.rank]
	switch v.rank {
	case atPaper, atExpired:
		x.Paper = lacking(s, w, v.rank == atExpired)
	case atDays, atShelf:
		x.Shift = pl.shift(s, w)
	case atFloor, atGain:
		x.Price = pl.apart(s, w)
	}
	return x
}

// apart is how much the two prices lack to meet, in whole steps; 0 when it is not known.
func (pl *Planner) apart(s *stock, w *want) money.PerTonne {
	free := *s.o
	free.Floor = 0
	t := *s
	t.o = &free
	v := pl.g.judge(&t, w, nil)
	need := money.PerTonne(0)
	for i := range t.lots {
		l := &t.lots[i]
		if !classFits(w.d.MinClass, l.class) || l.level < v.need {
			continue
		}
		for k := range v.ways {
			if n := max(s.reserve[l.class]-v.ways[k].v+1, s.o.Floor-v.ways[k].v); n > 0 && (need == 0 || n < need) {
				need = n
			}
		}
	}
	return roundUp(need)
}
