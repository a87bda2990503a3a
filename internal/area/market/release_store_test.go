package market

import (
	"context"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

// drafted is a small round with a draft of its plan.
func drafted(t testing.TB, s *Store, verdict bool) (PlanID, *Plan, RoundID) {
	t.Helper()
	ctx, in := context.Background(), smallRound()
	round, err := s.AddRound(ctx, "test", NewRound{Label: "Đợt 1", Origin: FromUpload, Input: in})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := MakePlan(in)
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.AddPlan(ctx, "account:3", NewPlan{Round: round, Plan: plan, File: []byte("x"), Verdict: Verdict{OK: verdict}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return id, plan, round
}

// moved does one step of a plan and says whether the row was still what was seen.
func moved(t testing.TB, s *Store, step func(tx *db.Tx) (bool, error)) (ok bool, err error) {
	t.Helper()
	err = s.DB.InTx(context.Background(), func(tx *db.Tx) error {
		ok, err = step(tx)
		return err
	})
	return ok, err
}

// releasedPlan goes the whole way with two people.
func releasedPlan(t testing.TB, s *Store) (PlanID, *Plan) {
	t.Helper()
	id, plan, _ := drafted(t, s, true)
	releaseIt(t, s, id)
	return id, plan
}

func releaseIt(t testing.TB, s *Store, id PlanID) {
	t.Helper()
	if ok, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.SubmitTx(tx, "account:3", id, 1, "") }); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.ReleaseTx(tx, "account:2", id, 2, "") }); !ok || err != nil {
		t.Fatal(ok, err)
	}
}

func TestRelease_TakesTwoPersonsAndKeepsItsHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		id, _, _ := drafted(t, s, true)
		step := func(f func(tx *db.Tx) (bool, error)) (bool, error) { return moved(t, s, f) }
		if _, err := step(func(tx *db.Tx) (bool, error) { return s.ReleaseTx(tx, "account:2", id, 1, "") }); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a draft was released: %v", err)
		}
		if ok, err := step(func(tx *db.Tx) (bool, error) { return s.SubmitTx(tx, "account:3", id, 1, "gấp") }); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := step(func(tx *db.Tx) (bool, error) { return s.ReturnTx(tx, "account:2", id, 1, "x") }); ok || err != nil {
			t.Errorf("a step on an old version: %v %v", ok, err)
		}
		if _, err := step(func(tx *db.Tx) (bool, error) { return s.ReturnTx(tx, "account:2", id, 2, " ") }); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("returned without a reason: %v", err)
		}
		if ok, err := step(func(tx *db.Tx) (bool, error) {
			return s.ReturnTx(tx, "account:2", id, 2, "gọi lại HTX Đại Đồng")
		}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := step(func(tx *db.Tx) (bool, error) { return s.SubmitTx(tx, "account:3", id, 3, "") }); !ok || err != nil {
			t.Fatal(ok, err)
		}
		for _, by := range []string{"account:3", "account:3 for account:2"} {
			if _, err := step(func(tx *db.Tx) (bool, error) { return s.ReleaseTx(tx, by, id, 4, "") }); fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("%s released its own plan: %v", by, err)
			}
		}
		if ok, err := step(func(tx *db.Tx) (bool, error) { return s.ReleaseTx(tx, "account:4 for account:2", id, 4, "") }); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if _, err := step(func(tx *db.Tx) (bool, error) { return s.SubmitTx(tx, "account:3", id, 5, "") }); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a released plan moved: %v", err)
		}
		steps, err := s.PlanSteps(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		want := []PlanStep{
			{State: PlanSubmitted, Note: "gấp", By: "account:3"},
			{State: PlanReturned, Note: "gọi lại HTX Đại Đồng", By: "account:2"},
			{State: PlanSubmitted, By: "account:3"},
			{State: PlanReleased, By: "account:4 for account:2"},
		}
		if len(steps) != len(want) {
			t.Fatalf("%+v", steps)
		}
		for i := range want {
			got := steps[i]
			if got.At = (time.Time{}); got != want[i] {
				t.Errorf("step %d is %+v, want %+v", i, got, want[i])
			}
		}
		var noted []audit.Entry
		err = d.Read(ctx, func(tx *db.Tx) error {
			noted, err = audit.For(tx, PlanObject(id))
			return err
		})
		if err != nil || len(noted) != 1+len(want) {
			t.Errorf("%d audit entries, %v", len(noted), err)
		}
	})
}

