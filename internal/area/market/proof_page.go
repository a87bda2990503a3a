package market

import (
	"cmp"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/web"
)

// proofShown is the specialists' page behind a plan: everything that the check rests on.
type proofShown struct {
	Plan     PlanID
	Sub      string
	OK       bool
	Verdict  string
	Findings []string
	Sums     []web.Stat
	Groups   web.Grid
	GroupsAt web.Paging
	Decided  []decided
	Prices   web.Grid
	PricesAt web.Paging
	Goods    web.Filter
	Blocking web.Grid
	BlockAt  web.Paging
	BlockN   int
	Refused  web.Grid
	Params   []web.Item
	HasProof bool
}

const proofRows = 25

func (a *Area) showProof(w http.ResponseWriter, r *http.Request) error {
	h, err := a.heldOf(r)
	if err != nil {
		return err
	}
	if !h.whole() { // the proof is of the whole plan
		return fault.New(fault.NotFound, "market.fault.no_plan")
	}
	p, q := i18n.From(r.Context()), r.URL.Query()
	t := &h.Plan.Totals
	hour, day := clock(h.Head.MadeAt)
	v := proofShown{
		Plan: h.Head.ID, OK: h.Head.Verdict.OK, HasProof: h.HasProof, Findings: h.Head.Verdict.Findings,
		Sub: p.T("market.plan.sub", h.Head.Number, a.nameOf(r.Context(), h.Head.MadeBy), hour, day), Decided: h.decisions(p),
	}
	v.Verdict = h.proofPart(p).Sentence
	v.Sums = []web.Stat{
		{Label: p.T("market.proof.gain"), Value: p.Short(t.Gain), Source: p.T("market.proof.lines", t.Lines)},
		{Label: p.T("market.proof.gap_all"), Value: p.Short(t.GapVND), Source: p.T("market.plan.percent", p.Marks().Fixed(t.GapPPM, 4, 4))},
		{Label: p.T("market.proof.pairs"), Value: p.Arg(h.Head.Verdict.Pairs), Source: p.T("market.proof.pairs_by")},
		{Label: p.T("market.proof.leaves"), Value: p.Arg(h.Head.Verdict.Leaves), Source: p.T("market.proof.nodes_pivots", t.Nodes, t.Pivots)},
	}
	href := func(key, anchor string) func(int) string {
		return func(n int) string { return h.proofAddress(q, anchor, key, strconv.Itoa(n)) }
	}
	groups, at := paged(h.Plan.Groups, pageOf(q, "gpage"), proofRows)
	v.GroupsAt = web.Paging{Page: at, Size: proofRows, Total: len(h.Plan.Groups), Href: href("gpage", "groups")}
	v.Groups = h.groupGrid(p, groups)
	goods := q.Get("c")
	if h.goods[goods] == nil {
		goods = h.mainGoods()
	}
	ranges := h.ranges(goods)
	shown, at := paged(ranges, pageOf(q, "ppage"), proofRows)
	v.PricesAt = web.Paging{Page: at, Size: proofRows, Total: len(ranges), Href: href("ppage", "prices")}
	v.Prices, v.Goods = h.rangeGrid(p, shown), h.goodsBar(p, goods)
	blocking := slices.Clone(h.Plan.Blocking)
	slices.SortStableFunc(blocking, func(a, b Blocking) int { return cmp.Compare(b.Worth, a.Worth) })
	pairs, at := paged(blocking, pageOf(q, "bpage"), proofRows)
	v.BlockN = len(blocking)
	v.BlockAt = web.Paging{Page: at, Size: proofRows, Total: len(blocking), Href: href("bpage", "blocking")}
	v.Blocking = h.blockGrid(p, pairs)
	v.Refused = h.refusedGrid(p)
	v.Params = paramItems(p, &h.In.Params)
	page := web.Page{Title: p.T("market.proof.title"), Nav: "plan", Crumbs: []web.Crumb{{Label: p.T("market.plan.title"), Href: planPath(h.Head.ID)}, {Label: p.T("market.proof.title")}}}
	return web.Render(w, r, page, proofView(v))
}

func (h *heldPlan) proofAddress(q url.Values, anchor, key, value string) string {
	out := url.Values{}
	for _, k := range []string{"c", "gpage", "ppage", "bpage"} {
		if v := q.Get(k); v != "" {
			out.Set(k, v)
		}
	}
	out.Set(key, value)
	u := url.URL{Path: planPath(h.Head.ID) + "/proof", RawQuery: out.Encode(), Fragment: anchor}
	return u.String()
}

// inVND turns a sum of the network into đồng, rounded down or up.
func inVND(x *big.Int, unit int64, up bool) money.VND {
	v := new(big.Int).Mul(x, big.NewInt(unit))
	if up {
		v.Add(v, big.NewInt(999_999))
	}
	v.Div(v, big.NewInt(1_000_000))
	if !v.IsInt64() {
		return 1<<63 - 1
	}
	return money.VND(v.Int64())
}

