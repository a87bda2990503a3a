package market

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// AnswerObject is how the audit trail names an answer.
func AnswerObject(id AnswerID) string { return fmt.Sprintf("market_answer/%d", id) }

// Answers lists the answers that a viewer may see and a filter chooses, the first due
// first, and counts those of all pages.
func (s *Store) Answers(ctx context.Context, v Viewer, f AnswerFilter) (list []Answer, n int, err error) {
	defer fault.Wrap(&err, "market.Answers(%d)", f.Plan)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		if err := tx.QueryRow(sqlCountAnswers, f.args(v)...).Scan(&n); err != nil {
			return err
		}
		limit, offset := int64(1)<<40, int64(0)
		if f.Size > 0 {
			limit, offset = int64(f.Size), int64(max(f.Page, 1)-1)*int64(f.Size)
		}
		rows, err := tx.Query(sqlAnswers, append(f.args(v), limit, offset)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			a, err := scanAnswer(rows)
			if err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, n, err
}

// Answer is one answer that the viewer may see; fault.NotFound otherwise.
func (s *Store) Answer(ctx context.Context, v Viewer, id AnswerID) (a Answer, err error) {
	defer fault.Wrap(&err, "market.Answer(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = answerByID(tx, v, id)
		return err
	})
	return a, err
}

// AnswerCounts is how many parties of a plan gave each answer, as far as the viewer may
// see them.
func (s *Store) AnswerCounts(ctx context.Context, v Viewer, plan PlanID) (n map[AnswerState]int, err error) {
	defer fault.Wrap(&err, "market.AnswerCounts(%d)", plan)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n = map[AnswerState]int{}
		rows, err := tx.Query(sqlAnswerCounts, AnswerFilter{Plan: plan}.args(v)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var state AnswerState
			var count int
			if err := rows.Scan(&state, &count); err != nil {
				return err
			}
			n[state] = count
		}
		return rows.Err()
	})
	return n, err
}

// SetAnswerTx writes down what a party said; AnswerWaiting takes an answer back. ok is
// false when the row moved on since version. A party itself (v.Org) may answer and change
// its answer until the answer is due; afterwards the officer does. Only a plan that stands
// can be answered.
func (s *Store) SetAnswerTx(tx *db.Tx, by string, v Viewer, id AnswerID, version int64, state AnswerState, note string) (ok bool, err error) {
	defer fault.Wrap(&err, "market.SetAnswer(%d)", id)
	was, err := answerByID(tx, v, id)
	if err != nil {
		return false, err
	}
	switch state {
	case AnswerWaiting, AnswerAgreed, AnswerRefused, AnswerChange:
	default:
		return false, fault.New(fault.Invalid, "market.fault.answer_state").At(fault.Where{Col: "state"})
	}
	if note = strings.TrimSpace(note); len([]rune(note)) > MaxNote {
		return false, fault.New(fault.Invalid, "market.fault.note_long", MaxNote).At(fault.Where{Col: "note"})
	}
	if state == AnswerChange && note == "" {
		return false, fault.New(fault.Invalid, "market.fault.answer_change").At(fault.Where{Col: "note"})
	}
	if v.Org != 0 && tx.Now().After(was.Due) {
		return false, fault.New(fault.Conflict, "market.fault.answer_late")
	}
	head, err := planHeadTx(tx, was.Plan)
	if err != nil {
		return false, err
	}
	if head.State != PlanReleased {
		return false, fault.New(fault.Conflict, "market.fault.answer_gone")
	}
	actor, at := by, db.At(tx.Now())
	if state == AnswerWaiting {
		actor, at = "", db.Time{}
	}
	n, err := tx.Exec(sqlSetAnswer, int64(id), version, string(state), note, actor, at)
	if err != nil || n == 0 {
		return false, err
	}
	if err := s.emitAnswer(tx, state, &was); err != nil {
		return false, err
	}
	return true, audit.Note(tx, audit.Entry{
		Actor: by, Action: "answer.set", Object: AnswerObject(id),
		Before: map[string]any{"state": was.State, "note": was.Note}, After: map[string]any{"plan": was.Plan, "org": was.Org, "state": state, "note": note},
	})
}

// askAnswersTx writes the answers that a released plan waits for: each supplier, lead
// supplier and buyer of its lines once.
func (s *Store) askAnswersTx(tx *db.Tx, plan PlanID, round RoundID, p *Plan) (n int, err error) {
	in, err := roundNamesTx(tx, round)
	if err != nil {
		return 0, err
	}
	orgs, err := partyOrgsTx(tx, round)
	if err != nil {
		return 0, err
	}
	due := db.At(answerDue(tx.Now()))
	type owed struct {
		side  Side
		org   registry.OrgID
		grams weight.Grams
		goods []string
	}
	var all []*owed // in the order of the lines
	at := map[string]*owed{}
	ask := func(side Side, party, commodity string, grams weight.Grams) {
		org, ok := orgs[party]
		if !ok {
			return
		}
		key := fmt.Sprint(side, org) // two parties of a round may be one organisation
		x := at[key]
		if x == nil {
			x = &owed{side: side, org: org}
			at[key], all = x, append(all, x)
		}
		x.grams += grams
		if commodity != "" && !slices.Contains(x.goods, commodity) {
			x.goods = append(x.goods, commodity)
		}
	}
	for i := range p.Lines {
		x := &p.Lines[i]
		offer := in.offer[x.Offer]
		ask(SideOffer, offer.Party, offer.Commodity, x.Grams)
		if x.Via != "" {
			ask(SideOffer, x.Via, "", 0) // it leads; what it sells itself is a line of its own
		}
		ask(SideDemand, in.demand[x.Demand].Party, offer.Commodity, x.Grams)
	}
	for _, x := range all {
		o, err := s.Orgs.OrgTx(tx, x.org)
		if err != nil {
			return n, err
		}
		n++
		find := text.Fold(strings.Join([]string{o.Name, o.Contact, phonesText(o)}, " "))
		if _, err := tx.Exec(sqlInsertAnswer, int64(plan), int64(x.org), string(x.side), o.Place, due, o.Name, text.SortKey(o.Name), find,
			int64(x.grams), strings.Join(x.goods, " ")); err != nil {
			return n, err
		}
	}
	return n, nil
}

