package market

import (
	"context"
	"fmt"
	"net/url"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// What the market shows on pages of other areas: of the book as it stands.

// panelShown is a few offers or demands with a link to all.
type panelShown struct {
	Title, Sub string
	Parts      []panelPart
	Acts       []web.Action
}

type panelPart struct {
	Tasks []web.Task
	More  string // link to the whole list, "" for those who may not open it
	Label string
}

// mostShown is how many of each a panel lists.
const mostShown = 6

// OrgPanel shows what an organisation offers and asks for on its page; app fits it to the
// registry. The organisation's own people see it too.
func (a *Area) OrgPanel(ctx context.Context, org registry.OrgID) (templ.Component, error) {
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	view := ViewerOf(u)
	plans, err := a.bookPlans(ctx)
	if err != nil {
		return nil, err
	}
	v := panelShown{Title: p.T("market.list.panel"), Sub: p.T("market.list.panel.now")}
	now := inVietnam(a.now())
	for _, side := range []Side{SideOffer, SideDemand} {
		list, n, err := a.Store.Entries(ctx, EntryFilter{Side: side, Viewer: view, State: EntryOpen, Org: org, Size: mostShown, Sort: "grams", Desc: true})
		if err != nil {
			return nil, err
		}
		l := listing{demands: side == SideDemand}
		if len(list) > 0 {
			part := panelPart{Label: l.word(p, "count", n.Rows, rounded(n.Grams)), More: fmt.Sprintf("%s?org=%d", sidePath(side), org)}
			for i := range list {
				e := &list[i]
				r := a.bookRow(p, e, Contact{}, plans.of(e.Ref))
				part.Tasks = append(part.Tasks, web.Task{
					Label: r.Goods + " · " + p.Arg(r.Grams), Note: joinDot(e.Ref, listDays(p, r.From, r.To), r.Class), Href: entryPath(side, e.ID),
					Tag: entryTags(entryStates(p, e, &r, now)),
				})
			}
			v.Parts = append(v.Parts, part)
		}
		if u.Role.In(auth.Officer, auth.Admin) {
			v.Acts = append(v.Acts, web.Action{Label: l.word(p, "enter"), Icon: "plus", Href: fmt.Sprintf("%s/new?org=%d", sidePath(side), org)})
		}
	}
	if len(v.Parts)+len(v.Acts) == 0 {
		return nil, nil
	}
	return panelView(v), nil
}

// GoodsPanel shows how much of a commodity is offered and asked for; app fits it to the
// catalogue.
func (a *Area) GoodsPanel(ctx context.Context, code string) (templ.Component, error) {
	p := i18n.From(ctx)
	u, in := auth.Who(ctx)
	if !in {
		return nil, nil
	}
	v := panelShown{Title: p.T("market.list.panel"), Sub: p.T("market.list.panel.now")}
	for _, side := range []Side{SideOffer, SideDemand} {
		_, n, err := a.Store.Entries(ctx, EntryFilter{Side: side, Viewer: ViewerOf(u), State: EntryOpen, Commodity: code, Size: 1})
		if err != nil {
			return nil, err
		}
		if n.Rows > 0 {
			l := listing{demands: side == SideDemand}
			v.Parts = append(v.Parts, panelPart{Label: l.word(p, "count", n.Rows, rounded(n.Grams)), More: sidePath(side) + "?goods=" + url.QueryEscape(code)})
		}
	}
	if len(v.Parts) == 0 {
		return nil, nil
	}
	return panelView(v), nil
}
