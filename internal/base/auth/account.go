package auth

import (
	"cmp"
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
)

// Account is a row of the account table, without its secret.
type Account struct {
	User
	Disabled    time.Time // zero while it may sign in
	Created     time.Time
	HasPassword bool
	Version     int64
}

// Accounts keeps the accounts and signs people in.
type Accounts struct {
	DB       *db.DB
	Sessions *Sessions
	Key      []byte // encrypts second-factor secrets; see LoadKey

	// Under lists what lies in a scope, itself included; nothing for an unknown scope. The
	// area of places fills it. Without it only "everywhere" can be granted.
	Under func(scope string) []string
}

// NewAccounts returns the accounts of d.
func NewAccounts(d *db.DB, s *Sessions) *Accounts {
	return &Accounts{DB: d, Sessions: s}
}

// NewAccount is what Add needs. Without a password the account comes in by a link.
type NewAccount struct {
	Login, Name, Password string
	Role                  Role
	Org                   int64
	Lang                  i18n.Lang
	Scope                 string // territory of staff; "" is everywhere
}

const longestName = 120

// check returns every fault of the form in one pass, each at its field.
func (n *NewAccount) check() error {
	n.Name = strings.Join(strings.Fields(text.NFC(n.Name)), " ")
	n.Login = FoldLogin(n.Login)
	if n.Lang == "" {
		n.Lang = i18n.VI
	}
	var list fault.List
	add := func(field, key string, args ...any) {
		list = append(list, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: field}))
	}
	if l := utf8.RuneCountInString(n.Login); l < 3 || l > 60 {
		add("login", "auth.fault.login_length", 3, 60)
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > longestName {
		add("name", "auth.fault.name", longestName)
	}
	if !n.Role.Known() {
		add("role", "auth.fault.role")
	}
	if n.Role.In(Coop, Buyer) != (n.Org != 0) {
		add("org", "auth.fault.org")
	}
	if n.Password != "" {
		if err := CheckPassword(n.Password, n.Login, "password"); err != nil {
			list = append(list, err.(*fault.Error))
		}
	}
	return list.Err()
}

// CheckNew returns the faults of a new account's name, login and role, before it is known
// for whom and where it is: the first half of a form in two steps.
func (a *Accounts) CheckNew(ctx context.Context, n NewAccount) (err error) {
	defer fault.Wrap(&err, "Accounts.CheckNew")
	if n.Role.In(Coop, Buyer) {
		n.Org = 1 // asked for in the second half
	}
	if err := n.check(); err != nil {
		return err
	}
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		_, _, err := accountByLogin(tx, n.Login)
		switch {
		case fault.CodeOf(err) == fault.NotFound:
			return nil
		case err != nil:
			return err
		}
		return fault.New(fault.Invalid, "auth.fault.login_taken", n.Login).At(fault.Where{Col: "login"})
	})
}

// Add makes an account. by is who did it, for the audit trail.
func (a *Accounts) Add(ctx context.Context, by string, n NewAccount) (id int64, err error) {
	defer fault.Wrap(&err, "Accounts.Add")
	if err := n.check(); err != nil {
		return 0, err
	}
	hash := noPassword
	if n.Password != "" {
		if hash, err = hashPassword(ctx, n.Password); err != nil {
			return 0, err
		}
	}
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = insertAccount(tx, n, hash)
		if err != nil {
			return err
		}
		if id == 0 {
			return fault.New(fault.Invalid, "auth.fault.login_taken", n.Login).At(fault.Where{Col: "login"})
		}
		if n.Role.In(Staff...) {
			if _, err := a.grant(tx, by, id, cmp.Or(n.Scope, EverywhereScope), 0, 0, ""); err != nil {
				return err
			}
		}
		return note(tx, by, "account.add", id, nil, auditAccount{Login: n.Login, Name: n.Name, Role: n.Role, Org: n.Org})
	})
	return id, err
}

// List returns all accounts, by role and name.
func (a *Accounts) List(ctx context.Context) (out []Account, err error) {
	defer fault.Wrap(&err, "Accounts.List")
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = listAccounts(tx)
		return err
	})
	return out, err
}

