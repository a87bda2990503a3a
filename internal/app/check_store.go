package app

import (
	"context"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/schema"
)

// Health is what `lienket check` finds.
type Health struct {
	Engine   db.Engine
	Version  int64    // of the schema in the database
	Newest   int64    // of the schema in this program
	Accounts int64    // that may sign in
	Audit    int64    // entries
	Faults   []string // what the engine's own check complains of; empty is good
}

const (
	// SQLite's own checks; PostgreSQL keeps checksums itself.
	integritySQLite = `pragma integrity_check(50)`
	foreignSQLite   = `pragma foreign_key_check`

	sqlCountAudit    = `select count(*) from audit_entry`
	sqlCountAccounts = `select count(*) from account where disabled_at is null`
)

// Check looks at an open database without changing it.
func Check(ctx context.Context, d *db.DB) (h Health, err error) {
	defer fault.Wrap(&err, "Check")
	h.Engine = d.Engine()
	if h.Version, err = d.Version(ctx); err != nil {
		return h, err
	}
	steps, err := db.Migrations(schema.Files(), d.Engine())
	if err != nil {
		return h, err
	}
	for _, s := range steps {
		h.Newest = max(h.Newest, s.Version)
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		h.Faults = nil
		if h.Engine == db.SQLite {
			if err := checkSQLite(tx, &h); err != nil {
				return err
			}
		}
		if h.Version == 0 {
			return nil // empty: no tables to count
		}
		if err := tx.QueryRow(sqlCountAudit).Scan(&h.Audit); err != nil {
			return err
		}
		return tx.QueryRow(sqlCountAccounts).Scan(&h.Accounts)
	})
	return h, err
}

func checkSQLite(tx *db.Tx, h *Health) error {
	rows, err := tx.Query(integritySQLite)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			h.Faults = append(h.Faults, line)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	bad, err := tx.Query(foreignSQLite)
	if err != nil {
		return err
	}
	defer bad.Close()
	for bad.Next() {
		var table, parent string
		var row, fk any
		if err := bad.Scan(&table, &row, &parent, &fk); err != nil {
			return err
		}
		h.Faults = append(h.Faults, table+" -> "+parent)
	}
	return bad.Err()
}
