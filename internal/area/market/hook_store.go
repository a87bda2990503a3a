package market

import (
	"fmt"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/hook"
)

// Other software is told that something changed, where programs read it. Whom it concerns is
// asked only when somebody listens.

// emitEntry tells of an entry as it stands now in the transaction.
func (s *Store) emitEntry(tx *db.Tx, kind hook.Kind, id EntryID) error {
	if ok, err := s.Hooks.Wanted(tx, kind); err != nil || !ok {
		return err
	}
	var side Side
	var org int64
	var place, home string
	e := hook.Event{Kind: kind, Object: fmt.Sprintf("entry/%d", id)}
	if err := tx.QueryRow(sqlEntryConcerns, int64(id)).Scan(&side, &org, &place, &home, &e.Version); err != nil {
		return err
	}
	e.Path, e.Places, e.Orgs = api.Root+entryPath(side, id), []string{place, home}, []int64{org}
	return s.Hooks.Emit(tx, e)
}

// planEvents are what steps of a plan are called outside.
var planEvents = map[PlanState]hook.Kind{
	PlanDraft: hook.PlanTakenBack, PlanSubmitted: hook.PlanSubmitted, PlanReturned: hook.PlanReturned, PlanReleased: hook.PlanReleased, PlanReplaced: hook.PlanReplaced,
}

// emitPlan tells of a step of a plan. It concerns staff whose territory holds a record of it;
// its parties once it was released.
func (s *Store) emitPlan(tx *db.Tx, to PlanState, was Stored) (err error) {
	kind := planEvents[to]
	if ok, err := s.Hooks.Wanted(tx, kind); err != nil || !ok {
		return err
	}
	e := hook.Event{Kind: kind, Object: fmt.Sprintf("plan/%d", was.ID), Version: was.Version + 1, Path: fmt.Sprintf("%s/plans/%d", api.Root, was.ID)}
	if e.Places, err = texts(tx.Query(sqlRoundPlaces, int64(was.Round))); err != nil {
		return err
	}
	if to == PlanReleased || to == PlanReplaced {
		if e.Orgs, err = orgsOf(tx, was.Round); err != nil {
			return err
		}
	}
	return s.Hooks.Emit(tx, e)
}

func orgsOf(tx *db.Tx, round RoundID) (list []int64, err error) {
	rows, err := tx.Query(sqlRoundOrgs, int64(round))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var org int64
		if err := rows.Scan(&org); err != nil {
			return nil, err
		}
		list = append(list, org)
	}
	return list, rows.Err()
}

// emitAnswer tells of what a party said, or that it is waited for again: see whereAnswers for
// whom that concerns.
func (s *Store) emitAnswer(tx *db.Tx, to AnswerState, was *Answer) (err error) {
	kind := hook.AnswerGiven
	if to == AnswerWaiting {
		kind = hook.AnswerBack
	}
	if ok, err := s.Hooks.Wanted(tx, kind); err != nil || !ok {
		return err
	}
	e := hook.Event{Kind: kind, Object: fmt.Sprintf("answer/%d", was.ID), Version: was.Version + 1, Path: api.Root + answerPath(was.ID), Orgs: []int64{int64(was.Org)}}
	if e.Places, err = texts(tx.Query(sqlAnswerPlaces, int64(was.ID))); err != nil {
		return err
	}
	return s.Hooks.Emit(tx, e)
}

const (
	sqlEntryConcerns = `select side, org_id, place_key, home_key, row_version from market_entry where id = $1`

	sqlRoundPlaces = `select place_key from market_offer where round_id = $1 union select place_key from market_demand where round_id = $1
 union select cast(doc ->> 'place' as text) from market_party where round_id = $1 and doc ->> 'place' is not null`

	sqlRoundOrgs = `select distinct org_id from market_party where round_id = $1 order by org_id`

	sqlAnswerPlaces = `select x.home_key from market_answer x where x.id = $1
 union select o.place_key from market_answer x join market_plan p on p.id = x.plan_id join market_offer o on o.round_id = p.round_id and o.org_id = x.org_id where x.id = $1
 union select d.place_key from market_answer x join market_plan p on p.id = x.plan_id join market_demand d on d.round_id = p.round_id and d.org_id = x.org_id where x.id = $1`
)
