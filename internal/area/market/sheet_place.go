package market

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/text"
)

// placeBook resolves places once each and collects those that the records use.
type placeBook struct {
	atlas *places.Atlas
	opt   ReadOptions
	known map[string]placeFound
	home  places.Unit // the home province; no key when there is none
}

// placeFound is what a row's place turned out to be.
type placeFound struct {
	unit   places.Unit
	fault  AskCode // "" when it is sure
	others []places.Unit
}

func (b *placeBook) init(a *places.Atlas, opt ReadOptions) {
	b.atlas, b.opt, b.known = a, opt, map[string]placeFound{}
	if opt.Home != "" {
		if u, _, err := a.Resolve(opt.Home, "", "", opt.AsOf); err == nil {
			b.home = u
		}
	}
}

// find resolves columns and an address in one cell. What is missing or ambiguous is
// settled towards the home province, then towards the wider unit, and said.
func (b *placeBook) find(province, district, commune, address string) placeFound {
	key := strings.Join([]string{province, district, commune, address}, "\x00")
	if f, ok := b.known[key]; ok {
		return f
	}
	f := b.resolve(province, district, commune, address)
	b.known[key] = f
	return f
}

func (b *placeBook) resolve(province, district, commune, address string) placeFound {
	if address != "" && commune == "" {
		commune, address = address, ""
	}
	if province+district+commune == "" {
		return placeFound{unit: b.home, fault: AskPlaceMissing}
	}
	u, others, err := b.atlas.Resolve(province, district, commune, b.opt.AsOf)
	if err == nil {
		return placeFound{unit: u}
	}
	if province == "" && b.home.Key != "" {
		if h, _, err := b.atlas.Resolve(b.opt.Home, district, commune, b.opt.AsOf); err == nil {
			return placeFound{unit: h}
		}
	}
	if len(others) > 0 {
		return b.settle(others)
	}
	for _, wider := range [][3]string{{province, district, address}, {province, district, ""}, {province, "", ""}} {
		if wider[0]+wider[1]+wider[2] == "" {
			continue
		}
		if u, _, err := b.atlas.Resolve(cmp.Or(wider[0], b.opt.Home), wider[1], wider[2], b.opt.AsOf); err == nil {
			return placeFound{unit: u, fault: AskPlaceUnknown}
		}
	}
	return placeFound{fault: AskPlaceUnknown}
}

// settle picks among candidates what they share: the only one at home, their district,
// their province.
func (b *placeBook) settle(others []places.Unit) placeFound {
	f := placeFound{fault: AskPlaceAmbiguous, others: others}
	if b.home.Key != "" {
		var inside []places.Unit
		for _, u := range others {
			if u.Province == b.home.Key {
				inside = append(inside, u)
			}
		}
		if len(inside) == 1 {
			f.unit = inside[0]
			return f
		}
		if len(inside) > 1 {
			others = inside
		}
	}
	for _, above := range []func(places.Unit) string{
		func(u places.Unit) string { return u.District },
		func(u places.Unit) string { return u.Province },
	} {
		key := above(others[0])
		if key != "" && !slices.ContainsFunc(others, func(u places.Unit) bool { return above(u) != key }) {
			if u, ok := b.atlas.At(key, b.opt.AsOf); ok {
				f.unit = u
				return f
			}
			if u, ok := b.atlas.ByKey(key); ok {
				f.unit = u
				return f
			}
		}
	}
	return f
}

// district reads a title row such as «II. Huyện Kim Bôi»; goods win over a place whose
// name the title does not call a place.
func (b *placeBook) district(words string) (string, bool) {
	f := text.Fold(words)
	said := false
	for _, w := range []string{"huyen ", "thanh pho ", "tp ", "xa ", "thi tran ", "quan ", "thi xa ", "tinh ", "phuong "} {
		said = said || strings.HasPrefix(f, w)
	}
	if !said || strings.HasPrefix(f, "xa ") && strings.Count(f, " ") > 4 {
		return "", false
	}
	name, _, _ := strings.Cut(words, "(")
	name, _, _ = strings.Cut(name, ":")
	name = strings.TrimSpace(name)
	if u := b.find("", "", "", name); u.unit.Key != "" && u.fault != AskPlaceMissing && u.fault != AskPlaceUnknown {
		return name, true
	}
	return "", false
}

