package market

import (
	"cmp"
	"math"
	"slices"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/picture"
	"github.com/lienket/lienket/internal/base/weight"
)

// Draw where a plan's goods come from and go to. No border is drawn, because only centres
// are known: districts stand at the tonnage-weighted centre of their offers, at true scale
// (cosine of the latitude); markets outside the frame stand at its edge, latitude true.

// Sketch is what the map is drawn from.
type Sketch struct {
	Districts []SketchSpot
	Markets   []SketchSpot // outside the home province
	Arcs      []FlowLink   // district → market
	Inside    weight.Grams // matched within the home province: no arc
	Matched   weight.Grams
	Offered   weight.Grams
}

// SketchSpot is a district with what it offers, or a market with what it gets.
type SketchSpot struct {
	Name       string
	Lat, Lon   float64
	Total, Got weight.Grams
}

type centre struct{ lat, lon, w float64 }

func (c *centre) add(p *Place, g weight.Grams) {
	t := tonnes(g) + 1e-6
	c.lat += t * float64(p.LatE6) / 1e6
	c.lon += t * float64(p.LonE6) / 1e6
	c.w += t
}

// SketchOf sums a plan for the map; an empty commodity means all of them. Places without
// coordinates are left out of the drawing, not of the sums.
func SketchOf(in *Input, pl *Plan, commodity string) *Sketch {
	s := &Sketch{}
	places := map[string]*Place{}
	for i := range in.Places {
		places[in.Places[i].Key] = &in.Places[i]
	}
	home := homeProvince(in, places)
	dist, mark := map[string]*SketchSpot{}, map[string]*SketchSpot{}
	dc, mc := map[string]*centre{}, map[string]*centre{}
	spot := func(m map[string]*SketchSpot, c map[string]*centre, name string) (*SketchSpot, *centre) {
		if m[name] == nil {
			m[name], c[name] = &SketchSpot{Name: name}, &centre{}
		}
		return m[name], c[name]
	}
	offers := map[string]*Offer{}
	for i := range in.Offers {
		o := &in.Offers[i]
		offers[o.ID] = o
		p := places[o.Place]
		if commodity != "" && o.Commodity != commodity || p == nil {
			continue
		}
		free := Free(o, &in.Params)
		s.Offered += free
		if p.Province != home || p.LatE6 == 0 {
			continue
		}
		d, c := spot(dist, dc, district(p))
		d.Total += free
		c.add(p, free)
	}
	demands := map[string]*Demand{}
	for i := range in.Demands {
		demands[in.Demands[i].ID] = &in.Demands[i]
	}
	arcs := map[[2]string]weight.Grams{}
	for i := range pl.Lines {
		ln := &pl.Lines[i]
		o, d := offers[ln.Offer], demands[ln.Demand]
		if o == nil || d == nil || commodity != "" && o.Commodity != commodity {
			continue
		}
		s.Matched += ln.Grams
		from, to := places[o.Place], places[d.Place]
		if from == nil || to == nil || from.Province != home || from.LatE6 == 0 {
			continue
		}
		x, _ := spot(dist, dc, district(from))
		x.Got += ln.Grams
		if to.Province == home || to.LatE6 == 0 {
			s.Inside += ln.Grams
			continue
		}
		m, c := spot(mark, mc, marketOf(to, home))
		m.Got += ln.Grams
		c.add(to, ln.Grams)
		arcs[[2]string{district(from), m.Name}] += ln.Grams
	}
	collect := func(m map[string]*SketchSpot, c map[string]*centre) ([]SketchSpot, map[string]int) {
		var out []SketchSpot
		for n, x := range m {
			x.Lat, x.Lon = c[n].lat/c[n].w, c[n].lon/c[n].w
			out = append(out, *x)
		}
		slices.SortFunc(out, func(a, b SketchSpot) int {
			return cmp.Or(cmp.Compare(b.Total+b.Got, a.Total+a.Got), cmp.Compare(a.Name, b.Name))
		})
		at := map[string]int{}
		for i := range out {
			at[out[i].Name] = i
		}
		return out, at
	}
	var di, mi map[string]int
	s.Districts, di = collect(dist, dc)
	s.Markets, mi = collect(mark, mc)
	by := map[[2]int]weight.Grams{}
	for k, g := range arcs {
		by[[2]int{di[k[0]], mi[k[1]]}] = g
	}
	s.Arcs = links(by)
	slices.SortStableFunc(s.Arcs, func(a, b FlowLink) int { return cmp.Compare(b.Grams, a.Grams) })
	return s
}

// MapPicture draws the sketch for wide screens.
func MapPicture(p *i18n.Printer, s *Sketch, asOf calendar.Day) string {
	return s.draw(p, asOf, mapShape{w: 1040, margin: 24, edge: 170, height: 560, disc: 46, arc: 22, prefix: "mp", class: "pic wide"})
}

