package main

import (
	"errors"
	"os"

	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/base/i18n"
)

func init() { register(40, "verify", "cmd.verify.help", &verifyCmd{}) }

type verifyCmd struct {
	Plan  string `arg:"" help:"${cmd_verify_plan}"`
	Proof string `help:"${cmd_verify_proof}" placeholder:"PLAN.proof"`
}

// Run checks a plan file with the second program, which shares nothing with the first.
func (c *verifyCmd) Run(e *env) error {
	plan, err := os.ReadFile(c.Plan)
	if err != nil {
		return err
	}
	name := c.Proof
	if name == "" {
		name = proofPath(c.Plan)
	}
	proof, err := os.ReadFile(name)
	if err != nil && (c.Proof != "" || !errors.Is(err, os.ErrNotExist)) {
		return err
	}
	r, err := recheck.Check(plan, proof, reasonWords(e)...)
	if err != nil {
		return err
	}
	if !r.OK() {
		e.say("cmd.verify.result", i18n.Key("cmd.match.failed"))
		tellFindings(e, r)
		return errTold
	}
	e.say("cmd.verify.counts", r.Offers, r.Demands, r.Pairs, r.Lines, r.Groups, r.Leaves)
	if r.Optimal() {
		e.say("cmd.verify.optimal")
	} else {
		e.say("cmd.verify.gap", r.GapVND.String())
	}
	e.say("cmd.verify.result", i18n.Key("cmd.match.passed"))
	return nil
}
