package auth

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
)

const sqlAccountByToken = `
select a.id, a.login, a.name, a.role, coalesce(a.org_id, 0), a.lang, t.id, t.scopes, t.used_at,
       (select count(*) from auth_grant g where g.account_id = a.id and g.scope = '*' and g.valid_from <= $3 and g.valid_to >= $3),
       case when exists (select 1 from setting q where q.key = 'second_factor/' || a.role)
             and not exists (select 1 from auth_totp o where o.account_id = a.id and o.confirmed_at is not null)
             and not exists (select 1 from auth_passkey p where p.account_id = a.id) then 1 else 0 end
  from auth_token t
  join account a on a.id = t.account_id
 where t.token_hash = $1 and t.expires_at > $2 and t.revoked_at is null and a.disabled_at is null`

func accountByToken(tx *db.Tx, hash string) (u User, used time.Time, ok bool, err error) {
	var role, lang, scopes string
	var id, everywhere, enrol int64
	var at db.Time
	today := Today(tx.Now())
	err = tx.QueryRow(sqlAccountByToken, hash, db.At(tx.Now()), today).
		Scan(&u.ID, &u.Login, &u.Name, &role, &u.Org, &lang, &id, &scopes, &at, &everywhere, &enrol)
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, time.Time{}, false, nil
	}
	u.Role, u.Lang, u.Enrol = Role(role), i18n.Lang(lang), enrol == 1
	u.Token = &TokenScope{ID: id, Scopes: strings.Fields(scopes)}
	if everywhere == 0 {
		u.Sight = Sight{Account: u.ID, Day: today}
	}
	return u, at.Time, err == nil, err
}

const sqlTouchToken = `update auth_token set used_at = $2 where id = $1`

func touchToken(tx *db.Tx, id int64) error {
	_, err := tx.Exec(sqlTouchToken, id, db.At(tx.Now()))
	return err
}

const sqlInsertToken = `
insert into auth_token (account_id, name, token_hash, scopes, created_by, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
returning id`

func insertToken(tx *db.Tx, by string, n NewToken, hash string, until time.Time) (id int64, err error) {
	err = tx.QueryRow(sqlInsertToken, n.Account, n.Name, hash, strings.Join(n.Scopes, " "), by, db.At(tx.Now()), db.At(until)).Scan(&id)
	return id, err
}

const sqlCountTokens = `select count(*) from auth_token where account_id = $1 and revoked_at is null and expires_at > $2`

func countTokens(tx *db.Tx, account int64) (n int, err error) {
	err = tx.QueryRow(sqlCountTokens, account, db.At(tx.Now())).Scan(&n)
	return n, err
}

// The columns of scanToken, in its order.
const (
	sqlListTokens = `
select t.id, t.account_id, a.name, t.name, t.scopes, t.created_by, t.created_at, t.expires_at, t.used_at, coalesce(t.revoked_by, ''), t.revoked_at
  from auth_token t
  join account a on a.id = t.account_id
 where cast($1 as bigint) = 0 or t.account_id = $1
 order by case when t.revoked_at is null and t.expires_at > $2 then 0 else 1 end, t.id desc`
	sqlTokenByID = `
select t.id, t.account_id, a.name, t.name, t.scopes, t.created_by, t.created_at, t.expires_at, t.used_at, coalesce(t.revoked_by, ''), t.revoked_at
  from auth_token t
  join account a on a.id = t.account_id
 where t.id = $1`
)

func scanToken(row scanner) (t APIToken, err error) {
	var scopes string
	var created, expires, used, revoked db.Time
	err = row.Scan(&t.ID, &t.Account, &t.AccountName, &t.Name, &scopes, &t.CreatedBy, &created, &expires, &used, &t.RevokeBy, &revoked)
	t.Scopes = strings.Fields(scopes)
	t.Created, t.Expires, t.Used, t.Revoked = created.Time, expires.Time, used.Time, revoked.Time
	return t, err
}

func listTokens(tx *db.Tx, account int64) (out []APIToken, err error) {
	rows, err := tx.Query(sqlListTokens, account, db.At(tx.Now()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		t, err := scanToken(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

func tokenByID(tx *db.Tx, id int64) (APIToken, error) {
	t, err := scanToken(tx.QueryRow(sqlTokenByID, id))
	if errors.Is(err, sql.ErrNoRows) {
		return APIToken{}, errNoToken
	}
	return t, err
}

const sqlRevokeToken = `update auth_token set revoked_by = $2, revoked_at = $3 where id = $1 and revoked_at is null`

func revokeToken(tx *db.Tx, by string, id int64) error {
	_, err := tx.Exec(sqlRevokeToken, id, by, db.At(tx.Now()))
	return err
}
