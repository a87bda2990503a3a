package auth_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

func TestRoster(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		a := accounts(d)
		for i, n := range []struct {
			name string
			role auth.Role
		}{{"Nguyễn Thị Bình", auth.Officer}, {"Bùi Văn Ất", auth.Leader}, {"Đinh Công Ân", auth.Officer}, {"Quách Thị Đào", auth.Auditor}} {
			if _, err := a.Add(ctx, "test", auth.NewAccount{Login: fmt.Sprintf("0900000%03d", i), Name: n.name, Role: n.role}); err != nil {
				t.Fatal(err)
			}
		}
		off, _ := a.ByLogin(ctx, "0900000003")
		if _, err := a.SetDisabled(ctx, "test", off.ID, 0, true); err != nil {
			t.Fatal(err)
		}
		names := func(q auth.RosterQuery) (out []string, total int) {
			t.Helper()
			q.Size = max(q.Size, 2)
			ls, total, err := a.Roster(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range ls {
				out = append(out, l.Name)
			}
			return out, total
		}
		for _, c := range []struct {
			q     auth.RosterQuery
			want  string
			total int
		}{
			{auth.RosterQuery{Size: 9}, "Đinh Công Ân, Bùi Văn Ất, Nguyễn Thị Bình, Quách Thị Đào", 4}, // by given name: Ân before Ất
			{auth.RosterQuery{Size: 9, Sort: "-login"}, "Quách Thị Đào, Đinh Công Ân, Bùi Văn Ất, Nguyễn Thị Bình", 4},
			{auth.RosterQuery{Page: 2}, "Nguyễn Thị Bình, Quách Thị Đào", 4},
			{auth.RosterQuery{Text: "dinh cong"}, "Đinh Công Ân", 1},
			{auth.RosterQuery{Text: "0900000001"}, "Bùi Văn Ất", 1},
			{auth.RosterQuery{Text: "100%_\\"}, "", 0},
			{auth.RosterQuery{Role: auth.Officer}, "Đinh Công Ân, Nguyễn Thị Bình", 2},
			{auth.RosterQuery{Off: "off"}, "Quách Thị Đào", 1},
			{auth.RosterQuery{Off: "on", Role: auth.Auditor}, "", 0},
			{auth.RosterQuery{Sort: "; drop"}, "Đinh Công Ân, Bùi Văn Ất", 4},
		} {
			got, total := names(c.q)
			if strings.Join(got, ", ") != c.want || total != c.total {
				t.Errorf("%+v: %v (%d), want %s (%d)", c.q, got, total, c.want, c.total)
			}
		}
		if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`update account set find = '', sort_key = ''`); return err }); err != nil {
			t.Fatal(err)
		}
		if err := a.FillFind(ctx); err != nil {
			t.Fatal(err)
		}
		if got, _ := names(auth.RosterQuery{Text: "đinh công ân"}); len(got) != 1 {
			t.Errorf("after filling the keys: %v", got)
		}
	})
}

