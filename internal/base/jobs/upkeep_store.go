package jobs

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// Upkeep clears away what base keeps for a while only: answers to repeated requests,
// sessions and sign-in links that have ended, progress of jobs that are gone. Each of these
// is also refused when it is too old, so a site without workers is merely less tidy.
func Upkeep(d *db.DB) Kind {
	return Kind{Name: "base.upkeep", Every: time.Hour, Tries: 3, Do: func(ctx context.Context, j *Job) error {
		return d.InTx(ctx, func(tx *db.Tx) error {
			now := tx.Now()
			for _, s := range []struct {
				query string
				args  []any
			}{
				{sqlClearKeys, []any{db.At(now.Add(-keyLife))}},
				{sqlClearSessions, []any{db.At(now)}},
				{sqlClearLinks, []any{db.At(now)}},
				{sqlClearProgress, nil},
			} {
				if _, err := tx.Exec(s.query, s.args...); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}

const keyLife = 7 * 24 * time.Hour

const (
	sqlClearKeys     = `delete from idem_key where created_at <= $1`
	sqlClearSessions = `delete from session where expires_at <= $1`
	sqlClearLinks    = `delete from sign_in_link where expires_at <= $1 or uses_left <= 0`
	sqlClearProgress = `delete from job_progress where job_id not in (select id from river_job)`
)
