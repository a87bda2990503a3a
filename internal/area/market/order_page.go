package market

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// One order of a plan, as its buyer reads it: complete or short first, the days, the
// dossier, the price at the warehouse. There is no garden's price in it, no other buyer,
// and before the buyer has agreed no source behind a lead.

func orderPath(plan PlanID, demand string) string {
	return fmt.Sprintf("/orders/%d/%s", plan, url.PathEscape(demand))
}

func (a *Area) orderRoutes() []web.Route {
	may := auth.Only(auth.Admin, auth.Leader, auth.Officer, auth.Auditor, auth.Buyer)
	return []web.Route{
		{Pattern: "GET /orders/{id}/{demand}", May: may, Do: a.showOrderPage},
		{Pattern: "GET /orders/{id}/{demand}/dossier.zip", May: may, Do: a.dossier},
		{Pattern: "GET /orders/{id}/{demand}/order.docx", May: may, Do: a.orderPaper("docx")},
	}
}

// orderPage is the page of one order.
type orderPage struct {
	Buyer   string
	Order   mineShown
	Answer  *meAnswer // of the buyer itself
	Paper   string    // its Word file
	Staff   string    // the answer's page, for the staff
	Officer string
	Phone   string
}

// orderOf finds an order that the person may see: the staff of its territory, and its
// buyer once the plan is released. Every other does not exist.
func (a *Area) orderOf(r *http.Request) (h *heldPlan, o *BuyerOrder, party string, answer *Answer, err error) {
	ctx := r.Context()
	none := fault.New(fault.NotFound, "market.fault.no_order")
	if h, err = a.heldOf(r); err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			err = none
		}
		return nil, nil, "", nil, err
	}
	d := h.names.demand[r.PathValue("demand")]
	if d == nil {
		return nil, nil, "", nil, none
	}
	u, _ := auth.Who(ctx)
	viewer := ViewerOf(u)
	if viewer.Org != 0 || u.Role.In(auth.Coop, auth.Buyer) {
		mine, err := h.partiesOf(ctx, a.Store, u.Org)
		if err != nil {
			return nil, nil, "", nil, err
		}
		open, err := a.openToParties(ctx, h.Head.ID)
		if err != nil {
			return nil, nil, "", nil, err
		}
		if !open || !slices.Contains(mine, d.Party) {
			return nil, nil, "", nil, none
		}
	}
	view := ViewForBuyer(h.Plan, h.In, d.Party)
	k := slices.IndexFunc(view.Orders, func(o BuyerOrder) bool { return o.Demand == d.ID })
	orgs, err := a.Store.PartyOrgs(ctx, h.Head.Round)
	if err != nil {
		return nil, nil, "", nil, err
	}
	all, _, err := a.Store.Answers(ctx, viewer, AnswerFilter{Plan: h.Head.ID, Side: SideDemand, Org: orgs[d.Party]})
	if err != nil {
		return nil, nil, "", nil, err
	}
	if len(all) > 0 {
		answer = &all[0]
	}
	return h, &view.Orders[k], d.Party, answer, nil
}

// openToParties reports whether the parties of a plan may read their part of it.
func (a *Area) openToParties(ctx context.Context, id PlanID) (bool, error) {
	head, err := a.Store.PlanHead(ctx, id)
	return head.State == PlanReleased || head.State == PlanReplaced, err
}

func (a *Area) showOrderPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	h, o, party, answer, err := a.orderOf(r)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	v := orderPage{Buyer: h.names.party[party].Name, Order: h.mine(p, o)}
	v.Officer, v.Phone = a.officer(ctx, h)
	v.Paper = orderPath(h.Head.ID, o.Demand) + "/order.docx"
	u, _ := auth.Who(ctx)
	page := web.Page{Title: v.Order.Title, Nav: "plan", Crumbs: []web.Crumb{{Label: p.T("market.plan.title"), Href: planPath(h.Head.ID)}, {Label: p.T("market.plan.orders"), Href: planPath(h.Head.ID) + "#orders"}, {Label: o.Demand}}}
	switch {
	case u.Role.In(auth.Staff...):
		if answer != nil {
			v.Staff = answerPath(answer.ID)
		}
	default:
		page.Nav, page.Crumbs = "me", []web.Crumb{{Label: p.T("market.me.title"), Href: "/me"}, {Label: o.Demand}}
		if answer != nil {
			x := a.meAnswer(ctx, h, []string{party}, answer)
			v.Answer = &x
		}
	}
	return web.Render(w, r, page, orderPageView(v))
}

// dossierTicks are the papers that an order asks for, and how many of its sources hold each.
func (h *heldPlan) dossierTicks(p *i18n.Printer, d *Demand) (out []web.Tick) {
	for _, kind := range d.Papers {
		held, all := h.holders(d, kind)
		t := web.Tick{Label: paperName(p, kind), Sub: p.T("market.order.holders", len(held), len(all)), Missing: len(held) < len(all)}
		out = append(out, t)
	}
	return out
}

