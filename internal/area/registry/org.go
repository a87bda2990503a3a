package registry

import (
	"strings"
	"time"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// OrgID is the number of an organisation.
type OrgID int64

// Status is the stage of an organisation's life.
type Status string

// The statuses. Whoever is not dissolved stays in the register: 762 stood in it in 2023,
// 654 of them operating.
const (
	Operating Status = "operating"
	Suspended Status = "suspended"
	Dissolved Status = "dissolved"
)

// Statuses lists them in order.
var Statuses = []Status{Operating, Suspended, Dissolved}

// Field is the main line of business; its words are text keys registry.field.<field>.
type Field string

// Fields lists them in the order of reports.
var Fields = []Field{"agri", "trade", "craft", "transport", "electricity", "construction", "credit", "other"}

// Org is an organisation. Numbers that nobody reported are 0 and shown as missing.
type Org struct {
	ID          OrgID
	Kind        Kind
	Name        string
	TaxCode     string // "" when it has none: a group need not
	Status      Status
	Place       string // key of the narrowest place known
	Address     string // what stands before the commune: hamlet, street
	Field       Field  // "" unknown
	Members     int64  //
	Regular     int64  // workers all year round
	Seasonal    int64  // workers in season
	Founded     calendar.Day
	Contact     string   // the person to call
	Phone       string   // digits, the one to call first
	OtherPhones []string // further numbers
	Email       string
	Note        string

	// Filled by the store.
	District  string // reporting district of 2023, "" outside a district
	Province  string // reporting province of 2023
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// Phones lists all numbers, the first to call first.
func (o Org) Phones() []string {
	if o.Phone == "" {
		return o.OtherPhones
	}
	return append([]string{o.Phone}, o.OtherPhones...)
}

// CanInvoice reports whether the organisation invoices in its own name.
func (o Org) CanInvoice() bool {
	return o.TaxCode != "" && (o.Kind == Coop || o.Kind == Union || o.Kind == Enterprise)
}

// Paper is a certificate or document that an organisation holds. Kind is the catalogue's.
type Paper struct {
	ID     int64
	Org    OrgID
	Kind   string
	Number string
	Scope  weight.Grams // tonnes that it covers; 0 says nothing about quantity
	AreaM2 int64        // area that it covers; 0 says nothing about area
	Issuer string
	From   calendar.Day
	Until  calendar.Day // 0: no expiry known
}

// PaperState is how a paper stands on a day.
type PaperState string

// The states.
const (
	PaperValid   PaperState = "valid"
	PaperSoon    PaperState = "soon"    // lapses within 30 days
	PaperExpired PaperState = "expired" //
	PaperFuture  PaperState = "future"  // not yet in force
	PaperOpen    PaperState = "open"    // no expiry known
)

// State tells how the paper stands on a day.
func (p Paper) State(on calendar.Day) PaperState {
	switch {
	case p.From > on:
		return PaperFuture
	case p.Until == 0:
		return PaperOpen
	case p.Until < on:
		return PaperExpired
	case p.Until < on+30:
		return PaperSoon
	}
	return PaperValid
}

// maxCount bounds members and workers of one organisation.
const maxCount = 1_000_000

// Check tidies an organisation and returns what is wrong with it, all at once; Where.Col
// is the field's name.
func (o *Org) Check(atlas *places.Atlas) error {
	var l fault.List
	bad := func(col, key string, args ...any) {
		l = append(l, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: col}))
	}
	for _, s := range []*string{&o.Name, &o.Address, &o.Contact, &o.Email, &o.Note} {
		*s = strings.TrimSpace(text.NFC(*s))
	}
	switch n := len([]rune(o.Name)); {
	case text.Fold(o.Name) == "":
		bad("name", "registry.fault.no_name")
	case n > 200:
		bad("name", "registry.fault.too_long", 200)
	}
	if !o.Kind.Known() {
		bad("kind", "registry.fault.kind")
	}
	if o.Status == "" {
		o.Status = Operating
	}
	if o.Status != Operating && o.Status != Suspended && o.Status != Dissolved {
		bad("status", "registry.fault.status")
	}
	if o.TaxCode != "" {
		code, ok := ReadTaxCode(o.TaxCode)
		if !ok {
			bad("tax_code", "registry.fault.tax_code", o.TaxCode)
		}
		o.TaxCode = code
	}
	if _, ok := atlas.ByKey(o.Place); !ok && o.Place != "" {
		bad("place", "registry.fault.place", o.Place)
	}
	if o.Field != "" && !known(Fields, o.Field) {
		bad("field", "registry.fault.field")
	}
	for _, c := range []struct {
		col string
		n   int64
	}{{"members", o.Members}, {"regular", o.Regular}, {"seasonal", o.Seasonal}} {
		if c.n < 0 || c.n > maxCount {
			bad(c.col, "registry.fault.count")
		}
	}
	for _, p := range o.Phones() {
		if again := ParsePhones(p); len(again) != 1 || again[0] != p {
			bad("phone", "registry.fault.phone", p)
		}
	}
	if o.Email != "" && !looksLikeMail(o.Email) {
		bad("email", "registry.fault.email", o.Email)
	}
	for col, s := range map[string]string{"address": o.Address, "contact": o.Contact, "email": o.Email} {
		if len([]rune(s)) > 200 {
			bad(col, "registry.fault.too_long", 200)
		}
	}
	if len([]rune(o.Note)) > 2000 {
		bad("note", "registry.fault.too_long", 2000)
	}
	if o.Founded != 0 && (o.Founded < calendar.Date(1945, 1, 1) || o.Founded > calendar.Date(2100, 1, 1)) {
		bad("founded", "registry.fault.founded")
	}
	return l.Err()
}

