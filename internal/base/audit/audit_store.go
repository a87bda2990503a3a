package audit

import (
	"database/sql"

	"github.com/lienket/lienket/internal/base/db"
)

const (
	sqlInsertEntry = `
		insert into audit_entry (at, actor, action, object, before, after)
		values ($1, $2, $3, $4, $5, $6)`

	// The cast reads both engines' JSON as text, bare numbers included.
	sqlEntriesOf = `
		select id, at, actor, action, object, cast(before as text), cast(after as text)
		from audit_entry where object = $1 order by id`

	sqlEntriesBy = `
		select id, at, actor, action, object, cast(before as text), cast(after as text)
		from audit_entry where actor = $1 order by id desc limit $2`
)

func insertEntry(tx *db.Tx, e Entry, before, after *string) error {
	_, err := tx.Exec(sqlInsertEntry, db.At(tx.Now()), e.Actor, e.Action, e.Object, before, after)
	return err
}

func entriesOf(tx *db.Tx, object string) ([]Entry, error) {
	return entries(tx.Query(sqlEntriesOf, object))
}

func entriesBy(tx *db.Tx, actor string, limit int) ([]Entry, error) {
	return entries(tx.Query(sqlEntriesBy, actor, limit))
}

func entries(rows *sql.Rows, err error) ([]Entry, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Entry
	for rows.Next() {
		var e Entry
		var before, after sql.NullString
		if err := rows.Scan(&e.ID, &e.At, &e.Actor, &e.Action, &e.Object, &before, &after); err != nil {
			return nil, err
		}
		for _, x := range []struct {
			from sql.NullString
			to   *any
		}{{before, &e.Before}, {after, &e.After}} {
			if x.from.Valid {
				if *x.to, err = decode(x.from.String); err != nil {
					return nil, err
				}
			}
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
