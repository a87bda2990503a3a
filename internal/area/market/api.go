package market

import (
	"context"
	"slices"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// Offers and demands of the book for programs. What stands in a record and what is checked
// is the same as on the pages; only the words are numbers here.

// API adds the area's operations.
func (a *Area) API(x *api.API) {
	see := auth.Only(append(slices.Clone(auth.Staff), auth.Coop, auth.Buyer)...)
	enter := auth.Only(auth.Officer, auth.Admin, auth.Coop, auth.Buyer)
	read := func(id, path string) api.Op {
		return api.Op{ID: id, Method: "GET", Path: path, Tag: "offers", Words: "market.api.", May: see, Token: "offers:read"}
	}
	write := func(id, method, path string) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "offers", Words: "market.api.", May: enter, Token: "offers:write"}
	}
	created := func(o api.Op) api.Op { o.Status = 201; return o }

	api.Add(x, read("list_offers", "/offers"), func(ctx context.Context, in *apiEntriesIn) (*apiBody[api.Page[apiOffer]], error) {
		rows, sort, err := a.apiEntries(ctx, SideOffer, in)
		return apiPage(rows, in.Limit, sort, apiOfferOf), err
	})
	api.Add(x, created(write("add_offer", "POST", "/offers")), func(ctx context.Context, in *apiIn[OfferTerms]) (*apiOne[apiOffer], error) {
		e, err := a.apiAdd(ctx, SideOffer, in.Body.Organisation, in.Body.entry(), &in.Body.EntrySaid)
		return apiAdded(e, apiOfferOf), err
	})
	api.Add(x, read("get_offer", "/offers/{id}"), func(ctx context.Context, in *apiAt) (*apiOne[apiOffer], error) {
		e, err := a.apiEntry(ctx, SideOffer, in.ID)
		return apiShown(e, apiOfferOf), err
	})
	api.Add(x, write("change_offer", "PUT", "/offers/{id}"), func(ctx context.Context, in *apiChange[OfferTerms]) (*apiOne[apiOffer], error) {
		e, err := a.apiSave(ctx, SideOffer, in.ID, in.IfMatch, in.Body.Organisation, in.Body.entry(), &in.Body.EntrySaid)
		return apiShown(e, apiOfferOf), err
	})
	api.Add(x, read("list_demands", "/demands"), func(ctx context.Context, in *apiEntriesIn) (*apiBody[api.Page[apiDemand]], error) {
		rows, sort, err := a.apiEntries(ctx, SideDemand, in)
		return apiPage(rows, in.Limit, sort, apiDemandOf), err
	})
	api.Add(x, created(write("add_demand", "POST", "/demands")), func(ctx context.Context, in *apiIn[DemandTerms]) (*apiOne[apiDemand], error) {
		e, err := a.apiAdd(ctx, SideDemand, in.Body.Organisation, in.Body.entry(), &in.Body.EntrySaid)
		return apiAdded(e, apiDemandOf), err
	})
	api.Add(x, read("get_demand", "/demands/{id}"), func(ctx context.Context, in *apiAt) (*apiOne[apiDemand], error) {
		e, err := a.apiEntry(ctx, SideDemand, in.ID)
		return apiShown(e, apiDemandOf), err
	})
	api.Add(x, write("change_demand", "PUT", "/demands/{id}"), func(ctx context.Context, in *apiChange[DemandTerms]) (*apiOne[apiDemand], error) {
		e, err := a.apiSave(ctx, SideDemand, in.ID, in.IfMatch, in.Body.Organisation, in.Body.entry(), &in.Body.EntrySaid)
		return apiShown(e, apiDemandOf), err
	})
	apiDeeds(a, x, write, SideOffer, "offer", apiOfferOf)
	apiDeeds(a, x, write, SideDemand, "demand", apiDemandOf)
	a.planAPI(x)
}