// ByLogin finds an account by what a person types.
func (a *Accounts) ByLogin(ctx context.Context, login string) (acc Account, err error) {
	defer fault.Wrap(&err, "Accounts.ByLogin")
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		acc, _, err = accountByLogin(tx, FoldLogin(login))
		return err
	})
	return acc, err
}

// ByID finds an account by its number.
func (a *Accounts) ByID(ctx context.Context, id int64) (acc Account, err error) {
	defer fault.Wrap(&err, "Accounts.ByID(%d)", id)
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		acc, _, err = accountByID(tx, id)
		return err
	})
	return acc, err
}

// SetDisabled shuts an account out (and ends its sessions) or lets it in again. version is
// the row version that the caller saw; 0 does not care (the command line). ok is false
// when the row moved on.
func (a *Accounts) SetDisabled(ctx context.Context, by string, id, version int64, disabled bool) (ok bool, err error) {
	defer fault.Wrap(&err, "Accounts.SetDisabled(%d)", id)
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		was, _, err := accountByID(tx, id)
		if err != nil {
			return err
		}
		if disabled {
			if by == actorOf(id) {
				return fault.New(fault.Invalid, "auth.fault.own_account")
			}
			if err := keepAnAdmin(tx, was); err != nil {
				return err
			}
		}
		if version == 0 {
			version = was.Version
		}
		if ok, err = setDisabled(tx, id, version, disabled); err != nil || !ok {
			return err
		}
		if disabled {
			if err := a.cutOff(tx, by, id); err != nil {
				return err
			}
		}
		action := "account.enable"
		if disabled {
			action = "account.disable"
		}
		return note(tx, by, action, id, auditAccount{Disabled: !was.Disabled.IsZero()}, auditAccount{Disabled: disabled})
	})
	return ok, err
}

// SetPassword replaces the password and ends all sessions but the one of keep ("" ends all).
func (a *Accounts) SetPassword(ctx context.Context, by string, id int64, password, keep string) (err error) {
	defer fault.Wrap(&err, "Accounts.SetPassword(%d)", id)
	acc, err := a.ByID(ctx, id)
	if err != nil {
		return err
	}
	if err := CheckPassword(password, acc.Login, "password"); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	but := ""
	if keep != "" {
		but = hashToken(keep)
	}
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := setPasswordHash(tx, id, hash); err != nil {
			return err
		}
		if err := deleteSessionsOf(tx, id, but); err != nil {
			return err
		}
		return note(tx, by, "account.password", id, nil, nil)
	})
}

// SignIn verifies a login and password and opens a session, or the step to the second
// factor. A wrong login, a wrong password and a disabled account are one and the same
// answer, after the same work.
func (a *Accounts) SignIn(ctx context.Context, login, password string, v Visit) (in In, err error) {
	defer fault.Wrap(&err, "SignIn")
	login = FoldLogin(login)
	names := []string{"account " + login, "address " + v.Address}
	if err := a.take(ctx, names...); err != nil {
		return In{}, err
	}
	var acc Account
	hash := ""
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		acc, hash, err = accountByLogin(tx, login)
		if fault.CodeOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	if err != nil {
		return In{}, err
	}
	ok, err := verifyPassword(ctx, hash, password)
	if err != nil {
		return In{}, err
	}
	if !ok || !acc.Disabled.IsZero() {
		return In{}, fault.New(fault.Invalid, "auth.fault.wrong")
	}
	session := newToken()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		in = In{User: acc.User}
		if err := giveBack(tx, names...); err != nil {
			return err
		}
		return a.enter(tx, &in, session, v, false)
	})
	return in, err
}

// Verify reports whether the account's password is this one (for changing it). Wrong tries
// count like those of signing in.
func (a *Accounts) Verify(ctx context.Context, id int64, password string) (ok bool, err error) {
	defer fault.Wrap(&err, "Accounts.Verify(%d)", id)
	name := "password " + string(owner(id))
	if err := a.take(ctx, name); err != nil {
		return false, err
	}
	var hash string
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		_, hash, err = accountByID(tx, id)
		return err
	})
	if err != nil {
		return false, err
	}
	if ok, err = verifyPassword(ctx, hash, password); err != nil || !ok {
		return false, err
	}
	return true, a.DB.InTx(ctx, func(tx *db.Tx) error { return giveBack(tx, name) })
}
