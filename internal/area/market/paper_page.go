package market

import (
	"net/http"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/paper"
	"github.com/lienket/lienket/internal/base/web"
)

// Papers by Decree 30/2020: the plan, the weekly report, an order, a letter. Each is written
// once; paper makes a PDF to sign or a Word file to go on writing in.

// writing is what both kinds of paper can do.
type writing interface {
	NationalHeading(h paper.Heading)
	Title(kind, about string)
	Section(s string)
	Para(s string)
	Item(mark, s string)
	Small(s string)
	Table(cols []paper.Column, rows [][]string, totals ...[]string)
	Sign(recipients []string, by ...paper.Signature)
	Bytes() ([]byte, error)
}

// paperEndings are the kinds of file of one paper.
var paperEndings = []string{"pdf", "docx"}

func newWriting(ending string, o paper.Options) writing {
	if ending == "docx" {
		return paper.NewDocx(o)
	}
	return paper.NewDoc(o)
}

// sendPaper writes a paper into the answer.
func sendPaper(w http.ResponseWriter, d writing, name, ending string) error {
	data, err := d.Bytes()
	if err != nil {
		return err
	}
	web.Attachment(w, name+"."+ending, paper.ContentType(ending))
	_, err = w.Write(data)
	return err
}

func (a *Area) letterhead(p *i18n.Printer) paper.Heading {
	return paper.Heading{Org: p.T("market.week.org", a.homeName()), Place: a.homeName(), Day: a.today()}
}

// planPaper is a plan for signature: the sum, every line, what people decided, who is left
// out and why, and the verdict of the check.
func (a *Area) planPaper(ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		h, err := a.heldOf(r)
		if err != nil {
			return err
		}
		p := i18n.From(ctx)
		head, err := a.Store.PlanHead(ctx, h.Head.ID)
		if err != nil {
			return err
		}
		of := p.T("market.paper.plan_about", h.Head.Number, h.Round.Label)
		if head.State != PlanReleased && head.State != PlanReplaced {
			of += "\n" + p.T("market.paper.draft")
		}
		d := newWriting(ending, paper.Options{Title: p.T("market.plan.title"), Made: h.Head.MadeAt, Printer: p, Official: true, Landscape: true})
		d.NationalHeading(a.letterhead(p))
		d.Title(p.T("market.paper.plan_kind"), of)
		t := &h.Plan.Totals
		d.Para(plainWords(p.T("market.plan.sum", amountOf(p, t.Matched, t.Offered), p.T("market.plan.of_demands", t.DemandsMatched, t.Demands), about(p, t.SellersGain), amount(p, t.Offered-t.Matched))))
		if t.Lines > 0 {
			d.Para(plainWords(p.T("market.plan.basis", p.T("market.plan.percent", t.RealLines*100/t.Lines), h.declaredAt(p))))
		}
		if !h.whole() {
			d.Para(p.T("market.plan.own_sight"))
		}
		d.Section(p.T("market.plan.orders"))
		d.Table(h.planTable(p))
		if all := h.decisions(p); len(all) > 0 {
			d.Section(p.T("market.rule.title"))
			for _, x := range all {
				d.Item("–", joinWords(x.What, x.Note, x.Cost))
			}
		}
		if rows := h.leftTable(p); len(rows) > 0 {
			d.Section(p.T("market.plan.left"))
			d.Table([]paper.Column{{Head: p.T("market.plan.reason")}, {Head: p.T("market.paper.records"), Right: true}, {Head: p.T("market.plan.quantity"), Right: true}}, rows)
		}
		d.Section(p.T("market.paper.check"))
		d.Para(joinWords(h.proofPart(p).Sentence, p.T("market.plan.declared"), p.T("market.plan.declared_text")))
		approver := paper.Signature{Post: p.T("market.paper.approver"), Note: p.T("market.paper.sign_note")}
		d.Sign([]string{p.T("market.week.to_leader"), p.T("market.week.to_file")},
			paper.Signature{Post: p.T("market.week.signer"), Note: p.T("market.paper.sign_note"), Name: a.nameOf(ctx, h.Head.MadeBy)}, approver)
		return sendPaper(w, d, p.T("market.paper.plan_file", int64(h.Head.ID)), ending)
	}
}

// planTable is every line of the plan, order by order, with its sum.
func (h *heldPlan) planTable(p *i18n.Printer) (cols []paper.Column, rows [][]string, total []string) {
	cols = []paper.Column{
		{Head: p.T("market.plan.buyer")},
		{Head: p.T("market.plan.goods")},
		{Head: p.T("market.plan.source")},
		{Head: p.T("market.plan.lead")},
		{Head: p.T("market.plan.quantity"), Right: true},
		{Head: p.T("market.line.pick"), Right: true},
		{Head: p.T("market.line.deliver"), Right: true},
		{Head: p.T("market.list.net"), Right: true},
	}
	for i := range h.orders {
		o := &h.orders[i]
		for _, l := range o.leads {
			for _, k := range l.lines {
				x := &h.Plan.Lines[k]
				via := ""
				if l.via != "" {
					via = h.names.party[l.via].Name
				}
				rows = append(rows, []string{
					o.buyer.Name, goodsName(p, h.goods[o.d.Commodity]), h.names.party[h.names.offer[x.Offer].Party].Name, via,
					p.Arg(x.Grams), shortDay(p, x.Pick), shortDay(p, x.Deliver), perKg(p, x.Net),
				})
			}
		}
	}
	return cols, rows, []string{p.T("market.order.sum"), "", "", "", p.Arg(h.Plan.Totals.Matched), "", "", ""}
}

