package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/picture"
	"github.com/lienket/lienket/internal/base/weight"
)

// Draw the flow of a plan: suppliers by district → lead suppliers → buyers by market. The
// width of a ribbon is tonnes, on one scale for all columns. Columns are ordered by three
// sweeps of barycentres, so that ribbons cross little and the picture never depends on
// chance.

// flowOrder is the order of the three columns.
type flowOrder struct{ sup, leads, buy []int }

// tonnes is what a picture measures in.
func tonnes(g weight.Grams) float64 { return float64(g) / float64(weight.Tonne) }

func (f *Flow) order() flowOrder {
	var o flowOrder
	for i := range f.Buyers {
		o.buy = append(o.buy, i)
	}
	byMarket := map[string]weight.Grams{}
	for _, b := range f.Buyers {
		byMarket[b.Group] += b.Total
	}
	slices.SortStableFunc(o.buy, func(a, b int) int {
		x, y := &f.Buyers[a], &f.Buyers[b]
		return cmp.Or(cmp.Compare(byMarket[y.Group], byMarket[x.Group]), cmp.Compare(x.Group, y.Group), cmp.Compare(y.Total, x.Total), cmp.Compare(x.Name, y.Name))
	})
	for i := range f.Leads {
		o.leads = append(o.leads, i)
	}
	for i := range f.Suppliers {
		o.sup = append(o.sup, i)
	}
	for range 3 {
		o.sortLeads(f)
		o.sortSuppliers(f)
	}
	o.sortLeads(f)
	return o
}

// position turns an order into places 0…1.
func position(order []int) []float64 {
	at := make([]float64, len(order))
	for n, i := range order {
		at[i] = (float64(n) + 0.5) / float64(len(order))
	}
	return at
}

func (o *flowOrder) sortLeads(f *Flow) {
	sup, buy := position(o.sup), position(o.buy)
	want := make([]float64, len(f.Leads))
	sum := make([]float64, len(f.Leads))
	for _, l := range f.Up {
		want[l.To] += tonnes(l.Grams) * sup[l.From] / 2
		sum[l.To] += tonnes(l.Grams) / 2
	}
	for _, l := range f.Down {
		want[l.From] += tonnes(l.Grams) * buy[l.To] / 2
		sum[l.From] += tonnes(l.Grams) / 2
	}
	slices.SortStableFunc(o.leads, func(a, b int) int {
		return cmp.Or(cmp.Compare(ratio(want[a], sum[a]), ratio(want[b], sum[b])), cmp.Compare(a, b))
	})
}

func (o *flowOrder) sortSuppliers(f *Flow) {
	leads := position(o.leads)
	want, sum := make([]float64, len(f.Suppliers)), make([]float64, len(f.Suppliers))
	gw, gs := map[string]float64{}, map[string]float64{}
	for _, l := range f.Up {
		t := tonnes(l.Grams)
		want[l.From] += t * leads[l.To]
		sum[l.From] += t
		gw[f.Suppliers[l.From].Group] += t * leads[l.To]
		gs[f.Suppliers[l.From].Group] += t
	}
	slices.SortStableFunc(o.sup, func(a, b int) int {
		x, y := &f.Suppliers[a], &f.Suppliers[b]
		return cmp.Or(
			cmp.Compare(ratio(gw[x.Group], gs[x.Group]), ratio(gw[y.Group], gs[y.Group])), cmp.Compare(x.Group, y.Group),
			cmp.Compare(min(x.Folded, 1), min(y.Folded, 1)),
			cmp.Compare(ratio(want[a], sum[a]), ratio(want[b], sum[b])), cmp.Compare(y.Total, x.Total), cmp.Compare(a, b))
	})
}

// ratio puts what has nothing to go by last.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 9
	}
	return a / b
}

func endName(p *i18n.Printer, e *FlowEnd, rest string) string {
	if e.Folded > 1 {
		return p.T(rest, e.Folded)
	}
	return e.Name
}

func leadName(p *i18n.Printer, l *FlowLead) string {
	switch {
	case l.Direct:
		return p.T("market.picture.direct")
	case l.Folded > 0:
		return p.T("market.picture.other_leads", l.Folded)
	}
	return l.Name
}

func marketName(p *i18n.Printer, group string) string {
	if group == "" {
		return p.T("market.picture.home")
	}
	return group
}

// figure is whole tonnes where they are large, one decimal below ten.
func figure(p *i18n.Printer, g weight.Grams) string {
	return p.T("market.picture.n", tonneNumber(p, g))
}

func of(p *i18n.Printer, got, total weight.Grams) string {
	return tonneNumber(p, got) + "/" + tonneNumber(p, total)
}

