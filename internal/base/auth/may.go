package auth

import (
	"slices"
	"strings"
)

// May says who may open a route. The zero May is "nobody decided yet": a route that
// carries it stops the program at the start instead of being open or shut by accident.
type May struct {
	kind  int8
	roles []Role
}

const (
	mayUnset int8 = iota
	mayAnyone
	maySignedIn
	mayOnly
)

// Anyone opens a route to strangers; SignedIn to every account.
var (
	Anyone   = May{kind: mayAnyone}
	SignedIn = May{kind: maySignedIn}
)

// Only opens a route to the accounts of these roles. Without a role, or with an unknown
// one, it stays unset.
func Only(roles ...Role) May {
	for _, r := range roles {
		if !r.Known() {
			return May{}
		}
	}
	if len(roles) == 0 {
		return May{}
	}
	return May{kind: mayOnly, roles: roles}
}

// IsSet reports whether somebody decided.
func (m May) IsSet() bool { return m.kind != mayUnset }

// Allows reports whether u (signed in or not) may enter.
func (m May) Allows(u User, signedIn bool) bool {
	switch m.kind {
	case mayAnyone:
		return true
	case maySignedIn:
		return signedIn
	case mayOnly:
		return signedIn && slices.ContainsFunc(m.roles, u.Has)
	}
	return false
}

// Enter is Allows, and hands back the user as he enters: acting for somebody else where
// only a lent role opened the door.
func (m May) Enter(u User, signedIn bool) (User, bool) {
	if !m.Allows(u, signedIn) {
		return u, false
	}
	if m.kind == mayOnly && !u.Role.In(m.roles...) {
		for _, r := range m.roles {
			if u.Has(r) {
				return u.As(r), true
			}
		}
	}
	return u, true
}

// String is how routes.golden writes it: "anyone", "signed in", "admin leader".
func (m May) String() string {
	switch m.kind {
	case mayAnyone:
		return "anyone"
	case maySignedIn:
		return "signed in"
	case mayOnly:
		var names []string
		for _, r := range Roles { // in the fixed order, so that the golden file is stable
			if r.In(m.roles...) {
				names = append(names, string(r))
			}
		}
		return strings.Join(names, " ")
	}
	return "UNSET"
}
