package market

import (
	"context"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

// weekRow is a record of the report as a query gives it.
type weekRow struct {
	ID    int64
	Ref   string
	Org   registry.OrgID
	Party string
	Code  string // of the commodity, or a state
	Grams weight.Grams
	At    time.Time
}

// week lists what a figure counts between two moments, as far as the viewer may see it.
// Lines are not here: they are in the plans.
func (s *Store) week(ctx context.Context, v Viewer, f weekFigure, from, until, now time.Time) (list []weekRow, err error) {
	defer fault.Wrap(&err, "market.week(%s)", f)
	kind, state, _ := strings.Cut(string(f), "_")
	span := []any{db.At(from), db.At(until), v.Sight.Account, v.Sight.Day}
	query, args := "", span
	switch {
	case f == weekOffers || f == weekDemands:
		query, args = sqlWeekEntries, append([]any{strings.TrimSuffix(kind, "s")}, span...)
	case kind == "calls":
		query, args = sqlWeekCalls, append([]any{state}, span...)
	case kind == "answers":
		query, args = sqlWeekAnswers, append([]any{state}, span...)
	case f == weekQuestions:
		query = sqlWeekQuestions
	case f == weekPlans || f == weekLines:
		query, args = sqlWeekPlans, span[:2]
	case f == weekStale:
		query, args = sqlWeekStale, []any{db.At(now.Add(-StaleAfter)), calendar.DayOf(now.In(homeZone)), v.Sight.Account, v.Sight.Day}
	default:
		return nil, fault.New(fault.NotFound, "market.fault.no_figure")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		rows, err := tx.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x weekRow
			var at db.Time
			if err := rows.Scan(&x.ID, &x.Ref, &x.Org, &x.Party, &x.Code, &x.Grams, &at); err != nil {
				return err
			}
			x.At = at.Time
			list = append(list, x)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		names := map[registry.OrgID]string{}
		for i := range list {
			if list[i].Party != "" || list[i].Org == 0 {
				continue
			}
			if _, ok := names[list[i].Org]; !ok {
				o, err := s.Orgs.OrgTx(tx, list[i].Org)
				if err != nil {
					return err
				}
				names[o.ID] = o.Name
			}
			list[i].Party = names[list[i].Org]
		}
		return nil
	})
	return list, err
}

const sqlWeekEntries = `select x.id, x.ref, x.org_id, x.party_name, x.commodity, x.grams, x.created_at from market_entry x
 where x.side = $1 and x.created_at >= $2 and x.created_at < $3
 and (cast($4 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $4 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $5 and s.valid_to >= $5)) order by x.created_at, x.id`

const sqlWeekCalls = `select c.id, coalesce(e.ref, ''), c.org_id, '', c.why, 0, c.called_at from market_call c left join market_entry e on e.id = c.entry_id
 where c.outcome = $1 and c.undone_at is null and c.called_at >= $2 and c.called_at < $3
 and (cast($4 as bigint) = 0 or exists (select 1 from auth_sight s, market_entry x where x.org_id = c.org_id and s.account_id = $4
  and s.under in (x.place_key, x.home_key) and s.valid_from <= $5 and s.valid_to >= $5)) order by c.called_at, c.id`

const sqlWeekQuestions = `select q.id, coalesce(e.ref, ''), coalesce(q.org_id, 0), '', q.code, 0, q.answered_at from market_question q left join market_entry e on e.id = q.entry_id
 where q.state = 'answered' and q.answered_at >= $1 and q.answered_at < $2
 and (cast($3 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $3 and s.under = q.home_key
  and s.valid_from <= $4 and s.valid_to >= $4)) order by q.answered_at, q.id`

const sqlWeekPlans = `select p.id, '', 0, r.label, '', 0, t.at from market_plan_step t join market_plan p on p.id = t.plan_id join market_round r on r.id = p.round_id
 where t.state = 'released' and t.at >= $1 and t.at < $2 order by t.at, p.id`

const sqlWeekAnswers = `select x.id, '', x.org_id, x.party_name, x.side, 0, x.answered_at from market_answer x
 where x.state = $1 and x.answered_at >= $2 and x.answered_at < $3
 and (cast($4 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $4 and s.under = x.home_key
  and s.valid_from <= $5 and s.valid_to >= $5)) order by x.answered_at, x.id`

const sqlWeekStale = `select x.id, x.ref, x.org_id, x.party_name, x.commodity, x.grams, x.alive_at from market_entry x
 where x.state = 'open' and (x.alive_at <= $1 or x.good_until < $2)
 and (cast($3 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $3 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $4 and s.valid_to >= $4)) order by x.alive_at, x.id`
