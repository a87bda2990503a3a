package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/area/market"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
	"github.com/lienket/lienket/internal/sample"
)

// told is what the driver needs to know of a seeded place.
type told struct {
	Cookie string   `json:"cookie"` // session token of an officer who sees everything
	Token  string   `json:"token"`  // API token of the same
	Offers int      `json:"offers"`
	Orgs   int      `json:"orgs"`
	Weeks  []string `json:"weeks"` // as the list's filter writes them
	Org    int64    `json:"org"`   // one organisation, for offers that are written
	Goods  string   `json:"goods"` // what it offers
	Place  string   `json:"place"` // and where
}

// row is an offer as the peers get it: the same words and figures.
type row struct {
	Title    string `json:"title"`
	Folded   string `json:"folded"`
	Coop     string `json:"coop"`
	Goods    string `json:"goods"`
	District string `json:"district"`
	Week     string `json:"week"`
	Grams    int64  `json:"grams"`
	Floor    int64  `json:"floor"`
	From     string `json:"from"`
	To       string `json:"to"`
	Ref      string `json:"ref"`
}

const (
	actor   = "command:webbench"
	batch   = 500 // offers a transaction
	weeks   = 52
	weekLen = 7
)

func seed(ctx context.Context, place string, offers int, rowsFile string) (t told, err error) {
	d, err := app.Open(ctx, place)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	a, err := app.New(ctx, app.Config{DB: d, Version: "bench"})
	if err != nil {
		return t, err
	}
	defer a.Close()
	m := a.Areas.Market
	p, err := sample.Build(m.Store.Atlas, a.Areas.Catalog.Catalog)
	if err != nil {
		return t, err
	}
	orgs := make([]registry.Org, len(p.Orgs))
	for i, o := range p.Orgs {
		orgs[i] = registry.Org{
			Kind: registry.Kind(o.Kind), Name: o.Name, TaxCode: o.TaxCode, Status: registry.Operating, Place: o.Place, Field: "agri",
			Members: int64(o.Members), Founded: o.Founded, Contact: o.Contact, Phone: o.Phone, Email: o.Email,
		}
	}
	ids, err := a.Areas.Registry.InsertOrgs(ctx, actor, orgs)
	if err != nil {
		return t, err
	}
	monday := auth.Today(time.Now()).Week().Days().From
	rows := make([]row, 0, offers)
	for at := 0; at < offers; at += batch {
		in := market.Input{}
		who := map[string]registry.OrgID{}
		for i := at; i < min(at+batch, offers); i++ {
			o, n := draw(p, monday, i)
			who[o.Party] = ids[n]
			in.Offers = append(in.Offers, o)
			rows = append(rows, rowOf(a, &o, &p.Orgs[n], i))
		}
		for party := range who {
			in.Parties = append(in.Parties, market.Party{ID: party})
		}
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			_, err := m.Store.BookTx(tx, in, market.Booking{By: actor, Channel: market.BySample, KeepRefs: true, Orgs: who})
			return err
		}); err != nil {
			return t, err
		}
	}
	t.Offers, t.Orgs, t.Org, t.Goods, t.Place = offers, len(orgs), int64(ids[0]), p.Input.Offers[0].Commodity, p.Orgs[0].Place
	for i := range weeks {
		w := (monday + calendar.Day(weekLen*i)).Week()
		t.Weeks = append(t.Weeks, fmt.Sprintf("%d-%d", w.Year, w.Number))
	}
	if err := people(ctx, a, &t); err != nil {
		return t, err
	}
	return t, writeRows(rowsFile, rows)
}

// draw is offer number i: one of the sample's, moved to another organisation and into one
// week of the year to come. No two weigh the same, so that every order is decided.
func draw(p *sample.Province, monday calendar.Day, i int) (market.Offer, int) {
	o := p.Input.Offers[(i*7919)%len(p.Input.Offers)]
	n := (i*104729 + i/len(p.Orgs)) % len(p.Orgs)
	o.ID, o.Party, o.Place, o.Source = fmt.Sprintf("CB-%d", i+1), sample.PartyOf(n), p.Orgs[n].Place, market.Source{}
	o.From = monday + calendar.Day(weekLen*(i*31%weeks))
	o.To = o.From + weekLen - 1
	o.Held, o.Forecast, o.MinLine, o.Piece, o.UnitName = 0, 0, 0, 0, "kg"
	o.Firm = weight.Grams(50+(i*6151)%99991) * weight.Kilogram
	o.Floor = money.PerTonne(2+i%60) * 1_000_000
	o.Trader = 0
	for j := range o.Papers {
		o.Papers[j].Scope = 0
	}
	return o, n
}

func rowOf(a *app.App, o *market.Offer, org *sample.Org, i int) row {
	goods, _ := a.Areas.Catalog.Catalog.ByCode(o.Commodity)
	district, _ := a.Areas.Market.Store.Atlas.ReportingDistrict(o.Place)
	w := o.From.Week()
	title := goods.NameVI + " · " + org.Name
	return row{
		Title: title, Folded: text.Fold(title), Coop: org.Name, Goods: goods.NameVI, District: district.Name, Week: fmt.Sprintf("%d-%d", w.Year, w.Number),
		Grams: int64(o.Firm), Floor: int64(o.Floor), From: o.From.String(), To: o.To.String(), Ref: o.ID,
	}
}

func writeRows(file string, rows []row) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for i := range rows {
		if err := enc.Encode(&rows[i]); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(w.Flush(), f.Close())
}

// people adds the officer who asks, with a session and an API token.
func people(ctx context.Context, a *app.App, t *told) error {
	id, err := a.Accounts.Add(ctx, actor, auth.NewAccount{Login: "bench", Name: "Bench", Password: "long enough for a bench", Role: auth.Officer})
	if err != nil {
		return err
	}
	if t.Cookie, err = a.Accounts.Sessions.Open(ctx, id, ""); err != nil {
		return err
	}
	scopes := []string{"offers:read", "offers:write"}
	t.Token, _, err = a.Accounts.AddToken(ctx, actor, scopes, auth.NewToken{Account: id, Name: "bench", Scopes: scopes, Days: 2})
	return err
}
