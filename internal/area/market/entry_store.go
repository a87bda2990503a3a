package market

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/text"
)

// partyID is what an organisation of the register is called in a round made of the book.
func partyID(id registry.OrgID) string { return fmt.Sprintf("T%06d", id) }

func phonesText(o registry.Org) string { return short(strings.Join(o.Phones(), "; ")) }

const entryKind = "market_entry"

// EntryObject is how the audit trail names an entry.
func EntryObject(id EntryID) string { return fmt.Sprintf("%s/%d", entryKind, id) }

// AddEntryTx writes an entry with its questions. added is false when an entry with the
// same source key is there already; its number is returned.
func (s *Store) AddEntryTx(tx *db.Tx, by string, n NewEntry) (id EntryID, added bool, err error) {
	defer fault.Wrap(&err, "market.AddEntry(%s)", n.Side)
	org, err := s.Orgs.OrgTx(tx, n.Org)
	if err != nil {
		return 0, false, err
	}
	e := Entry{
		Side: n.Side, Org: n.Org, Offer: n.Offer, Demand: n.Demand, State: EntryOpen, Channel: n.Channel,
		AgreedBy: n.AgreedBy, AgreedAt: n.AgreedAt, GoodUntil: n.GoodUntil,
	}
	if err := s.checkEntry(&e, org, calendar.DayOf(tx.Now())); err != nil {
		return 0, false, err
	}
	now := db.At(tx.Now())
	cols := s.entryColumns(&e, org)
	ref, key := nullText(n.Ref), nullText(n.SourceKey)
	args := append(cols, string(e.State), string(e.Channel), key, e.AgreedBy, db.At(e.AgreedAt), now, nullDay(e.GoodUntil), by, ref)
	err = tx.QueryRow(sqlInsertEntry, args...).Scan(&id)
	if errors.Is(err, db.ErrNone) {
		err = tx.QueryRow(sqlEntryOfSource, key).Scan(&id)
		return id, false, err
	}
	if err != nil {
		return 0, false, err
	}
	e.ID, e.Ref = id, n.Ref
	if e.Ref == "" {
		e.Ref = n.Side.Ref(id)
	}
	e.setRef()
	if _, err := tx.Exec(sqlEntryRef, int64(id), e.Ref, e.record(), findOf(&e, org, s)); err != nil {
		return 0, false, err
	}
	for _, a := range n.Asks {
		a.Record = e.Ref
		if _, err := tx.Exec(sqlInsertQuestion, int64(id), nil, int64(e.Org), org.Place, string(a.Code), a.Blocks, db.AsJSON(a), by, now); err != nil {
			return 0, false, err
		}
	}
	e.Party = org.Name
	if err := s.findable(tx, &e); err != nil {
		return 0, false, err
	}
	if err := s.emitEntry(tx, hook.EntryAdded, id); err != nil {
		return 0, false, err
	}
	return id, true, audit.Note(tx, audit.Entry{Actor: by, Action: "entry.add", Object: EntryObject(id), After: e.audited()})
}

// SaveEntryTx writes an entry that was changed by somebody who saw e.Version; ok is false
// when it moved on since. Side, Org and Ref stay as they are.
func (s *Store) SaveEntryTx(tx *db.Tx, by string, v Viewer, e Entry) (ok bool, err error) {
	defer fault.Wrap(&err, "market.SaveEntry(%d)", e.ID)
	was, err := entryByID(tx, v, e.ID)
	if err != nil {
		return false, err
	}
	if was.Version != e.Version {
		return false, nil
	}
	org, err := s.Orgs.OrgTx(tx, was.Org)
	if err != nil {
		return false, err
	}
	e.Side, e.Org, e.Ref, e.Party = was.Side, was.Org, was.Ref, was.Party
	e.setRef()
	if err := s.checkEntry(&e, org, calendar.DayOf(tx.Now())); err != nil {
		return false, err
	}
	cols := s.entryColumns(&e, org)
	args := append([]any{int64(e.ID), e.Version}, cols[5:]...)
	args = append(args, e.AgreedBy, db.At(e.AgreedAt), db.At(tx.Now()), nullDay(e.GoodUntil), by)
	n, err := tx.Exec(sqlUpdateEntry, args...)
	if err != nil || n == 0 {
		return false, err
	}
	e.State = was.State
	if err := s.findable(tx, &e); err != nil {
		return false, err
	}
	if err := s.emitEntry(tx, hook.EntryChanged, e.ID); err != nil {
		return false, err
	}
	return true, audit.Note(tx, audit.Entry{Actor: by, Action: "entry.save", Object: EntryObject(e.ID), Before: was.audited(), After: e.audited()})
}

// CloseEntryTx takes an entry out of the book; ReopenEntryTx puts it back. ok is false when
// the row moved on.
func (s *Store) CloseEntryTx(tx *db.Tx, by string, v Viewer, id EntryID, version int64, why ClosedWhy) (ok bool, err error) {
	defer fault.Wrap(&err, "market.CloseEntry(%d)", id)
	return s.entryState(tx, by, v, id, version, EntryClosed, why, "entry.close")
}

