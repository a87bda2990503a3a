package market

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/jobs"
)

// listening is a store whose changes are listened to, and who listens: subscription by login.
type listening struct {
	*Store
	t    *testing.T
	subs map[string]int64
	acc  *auth.Accounts
}

func listenOn(t *testing.T, d *db.DB) *listening {
	s := storeOn(t, d)
	q := jobs.New(d, nil)
	s.Hooks = hook.New(d, q, nil, hook.Config{})
	s.Hooks.Key = bytes.Repeat([]byte{1}, 32)
	q.Register(s.Hooks.Jobs()...)
	acc := auth.NewAccounts(d, auth.NewSessions(d, nil))
	acc.Under = func(scope string) []string { return []string{scope} }
	return &listening{Store: s, t: t, subs: map[string]int64{}, acc: acc}
}

func (l *listening) account(login string, role auth.Role, scope string, org int64) {
	l.t.Helper()
	ctx := context.Background()
	id, err := l.acc.Add(ctx, "test", auth.NewAccount{Login: login, Name: "Nguyễn Thị " + login, Role: role, Scope: scope, Org: org})
	if err != nil {
		l.t.Fatal(err)
	}
	w := hook.Wish{Name: login, URL: "https://software.invalid/", Kinds: append([]hook.Kind(nil), hook.Kinds...)}
	if l.subs[login], _, err = l.Hooks.Add(ctx, nil, "test", id, w); err != nil {
		l.t.Fatal(err)
	}
}

// told is what was written for a listener, oldest first: "entry.added entry/1 v1 /api/…".
func (l *listening) told(login string) (out []string) {
	l.t.Helper()
	list, _, err := l.Hooks.Deliveries(context.Background(), 0, l.subs[login], 0, 1000)
	if err != nil {
		l.t.Fatal(err)
	}
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, fmt.Sprintf("%s %s v%d %s", list[i].Kind, list[i].Object, list[i].Version, list[i].Path))
	}
	return out
}

// TestHooks_AnEntrysLife: each change is told once, with the version that the row has after
// it, to staff of its place and to its own organisation.
func TestHooks_AnEntrysLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, l := context.Background(), listenOn(t, d)
		book(t, l.Store, "lon-xon-1") // before anybody listens
		all, _, err := l.Entries(ctx, EntryFilter{Side: SideOffer})
		if err != nil {
			t.Fatal(err)
		}
		e, other := all[0], int64(0)
		for i := range all {
			if all[i].Org != e.Org {
				other = int64(all[i].Org)
			}
		}
		l.account("everywhere", auth.Officer, "", 0)
		l.account("here", auth.Officer, e.Place(), 0)
		l.account("elsewhere", auth.Officer, "nowhere@2023", 0)
		l.account("own", auth.Coop, "", int64(e.Org))
		l.account("other", auth.Coop, "", other)
		step := func(f func(tx *db.Tx) (bool, error)) {
			t.Helper()
			if ok, err := moved(t, l.Store, f); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		var added EntryID
		step(func(tx *db.Tx) (bool, error) {
			id, ok, err := l.AddEntryTx(tx, "test", NewEntry{Side: SideOffer, Org: e.Org, Offer: e.Offer, Channel: ByPhone, SourceKey: "k"})
			added = id
			return ok, err
		})
		if _, err := moved(t, l.Store, func(tx *db.Tx) (bool, error) { // the same row of a table again
			_, ok, err := l.AddEntryTx(tx, "test", NewEntry{Side: SideOffer, Org: e.Org, Offer: e.Offer, Channel: ByPhone, SourceKey: "k"})
			return ok, err
		}); err != nil {
			t.Fatal(err)
		}
		now, err := l.Entry(ctx, Viewer{}, added)
		if err != nil {
			t.Fatal(err)
		}
		now.Offer.Note = "hái sớm"
		step(func(tx *db.Tx) (bool, error) { return l.SaveEntryTx(tx, "test", Viewer{}, now) })
		if ok, _ := moved(t, l.Store, func(tx *db.Tx) (bool, error) { return l.SaveEntryTx(tx, "test", Viewer{}, now) }); ok {
			t.Error("an old version was saved")
		}
		step(func(tx *db.Tx) (bool, error) { return true, l.AliveEntryTx(tx, "test", Viewer{}, added) })
		step(func(tx *db.Tx) (bool, error) { return l.CloseEntryTx(tx, "test", Viewer{}, added, 3, Withdrawn) })
		step(func(tx *db.Tx) (bool, error) { return l.ReopenEntryTx(tx, "test", Viewer{}, added, 4) })
		want := ""
		for i, kind := range []string{"added", "changed", "changed", "closed", "reopened"} {
			want += fmt.Sprintf("entry.%s entry/%d v%d /api/v1/offers/%d\n", kind, added, i+1, added)
		}
		for _, who := range []string{"everywhere", "here", "own"} {
			if got := strings.Join(l.told(who), "\n") + "\n"; got != want {
				t.Errorf("%s is told:\n%swant:\n%s", who, got, want)
			}
		}
		for _, who := range []string{"elsewhere", "other"} {
			if got := l.told(who); got != nil {
				t.Errorf("%s is told: %v", who, got)
			}
		}
	})
}

