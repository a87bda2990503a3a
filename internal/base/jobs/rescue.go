package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

type riverTx = *sql.Tx

// orphan is a job whose process is gone.
type orphan struct {
	id             int64
	kind           string
	attempt, tries int
	args           string
}

// putBack makes orphans ready to be begun anew. One whose processes died at every try is
// given up: it may be what kills them.
func (q *Queue) putBack(tx *db.Tx, left []orphan) error {
	now := time.Now().UTC()
	p := &riverdriver.JobRescueManyParams{StuckHorizon: now.Add(time.Hour)}
	for _, o := range left {
		e, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: o.attempt, Error: ErrKilled.Error()})
		if err != nil {
			return err
		}
		state, ended := rivertype.JobStateAvailable, (*time.Time)(nil)
		if o.attempt >= o.tries {
			state, ended = rivertype.JobStateDiscarded, &now
			if err := q.gave(tx, o, ErrKilled); err != nil {
				return err
			}
		}
		p.ID, p.Error, p.FinalizedAt = append(p.ID, o.id), append(p.Error, e), append(p.FinalizedAt, ended)
		p.ScheduledAt, p.State = append(p.ScheduledAt, now), append(p.State, string(state))
		q.log.Warn("a job lost its process", "kind", o.kind, "job", o.id, "attempt", o.attempt, "now", state)
	}
	c, err := q.client()
	if err != nil {
		return err
	}
	return tx.Lend(func(ctx context.Context, stx *sql.Tx) error {
		_, err := c.Driver().UnwrapExecutor(stx).JobRescueMany(ctx, p)
		return err
	})
}

// gave tells a kind that its job is over, inside the transaction that ends it.
func (q *Queue) gave(tx *db.Tx, o orphan, why error) error {
	k, ok := q.kinds[o.kind]
	if !ok || k.Gone == nil {
		return nil
	}
	var e envelope
	if err := json.Unmarshal([]byte(o.args), &e); err != nil {
		return err
	}
	return k.Gone(tx, &Job{ID: o.id, Kind: o.kind, Attempt: o.attempt, Tries: o.tries, Args: e.Args, q: q}, why)
}