// apiDeeds are what happens to an entry: it is closed, opened again, or its party said that
// it stands.
func apiDeeds[T any](a *Area, x *api.API, write func(id, method, path string) api.Op, side Side, noun string, show func(*Entry) T) {
	at := "/" + noun + "s/{id}/"
	api.Add(x, write("close_"+noun, "POST", at+"close"), func(ctx context.Context, in *apiChange[apiWhy]) (*apiOne[T], error) {
		e, err := a.apiDeed(ctx, side, in.ID, in.IfMatch, "close", ClosedWhy(in.Body.Why))
		return apiShown(e, show), err
	})
	api.Add(x, write("reopen_"+noun, "POST", at+"reopen"), func(ctx context.Context, in *apiVersionAt) (*apiOne[T], error) {
		e, err := a.apiDeed(ctx, side, in.ID, in.IfMatch, "reopen", "")
		return apiShown(e, show), err
	})
	api.Add(x, write("confirm_"+noun, "POST", at+"alive"), func(ctx context.Context, in *apiVersionAt) (*apiOne[T], error) {
		e, err := a.apiDeed(ctx, side, in.ID, in.IfMatch, "alive", "")
		return apiShown(e, show), err
	})
}

// Inputs and outputs of every operation.
type (
	apiAt struct {
		ID int64 `path:"id" minimum:"1"`
	}
	apiVersionAt struct {
		ID      int64  `path:"id" minimum:"1"`
		IfMatch string `header:"If-Match"`
	}
	apiIn[T any] struct {
		Body T
	}
	apiChange[T any] struct {
		ID      int64  `path:"id" minimum:"1"`
		IfMatch string `header:"If-Match"`
		Body    T
	}
	apiBody[T any] struct {
		Body T
	}
	apiOne[T any] struct {
		ETag     string `header:"ETag"`
		Location string `header:"Location"`
		Body     T
	}
	apiWhy struct {
		Why string `json:"why" enum:"withdrawn,sold_elsewhere,filled,expired,mistaken"`
	}
)

type apiEntriesIn struct {
	api.Paged
	Text         string    `query:"q" maxLength:"200"`
	Commodity    string    `query:"commodity" maxLength:"40"`
	District     string    `query:"district" maxLength:"80"`
	Organisation int64     `query:"organisation" minimum:"1"`
	State        string    `query:"state" enum:"open,closed,all" default:"open"`
	From         api.Day   `query:"from"`
	To           api.Day   `query:"to"`
	UpdatedSince time.Time `query:"updated_since"`
	Sort         string    `query:"sort" maxLength:"20"`
}

// EntrySaid is who agreed to an entry, and until when it stands.
type EntrySaid struct {
	AgreedBy  string       `json:"agreed_by,omitempty" maxLength:"200"`
	AgreedAt  time.Time    `json:"agreed_at,omitzero"`
	GoodUntil calendar.Day `json:"good_until,omitzero" format:"date"`
}

// EntryStanding is what the book knows of an entry beside its terms.
type EntryStanding struct {
	ID               int64     `json:"id"`
	Ref              string    `json:"ref"`
	Version          int64     `json:"version"`
	State            string    `json:"state"`
	ClosedWhy        string    `json:"closed_why,omitempty"`
	OrganisationName string    `json:"organisation_name"`
	District         string    `json:"district,omitempty"`
	Province         string    `json:"province,omitempty"`
	Channel          string    `json:"channel"`
	Questions        int       `json:"questions"`
	Blocking         int       `json:"blocking"`
	AliveAt          time.Time `json:"alive_at"`
	CreatedAt        time.Time `json:"created_at"`
	UpdatedAt        time.Time `json:"updated_at"`
}

type apiPaper struct {
	Kind   string       `json:"kind" maxLength:"40"`
	ScopeG int64        `json:"scope_g,omitempty" minimum:"0"`
	Until  calendar.Day `json:"until,omitzero" format:"date"`
}

// OfferTerms is an offer as a program states it: grams, dong a tonne, days as yyyy-mm-dd.
type OfferTerms struct {
	Organisation int64        `json:"organisation,omitempty" minimum:"1"`
	Commodity    string       `json:"commodity" maxLength:"40"`
	Variety      string       `json:"variety,omitempty" maxLength:"80"`
	Place        string       `json:"place" maxLength:"20"`
	MixPM        []int64      `json:"mix_pm,omitempty" minItems:"4" maxItems:"4"`
	Papers       []apiPaper   `json:"papers,omitempty" maxItems:"32"`
	FirmG        int64        `json:"firm_g,omitempty" minimum:"0"`
	ForecastG    int64        `json:"forecast_g,omitempty" minimum:"0"`
	PieceG       int64        `json:"piece_g,omitempty" minimum:"0"`
	Unit         string       `json:"unit,omitempty" maxLength:"40"`
	From         calendar.Day `json:"from" format:"date"`
	To           calendar.Day `json:"to" format:"date"`
	FloorVNDT    int64        `json:"floor_vnd_t,omitempty" minimum:"0"`
	TraderVNDT   int64        `json:"trader_vnd_t,omitempty" minimum:"0"`
	MinLineG     int64        `json:"min_line_g,omitempty" minimum:"0"`
	Note         string       `json:"note,omitempty" maxLength:"900"`
	EntrySaid
}

