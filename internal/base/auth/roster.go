package auth

import (
	"context"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
)

// The roster: what an administrator sees of the accounts and does to them.

// RosterQuery asks for one page of accounts.
type RosterQuery struct {
	Text string // of name or login, as people type it
	Role Role   // "" all
	Off  string // "" all, "on", "off"
	Sort string // one of RosterSorts
	Page int    // from 1
	Size int
}

// RosterSorts are the orders; the first is the usual one, "-" turns one round.
var RosterSorts = []string{"name", "-name", "login", "-login", "role", "-role", "created", "-created"}

// RosterLine is one account of the list.
type RosterLine struct {
	Account
	Factor   bool // has a second factor
	Sessions int64
	Grants   int64 // in force today
}

// Roster returns one page and how many accounts fit in all.
func (a *Accounts) Roster(ctx context.Context, q RosterQuery) (out []RosterLine, total int, err error) {
	defer fault.Wrap(&err, "Roster")
	if !slices.Contains(RosterSorts, q.Sort) {
		q.Sort = RosterSorts[0]
	}
	q.Page, q.Size = max(q.Page, 1), max(q.Size, 1)
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, total, err = roster(tx, q)
		return err
	})
	return out, total, err
}

// findKey is what the search of the list looks into, and what it looks for.
func findKey(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		if c == '%' || c == '_' || c == '\\' {
			return -1
		}
		return c
	}, text.Fold(s))), " ")
}

// FillFind gives search and sort keys to accounts that have none: those made before there
// were keys. It runs when the program starts.
func (a *Accounts) FillFind(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "FillFind")
	var bare []Account
	if err := a.DB.Read(ctx, func(tx *db.Tx) error { bare, err = accountsWithoutKeys(tx); return err }); err != nil || len(bare) == 0 {
		return err
	}
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		for _, acc := range bare {
			if err := setKeys(tx, acc.ID, findKey(acc.Name+" "+acc.Login), text.PersonSortKey(acc.Name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetRole gives an account another role, and its organisation to who has one. Sessions,
// tokens, links and lent roles end: they were given to the old role. version is the row
// version that the caller saw; ok is false when the row moved on.
func (a *Accounts) SetRole(ctx context.Context, by string, id, version int64, role Role, org int64) (ok bool, err error) {
	defer fault.Wrap(&err, "SetRole(%d)", id)
	var list fault.List
	if !role.Known() {
		list = append(list, fault.New(fault.Invalid, "auth.fault.role").At(fault.Where{Col: "role"}))
	}
	if role.In(Coop, Buyer) != (org != 0) {
		list = append(list, fault.New(fault.Invalid, "auth.fault.org").At(fault.Where{Col: "org"}))
	}
	if by == actorOf(id) {
		list = append(list, fault.New(fault.Invalid, "auth.fault.own_role"))
	}
	if err := list.Err(); err != nil {
		return false, err
	}
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		was, _, err := accountByID(tx, id)
		if err != nil {
			return err
		}
		if version == 0 {
			version = was.Version
		}
		if was.Version != version {
			ok = false
			return nil
		}
		if role == was.Role && org == was.Org {
			ok = true
			return nil
		}
		if role != Admin {
			if err := keepAnAdmin(tx, was); err != nil {
				return err
			}
		}
		if ok, err = setRole(tx, id, version, role, org); err != nil || !ok {
			return err
		}
		if !role.In(Staff...) {
			if err := revokeGrantsOf(tx, by, id, Today(tx.Now())-1); err != nil {
				return err
			}
		}
		if err := a.cutOff(tx, by, id); err != nil {
			return err
		}
		return note(tx, by, "account.role", id, auditAccount{Role: was.Role, Org: was.Org}, auditAccount{Role: role, Org: org})
	})
	return ok, err
}

// keepAnAdmin refuses to take away the last one who could let people in.
func keepAnAdmin(tx *db.Tx, acc Account) error {
	if acc.Role != Admin || !acc.Disabled.IsZero() {
		return nil
	}
	n, err := countActive(tx, Admin)
	if err == nil && n <= 1 {
		err = fault.New(fault.Invalid, "auth.fault.last_admin")
	}
	return err
}

// cutOff ends everything by which an account comes in now: sessions, half sign-ins, links,
// tokens, lent roles. Password and second factor stay.
func (a *Accounts) cutOff(tx *db.Tx, by string, id int64) error {
	if err := a.sealOff(tx, id, ""); err != nil {
		return err
	}
	if err := deleteLinksOf(tx, id); err != nil {
		return err
	}
	if err := revokeTokensOf(tx, by, id); err != nil {
		return err
	}
	return endDelegationsOf(tx, by, id)
}

// History is what happened to an account, the newest first.
func (a *Accounts) History(ctx context.Context, id int64, most int) (out []audit.Entry, err error) {
	defer fault.Wrap(&err, "History(%d)", id)
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = audit.For(tx, string(owner(id)))
		return err
	})
	slices.Reverse(out)
	return out[:min(most, len(out))], err
}

// Names are the names of accounts, for pages that say who did something or for whom.
func (a *Accounts) Names(ctx context.Context, ids ...int64) (names map[int64]string, err error) {
	defer fault.Wrap(&err, "Names")
	err = a.DB.Read(ctx, func(tx *db.Tx) error { names, err = NamesOf(tx, ids...); return err })
	return names, err
}

// NamesOf is Names inside a transaction. Who is not known has no entry.
func NamesOf(tx *db.Tx, ids ...int64) (map[int64]string, error) {
	names := map[int64]string{}
	for _, id := range ids {
		if _, ok := names[id]; ok || id == 0 {
			continue
		}
		name, ok, err := nameOf(tx, id)
		if err != nil {
			return nil, err
		}
		if ok {
			names[id] = name
		}
	}
	return names, nil
}

// ActorTexts says in the reader's words who the actors of the audit trail are: "Nguyễn Thu
// Hà", "Nguyễn Thu Hà thay Bùi Văn Sơn", or what kind of program it was.
func (a *Accounts) ActorTexts(ctx context.Context, actors ...string) (map[string]string, error) {
	var ids []int64
	for _, s := range actors {
		who, whom, _ := ReadActor(s)
		ids = append(ids, who, whom)
	}
	names, err := a.Names(ctx, ids...)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	out := map[string]string{}
	for _, s := range actors {
		who, whom, ok := ReadActor(s)
		switch {
		case ok && whom != 0:
			out[s] = p.T("auth.actor.for", names[who], names[whom])
		case ok:
			out[s] = names[who]
		case strings.HasPrefix(s, "command:"):
			out[s] = p.T("auth.actor.command")
		default:
			out[s] = p.T("auth.actor.program")
		}
	}
	return out, nil
}