// roundNamesTx are the records of a round by id.
func roundNamesTx(tx *db.Tx, round RoundID) (n names, err error) {
	var in Input
	if in.Offers, err = docs[Offer](tx.Query(sqlRoundOffers, int64(round))); err != nil {
		return n, err
	}
	if in.Demands, err = docs[Demand](tx.Query(sqlRoundDemands, int64(round))); err != nil {
		return n, err
	}
	return namesOf(&in), nil
}

func (f AnswerFilter) args(v Viewer) []any {
	org := f.Org
	if v.Org != 0 {
		if org != 0 && org != v.Org {
			org = -1
		} else {
			org = v.Org
		}
	}
	due := ""
	if !f.DueBy.IsZero() {
		due = dueText(f.DueBy)
	}
	return []any{
		int64(f.Plan), string(f.State), string(f.Side), int64(org), due, "%" + strings.Join(strings.Fields(text.Fold(f.Text)), " ") + "%",
		v.Sight.Account, v.Sight.Day,
	}
}

// dueText is a moment as its column holds it: text order is time order.
func dueText(t time.Time) string {
	v, err := db.At(t).Value()
	s, ok := v.(string)
	if err != nil || !ok {
		return ""
	}
	return s
}

func answerByID(tx *db.Tx, v Viewer, id AnswerID) (Answer, error) {
	a, err := scanAnswer(tx.QueryRow(sqlAnswerByID, int64(id), int64(v.Org), v.Sight.Account, v.Sight.Day))
	if errors.Is(err, db.ErrNone) {
		return a, fault.New(fault.NotFound, "market.fault.no_answer")
	}
	return a, err
}

func scanAnswer(r rowScan) (a Answer, err error) {
	var due, at db.Time
	var goods, others string
	err = r.Scan(&a.ID, &a.Plan, &a.PlanNumber, &a.Round, &a.RoundLabel, &a.Org, &a.Party, &a.Side, &a.State, &due, &a.Note, &a.By, &at, &a.Version, &a.Grams, &goods, &a.Contact, &a.Phone, &others)
	a.Due, a.At = due.Time, at.Time
	a.Goods = strings.Fields(goods)
	if all := strings.Fields(others); a.Phone == "" && len(all) > 0 {
		a.Phone = all[0]
	}
	return a, err
}

// answerCols name the party as it was asked, and whom to call as the register knows it today.
const answerCols = `x.id, x.plan_id, p.number, p.round_id, r.label, x.org_id, x.party_name, x.side, x.state, x.due, x.note, x.answered_by, x.answered_at, x.row_version,
 x.grams, x.goods, o.contact, o.phone, o.other_phones`

const answerFrom = ` from market_answer x join market_plan p on p.id = x.plan_id join market_round r on r.id = p.round_id
 join registry_org o on o.id = x.org_id`

// whereAnswers holds what a filter chooses and a viewer may see: a party is in the
// territory by its own place or by a record of its in the round.
const whereAnswers = ` where (cast($1 as bigint) = 0 and p.state = 'released' or x.plan_id = $1)
 and (cast($2 as text) = '' or x.state = $2)
 and (cast($3 as text) = '' or x.side = $3)
 and (cast($4 as bigint) = 0 or x.org_id = $4)
 and (cast($5 as text) = '' or x.due <= $5)
 and x.find like $6
 and (cast($7 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $7 and s.valid_from <= $8 and s.valid_to >= $8
  and (s.under = x.home_key
   or s.under in (select o.place_key from market_offer o where o.round_id = p.round_id and o.org_id = x.org_id)
   or s.under in (select d.place_key from market_demand d where d.round_id = p.round_id and d.org_id = x.org_id))))`

const sqlAnswers = `select ` + answerCols + answerFrom + whereAnswers + ` order by x.due, x.party_sort, x.id limit $9 offset $10`

const sqlCountAnswers = `select count(*)` + answerFrom + whereAnswers

const sqlAnswerCounts = `select x.state, count(*)` + answerFrom + whereAnswers + ` group by x.state`

const sqlAnswerByID = `select ` + answerCols + answerFrom + ` where x.id = $1
 and (cast($2 as bigint) = 0 or x.org_id = $2)
 and (cast($3 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $3 and s.valid_from <= $4 and s.valid_to >= $4
  and (s.under = x.home_key
   or s.under in (select o.place_key from market_offer o where o.round_id = p.round_id and o.org_id = x.org_id)
   or s.under in (select d.place_key from market_demand d where d.round_id = p.round_id and d.org_id = x.org_id))))`

const sqlSetAnswer = `update market_answer set state = $3, note = $4, answered_by = $5, answered_at = $6, row_version = row_version + 1
 where id = $1 and row_version = $2`

const sqlInsertAnswer = `insert into market_answer (plan_id, org_id, side, home_key, state, due, party_name, party_sort, find, grams, goods)
 values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9, $10)`
