package main

import (
	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/backup"
)

func init() { register(64, "restore", "cmd.restore.help", &restoreCmd{}) }

type restoreCmd struct {
	storeFlags
	File  string `arg:"" help:"${cmd_restore_file}"`
	Check bool   `help:"${cmd_restore_check}"`
}

// Run verifies a backup and makes an installation of it.
func (c *restoreCmd) Run(e *env) (err error) {
	if c.Check {
		m, err := backup.Verify(c.File)
		if err != nil {
			return err
		}
		e.say("cmd.restore.sound", m.MadeAt.Local(), len(m.Files))
		return nil
	}
	newest, err := app.NewestSchema()
	if err != nil {
		return err
	}
	m, err := backup.Restore(e.ctx, c.File, backup.Target{Folder: c.Data, URL: c.Database, Newest: newest})
	if err != nil {
		return err
	}
	e.say("cmd.restore.done", c.Data, m.MadeAt.Local())
	e.say("cmd.restore.next")
	return nil
}
