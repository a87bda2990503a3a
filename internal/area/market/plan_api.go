package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// Plans for programs: staff read them as far as their territory goes; a party reads what a
// released plan asks of it, and answers.

func (a *Area) planAPI(x *api.API) {
	staff := auth.Only(auth.Staff...)
	parties := auth.Only(append(slices.Clone(auth.Staff), auth.Coop, auth.Buyer)...)
	op := func(id, path string, may auth.May) api.Op {
		return api.Op{ID: id, Method: "GET", Path: path, Tag: "plans", Words: "market.api.", May: may, Token: "plans:read"}
	}
	api.Add(x, op("list_plans", "/plans", staff), a.apiPlans)
	api.Add(x, op("get_plan", "/plans/{id}", staff), a.apiPlan)
	api.Add(x, op("list_lines", "/plans/{id}/lines", staff), a.apiLines)
	api.Add(x, op("list_left", "/plans/{id}/left", staff), a.apiLeft)
	api.Add(x, op("list_answers", "/answers", parties), a.apiAnswers)
	api.Add(x, op("get_answer", "/answers/{id}", parties), a.apiAnswer)
	api.Add(x, op("list_parts", "/answers/{id}/deliveries", parties), a.apiParts)
	say := op("give_answer", "/answers/{id}", auth.Only(auth.Officer, auth.Admin, auth.Coop, auth.Buyer))
	say.Method, say.Token = "PUT", "plans:answer"
	api.Add(x, say, a.apiGiveAnswer)
}

type apiPlan struct {
	ID           int64        `json:"id"`
	Number       int64        `json:"number"`
	Round        int64        `json:"round"`
	RoundLabel   string       `json:"round_label"`
	AsOf         calendar.Day `json:"as_of" format:"date"`
	State        string       `json:"state"`
	Version      int64        `json:"version"`
	MadeAt       time.Time    `json:"made_at"`
	OfferedG     int64        `json:"offered_g"`
	DemandedG    int64        `json:"demanded_g"`
	MatchedG     int64        `json:"matched_g"`
	Lines        int          `json:"lines"`
	Demands      int          `json:"demands"`
	DemandsFull  int          `json:"demands_filled"`
	GapPPM       int64        `json:"gap_ppm"`
	Checked      bool         `json:"checked"`
	WholeVisible bool         `json:"whole_visible"`
}

type apiPlansIn struct {
	api.Paged
	State string `query:"state" enum:"draft,submitted,returned,released,replaced"`
}

