package market

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

// heldPlan is a stored plan opened for its pages, with what they look up. It is read only.
type heldPlan struct {
	Head  Stored
	Round Round
	In    Input
	Plan  *Plan
	// HasProof says that the proof stands in a file of its own beside the workbook.
	HasProof bool

	seen map[string]bool // records inside the viewer's territory; nil is all: see viewForSight
	at   []int           // where each line stands in the plan itself; nil is here

	names  names
	goods  map[string]*Commodity
	orders []order
	offers map[string]*LeftOut // left-out offers by id
	wanted map[string]*LeftOut // demands that are not filled by id

	explained sync.Map // record → *LeftOut with the steps that the run did not reach

	once   sync.Once
	ground *ground // for questions about one pair; see pairs

	drawing sync.Mutex
	drawn   map[drawnKey]*drawn
}

// order is a demand with the lines that go to it.
type order struct {
	d      *Demand
	buyer  *Party
	place  *Place
	lines  []int // positions in Plan.Lines
	got    weight.Grams
	filled bool
	leads  []leadLines
	total  weight.Grams // of the buyer, all its orders
}

// leadLines are the lines of an order that come through one lead, or directly.
type leadLines struct {
	via     string
	lines   []int
	grams   weight.Grams
	sources int
	days    []calendar.Day
}

// planCache keeps opened plans: a stored plan never changes.
type planCache struct {
	mu      sync.Mutex
	kept    []*heldPlan // last used first
	opening sync.Mutex
}

// maxHeld bounds memory; a province takes some ten megabytes.
const maxHeld = 4

func (c *planCache) find(id PlanID) *heldPlan {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.kept, func(h *heldPlan) bool { return h.Head.ID == id })
	if i < 0 {
		return nil
	}
	h := c.kept[i]
	c.kept = append([]*heldPlan{h}, slices.Delete(c.kept, i, i+1)...)
	return h
}

func (c *planCache) keep(h *heldPlan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append([]*heldPlan{h}, c.kept[:min(len(c.kept), maxHeld-1)]...)
}

// open is a plan for its pages; 0 is the newest, fault.NotFound when there is none.
func (c *planCache) open(ctx context.Context, s *Store, id PlanID) (h *heldPlan, err error) {
	defer fault.Wrap(&err, "opening plan %d", id)
	var head Stored
	if id == 0 {
		if head, err = s.PlanHead(ctx, 0); err != nil {
			return nil, err
		}
		id = head.ID
	}
	if h := c.find(id); h != nil {
		return h, nil
	}
	c.opening.Lock()
	defer c.opening.Unlock()
	if h := c.find(id); h != nil {
		return h, nil
	}
	if head.ID == 0 {
		if head, err = s.PlanHead(ctx, id); err != nil {
			return nil, err
		}
	}
	round, err := s.Round(ctx, head.Round)
	if err != nil {
		return nil, err
	}
	in, err := s.Input(ctx, head.Round)
	if err != nil {
		return nil, err
	}
	plan, err := s.PlanDoc(ctx, id)
	if err != nil {
		return nil, err
	}
	if in, err = Canonical(in); err != nil {
		return nil, err
	}
	_, proof, err := s.PlanFile(ctx, id)
	if err != nil {
		return nil, err
	}
	h = holdPlan(head, round, in, plan)
	h.HasProof = len(proof) > 0
	c.keep(h)
	return h, nil
}

func holdPlan(head Stored, round Round, in Input, plan *Plan) *heldPlan {
	h := &heldPlan{
		Head: head, Round: round, In: in, Plan: plan, goods: map[string]*Commodity{},
		offers: map[string]*LeftOut{}, wanted: map[string]*LeftOut{}, drawn: map[drawnKey]*drawn{},
	}
	h.names = namesOf(&h.In)
	for i := range h.In.Commodities {
		h.goods[h.In.Commodities[i].Code] = &h.In.Commodities[i]
	}
	for i := range plan.LeftOffers {
		h.offers[plan.LeftOffers[i].ID] = &plan.LeftOffers[i]
	}
	for i := range plan.LeftDemands {
		h.wanted[plan.LeftDemands[i].ID] = &plan.LeftDemands[i]
	}
	h.order()
	return h
}

// order gathers the orders: the buyer with most tonnes first, its largest order first.
func (h *heldPlan) order() {
	at := map[string]int{}
	for i := range h.In.Demands {
		d := &h.In.Demands[i]
		at[d.ID] = len(h.orders)
		h.orders = append(h.orders, order{d: d, buyer: h.names.party[d.Party], place: h.names.place[d.Place], filled: h.wanted[d.ID] == nil})
	}
	total := map[string]weight.Grams{}
	for i := range h.Plan.Lines {
		x := &h.Plan.Lines[i]
		o := &h.orders[at[x.Demand]]
		o.lines = append(o.lines, i)
		o.got += x.Grams
		total[o.d.Party] += x.Grams
	}
	for i := range h.orders {
		o := &h.orders[i]
		o.total = total[o.d.Party]
		o.leads = h.byLead(o.lines)
	}
	slices.SortStableFunc(h.orders, func(a, b order) int {
		return cmp.Or(cmp.Compare(b.total, a.total), cmp.Compare(a.d.Party, b.d.Party), cmp.Compare(b.got, a.got), cmp.Compare(a.d.ID, b.d.ID))
	})
}

