package db

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lienket/lienket/internal/base/fault"
)

// Engine is the database behind a DB. Stores should not need to ask.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is an open database. All methods may be called from many goroutines.
type DB struct {
	engine Engine
	write  *sql.DB // SQLite: one connection; PostgreSQL: the same pool as read
	read   *sql.DB
	temp   string // folder of a private in-memory database, removed on Close
	clock  func() time.Time
	inTx   sync.Map             // goroutines inside InTx
	queue  *queue               // SQLite
	wconn  atomic.Pointer[conn] // the live writer connection (SQLite)

	changes atomic.Int64 // commits of this process

	turns chan struct{} // PostgreSQL: see turn
	alone sync.RWMutex
}

// Option changes how Open works.
type Option func(*options)

type options struct {
	clock func() time.Time
	start []byte
	hook  hook
}

// Clock replaces time.Now, for tests and for the demonstration's season.
func Clock(now func() time.Time) Option { return func(o *options) { o.clock = now } }

// StartFrom makes a ":memory:" database begin with the bytes of a SQLite file instead of
// empty.
func StartFrom(file []byte) Option { return func(o *options) { o.start = file } }

// Open opens a database:
//
//	":memory:"       a private SQLite database that is gone after Close
//	a folder         SQLite in folder/lienket.db; the folder is made if needed
//	"postgres://…"   PostgreSQL
//
// The private database is a file in a temporary folder, not SQLite's own memory mode:
// shared-cache memory locks whole tables and answers SQLITE_LOCKED at once, and the memdb
// file system has no WAL, so neither behaves like the database people run. The file has
// the same readers-beside-one-writer as a real one, only without fsync.
func Open(ctx context.Context, where string, opts ...Option) (_ *DB, err error) {
	defer fault.Wrap(&err, "opening the database")
	o := options{clock: time.Now}
	for _, f := range opts {
		f(&o)
	}
	switch {
	case where == "":
		return nil, errors.New("no database named")
	case strings.HasPrefix(where, "postgres://"), strings.HasPrefix(where, "postgresql://"):
		return openPostgres(ctx, where, o)
	}
	return openSQLite(ctx, where, o)
}

// Engine says which database this is.
func (d *DB) Engine() Engine { return d.engine }

// Close waits for running writes, refuses new ones and closes the pools.
func (d *DB) Close() error {
	if d.queue != nil {
		d.queue.close()
	}
	var errs []error
	if d.read != d.write {
		errs = append(errs, d.read.Close())
	}
	errs = append(errs, d.write.Close())
	if d.temp != "" {
		errs = append(errs, os.RemoveAll(d.temp))
	}
	return errors.Join(errs...)
}

// Now is the database's clock, for what is remembered outside of transactions.
func (d *DB) Now() time.Time { return d.now() }

func (d *DB) now() time.Time { return d.clock().UTC().Truncate(time.Microsecond) }

// Read runs f on one consistent snapshot; writing in it is refused. Cancelling ctx ends a
// running query.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) (err error) {
	if d.nested(ctx) {
		return ErrNested
	}
	opt := &sql.TxOptions{ReadOnly: true}
	if d.engine == Postgres {
		opt.Isolation = sql.LevelRepeatableRead
	}
	ctx = d.mark(ctx)
	stx, err := d.read.BeginTx(ctx, opt)
	if err != nil {
		return classify(err)
	}
	defer stx.Rollback()
	t := &Tx{tx: stx, ctx: ctx, now: d.now()}
	return t.end(f(t))
}
