package app

import (
	"fmt"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/db"
)

// sqlOrgUse counts what refers to an organisation anywhere: accounts and files of base, and
// what the market wrote about it.
const sqlOrgUse = `select
 (select count(*) from account where org_id = $1)
 + (select count(*) from blob where owner = $2 and removed_at is null)
 + (select count(*) from market_entry where org_id = $1)
 + (select count(*) from market_party where org_id = $1)
 + (select count(*) from market_question where org_id = $1)
 + (select count(*) from market_call where org_id = $1)
 + (select count(*) from market_trait where org_id = $1)
 + (select count(*) from market_answer where org_id = $1)`

// orgUsed reports whether anything refers to an organisation: then an import that brought it
// cannot be taken back.
func orgUsed(tx *db.Tx, id registry.OrgID) (bool, error) {
	n := 0
	err := tx.QueryRow(sqlOrgUse, int64(id), fmt.Sprintf("registry_org/%d", id)).Scan(&n)
	return n > 0, err
}
