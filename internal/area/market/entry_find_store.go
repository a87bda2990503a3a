package market

import (
	"context"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/search"
)

// entryDocVersion changes when entryDoc makes another document of the same entry.
const entryDocVersion = "1"

// entryDoc is what an entry is found by: its reference, its goods, whose it is, where.
func (s *Store) entryDoc(e *Entry) search.Doc {
	c, _ := s.Catalog.ByCode(e.Commodity())
	return search.Doc{
		Kind: string(e.Side), ID: strconv.FormatInt(int64(e.ID), 10), Title: c.NameVI + " · " + e.Party, Sub: e.Ref + " · " + e.Grams().Tonnes() + " · " + s.Atlas.Label(e.Place()),
		Href: entryHref(e.Side, e.ID), Words: []string{c.NameEN, e.Note()}, Marks: []string{e.Ref}, Place: e.Place(), Org: int64(e.Org), Weight: 2,
	}
}

func entryHref(side Side, id EntryID) string {
	return "/" + string(side) + "s/" + strconv.FormatInt(int64(id), 10)
}

// findable keeps what the search knows of an entry in step with it: only open ones are found.
func (s *Store) findable(tx *db.Tx, e *Entry) error {
	if e.State != EntryOpen {
		return search.Drop(tx, string(e.Side), strconv.FormatInt(int64(e.ID), 10))
	}
	return search.Put(tx, s.entryDoc(e))
}

// SearchSources write the documents of all open offers and of all open demands.
func (s *Store) SearchSources() []search.Source {
	source := func(side Side) search.Source {
		return search.Source{Kind: string(side), Version: entryDocVersion, Page: func(tx *db.Tx, after string, most int) ([]search.Doc, string, error) {
			last, _ := strconv.ParseInt(after, 10, 64)
			rows, err := tx.Query(sqlEntryPage, string(side), last, most)
			if err != nil {
				return nil, "", err
			}
			defer rows.Close()
			var docs []search.Doc
			next := ""
			for rows.Next() {
				e, err := scanEntry(rows)
				if err != nil {
					return nil, "", err
				}
				docs = append(docs, s.entryDoc(&e))
				next = strconv.FormatInt(int64(e.ID), 10)
			}
			if len(docs) < most {
				next = ""
			}
			return docs, next, rows.Err()
		}}
	}
	return []search.Source{source(SideOffer), source(SideDemand)}
}

// EntryTrail is what happened to an entry, oldest first.
func (s *Store) EntryTrail(ctx context.Context, v Viewer, id EntryID) (all []audit.Entry, err error) {
	defer fault.Wrap(&err, "market.EntryTrail(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := entryByID(tx, v, id); err != nil {
			return err
		}
		all, err = audit.For(tx, EntryObject(id))
		return err
	})
	return all, err
}

// EntryPhotos are the files kept beside an entry.
func (s *Store) EntryPhotos(ctx context.Context, v Viewer, id EntryID) (all []blob.Info, err error) {
	defer fault.Wrap(&err, "market.EntryPhotos(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := entryByID(tx, v, id); err != nil {
			return err
		}
		all, err = blob.OfTx(tx, EntryObject(id))
		return err
	})
	return all, err
}

// EntryDeed is something a person does to an entry by one button.
type EntryDeed struct {
	ID      EntryID
	Side    Side
	Version int64
	Why     ClosedWhy // of a closing
	Alive   time.Time // put back to: an undo
}

// CloseEntry, OpenEntry and SayAlive do one deed and tell how the entry stood before; ok is
// false when it moved on since Version.
func (s *Store) CloseEntry(ctx context.Context, claim Claim, by string, v Viewer, d EntryDeed) (was Entry, ok bool, err error) {
	return s.deed(ctx, claim, v, d, func(tx *db.Tx) (bool, error) { return s.CloseEntryTx(tx, by, v, d.ID, d.Version, d.Why) })
}

// OpenEntry puts a closed entry back.
func (s *Store) OpenEntry(ctx context.Context, claim Claim, by string, v Viewer, d EntryDeed) (was Entry, ok bool, err error) {
	return s.deed(ctx, claim, v, d, func(tx *db.Tx) (bool, error) { return s.ReopenEntryTx(tx, by, v, d.ID, d.Version) })
}

// SayAlive notes that the party said that the entry stands; with d.Alive it takes that back.
func (s *Store) SayAlive(ctx context.Context, claim Claim, by string, v Viewer, d EntryDeed) (was Entry, ok bool, err error) {
	return s.deed(ctx, claim, v, d, func(tx *db.Tx) (bool, error) {
		if d.Alive.IsZero() {
			return true, s.AliveEntryTx(tx, by, v, d.ID)
		}
		if _, err := tx.Exec(sqlEntryAliveBack, int64(d.ID), db.At(d.Alive), db.At(tx.Now()), by); err != nil {
			return false, err
		}
		if err := s.emitEntry(tx, hook.EntryChanged, d.ID); err != nil {
			return false, err
		}
		return true, audit.Note(tx, audit.Entry{Actor: by, Action: "entry.alive_back", Object: EntryObject(d.ID), After: map[string]any{"alive_at": db.At(d.Alive)}})
	})
}

func (s *Store) deed(ctx context.Context, claim Claim, v Viewer, d EntryDeed, do func(*db.Tx) (bool, error)) (was Entry, ok bool, err error) {
	defer fault.Wrap(&err, "market.deed(%d)", d.ID)
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		if was, err = entryByID(tx, v, d.ID); err != nil {
			return err
		}
		if was.Side != d.Side {
			return noEntry(db.ErrNone)
		}
		if ok = was.Version == d.Version; !ok {
			return nil
		}
		if err := claim.claimTx(tx); err != nil {
			return err
		}
		ok, err = do(tx)
		return err
	})
	return was, ok && err == nil, err
}

const sqlEntryPage = `select ` + entryCols + ` from market_entry x where x.side = $1 and x.id > $2 and x.state = 'open' order by x.id limit $3`

const sqlEntryAliveBack = `update market_entry set alive_at = $2, updated_at = $3, updated_by = $4, row_version = row_version + 1 where id = $1`
