package auth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
)

const tokenShaped = "lkt_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

func TestBearer(t *testing.T) {
	for _, c := range []struct {
		headers []string
		token   string
		found   bool
	}{
		{nil, "", false},
		{[]string{""}, "", false},
		{[]string{"Basic dTpw"}, "", false},
		{[]string{"Bearer " + tokenShaped}, tokenShaped, true},
		{[]string{"bearer   " + tokenShaped + " "}, tokenShaped, true},
		{[]string{"Bearer"}, "", true},
		{[]string{"Bearer x"}, "", true},
		{[]string{"Bearer " + tokenShaped + "x"}, "", true},
		{[]string{"Bearer " + tokenShaped + " " + tokenShaped}, "", true},
		{[]string{"Bearer lkt_" + strings.Repeat("é", 43)}, "", true},
		{[]string{"Bearer " + tokenShaped, "Bearer " + tokenShaped}, "", true},
		{[]string{"Basic dTpw", "Bearer " + tokenShaped}, "", true},
	} {
		token, found := auth.Bearer(&http.Request{Header: http.Header{"Authorization": c.headers}})
		if token != c.token || found != c.found {
			t.Errorf("%q: %q %v", c.headers, token, found)
		}
	}
}

// FuzzBearer: whatever stands in the header, a token comes out only in the one form.
func FuzzBearer(f *testing.F) {
	for _, s := range []string{"", "Bearer " + tokenShaped, "bearer lkt_", "Basic x", "Bearer\t" + tokenShaped, "Bearer \x00" + tokenShaped} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, h string) {
		token, found := auth.Bearer(&http.Request{Header: http.Header{"Authorization": {h}}})
		if token == "" {
			return
		}
		if !found || len(token) != len(tokenShaped) || !strings.HasPrefix(token, "lkt_") || !strings.HasSuffix(strings.TrimSpace(h), token) {
			t.Errorf("%q gives %q %v", h, token, found)
		}
		for _, c := range token {
			if c > 'z' || c < '-' {
				t.Errorf("%q gives a token with %q", h, c)
			}
		}
	})
}

func FuzzReadActor(f *testing.F) {
	for _, s := range []string{"account:7", "account:7 for account:3", "system", "account:07", "account:-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		account, acting, ok := auth.ReadActor(s)
		if !ok {
			return
		}
		u := auth.User{ID: account, Role: auth.Officer}
		if acting != 0 {
			u.Lent = []auth.Lent{{Role: auth.Leader, From: acting}}
		}
		if got := u.As(auth.Leader).Actor(); got != s {
			t.Errorf("%q reads as %d for %d, which is written %q", s, account, acting, got)
		}
	})
}
