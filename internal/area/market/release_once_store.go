package market

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
)

// What pages write, each in one transaction with the request's idempotency key.

// planMove is one step of a plan as a person takes it.
type planMove struct {
	Plan    PlanID
	To      PlanState
	Note    string
	By      string
	Account int64   // of By: nobody is told of what he did himself
	Leaders []int64 // who is told that it was submitted
}

func (s *Store) movePlan(ctx context.Context, once Claim, m planMove, version int64) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once(tx); err != nil {
			return err
		}
		switch m.To {
		case PlanSubmitted:
			ok, err = s.SubmitTx(tx, m.By, m.Plan, version, m.Note)
		case PlanDraft:
			ok, err = s.TakeBackTx(tx, m.By, m.Plan, version)
		case PlanReturned:
			ok, err = s.ReturnTx(tx, m.By, m.Plan, version, m.Note)
		default:
			ok, err = s.ReleaseTx(tx, m.By, m.Plan, version, m.Note)
		}
		if err != nil || !ok {
			return err
		}
		return s.tellStep(tx, m.Leaders, m.Account, m.Plan, m.To, m.Note)
	})
	return ok, err
}

// giveAnswer is SetAnswerTx; tell names who made the plan where he is to be told, "" else.
func (s *Store) giveAnswer(ctx context.Context, once Claim, by string, v Viewer, x *Answer, version int64, state AnswerState, note, tell string, call bool) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once(tx); err != nil {
			return err
		}
		if ok, err = s.SetAnswerTx(tx, by, v, x.ID, version, state, note); err != nil || !ok || tell == "" {
			return err
		}
		return tellAnswer(tx, tell, x, state, call)
	})
	return ok, err
}

// makeRule is AddRuleTx; a bonus takes the place of the one of its kind.
func (s *Store) makeRule(ctx context.Context, once Claim, by string, n NewRule) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once(tx); err != nil {
			return err
		}
		if n.Kind == RuleBonus {
			_, err := s.PutBonusTx(tx, by, n)
			return err
		}
		_, err := s.AddRuleTx(tx, by, n)
		return err
	})
}

// moveRule approves, ends or restores a rule.
func (s *Store) moveRule(ctx context.Context, once Claim, act, by string, v Viewer, id RuleID, version int64) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := once(tx); err != nil {
			return err
		}
		switch act {
		case "approve":
			ok, err = s.ApproveRuleTx(tx, by, v, id, version)
		case "end":
			ok, err = s.EndRuleTx(tx, by, v, id, version)
		default:
			ok, err = s.RestoreRuleTx(tx, by, v, id, version)
		}
		return err
	})
	return ok, err
}

// saidBefore is an answer as it was written down once.
type saidBefore struct {
	At          time.Time
	By          string
	State, Note string
}

// answerPast is what was said of an answer before, newest first, from the trail.
func (s *Store) answerPast(ctx context.Context, id AnswerID) (out []saidBefore, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		all, err := audit.For(tx, AnswerObject(id))
		for i := len(all) - 1; i >= 0; i-- {
			after, _ := all[i].After.(map[string]any)
			x := saidBefore{At: all[i].At.Time, By: all[i].Actor}
			x.State, _ = after["state"].(string)
			x.Note, _ = after["note"].(string)
			out = append(out, x)
		}
		return err
	})
	return out, err
}
