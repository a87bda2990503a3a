package auth

import (
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
)

// NoEnd is the last day of a grant without an end.
var NoEnd = calendar.Date(9999, 12, 31)

const sqlInsertGrant = `
insert into auth_grant (account_id, scope, valid_from, valid_to, granted_by, granted_at)
values ($1, $2, $3, $4, $5, $6)`

func insertGrant(tx *db.Tx, by string, account int64, scope string, from, to calendar.Day) error {
	_, err := tx.Exec(sqlInsertGrant, account, scope, from, to, by, db.At(tx.Now()))
	return err
}
