package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// StartRun notes that a run without a job began. One round has one run at a time: when one
// is running, ok is false and its number is returned.
func (s *Store) StartRun(ctx context.Context, by string, round RoundID) (id int64, ok bool, err error) {
	defer fault.Wrap(&err, "market.StartRun(%d)", round)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		id, _, err = runningOf(tx, round)
		if ok = errors.Is(err, db.ErrNone); !ok {
			return err
		}
		id, err = insertRun(tx, by, round)
		return err
	})
	return id, ok, err
}

// runningOf is the run of a round that has not ended, and its job; job 0 is none.
func runningOf(tx *db.Tx, round RoundID) (id, job int64, err error) {
	var j sql.NullInt64
	err = tx.QueryRow(sqlRunningOf, int64(round)).Scan(&id, &j)
	return id, j.Int64, err
}

func insertRun(tx *db.Tx, by string, round RoundID) (id int64, err error) {
	if _, err := roundByID(tx, round); err != nil {
		return 0, err
	}
	err = tx.QueryRow(sqlInsertRun, int64(round), by, db.At(tx.Now())).Scan(&id)
	return id, err
}

func setRunJob(tx *db.Tx, id, job int64) error {
	_, err := tx.Exec(sqlSetRunJob, id, job)
	return err
}

// NoteRun keeps the progress of a run; ok is false when the run has been ended meanwhile.
func (s *Store) NoteRun(ctx context.Context, id int64, p Progress) (ok bool, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(sqlNoteRun, id, string(p.Stage), p.Done, p.Total, p.Nodes, p.Pivots)
		ok = n > 0
		return err
	})
	return ok, err
}

// EndRun ends a run without a plan; a run that is over stays as it is.
func (s *Store) EndRun(ctx context.Context, id int64, state RunState, why Why) (err error) {
	defer fault.Wrap(&err, "market.EndRun(%d)", id)
	return s.DB.InTx(ctx, func(tx *db.Tx) error { return endRun(tx, id, state, why) })
}

func endRun(tx *db.Tx, id int64, state RunState, why Why) error {
	reason := ""
	if why.Key != "" {
		b, err := json.Marshal(why)
		if err != nil {
			return err
		}
		reason = string(b)
	}
	_, err := tx.Exec(sqlEndRun, id, string(state), reason, sql.NullInt64{}, db.At(tx.Now()))
	return err
}

// Run is one run.
func (s *Store) Run(ctx context.Context, id int64) (r Run, err error) {
	defer fault.Wrap(&err, "market.Run(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = runByID(tx, id)
		return err
	})
	return r, err
}

func runByID(tx *db.Tx, id int64) (Run, error) {
	r, err := scanRun(tx.QueryRow(sqlRunByID, id))
	if errors.Is(err, db.ErrNone) {
		return r, fault.New(fault.NotFound, "market.fault.no_run")
	}
	return r, err
}

// LastRun is the newest run of a round; ok is false when there was none.
func (s *Store) LastRun(ctx context.Context, round RoundID) (r Run, ok bool, err error) {
	defer fault.Wrap(&err, "market.LastRun(%d)", round)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = scanRun(tx.QueryRow(sqlLastRun, int64(round)))
		if errors.Is(err, db.ErrNone) {
			ok, err = false, nil
			return nil
		}
		ok = err == nil
		return err
	})
	return r, ok, err
}

func scanRun(row rowScan) (r Run, err error) {
	var plan, job sql.NullInt64
	var started, ended db.Time
	var why string
	err = row.Scan(&r.ID, &r.Round, &r.State, &r.Progress.Stage, &r.Progress.Done, &r.Progress.Total, &r.Progress.Nodes, &r.Progress.Pivots,
		&why, &plan, &r.StartedBy, &started, &ended, &job)
	r.Job = job.Int64
	r.Plan, r.StartedAt, r.EndedAt = PlanID(plan.Int64), started.Time, ended.Time
	if err == nil && why != "" {
		err = json.Unmarshal([]byte(why), &r.Why)
	}
	return r, err
}

const sqlRunningOf = `select id, job_id from market_run where round_id = $1 and state = 'running' limit 1`

const sqlInsertRun = `insert into market_run (round_id, state, stage, done, total, nodes, pivots, error, started_by, started_at)
 values ($1, 'running', '', 0, 0, 0, 0, '', $2, $3) returning id`

const sqlNoteRun = `update market_run set stage = $2, done = $3, total = $4, nodes = $5, pivots = $6 where id = $1 and state = 'running'`

const sqlEndRun = `update market_run set state = $2, error = $3, plan_id = $4, ended_at = $5 where id = $1 and state = 'running'`

const sqlSetRunJob = `update market_run set job_id = $2 where id = $1`

const runCols = `id, round_id, state, stage, done, total, nodes, pivots, error, plan_id, started_by, started_at, ended_at, job_id`

const sqlRunByID = `select ` + runCols + ` from market_run where id = $1`

const sqlLastRun = `select ` + runCols + ` from market_run where round_id = $1 order by id desc limit 1`
