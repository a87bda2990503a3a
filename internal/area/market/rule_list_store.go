package market

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Rules lists the rules a viewer may see: those in force first, the newest of each first.
func (s *Store) Rules(ctx context.Context, v Viewer) (list []Rule, err error) {
	defer fault.Wrap(&err, "market.Rules")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(sqlRules, v.Sight.Account, v.Sight.Day)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scanRule(rows)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}

// PairRules are the pins and bans in force of an entry, by its reference, as far as a
// viewer may see them.
func (s *Store) PairRules(ctx context.Context, v Viewer, ref string) (list []Rule, err error) {
	defer fault.Wrap(&err, "market.PairRules(%s)", ref)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(sqlPairRules, ref, v.Sight.Account, v.Sight.Day)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scanRule(rows)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}

// alone refuses a rule where another in force speaks of the same thing: pair,
// goods of a party, sort of bonus. Two of a kind, and no plan could be made.
func alone(tx *db.Tx, id RuleID, n NewRule) error {
	var twins int
	if err := tx.QueryRow(sqlRuleTwin, int64(id), int64(n.Offer), int64(n.Demand), int64(n.Doc.Org), n.Doc.Goods, string(n.Doc.Bonus)).Scan(&twins); err != nil {
		return err
	}
	if twins > 0 {
		return fault.New(fault.Conflict, "market.fault.rule_already")
	}
	return nil
}

func scanRule(row rowScan) (r Rule, err error) {
	var made, approved, ended db.Time
	var doc db.JSON[RuleDoc]
	var offer, demand, seller, buyer, capped sql.NullString
	err = row.Scan(&r.ID, &r.Kind, &doc, &r.Reason, &r.MadeBy, &made, &r.ApprovedBy, &approved, &r.EndedBy, &ended, &r.Version, &offer, &demand, &seller, &buyer, &capped)
	r.Doc, r.MadeAt, r.ApprovedAt, r.EndedAt = doc.V, made.Time, approved.Time, ended.Time
	r.OfferRef, r.DemandRef, r.Seller, r.Buyer = offer.String, demand.String, seller.String, buyer.String
	if r.Kind == RuleCap {
		r.Seller = capped.String
	}
	return r, err
}

// EntryByRef finds an entry by what people call it; the side must be right. inside says
// whether the viewer sees it.
func (s *Store) EntryByRef(ctx context.Context, v Viewer, side Side, ref string) (e Entry, inside bool, err error) {
	defer fault.Wrap(&err, "market.EntryByRef(%s)", ref)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var id EntryID
		if err := tx.QueryRow(sqlEntryOfRef, ref, string(side)).Scan(&id); err != nil {
			return noEntry(err)
		}
		if e, err = entryByID(tx, Viewer{}, id); err != nil {
			return err
		}
		_, err := entryByID(tx, v, id)
		inside = err == nil
		if fault.CodeOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	return e, inside, err
}

// PutBonusTx makes a bonus the one of its kind: the one before ends.
func (s *Store) PutBonusTx(tx *db.Tx, by string, n NewRule) (RuleID, error) {
	if _, err := tx.Exec(sqlEndBonus, string(n.Doc.Bonus), by, db.At(tx.Now())); err != nil {
		return 0, err
	}
	return s.AddRuleTx(tx, by, n)
}

// ApproveRuleTx is a leader's word for a rule.
func (s *Store) ApproveRuleTx(tx *db.Tx, by string, v Viewer, id RuleID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.ApproveRule(%d)", id)
	return s.ruleStep(tx, by, v, id, version, "approve", sqlApproveRule, by, db.At(tx.Now()))
}

// EndRuleTx ends a rule: it counts in no plan from now on. RestoreRuleTx takes that back.
func (s *Store) EndRuleTx(tx *db.Tx, by string, v Viewer, id RuleID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.EndRule(%d)", id)
	return s.ruleStep(tx, by, v, id, version, "end", sqlEndRule, by, db.At(tx.Now()))
}

// RestoreRuleTx puts a rule in force again that was ended.
func (s *Store) RestoreRuleTx(tx *db.Tx, by string, v Viewer, id RuleID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.RestoreRule(%d)", id)
	n := NewRule{}
	var doc db.JSON[RuleDoc]
	if err := tx.QueryRow(sqlRuleAbout, int64(id)).Scan(&n.Kind, &n.Offer, &n.Demand, &doc); err != nil {
		if errors.Is(err, db.ErrNone) {
			return false, fault.New(fault.NotFound, "market.fault.no_rule")
		}
		return false, err
	}
	n.Doc = doc.V
	if err := alone(tx, id, n); err != nil {
		return false, err
	}
	return s.ruleStep(tx, by, v, id, version, "restore", sqlRestoreRule)
}

