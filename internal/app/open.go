package app

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/schema"
)

// Open opens the data at where (a folder, which is made if there is none, ":memory:", or
// postgres://…) and brings its schema up. A database newer than the program is refused.
func Open(ctx context.Context, where string, opts ...db.Option) (d *db.DB, err error) {
	defer fault.Wrap(&err, "Open")
	if where != ":memory:" && !strings.Contains(where, "://") {
		if err := os.MkdirAll(where, 0o700); err != nil { // people's phone numbers are in it
			return nil, err
		}
	}
	d, err = db.Open(ctx, where, opts...)
	if err != nil {
		return nil, err
	}
	if err := schema.Migrate(ctx, d); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}
