package web

import (
	"context"
	"net/http"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
)

// API tokens at the door. A request with "Authorization: Bearer" is a program's: its cookies
// are not looked at, so the guard against forged forms has nothing to guard and is left out,
// and what it may do is the narrower of its account and its scopes.

// identifyToken finds the account of a token. A token that does not hold is refused even
// where strangers may enter: the program should hear of it, not work as nobody.
func (s *Server) identifyToken(ctx context.Context, v *view, token string) error {
	v.byToken = true
	if token != "" {
		u, ok, err := s.Sessions.ByToken(ctx, token)
		if err != nil {
			return err
		}
		if ok {
			v.user, v.signedIn = u, true
			return nil
		}
	}
	return fault.New(fault.SignIn, "auth.fault.token_wrong")
}

// narrow holds a token to the scope of the route.
func (s *Server) narrow(rt Route, v *view) error {
	if !v.byToken || rt.Token != "" && v.user.Token.Holds(rt.Token) {
		return nil
	}
	if rt.Token == "" {
		return fault.New(fault.Forbidden, "auth.fault.token_route")
	}
	return fault.New(fault.Forbidden, "auth.fault.token_scope", rt.Token)
}

// enrolPath is where a second factor is set up.
const enrolPath = "/account/second"

// owesFactor sends a person whose role needs a second factor to set it up; a program is
// told no.
func (s *Server) owesFactor(w http.ResponseWriter, r *http.Request) {
	if wantsJSON(r) || !safe(r.Method) {
		s.problem(w, r, fault.New(fault.Forbidden, "auth.fault.second_factor"))
		return
	}
	http.Redirect(w, r, enrolPath, http.StatusSeeOther)
}

func bearing(r *http.Request) bool {
	_, found := auth.Bearer(r)
	return found
}
