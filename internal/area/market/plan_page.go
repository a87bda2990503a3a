package market

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// planRoutes are the pages about a plan. A cooperative and a buyer have their own page and
// their own letters; they get 404 for every other record.
func (a *Area) planRoutes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Officer, auth.Admin)
	routes := []web.Route{
		{Pattern: "GET /plan", May: staff, Do: a.showPlan},
		{Pattern: "GET /plan/new", May: write, Do: a.newPlan},
		{Pattern: "POST /plan/new", May: write, Do: a.makePlan},
		{Pattern: "GET /plan/{id}", May: staff, Do: a.showPlan},
		{Pattern: "POST /plan/{id}/again", May: write, Do: a.freezeAgain},
		{Pattern: "GET /plan/{id}/line/{n}", May: staff, Do: a.showLine},
		{Pattern: "GET /plan/{id}/proof", May: staff, Do: a.showProof},
		{Pattern: "GET /plan/{id}/file", May: staff, Do: a.planFile},
		{Pattern: "GET /plan/{id}/proof-file", May: staff, Do: a.proofFile},
		{Pattern: "GET /plan/{id}/letter/{record}", May: auth.SignedIn, Do: a.showLetter},
		{Pattern: "POST /plan/{id}/letter/{record}/review", May: auth.Only(auth.Admin, auth.Leader, auth.Officer, auth.Coop, auth.Buyer), Do: a.askReview},
		{Pattern: "GET /me", May: auth.Only(auth.Coop, auth.Buyer), Do: a.showMe},
	}
	for _, ending := range paperEndings {
		routes = append(routes,
			web.Route{Pattern: "GET /plan/{id}/paper." + ending, May: staff, Do: a.planPaper(ending)},
			web.Route{Pattern: "GET /plan/{id}/letter/{record}/letter." + ending, May: auth.SignedIn, Do: a.letterPaper(ending)},
		)
	}
	return routes
}

const (
	ordersShown = 20
	openAtMost  = 3 // orders whose rows are shown at once
	leftShown   = 10
)

func planPath(id PlanID) string { return fmt.Sprintf("/plan/%d", id) }

func linePath(id PlanID, line int) string { return fmt.Sprintf("/plan/%d/line/%d", id, line+1) }

func letterPath(id PlanID, record string) string {
	return fmt.Sprintf("/plan/%d/letter/%s", id, url.PathEscape(record))
}

// heldOf opens the plan that an address names, as far as the person may see it; without a
// name, the newest.
func (a *Area) heldOf(r *http.Request) (*heldPlan, error) {
	id := int64(0)
	if s := r.PathValue("id"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 {
			return nil, fault.New(fault.NotFound, "market.fault.no_plan")
		}
		id = n
	}
	h, err := a.plans.open(r.Context(), a.Store, PlanID(id))
	if err != nil {
		return nil, err
	}
	return a.inSight(r.Context(), h)
}

// planShown is the page of a plan.
type planShown struct {
	ID        PlanID
	Sub       string
	Sum       templ.Component
	Split     web.Split
	Basis     templ.Component
	Guessed   string // the rest that is not real, as a link's words; "" when all is real
	Sources   []string
	Decided   []decided
	Bar       web.Filter
	Orders    []orderShown
	OrderSide string
	Paging    web.Paging
	All       string // address of one page with all orders, "" when it is one
	Left      leftPart
	Goods     string
	Drawn     *drawn
	Pictures  []web.Grid
	Proof     proofPart
	Others    []web.Task
	Rerun     bool // may be made again
	HasProof  bool
	Whole     bool // nothing of the plan is hidden from the viewer
	Release   releasePart
	Changes   changesShown
	Papers    []web.ExportFile
	Moved     string // what has changed in the book since; "" when nothing has
}

