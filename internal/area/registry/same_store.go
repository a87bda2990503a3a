package registry

import (
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// SameTx looks for the organisation that o most likely is: the one with its tax code, else
// the only one of its bare name, kind and place. ok is false when there is none or several:
// two are better added apart than mixed up.
func (s *Store) SameTx(tx *db.Tx, o Org) (id OrgID, ok bool, err error) {
	defer fault.Wrap(&err, "registry.SameTx(%q)", o.Name)
	if o.TaxCode != "" {
		found, ok, err := orgByTaxCode(tx, o.TaxCode)
		if err != nil || ok {
			return found.ID, ok, err
		}
	}
	list, err := scanOrgs(tx.Query(sqlOrgsAlike, append(Viewer{}.args(), BareName(o.Name))...))
	if err != nil {
		return 0, false, err
	}
	for _, x := range list {
		if x.Kind != o.Kind || x.Place != o.Place || x.TaxCode != "" && o.TaxCode != "" {
			continue
		}
		if ok {
			return 0, false, nil
		}
		id, ok = x.ID, true
	}
	return id, ok, nil
}
