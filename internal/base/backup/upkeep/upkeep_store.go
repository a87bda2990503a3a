package upkeep

import (
	"errors"

	"github.com/lienket/lienket/internal/base/db"
)

const (
	sqlSetting     = `select value from setting where key = $1`
	sqlSaveSetting = `insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value`

	sqlAdmins = `select id from account where role = 'admin' and disabled_at is null`
	sqlBorn   = `select min(created_at) from account`

	sqlSealed  = `select coalesce(max(seq), 0) from audit_seal`
	sqlEntries = `select count(*) from audit_entry`
	sqlSigned  = `select n, seq, signed_at from audit_checkpoint order by n desc limit 1`

	sqlSizeSQLite   = `select page_count * page_size from pragma_page_count(), pragma_page_size()`
	sqlSizePostgres = `select pg_database_size(current_database())`
)

// Keys in the table of settings.
const (
	stateKey = "upkeep_backup"
	checkKey = "upkeep_check"
	jobsKey  = "upkeep_jobs"
)

// load reads a setting; without one, into stays as it is.
func load[T any](tx *db.Tx, key string, into *T) error {
	var v db.JSON[T]
	err := tx.QueryRow(sqlSetting, key).Scan(&v)
	if errors.Is(err, db.ErrNone) {
		return nil
	}
	if err == nil {
		*into = v.V
	}
	return err
}

func save[T any](tx *db.Tx, key string, v T) error {
	_, err := tx.Exec(sqlSaveSetting, key, db.AsJSON(v))
	return err
}

func admins(tx *db.Tx) (ids []int64, err error) {
	rows, err := tx.Query(sqlAdmins)
	if err != nil {
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

// born is when the first account was made: from then on there is something to lose.
func born(tx *db.Tx) (t db.Time, err error) {
	err = tx.QueryRow(sqlBorn).Scan(&t)
	return t, err
}

// trail is how far the audit trail is sealed and signed.
type trail struct {
	Entries, Sealed int64
	Points, Covers  int64
	Signed          db.Time
}

func trailOf(tx *db.Tx) (t trail, err error) {
	if err := tx.QueryRow(sqlEntries).Scan(&t.Entries); err != nil {
		return t, err
	}
	if err := tx.QueryRow(sqlSealed).Scan(&t.Sealed); err != nil {
		return t, err
	}
	err = tx.QueryRow(sqlSigned).Scan(&t.Points, &t.Covers, &t.Signed)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return t, err
}

func sizeOf(tx *db.Tx, engine db.Engine) (n int64, err error) {
	ask := sqlSizeSQLite
	if engine == db.Postgres {
		ask = sqlSizePostgres
	}
	err = tx.QueryRow(ask).Scan(&n)
	return n, err
}