// ReopenEntryTx puts a closed entry back.
func (s *Store) ReopenEntryTx(tx *db.Tx, by string, v Viewer, id EntryID, version int64) (ok bool, err error) {
	defer fault.Wrap(&err, "market.ReopenEntry(%d)", id)
	return s.entryState(tx, by, v, id, version, EntryOpen, "", "entry.reopen")
}

func (s *Store) entryState(tx *db.Tx, by string, v Viewer, id EntryID, version int64, to EntryState, why ClosedWhy, action string) (bool, error) {
	was, err := entryByID(tx, v, id)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(sqlEntryState, int64(id), version, string(to), string(why), db.At(tx.Now()), by)
	if err != nil || n == 0 {
		return false, err
	}
	now := was
	now.State = to
	if err := s.findable(tx, &now); err != nil {
		return false, err
	}
	kind := hook.EntryReopened
	if to == EntryClosed {
		kind = hook.EntryClosed
	}
	if err := s.emitEntry(tx, kind, id); err != nil {
		return false, err
	}
	return true, audit.Note(tx, audit.Entry{
		Actor: by, Action: action, Object: EntryObject(id),
		Before: map[string]any{"state": was.State, "why": was.Why}, After: map[string]any{"state": to, "why": why},
	})
}

// AliveEntryTx notes that the party said today that the entry stands.
func (s *Store) AliveEntryTx(tx *db.Tx, by string, v Viewer, id EntryID) (err error) {
	defer fault.Wrap(&err, "market.AliveEntry(%d)", id)
	if _, err := entryByID(tx, v, id); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlEntryAlive, int64(id), db.At(tx.Now()), by); err != nil {
		return err
	}
	if err := s.emitEntry(tx, hook.EntryChanged, id); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Actor: by, Action: "entry.alive", Object: EntryObject(id), After: map[string]any{"alive_at": db.At(tx.Now())}})
}

// RenameOrgTx renews what entries repeat of an organisation; the register calls it when
// one is saved.
func (s *Store) RenameOrgTx(tx *db.Tx, o registry.Org) (err error) {
	defer fault.Wrap(&err, "market.RenameOrg(%d)", o.ID)
	_, err = tx.Exec(sqlRenameOrg, int64(o.ID), o.Name, text.SortKey(o.Name), o.Place)
	return err
}

// SetTraitTx notes what a plan's bonuses ask of an organisation.
func (s *Store) SetTraitTx(tx *db.Tx, by string, org registry.OrgID, small, poor bool) (err error) {
	defer fault.Wrap(&err, "market.SetTrait(%d)", org)
	if _, err := tx.Exec(sqlSetTrait, int64(org), small, poor, by, db.At(tx.Now())); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{
		Actor: by, Action: "org.trait", Object: fmt.Sprintf("registry_org/%d", org), After: map[string]any{"small": small, "poor": poor},
	})
}

func (e *Entry) setRef() {
	e.Offer.ID, e.Demand.ID = "", ""
	e.Offer.Party, e.Demand.Party = "", ""
	if e.Side == SideDemand {
		e.Demand.ID = e.Ref
	} else {
		e.Offer.ID = e.Ref
	}
}

// record is the document column.
func (e *Entry) record() any {
	if e.Side == SideDemand {
		return db.AsJSON(e.Demand)
	}
	return db.AsJSON(e.Offer)
}

// audited is what the trail keeps of an entry.
func (e *Entry) audited() any {
	m := map[string]any{"side": e.Side, "ref": e.Ref, "org": e.Org, "channel": e.Channel, "agreed_by": e.AgreedBy, "good_until": e.GoodUntil}
	if e.Side == SideDemand {
		m["demand"] = e.Demand
	} else {
		m["offer"] = e.Offer
	}
	return m
}

// entryColumns are the columns from side to doc, in the order of the table.
func (s *Store) entryColumns(e *Entry, org registry.Org) []any {
	days := e.Days()
	district, province := s.whereOf(e.Place())
	return []any{
		string(e.Side), int64(e.Org), org.Name, text.SortKey(org.Name), org.Place,
		e.Commodity(), text.SortKey(s.goodsName(e.Commodity())), e.Place(), district, province,
		int64(e.Grams()), days.From, days.To, findOf(e, org, s), e.record(),
	}
}

// whereOf is the district (of 2023) and the province of a place, by name.
func (s *Store) whereOf(place string) (district, province string) {
	if d, ok := s.Atlas.ReportingDistrict(place); ok {
		district = d.Name
	}
	if u, ok := s.Atlas.ByKey(place); ok {
		if p, ok := s.Atlas.ByKey(u.Province); ok {
			province = p.Name
		}
	}
	return district, province
}

func (s *Store) goodsName(code string) string {
	if c, ok := s.Catalog.ByCode(code); ok {
		return c.NameVI
	}
	return code
}

