package hook

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
)

// TestEmit_Sight: who is told is who may see the object on that day.
func TestEmit_Sight(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, nil)
		today := auth.Today(k.clock.Now())
		ids := map[string]int64{
			"admin": k.account("admin", auth.Admin, "", 0), "auditor": k.account("auditor", auth.Auditor, "", 0),
			"leader of A": k.account("leader.a", auth.Leader, "A", 0), "officer of A": k.account("officer.a", auth.Officer, "A", 0),
			"officer of B": k.account("officer.b", auth.Officer, "B", 0), "own coop": k.account("coop", auth.Coop, "", 501),
			"other coop": k.account("coop.other", auth.Coop, "", 502), "buyer of the org": k.account("buyer", auth.Buyer, "", 501),
			"disabled": k.account("disabled", auth.Officer, "A", 0), "expired": k.account("expired", auth.Officer, "B", 0),
			"tomorrow": k.account("tomorrow", auth.Officer, "B", 0), "revoked": k.account("revoked", auth.Officer, "B", 0),
		}
		for _, g := range []struct {
			who      string
			from, to calendar.Day
		}{{"expired", -9, -1}, {"tomorrow", 1, 9}} {
			_, err := k.acc.Grant(ctx, "test", ids[g.who], "A", today+g.from, today+g.to)
			must(t, err)
		}
		grant, err := k.acc.Grant(ctx, "test", ids["revoked"], "A", today, 0)
		must(t, err)
		must(t, k.acc.Revoke(ctx, "test", ids["revoked"], grant))
		subs := map[int64]string{}
		for who, id := range ids {
			s, _ := k.subscribe(id, r)
			subs[s] = who
		}
		must(t, disable(k, ids["disabled"]))
		told := func(e Event) string {
			t.Helper()
			k.emit(e)
			var out []string
			must(t, k.d.Read(ctx, func(tx *db.Tx) error {
				all, err := numbers(tx, `select subscription_id from hook_delivery where event_id = (select max(id) from hook_event where object = $1) order by 1`, e.Object)
				for _, s := range all {
					out = append(out, subs[s])
				}
				return err
			}))
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		for _, c := range []struct{ object, places, orgs, want string }{
			{"a", "A.1", "501", "admin, auditor, buyer of the org, leader of A, officer of A, own coop"},
			{"b", "B.1", "502", "admin, auditor, expired, officer of B, other coop, revoked, tomorrow"},
			{"c", "A.2 B", "", "admin, auditor, expired, leader of A, officer of A, officer of B, revoked, tomorrow"},
			{"d", "C", "", "admin, auditor"},
			{"e", "", "", "admin, auditor"},
		} {
			e := entry(EntryChanged)
			e.Object, e.Places, e.Orgs = c.object, strings.Fields(c.places), nil
			switch c.orgs {
			case "501":
				e.Orgs = []int64{501}
			case "502":
				e.Orgs = []int64{502}
			}
			if got := told(e); got != c.want {
				t.Errorf("of places %q and organisation %q are told: %s\nwant: %s", c.places, c.orgs, got, c.want)
			}
		}
	})
}

// disable disables an account as an administrator does.
func disable(k *kit, id int64) error {
	a, err := k.acc.ByID(context.Background(), id)
	if err != nil {
		return err
	}
	_, err = k.acc.SetDisabled(context.Background(), "test", id, a.Version, true)
	return err
}

// TestEmit_StaffRoles: the roles in the query are those of auth.
func TestEmit_StaffRoles(t *testing.T) {
	for _, r := range auth.Roles {
		where := "a.role in ('coop', 'buyer')"
		if r.In(auth.Staff...) {
			where = "a.role in ('admin', 'leader', 'officer', 'auditor')"
		}
		if !strings.Contains(maySee, where) || !strings.Contains(where, "'"+string(r)+"'") {
			t.Errorf("maySee does not know the role %s", r)
		}
	}
}

