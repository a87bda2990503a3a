package market

import (
	"context"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Contact is whom one calls at an organisation, as the register knows it today.
type Contact struct {
	Name   string
	Phones []string
}

// Contacts are whom one calls about the entries of a side that a viewer may see.
func (s *Store) Contacts(ctx context.Context, side Side, v Viewer) (all map[registry.OrgID]Contact, err error) {
	defer fault.Wrap(&err, "market.Contacts(%s)", side)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = map[registry.OrgID]Contact{}
		rows, err := tx.Query(sqlContacts, string(side), v.Sight.Account, v.Sight.Day, int64(v.Org))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id registry.OrgID
			var name, phone, others string
			if err := rows.Scan(&id, &name, &phone, &others); err != nil {
				return err
			}
			c := Contact{Name: name, Phones: strings.Fields(others)}
			if phone != "" {
				c.Phones = append([]string{phone}, c.Phones...)
			}
			all[id] = c
		}
		return rows.Err()
	})
	return all, err
}

// BookPlanHeads are the newest plans of the latest rounds that came from the book, one a
// round, the newest round first.
func (s *Store) BookPlanHeads(ctx context.Context, most int) (list []Stored, err error) {
	defer fault.Wrap(&err, "market.BookPlanHeads")
	return s.whole.plans.Get(s.DB, most, func() ([]Stored, error) { return s.bookPlanHeads(ctx, most) })
}

func (s *Store) bookPlanHeads(ctx context.Context, most int) (list []Stored, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(sqlBookPlans, most)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p, err := scanPlan(rows)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

const sqlContacts = `select o.id, o.contact, o.phone, o.other_phones from registry_org o where exists (
 select 1 from market_entry x where x.org_id = o.id and x.side = $1
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $3 and s.valid_to >= $3))
 and (cast($4 as bigint) = 0 or x.org_id = $4))`

const sqlBookPlans = `select ` + planCols + ` from market_plan p
 where number = (select max(n.number) from market_plan n where n.round_id = p.round_id)
 and exists (select 1 from market_round r where r.id = p.round_id and r.origin <> 'upload')
 order by round_id desc limit $1`
