package registry

import (
	"context"
	"errors"
	"strconv"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/search"
)

// TakenBack is what taking an import back did.
type TakenBack struct {
	Removed, Restored int
	Kept              []Org // changed since, or something refers to them
}

// importDeed is one row of registry_import_org.
type importDeed struct {
	org     OrgID
	deed    string
	before  []byte
	version int64
}

// TakeBackImport undoes what an import wrote. An organisation that somebody changed since,
// that holds papers, or that anything refers to (Store.Used) stays, and is named.
func (s *Store) TakeBackImport(ctx context.Context, claim Claim, v Viewer, by string, im *Import) (out TakenBack, err error) {
	defer fault.Wrap(&err, "registry.TakeBackImport(%d)", im.ID)
	was := *im
	err = s.claimed(ctx, claim, func(tx *db.Tx) error {
		*im, out = was, TakenBack{}
		deeds, err := importDeeds(tx, im.ID)
		if err != nil {
			return err
		}
		for _, d := range deeds {
			if err := s.takeBack(tx, v, by, im.ID, d, &out); err != nil {
				return err
			}
		}
		im.Report.Added = max(0, im.Report.Added-out.Removed)
		im.Report.Filled = max(0, im.Report.Filled-out.Restored)
		if len(out.Kept) == 0 {
			im.State, im.Report = ImportDraft, ImportReport{}
		}
		if err := saveImport(tx, im); err != nil {
			return err
		}
		return audit.Note(tx, audit.Entry{
			Actor: by, Action: "org_import.undone", Object: importObject(im.ID),
			After: map[string]any{"removed": out.Removed, "restored": out.Restored, "kept": len(out.Kept)},
		})
	})
	return out, err
}

func (s *Store) takeBack(tx *db.Tx, v Viewer, by string, im ImportID, d importDeed, out *TakenBack) error {
	o, err := scanOrg(tx.QueryRow(sqlOrgSeen, append(v.args(), int64(d.org))...))
	if errors.Is(err, db.ErrNone) { // moved out of sight: not ours to touch, nor to name
		out.Kept = append(out.Kept, Org{ID: d.org})
		return nil
	}
	if err != nil {
		return err
	}
	keep := o.Version != d.version
	if !keep && d.deed == "added" {
		if keep, err = s.isUsed(tx, o.ID); err != nil {
			return err
		}
	}
	if keep {
		out.Kept = append(out.Kept, o)
		return nil
	}
	if _, err := tx.Exec(sqlDeleteImportOrg, int64(im), int64(o.ID)); err != nil {
		return err
	}
	if d.deed == "added" {
		out.Removed++
		if err := search.Drop(tx, docKind, strconv.FormatInt(int64(o.ID), 10)); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlDeleteOrg, int64(o.ID), o.Version); err != nil {
			return err
		}
		return noteOrg(tx, by, "remove", o.ID, &o, nil)
	}
	var before Org
	if err := unpacked(d.before, &before); err != nil {
		return err
	}
	out.Restored++
	before.Version = o.Version
	if err := s.updateOrg(tx, before); err != nil {
		return err
	}
	if err := s.renew(tx, before); err != nil {
		return err
	}
	return noteOrg(tx, by, "edit", o.ID, &o, &before)
}

// isUsed reports whether an organisation holds papers, or anything refers to it.
func (s *Store) isUsed(tx *db.Tx, id OrgID) (bool, error) {
	n := 0
	if err := tx.QueryRow(sqlOrgPapersCount, int64(id)).Scan(&n); err != nil || n > 0 {
		return n > 0, err
	}
	for _, f := range s.Used {
		if used, err := f(tx, id); err != nil || used {
			return used, err
		}
	}
	return false, nil
}

func importDeeds(tx *db.Tx, id ImportID) (all []importDeed, err error) {
	err = eachRow(tx, sqlImportDeeds, []any{int64(id)}, func(scan func(...any) error) error {
		var d importDeed
		if err := scan(&d.org, &d.deed, &d.before, &d.version); err != nil {
			return err
		}
		all = append(all, d)
		return nil
	})
	return all, err
}

const sqlImportDeeds = `select org_id, deed, before, version from registry_import_org where import_id = $1 order by org_id`

const sqlDeleteImportOrg = `delete from registry_import_org where import_id = $1 and org_id = $2`

const sqlDeleteOrg = `delete from registry_org where id = $1 and row_version = $2`

const sqlOrgPapersCount = `select count(*) from registry_paper where org_id = $1`
