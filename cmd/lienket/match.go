package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/market/recheck"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
)

func init() { register(30, "match", "cmd.match.help", &matchCmd{}) }

type matchCmd struct {
	Workbook string       `arg:"" optional:"" help:"${cmd_match_workbook}"`
	Output   string       `short:"o" help:"${cmd_match_output}" placeholder:"PLAN.xlsx"`
	Asks     string       `help:"${cmd_match_asks}" placeholder:"FILE.xlsx"`
	JSON     bool         `name:"json" help:"${cmd_match_json}"`
	AsOf     calendar.Day `help:"${cmd_match_as_of}" placeholder:"2023-11-20"`
	Until    calendar.Day `help:"${cmd_match_until}" placeholder:"2024-05-18"`
	Province string       `help:"${cmd_match_province}" default:"Hòa Bình"`
	Template string       `help:"${cmd_match_template}" placeholder:"FILE.xlsx"`
}

// Validate makes a call without a workbook a misuse, not a refusal.
func (c *matchCmd) Validate(k *kong.Context) error {
	if (c.Workbook == "") == (c.Template == "") {
		return errors.New(k.Model.Vars()["cmd_match_one"])
	}
	if c.AsOf != 0 && c.Until != 0 && c.Until < c.AsOf {
		return errors.New(k.Model.Vars()["cmd_match_reversed"])
	}
	return nil
}

// Run matches a workbook: read, plan, write, check with the second program.
func (c *matchCmd) Run(e *env) error {
	deps, err := marketDeps()
	if err != nil {
		return err
	}
	if c.Template != "" {
		return writeFile(c.Template, func(b *bytes.Buffer) error { return market.WriteTemplate(b, deps, e.p) })
	}
	data, err := os.ReadFile(c.Workbook)
	if err != nil {
		return err
	}
	if c.AsOf == 0 {
		c.AsOf = calendar.DayOf(time.Now())
	}
	in, asks, err := market.ReadWorkbook(data, deps, market.ReadOptions{AsOf: c.AsOf, Horizon: c.Until, Params: market.DefaultParams(), Home: c.Province})
	if c.Asks != "" && len(asks) > 0 {
		if err := writeFile(c.Asks, func(b *bytes.Buffer) error { return market.WriteAsks(b, asks, e.p) }); err != nil {
			return err
		}
	}
	if err != nil {
		tellAsks(e, asks)
		return err
	}
	show := newProgress(e)
	plan, err := market.MakePlan(in, market.WithContext(e.ctx), market.WithProgress(show.tell))
	show.done()
	if err != nil {
		return err
	}
	var file bytes.Buffer
	proof, err := market.WritePlan(&file, in, plan, asks, e.p)
	if err != nil {
		return err
	}
	report, err := recheck.Check(file.Bytes(), proof, reasonWords(e)...)
	if err != nil {
		return err
	}
	if c.Output != "" {
		if err := c.save(file.Bytes(), proof); err != nil {
			return err
		}
	}
	if c.JSON {
		err = printJSON(e, c, in, plan, asks, report)
	} else {
		c.summary(e, in, plan, asks, report)
	}
	if err == nil && !report.OK() {
		tellFindings(e, report)
		return errTold
	}
	return err
}

func marketDeps() (market.Deps, error) {
	a, err := places.Load()
	if err != nil {
		return market.Deps{}, err
	}
	g, err := catalog.LoadCommodities()
	return market.Deps{Atlas: a, Catalog: g}, err
}

