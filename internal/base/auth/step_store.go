package auth

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

const sqlInsertStep = `
insert into auth_step (token_hash, kind, account_id, data, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6)`

func insertStep(tx *db.Tx, hash string, s step, until time.Time) error {
	if len(s.Data) == 0 {
		s.Data = json.RawMessage("{}")
	}
	account := sql.NullInt64{Int64: s.Account, Valid: s.Account != 0}
	_, err := tx.Exec(sqlInsertStep, hash, s.Kind, account, db.AsJSON(s.Data), db.At(tx.Now()), db.At(until))
	return err
}

// A disabled account's step is over.
const sqlStepByHash = `
select s.kind, coalesce(s.account_id, 0), s.data
  from auth_step s
  left join account a on a.id = s.account_id
 where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null`

func stepByHash(tx *db.Tx, hash string) (s step, err error) {
	var data db.JSON[json.RawMessage]
	err = tx.QueryRow(sqlStepByHash, hash, db.At(tx.Now())).Scan(&s.Kind, &s.Account, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return step{}, errStepOver
	}
	s.Data = data.V
	return s, err
}

const sqlDeleteStep = `delete from auth_step where token_hash = $1`

func deleteStep(tx *db.Tx, hash string) (int64, error) { return tx.Exec(sqlDeleteStep, hash) }

const sqlDeleteStepsOf = `delete from auth_step where account_id = $1`

func deleteStepsOf(tx *db.Tx, account int64) error {
	_, err := tx.Exec(sqlDeleteStepsOf, account)
	return err
}

const sqlDropSteps = `delete from auth_step where expires_at <= $1`

func dropSteps(tx *db.Tx) error {
	_, err := tx.Exec(sqlDropSteps, db.At(tx.Now()))
	return err
}
