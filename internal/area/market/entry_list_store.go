package market

import (
	"context"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// whereEntries holds the entries of a side that a viewer may see and a filter chooses.
// Words are folded and hold no wildcards.
const whereEntries = ` where x.side = $1 and x.find like $2 and x.find like $3 and x.find like $4
 and (cast($5 as text) = '' or x.state = $5)
 and (cast($6 as text) = '' or x.commodity = $6)
 and (cast($7 as text) = '' or x.district = $7)
 and (cast($8 as bigint) = 0 or x.org_id = $8)
 and (cast($9 as text) = '' or x.channel = $9)
 and (cast($10 as text) = '' or x.day_to >= $10)
 and (cast($11 as text) = '' or x.day_from <= $11)
 and (cast($12 as text) = ''
  or ($12 = 'asks' and exists (select 1 from market_question q where q.entry_id = x.id and q.state = 'open'))
  or ($12 = 'blocking' and exists (select 1 from market_question q where q.entry_id = x.id and q.state = 'open' and q.blocks))
  or ($12 = 'stale' and x.state = 'open' and (x.alive_at <= $13 or x.good_until < $14)))
 and (cast($15 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $15 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $16 and s.valid_to >= $16))
 and (cast($17 as text) = '' or x.created_at >= $17)`

func (f EntryFilter) args() []any {
	words := f.words()
	a := []any{string(f.Side)}
	for i := range 3 {
		w := ""
		if i < len(words) {
			w = words[i]
		}
		a = append(a, "%"+w+"%")
	}
	from, to := "", ""
	if f.Over.From != 0 {
		from = f.Over.From.String()
	}
	if f.Over.To != 0 {
		to = f.Over.To.String()
	}
	since := any("")
	if !f.Since.IsZero() {
		since = db.At(f.Since)
	}
	return append(a, string(f.State), f.Commodity, f.District, f.org(), string(f.Channel), from, to,
		f.Only, db.At(f.Now.Add(-StaleAfter)), calendar.DayOf(f.Now), f.Viewer.Sight.Account, f.Viewer.Sight.Day, since)
}

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