func findOf(e *Entry, org registry.Org, s *Store) string {
	c, _ := s.Catalog.ByCode(e.Commodity())
	return text.Fold(strings.Join([]string{
		e.Ref, org.Name, org.Contact, phonesText(org), org.TaxCode, c.NameVI, c.NameEN, s.Atlas.Label(e.Place()), e.Note(),
	}, " "))
}

func nullText(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

func nullDay(d calendar.Day) any {
	if d == 0 {
		return nil
	}
	return d
}

func noEntry(err error) error {
	if errors.Is(err, db.ErrNone) {
		return fault.New(fault.NotFound, "market.fault.no_entry")
	}
	return err
}

func scanEntry(r rowScan) (e Entry, err error) {
	var offer db.JSON[Offer]
	var demand db.JSON[Demand]
	var agreed, alive, created, updated db.Time
	var doc string
	var until *calendar.Day
	var ref sql.NullString
	err = r.Scan(&e.ID, &e.Side, &ref, &e.Org, &e.Party, &e.District, &e.Province, &doc, &e.State, &e.Why, &e.Channel, &e.AgreedBy, &agreed, &alive,
		&until, &e.CreatedBy, &created, &e.UpdatedBy, &updated, &e.Version, &e.Asks, &e.Blocking)
	if err != nil {
		return e, err
	}
	e.Ref, e.AgreedAt, e.AliveAt, e.CreatedAt, e.UpdatedAt = ref.String, agreed.Time, alive.Time, created.Time, updated.Time
	if until != nil {
		e.GoodUntil = *until
	}
	if e.Side == SideDemand {
		err = demand.Scan(doc)
		e.Demand = demand.V
	} else {
		err = offer.Scan(doc)
		e.Offer = offer.V
	}
	return e, err
}

func entryByID(tx *db.Tx, v Viewer, id EntryID) (Entry, error) {
	e, err := scanEntry(tx.QueryRow(sqlEntryByID, int64(id), v.Sight.Account, v.Sight.Day, int64(v.Org)))
	return e, noEntry(err)
}

// EntryTx is one entry that the viewer may see; fault.NotFound otherwise.
func (s *Store) EntryTx(tx *db.Tx, v Viewer, id EntryID) (Entry, error) { return entryByID(tx, v, id) }

const sqlInsertEntry = `insert into market_entry
 (side, org_id, party_name, party_sort, home_key, commodity, goods_sort, place_key, district, province, grams, day_from, day_to, find, doc,
  state, channel, source_key, agreed_by, agreed_at, alive_at, good_until, created_by, created_at, updated_by, updated_at, ref)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $21, $23, $21, $24)
 on conflict (source_key) do nothing returning id`

const sqlEntryOfSource = `select id from market_entry where source_key = $1`

const sqlEntryRef = `update market_entry set ref = $2, doc = $3, find = $4 where id = $1`

const sqlUpdateEntry = `update market_entry set
 commodity = $3, goods_sort = $4, place_key = $5, district = $6, province = $7, grams = $8, day_from = $9, day_to = $10, find = $11, doc = $12,
 agreed_by = $13, agreed_at = $14, alive_at = $15, good_until = $16, updated_by = $17, updated_at = $15, row_version = row_version + 1
 where id = $1 and row_version = $2`

const sqlEntryState = `update market_entry set state = $3, closed_why = $4, updated_at = $5, updated_by = $6, row_version = row_version + 1
 where id = $1 and row_version = $2`

const sqlEntryAlive = `update market_entry set alive_at = $2, updated_at = $2, updated_by = $3, row_version = row_version + 1 where id = $1`

const sqlRenameOrg = `update market_entry set party_name = $2, party_sort = $3, home_key = $4 where org_id = $1`

const sqlSetTrait = `insert into market_trait (org_id, small, poor, noted_by, noted_at) values ($1, $2, $3, $4, $5)
 on conflict (org_id) do update set small = excluded.small, poor = excluded.poor, noted_by = excluded.noted_by, noted_at = excluded.noted_at`

const sqlInsertQuestion = `insert into market_question (entry_id, import_id, org_id, home_key, code, blocks, doc, state, created_by, created_at)
 values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)`

// entryCols are what scanEntry reads of market_entry x.
const entryCols = `x.id, x.side, x.ref, x.org_id, x.party_name, x.district, x.province, cast(x.doc as text), x.state, x.closed_why, x.channel, x.agreed_by, x.agreed_at, x.alive_at,
 x.good_until, x.created_by, x.created_at, x.updated_by, x.updated_at, x.row_version,
 (select count(*) from market_question q where q.entry_id = x.id and q.state = 'open'),
 (select count(*) from market_question q where q.entry_id = x.id and q.state = 'open' and q.blocks)`

const sqlEntryByID = `select ` + entryCols + ` from market_entry x where x.id = $1
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $3 and s.valid_to >= $3))
 and (cast($4 as bigint) = 0 or x.org_id = $4)`