// TestSetRole: what was given to the old role ends with it.
func TestSetRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		a := accounts(d)
		boss := add(t, a, "boss", auth.Admin)
		id := add(t, a, "hà.1", auth.Officer)
		acc, _ := a.ByID(ctx, id)
		token := session(t, a, id)
		api, _, err := a.AddToken(ctx, "test", scopes, auth.NewToken{Account: id, Name: "x", Scopes: scopes, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		link, _ := a.NewLink(ctx, "test", id, time.Hour, 1)
		if ok, err := a.SetRole(ctx, "test", id, acc.Version+1, auth.Auditor, 0); ok || err != nil {
			t.Errorf("a stale version: %v %v", ok, err)
		}
		if _, err := a.SetRole(ctx, "test", id, acc.Version, auth.Coop, 0); !strings.Contains(text(err), "auth.fault.org") {
			t.Errorf("a cooperative without one: %v", err)
		}
		if _, err := a.SetRole(ctx, "account:"+itoa(id), id, acc.Version, auth.Admin, 0); !strings.Contains(text(err), "auth.fault.own_role") {
			t.Errorf("makes himself an administrator: %v", err)
		}
		if _, err := a.SetRole(ctx, "test", boss, 0, auth.Officer, 0); !strings.Contains(text(err), "auth.fault.last_admin") {
			t.Errorf("the last administrator: %v", err)
		}
		if _, err := a.SetDisabled(ctx, "account:"+itoa(boss), boss, 0, true); !strings.Contains(text(err), "auth.fault.own_account") {
			t.Errorf("locks himself out: %v", err)
		}
		if ok, err := a.SetRole(ctx, "test", id, acc.Version, auth.Coop, 12); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if _, ok := find(t, a, token); ok {
			t.Error("a session outlives the role")
		}
		if _, ok, _ := a.Sessions.ByToken(ctx, api); ok {
			t.Error("a token outlives the role")
		}
		if _, err := a.LinkAccount(ctx, link); err == nil {
			t.Error("a link outlives the role")
		}
		u, _ := find(t, a, session(t, a, id))
		if u.Role != auth.Coop || u.Org != 12 || u.Sight.Everywhere() || sees(t, d, u.Sight, "d1") {
			t.Errorf("%+v", u)
		}
		if h, err := a.History(ctx, id, 2); err != nil || len(h) != 2 || h[0].Action != "account.role" {
			t.Errorf("%+v %v", h, err)
		}
		names, err := a.Names(ctx, id, boss, 99, id)
		if err != nil || len(names) != 2 {
			t.Errorf("%v %v", names, err)
		}
	})
}

func TestSessions_OwnersList(t *testing.T) {
	c := newClock()
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t, db.Clock(c.Now)))
	id := add(t, a, "hà.1", auth.Officer)
	open := func(agent string) string {
		token, err := a.Sessions.OpenOn(ctx, id, auth.Visit{Agent: agent, Address: "10.0.0.0"})
		if err != nil {
			t.Fatal(err)
		}
		c.now = c.now.Add(time.Second)
		return token
	}
	pc := open("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36")
	phone := open("Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 Mobile Safari/537.36 Zalo android/12")
	here := open("Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1")
	all, err := a.Sessions.Of(ctx, id, here)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	var words []string
	for _, s := range all {
		words = append(words, s.Browser+" "+s.On)
		if strings.Contains(s.Ref, pc) || s.Here != (s.On == "iPhone") {
			t.Errorf("%+v", s)
		}
	}
	if want := []string{"Safari iPhone", "Zalo Android", "Chrome Windows"}; !slices.Equal(words, want) {
		t.Errorf("%v, want %v", words, want)
	}
	other := add(t, a, "bình", auth.Officer)
	if err := a.Sessions.EndOne(ctx, "test", other, all[1].Ref); err != nil {
		t.Fatal(err)
	}
	if _, ok := find(t, a, phone); !ok {
		t.Error("somebody else ended it")
	}
	if err := a.Sessions.EndOne(ctx, "test", id, all[1].Ref); err != nil {
		t.Fatal(err)
	}
	if _, ok := find(t, a, phone); ok {
		t.Error("ended and alive")
	}
	next, err := a.Sessions.Rotate(ctx, here, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := find(t, a, here); ok {
		t.Error("the token from before the rotation works")
	}
	if err := a.Sessions.EndAll(ctx, "test", id, next); err != nil {
		t.Fatal(err)
	}
	if _, ok := find(t, a, pc); ok {
		t.Error("signed out everywhere and alive")
	}
	if _, ok := find(t, a, next); !ok {
		t.Error("the own session ended too")
	}
	if ok, err := a.Sessions.Proved(ctx, next); !ok || err != nil {
		t.Errorf("fresh and not proved: %v %v", ok, err)
	}
	c.now = c.now.Add(15 * time.Minute)
	if ok, _ := a.Sessions.Proved(ctx, next); ok {
		t.Error("proved for ever")
	}
	if next, err = a.Sessions.Rotate(ctx, next, true); err != nil {
		t.Fatal(err)
	}
	if ok, _ := a.Sessions.Proved(ctx, next); !ok {
		t.Error("shown again and not proved")
	}
}
