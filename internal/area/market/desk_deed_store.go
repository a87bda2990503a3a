package market

import (
	"context"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
)

// What the desk and the imports do, each as one transaction with the request's claim.

func (s *Store) claimed(ctx context.Context, claim Claim, f func(*db.Tx) error) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := claim.claimTx(tx); err != nil {
			return err
		}
		return f(tx)
	})
}

// LogCall is LogCallTx; a yes to questions settles those that do not block.
func (s *Store) LogCall(ctx context.Context, claim Claim, by string, v Viewer, n NewCall, opt ReadOptions, p *i18n.Printer) (ids []CallID, err error) {
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		if n.Why == CallAsk && n.Outcome == OutcomeAgree {
			if err := s.asReadTx(tx, by, v, n.Entries, opt, p); err != nil {
				return err
			}
		}
		ids, err = s.LogCallTx(tx, by, v, n)
		return err
	})
	return ids, err
}

// asReadTx settles the open questions of entries: they were understood rightly.
func (s *Store) asReadTx(tx *db.Tx, by string, v Viewer, entries []EntryID, opt ReadOptions, p *i18n.Printer) error {
	for _, id := range entries {
		qs, _, err := questionsTx(tx, QuestionFilter{Viewer: v, State: QuestionOpen, Entry: id})
		if err != nil {
			return err
		}
		for _, q := range qs {
			if q.Ask.Blocks {
				continue
			}
			if _, _, err := s.AnswerTx(tx, by, v, q.ID, q.Version, "", opt, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// UndoCalls is UndoCallsTx.
func (s *Store) UndoCalls(ctx context.Context, claim Claim, by string, v Viewer, ids []CallID) error {
	return s.claimed(ctx, claim, func(tx *db.Tx) error { return s.UndoCallsTx(tx, by, v, ids) })
}

// SettleQuestion is AnswerTx.
func (s *Store) SettleQuestion(ctx context.Context, claim Claim, by string, v Viewer, id QuestionID, version int64, answer string, opt ReadOptions, p *i18n.Printer) (more []Ask, ok bool, err error) {
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		more, ok, err = s.AnswerTx(tx, by, v, id, version, answer, opt, p)
		return err
	})
	return more, ok, err
}

// Drop is DropTx.
func (s *Store) Drop(ctx context.Context, claim Claim, by string, v Viewer, id QuestionID, version int64) (ok bool, err error) {
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		ok, err = s.DropTx(tx, by, v, id, version)
		return err
	})
	return ok, err
}

// ReopenQuestion is ReopenQuestionTx.
func (s *Store) ReopenQuestion(ctx context.Context, claim Claim, by string, v Viewer, id QuestionID, version int64) (ok bool, err error) {
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		ok, err = s.ReopenQuestionTx(tx, by, v, id, version)
		return err
	})
	return ok, err
}

// AddImport is AddImportTx.
func (s *Store) AddImport(ctx context.Context, claim Claim, by, name string, file []byte, sheets []sheet.Sheet, asOf calendar.Day) (id ImportID, err error) {
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		id, err = s.AddImportTx(tx, by, name, file, sheets, asOf)
		return err
	})
	return id, err
}

// BookImport is BookImportTx; fault.Conflict when somebody was faster.
func (s *Store) BookImport(ctx context.Context, claim Claim, by string, im *Import, read ImportRead) error {
	was := *im
	return s.claimed(ctx, claim, func(tx *db.Tx) error {
		*im = was // the transaction may run twice
		return importMoved(s.BookImportTx(tx, by, im, read))
	})
}

// SaveImport is SaveImportTx; fault.Conflict when somebody was faster.
func (s *Store) SaveImport(ctx context.Context, claim Claim, by string, im *Import) error {
	was := *im
	return s.claimed(ctx, claim, func(tx *db.Tx) error {
		*im = was
		return importMoved(s.SaveImportTx(tx, by, im))
	})
}

func importMoved(ok bool, err error) error {
	if err == nil && !ok {
		return fault.New(fault.Conflict, "market.fault.import_moved")
	}
	return err
}
