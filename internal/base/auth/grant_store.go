package auth

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
)

// NoEnd is the last day of a grant without an end.
var NoEnd = calendar.Date(9999, 12, 31)

const sqlInsertGrant = `
insert into auth_grant (account_id, scope, valid_from, valid_to, granted_by, granted_at, reason)
values ($1, $2, $3, $4, $5, $6, $7)
returning id`

func insertGrant(tx *db.Tx, by string, account int64, scope string, from, to calendar.Day, reason string) (id int64, err error) {
	err = tx.QueryRow(sqlInsertGrant, account, scope, from, to, by, db.At(tx.Now()), reason).Scan(&id)
	return id, err
}

// The columns of scanGrant, in its order.
const (
	sqlGrantsOf = `
select g.id, g.account_id, a.name, g.scope, g.valid_from, g.valid_to, g.reason, g.granted_by, g.granted_at, coalesce(g.revoked_by, ''), g.revoked_at
  from auth_grant g
  join account a on a.id = g.account_id
 where g.account_id = $1
 order by g.id desc`
	sqlGrantByID = `
select g.id, g.account_id, a.name, g.scope, g.valid_from, g.valid_to, g.reason, g.granted_by, g.granted_at, coalesce(g.revoked_by, ''), g.revoked_at
  from auth_grant g
  join account a on a.id = g.account_id
 where g.account_id = $1 and g.id = $2`
	sqlGrantsOn = `
select g.id, g.account_id, a.name, g.scope, g.valid_from, g.valid_to, g.reason, g.granted_by, g.granted_at, coalesce(g.revoked_by, ''), g.revoked_at
  from auth_grant g
  join account a on a.id = g.account_id
 where g.valid_from <= $1 and g.valid_to >= $1 and a.disabled_at is null
 order by a.name, g.id`
)

func scanGrant(row scanner) (g Grant, err error) {
	var at, revoked db.Time
	err = row.Scan(&g.ID, &g.Account, &g.AccountName, &g.Scope, &g.From, &g.To, &g.Reason, &g.By, &at, &g.RevokedBy, &revoked)
	g.At, g.RevokedAt = at.Time, revoked.Time
	return g, err
}

func scanGrants(rows *sql.Rows, err error) (out []Grant, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		g, err := scanGrant(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

func grantsOf(tx *db.Tx, account int64) ([]Grant, error) {
	return scanGrants(tx.Query(sqlGrantsOf, account))
}

func grantsOn(tx *db.Tx, day calendar.Day) ([]Grant, error) {
	return scanGrants(tx.Query(sqlGrantsOn, day))
}

func grantByID(tx *db.Tx, account, id int64) (Grant, error) {
	g, err := scanGrant(tx.QueryRow(sqlGrantByID, account, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Grant{}, errNoGrant
	}
	return g, err
}

const sqlRevokeGrant = `
update auth_grant set revoked_by = $2, revoked_at = $3,
       valid_to = case when valid_to > $4 then $4 else valid_to end
 where id = $1 and revoked_by is null`

func revokeGrant(tx *db.Tx, by string, id int64, last calendar.Day) error {
	_, err := tx.Exec(sqlRevokeGrant, id, by, db.At(tx.Now()), last)
	return err
}

const sqlCountReach = `select count(*) from auth_reach where scope = $1`

func countReach(tx *db.Tx, scope string) (n int64, err error) {
	err = tx.QueryRow(sqlCountReach, scope).Scan(&n)
	return n, err
}

const sqlInsertReach = `insert into auth_reach (scope, under) values ($1, $2) on conflict do nothing`

func insertReach(tx *db.Tx, scope string, under []string) error {
	for _, u := range under {
		if _, err := tx.Exec(sqlInsertReach, scope, u); err != nil {
			return err
		}
	}
	return nil
}

const sqlClearReach = `delete from auth_reach`

func clearReach(tx *db.Tx) error {
	_, err := tx.Exec(sqlClearReach)
	return err
}

const sqlGrantedScopes = `select distinct scope from auth_grant where scope <> '*' order by scope`

func grantedScopes(tx *db.Tx) (out []string, err error) {
	rows, err := tx.Query(sqlGrantedScopes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// reachSetting names the knowledge that auth_reach was filled from.
const reachSetting = "reach"

type reachFilled struct {
	Hash string `json:"hash"`
}

const sqlSetting = `select value from setting where key = $1`

func reachHash(tx *db.Tx) (string, error) {
	var v db.JSON[reachFilled]
	err := tx.QueryRow(sqlSetting, reachSetting).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v.V.Hash, err
}

const sqlSetSetting = `
insert into setting (key, value) values ($1, $2)
on conflict (key) do update set value = excluded.value`

func setReachHash(tx *db.Tx, hash string) error {
	_, err := tx.Exec(sqlSetSetting, reachSetting, db.AsJSON(reachFilled{Hash: hash}))
	return err
}
