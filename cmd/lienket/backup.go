package main

import (
	"errors"
	"path/filepath"

	"github.com/lienket/lienket/internal/base/backup"
)

func init() { register(62, "backup", "cmd.backup.help", &backupCmd{}) }

type backupCmd struct {
	storeFlags
	To string `arg:"" optional:"" help:"${cmd_backup_to}" placeholder:"FILE|DIR"`
}

// Run makes a backup; a site that is being served goes on meanwhile.
func (c *backupCmd) Run(e *env) (err error) {
	d, err := c.openExisting(e.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	to := c.To
	if to == "" {
		to = filepath.Join(c.Data, backup.Folder) + string(filepath.Separator)
	}
	path, m, err := backup.Make(e.ctx, backup.Source{DB: d, URL: c.Database, Folder: c.Data, Program: version()}, to)
	if err != nil {
		return err
	}
	var size int64
	for _, f := range m.Files {
		size += f.Size
	}
	e.say("cmd.backup.made", path, len(m.Files), size)
	e.say("cmd.backup.keep")
	return nil
}
