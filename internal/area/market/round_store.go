package market

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/text"
)

// Store is rounds, plans and runs in the database.
type Store struct {
	DB    *db.DB
	Orgs  *registry.Store
	Atlas *places.Atlas

	Catalog *catalog.Catalog // of the book; rounds carry their own facts
	Hooks   *hook.Hooks      // tell other software; nil tells nobody

	whole wholeBook
}

// facts is what a round keeps beside its rows.
type facts struct {
	Commodities []Commodity `json:"commodities"`
	Places      []Place     `json:"places"`
	Roads       []Road      `json:"roads"`
}

// AddRound stores a round whole or not at all. Parties are joined to the registry.
func (s *Store) AddRound(ctx context.Context, by string, n NewRound) (id RoundID, err error) {
	write, err := s.addRound(by, n)
	if err != nil {
		return 0, err
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = write(tx)
		return err
	})
	return id, err
}

// addRound checks and packs a round before the writer is taken; what it returns writes the
// round inside a transaction of the caller, and may run twice.
func (s *Store) addRound(by string, n NewRound) (write func(*db.Tx) (RoundID, error), err error) {
	defer fault.Wrap(&err, "market.AddRound(%q)", n.Label)
	in, err := Canonical(n.Input)
	if err != nil {
		return nil, err
	}
	packed, err := pack(facts{in.Commodities, in.Places, in.Roads})
	if err != nil {
		return nil, err
	}
	return func(tx *db.Tx) (id RoundID, err error) {
		defer fault.Wrap(&err, "market.AddRound(%q)", n.Label)
		if err := tx.QueryRow(sqlInsertRound, n.Label, string(n.Origin), in.AsOf, in.Horizon, db.AsJSON(in.Params), db.AsJSON(in.Rules),
			packed, n.FileName, n.File, by, db.At(tx.Now()), n.Scope, n.Goods).Scan(&id); err != nil {
			return 0, err
		}
		if err := s.insertRows(tx, by, id, &in, n.Orgs); err != nil {
			return 0, err
		}
		for i, a := range n.Asks {
			if _, err := tx.Exec(sqlInsertAsk, int64(id), i+1, a.Record, string(a.Code), a.Blocks, db.AsJSON(a)); err != nil {
				return 0, err
			}
		}
		return id, audit.Note(tx, audit.Entry{
			Actor: by, Action: "add", Object: "market_round/" + text.Int(int64(id)),
			After: map[string]any{"label": n.Label, "origin": n.Origin, "offers": len(in.Offers), "demands": len(in.Demands), "asks": len(n.Asks)},
		})
	}, nil
}

func (s *Store) insertRows(tx *db.Tx, by string, id RoundID, in *Input, known map[string]registry.OrgID) error {
	place := map[string]*Place{}
	for i := range in.Places {
		place[in.Places[i].Key] = &in.Places[i]
	}
	goods := map[string]*Commodity{}
	for i := range in.Commodities {
		goods[in.Commodities[i].Code] = &in.Commodities[i]
	}
	party, orgs := map[string]*Party{}, map[string]int64{}
	for i := range in.Parties {
		p := &in.Parties[i]
		org, ok := known[p.ID]
		if !ok {
			var err error
			if org, _, err = s.orgOf(tx, by, p); err != nil {
				return err
			}
		}
		party[p.ID], orgs[p.ID] = p, int64(org)
		if _, err := tx.Exec(sqlInsertParty, int64(id), p.ID, int64(org), db.AsJSON(*p)); err != nil {
			return err
		}
	}
	row := func(query, rec, partyID, placeKey, commodity, note string, grams int64, from, to calendar.Day, doc any) error {
		p, at, g := party[partyID], place[placeKey], goods[commodity]
		find := text.Fold(strings.Join([]string{rec, p.Name, p.Contact, p.Phone, p.TaxCode, g.NameVI, g.NameEN, at.Name, note}, " "))
		_, err := tx.Exec(query, int64(id), rec, partyID, orgs[partyID], p.Name, text.SortKey(p.Name), commodity, text.SortKey(g.NameVI),
			placeKey, at.District, at.Province, grams, from, to, find, doc)
		return err
	}
	for i := range in.Offers {
		o := &in.Offers[i]
		if err := row(sqlInsertOffer, o.ID, o.Party, o.Place, o.Commodity, o.Note, int64(Free(o, &in.Params)), o.From, o.To, db.AsJSON(*o)); err != nil {
			return err
		}
	}
	for i := range in.Demands {
		d := &in.Demands[i]
		if err := row(sqlInsertDemand, d.ID, d.Party, d.Place, d.Commodity, d.Note, int64(d.Quantity), d.From, d.To, db.AsJSON(*d)); err != nil {
			return err
		}
	}
	return nil
}

