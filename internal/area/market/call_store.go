package market

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// LogCallTx writes down a call and does what its outcome means: a yes confirms the entries
// or answers the plan, a no takes them back, a sale elsewhere closes them, a wrong number
// becomes a question about the organisation, «later» comes back to the desk at its time.
func (s *Store) LogCallTx(tx *db.Tx, by string, v Viewer, n NewCall) (ids []CallID, err error) {
	defer fault.Wrap(&err, "market.LogCall(%d)", n.Org)
	if n.Note = strings.TrimSpace(n.Note); len([]rune(n.Note)) > MaxNote {
		return nil, fault.New(fault.Invalid, "market.fault.note_long", MaxNote).At(fault.Where{Col: "note"})
	}
	now := tx.Now()
	if n.Outcome == OutcomeLater && !n.Again.After(now) {
		return nil, fault.New(fault.Invalid, "market.fault.call_again").At(fault.Where{Col: "again"})
	}
	if n.Outcome != OutcomeLater {
		n.Again = time.Time{}
	}
	if len(n.Entries) == 0 && n.Answer == 0 {
		return nil, fault.New(fault.Invalid, "market.fault.call_nothing")
	}
	var plan any
	if n.Answer != 0 {
		a, err := answerByID(tx, v, n.Answer)
		if err != nil {
			return nil, err
		}
		n.Org, plan = a.Org, int64(a.Plan)
		if err := s.answerByCall(tx, by, v, a, n); err != nil {
			return nil, err
		}
	}
	entries := n.Entries
	if n.Answer != 0 {
		entries = []EntryID{0}
	}
	for _, e := range entries {
		var entry any
		if e != 0 {
			was, err := entryByID(tx, v, e)
			if err != nil {
				return nil, err
			}
			n.Org, entry = was.Org, int64(e)
			if err := s.entryByCall(tx, by, v, was, n); err != nil {
				return nil, err
			}
		}
		var id CallID
		if err := tx.QueryRow(sqlInsertCall, int64(n.Org), entry, plan, string(n.Why), string(n.Outcome), n.Note, by, db.At(now), db.At(n.Again)).Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, audit.Note(tx, audit.Entry{
		Actor: by, Action: "call.add", Object: fmt.Sprintf("registry_org/%d", n.Org),
		After: map[string]any{"why": n.Why, "outcome": n.Outcome, "entries": n.Entries, "answer": n.Answer, "note": n.Note, "again": db.At(n.Again)},
	})
}

func (s *Store) answerByCall(tx *db.Tx, by string, v Viewer, a Answer, n NewCall) error {
	state := AnswerState("")
	switch n.Outcome {
	case OutcomeAgree:
		state = AnswerAgreed
	case OutcomeDecline, OutcomeSold:
		state = AnswerRefused
	default:
		return nil
	}
	if a.State == state {
		return nil
	}
	ok, err := s.SetAnswerTx(tx, by, v, a.ID, a.Version, state, n.Note)
	if err == nil && !ok {
		err = fault.New(fault.Conflict, "web.fault.conflict")
	}
	return err
}

func (s *Store) entryByCall(tx *db.Tx, by string, v Viewer, e Entry, n NewCall) error {
	switch n.Outcome {
	case OutcomeAgree:
		return s.AliveEntryTx(tx, by, v, e.ID)
	case OutcomeDecline, OutcomeSold:
		why := Withdrawn
		if n.Outcome == OutcomeSold {
			why = SoldElsewhere
		}
		if e.State == EntryClosed {
			return nil
		}
		_, err := s.CloseEntryTx(tx, by, v, e.ID, e.Version, why)
		return err
	case OutcomeWrong:
		a := Ask{Record: e.Ref, Who: e.Party, Key: string(colPhone), Code: AskPhoneOdd, Args: []string{""}}
		o, err := s.Orgs.OrgTx(tx, e.Org)
		if err != nil {
			return err
		}
		a.Phone, a.Value, a.Args = o.Phone, o.Phone, []string{o.Phone}
		_, err = tx.Exec(sqlInsertQuestion, int64(e.ID), nil, int64(e.Org), o.Place, string(a.Code), false, db.AsJSON(a), by, db.At(tx.Now()))
		return err
	}
	return nil
}

// UndoCallsTx takes calls back, with what their outcome did to entries and answers. Only
// whoever made them may, and only as long as nothing else happened to the entry.
func (s *Store) UndoCallsTx(tx *db.Tx, by string, v Viewer, ids []CallID) (err error) {
	defer fault.Wrap(&err, "market.UndoCalls")
	for _, id := range ids {
		var entry, plan, org int64
		var outcome OutcomeKind
		var at db.Time
		err := tx.QueryRow(sqlCallToUndo, int64(id), by).Scan(&entry, &plan, &org, &outcome, &at)
		if err != nil {
			return noEntry(err)
		}
		if _, err := tx.Exec(sqlUndoCall, int64(id), db.At(tx.Now())); err != nil {
			return err
		}
		if entry != 0 {
			if err := s.undoEntry(tx, by, v, EntryID(entry), outcome, at); err != nil {
				return err
			}
		}
		if plan != 0 && outcome != OutcomeLater && outcome != OutcomeWrong {
			if err := s.undoAnswer(tx, by, v, PlanID(plan), registry.OrgID(org)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) undoEntry(tx *db.Tx, by string, v Viewer, id EntryID, outcome OutcomeKind, at db.Time) error {
	e, err := entryByID(tx, v, id)
	if err != nil {
		return err
	}
	switch outcome {
	case OutcomeDecline, OutcomeSold:
		if e.State != EntryClosed || !e.UpdatedAt.Equal(at.Time) {
			return fault.New(fault.Conflict, "market.fault.call_moved", e.Ref)
		}
		_, err = s.ReopenEntryTx(tx, by, v, id, e.Version)
	case OutcomeWrong:
		_, err = tx.Exec(sqlDropCallQuestion, int64(id), at, string(AskPhoneOdd), by, db.At(tx.Now()))
	}
	return err
}

func (s *Store) undoAnswer(tx *db.Tx, by string, v Viewer, plan PlanID, org registry.OrgID) error {
	list, err := answersOfTx(tx, v, plan, org)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.State == AnswerWaiting || a.By != by {
			continue
		}
		if _, err := s.SetAnswerTx(tx, by, v, a.ID, a.Version, AnswerWaiting, ""); err != nil {
			return err
		}
	}
	return nil
}

func answersOfTx(tx *db.Tx, v Viewer, plan PlanID, org registry.OrgID) (list []Answer, err error) {
	rows, err := tx.Query(sqlAnswers, append(AnswerFilter{Plan: plan, Org: org}.args(v), int64(1)<<40, int64(0))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAnswer(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// PromisedCalls are the calls to an organisation that were put off and not made since,
// the first one first.
func (s *Store) PromisedCalls(ctx context.Context, org registry.OrgID) (all []CallRow, err error) {
	defer fault.Wrap(&err, "market.PromisedCalls(%d)", org)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		rows, err := tx.Query(sqlPromisedCalls, int64(org))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c CallRow
			var again db.Time
			if err := rows.Scan(&c.ID, &c.Ref, &c.Note, &again); err != nil {
				return err
			}
			c.Again = again.Time
			all = append(all, c)
		}
		return rows.Err()
	})
	return all, err
}

const sqlInsertCall = `insert into market_call (org_id, entry_id, plan_id, why, outcome, note, called_by, called_at, again_at)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`

const sqlCallToUndo = `select coalesce(entry_id, 0), coalesce(plan_id, 0), org_id, outcome, called_at
 from market_call where id = $1 and called_by = $2 and undone_at is null`

const sqlUndoCall = `update market_call set undone_at = $2 where id = $1`

const sqlDropCallQuestion = `update market_question set state = 'dropped', answered_by = $4, answered_at = $5, row_version = row_version + 1
 where entry_id = $1 and created_at = $2 and code = $3 and state = 'open'`

const sqlPromisedCalls = `select c.id, coalesce(x.ref, ''), c.note, c.again_at
 from market_call c left join market_entry x on x.id = c.entry_id
 where c.org_id = $1 and c.undone_at is null and c.again_at is not null and (x.id is null or x.state = 'open')
 and not exists (select 1 from market_call d where d.org_id = c.org_id and d.undone_at is null and d.id > c.id
  and (d.entry_id = c.entry_id or c.entry_id is null and d.plan_id = c.plan_id))
 order by c.again_at, c.id`
