package notify

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
)

const (
	// Who is to be mailed: wants mail, has something new, and the last mail is long enough
	// ago. Quiet hours are looked at in the program.
	sqlDue = `
		select s.account_id, s.address, s.every, s.quiet_from, s.quiet_to, s.since, s.last_at, a.name, a.lang
		from notify_setting s join account a on a.id = s.account_id
		where s.address <> '' and a.disabled_at is null
		and exists (select 1 from notify_note n where n.account_id = s.account_id and n.mail_id is null and n.read_at is null and n.id > s.since)
		order by s.account_id`

	sqlUnmailed = noteCols + ` where account_id = $1 and mail_id is null and read_at is null and id > $2 order by id`

	sqlInsertMail = `insert into notify_mail (account_id, address, subject, body, made_at) values ($1, $2, $3, $4, $5) returning id`
	sqlMailed     = `update notify_note set mail_id = $3 where account_id = $1 and id <= $2 and mail_id is null`
	sqlLastAt     = `update notify_setting set last_at = $2 where account_id = $1`

	sqlMail     = `select address, subject, body, made_at, sent_at, dead_at from notify_mail where id = $1`
	sqlSent     = `update notify_mail set sent_at = $2, error = '' where id = $1`
	sqlFailed   = `update notify_mail set error = $2 where id = $1`
	sqlDead     = `update notify_mail set dead_at = $2, error = $3 where id = $1 and dead_at is null and sent_at is null`
	sqlOldMails = `delete from notify_mail where made_at < $1`

	sqlAdmins = `select id from account where role = 'admin' and disabled_at is null`
)

// due is somebody with something to be mailed.
type due struct {
	settings
	account    int64
	since      int64
	last       db.Time
	name, lang string
}

func dues(tx *db.Tx) (all []due, err error) {
	rows, err := tx.Query(sqlDue)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d due
		if err := rows.Scan(&d.account, &d.Address, &d.Every, &d.QuietFrom, &d.QuietUpTo, &d.since, &d.last, &d.name, &d.lang); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

func insertMail(tx *db.Tx, d due, l letter, upTo int64) (id int64, err error) {
	now := db.At(tx.Now())
	if err := tx.QueryRow(sqlInsertMail, d.account, d.Address, l.subject, l.body, now).Scan(&id); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(sqlMailed, d.account, upTo, id); err != nil {
		return 0, err
	}
	_, err = tx.Exec(sqlLastAt, d.account, now)
	return id, err
}

// outgoing is a mail on its way.
type outgoing struct {
	id                     int64
	address, subject, body string
	made, sent, dead       db.Time
}

func mailBy(tx *db.Tx, id int64) (m outgoing, err error) {
	m.id = id
	err = tx.QueryRow(sqlMail, id).Scan(&m.address, &m.subject, &m.body, &m.made, &m.sent, &m.dead)
	return m, err
}

func admins(tx *db.Tx) (ids []int64, err error) {
	var rows *sql.Rows
	if rows, err = tx.Query(sqlAdmins); err != nil {
		return nil, err
	}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(rows.Err(), rows.Close())
}
