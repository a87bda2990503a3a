package auth

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// Grants: from a first to a last day an account sees the records of a scope. What lies in a
// scope is known to whoever fills Accounts.Under; it is written down for granted scopes only
// and written anew when that knowledge changes (RefreshReach). A grant never changes by
// itself: one whose unit has ended goes on as it is and stands on a list (EndedGrants).

// Grant is one row of an account's territory.
type Grant struct {
	ID, Account int64
	AccountName string
	Scope       string
	From, To    calendar.Day
	Reason      string
	By          string // actor
	At          time.Time
	RevokedBy   string // "" while it stands
	RevokedAt   time.Time
}

// On reports whether the grant is in force on a day.
func (g Grant) On(d calendar.Day) bool { return g.From <= d && d <= g.To }

const longestReason = 300

// Grant gives an account the sight of a scope from a first to a last day, both included; a
// zero first day is today, a zero last day is NoEnd. The account's sessions end: it signs
// in again with what it may see now.
func (a *Accounts) Grant(ctx context.Context, by string, account int64, scope string, from, to calendar.Day) (id int64, err error) {
	return a.GrantFor(ctx, by, account, scope, from, to, "")
}

// GrantFor is Grant with the reason that is written beside it.
func (a *Accounts) GrantFor(ctx context.Context, by string, account int64, scope string, from, to calendar.Day, reason string) (id int64, err error) {
	defer fault.Wrap(&err, "Grant(%d, %s)", account, scope)
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		acc, _, err := accountByID(tx, account)
		if err != nil {
			return err
		}
		if !acc.Role.In(Staff...) {
			return fault.New(fault.Invalid, "auth.fault.grant_role").At(fault.Where{Col: "scope"})
		}
		if id, err = a.grant(tx, by, account, scope, from, to, reason); err != nil {
			return err
		}
		return deleteSessionsOf(tx, account, "")
	})
	return id, err
}

// grant is also the first grant of a new account.
func (a *Accounts) grant(tx *db.Tx, by string, account int64, scope string, from, to calendar.Day, reason string) (int64, error) {
	reason = strings.Join(strings.Fields(text.NFC(reason)), " ")
	if from == 0 {
		from = Today(tx.Now())
	}
	if to == 0 {
		to = NoEnd
	}
	switch {
	case to < from:
		return 0, fault.New(fault.Invalid, "auth.fault.grant_days").At(fault.Where{Col: "to"})
	case utf8.RuneCountInString(reason) > longestReason:
		return 0, fault.New(fault.Invalid, "auth.fault.reason_long", longestReason).At(fault.Where{Col: "reason"})
	}
	if err := a.fillReach(tx, scope); err != nil {
		return 0, err
	}
	id, err := insertGrant(tx, by, account, scope, from, to, reason)
	if err != nil {
		return 0, err
	}
	return id, note(tx, by, "account.grant", account, nil, auditGrant{Scope: scope, From: from, To: to, Reason: reason})
}

type auditGrant struct {
	Scope  string       `json:"scope"`
	From   calendar.Day `json:"from"`
	To     calendar.Day `json:"to"`
	Reason string       `json:"reason,omitempty"`
}

// fillReach writes down what lies in a scope, unless that is known.
func (a *Accounts) fillReach(tx *db.Tx, scope string) error {
	if scope == EverywhereScope {
		return nil
	}
	n, err := countReach(tx, scope)
	if err != nil || n > 0 {
		return err
	}
	var under []string
	if a.Under != nil {
		under = a.Under(scope)
	}
	if len(under) == 0 {
		return fault.New(fault.Invalid, "auth.fault.scope", scope).At(fault.Where{Col: "scope"})
	}
	return insertReach(tx, scope, under)
}

// Grants lists what an account was granted, the newest first, ended and revoked ones too.
func (a *Accounts) Grants(ctx context.Context, account int64) (out []Grant, err error) {
	defer fault.Wrap(&err, "Grants(%d)", account)
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = grantsOf(tx, account)
		return err
	})
	return out, err
}

// Revoke ends a grant: yesterday was its last day. The row stays, with who ended it. The
// account's sessions end.
func (a *Accounts) Revoke(ctx context.Context, by string, account, id int64) (err error) {
	defer fault.Wrap(&err, "Revoke(%d, %d)", account, id)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		g, err := grantByID(tx, account, id)
		if err != nil {
			return err
		}
		if g.RevokedBy != "" {
			return nil
		}
		if err := revokeGrant(tx, by, id, Today(tx.Now())-1); err != nil {
			return err
		}
		if err := deleteSessionsOf(tx, account, ""); err != nil {
			return err
		}
		return note(tx, by, "account.revoke", account, auditGrant{Scope: g.Scope, From: g.From, To: g.To, Reason: g.Reason}, nil)
	})
}

// EndedGrants lists the grants in force today whose unit ended reports as gone: somebody
// must decide what the account looks after now.
func (a *Accounts) EndedGrants(ctx context.Context, ended func(scope string, on calendar.Day) bool) (out []Grant, err error) {
	defer fault.Wrap(&err, "EndedGrants")
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		today := Today(tx.Now())
		all, err := grantsOn(tx, today)
		for _, g := range all {
			if g.Scope != EverywhereScope && ended(g.Scope, today) {
				out = append(out, g)
			}
		}
		return err
	})
	return out, err
}

// RefreshReach writes anew what lies in every granted scope if hash, which names the
// knowledge behind Under, is another than last time. It runs when the program starts.
func (a *Accounts) RefreshReach(ctx context.Context, hash string) (err error) {
	defer fault.Wrap(&err, "RefreshReach")
	known := ""
	if err := a.DB.Read(ctx, func(tx *db.Tx) error { known, err = reachHash(tx); return err }); err != nil || known == hash {
		return err
	}
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		scopes, err := grantedScopes(tx)
		if err != nil {
			return err
		}
		if err := clearReach(tx); err != nil {
			return err
		}
		for _, s := range scopes {
			if under := a.Under(s); len(under) > 0 { // an unknown scope reaches nothing
				if err := insertReach(tx, s, under); err != nil {
					return err
				}
			}
		}
		return setReachHash(tx, hash)
	})
}

var errNoGrant = fault.New(fault.NotFound, "auth.fault.no_grant")
