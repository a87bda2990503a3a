package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/sample"
)

func init() { register(20, "demo", "cmd.demo.help", &demoCmd{}) }

type demoCmd struct {
	Addr string `help:"${cmd_serve_addr}" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data string `help:"${cmd_demo_data}" placeholder:"DIR"`
	Only string `help:"${cmd_demo_only}" placeholder:"BUOI-DIEN"`
}

const (
	demoActor = "command:demo"
	demoPhone = "02180000900" // the sample's office; no such number is given out
	// demoNodes bounds the search of the sample's plan, so that a newcomer does not wait;
	// what is left open is said with the plan.
	demoNodes = 60
	linkDays  = 7
)

// Run shows the sample province: it is drawn and planned once, then served like any data.
func (c *demoCmd) Run(e *env) (err error) {
	ln, err := net.Listen("tcp", c.Addr) // a port that is taken is told before the work
	if err != nil {
		return err
	}
	defer ln.Close()
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "lienket-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	d, err := app.Open(e.ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	a, err := app.New(e.ctx, app.Config{
		DB: d, Log: slog.New(slog.NewTextHandler(e.err, nil)), Version: version(), Phone: demoPhone, Demo: true, Work: true,
	})
	if err != nil {
		return err
	}
	if err := c.fill(e, a, dir); err != nil {
		if e.ctx.Err() != nil {
			e.say("cmd.serve.stopped")
			return nil
		}
		return err
	}
	if err := demoLinks(e, a, siteURL(ln.Addr().String(), false)); err != nil {
		return err
	}
	return serve(e, a, ln, false)
}

// fill brings the data to what the demo shows. Each step looks whether it was done, so
// that a demo that was stopped half-way goes on; data of others is not touched.
func (c *demoCmd) fill(e *env, a *app.App, dir string) error {
	accounts, err := a.Accounts.List(e.ctx)
	if err != nil {
		return err
	}
	_, err = a.Accounts.ByLogin(e.ctx, demoPeople[0].login)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return err
	}
	if err != nil && len(accounts) > 0 {
		return fault.New(fault.Conflict, "cmd.demo.not_ours", dir)
	}
	m := a.Areas.Market
	rounds, err := m.Store.Rounds(e.ctx)
	if err != nil {
		return err
	}
	if len(rounds) == 0 || len(accounts) < len(demoPeople) {
		p, err := sample.Build(m.Store.Atlas, a.Areas.Catalog.Catalog)
		if err != nil {
			return err
		}
		if c.Only != "" && !only(&p.Input, c.Only) {
			return fault.New(fault.NotFound, "cmd.demo.no_goods", c.Only)
		}
		if err := drawDemo(e, a, p, len(rounds) == 0); err != nil {
			return err
		}
		if rounds, err = m.Store.Rounds(e.ctx); err != nil {
			return err
		}
	}
	plans, err := m.Store.Plans(e.ctx, rounds[len(rounds)-1].ID)
	if err != nil || len(plans) > 0 {
		return err
	}
	// The plan is the officer's: her name stands on it and on the letters.
	officer, err := a.Accounts.ByLogin(e.ctx, "demo.officer")
	if err != nil {
		return err
	}
	show := newProgress(e)
	id, err := m.Runner.Make(e.ctx, officer.Actor(), rounds[len(rounds)-1].ID, show.tell)
	show.done()
	if err != nil {
		return err
	}
	return releaseDemo(e, a, officer, id)
}

// releaseDemo takes the plan the way that plans go, so that its parties see their part: the
// officer submits it, the leader releases it.
func releaseDemo(e *env, a *app.App, officer auth.Account, id market.PlanID) error {
	leader, err := a.Accounts.ByLogin(e.ctx, "demo.leader")
	if err != nil {
		return err
	}
	s := a.Areas.Market.Store
	return s.DB.InTx(e.ctx, func(tx *db.Tx) error {
		ok, err := s.SubmitTx(tx, officer.Actor(), id, 1, "")
		if err != nil || !ok {
			return err
		}
		_, err = s.ReleaseTx(tx, leader.Actor(), id, 2, "")
		return err
	})
}

// only keeps one commodity of a season; false when nobody offers it.
func only(in *market.Input, code string) bool {
	offers := map[string]bool{}
	in.Offers = slices.DeleteFunc(in.Offers, func(o market.Offer) bool { offers[o.ID] = o.Commodity == code; return o.Commodity != code })
	in.Demands = slices.DeleteFunc(in.Demands, func(d market.Demand) bool { return d.Commodity != code })
	in.Commodities = slices.DeleteFunc(in.Commodities, func(c market.Commodity) bool { return c.Code != code })
	in.Rules.Caps = slices.DeleteFunc(in.Rules.Caps, func(c market.Cap) bool { return c.Commodity != code })
	in.Rules.Pins = slices.DeleteFunc(in.Rules.Pins, func(p market.Pin) bool { return !offers[p.Offer] })
	in.Rules.Bans = slices.DeleteFunc(in.Rules.Bans, func(b market.Ban) bool { return !offers[b.Offer] })
	return len(in.Offers) > 0
}

// drawDemo stores the drawn province: its organisations, its people, its season.
func drawDemo(e *env, a *app.App, p *sample.Province, season bool) error {
	all := append(append([]sample.Org{}, p.Orgs...), p.Buyers...)
	rows := make([]registry.Org, len(all))
	for i, o := range all {
		rows[i] = demoOrg(o)
	}
	m := a.Areas.Market
	_, known, err := a.Areas.Registry.Orgs(e.ctx, registry.Filter{Size: 1})
	if err != nil {
		return err
	}
	if known == 0 {
		e.say("cmd.demo.orgs", len(p.Orgs), len(p.Buyers))
		if _, err := a.Areas.Registry.InsertOrgs(e.ctx, demoActor, rows); err != nil {
			return err
		}
	}
	if season {
		e.say("cmd.demo.season", len(p.Input.Offers), len(p.Input.Demands))
		in := p.Input
		in.Params.Nodes = demoNodes
		// The book is filled as from a workbook: the parties find their organisations in the
		// registry. The round is frozen from it, as any other.
		if err := m.Store.DB.InTx(e.ctx, func(tx *db.Tx) error {
			_, err := m.Store.BookTx(tx, in, market.Booking{By: demoActor, Channel: market.BySample, KeepRefs: true})
			return err
		}); err != nil {
			return err
		}
		spec := market.FreezeSpec{Label: e.p.T("cmd.demo.label"), AsOf: in.AsOf, Horizon: in.Horizon, Params: in.Params, Home: m.HomeName()}
		if _, err := m.Store.Freeze(e.ctx, demoActor, spec); err != nil {
			return err
		}
	}
	return addDemoPeople(e, a, p)
}

// demoOrg is an organisation of the sample as the registry takes it.
func demoOrg(o sample.Org) registry.Org {
	r := registry.Org{
		Kind: registry.Kind(o.Kind), Name: o.Name, TaxCode: o.TaxCode, Status: registry.Operating, Place: o.Place, Field: registry.Field(o.Field),
		Members: int64(o.Members), Regular: int64(o.Regular), Seasonal: int64(o.Seasonal), Founded: o.Founded, Contact: o.Contact, Phone: o.Phone, Email: o.Email,
	}
	if !o.Operating {
		r.Status = registry.Suspended
	}
	switch o.Field {
	case "industry":
		r.Field = "craft"
	case "environment":
		r.Field = "other"
	}
	return r
}

// demoPeople are the six who look at the demo; their names are texts.
var demoPeople = []struct {
	login string
	role  auth.Role
}{
	{"demo.admin", auth.Admin},
	{"demo.leader", auth.Leader},
	{"demo.officer", auth.Officer},
	{"demo.auditor", auth.Auditor},
	{"demo.coop", auth.Coop},
	{"demo.buyer", auth.Buyer},
}

func addDemoPeople(e *env, a *app.App, p *sample.Province) error {
	ids, err := demoOrgs(e.ctx, a, p)
	if err != nil {
		return err
	}
	for _, u := range demoPeople {
		if _, err := a.Accounts.ByLogin(e.ctx, u.login); err == nil {
			continue
		}
		n := auth.NewAccount{Login: u.login, Name: e.p.T("cmd.demo.name." + string(u.role)), Role: u.role, Lang: e.p.Lang(), Org: int64(ids[u.role])}
		if _, err := a.Accounts.Add(e.ctx, demoActor, n); err != nil {
			return err
		}
	}
	return nil
}

// demoOrgs finds whom the cooperative and the buyer of the demo belong to: the cooperative
// of the newspaper, and the buyer that asks for most.
func demoOrgs(ctx context.Context, a *app.App, p *sample.Province) (map[auth.Role]registry.OrgID, error) {
	coop, buyer := 0, len(p.Orgs)
	for i, o := range p.Orgs {
		if o.Named == "mytan" {
			coop = i
		}
	}
	asks := map[string]int{}
	for i := range p.Input.Demands {
		asks[p.Input.Demands[i].Party]++
	}
	for i := range p.Buyers {
		if at := len(p.Orgs) + i; asks[sample.PartyOf(at)] > asks[sample.PartyOf(buyer)] {
			buyer = at
		}
	}
	out := map[auth.Role]registry.OrgID{}
	for role, code := range map[auth.Role]string{auth.Coop: p.Orgs[coop].TaxCode, auth.Buyer: p.Buyers[buyer-len(p.Orgs)].TaxCode} {
		o, ok, err := a.Areas.Registry.ByTaxCode(ctx, code)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("no organisation with the tax code %s", code)
		}
		out[role] = o.ID
	}
	return out, nil
}

// demoLinks prints a link per person that signs in without a password.
func demoLinks(e *env, a *app.App, site string) error {
	e.say("cmd.demo.links", linkDays)
	w := tabwriter.NewWriter(e.out, 2, 4, 2, ' ', 0)
	for _, u := range demoPeople {
		acc, err := a.Accounts.ByLogin(e.ctx, u.login)
		if err != nil {
			return err
		}
		token, err := a.Accounts.NewLink(e.ctx, demoActor, acc.ID, linkDays*24*time.Hour, 1000)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %s\t%s\t%s/in/%s\n", e.p.T("auth.role."+string(u.role)), acc.Name, site, token)
	}
	return w.Flush()
}