// MapPicturePhone draws it for 360 px.
func MapPicturePhone(p *i18n.Printer, s *Sketch, asOf calendar.Day) string {
	return s.draw(p, asOf, mapShape{w: 360, margin: 12, edge: 66, height: 380, disc: 24, arc: 11, prefix: "mq", class: "pic narrow", phone: true})
}

type mapShape struct {
	w, margin, edge, height, disc, arc float64
	prefix, class                      string
	phone                              bool
}

func (s *Sketch) draw(p *i18n.Printer, asOf calendar.Day, sh mapShape) string {
	title := p.T("market.picture.map_title", figure(p, s.Matched), figure(p, s.Offered))
	if len(s.Markets) > 0 {
		title = p.T("market.picture.map_best", s.Markets[0].Name, figure(p, s.Markets[0].Got), figure(p, s.Matched))
	}
	c := picture.New(sh.w, sh.prefix, sh.class, string(p.Lang()), title, p.T("market.picture.map_words", len(s.Districts), figure(p, s.Offered), figure(p, s.Matched)))
	hatch := c.Hatch("un")
	sub := p.T("market.picture.map_sub")
	top := c.Head(sh.margin, 32, title, sub, sh.w-2*sh.margin) + 24
	if len(s.Districts) == 0 {
		c.Text(sh.margin, top, p.T("market.picture.map_empty"), picture.Type{})
		c.H = top + 30
		return c.String()
	}
	// True scale within the box of the districts.
	lat0, lat1, lon0, lon1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	most := 1.0
	for _, d := range s.Districts {
		lat0, lat1 = min(lat0, d.Lat), max(lat1, d.Lat)
		lon0, lon1 = min(lon0, d.Lon), max(lon1, d.Lon)
		most = max(most, tonnes(d.Total))
	}
	lat0, lat1, lon0, lon1 = lat0-0.04, lat1+0.04, lon0-0.04, lon1+0.04
	shrink := math.Cos((lat0 + lat1) / 2 * math.Pi / 180)
	left, right := sh.margin+sh.disc*0.8, sh.w-sh.edge-sh.margin
	px := min((right-left)/((lon1-lon0)*shrink), sh.height/(lat1-lat0)) // px per degree of latitude
	h := (lat1 - lat0) * px
	x := func(lon float64) float64 { return left + (lon-lon0)*shrink*px }
	y := func(lat float64) float64 { return top + (lat1-lat)*px }
	cutX := x(lon1)
	bottom := top + h
	// A grid of tenths of a degree says that it is to scale.
	for lat := math.Ceil(lat0*5) / 5; lat < lat1; lat += 0.2 {
		c.Line(sh.margin, y(lat), sh.w-sh.margin, y(lat), picture.Stroke(picture.Hair, 0.7))
	}
	for lon := math.Ceil(lon0*5) / 5; lon < lon1; lon += 0.2 {
		c.Line(x(lon), top-4, x(lon), bottom, picture.Stroke(picture.Hair, 0.7))
	}
	zig := "M" + picture.N(cutX) + " " + picture.N(top-4)
	for n := 1; n <= 24; n++ {
		zig += "L" + picture.N(cutX+[2]float64{6, -6}[n%2]) + " " + picture.N(top-4+float64(n)*(h+4)/24)
	}
	c.Path(zig, "", picture.Fill(picture.None), picture.Stroke(picture.Hair, 1.5))
	radius := func(g weight.Grams) float64 { return sh.disc * math.Sqrt(tonnes(g)/most) }
	// Markets at the edge: latitude true where the frame holds it, then pushed apart.
	type pt struct{ x, y float64 }
	mp := make([]pt, len(s.Markets))
	order := make([]int, len(s.Markets))
	for i, m := range s.Markets {
		order[i] = i
		my := min(max(y(m.Lat), top+14), bottom-14)
		mx := min(max(x(m.Lon), cutX+30), sh.w-sh.margin-sh.edge*0.45)
		mp[i] = pt{mx, my}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.Markets[b].Lat, s.Markets[a].Lat), cmp.Compare(a, b))
	})
	gap := 56.0
	if len(order) > 1 {
		gap = min(gap, (h-28)/float64(len(order)-1))
	}
	for range 40 {
		for n := 1; n < len(order); n++ {
			a, b := &mp[order[n-1]], &mp[order[n]]
			if d := a.y + gap - b.y; d > 0 {
				a.y -= d / 2
				b.y += d / 2
			}
		}
		for i := range mp {
			mp[i].y = min(max(mp[i].y, top+14), bottom-14)
		}
	}
	thick := func(g weight.Grams) float64 {
		return max(1.2, sh.arc*tonnes(g)/max(1, tonnes(s.Arcs[0].Grams)))
	}
	small := weight.Grams(0)
	var curves []picture.Curve
	for n, a := range s.Arcs {
		if tonnes(a.Grams) < 3 && n >= 12 || n >= 60 {
			small += a.Grams
			continue
		}
		d, m := s.Districts[a.From], s.Markets[a.To]
		x1, y1, x2, y2 := x(d.Lon), y(d.Lat), mp[a.To].x, mp[a.To].y
		bend := [3]float64{0.10, -0.10, 0.05}[a.To%3]
		cx, cy := (x1+x2)/2+(y2-y1)*bend, (y1+y2)/2-(x2-x1)*bend
		c.Path("M"+picture.N(x1)+" "+picture.N(y1)+"Q"+picture.N(cx)+" "+picture.N(cy)+" "+picture.N(x2)+" "+picture.N(y2),
			p.T("market.picture.tip_flow", d.Name, marketName(p, m.Name), figure(p, a.Grams)),
			picture.Fill(picture.None), picture.Stroke(picture.Action, thick(a.Grams)), picture.StrokeOpacity(0.45), picture.Round())
		q := picture.Curve{Half: thick(a.Grams) / 2}
		for u := 0; u <= 40; u++ {
			t := float64(u) / 40
			q.Points = append(q.Points, [2]float64{(1-t)*(1-t)*x1 + 2*t*(1-t)*cx + t*t*x2, (1-t)*(1-t)*y1 + 2*t*(1-t)*cy + t*t*y2})
		}
		curves = append(curves, q)
	}
	const line = 18.0
	var spots []picture.Spot
	var words [][2]string
	add := func(cx, cy, r float64, name, under string) {
		w := max(picture.Width(name, picture.Body, true), picture.Width(under, picture.Body, false)) + 2
		spots = append(spots, picture.Spot{X: cx, Y: cy, R: r, W: w, H: 2 * line})
		words = append(words, [2]string{name, under})
	}
	for _, d := range s.Districts {
		cx, cy, r := x(d.Lon), y(d.Lat), radius(d.Total)
		c.Circle(cx, cy, r, p.T("market.picture.tip_district", d.Name, figure(p, d.Total), figure(p, d.Got)), picture.Fill(hatch), picture.Stroke(picture.Soft, 1.2))
		if d.Got > 0 {
			c.Circle(cx, cy, min(r, radius(d.Got)), "", picture.Fill(picture.Action), picture.Stroke(picture.Surface, 1))
		}
		add(cx, cy, r, d.Name, of(p, d.Got, d.Total))
	}
	for i, m := range s.Markets {
		q := 6.0
		c.Rect(mp[i].x-q, mp[i].y-q, 2*q, 2*q, p.T("market.picture.tip_market", marketName(p, m.Name), figure(p, m.Got)), picture.Fill(picture.Surface), picture.Stroke(picture.Dark, 2.5))
		add(mp[i].x, mp[i].y, q+2, picture.Cut(marketName(p, m.Name), sh.edge, picture.Body, true), p.T("market.picture.gets", tonneNumber(p, m.Got)))
	}
	frame := picture.Box{X0: 4, Y0: top - 18, X1: sh.w - 4, Y1: bottom + 18}
	for i, l := range picture.Place(spots, curves, frame) {
		ax := l.X
		switch l.Anchor {
		case "middle":
			ax += spots[i].W / 2
		case "end":
			ax += spots[i].W
		}
		c.Text(ax, l.Y+line-4, words[i][0], picture.Type{Anchor: l.Anchor, Bold: true, Halo: true})
		c.Text(ax, l.Y+2*line-4, words[i][1], picture.Type{Anchor: l.Anchor, Ink: picture.Soft, Halo: true})
	}
	// Key: the disc, the scale, the thickest arc.
	ky := bottom + 44
	c.Circle(sh.margin+12, ky, 12, "", picture.Fill(hatch), picture.Stroke(picture.Soft, 1.2))
	c.Circle(sh.margin+12, ky, 8, "", picture.Fill(picture.Action), picture.Stroke(picture.Surface, 1))
	kx := sh.margin + 32
	for _, l := range picture.Wrap(p.T("market.picture.key_disc"), sh.w-kx-sh.margin, picture.Body, false) {
		c.Text(kx, ky+5, l, picture.Type{})
		ky += 20
	}
	ky += 8
	km := px / 111.2 * 20
	c.Path("M"+picture.N(sh.margin)+" "+picture.N(ky-6)+"v6h"+picture.N(km)+"v-6", "", picture.Fill(picture.None), picture.Stroke(picture.Soft, 1.5))
	c.Text(sh.margin+km+8, ky+2, p.T("market.picture.km20"), picture.Type{})
	notes := p.T("market.picture.map_note", figure(p, s.Inside))
	if small > 0 {
		notes += " " + p.T("market.picture.map_small", figure(p, small))
	}
	c.H = c.Foot(sh.margin, ky+28, notes+" "+p.T("market.picture.source", asOf), sh.w-2*sh.margin)
	return c.String()
}
