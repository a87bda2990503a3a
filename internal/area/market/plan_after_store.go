package market

import (
	"context"
	"math"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Plans and answers as lists that go on after a row.

// PlansBefore lists up to most plans with a smaller number than before (0: the newest),
// newest first, of which something lies in a territory.
func (s *Store) PlansBefore(ctx context.Context, sight auth.Sight, before PlanID, state PlanState, most int) (all []Stored, err error) {
	defer fault.Wrap(&err, "market.PlansBefore(%d)", before)
	if before == 0 {
		before = math.MaxInt64
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		rows, err := tx.Query(sqlPlansBefore, int64(before), string(state), sight.Account, sight.Day, most)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p, err := scanPlan(rows)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return rows.Err()
	})
	return all, err
}

// AnswersAfter lists up to most answers after one, by id; plan 0 is every plan that stands.
func (s *Store) AnswersAfter(ctx context.Context, v Viewer, plan PlanID, state AnswerState, after AnswerID, most int) (all []Answer, err error) {
	defer fault.Wrap(&err, "market.AnswersAfter(%d)", after)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		rows, err := tx.Query(sqlAnswersAfter, append(AnswerFilter{Plan: plan, State: state}.args(v), int64(after), most)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			x, err := scanAnswer(rows)
			if err != nil {
				return err
			}
			all = append(all, x)
		}
		return rows.Err()
	})
	return all, err
}

const sqlPlansBefore = `select ` + planCols + ` from market_plan p where p.id < $1
 and (cast($2 as text) = '' or p.state = $2)
 and (cast($3 as bigint) = 0
  or exists (select 1 from market_offer x join market_party y on y.round_id = x.round_id and y.id = x.party_id
   join auth_sight s on s.account_id = $3 and s.under in (x.place_key, cast(y.doc ->> 'place' as text)) and s.valid_from <= $4 and s.valid_to >= $4
   where x.round_id = p.round_id)
  or exists (select 1 from market_demand x join market_party y on y.round_id = x.round_id and y.id = x.party_id
   join auth_sight s on s.account_id = $3 and s.under in (x.place_key, cast(y.doc ->> 'place' as text)) and s.valid_from <= $4 and s.valid_to >= $4
   where x.round_id = p.round_id))
 order by p.id desc limit $5`

const sqlAnswersAfter = `select ` + answerCols + answerFrom + whereAnswers + ` and x.id > $9 order by x.id limit $10`