type apiOffer struct {
	EntryStanding
	OfferTerms
}

// DemandTerms is a demand as a program states it.
type DemandTerms struct {
	Organisation int64        `json:"organisation,omitempty" minimum:"1"`
	Commodity    string       `json:"commodity" maxLength:"40"`
	Variety      string       `json:"variety,omitempty" maxLength:"80"`
	Place        string       `json:"place" maxLength:"20"`
	MinClass     int64        `json:"min_class,omitempty" minimum:"0" maximum:"3"`
	PapersAsked  []string     `json:"papers_asked,omitempty" maxItems:"32"`
	QuantityG    int64        `json:"quantity_g" minimum:"1"`
	Unit         string       `json:"unit,omitempty" maxLength:"40"`
	From         calendar.Day `json:"from" format:"date"`
	To           calendar.Day `json:"to" format:"date"`
	CeilingVNDT  int64        `json:"ceiling_vnd_t,omitempty" minimum:"0"`
	AtGarden     bool         `json:"at_garden,omitempty"`
	DiscountBP   int64        `json:"discount_bp,omitempty" minimum:"0" maximum:"10000"`
	PayDays      int64        `json:"pay_days,omitempty" minimum:"0" maximum:"3650"`
	MinOrderG    int64        `json:"min_order_g,omitempty" minimum:"0"`
	MaxSources   int          `json:"max_sources,omitempty" minimum:"0" maximum:"1000"`
	MaxInvoices  int          `json:"max_invoices,omitempty" minimum:"0" maximum:"1000"`
	Note         string       `json:"note,omitempty" maxLength:"900"`
	EntrySaid
}

type apiDemand struct {
	EntryStanding
	DemandTerms
}

// entry is the record that the terms describe.
func (t *OfferTerms) entry() Entry {
	o := Offer{
		Place: t.Place, Commodity: t.Commodity, Variety: t.Variety, Mix: [4]int64{1000}, Firm: weight.Grams(t.FirmG), Forecast: weight.Grams(t.ForecastG),
		Piece: weight.Grams(t.PieceG), UnitName: short(text.NFC(t.Unit)), From: t.From, To: t.To, Floor: money.PerTonne(t.FloorVNDT), Trader: money.PerTonne(t.TraderVNDT),
		MinLine: weight.Grams(t.MinLineG), Note: short(text.NFC(t.Note)),
	}
	if len(t.MixPM) == 4 {
		o.Mix = [4]int64(t.MixPM)
	}
	for _, p := range t.Papers {
		o.Papers = append(o.Papers, Paper{Kind: p.Kind, Scope: weight.Grams(p.ScopeG), Until: p.Until})
	}
	return Entry{Side: SideOffer, Offer: o}
}

func (t *DemandTerms) entry() Entry {
	return Entry{Side: SideDemand, Demand: Demand{
		Place: t.Place, Commodity: t.Commodity, Variety: t.Variety, MinClass: t.MinClass, Papers: t.PapersAsked, Quantity: weight.Grams(t.QuantityG),
		UnitName: short(text.NFC(t.Unit)), From: t.From, To: t.To, Ceiling: money.PerTonne(t.CeilingVNDT), AtGarden: t.AtGarden, DiscountBP: t.DiscountBP,
		PayDays: t.PayDays, MinOrder: weight.Grams(t.MinOrderG), MaxSources: t.MaxSources, MaxInvoices: t.MaxInvoices, Note: short(text.NFC(t.Note)),
	}}
}

func standingOf(e *Entry) EntryStanding {
	return EntryStanding{
		ID: int64(e.ID), Ref: e.Ref, Version: e.Version, State: string(e.State), ClosedWhy: string(e.Why), OrganisationName: e.Party, District: e.District,
		Province: e.Province, Channel: string(e.Channel), Questions: e.Asks, Blocking: e.Blocking, AliveAt: e.AliveAt, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt,
	}
}

