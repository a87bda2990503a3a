package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// most is how many words of a query count; the rest is not looked at.
const most = 12

// terms reads a query: words, and runs of words that together are a mark.
func (c *core) terms(q string) (ts []term) {
	if len(q) > 400 {
		q = strings.ToValidUTF8(q[:400], "")
	}
	ws := shorten(wordsOf(q))
	ws = ws[:min(len(ws), most)]
	marked := slices.ContainsFunc(ws, hasMarks)
	for i := 0; i < len(ws); {
		t, n := c.markTerm(ws[i:])
		if n == 0 {
			t, n = term{word: ws[i]}, 1
		}
		t.marked = marked
		t.again = !t.mark && slices.ContainsFunc(ts, func(o term) bool { return !o.mark && o.word.fold == t.word.fold })
		i += n
		ts = append(ts, t)
	}
	return ts
}

// markTerm reads a mark from the front of ws, the longest that documents have, and how
// many words it takes.
func (c *core) markTerm(ws []word) (t term, n int) {
	for n = min(len(ws), 6); n > 0; n-- {
		var b strings.Builder
		digits := true
		for _, w := range ws[:n] {
			b.WriteString(w.key)
			digits = digits && strings.Trim(w.fold, "0123456789") == ""
		}
		m := Mark(b.String())
		if !strings.ContainsAny(m, "0123456789") {
			continue
		}
		t = term{word: ws[0], mark: n > 1, exact: c.marks[m]}
		if n == 1 && len(m) >= 3 || digits && len(m) >= 6 {
			t.near = c.marksLike(m)
		}
		if len(t.exact)+len(t.near) > 0 {
			return t, n
		}
	}
	return term{}, 0
}

// unglue takes a word that stands nowhere apart into words that do, the fewest possible;
// nil when it stands somewhere or cannot be taken apart.
func (c *core) unglue(w word) []word {
	f := w.fold
	if len(f) < 5 || len(f) > 40 || hasMarks(w) {
		return nil
	}
	known := false
	c.beginning(f, func(int32) { known = true })
	if known {
		return nil
	}
	const none = 1 << 20
	fewest := make([]int, len(f)+1)
	from := make([]int, len(f)+1)
	for i := 1; i <= len(f); i++ {
		fewest[i] = none
		for j := max(0, i-7); j < i-1; j++ {
			if _, ok := c.at2[loose(f[j:i])]; ok && fewest[j]+1 < fewest[i] {
				fewest[i], from[i] = fewest[j]+1, j
			}
		}
	}
	if fewest[len(f)] >= none {
		return nil
	}
	var parts []word
	for i := len(f); i > 0; i = from[i] {
		parts = append(parts, word{key: f[from[i]:i], fold: loose(f[from[i]:i])})
	}
	slices.Reverse(parts)
	return parts
}

// asked is what the ranking needs to know of a query.
type asked struct {
	canon, bare string
	words       []string // of canon
	sorted      []string // of bare
	slips       bool     // a letter may be wrong
}

func ask(ws []word) (a asked) {
	a.canon, a.bare = canon(ws[:min(len(ws), most)])
	a.words = strings.Fields(a.canon)
	a.sorted = strings.Fields(a.bare)
	slices.Sort(a.sorted)
	return a
}

// relation is how the query as a whole stands to a title, the closer the larger. open says
// that it is 3 at most, and that inRow knows it.
func (a *asked) relation(e *entry, y *tally) (r int64, open bool) {
	switch {
	case a.canon == "" || y.title == 0:
		return 0, false
	case e.canon == a.canon:
		return 7, false
	case e.bare == a.bare:
		return 6, false
	case a.sameWords(e.bare):
		return 5, false
	case strings.HasPrefix(e.canon, a.canon) || strings.HasPrefix(e.bare, a.bare):
		return 4, false
	}
	return 3, true
}

