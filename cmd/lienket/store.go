package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// storeFlags say where the data is; commands that need data embed them.
type storeFlags struct {
	Data     string `help:"${cmd_data}" default:"lienket-data" placeholder:"DIR"`
	Database string `help:"${cmd_database}" placeholder:"postgres://…"`
}

func (s storeFlags) where() string {
	if s.Database != "" {
		return s.Database
	}
	return s.Data
}

// open opens the data, makes the folder if there is none, and brings the schema up.
func (s storeFlags) open(ctx context.Context) (*db.DB, error) { return app.Open(ctx, s.where()) }

// openExisting opens data that must be there, and changes nothing.
func (s storeFlags) openExisting(ctx context.Context) (*db.DB, error) {
	if s.Database == "" {
		if _, err := os.Stat(filepath.Join(s.Data, "lienket.db")); err != nil {
			return nil, fault.New(fault.NotFound, "cmd.fault.no_data", s.Data)
		}
	}
	return db.Open(ctx, s.where())
}

func isFault(err error) bool {
	var one *fault.Error
	var list fault.List
	return errors.As(err, &one) || errors.As(err, &list)
}
