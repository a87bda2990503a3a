package db

import (
	"context"
	"database/sql"
	"time"
)

// Tx is one request's view of the database. It is valid inside the function it was given
// to, in that goroutine only.
type Tx struct {
	tx    *sql.Tx
	ctx   context.Context // for statements; on the SQLite writer it cannot be cancelled
	now   time.Time
	conn  *conn // SQLite writer only: knows whether the transaction still lives
	write bool
	err   error // the first failure; nothing runs after it
	rows  []*sql.Rows
}

// Now is the one moment of this transaction, in UTC, to the microsecond.
func (t *Tx) Now() time.Time { return t.now }

// Context carries the caller's values and, if cancelling is safe here, its cancellation.
// It also marks the transaction, so that a nested InTx is refused.
func (t *Tx) Context() context.Context { return t.ctx }

// SQL is the bare transaction, for libraries that take part in it (a job queue). Nothing
// run on it is watched: prefer the methods of Tx.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Exec runs a statement and returns the number of rows it touched.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	if err := t.ready(true); err != nil {
		return 0, err
	}
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, t.fail(err)
	}
	return res.RowsAffected()
}

// Query runs a query. Rows left open are closed when f returns, and their error, looked
// at or not, fails the transaction.
func (t *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if err := t.ready(false); err != nil {
		return nil, err
	}
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, t.fail(err)
	}
	t.rows = append(t.rows, rows)
	return rows, nil
}

// QueryRow runs a query of at most one row; Scan returns ErrNone if there is none.
func (t *Tx) QueryRow(query string, args ...any) *sql.Row {
	if t.ready(false) != nil {
		// A Row cannot be made by hand; a query that never starts yields one with an error.
		return t.tx.QueryRowContext(never, query)
	}
	row := t.tx.QueryRowContext(t.ctx, query, args...)
	if err := row.Err(); err != nil {
		t.fail(err)
	}
	return row
}

var never = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (t *Tx) ready(write bool) error {
	if t.err != nil {
		return t.err
	}
	if write && !t.write {
		return ErrReadOnly
	}
	if t.conn != nil && t.conn.died.Load() {
		return t.fail(errDied)
	}
	return nil
}

func (t *Tx) fail(err error) error {
	if t.err == nil {
		t.err = classify(err)
	}
	return t.err
}

// end closes what f left open and says how f really went.
func (t *Tx) end(err error) error {
	for _, r := range t.rows {
		r.Close()
		if rerr := r.Err(); rerr != nil {
			t.fail(rerr)
		}
	}
	t.rows = nil
	if t.conn != nil && t.conn.died.Load() {
		t.fail(errDied)
	}
	failed := t.err
	t.err = ErrOver
	if err != nil {
		return classify(err)
	}
	return failed
}

// inside marks a context as belonging to a transaction of d.
type inside struct{ d *DB }

func (d *DB) mark(ctx context.Context) context.Context {
	return context.WithValue(ctx, inside{d}, true)
}

func (d *DB) nested(ctx context.Context) bool { return ctx.Value(inside{d}) != nil }
