package market

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// PlanObject is how the audit trail names a plan.
func PlanObject(id PlanID) string { return "market_plan/" + text.Int(int64(id)) }

// SubmitTx hands a draft, or a returned plan, to whoever releases it. ok is false when the
// row moved on since version.
func (s *Store) SubmitTx(tx *db.Tx, by string, id PlanID, version int64, note string) (ok bool, err error) {
	defer fault.Wrap(&err, "market.Submit(%d)", id)
	return s.planStep(tx, by, id, version, PlanSubmitted, note)
}

// TakeBackTx makes a submitted plan a draft again.
func (s *Store) TakeBackTx(tx *db.Tx, by string, id PlanID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.TakeBack(%d)", id)
	return s.planStep(tx, by, id, version, PlanDraft, "")
}

// ReturnTx gives a submitted plan back; the reason is needed.
func (s *Store) ReturnTx(tx *db.Tx, by string, id PlanID, version int64, reason string) (ok bool, err error) {
	defer fault.Wrap(&err, "market.Return(%d)", id)
	if strings.TrimSpace(reason) == "" {
		return false, fault.New(fault.Invalid, "market.fault.return_reason").At(fault.Where{Col: "note"})
	}
	return s.planStep(tx, by, id, version, PlanReturned, reason)
}

// ReleaseTx makes a submitted plan the one that stands, in place of the one before, and
// asks its parties for their answers. Who submitted it cannot release it, and a plan whose
// check failed is never released.
func (s *Store) ReleaseTx(tx *db.Tx, by string, id PlanID, version int64, note string) (ok bool, err error) {
	defer fault.Wrap(&err, "market.Release(%d)", id)
	head, err := planHeadTx(tx, id)
	if err != nil {
		return false, err
	}
	if !head.Verdict.OK {
		return false, fault.New(fault.Conflict, "market.fault.release_failed")
	}
	steps, err := planStepsTx(tx, id)
	if err != nil {
		return false, err
	}
	if samePerson(submitterOf(steps), by) {
		return false, fault.New(fault.Forbidden, "market.fault.release_self")
	}
	if ok, err = s.planStep(tx, by, id, version, PlanReleased, note); err != nil || !ok {
		return ok, err
	}
	old, err := planIDs(tx, int64(id))
	if err != nil {
		return false, err
	}
	for _, o := range old {
		was, err := planHeadTx(tx, o)
		if err != nil {
			return false, err
		}
		if err := s.writeStep(tx, by, was, PlanReplaced, ""); err != nil {
			return false, err
		}
	}
	var doc []byte
	if err := tx.QueryRow(sqlPlanDoc, int64(id)).Scan(&doc); err != nil {
		return false, err
	}
	var d planDoc
	if err := unpack(doc, &d); err != nil {
		return false, err
	}
	_, err = s.askAnswersTx(tx, id, head.Round, d.plan())
	return err == nil, err
}

// planStep moves a plan on when it may go there.
func (s *Store) planStep(tx *db.Tx, by string, id PlanID, version int64, to PlanState, note string) (bool, error) {
	head, err := planHeadTx(tx, id)
	if err != nil {
		return false, err
	}
	if head.Version != version {
		return false, nil
	}
	if note = strings.TrimSpace(note); len([]rune(note)) > MaxNote {
		return false, fault.New(fault.Invalid, "market.fault.note_long", MaxNote).At(fault.Where{Col: "note"})
	}
	if !slices.Contains(mayBecome[head.State], to) {
		return false, fault.New(fault.Conflict, "market.fault.plan_state")
	}
	return true, s.writeStep(tx, by, head, to, note)
}

func (s *Store) writeStep(tx *db.Tx, by string, was Stored, to PlanState, note string) error {
	n, err := tx.Exec(sqlPlanState, int64(was.ID), was.Version, string(to))
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("a plan moved on under its own transaction")
	}
	if _, err := tx.Exec(sqlInsertStep, int64(was.ID), string(to), note, by, db.At(tx.Now())); err != nil {
		return err
	}
	if err := s.emitPlan(tx, to, was); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{
		Actor: by, Action: "plan." + string(to), Object: PlanObject(was.ID),
		Before: map[string]any{"state": was.State}, After: map[string]any{"state": to, "note": note},
	})
}