func (a *asked) sameWords(bare string) bool {
	if len(bare) != len(a.bare) {
		return false
	}
	var own [most]string
	ws := own[:0]
	for w := range strings.FieldsSeq(bare) {
		if len(ws) == most {
			return false
		}
		ws = append(ws, w)
	}
	slices.Sort(ws)
	return slices.Equal(ws, a.sorted)
}

// inRow tells whether the words typed are beginnings of words that follow each other in a
// title: 3 from its start or after the words for its kind, 2 somewhere, 1 in the same order
// with others between, 0 not.
func (a *asked) inRow(e *entry) int64 {
	best, order := int64(0), 0
	at, rest := 0, e.canon
	for rest != "" && best == 0 {
		w, after, _ := strings.Cut(rest, " ")
		if best == 0 && a.rowAt(rest) {
			best = 2
			if at <= int(e.lead) {
				best = 3
			}
		}
		if order < len(a.words) && a.begins(w, a.words[order]) {
			order++
		}
		rest = after
		at++
	}
	if best == 0 && order == len(a.words) {
		return 1
	}
	return best
}

// rowAt reports whether all words typed stand at the front of s, one for one.
func (a *asked) rowAt(s string) bool {
	for _, t := range a.words {
		w, after, _ := strings.Cut(s, " ")
		if !a.begins(w, t) {
			return false
		}
		s = after
	}
	return true
}

func (a *asked) begins(w, typed string) bool {
	return strings.HasPrefix(w, typed) || a.slips && near(typed, w)
}

// rank is a document's place as one number. What comes below least whatever its words stand
// like is not looked at more closely: then the number is too high, but still below.
func (y *tally) rank(e *entry, a *asked, kinds int, least int64) int64 {
	rel, open := a.relation(e, y)
	r := y.place(e, kinds, rel)
	if open && r >= least {
		r = y.place(e, kinds, a.inRow(e))
	}
	return r
}

// place is the rules of the package comment from the most to the least significant bit.
func (y *tally) place(e *entry, kinds int, relation int64) int64 {
	r := int64(0)
	put := func(bits uint, v int64) { r = r<<bits | min(max(v, 0), 1<<bits-1) }
	put(2, int64(y.mark/16)) // marks matched exactly
	put(2, int64(y.mark%16))
	put(4, 15-int64(y.wrong))
	put(4, 15-int64(y.clash))
	put(3, relation)
	put(4, int64(y.title))
	put(4, int64(y.whole))
	put(4, int64(y.exact))
	put(3, int64(e.weight))
	put(6, 63-int64(e.words))
	put(6, int64(kinds)-int64(e.kind))
	return r
}

// found is a document with its rank.
type found struct {
	doc  uint32
	rank int64
	near bool
}

func (c *core) compare(a, b found) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(c.entries[a.doc].canon, c.entries[b.doc].canon),
		cmp.Compare(c.entries[a.doc].hit.Title, c.entries[b.doc].hit.Title), cmp.Compare(c.entries[a.doc].hit.ID, c.entries[b.doc].hit.ID))
}

// search finds and ranks. The caller holds the lock.
func (c *core) search(q Query, may func(*entry) bool) Result {
	res := Result{ByKind: map[string]int{}}
	ts := c.terms(q.Text)
	if len(ts) == 0 {
		return res
	}
	limit := cmp.Or(q.Limit, 20) + q.Offset
	a := ask(wordsOf(q.Text))
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	c.match(s, ts, may)
	top := &best{c: c, limit: limit}
	kind := make([]int, len(c.kinds))
	count := func(d uint32, a *asked, near bool) {
		e := &c.entries[d]
		kind[e.kind]++
		if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, e.hit.Kind) {
			return
		}
		res.Total++
		top.add(found{d, s.tally[d].rank(e, a, len(c.kinds), top.least()), near})
	}
	for _, d := range s.touched {
		count(d, &a, false)
	}
	if res.Total < limit {
		have := make(map[uint32]bool, len(s.touched))
		for _, d := range s.touched {
			have[d] = true
		}
		a.slips = true
		c.slips(s, ts, &a, may, func(d uint32, a *asked) {
			if !have[d] {
				have[d] = true
				count(d, a, true)
			}
		})
	}
	for i, n := range kind {
		if n > 0 {
			res.ByKind[c.kinds[i]] = n
		}
	}
	for _, f := range top.sorted(q.Offset) {
		h := c.entries[f.doc].hit
		h.Exact, h.Near = f.rank>>38 >= 4, f.near
		res.Hits = append(res.Hits, h)
	}
	return res
}

