package main

import (
	"errors"
	"log/slog"

	"github.com/lienket/lienket/internal/app"
)

func init() { register(11, "work", "cmd.work.help", &workCmd{}) }

type workCmd struct {
	storeFlags
	careFlags
}

// Run works on jobs, without pages, until the process is told to stop. What it was doing
// then goes back into the queue.
func (c *workCmd) Run(e *env) (err error) {
	d, err := c.open(e.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	a, err := app.New(e.ctx, app.Config{DB: d, Log: slog.New(slog.NewTextHandler(e.err, nil)), Version: version(), Work: true, Folder: c.Data, Care: c.care(c.Database)})
	if err != nil {
		return err
	}
	defer a.Close()
	if a.Queue.Working() {
		e.say("cmd.work.working")
	} else {
		e.say("cmd.work.standing_by")
	}
	<-e.ctx.Done()
	e.say("cmd.work.stopping")
	return nil
}
