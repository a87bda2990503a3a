package web

import (
	"database/sql"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// droppedLife is how long a dropped view can be taken back.
const droppedLife = 24 * time.Hour

const sqlViews = `
select id, name, query, row_version from saved_view
 where account_id = $1 and page = $2 and dropped_at is null order by name, id`

func viewsOfPage(tx *db.Tx, account int64, page string) (out []SavedView, err error) {
	rows, err := tx.Query(sqlViews, account, page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v SavedView
		if err := rows.Scan(&v.ID, &v.Name, &v.Query, &v.Version); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

const sqlInsertView = `
insert into saved_view (account_id, page, name, query, made_at) values ($1, $2, $3, $4, $5)`

func insertView(tx *db.Tx, account int64, page, name, query string) error {
	_, err := tx.Exec(sqlInsertView, account, page, name, query, db.At(tx.Now()))
	return err
}

const sqlReplaceView = `
update saved_view set query = $3, row_version = row_version + 1 where id = $1 and account_id = $2`

func replaceView(tx *db.Tx, account, id int64, query string) error {
	_, err := tx.Exec(sqlReplaceView, id, account, query)
	return err
}

const sqlViewByID = `
select page, name, row_version, dropped_at is not null from saved_view where id = $1 and account_id = $2`

// viewByID finds somebody's own view, dropped ones too.
func viewByID(tx *db.Tx, account, id int64) (v SavedView, page string, dropped, ok bool, err error) {
	v.ID = id
	err = tx.QueryRow(sqlViewByID, id, account).Scan(&page, &v.Name, &v.Version, &dropped)
	if errors.Is(err, sql.ErrNoRows) {
		return v, "", false, false, nil
	}
	return v, page, dropped, err == nil, err
}

const sqlRenameView = `
update saved_view set name = $3, row_version = row_version + 1 where id = $1 and account_id = $2`

func renameView(tx *db.Tx, account, id int64, name string) error {
	_, err := tx.Exec(sqlRenameView, id, account, name)
	return err
}

const sqlDropView = `
update saved_view set dropped_at = cast($3 as text), row_version = row_version + 1 where id = $1 and account_id = $2`

// dropView takes a view away, or with back set brings it back.
func dropView(tx *db.Tx, account, id int64, back bool) error {
	var at any = db.At(tx.Now())
	if back {
		at = nil
	}
	_, err := tx.Exec(sqlDropView, id, account, at)
	return err
}

const sqlSweepViews = `delete from saved_view where dropped_at <= $1`

func sweepViews(tx *db.Tx) error {
	_, err := tx.Exec(sqlSweepViews, db.At(tx.Now().Add(-droppedLife)))
	return err
}
