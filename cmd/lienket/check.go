package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/i18n"
)

func init() { register(60, "check", "cmd.check.help", &checkCmd{}) }

type checkCmd struct {
	storeFlags
	Against string `help:"${cmd_check_against}" placeholder:"PATH"`
	Key     string `help:"${cmd_check_key}" placeholder:"lienket-ed25519-…"`
}

// Run looks at the data without changing it.
func (c *checkCmd) Run(e *env) (err error) {
	d, err := c.openExisting(e.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	h, err := app.Check(e.ctx, d, audit.CheckOptions{Dir: filepath.Join(c.Data, app.AuditFolder), Copy: c.Against, Public: c.Key})
	if err != nil {
		return err
	}
	e.say("cmd.check.schema", i18n.Plain(h.Version), i18n.Plain(h.Newest), string(h.Engine))
	e.say("cmd.check.counts", h.Accounts, h.Audit)
	bad := tellHealth(e, h)
	switch {
	case bad > 0:
		fmt.Fprintln(e.err, e.p.T("cmd.check.bad", bad))
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

// tellHealth says what was found and how many faults that is.
func tellHealth(e *env, h app.Health) (bad int) {
	t := h.Trail
	if h.Version >= h.Newest {
		e.say("cmd.check.files", h.Files)
		e.say("cmd.check.trail", t.Sealed, t.Waiting, t.Points, t.LastSeq)
	}
	if t.Public != "" {
		e.say("cmd.check.public", t.Public)
		e.say("cmd.check.last", t.LastLine)
	}
	for _, f := range h.Findings() {
		bad++
		fmt.Fprintln(e.err, e.p.T(f.Key, f.Args...))
	}
	if t.More > 0 {
		bad += t.More
		fmt.Fprintln(e.err, e.p.T("cmd.check.more", t.More))
	}
	return bad
}
