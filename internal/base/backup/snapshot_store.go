package backup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

const (
	// The engine knows where its file is, a private one of a test included.
	fileOfSQLite = `select file from pragma_database_list where name = 'main'`

	tablesOfSQLite = `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`

	vacuumSQLite    = `vacuum into ?`
	integritySQLite = `pragma integrity_check(20)`
	foreignSQLite   = `pragma foreign_key_check`

	sqlTablesPostgres = `select count(*) from pg_tables where schemaname = current_schema()`

	sqlNewestCheckpoint = `select coalesce(max(n), 0) from audit_checkpoint`
)

// snapshot has SQLite write a copy of one moment, and counts its rows. Writers go on.
func snapshot(ctx context.Context, d *db.DB, to string) (rows map[string]int64, err error) {
	defer fault.Wrap(&err, "copying the database")
	var file string
	if err := d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(fileOfSQLite).Scan(&file) }); err != nil {
		return nil, err
	}
	// A connection of its own: VACUUM runs in no transaction, and ours all do.
	p, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: "mode=ro&_pragma=busy_timeout(10000)"}).String())
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if _, err := p.ExecContext(ctx, vacuumSQLite, to); err != nil {
		return nil, err
	}
	return countRows(ctx, to)
}

// countRows counts the rows of every table of a SQLite file.
func countRows(ctx context.Context, file string) (counts map[string]int64, err error) {
	p, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: "mode=ro"}).String())
	if err != nil {
		return nil, err
	}
	defer p.Close()
	names, err := texts(p.QueryContext(ctx, tablesOfSQLite))
	if err != nil {
		return nil, err
	}
	counts = map[string]int64{}
	for _, name := range names {
		var n int64
		q := `select count(*) from "` + strings.ReplaceAll(name, `"`, `""`) + `"`
		if err := p.QueryRowContext(ctx, q).Scan(&n); err != nil {
			return nil, err
		}
		counts[name] = n
	}
	return counts, nil
}

// inspect looks whether a restored SQLite file is sound and holds what the manifest says.
func inspect(ctx context.Context, file string, m Manifest) (err error) {
	defer fault.Wrap(&err, "checking the restored database")
	p, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: "mode=ro"}).String())
	if err != nil {
		return err
	}
	defer p.Close()
	said, err := texts(p.QueryContext(ctx, integritySQLite))
	if err != nil {
		return err
	}
	if len(said) != 1 || said[0] != "ok" {
		return fault.New(fault.Invalid, "backup.fault.unsound", strings.Join(said, "; "))
	}
	rows, err := p.QueryContext(ctx, foreignSQLite)
	if err != nil {
		return err
	}
	dangling := rows.Next()
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if dangling {
		return fault.New(fault.Invalid, "backup.fault.unsound", "foreign_key_check")
	}
	counts, err := countRows(ctx, file)
	if err != nil {
		return err
	}
	for name, n := range m.Rows {
		if counts[name] != n {
			return fault.New(fault.Invalid, "backup.fault.rows", name, counts[name], n)
		}
	}
	return nil
}

func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// emptyPostgres refuses a database that holds tables.
func emptyPostgres(ctx context.Context, d *db.DB) error {
	var n int
	if err := d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(sqlTablesPostgres).Scan(&n) }); err != nil {
		return err
	}
	if n > 0 {
		return fault.New(fault.Conflict, "backup.fault.database_not_empty", n)
	}
	return nil
}

// newestCheckpoint is the newest checkpoint of the audit trail that a database remembers.
func newestCheckpoint(ctx context.Context, d *db.DB) (n int64, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(sqlNewestCheckpoint).Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("the restored audit trail: %w", err)
	}
	return n, nil
}
