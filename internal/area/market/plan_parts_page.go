package market

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// decided is one thing that people put above the market, with its price.
type decided struct{ Icon, What, Note, Cost string }

// decisions are what people decided, in the order of the rules.
func (h *heldPlan) decisions(p *i18n.Printer) (out []decided) {
	cost := func(rule string, i int) string { return h.ruleCost(p, rule, i) }
	name := func(party string) string { return h.names.party[party].Name }
	r := &h.In.Rules
	for i, k := range r.Caps {
		out = append(out, decided{"scale", p.T("market.plan.cap", name(k.Party), amount(p, k.Max), goodsInside(p, h.goods[k.Commodity])), k.Reason, cost("cap", i)})
	}
	for i, k := range r.Bonuses {
		out = append(out, decided{"hand", p.T("market.plan.bonus_"+string(k.Kind), perKg(p, k.PerTonne)), p.T("market.plan.bonus_note"), cost("bonus", i)})
	}
	for i, k := range r.Pins {
		out = append(out, decided{"pin", p.T("market.plan.pin", name(h.names.offer[k.Offer].Party), name(h.names.demand[k.Demand].Party), amount(p, k.Min)), because(p, k.Reason, k.By), cost("pin", i)})
	}
	for i, k := range r.Bans {
		out = append(out, decided{"ban", p.T("market.plan.ban", name(h.names.offer[k.Offer].Party), name(h.names.demand[k.Demand].Party)), because(p, k.Reason, k.By), cost("ban", i)})
	}
	return out
}

// ruleCost is what a rule of the plan has cost, as a sentence.
func (h *heldPlan) ruleCost(p *i18n.Printer, rule string, i int) string {
	k := slices.IndexFunc(h.Plan.RuleCosts, func(c RuleCost) bool { return c.Rule == rule && c.Index == i })
	if k < 0 {
		return ""
	}
	switch c := h.Plan.RuleCosts[k]; {
	case c.Cost <= 0 && c.Gap == 0:
		return p.T("market.plan.cost_none")
	case c.Cost <= 0:
		return p.T("market.plan.cost_maybe", about(p, c.Gap))
	case c.Gap == 0:
		return p.T("market.plan.cost", about(p, c.Cost))
	default:
		return p.T("market.plan.cost_gap", about(p, c.Cost), about(p, c.Gap))
	}
}

func because(p *i18n.Printer, reason, by string) string {
	if by == "" {
		return reason
	}
	return p.T("market.plan.because", reason, by)
}

// orderShown is one order on the page.
type orderShown struct {
	ID, Buyer, Sub, Progress string
	Got, Total               int64
	State                    templ.Component
	Leads                    []leadShown
	Left                     string // letter about what is missing
}

// leadShown is what comes through one lead.
type leadShown struct {
	Lead, Note string
	Total      string
	Lines      []lineShown
	Open       bool // a page of many orders keeps its rows folded
}

// lineShown is one row of an order.
type lineShown struct {
	Source, Place, Tonnes, Pick, Net, Over string
	Guessed                                bool
	Href                                   string
}

func stateTag(p *i18n.Printer, o *order) templ.Component {
	switch o.state() {
	case orderFull:
		return web.Tag("good", "check", p.T("market.plan.state_full"))
	case orderNone:
		return web.Tag("", "clock", p.T("market.plan.state_none"))
	}
	return web.Tag("warn", "alert", p.T("market.plan.short_by", amount(p, o.d.Quantity-o.got)))
}

func (h *heldPlan) showOrders(p *i18n.Printer, f planFilter, q url.Values, v *planShown) {
	all := h.ordersOf(f)
	buyers := map[string]bool{}
	for _, o := range all {
		buyers[o.d.Party] = true
	}
	size, page := ordersShown, pageOf(q, "page")
	if q.Get("all") != "" {
		size = max(1, len(all))
	} else if len(all) > size {
		v.All = h.address(q, "orders", "all", "1", "page", "")
	}
	shown, page := paged(all, page, size)
	v.OrderSide = p.T("market.plan.orders_side", len(buyers), len(all), len(shown))
	v.Paging = web.Paging{Page: page, Size: size, Total: len(all), Href: func(n int) string { return h.address(q, "orders", "page", strconv.Itoa(n)) }}
	open := len(shown) <= openAtMost || q.Get("all") != ""
	for _, o := range shown {
		v.Orders = append(v.Orders, h.showOrder(p, o, open))
	}
}

