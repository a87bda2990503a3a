package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

var scopes = []string{"offers:read", "offers:write"}

func TestToken_Life(t *testing.T) {
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
		boss := add(t, a, "sơn", auth.Leader)
		if _, err := a.Delegate(ctx, "test", auth.NewDelegation{From: boss, To: id, First: auth.Today(c.now), Last: auth.Today(c.now) + 40, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		token, _, err := a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: "máy kế toán", Scopes: []string{"offers:read"}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		who := func(token string) (auth.User, bool) {
			t.Helper()
			u, ok, err := a.Sessions.ByToken(ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			return u, ok
		}
		u, ok := who(token)
		if !ok || u.ID != id || !u.Token.Holds("offers:read") || u.Token.Holds("offers:write") || u.Sight.Everywhere() {
			t.Fatalf("%+v %v", u, ok)
		}
		if u.Has(auth.Leader) {
			t.Error("a lent role goes into a token")
		}
		if _, ok := find(t, a, token); ok {
			t.Error("a token opens a session")
		}
		if _, ok := who(session(t, a, id)); ok {
			t.Error("a session is a token")
		}
		first, _ := a.Tokens(ctx, id)
		c.now = c.now.Add(30 * time.Second)
		who(token)
		if again, _ := a.Tokens(ctx, id); !again[0].Used.Equal(first[0].Used) || again[0].Used.IsZero() {
			t.Errorf("touched within a minute: %v %v", first[0].Used, again[0].Used)
		}
		c.now = c.now.Add(time.Minute)
		who(token)
		if again, _ := a.Tokens(ctx, id); !again[0].Used.Equal(c.now) {
			t.Errorf("not touched after a minute: %v", again[0].Used)
		}
		if _, err := a.SetDisabled(ctx, "test", id, 0, true); err != nil {
			t.Fatal(err)
		}
		if _, ok := who(token); ok {
			t.Error("a disabled account's token works")
		}
		if _, _, err := a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: "x", Scopes: scopes, Days: 1}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a token for a disabled account: %v", err)
		}
		if _, err := a.SetDisabled(ctx, "test", id, 0, false); err != nil {
			t.Fatal(err)
		}
		if _, ok := who(token); ok {
			t.Error("letting the account in again let its old token in too")
		}
		token, tid, err := a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: "mới", Scopes: scopes, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.RevokeToken(ctx, "test", boss, tid); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("somebody else's token: %v", err)
		}
		if _, ok := who(token); !ok {
			t.Error("gone")
		}
		if err := a.RevokeToken(ctx, "test", id, tid); err != nil {
			t.Fatal(err)
		}
		if _, ok := who(token); ok {
			t.Error("revoked and works")
		}
		token, _, _ = a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: "một ngày", Scopes: scopes, Days: 1})
		c.now = c.now.Add(24 * time.Hour)
		if _, ok := who(token); ok {
			t.Error("works after its last day")
		}
		if all, err := a.Tokens(ctx, 0); err != nil || len(all) != 3 {
			t.Errorf("%d %v", len(all), err)
		}
	}, db.Clock(c.Now))
}

func TestToken_Refuses(t *testing.T) {
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t))
	id := add(t, a, "hà.1", auth.Officer)
	_, _, err := a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: " ", Scopes: []string{"everything"}, Days: 366})
	list, _ := innermost(err)
	if len(list) != 3 {
		t.Errorf("want three faults, got %v", err)
	}
	for i := range 21 {
		_, _, err = a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: "x", Scopes: scopes, Days: 1})
		if err != nil && i < 20 {
			t.Fatal(err)
		}
	}
	if !strings.Contains(text(err), "auth.fault.token_many") {
		t.Errorf("the twenty-first: %v", err)
	}
}
