package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lienket/lienket/internal/base/fault"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// What stores may ask for with errors.Is. The driver's own error stays in the chain.
var (
	ErrUnique  = errors.New("db: a row with this key exists")
	ErrForeign = errors.New("db: the row points to one that does not exist, or is pointed to")
	ErrCheck   = errors.New("db: a check or not-null rule of the table refuses the row")

	// ErrNone is sql.ErrNoRows: the row asked for does not exist.
	ErrNone = sql.ErrNoRows

	// Mistakes of the caller.
	ErrNested   = errors.New("db: InTx or Read inside a transaction; use the Tx you were given")
	ErrOver     = errors.New("db: the Tx was used after its transaction ended")
	ErrReadOnly = errors.New("db: Exec in Read; writing goes through InTx")
	ErrClosed   = errors.New("db: closed")

	// errDied is what later statements get when the whole transaction was rolled back
	// under them.
	errDied = errors.New("db: the transaction was rolled back by the database")
)

// classed adds a class (one of the errors above) to a driver's error.
type classed struct{ class, err error }

func (c *classed) Error() string   { return c.class.Error() + ": " + c.err.Error() }
func (c *classed) Unwrap() []error { return []error{c.class, c.err} }

// classify turns what the drivers say into what callers may ask for. It is safe to call
// on an error that has been classified before.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var c *classed
	var f *fault.Error
	if errors.As(err, &c) || errors.As(err, &f) {
		return err
	}
	var le *sqlite.Error
	if errors.As(err, &le) {
		switch le.Code() {
		case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
			return &classed{ErrUnique, err}
		case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
			return &classed{ErrForeign, err}
		case lib.SQLITE_CONSTRAINT_CHECK, lib.SQLITE_CONSTRAINT_NOTNULL:
			return &classed{ErrCheck, err}
		case lib.SQLITE_FULL, lib.SQLITE_IOERR_SHMSIZE:
			return fault.New(fault.Full, "db.fault.full").Because(err)
		}
		return err
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch pe.Code {
		case "23505":
			return &classed{ErrUnique, err}
		case "23503":
			return &classed{ErrForeign, err}
		case "23514", "23502":
			return &classed{ErrCheck, err}
		case "53100":
			return fault.New(fault.Full, "db.fault.full").Because(err)
		case "57014":
			return cancelled(err)
		}
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cancelled(err)
	}
	return err
}

func cancelled(err error) error { return fault.New(fault.Cancelled, "db.fault.cancelled").Because(err) }

// panicked is a panic of f, brought home as an error.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string {
	return fmt.Sprintf("panic in a transaction: %v\n%s", p.value, p.stack)
}

func (p *panicked) Unwrap() error {
	err, _ := p.value.(error)
	return err
}
