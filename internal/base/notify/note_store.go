package notify

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
)

const (
	sqlInsertNote = `insert into notify_note (account_id, kind, key, args, link, made_at) values ($1, $2, $3, $4, $5, $6)`

	noteCols = `select id, account_id, kind, key, args, link, made_at, read_at from notify_note`

	sqlNotesOf  = noteCols + ` where account_id = $1 order by id desc limit $2 offset $3`
	sqlUnreadOf = noteCols + ` where account_id = $1 and read_at is null order by id desc limit $2 offset $3`
	sqlNote     = noteCols + ` where account_id = $1 and id = $2`

	sqlCountNotes  = `select count(*) from notify_note where account_id = $1`
	sqlCountUnread = `select count(*) from notify_note where account_id = $1 and read_at is null`

	sqlReadOne = `update notify_note set read_at = $3 where account_id = $1 and id = $2 and read_at is null`
	sqlReadAll = `update notify_note set read_at = $2 where account_id = $1 and read_at is null and id <= $3`
	// Undo: those that were read at that very moment.
	sqlUnread  = `update notify_note set read_at = null where account_id = $1 and read_at = $2`
	sqlOldRead = `delete from notify_note where read_at < $1`

	sqlSetting       = `select address, every, quiet_from, quiet_to, row_version from notify_setting where account_id = $1`
	sqlInsertSetting = `
		insert into notify_setting (account_id, address, every, quiet_from, quiet_to, since)
		select $1, $2, $3, $4, $5, coalesce(max(id), 0) from notify_note where account_id = $1
		on conflict (account_id) do nothing`
	// Who turns mail on is not sent what was before.
	sqlUpdateSetting = `
		update notify_setting set address = $2, every = $3, quiet_from = $4, quiet_to = $5, row_version = row_version + 1,
			since = case when address = '' then (select coalesce(max(n.id), 0) from notify_note n where n.account_id = $1) else since end
		where account_id = $1 and row_version = $6`
)

func insertNote(tx *db.Tx, account int64, n Note, args packed) error {
	text, err := args.text()
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlInsertNote, account, n.Kind, n.Key, text, n.Link, db.At(tx.Now()))
	return err
}

func notes(rows *sql.Rows, err error) ([]noted, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []noted
	for rows.Next() {
		var n noted
		var args db.JSON[packed]
		if err := rows.Scan(&n.ID, &n.Account, &n.Kind, &n.Key, &args, &n.Link, &n.Made, &n.Read); err != nil {
			return nil, err
		}
		n.Args = args.V
		all = append(all, n)
	}
	return all, rows.Err()
}

// unread counts what an account has not read.
func unread(tx *db.Tx, account int64) (n int, err error) {
	err = tx.QueryRow(sqlCountUnread, account).Scan(&n)
	return n, err
}

// settings are how a person wants to be told. Version 0 is one who never said.
type settings struct {
	Address              string
	Every                int64 // minutes
	QuietFrom, QuietUpTo string
	Version              int64
}

var usual = settings{Every: 60, QuietFrom: "21:00", QuietUpTo: "06:30"}

func settingsOf(tx *db.Tx, account int64) (s settings, err error) {
	err = tx.QueryRow(sqlSetting, account).Scan(&s.Address, &s.Every, &s.QuietFrom, &s.QuietUpTo, &s.Version)
	if errors.Is(err, db.ErrNone) {
		return usual, nil
	}
	return s, err
}

// saveSettings reports false when somebody (the person at another machine) was faster.
func saveSettings(tx *db.Tx, account int64, s settings) (ok bool, err error) {
	ask, args := sqlInsertSetting, []any{account, s.Address, s.Every, s.QuietFrom, s.QuietUpTo}
	if s.Version > 0 {
		ask, args = sqlUpdateSetting, append(args, s.Version)
	}
	n, err := tx.Exec(ask, args...)
	return n > 0, err
}