func (a *Area) showPlan(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	h, err := a.heldOf(r)
	if fault.CodeOf(err) == fault.NotFound && r.PathValue("id") == "" {
		return web.Render(w, r, web.Page{Title: p.T("market.plan.title"), Nav: "plan"}, noPlanView(web.May(r, "/plan/new")))
	}
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := h.readFilter(q)
	v := planShown{ID: h.Head.ID}
	hour, day := clock(h.Head.MadeAt)
	v.Sub = p.T("market.plan.sub", h.Head.Number, a.nameOf(ctx, h.Head.MadeBy), hour, day)
	h.summary(p, &v)
	v.Decided = h.decisions(p)
	v.Bar = h.bar(p, f)
	h.showOrders(p, f, q, &v)
	v.Left = a.showLeft(ctx, h, f, q)
	v.Goods = f.Commodity
	if v.Goods == "" {
		v.Goods = h.mainGoods()
	}
	if v.Goods != "" {
		v.Drawn = h.draw(p, v.Goods)
		v.Pictures = pictureGrids(p, v.Drawn)
		v.Goods = goodsName(p, h.goods[v.Goods])
	}
	v.Proof = h.proofPart(p)
	if v.Others, err = a.otherPlans(ctx, h); err != nil {
		return err
	}
	for _, ending := range paperEndings {
		v.Papers = append(v.Papers, web.ExportFile{Label: p.T("market.paper." + ending), Href: planPath(h.Head.ID) + "/paper." + ending})
	}
	v.HasProof, v.Whole, v.Rerun = h.HasProof, h.whole(), web.May(r, "/plan/new")
	if v.Release, err = a.releasePart(r, h); err != nil {
		return err
	}
	if v.Changes, err = a.changes(ctx, h); err != nil {
		return err
	}
	if v.Release.State != PlanReleased && v.Release.State != PlanReplaced {
		if v.Moved, err = a.bookMoved(ctx, h); err != nil {
			return err
		}
	}
	page := web.Page{Title: p.T("market.plan.title"), Nav: "plan", Crumbs: []web.Crumb{{Label: p.T("market.plan.rounds"), Href: "/rounds"}, {Label: h.Round.Label}}}
	return web.Render(w, r, page, planView(v))
}

// nameOf is who made something: an account's name, or what a command wrote.
func (a *Area) nameOf(ctx context.Context, by string) string {
	s, ok := strings.CutPrefix(by, "account:")
	if !ok {
		return by
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return by
	}
	acc, err := auth.NewAccounts(a.Store.DB, nil).ByID(ctx, n)
	if err != nil {
		return by
	}
	return acc.Name
}

// rich is a sentence whose marked parts are bold: see bold and hot.
func rich(s string) templ.Component {
	s = html.EscapeString(s)
	return templ.Raw(strings.NewReplacer("\x01", `<b class="num">`, "\x02", `<b class="num hot">`, "\x03", "</b>").Replace(s))
}

func bold(s string) string { return "\x01" + s + "\x03" }
func hot(s string) string  { return "\x02" + s + "\x03" }

// summary is the plan in one sentence, and on what its prices rest.
func (h *heldPlan) summary(p *i18n.Printer, v *planShown) {
	t := &h.Plan.Totals
	left := t.Offered - t.Matched
	v.Sum = rich(p.T("market.plan.sum", bold(amountOf(p, t.Matched, t.Offered)), bold(p.T("market.plan.of_demands", t.DemandsMatched, t.Demands)),
		bold(about(p, t.SellersGain)), hot(amount(p, left))))
	v.Split = web.Split{
		Done: int64(t.Matched / 1000), Total: int64(t.Offered / 1000),
		DoneLabel: p.T("market.plan.split_done", amount(p, t.Matched), t.Leads), Rest: p.T("market.plan.split_rest", amount(p, left)),
	}
	if t.Lines == 0 {
		v.Basis = rich(p.T("market.plan.basis_none", bold(h.declaredAt(p))))
		return
	}
	real := t.RealLines * 100 / t.Lines
	v.Basis = rich(p.T("market.plan.basis", bold(p.T("market.plan.percent", real)), bold(h.declaredAt(p))))
	if t.RealLines < t.Lines {
		v.Guessed = p.T("market.plan.guessed", p.T("market.plan.percent", 100-real))
		v.Sources = h.priceSources(p)
	}
}