func known[T comparable](all []T, x T) bool {
	for _, y := range all {
		if x == y {
			return true
		}
	}
	return false
}

func looksLikeMail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(s, " ,;<>") && !strings.Contains(host, "@")
}

// Check returns what is wrong with a paper.
func (p *Paper) Check() error {
	var l fault.List
	bad := func(col, key string, args ...any) {
		l = append(l, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: col}))
	}
	p.Kind, p.Number, p.Issuer = strings.TrimSpace(p.Kind), strings.TrimSpace(text.NFC(p.Number)), strings.TrimSpace(text.NFC(p.Issuer))
	if p.Kind == "" {
		bad("paper_kind", "registry.fault.paper_kind")
	}
	if p.Scope < 0 || p.Scope > weight.Max {
		bad("paper_scope", "registry.fault.scope")
	}
	if p.AreaM2 < 0 || p.AreaM2 > 10_000*100_000 {
		bad("paper_area", "registry.fault.scope")
	}
	if p.Until != 0 && p.Until < p.From {
		bad("paper_until", "registry.fault.until")
	}
	if len([]rune(p.Number)) > 100 {
		bad("paper_number", "registry.fault.too_long", 100)
	}
	if len([]rune(p.Issuer)) > 100 {
		bad("paper_issuer", "registry.fault.too_long", 100)
	}
	return l.Err()
}

// Filter says which organisations a list holds. The zero Filter holds all.
type Filter struct {
	Text      string // words of the name, the contact, a phone, a tax code, the place; marks do not matter
	Kinds     []Kind
	District  string   // key of a district of 2023
	Province  string   // key of a province of 2023
	Outside   string   // key of a province of 2023: only organisations that are not in it
	Places    []string // keys of the places in which organisations stand; nil is everywhere
	Status    Status
	Field     Field
	Provinces []string // keys of provinces of 2023; nil is all
	Viewer    Viewer   // who asks; the zero Viewer sees all
	Sort      string   // name (default), members, district, kind, updated
	Desc      bool
	Page      int // from 1
	Size      int // 0: all
}

// Sorts lists what a list can be sorted by.
var Sorts = []string{"name", "kind", "district", "members", "updated"}
