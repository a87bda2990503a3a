package auth

import (
	"database/sql"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
)

const sqlSessionByHash = `
select a.id, a.login, a.name, a.role, coalesce(a.org_id, 0), a.lang, s.seen_at,
       (select count(*) from auth_grant g where g.account_id = a.id and g.scope = '*' and g.valid_from <= $3 and g.valid_to >= $3)
  from session s
  join account a on a.id = s.account_id
 where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null`

func sessionByHash(tx *db.Tx, hash string) (u User, seen time.Time, ok bool, err error) {
	var at db.Time
	var role, lang string
	var everywhere int64
	today := calendar.DayOf(tx.Now())
	err = tx.QueryRow(sqlSessionByHash, hash, db.At(tx.Now()), today).
		Scan(&u.ID, &u.Login, &u.Name, &role, &u.Org, &lang, &at, &everywhere)
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, time.Time{}, false, nil
	}
	u.Role, u.Lang = Role(role), i18n.Lang(lang)
	if everywhere == 0 {
		u.Sight = Sight{Account: u.ID, Day: today}
	}
	return u, at.Time, err == nil, err
}

const sqlTouchSession = `update session set seen_at = $2 where token_hash = $1`

func touchSession(tx *db.Tx, hash string) error {
	_, err := tx.Exec(sqlTouchSession, hash, db.At(tx.Now()))
	return err
}

const sqlInsertSession = `
insert into session (token_hash, account_id, created_at, seen_at, expires_at)
values ($1, $2, $3, $3, $4)`

func insertSession(tx *db.Tx, account int64, hash string) error {
	_, err := tx.Exec(sqlInsertSession, hash, account, db.At(tx.Now()), db.At(tx.Now().Add(absoluteLife)))
	return err
}

const sqlDeleteSession = `delete from session where token_hash = $1`

func deleteSession(tx *db.Tx, hash string) error {
	_, err := tx.Exec(sqlDeleteSession, hash)
	return err
}

const sqlDeleteOldSessions = `delete from session where expires_at <= $1 or seen_at <= $2`

func deleteOldSessions(tx *db.Tx) error {
	_, err := tx.Exec(sqlDeleteOldSessions, db.At(tx.Now()), db.At(tx.Now().Add(-idleLife)))
	return err
}

const sqlDeleteSessionsOf = `delete from session where account_id = $1 and token_hash <> $2`

// deleteSessionsOf ends all sessions of an account but the one with this hash.
func deleteSessionsOf(tx *db.Tx, account int64, but string) error {
	_, err := tx.Exec(sqlDeleteSessionsOf, account, but)
	return err
}
