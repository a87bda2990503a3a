package market

import (
	"context"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
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

const orderEntries = ` order by
 case when $18 = 'party' then x.party_sort end, case when $18 = '-party' then x.party_sort end desc,
 case when $18 = 'goods' then x.goods_sort end, case when $18 = '-goods' then x.goods_sort end desc,
 case when $18 = 'place' then x.province || ' ' || x.district end, case when $18 = '-place' then x.province || ' ' || x.district end desc,
 case when $18 = 'grams' then x.grams end, case when $18 = '-grams' then x.grams end desc,
 case when $18 = 'from' then x.day_from end, case when $18 = '-from' then x.day_from end desc,
 case when $18 = 'updated' then x.updated_at end, case when $18 = '-updated' then x.updated_at end desc,
 case when $18 = '-id' then x.id end desc, x.id
 limit $19 offset $20`

const sqlEntries = `select ` + entryCols + ` from market_entry x` + whereEntries + orderEntries

const sqlCountEntries = `select count(*), cast(coalesce(sum(x.grams), 0) as bigint) from market_entry x` + whereEntries

const sqlEntryGoods = `select x.commodity from market_entry x where x.side = $1 and x.state = 'open'
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $3 and s.valid_to >= $3))
 and (cast($4 as bigint) = 0 or x.org_id = $4)
 group by x.commodity, x.goods_sort order by x.goods_sort, x.commodity`

const sqlEntryDistricts = `select distinct x.district from market_entry x where x.side = $1 and x.state = 'open'
 and (cast($2 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $2 and s.under in (x.place_key, x.home_key)
  and s.valid_from <= $3 and s.valid_to >= $3))
 and (cast($4 as bigint) = 0 or x.org_id = $4)
 order by x.district`

func (f EntryFilter) args() []any {
	words := strings.Fields(text.Fold(f.Text))
	if len(words) > 3 {
		words = append(words[:2:2], strings.Join(words[2:], " "))
	}
	a := []any{string(f.Side)}
	for i := range 3 {
		w := ""
		if i < len(words) {
			w = words[i]
		}
		a = append(a, "%"+w+"%")
	}
	org := f.Org
	if f.Viewer.Org != 0 { // an organisation sees its own, whatever it asks for
		if org != 0 && org != f.Viewer.Org {
			org = -1
		} else {
			org = f.Viewer.Org
		}
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
	return append(a, string(f.State), f.Commodity, f.District, int64(org), string(f.Channel), from, to,
		f.Only, db.At(f.Now.Add(-StaleAfter)), calendar.DayOf(f.Now), f.Viewer.Sight.Account, f.Viewer.Sight.Day, since)
}

func (f EntryFilter) page() []any {
	order := f.Sort
	if !slices.Contains(EntrySorts, order) {
		order = "party"
	}
	if f.Desc {
		order = "-" + order
	}
	limit, offset := int64(1)<<40, int64(0)
	if f.Size > 0 {
		limit, offset = int64(f.Size), int64(max(f.Page, 1)-1)*int64(f.Size)
	}
	return []any{order, limit, offset}
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
	if err := tx.QueryRow(sqlCountEntries, f.args()...).Scan(&n.Rows, &n.Grams); err != nil {
		return nil, n, err
	}
	rows, err := tx.Query(sqlEntries, append(f.args(), f.page()...)...)
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

// Entry is one entry that the viewer may see; fault.NotFound otherwise.
func (s *Store) Entry(ctx context.Context, v Viewer, id EntryID) (e Entry, err error) {
	defer fault.Wrap(&err, "market.Entry(%d)", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		e, err = entryByID(tx, v, id)
		return err
	})
	return e, err
}

// EntryChoices are the commodities and districts of a side's open entries, for filters.
func (s *Store) EntryChoices(ctx context.Context, v Viewer, side Side) (goods, districts []string, err error) {
	defer fault.Wrap(&err, "market.EntryChoices(%s)", side)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		args := []any{string(side), v.Sight.Account, v.Sight.Day, int64(v.Org)}
		if goods, err = texts(tx.Query(sqlEntryGoods, args...)); err != nil {
			return err
		}
		districts, err = texts(tx.Query(sqlEntryDistricts, args...))
		return err
	})
	return goods, districts, err
}
