package market

import (
	"context"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// inSight is an opened plan as the person who asks may see it. Parties are shown their own
// part by the pages themselves.
func (a *Area) inSight(ctx context.Context, h *heldPlan) (*heldPlan, error) {
	u, _ := auth.Who(ctx)
	if !u.Role.In(auth.Staff...) || u.Sight.Everywhere() {
		return h, nil
	}
	seen, err := a.Store.RefsInSight(ctx, u.Sight, h.Head.Round)
	if err != nil {
		return nil, err
	}
	return viewForSight(h, seen), nil
}

// RefsInSight are the offers and demands of a round that lie in a territory: by where the
// goods are picked up or delivered, or by the place of their party.
func (s *Store) RefsInSight(ctx context.Context, sight auth.Sight, round RoundID) (refs map[string]bool, err error) {
	defer fault.Wrap(&err, "market.RefsInSight(%d)", round)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		refs = map[string]bool{}
		all, err := texts(tx.Query(sqlRefsInSight, int64(round), sight.Account, sight.Day))
		for _, r := range all {
			refs[r] = true
		}
		return err
	})
	return refs, err
}

const sqlRefsInSight = `select x.id from market_offer x join market_party y on y.round_id = x.round_id and y.id = x.party_id
 where x.round_id = $1 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2
  and s.under in (x.place_key, cast(y.doc ->> 'place' as text)) and s.valid_from <= $3 and s.valid_to >= $3))
 union all
 select x.id from market_demand x join market_party y on y.round_id = x.round_id and y.id = x.party_id
 where x.round_id = $1 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2
  and s.under in (x.place_key, cast(y.doc ->> 'place' as text)) and s.valid_from <= $3 and s.valid_to >= $3))`
