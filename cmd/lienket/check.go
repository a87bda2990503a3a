package main

import (
	"errors"
	"fmt"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/i18n"
)

func init() { register(60, "check", "cmd.check.help", &checkCmd{}) }

type checkCmd struct{ storeFlags }

// Run looks at the data without changing it.
func (c *checkCmd) Run(e *env) (err error) {
	d, err := c.openExisting(e.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	h, err := app.Check(e.ctx, d)
	if err != nil {
		return err
	}
	e.say("cmd.check.schema", i18n.Plain(h.Version), i18n.Plain(h.Newest), string(h.Engine))
	e.say("cmd.check.counts", h.Accounts, h.Audit)
	for _, f := range h.Faults {
		fmt.Fprintln(e.err, f)
	}
	switch {
	case len(h.Faults) > 0:
		fmt.Fprintln(e.err, e.p.T("cmd.check.bad", len(h.Faults)))
		return errTold
	case h.Version > h.Newest:
		fmt.Fprintln(e.err, e.p.T("cmd.check.newer"))
		return errTold
	case h.Version < h.Newest:
		e.say("cmd.check.older")
	}
	e.say("cmd.check.good")
	return nil
}
