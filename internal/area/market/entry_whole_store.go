package market

import (
	"context"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// What a list says of the book as a whole: how much stands in it, of which goods, where.
// Everybody with the same sight is told the same, so it is remembered until something is
// written.

// wholeBook remembers it; the zero value is ready.
type wholeBook struct {
	books db.Kept[wholeKey, WholeBook]
	plans db.Kept[int, []Stored]
}

type wholeKey struct {
	side  Side
	sight auth.Sight
	org   int64
}

// WholeBook is what stands open in the book of a side, as far as a viewer sees.
type WholeBook struct {
	All              Counted
	Goods, Districts []string // those that have entries, in order; not to be changed
}

// Whole is the book of a side as a viewer sees it.
func (s *Store) Whole(ctx context.Context, v Viewer, side Side) (w WholeBook, err error) {
	defer fault.Wrap(&err, "market.Whole(%s)", side)
	return s.whole.books.Get(s.DB, wholeKey{side, v.Sight, int64(v.Org)}, func() (w WholeBook, err error) {
		err = s.DB.Read(ctx, func(tx *db.Tx) error {
			w, err = s.wholeTx(tx, v, side)
			return err
		})
		return w, err
	})
}

func (s *Store) wholeTx(tx *db.Tx, v Viewer, side Side) (w WholeBook, err error) {
	q := entryCount(&EntryFilter{Side: side, Viewer: v, State: EntryOpen})
	if err := tx.QueryRow(q.text.String(), q.args...).Scan(&w.All.Rows, &w.All.Grams); err != nil {
		return w, err
	}
	goods, districts := sqlBookGoods, sqlBookDistricts
	args := []any{string(side), v.Sight.Account, v.Sight.Day}
	if v.Org != 0 {
		goods, districts = sqlOwnGoods, sqlOwnDistricts
		args = append(args, int64(v.Org))
	}
	if w.Goods, err = texts(tx.Query(goods, args...)); err != nil {
		return w, err
	}
	key := map[string]string{}
	for _, code := range w.Goods {
		key[code] = text.SortKey(s.goodsName(code))
	}
	slices.SortFunc(w.Goods, func(a, b string) int { return strings.Compare(key[a]+a, key[b]+b) })
	w.Districts, err = texts(tx.Query(districts, args...))
	return w, err
}

// EntryChoices are the commodities and districts of a side's open entries, for filters.
func (s *Store) EntryChoices(ctx context.Context, v Viewer, side Side) (goods, districts []string, err error) {
	w, err := s.Whole(ctx, v, side)
	return w.Goods, w.Districts, err
}

// The goods and districts that have entries are found by jumping through an index from one
// to the next, and kept when one entry of theirs is seen.
const (
	sqlBookGoods = `with recursive g (c) as (
 select min(e.commodity) from market_entry e where e.side = $1 and e.state = 'open'
 union all select (select min(e.commodity) from market_entry e where e.side = $1 and e.state = 'open' and e.commodity > g.c) from g where g.c is not null)
 select g.c from g where g.c is not null and (cast($2 as bigint) = 0 or exists (select 1 from market_entry x where x.side = $1 and x.state = 'open' and x.commodity = g.c
 and exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key) and s.valid_from <= $3 and s.valid_to >= $3)))`

	sqlBookDistricts = `with recursive g (c) as (
 select min(e.district) from market_entry e where e.side = $1 and e.state = 'open'
 union all select (select min(e.district) from market_entry e where e.side = $1 and e.state = 'open' and e.district > g.c) from g where g.c is not null)
 select g.c from g where g.c is not null and (cast($2 as bigint) = 0 or exists (select 1 from market_entry x where x.side = $1 and x.state = 'open' and x.district = g.c
 and exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key) and s.valid_from <= $3 and s.valid_to >= $3))) order by g.c`

	sqlOwnGoods = `select distinct x.commodity from market_entry x where x.side = $1 and x.state = 'open'
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key) and s.valid_from <= $3 and s.valid_to >= $3))
 and x.org_id = $4`

	sqlOwnDistricts = `select distinct x.district from market_entry x where x.side = $1 and x.state = 'open'
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key) and s.valid_from <= $3 and s.valid_to >= $3))
 and x.org_id = $4 order by x.district`
)