func TestRelease_NeedsTheCheck(t *testing.T) {
	s := storeOn(t, dbtest.SQLite(t))
	id, _, _ := drafted(t, s, false)
	if ok, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.SubmitTx(tx, "account:3", id, 1, "") }); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := moved(t, s, func(tx *db.Tx) (bool, error) { return s.ReleaseTx(tx, "account:2", id, 2, "") }); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a plan that failed its check was released: %v", err)
	}
}

func TestRelease_ReplacesTheOneThatStood(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		first, _ := releasedPlan(t, s)
		second, _ := releasedPlan(t, s)
		for id, want := range map[PlanID]PlanState{first: PlanReplaced, second: PlanReleased} {
			head, err := s.PlanHead(ctx, id)
			if err != nil || head.State != want {
				t.Errorf("plan %d is %s, want %s (%v)", id, head.State, want, err)
			}
		}
		orgs, err := s.PartyOrgs(ctx, 0+roundOf(t, s, second))
		if err != nil {
			t.Fatal(err)
		}
		standing, err := s.StandingFor(ctx, orgs["P5"])
		if err != nil || len(standing) != 1 || standing[0] != second {
			t.Errorf("standing %v, %v", standing, err)
		}
		_, old, err := s.Answers(ctx, Viewer{}, AnswerFilter{Plan: first})
		if err != nil || old == 0 {
			t.Fatal(old, err)
		}
		all, _, err := s.Answers(ctx, Viewer{}, AnswerFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			if a.Plan != second {
				t.Errorf("an answer of plan %d among those of the plans that stand", a.Plan)
			}
		}
		list, _, err := s.Answers(ctx, Viewer{}, AnswerFilter{Plan: first, Size: 1})
		if err != nil || len(list) != 1 {
			t.Fatal(err)
		}
		if _, err := moved(t, s, func(tx *db.Tx) (bool, error) {
			return s.SetAnswerTx(tx, "account:3", Viewer{}, list[0].ID, list[0].Version, AnswerAgreed, "")
		}); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a replaced plan was answered: %v", err)
		}
	})
}

func roundOf(t testing.TB, s *Store, id PlanID) RoundID {
	t.Helper()
	head, err := s.PlanHead(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return head.Round
}

func TestAnswers_EachPartyOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		id, plan := releasedPlan(t, s)
		in := namesOf(new(smallRound()))
		want := map[string]bool{}
		grams := map[string]weight.Grams{}
		for _, x := range plan.Lines {
			seller, buyer := "offer "+in.party[in.offer[x.Offer].Party].Name, "demand "+in.party[in.demand[x.Demand].Party].Name
			want[seller], want[buyer] = true, true
			grams[seller] += x.Grams
			grams[buyer] += x.Grams
			if x.Via != "" {
				want["offer "+in.party[x.Via].Name] = true
			}
		}
		list, n, err := s.Answers(ctx, Viewer{}, AnswerFilter{Plan: id})
		if err != nil || n != len(list) || n != len(want) {
			t.Fatalf("%d of %d answers, want %d (%v)", len(list), n, len(want), err)
		}
		for _, a := range list {
			if !want[string(a.Side)+" "+a.Party] || a.State != AnswerWaiting || a.Due.IsZero() {
				t.Errorf("%+v", a)
			}
			if is := grams[string(a.Side)+" "+a.Party]; a.Grams != is || is > 0 && len(a.Goods) == 0 {
				t.Errorf("%s is asked for %v of %v, the lines say %v", a.Party, a.Grams, a.Goods, is)
			}
		}
		some, _, err := s.Answers(ctx, Viewer{}, AnswerFilter{Text: "thu phong"})
		if err != nil || len(some) != 1 || some[0].Phone != "0900000118" || some[0].Contact != "Bùi Thị Hiền" {
			t.Errorf("%+v, %v", some, err)
		}
	})
}

