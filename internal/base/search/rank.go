package search

import (
	"cmp"
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
	ws := wordsOf(q)
	ws = ws[:min(len(ws), most)]
	marked := slices.ContainsFunc(ws, hasMarks)
	for i := 0; i < len(ws); {
		t, n := c.markTerm(ws[i:])
		if n == 0 {
			t, n = term{word: ws[i]}, 1
		}
		t.marked = marked
		i += n
		if !t.mark && len(t.exact)+len(t.near) == 0 {
			if parts := c.unglue(t.word); parts != nil {
				for _, w := range parts {
					ts = append(ts, term{word: w, marked: marked})
				}
				continue
			}
		}
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
}

// relation is how the query as a whole stands to a title.
func (a asked) relation(e *entry) int64 {
	switch {
	case a.canon == "":
		return 0
	case e.canon == a.canon:
		return 5
	case e.bare == a.bare:
		return 4
	case strings.HasPrefix(e.canon, a.canon):
		return 3
	case strings.HasPrefix(e.bare, a.bare):
		return 2
	}
	for s := e.canon; ; {
		i := strings.Index(s, a.bare)
		if i < 0 {
			return 0
		}
		if i == 0 || s[i-1] == ' ' {
			return 1
		}
		s = s[i+1:]
	}
}

// rank is a document's place as one number: the rules of the package comment from the most
// to the least significant bit.
func (y *tally) rank(e *entry, a asked, kinds int) int64 {
	r := int64(0)
	put := func(bits uint, v int64) { r = r<<bits | min(max(v, 0), 1<<bits-1) }
	put(2, int64(y.mark/16)) // marks matched exactly
	put(2, int64(y.mark%16))
	put(4, 15-int64(y.wrong))
	put(4, 15-int64(y.clash))
	put(3, a.relation(e))
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
	var a asked
	ws := wordsOf(q.Text)
	a.canon, a.bare = canon(ws[:min(len(ws), most)])

	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	c.match(s, ts, may)
	top := &best{c: c, limit: limit}
	kind := make([]int, len(c.kinds))
	count := func(d uint32, near bool) {
		e := &c.entries[d]
		kind[e.kind]++
		if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, e.hit.Kind) {
			return
		}
		res.Total++
		top.add(found{d, s.tally[d].rank(e, a, len(c.kinds)), near})
	}
	for _, d := range s.touched {
		count(d, false)
	}
	if res.Total < limit {
		have := make(map[uint32]bool, len(s.touched))
		for _, d := range s.touched {
			have[d] = true
		}
		c.slips(s, ts, may, func(d uint32) {
			if !have[d] {
				have[d] = true
				count(d, true)
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
func (c *core) slips(s *scratch, ts []term, may func(*entry) bool, hit func(uint32)) {
	for i := range ts {
		if ts[i].mark || len(ts[i].word.fold) < 4 {
			continue
		}
		again := slices.Clone(ts)
		again[i].typos = true
		c.match(s, again, may)
		for _, d := range s.touched {
			hit(d)
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
			hit(d)
		}
	}
}

// best keeps the first of many in order.
type best struct {
	c     *core
	limit int
	heap  []found // the last one at the root
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