func (a *Area) apiPlans(ctx context.Context, in *apiPlansIn) (*apiBody[api.Page[apiPlan]], error) {
	u, _ := auth.Who(ctx)
	c, _, err := api.ReadCursor(in.Cursor, "-id")
	if err != nil {
		return nil, err
	}
	heads, err := a.Store.PlansBefore(ctx, u.Sight, PlanID(c.ID), PlanState(in.State), in.Limit+1)
	if err != nil {
		return nil, err
	}
	var out []apiPlan
	for i := range heads {
		if i == in.Limit { // only its being there counts
			out = append(out, apiPlan{})
			break
		}
		p, err := a.apiPlanOf(ctx, heads[i].ID)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return &apiBody[api.Page[apiPlan]]{api.PageOf(out, in.Limit, func(p *apiPlan) apiPlan { return *p }, func(p *apiPlan) api.Cursor {
		return api.Cursor{Sort: "-id", ID: p.ID}
	})}, nil
}

// heldIn opens a plan by number as far as the caller may see it; one of which nothing is
// in sight does not exist.
func (a *Area) heldIn(ctx context.Context, id PlanID) (*heldPlan, error) {
	h, err := a.plans.open(ctx, a.Store, id)
	if err != nil {
		return nil, err
	}
	if h, err = a.inSight(ctx, h); err != nil {
		return nil, err
	}
	if h.seen != nil && len(h.seen) == 0 {
		return nil, fault.New(fault.NotFound, "market.fault.no_plan")
	}
	return h, nil
}

func (a *Area) apiPlanOf(ctx context.Context, id PlanID) (apiPlan, error) {
	h, err := a.heldIn(ctx, id)
	if err != nil {
		return apiPlan{}, err
	}
	head, err := a.Store.PlanHead(ctx, id) // the state moves, the plan does not
	if err != nil {
		return apiPlan{}, err
	}
	t := &h.Plan.Totals
	return apiPlan{
		ID: int64(id), Number: head.Number, Round: int64(head.Round), RoundLabel: h.Round.Label, AsOf: h.Round.AsOf, State: string(head.State), Version: head.Version,
		MadeAt: head.MadeAt, OfferedG: int64(t.Offered), DemandedG: int64(t.Demanded), MatchedG: int64(t.Matched), Lines: t.Lines, Demands: t.Demands,
		DemandsFull: t.DemandsFilled, GapPPM: t.GapPPM, Checked: head.Verdict.OK, WholeVisible: h.whole(),
	}, nil
}

func (a *Area) apiPlan(ctx context.Context, in *apiAt) (*apiOne[apiPlan], error) {
	p, err := a.apiPlanOf(ctx, PlanID(in.ID))
	if err != nil {
		return nil, err
	}
	return &apiOne[apiPlan]{ETag: api.ETag(p.Version), Body: p}, nil
}

type apiPlanPart struct {
	ID int64 `path:"id" minimum:"1"`
	api.Paged
	Commodity string `query:"commodity" maxLength:"40"`
}

type apiLine struct {
	Number       int          `json:"number"`
	Offer        string       `json:"offer"`
	Demand       string       `json:"demand"`
	Commodity    string       `json:"commodity"`
	SupplierName string       `json:"supplier_name"`
	BuyerName    string       `json:"buyer_name"`
	LeadName     string       `json:"lead_name,omitempty"`
	Class        int          `json:"class"`
	QuantityG    int64        `json:"quantity_g"`
	Pick         calendar.Day `json:"pick" format:"date"`
	Deliver      calendar.Day `json:"deliver" format:"date"`
	NetVNDT      int64        `json:"net_vnd_t"`
	PaysVNDT     int64        `json:"pays_vnd_t"`
	Real         bool         `json:"real"`
}

// apiPart cuts a part of a plan's list that stands still: the cursor is a position.
func apiPart[R, T any](in *apiPlanPart, all []R, keep func(*R) bool, show func(int, *R) T) (*apiBody[api.Page[T]], error) {
	c, _, err := api.ReadCursor(in.Cursor, "position")
	if err != nil {
		return nil, err
	}
	page := api.Page[T]{Items: []T{}}
	for i := int(c.ID); i >= 0 && i < len(all); i++ {
		if !keep(&all[i]) {
			continue
		}
		if len(page.Items) == in.Limit {
			page.Next = api.Cursor{Sort: "position", ID: int64(i)}.String()
			break
		}
		page.Items = append(page.Items, show(i, &all[i]))
	}
	return &apiBody[api.Page[T]]{page}, nil
}

func (a *Area) apiLines(ctx context.Context, in *apiPlanPart) (*apiBody[api.Page[apiLine]], error) {
	h, err := a.heldIn(ctx, PlanID(in.ID))
	if err != nil {
		return nil, err
	}
	keep := func(x *Line) bool { return in.Commodity == "" || h.names.offer[x.Offer].Commodity == in.Commodity }
	return apiPart(in, h.Plan.Lines, keep, func(i int, x *Line) apiLine {
		o, d := h.names.offer[x.Offer], h.names.demand[x.Demand]
		l := apiLine{
			Number: h.lineNumber(i) + 1, Offer: x.Offer, Demand: x.Demand, Commodity: o.Commodity, SupplierName: h.names.party[o.Party].Name,
			BuyerName: h.names.party[d.Party].Name, Class: x.Class, QuantityG: int64(x.Grams), Pick: x.Pick, Deliver: x.Deliver,
			NetVNDT: int64(x.Net), PaysVNDT: int64(x.Pays), Real: x.Real,
		}
		if x.Via != "" {
			l.LeadName = h.names.party[x.Via].Name
		}
		return l
	})
}

type apiLeft struct {
	Record    string `json:"record"`
	Side      string `json:"side"`
	Commodity string `json:"commodity"`
	PartyName string `json:"party_name"`
	LeftG     int64  `json:"left_g"`
	Reason    string `json:"reason"`
}

func (a *Area) apiLeft(ctx context.Context, in *apiPlanPart) (*apiBody[api.Page[apiLeft]], error) {
	h, err := a.heldIn(ctx, PlanID(in.ID))
	if err != nil {
		return nil, err
	}
	var all []apiLeft
	for _, x := range h.Plan.LeftOffers {
		o := h.names.offer[x.ID]
		all = append(all, apiLeft{x.ID, string(SideOffer), o.Commodity, h.names.party[o.Party].Name, int64(x.Left), string(x.Main)})
	}
	for _, x := range h.Plan.LeftDemands {
		d := h.names.demand[x.ID]
		all = append(all, apiLeft{x.ID, string(SideDemand), d.Commodity, h.names.party[d.Party].Name, int64(x.Left), string(x.Main)})
	}
	keep := func(x *apiLeft) bool { return in.Commodity == "" || x.Commodity == in.Commodity }
	return apiPart(in, all, keep, func(_ int, x *apiLeft) apiLeft { return *x })
}

type apiAnswer struct {
	ID               int64     `json:"id"`
	Plan             int64     `json:"plan"`
	Organisation     int64     `json:"organisation"`
	OrganisationName string    `json:"organisation_name"`
	Side             string    `json:"side"`
	State            string    `json:"state"`
	QuantityG        int64     `json:"quantity_g"`
	Commodities      []string  `json:"commodities" nullable:"false"`
	Due              time.Time `json:"due"`
	Note             string    `json:"note,omitempty"`
	AnsweredAt       time.Time `json:"answered_at,omitzero"`
	Version          int64     `json:"version"`
}

func apiAnswerOf(x *Answer) apiAnswer {
	out := apiAnswer{
		ID: int64(x.ID), Plan: int64(x.Plan), Organisation: int64(x.Org), OrganisationName: x.Party, Side: string(x.Side), State: string(x.State),
		QuantityG: int64(x.Grams), Commodities: append([]string{}, x.Goods...), Due: x.Due, Note: x.Note, AnsweredAt: x.At, Version: x.Version,
	}
	return out
}

type apiAnswersIn struct {
	api.Paged
	Plan  int64  `query:"plan" minimum:"1"`
	State string `query:"state" enum:"waiting,agreed,refused,change"`
}

func (a *Area) apiAnswers(ctx context.Context, in *apiAnswersIn) (*apiBody[api.Page[apiAnswer]], error) {
	c, _, err := api.ReadCursor(in.Cursor, "id")
	if err != nil {
		return nil, err
	}
	list, err := a.Store.AnswersAfter(ctx, viewerIn(ctx), PlanID(in.Plan), AnswerState(in.State), AnswerID(c.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return &apiBody[api.Page[apiAnswer]]{api.PageOf(list, in.Limit, apiAnswerOf, func(x *Answer) api.Cursor { return api.Cursor{Sort: "id", ID: int64(x.ID)} })}, nil
}

func (a *Area) apiAnswer(ctx context.Context, in *apiAt) (*apiOne[apiAnswer], error) {
	x, err := a.Store.Answer(ctx, viewerIn(ctx), AnswerID(in.ID))
	if err != nil {
		return nil, err
	}
	return &apiOne[apiAnswer]{ETag: api.ETag(x.Version), Body: apiAnswerOf(&x)}, nil
}

type apiGiven struct {
	State string `json:"state" enum:"waiting,agreed,refused,change"`
	Note  string `json:"note,omitempty" maxLength:"900"`
}

func (a *Area) apiGiveAnswer(ctx context.Context, in *apiChange[apiGiven]) (*apiOne[apiAnswer], error) {
	u, _ := auth.Who(ctx)
	version, err := web.ReadVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := a.Store.Answer(ctx, viewerIn(ctx), AnswerID(in.ID))
	if err != nil {
		return nil, err
	}
	tell := ""
	if u.Role.In(auth.Coop, auth.Buyer) {
		h, err := a.plans.open(ctx, a.Store, x.Plan)
		if err != nil {
			return nil, err
		}
		tell = h.Head.MadeBy
	}
	ok, err := a.Store.giveAnswer(ctx, claimIn(ctx), u.Actor(), viewerIn(ctx), &x, version, AnswerState(in.Body.State), in.Body.Note, tell, false)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &web.Stale{Back: fmt.Sprintf("%s/answers/%d", api.Root, x.ID)}
	}
	return a.apiAnswer(ctx, &apiAt{ID: in.ID})
}

type apiDelivery struct {
	Record      string       `json:"record"`
	Commodity   string       `json:"commodity"`
	PartnerName string       `json:"partner_name"`
	LeadName    string       `json:"lead_name,omitempty"`
	Class       int          `json:"class"`
	QuantityG   int64        `json:"quantity_g"`
	Pick        calendar.Day `json:"pick,omitzero" format:"date"`
	Deliver     calendar.Day `json:"deliver" format:"date"`
	PriceVNDKg  int64        `json:"price_vnd_kg"`
	Real        bool         `json:"real"`
}

type apiDeliveries struct {
	Items []apiDelivery `json:"items" nullable:"false"`
}

// apiParts is what the plan asks of the party that owes an answer, as the party may see it.
func (a *Area) apiParts(ctx context.Context, in *apiAt) (*apiBody[apiDeliveries], error) {
	x, err := a.Store.Answer(ctx, viewerIn(ctx), AnswerID(in.ID))
	if err != nil {
		return nil, err
	}
	h, err := a.plans.open(ctx, a.Store, x.Plan)
	if err != nil {
		return nil, err
	}
	mine, err := h.partiesOf(ctx, a.Store, int64(x.Org))
	if err != nil {
		return nil, err
	}
	out := &apiBody[apiDeliveries]{apiDeliveries{Items: []apiDelivery{}}}
	for _, party := range mine {
		if x.Side == SideOffer {
			for _, l := range ViewForSupplier(h.Plan, h.In, party).Lines {
				out.Body.Items = append(out.Body.Items, apiDelivery{l.Offer, l.Commodity, l.Buyer, l.Lead, l.Class, int64(l.Grams), l.Pick, l.Deliver, int64(l.NetPerKg), l.Real})
			}
			continue
		}
		for _, o := range ViewForBuyer(h.Plan, h.In, party).Orders {
			for _, l := range o.Lines {
				out.Body.Items = append(out.Body.Items, apiDelivery{o.Demand, o.Commodity, l.Supplier, "", l.Class, int64(l.Grams), 0, l.Deliver, int64(l.PaysPerKg), l.Real})
			}
		}
	}
	return out, nil
}
