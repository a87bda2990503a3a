package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// noteEvery bounds how often the progress of a job is written.
const noteEvery = time.Second

// Progress notes how far the job is, at most once a second and always when done is total.
// ErrLost means: stop, somebody else works it now.
func (j *Job) Progress(ctx context.Context, done, total int64, note string) error {
	if time.Since(j.noted) < noteEvery && done != total {
		return nil
	}
	j.noted = time.Now()
	return j.q.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(sqlNoteProgress, j.ID, j.Attempt, done, total, note, db.At(tx.Now()))
		if err == nil && n == 0 {
			err = ErrLost
		}
		return err
	})
}

// Save keeps a resume point, in the caller's transaction: together with what the job wrote
// up to there. state becomes a JSON object.
func (j *Job) Save(tx *db.Tx, state any) error {
	if err := j.mine(tx); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSaveState, j.ID, db.AsJSON(state), db.At(tx.Now()))
	return err
}

// Load reads the last resume point, also of an earlier try; ok is false when there is none.
func (j *Job) Load(ctx context.Context, into any) (ok bool, err error) {
	var raw db.JSON[json.RawMessage]
	err = j.q.db.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(sqlLoadState, j.ID).Scan(&raw) })
	if errors.Is(err, db.ErrNone) || err == nil && len(raw.V) == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(raw.V, into)
}

// Done ends the job well in the caller's transaction, so that its work and the note that
// it is done are one. Do should return nil after it.
func (j *Job) Done(tx *db.Tx) error {
	if err := j.mine(tx); err != nil {
		return err
	}
	return j.finish(tx)
}

// mine: the job is still the one that this try began.
func (j *Job) mine(tx *db.Tx) error {
	var n int
	err := tx.QueryRow(sqlStillMine, j.ID, j.Attempt).Scan(&n)
	if err == nil && n == 0 {
		err = ErrLost
	}
	return err
}

const (
	sqlNoteProgress = `insert into job_progress (job_id, done, total, note, noted_at)
 select id, cast($3 as bigint), cast($4 as bigint), cast($5 as text), cast($6 as text) from river_job
 where id = $1 and attempt = $2 and state = 'running'
 on conflict (job_id) do update set done = excluded.done, total = excluded.total, note = excluded.note, noted_at = excluded.noted_at`

	sqlSaveState = `insert into job_progress (job_id, state, noted_at) values ($1, $2, $3)
 on conflict (job_id) do update set state = excluded.state, noted_at = excluded.noted_at`

	sqlLoadState = `select state from job_progress where job_id = $1`

	sqlStillMine = `select count(*) from river_job where id = $1 and attempt = $2 and state = 'running'`
)
