package auth

import (
	"database/sql"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
)

const sqlInsertLink = `
insert into sign_in_link (token_hash, account_id, created_at, expires_at, uses_left)
values ($1, $2, $3, $4, $5)`

func insertLink(tx *db.Tx, account int64, hash string, until time.Time, uses int64) error {
	_, err := tx.Exec(sqlInsertLink, hash, account, db.At(tx.Now()), db.At(until), uses)
	return err
}

const sqlLinkAccount = `
select a.id, a.login, a.name, a.role, coalesce(a.org_id, 0), a.lang
  from sign_in_link l
  join account a on a.id = l.account_id
 where l.token_hash = $1 and l.expires_at > $2 and l.uses_left > 0 and a.disabled_at is null`

func linkAccount(tx *db.Tx, hash string) (u User, err error) {
	var role, lang string
	err = tx.QueryRow(sqlLinkAccount, hash, db.At(tx.Now())).Scan(&u.ID, &u.Login, &u.Name, &role, &u.Org, &lang)
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, errLinkOver
	}
	u.Role, u.Lang = Role(role), i18n.Lang(lang)
	return u, err
}

const sqlSpendLink = `update sign_in_link set uses_left = uses_left - 1 where token_hash = $1 and uses_left > 0`

func spendLink(tx *db.Tx, hash string) (bool, error) {
	n, err := tx.Exec(sqlSpendLink, hash)
	return n == 1, err
}

const sqlDeleteOldLinks = `delete from sign_in_link where expires_at <= $1 or uses_left <= 0`

func deleteOldLinks(tx *db.Tx) error {
	_, err := tx.Exec(sqlDeleteOldLinks, db.At(tx.Now()))
	return err
}
