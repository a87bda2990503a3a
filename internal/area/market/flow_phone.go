package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/picture"
	"github.com/lienket/lienket/internal/base/weight"
)

// FlowPicturePhone draws district → lead → market for 360 px.
func FlowPicturePhone(p *i18n.Printer, full *Flow, asOf calendar.Day) string {
	const w, m, bw, xl = 360.0, 12.0, 9.0, 172.0
	f := full.byGroup()
	s := picture.New(w, "fp", "pic narrow", string(p.Lang()), p.T("market.picture.flow_title", figure(p, f.Matched), figure(p, f.Offered)), f.words(p))
	hatch := s.Hatch("un")
	y := s.Head(m, 28, p.T("market.picture.flow_title", figure(p, f.Matched), figure(p, f.Offered)), p.T("market.picture.flow_sub"), w-2*m)
	s.Text(m, y+14, p.T("market.picture.col_district"), picture.Type{Ink: picture.Soft, Bold: true})
	s.Text(xl+4, y+14, p.T("market.picture.col_lead"), picture.Type{Ink: picture.Soft, Bold: true, Anchor: "middle"})
	s.Text(w-m, y+14, p.T("market.picture.col_market"), picture.Type{Ink: picture.Soft, Bold: true, Anchor: "end"})
	s.Line(m, y+22, w-m, y+22, picture.Stroke(picture.Hair, 1))
	o := f.order()
	k := scale(f, 400)
	top := y + 30
	ys := make([]float64, len(f.Suppliers))
	at := top
	for _, i := range o.sup {
		at += 42
		ys[i] = at
		at += max(3, tonnes(f.Suppliers[i].Total)*k)
	}
	bottom := at
	yb := spread(o.buy, top, bottom, 38, func(i int) float64 { return tonnes(f.Buyers[i].Total) * k })
	yl := spread(o.leads, top, bottom, 24, func(i int) float64 { return tonnes(f.Leads[i].Grams) * k })
	for _, i := range o.buy {
		bottom = max(bottom, yb[i]+tonnes(f.Buyers[i].Total)*k)
	}
	for _, i := range o.leads {
		bottom = max(bottom, yl[i]+tonnes(f.Leads[i].Grams)*k)
	}
	xb := w - m - bw
	f.ribbons(s, p, o, k, m+bw, ys, xl, yl, bw, xb, yb)
	for _, i := range o.sup {
		e := &f.Suppliers[i]
		got, total := tonnes(e.Got)*k, tonnes(e.Total)*k
		s.Rect(m, ys[i], bw, got, "", picture.Fill(picture.Action))
		if e.Total > e.Got {
			s.Rect(m, ys[i]+got, bw+16, total-got, "", picture.Fill(hatch), picture.Stroke(picture.Soft, 0.8))
		}
		s.Text(m, ys[i]-21, picture.Cut(e.Name, 130, picture.Body, true), picture.Type{Bold: true, Halo: true})
		s.Text(m, ys[i]-5, of(p, e.Got, e.Total), picture.Type{Ink: picture.Soft, Halo: true})
	}
	for _, i := range o.leads {
		l := &f.Leads[i]
		h := tonnes(l.Grams) * k
		if l.Direct {
			s.Rect(xl, yl[i], bw, h, "", picture.Fill(picture.Surface), picture.Stroke(picture.Soft, 1.5), picture.Dash("3 2"))
		} else {
			s.Rect(xl, yl[i], bw, h, "", picture.Fill(picture.Action))
		}
		s.Text(xl+4, yl[i]-6, picture.Cut(leadName(p, l), 112, picture.Body, true)+" "+tonneNumber(p, l.Grams), picture.Type{Bold: true, Halo: true, Anchor: "middle"})
	}
	for _, i := range o.buy {
		b := &f.Buyers[i]
		got, total := tonnes(b.Got)*k, tonnes(b.Total)*k
		s.Rect(xb, yb[i], bw, got, "", picture.Fill(picture.Action))
		if b.Total > b.Got {
			s.Rect(xb-12, yb[i]+got+0.7, bw+11.3, total-got-1.4, "", picture.Fill(picture.Surface), picture.Stroke(picture.Soft, 1.3), picture.Dash("3 2.5"))
		}
		s.Text(w-m, yb[i]-21, picture.Cut(marketName(p, b.Group), 118, picture.Body, true), picture.Type{Bold: true, Halo: true, Anchor: "end"})
		s.Text(w-m, yb[i]-5, of(p, b.Got, b.Total), picture.Type{Ink: picture.Soft, Halo: true, Anchor: "end"})
	}
	y = flowKey(s, p, hatch, m, bottom+18, w-m)
	s.H = s.Foot(m, y+8, p.T("market.picture.source", asOf), w-2*m)
	return s.String()
}

// spread places boxes with a label above each, sharing the height left.
func spread(order []int, top, bottom, label float64, h func(int) float64) []float64 {
	n := 0
	need := 0.0
	for _, i := range order {
		n = max(n, i+1)
		need += label + h(i)
	}
	free := 6.0
	if len(order) > 1 {
		free = max(free, (bottom-top-need)/float64(len(order)-1))
	}
	ys := make([]float64, n)
	y := top
	for _, i := range order {
		y += label
		ys[i] = y
		y += h(i) + free
	}
	return ys
}

// byGroup is the flow with one row a district, a market, and fewer leads.
func (f *Flow) byGroup() *Flow {
	g := &Flow{Offered: f.Offered, Asked: f.Asked, Matched: f.Matched}
	supAt, sup := groupEnds(f.Suppliers)
	buyAt, buy := groupEnds(f.Buyers)
	g.Suppliers, g.Buyers = sup, buy
	for i := range g.Buyers {
		g.Buyers[i].Name = ""
	}
	leadAt := make([]int, len(f.Leads))
	order := make([]int, len(f.Leads))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f.Leads[b].Grams, f.Leads[a].Grams) })
	rest, kept := -1, 0
	for _, i := range order {
		l := f.Leads[i]
		if l.Direct || l.Folded == 0 && kept < 6 {
			if !l.Direct {
				kept++
			}
			leadAt[i] = len(g.Leads)
			g.Leads = append(g.Leads, l)
			continue
		}
		if rest < 0 {
			rest = len(g.Leads)
			g.Leads = append(g.Leads, FlowLead{})
		}
		leadAt[i] = rest
		r := &g.Leads[rest]
		r.Folded += max(1, l.Folded)
		r.Grams += l.Grams
		r.Sources += l.Sources
	}
	up, down := map[[2]int]weight.Grams{}, map[[2]int]weight.Grams{}
	for _, l := range f.Up {
		up[[2]int{supAt[l.From], leadAt[l.To]}] += l.Grams
	}
	for _, l := range f.Down {
		down[[2]int{leadAt[l.From], buyAt[l.To]}] += l.Grams
	}
	g.Up, g.Down = links(up), links(down)
	return g
}

func groupEnds(es []FlowEnd) ([]int, []FlowEnd) {
	at := make([]int, len(es))
	by := map[string]int{}
	var out []FlowEnd
	for i, e := range es {
		j, ok := by[e.Group]
		if !ok {
			j = len(out)
			by[e.Group] = j
			out = append(out, FlowEnd{Group: e.Group, Name: e.Group})
		}
		at[i] = j
		out[j].Total += e.Total
		out[j].Got += e.Got
	}
	return at, out
}
