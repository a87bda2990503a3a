package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// This file is what the job queue needs of the database, and nobody else: its library
// opens transactions of its own and so has to share the writer with InTx.

// Pool is the pool that InTx writes through. On SQLite it is one connection, so whoever
// takes it waits for the running batch, and the next batch waits for him. A transaction
// begun on it is not watched: only a library with its own tables should be given it.
func (d *DB) Pool() *sql.DB { return d.write }

// Lend gives the bare transaction to a library that takes part in it. Its error is the
// transaction's: nothing runs after it.
func (t *Tx) Lend(f func(context.Context, *sql.Tx) error) error {
	if err := t.ready(true); err != nil {
		return err
	}
	if err := f(t.ctx, t.tx); err != nil {
		return t.fail(err)
	}
	return t.ready(true)
}

// Listener is a pool of one further connection to the same PostgreSQL database, for LISTEN.
// The caller closes it.
func (d *DB) Listener(ctx context.Context) (*pgxpool.Pool, error) {
	if d.engine != Postgres {
		return nil, fmt.Errorf("db: %s has no LISTEN", d.engine)
	}
	c, err := d.write.Conn(ctx)
	if err != nil {
		return nil, classify(err)
	}
	defer c.Close()
	var where string
	err = c.Raw(func(dc any) error {
		where = dc.(*stdlib.Conn).Conn().Config().ConnString()
		return nil
	})
	if err != nil {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(where)
	if err != nil {
		return nil, err
	}
	cfg.MinConns, cfg.MaxConns = 0, 1
	return pgxpool.NewWithConfig(ctx, cfg)
}

const sqlMainFile = `select file from pragma_database_list where name = 'main'`

// Only takes a right that one process at a time may hold on a SQLite database, such as
// working its jobs; ok is false while another holds it. The right ends with release or
// with the process, however it dies: it is the lock on a file beside the database.
func (d *DB) Only(ctx context.Context, right string) (release func() error, ok bool, err error) {
	if d.engine != SQLite {
		return nil, false, fmt.Errorf("db: Only is for SQLite")
	}
	var file string
	if err := d.read.QueryRowContext(ctx, sqlMainFile).Scan(&file); err != nil {
		return nil, false, classify(err)
	}
	dsn := url.URL{
		Scheme: "file", Path: filepath.Join(filepath.Dir(file), "lienket."+right),
		RawQuery: url.Values{"_txlock": {"exclusive"}, "_pragma": {"busy_timeout(0)"}}.Encode(),
	}
	base, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, false, err
	}
	p := sql.OpenDB(base)
	p.SetMaxOpenConns(1)
	tx, err := p.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		p.Close()
		var le *sqlite.Error
		if errors.As(err, &le) && le.Code()&0xff == lib.SQLITE_BUSY {
			return nil, false, nil
		}
		return nil, false, err
	}
	return func() error {
		tx.Rollback()
		return p.Close()
	}, true, nil
}