func (s *Store) ruleStep(tx *db.Tx, by string, v Viewer, id RuleID, version int64, step, query string, more ...any) (bool, error) {
	var org registry.OrgID
	err := tx.QueryRow(sqlRuleSeen, int64(id), v.Sight.Account, v.Sight.Day).Scan(&org)
	if errors.Is(err, db.ErrNone) {
		return false, fault.New(fault.NotFound, "market.fault.no_rule")
	}
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(query, append([]any{int64(id), version}, more...)...)
	if err != nil || n == 0 {
		return false, err
	}
	return true, audit.Note(tx, audit.Entry{Actor: by, Action: "rule.step", Object: fmt.Sprintf("market_rule/%d", id), After: map[string]any{"step": step}})
}

// ruleFrom joins a rule to its entries. A cap names its organisation by any entry of it.
const ruleFrom = ` from market_rule r left join market_entry o on o.id = r.offer_id left join market_entry d on d.id = r.demand_id`

// A pin or a ban is seen by whoever sees one of its entries, a cap by whoever sees an entry
// of its organisation, a bonus by all.
const sqlRules = `select r.id, r.kind, r.doc, r.reason, r.made_by, r.made_at, r.approved_by, r.approved_at, r.ended_by, r.ended_at, r.row_version,
 o.ref, d.ref, o.party_name, d.party_name, (select min(x.party_name) from market_entry x where r.kind = 'cap' and x.org_id = cast(r.doc ->> 'org' as bigint))` + ruleFrom + `
 where (cast($1 as bigint) = 0 or r.kind = 'bonus' or exists (select 1 from auth_sight s, market_entry x
  where s.account_id = $1 and s.valid_from <= $2 and s.valid_to >= $2 and s.under in (x.place_key, x.home_key)
  and (x.id = r.offer_id or x.id = r.demand_id or r.kind = 'cap' and x.org_id = cast(r.doc ->> 'org' as bigint))))
 order by case when r.ended_at is null then 0 else 1 end, r.id desc limit 300`

// sqlPairRules are the pins and bans in force of an entry.
const sqlPairRules = `select r.id, r.kind, r.doc, r.reason, r.made_by, r.made_at, r.approved_by, r.approved_at, r.ended_by, r.ended_at, r.row_version,
 o.ref, d.ref, o.party_name, d.party_name, null` + ruleFrom + `
 where r.ended_at is null and r.kind in ('pin', 'ban') and (o.ref = $1 or d.ref = $1)
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s, market_entry x
  where s.account_id = $2 and s.valid_from <= $3 and s.valid_to >= $3 and s.under in (x.place_key, x.home_key) and x.id in (o.id, d.id)))
 order by r.id`

// sqlRuleTwin looks for a rule in force about the same pair, or the same goods of a party.
const sqlRuleTwin = `select count(*) from market_rule r where r.ended_at is null and r.id <> $1 and (
 r.kind in ('pin', 'ban') and r.offer_id = $2 and r.demand_id = $3
 or r.kind = 'cap' and cast($4 as bigint) <> 0 and cast(r.doc ->> 'org' as bigint) = $4 and r.doc ->> 'goods' = $5
 or r.kind = 'bonus' and cast($6 as text) <> '' and r.doc ->> 'bonus' = $6)`

const sqlRuleAbout = `select kind, coalesce(offer_id, 0), coalesce(demand_id, 0), doc from market_rule where id = $1`

const sqlRuleSeen = `select coalesce(o.org_id, 0)` + ruleFrom + ` where r.id = $1 and (cast($2 as bigint) = 0 or r.kind = 'bonus' or exists (select 1 from auth_sight s, market_entry x
  where s.account_id = $2 and s.valid_from <= $3 and s.valid_to >= $3 and s.under in (x.place_key, x.home_key)
  and (x.id = r.offer_id or x.id = r.demand_id or r.kind = 'cap' and x.org_id = cast(r.doc ->> 'org' as bigint))))`

const sqlEntryOfRef = `select id from market_entry where ref = $1 and side = $2`

const sqlApproveRule = `update market_rule set approved_by = $3, approved_at = $4, row_version = row_version + 1 where id = $1 and row_version = $2 and ended_at is null`

const sqlEndRule = `update market_rule set ended_by = $3, ended_at = $4, row_version = row_version + 1 where id = $1 and row_version = $2 and ended_at is null`

const sqlRestoreRule = `update market_rule set ended_by = '', ended_at = null, row_version = row_version + 1 where id = $1 and row_version = $2 and ended_at is not null`

const sqlEndBonus = `update market_rule set ended_by = $2, ended_at = $3, row_version = row_version + 1
 where kind = 'bonus' and ended_at is null and doc ->> 'bonus' = $1`