// samePerson reports whether two actors are one person, also where one acts for another.
func samePerson(a, b string) bool {
	x, _, okX := auth.ReadActor(a)
	y, _, okY := auth.ReadActor(b)
	if okX && okY {
		return x == y
	}
	return a == b
}

// submitterOf is who submitted a plan last, "" when nobody did.
func submitterOf(steps []PlanStep) string {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].State == PlanSubmitted {
			return steps[i].By
		}
	}
	return ""
}

// PlanSteps is the history of a plan, oldest first. Its making is not in it: that stands
// with the plan.
func (s *Store) PlanSteps(ctx context.Context, id PlanID) (list []PlanStep, err error) {
	defer fault.Wrap(&err, "market.PlanSteps(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = planStepsTx(tx, id)
		return err
	})
	return list, err
}

func planStepsTx(tx *db.Tx, id PlanID) (list []PlanStep, err error) {
	rows, err := tx.Query(sqlPlanSteps, int64(id))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var x PlanStep
		var at db.Time
		if err := rows.Scan(&x.State, &x.Note, &x.By, &at); err != nil {
			return nil, err
		}
		x.At = at.Time
		list = append(list, x)
	}
	return list, rows.Err()
}

func planHeadTx(tx *db.Tx, id PlanID) (Stored, error) {
	p, err := scanPlan(tx.QueryRow(sqlPlanByID, int64(id)))
	return p, noPlan(err)
}

// planIDs are the released plans that a plan's release replaces.
func planIDs(tx *db.Tx, id int64) (list []PlanID, err error) {
	rows, err := tx.Query(sqlStandingBeside, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p PlanID
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// StandingFor are the released plans that stand and name an organisation, newest first.
func (s *Store) StandingFor(ctx context.Context, org registry.OrgID) (list []PlanID, err error) {
	defer fault.Wrap(&err, "market.StandingFor(%d)", org)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(sqlStandingFor, int64(org))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p PlanID
			if err := rows.Scan(&p); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// NewestReleased is the plan that was released last of those that stand; ok is false when
// there is none.
func (s *Store) NewestReleased(ctx context.Context) (id PlanID, ok bool, err error) {
	defer fault.Wrap(&err, "market.NewestReleased")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(sqlNewestReleased).Scan(&id)
		ok = err == nil
		if errors.Is(err, db.ErrNone) {
			return nil
		}
		return err
	})
	return id, ok, err
}

const sqlNewestReleased = `select id from market_plan where state = 'released' order by id desc limit 1`

const sqlPlanByID = `select ` + planCols + ` from market_plan where id = $1`

const sqlPlanState = `update market_plan set state = $3, row_version = row_version + 1 where id = $1 and row_version = $2`

const sqlInsertStep = `insert into market_plan_step (plan_id, state, note, by_whom, at) values ($1, $2, $3, $4, $5)`

const sqlPlanSteps = `select state, note, by_whom, at from market_plan_step where plan_id = $1 order by id`

// sqlStandingBeside finds the released plans of the same territory and goods. Rounds that
// came as a workbook or a sample have neither and stand in for all.
const sqlStandingBeside = `select p.id from market_plan p join market_round r on r.id = p.round_id
 where p.state = 'released' and p.id <> $1 and exists (select 1 from market_plan mine join market_round mr on mr.id = mine.round_id
  where mine.id = $1 and mr.scope = r.scope and mr.goods = r.goods)
 order by p.id`

const sqlStandingFor = `select p.id from market_plan p where p.state = 'released'
 and exists (select 1 from market_party y where y.round_id = p.round_id and y.org_id = $1)
 order by p.id desc limit 20`