func saidOf(e *Entry) EntrySaid {
	return EntrySaid{AgreedBy: e.AgreedBy, AgreedAt: e.AgreedAt, GoodUntil: e.GoodUntil}
}

func apiOfferOf(e *Entry) apiOffer {
	o := &e.Offer
	t := OfferTerms{
		Organisation: int64(e.Org), Commodity: o.Commodity, Variety: o.Variety, Place: o.Place, MixPM: o.Mix[:], FirmG: int64(o.Firm), ForecastG: int64(o.Forecast),
		PieceG: int64(o.Piece), Unit: o.UnitName, From: o.From, To: o.To, FloorVNDT: int64(o.Floor), TraderVNDT: int64(o.Trader), MinLineG: int64(o.MinLine),
		Note: o.Note, EntrySaid: saidOf(e),
	}
	for _, p := range o.Papers {
		t.Papers = append(t.Papers, apiPaper{Kind: p.Kind, ScopeG: int64(p.Scope), Until: p.Until})
	}
	return apiOffer{standingOf(e), t}
}

func apiDemandOf(e *Entry) apiDemand {
	d := &e.Demand
	return apiDemand{standingOf(e), DemandTerms{
		Organisation: int64(e.Org), Commodity: d.Commodity, Variety: d.Variety, Place: d.Place, MinClass: d.MinClass, PapersAsked: d.Papers, QuantityG: int64(d.Quantity),
		Unit: d.UnitName, From: d.From, To: d.To, CeilingVNDT: int64(d.Ceiling), AtGarden: d.AtGarden, DiscountBP: d.DiscountBP, PayDays: d.PayDays,
		MinOrderG: int64(d.MinOrder), MaxSources: d.MaxSources, MaxInvoices: d.MaxInvoices, Note: d.Note, EntrySaid: saidOf(e),
	}}
}

func apiShown[T any](e *Entry, show func(*Entry) T) *apiOne[T] {
	if e == nil {
		return nil
	}
	return &apiOne[T]{ETag: api.ETag(e.Version), Body: show(e)}
}

func apiAdded[T any](e *Entry, show func(*Entry) T) *apiOne[T] {
	out := apiShown(e, show)
	if out != nil {
		out.Location = api.Root + entryPath(e.Side, e.ID)
	}
	return out
}

func apiPage[T any](rows []Entry, limit int, sort string, show func(*Entry) T) *apiBody[api.Page[T]] {
	return &apiBody[api.Page[T]]{api.PageOf(rows, limit, show, func(e *Entry) api.Cursor { return entryCursor(e, sort) })}
}

func (a *Area) apiEntries(ctx context.Context, side Side, in *apiEntriesIn) (rows []Entry, sort string, err error) {
	u, _ := auth.Who(ctx)
	name, desc, err := api.Order(in.Sort, EntryKeys...)
	if err != nil {
		return nil, "", err
	}
	sort = name
	if desc {
		sort = "-" + name
	}
	f := EntryFilter{
		Side: side, Viewer: ViewerOf(u), Text: in.Text, Commodity: in.Commodity, District: in.District, Org: registry.OrgID(in.Organisation),
		Over: calendar.Period{From: in.From.Day, To: in.To.Day}, Now: a.now(),
	}
	if in.State != "all" {
		f.State = EntryState(in.State)
	}
	k := EntryKey{Sort: name, Desc: desc, Since: in.UpdatedSince, Most: in.Limit + 1}
	c, ok, err := api.ReadCursor(in.Cursor, sort)
	if err != nil {
		return nil, "", err
	}
	if ok {
		k.After, k.AfterID = c.Key, EntryID(c.ID)
	}
	rows, err = a.Store.EntriesAfter(ctx, f, k)
	return rows, sort, err
}

func entryCursor(e *Entry, sort string) api.Cursor {
	return api.Cursor{Sort: sort, Key: entryKeyOf(e, sort), ID: int64(e.ID)}
}

func (a *Area) apiEntry(ctx context.Context, side Side, id int64) (*Entry, error) {
	u, _ := auth.Who(ctx)
	e, err := a.Store.Entry(ctx, ViewerOf(u), EntryID(id))
	if err == nil && e.Side != side {
		err = fault.New(fault.NotFound, "market.fault.no_entry")
	}
	if err != nil {
		return nil, err
	}
	return &e, nil
}

