package market

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// meShown is the own page of a cooperative or a buyer. It is made from the party views of
// the plans that stand and from the party's own records, of nothing else.
type meShown struct {
	Name    string
	Sub     string
	None    bool // neither a record nor a line
	Making  bool // the party has records, but no plan with them stands yet
	Sums    []web.Stat
	Answers []meAnswer
	Sales   []saleShown
	Offers  web.Grid // as they were declared
	Book    []web.Grid
	Orders  []mineShown
	Left    []leftCard
	Officer string
	Phone   string
	Enter   []web.Action // what the party may write itself

	sold, left, coming, asked weight.Grams
	money                     money.VND
	lines                     int
}

// meAnswer is what a party is asked, with its buttons.
type meAnswer struct {
	Answer  Answer
	Words   []partyWord
	Tag     templ.Component
	Due     templ.Component
	Until   string
	Said    string
	May     bool // still to be given, or changed
	Buyer   bool
	Errors  web.FormErrors
	Note    web.Control
	Officer string
}

// saleShown is one delivery of a supplier: whom, how much, when, at what, paid when, where.
type saleShown struct {
	Title string
	Net   string
	Items []web.Item
	Note  string
}

// mineShown is one order of a buyer.
type mineShown struct {
	Title, Sub, Verdict, Text string
	Full, Any                 bool
	Href                      string // the order's own page
	Dossier                   string // address of the whole dossier
	Days                      []web.CalendarDay
	Lines                     web.Grid
	Papers                    []web.Tick
	Price, PriceNote          string
	Total                     string
	Letter                    string
}

func (a *Area) showMe(w http.ResponseWriter, r *http.Request) error {
	return a.renderMe(w, r, 0, "", nil)
}

// renderMe shows the page; bad is an answer whose form was refused, with its note.
func (a *Area) renderMe(w http.ResponseWriter, r *http.Request, bad AnswerID, note string, errs web.FormErrors) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	p := i18n.From(ctx)
	page := web.Page{Title: p.T("market.me.title"), Nav: "me"}
	if len(errs) > 0 {
		page.Status = http.StatusUnprocessableEntity
	}
	v := meShown{Name: u.Name, Phone: a.phone}
	org := registry.OrgID(u.Org)
	plans, err := a.Store.StandingFor(ctx, org)
	if err != nil {
		return err
	}
	for _, id := range plans {
		if err := a.addStanding(ctx, id, org, &v, bad, note, errs); err != nil {
			return err
		}
	}
	v.sums(p)
	if err := a.ownEntries(r, org, &v); err != nil {
		return err
	}
	if !web.May(r, "/orders/{id}/{demand}") { // a cooperative that buys reads its orders here
		for i := range v.Orders {
			v.Orders[i].Href, v.Orders[i].Dossier = "", ""
		}
	}
	v.Making = len(plans) == 0 && len(v.Book) > 0
	v.None = len(plans) == 0 && len(v.Book) == 0
	return web.Render(w, r, page, meView(v))
}

// addStanding adds a party's part of a plan that stands.
func (a *Area) addStanding(ctx context.Context, id PlanID, org registry.OrgID, v *meShown, bad AnswerID, note string, errs web.FormErrors) error {
	p := i18n.From(ctx)
	h, err := a.plans.open(ctx, a.Store, id)
	if err != nil {
		return err
	}
	mine, err := h.partiesOf(ctx, a.Store, int64(org))
	if err != nil {
		return err
	}
	if v.Sub == "" {
		v.Officer, v.Phone = a.officer(ctx, h)
		v.Sub = p.T("market.me.sub", h.Head.Number, h.In.AsOf)
	}
	answers, _, err := a.Store.Answers(ctx, Viewer{Org: org}, AnswerFilter{Plan: id})
	if err != nil {
		return err
	}
	for i := range answers {
		x := a.meAnswer(ctx, h, mine, &answers[i])
		if x.Answer.ID == bad {
			x.Errors, x.Note.Value, x.Note.Error = errs, note, errs.Of("note")
		}
		v.Answers = append(v.Answers, x)
	}
	for _, party := range mine {
		v.Name = h.names.party[party].Name
		h.supplier(p, party, v)
		h.buyer(p, party, v)
	}
	return nil
}

