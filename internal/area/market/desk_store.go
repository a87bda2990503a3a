package market

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// notCalled leaves out entries whose party was called today, or is to be called later.
const notCalled = ` and not exists (select 1 from market_call c where c.entry_id = x.id and c.undone_at is null and (c.called_at >= $4 or c.again_at > $5))`

const deskSight = ` and (cast($1 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $1 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $2 and s.valid_to >= $2))`

// $3 is the end of the day, $4 its beginning, $5 now, $6 since when nobody spoke, $7 today.
const (
	whereDeskLater = ` from market_entry x join market_call c on c.entry_id = x.id
 where c.undone_at is null and c.again_at is not null and c.again_at <= $3 and x.state = 'open'
 and not exists (select 1 from market_call d where d.entry_id = x.id and d.undone_at is null and d.id > c.id)` + deskSight

	whereDeskAsk = ` from market_entry x where x.state = 'open'
 and exists (select 1 from market_question q where q.entry_id = x.id and q.state = 'open')` + deskSight + notCalled

	whereDeskStale = ` from market_entry x where x.state = 'open' and (x.alive_at <= $6 or x.good_until < $7)
 and not exists (select 1 from market_question q where q.entry_id = x.id and q.state = 'open')` + deskSight + notCalled

	sqlDeskLater = `select ` + entryCols + `, c.again_at` + whereDeskLater + ` and $4 <= $5 order by c.again_at, x.id limit $6`
	sqlDeskAsk   = `select ` + entryCols + `, x.created_at` + whereDeskAsk + ` and $3 >= $4
 order by (select min(case when q.blocks then 0 else 1 end) from market_question q where q.entry_id = x.id and q.state = 'open'), x.day_from, x.id limit $6`
	sqlDeskStale = `select ` + entryCols + `, x.alive_at` + whereDeskStale + ` and $3 >= $4 order by x.day_from, x.id limit $8`

	sqlDeskLaterParties = `select count(distinct x.org_id)` + whereDeskLater + ` and $4 <= $5`
	sqlDeskAskParties   = `select count(distinct x.org_id)` + whereDeskAsk + ` and $3 >= $4`
	sqlDeskStaleParties = `select count(distinct x.org_id)` + whereDeskStale + ` and $3 >= $4`
)

const sqlAnswersPutOff = `select plan_id, org_id from market_call where plan_id is not null and undone_at is null
 and (again_at > $1 or outcome = 'wrong' and called_at >= $2)`

// deskRows bounds how many entries one part of the call list is made of.
const deskRows = 200

// ToCalls is the call list of a viewer at a moment: whom an answer is due from today, whom
// it was promised to, who has questions to answer, whom nobody spoke to for long, who owes
// an answer later. n counts
// the parties of all of it, list holds at most limit.
func (s *Store) ToCalls(ctx context.Context, v Viewer, now time.Time, limit int) (list []ToCall, n int, err error) {
	defer fault.Wrap(&err, "market.ToCalls")
	day := calendar.DayOf(now.In(homeZone))
	begin := time.Date(now.In(homeZone).Year(), now.In(homeZone).Month(), now.In(homeZone).Day(), 0, 0, 0, 0, homeZone)
	end := begin.Add(24 * time.Hour)
	base := []any{v.Sight.Account, v.Sight.Day, db.At(end), db.At(begin), db.At(now)}
	owed, _, err := s.Answers(ctx, v, AnswerFilter{State: AnswerWaiting})
	if err != nil {
		return nil, 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		today, later, err := answersToCall(tx, owed, now, begin, end)
		if err != nil {
			return err
		}
		list = append(list, today...)
		n = len(today) + len(later)
		for _, part := range []struct {
			why         CallWhy
			rows, count string
			args        []any
		}{
			{CallLater, sqlDeskLater, sqlDeskLaterParties, nil},
			{CallAsk, sqlDeskAsk, sqlDeskAskParties, nil},
			{CallStale, sqlDeskStale, sqlDeskStaleParties, []any{db.At(now.Add(-StaleAfter)), day}},
		} {
			var parties int
			args := append(slices.Clone(base), part.args...)
			if err := tx.QueryRow(part.count, args...).Scan(&parties); err != nil {
				return err
			}
			n += parties
			if len(list) >= limit {
				continue
			}
			calls, err := s.toCall(tx, part.why, part.rows, append(args, deskRows))
			if err != nil {
				return err
			}
			list = append(list, calls...)
		}
		list = append(list, later...) // they have days yet
		list = list[:min(len(list), limit)]
		return s.dress(tx, list)
	})
	return list, n, err
}

