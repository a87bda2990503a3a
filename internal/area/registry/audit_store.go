package registry

import (
	"fmt"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
)

// object names an organisation in the audit.
func object(id OrgID) string { return fmt.Sprintf("registry_org:%d", id) }

func noteOrg(tx *db.Tx, by, action string, id OrgID, before, after *Org) error {
	e := audit.Entry{Actor: by, Action: "org." + action, Object: object(id)}
	if before != nil {
		e.Before = before
	}
	if after != nil {
		e.After = after
	}
	return audit.Note(tx, e)
}

func noteBulk(tx *db.Tx, by string, n int) error {
	return audit.Note(tx, audit.Entry{Actor: by, Action: "org.add_many", Object: "registry_org", After: map[string]int{"rows": n}})
}

func notePaper(tx *db.Tx, by, action string, p Paper, before, after any) error {
	return audit.Note(tx, audit.Entry{Actor: by, Action: "org." + action, Object: object(p.Org), Before: before, After: after})
}