// FlowPicture draws the wide picture (for 768 px and more).
func FlowPicture(p *i18n.Printer, f *Flow, asOf calendar.Day) string {
	const w, m, xs, bw, xl, xb = 1120.0, 20.0, 400.0, 12.0, 634.0, 846.0
	s := picture.New(w, "fl", "pic wide", string(p.Lang()), p.T("market.picture.flow_title", figure(p, f.Matched), figure(p, f.Offered)), f.words(p))
	hatch := s.Hatch("un")
	y := s.Head(m, 34, p.T("market.picture.flow_title", figure(p, f.Matched), figure(p, f.Offered)), p.T("market.picture.flow_sub"), w-2*m)
	head := y + 16
	s.Text(xs+bw, head, p.T("market.picture.col_supply"), picture.Type{Ink: picture.Soft, Anchor: "end", Bold: true})
	s.Text(xl+7, head, p.T("market.picture.col_lead"), picture.Type{Ink: picture.Soft, Anchor: "middle", Bold: true})
	s.Text(xb, head, p.T("market.picture.col_buyer"), picture.Type{Ink: picture.Soft, Bold: true})
	s.Line(m, head+9, w-m, head+9, picture.Stroke(picture.Hair, 1))
	o := f.order()
	k := scale(f, 560)
	top := head + 34
	ys, groups, bottom := f.supplierRows(o.sup, top, k, 20, 11)
	yb, markets, bottomB := f.buyerRows(o.buy, top, bottom, k, 34)
	bottom = max(bottom, bottomB)
	yl := f.leadRows(o, ys, yb, k, top+18, bottom, 42)
	f.ribbons(s, p, o, k, xs+bw, ys, xl, yl, 14, xb, yb)
	for _, i := range o.sup {
		e := &f.Suppliers[i]
		got, total := tonnes(e.Got)*k, tonnes(e.Total)*k
		if e.Got > 0 {
			s.Rect(xs, ys[i], bw, got, "", picture.Fill(picture.Action))
		}
		if e.Total > e.Got {
			s.Rect(xs, ys[i]+got, bw+20, total-got, p.T("market.picture.tip_left", endName(p, e, "market.picture.other_suppliers"), figure(p, e.Total-e.Got)), picture.Fill(hatch), picture.Stroke(picture.Soft, 0.8))
		}
		cy := ys[i] + total/2 + 5
		s.Text(xs-8, cy, of(p, e.Got, e.Total), picture.Type{Anchor: "end", Bold: e.Got < e.Total})
		s.Text(xs-78, cy, picture.Cut(endName(p, e, "market.picture.other_suppliers"), 192, picture.Body, false), picture.Type{Anchor: "end"})
	}
	for _, g := range groups {
		s.Line(118, g.y0+2, 118, g.y1-2, picture.Stroke(picture.Soft, 1.5))
		mid := (g.y0 + g.y1) / 2
		if g.y1-g.y0 < 34 {
			s.Text(112, mid+5, picture.Cut(g.name, 96, picture.Body, true), picture.Type{Anchor: "end", Bold: true})
			continue
		}
		s.Text(112, mid-3, picture.Cut(g.name, 96, picture.Body, true), picture.Type{Anchor: "end", Bold: true})
		s.Text(112, mid+15, of(p, g.got, g.total), picture.Type{Anchor: "end", Ink: picture.Soft})
	}
	for _, i := range o.leads {
		l := &f.Leads[i]
		h := tonnes(l.Grams) * k
		if l.Direct {
			s.Rect(xl, yl[i], 14, h, "", picture.Fill(picture.Surface), picture.Stroke(picture.Soft, 1.5), picture.Dash("3 2"))
		} else {
			s.Rect(xl, yl[i], 14, h, "", picture.Fill(picture.Action))
		}
		s.Text(xl+7, yl[i]-8, picture.Cut(leadName(p, l), 190, picture.Body, true)+" · "+figure(p, l.Grams), picture.Type{Anchor: "middle", Bold: true, Halo: true})
		s.Text(xl+22, yl[i]+h/2+5, p.T("market.picture.sources", l.Sources), picture.Type{Halo: true})
	}
	for _, i := range o.buy {
		b := &f.Buyers[i]
		got, total := tonnes(b.Got)*k, tonnes(b.Total)*k
		s.Rect(xb, yb[i], bw, got, "", picture.Fill(picture.Action))
		if b.Total > b.Got {
			s.Rect(xb-14, yb[i]+got+0.7, bw+13.3, total-got-1.4, p.T("market.picture.tip_short", endName(p, b, "market.picture.other_buyers"), figure(p, b.Total-b.Got)), picture.Fill(picture.Surface), picture.Stroke(picture.Soft, 1.3), picture.Dash("3 2.5"))
		}
		cy := yb[i] + total/2
		s.Text(xb+bw+8, cy-2, picture.Cut(endName(p, b, "market.picture.other_buyers"), 132, picture.Body, false), picture.Type{})
		s.Text(xb+bw+8, cy+15, of(p, b.Got, b.Total), picture.Type{Ink: picture.Soft})
	}
	for _, g := range markets {
		x := w - 112
		s.Line(x, g.y0+2, x, g.y1-2, picture.Stroke(picture.Soft, 1.5))
		mid := (g.y0 + g.y1) / 2
		s.Text(x+7, mid-3, picture.Cut(marketName(p, g.name), 92, picture.Body, true), picture.Type{Bold: true})
		s.Text(x+7, mid+15, of(p, g.got, g.total), picture.Type{Ink: picture.Soft})
	}
	y = bottom + 18
	s.Line(m, y, w-m, y, picture.Stroke(picture.Hair, 1))
	y = flowKey(s, p, hatch, m, y+14, w-m)
	s.H = s.Foot(m, y+8, p.T("market.picture.source", asOf), w-2*m)
	return s.String()
}

