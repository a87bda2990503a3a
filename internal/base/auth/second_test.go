package auth_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
)

// app sets an authenticator app up and returns its secret and the recovery codes.
func app(t *testing.T, a *auth.Accounts, id int64, now time.Time) (secret string, codes []string) {
	t.Helper()
	ctx := context.Background()
	if err := a.StartApp(ctx, id); err != nil {
		t.Fatal(err)
	}
	acc, err := a.ByID(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := a.AppSecret(ctx, acc.User)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(setup.URI)
	if err != nil || u.Scheme != "otpauth" || u.Query().Get("issuer") != "lienket" {
		t.Fatalf("%s %v", setup.URI, err)
	}
	secret = u.Query().Get("secret")
	if strings.ReplaceAll(setup.Secret, " ", "") != secret {
		t.Errorf("typed %q, scanned %q", setup.Secret, secret)
	}
	codes, err = a.ConfirmApp(ctx, "test", id, code(t, secret, now), "")
	if err != nil || len(codes) != 10 {
		t.Fatal(codes, err)
	}
	return secret, codes
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	s, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestApp_SignIn: with an app, a password or a link opens only the second step; a code is
// good once; a code from yesterday, of another account or of the setup is not.
func TestApp_SignIn(t *testing.T) {
	c := newClock()
	start := c.now
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c.now = start
		ctx := context.Background()
		a := accounts(d)
		id := add(t, a, "hà.1", auth.Officer)
		other := add(t, a, "bình", auth.Officer)
		before := session(t, a, id)
		secret, _ := app(t, a, id, c.now)
		otherSecret, _ := app(t, a, other, c.now)
		if _, ok := find(t, a, before); ok {
			t.Error("a session from before the app lives on")
		}
		step := func() string {
			t.Helper()
			in, err := a.SignIn(ctx, "hà.1", good, auth.Visit{Address: "10.0.0.0"})
			if err != nil || in.Session != "" || in.Step == "" {
				t.Fatalf("%+v %v", in, err)
			}
			return in.Step
		}
		try := func(step, code string) (auth.In, error) {
			return a.FinishCode(ctx, step, code, auth.Visit{Address: "10.0.0.0"})
		}
		s := step()
		if p, err := a.Second(ctx, s); err != nil || !p.Codes || p.Passkeys || !p.Recovery || p.User.ID != id {
			t.Fatalf("%+v %v", p, err)
		}
		for name, wrong := range map[string]string{
			"the code of the setup again": code(t, secret, c.now), "another account's": code(t, otherSecret, c.now.Add(30*time.Second)),
			"yesterday's": code(t, secret, c.now.Add(-24*time.Hour)), "empty": "", "letters": "abcdef", "longer": code(t, secret, c.now.Add(30*time.Second)) + "0",
		} {
			if _, err := try(s, wrong); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		c.now = c.now.Add(90 * time.Second)
		now := code(t, secret, c.now)
		in, err := try(s, " "+now[:3]+" "+now[3:])
		if err != nil || in.User.ID != id {
			t.Fatal(err)
		}
		if u, ok := find(t, a, in.Session); !ok || u.ID != id {
			t.Fatal("not signed in")
		}
		if _, err := try(s, code(t, secret, c.now.Add(30*time.Second))); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("the step a second time: %v", err)
		}
		s = step()
		if _, err := try(s, now); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("the same code again: %v", err)
		}
		if _, err := try(s, code(t, secret, c.now.Add(-30*time.Second))); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("an older code after a newer one: %v", err)
		}
		if _, err := try(s, code(t, secret, c.now.Add(30*time.Second))); err != nil {
			t.Errorf("a clock that is half a minute ahead: %v", err)
		}
		s = step()
		c.now = c.now.Add(11 * time.Minute)
		if _, err := try(s, code(t, secret, c.now)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a step of eleven minutes ago: %v", err)
		}
		link, _ := a.NewLink(ctx, "test", id, time.Hour, 1)
		if in, err := a.UseLink(ctx, link, auth.Visit{}); err != nil || in.Session != "" || in.Step == "" {
			t.Errorf("a link went round the second factor: %+v %v", in, err)
		}
		s = step()
		if _, err := a.SetDisabled(ctx, "test", id, 0, true); err != nil {
			t.Fatal(err)
		}
		if _, err := try(s, code(t, secret, c.now)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("disabled between the steps: %v", err)
		}
	}, db.Clock(c.Now))
}