// apiOrg is the organisation that an entry is about: the caller's own, or one that staff
// may see.
func (a *Area) apiOrg(ctx context.Context, u auth.User, org int64) (registry.OrgID, error) {
	at := fault.Where{Col: "organisation"}
	if u.Role.In(auth.Coop, auth.Buyer) {
		if org != 0 && org != u.Org {
			return 0, fault.New(fault.Invalid, "market.api.fault.organisation").At(at)
		}
		return registry.OrgID(u.Org), nil
	}
	if org == 0 {
		return 0, fault.New(fault.Invalid, "market.api.fault.no_organisation").At(at)
	}
	if _, err := a.Store.Orgs.OrgSeen(ctx, registry.Viewer{Sight: u.Sight}, registry.OrgID(org)); err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			err = fault.New(fault.Invalid, "market.api.fault.organisation").At(at)
		}
		return 0, err
	}
	return registry.OrgID(org), nil
}

// agreed is who agreed and when; what an organisation's own program sends, it agreed to.
func (a *Area) agreed(u auth.User, said *EntrySaid) (by string, at time.Time) {
	by, at = short(text.NFC(said.AgreedBy)), said.AgreedAt
	if by == "" && u.Role.In(auth.Coop, auth.Buyer) {
		by = short(u.Name)
	}
	if by == "" {
		return "", time.Time{}
	}
	if now := a.now(); at.IsZero() || at.After(now) {
		at = now
	}
	return by, at
}

func (a *Area) apiAdd(ctx context.Context, side Side, org int64, e Entry, said *EntrySaid) (*Entry, error) {
	u, _ := auth.Who(ctx)
	id, err := a.apiOrg(ctx, u, org)
	if err != nil {
		return nil, err
	}
	n := NewEntry{Side: side, Org: id, Offer: e.Offer, Demand: e.Demand, Channel: ByAPI, GoodUntil: said.GoodUntil}
	n.AgreedBy, n.AgreedAt = a.agreed(u, said)
	added, err := a.Store.Enter(ctx, claimIn(ctx), u.Actor(), ViewerOf(u), n, nil, nil)
	if err != nil {
		return nil, err
	}
	return a.apiEntry(ctx, side, int64(added))
}

func (a *Area) apiSave(ctx context.Context, side Side, id int64, ifMatch string, org int64, terms Entry, said *EntrySaid) (*Entry, error) {
	u, _ := auth.Who(ctx)
	version, err := web.ReadVersion(ifMatch)
	if err != nil {
		return nil, err
	}
	was, err := a.apiEntry(ctx, side, id)
	if err != nil {
		return nil, err
	}
	if org != 0 && registry.OrgID(org) != was.Org {
		return nil, fault.New(fault.Invalid, "market.api.fault.other_organisation").At(fault.Where{Col: "organisation"})
	}
	e := *was
	e.Version, e.Offer, e.Demand, e.GoodUntil = version, terms.Offer, terms.Demand, said.GoodUntil
	e.Offer.Held = was.Offer.Held
	e.AgreedBy, e.AgreedAt = a.agreed(u, said)
	ok, now, err := a.Store.Mend(ctx, claimIn(ctx), u.Actor(), ViewerOf(u), e, nil, nil)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &web.Stale{Back: api.Root + entryPath(side, e.ID), Changes: a.entryChanges(ctx, &e, &now)}
	}
	return a.apiEntry(ctx, side, id)
}

func (a *Area) apiDeed(ctx context.Context, side Side, id int64, ifMatch, what string, why ClosedWhy) (*Entry, error) {
	u, _ := auth.Who(ctx)
	d := EntryDeed{ID: EntryID(id), Side: side, Why: why}
	var err error
	if d.Version, err = web.ReadVersion(ifMatch); err != nil {
		return nil, err
	}
	var ok bool
	switch what {
	case "close":
		_, ok, err = a.Store.CloseEntry(ctx, claimIn(ctx), u.Actor(), ViewerOf(u), d)
	case "reopen":
		_, ok, err = a.Store.OpenEntry(ctx, claimIn(ctx), u.Actor(), ViewerOf(u), d)
	default:
		_, ok, err = a.Store.SayAlive(ctx, claimIn(ctx), u.Actor(), ViewerOf(u), d)
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &web.Stale{Back: api.Root + entryPath(side, d.ID)}
	}
	return a.apiEntry(ctx, side, id)
}