// orgOf finds a party in the registry or adds it there. Two organisations of one bare name
// are told apart by their place; a doubtful one is added anew rather than mixed up.
func (s *Store) orgOf(tx *db.Tx, by string, p *Party) (id registry.OrgID, added bool, err error) {
	o := registry.Org{Kind: registry.Kind(p.Kind), Name: p.Name, Status: registry.Operating, Place: p.Place, Contact: p.Contact}
	if phones := registry.ParsePhones(p.Phone); len(phones) > 0 { // staff write two in one cell
		o.Phone, o.OtherPhones = phones[0], phones[1:]
	}
	if p.TaxCode != "" && registry.ValidTaxCode(p.TaxCode) {
		o.TaxCode = p.TaxCode
	}
	if found, ok, err := s.Orgs.SameTx(tx, o); err != nil || ok {
		return found, false, err
	}
	id, err = s.Orgs.AddTx(tx, by, o)
	return id, true, err
}

// Rounds lists the rounds, newest first.
func (s *Store) Rounds(ctx context.Context) (list []Round, err error) {
	defer fault.Wrap(&err, "market.Rounds")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(sqlRounds)
		if err != nil {
			return err
		}
		defer rows.Close()
		list = nil
		for rows.Next() {
			r, err := scanRound(rows)
			if err != nil {
				return err
			}
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}

// Round is one round; fault.NotFound when there is none. 0 is the newest.
func (s *Store) Round(ctx context.Context, id RoundID) (r Round, err error) {
	defer fault.Wrap(&err, "market.Round(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err = roundByID(tx, id)
		return err
	})
	return r, err
}

func roundByID(tx *db.Tx, id RoundID) (Round, error) {
	r, err := scanRound(tx.QueryRow(sqlRoundByID, int64(id)))
	if errors.Is(err, db.ErrNone) {
		return r, fault.New(fault.NotFound, "market.fault.no_round")
	}
	return r, err
}

func scanRound(row interface{ Scan(...any) error }) (r Round, err error) {
	var created db.Time
	var params db.JSON[Params]
	err = row.Scan(&r.ID, &r.Label, &r.Origin, &r.AsOf, &r.Horizon, &params, &r.FileName, &r.CreatedBy, &created, &r.Scope, &r.Goods, &r.Offers, &r.Demands, &r.Asks, &r.Blocking)
	r.CreatedAt, r.Params = created.Time, params.V
	return r, err
}

// Input assembles the round's input: the same bytes that were stored.
func (s *Store) Input(ctx context.Context, id RoundID) (in Input, err error) {
	defer fault.Wrap(&err, "market.Input(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		in = Input{}
		var params db.JSON[Params]
		var rules db.JSON[Rules]
		var packed []byte
		err := tx.QueryRow(sqlRoundFacts, int64(id)).Scan(&in.AsOf, &in.Horizon, &params, &rules, &packed)
		if errors.Is(err, db.ErrNone) {
			return fault.New(fault.NotFound, "market.fault.no_round")
		}
		if err != nil {
			return err
		}
		var f facts
		if err := unpack(packed, &f); err != nil {
			return err
		}
		in.Params, in.Rules = params.V, rules.V
		in.Commodities, in.Places, in.Roads = f.Commodities, f.Places, f.Roads
		if in.Parties, err = docs[Party](tx.Query(sqlRoundParties, int64(id))); err != nil {
			return err
		}
		if in.Offers, err = docs[Offer](tx.Query(sqlRoundOffers, int64(id))); err != nil {
			return err
		}
		in.Demands, err = docs[Demand](tx.Query(sqlRoundDemands, int64(id)))
		return err
	})
	return in, err
}

func docs[T any](rows *sql.Rows, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var d db.JSON[T]
		if err := rows.Scan(&d); err != nil {
			return nil, err
		}
		list = append(list, d.V)
	}
	return list, rows.Err()
}