// TestApp_TriesAreCounted: who knows the password still has ten tries at the code.
func TestApp_TriesAreCounted(t *testing.T) {
	c := newClock()
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t, db.Clock(c.Now)))
	id := add(t, a, "hà.1", auth.Officer)
	secret, _ := app(t, a, id, c.now)
	c.now = c.now.Add(time.Hour)
	var last error
	for i := range 12 {
		in, err := a.SignIn(ctx, "hà.1", good, auth.Visit{Address: "10.0.0." + itoa(int64(i))})
		if err != nil {
			t.Fatal(err)
		}
		_, last = a.FinishCode(ctx, in.Step, "000000", auth.Visit{Address: "10.0.1." + itoa(int64(i))})
		if i < 10 && fault.CodeOf(last) != fault.Invalid {
			t.Fatalf("try %d: %v", i, last)
		}
		if i == 11 {
			if _, err := a.FinishCode(ctx, in.Step, code(t, secret, c.now), auth.Visit{Address: "10.0.2.0"}); fault.CodeOf(err) != fault.TooMany {
				t.Errorf("the right code while waiting: %v", err)
			}
		}
	}
	if fault.CodeOf(last) != fault.TooMany {
		t.Errorf("after ten tries: %v", last)
	}
}

func TestRecovery(t *testing.T) {
	ctx := context.Background()
	c := newClock()
	d := dbtest.SQLite(t, db.Clock(c.Now))
	a := accounts(d)
	id := add(t, a, "hà.1", auth.Officer)
	_, codes := app(t, a, id, c.now)
	in := func(code string) error {
		t.Helper()
		s, err := a.SignIn(ctx, "hà.1", good, auth.Visit{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.FinishCode(ctx, s.Step, code, auth.Visit{})
		return err
	}
	if err := in(strings.ToLower(strings.ReplaceAll(codes[3], "-", " "))); err != nil {
		t.Errorf("typed in small letters: %v", err)
	}
	if err := in(codes[3]); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a second time: %v", err)
	}
	if f, err := a.Factors(ctx, id); err != nil || f.Recovery != 9 || !f.App {
		t.Errorf("%+v %v", f, err)
	}
	again, err := a.NewRecovery(ctx, "test", id)
	if err != nil || len(again) != 10 {
		t.Fatal(err)
	}
	if err := in(codes[4]); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a code from before: %v", err)
	}
	if err := in(again[0]); err != nil {
		t.Error(err)
	}
	if !audited(t, d, id, "account.recovery.used") {
		t.Error("using a recovery code leaves no trace")
	}
}