// leftTable is how much is left for which reason.
func (h *heldPlan) leftTable(p *i18n.Printer) (rows [][]string) {
	for _, why := range leftReasons {
		all := h.leftOf(planFilter{Why: why, Side: leftOffers})
		if len(all) == 0 {
			continue
		}
		sum := all[0].Left
		for _, x := range all[1:] {
			sum += x.Left
		}
		rows = append(rows, []string{p.T("market.reason." + string(why)), p.Arg(len(all)), amount(p, sum)})
	}
	return rows
}

// letterPaper is the letter to somebody who is left out.
func (a *Area) letterPaper(ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h, x, err := a.recordOf(r)
		if err != nil {
			return err
		}
		ctx, p := r.Context(), i18n.From(r.Context())
		if x, err = a.explain(ctx, h, x); err != nil {
			return err
		}
		v := letterShown{Plan: h.Head.ID, Record: x.ID}
		v.Officer, v.Phone = a.officer(ctx, h)
		h.letter(p, x, &v)
		d := newWriting(ending, paper.Options{Title: v.Title, Made: h.Head.MadeAt, Printer: p, Official: true})
		top := a.letterhead(p)
		top.About = v.Title
		d.NationalHeading(top)
		d.Para(v.To)
		for _, s := range v.Paras {
			d.Para(s)
		}
		d.Para(p.T("market.letter.why", v.Why))
		if len(v.Steps) > 0 {
			d.Para(p.T("market.letter.ways"))
			for i, s := range v.Steps {
				d.Item(circled[min(i, len(circled)-1)], s+".")
			}
		} else {
			d.Para(p.T("market.letter.no_ways"))
		}
		d.Para(p.T("market.letter.tell"))
		d.Para(a.callWords(p, v.Officer, v.Phone))
		d.Small(p.T("market.letter.draft"))
		d.Sign([]string{v.To, p.T("market.week.to_file")}, paper.Signature{Post: p.T("market.paper.approver"), Note: p.T("market.paper.sign_note")})
		return sendPaper(w, d, p.T("market.paper.letter_file", x.ID), ending)
	}
}

func (a *Area) callWords(p *i18n.Printer, officer, phone string) string {
	s := p.T("market.letter.officer", officer)
	if tel := registry.ParsePhones(phone); len(tel) > 0 {
		s += ", " + web.PhoneShown(tel[0])
	} else if phone != "" {
		s += ", " + phone
	}
	return s
}

// orderPaper is an order as its buyer reads it.
func (a *Area) orderPaper(ending string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h, o, party, _, err := a.orderOf(r)
		if err != nil {
			return err
		}
		p := i18n.From(r.Context())
		return sendPaper(w, a.orderWriting(r, ending, h, o, party), p.T("market.order.file_order"), ending)
	}
}

// orderWriting is the order's paper: it holds what the order's page and sheet hold.
func (a *Area) orderWriting(r *http.Request, ending string, h *heldPlan, o *BuyerOrder, party string) writing {
	p := i18n.From(r.Context())
	l := h.orderList(p, o, party, h.Head.MadeAt)
	d := newWriting(ending, paper.Options{Title: l.Title, Made: h.Head.MadeAt, Printer: p, Official: true})
	d.NationalHeading(a.letterhead(p))
	d.Title(p.T("market.paper.order_kind"), l.Title)
	d.Para(l.Filter)
	var cols []paper.Column
	for i, c := range l.Columns {
		cols = append(cols, paper.Column{Head: c.Head, Right: i >= 2})
	}
	said := func(row []any) (out []string) {
		for _, x := range row {
			s := ""
			if x != nil {
				s = p.Arg(x)
			}
			out = append(out, s)
		}
		return out
	}
	var rows [][]string
	for _, row := range l.Rows {
		rows = append(rows, said(row))
	}
	d.Table(cols, rows, said(l.Totals))
	if ticks := h.dossierTicks(p, h.names.demand[o.Demand]); len(ticks) > 0 {
		d.Section(p.T("market.line.papers"))
		for _, t := range ticks {
			d.Item("–", joinWords(t.Label, t.Sub))
		}
	}
	officer, phone := a.officer(r.Context(), h)
	d.Para(a.callWords(p, officer, phone))
	d.Small(l.Source)
	d.Sign(nil, paper.Signature{Post: p.T("market.paper.buyer"), Note: p.T("market.paper.sign_note")}, paper.Signature{Post: p.T("market.paper.alliance"), Note: p.T("market.paper.sign_note")})
	return d
}

// joinWords joins the sentences that are there.
func joinWords(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}