// PartyOrgs says which organisation each party of a round is.
func (s *Store) PartyOrgs(ctx context.Context, id RoundID) (m map[string]registry.OrgID, err error) {
	defer fault.Wrap(&err, "market.PartyOrgs(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		m, err = partyOrgsTx(tx, id)
		return err
	})
	return m, err
}

func partyOrgsTx(tx *db.Tx, id RoundID) (map[string]registry.OrgID, error) {
	m := map[string]registry.OrgID{}
	rows, err := tx.Query(sqlPartyOrgs, int64(id))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p string
		var o registry.OrgID
		if err := rows.Scan(&p, &o); err != nil {
			return nil, err
		}
		m[p] = o
	}
	return m, rows.Err()
}

// PartiesOf are the party IDs that an organisation has in a round.
func (s *Store) PartiesOf(ctx context.Context, id RoundID, org registry.OrgID) (list []string, err error) {
	defer fault.Wrap(&err, "market.PartiesOf(%d, %d)", id, org)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(sqlPartiesOf, int64(id), int64(org))
		if err != nil {
			return err
		}
		defer rows.Close()
		list = nil
		for rows.Next() {
			var p string
			if err := rows.Scan(&p); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// Asks lists the doubts of a round in the order of the workbook.
func (s *Store) Asks(ctx context.Context, id RoundID) (list []Ask, err error) {
	defer fault.Wrap(&err, "market.Asks(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = docs[Ask](tx.Query(sqlAsks, int64(id)))
		return err
	})
	return list, err
}

// File is the workbook a round came from.
func (s *Store) File(ctx context.Context, id RoundID) (name string, data []byte, err error) {
	defer fault.Wrap(&err, "market.File(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(sqlRoundFile, int64(id)).Scan(&name, &data)
		if errors.Is(err, db.ErrNone) || err == nil && data == nil {
			return fault.New(fault.NotFound, "market.fault.no_file")
		}
		return err
	})
	return name, data, err
}

// pack is gzip of JSON; unpack reads it back.
func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(b []byte, v any) error {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

const sqlInsertRound = `insert into market_round (label, origin, as_of, horizon, params, rules, facts, file_name, file, created_by, created_at, scope, goods)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id`

const sqlInsertParty = `insert into market_party (round_id, id, org_id, doc) values ($1, $2, $3, $4)`

const sqlInsertOffer = `insert into market_offer
 (round_id, id, party_id, org_id, party_name, party_sort, commodity, goods_sort, place_key, district, province, grams, day_from, day_to, find, doc)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

const sqlInsertDemand = `insert into market_demand
 (round_id, id, party_id, org_id, party_name, party_sort, commodity, goods_sort, place_key, district, province, grams, day_from, day_to, find, doc)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

const sqlInsertAsk = `insert into market_ask (round_id, n, record, code, blocks, doc) values ($1, $2, $3, $4, $5, $6)`

const roundCols = `r.id, r.label, r.origin, r.as_of, r.horizon, r.params, r.file_name, r.created_by, r.created_at, r.scope, r.goods,
 (select count(*) from market_offer o where o.round_id = r.id),
 (select count(*) from market_demand d where d.round_id = r.id),
 (select count(*) from market_ask a where a.round_id = r.id),
 (select count(*) from market_ask a where a.round_id = r.id and a.blocks)`

const sqlRounds = `select ` + roundCols + ` from market_round r order by r.id desc limit 200`

const sqlRoundByID = `select ` + roundCols + ` from market_round r where r.id = $1 or $1 = 0 order by r.id desc limit 1`

const sqlRoundFacts = `select as_of, horizon, params, rules, facts from market_round where id = $1`

const sqlRoundParties = `select doc from market_party where round_id = $1 order by id`

const sqlRoundOffers = `select doc from market_offer where round_id = $1 order by id`

const sqlRoundDemands = `select doc from market_demand where round_id = $1 order by id`

const sqlPartyOrgs = `select id, org_id from market_party where round_id = $1`

const sqlPartiesOf = `select id from market_party where round_id = $1 and org_id = $2 order by id`

const sqlAsks = `select doc from market_ask where round_id = $1 order by n`

const sqlRoundFile = `select file_name, file from market_round where id = $1`
