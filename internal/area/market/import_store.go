package market

import (
	"context"
	"errors"
	"fmt"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/sheet"
)

func importObject(id ImportID) string { return fmt.Sprintf("market_import/%d", id) }

// AddImportTx keeps a table that came in, as a draft.
func (s *Store) AddImportTx(tx *db.Tx, by, name string, file []byte, sheets []sheet.Sheet, asOf calendar.Day) (id ImportID, err error) {
	defer fault.Wrap(&err, "market.AddImport(%q)", name)
	packed, err := pack(sheets)
	if err != nil {
		return 0, err
	}
	kind := "file"
	if file == nil {
		kind = "paste"
	}
	if err := tx.QueryRow(sqlInsertImport, kind, name, file, packed, asOf, db.AsJSON(ImportReport{}), by, db.At(tx.Now())).Scan(&id); err != nil {
		return 0, err
	}
	return id, audit.Note(tx, audit.Entry{Actor: by, Action: "import.add", Object: importObject(id), After: map[string]any{"name": name, "kind": kind}})
}

// Import is one import; those who see less than everything find only their own.
func (s *Store) Import(ctx context.Context, v Viewer, by string, id ImportID) (im Import, err error) {
	defer fault.Wrap(&err, "market.Import(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		im, err = s.ImportTx(tx, v, by, id)
		return err
	})
	return im, err
}

// ImportTx is Import inside a transaction.
func (s *Store) ImportTx(tx *db.Tx, v Viewer, by string, id ImportID) (im Import, err error) {
	var packed []byte
	var report db.JSON[ImportReport]
	var at db.Time
	err = tx.QueryRow(sqlImportByID, int64(id), v.Sight.Account, by).Scan(&im.ID, &im.Name, &packed, &im.AsOf, &im.State, &report, &im.By, &at, &im.Version)
	if errors.Is(err, db.ErrNone) {
		return im, fault.New(fault.NotFound, "market.fault.no_import")
	}
	if err != nil {
		return im, err
	}
	im.Report, im.At = report.V, at.Time
	return im, unpack(packed, &im.Sheets)
}

// ImportHead is an import of the list.
type ImportHead struct {
	ID     ImportID
	Name   string
	State  ImportState
	Report ImportReport
	By     string
	At     db.Time
}

// Imports lists the newest imports that the viewer may see.
func (s *Store) Imports(ctx context.Context, v Viewer, by string) (all []ImportHead, err error) {
	defer fault.Wrap(&err, "market.Imports")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		rows, err := tx.Query(sqlImports, v.Sight.Account, by)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var h ImportHead
			var report db.JSON[ImportReport]
			if err := rows.Scan(&h.ID, &h.Name, &h.State, &report, &h.By, &h.At); err != nil {
				return err
			}
			h.Report = report.V
			all = append(all, h)
		}
		return rows.Err()
	})
	return all, err
}

// SaveImportTx keeps the mended cells of an import; ok is false when it moved on.
func (s *Store) SaveImportTx(tx *db.Tx, by string, im *Import) (ok bool, err error) {
	defer fault.Wrap(&err, "market.SaveImport(%d)", im.ID)
	packed, err := pack(im.Sheets)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(sqlSaveImport, int64(im.ID), im.Version, packed, string(im.State), db.AsJSON(im.Report))
	if err != nil || n == 0 {
		return false, err
	}
	im.Version++
	return true, audit.Note(tx, audit.Entry{
		Actor: by, Action: "import." + string(im.State), Object: importObject(im.ID), After: map[string]any{"report": im.Report},
	})
}

// BookImportTx writes the rows that are records into the book and keeps the others as
// questions. Booking again adds what was mended since and nothing twice.
func (s *Store) BookImportTx(tx *db.Tx, by string, im *Import, read ImportRead) (ok bool, err error) {
	defer fault.Wrap(&err, "market.BookImport(%d)", im.ID)
	out, err := s.BookTx(tx, read.Input, Booking{By: by, Channel: BySheet, Asks: read.Asks})
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(sqlDropImportQuestions, int64(im.ID), by, db.At(tx.Now())); err != nil {
		return false, err
	}
	waiting := 0
	for i := range read.Rows {
		r := &read.Rows[i]
		if !r.Waits() {
			continue
		}
		var org any
		home := ""
		if r.Party != nil { // whom to ask is known and goes into the register
			id, added, err := s.orgOf(tx, by, r.Party)
			if err != nil {
				return false, err
			}
			if added {
				out.NewOrgs++
			}
			org, home = int64(id), r.Party.Place
		}
		asked := false
		for _, a := range r.Asks {
			if !a.Blocks {
				continue
			}
			asked = true
			if _, err := tx.Exec(sqlInsertQuestion, nil, int64(im.ID), org, home, string(a.Code), true, db.AsJSON(a), by, db.At(tx.Now())); err != nil {
				return false, err
			}
		}
		if asked {
			waiting++
		}
	}
	if im.State == ImportBooked {
		im.Report = ImportReport{Added: im.Report.Added + out.Added, Same: im.Report.Same, Waiting: waiting, NewOrgs: im.Report.NewOrgs + out.NewOrgs}
	} else {
		im.Report = ImportReport{Added: out.Added, Same: out.Same, Waiting: waiting, NewOrgs: out.NewOrgs}
	}
	im.State = ImportBooked
	return s.SaveImportTx(tx, by, im)
}

const sqlInsertImport = `insert into market_import (kind, name, file, sheets, as_of, state, report, created_by, created_at)
 values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8) returning id`

const sqlImportByID = `select id, name, sheets, as_of, state, report, created_by, created_at, row_version from market_import
 where id = $1 and (cast($2 as bigint) = 0 or created_by = $3)`

const sqlImports = `select id, name, state, report, created_by, created_at from market_import
 where state <> 'dropped' and (cast($1 as bigint) = 0 or created_by = $2) order by id desc limit 100`

const sqlSaveImport = `update market_import set sheets = $3, state = $4, report = $5, row_version = row_version + 1 where id = $1 and row_version = $2`

const sqlDropImportQuestions = `update market_question set state = 'dropped', answered_by = $2, answered_at = $3, row_version = row_version + 1
 where import_id = $1 and state = 'open'`
