package market

import (
	"context"
	"slices"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/notify"
)

// leaders are the accounts that release plans today: those whose own role it is, and those
// to whom one of them lent it.
func (a *Area) leaders(ctx context.Context) (out []int64, err error) {
	accounts := auth.NewAccounts(a.Store.DB, nil)
	all, err := accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	open := map[int64]bool{}
	leads := map[int64]bool{}
	for _, x := range all {
		open[x.ID] = x.Disabled.IsZero()
		if leads[x.ID] = x.Role == auth.Leader && open[x.ID]; leads[x.ID] {
			out = append(out, x.ID)
		}
	}
	lent, err := accounts.Delegations(ctx, 0)
	if err != nil {
		return nil, err
	}
	today := calendar.Day(0)
	if err := a.Store.DB.Read(ctx, func(tx *db.Tx) error { today = auth.Today(tx.Now()); return nil }); err != nil {
		return nil, err
	}
	for _, d := range lent {
		if d.Role == auth.Leader && d.On(today) && leads[d.From] && open[d.To] && !slices.Contains(out, d.To) {
			out = append(out, d.To)
		}
	}
	return out, nil
}

// tellStep tells the leaders of a submitted plan, and its submitter what became of it.
func (s *Store) tellStep(tx *db.Tx, leaders []int64, by int64, id PlanID, to PlanState, note string) error {
	n := notify.Note{Kind: "market.plan", Key: "market.notice." + string(to), Link: planPath(id)}
	head, err := planHeadTx(tx, id)
	if err != nil {
		return err
	}
	n.Args = []any{head.Number}
	switch to {
	case PlanSubmitted:
		n.To = leaders
	case PlanReturned, PlanReleased:
		steps, err := planStepsTx(tx, id)
		if err != nil {
			return err
		}
		account, _, ok := auth.ReadActor(submitterOf(steps))
		if !ok {
			return nil
		}
		n.To = []int64{account}
		if to == PlanReturned {
			n.Args = append(n.Args, note)
		}
	default:
		return nil
	}
	for i, who := range n.To {
		if who == by { // nobody is told of what he did himself
			n.To = append(n.To[:i:i], n.To[i+1:]...)
			break
		}
	}
	return notify.Send(tx, n)
}

// tellAnswer tells who made the plan what a party answered by itself.
func tellAnswer(tx *db.Tx, madeBy string, x *Answer, state AnswerState, call bool) error {
	account, _, ok := auth.ReadActor(madeBy)
	if !ok {
		return nil
	}
	key := "market.notice.answer_" + string(state)
	if call {
		key = "market.notice.answer_call"
	}
	return notify.Send(tx, notify.Note{To: []int64{account}, Kind: "plan.answer", Key: key, Args: []any{x.Party}, Link: answerPath(x.ID)})
}
