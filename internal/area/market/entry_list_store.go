package market

import (
	"context"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Entries lists the entries that a filter holds and counts those of all pages.
func (s *Store) Entries(ctx context.Context, f EntryFilter) (all []Entry, n Counted, err error) {
	defer fault.Wrap(&err, "market.Entries(%s)", f.Side)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, n, err = entriesTx(tx, f)
		return err
	})
	return all, n, err
}

func entriesTx(tx *db.Tx, f EntryFilter) (all []Entry, n Counted, err error) {
	q := entryCount(&f)
	if err := tx.QueryRow(q.text.String(), q.args...).Scan(&n.Rows, &n.Grams); err != nil || n.Rows == 0 {
		return nil, n, err
	}
	q = entryList(&f)
	rows, err := tx.Query(q.text.String(), q.args...)
	if err != nil {
		return nil, n, err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, n, err
		}
		all = append(all, e)
	}
	return all, n, rows.Err()
}

// EntriesToCall is Entries with whom one calls about each.
func (s *Store) EntriesToCall(ctx context.Context, f EntryFilter) (all []Entry, who []Contact, n Counted, err error) {
	defer fault.Wrap(&err, "market.EntriesToCall(%s)", f.Side)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, who = nil, nil
		q := entryCount(&f)
		if err := tx.QueryRow(q.text.String(), q.args...).Scan(&n.Rows, &n.Grams); err != nil || n.Rows == 0 {
			return err
		}
		q = entryPeopleList(&f)
		rows, err := tx.Query(q.text.String(), q.args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c Contact
			var phone, others string
			e, err := scanEntry(rowsAnd{rows, []any{&c.Name, &phone, &others}})
			if err != nil {
				return err
			}
			if phone != "" {
				c.Phones = append(c.Phones, phone)
			}
			c.Phones = append(c.Phones, strings.Fields(others)...)
			all, who = append(all, e), append(who, c)
		}
		return rows.Err()
	})
	return all, who, n, err
}

// rowsAnd scans further columns behind those of a scan function.
type rowsAnd struct {
	rowScan
	more []any
}

func (r rowsAnd) Scan(to ...any) error { return r.rowScan.Scan(append(to, r.more...)...) }

// Entry is one entry that the viewer may see; fault.NotFound otherwise.
func (s *Store) Entry(ctx context.Context, v Viewer, id EntryID) (e Entry, err error) {
	defer fault.Wrap(&err, "market.Entry(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		e, err = entryByID(tx, v, id)
		return err
	})
	return e, err
}
