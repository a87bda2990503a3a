package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// readers is the size of the SQLite reader pool. Readers never wait for the writer (WAL),
// so a few are enough to keep the cores busy.
const readers = 4

func openSQLite(ctx context.Context, where string, o options) (_ *DB, err error) {
	d := &DB{engine: SQLite, clock: o.clock}
	sync := "FULL"
	if where == ":memory:" {
		sync = "OFF"
		if where, err = os.MkdirTemp("", "lienket-memory-"); err != nil {
			return nil, err
		}
		d.temp = where
		defer func() {
			if err != nil {
				os.RemoveAll(d.temp)
			}
		}()
		if len(o.start) > 0 {
			if err = os.WriteFile(filepath.Join(where, fileName), o.start, 0o600); err != nil {
				return nil, err
			}
		}
	} else if err = os.MkdirAll(where, 0o700); err != nil {
		return nil, err
	}
	path, err := filepath.Abs(filepath.Join(where, fileName))
	if err != nil {
		return nil, err
	}
	common := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + sync + ")", "foreign_keys(1)",
		"cache_size(-12000)", // KiB a connection; SQLite's own 2 MB are read again and again by lists of a large book
	}}
	if d.write, err = pool(path, common, url.Values{"_txlock": {"immediate"}}, 1, func(c *conn) {
		c.hook = o.hook
		d.wconn.Store(c)
	}); err != nil {
		return nil, err
	}
	// The writer comes first: it makes the file and turns WAL on, which a query_only
	// connection may not do.
	if err = d.write.PingContext(ctx); err != nil {
		d.write.Close()
		return nil, fmt.Errorf("%s: %w", path, classify(err))
	}
	if d.read, err = pool(path, common, url.Values{"_query_only": {"1"}}, readers, nil); err != nil {
		d.write.Close()
		return nil, err
	}
	d.queue = newQueue(d)
	return d, nil
}

const fileName = "lienket.db"

func pool(path string, common, own url.Values, size int, made func(*conn)) (*sql.DB, error) {
	q := url.Values{}
	for _, v := range []url.Values{common, own} {
		for k := range v {
			q[k] = v[k]
		}
	}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	base, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, err
	}
	p := sql.OpenDB(connector{base, made})
	p.SetMaxOpenConns(size)
	p.SetMaxIdleConns(size)
	return p, nil
}
