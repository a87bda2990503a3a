package search

import (
	"slices"
	"sort"
	"strings"
)

// core is all documents in memory. Its owner (Index) guards it with a lock.
type core struct {
	entries []entry
	at      map[[2]string]uint32 // entry by kind and id
	live    int
	kinds   []string
	places  []string
	placeAt map[string]int32

	forms  []form
	formAt map[string]int32 // by key
	groups []group
	at2    map[string]int32 // group by fold
	order  []int32          // groups by fold, once tidy
	raw    map[string]word  // words already taken apart, by what was written

	marks    map[string][]uint32
	markList []string // sorted, once tidy
	initials map[string][]uint32
	untidy   bool
}

// entry is a document as it is matched.
type entry struct {
	hit    Hit
	canon  string // folded title, phrases short
	bare   string // canon without the words for the kind
	org    int64
	place  int32 // -1 none
	kind   uint8
	weight uint8
	words  uint8 // of canon
	lead   uint8 // how many of them say the kind
	staff  bool
	live   bool
	seq    int64 // in the table, 0 for what comes with the program
}

// form is one spelling of a word with its marks; the forms of a group fold to the same.
type form struct {
	key   string
	group int32
	posts []post
}

type group struct {
	fold  string
	forms []int32
}

// post says where a form stands: in which document, and how well.
type post struct {
	doc   uint32
	where where
}

// where a word stands; a document may have it in several places.
type where uint8

const (
	implied   where = 1 << iota // by a short form that stands for it
	elsewhere                   // in the second line or the further words
	inTitle
)

func newCore(kinds []string) *core {
	return &core{
		at: map[[2]string]uint32{}, kinds: slices.Clone(kinds), placeAt: map[string]int32{},
		formAt: map[string]int32{}, at2: map[string]int32{}, raw: map[string]word{},
		marks: map[string][]uint32{}, initials: map[string][]uint32{},
	}
}

// drop takes a document out. Its postings stay until the core is built anew; a dead entry
// matches nothing.
func (c *core) drop(kind, id string) {
	k := [2]string{kind, id}
	if i, ok := c.at[k]; ok {
		c.entries[i] = entry{}
		delete(c.at, k)
		c.live--
	}
}

// put adds a document in place of the one with its identity.
func (c *core) put(d Doc, seq int64) {
	c.drop(d.Kind, d.ID)
	i := uint32(len(c.entries))
	title := c.split(d.Title)
	e := entry{
		hit:  Hit{Kind: d.Kind, ID: d.ID, Title: d.Title, Sub: d.Sub, Href: d.Href},
		org:  d.Org,
		kind: c.kind(d.Kind), place: c.place(d.Place), weight: uint8(min(max(d.Weight, 0), 7)), staff: d.Staff, live: true, seq: seq,
	}
	e.canon, e.bare = canon(title)
	e.bare = e.canon[len(e.canon)-len(e.bare):] // one string, not two
	e.lead = uint8(min(strings.Count(e.canon[:len(e.canon)-len(e.bare)], " "), 255))
	e.hit.Kind = c.kinds[e.kind]
	e.words = uint8(min(strings.Count(e.canon, " ")+1, 255))
	c.entries = append(c.entries, e)
	c.at[[2]string{d.Kind, d.ID}] = i
	c.live++

	c.post(i, title, inTitle)
	c.post(i, shortForms(title), inTitle)
	rest := c.split(d.Sub)
	for _, w := range d.Words {
		rest = append(rest, c.split(w)...)
	}
	c.post(i, rest, elsewhere)
	c.post(i, shortForms(rest), elsewhere)
	c.post(i, longForms(title), implied)
	c.post(i, longForms(rest), implied)
	for _, m := range d.Marks {
		if m = Mark(m); m != "" {
			c.mark(m, i)
		}
	}
	if n := initialsOf(e.bare); len(n) >= 2 {
		c.initials[n] = append(c.initials[n], i)
		if e.bare != e.canon {
			lead, _, _ := strings.Cut(e.canon, " ")
			c.initials[lead+n] = append(c.initials[lead+n], i)
		}
	}
}

