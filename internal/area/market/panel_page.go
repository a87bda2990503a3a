package market

import (
	"context"
	"fmt"
	"net/url"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// What the market shows on pages of other areas: of the newest round.

// panelShown is a few offers or demands with a link to all.
type panelShown struct {
	Title, Sub string
	Parts      []panelPart
}

type panelPart struct {
	Tasks []web.Task
	More  string // link to the whole list, "" for those who may not open it
	Label string
}

// mostShown is how many of each a panel lists.
const mostShown = 6

// OrgPanel shows what an organisation offers and asks for on its page; app fits it to the
// registry. The organisation's own people see it too, without links that they may not open.
func (a *Area) OrgPanel(ctx context.Context, org registry.OrgID) (templ.Component, error) {
	round, err := a.Store.Round(ctx, 0)
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	staff := u.Role.In(auth.Staff...)
	sh, err := a.newestShares(ctx, round.ID)
	if err != nil {
		return nil, err
	}
	f := ListFilter{Round: round.ID, Org: int64(org), Size: mostShown, Sort: "grams", Desc: true}
	offers, n, err := a.Store.Offers(ctx, f)
	if err != nil {
		return nil, err
	}
	demands, m, err := a.Store.Demands(ctx, f)
	if err != nil {
		return nil, err
	}
	v := panelShown{Title: p.T("market.list.panel"), Sub: round.Label}
	part := func(list, label string, rows []listRow) {
		if len(rows) == 0 {
			return
		}
		x := panelPart{Label: label}
		if staff {
			x.More = fmt.Sprintf("%s?org=%d", list, org)
		}
		for i := range rows {
			r := &rows[i]
			t := web.Task{Label: r.Goods + " · " + p.Arg(r.Grams), Note: joinDot(listDays(p, r.From, r.To), r.Class)}
			if staff {
				t.Href = recordPath(list, round.ID, r.ID)
			}
			if r.Planned {
				t.Tag = r.state(p)
			}
			x.Tasks = append(x.Tasks, t)
		}
		v.Parts = append(v.Parts, x)
	}
	var rows []listRow
	for i := range offers {
		rows = append(rows, a.offerRow(p, &offers[i], sh, &round))
	}
	part("/offers", p.T("market.list.offers.count", n.Rows, rounded(n.Grams)), rows)
	rows = nil
	for i := range demands {
		rows = append(rows, a.demandRow(p, &demands[i], sh))
	}
	part("/demands", p.T("market.list.demands.count", m.Rows, rounded(m.Grams)), rows)
	if len(v.Parts) == 0 {
		return nil, nil
	}
	return panelView(v), nil
}

// GoodsPanel shows how much of a commodity is offered and asked for; app fits it to the
// catalogue.
func (a *Area) GoodsPanel(ctx context.Context, code string) (templ.Component, error) {
	round, err := a.Store.Round(ctx, 0)
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := ListFilter{Round: round.ID, Commodity: code, Size: 1}
	_, offers, err := a.Store.Offers(ctx, f)
	if err != nil {
		return nil, err
	}
	_, demands, err := a.Store.Demands(ctx, f)
	if err != nil || offers.Rows+demands.Rows == 0 {
		return nil, err
	}
	p := i18n.From(ctx)
	q := "?goods=" + url.QueryEscape(code)
	return panelView(panelShown{Title: p.T("market.list.panel"), Sub: round.Label, Parts: []panelPart{
		{Label: p.T("market.list.offers.count", offers.Rows, rounded(offers.Grams)), More: "/offers" + q},
		{Label: p.T("market.list.demands.count", demands.Rows, rounded(demands.Grams)), More: "/demands" + q},
	}}), nil
}
