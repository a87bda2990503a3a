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

// TestDelegation_OnlyInItsDays: the role is there from the first to the last day, at the
// next request, without a new sign-in, and what is done in it names both.
func TestDelegation_OnlyInItsDays(t *testing.T) {
	c := newClock()
	start := c.now
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c.now = start
		ctx := context.Background()
		a := accounts(d)
		boss := add(t, a, "sơn", auth.Leader)
		id := add(t, a, "hà.1", auth.Officer)
		today := auth.Today(c.now)
		n := auth.NewDelegation{From: boss, To: id, First: today + 1, Last: today + 2, Reason: "đi họp"}
		lent, err := a.Delegate(ctx, "account:"+itoa(boss), n)
		if err != nil {
			t.Fatal(err)
		}
		for day, want := range map[int]bool{0: false, 1: true, 2: true, 3: false} {
			c.now = start.Add(time.Duration(day) * 24 * time.Hour)
			u, ok := find(t, a, session(t, a, id))
			if !ok || u.Has(auth.Leader) != want || !u.Has(auth.Officer) || u.Has(auth.Admin) {
				t.Errorf("day %d: %+v %v", day, u, ok)
			}
			only, both := auth.Only(auth.Leader), auth.Only(auth.Leader, auth.Officer)
			if in, ok := only.Enter(u, true); ok != want || want && in.Actor() != "account:"+itoa(id)+" for account:"+itoa(boss) {
				t.Errorf("day %d: a leader's door: %v %s", day, ok, in.Actor())
			}
			if in, ok := both.Enter(u, true); !ok || in.Actor() != "account:"+itoa(id) {
				t.Errorf("day %d: his own door: %v %s", day, ok, in.Actor())
			}
			if want && (u.For(auth.Leader) != boss || u.For(auth.Officer) != 0) {
				t.Errorf("day %d: for %d", day, u.For(auth.Leader))
			}
		}
		c.now = start.Add(24 * time.Hour)
		token := session(t, a, id)
		if u, _ := find(t, a, token); !u.Has(auth.Leader) {
			t.Fatal("not lent")
		}
		if err := a.EndDelegation(ctx, "test", id+100, lent); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a stranger ends it: %v", err)
		}
		if err := a.EndDelegation(ctx, "account:"+itoa(boss), boss, lent); err != nil {
			t.Fatal(err)
		}
		if u, ok := find(t, a, token); !ok || u.Has(auth.Leader) {
			t.Errorf("ended and still lent: %+v", u)
		}
		for _, who := range []int64{boss, id} {
			if !audited(t, d, who, "account.lend") || !audited(t, d, who, "account.lend.end") {
				t.Errorf("account %d: no trace", who)
			}
			if all, err := a.Delegations(ctx, who); err != nil || len(all) != 1 || all[0].EndedBy == "" {
				t.Errorf("account %d: %+v %v", who, all, err)
			}
		}
	}, db.Clock(c.Now))
}

// TestDelegation_EndsWithTheLeader: who is shut out, or leads no more, lends nothing.
func TestDelegation_EndsWithTheLeader(t *testing.T) {
	for name, end := range map[string]func(ctx context.Context, a *auth.Accounts, boss int64) error{
		"disabled": func(ctx context.Context, a *auth.Accounts, boss int64) error {
			_, err := a.SetDisabled(ctx, "test", boss, 0, true)
			return err
		},
		"another role": func(ctx context.Context, a *auth.Accounts, boss int64) error {
			_, err := a.SetRole(ctx, "test", boss, 0, auth.Auditor, 0)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			a := accounts(dbtest.SQLite(t))
			boss := add(t, a, "sơn", auth.Leader)
			id := add(t, a, "hà.1", auth.Officer)
			today := auth.Today(time.Now())
			if _, err := a.Delegate(ctx, "test", auth.NewDelegation{From: boss, To: id, First: today, Last: today, Reason: "đi họp"}); err != nil {
				t.Fatal(err)
			}
			token := session(t, a, id)
			if u, _ := find(t, a, token); !u.Has(auth.Leader) {
				t.Fatal("not lent")
			}
			if err := end(ctx, a, boss); err != nil {
				t.Fatal(err)
			}
			if u, ok := find(t, a, token); !ok || u.Has(auth.Leader) {
				t.Errorf("still lent: %+v %v", u, ok)
			}
		})
	}
}

func TestDelegation_Refuses(t *testing.T) {
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t))
	boss := add(t, a, "sơn", auth.Leader)
	other := add(t, a, "tùng", auth.Leader)
	officer := add(t, a, "hà.1", auth.Officer)
	coop, _ := a.Add(ctx, "test", auth.NewAccount{Login: "htx", Name: "HTX", Role: auth.Coop, Org: 5})
	off := add(t, a, "cũ.1", auth.Officer)
	if _, err := a.SetDisabled(ctx, "test", off, 0, true); err != nil {
		t.Fatal(err)
	}
	today := auth.Today(time.Now())
	good := auth.NewDelegation{From: boss, To: officer, First: today, Last: today + 3, Reason: "đi họp"}
	for want, change := range map[string]func(n *auth.NewDelegation){
		"auth.fault.lend_role":   func(n *auth.NewDelegation) { n.From = officer },
		"auth.fault.lend_to":     func(n *auth.NewDelegation) { n.To = coop },
		"auth.fault.lend_past":   func(n *auth.NewDelegation) { n.First = today - 1 },
		"auth.fault.lend_order":  func(n *auth.NewDelegation) { n.Last = today - 1 },
		"auth.fault.lend_long":   func(n *auth.NewDelegation) { n.Last = today + 92 },
		"auth.fault.lend_reason": func(n *auth.NewDelegation) { n.Reason = " " },
		"auth.fault.lend_last":   func(n *auth.NewDelegation) { n.Last = 0 },
		"auth.fault.lend_first":  func(n *auth.NewDelegation) { n.First = 0 },
	} {
		n := good
		change(&n)
		if _, err := a.Delegate(ctx, "test", n); !strings.Contains(text(err), want) {
			t.Errorf("want %s: %v", want, err)
		}
	}
	for _, to := range []int64{0, boss, other, off, 9999} {
		n := good
		n.To = to
		if _, err := a.Delegate(ctx, "test", n); !strings.Contains(text(err), "auth.fault.lend_to") {
			t.Errorf("to %d: %v", to, err)
		}
	}
	if _, err := a.Delegate(ctx, "test", good); err != nil {
		t.Fatal(err)
	}
	good.First, good.Last = today+3, today+5
	if _, err := a.Delegate(ctx, "test", good); !strings.Contains(text(err), "auth.fault.lend_twice") {
		t.Errorf("twice at once: %v", err)
	}
}