// declaredAt is the moment up to which the figures were declared: the hour and day at which
// the book was frozen, or the day that a table was made for.
func (h *heldPlan) declaredAt(p *i18n.Printer) string {
	hour, day := clock(h.Round.CreatedAt)
	if h.Round.Origin != FromBook || day != h.In.AsOf {
		return p.T("market.plan.declared_day", h.In.AsOf)
	}
	return p.T("market.plan.declared_hour", hour, day)
}

// priceSources says where prices that nobody stated were taken from.
func (h *heldPlan) priceSources(p *i18n.Printer) (out []string) {
	var seller, buyer int
	goods := map[string]bool{}
	for i := range h.Plan.Lines {
		x := &h.Plan.Lines[i]
		if x.Real {
			continue
		}
		o, d := h.names.offer[x.Offer], h.names.demand[x.Demand]
		if o.Floor == 0 && o.Trader == 0 {
			seller++
		}
		if d.Ceiling == 0 {
			buyer++
		}
		goods[o.Commodity] = true
	}
	if seller > 0 {
		out = append(out, p.T("market.plan.guess_seller", seller))
	}
	if buyer > 0 {
		out = append(out, p.T("market.plan.guess_buyer", buyer))
	}
	for i := range h.In.Commodities {
		if c := &h.In.Commodities[i]; goods[c.Code] {
			out = append(out, p.T("market.plan.guess_goods", goodsName(p, c), perKg(p, c.RefFloor), perKg(p, c.RefPrice)))
		}
	}
	return out
}

