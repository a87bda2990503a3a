package market

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
)

// Filling the form: with an entry that is edited, with what was pasted.

// fill puts an entry into the form; vi prints what the reader reads back.
func (f *entryForm) fill(s *Store, e *Entry, vi *i18n.Printer) {
	c := s.CellsOf(e, vi)
	f.ID, f.Version = e.ID, e.Version
	for _, k := range entryFields(e.Side) {
		if v, ok := c[k]; ok {
			f.F[k] = v
		}
	}
	f.F["org"], f.F["party"], f.F["who"], f.F["org_who"] = strconv.FormatInt(int64(e.Org), 10), e.Party, e.Party, e.Party
	f.F["place"] = s.Atlas.Label(e.Place())
	f.Papers = cellPapers(c[string(colPapers)])
	if !e.AgreedAt.IsZero() {
		t := inVietnam(e.AgreedAt)
		f.F["agreed"], f.F["agreed_by"], f.F["agreed_at"] = "1", e.AgreedBy, t.Format("15:04 02/01/2006")
	}
	if e.Side == SideDemand {
		f.F["price"] = c[string(colCeiling)]
		return
	}
	f.F["price"] = c[string(colFloor)]
	f.F["when"] = whenPick
	f.splitClasses(e.Offer.Mix)
}

// splitClasses fills the three shares.
func (f *entryForm) splitClasses(mix [4]int64) {
	f.F["mix"], f.F["class1"], f.F["class2"], f.F["class3"] = "split", "", "", ""
	if mix[0] == 1000 {
		f.F["mix"] = "whole"
		return
	}
	for i, k := range []string{"class1", "class2", "class3"} {
		if mix[i+1] > 0 {
			f.F[k] = text.VI.Fixed(mix[i+1], 1, 1)
		}
	}
}

// cellPapers are the papers of a cell, each in its own words.
func cellPapers(cell string) (out []string) {
	for _, s := range strings.Split(cell, ";") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// heldPapers are an organisation's papers in force, as cells say them.
func heldPapers(list []registry.Paper, o ReadOptions) (out []string) {
	var x exporter
	for _, p := range list {
		switch p.State(o.AsOf) {
		case registry.PaperValid, registry.PaperSoon, registry.PaperOpen:
			if s := x.papers([]Paper{{Kind: p.Kind, Scope: p.Scope, Until: p.Until}}); !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// usualPapers are offered to be ticked when nobody knows better.
var usualPapers = []string{"vietgap", "attp", "puc", "ocop", "organic"}

// paperChoices are what can be ticked: what the organisation holds, what is ticked
// already, and the usual kinds that neither names.
func (f *entryForm) paperChoices(held []string, deps Deps) (out []string) {
	known := map[string]bool{}
	add := func(s string) {
		kinds := deps.Catalog.PaperKinds(s)
		if slices.Contains(out, s) {
			return
		}
		for _, k := range kinds {
			known[k] = true
		}
		out = append(out, s)
	}
	for _, s := range append(slices.Clone(f.Papers), held...) {
		add(s)
	}
	for _, k := range usualPapers {
		if !known[k] {
			add(paperCell(k))
		}
	}
	return out
}

// take fills the fields that a pasted record answers; what was typed before stays where
// the paste says nothing.
func (f *entryForm) take(s *Store, e *Entry, p *Party, vi *i18n.Printer) {
	keep := map[string]string{}
	for k, v := range f.F {
		keep[k] = v
	}
	g := newEntryForm(f.Side)
	g.fill(s, e, vi)
	for k, v := range g.F {
		if v != "" && k != "org" && k != "org_who" {
			f.F[k] = v
		}
	}
	f.Papers = g.Papers
	f.F["org"], f.F["org_who"] = "", ""
	f.F["party"], f.F["contact"] = p.Name, p.Contact
	f.F["who"] = p.Name
	if phones := registry.ParsePhones(p.Phone); len(phones) > 0 {
		f.F["who"] = phones[0]
	}
	for _, k := range []string{"agreed", "agreed_by", "agreed_at"} {
		f.F[k] = keep[k]
	}
}
