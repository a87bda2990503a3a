package market

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/lienket/lienket/internal/base/weight"
)

// sideChanges is how the records of one side differ between two moments.
type sideChanges struct {
	Added, Gone, Changed           int
	AddedGrams, GoneGrams          weight.Grams
	addedRefs, goneRefs, otherRefs []string
}

// Any reports whether something differs.
func (c *sideChanges) Any() bool { return c.Added+c.Gone+c.Changed > 0 }

// planChanges is what a draft has that the one before had not.
type planChanges struct {
	Offers, Demands         sideChanges
	RulesNew, RulesGone     int
	More, Less              weight.Grams // of lines that are new or larger, gone or smaller
	LinesNew, LinesGone     int
	OrdersSame, OrdersAsked int
	Buyers                  []buyerChange // the largest changes first
}

// buyerChange is how much more (or less) a buyer gets.
type buyerChange struct {
	Party string // name
	By    weight.Grams
}

// said is a record as its own words, without where it stands.
func saidOffer(o *Offer) string {
	x := *o
	x.Party, x.Source = "", Source{}
	return wordsOf(x)
}

func saidDemand(d *Demand) string {
	x := *d
	x.Party, x.Source = "", Source{}
	return wordsOf(x)
}

func wordsOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

type saidRecord struct {
	words string
	grams weight.Grams
}

// diffSide compares records by their refs.
func diffSide(was, now map[string]saidRecord) (c sideChanges) {
	for ref, x := range now {
		old, ok := was[ref]
		switch {
		case !ok:
			c.Added++
			c.AddedGrams += x.grams
			c.addedRefs = append(c.addedRefs, ref)
		case old.words != x.words:
			c.Changed++
			c.otherRefs = append(c.otherRefs, ref)
		}
	}
	for ref, x := range was {
		if _, ok := now[ref]; !ok {
			c.Gone++
			c.GoneGrams += x.grams
			c.goneRefs = append(c.goneRefs, ref)
		}
	}
	slices.Sort(c.addedRefs)
	slices.Sort(c.goneRefs)
	slices.Sort(c.otherRefs)
	return c
}

func saidOffers(all []Offer) map[string]saidRecord {
	m := map[string]saidRecord{}
	all = clone(Input{Offers: all}).Offers // the order of papers says nothing
	for i := range all {
		m[all[i].ID] = saidRecord{saidOffer(&all[i]), all[i].Firm + all[i].Forecast}
	}
	return m
}

func saidDemands(all []Demand) map[string]saidRecord {
	m := map[string]saidRecord{}
	all = clone(Input{Demands: all}).Demands
	for i := range all {
		m[all[i].ID] = saidRecord{saidDemand(&all[i]), all[i].Quantity}
	}
	return m
}

// changesBetween compares two plans about the same goods and territory.
func changesBetween(was, now *heldPlan) (c planChanges) {
	c.Offers = diffSide(saidOffers(was.In.Offers), saidOffers(now.In.Offers))
	c.Demands = diffSide(saidDemands(was.In.Demands), saidDemands(now.In.Demands))
	c.RulesNew, c.RulesGone = diffRules(was, now)
	type pair struct{ offer, demand string }
	sums := func(h *heldPlan) map[pair]weight.Grams {
		m := map[pair]weight.Grams{}
		for i := range h.Plan.Lines {
			x := &h.Plan.Lines[i]
			m[pair{x.Offer, x.Demand}] += x.Grams
		}
		return m
	}
	a, b := sums(was), sums(now)
	buyers := map[string]weight.Grams{}
	touched := map[string]bool{} // demands
	note := func(h *heldPlan, p pair, by weight.Grams) {
		if by == 0 {
			return
		}
		touched[p.demand] = true
		buyers[h.names.party[h.names.demand[p.demand].Party].Name] += by
		if by > 0 {
			c.More += by
		} else {
			c.Less -= by
		}
	}
	for p, g := range b {
		if _, ok := a[p]; !ok {
			c.LinesNew++
		}
		note(now, p, g-a[p])
	}
	for p, g := range a {
		if _, ok := b[p]; !ok {
			c.LinesGone++
			note(was, p, -g)
		}
	}
	for i := range now.orders {
		if o := &now.orders[i]; o.got > 0 {
			c.OrdersAsked++
			if !touched[o.d.ID] {
				c.OrdersSame++
			}
		}
	}
	for name, by := range buyers {
		if by != 0 {
			c.Buyers = append(c.Buyers, buyerChange{name, by})
		}
	}
	size := func(g weight.Grams) weight.Grams { return max(g, -g) }
	slices.SortFunc(c.Buyers, func(x, y buyerChange) int {
		return cmp.Or(cmp.Compare(size(y.By), size(x.By)), cmp.Compare(x.Party, y.Party))
	})
	return c
}

// diffRules counts the rules that one plan has and the other has not.
func diffRules(was, now *heldPlan) (added, gone int) {
	words := func(h *heldPlan) map[string]int {
		m := map[string]int{}
		r := &h.In.Rules
		add := func(kind string, v any) { m[kind+wordsOf(v)]++ }
		for _, x := range r.Pins {
			add("pin", x)
		}
		for _, x := range r.Bans {
			add("ban", x)
		}
		for _, x := range r.Caps {
			x.Party = h.names.party[x.Party].Name
			add("cap", x)
		}
		for _, x := range r.Bonuses {
			add("bonus", x)
		}
		return m
	}
	a, b := words(was), words(now)
	for k, n := range b {
		added += max(0, n-a[k])
	}
	for k, n := range a {
		gone += max(0, n-b[k])
	}
	return added, gone
}
