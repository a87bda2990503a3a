package auth

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
)

// One row per lent role, mostly one row: who, whether he sees everywhere, what is lent,
// whether a second factor is still owed. One query, because it runs on every request.
const sqlSessionByHash = `
select a.id, a.login, a.name, a.role, coalesce(a.org_id, 0), a.lang, s.seen_at,
       (select count(*) from auth_grant g where g.account_id = a.id and g.scope = '*' and g.valid_from <= $3 and g.valid_to >= $3),
       coalesce(f.role, ''), coalesce(f.id, 0),
       case when exists (select 1 from setting q where q.key = 'second_factor/' || a.role)
             and not exists (select 1 from auth_totp o where o.account_id = a.id and o.confirmed_at is not null)
             and not exists (select 1 from auth_passkey p where p.account_id = a.id) then 1 else 0 end
  from session s
  join account a on a.id = s.account_id
  left join auth_delegation d on d.to_account = a.id and d.ended_at is null and d.first_day <= $3 and d.last_day >= $3
   and a.role in ('admin', 'leader', 'officer', 'auditor')
  left join account f on f.id = d.from_account and f.disabled_at is null and f.role = d.role
 where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null
 order by d.id`

func sessionByHash(tx *db.Tx, hash string) (u User, seen time.Time, ok bool, err error) {
	today := Today(tx.Now())
	rows, err := tx.Query(sqlSessionByHash, hash, db.At(tx.Now()), today)
	if err != nil {
		return User{}, time.Time{}, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var at db.Time
		var role, lang, lent string
		var everywhere, from, enrol int64
		if err := rows.Scan(&u.ID, &u.Login, &u.Name, &role, &u.Org, &lang, &at, &everywhere, &lent, &from, &enrol); err != nil {
			return User{}, time.Time{}, false, err
		}
		ok, seen = true, at.Time
		u.Role, u.Lang, u.Enrol = Role(role), i18n.Lang(lang), enrol == 1
		u.Sight = Sight{}
		if everywhere == 0 {
			u.Sight = Sight{Account: u.ID, Day: today}
		}
		if from != 0 {
			u.Lent = append(u.Lent, Lent{Role: Role(lent), From: from})
		}
	}
	return u, seen, ok && rows.Err() == nil, rows.Err()
}

const sqlTouchSession = `update session set seen_at = $2 where token_hash = $1`

func touchSession(tx *db.Tx, hash string) error {
	_, err := tx.Exec(sqlTouchSession, hash, db.At(tx.Now()))
	return err
}

const sqlInsertSession = `
insert into session (token_hash, account_id, created_at, seen_at, proved_at, expires_at, device, address)
values ($1, $2, $3, $3, $3, $4, $5, $6)`

func insertSession(tx *db.Tx, account int64, hash string, v Visit) error {
	_, err := tx.Exec(sqlInsertSession, hash, account, db.At(tx.Now()), db.At(tx.Now().Add(absoluteLife)), device(v.Agent), v.Address)
	return err
}

const sqlProvedAt = `select proved_at from session where token_hash = $1`

func provedAt(tx *db.Tx, hash string) (time.Time, error) {
	var at db.Time
	err := tx.QueryRow(sqlProvedAt, hash).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return at.Time, err
}

const sqlRotateSession = `
update session set token_hash = $2, proved_at = case when cast($3 as text) is null then proved_at else $3 end
 where token_hash = $1`

func rotateSession(tx *db.Tx, old, hash string, proved bool) (bool, error) {
	var at db.Time
	if proved {
		at = db.At(tx.Now())
	}
	n, err := tx.Exec(sqlRotateSession, old, hash, at)
	return n == 1, err
}

const sqlSessionsOf = `
select token_hash, device, address, created_at, seen_at, expires_at from session
 where account_id = $1 and expires_at > $2 and seen_at > $3
 order by seen_at desc, token_hash`

func sessionsOf(tx *db.Tx, account int64, here string) (out []Session, err error) {
	rows, err := tx.Query(sqlSessionsOf, account, db.At(tx.Now()), db.At(tx.Now().Add(-idleLife)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hash, dev string
		var created, seen, expires db.Time
		var s Session
		if err := rows.Scan(&hash, &dev, &s.Address, &created, &seen, &expires); err != nil {
			return nil, err
		}
		s.Ref, s.Here = sessionRef(hash), hash == here
		s.Browser, s.On, _ = strings.Cut(dev, "/")
		s.Created, s.Seen, s.Expires = created.Time, seen.Time, expires.Time
		out = append(out, s)
	}
	return out, rows.Err()
}

const sqlSessionHashes = `select token_hash from session where account_id = $1`

func sessionHashes(tx *db.Tx, account int64) (out []string, err error) {
	rows, err := tx.Query(sqlSessionHashes, account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
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
