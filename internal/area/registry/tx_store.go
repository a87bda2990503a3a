package registry

import "github.com/lienket/lienket/internal/base/db"

// OrgTx is OrgByID inside a transaction of the caller, without a look at who asks.
func (s *Store) OrgTx(tx *db.Tx, id OrgID) (Org, error) { return orgByID(tx, id) }
