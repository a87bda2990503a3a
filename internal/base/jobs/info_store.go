package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/riverqueue/river/rivertype"
)

// State is how a job stands, in words of our own.
type State string

// The states.
const (
	Waiting   State = "waiting"   // may begin at once, or at its time
	Running   State = "running"   //
	Retrying  State = "retrying"  // failed, will be tried again
	Finished  State = "finished"  //
	Cancelled State = "cancelled" // by somebody, or it said itself that no try can help
	GivenUp   State = "given_up"  // out of tries
)

// States are all states, as a console lists them.
var States = []State{Running, Waiting, Retrying, GivenUp, Cancelled, Finished}

var stateOf = map[rivertype.JobState]State{
	rivertype.JobStateAvailable: Waiting, rivertype.JobStateScheduled: Waiting, rivertype.JobStatePending: Waiting,
	rivertype.JobStateRunning: Running, rivertype.JobStateRetryable: Retrying, rivertype.JobStateCompleted: Finished,
	rivertype.JobStateCancelled: Cancelled, rivertype.JobStateDiscarded: GivenUp,
}

// Over says that nothing more will happen to it by itself.
func (s State) Over() bool { return s == Finished || s == Cancelled || s == GivenUp }

// Info is a job as a console shows it.
type Info struct {
	ID                  int64
	Kind                string
	State               State
	Attempt, Tries      int
	Args                json.RawMessage
	Error               string // of the last try that failed
	By                  string // process of the last try
	Done, Total         int64
	Note                string
	Added, Begun, Ended time.Time
	Next                time.Time // when it may begin
}

func infoOf(r *rivertype.JobRow) Info {
	i := Info{ID: r.ID, Kind: r.Kind, State: stateOf[r.State], Attempt: r.Attempt, Tries: r.MaxAttempts, Added: r.CreatedAt, Next: r.ScheduledAt}
	var e envelope
	if json.Unmarshal(r.EncodedArgs, &e) == nil {
		i.Args = e.Args
	}
	if n := len(r.Errors); n > 0 {
		i.Error = r.Errors[n-1].Error
	}
	if n := len(r.AttemptedBy); n > 0 {
		i.By = r.AttemptedBy[n-1]
	}
	if r.AttemptedAt != nil {
		i.Begun = *r.AttemptedAt
	}
	if r.FinalizedAt != nil {
		i.Ended = *r.FinalizedAt
	}
	return i
}

// NoJob is the fault of asking for a job that does not exist; jobs that are over are kept
// for a while only.
func NoJob() error { return fault.New(fault.NotFound, "jobs.fault.no_job") }

// Get is one job.
func (q *Queue) Get(ctx context.Context, id int64) (i Info, err error) {
	defer fault.Wrap(&err, "jobs.Get(%d)", id)
	c, err := q.client()
	if err != nil {
		return i, err
	}
	err = q.db.Read(ctx, func(tx *db.Tx) error {
		row, err := c.JobGetTx(tx.Context(), tx.SQL(), id)
		if errors.Is(err, rivertype.ErrNotFound) {
			return NoJob()
		}
		if err != nil {
			return err
		}
		i = infoOf(row)
		return progressOf(tx, &i)
	})
	return i, err
}

func progressOf(tx *db.Tx, i *Info) error {
	err := tx.QueryRow(sqlProgressOf, i.ID).Scan(&i.Done, &i.Total, &i.Note)
	if errors.Is(err, db.ErrNone) {
		return nil
	}
	return err
}

// Alive says whether a job is still waiting, running or to be tried again.
func (q *Queue) Alive(tx *db.Tx, id int64) (bool, error) {
	var n int
	err := tx.QueryRow(sqlAlive, id).Scan(&n)
	return n > 0, err
}

// Cancel ends a job, in the caller's transaction: at once if it waits, as soon as it
// listens if some process runs it. One that is over stays as it is.
func (q *Queue) Cancel(tx *db.Tx, id int64) error {
	c, err := q.client()
	if err != nil {
		return err
	}
	var row *rivertype.JobRow
	err = tx.Lend(func(ctx context.Context, stx *sql.Tx) (err error) {
		row, err = c.JobGetTx(ctx, stx, id)
		if errors.Is(err, rivertype.ErrNotFound) {
			return NoJob()
		}
		if err == nil && !stateOf[row.State].Over() {
			_, err = c.JobCancelTx(ctx, stx, id)
		}
		return err
	})
	if err != nil || row.State == rivertype.JobStateRunning || stateOf[row.State].Over() {
		return err
	}
	return q.gave(tx, orphan{id: id, kind: row.Kind, attempt: row.Attempt, tries: row.MaxAttempts, args: string(row.EncodedArgs)}, ErrCancelled)
}

// Retry makes a job ready to be begun now, also one that was given up or cancelled. A
// running one stays as it is.
func (q *Queue) Retry(tx *db.Tx, id int64) error {
	c, err := q.client()
	if err != nil {
		return err
	}
	return tx.Lend(func(ctx context.Context, stx *sql.Tx) error {
		_, err := c.JobRetryTx(ctx, stx, id)
		if errors.Is(err, rivertype.ErrNotFound) {
			return NoJob()
		}
		return err
	})
}

const sqlAlive = `select count(*) from river_job where id = $1 and state not in ('completed', 'cancelled', 'discarded')`

const sqlProgressOf = `select done, total, note from job_progress where job_id = $1`