// seqOf is the number under which a document was read, -1 when it is not there.
func (c *core) seqOf(kind, id string) int64 {
	if i, ok := c.at[[2]string{kind, id}]; ok {
		return c.entries[i].seq
	}
	return -1
}

// split takes a text apart; what was seen before costs one look-up a word.
func (c *core) split(s string) []word {
	var out []word
	for _, f := range strings.Fields(s) {
		w, ok := c.raw[f]
		if !ok {
			ws := wordsOf(f)
			if len(ws) != 1 {
				out = append(out, ws...)
				continue
			}
			w = ws[0]
			if len(c.raw) < 1<<17 {
				c.raw[strings.Clone(f)] = w
			}
		}
		out = append(out, w)
	}
	return out
}

func (c *core) kind(k string) uint8 {
	i := slices.Index(c.kinds, k)
	if i < 0 {
		i = len(c.kinds)
		c.kinds = append(c.kinds, k)
	}
	return uint8(i)
}

func (c *core) place(key string) int32 {
	if key == "" {
		return -1
	}
	i, ok := c.placeAt[key]
	if !ok {
		i = int32(len(c.places))
		c.places = append(c.places, key)
		c.placeAt[key] = i
	}
	return i
}

func (c *core) post(doc uint32, ws []word, at where) {
	for _, w := range ws {
		f := &c.forms[c.form(w)]
		if n := len(f.posts); n > 0 && f.posts[n-1].doc == doc {
			f.posts[n-1].where |= at
			continue
		}
		f.posts = append(f.posts, post{doc, at})
	}
}

func (c *core) form(w word) int32 {
	if i, ok := c.formAt[w.key]; ok {
		return i
	}
	g, ok := c.at2[w.fold]
	if !ok {
		g = int32(len(c.groups))
		c.groups = append(c.groups, group{fold: w.fold})
		c.at2[w.fold] = g
		c.order = append(c.order, g)
		c.untidy = true
	}
	i := int32(len(c.forms))
	c.forms = append(c.forms, form{key: w.key, group: g})
	c.formAt[w.key] = i
	c.groups[g].forms = append(c.groups[g].forms, i)
	return i
}

func (c *core) mark(m string, doc uint32) {
	docs, ok := c.marks[m]
	if !ok {
		c.markList = append(c.markList, m)
		c.untidy = true
	}
	if !slices.Contains(docs, doc) {
		c.marks[m] = append(docs, doc)
	}
}

// tidy sorts what was appended; it is called before readers are let in.
func (c *core) tidy() {
	if !c.untidy {
		return
	}
	slices.SortFunc(c.order, func(a, b int32) int { return strings.Compare(c.groups[a].fold, c.groups[b].fold) })
	slices.Sort(c.markList)
	c.untidy = false
}

// beginning calls f for every group whose fold begins with s.
func (c *core) beginning(s string, f func(g int32)) {
	i := sort.Search(len(c.order), func(i int) bool { return c.groups[c.order[i]].fold >= s })
	for ; i < len(c.order) && strings.HasPrefix(c.groups[c.order[i]].fold, s); i++ {
		f(c.order[i])
	}
}

// marksLike lists the documents with a mark that begins with m or, when there is none,
// ends with it: people read the last digits of a number.
func (c *core) marksLike(m string) (docs []uint32) {
	i, _ := slices.BinarySearch(c.markList, m)
	for ; i < len(c.markList) && strings.HasPrefix(c.markList[i], m); i++ {
		docs = append(docs, c.marks[c.markList[i]]...)
	}
	if len(docs) == 0 && len(m) >= 4 {
		for _, x := range c.markList {
			if strings.HasSuffix(x, m) {
				docs = append(docs, c.marks[x]...)
			}
		}
	}
	return docs
}

// worn reports whether so much is dead that the core should be built anew.
func (c *core) worn() bool {
	dead := len(c.entries) - c.live
	return dead > 2000 && dead > c.live/2
}
