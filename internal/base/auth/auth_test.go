package auth_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

const good = "bưởi đỏ Tân Lạc"

// clock is a time that a test can move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2023, 12, 18, 8, 0, 0, 0, time.UTC)} }

func accounts(d *db.DB) *auth.Accounts {
	a := auth.NewAccounts(d, auth.NewSessions(d, nil))
	a.Key = bytes.Repeat([]byte{7}, 32)
	a.Under = func(scope string) []string {
		if strings.HasPrefix(scope, "d") {
			return []string{scope, scope + ".1", scope + ".2"}
		}
		return nil
	}
	return a
}

func add(t *testing.T, a *auth.Accounts, login string, role auth.Role) int64 {
	t.Helper()
	id, err := a.Add(context.Background(), "test", auth.NewAccount{Login: login, Name: "Nguyễn Thu Hà", Role: role, Password: good})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAdd_RefusesWithEveryFault(t *testing.T) {
	a := accounts(dbtest.SQLite(t))
	_, err := a.Add(context.Background(), "test", auth.NewAccount{Login: "x", Role: "king", Password: "short", Org: 3})
	list, ok := innermost(err)
	if !ok || len(list) != 5 {
		t.Fatalf("want five faults at once (login, name, role, org, password), got %v", err)
	}
	add(t, a, "0900 000 118", auth.Officer)
	if _, err := a.Add(context.Background(), "test", auth.NewAccount{Login: "0900.000.118", Name: "B", Role: auth.Officer}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("the same phone number twice: %v", err)
	}
}

func innermost(err error) (fault.List, bool) {
	for err != nil {
		if l, ok := err.(fault.List); ok {
			return l, true
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return nil, false
		}
		err = u.Unwrap()
	}
	return nil, false
}

func TestSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		a := accounts(d)
		id := add(t, a, "Thu.Hà", auth.Officer)
		in, err := a.SignIn(ctx, "thu.ha", good, auth.Visit{Address: "10.0.0.0"})
		if err != nil || in.Step != "" || in.User.ID != id {
			t.Fatal(in, err)
		}
		token := in.Session
		u, ok, err := a.Sessions.Find(ctx, token)
		if err != nil || !ok || u.ID != id || u.Role != auth.Officer {
			t.Fatalf("found %+v %v %v", u, ok, err)
		}
		// Rotation: the token from before signing in is worthless after it.
		in, err = a.SignIn(ctx, "thu.ha", good, auth.Visit{Address: "10.0.0.0", Old: token})
		next := in.Session
		if err != nil || next == token {
			t.Fatal(err)
		}
		if _, ok, _ := a.Sessions.Find(ctx, token); ok {
			t.Error("the old token still signs in")
		}
		for _, c := range [][2]string{{"thu.ha", "sai mật khẩu rồi"}, {"nobody", good}} {
			_, err := a.SignIn(ctx, c[0], c[1], auth.Visit{Address: "10.0.0.0"})
			if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "auth.fault.wrong") {
				t.Errorf("%v: %v", c, err)
			}
		}
		if err := a.Sessions.End(ctx, next); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := a.Sessions.Find(ctx, next); ok {
			t.Error("signed out and still in")
		}
		if !audited(t, d, id, "account.add") {
			t.Error("adding an account left no trace")
		}
	})
}

func audited(t *testing.T, d *db.DB, id int64, action string) (found bool) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		es, err := audit.For(tx, "account:"+itoa(id))
		for _, e := range es {
			found = found || e.Action == action
			if strings.Contains(text(e.After), "argon2") {
				t.Error("the audit trail holds a hash")
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestSession_IdleAndAbsolute(t *testing.T) {
	ctx := context.Background()
	c := newClock()
	a := accounts(dbtest.SQLite(t, db.Clock(c.Now)))
	id := add(t, a, "hà.1", auth.Officer)
	token, err := a.Sessions.Open(ctx, id, "")
	if err != nil {
		t.Fatal(err)
	}
	alive := func() bool {
		_, ok, err := a.Sessions.Find(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	c.now = c.now.Add(11 * time.Hour)
	if !alive() {
		t.Error("over after 11 h")
	}
	c.now = c.now.Add(11 * time.Hour) // 22 h old, but used in between
	if !alive() {
		t.Error("over although it was used")
	}
	c.now = c.now.Add(12 * time.Hour)
	if alive() {
		t.Error("alive after 12 idle hours")
	}
	token, _ = a.Sessions.Open(ctx, id, "")
	for range 7*24/6 - 1 {
		c.now = c.now.Add(6 * time.Hour)
		if !alive() {
			t.Fatal("over within a week of use")
		}
	}
	c.now = c.now.Add(6 * time.Hour)
	if alive() {
		t.Error("alive after seven days")
	}
}

func TestDisable_EndsSessions(t *testing.T) {
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t))
	boss := add(t, a, "boss", auth.Admin)
	id := add(t, a, "hà.1", auth.Officer)
	token, _ := a.Sessions.Open(ctx, id, "")
	acc, _ := a.ByID(ctx, id)
	if ok, err := a.SetDisabled(ctx, "test", id, acc.Version+1, true); ok || err != nil {
		t.Errorf("a stale version: %v %v", ok, err)
	}
	if ok, err := a.SetDisabled(ctx, "test", id, acc.Version, true); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	if _, ok, _ := a.Sessions.Find(ctx, token); ok {
		t.Error("a disabled account is still signed in")
	}
	if _, err := a.SignIn(ctx, "hà.1", good, auth.Visit{Address: "10.0.0.0"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a disabled account signs in: %v", err)
	}
	if _, err := a.SetDisabled(ctx, "test", boss, 0, true); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("the last administrator: %v", err)
	}
}

func TestRateLimit_TenThenOneAMinute(t *testing.T) {
	c := newClock()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		a := accounts(d)
		add(t, a, "hà.1", auth.Officer)
		code := func(login, password, from string) fault.Code {
			_, err := a.SignIn(ctx, login, password, auth.Visit{Address: from})
			if err == nil {
				return ""
			}
			return fault.CodeOf(err)
		}
		for i := range 10 {
			if got := code("hà.1", "sai mật khẩu", "10.0.0.0"); got != fault.Invalid {
				t.Fatalf("try %d: %s", i, got)
			}
		}
		a = accounts(d) // the program started again: it remembers
		if got := code("hà.1", good, "10.9.0.0"); got != fault.TooMany {
			t.Errorf("the account from elsewhere: %q", got)
		}
		if got := code("someone", good, "10.0.0.0"); got != fault.TooMany {
			t.Errorf("the address for another account: %q", got)
		}
		c.now = c.now.Add(61 * time.Second)
		if got := code("hà.1", good, "10.0.0.0"); got != "" {
			t.Errorf("after a minute: %q", got)
		}
		for i := range 15 { // success gives its try back
			if got := code("hà.1", good, "10.5.0.0"); got == fault.TooMany && i > 0 {
				t.Fatalf("sign-in %d of a whole office was shut out", i)
			}
		}
		for range 10 { // who is not known waits like who is
			code("nobody", "sai mật khẩu", "10.7.0.0")
		}
		if got := code("nobody", "sai mật khẩu", "10.8.0.0"); got != fault.TooMany {
			t.Errorf("an unknown login does not wait: %q", got)
		}
	}, db.Clock(c.Now))
}

