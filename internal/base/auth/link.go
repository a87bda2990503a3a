package auth

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Sign-in links. A link is a random token like a session's; opening it changes nothing
// (chat programs open links to draw a preview), the button on its page signs in.

// NewLink makes a link's token for an account: good for uses sign-ins until life is over.
func (a *Accounts) NewLink(ctx context.Context, by string, account int64, life time.Duration, uses int64) (token string, err error) {
	defer fault.Wrap(&err, "NewLink(%d)", account)
	token = newToken()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		acc, _, err := accountByID(tx, account)
		if err != nil {
			return err
		}
		if !acc.Disabled.IsZero() {
			return fault.New(fault.Invalid, "auth.fault.account_off")
		}
		if err := deleteOldLinks(tx); err != nil {
			return err
		}
		if err := insertLink(tx, account, hashToken(token), tx.Now().Add(life), uses); err != nil {
			return err
		}
		return note(tx, by, "account.link", account, nil, nil)
	})
	return token, err
}

// LinkAccount says whom a link would sign in, without using it.
func (a *Accounts) LinkAccount(ctx context.Context, token string) (u User, err error) {
	defer fault.Wrap(&err, "LinkAccount")
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		u, err = linkAccount(tx, hashToken(token))
		return err
	})
	return u, err
}

// UseLink signs in by a link and spends one use of it, in one transaction. An account with
// a second factor still owes it: whoever lost that asks an administrator to reset it.
func (a *Accounts) UseLink(ctx context.Context, token string, v Visit) (in In, err error) {
	defer fault.Wrap(&err, "UseLink")
	session := newToken()
	err = a.DB.InTx(ctx, func(tx *db.Tx) error {
		in = In{}
		if in.User, err = linkAccount(tx, hashToken(token)); err != nil {
			return err
		}
		if ok, err := spendLink(tx, hashToken(token)); err != nil || !ok {
			if err == nil {
				err = errLinkOver
			}
			return err
		}
		return a.enter(tx, &in, session, v, true)
	})
	return in, err
}

// enter opens the session, or the second step of who has a second factor.
func (a *Accounts) enter(tx *db.Tx, in *In, session string, v Visit, link bool) error {
	f, err := factorsOf(tx, in.User.ID)
	if err != nil {
		return err
	}
	if f.Any() {
		in.Step, err = openStep(tx, step{Kind: stepSecond, Account: in.User.ID, Data: mustJSON(secondStep{Link: link})})
		return err
	}
	in.Session = session
	return openSession(tx, in.User.ID, session, v)
}

var errLinkOver = fault.New(fault.NotFound, "auth.fault.link_over")
