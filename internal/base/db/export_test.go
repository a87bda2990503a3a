package db

import (
	"context"
	"database/sql/driver"
)

// Hook lets a test see each statement of the SQLite writer before it runs. If kill is
// returned true, the whole transaction is rolled back first, as SQLite itself does when
// the disk is full, on an I/O error and when memory runs out; with a nil error nobody is
// told (an I/O error that only shows while rows are read).
func Hook(h func(query string) (err error, kill bool)) Option {
	return func(o *options) {
		o.hook = func(c *conn, query string) error {
			err, kill := h(query)
			if kill {
				c.inner.ExecContext(context.Background(), "rollback", []driver.NamedValue{})
			}
			return err
		}
	}
}

// Waiting is the number of requests that wait for the writer.
func (d *DB) Waiting() int {
	d.queue.mu.Lock()
	defer d.queue.mu.Unlock()
	return len(d.queue.waiting)
}

// Kept is the number of statements kept by the writer's connection.
func (d *DB) Kept() int { return len(d.wconn.Load().kept) }

const MaxKept = maxKept
