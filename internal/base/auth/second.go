package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/pquerna/otp/hotp"
)

// Second factors: codes of an authenticator app (RFC 6238), recovery codes, passkeys
// (passkey.go). Whoever has an app or a passkey cannot come in by a password or a link
// alone. A code is good once: its half minute is remembered.

const (
	codePeriod = 30 // seconds
	codeSkew   = 1  // half minutes before and after, for clocks that are off

	recoveryCodes = 10
)

// Factors says what an account has beside its password.
type Factors struct {
	App      bool // an authenticator app, confirmed
	AppSince time.Time
	Pending  bool // an app is being set up
	Recovery int  // codes left
	Passkeys int
}

// Any reports whether a password alone is not enough.
func (f Factors) Any() bool { return f.App || f.Passkeys > 0 }

// Factors of an account.
func (a *Accounts) Factors(ctx context.Context, account int64) (f Factors, err error) {
	defer fault.Wrap(&err, "Factors(%d)", account)
	err = a.DB.Read(ctx, func(tx *db.Tx) error { f, err = factorsOf(tx, account); return err })
	return f, err
}

// StartApp makes a new secret for an authenticator app; it counts only after ConfirmApp. An
// app that works stays until then.
func (a *Accounts) StartApp(ctx context.Context, account int64) (err error) {
	defer fault.Wrap(&err, "StartApp(%d)", account)
	var b [20]byte // RFC 4226 §4: 160 bits
	_, _ = rand.Read(b[:])
	sealed, err := seal(a.Key, account, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
	if err != nil {
		return err
	}
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		f, err := factorsOf(tx, account)
		if err != nil {
			return err
		}
		if f.App {
			return fault.New(fault.Invalid, "auth.fault.app_there")
		}
		return setAppSecret(tx, account, sealed)
	})
}

// AppSetup is what the person scans or types into the app.
type AppSetup struct {
	Secret string // in groups of four
	URI    string // otpauth://…
}

