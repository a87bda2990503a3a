package schema

import (
	"context"
	"embed"
	"io/fs"

	"github.com/lienket/lienket/internal/base/db"
)

//go:embed migrations/*.sql
var files embed.FS

// Files is the sequence of migrations.
func Files() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// Migrate brings d up to the newest migration; a database newer than the program is
// refused with a fault.
func Migrate(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, Files()) }