// flowKey draws the key, wrapping where the width ends.
func flowKey(s *picture.SVG, p *i18n.Printer, hatch picture.Ink, x0, y, right float64) float64 {
	x := x0
	for n, key := range []string{"market.picture.key_matched", "market.picture.key_left", "market.picture.key_short", "market.picture.key_direct"} {
		label := p.T(key)
		if x > x0 && x+27+picture.Width(label, picture.Body, false) > right {
			x, y = x0, y+22
		}
		switch n {
		case 0:
			s.Rect(x, y, 20, 12, "", picture.Fill(picture.Action))
		case 1:
			s.Rect(x, y, 20, 12, "", picture.Fill(hatch), picture.Stroke(picture.Soft, 0.8))
		case 2:
			s.Rect(x+0.7, y+0.7, 18.6, 10.6, "", picture.Fill(picture.Surface), picture.Stroke(picture.Soft, 1.3), picture.Dash("3 2.5"))
		case 3:
			s.Rect(x, y, 20, 12, "", picture.Fill(picture.Soft), picture.FillOpacity(0.42))
		}
		s.Text(x+27, y+11, label, picture.Type{})
		x += 27 + picture.Width(label, picture.Body, false) + 26
	}
	return y + 34
}

// scale is px per tonne so that the taller side fills about that many px.
func scale(f *Flow, px float64) float64 {
	most := max(tonnes(f.Offered), tonnes(f.Asked), 1)
	return px / most
}

// group is a bracket beside several rows.
type group struct {
	name       string
	y0, y1     float64
	got, total weight.Grams
}

func (f *Flow) supplierRows(order []int, top, k, row, gap float64) (ys []float64, gs []group, bottom float64) {
	ys = make([]float64, len(f.Suppliers))
	y := top
	for n, i := range order {
		e := &f.Suppliers[i]
		if n == 0 || e.Group != gs[len(gs)-1].name {
			if n > 0 {
				y += gap
			}
			gs = append(gs, group{name: e.Group, y0: y})
		}
		t := tonnes(e.Total) * k
		h := max(row, t+4)
		ys[i] = y + (h-t)/2
		y += h
		g := &gs[len(gs)-1]
		g.y1, g.got, g.total = y, g.got+e.Got, g.total+e.Total
	}
	return ys, gs, y
}

// buyerRows spreads the buyers over the suppliers' height, or below it when they are more.
func (f *Flow) buyerRows(order []int, top, bottom, k, row float64) (ys []float64, gs []group, end float64) {
	ys = make([]float64, len(f.Buyers))
	need, breaks := 0.0, 0
	for n, i := range order {
		need += max(row, tonnes(f.Buyers[i].Total)*k+8)
		if n > 0 && f.Buyers[i].Group != f.Buyers[order[n-1]].Group {
			breaks++
		}
	}
	free := 6.0
	if slots := len(order) - 1 + 2*breaks; slots > 0 {
		free = max(free, min(60, (bottom-top-need)/float64(slots)))
	}
	y := top
	for n, i := range order {
		e := &f.Buyers[i]
		if n == 0 || e.Group != f.Buyers[order[n-1]].Group {
			if n > 0 {
				y += 3 * free
			}
			gs = append(gs, group{name: e.Group, y0: y})
		} else {
			y += free
		}
		t := tonnes(e.Total) * k
		h := max(row, t+8)
		ys[i] = y + (h-t)/2
		y += h
		g := &gs[len(gs)-1]
		g.y1, g.got, g.total = y, g.got+e.Got, g.total+e.Total
	}
	return ys, gs, y
}

