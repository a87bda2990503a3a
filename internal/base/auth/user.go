// Package auth says who is asking and what they may open: accounts, argon2id passwords,
// sessions, roles and sign-in links. It is not the screens of signing in (those are in
// base/auth/door) and knows no area: an account's organisation is an opaque number here.
package auth

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/i18n"
)

// Role is what an account is for; every account has exactly one.
type Role string

// The roles, from the most to the least that they may do.
const (
	Admin   Role = "admin"   // accounts, settings
	Leader  Role = "leader"  // approves plans
	Officer Role = "officer" // does the daily work
	Auditor Role = "auditor" // reads everything, writes nothing
	Coop    Role = "coop"    // a cooperative's own page
	Buyer   Role = "buyer"   // a buyer's own page
)

// Roles lists all roles in a fixed order.
var Roles = []Role{Admin, Leader, Officer, Auditor, Coop, Buyer}

// Staff are the roles of the alliance itself.
var Staff = []Role{Admin, Leader, Officer, Auditor}

// Known reports whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// In reports whether r is one of rs.
func (r Role) In(rs ...Role) bool { return slices.Contains(rs, r) }

// User is the signed-in account, as handlers see it.
type User struct {
	ID    int64
	Login string
	Name  string
	Role  Role
	Org   int64 // registry.OrgID for coop and buyer, else 0
	Lang  i18n.Lang

	Sight Sight       // whose records, by place; an organisation's own are found by Org
	Lent  []Lent      // roles that absent leaders lent to him and that are in force today
	Token *TokenScope // set when the request came by an API token
	Enrol bool        // his role needs a second factor and he has none yet: he may only set it up

	acting int64 // whose role he acts in, 0 his own
}

// Lent is a role that From lent.
type Lent struct {
	Role Role
	From int64
}

// Has reports whether the user holds the role: his own, or one that is lent to him today.
func (u User) Has(r Role) bool { return u.Role == r || u.lender(r) != 0 }

// For is the account on whose behalf he acts in that role; 0 is himself.
func (u User) For(r Role) int64 {
	if u.Role == r {
		return 0
	}
	return u.lender(r)
}

func (u User) lender(r Role) int64 {
	for _, l := range u.Lent {
		if l.Role == r {
			return l.From
		}
	}
	return 0
}

// As is the user acting in a role: where a page serves several roles, what a leader alone
// may do is written down as u.As(auth.Leader).Actor().
func (u User) As(r Role) User {
	u.acting = u.For(r)
	return u
}

// Acting is the account whose role the user acts in at this request; 0 is his own.
func (u User) Acting() int64 { return u.acting }

// OnBehalf reports whether what he writes about the organisation is written for it by
// somebody else: then the page says «nhập hộ bởi …».
func (u User) OnBehalf(org int64) bool { return org != 0 && u.Org != org }

// Initials are the one or two letters in the round mark beside the name: given name last.
func (u User) Initials() string {
	words := strings.Fields(u.Name)
	if len(words) > 2 {
		words = words[len(words)-2:]
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(strings.ToUpper(string([]rune(w)[:1])))
	}
	return b.String()
}

// Actor is how the audit trail names the user: "account:7", and "account:7 for account:3"
// where he acts in the role of account 3. The site sets that for routes which only the
// lent role opens; elsewhere see As.
func (u User) Actor() string {
	s := "account:" + strconv.FormatInt(u.ID, 10)
	if u.acting != 0 {
		s += " for account:" + strconv.FormatInt(u.acting, 10)
	}
	return s
}

// ReadActor takes apart what Actor wrote. ok is false for commands and jobs.
func ReadActor(s string) (account, acting int64, ok bool) {
	who, whom, lent := strings.Cut(s, " for ")
	account, ok = actorID(who)
	if ok && lent {
		acting, ok = actorID(whom)
	}
	if !ok {
		return 0, 0, false
	}
	return account, acting, true
}

func actorID(s string) (int64, bool) {
	digits, ok := strings.CutPrefix(s, "account:")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n > 0 && digits == strconv.FormatInt(n, 10)
}

type userKey struct{}

// With returns a context that carries the signed-in user.
func With(ctx context.Context, u User) context.Context {
	return context.WithValue(ctx, userKey{}, u)
}

// SightOf is the territory of whoever asks; nobody sees nothing.
func SightOf(ctx context.Context) Sight {
	if u, ok := Who(ctx); ok {
		return u.Sight
	}
	return Nowhere()
}

// Who returns the signed-in user, or false for a stranger.
func Who(ctx context.Context) (User, bool) {
	u, ok := ctx.Value(userKey{}).(User)
	return u, ok
}
