package schema

import (
	"context"
	"embed"
	"io/fs"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/jobs"
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
// refused with a fault. The tables of the job queue's library come last, by its own steps.
func Migrate(ctx context.Context, d *db.DB) error {
	if err := d.Migrate(ctx, Files()); err != nil {
		return err
	}
	return jobs.Migrate(ctx, d)
}
