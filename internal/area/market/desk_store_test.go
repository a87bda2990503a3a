package market

import (
	"context"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/weight"
)

func inTx(t testing.TB, d *db.DB, f func(*db.Tx) error) {
	t.Helper()
	if err := d.InTx(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// firstQuestion is an open question about a cell of an open entry.
func firstQuestion(t testing.TB, s *Store, key string) Question {
	t.Helper()
	qs, _, err := s.Questions(context.Background(), QuestionFilter{State: QuestionOpen, Key: key})
	if err != nil || len(qs) == 0 {
		t.Fatalf("no open question about %s: %v", key, err)
	}
	return qs[0]
}

func TestAnswer_ChangesTheEntryAsTheReaderUnderstandsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		_, id := oneOffer(t, s)
		inTx(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(sqlInsertQuestion, int64(id), nil, nil, "", string(AskQuantityUnclear), false,
				db.AsJSON(Ask{Key: "quantity", Code: AskQuantityUnclear, Args: []string{"5 - 7"}}), "test", db.At(tx.Now()))
			return err
		})
		q := firstQuestion(t, s, "quantity")
		p := vi(t)
		inTx(t, d, func(tx *db.Tx) error {
			if _, _, err := s.AnswerTx(tx, "test", Viewer{}, q.ID, q.Version, "nhiều lắm", testOptions, p); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("an answer without a number was taken: %v", err)
			}
			_, ok, err := s.AnswerTx(tx, "test", Viewer{}, q.ID, q.Version, "7,5 tấn", testOptions, p)
			if err == nil && !ok {
				t.Error("not answered")
			}
			return err
		})
		e, err := s.Entry(ctx, Viewer{}, id)
		if err != nil || e.Offer.Firm != 7500*weight.Kilogram || e.Asks != 0 {
			t.Errorf("firm %v, %d questions, %v", e.Offer.Firm, e.Asks, err)
		}
		inTx(t, d, func(tx *db.Tx) error {
			_, ok, err := s.AnswerTx(tx, "test", Viewer{}, q.ID, q.Version, "9 tấn", testOptions, p)
			if ok {
				t.Error("a settled question was answered again")
			}
			return err
		})
	})
}

// What an answer says is never thrown away: words that cannot be read are refused, also
// where the record could do without the cell.
func TestAnswer_RefusesWordsThatItCannotRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := storeOn(t, d)
		_, id := oneOffer(t, s)
		e, err := s.Entry(context.Background(), Viewer{}, id)
		if err != nil {
			t.Fatal(err)
		}
		p := vi(t)
		for key, answer := range map[string]string{
			"floor": "ba đồng rưỡi", "trader": "cũng được", "quantity": "nhiều lắm", "from": "khi nào chín", "class": "hàng nhà", "min_line": "một ít thôi", "papers": "có đủ",
		} {
			if got, _, err := s.RereadEntry(e, key, answer, testOptions, p); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%s: %q was read as %+v (%v)", key, answer, got.Offer, err)
			}
		}
		for key, answer := range map[string]string{"floor": "18k", "trader": "15.000 đ/kg", "quantity": "5-7 tấn", "from": "01/12", "class": "loại 1 60%, loại 2 40%", "min_line": "5 tạ", "papers": "VietGAP"} {
			if _, _, err := s.RereadEntry(e, key, answer, testOptions, p); err != nil {
				t.Errorf("%s: %q: %v", key, answer, err)
			}
		}
	})
}

func TestToCalls_GathersByPartyAndForgetsWhoWasCalled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		org, id := oneOffer(t, s)
		now := time.Now()
		calls := func(at time.Time) []ToCall {
			t.Helper()
			list, n, err := s.ToCalls(ctx, Viewer{}, at, 50)
			if err != nil || n != len(list) {
				t.Fatal(n, len(list), err)
			}
			return list
		}
		if list := calls(now); len(list) != 0 {
			t.Fatalf("a fresh offer is to be called: %+v", list)
		}
		late := now.Add(StaleAfter + time.Hour)
		list := calls(late)
		if len(list) != 1 || list[0].Why != CallStale || list[0].Org != org || list[0].Phone != "0912345678" || len(list[0].Entries) != 1 {
			t.Fatalf("a stale offer: %+v", list)
		}
		var ids []CallID
		log := func(n NewCall) (err error) {
			return d.InTx(ctx, func(tx *db.Tx) error {
				ids, err = s.LogCallTx(tx, "account:1", Viewer{}, n)
				return err
			})
		}
		again := now.Add(2 * time.Hour)
		if err := log(NewCall{Org: org, Entries: []EntryID{id}, Why: CallStale, Outcome: OutcomeLater, Again: now.Add(-time.Hour)}); fault.CodeOf(err) != fault.Invalid {
			t.Fatal("a time that is over was taken", err)
		}
		if err := log(NewCall{Org: org, Entries: []EntryID{id}, Why: CallStale, Outcome: OutcomeLater, Again: again}); err != nil {
			t.Fatal(err)
		}
		if p, err := s.PromisedCalls(ctx, org); err != nil || len(p) != 1 || !p[0].Again.Equal(again.Truncate(time.Microsecond)) {
			t.Errorf("promised: %+v, %v", p, err)
		}
		if list := calls(again.Add(time.Minute)); len(list) != 1 || list[0].Why != CallLater || !list[0].Due.Equal(again.Truncate(time.Microsecond)) {
			t.Fatalf("the promised call: %+v", list)
		}
		if err := log(NewCall{Org: org, Entries: []EntryID{id}, Why: CallLater, Outcome: OutcomeSold}); err != nil {
			t.Fatal(err)
		}
		e, err := s.Entry(ctx, Viewer{}, id)
		if err != nil || e.State != EntryClosed || e.Why != SoldElsewhere {
			t.Fatal(e.State, e.Why, err)
		}
		if p, err := s.PromisedCalls(ctx, org); err != nil || len(p) != 0 {
			t.Errorf("promised after the call: %+v, %v", p, err)
		}
		if list := calls(again.Add(time.Minute)); len(list) != 0 {
			t.Fatalf("a closed offer is to be called: %+v", list)
		}
		inTx(t, d, func(tx *db.Tx) error {
			if err := s.UndoCallsTx(tx, "account:2", Viewer{}, ids); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("somebody else's call was undone: %v", err)
			}
			return nil
		})
		inTx(t, d, func(tx *db.Tx) error { return s.UndoCallsTx(tx, "account:1", Viewer{}, ids) })
		if e, err = s.Entry(ctx, Viewer{}, id); err != nil || e.State != EntryOpen {
			t.Fatal("not opened again", e.State, err)
		}
	})
}

func TestLogCall_WrongNumberBecomesAQuestion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		org, id := oneOffer(t, s)
		inTx(t, d, func(tx *db.Tx) error {
			_, err := s.LogCallTx(tx, "account:1", Viewer{}, NewCall{Org: org, Entries: []EntryID{id}, Why: CallStale, Outcome: OutcomeWrong})
			return err
		})
		q := firstQuestion(t, s, "phone")
		inTx(t, d, func(tx *db.Tx) error {
			_, ok, err := s.AnswerTx(tx, "account:1", Viewer{}, q.ID, q.Version, "0987 654 321", testOptions, vi(t))
			if err == nil && !ok {
				t.Error("not answered")
			}
			return err
		})
		o, err := s.Orgs.OrgByID(ctx, org)
		if err != nil || o.Phone != "0987654321" {
			t.Errorf("the number is %q, %v", o.Phone, err)
		}
	})
}
