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

	Sight Sight // whose records, by place; an organisation's own are found by Org
}

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

// Actor is how the audit trail names the user.
func (u User) Actor() string { return "account:" + strconv.FormatInt(u.ID, 10) }

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
