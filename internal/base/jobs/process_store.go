package jobs

import (
	"context"
	"os"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// register notes this process. On SQLite it has the only right to work, so all others that
// are noted are dead.
func (q *Queue) register(ctx context.Context, id string) error {
	return q.db.InTx(ctx, func(tx *db.Tx) error {
		if q.db.Engine() == db.SQLite {
			if _, err := tx.Exec(sqlDropProcesses); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(q.pick(sqlInsertProcessSQLite, sqlInsertProcessPostgres), id, host(), os.Getpid(), db.At(tx.Now()), time.Now().UnixMilli()); err != nil {
			return err
		}
		return q.bury(tx)
	})
}

func (q *Queue) unregister(ctx context.Context, id string) error {
	return q.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(sqlDropProcess, id); err != nil {
			return err
		}
		return q.bury(tx)
	})
}

// signal is one sign of life; known is false when others took this process for dead.
func (q *Queue) signal(ctx context.Context, id string) (known bool, err error) {
	err = q.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(q.pick(sqlBeatSQLite, sqlBeatPostgres), id, time.Now().UnixMilli())
		if err != nil || n == 0 {
			known = false
			return err
		}
		known = true
		return q.bury(tx)
	})
	return known, err
}

// bury forgets silent processes and puts back what the forgotten were working on.
func (q *Queue) bury(tx *db.Tx) error {
	if q.db.Engine() == db.Postgres {
		if _, err := tx.Exec(sqlDropSilentPostgres, q.dead.Milliseconds()); err != nil {
			return err
		}
	}
	rows, err := tx.Query(q.pick(sqlOrphansSQLite, sqlOrphansPostgres))
	if err != nil {
		return err
	}
	defer rows.Close()
	var left []orphan
	for rows.Next() {
		var o orphan
		if err := rows.Scan(&o.id, &o.kind, &o.attempt, &o.tries, &o.args); err != nil {
			return err
		}
		left = append(left, o)
	}
	if err := rows.Err(); err != nil || len(left) == 0 {
		return err
	}
	return q.putBack(tx, left)
}

func (q *Queue) pick(sqlite, postgres string) string {
	if q.db.Engine() == db.SQLite {
		return sqlite
	}
	return postgres
}

// Process is one that works, or was when it last beat.
type Process struct {
	ID, Host string
	PID      int64
	Started  time.Time
}

func processes(tx *db.Tx) (all []Process, err error) {
	rows, err := tx.Query(sqlProcesses)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Process
		var at db.Time
		if err := rows.Scan(&p.ID, &p.Host, &p.PID, &at); err != nil {
			return nil, err
		}
		p.Started = at.Time
		all = append(all, p)
	}
	return all, rows.Err()
}

// On PostgreSQL the server's clock is everybody's; the last parameter is not used there.
const (
	sqlInsertProcessSQLite = `insert into job_process (id, host, pid, started_at, beat_ms) values ($1, $2, $3, $4, $5)`

	sqlInsertProcessPostgres = `insert into job_process (id, host, pid, started_at, beat_ms)
 select $1, $2, $3, $4, cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + 0 * cast($5 as bigint)`

	sqlBeatSQLite = `update job_process set beat_ms = $2 where id = $1`

	sqlBeatPostgres = `update job_process
 set beat_ms = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + 0 * cast($2 as bigint) where id = $1`

	sqlDropSilentPostgres = `delete from job_process where beat_ms < cast(extract(epoch from clock_timestamp()) * 1000 as bigint) - $1`

	sqlDropProcess   = `delete from job_process where id = $1`
	sqlDropProcesses = `delete from job_process`
	sqlProcesses     = `select id, host, pid, started_at from job_process order by started_at, id`

	sqlOrphansSQLite = `select id, kind, attempt, max_attempts, json(args) from river_job
 where state = 'running' and coalesce(json_extract(attempted_by, '$[#-1]'), '') not in (select id from job_process) order by id`

	sqlOrphansPostgres = `select id, kind, attempt, max_attempts, cast(args as text) from river_job
 where state = 'running' and coalesce(attempted_by[array_length(attempted_by, 1)], '') not in (select id from job_process) order by id`

	// Any number will do that nobody else uses; goose has its own.
	sqlLockPostgres   = `select pg_advisory_lock(5201126)`
	sqlUnlockPostgres = `select pg_advisory_unlock(5201126)`
)
