package places

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/geo"
)

//go:embed data/units.tsv.gz
var packed []byte

// Atlas holds all units. It is read-only and safe for many goroutines.
type Atlas struct {
	units    []Unit // provinces, districts, communes of 2023, then of 2025, by code
	at       map[string]int32
	earlier  map[string][]Unit // versions before the one in units, oldest first
	children map[string][]int32
	after    map[string][]Link // successors by key
	before   map[string][]Link // predecessors by key
	roads    roadTable
	names    func() directory // built on first use
}

// Link leads from a unit to one that succeeded or preceded it. Part means that the older
// unit was divided and its shares are not published: what belongs where is decided record
// by record.
type Link struct {
	Key  string
	Part bool
}

var load = sync.OnceValues(read)

// Load unpacks the embedded atlas. It does so once per process, so callers need not keep it.
func Load() (*Atlas, error) { return load() }

func read() (a *Atlas, err error) {
	defer fault.Wrap(&err, "places.Load")
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	a = &Atlas{
		units:    make([]Unit, 0, 15000),
		at:       make(map[string]int32, 15000),
		earlier:  map[string][]Unit{},
		children: make(map[string][]int32, 1000),
		after:    make(map[string][]Link, 11000),
		before:   make(map[string][]Link, 3500),
	}
	a.names = sync.OnceValue(a.index)
	for n, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		f := strings.Split(line, "\t")
		switch f[0] {
		case "U":
			err = a.addUnit(f)
		case "V":
			err = a.addVersion(f)
		case "S":
			err = a.addSuccession(f)
		default:
			err = fmt.Errorf("unknown record %q", f[0])
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	a.finish()
	a.roads, err = readRoads()
	return a, err
}

func (a *Atlas) addUnit(f []string) error {
	for len(f) < 12 {
		f = append(f, "")
	}
	var n [4]int64
	for i := range n {
		if s := f[7+i]; s != "" {
			v, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				return err
			}
			n[i] = v
		}
	}
	b := Border("20" + f[1])
	u := Unit{
		Key: Key(f[2], b), Code: f[2], Full: f[5], Name: bareName(f[5]), Alt: f[6],
		Point: geo.Point{LatE6: n[0] * 10, LonE6: n[1] * 10}, AreaHa: n[2], Population: n[3], Note: f[11],
	}
	if b == Border2023 {
		u.To = NewBorders - 1
	} else {
		u.From = NewBorders
	}
	if f[4] != "" {
		u.Parent = Key(f[4], b)
	}
	switch f[3] {
	case "p":
		u.Level, u.Province = Province, u.Key
	case "d":
		u.Level, u.Province, u.District = District, u.Parent, u.Key
	case "c":
		u.Level, u.Province = Commune, u.Parent
		if b == Border2023 {
			p, ok := a.ByKey(u.Parent)
			if !ok {
				return fmt.Errorf("%s: no unit %s above it", u.Key, u.Parent)
			}
			u.District, u.Province = p.Key, p.Province
		}
	default:
		return fmt.Errorf("unknown level %q", f[3])
	}
	i := int32(len(a.units))
	a.units = append(a.units, u)
	a.at[u.Key] = i
	if u.Parent != "" {
		a.children[u.Parent] = append(a.children[u.Parent], i)
	}
	return nil
}

// addVersion: from a day on the unit has another full name; what was read so far is the
// earlier version.
func (a *Atlas) addVersion(f []string) error {
	day, err := calendar.ParseDay(f[3])
	if err != nil {
		return err
	}
	u := &a.units[a.at[Key(f[2], Border("20"+f[1]))]]
	was := *u
	was.To = day - 1
	a.earlier[u.Key] = append(a.earlier[u.Key], was)
	u.From, u.Full, u.Name = day, f[4], bareName(f[4])
	return nil
}

func (a *Atlas) addSuccession(f []string) error {
	from, to := Key(f[2], Border2023), Key(f[3], Border2025)
	for _, k := range []string{from, to} {
		if _, ok := a.at[k]; !ok {
			return fmt.Errorf("no unit %s", k)
		}
	}
	part := f[4] == "d"
	a.after[from] = append(a.after[from], Link{to, part})
	a.before[to] = append(a.before[to], Link{from, part})
	return nil
}

