package market

import (
	"cmp"
	"slices"

	"github.com/lienket/lienket/internal/base/weight"
)

// Flow is what the two pictures of a plan are drawn from: who offers, through whom it
// goes, who gets it. Small ones are folded, so that a province fits a page; nothing is
// left out of the sums.
type Flow struct {
	Suppliers []FlowEnd
	Leads     []FlowLead // the direct way is the one with Direct
	Buyers    []FlowEnd
	Up        []FlowLink // supplier → lead
	Down      []FlowLink // lead → buyer
	Offered   weight.Grams
	Asked     weight.Grams
	Matched   weight.Grams
}

// FlowEnd is a supplier with its district, or a buyer with its market. Folded counts the
// parties behind one row (0 for a single party).
type FlowEnd struct {
	Group  string // district or market
	Name   string
	Folded int
	Total  weight.Grams // offered or asked
	Got    weight.Grams // matched
}

// FlowLead is a lead supplier, or the direct way, or several small leads.
type FlowLead struct {
	Name    string
	Direct  bool
	Folded  int
	Grams   weight.Grams
	Sources int
}

// FlowLink is grams between two indexes of neighbouring columns.
type FlowLink struct {
	From, To int
	Grams    weight.Grams
}

// How many rows a picture shows before it folds.
const (
	flowSuppliers = 42
	flowLeads     = 9
	flowBuyers    = 15
)

// FlowOf sums a plan for the pictures; an empty commodity means all of them. Market names
// a demand's place by its district when it lies in the home province, else by province.
func FlowOf(in *Input, pl *Plan, commodity string) *Flow {
	f := &Flow{}
	places := map[string]*Place{}
	for i := range in.Places {
		places[in.Places[i].Key] = &in.Places[i]
	}
	home := homeProvince(in, places)
	names := map[string]string{}
	for i := range in.Parties {
		names[in.Parties[i].ID] = in.Parties[i].Name
	}
	sup, buy := newEnds(), newEnds()
	offers := map[string]*Offer{}
	for i := range in.Offers {
		o := &in.Offers[i]
		offers[o.ID] = o
		if commodity != "" && o.Commodity != commodity {
			continue
		}
		free := Free(o, &in.Params)
		if free <= 0 {
			continue
		}
		sup.add(o.Party, names[o.Party], district(places[o.Place]), free, 0)
		f.Offered += free
	}
	demands := map[string]*Demand{}
	for i := range in.Demands {
		d := &in.Demands[i]
		demands[d.ID] = d
		if commodity != "" && d.Commodity != commodity {
			continue
		}
		buy.add(d.Party, names[d.Party], marketOf(places[d.Place], home), d.Quantity, 0)
		f.Asked += d.Quantity
	}
	through := map[string]weight.Grams{}
	for i := range pl.Lines {
		ln := &pl.Lines[i]
		o, d := offers[ln.Offer], demands[ln.Demand]
		if o == nil || d == nil || commodity != "" && o.Commodity != commodity {
			continue
		}
		sup.add(o.Party, names[o.Party], district(places[o.Place]), 0, ln.Grams)
		buy.add(d.Party, names[d.Party], marketOf(places[d.Place], home), 0, ln.Grams)
		through[ln.Via] += ln.Grams
		f.Matched += ln.Grams
	}
	var supAt, buyAt map[endKey]int
	f.Suppliers, supAt = sup.fold(flowSuppliers)
	f.Buyers, buyAt = buy.fold(flowBuyers)
	leadAt := f.foldLeads(through, names)
	up, down := map[[2]int]weight.Grams{}, map[[2]int]weight.Grams{}
	sources := make([]map[string]bool, len(f.Leads))
	for i := range pl.Lines {
		ln := &pl.Lines[i]
		o, d := offers[ln.Offer], demands[ln.Demand]
		if o == nil || d == nil || commodity != "" && o.Commodity != commodity {
			continue
		}
		l := leadAt[ln.Via]
		up[[2]int{supAt[endKey{district(places[o.Place]), o.Party}], l}] += ln.Grams
		down[[2]int{l, buyAt[endKey{marketOf(places[d.Place], home), d.Party}]}] += ln.Grams
		if sources[l] == nil {
			sources[l] = map[string]bool{}
		}
		sources[l][o.Party] = true
	}
	for i := range f.Leads {
		f.Leads[i].Sources = len(sources[i])
	}
	f.Up, f.Down = links(up), links(down)
	return f
}