func TestEmit_OneEventForAChangeAndNoneForARolledBackOne(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		r := newReceiver(t, nil)
		a := k.account("lan", auth.Officer, "", 0)
		boom := errors.New("boom")
		k.emit(entry(EntryAdded)) // nobody listens
		if n := k.count(`select count(*) from hook_event`); n != 0 {
			t.Errorf("%d events are kept that nobody is told of", n)
		}
		first, _ := k.subscribe(a, r)
		second, _ := k.subscribe(a, r)
		err := k.d.InTx(t.Context(), func(tx *db.Tx) error {
			if err := k.Emit(tx, entry(EntryAdded)); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if n := k.count(`select count(*) from hook_event`) + k.count(`select count(*) from hook_delivery`) + k.count(`select count(*) from river_job`); n != 0 {
			t.Errorf("a rolled back change left %d rows", n)
		}
		k.emit(entry(EntryAdded))
		if n := k.count(`select count(*) from hook_event`); n != 1 {
			t.Errorf("%d events of one change", n)
		}
		if n := k.count(`select count(*) from river_job where kind = 'hook.send'`); n != 2 {
			t.Errorf("%d sending jobs, want one for each subscription", n)
		}
		k.emit(entry(EntryChanged))
		if n := k.count(`select count(*) from river_job where kind = 'hook.send'`); n != 2 {
			t.Errorf("%d sending jobs after a second change, want two: they wait for both", n)
		}
		k.drain(first)
		k.drain(second)
		all := r.got()
		if len(all) != 4 || all[0].id != all[2].id || all[0].id == all[1].id {
			t.Fatalf("delivered: %s", words(all))
		}
		e := all[0].event(t)
		if len(e) != 6 || e["id"] != all[0].id || e["type"] != "entry.added" || e["object"] != "entry/12" || e["version"] != 3.0 || e["path"] != "/offers/12" || e["at"] != "2026-11-24T03:00:00Z" {
			t.Errorf("%s", all[0].body)
		}
		if all[0].ctype != "application/json" || all[0].agent != "lienket-webhook/test" {
			t.Errorf("%q %q", all[0].ctype, all[0].agent)
		}
	})
}

// TestEmit_OnlyTheChosenKindsWhileOn: what was not chosen, or happened while off, is not kept.
func TestEmit_OnlyTheChosenKindsWhileOn(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		a := k.account("lan", auth.Officer, "", 0)
		id, _, err := k.Add(ctx, nil, "test", a, Wish{Name: "x", URL: "https://example.com/", Kinds: []Kind{PlanReleased}})
		must(t, err)
		k.emit(entry(EntryAdded))
		k.emit(entry(PlanReleased))
		if got := k.list(id); len(got) != 1 || got[0].Kind != PlanReleased || got[0].State != Waiting {
			t.Fatalf("%+v", got)
		}
		if ok, err := k.SetState(ctx, nil, "account:1", a, id, 1, false); !ok || err != nil {
			t.Fatal(ok, err)
		}
		k.emit(entry(PlanReleased))
		if got := k.list(id); len(got) != 1 || got[0].State != Dropped {
			t.Errorf("while it is off: %+v", got)
		}
		if ok, err := k.SetState(ctx, nil, "account:1", a, id, 2, true); !ok || err != nil {
			t.Fatal(ok, err)
		}
		k.emit(entry(PlanReleased))
		if got := k.list(id); len(got) != 2 || got[0].State != Waiting {
			t.Errorf("on again: %+v", got)
		}
	})
}

// TestDrain_AsksAgainWhoMaySee: what was written while the account saw it is not sent once it
// does not.
func TestDrain_AsksAgainWhoMaySee(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		ctx := context.Background()
		r := newReceiver(t, nil)
		a := k.account("lan", auth.Officer, "B", 0)
		today := auth.Today(k.clock.Now())
		_, err := k.acc.Grant(ctx, "test", a, "A", today, today)
		must(t, err)
		id, _ := k.subscribe(a, r)
		k.emit(entry(EntryAdded))
		k.clock.add(24 * time.Hour)
		k.drain(id)
		if got := k.list(id); len(r.got()) != 0 || len(got) != 1 || got[0].State != Dropped {
			t.Errorf("%d were sent, %+v", len(r.got()), got)
		}
		_, err = k.Ping(ctx, nil, a, id)
		must(t, err)
		must(t, disable(k, a))
		k.drain(id)
		if n := len(r.got()); n != 0 {
			t.Errorf("%d tests were sent for a disabled account", n)
		}
	})
}
