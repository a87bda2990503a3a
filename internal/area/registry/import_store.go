package registry

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

func importObject(id ImportID) string { return fmt.Sprintf("registry_import:%d", id) }

// Claim is what a request writes in the transaction of its deed, so that it is done once.
type Claim func(*db.Tx) error

func (s *Store) claimed(ctx context.Context, claim Claim, f func(*db.Tx) error) error {
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if claim != nil {
			if err := claim(tx); err != nil {
				return err
			}
		}
		return f(tx)
	})
}

// AddImport keeps a list that came in, as a draft.
func (s *Store) AddImport(ctx context.Context, claim Claim, by, name string, doc ImportDoc) (id ImportID, err error) {
	defer fault.Wrap(&err, "registry.AddImport(%q)", name)
	packed, err := packed(doc)
	if err != nil {
		return 0, err
	}
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		if err := tx.QueryRow(sqlInsertImport, name, packed, db.AsJSON(ImportReport{}), by, db.At(tx.Now())).Scan(&id); err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{Actor: by, Action: "org_import.add", Object: importObject(id), After: map[string]any{"name": name}})
	})
	return id, err
}

// ImportSeen is one list; those who see less than everything find only their own.
func (s *Store) ImportSeen(ctx context.Context, v Viewer, by string, id ImportID) (im Import, err error) {
	defer fault.Wrap(&err, "registry.ImportSeen(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		im, err = importSeen(tx, v, by, id)
		return err
	})
	return im, err
}

func importSeen(tx *db.Tx, v Viewer, by string, id ImportID) (im Import, err error) {
	var doc []byte
	var report db.JSON[ImportReport]
	var at db.Time
	err = tx.QueryRow(sqlImportSeen, int64(id), v.Sight.Account, by).Scan(&im.ID, &im.Name, &doc, &im.State, &report, &im.By, &at, &im.Version)
	if errors.Is(err, db.ErrNone) {
		return im, fault.New(fault.NotFound, "registry.fault.no_import")
	}
	if err != nil {
		return im, err
	}
	im.Report, im.At = report.V, at.Time
	return im, unpacked(doc, &im.Doc)
}

// ImportHead is a list without its rows.
type ImportHead struct {
	ID     ImportID
	Name   string
	State  ImportState
	Report ImportReport
	At     db.Time
}

// Imports lists the newest that v may see.
func (s *Store) Imports(ctx context.Context, v Viewer, by string) (all []ImportHead, err error) {
	defer fault.Wrap(&err, "registry.Imports")
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
			if err := rows.Scan(&h.ID, &h.Name, &h.State, &report, &h.At); err != nil {
				return err
			}
			h.Report = report.V
			all = append(all, h)
		}
		return rows.Err()
	})
	return all, err
}

// SaveImport keeps the answers and the state of a list; deed is what was done to it:
// answered, dropped, restored. fault.Conflict when it moved on.
func (s *Store) SaveImport(ctx context.Context, claim Claim, by, deed string, im *Import) (err error) {
	defer fault.Wrap(&err, "registry.SaveImport(%d)", im.ID)
	return s.claimed(ctx, claim, func(tx *db.Tx) error {
		if err := saveImport(tx, im); err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{Actor: by, Action: "org_import." + deed, Object: importObject(im.ID)})
	})
}

func saveImport(tx *db.Tx, im *Import) error {
	doc, err := packed(im.Doc)
	if err != nil {
		return err
	}
	n, err := tx.Exec(sqlSaveImport, int64(im.ID), im.Version, doc, string(im.State), db.AsJSON(im.Report))
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "registry.fault.import_moved")
	}
	return err
}

// Known is the register as v sees it, for Judge.
func (s *Store) Known(ctx context.Context, v Viewer, im *Import, rows []ImportRow) (k Known, err error) {
	defer fault.Wrap(&err, "registry.Known")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		k, err = s.known(tx, v, im.ID, rows)
		return err
	})
	return k, err
}