func (h *heldPlan) groupGrid(p *i18n.Printer, groups []Group) web.Grid {
	t := func(key string) string { return p.T("market.proof." + key) }
	g := web.Grid{Label: t("groups"), Cols: []web.Column{
		{Label: t("group")},
		{Label: t("offers"), Num: true},
		{Label: t("demands"), Num: true},
		{Label: t("objective"), Num: true},
		{Label: t("bound"), Num: true},
		{Label: t("gap"), Num: true},
		{Label: t("nodes"), Num: true},
	}}
	for i := range groups {
		x := &groups[i]
		c := h.goods[x.Commodity]
		reached := inVND(x.Objective.Big(), int64(c.Unit), false)
		bound, gap := reached, "0"
		if d := x.Bound.Sub(x.Objective).Big(); d.Sign() > 0 {
			bound, gap = inVND(x.Bound.Big(), int64(c.Unit), true), p.Arg(int64(inVND(d, int64(c.Unit), true)))
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: p.T("market.proof.group_name", x.ID+1, goodsName(p, c))},
			{Text: p.Arg(len(x.Offers))},
			{Text: p.Arg(len(x.Demands))},
			{Text: p.Arg(int64(reached))},
			{Text: p.Arg(int64(bound))},
			{Text: gap},
			{Text: p.Arg(len(x.Nodes))},
		}})
	}
	return g
}

// ranges are the supporting intervals of one commodity.
func (h *heldPlan) ranges(goods string) (out []PriceRange) {
	for i := range h.Plan.Groups {
		if g := &h.Plan.Groups[i]; g.Commodity == goods {
			out = append(out, g.Prices...)
		}
	}
	return out
}

func (h *heldPlan) rangeGrid(p *i18n.Printer, rows []PriceRange) web.Grid {
	t := func(key string) string { return p.T("market.proof." + key) }
	g := web.Grid{Label: t("prices"), Cols: []web.Column{{Label: t("whose")}, {Label: t("what")}, {Label: t("low"), Num: true}, {Label: t("high"), Num: true}}}
	price := func(x money.PerTonne) string {
		if x > 1<<50 {
			return "∞"
		}
		return exactKg(p, x)
	}
	for _, x := range rows {
		id, isOffer, what, href := x.Demand, false, t("buyer_gain"), demandPath(h.Head.Round, x.Demand)
		if x.Offer != "" {
			id, isOffer, href = x.Offer, true, offerPath(h.Head.Round, x.Offer)
			what = p.T("market.proof.lot", className(p, x.Class), x.Level)
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: h.names.party[h.partyOf(id, isOffer)].Name, Href: href, Sub: id}, {Text: what}, {Text: price(x.Low)}, {Text: price(x.High)}}})
	}
	return g
}

func (h *heldPlan) goodsBar(p *i18n.Printer, now string) web.Filter {
	var goods []web.Option
	for i := range h.In.Commodities {
		goods = append(goods, web.Option{Value: h.In.Commodities[i].Code, Label: goodsName(p, &h.In.Commodities[i])})
	}
	return web.Filter{Action: planPath(h.Head.ID) + "/proof#prices", Fields: []web.Control{{Name: "c", Label: p.T("market.plan.goods"), Type: "select", Options: goods, Value: now}}}
}

func (h *heldPlan) blockGrid(p *i18n.Printer, rows []Blocking) web.Grid {
	t := func(key string) string { return p.T("market.proof." + key) }
	g := web.Grid{Label: t("blocking"), Cols: []web.Column{{Label: p.T("market.plan.source")}, {Label: p.T("market.plan.buyer")}, {Label: t("what")}, {Label: t("rule")}, {Label: t("worth"), Num: true}}}
	for _, x := range rows {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: h.names.party[h.partyOf(x.Offer, true)].Name, Href: offerPath(h.Head.Round, x.Offer), Sub: x.Offer},
			{Text: h.names.party[h.partyOf(x.Demand, false)].Name, Href: demandPath(h.Head.Round, x.Demand), Sub: x.Demand},
			{Text: p.T("market.proof.lot", className(p, x.Class), x.Level)},
			{Text: p.T("market.reason." + string(x.Rule))},
			{Text: exactKg(p, x.Worth)},
		}})
	}
	return g
}

func (h *heldPlan) refusedGrid(p *i18n.Printer) web.Grid {
	g := web.Grid{Label: p.T("market.proof.refused"), Plain: true, Cols: []web.Column{{Label: p.T("market.plan.reason")}, {Label: p.T("market.letter.pairs"), Num: true}}}
	sum := int64(0)
	for _, w := range leftReasons {
		if n := h.Plan.Refused[w]; n > 0 {
			sum += n
			g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{{Text: p.T("market.reason." + string(w))}, {Text: p.Arg(n)}}})
		}
	}
	g.Foot = []web.Cell{{Text: p.T("market.proof.sum")}, {Text: p.Arg(sum)}}
	return g
}

// paramItems are the numbers of the model that no cell states.
func paramItems(p *i18n.Printer, q *Params) (out []web.Item) {
	item := func(key string, args ...any) {
		out = append(out, web.Item{Label: p.T("market.proof.param_" + key), Value: p.T("market.proof.value_"+key, args...), Num: true})
	}
	bp := func(n int64) string { return p.Marks().Fixed(n, 2, 2) }
	pm := func(n int64) string { return p.Marks().Fixed(n, 1, 1) }
	item("interest", bp(q.InterestBP))
	item("travel", q.SameDayKm, q.DayKm)
	item("life", pm(q.LifeAskedPM))
	item("shrink", bp(q.ShrinkBP))
	item("lead", exactKg(p, q.LeadFee), bp(q.LeadShrinkBP), q.LeadDays)
	item("cold", pm(q.ColdPM))
	item("forecast", pm(q.ForecastPM))
	item("class", pm(q.ClassPM[0]), pm(q.ClassPM[1]), pm(q.ClassPM[2]), pm(q.ClassPM[3]))
	for _, x := range q.Vehicles {
		out = append(out, web.Item{Label: p.T("market.proof.param_vehicle", x.Load), Value: p.T("market.proof.value_vehicle", x.PerKm), Num: true})
	}
	item("search", q.Nodes, q.Pivots)
	return out
}
