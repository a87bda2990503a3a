package market

import (
	"context"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Claim writes what makes a request act once into its transaction; nil does nothing.
type Claim func(*db.Tx) error

// claimTx calls a claim.
func (c Claim) claimTx(tx *db.Tx) error {
	if c == nil {
		return nil
	}
	return c(tx)
}

// Enter writes an entry as a person enters it: with the organisation where the register
// does not know it yet, and with the photos beside it. Everything is written or nothing.
func (s *Store) Enter(ctx context.Context, claim Claim, by string, v Viewer, n NewEntry, org *registry.Org, photos []blob.New) (id EntryID, err error) {
	defer fault.Wrap(&err, "market.Enter(%s)", n.Side)
	for i := range photos {
		if photos[i], err = blob.Ready(photos[i]); err != nil {
			return 0, err
		}
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := claim.claimTx(tx); err != nil {
			return err
		}
		n := n
		if org != nil {
			if n.Org, err = s.Orgs.AddTx(tx, by, *org); err != nil {
				return err
			}
		}
		if v.Org != 0 && n.Org != v.Org {
			return noEntry(db.ErrNone)
		}
		id, _, err = s.AddEntryTx(tx, by, n)
		if err != nil {
			return err
		}
		if _, err := entryByID(tx, v, id); err != nil { // who writes it must see it afterwards
			if fault.CodeOf(err) == fault.NotFound {
				return fault.New(fault.Invalid, "market.entry.fault.elsewhere").At(fault.Where{Col: "place"})
			}
			return err
		}
		return keepPhotos(tx, by, id, photos)
	})
	return id, err
}

func keepPhotos(tx *db.Tx, by string, id EntryID, photos []blob.New) error {
	for _, n := range photos {
		n.Owner, n.By = EntryObject(id), by
		if _, err := blob.Put(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Mend writes an entry that a person changed, with the doubts of its new words: those of
// the old ones that nobody answered are settled by the change. ok is false when the entry
// moved on since e.Version; then now is how it stands.
func (s *Store) Mend(ctx context.Context, claim Claim, by string, v Viewer, e Entry, asks []Ask, photos []blob.New) (ok bool, now Entry, err error) {
	defer fault.Wrap(&err, "market.Mend(%d)", e.ID)
	for i := range photos {
		if photos[i], err = blob.Ready(photos[i]); err != nil {
			return false, now, err
		}
	}
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if now, err = entryByID(tx, v, e.ID); err != nil {
			return err
		}
		if ok = now.Version == e.Version; !ok {
			return nil // the claim is left alone: nothing was done
		}
		if err := claim.claimTx(tx); err != nil {
			return err
		}
		if ok, err = s.SaveEntryTx(tx, by, v, e); err != nil || !ok {
			return err
		}
		if err := s.renewAsks(tx, by, now, asks); err != nil {
			return err
		}
		return keepPhotos(tx, by, e.ID, photos)
	})
	return ok && err == nil, now, err
}

// renewAsks leaves exactly the questions that the new words raise.
func (s *Store) renewAsks(tx *db.Tx, by string, e Entry, asks []Ask) error {
	org, err := s.Orgs.OrgTx(tx, e.Org)
	if err != nil {
		return err
	}
	old, err := docs[Ask](tx.Query(sqlEntryAsks, int64(e.ID)))
	if err != nil {
		return err
	}
	stays := map[string]bool{}
	for _, o := range old {
		for _, a := range asks {
			if o.Code == a.Code && o.Key == a.Key && o.Value == a.Value {
				stays[string(o.Code)+o.Key+o.Value] = true
			}
		}
	}
	now := db.At(tx.Now())
	if len(stays) < len(old) {
		if err := s.settleAsks(tx, by, e.ID, stays, now); err != nil {
			return err
		}
	}
	for _, a := range asks {
		if stays[string(a.Code)+a.Key+a.Value] {
			continue
		}
		a.Record = e.Ref
		if _, err := tx.Exec(sqlInsertQuestion, int64(e.ID), nil, int64(e.Org), org.Place, string(a.Code), a.Blocks, db.AsJSON(a), by, now); err != nil {
			return err
		}
	}
	return nil
}

// settleAsks closes the open questions of an entry that its new words answer.
func (s *Store) settleAsks(tx *db.Tx, by string, id EntryID, stays map[string]bool, now db.Time) error {
	rows, err := tx.Query(sqlEntryQuestions, int64(id))
	if err != nil {
		return err
	}
	defer rows.Close()
	var gone []int64
	for rows.Next() {
		var q int64
		var d db.JSON[Ask]
		if err := rows.Scan(&q, &d); err != nil {
			return err
		}
		if !stays[string(d.V.Code)+d.V.Key+d.V.Value] {
			gone = append(gone, q)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, q := range gone {
		if _, err := tx.Exec(sqlSettleQuestion, q, by, now); err != nil {
			return err
		}
	}
	return nil
}

// EntryAsk is an open question of an entry with its number.
type EntryAsk struct {
	ID int64
	Ask
}

// EntryAsks are the open questions of an entry, the oldest first.
func (s *Store) EntryAsks(ctx context.Context, v Viewer, id EntryID) (all []EntryAsk, err error) {
	defer fault.Wrap(&err, "market.EntryAsks(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		if _, err := entryByID(tx, v, id); err != nil {
			return err
		}
		rows, err := tx.Query(sqlEntryQuestions, int64(id))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var q EntryAsk
			var d db.JSON[Ask]
			if err := rows.Scan(&q.ID, &d); err != nil {
				return err
			}
			q.Ask = d.V
			all = append(all, q)
		}
		return rows.Err()
	})
	return all, err
}