// TestRequired: a role that needs a second factor may only set it up, at once and for open
// sessions too; and cannot take the last one away.
func TestRequired(t *testing.T) {
	c := newClock()
	start := c.now
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c.now = start
		ctx := context.Background()
		a := accounts(d)
		id := add(t, a, "sơn", auth.Leader)
		officer := add(t, a, "hà.1", auth.Officer)
		token := session(t, a, id)
		if u, _ := find(t, a, token); u.Enrol {
			t.Fatal("needed without being asked for")
		}
		if err := a.SetFactorRoles(ctx, "test", []auth.Role{auth.Leader, auth.Admin}); err != nil {
			t.Fatal(err)
		}
		if got, err := a.FactorRoles(ctx); err != nil || len(got) != 2 {
			t.Errorf("%v %v", got, err)
		}
		if u, ok := find(t, a, token); !ok || !u.Enrol {
			t.Errorf("%+v %v", u, ok)
		}
		if u, _ := find(t, a, session(t, a, officer)); u.Enrol {
			t.Error("an officer is asked too")
		}
		app(t, a, id, c.now)
		u, _ := find(t, a, session(t, a, id))
		if u.Enrol {
			t.Error("asked although it is there")
		}
		if err := a.RemoveApp(ctx, "test", u, ""); !strings.Contains(text(err), "auth.fault.factor_needed") {
			t.Errorf("takes the last one away: %v", err)
		}
		if err := a.SetFactorRoles(ctx, "test", nil); err != nil {
			t.Fatal(err)
		}
		if err := a.RemoveApp(ctx, "test", u, ""); err != nil {
			t.Error(err)
		}
		if in, err := a.SignIn(ctx, "sơn", good, auth.Visit{}); err != nil || in.Session == "" {
			t.Errorf("%+v %v", in, err)
		}
	}, db.Clock(c.Now))
}

func TestResetFactors(t *testing.T) {
	c := newClock()
	ctx := context.Background()
	a := accounts(dbtest.SQLite(t, db.Clock(c.Now)))
	id := add(t, a, "hà.1", auth.Officer)
	app(t, a, id, c.now)
	token := session(t, a, id)
	if err := a.ResetFactors(ctx, "test", id); err != nil {
		t.Fatal(err)
	}
	if _, ok := find(t, a, token); ok {
		t.Error("a session outlives the reset")
	}
	if f, err := a.Factors(ctx, id); err != nil || f.Any() || f.Recovery != 0 {
		t.Errorf("%+v %v", f, err)
	}
}

// TestSecret_IsSealed: the table holds no secret, and a row moved to another account does
// not open.
func TestSecret_IsSealed(t *testing.T) {
	c := newClock()
	ctx := context.Background()
	d := dbtest.SQLite(t, db.Clock(c.Now))
	a := accounts(d)
	id, other := add(t, a, "hà.1", auth.Officer), add(t, a, "bình", auth.Officer)
	secret, _ := app(t, a, id, c.now)
	var stored string
	err := d.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.QueryRow(`select secret from auth_totp where account_id = $1`, id).Scan(&stored); err != nil {
			return err
		}
		_, err := tx.Exec(`insert into auth_totp (account_id, secret, confirmed_at, created_at) values ($1, $2, 'x', 'x')`, other, stored)
		return err
	})
	if err != nil || strings.Contains(stored, secret) {
		t.Fatal(err, stored)
	}
	if err := d.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update auth_totp set confirmed_at = created_at where account_id = $1`, other)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_ = d.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update auth_totp set confirmed_at = (select confirmed_at from auth_totp where account_id = $1) where account_id = $2`, id, other)
		return err
	})
	in, err := a.SignIn(ctx, "bình", good, auth.Visit{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.FinishCode(ctx, in.Step, code(t, secret, c.now.Add(time.Minute)), auth.Visit{}); err == nil {
		t.Error("somebody else's sealed secret opens")
	}
}

func TestLoadKey(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one, where, err := auth.LoadKey(ctx, d, "")
		if err != nil || where != "setting" || len(one) != 32 {
			t.Fatal(where, err)
		}
		if again, _, _ := auth.LoadKey(ctx, d, ""); string(again) != string(one) {
			t.Error("another key the second time")
		}
		file := t.TempDir() + "/second.key"
		two, where, err := auth.LoadKey(ctx, d, file)
		if err != nil || where != "file" || string(two) == string(one) {
			t.Fatal(where, err)
		}
		if again, _, _ := auth.LoadKey(ctx, d, file); string(again) != string(two) {
			t.Error("another key from the same file")
		}
		t.Setenv(auth.KeyEnv, "short")
		if _, _, err := auth.LoadKey(ctx, d, file); err == nil {
			t.Error("a key that is none is taken")
		}
	})
}
