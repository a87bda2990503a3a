package market

import (
	"context"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
)

// whereQuestions holds the questions that a viewer may see. A row of an import that names
// no place is seen by those who see everything and by whoever brought it.
const whereQuestions = ` from market_question q
 left join market_entry x on x.id = q.entry_id
 left join registry_org o on o.id = q.org_id
 where (cast($1 as text) = '' or q.state = $1)
 and (cast($2 as text) = '' or q.doc ->> 'key' = $2)
 and (cast($3 as bigint) = 0 or q.entry_id = $3)
 and (cast($4 as bigint) = 0 or q.import_id = $4)
 and (cast($5 as bigint) = 0 or q.blocks)
 and (x.id is null or x.state = 'open' or q.state <> 'open')
 and (cast($6 as text) = '' or x.find like $6 or o.find like $6)
 and (cast($7 as bigint) = 0 or q.created_by = $10 or exists (select 1 from auth_sight s where s.account_id = $7
  and s.under in (x.place_key, x.home_key, q.home_key) and s.valid_from <= $8 and s.valid_to >= $8))
 and (cast($9 as bigint) = 0 or q.org_id = $9)
 and (cast($11 as bigint) = 0 or q.org_id = $11)`

const sqlQuestions = `select q.id, coalesce(q.entry_id, 0), coalesce(q.import_id, 0), coalesce(x.ref, ''), coalesce(x.side, ''), coalesce(x.commodity, ''),
 coalesce(q.org_id, 0), coalesce(o.name, ''), coalesce(o.contact, ''), coalesce(o.phone, ''), q.doc, q.state, q.answer, q.answered_by, q.answered_at,
 q.created_at, q.row_version` + whereQuestions + `
 order by case when q.blocks then 0 else 1 end, q.id limit $12 offset $13`

const sqlCountQuestions = `select count(*)` + whereQuestions

const sqlQuestionByID = `select q.id, coalesce(q.entry_id, 0), coalesce(q.import_id, 0), coalesce(x.ref, ''), coalesce(x.side, ''), coalesce(x.commodity, ''),
 coalesce(q.org_id, 0), coalesce(o.name, ''), coalesce(o.contact, ''), coalesce(o.phone, ''), q.doc, q.state, q.answer, q.answered_by, q.answered_at,
 q.created_at, q.row_version
 from market_question q
 left join market_entry x on x.id = q.entry_id
 left join registry_org o on o.id = q.org_id
 where q.id = $1
 and (cast($2 as bigint) = 0 or q.created_by = $5 or exists (select 1 from auth_sight s where s.account_id = $2
  and s.under in (x.place_key, x.home_key, q.home_key) and s.valid_from <= $3 and s.valid_to >= $3))
 and (cast($4 as bigint) = 0 or q.org_id = $4)`

const sqlQuestionKeys = `select coalesce(q.doc ->> 'key', ''), count(*) from market_question q join market_entry x on x.id = q.entry_id
 where q.state = 'open' and x.state = 'open'
 and (cast($1 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $1 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $2 and s.valid_to >= $2))
 group by coalesce(q.doc ->> 'key', '') order by count(*) desc, coalesce(q.doc ->> 'key', '')`

const sqlAnswerQuestion = `update market_question set state = $3, answer = $4, answered_by = $5, answered_at = $6, row_version = row_version + 1
 where id = $1 and row_version = $2`

const sqlDropQuestions = `update market_question set state = 'dropped', answered_by = $3, answered_at = $4, row_version = row_version + 1
 where entry_id = $1 and state = 'open' and id <> $2 and doc ->> 'key' = $5`

const sqlReopenQuestion = `update market_question set state = 'open', answer = '', answered_by = '', answered_at = null, row_version = row_version + 1
 where id = $1 and row_version = $2`

func (f QuestionFilter) args() []any {
	find := ""
	if t := text.Fold(f.Text); t != "" {
		find = "%" + t + "%"
	}
	blocking := int64(0)
	if f.Blocking {
		blocking = 1
	}
	v := f.Viewer
	return []any{string(f.State), f.Key, int64(f.Entry), f.Import, blocking, find, v.Sight.Account, v.Sight.Day, int64(v.Org), v.actor(), int64(f.Org)}
}

// actor is how the audit trail names a viewer with a border.
func (v Viewer) actor() string { return "account:" + strconv.FormatInt(v.Sight.Account, 10) }

// Questions lists the questions that a filter holds, those that block first.
func (s *Store) Questions(ctx context.Context, f QuestionFilter) (all []Question, total int, err error) {
	defer fault.Wrap(&err, "market.Questions")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, total, err = questionsTx(tx, f)
		return err
	})
	return all, total, err
}

func questionsTx(tx *db.Tx, f QuestionFilter) (all []Question, total int, err error) {
	if err := tx.QueryRow(sqlCountQuestions, f.args()...).Scan(&total); err != nil {
		return nil, 0, err
	}
	limit, offset := int64(1)<<40, int64(0)
	if f.Size > 0 {
		limit, offset = int64(f.Size), int64(max(f.Page, 1)-1)*int64(f.Size)
	}
	rows, err := tx.Query(sqlQuestions, append(f.args(), limit, offset)...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		q, err := scanQuestion(rows)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, q)
	}
	return all, total, rows.Err()
}

func scanQuestion(r rowScan) (q Question, err error) {
	var doc db.JSON[Ask]
	var at, since db.Time
	err = r.Scan(&q.ID, &q.Entry, &q.Import, &q.Ref, &q.Side, &q.Goods, &q.Org, &q.Party, &q.Contact, &q.Phone, &doc, &q.State, &q.Answer, &q.By, &at, &since, &q.Version)
	q.Ask, q.At, q.Since = doc.V, at.Time, since.Time
	if q.Party == "" {
		q.Party, q.Phone = q.Ask.Who, q.Ask.Phone
	}
	return q, err
}

