package auth

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// API tokens: a program works in the name of an account, within narrow scopes and for a
// year at most. The token is shown once; the database holds its hash. A token carries no
// lent role: what a leader lends, he lends to a person.

// TokenScope is what a token may do.
type TokenScope struct {
	ID     int64
	Scopes []string
}

// Holds reports whether the token carries the scope.
func (t *TokenScope) Holds(scope string) bool { return t != nil && slices.Contains(t.Scopes, scope) }

// tokenMark begins every token, so that scanners of leaked secrets know it.
const tokenMark = "lkt_"

// tokenLetters is the length of what follows: 256 bits in base64.
const tokenLetters = 43

// Bearer reads the Authorization header. found is false when there is none or it is of
// another kind (a proxy's own password); a Bearer header that is not one of our tokens is
// found, with an empty token: it signs nobody in, and no cookie counts beside it.
func Bearer(r *http.Request) (token string, found bool) {
	hs := r.Header.Values("Authorization")
	for _, h := range hs {
		scheme, rest, _ := strings.Cut(strings.TrimSpace(h), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			continue
		}
		rest = strings.TrimSpace(rest)
		if len(hs) > 1 || !tokenLike(rest) {
			return "", true
		}
		return rest, true
	}
	return "", false
}

func tokenLike(s string) bool {
	body, ok := strings.CutPrefix(s, tokenMark)
	if !ok || len(body) != tokenLetters {
		return false
	}
	for i := range len(body) {
		c := body[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// ByToken returns the account that a token works for, with User.Token set. A token that is
// over or revoked, or whose account is disabled, is simply not found.
func (s *Sessions) ByToken(ctx context.Context, token string) (u User, ok bool, err error) {
	defer fault.Wrap(&err, "Sessions.ByToken")
	hash := hashToken(token)
	f, now, err := s.find(ctx, &s.tokens, hash, accountByToken)
	if err != nil || !f.ok {
		return User{}, false, err
	}
	u = f.u
	if now.Sub(f.last) >= touchEvery {
		if err := s.DB.InTx(ctx, func(tx *db.Tx) error { return touchToken(tx, u.Token.ID) }); err != nil {
			s.Log.Warn("token not touched", "err", err)
		}
	}
	return u, true, nil
}

// APIToken is a row of the list of tokens.
type APIToken struct {
	ID, Account         int64
	Name, AccountName   string
	Scopes              []string
	Created, Expires    time.Time
	Used, Revoked       time.Time // zero: not yet
	CreatedBy, RevokeBy string    // actors
}

// Live reports whether the token still works, its account aside.
func (t APIToken) Live(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Expires) }

// NewToken is what AddToken needs.
type NewToken struct {
	Account int64
	Name    string
	Scopes  []string
	Days    int // 1 to 365
}

// MostTokenDays is the longest life of a token.
const MostTokenDays = 365

const (
	longestTokenName = 80
	mostTokens       = 20 // that work, of one account
)

func (n *NewToken) check(known []string) error {
	n.Name = strings.Join(strings.Fields(text.NFC(n.Name)), " ")
	slices.Sort(n.Scopes)
	n.Scopes = slices.Compact(n.Scopes)
	var list fault.List
	add := func(field, key string, args ...any) {
		list = append(list, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: field}))
	}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > longestTokenName {
		add("name", "auth.fault.token_name", longestTokenName)
	}
	if len(n.Scopes) == 0 || slices.ContainsFunc(n.Scopes, func(s string) bool { return !slices.Contains(known, s) }) {
		add("scopes", "auth.fault.token_scopes")
	}
	if n.Days < 1 || n.Days > MostTokenDays {
		add("days", "auth.fault.token_days", MostTokenDays)
	}
	return list.Err()
}

// AddToken makes a token; known are the scopes that some route asks for. The token is
// returned this once.
func (a *Accounts) AddToken(ctx context.Context, by string, known []string, n NewToken) (token string, id int64, err error) {
	defer fault.Wrap(&err, "AddToken")
	if err := n.check(known); err != nil {
		return "", 0, err
	}
	token = tokenMark + newToken()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		acc, _, err := accountByID(tx, n.Account)
		if err != nil {
			return err
		}
		if !acc.Disabled.IsZero() {
			return fault.New(fault.Invalid, "auth.fault.account_off")
		}
		live, err := countTokens(tx, n.Account)
		if err != nil {
			return err
		}
		if live >= mostTokens {
			return fault.New(fault.Invalid, "auth.fault.token_many", mostTokens)
		}
		until := tx.Now().Add(time.Duration(n.Days) * 24 * time.Hour)
		if id, err = insertToken(tx, by, n, hashToken(token), until); err != nil {
			return err
		}
		return note(tx, by, "account.api.add", n.Account, nil, auditToken{Name: n.Name, Scopes: n.Scopes, Until: Today(until).String()})
	})
	return token, id, err
}

// auditToken is what the audit trail keeps of a token.
type auditToken struct {
	Name   string   `json:"name"`
	Scopes []string `json:"scopes,omitempty"`
	Until  string   `json:"until,omitempty"`
}

// Tokens lists an account's tokens, those that work first; account 0 lists everybody's.
func (a *Accounts) Tokens(ctx context.Context, account int64) (out []APIToken, err error) {
	defer fault.Wrap(&err, "Tokens(%d)", account)
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = listTokens(tx, account)
		return err
	})
	return out, err
}

// RevokeToken ends a token of the account at once; account 0 is for administrators, who end
// anybody's.
func (a *Accounts) RevokeToken(ctx context.Context, by string, account, id int64) (err error) {
	defer fault.Wrap(&err, "RevokeToken(%d)", id)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		t, err := tokenByID(tx, id)
		if err != nil {
			return err
		}
		if account != 0 && t.Account != account {
			return errNoToken
		}
		if !t.Revoked.IsZero() {
			return nil
		}
		if err := revokeToken(tx, by, id); err != nil {
			return err
		}
		return note(tx, by, "account.api.revoke", t.Account, auditToken{Name: t.Name, Scopes: t.Scopes}, nil)
	})
}

var errNoToken = fault.New(fault.NotFound, "auth.fault.no_token")
