package market

import (
	"context"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// nextShown bounds what an organisation's page lists of each kind.
const nextShown = 5

// OrgNext is what is still to be done for an organisation: calls that were promised, and
// questions to ask. It is a registry.NextAction, for staff.
func (a *Area) OrgNext(ctx context.Context, org registry.OrgID) (out []web.Task, err error) {
	u, ok := auth.Who(ctx)
	if !ok || !u.Role.In(auth.Staff...) {
		return nil, nil
	}
	p := i18n.From(ctx)
	calls, err := a.Store.PromisedCalls(ctx, org)
	if err != nil {
		return nil, err
	}
	for _, c := range calls[:min(len(calls), nextShown)] {
		out = append(out, web.Task{Label: p.T("market.next.call", c.Again.In(homeZone).Format("15:04 02/01")), Href: "/desk?all=1", Note: joinDot(c.Ref, c.Note)})
	}
	qs, _, err := a.Store.Questions(ctx, QuestionFilter{Viewer: ViewerOf(u), State: QuestionOpen, Org: org, Page: 1, Size: nextShown})
	if err != nil {
		return nil, err
	}
	for i := range qs {
		out = append(out, web.Task{Label: questionShort(p, qs[i].Ask), Href: questionsPath(&qs[i]), Note: joinDot(qs[i].Ref, qs[i].Ask.Sentence(p))})
	}
	return out, nil
}