// AppSecret shows the secret that waits for its first code; once confirmed it is never
// shown again.
func (a *Accounts) AppSecret(ctx context.Context, u User) (s AppSetup, err error) {
	defer fault.Wrap(&err, "AppSecret(%d)", u.ID)
	var app appRow
	err = a.DB.Read(ctx, func(tx *db.Tx) error { app, err = appOf(tx, u.ID); return err })
	if err != nil {
		return s, err
	}
	if app.sealed == "" || !app.confirmed.IsZero() {
		return s, errNoSetup
	}
	secret, err := unseal(a.Key, u.ID, app.sealed)
	if err != nil {
		return s, err
	}
	q := url.Values{"secret": {secret}, "issuer": {"lienket"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	s.URI = "otpauth://totp/" + url.PathEscape("lienket:"+u.Login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
	for i := 0; i < len(secret); i += 4 {
		s.Secret += " " + secret[i:min(i+4, len(secret))]
	}
	s.Secret = s.Secret[1:]
	return s, nil
}

var errNoSetup = fault.New(fault.NotFound, "auth.fault.no_setup")

// ConfirmApp switches the app on with its first code and returns the recovery codes, shown
// this once. Other sessions end.
func (a *Accounts) ConfirmApp(ctx context.Context, by string, account int64, code, keep string) (codes []string, err error) {
	defer fault.Wrap(&err, "ConfirmApp(%d)", account)
	if err := a.take(ctx, secondName(account)); err != nil {
		return nil, err
	}
	codes, hashes := newRecoveryCodes()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		app, err := appOf(tx, account)
		if err != nil {
			return err
		}
		if app.sealed == "" || !app.confirmed.IsZero() {
			return errNoSetup
		}
		ok, err := a.spendCode(tx, account, app, code)
		if err != nil {
			return err
		}
		if !ok {
			return errCode
		}
		if err := confirmApp(tx, account); err != nil {
			return err
		}
		if err := setRecovery(tx, account, hashes); err != nil {
			return err
		}
		if err := a.sealOff(tx, account, keep); err != nil {
			return err
		}
		if err := giveBack(tx, secondName(account)); err != nil {
			return err
		}
		return note(tx, by, "account.app.on", account, nil, nil)
	})
	return codes, err
}

var errCode = fault.New(fault.Invalid, "auth.fault.code").At(fault.Where{Col: "code"})

func secondName(account int64) string { return "second " + string(owner(account)) }

// sealOff ends the account's sessions but one, and what it had begun, when the way it signs
// in changes.
func (a *Accounts) sealOff(tx *db.Tx, account int64, keep string) error {
	but := ""
	if keep != "" {
		but = hashToken(keep)
	}
	if err := deleteSessionsOf(tx, account, but); err != nil {
		return err
	}
	return deleteStepsOf(tx, account)
}

// spendCode reports whether code is right now and was not used before, and remembers it.
func (a *Accounts) spendCode(tx *db.Tx, account int64, app appRow, code string) (bool, error) {
	secret, err := unseal(a.Key, account, app.sealed)
	if err != nil {
		return false, err
	}
	code = strings.Join(strings.Fields(code), "")
	now := tx.Now().Unix() / codePeriod
	for at := now - codeSkew; at <= now+codeSkew; at++ {
		want, err := hotp.GenerateCode(secret, uint64(at))
		if err != nil {
			return false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return spendStep(tx, account, at)
		}
	}
	return false, nil
}

// In is where a sign-in has come to: signed in (Session), or waiting for the second factor
// (Step).
type In struct {
	Session, Step string
	User          User
}

// FinishCode ends a sign-in with a code of the app or a recovery code.
func (a *Accounts) FinishCode(ctx context.Context, step, code string, v Visit) (in In, err error) {
	defer fault.Wrap(&err, "FinishCode")
	p, err := a.Second(ctx, step)
	if err != nil {
		return In{}, err
	}
	names := []string{secondName(p.User.ID), "address " + v.Address}
	if err := a.take(ctx, names...); err != nil {
		return In{}, err
	}
	session := newToken()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		st, err := takeStep(tx, step, stepSecond)
		if err != nil {
			return err
		}
		how, err := a.proof(tx, st.Account, code)
		if err != nil {
			return err
		}
		if err := giveBack(tx, names...); err != nil {
			return err
		}
		if how == "recovery" {
			if err := note(tx, actorOf(st.Account), "account.recovery.used", st.Account, nil, nil); err != nil {
				return err
			}
		}
		return openSession(tx, st.Account, session, v)
	})
	if err != nil {
		return In{}, err
	}
	return In{Session: session, User: p.User}, nil
}

// CheckCode reports whether a code of the app or a recovery code is right, and spends it.
func (a *Accounts) CheckCode(ctx context.Context, account int64, code string) (ok bool, err error) {
	defer fault.Wrap(&err, "CheckCode(%d)", account)
	if err := a.take(ctx, secondName(account)); err != nil {
		return false, err
	}
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, err := a.proof(tx, account, code); err != nil {
			return err
		}
		return giveBack(tx, secondName(account))
	})
	if fault.CodeOf(err) == fault.Invalid {
		return false, nil
	}
	return err == nil, err
}

// proof reports how the code proves the account: "app" or "recovery"; errCode if it does
// not.
func (a *Accounts) proof(tx *db.Tx, account int64, code string) (how string, err error) {
	app, err := appOf(tx, account)
	if err != nil {
		return "", err
	}
	if app.sealed != "" && !app.confirmed.IsZero() {
		ok, err := a.spendCode(tx, account, app, code)
		if ok || err != nil {
			return "app", err
		}
	}
	ok, err := spendRecovery(tx, account, recoveryHash(code))
	if ok || err != nil {
		return "recovery", err
	}
	return "", errCode
}

