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

// Delegation: a leader who is away lends his role to somebody of the staff, from a first to
// a last day, with a reason. The role is lent, not the territory and not the password: what
// the other does in it is written down as "account:7 for account:3". It ends by itself
// after the last day, and when the leader's account is shut or gets another role.

// Delegation is one row of it.
type Delegation struct {
	ID               int64
	From, To         int64
	FromName, ToName string
	Role             Role
	First, Last      calendar.Day
	Reason           string
	By               string // actor
	At               time.Time
	EndedBy          string // "" while it stands
	EndedAt          time.Time
}

// On reports whether it is in force on a day, the two accounts aside.
func (d Delegation) On(day calendar.Day) bool {
	return d.EndedBy == "" && d.First <= day && day <= d.Last
}

// Over reports whether nothing of it is left on a day.
func (d Delegation) Over(day calendar.Day) bool { return d.EndedBy != "" || day > d.Last }

// NewDelegation is what Delegate needs.
type NewDelegation struct {
	From, To    int64
	First, Last calendar.Day
	Reason      string
}

// longestAbsence is how many days a role is lent at most: beyond that somebody is appointed.
const longestAbsence = 92

// Delegate lends a leader's role.
func (a *Accounts) Delegate(ctx context.Context, by string, n NewDelegation) (id int64, err error) {
	defer fault.Wrap(&err, "Delegate(%d, %d)", n.From, n.To)
	n.Reason = strings.Join(strings.Fields(text.NFC(n.Reason)), " ")
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		today := Today(tx.Now())
		var list fault.List
		add := func(field, key string, args ...any) {
			list = append(list, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: field}))
		}
		from, _, err := accountByID(tx, n.From)
		if err != nil {
			return err
		}
		if from.Role != Leader || !from.Disabled.IsZero() {
			return fault.New(fault.Invalid, "auth.fault.lend_role")
		}
		var to Account
		if n.To != 0 {
			if to, _, err = accountByID(tx, n.To); err != nil && fault.CodeOf(err) != fault.NotFound {
				return err
			}
		}
		if to.ID == 0 || to.ID == n.From || !to.Role.In(Staff...) || to.Role == Leader || !to.Disabled.IsZero() {
			add("to", "auth.fault.lend_to")
		}
		switch {
		case n.First == 0:
			add("first", "auth.fault.lend_first")
		case n.First < today:
			add("first", "auth.fault.lend_past")
		}
		switch {
		case n.Last == 0:
			add("last", "auth.fault.lend_last")
		case n.Last < n.First:
			add("last", "auth.fault.lend_order")
		case n.First != 0 && n.Last-n.First >= longestAbsence:
			add("last", "auth.fault.lend_long", longestAbsence)
		}
		if n.Reason == "" || utf8.RuneCountInString(n.Reason) > longestReason {
			add("reason", "auth.fault.lend_reason", longestReason)
		}
		if err := list.Err(); err != nil {
			return err
		}
		twice, err := lendsBetween(tx, n.From, n.First, n.Last)
		if err != nil {
			return err
		}
		if twice > 0 {
			return fault.New(fault.Invalid, "auth.fault.lend_twice").At(fault.Where{Col: "first"})
		}
		if id, err = insertDelegation(tx, by, n, from.Role); err != nil {
			return err
		}
		what := auditDelegation{From: from.Name, To: to.Name, Role: from.Role, First: n.First, Last: n.Last, Reason: n.Reason}
		return noteBoth(tx, by, "account.lend", n.From, n.To, nil, what)
	})
	return id, err
}

type auditDelegation struct {
	From   string       `json:"from"`
	To     string       `json:"to"`
	Role   Role         `json:"role"`
	First  calendar.Day `json:"first"`
	Last   calendar.Day `json:"last"`
	Reason string       `json:"reason,omitempty"`
}

// noteBoth writes a deed into the history of both accounts.
func noteBoth(tx *db.Tx, by, action string, one, other int64, before, after any) error {
	if err := note(tx, by, action, one, before, after); err != nil {
		return err
	}
	return note(tx, by, action, other, before, after)
}

// Delegations lists what an account lent or was lent, the newest first; account 0 lists all.
func (a *Accounts) Delegations(ctx context.Context, account int64) (out []Delegation, err error) {
	defer fault.Wrap(&err, "Delegations(%d)", account)
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = delegationsOf(tx, account)
		return err
	})
	return out, err
}

// EndDelegation ends it at once. of, if not 0, must be the one who lent or was lent.
func (a *Accounts) EndDelegation(ctx context.Context, by string, of, id int64) (err error) {
	defer fault.Wrap(&err, "EndDelegation(%d)", id)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		d, err := delegationByID(tx, id)
		if err != nil {
			return err
		}
		if of != 0 && of != d.From && of != d.To {
			return errNoDelegation
		}
		if d.Over(Today(tx.Now())) {
			return nil
		}
		if err := endDelegation(tx, by, id); err != nil {
			return err
		}
		what := auditDelegation{From: d.FromName, To: d.ToName, Role: d.Role, First: d.First, Last: d.Last}
		return noteBoth(tx, by, "account.lend.end", d.From, d.To, what, nil)
	})
}

var errNoDelegation = fault.New(fault.NotFound, "auth.fault.no_delegation")
