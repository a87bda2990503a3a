package auth

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Tries that are free, then one a minute.
const (
	freeTries = 10
	tryEvery  = time.Minute
)

// take spends one try of each name (an account, an address prefix), or says how long to
// wait; then it spends nothing. It is remembered in the database, so that neither a restart
// nor a second process forgives: a row says when all tries are back, and is gone ten minutes
// after the last try. A name that waits writes nothing, so an attacker makes no more rows
// than he has addresses.
func (a *Accounts) take(ctx context.Context, names ...string) (err error) {
	defer fault.Wrap(&err, "taking a try")
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		now := tx.Now()
		next := make([]time.Time, len(names))
		var wait time.Duration
		for i, n := range names {
			at, err := allBack(tx, tryName(n))
			if err != nil {
				return err
			}
			if at.Before(now) {
				at = now
			}
			next[i] = at.Add(tryEvery)
			wait = max(wait, next[i].Sub(now)-freeTries*tryEvery)
		}
		if wait > 0 {
			return tooMany(wait)
		}
		if err := dropTries(tx, now); err != nil {
			return err
		}
		for i, n := range names {
			if err := setAllBack(tx, tryName(n), next[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// giveBack returns one try of each name after a success, so that an office behind one
// address is not shut out in the morning.
func giveBack(tx *db.Tx, names ...string) error {
	for _, n := range names {
		at, err := allBack(tx, tryName(n))
		if err != nil {
			return err
		}
		if at.IsZero() {
			continue
		}
		if err := setAllBack(tx, tryName(n), at.Add(-tryEvery)); err != nil {
			return err
		}
	}
	return nil
}

// tryName keeps no login in the table: people type their password there by mistake.
func tryName(name string) string { return hashToken(name) }

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooMany, "auth.fault.too_many", int64((wait+time.Minute-1)/time.Minute))
}