func TestAnswers_AreSetOnceAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		id, _ := releasedPlan(t, s)
		list, _, err := s.Answers(ctx, Viewer{}, AnswerFilter{Plan: id})
		if err != nil {
			t.Fatal(err)
		}
		a := list[0]
		own := Viewer{Org: a.Org}
		set := func(v Viewer, version int64, state AnswerState, note string) (bool, error) {
			return moved(t, s, func(tx *db.Tx) (bool, error) { return s.SetAnswerTx(tx, "account:9", v, a.ID, version, state, note) })
		}
		if _, err := set(Viewer{Org: a.Org + 1000}, 1, AnswerAgreed, ""); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another party answered: %v", err)
		}
		if _, err := set(own, 1, AnswerChange, ""); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a change without words: %v", err)
		}
		if ok, err := set(own, 1, AnswerAgreed, ""); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := set(own, 1, AnswerRefused, ""); ok || err != nil {
			t.Errorf("an old version was written: %v %v", ok, err)
		}
		got, err := s.Answer(ctx, Viewer{}, a.ID)
		if err != nil || got.State != AnswerAgreed || got.By != "account:9" || got.At.IsZero() {
			t.Errorf("%+v, %v", got, err)
		}
		counts, err := s.AnswerCounts(ctx, Viewer{}, id)
		if err != nil || counts[AnswerAgreed] != 1 || counts[AnswerWaiting] != len(list)-1 {
			t.Errorf("%v, %v", counts, err)
		}
		if ok, err := set(own, 2, AnswerWaiting, ""); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if got, err = s.Answer(ctx, own, a.ID); err != nil || got.State != AnswerWaiting || got.By != "" || !got.At.IsZero() {
			t.Errorf("taken back: %+v, %v", got, err)
		}
		err = d.InTx(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`update market_answer set due = '2020-01-01T00:00:00.000000Z'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set(own, 3, AnswerAgreed, ""); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a party answered after the day: %v", err)
		}
		if ok, err := set(Viewer{}, 3, AnswerAgreed, "gọi điện"); !ok || err != nil {
			t.Errorf("the officer cannot write a late answer down: %v %v", ok, err)
		}
	})
}

func TestAnswers_StayInsideTheTerritory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), storeOn(t, d)
		id, _ := releasedPlan(t, s)
		v := sightOver(t, s, "05389@2023")
		list, n, err := s.Answers(ctx, v, AnswerFilter{Plan: id})
		if err != nil || n != 1 || len(list) != 1 || list[0].Party != "HTX Đại Đồng" {
			t.Errorf("%+v %d %v", list, n, err)
		}
		counts, err := s.AnswerCounts(ctx, v, id)
		if err != nil || counts[AnswerWaiting] != 1 {
			t.Errorf("%v %v", counts, err)
		}
		all, _, err := s.Answers(ctx, Viewer{}, AnswerFilter{Plan: id})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			_, err := s.Answer(ctx, v, a.ID)
			if inside := a.Party == "HTX Đại Đồng"; inside != (err == nil) {
				t.Errorf("%s: %v", a.Party, err)
			}
		}
	})
}

// sightOver is an officer who sees only what lies in some places.
func sightOver(t testing.TB, s *Store, places ...string) Viewer {
	t.Helper()
	var account int64
	err := s.DB.InTx(context.Background(), func(tx *db.Tx) error {
		if err := tx.QueryRow(`insert into account (login, name, role, password_hash, created_at) values ('huyen', 'Huyện', 'officer', '', '2023-01-01') returning id`).Scan(&account); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into auth_grant (account_id, scope, valid_from, valid_to, granted_by, granted_at) values ($1, 'x', '2000-01-01', '2999-01-01', 't', '2023-01-01')`, account); err != nil {
			return err
		}
		for _, p := range places {
			if _, err := tx.Exec(`insert into auth_reach (scope, under) values ('x', $1)`, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return Viewer{Sight: auth.Sight{Account: account, Day: calendar.Date(2023, 12, 15)}}
}

func TestAnswerDue_LeavesTwoDaysAndEndsAtFive(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, homeZone)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for now, want := range map[string]string{
		"2023-12-18 09:00": "2023-12-20 17:00", // Monday
		"2023-12-18 17:00": "2023-12-20 17:00",
		"2023-12-18 17:01": "2023-12-21 17:00",
		"2023-12-14 09:00": "2023-12-18 17:00", // Thursday: not on a Saturday
		"2023-12-29 09:00": "2024-01-02 17:00", // over New Year
	} {
		if got := answerDue(at(now)); !got.Equal(at(want)) {
			t.Errorf("released %s: due %s, want %s", now, got, want)
		}
	}
}