// FindOrgs finds whom a telephone number or a name belongs to: those with the number, else
// those with the words. most bounds the answer.
func (s *Store) FindOrgs(ctx context.Context, v Viewer, words string, most int) (list []registry.Org, err error) {
	f := registry.Filter{Text: words, Size: most, Viewer: registry.Viewer{Sight: v.Sight, Own: v.Org}}
	if phones := registry.ParsePhones(words); len(phones) > 0 {
		f.Text = phones[0]
	}
	list, _, err = s.Orgs.Orgs(ctx, f)
	return list, err
}

// LastCall is when an organisation was called last; zero when never.
func (s *Store) LastCall(ctx context.Context, org registry.OrgID) (at time.Time, err error) {
	defer fault.Wrap(&err, "market.LastCall(%d)", org)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var t db.Time
		err := tx.QueryRow(sqlLastCall, int64(org)).Scan(&t)
		at = t.Time
		return err
	})
	return at, err
}

// OrgGoods are the commodities that an organisation has offered or asked for, the latest
// first.
func (s *Store) OrgGoods(ctx context.Context, side Side, org registry.OrgID, most int) (codes []string, err error) {
	defer fault.Wrap(&err, "market.OrgGoods(%d)", org)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		codes, err = texts(tx.Query(sqlOrgGoods, int64(org), string(side), most))
		return err
	})
	return codes, err
}

// Twins are the open entries of an organisation that an entry may be the same as: the same
// goods on overlapping days.
func (s *Store) Twins(ctx context.Context, v Viewer, e *Entry) (list []Entry, err error) {
	if e.Org == 0 {
		return nil, nil
	}
	days := e.Days()
	all, _, err := s.Entries(ctx, EntryFilter{Side: e.Side, Viewer: v, State: EntryOpen, Org: e.Org, Commodity: e.Commodity(), Over: calendar.Period{From: days.From, To: days.To}, Sort: "id"})
	for i := range all {
		if all[i].ID != e.ID {
			list = append(list, all[i])
		}
	}
	return list, err
}

const sqlEntryAsks = `select doc from market_question where entry_id = $1 and state = 'open' order by id`

const sqlEntryQuestions = `select id, doc from market_question where entry_id = $1 and state = 'open' order by blocks desc, id`

const sqlSettleQuestion = `update market_question set state = 'answered', answer = 'edited', answered_by = $2, answered_at = $3, row_version = row_version + 1
 where id = $1 and state = 'open'`

const sqlLastCall = `select max(called_at) from market_call where org_id = $1 and undone_at is null`

const sqlOrgGoods = `select commodity from (
 select x.commodity, max(x.updated_at) as latest from market_entry x where x.org_id = $1 and x.side = $2 group by x.commodity) g
 order by g.latest desc, g.commodity limit $3`
