package places

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
)

// Resolve finds the one unit that a row of a sheet means: any of the three may be empty,
// without marks, in the wrong column or under the other borders. A name of the old borders
// is carried over to its successor on the day; a district keeps its unit of 2023 for ever,
// because reports go on by district. When several units fit, or a divided one, they come
// as candidates with the fault places.fault.ambiguous; places.fault.not_found otherwise.
func (a *Atlas) Resolve(province, district, commune string, on calendar.Day) (Unit, []Unit, error) {
	return a.ResolveNear("", province, district, commune, on)
}

// ResolveNear is Resolve where a unit of the province with the key home goes before others
// that fit as well: «Cao Dương» in an office of Hòa Bình is the one of Lương Sơn.
func (a *Atlas) ResolveNear(home, province, district, commune string, on calendar.Day) (Unit, []Unit, error) {
	q := Query{Text: commune, District: district, Province: province, On: on, Prefer: home}
	written := strings.Join(slices.DeleteFunc([]string{commune, district, province}, func(s string) bool { return strings.TrimSpace(s) == "" }), ", ")
	if on == 0 {
		return Unit{}, nil, fault.New(fault.Invalid, "places.fault.no_day", written)
	}
	ps, _ := q.parts(a)
	if district != "" || province != "" {
		for i := range ps {
			if ps[i].level == AnyLevel {
				ps[i].level = Commune
			}
		}
	}
	ms := a.match(q, ps, len(ps)) // columns are often mixed up: any of them may name the place
	if len(ms) == 0 {
		return Unit{}, nil, fault.New(fault.Invalid, "places.fault.not_found", written)
	}
	var us []Unit
	top := ms[0].score
	for _, m := range ms {
		if m.score < top {
			break
		}
		us = append(us, a.carry(a.units[m.i], on)...)
	}
	slices.SortFunc(us, byKey)
	us = slices.CompactFunc(us, func(x, y Unit) bool { return x.Key == y.Key })
	if len(us) != 1 {
		return Unit{}, us, fault.New(fault.Invalid, "places.fault.ambiguous", written, len(us))
	}
	if !ms[0].full && (district != "" || province != "") {
		return Unit{}, a.bestPerPart(ms, on), fault.New(fault.Invalid, "places.fault.contradiction", written)
	}
	return us[0], us, nil
}

// bestPerPart lists what each part would mean alone, for columns that contradict each other.
func (a *Atlas) bestPerPart(ms []match, on calendar.Day) []Unit {
	var us []Unit
	seen := map[int]bool{}
	for _, m := range ms {
		if !seen[m.part] {
			seen[m.part] = true
			us = append(us, a.carry(a.units[m.i], on)...)
		}
	}
	slices.SortFunc(us, byKey)
	return us
}

// carry brings a unit to the borders of a day.
func (a *Atlas) carry(u Unit, on calendar.Day) []Unit {
	if v, ok := a.At(u.Key, on); ok {
		return []Unit{v}
	}
	if u.Level == District {
		return []Unit{u}
	}
	links := a.after[u.Key]
	if BorderOf(u.Key) == Border2025 {
		links = a.before[u.Key]
	}
	var us []Unit
	for _, l := range links {
		if v, ok := a.At(l.Key, on); ok {
			us = append(us, v)
		}
	}
	if len(us) == 0 { // merged between the lists: the old unit is all that is known
		us = []Unit{u}
	}
	return us
}