func (a *Area) meAnswer(ctx context.Context, h *heldPlan, mine []string, x *Answer) meAnswer {
	p := i18n.From(ctx)
	_, day := clock(x.Due)
	v := meAnswer{
		Answer: *x, Words: h.partyWords(p, mine, x.Side), Tag: answerTag(ctx, x.State), Buyer: x.Side == SideDemand,
		Until: p.T("market.me.until", answerHour, day), May: !a.now().After(x.Due),
	}
	v.Officer, _ = a.officer(ctx, h)
	if x.State == AnswerWaiting {
		v.Due = web.Deadline(a.now(), x.Due)
	} else {
		hour, on := clock(x.At)
		v.Said = p.T("market.answer.said_by", a.actorName(ctx, x.By), hour, on)
	}
	key := "market.me.change_hint_offer"
	if v.Buyer {
		key = "market.me.change_hint_demand"
	}
	v.Note = web.Control{
		Name: "note", ID: fmt.Sprintf("note-%d", x.ID), Label: p.T("market.me.change_what"), Hint: p.T(key), Type: "area", Optional: true, Value: x.Note,
	}
	return v
}

// ownAnswer writes the party's own answer; «gọi cho tôi» leaves it open with a word to the
// officer.
func (a *Area) ownAnswer(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	x, err := a.answerOf(r)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	state, note := AnswerState(r.PostFormValue("state")), r.PostFormValue("note")
	call := state == "call"
	if call {
		state, note = AnswerWaiting, i18n.From(ctx).T("market.me.call_me_note")
	}
	h, err := a.plans.open(ctx, a.Store, x.Plan)
	if err != nil {
		return err
	}
	ok, err := a.Store.giveAnswer(ctx, claimOf(r), u.Actor(), viewerIn(ctx), &x, version, state, note, h.Head.MadeBy, call)
	if errs, bad := web.FormErrorsOf(ctx, err); bad {
		return a.renderMe(w, r, x.ID, note, errs)
	}
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: "/me", Changes: web.Compare(web.Change{
			Label: web.T(ctx, "market.answer.answer"), Yours: answerWord(ctx, state), Now: answerWord(ctx, x.State),
		})}
	}
	if call {
		web.SetFlash(w, r, "good", web.T(ctx, "market.me.will_call"))
	} else {
		web.SetUndo(w, r, "good", web.T(ctx, "market.me.noted_"+string(state)), &web.Undo{Action: meAnswerPath(x.ID), Fields: map[string]string{
			"state": string(x.State), "note": x.Note, web.VersionField: strconv.FormatInt(version+1, 10),
		}})
	}
	return web.Redirect(w, r, "/me")
}

func meAnswerPath(id AnswerID) string { return fmt.Sprintf("/me/answers/%d", id) }

// sums are the party's figures over all plans that stand.
func (v *meShown) sums(p *i18n.Printer) {
	if len(v.Offers.Rows) > 0 {
		v.Sums = append(v.Sums,
			web.Stat{Label: p.T("market.me.sold"), Value: amount(p, v.sold), Source: p.T("market.me.sold_lines", v.lines)},
			web.Stat{Label: p.T("market.me.earned"), Value: about(p, v.money), Source: p.T("market.me.at_garden")},
			web.Stat{Label: p.T("market.me.left"), Value: amount(p, v.left), Source: p.T("market.me.not_out")})
	}
	if len(v.Orders) > 0 {
		v.Sums = append(v.Sums,
			web.Stat{Label: p.T("market.me.coming"), Value: amount(p, v.coming), Source: p.T("market.me.of_asked", amount(p, v.asked))},
			web.Stat{Label: p.T("market.me.short"), Value: amount(p, v.asked-v.coming)})
	}
}

// ownEntries lists what the party has in the book now.
func (a *Area) ownEntries(r *http.Request, org registry.OrgID, v *meShown) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	for _, side := range []Side{SideOffer, SideDemand} {
		if web.May(r, sidePath(side)+"/new") {
			v.Enter = append(v.Enter, web.Action{Label: p.T("market.me.enter_" + string(side)), Icon: map[Side]string{SideOffer: "offer", SideDemand: "need"}[side], Href: sidePath(side) + "/new"})
		}
		all, n, err := a.Store.Entries(ctx, EntryFilter{Side: side, Viewer: Viewer{Org: org}, State: EntryOpen, Sort: "id", Size: 50})
		if err != nil {
			return err
		}
		if n.Rows == 0 {
			continue
		}
		g := web.Grid{Label: p.T("market.me.book_" + string(side)), Caption: p.T("market.me.book_" + string(side)), Cols: []web.Column{
			{Label: p.T("market.plan.goods")}, {Label: p.T("market.me.declared_much"), Num: true}, {Label: p.T("market.me.days")},
		}}
		for i := range all {
			e := &all[i]
			goods := e.Commodity()
			if c, ok := a.catalog.ByCode(goods); ok {
				goods = c.NameVI
				if p.Lang() == i18n.EN && c.NameEN != "" {
					goods = c.NameEN
				}
			}
			first := web.Cell{Text: goods, Sub: e.Ref}
			if web.May(r, sidePath(side)+"/{id}") {
				first.Href = entryPath(side, e.ID)
			}
			g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{first, {Text: amount(p, e.Grams())}, {Text: p.Arg(e.Days())}}})
		}
		v.Book = append(v.Book, g)
	}
	return nil
}

