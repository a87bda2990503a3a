package search

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How well one word of the query matches one document, the better the larger; the bits
// are counted over all words of the query for the ranking.
const (
	mExact  = 1 << iota // exactly the marks that were typed
	mWhole              // not only a beginning
	mTitle              // in the title
	mAgree              // no marks other than typed
	mClean              // no letter wrong
	mInNear             // the mark begins or ends with it
	mMark               // exactly the mark
)

// tally is what a document has gathered while the words of a query are matched one by one.
type tally struct {
	seen                                    uint16 // words matched so far
	best                                    uint8  // of the word being matched
	exact, whole, title, clash, wrong, mark uint8
}

// scratch is the memory of one search, used again by later ones.
type scratch struct {
	tally   []tally
	touched []uint32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) reset(n int) {
	if len(s.tally) < n {
		s.tally = make([]tally, n+n/4)
		s.touched = s.touched[:0]
		return
	}
	for _, d := range s.touched {
		s.tally[d] = tally{}
	}
	s.touched = s.touched[:0]
}

// term is one unit of the query: a word, or words that together are a mark.
type term struct {
	word   word
	exact  []uint32 // documents with this mark
	near   []uint32 // documents with a mark like it
	mark   bool     // only these
	typos  bool     // let one letter be wrong
	marked bool     // the query is typed with marks
	again  bool     // the word was typed before in the same query
}

// match lets s.touched be the documents that hold every term and may be seen.
func (c *core) match(s *scratch, terms []term, may func(*entry) bool) {
	s.reset(len(c.entries))
	terms = slices.Clone(terms)
	slices.SortStableFunc(terms, func(a, b term) int { return c.cost(a) - c.cost(b) })
	for n, t := range terms {
		hit := func(doc uint32, how uint8) {
			y := &s.tally[doc]
			if n == 0 {
				if y.best == 0 {
					if e := &c.entries[doc]; !e.live || !may(e) {
						return
					}
					s.touched = append(s.touched, doc)
				}
			} else if int(y.seen) != n {
				return
			}
			if how > y.best {
				y.best = how
			}
		}
		c.scan(t, hit)
		kept := s.touched[:0]
		for _, d := range s.touched {
			y := &s.tally[d]
			if y.best == 0 {
				*y = tally{}
				continue
			}
			y.add()
			kept = append(kept, d)
		}
		s.touched = kept
		if len(kept) == 0 {
			return
		}
	}
}

// add counts the word just matched.
func (y *tally) add() {
	h := y.best
	y.seen++
	y.best = 0
	y.exact += h & mExact
	y.whole += h & mWhole / mWhole
	y.title += h & mTitle / mTitle
	if h&mAgree == 0 {
		y.clash++
	}
	if h&mClean == 0 {
		y.wrong++
	}
	switch {
	case h&mMark != 0:
		y.mark += 16
	case h&mInNear != 0:
		y.mark++
	}
}

// cost is roughly how many documents a term touches.
func (c *core) cost(t term) int {
	if t.mark {
		return len(t.exact) + len(t.near)
	}
	n := 0
	c.beginning(t.word.fold, func(g int32) {
		for _, f := range c.groups[g].forms {
			n += len(c.forms[f].posts)
		}
	})
	if t.typos {
		n += len(c.entries)
	}
	return n
}

// scan calls hit for every document that holds a term.
func (c *core) scan(t term, hit func(doc uint32, how uint8)) {
	const fine = mClean | mAgree | mTitle | mWhole | mExact
	for _, d := range t.exact {
		hit(d, mMark|fine)
	}
	for _, d := range t.near {
		hit(d, mInNear|fine)
	}
	if t.mark {
		return
	}
	typed := spell(t.word.key)
	each := func(g int32, how uint8) {
		for _, fi := range c.groups[g].forms {
			f := &c.forms[fi]
			h := how
			if how&mClean == 0 {
				h |= mAgree // what is wrong is the letter
			} else {
				h |= agree(typed, f.key, t.marked, how&mWhole != 0)
			}
			for _, p := range f.posts {
				switch {
				case t.again && p.where != inTitle|elsewhere: // typed twice, stands there once
					hit(p.doc, h&^(mWhole|mAgree))
				case p.where&inTitle != 0:
					hit(p.doc, h|mTitle)
				case p.where&elsewhere != 0:
					hit(p.doc, h)
				default:
					hit(p.doc, h&^mWhole)
				}
			}
		}
	}
	c.beginning(t.word.fold, func(g int32) {
		if c.groups[g].fold == t.word.fold {
			each(g, mClean|mWhole)
		} else {
			each(g, mClean)
		}
	})
	if t.typos {
		for g := range c.groups {
			if near(t.word.fold, c.groups[g].fold) {
				each(int32(g), mWhole)
			}
		}
	}
}

// spelling is a word's letters with their quality marks (â, ơ) and its one tone.
type spelling struct {
	base    []rune
	quality []rune
	tone    rune
	marks   bool
}

func spell(key string) (s spelling) {
	for _, r := range norm.NFD.String(key) {
		switch {
		case strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", r):
			s.tone, s.marks = r, true
		case unicode.IsMark(r):
			if n := len(s.quality); n > 0 {
				s.quality[n-1], s.marks = r, true
			}
		case r == 'đ':
			s.base, s.quality, s.marks = append(s.base, 'd'), append(s.quality, 'đ'), true
		default:
			s.base, s.quality = append(s.base, r), append(s.quality, 0)
		}
	}
	return s
}

// agree compares what was typed with a form that folds alike. A letter typed without marks
// agrees with any; in a query typed with marks it agrees, but not exactly.
func agree(typed spelling, key string, marked, whole bool) uint8 {
	if !typed.marks && !marked {
		return mAgree | mExact
	}
	f := spell(key)
	exact := true
	for i := range typed.quality {
		if i >= len(f.quality) {
			break
		}
		if typed.quality[i] != f.quality[i] {
			if typed.quality[i] != 0 {
				return 0
			}
			exact = false
		}
	}
	if typed.tone != f.tone {
		if typed.tone != 0 {
			return 0
		}
		exact = exact && !whole
	}
	if exact {
		return mAgree | mExact
	}
	return mAgree
}

// near reports whether b is a with one letter changed, left out, added, or two swapped.
// Short words have too many neighbours, and digits are no slips.
func near(a, b string) bool {
	if len(a) < 4 || a == b || len(b) < len(a)-1 || len(b) > len(a)+1 || strings.ContainsAny(a, "0123456789") {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i:]
}
