package market

import (
	"context"
	"slices"
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
	q, err := entriesAfter(&f, &k)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all = make([]Entry, 0, min(k.Most, 500))
		rows, err := tx.Query(q.text.String(), q.args...)
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

// afterTexts say by order what comes behind a row, and in which order.
var afterTexts = map[string][2]string{
	"id": {` and x.id > $_`, ` order by x.id`}, "-id": {` and x.id < $_`, ` order by x.id desc`},
	"updated":  {` and (x.updated_at, x.id) > ($_, $_)`, ` order by x.updated_at, x.id`},
	"-updated": {` and (x.updated_at, x.id) < ($_, $_)`, ` order by x.updated_at desc, x.id desc`},
	"grams":    {` and (x.grams, x.id) > ($_, $_)`, ` order by x.grams, x.id`},
	"-grams":   {` and (x.grams, x.id) < ($_, $_)`, ` order by x.grams desc, x.id desc`},
	"from":     {` and (x.day_from, x.id) > ($_, $_)`, ` order by x.day_from, x.id`},
	"-from":    {` and (x.day_from, x.id) < ($_, $_)`, ` order by x.day_from desc, x.id desc`},
}

// entriesAfter is a list of entryList's kind that goes on behind a row.
func entriesAfter(f *EntryFilter, k *EntryKey) (*entryQuery, error) {
	order := k.Sort
	if !slices.Contains(EntryKeys, order) {
		order = "id"
	}
	after := []any{k.After, int64(k.AfterID)}
	switch order {
	case "id":
		after = after[1:]
	case "grams":
		n, err := strconv.ParseInt(k.After, 10, 64)
		if err != nil && k.AfterID != 0 {
			return nil, fault.New(fault.Invalid, "market.fault.no_entry").Because(err)
		}
		after[0] = n
	}
	if k.Desc {
		order = "-" + order
	}
	behind, sort := afterTexts[order][0], afterTexts[order][1]
	q := &entryQuery{}
	q.add(`select ` + entryCols + ` from (select x.id`)
	q.from(f)
	if !k.Since.IsZero() {
		q.add(entryByChange, db.At(k.Since))
	}
	if k.AfterID != 0 {
		q.add(behind, after...)
	}
	q.add(sort)
	q.add(` limit $_) h cross join market_entry x where x.id = h.id`, k.Most)
	q.add(sort)
	return q, nil
}