// slips finds documents that match with one letter wrong in one of the words, or whose
// initials were typed.
func (c *core) slips(s *scratch, ts []term, a *asked, may func(*entry) bool, hit func(uint32, *asked)) {
	c.glued(s, ts, may, hit)
	for i := range ts {
		if ts[i].mark || len(ts[i].word.fold) < 4 {
			continue
		}
		again := slices.Clone(ts)
		again[i].typos = true
		c.match(s, again, may)
		for _, d := range s.touched {
			hit(d, a)
		}
	}
	if len(ts) != 1 || ts[0].mark {
		return
	}
	s.reset(len(c.entries))
	for _, d := range c.initials[Mark(ts[0].word.key)] {
		if e := &c.entries[d]; e.live && may(e) && s.tally[d].wrong == 0 {
			s.tally[d] = tally{wrong: 2, clash: 15}
			s.touched = append(s.touched, d)
			hit(d, a)
		}
	}
}

// glued finds documents that hold the words of a query in which some were typed without
// the blank between them. Where they do not stand like that in the title, it counts as a
// wrong letter.
func (c *core) glued(s *scratch, ts []term, may func(*entry) bool, hit func(uint32, *asked)) {
	var apart []term
	var whole []string
	for _, t := range ts {
		parts := []word(nil)
		if !t.mark && len(t.exact)+len(t.near) == 0 {
			parts = c.unglue(t.word)
		}
		if parts == nil {
			apart = append(apart, t)
			continue
		}
		whole = append(whole, t.word.fold)
		for _, w := range parts {
			apart = append(apart, term{word: w, marked: t.marked})
		}
	}
	if len(whole) == 0 {
		return
	}
	var ws []word
	for _, t := range apart {
		ws = append(ws, t.word)
	}
	a := ask(ws)
	c.match(s, apart, may)
	for _, d := range s.touched {
		title := strings.ReplaceAll(c.entries[d].canon, " ", "")
		for _, w := range whole {
			if !strings.Contains(title, w) {
				s.tally[d].wrong++
			}
		}
		hit(d, &a)
	}
}

// best keeps the first of many in order.
type best struct {
	c     *core
	limit int
	heap  []found // the last one at the root
}

// least is the rank below which nothing is kept.
func (b *best) least() int64 {
	if len(b.heap) < b.limit || b.limit == 0 {
		return math.MinInt64
	}
	return b.heap[0].rank
}

func (b *best) add(f found) {
	if len(b.heap) < b.limit {
		b.heap = append(b.heap, f)
		for i := len(b.heap) - 1; i > 0 && b.after(i, (i-1)/2); i = (i - 1) / 2 {
			b.heap[i], b.heap[(i-1)/2] = b.heap[(i-1)/2], b.heap[i]
		}
		return
	}
	if b.limit == 0 || f.rank < b.heap[0].rank || b.c.compare(f, b.heap[0]) > 0 {
		return
	}
	b.heap[0] = f
	for i := 0; ; {
		l := 2*i + 1
		if l >= len(b.heap) {
			return
		}
		if l+1 < len(b.heap) && b.after(l+1, l) {
			l++
		}
		if !b.after(l, i) {
			return
		}
		b.heap[i], b.heap[l] = b.heap[l], b.heap[i]
		i = l
	}
}

func (b *best) after(i, j int) bool { return b.c.compare(b.heap[i], b.heap[j]) > 0 }

func (b *best) sorted(offset int) []found {
	slices.SortFunc(b.heap, b.c.compare)
	return b.heap[min(offset, len(b.heap)):]
}
