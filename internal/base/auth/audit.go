package auth

import (
	"strconv"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
)

// auditAccount is what the audit trail keeps of an account; never a hash or a token.
type auditAccount struct {
	Login    string `json:"login,omitempty"`
	Name     string `json:"name,omitempty"`
	Role     Role   `json:"role,omitempty"`
	Org      int64  `json:"org,omitempty"`
	Disabled bool   `json:"disabled"`
}

func note(tx *db.Tx, by, action string, account int64, before, after any) error {
	return audit.Note(tx, audit.Entry{
		Actor: by, Action: action, Object: "account:" + strconv.FormatInt(account, 10), Before: before, After: after,
	})
}

func noteRules(tx *db.Tx, by string, before, after any) error {
	return audit.Note(tx, audit.Entry{Actor: by, Action: "account.rules", Object: "setting:second_factor", Before: before, After: after})
}

// actorOf names an account that does something before it is signed in.
func actorOf(account int64) string { return User{ID: account}.Actor() }