// supplier adds what a party sells.
func (h *heldPlan) supplier(p *i18n.Printer, party string, v *meShown) {
	view := ViewForSupplier(h.Plan, h.In, party)
	for i := range view.Lines {
		l := &view.Lines[i]
		v.sold += l.Grams
		v.money += earned(l.NetPerKg, l.Grams)
		v.lines++
		v.Sales = append(v.Sales, h.sale(p, l))
	}
	for i := range view.Left {
		x := &view.Left[i]
		v.left += x.Left
		v.Left = append(v.Left, h.ownCard(p, x, true))
	}
	h.declared(p, party, &v.Offers)
}

// earned is what so many grams bring at a price a kilogram.
func earned(perKg money.VND, g weight.Grams) money.VND {
	return perKg * money.VND(g/weight.Kilogram)
}

func (h *heldPlan) sale(p *i18n.Printer, l *SupplierLine) saleShown {
	goods := goodsInside(p, h.goods[l.Commodity])
	s := saleShown{Title: p.T("market.me.sale", amount(p, l.Grams), goods, l.Buyer), Net: p.Arg(int64(l.NetPerKg))}
	item := func(key, value string) { s.Items = append(s.Items, web.Item{Label: p.T(key), Value: value}) }
	item("market.me.whom", l.Buyer)
	item("market.me.much", p.T("market.me.much_text", amount(p, l.Grams), className(p, l.Class)))
	item("market.me.when", p.T("market.me.when_text", l.Pick, l.Pick.Week()))
	item("market.me.money", p.T("market.me.money_text", l.Deliver+calendar.Day(l.PayDays), about(p, earned(l.NetPerKg, l.Grams))))
	if l.Lead != "" {
		item("market.me.where", p.T("market.me.to_lead", l.Lead, l.Place))
	} else {
		item("market.me.where", p.T("market.me.to_buyer", l.Place, l.Deliver))
	}
	if !l.Real {
		s.Note = p.T("market.me.guessed")
	}
	return s
}

// ownCard is a record of the party's own that is left out.
func (h *heldPlan) ownCard(p *i18n.Printer, x *LeftView, isOffer bool) leftCard {
	item := leftItem{&LeftOut{ID: x.ID, Left: x.Left, Main: x.Main, Steps: x.Steps}, isOffer}
	c := h.card(p, item)
	key := "market.me.left_demand"
	if isOffer {
		key = "market.me.left_offer"
	}
	c.Title = p.T(key, amount(p, x.Left), goodsInside(p, h.commodityOf(x.ID, isOffer)))
	c.Untried, c.Tag = false, nil // the sentence is enough
	return c
}

// declared lists the party's own offers as it stated them.
func (h *heldPlan) declared(p *i18n.Printer, party string, g *web.Grid) {
	if len(g.Cols) == 0 {
		*g = web.Grid{Label: p.T("market.me.offers"), Cols: []web.Column{
			{Label: p.T("market.plan.goods")},
			{Label: p.T("market.me.declared_much"), Num: true},
			{Label: p.T("market.me.days")},
			{Label: p.T("market.me.papers")},
			{Label: p.T("market.me.floor"), Num: true},
		}}
	}
	for i := range h.In.Offers {
		o := &h.In.Offers[i]
		if o.Party != party {
			continue
		}
		var papers []string
		for _, x := range o.Papers {
			papers = append(papers, paperName(p, x.Kind))
		}
		days := p.Arg(calendar.Period{From: o.From, To: o.To})
		if o.DaysAssumed {
			days = p.T("market.me.days_assumed", days)
		}
		floor := p.T("market.me.by_market")
		if o.Floor > 0 {
			floor = p.T("base.money.per_kg", exactKg(p, o.Floor))
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: goodsName(p, h.goods[o.Commodity]), Sub: h.names.place[o.Place].Name},
			{Text: amount(p, o.Firm+o.Forecast)},
			{Text: days},
			{Text: p.Arg(papers)},
			{Text: floor},
		}})
	}
}

