package auth

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
)

const (
	sqlRosterCount = `
select count(*) from account a
 where (cast($1 as text) = '' or a.role = $1)
   and (cast($2 as text) = '' or ($2 = 'on' and a.disabled_at is null) or ($2 = 'off' and a.disabled_at is not null))
   and (cast($3 as text) = '' or a.find like '%' || $3 || '%')`
	sqlRoster = `
select a.id, a.login, a.name, a.role, coalesce(a.org_id, 0), a.lang, a.disabled_at, a.created_at, a.password_hash, a.row_version,
       (select count(*) from auth_totp o where o.account_id = a.id and o.confirmed_at is not null)
       + (select count(*) from auth_passkey p where p.account_id = a.id),
       (select count(*) from session s where s.account_id = a.id and s.expires_at > $7 and s.seen_at > $8),
       (select count(*) from auth_grant g where g.account_id = a.id and g.valid_from <= $9 and g.valid_to >= $9)
  from account a
 where (cast($1 as text) = '' or a.role = $1)
   and (cast($2 as text) = '' or ($2 = 'on' and a.disabled_at is null) or ($2 = 'off' and a.disabled_at is not null))
   and (cast($3 as text) = '' or a.find like '%' || $3 || '%')
 order by case when cast($4 as text) = '-name' then a.sort_key end desc,
          case when cast($4 as text) = 'login' then a.login end, case when cast($4 as text) = '-login' then a.login end desc,
          case when cast($4 as text) = 'role' then a.role end, case when cast($4 as text) = '-role' then a.role end desc,
          case when cast($4 as text) = 'created' then a.created_at end, case when cast($4 as text) = '-created' then a.created_at end desc,
          a.sort_key, a.id
 limit $5 offset $6`
)

func roster(tx *db.Tx, q RosterQuery) (out []RosterLine, total int, err error) {
	find := findKey(q.Text)
	if err := tx.QueryRow(sqlRosterCount, string(q.Role), q.Off, find).Scan(&total); err != nil {
		return nil, 0, err
	}
	now := tx.Now()
	rows, err := tx.Query(sqlRoster, string(q.Role), q.Off, find, q.Sort, q.Size, (q.Page-1)*q.Size,
		db.At(now), db.At(now.Add(-idleLife)), Today(now))
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var l RosterLine
		var factors int64
		if l.Account, _, err = scanAccount(rows, &factors, &l.Sessions, &l.Grants); err != nil {
			return nil, 0, err
		}
		l.Factor = factors > 0
		out = append(out, l)
	}
	return out, total, rows.Err()
}

const sqlAccountsWithoutKeys = `
select id, login, name, role, coalesce(org_id, 0), lang, disabled_at, created_at, password_hash, row_version
  from account where find = ''`

func accountsWithoutKeys(tx *db.Tx) ([]Account, error) {
	return accountsOf(tx.Query(sqlAccountsWithoutKeys))
}

const sqlSetKeys = `update account set find = $2, sort_key = $3 where id = $1`

func setKeys(tx *db.Tx, id int64, find, sort string) error {
	_, err := tx.Exec(sqlSetKeys, id, find, sort)
	return err
}

const sqlSetRole = `
update account set role = $3, org_id = $4, row_version = row_version + 1
 where id = $1 and row_version = $2`

func setRole(tx *db.Tx, id, version int64, r Role, org int64) (bool, error) {
	n, err := tx.Exec(sqlSetRole, id, version, string(r), sql.NullInt64{Int64: org, Valid: org != 0})
	return n == 1, err
}

const sqlRevokeGrantsOf = `
update auth_grant set revoked_by = $2, revoked_at = $3, valid_to = $4
 where account_id = $1 and revoked_by is null and valid_to > $4`

func revokeGrantsOf(tx *db.Tx, by string, account int64, last calendar.Day) error {
	_, err := tx.Exec(sqlRevokeGrantsOf, account, by, db.At(tx.Now()), last)
	return err
}

const sqlDeleteLinksOf = `delete from sign_in_link where account_id = $1`

func deleteLinksOf(tx *db.Tx, account int64) error {
	_, err := tx.Exec(sqlDeleteLinksOf, account)
	return err
}

const sqlRevokeTokensOf = `update auth_token set revoked_by = $2, revoked_at = $3 where account_id = $1 and revoked_at is null`

func revokeTokensOf(tx *db.Tx, by string, account int64) error {
	_, err := tx.Exec(sqlRevokeTokensOf, account, by, db.At(tx.Now()))
	return err
}

const sqlNameOf = `select name from account where id = $1`

func nameOf(tx *db.Tx, id int64) (name string, ok bool, err error) {
	err = tx.QueryRow(sqlNameOf, id).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return name, err == nil, err
}
