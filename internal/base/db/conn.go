package db

import (
	"context"
	"database/sql/driver"
	"reflect"
	"strings"
	"sync/atomic"

	"modernc.org/sqlite"
)

// This file wraps the SQLite driver's connection for three reasons: compiled statements
// are kept (compiling costs more than running for small ones), a rollback of the whole
// transaction is noticed, and tests can inject faults.

type connector struct {
	driver.Connector
	made func(*conn)
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	dc, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	w := &conn{inner: dc.(inner), kept: map[string]*kept{}}
	if h, ok := dc.(sqlite.HookRegisterer); ok {
		h.RegisterRollbackHook(func() { w.died.Store(true) })
	}
	if c.made != nil {
		c.made(w)
	}
	return w, nil
}

// inner is what every connection of the driver implements.
type inner interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// hook sees each statement before it runs; an error is returned instead of running it.
type hook func(c *conn, query string) error

// maxKept bounds the statements kept per connection. SQL is constants, so the bound is
// met only if somebody builds SQL by hand.
const maxKept = 400

type conn struct {
	inner
	died atomic.Bool // the transaction was rolled back as a whole
	hook hook
	kept map[string]*kept
}

type kept struct {
	stmt driver.Stmt
	busy bool // rows of it are still open
}

// Unwrap lets the driver's own functions see through.
func (c *conn) Unwrap() driver.Conn { return c.inner }

func (c *conn) Close() error {
	for _, k := range c.kept {
		k.stmt.Close()
	}
	c.kept = map[string]*kept{}
	return c.inner.Close()
}

// BeginTx lets a test fail the begin and the commit too.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if c.hook == nil {
		return c.inner.BeginTx(ctx, opts)
	}
	if err := c.hook(c, "begin"); err != nil {
		return nil, err
	}
	tx, err := c.inner.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return hookedTx{tx, c}, nil
}

type hookedTx struct {
	driver.Tx
	c *conn
}

func (t hookedTx) Commit() error {
	if err := t.c.hook(t.c, "commit"); err != nil {
		t.Tx.Rollback()
		return err
	}
	return t.Tx.Commit()
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.hook != nil {
		if err := c.hook(c, query); err != nil {
			return nil, err
		}
	}
	k, err := c.keep(ctx, query)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return c.inner.ExecContext(ctx, query, args)
	}
	return k.stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.hook != nil {
		if err := c.hook(c, query); err != nil {
			return nil, err
		}
	}
	k, err := c.keep(ctx, query)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return c.inner.QueryContext(ctx, query, args)
	}
	r, err := k.stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	k.busy = true
	return &rows{Rows: r, k: k}, nil
}

// keep returns the compiled statement, or nil if this one is not for keeping: not a
// plain data statement, or its rows are being read by somebody further up.
func (c *conn) keep(ctx context.Context, query string) (*kept, error) {
	if k, ok := c.kept[query]; ok {
		if k.busy {
			return nil, nil
		}
		return k, nil
	}
	word, _, _ := strings.Cut(strings.TrimLeft(query, " \t\r\n"), " ")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "select", "insert", "update", "delete", "with", "savepoint", "release", "rollback":
	default:
		return nil, nil
	}
	if len(c.kept) >= maxKept {
		for q, k := range c.kept {
			if !k.busy {
				k.stmt.Close()
				delete(c.kept, q)
			}
		}
	}
	s, err := c.inner.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	k := &kept{stmt: s}
	c.kept[query] = k
	return k, nil
}

// rows gives its statement back on Close.
type rows struct {
	driver.Rows
	k *kept
}

func (r *rows) Close() error {
	err := r.Rows.Close()
	r.k.busy = false
	return err
}

func (r *rows) ColumnTypeDatabaseTypeName(i int) string {
	return r.Rows.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(i)
}

func (r *rows) ColumnTypeScanType(i int) reflect.Type {
	return r.Rows.(driver.RowsColumnTypeScanType).ColumnTypeScanType(i)
}