// answersToCall are the parties that owe an answer, by whether it is due today; those that
// were put off, or whose number was wrong today, are left out.
func answersToCall(tx *db.Tx, owed []Answer, now, begin, end time.Time) (today, later []ToCall, err error) {
	put, err := answersPutOff(tx, now, begin)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range owed {
		if put[planOrg{a.Plan, a.Org}] {
			continue
		}
		c := ToCall{Why: CallAnswer, Org: a.Org, Party: a.Party, Contact: a.Contact, Phone: a.Phone, Answer: a.ID, Due: a.Due, Side: a.Side, Grams: a.Grams, Goods: a.Goods}
		if a.Due.After(end) {
			later = append(later, c)
		} else {
			today = append(today, c)
		}
	}
	return today, later, nil
}

// planOrg is a party of a plan.
type planOrg struct {
	plan PlanID
	org  registry.OrgID
}

func answersPutOff(tx *db.Tx, now, begin time.Time) (map[planOrg]bool, error) {
	rows, err := tx.Query(sqlAnswersPutOff, db.At(now), db.At(begin))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	put := map[planOrg]bool{}
	for rows.Next() {
		var x planOrg
		if err := rows.Scan(&x.plan, &x.org); err != nil {
			return nil, err
		}
		put[x] = true
	}
	return put, rows.Err()
}

// toCall gathers the entries of one reason by party, in the order of their first.
func (s *Store) toCall(tx *db.Tx, why CallWhy, query string, args []any) (list []ToCall, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	at := map[registry.OrgID]int{}
	for rows.Next() {
		var when db.Time
		e, err := scanEntry(scanTail{rows, &when})
		if err != nil {
			return nil, err
		}
		i, ok := at[e.Org]
		if !ok {
			i = len(list)
			at[e.Org] = i
			list = append(list, ToCall{Why: why, Org: e.Org, Party: e.Party, Since: calendar.DayOf(when.In(homeZone))})
			if why == CallLater {
				list[i].Due = when.Time
			}
		}
		list[i].Entries = append(list[i].Entries, e)
	}
	return list, rows.Err()
}

// scanTail reads one column more than the entry.
type scanTail struct {
	rows rowScan
	more any
}

func (s scanTail) Scan(to ...any) error { return s.rows.Scan(append(to, s.more)...) }

// dress adds whom to call and what is asked.
func (s *Store) dress(tx *db.Tx, list []ToCall) error {
	for i := range list {
		c := &list[i]
		if c.Phone == "" {
			o, err := s.Orgs.OrgTx(tx, c.Org)
			if err != nil {
				return err
			}
			c.Contact = o.Contact
			if all := o.Phones(); len(all) > 0 {
				c.Phone = all[0]
			}
		}
		for _, e := range c.Entries {
			if e.Asks == 0 {
				continue
			}
			qs, _, err := questionsTx(tx, QuestionFilter{State: QuestionOpen, Entry: e.ID})
			if err != nil {
				return err
			}
			c.Questions = append(c.Questions, qs...)
		}
		slices.SortStableFunc(c.Questions, func(a, b Question) int {
			rank := func(q Question) int {
				if q.Ask.Blocks {
					return 0
				}
				return 1
			}
			return cmp.Compare(rank(a), rank(b))
		})
	}
	return nil
}