// holders are the offers of an order that hold a paper until its delivery, and all of them.
func (h *heldPlan) holders(d *Demand, kind string) (held, all []string) {
	for i := range h.Plan.Lines {
		x := &h.Plan.Lines[i]
		if x.Demand != d.ID || slices.Contains(all, x.Offer) {
			continue
		}
		all = append(all, x.Offer)
		if slices.ContainsFunc(h.names.offer[x.Offer].Papers, func(q Paper) bool { return q.Kind == kind && (q.Until == 0 || q.Until >= x.Deliver) }) {
			held = append(held, x.Offer)
		}
	}
	return held, all
}

// dossier is everything about an order in one file: the order's sheet and the list of
// papers. Who stands behind a lead is named once the buyer has agreed.
func (a *Area) dossier(w http.ResponseWriter, r *http.Request) error {
	h, o, party, answer, err := a.orderOf(r)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	made := h.Head.MadeAt
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range []struct {
		name string
		list paper.List
	}{
		{p.T("market.order.file_order"), h.orderList(p, o, party, made)},
		{p.T("market.order.file_papers"), h.paperList(p, o, answer != nil && answer.State == AnswerAgreed, made)},
	} {
		for _, ending := range []string{"xlsx", "pdf"} {
			data, err := f.list.File(ending, p)
			if err != nil {
				return err
			}
			out, err := z.CreateHeader(&zip.FileHeader{Name: f.name + "." + ending, Method: zip.Deflate, Modified: made})
			if err != nil {
				return err
			}
			if _, err := out.Write(data); err != nil {
				return err
			}
		}
	}
	word, err := a.orderWriting(r, "docx", h, o, party).Bytes()
	if err != nil {
		return err
	}
	out, err := z.CreateHeader(&zip.FileHeader{Name: p.T("market.order.file_order") + ".docx", Method: zip.Deflate, Modified: made})
	if err != nil {
		return err
	}
	if _, err := out.Write(word); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	web.Attachment(w, p.T("market.order.file_zip", o.Demand)+".zip", "application/zip")
	_, err = w.Write(b.Bytes())
	return err
}

// orderList is the order's sheet: what comes from whom on which day at what price.
func (h *heldPlan) orderList(p *i18n.Printer, o *BuyerOrder, party string, made time.Time) paper.List {
	d := h.names.demand[o.Demand]
	l := paper.List{
		Title:  p.T("market.order.sheet", o.Demand, goodsName(p, h.goods[o.Commodity]), h.names.party[party].Name),
		Filter: p.T("market.me.order_sub", o.Demand, h.names.place[d.Place].Name, shortDay(p, d.From), shortDay(p, d.To)),
		Source: p.T("market.text.not_contract"), Made: made,
		Columns: []paper.ListColumn{
			{Head: p.T("market.me.from"), Width: 34},
			{Head: p.T("market.line.class"), Width: 12},
			{Head: p.T("market.order.kg"), Width: 14},
			{Head: p.T("market.me.day"), Width: 14},
			{Head: p.T("market.me.pays"), Width: 16},
		},
	}
	sum := weight.Grams(0)
	for i := range o.Lines {
		x := &o.Lines[i]
		sum += x.Grams
		l.Rows = append(l.Rows, []any{x.Supplier, className(p, x.Class), x.Grams, x.Deliver, x.PaysPerKg})
	}
	l.Totals = []any{p.T("market.order.sum"), nil, sum, nil, nil}
	return l
}

// paperList are the papers of an order's sources; named says whether sources behind a lead
// are named.
func (h *heldPlan) paperList(p *i18n.Printer, o *BuyerOrder, named bool, made time.Time) paper.List {
	l := paper.List{
		Title: p.T("market.order.papers", o.Demand), Source: p.T("market.text.not_contract"), Made: made,
		Columns: []paper.ListColumn{
			{Head: p.T("market.me.from"), Width: 34},
			{Head: p.T("market.order.paper"), Width: 24},
			{Head: p.T("market.order.scope"), Width: 14},
			{Head: p.T("market.order.until"), Width: 14},
			{Head: p.T("market.order.state"), Width: 14},
		},
	}
	if !named {
		l.Filter = p.T("market.order.unnamed")
	}
	d := h.names.demand[o.Demand]
	seen := map[string]bool{}
	for i := range h.Plan.Lines {
		x := &h.Plan.Lines[i]
		if x.Demand != o.Demand || seen[x.Offer] {
			continue
		}
		seen[x.Offer] = true
		offer := h.names.offer[x.Offer]
		name := p.T("market.order.source", len(seen))
		if named || x.Via == "" {
			name = h.names.party[offer.Party].Name
		}
		for _, kind := range d.Papers {
			row := []any{name, paperName(p, kind), nil, nil, p.T("market.line.paper_no")}
			for _, q := range offer.Papers {
				if q.Kind != kind {
					continue
				}
				if q.Scope > 0 {
					row[2] = q.Scope
				}
				if q.Until > 0 {
					row[3] = q.Until
				}
				row[4] = p.T("market.line.paper_held")
			}
			l.Rows = append(l.Rows, row)
		}
	}
	return l
}