// QuestionTx is one question that the viewer may see; fault.NotFound otherwise.
func (s *Store) QuestionTx(tx *db.Tx, v Viewer, id QuestionID) (Question, error) {
	q, err := scanQuestion(tx.QueryRow(sqlQuestionByID, int64(id), v.Sight.Account, v.Sight.Day, int64(v.Org), v.actor()))
	return q, noEntry(err)
}

// KeyCount is how many open questions are about a cell.
type KeyCount struct {
	Key string
	N   int
}

// QuestionKeys counts open questions of open entries by what they are about, most first.
func (s *Store) QuestionKeys(ctx context.Context, v Viewer) (all []KeyCount, err error) {
	defer fault.Wrap(&err, "market.QuestionKeys")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		rows, err := tx.Query(sqlQuestionKeys, v.Sight.Account, v.Sight.Day)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c KeyCount
			if err := rows.Scan(&c.Key, &c.N); err != nil {
				return err
			}
			all = append(all, c)
		}
		return rows.Err()
	})
	return all, err
}

// partyKeys are the cells that the register keeps, not the entry.
var partyKeys = map[string]bool{string(colPhone): true, string(colContact): true}

// AnswerTx settles a question of an entry: what was said becomes the cell, and the entry
// is read again with it. An empty answer says that it was understood rightly. more are the
// doubts that the new words leave. ok is false when somebody was faster.
func (s *Store) AnswerTx(tx *db.Tx, by string, v Viewer, id QuestionID, version int64, answer string, opt ReadOptions, p *i18n.Printer) (more []Ask, ok bool, err error) {
	defer fault.Wrap(&err, "market.Answer(%d)", id)
	q, err := s.QuestionTx(tx, v, id)
	if err != nil {
		return nil, false, err
	}
	answer = strings.Join(strings.Fields(text.NFC(answer)), " ")
	if len([]rune(answer)) > MaxNote {
		return nil, false, fault.New(fault.Invalid, "market.fault.note_long", MaxNote).At(fault.Where{Col: "answer"})
	}
	if q.Entry == 0 {
		return nil, false, fault.New(fault.Invalid, "market.fault.answer_import")
	}
	if q.State != QuestionOpen || q.Version != version {
		return nil, false, nil
	}
	if answer == "" && q.Ask.Blocks {
		return nil, false, fault.New(fault.Invalid, "market.fault.answer_needed").At(fault.Where{Col: "answer"})
	}
	if answer != "" {
		if more, err = s.answered(tx, by, v, q, answer, opt, p); err != nil {
			return nil, false, err
		}
	}
	now := db.At(tx.Now())
	n, err := tx.Exec(sqlAnswerQuestion, int64(id), version, string(QuestionAnswered), answer, by, now)
	if err != nil || n == 0 {
		return nil, false, err
	}
	for _, a := range more {
		a.Record = q.Ref
		if _, err := tx.Exec(sqlInsertQuestion, int64(q.Entry), nil, int64(q.Org), "", string(a.Code), a.Blocks, db.AsJSON(a), by, now); err != nil {
			return nil, false, err
		}
	}
	return more, true, audit.Note(tx, audit.Entry{
		Actor: by, Action: "question.answer", Object: EntryObject(q.Entry),
		After: map[string]any{"question": q.ID, "code": q.Ask.Code, "answer": answer},
	})
}

func (s *Store) answered(tx *db.Tx, by string, v Viewer, q Question, answer string, opt ReadOptions, p *i18n.Printer) ([]Ask, error) {
	if partyKeys[q.Ask.Key] {
		return nil, s.Orgs.SetContactTx(tx, by, q.Org, q.Ask.Key, answer)
	}
	e, err := entryByID(tx, v, q.Entry)
	if err != nil {
		return nil, err
	}
	e, more, err := s.RereadEntry(e, q.Ask.Key, answer, opt, p)
	if err != nil {
		return nil, err
	}
	if ok, err := s.SaveEntryTx(tx, by, v, e); err != nil || !ok {
		return nil, err
	}
	_, err = tx.Exec(sqlDropQuestions, int64(q.Entry), int64(q.ID), by, db.At(tx.Now()), q.Ask.Key)
	return more, err
}

// DropTx sets a question aside: nobody needs the answer. A blocking one stays.
func (s *Store) DropTx(tx *db.Tx, by string, v Viewer, id QuestionID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.Drop(%d)", id)
	q, err := s.QuestionTx(tx, v, id)
	if err != nil {
		return false, err
	}
	if q.Ask.Blocks && q.Entry != 0 {
		return false, fault.New(fault.Invalid, "market.fault.answer_needed").At(fault.Where{Col: "answer"})
	}
	n, err := tx.Exec(sqlAnswerQuestion, int64(id), version, string(QuestionDropped), "", by, db.At(tx.Now()))
	return n == 1, err
}

// ReopenQuestionTx asks again: it undoes DropTx, and an answer that changed nothing.
func (s *Store) ReopenQuestionTx(tx *db.Tx, by string, v Viewer, id QuestionID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.ReopenQuestion(%d)", id)
	q, err := s.QuestionTx(tx, v, id)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(sqlReopenQuestion, int64(id), version)
	if err != nil || n == 0 {
		return false, err
	}
	return true, audit.Note(tx, audit.Entry{Actor: by, Action: "question.reopen", Object: EntryObject(q.Entry), After: map[string]any{"question": q.ID}})
}
