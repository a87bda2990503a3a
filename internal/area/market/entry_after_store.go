package market

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Lists that go on after a row, for programs that read all of a long list: pages that are
// counted from the top shift when somebody adds a row meanwhile.

// EntryKeys are the orders of such a list; ties go by id.
var EntryKeys = []string{"id", "updated", "grams", "from"}

// EntryKey is where a list goes on. The zero After is the beginning.
type EntryKey struct {
	Sort    string // one of EntryKeys
	Desc    bool
	After   string // key of the last row, as entryKeyOf writes it
	AfterID EntryID
	Since   time.Time // changed at that moment or later
	Most    int
}

// entryKeyOf is an entry's key in an order.
func entryKeyOf(e *Entry, sort string) string {
	switch sort {
	case "updated", "-updated":
		s, _ := db.At(e.UpdatedAt).Value()
		t, _ := s.(string)
		return t
	case "grams", "-grams":
		return strconv.FormatInt(int64(e.Grams()), 10)
	case "from", "-from":
		return e.Days().From.String()
	}
	return strconv.FormatInt(int64(e.ID), 10)
}

// EntriesAfter lists up to Most entries that a filter holds; its Sort, Page and Size do
// not count.
func (s *Store) EntriesAfter(ctx context.Context, f EntryFilter, k EntryKey) (all []Entry, err error) {
	defer fault.Wrap(&err, "market.EntriesAfter(%s, %s)", f.Side, k.Sort)
	query, after := sqlEntriesByID, any(int64(0))
	first := k.AfterID == 0
	if k.Desc && first {
		k.AfterID = math.MaxInt64
	}
	switch k.Sort {
	case "updated":
		query, after = sqlEntriesByUpdated, any(k.After)
		if k.Desc {
			query = sqlEntriesByUpdatedDesc
			if first {
				after = "~"
			}
		}
	case "grams":
		n, err := strconv.ParseInt(k.After, 10, 64)
		if err != nil && !first {
			return nil, fault.New(fault.Invalid, "market.fault.no_entry").Because(err)
		}
		query, after = sqlEntriesByGrams, any(n)
		if k.Desc {
			query = sqlEntriesByGramsDesc
			if first {
				after = int64(math.MaxInt64)
			}
		}
		if first && !k.Desc {
			after = int64(-1)
		}
	case "from":
		query, after = sqlEntriesByFrom, any(k.After)
		if k.Desc {
			query = sqlEntriesByFromDesc
			if first {
				after = "~"
			}
		}
	default:
		if k.Desc {
			query = sqlEntriesByIDDesc
		}
	}
	since := any("")
	if !k.Since.IsZero() {
		since = db.At(k.Since)
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		rows, err := tx.Query(query, append(f.args(), after, int64(k.AfterID), since, k.Most)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			e, err := scanEntry(rows)
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return rows.Err()
	})
	return all, err
}

const entriesAfter = `select ` + entryCols + ` from market_entry x` + whereEntries + `
 and (cast($20 as text) = '' or x.updated_at >= $20)`

const sqlEntriesByID = entriesAfter + ` and (cast($18 as bigint) = 0 and x.id > $19) order by x.id limit $21`

const sqlEntriesByIDDesc = entriesAfter + ` and (cast($18 as bigint) = 0 and x.id < $19) order by x.id desc limit $21`

const sqlEntriesByUpdated = entriesAfter + ` and (x.updated_at, x.id) > ($18, $19) order by x.updated_at, x.id limit $21`

const sqlEntriesByUpdatedDesc = entriesAfter + ` and (x.updated_at, x.id) < ($18, $19) order by x.updated_at desc, x.id desc limit $21`

const sqlEntriesByGrams = entriesAfter + ` and (x.grams, x.id) > ($18, $19) order by x.grams, x.id limit $21`

const sqlEntriesByGramsDesc = entriesAfter + ` and (x.grams, x.id) < ($18, $19) order by x.grams desc, x.id desc limit $21`

const sqlEntriesByFrom = entriesAfter + ` and (x.day_from, x.id) > ($18, $19) order by x.day_from, x.id limit $21`

const sqlEntriesByFromDesc = entriesAfter + ` and (x.day_from, x.id) < ($18, $19) order by x.day_from desc, x.id desc limit $21`