// place finds a row's place and asks about it; needed says that the row cannot do
// without (where a demand is delivered).
func (r *sheetRow) place(needed bool) (places.Unit, bool) {
	c := colPlace
	for _, other := range []column{colCommune, colDistrict, colProvince} {
		if r.text(c) == "" {
			c = other
		}
	}
	f := r.rd.where.find(r.text(colProvince), r.text(colDistrict), r.text(colCommune), r.text(colPlace))
	if f.fault == "" {
		return f.unit, true
	}
	if f.fault == AskPlaceMissing {
		c = colPlace
		if _, ok := r.t.cols[colPlace]; !ok {
			c = colCommune
		}
	}
	sure := f.unit.Key != "" && !(needed && f.fault == AskPlaceMissing)
	var names []string
	for _, u := range f.others {
		if len(names) < 4 {
			names = append(names, r.rd.where.atlas.Label(u.Key))
		}
	}
	assumed := ""
	if sure {
		assumed = r.rd.where.atlas.Label(f.unit.Key)
	}
	if !sure {
		r.block(c, f.fault, strings.Join(names, " | "), "–")
		return places.Unit{}, false
	}
	r.doubt(c, f.fault, strings.Join(names, " | "), assumed)
	return f.unit, true
}

// list gives the places that the records use.
func (b *placeBook) list(in *Input) []Place {
	used := map[string]bool{}
	for _, p := range in.Parties {
		used[p.Place] = true
	}
	for _, o := range in.Offers {
		used[o.Place] = true
	}
	for _, d := range in.Demands {
		used[d.Place] = true
	}
	out := make([]Place, 0, len(used))
	for key := range used {
		u, ok := b.atlas.At(key, b.opt.AsOf)
		if !ok {
			if u, ok = b.atlas.ByKey(key); !ok {
				continue
			}
		}
		p := Place{Key: key, Name: b.atlas.Label(key), LatE6: u.Point.LatE6, LonE6: u.Point.LonE6}
		if v, ok := b.atlas.ByKey(u.Province); ok {
			p.Province = v.Name
		}
		p.District = p.Province
		if b.home.Key == "" || b.home.Key == u.Province {
			if d, ok := b.atlas.ReportingDistrict(key); ok {
				p.District = d.Name
			}
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(x, y Place) int { return cmp.Compare(x.Key, y.Key) })
	return out
}

// roads lists the distances that a pair of the same goods can need: from where a seller
// or a lead stands to where it is delivered, and between sellers where a lead collects.
func (b *placeBook) roads(in *Input) []Road {
	sellers, buyers, led := map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]bool{}
	put := func(m map[string]map[string]bool, code, place string) {
		if m[code] == nil {
			m[code] = map[string]bool{}
		}
		m[code][place] = true
	}
	home := map[string]string{}
	for _, p := range in.Parties {
		home[p.ID] = p.Place
	}
	for _, o := range in.Offers {
		put(sellers, o.Commodity, o.Place)
		put(sellers, o.Commodity, home[o.Party])
	}
	for _, d := range in.Demands {
		put(buyers, d.Commodity, d.Place)
		led[d.Commodity] = led[d.Commodity] || d.MaxInvoices > 0
	}
	pairs := map[[2]string]bool{}
	add := func(x, y string) {
		if x != y {
			pairs[[2]string{min(x, y), max(x, y)}] = true
		}
	}
	for code, from := range sellers {
		for x := range from {
			for y := range buyers[code] {
				add(x, y)
			}
			if led[code] {
				for y := range from {
					add(x, y)
				}
			}
		}
	}
	out := make([]Road, 0, len(pairs))
	for k := range pairs {
		if km, ok := b.atlas.RoadKm(k[0], k[1]); ok {
			out = append(out, Road{From: k[0], To: k[1], Km: km})
		}
	}
	slices.SortFunc(out, func(x, y Road) int { return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To)) })
	return out
}