// leadRows puts each lead at the mean of what it joins and pushes neighbours apart.
func (f *Flow) leadRows(o flowOrder, ys, yb []float64, k, top, bottom, apart float64) []float64 {
	want := make([]float64, len(f.Leads))
	for i := range f.Leads {
		var a, c float64
		for _, l := range f.Up {
			if l.To == i {
				a += tonnes(l.Grams) * (ys[l.From] + tonnes(f.Suppliers[l.From].Total)*k/2)
			}
		}
		for _, l := range f.Down {
			if l.From == i {
				c += tonnes(l.Grams) * (yb[l.To] + tonnes(f.Buyers[l.To].Total)*k/2)
			}
		}
		t := max(tonnes(f.Leads[i].Grams), 1e-9)
		want[i] = 0.6*a/t + 0.4*c/t - t*k/2
	}
	for range 80 {
		for n := 1; n < len(o.leads); n++ {
			a, b := o.leads[n-1], o.leads[n]
			if d := want[a] + tonnes(f.Leads[a].Grams)*k + apart - want[b]; d > 0 {
				want[a] -= d / 2
				want[b] += d / 2
			}
		}
		if len(o.leads) > 0 {
			first, last := o.leads[0], o.leads[len(o.leads)-1]
			want[last] = min(want[last], bottom-tonnes(f.Leads[last].Grams)*k)
			want[first] = max(want[first], top)
		}
	}
	return want
}

// ribbons draws both halves, neighbours in two strengths so that they part.
func (f *Flow) ribbons(s *picture.SVG, p *i18n.Printer, o flowOrder, k, xs float64, ys []float64, xl float64, yl []float64, lw, xb float64, yb []float64) {
	in, out := slices.Clone(yl), slices.Clone(yl)
	from, to := slices.Clone(ys), slices.Clone(yb)
	strength := make([]float64, len(f.Leads))
	for n, i := range o.leads {
		strength[i] = [2]float64{0.42, 0.28}[n%2]
	}
	ink := func(l int) picture.Attr {
		if f.Leads[l].Direct {
			return picture.Fill(picture.Soft)
		}
		return picture.Fill(picture.Action)
	}
	up, down := map[[2]int]weight.Grams{}, map[[2]int]weight.Grams{}
	for _, l := range f.Up {
		up[[2]int{l.From, l.To}] = l.Grams
	}
	for _, l := range f.Down {
		down[[2]int{l.From, l.To}] = l.Grams
	}
	for _, i := range o.sup {
		for _, l := range o.leads {
			g := up[[2]int{i, l}]
			if g == 0 {
				continue
			}
			h := tonnes(g) * k
			tip := p.T("market.picture.tip_flow", endName(p, &f.Suppliers[i], "market.picture.other_suppliers"), leadName(p, &f.Leads[l]), figure(p, g))
			s.Path(picture.Ribbon(xs, from[i], xl, in[l], h), tip, ink(l), picture.FillOpacity(strength[l]))
			from[i] += h
			in[l] += h
		}
	}
	for _, j := range o.buy {
		for _, l := range o.leads {
			g := down[[2]int{l, j}]
			if g == 0 {
				continue
			}
			h := tonnes(g) * k
			tip := p.T("market.picture.tip_flow", leadName(p, &f.Leads[l]), endName(p, &f.Buyers[j], "market.picture.other_buyers"), figure(p, g))
			s.Path(picture.Ribbon(xl+lw, out[l], xb, to[j], h), tip, ink(l), picture.FillOpacity(strength[l]))
			out[l] += h
			to[j] += h
		}
	}
}

// words says the picture for those who cannot see it.
func (f *Flow) words(p *i18n.Printer) string {
	leads := 0
	for _, l := range f.Leads {
		switch {
		case l.Folded > 0:
			leads += l.Folded
		case !l.Direct:
			leads++
		}
	}
	return p.T("market.picture.flow_words", figure(p, f.Offered), figure(p, f.Matched), figure(p, f.Offered-f.Matched), leads, figure(p, f.Asked), figure(p, f.Asked-f.Matched))
}

// tonneNumber writes tonnes without the unit: whole from ten on, one decimal below.
func tonneNumber(p *i18n.Printer, g weight.Grams) string {
	if g >= 10*weight.Tonne || g%weight.Tonne == 0 {
		return p.T("market.picture.plain", int64((g+weight.Tonne/2)/weight.Tonne))
	}
	tenths := int64((g + weight.Tonne/20) / (weight.Tonne / 10))
	if tenths%10 == 0 {
		return p.T("market.picture.plain", tenths/10)
	}
	return p.T("market.picture.tenths", tenths/10, tenths%10)
}
