// Package search finds what a person may see by the words on it: names, phone numbers, tax
// codes, with or without marks. It is not a filter of lists (areas do that in SQL) and
// knows no area: what is found are documents that areas put in.
//
// # Putting in
//
// An area calls Put in the transaction that writes a record, and Drop in the one that
// removes it. Every process keeps all documents in memory (Index) and follows the table:
// its own writes are found at once, those of others within a second. Documents that come
// with the program (places, commodities) are given to the Index itself (Index.Hold).
//
// # What matches
//
// A document matches when every word of the query stands in its title, its second line or
// its further words: in any order, whole or as a beginning. Words are compared folded
// («buoi» finds «bưởi»), wherever the tone stands («Hoà», «Hòa»), with y and i alike at the
// end («Lạc Sỹ», «Lạc Sĩ»), abbreviated or not (HTX, hợp tác xã). Digits and codes are
// compared with the document's marks, however they are grouped: 0912.345.678, CB 12.
// Words typed without the blank between them («hoabinh») are taken apart.
//
// # In which order
//
// Documents are compared by these, one after the other, until one of them decides:
//
//  1. a mark is matched exactly; then, at its beginning or end;
//  2. all words match as they are typed, before those with one letter wrong and those whose
//     initials are typed;
//  3. fewer words that have other marks than typed («bưởi» before «buổi»; a word typed
//     without marks disagrees with none);
//  4. the query is the whole title; the title without the word for its kind (HTX, xã); its
//     words in another order; its beginning; beginnings of its first words; of words that
//     follow each other in it; of words in the same order; none of these;
//  5. more words found in the title; 6. more whole words; 7. more words with exactly the
//     marks typed;
//  8. the heavier document; 9. the shorter title; 10. the order of kinds; 11. the title.
//
// # Who sees what
//
// Staff see what lies in their territory, and what lies nowhere and belongs to nobody
// (goods, guides). The people of an organisation see its own documents and those of
// nobody, except those for staff. It is decided before a document is counted.
package search

import "github.com/lienket/lienket/internal/base/auth"

// Doc is one thing that can be found.
type Doc struct {
	Kind, ID   string // together its identity: org 17
	Title, Sub string
	Href       string
	Words      []string // found by them too, but not shown
	Marks      []string // looked up exactly: phone, tax code, CB-12
	Place      string   // place key of the record, "" none
	Org        int64    // the organisation it belongs to, 0 nobody
	Staff      bool     // only for the alliance's own people
	Weight     int      // 0 to 7: among equals the heavier first
}

// Query is what somebody looks for. The zero Sight with Staff sees everything.
type Query struct {
	Text   string
	Sight  auth.Sight
	Org    int64 // of the asker, for those who are not staff
	Staff  bool
	Kinds  []string // nil is all
	Limit  int      // 0 is 20
	Offset int
}

// Hit is one document found.
type Hit struct {
	Kind, ID   string
	Title, Sub string
	Href       string
	Exact      bool // a mark was matched exactly
	Near       bool // a letter is wrong, or only initials match
}

// Result is the hits asked for and how many there are in all.
type Result struct {
	Hits   []Hit
	Total  int            // of the kinds asked for
	ByKind map[string]int // of all kinds
}