func TestLink_OneUse(t *testing.T) {
	ctx := context.Background()
	c := newClock()
	a := accounts(dbtest.SQLite(t, db.Clock(c.Now)))
	id := add(t, a, "hà.1", auth.Leader)
	token, err := a.NewLink(ctx, "test", id, time.Hour, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // looking spends nothing
		if u, err := a.LinkAccount(ctx, token); err != nil || u.ID != id {
			t.Fatalf("%+v %v", u, err)
		}
	}
	if in, err := a.UseLink(ctx, token, auth.Visit{}); err != nil || in.Session == "" || in.User.ID != id {
		t.Fatal(err)
	}
	if _, err := a.UseLink(ctx, token, auth.Visit{}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a second use: %v", err)
	}
	late, _ := a.NewLink(ctx, "test", id, time.Hour, 5)
	c.now = c.now.Add(time.Hour)
	if _, err := a.LinkAccount(ctx, late); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("an old link: %v", err)
	}
}

func TestSetPassword_EndsOtherSessions(t *testing.T) {
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t))
	id := add(t, a, "hà.1", auth.Officer)
	here, _ := a.Sessions.Open(ctx, id, "")
	there, _ := a.Sessions.Open(ctx, id, "")
	if err := a.SetPassword(ctx, "test", id, "một câu khác hẳn", here); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := a.Sessions.Find(ctx, here); !ok {
		t.Error("the own session ended")
	}
	if _, ok, _ := a.Sessions.Find(ctx, there); ok {
		t.Error("another session lives on")
	}
	if ok, err := a.Verify(ctx, id, "một câu khác hẳn"); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	if ok, _ := a.Verify(ctx, id, good); ok {
		t.Error("the old password still holds")
	}
}

func TestCheckPassword(t *testing.T) {
	for p, ok := range map[string]bool{
		good: true, "ngắn": false, "1234567890": false, "aaaaaaaaaaaa": false, "Mật khẩu 123": false, "0900000118": false,
		strings.Repeat("dài ", 80): false,
	} {
		if err := auth.CheckPassword(p, "0900000118", "password"); (err == nil) != ok {
			t.Errorf("%q: %v", p, err)
		}
	}
}

func TestFoldLogin(t *testing.T) {
	for in, want := range map[string]string{" Thu.Hà ": "thu.ha", "0900 000.118": "0900000118", "Đỗ-A@x.vn": "do-a@x.vn"} {
		if got := auth.FoldLogin(in); got != want {
			t.Errorf("FoldLogin(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMay(t *testing.T) {
	officer := auth.User{Role: auth.Officer}
	for _, c := range []struct {
		may  auth.May
		in   bool
		want bool
		text string
	}{
		{auth.May{}, true, false, "UNSET"},
		{auth.Anyone, false, true, "anyone"},
		{auth.SignedIn, false, false, "signed in"},
		{auth.SignedIn, true, true, "signed in"},
		{auth.Only(auth.Officer, auth.Admin), true, true, "admin officer"},
		{auth.Only(auth.Officer), false, false, "officer"},
		{auth.Only(auth.Leader), true, false, "leader"},
		{auth.Only("king"), true, false, "UNSET"},
	} {
		if got := c.may.Allows(officer, c.in); got != c.want || c.may.String() != c.text {
			t.Errorf("%s: %v, want %v (%s)", c.may, got, c.want, c.text)
		}
	}
}
