package registry

import (
	"context"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// OrgsAfter lists up to most organisations that a filter holds after one, by id: for
// programs that read all of a long list. The filter's Sort, Page and Size do not count.
func (s *Store) OrgsAfter(ctx context.Context, f Filter, after OrgID, most int) (list []Org, err error) {
	defer fault.Wrap(&err, "registry.OrgsAfter(%d)", after)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = scanOrgs(tx.Query(sqlOrgsAfter, append(f.args(), int64(after), most)...))
		return err
	})
	return list, err
}

// AddOnce adds an organisation with what makes a request act once; SaveOnce saves one. ok
// is false when it has changed meanwhile.
func (s *Store) AddOnce(ctx context.Context, claim func(*db.Tx) error, by string, o Org) (id OrgID, err error) {
	defer fault.Wrap(&err, "registry.AddOnce")
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := claim(tx); err != nil {
			return err
		}
		id, err = s.AddTx(tx, by, o)
		return err
	})
	return id, err
}

// SaveOnce saves an organisation, likewise; a claim of a save that came too late is free.
func (s *Store) SaveOnce(ctx context.Context, claim func(*db.Tx) error, by string, o Org) (ok bool, err error) {
	defer fault.Wrap(&err, "registry.SaveOnce(%d)", o.ID)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		now, err := orgByID(tx, o.ID)
		if ok = err == nil && now.Version == o.Version; err != nil || !ok {
			return err
		}
		if err := claim(tx); err != nil {
			return err
		}
		ok, err = s.SaveTx(tx, by, o)
		return err
	})
	return ok && err == nil, err
}

const sqlOrgsAfter = `select ` + orgCols + ` from registry_org` + whereOrgs + ` and id > $16 order by id limit $17`
