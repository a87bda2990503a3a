package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

// sees asks the way areas ask; see auth.Sight.
func sees(t *testing.T, d *db.DB, s auth.Sight, place string) (ok bool) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		n := 0
		err := tx.QueryRow(`select count(*) where cast($1 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $1
			and s.under = $3 and s.valid_from <= $2 and s.valid_to >= $2)`, s.Account, s.Day, place).Scan(&n)
		ok = n == 1
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func session(t *testing.T, a *auth.Accounts, account int64) string {
	t.Helper()
	token, err := a.Sessions.Open(context.Background(), account, "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func find(t *testing.T, a *auth.Accounts, token string) (auth.User, bool) {
	t.Helper()
	u, ok, err := a.Sessions.Find(context.Background(), token)
	if err != nil {
		t.Fatal(err)
	}
	return u, ok
}

// TestGrant_Dates: what is granted is seen from its first to its last day, neither before
// nor after, and not once it is revoked.
func TestGrant_Dates(t *testing.T) {
	c := newClock()
	start := c.now
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c.now = start
		ctx := context.Background()
		a := accounts(d)
		id, err := a.Add(ctx, "test", auth.NewAccount{Login: "hà.1", Name: "Nguyễn Thu Hà", Role: auth.Officer, Scope: "d1"})
		if err != nil {
			t.Fatal(err)
		}
		today := auth.Today(c.now)
		if _, err := a.Grant(ctx, "test", id, "d2", today+2, today+3); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			day    calendar.Day
			d1, d2 bool
		}{{today, true, false}, {today + 2, true, true}, {today + 3, true, true}, {today + 4, true, false}} {
			c.now = start.Add(time.Duration(step.day-today) * 24 * time.Hour)
			u, ok := find(t, a, session(t, a, id))
			if !ok || u.Sight.Everywhere() {
				t.Fatalf("%+v %v", u, ok)
			}
			if got := sees(t, d, u.Sight, "d1.1"); got != step.d1 {
				t.Errorf("on %s sees d1.1: %v", step.day, got)
			}
			if got := sees(t, d, u.Sight, "d2"); got != step.d2 {
				t.Errorf("on %s sees d2: %v", step.day, got)
			}
			if sees(t, d, u.Sight, "d3") {
				t.Error("sees what was never granted")
			}
		}
		all, err := a.Grants(ctx, id)
		if err != nil || len(all) != 2 || all[0].Scope != "d2" || all[1].To != auth.NoEnd {
			t.Fatalf("%+v %v", all, err)
		}
		token := session(t, a, id)
		if err := a.Revoke(ctx, "test", id, all[1].ID); err != nil {
			t.Fatal(err)
		}
		if _, ok := find(t, a, token); ok {
			t.Error("a session outlives a change of grants")
		}
		u, _ := find(t, a, session(t, a, id))
		if sees(t, d, u.Sight, "d1") {
			t.Error("sees what was revoked")
		}
		if err := a.Revoke(ctx, "test", id+1, all[0].ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("another account's grant: %v", err)
		}
		if !audited(t, d, id, "account.grant") || !audited(t, d, id, "account.revoke") {
			t.Error("grants leave no trace")
		}
	}, db.Clock(c.Now))
}

func TestGrant_Refuses(t *testing.T) {
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t))
	id := add(t, a, "hà.1", auth.Officer)
	if _, err := a.Grant(ctx, "test", id, "nowhere", 0, 0); !strings.Contains(text(err), "auth.fault.scope") {
		t.Errorf("an unknown scope: %v", err)
	}
	if _, err := a.Grant(ctx, "test", id, "d1", 20000, 19999); !strings.Contains(text(err), "auth.fault.grant_days") {
		t.Errorf("ends before it begins: %v", err)
	}
	coop, err := a.Add(ctx, "test", auth.NewAccount{Login: "htx", Name: "HTX", Role: auth.Coop, Org: 5})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Grant(ctx, "test", coop, "*", 0, 0); !strings.Contains(text(err), "auth.fault.grant_role") {
		t.Errorf("a cooperative sees everything: %v", err)
	}
}

// TestEverywhere_EndsToo: "everywhere" has days as well.
func TestEverywhere_EndsToo(t *testing.T) {
	c := newClock()
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t, db.Clock(c.Now)))
	id := add(t, a, "hà.1", auth.Officer)
	if u, _ := find(t, a, session(t, a, id)); !u.Sight.Everywhere() {
		t.Fatalf("%+v", u)
	}
	all, _ := a.Grants(ctx, id)
	if err := a.Revoke(ctx, "test", id, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if u, ok := find(t, a, session(t, a, id)); !ok || u.Sight.Everywhere() {
		t.Errorf("after the end: %+v %v", u, ok)
	}
}

// TestRefreshReach: other knowledge fills granted scopes anew, the same does nothing.
func TestRefreshReach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		a := accounts(d)
		id, err := a.Add(ctx, "test", auth.NewAccount{Login: "hà.1", Name: "Nguyễn Thu Hà", Role: auth.Officer, Scope: "d1"})
		if err != nil {
			t.Fatal(err)
		}
		u, _ := find(t, a, session(t, a, id))
		if err := a.RefreshReach(ctx, "one"); err != nil {
			t.Fatal(err)
		}
		a.Under = func(scope string) []string { return []string{scope, scope + ".new"} }
		if err := a.RefreshReach(ctx, "one"); err != nil || sees(t, d, u.Sight, "d1.new") {
			t.Errorf("filled anew without need: %v", err)
		}
		if err := a.RefreshReach(ctx, "two"); err != nil {
			t.Fatal(err)
		}
		if !sees(t, d, u.Sight, "d1.new") || sees(t, d, u.Sight, "d1.1") {
			t.Error("the reach is not the new one")
		}
	})
}

func TestEndedGrants_AreListedNotChanged(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t)
	a := accounts(d)
	id, _ := a.Add(ctx, "test", auth.NewAccount{Login: "hà.1", Name: "Nguyễn Thu Hà", Role: auth.Officer, Scope: "d1"})
	add(t, a, "boss", auth.Admin)
	if _, err := a.Grant(ctx, "test", id, "d2", 0, 0); err != nil {
		t.Fatal(err)
	}
	got, err := a.EndedGrants(ctx, func(scope string, _ calendar.Day) bool { return scope == "d1" })
	if err != nil || len(got) != 1 || got[0].Scope != "d1" || got[0].AccountName != "Nguyễn Thu Hà" {
		t.Fatalf("%+v %v", got, err)
	}
	u, _ := find(t, a, session(t, a, id))
	if !sees(t, d, u.Sight, "d1.1") || sees(t, d, u.Sight, "d3") {
		t.Error("the end of a unit changed a grant")
	}
}