// TestHooks_APlansWay: staff whose territory holds a record of it hear of each step, its
// parties once it was released; of an answer who may see that answer.
func TestHooks_APlansWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, l := context.Background(), listenOn(t, d)
		first, _, round := drafted(t, l.Store, true)
		orgs, err := l.PartyOrgs(ctx, round)
		if err != nil {
			t.Fatal(err)
		}
		l.account("everywhere", auth.Leader, "", 0)
		l.account("elsewhere", auth.Leader, "nowhere@2023", 0)
		l.account("stranger", auth.Buyer, "", 999_999)
		step := func(f func(tx *db.Tx) (bool, error)) {
			t.Helper()
			if ok, err := moved(t, l.Store, f); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		step(func(tx *db.Tx) (bool, error) { return l.SubmitTx(tx, "account:3", first, 1, "") })
		step(func(tx *db.Tx) (bool, error) { return l.TakeBackTx(tx, "account:3", first, 2) })
		step(func(tx *db.Tx) (bool, error) { return l.SubmitTx(tx, "account:3", first, 3, "") })
		step(func(tx *db.Tx) (bool, error) { return l.ReturnTx(tx, "account:2", first, 4, "x") })
		step(func(tx *db.Tx) (bool, error) { return l.SubmitTx(tx, "account:3", first, 5, "") })
		for _, who := range []string{"elsewhere", "stranger"} {
			if got := l.told(who); got != nil {
				t.Errorf("%s is told of a plan that is not released: %v", who, got)
			}
		}
		l.account("party", auth.Buyer, "", int64(orgs["P5"]))
		step(func(tx *db.Tx) (bool, error) { return l.ReleaseTx(tx, "account:2", first, 6, "") })
		list, _, err := l.Answers(ctx, Viewer{}, AnswerFilter{Plan: first, Org: orgs["P5"]})
		if err != nil || len(list) == 0 {
			t.Fatal(len(list), err)
		}
		answer := list[0]
		step(func(tx *db.Tx) (bool, error) {
			return l.SetAnswerTx(tx, "account:3", Viewer{}, answer.ID, answer.Version, AnswerAgreed, "")
		})
		step(func(tx *db.Tx) (bool, error) {
			return l.SetAnswerTx(tx, "account:3", Viewer{}, answer.ID, answer.Version+1, AnswerWaiting, "")
		})
		second, _ := releasedPlan(t, l.Store)
		own := fmt.Sprintf(`plan.released plan/%[1]d v7 /api/v1/plans/%[1]d
answer.given answer/%[2]d v2 /api/v1/answers/%[2]d
answer.taken_back answer/%[2]d v3 /api/v1/answers/%[2]d
`, first, answer.ID)
		after := fmt.Sprintf("plan.released plan/%[2]d v3 /api/v1/plans/%[2]d\nplan.replaced plan/%[1]d v8 /api/v1/plans/%[1]d\n", first, second)
		before := ""
		for i, kind := range []string{"submitted", "taken_back", "submitted", "returned", "submitted"} {
			before += fmt.Sprintf("plan.%s plan/%d v%d /api/v1/plans/%d\n", kind, first, i+2, first)
		}
		submitted := fmt.Sprintf("plan.submitted plan/%[1]d v2 /api/v1/plans/%[1]d\n", second)
		for who, want := range map[string]string{"everywhere": before + own + submitted + after, "party": own + after, "elsewhere": "\n", "stranger": "\n"} {
			if got := strings.Join(l.told(who), "\n") + "\n"; got != want {
				t.Errorf("%s is told:\n%swant:\n%s", who, got, want)
			}
		}
		place := ""
		if err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(`select place_key from market_offer where round_id = $1 order by id limit 1`, int64(round)).Scan(&place)
		}); err != nil {
			t.Fatal(err)
		}
		l.account("there", auth.Officer, place, 0)
		third, _, _ := drafted(t, l.Store, true)
		step(func(tx *db.Tx) (bool, error) { return l.SubmitTx(tx, "account:3", third, 1, "") })
		if got := l.told("there"); len(got) != 1 || !strings.HasPrefix(got[0], "plan.submitted") {
			t.Errorf("an officer of a place of the plan is told: %v", got)
		}
	})
}
