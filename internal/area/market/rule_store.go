package market

import (
	"fmt"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// RuleID numbers a rule of the book.
type RuleID int64

// NewRule is what AddRuleTx stores.
type NewRule struct {
	Kind          RuleKind
	Offer, Demand EntryID // of pins and bans
	Doc           RuleDoc
	Reason        string
}

// AddRuleTx writes a rule; it counts in every draft from now on.
func (s *Store) AddRuleTx(tx *db.Tx, by string, n NewRule) (id RuleID, err error) {
	defer fault.Wrap(&err, "market.AddRule(%s)", n.Kind)
	if err := alone(tx, 0, n); err != nil {
		return 0, err
	}
	var offer, demand any
	if n.Kind == RulePin || n.Kind == RuleBan {
		offer, demand = int64(n.Offer), int64(n.Demand)
	}
	if err := tx.QueryRow(sqlInsertRule, string(n.Kind), offer, demand, db.AsJSON(n.Doc), n.Reason, by, db.At(tx.Now())).Scan(&id); err != nil {
		return 0, err
	}
	return id, audit.Note(tx, audit.Entry{
		Actor: by, Action: "rule.add", Object: fmt.Sprintf("market_rule/%d", id),
		After: map[string]any{"kind": n.Kind, "offer": n.Offer, "demand": n.Demand, "doc": n.Doc, "reason": n.Reason},
	})
}

const sqlInsertRule = `insert into market_rule (kind, offer_id, demand_id, doc, reason, made_by, made_at)
 values ($1, $2, $3, $4, $5, $6, $7) returning id`
