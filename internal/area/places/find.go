package places

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/text"
)

// Query asks for units by name.
type Query struct {
	Text     string // as people write it: "X. Cao Duong (Luong Son)"
	Province string // a name or a key that must lie above, "" any
	District string
	Level    Level        // AnyLevel: all
	On       calendar.Day // 0: under both border systems
	Prefer   string       // key of a province that wins when all else is equal
	Limit    int          // 0: 50
}

// match is a unit with how well it fits. The weights only order; see the tests for what
// they must achieve.
type match struct {
	i     int32
	score int
	part  int  // which part named it
	above int  // how many other parts name units above it
	full  bool // every other part that could be understood is among them
}

const (
	wAbove      = 1000 // a part names a unit above
	wAboveWrong = 600  // … of another kind than the text says
	wExact      = 400  // the whole part is the name
	wTail       = 100  // its last words are
	wLevel      = 300  // the column or the word before the name says the level; minus if another
	wKind       = 80   // … the kind
	wMarks      = 60   // written with the same marks
	wFold       = 30   // same letters (i and y apart)
	wBorder     = 50   // under the borders of the day
	wPrefer     = 40
)

// directory is the index of names.
type directory struct {
	units map[string][]int32 // loose name → units
	loose []string           // of each unit
	fold  []string
	keys  *sync.Map // name → text.Key, filled as names are met
}

func (d directory) key(name string) string {
	if k, ok := d.keys.Load(name); ok {
		return k.(string)
	}
	k := text.Key(name)
	d.keys.Store(name, k)
	return k
}

func (a *Atlas) index() directory {
	d := directory{
		units: make(map[string][]int32, 10000),
		loose: make([]string, len(a.units)),
		fold:  make([]string, len(a.units)),
		keys:  new(sync.Map),
	}
	for i := range a.units {
		u := &a.units[i]
		d.fold[i] = text.Fold(u.Name)
		k := loose(d.fold[i])
		d.loose[i] = k
		d.units[k] = append(d.units[k], int32(i))
		if u.Alt != "" {
			if k2 := loose(text.Fold(u.Alt)); k2 != k {
				d.units[k2] = append(d.units[k2], int32(i))
			}
		}
	}
	return d
}

// Find lists units that a text may mean, best first. Units whose name only begins with
// the text follow when nothing else fits.
func (a *Atlas) Find(q Query) []Unit {
	ps, own := q.parts(a)
	ms := a.match(q, ps, own)
	ms = slices.DeleteFunc(ms, func(m match) bool { return m.above < ms[0].above })
	if len(ms) == 0 {
		ms = a.begins(q)
	}
	limit := cmp.Or(q.Limit, 50)
	us := make([]Unit, 0, min(len(ms), limit))
	for _, m := range ms {
		u := a.units[m.i]
		if q.On != 0 {
			v, ok := a.At(u.Key, q.On)
			if !ok {
				continue
			}
			u = v
		}
		if us = append(us, u); len(us) == limit {
			break
		}
	}
	return us
}

// parts reads the query; the first own of them are of its text.
func (q Query) parts(a *Atlas) (ps []part, own int) {
	known := func(l string) bool { return len(a.names().units[l]) > 0 }
	add := func(s string, level Level) {
		words := splitParts(s, known)
		for _, w := range words {
			if isHamlet(w) && len(words) > 1 {
				continue
			}
			p := readPart(w, level)
			if !slices.ContainsFunc(p.readings, func(r reading) bool { return known(r.loose) }) {
				if names := inRow(strings.Fields(w), known); names != nil { // no comma: "cao duong luong son"
					for i, n := range names {
						p := readPart(n, AnyLevel)
						if i == 0 {
							p.level = level
						}
						ps = append(ps, p)
					}
					continue
				}
				for _, t := range tails(w) {
					if known(t.loose) {
						p.readings = []reading{t}
						break
					}
				}
			}
			ps = append(ps, p)
		}
	}
	add(q.Text, q.Level)
	own = len(ps)
	for _, above := range []struct {
		s string
		l Level
	}{{q.District, District}, {q.Province, Province}} {
		if BorderOf(above.s) == "" {
			add(above.s, above.l)
		}
	}
	return ps, own
}