// save writes the plan and, where it has one, its proof; an old proof that belongs to
// another plan does not stay beside it.
func (c *matchCmd) save(plan, proof []byte) error {
	beside := proofPath(c.Output)
	if len(proof) > 0 {
		if err := writeFile(beside, func(b *bytes.Buffer) error { _, err := b.Write(proof); return err }); err != nil {
			return err
		}
	} else if err := os.Remove(beside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return writeFile(c.Output, func(b *bytes.Buffer) error { _, err := b.Write(plan); return err })
}

// proofPath is where the separate proof of a plan stands: PLAN.proof beside PLAN.xlsx.
func proofPath(plan string) string {
	return strings.TrimSuffix(plan, filepath.Ext(plan)) + ".proof"
}

// writeFile writes a file whole or not at all.
func writeFile(name string, write func(*bytes.Buffer) error) (err error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".lienket-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(b.Bytes())
	if err = errors.Join(err, f.Sync(), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// summary is the plan in a few lines, the proof last.
func (c *matchCmd) summary(e *env, in market.Input, plan *market.Plan, asks []market.Ask, report *recheck.Report) {
	t := plan.Totals
	out := 0
	for _, a := range asks {
		if a.Blocks {
			out++
		}
	}
	e.say("cmd.match.read", len(in.Offers), len(in.Demands), len(asks), out)
	e.say("cmd.match.plan", t.Matched, t.Demanded, t.DemandsMatched, t.Demands, e.p.Short(t.SellersGain), t.Offered-t.Matched)
	e.say("cmd.match.lines", t.Lines, t.Leads, percent(e.p, int64(t.RealLines), int64(t.Lines)))
	verdict := i18n.Key("cmd.match.failed")
	if report.OK() {
		verdict = "cmd.match.passed"
	}
	if t.GapVND == 0 {
		e.say("cmd.match.optimal", in.AsOf, verdict)
	} else {
		e.say("cmd.match.gap", in.AsOf, perMillion(e.p, t.GapPPM), e.p.Short(t.GapVND), verdict)
	}
	e.say("cmd.match.declared")
	if c.Output != "" {
		e.say("cmd.match.saved", c.Output)
	}
}

func percent(p *i18n.Printer, part, whole int64) string {
	if whole == 0 {
		return "0"
	}
	return p.Marks().Fixed(part*1000/whole, 1, 0)
}

// perMillion prints parts per million as per cent, rounded up so that the gap is never
// said too small.
func perMillion(p *i18n.Printer, ppm int64) string {
	return p.Marks().Fixed(money.CeilDiv(ppm, 100), 2, 2)
}

// tellAsks lists what keeps rows out, when too little is left for a plan.
func tellAsks(e *env, asks []market.Ask) {
	const most = 20
	n := 0
	for _, a := range asks {
		if a.Blocks || a.Source.Row == 0 {
			if n++; n <= most {
				fmt.Fprintln(e.err, e.p.T("cmd.match.ask", a.Source.Sheet, i18n.Plain(a.Source.Row), a.Column, a.Value, a.Sentence(e.p)))
			}
		}
	}
	if n > most {
		fmt.Fprintln(e.err, e.p.T("cmd.verify.more", n-most))
	}
}

// reasonWords are the sentences that a plan file may give for a reason, in both languages.
func reasonWords(e *env) []recheck.Words {
	var out []recheck.Words
	for _, l := range []i18n.Lang{i18n.VI, i18n.EN} {
		p := e.book.Printer(l)
		out = append(out, func(reason string) string { return p.T("market.reason." + reason) })
	}
	return out
}

func tellFindings(e *env, r *recheck.Report) {
	for _, f := range r.Findings {
		fmt.Fprintln(e.err, findingWords(e.p, f))
	}
	if r.More > 0 {
		fmt.Fprintln(e.err, e.p.T("cmd.verify.more", r.More))
	}
}

func findingWords(p *i18n.Printer, f recheck.Finding) string {
	if key := "market.recheck." + f.Code; p.Has(key) {
		return f.Where + ": " + p.T(key, f.Args...)
	}
	return f.String()
}

// matchJSON is what --json prints: for programs, so in English and in whole numbers.
type matchJSON struct {
	AsOf     calendar.Day      `json:"as_of"`
	Horizon  calendar.Day      `json:"horizon"`
	Offers   int               `json:"offers"`
	Demands  int               `json:"demands"`
	Totals   market.Totals     `json:"totals"`
	Optimal  bool              `json:"optimal"`
	Verified bool              `json:"verified"`
	Findings []string          `json:"findings,omitempty"`
	Lines    []market.Line     `json:"lines"`
	Left     []market.LeftOut  `json:"left"`
	Rules    []market.RuleCost `json:"rule_costs,omitempty"`
	Blocking []market.Blocking `json:"blocking,omitempty"`
	Asks     []market.Ask      `json:"asks"`
	Plan     string            `json:"plan,omitempty"`
}

func printJSON(e *env, c *matchCmd, in market.Input, plan *market.Plan, asks []market.Ask, report *recheck.Report) error {
	m := matchJSON{
		AsOf: in.AsOf, Horizon: in.Horizon, Offers: len(in.Offers), Demands: len(in.Demands), Totals: plan.Totals,
		Optimal: plan.Totals.GapVND == 0, Verified: report.OK(), Lines: plan.Lines, Rules: plan.RuleCosts, Blocking: plan.Blocking,
		Left: append(append([]market.LeftOut{}, plan.LeftOffers...), plan.LeftDemands...), Asks: asks, Plan: c.Output,
	}
	for _, f := range report.Findings {
		m.Findings = append(m.Findings, f.String())
	}
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(m)
}