// address is the plan's own address with some conditions changed; "" drops one. A changed
// condition starts at the first page again.
func (h *heldPlan) address(q url.Values, anchor string, change ...string) string {
	out := url.Values{}
	for _, k := range []string{"q", "c", "d", "s", "side", "why", "page", "lpage", "all"} {
		if v := q.Get(k); v != "" {
			out.Set(k, v)
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == "" {
			out.Del(change[i])
			continue
		}
		out.Set(change[i], change[i+1])
	}
	u := url.URL{Path: planPath(h.Head.ID), RawQuery: out.Encode(), Fragment: anchor}
	return u.String()
}

func (h *heldPlan) readFilter(q url.Values) planFilter {
	f := planFilter{Text: q.Get("q")}
	if len(f.Text) > 200 {
		f.Text = f.Text[:200]
	}
	if c := q.Get("c"); h.goods[c] != nil {
		f.Commodity = c
	}
	if d := q.Get("d"); slices.Contains(h.districts(), d) {
		f.District = d
	}
	if s := orderState(q.Get("s")); slices.Contains(orderStates, s) {
		f.State = s
	}
	if s := q.Get("side"); s == leftOffers || s == leftDemands {
		f.Side = s
	}
	if w := Reason(q.Get("why")); slices.Contains(leftReasons, w) {
		f.Why = w
	}
	return f
}

// leftReasons are why somebody can be left out, in the order of the test.
var leftReasons = []Reason{
	WhyCommodity, WhyBanned, WhyVariety, WhyClass, WhyPaper, WhyRoad, WhyDays, WhyExpired, WhyShelf, WhyNoLead,
	WhyFloor, WhyGain, WhyOutbid, WhyMinOrder, WhySources, WhyInvoices, WhyMinLine, WhyCap, WhyShortage, WhyNothing,
}

// bar is the filter above the orders; it holds for who is left out and for the pictures too.
func (h *heldPlan) bar(p *i18n.Printer, f planFilter) web.Filter {
	goods := []web.Option{{Label: p.T("market.plan.all_goods")}}
	for i := range h.In.Commodities {
		goods = append(goods, web.Option{Value: h.In.Commodities[i].Code, Label: goodsName(p, &h.In.Commodities[i])})
	}
	where := []web.Option{{Label: p.T("market.plan.all_districts")}}
	for _, d := range h.districts() {
		where = append(where, web.Option{Value: d, Label: d})
	}
	states := []web.Option{{Label: p.T("market.plan.all_states")}}
	for _, s := range orderStates {
		states = append(states, web.Option{Value: string(s), Label: p.T("market.plan.state_" + string(s))})
	}
	b := web.Filter{Action: planPath(h.Head.ID) + "#orders", Clear: planPath(h.Head.ID) + "#orders", Fields: []web.Control{
		{Name: "q", ID: "q", Label: p.T("market.plan.buyer"), Type: "search", Value: f.Text, Placeholder: p.T("market.plan.buyer_hint")},
		{Name: "c", Label: p.T("market.plan.goods"), Type: "select", Options: goods, Value: f.Commodity},
		{Name: "d", Label: p.T("market.plan.district"), Type: "select", Options: where, Value: f.District},
		{Name: "s", Label: p.T("market.plan.state"), Type: "select", Options: states, Value: string(f.State)},
	}}
	q := url.Values{"q": {f.Text}, "c": {f.Commodity}, "d": {f.District}, "s": {string(f.State)}, "side": {f.Side}, "why": {string(f.Why)}}
	for _, c := range b.Fields {
		if c.Value == "" {
			continue
		}
		label := c.Value
		for _, o := range c.Options {
			if o.Value == c.Value {
				label = o.Label
			}
		}
		b.Chips = append(b.Chips, web.Chip{Label: label, Href: h.address(q, "orders", c.Name, "")})
	}
	return b
}

// pageOf reads a page number.
func pageOf(q url.Values, key string) int {
	n, err := strconv.Atoi(q.Get(key))
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}

// paged cuts one page out of a list; a page beyond the end is the last.
func paged[T any](all []T, page, size int) ([]T, int) {
	page = min(page, max(1, (len(all)+size-1)/size))
	from := (page - 1) * size
	return all[from:min(len(all), from+size)], page
}

// otherPlans are the other plans of the round, newest first.
func (a *Area) otherPlans(ctx context.Context, h *heldPlan) (out []web.Task, err error) {
	all, err := a.Store.Plans(ctx, h.Head.Round)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	for _, s := range all {
		if s.ID == h.Head.ID {
			continue
		}
		hour, day := clock(s.MadeAt)
		out = append(out, web.Task{
			Label: p.T("market.plan.other", s.Number), Href: planPath(s.ID),
			Note: p.T("market.plan.other_note", a.nameOf(ctx, s.MadeBy), hour, day, amountOf(p, s.Totals.Matched, s.Totals.Offered)),
		})
	}
	return out, nil
}

func (a *Area) planFile(w http.ResponseWriter, r *http.Request) error { return a.download(w, r, false) }

func (a *Area) proofFile(w http.ResponseWriter, r *http.Request) error { return a.download(w, r, true) }

// download gives the plan workbook, or the proof that stands beside a large one. Their
// names belong together: the program that checks them looks for PLAN.proof.
func (a *Area) download(w http.ResponseWriter, r *http.Request, wantProof bool) error {
	none := fault.New(fault.NotFound, "market.fault.no_plan")
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 || !auth.SightOf(r.Context()).Everywhere() {
		return none
	}
	file, proof, err := a.Store.PlanFile(r.Context(), PlanID(id))
	if err != nil {
		return err
	}
	name, kind := fmt.Sprintf("phuong-an-%d", id), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	data, ext := file, ".xlsx"
	if wantProof {
		data, ext, kind = proof, ".proof", "application/octet-stream"
	}
	if len(data) == 0 {
		return none
	}
	web.Attachment(w, name+ext, kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, err = w.Write(data)
	return err
}