func links(m map[[2]int]weight.Grams) []FlowLink {
	out := make([]FlowLink, 0, len(m))
	for k, g := range m {
		out = append(out, FlowLink{k[0], k[1], g})
	}
	slices.SortFunc(out, func(a, b FlowLink) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return out
}

// endKey is a party at one district or market; a party may stand at several.
type endKey struct{ group, party string }

type ends struct{ by map[endKey]*FlowEnd }

func newEnds() *ends { return &ends{map[endKey]*FlowEnd{}} }

func (e *ends) add(party, name, group string, total, got weight.Grams) {
	k := endKey{group, party}
	x := e.by[k]
	if x == nil {
		x = &FlowEnd{Group: group, Name: name}
		e.by[k] = x
	}
	x.Total += total
	x.Got += got
}

// fold keeps the largest and joins the rest of each group into one row. Every group keeps
// at least its own rest, so the sums of a district stay right.
func (e *ends) fold(most int) ([]FlowEnd, map[endKey]int) {
	keys := make([]endKey, 0, len(e.by))
	for k := range e.by {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b endKey) int {
		x, y := e.by[a], e.by[b]
		return cmp.Or(cmp.Compare(y.Total, x.Total), cmp.Compare(a.group, b.group), cmp.Compare(a.party, b.party))
	})
	keep := len(keys)
	if keep > most {
		groups := map[string]bool{}
		for _, k := range keys {
			groups[k.group] = true
		}
		keep = max(most-len(groups), 0)
	}
	var out []FlowEnd
	at, rest := map[endKey]int{}, map[string]int{}
	for i, k := range keys {
		x := *e.by[k]
		if i < keep {
			at[k] = len(out)
			out = append(out, x)
			continue
		}
		r, ok := rest[k.group]
		if !ok {
			r = len(out)
			rest[k.group] = r
			out = append(out, FlowEnd{Group: k.group})
		}
		out[r].Folded++
		out[r].Total += x.Total
		out[r].Got += x.Got
		out[r].Name = x.Name // shown only when one party is behind the row
		at[k] = r
	}
	return out, at
}

// foldLeads keeps the largest leads and joins the rest; the direct way stays itself.
func (f *Flow) foldLeads(through map[string]weight.Grams, names map[string]string) map[string]int {
	var keys []string
	for k := range through {
		if k != "" {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(through[b], through[a]), cmp.Compare(a, b))
	})
	at := map[string]int{}
	for i, k := range keys {
		if i < flowLeads || len(keys) == flowLeads+1 {
			at[k] = len(f.Leads)
			f.Leads = append(f.Leads, FlowLead{Name: names[k], Grams: through[k]})
			continue
		}
		if i == flowLeads {
			f.Leads = append(f.Leads, FlowLead{})
		}
		r := &f.Leads[len(f.Leads)-1]
		r.Folded++
		r.Grams += through[k]
		at[k] = len(f.Leads) - 1
	}
	if g, ok := through[""]; ok {
		at[""] = len(f.Leads)
		f.Leads = append(f.Leads, FlowLead{Direct: true, Grams: g})
	}
	return at
}

func district(p *Place) string {
	if p == nil {
		return ""
	}
	return cmp.Or(p.District, p.Province, p.Name)
}

func marketOf(p *Place, home string) string {
	switch {
	case p == nil:
		return ""
	case p.Province == home:
		return "" // written as "within the province" by the picture
	}
	return cmp.Or(p.Province, p.Name)
}

// homeProvince is where most of the offers are.
func homeProvince(in *Input, places map[string]*Place) string {
	n := map[string]int{}
	for i := range in.Offers {
		if p := places[in.Offers[i].Place]; p != nil {
			n[p.Province]++
		}
	}
	best := ""
	for p, c := range n {
		if c > n[best] || c == n[best] && p < best {
			best = p
		}
	}
	return best
}