// match scores every unit that one of the first own parts may name.
func (a *Atlas) match(q Query, ps []part, own int) []match {
	best := map[int32]match{}
	for i, p := range ps[:own] {
		for _, r := range p.readings {
			for _, at := range a.names().units[r.loose] {
				u := &a.units[at]
				if q.Level != AnyLevel && u.Level != q.Level && len(ps) == 1 || !a.under(at, q) {
					continue
				}
				m := a.score(q, u, at, ps, i, r)
				if old, ok := best[at]; !ok || m.score > old.score {
					best[at] = m
				}
			}
		}
	}
	ms := make([]match, 0, len(best))
	for _, m := range best {
		ms = append(ms, m)
	}
	slices.SortFunc(ms, func(x, y match) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.i, y.i))
	})
	return ms
}

// under reports whether a unit lies below the keys that a query names.
func (a *Atlas) under(at int32, q Query) bool {
	for _, k := range []string{q.District, q.Province} {
		if BorderOf(k) != "" && !slices.Contains(a.above(at), a.at[k]) && a.units[at].Key != k {
			return false
		}
	}
	return true
}

func (a *Atlas) score(q Query, u *Unit, at int32, ps []part, i int, r reading) match {
	p := ps[i]
	m := match{i: at, part: i, full: true}
	if r.tail {
		m.score = wTail
	} else {
		m.score = wExact
	}
	if u.Level == Province {
		m.score += 2
	} else if u.Level == District {
		m.score++
	}
	for _, l := range []Level{p.level, r.level} {
		if l == u.Level {
			m.score += wLevel
		} else if l != AnyLevel {
			m.score -= wLevel
		}
	}
	if r.kind != "" && r.kind == text.Fold(u.Kind()) {
		m.score += wKind
	}
	same := a.names().fold[at] == r.fold
	if same {
		m.score += wFold
	}
	if same && a.names().key(u.Name) == r.key || u.Alt != "" && a.names().key(u.Alt) == r.key {
		m.score += wMarks
	}
	if q.Prefer != "" && slices.Contains(a.above(at), a.at[q.Prefer]) {
		m.score += wPrefer
	}
	if q.On != 0 && BorderOf(u.Key) == BorderOn(q.On) {
		m.score += wBorder
	}
	above := a.above(at)
	for j, other := range ps {
		if j == i {
			continue
		}
		k, w := a.partAbove(other, above)
		if w == 0 {
			m.full = m.full && len(a.names().units[other.readings[0].loose]) == 0
			continue
		}
		above = slices.Delete(above, k, k+1) // a unit is named once: "Hòa Bình, TP Hòa Bình" has two above
		m.above++
		m.score += w
	}
	return m
}

// partAbove is which of the units above a part names best, and how well.
func (a *Atlas) partAbove(p part, above []int32) (at, weight int) {
	for n, k := range above {
		u := &a.units[k]
		for _, r := range p.readings {
			if r.loose != a.names().loose[k] {
				continue
			}
			w := wAbove
			if r.kind != "" && r.kind != text.Fold(u.Kind()) || p.level != AnyLevel && p.level != u.Level {
				w = wAboveWrong
			}
			if w > weight {
				at, weight = n, w
			}
		}
	}
	return at, weight
}

// above lists the units above one under both border systems: people go on writing the
// district after it is gone, and the new province for an old commune.
func (a *Atlas) above(at int32) []int32 {
	u := &a.units[at]
	var out []int32
	add := func(key string) {
		if i, ok := a.at[key]; ok && i != at && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	if u.Level == Province {
		return nil
	}
	add(u.District)
	add(u.Province)
	for _, ls := range [][]Link{a.after[u.Key], a.before[u.Key]} {
		for _, l := range ls {
			v := &a.units[a.at[l.Key]]
			add(v.District)
			add(v.Province)
		}
	}
	return out
}

// begins lists units by the beginning of a name or of a word in it, for a search box.
func (a *Atlas) begins(q Query) []match {
	want := loose(text.Fold(q.Text))
	if len(want) < 2 {
		return nil
	}
	var ms []match
	for name, at := range a.names().units {
		rank := 0
		switch {
		case strings.HasPrefix(name, want):
			rank = 2
		case strings.Contains(" "+name, " "+want):
			rank = 1
		default:
			continue
		}
		for _, i := range at {
			u := &a.units[i]
			if (q.Level == AnyLevel || u.Level == q.Level) && a.under(i, q) {
				ms = append(ms, match{i: i, score: rank*10 - int(u.Level)})
			}
		}
	}
	slices.SortFunc(ms, func(x, y match) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.i, y.i))
	})
	return slices.CompactFunc(ms, func(x, y match) bool { return x.i == y.i })
}