// buyer adds what a party buys: complete orders first, then short ones.
func (h *heldPlan) buyer(p *i18n.Printer, party string, v *meShown) {
	view := ViewForBuyer(h.Plan, h.In, party)
	if len(view.Orders) == 0 {
		return
	}
	slices.SortStableFunc(view.Orders, func(a, b BuyerOrder) int { return h.standing(&a) - h.standing(&b) })
	for i := range view.Orders {
		o := &view.Orders[i]
		v.asked, v.coming = v.asked+o.Asked, v.coming+o.Coming
		v.Orders = append(v.Orders, h.mine(p, o))
	}
	for i := range view.Left {
		v.Left = append(v.Left, h.ownCard(p, &view.Left[i], false))
	}
}

func (h *heldPlan) standing(o *BuyerOrder) int {
	switch {
	case h.wanted[o.Demand] == nil:
		return 0
	case o.Coming > 0:
		return 1
	}
	return 2
}

func (h *heldPlan) mine(p *i18n.Printer, o *BuyerOrder) mineShown {
	d := h.names.demand[o.Demand]
	goods := goodsName(p, h.goods[o.Commodity])
	if d.MinClass > 0 {
		goods = p.T("market.plan.goods_class", goods, d.MinClass)
	}
	s := mineShown{
		Title: goods, Sub: p.T("market.me.order_sub", o.Demand, h.names.place[d.Place].Name, shortDay(p, d.From), shortDay(p, d.To)),
		Full: h.wanted[o.Demand] == nil, Any: o.Coming > 0, Href: orderPath(h.Head.ID, o.Demand),
	}
	if !s.Full {
		s.Letter = letterPath(h.Head.ID, o.Demand)
	}
	leads, days := map[string]bool{}, map[calendar.Day]weight.Grams{}
	low, high, sum := money.VND(0), money.VND(0), money.VND(0)
	s.Lines = web.Grid{Label: p.T("market.me.deliveries"), Cols: []web.Column{
		{Label: p.T("market.me.from")},
		{Label: p.T("market.plan.quantity"), Num: true},
		{Label: p.T("market.me.day"), Num: true},
		{Label: p.T("market.line.class")},
		{Label: p.T("market.me.pays"), Num: true},
	}}
	guessed := false
	for i := range o.Lines {
		l := &o.Lines[i]
		sub := ""
		if l.Led {
			leads[l.Supplier] = true
			sub = p.T("market.me.collects")
		}
		days[l.Deliver] += l.Grams
		if low == 0 || l.PaysPerKg < low {
			low = l.PaysPerKg
		}
		high = max(high, l.PaysPerKg)
		sum += earned(l.PaysPerKg, l.Grams)
		guessed = guessed || !l.Real
		s.Lines.Rows = append(s.Lines.Rows, web.Row{Cells: []web.Cell{{Text: l.Supplier, Sub: sub}, {Text: amount(p, l.Grams)}, {Text: p.Arg(l.Deliver)}, {Text: className(p, l.Class), NoWrap: true}, {Text: p.Arg(int64(l.PaysPerKg))}}})
	}
	s.Verdict = progress(p, bold(amountOf(p, o.Coming, o.Asked)), len(leads), h.sourcesOf(o.Demand))
	switch {
	case s.Full:
		s.Text = p.T("market.me.full")
	case s.Any:
		s.Text = p.T("market.me.part", amount(p, o.Asked-o.Coming))
	default:
		s.Verdict, s.Text = bold(amountOf(p, 0, o.Asked)), p.T("market.me.nothing")
	}
	if !s.Any {
		return s
	}
	for day, g := range days {
		s.Days = append(s.Days, web.CalendarDay{Day: day, Amount: amount(p, g)})
	}
	s.Papers = h.dossierTicks(p, d)
	s.Dossier = orderPath(h.Head.ID, o.Demand) + "/dossier.zip"
	s.Price = p.Arg(int64(low))
	if high > low {
		s.Price += " – " + p.Arg(int64(high))
	}
	s.PriceNote = p.T("market.me.price_warehouse")
	if d.AtGarden {
		s.PriceNote = p.T("market.me.price_garden")
	}
	if d.PayDays > 0 {
		s.PriceNote += " " + p.T("market.me.pay_days", d.PayDays)
	}
	if guessed {
		s.PriceNote += " " + p.T("market.me.guessed")
	}
	s.Total = p.T("market.me.total", amount(p, o.Coming), about(p, sum))
	return s
}

// sourcesOf counts who stands behind a demand's lines.
func (h *heldPlan) sourcesOf(demand string) int {
	var lines []int
	for i := range h.Plan.Lines {
		if h.Plan.Lines[i].Demand == demand {
			lines = append(lines, i)
		}
	}
	return h.sources(lines)
}