func (h *heldPlan) showOrder(p *i18n.Printer, o *order, open bool) orderShown {
	goods := goodsName(p, h.goods[o.d.Commodity])
	if o.d.MinClass > 0 {
		goods = p.T("market.plan.goods_class", goods, o.d.MinClass)
	}
	s := orderShown{
		ID: o.d.ID, Buyer: o.buyer.Name, Got: int64(o.got / 1000), Total: int64(o.d.Quantity / 1000), State: stateTag(p, o),
		Sub: p.T("market.plan.order_sub", goods, o.place.Name, shortDay(p, o.d.From), shortDay(p, o.d.To)),
	}
	s.Progress = "\x01" + amountOf(p, o.got, o.d.Quantity) + "\x03"
	if o.got > 0 {
		s.Progress = progress(p, s.Progress, o.leadsOf(), h.sources(o.lines))
	}
	if !o.filled && h.sees(o.d.ID) {
		s.Left = letterPath(h.Head.ID, o.d.ID)
	}
	for _, l := range o.leads {
		x := h.showLead(p, &l)
		x.Open = open
		s.Leads = append(s.Leads, x)
	}
	return s
}

// progress is what an order has, through how many leads from how many sources.
func progress(p *i18n.Printer, got string, leads, sources int) string {
	if leads == 0 {
		return p.T("market.plan.progress_direct", got, sources)
	}
	return p.T("market.plan.progress", got, leads, sources)
}

func (h *heldPlan) showLead(p *i18n.Printer, l *leadLines) leadShown {
	s := leadShown{Total: amount(p, l.grams), Note: p.T("market.plan.direct_note", l.sources, daysList(p, l.days))}
	if l.via != "" {
		s.Lead, s.Note = h.names.party[l.via].Name, p.T("market.plan.lead_note", l.sources, daysList(p, l.days))
	}
	for _, i := range l.lines {
		s.Lines = append(s.Lines, h.showRow(p, i))
	}
	return s
}

func (h *heldPlan) showRow(p *i18n.Printer, i int) lineShown {
	x := &h.Plan.Lines[i]
	o := h.names.offer[x.Offer]
	s := lineShown{
		Source: h.names.party[o.Party].Name, Place: h.lineDistrict(i), Tonnes: amount(p, x.Grams), Pick: shortDay(p, x.Pick),
		Net: perKg(p, x.Net), Guessed: !x.Real, Href: linePath(h.Head.ID, h.lineNumber(i)),
	}
	if t, ok := h.trader(x); ok {
		s.Over = signed(perKg(p, x.Net-t), x.Net-t)
	}
	return s
}

// trader is what a trader offers for the class of a line, where it is known.
func (h *heldPlan) trader(x *Line) (money.PerTonne, bool) {
	o := h.names.offer[x.Offer]
	if o.Trader == 0 {
		return 0, false
	}
	only := Offer{Mix: o.Mix, Trader: o.Trader}
	return alternative(&only, h.goods[o.Commodity], &h.In.Params)[x.Class], true
}

// leftPart is who is left out, on the plan's page.
type leftPart struct {
	Side      string
	Cards     []leftCard
	Sides     []web.Option
	Reasons   []web.Option
	SideNow   string
	WhyNow    string
	Keep      []web.Option // conditions that the form keeps
	Action    string
	Paging    web.Paging
	Officer   string
	Phone     string
	CanReview bool
}

// leftCard is somebody left out with the reason and the nearest ways.
type leftCard struct {
	Title, Why string
	Tag        templ.Component
	Steps      []string
	Letter     string
	Untried    bool
}

func (a *Area) showLeft(ctx context.Context, h *heldPlan, f planFilter, q url.Values) leftPart {
	p := i18n.From(ctx)
	any := f
	any.Why = ""
	all := h.leftOf(any)
	count, sum, parties := map[Reason]int{}, weight.Grams(0), map[string]bool{}
	for _, x := range all {
		count[x.Main]++
	}
	all = h.leftOf(f)
	for _, x := range all {
		if x.offer {
			sum += x.Left
		}
		parties[h.partyOf(x.ID, x.offer)] = true
	}
	v := leftPart{Side: p.T("market.plan.left_side", amount(p, sum), len(parties)), SideNow: f.Side, WhyNow: string(f.Why), Action: planPath(h.Head.ID) + "#left"}
	if sum == 0 {
		v.Side = p.T("market.plan.left_side_demands", len(parties))
	}
	v.Officer, v.Phone = a.officer(ctx, h)
	for _, k := range []string{"q", "c", "d", "s"} {
		if s := q.Get(k); s != "" {
			v.Keep = append(v.Keep, web.Option{Value: s, Label: k})
		}
	}
	v.Sides = []web.Option{{Label: p.T("market.plan.both_sides")}, {Value: leftOffers, Label: p.T("market.plan.side_offer")}, {Value: leftDemands, Label: p.T("market.plan.side_demand")}}
	v.Reasons = []web.Option{{Label: p.T("market.plan.all_reasons")}}
	for _, w := range leftReasons {
		if count[w] > 0 || w == f.Why {
			v.Reasons = append(v.Reasons, web.Option{Value: string(w), Label: p.T("market.plan.reason_count", i18n.Key("market.reason."+string(w)), count[w])})
		}
	}
	shown, page := paged(all, pageOf(q, "lpage"), leftShown)
	v.Paging = web.Paging{Page: page, Size: leftShown, Total: len(all), Href: func(n int) string { return h.address(q, "left", "lpage", strconv.Itoa(n)) }}
	for _, x := range shown {
		v.Cards = append(v.Cards, h.card(p, x))
	}
	return v
}

