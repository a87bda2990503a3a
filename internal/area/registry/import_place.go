package registry

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/text"
)

// placeReader finds the places of a list, each way to write one only once.
type placeReader struct {
	ImportGround
	districts []places.Unit
	known     map[[3]string]placeRead
}

// placeRead is what a written place turned out to be.
type placeRead struct {
	key    string
	code   string // "" sure; place_unknown, place_choice
	others []places.Unit
}

func newPlaceReader(g ImportGround) *placeReader {
	return &placeReader{ImportGround: g, districts: g.Atlas.Children(g.Home), known: map[[3]string]placeRead{}}
}

// otherDay is a day under the borders that are not those of today.
func (p *placeReader) otherDay() calendar.Day {
	change := calendar.Date(2025, 7, 1)
	if p.On >= change {
		return change - 1
	}
	return change
}

// find reads the three parts. A name of the other borders that today's do not settle (a
// commune that was divided, or one that is still to come) is kept under its own borders:
// nobody is moved silently.
func (p *placeReader) find(province, district, commune string) placeRead {
	key := [3]string{province, district, commune}
	f, ok := p.known[key]
	if !ok {
		f = p.read(province, district, commune)
		p.known[key] = f
	}
	return f
}

func (p *placeReader) read(province, district, commune string) placeRead {
	if province+district+commune == "" {
		return placeRead{}
	}
	u, others, err := p.Atlas.ResolveNear(p.Home, province, district, commune, p.On)
	if err == nil {
		return placeRead{key: u.Key}
	}
	if u, more, err := p.Atlas.ResolveNear(p.Home, province, district, commune, p.otherDay()); err == nil && (u.Level == places.Commune || len(others) == 0) {
		return placeRead{key: u.Key}
	} else if len(others) == 0 {
		others = more
	}
	out := placeRead{code: "place_unknown"}
	if len(others) > 0 {
		out.code, out.others = "place_choice", p.nearest(others)
		out.key = shared(out.others)
	}
	if out.key == "" && commune != "" && district+province != "" {
		out.key = p.find(province, district, "").key
	}
	return out
}

// nearest keeps the candidates of the home province, if there are any.
func (p *placeReader) nearest(us []places.Unit) []places.Unit {
	var near []places.Unit
	for _, u := range us {
		if h, ok := p.Atlas.ReportingProvince(u.Key); ok && h.Key == p.Home {
			near = append(near, u)
		}
	}
	if len(near) == 0 {
		near = slices.Clone(us)
	}
	return near[:min(len(near), 8)]
}

// shared is the district in which all candidates lie.
func shared(us []places.Unit) string {
	d := us[0].District
	for _, u := range us {
		if u.District != d {
			return ""
		}
	}
	return d
}

// district finds the one district of the home province that a title names; a name alone is
// enough for the name of a sheet.
func (p *placeReader) district(title string, alone bool) (found string) {
	f := " " + text.Fold(title) + " "
	for _, d := range p.districts {
		name := text.Fold(d.Name)
		hit := alone && strings.TrimSpace(f) == name
		for _, w := range []string{"huyen", "thanh pho", "tp", "thi xa"} {
			hit = hit || strings.Contains(f, " "+w+" "+name+" ")
		}
		if hit {
			if found != "" {
				return ""
			}
			found = d.Full
		}
	}
	return found
}

// addressStarts are folded words that begin the parts of an address which the atlas knows.
var addressStarts = []string{"xa", "x", "phuong", "p", "thi tran", "tt", "t tran", "huyen", "h", "tp", "thanh pho", "thi xa", "tx", "tinh", "t", "quan"}

// hamletStarts are those below a commune.
var hamletStarts = []string{"xom", "thon", "to", "ap", "khu", "ban", "pho", "tieu khu", "so", "so nha", "duong", "khu pho", "tdp", "ngo", "km", "doi", "lo", "cum", "chom", "ql", "quoc lo"}

func startsWithAny(fold string, words []string) bool {
	for _, w := range words {
		if strings.HasPrefix(fold, w+" ") {
			return true
		}
	}
	return false
}

// addressParts cuts an address at commas and wide dashes.
func addressParts(s string) []string {
	s = strings.NewReplacer(" - ", ",", " – ", ",", ";", ",", "\n", ",").Replace(text.NFC(s))
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.Trim(strings.TrimSpace(p), "."); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// splitAddress parts an address into what stands below the commune and what the atlas is
// asked for.
func splitAddress(s string) (lead, rest []string) {
	for _, p := range addressParts(s) {
		f := text.Fold(p)
		below := startsWithAny(f, hamletStarts) || strings.Trim(f, "0123456789 ") == ""
		if len(rest) == 0 && below && !startsWithAny(f, addressStarts) {
			if at := communeInside(p); at > 0 { // «Xóm Bãi xã Tây Phong»
				lead, rest = append(lead, strings.TrimSpace(p[:at])), append(rest, strings.TrimSpace(p[at:]))
				continue
			}
			lead = append(lead, p)
			continue
		}
		rest = append(rest, p)
	}
	return lead, rest
}

// communeInside is where a commune begins within a part without a comma; 0 nowhere.
func communeInside(p string) int {
	words := strings.SplitAfter(p, " ")
	at := 0
	for i, w := range words {
		f := text.Fold(w)
		next := ""
		if i+1 < len(words) {
			next = text.Fold(words[i+1])
		}
		if i > 0 && (f == "xa" || f == "phuong" || f == "thi" && next == "tran" || f == "tt") && i+1 < len(words) {
			return at
		}
		at += len(w)
	}
	return 0
}