// finish links districts to the province that took them over and gives communes without
// a point of their own that of their first successor, else their district's.
func (a *Atlas) finish() {
	for i := range a.units {
		u := &a.units[i]
		if u.Level == District {
			a.after[u.Key] = a.after[u.Province]
		}
		if u.Point != (geo.Point{}) {
			continue
		}
		u.Approx = true
		if next := a.after[u.Key]; len(next) > 0 {
			u.Point = a.units[a.at[next[0].Key]].Point
		}
		if u.Point == (geo.Point{}) && u.Parent != "" {
			u.Point = a.units[a.at[u.Parent]].Point
		}
	}
}

// ByKey is the latest version of a unit.
func (a *Atlas) ByKey(key string) (Unit, bool) {
	i, ok := a.at[key]
	if !ok {
		return Unit{}, false
	}
	return a.units[i], true
}

// At is the version of a unit that was in force on a day.
func (a *Atlas) At(key string, on calendar.Day) (Unit, bool) {
	u, ok := a.ByKey(key)
	if ok && u.Valid(on) {
		return u, true
	}
	for _, v := range a.earlier[key] {
		if v.Valid(on) {
			return v, true
		}
	}
	return Unit{}, false
}

// ByCode is the unit that carried a code on a day.
func (a *Atlas) ByCode(code string, on calendar.Day) (Unit, bool) {
	return a.At(Key(code, BorderOn(on)), on)
}

// Versions lists all versions of a unit, oldest first.
func (a *Atlas) Versions(key string) []Unit {
	u, ok := a.ByKey(key)
	if !ok {
		return nil
	}
	return append(slices.Clone(a.earlier[key]), u)
}

// All lists the units of a level under a border system, by code.
func (a *Atlas) All(b Border, l Level) []Unit {
	var us []Unit
	for _, u := range a.units {
		if u.Level == l && BorderOf(u.Key) == b {
			us = append(us, u)
		}
	}
	return us
}

// Children lists the units directly below one, by code.
func (a *Atlas) Children(key string) []Unit {
	us := make([]Unit, 0, len(a.children[key]))
	for _, i := range a.children[key] {
		us = append(us, a.units[i])
	}
	return us
}

// Successors are the units that took a unit of 2023 over. None are known for the communes
// that were merged in 2024, between the two lists.
func (a *Atlas) Successors(key string) []Link { return a.after[key] }

// Predecessors are the units of 2023 that a unit of 2025 took over, whole or in part.
func (a *Atlas) Predecessors(key string) []Link { return a.before[key] }

// Divided reports whether a unit of 2023 went to several of 2025, so that a record in it
// has no place under the new borders until somebody decides («chưa phân định»).
func (a *Atlas) Divided(key string) bool { return len(a.after[key]) > 1 }

// ReportingDistrict is the district of 2023 under which a place is reported: its own, or
// for a commune of 2025 that of most of its predecessors (the lower code when equal).
func (a *Atlas) ReportingDistrict(key string) (Unit, bool) {
	u, ok := a.ByKey(key)
	if !ok {
		return Unit{}, false
	}
	if u.District == "" && u.Level == Commune {
		count := map[string]int{}
		for _, l := range a.before[key] {
			p, _ := a.ByKey(l.Key)
			count[p.District]++
		}
		for d, n := range count {
			if n > count[u.District] || n == count[u.District] && d < u.District {
				u.District = d
			}
		}
	}
	return a.ByKey(u.District)
}

// ReportingProvince is the province of 2023 under which a place is reported.
func (a *Atlas) ReportingProvince(key string) (Unit, bool) {
	u, ok := a.ByKey(key)
	if !ok {
		return Unit{}, false
	}
	if BorderOf(key) == Border2023 {
		return a.ByKey(u.Province)
	}
	if d, ok := a.ReportingDistrict(key); ok {
		return a.ByKey(d.Province)
	}
	p, _ := a.ByKey(u.Province)
	return a.ByKey(Key(p.Code, Border2023)) // a new province keeps the code of one of the old
}

// Label names a place the way an address does: xã Cao Dương, huyện Lương Sơn, tỉnh Hòa Bình.
func (a *Atlas) Label(key string) string {
	var parts []string
	for key != "" {
		u, ok := a.ByKey(key)
		if !ok {
			break
		}
		parts = append(parts, u.Written())
		key = u.Parent
	}
	return strings.Join(parts, ", ")
}

func byKey(a, b Unit) int { return cmp.Compare(a.Key, b.Key) }
