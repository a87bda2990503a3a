package market

import (
	"net/http"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// partnersShown is the page «Ai mua được hàng này» or «Ai cung được đơn này».
type partnersShown struct {
	Title, Sub, Note, Back string
	Fit, Gaps              web.Grid
}

// mostPartners bounds each of the two tables.
const mostPartners = 40

func (a *Area) showPartners(side Side) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, p := r.Context(), i18n.From(r.Context())
		u, _ := auth.Who(ctx)
		view := ViewerOf(u)
		e, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		in, seen, err := a.Store.PartnerInput(ctx, view, e.Commodity(), a.today())
		if err != nil {
			return err
		}
		v := partnersShown{Title: p.T("market.partner.title." + string(side)), Sub: joinDot(e.Ref, a.goodsWord(p, e.Commodity()), e.Party, p.Arg(e.Grams())), Back: entryPath(side, e.ID)}
		list, ok := partners(in, e.Ref)
		if !ok {
			v.Note = p.T("market.partner.not_now")
		}
		var rules []Rule
		if view.Org == 0 {
			if rules, err = a.Store.PairRules(ctx, view, e.Ref); err != nil {
				return err
			}
		}
		v.Fit, v.Gaps = a.partnerGrids(r, &e, list, seen, rules, view.Org == 0)
		crumbs := []web.Crumb{{Label: p.T("market.list." + string(side) + "s.title"), Href: sidePath(side)}, {Label: e.Ref, Href: v.Back}, {Label: v.Title}}
		return web.Render(w, r, web.Page{Title: v.Title, Nav: string(side) + "s", Crumbs: crumbs}, partnersView(v))
	}
}

// partnerGrids are who fits and who lacks something. Prices and telephone numbers are for
// staff; whoever may not open the other entry reads where it is, not whose.
func (a *Area) partnerGrids(r *http.Request, e *Entry, list []partner, seen map[string]EntryID, rules []Rule, staff bool) (fit, gaps web.Grid) {
	p := i18n.From(r.Context())
	other := "market.col.buyer"
	if e.Side == SideDemand {
		other = "market.col.supplier"
	}
	fit = web.Grid{Label: p.T("market.partner.fit"), Cols: []web.Column{
		{Label: p.T(other)}, {Label: p.T("market.col.quantity"), Num: true}, {Label: p.T("market.partner.days")}, {Label: p.T("market.list.district")},
	}}
	gaps = fit
	gaps.Label = p.T("market.partner.gaps")
	gaps.Cols = append(append([]web.Column{}, fit.Cols...), web.Column{Label: p.T("market.partner.gap")})
	if staff {
		fit.Cols = append(fit.Cols, web.Column{Label: p.T("market.list.net"), Num: true})
		pair := web.Column{Label: p.T("market.rule.pair")}
		fit.Cols, gaps.Cols = append(fit.Cols, pair), append(gaps.Cols, pair)
	}
	acts := web.Column{Label: p.T("market.list.acts"), Hidden: true}
	fit.Cols, gaps.Cols = append(fit.Cols, acts), append(gaps.Cols, acts)
	for i := range list {
		x := &list[i]
		id, open := seen[x.Ref]
		open = open && staff
		cells := []web.Cell{
			{Text: p.T("market.partner.somebody." + string(e.Side))},
			{Text: p.Arg(x.Grams), NoWrap: true},
			{Text: listDays(p, x.Days.From, x.Days.To), NoWrap: true},
			{Text: x.Place},
		}
		var row web.Row
		if open {
			cells[0] = web.Cell{Text: x.Party.Name, Href: entryPath(otherSide(e.Side), id), Sub: joinDot(x.Ref, x.Party.Contact)}
			if tel := registry.ParsePhones(x.Party.Phone); len(tel) > 0 {
				row.Acts = append(row.Acts, web.Action{Label: p.T("market.list.dial"), Href: "tel:" + tel[0], Aria: p.T("market.list.call", x.Party.Name, web.PhoneShown(tel[0]))})
			}
		}
		var pair web.Cell
		if open {
			offer, demand := e.Ref, x.Ref
			if e.Side == SideDemand {
				offer, demand = demand, offer
			}
			shown := a.pair(r, rules, offer, demand, min(e.Grams(), x.Grams))
			if x.Why != "" { // what does not fit cannot be held, and need not be kept apart
				shown.Pin, shown.Ban = "", ""
			}
			if shown.Pin != "" || len(shown.Rules) > 0 {
				pair.Body = pairCell(shown, x.Party.Name)
			}
		}
		if x.Why == "" {
			if len(fit.Rows) >= mostPartners {
				continue
			}
			if staff {
				net := ""
				if open {
					net = p.Arg(x.Net.PerKg()) + "/kg"
				}
				cells = append(cells, web.Cell{Text: net, NoWrap: true}, pair)
			}
			row.Cells = cells
			fit.Rows = append(fit.Rows, row)
			continue
		}
		if len(gaps.Rows) >= mostPartners {
			continue
		}
		row.Cells = append(cells, web.Cell{Text: gapWord(p, x, open)})
		if staff {
			row.Cells = append(row.Cells, pair)
		}
		gaps.Rows = append(gaps.Rows, row)
	}
	return fit, gaps
}

func otherSide(s Side) Side {
	if s == SideDemand {
		return SideOffer
	}
	return SideDemand
}

// gapWord is what keeps a pair apart, and what would fill the gap. By how much two prices
// are apart is for staff.
func gapWord(p *i18n.Printer, x *partner, staff bool) string {
	switch x.Why {
	case WhyPaper, WhyExpired:
		if x.Paper != "" {
			return p.T("market.partner.gap."+string(x.Why), shortPaper(p, x.Paper, 0))
		}
		return p.T("market.partner.gap." + string(x.Why) + ".some")
	case WhyDays, WhyShelf:
		if n := abs(x.Shift); n >= 7 {
			return p.T("market.partner.gap.days.weeks", (n+6)/7)
		} else if n > 0 {
			return p.T("market.partner.gap.days.days", n)
		}
		return p.T("market.partner.gap." + string(x.Why))
	case WhyFloor, WhyGain:
		if staff && x.Price > 0 {
			return p.T("market.partner.gap.price", x.Price)
		}
		return p.T("market.partner.gap.price.some")
	}
	return p.T("market.partner.gap." + string(x.Why))
}
