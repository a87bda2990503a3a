package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// A step is something that two requests do together: a password and then a code, or the two
// halves of a passkey's ceremony. The browser holds a random token, the database its hash.

const (
	stepSecond     = "second"      // the password (or link) was right, the second factor is owed
	stepPasskeyAdd = "passkey.add" // a passkey is being made
	stepPasskeyIn  = "passkey.in"  // somebody signs in by passkey

	stepLife = 10 * time.Minute
)

type step struct {
	Kind    string
	Account int64 // 0 while unknown
	Data    json.RawMessage
}

// secondStep is the data of stepSecond.
type secondStep struct {
	Link bool `json:"link,omitempty"` // came by a link, not by a password
}

func openStep(tx *db.Tx, s step) (token string, err error) {
	token = newToken()
	if err := dropSteps(tx); err != nil {
		return "", err
	}
	return token, insertStep(tx, hashToken(token), s, tx.Now().Add(stepLife))
}

// takeStep reads a step and ends it, with the transaction: a failed try leaves it.
func takeStep(tx *db.Tx, token, kind string) (step, error) {
	s, err := readStep(tx, token, kind)
	if err != nil {
		return step{}, err
	}
	n, err := deleteStep(tx, hashToken(token))
	if err == nil && n == 0 {
		err = errStepOver
	}
	return s, err
}

func readStep(tx *db.Tx, token, kind string) (step, error) {
	s, err := stepByHash(tx, hashToken(token))
	if err == nil && s.Kind != kind {
		err = errStepOver
	}
	return s, err
}

var errStepOver = fault.New(fault.Invalid, "auth.fault.step_over")

// Pending is what the page of the second step needs to know.
type Pending struct {
	User     User
	Codes    bool // has an authenticator app
	Passkeys bool
	Recovery bool // has recovery codes left
}

// Second says whose second factor a step waits for.
func (a *Accounts) Second(ctx context.Context, token string) (p Pending, err error) {
	defer fault.Wrap(&err, "Second")
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		s, err := readStep(tx, token, stepSecond)
		if err != nil {
			return err
		}
		acc, _, err := accountByID(tx, s.Account)
		if err != nil {
			return err
		}
		f, err := factorsOf(tx, s.Account)
		p = Pending{User: acc.User, Codes: f.App, Passkeys: f.Passkeys > 0, Recovery: f.Recovery > 0}
		return err
	})
	return p, err
}

func stepCookie(secure bool) string {
	if secure {
		return "__Host-lienket-step"
	}
	return "lienket-step"
}

// StepToken is the step that the browser is in, "" if none.
func StepToken(r *http.Request, secure bool) string {
	c, err := r.Cookie(stepCookie(secure))
	if err != nil {
		return ""
	}
	return c.Value
}

// SetStep gives the browser its step; an empty token takes it away.
func SetStep(w http.ResponseWriter, token string, secure bool) {
	c := &http.Cookie{
		Name: stepCookie(secure), Value: token, Path: "/", HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(stepLife / time.Second),
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