// card says the fact, the reason and the ways.
func (h *heldPlan) card(p *i18n.Printer, x leftItem) leftCard {
	c := leftCard{Title: h.leftTitle(p, x), Why: h.why(p, x), Steps: h.steps(p, x.Steps, x.offer), Letter: letterPath(h.Head.ID, x.ID), Untried: !x.Tried}
	c.Tag = web.Tag("", reasonIcon[x.Main], p.T("market.reason."+string(x.Main)))
	return c
}

func (h *heldPlan) leftTitle(p *i18n.Printer, x leftItem) string {
	key := "market.plan.left_demand"
	if x.offer {
		key = "market.plan.left_offer"
	}
	return p.T(key, amount(p, x.Left), goodsInside(p, h.commodityOf(x.ID, x.offer)), h.names.party[h.partyOf(x.ID, x.offer)].Name)
}

// why is the reason as a sentence that names no figure of anybody else.
func (h *heldPlan) why(p *i18n.Printer, x leftItem) string {
	if x.offer {
		return p.T("market.letter.offer_" + string(x.Main))
	}
	return p.T("market.letter.demand_" + string(x.Main))
}

var reasonIcon = map[Reason]string{
	WhyCommodity: "need", WhyBanned: "ban", WhyVariety: "leaf", WhyClass: "scale", WhyPaper: "doc", WhyExpired: "doc", WhyDays: "cal", WhyShelf: "clock",
	WhyRoad: "map", WhyNoLead: "people", WhyFloor: "scale", WhyGain: "scale", WhyOutbid: "need", WhyMinOrder: "need", WhySources: "people",
	WhyInvoices: "doc", WhyMinLine: "need", WhyCap: "hand", WhyShortage: "offer", WhyNothing: "check",
}

// officer is whom people call about a plan: who made it, at the office's number.
func (a *Area) officer(ctx context.Context, h *heldPlan) (name, phone string) {
	return a.nameOf(ctx, h.Head.MadeBy), a.phone
}

// dialled is a phone number as a telephone takes it.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
}

// phoneText groups a number of digits only and leaves a written one as it is.
func phoneText(phone string) string {
	if dialled(phone) == phone {
		return web.PhoneShown(phone)
	}
	return phone
}

// proofPart is what the page of a plan says of the check.
type proofPart struct {
	Tag      templ.Component
	Sentence string
	OK       bool
}

func (h *heldPlan) proofPart(p *i18n.Printer) proofPart {
	if !h.Head.Verdict.OK {
		return proofPart{Tag: web.Tag("bad", "alert", p.T("market.plan.failed")), Sentence: p.T("market.plan.proof_failed")}
	}
	return proofPart{OK: true, Tag: web.Tag("good", "check", p.T("market.plan.passed")), Sentence: p.T("market.plan.proof", h.In.AsOf, gapWords(p, h.Plan.Totals))}
}

// pictureGrids are the figures of the pictures as tables.
func pictureGrids(p *i18n.Printer, d *drawn) []web.Grid {
	grid := func(label, name, total, got, rest string, rows []sumRow) web.Grid {
		g := web.Grid{Label: p.T(label), Caption: p.T(label), Plain: true, Cols: []web.Column{{Label: p.T(name)}, {Label: p.T(total), Num: true}, {Label: p.T(got), Num: true}, {Label: p.T(rest), Num: true}}}
		for _, r := range rows {
			g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: r.Name}, {Text: tonneNumber(p, r.Total)}, {Text: tonneNumber(p, r.Got)}, {Text: tonneNumber(p, r.Total-r.Got)}}})
		}
		return g
	}
	return []web.Grid{
		grid("market.plan.by_district", "market.plan.district", "market.plan.offered_t", "market.plan.matched_t", "market.plan.rest_t", d.Districts),
		grid("market.plan.by_market", "market.plan.market", "market.plan.asked_t", "market.plan.got_t", "market.plan.short_t", d.Markets),
	}
}
