package app

import (
	"context"
	"errors"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/blob"
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

	Trail    audit.Report // zero when the schema is older than the program
	Files    int          // attached ones
	Damaged  []blob.Info  // of them, no longer what came in
	Dangling int64        // accounts of an organisation that is not there
}

const (
	// SQLite's own checks; PostgreSQL keeps checksums itself.
	integritySQLite = `pragma integrity_check(50)`
	foreignSQLite   = `pragma foreign_key_check`

	sqlCountAudit    = `select count(*) from audit_entry`
	sqlCountAccounts = `select count(*) from account where disabled_at is null`

	sqlDangling = `select count(*) from account a where a.org_id is not null
		and not exists (select 1 from registry_org o where o.id = a.org_id)`

	sqlTablesPostgres = `select quote_ident(tablename) from pg_tables where schemaname = current_schema() order by 1`
)

// Check looks at an open database without changing it: the engine's own checks, the audit
// trail against its checkpoints, the attached files against their hashes.
func Check(ctx context.Context, d *db.DB, o audit.CheckOptions) (h Health, err error) {
	defer fault.Wrap(&err, "Check")
	h.Engine = d.Engine()
	if h.Version, err = d.Version(ctx); err != nil {
		return h, err
	}
	if h.Newest, err = NewestSchema(); err != nil {
		return h, err
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		h.Faults = nil
		if h.Engine == db.SQLite {
			if err := checkSQLite(tx, &h); err != nil {
				return err
			}
		} else if err := readAll(tx, &h); err != nil {
			return err
		}
		if h.Version == 0 {
			return nil // empty: no tables to count
		}
		if err := tx.QueryRow(sqlCountAudit).Scan(&h.Audit); err != nil {
			return err
		}
		if err := tx.QueryRow(sqlCountAccounts).Scan(&h.Accounts); err != nil || h.Version < h.Newest {
			return err
		}
		if err := tx.QueryRow(sqlDangling).Scan(&h.Dangling); err != nil {
			return err
		}
		h.Damaged, h.Files, err = blob.Damaged(tx)
		return err
	})
	if err != nil || h.Version < h.Newest {
		return h, err
	}
	h.Trail, err = audit.Check(ctx, d, o)
	return h, err
}

// Findings are all faults as texts.
func (h Health) Findings() (all []audit.Finding) {
	for _, f := range h.Faults {
		all = append(all, audit.Finding{Key: "app.check.engine", Args: []any{f}})
	}
	for _, i := range h.Damaged {
		all = append(all, audit.Finding{Key: "app.check.file_damaged", Args: []any{int64(i.ID), i.Name, i.Owner}})
	}
	if h.Dangling > 0 {
		all = append(all, audit.Finding{Key: "app.check.dangling", Args: []any{h.Dangling}})
	}
	return append(all, h.Trail.Findings...)
}

// NewestSchema is the version of the schema that this program brings data to.
func NewestSchema() (newest int64, err error) {
	steps, err := db.Migrations(schema.Files(), db.SQLite)
	for _, s := range steps {
		newest = max(newest, s.Version)
	}
	return newest, err
}

// readAll has PostgreSQL read every row of every table, values kept elsewhere included: a
// damaged page says so when it is read.
func readAll(tx *db.Tx, h *Health) error {
	rows, err := tx.Query(sqlTablesPostgres)
	if err != nil {
		return err
	}
	var tables []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return err
		}
		tables = append(tables, t)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, t := range tables {
		var n int64
		if err := tx.QueryRow("select coalesce(sum(length(cast(x as text))), 0) from " + t + " x").Scan(&n); err != nil {
			h.Faults = append(h.Faults, t+": "+err.Error())
			return nil // the transaction is over; one damaged table is enough to know
		}
	}
	return nil
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
