package jobs

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// periods adds the periodic jobs that are due. The row of a kind is what makes it happen
// once among many processes, and go on through restarts. due remembers when to look again;
// the earliest of them is returned.
func (q *Queue) periods(ctx context.Context, due map[string]time.Time) (soon time.Time, err error) {
	now := time.Now()
	var look []Kind
	for _, name := range q.Kinds() {
		if k := q.kinds[name]; k.Every > 0 && !due[name].After(now) {
			look = append(look, k)
		}
	}
	if len(look) > 0 {
		next := map[string]time.Time{}
		err = q.db.InTx(ctx, func(tx *db.Tx) error {
			clear(next)
			for _, k := range look {
				var last db.Time
				n, err := tx.Exec(sqlFirstPeriod, k.Name, db.At(now))
				if err == nil && n == 0 {
					n, err = tx.Exec(sqlNextPeriod, k.Name, db.At(now), db.At(now.Add(-k.Every)))
				}
				if err != nil {
					return err
				}
				if n > 0 {
					if _, err := q.Add(tx, k.Name, nil, Opts{Unique: "period"}); err != nil {
						return err
					}
				}
				if err := tx.QueryRow(sqlLastPeriod, k.Name).Scan(&last); err != nil {
					return err
				}
				// A clock that was put back must not stop a kind for that long.
				next[k.Name] = last.Add(k.Every)
				if next[k.Name].After(now.Add(k.Every)) {
					next[k.Name] = now.Add(k.Every)
				}
			}
			return nil
		})
		if err != nil {
			return time.Time{}, err
		}
		for name, at := range next {
			due[name] = at
		}
	}
	for _, at := range due {
		if soon.IsZero() || at.Before(soon) {
			soon = at
		}
	}
	return soon, nil
}

const (
	sqlFirstPeriod = `insert into job_period (kind, last_at) values ($1, $2) on conflict (kind) do nothing`
	sqlNextPeriod  = `update job_period set last_at = $2 where kind = $1 and last_at <= $3`
	sqlLastPeriod  = `select last_at from job_period where kind = $1`
)