func (s *Store) known(tx *db.Tx, v Viewer, id ImportID, rows []ImportRow) (k Known, err error) {
	k = Known{Sources: map[string][]OrgID{}, Foreign: map[string]bool{}, Deeds: map[string]OrgID{}}
	if k.Orgs, err = orgs(tx, Filter{Viewer: v}); err != nil {
		return k, err
	}
	seen := make(map[OrgID]bool, len(k.Orgs))
	taxes := map[string]bool{}
	for _, o := range k.Orgs {
		seen[o.ID], taxes[o.TaxCode] = true, true
	}
	err = eachRow(tx, sqlImportSources, nil, func(scan func(...any) error) error {
		var im ImportID
		var org OrgID
		var at, source string
		if err := scan(&im, &org, &at, &source); err != nil {
			return err
		}
		if im == id {
			k.Deeds[at] = org
		}
		if seen[org] {
			k.Sources[source] = append(k.Sources[source], org)
		}
		return nil
	})
	if err != nil || v.Sight.Everywhere() && v.Own == 0 {
		return k, err
	}
	k.Reach = map[string]bool{}
	err = eachRow(tx, sqlReach, []any{v.Sight.Account, v.Sight.Day}, func(scan func(...any) error) error {
		var place string
		if err := scan(&place); err != nil {
			return err
		}
		k.Reach[place] = true
		return nil
	})
	for i := range rows {
		if err != nil {
			break
		}
		code := rows[i].Org.TaxCode
		if code == "" || taxes[code] {
			continue
		}
		_, k.Foreign[code], err = orgByTaxCode(tx, code)
	}
	return k, err
}

func eachRow(tx *db.Tx, query string, args []any, f func(scan func(...any) error) error) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// WriteImport writes what the rows of a list add to the register as it stands now, in one
// transaction: rows that somebody else wrote meanwhile, or that lie out of the writer's
// sight, are judged anew inside it. The questions that wait stay; writing again adds what
// was answered since.
func (s *Store) WriteImport(ctx context.Context, claim Claim, v Viewer, by string, im *Import, rows []ImportRow) (done ImportReport, err error) {
	defer fault.Wrap(&err, "registry.WriteImport(%d)", im.ID)
	was := *im
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		*im, done = was, ImportReport{} // the transaction may run twice
		fresh := slices.Clone(rows)
		for i := range fresh {
			fresh[i].Asks = slices.Clone(rows[i].Asks)
		}
		known, err := s.known(tx, v, im.ID, fresh)
		if err != nil {
			return err
		}
		Judge(fresh, &im.Doc, s.Atlas, known)
		for i := range fresh {
			if err := s.writeRow(tx, by, im.ID, &fresh[i], &done); err != nil {
				return err
			}
		}
		if im.State == ImportWritten {
			done.Same = im.Report.Same
		}
		im.Report = ImportReport{Added: im.Report.Added + done.Added, Filled: im.Report.Filled + done.Filled, Same: done.Same}
		im.State = ImportWritten
		if err := saveImport(tx, im); err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{Actor: by, Action: "org_import.written", Object: importObject(im.ID), After: map[string]any{"added": done.Added, "filled": done.Filled, "same": done.Same}})
	})
	return done, err
}

func (s *Store) writeRow(tx *db.Tx, by string, im ImportID, x *ImportRow, done *ImportReport) error {
	deed, id, version := "added", OrgID(0), int64(1)
	var before []byte
	switch x.Verdict {
	case VerdictSame:
		done.Same++
		return nil
	case VerdictNew:
		var err error
		if id, err = s.AddTx(tx, by, x.Org); err != nil {
			return err
		}
		done.Added++
	case VerdictFill:
		var err error
		deed, id, version = "filled", x.Match.ID, x.Match.Version+1
		if before, err = packed(x.Match); err != nil {
			return err
		}
		ok, err := s.SaveTx(tx, by, x.Merged)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "registry.fault.changed")
		}
		if err != nil {
			return err
		}
		done.Filled++
	default:
		return nil
	}
	_, err := tx.Exec(sqlInsertImportOrg, int64(im), int64(id), x.Key(), x.Source, deed, before, version)
	return err
}

func packed(v any) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpacked(b []byte, v any) error {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

const sqlInsertImport = `insert into registry_import (name, doc, state, report, created_by, created_at)
 values ($1, $2, 'draft', $3, $4, $5) returning id`

const sqlImportSeen = `select id, name, doc, state, report, created_by, created_at, row_version from registry_import
 where id = $1 and (cast($2 as bigint) = 0 or created_by = $3)`

const sqlImports = `select id, name, state, report, created_at from registry_import
 where state <> 'dropped' and (cast($1 as bigint) = 0 or created_by = $2) order by id desc limit 20`

const sqlSaveImport = `update registry_import set doc = $3, state = $4, report = $5, row_version = row_version + 1 where id = $1 and row_version = $2`

const sqlImportSources = `select import_id, org_id, row_at, source from registry_import_org where deed = 'added' order by org_id`

const sqlReach = `select under from auth_sight where account_id = $1 and valid_from <= $2 and valid_to >= $2`

const sqlInsertImportOrg = `insert into registry_import_org (import_id, org_id, row_at, source, deed, before, version)
 values ($1, $2, $3, $4, $5, $6, $7)
 on conflict (import_id, org_id) do update set version = excluded.version`