// byLead groups lines by the lead supplier, the one with most tonnes first, direct ones last.
func (h *heldPlan) byLead(lines []int) (out []leadLines) {
	at := map[string]int{}
	for _, i := range lines {
		x := &h.Plan.Lines[i]
		k, ok := at[x.Via]
		if !ok {
			k = len(out)
			at[x.Via] = k
			out = append(out, leadLines{via: x.Via})
		}
		l := &out[k]
		l.lines = append(l.lines, i)
		l.grams += x.Grams
		if !slices.Contains(l.days, x.Deliver) {
			l.days = append(l.days, x.Deliver)
		}
	}
	for k := range out {
		l := &out[k]
		slices.Sort(l.days)
		l.sources = h.sources(l.lines)
		slices.SortStableFunc(l.lines, func(a, b int) int { return cmp.Compare(h.Plan.Lines[b].Grams, h.Plan.Lines[a].Grams) })
	}
	slices.SortStableFunc(out, func(a, b leadLines) int {
		if (a.via == "") != (b.via == "") {
			return cmp.Compare(len(b.via), len(a.via))
		}
		return cmp.Or(cmp.Compare(b.grams, a.grams), cmp.Compare(a.via, b.via))
	})
	return out
}

// sources counts the different suppliers of lines.
func (h *heldPlan) sources(lines []int) int {
	seen := map[string]bool{}
	for _, i := range lines {
		seen[h.names.offer[h.Plan.Lines[i].Offer].Party] = true
	}
	return len(seen)
}

// leadsOf counts the lead suppliers of an order.
func (o *order) leadsOf() (n int) {
	for _, l := range o.leads {
		if l.via != "" {
			n++
		}
	}
	return n
}

// orderState is how an order stands.
type orderState string

// The states of an order.
const (
	orderFull  orderState = "full"
	orderShort orderState = "short"
	orderNone  orderState = "none"
)

var orderStates = []orderState{orderFull, orderShort, orderNone}

func (o *order) state() orderState {
	switch {
	case o.got == 0:
		return orderNone
	case o.filled:
		return orderFull
	}
	return orderShort
}

// left is a record that is not, or not wholly, in the plan: an offer before a demand.
func (h *heldPlan) left(id string) (x *LeftOut, isOffer, ok bool) {
	if x, ok = h.offers[id]; ok {
		return x, true, true
	}
	x, ok = h.wanted[id]
	return x, false, ok
}

// partyOf is who declared a record.
func (h *heldPlan) partyOf(id string, isOffer bool) string {
	if isOffer {
		return h.names.offer[id].Party
	}
	return h.names.demand[id].Party
}

// commodityOf is what a record is about.
func (h *heldPlan) commodityOf(id string, isOffer bool) *Commodity {
	if isOffer {
		return h.goods[h.names.offer[id].Commodity]
	}
	return h.goods[h.names.demand[id].Commodity]
}

// districtOf is where a record's goods are, or are wanted.
func (h *heldPlan) districtOf(id string, isOffer bool) string {
	if isOffer {
		return district(h.names.place[h.names.offer[id].Place])
	}
	return district(h.names.place[h.names.demand[id].Place])
}

// placed is how much of a record the plan holds.
func (h *heldPlan) placed(x leftItem) (sum weight.Grams) {
	for i := range h.Plan.Lines {
		if l := &h.Plan.Lines[i]; x.offer && l.Offer == x.ID || !x.offer && l.Demand == x.ID {
			sum += l.Grams
		}
	}
	return sum
}

// mainGoods is the commodity with most tonnes in the plan; of those equal, and when the
// plan is empty, the one with most tonnes offered.
func (h *heldPlan) mainGoods() string {
	offered, placed, best := map[string]weight.Grams{}, map[string]weight.Grams{}, ""
	for i := range h.In.Offers {
		o := &h.In.Offers[i]
		offered[o.Commodity] += Free(o, &h.In.Params)
	}
	for i := range h.Plan.Lines {
		placed[h.commodityOf(h.Plan.Lines[i].Offer, true).Code] += h.Plan.Lines[i].Grams
	}
	for i := range h.In.Commodities {
		c := h.In.Commodities[i].Code
		if best == "" || placed[c] > placed[best] || placed[c] == placed[best] && offered[c] > offered[best] {
			best = c
		}
	}
	return best
}

// partiesOf are the parties that an organisation has in the round.
func (h *heldPlan) partiesOf(ctx context.Context, s *Store, org int64) ([]string, error) {
	if org == 0 {
		return nil, nil
	}
	return s.PartiesOf(ctx, h.Head.Round, registry.OrgID(org))
}