// newRecoveryCodes are 80 random bits each, in letters that cannot be misread: a plain hash
// is enough.
func newRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		var b [10]byte
		_, _ = rand.Read(b[:])
		s := recoveryLetters.EncodeToString(b[:])
		codes = append(codes, s[:4]+"-"+s[4:8]+"-"+s[8:12]+"-"+s[12:])
		hashes = append(hashes, recoveryHash(s))
	}
	return codes, hashes
}

var recoveryLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// recoveryHash forgives small letters, signs between, O for 0 and I or L for 1.
func recoveryHash(code string) string {
	return hashToken("recovery " + strings.Map(func(c rune) rune {
		switch {
		case c == 'O' || c == 'o':
			return '0'
		case c == 'I' || c == 'i' || c == 'L' || c == 'l':
			return '1'
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
			return c
		}
		return -1
	}, code))
}

// NewRecovery replaces the recovery codes; the old ones are worthless.
func (a *Accounts) NewRecovery(ctx context.Context, by string, account int64) (codes []string, err error) {
	defer fault.Wrap(&err, "NewRecovery(%d)", account)
	codes, hashes := newRecoveryCodes()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		f, err := factorsOf(tx, account)
		if err != nil {
			return err
		}
		if !f.Any() {
			return errNoSetup
		}
		if err := setRecovery(tx, account, hashes); err != nil {
			return err
		}
		return note(tx, by, "account.recovery.new", account, nil, nil)
	})
	return codes, err
}

// RemoveApp switches the authenticator app off. Where the account's role needs a second
// factor and no passkey is left, it is refused.
func (a *Accounts) RemoveApp(ctx context.Context, by string, u User, keep string) (err error) {
	defer fault.Wrap(&err, "RemoveApp(%d)", u.ID)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		f, err := factorsOf(tx, u.ID)
		if err != nil {
			return err
		}
		needed, err := factorNeeded(tx, u.Role)
		if err != nil {
			return err
		}
		if needed && f.Passkeys == 0 {
			return fault.New(fault.Invalid, "auth.fault.factor_needed")
		}
		if err := deleteApp(tx, u.ID); err != nil {
			return err
		}
		if f.Passkeys == 0 {
			if err := setRecovery(tx, u.ID, nil); err != nil {
				return err
			}
		}
		if err := a.sealOff(tx, u.ID, keep); err != nil {
			return err
		}
		return note(tx, by, "account.app.off", u.ID, nil, nil)
	})
}

// ResetFactors takes all second factors from an account whose owner lost them; its sessions
// end.
func (a *Accounts) ResetFactors(ctx context.Context, by string, account int64) (err error) {
	defer fault.Wrap(&err, "ResetFactors(%d)", account)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		if _, _, err := accountByID(tx, account); err != nil {
			return err
		}
		if err := deleteApp(tx, account); err != nil {
			return err
		}
		if err := setRecovery(tx, account, nil); err != nil {
			return err
		}
		if err := deletePasskeysOf(tx, account); err != nil {
			return err
		}
		if err := a.sealOff(tx, account, ""); err != nil {
			return err
		}
		return note(tx, by, "account.factors.reset", account, nil, nil)
	})
}

// FactorRoles are the roles that need a second factor.
func (a *Accounts) FactorRoles(ctx context.Context) (out []Role, err error) {
	defer fault.Wrap(&err, "FactorRoles")
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = factorRoles(tx)
		return err
	})
	return out, err
}

// SetFactorRoles says which roles need a second factor from now on; who has none yet may
// only set it up.
func (a *Accounts) SetFactorRoles(ctx context.Context, by string, roles []Role) (err error) {
	defer fault.Wrap(&err, "SetFactorRoles")
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		was, err := factorRoles(tx)
		if err != nil {
			return err
		}
		for _, r := range Roles {
			if err := setFactorRole(tx, r, r.In(roles...)); err != nil {
				return err
			}
		}
		now, err := factorRoles(tx)
		if err != nil {
			return err
		}
		return noteRules(tx, by, auditRules{Roles: was}, auditRules{Roles: now})
	})
}

type auditRules struct {
	Roles []Role `json:"roles"`
}

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own struct of plain fields
	}
	return b
}
