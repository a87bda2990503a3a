package auth

import (
	"database/sql"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

const sqlAllBack = `select next_ms from auth_try where name = $1`

func allBack(tx *db.Tx, name string) (time.Time, error) {
	var ms int64
	err := tx.QueryRow(sqlAllBack, name).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.UnixMilli(ms), err
}

const sqlSetAllBack = `
insert into auth_try (name, next_ms) values ($1, $2)
on conflict (name) do update set next_ms = excluded.next_ms`

func setAllBack(tx *db.Tx, name string, at time.Time) error {
	_, err := tx.Exec(sqlSetAllBack, name, at.UnixMilli())
	return err
}

const sqlDropTries = `delete from auth_try where next_ms <= $1`

func dropTries(tx *db.Tx, now time.Time) error {
	_, err := tx.Exec(sqlDropTries, now.UnixMilli())
	return err
}
