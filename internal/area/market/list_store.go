package market

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/text"
)

// whereList is a filter in SQL, the same for offers and demands. Words are folded and
// hold no wildcards. $7 = 0 is every organisation.
const whereList = ` where round_id = $1 and find like $2 and find like $3 and find like $4
 and (cast($5 as text) = '' or commodity = $5)
 and (cast($6 as text) = '' or district = $6)
 and (cast($7 as bigint) = 0 or org_id = $7)
 and (cast($8 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $8 and s.under = place_key and s.valid_from <= $9 and s.valid_to >= $9))`

const orderList = ` order by
 case when $10 = 'party' then party_sort end, case when $10 = '-party' then party_sort end desc,
 case when $10 = 'goods' then goods_sort end, case when $10 = '-goods' then goods_sort end desc,
 case when $10 = 'place' then province || ' ' || district end, case when $10 = '-place' then province || ' ' || district end desc,
 case when $10 = 'grams' then grams end, case when $10 = '-grams' then grams end desc,
 case when $10 = 'from' then day_from end, case when $10 = '-from' then day_from end desc,
 case when $10 = '-id' then id end desc, id
 limit $11 offset $12`

const listCols = `org_id, party_name, district, province, doc,
 (select p.doc from market_party p where p.round_id = x.round_id and p.id = x.party_id)`

const sqlOffers = `select ` + listCols + ` from market_offer x` + whereList + orderList

const sqlCountOffers = `select count(*), cast(coalesce(sum(grams), 0) as bigint) from market_offer` + whereList

const sqlDemands = `select ` + listCols + ` from market_demand x` + whereList + orderList

const sqlCountDemands = `select count(*), cast(coalesce(sum(grams), 0) as bigint) from market_demand` + whereList

const recordSight = ` and (cast($3 as bigint) = 0 or exists (select 1 from auth_sight s where s.account_id = $3
  and s.under = x.place_key and s.valid_from <= $4 and s.valid_to >= $4))`

const sqlOfferByID = `select ` + listCols + ` from market_offer x where round_id = $1 and id = $2` + recordSight

const sqlDemandByID = `select ` + listCols + ` from market_demand x where round_id = $1 and id = $2` + recordSight

const sqlOfferGoods = `select commodity from market_offer where round_id = $1 group by commodity, goods_sort order by goods_sort, commodity`

const sqlDemandGoods = `select commodity from market_demand where round_id = $1 group by commodity, goods_sort order by goods_sort, commodity`

const sqlPartyByID = `select doc from market_party where round_id = $1 and id = $2`

const sqlOfferDistricts = `select distinct district from market_offer where round_id = $1 order by district`

const sqlDemandDistricts = `select distinct district from market_demand where round_id = $1 order by district`

// Counted is how many rows a filter holds on all pages, and their weight.
type Counted struct {
	Rows  int
	Grams int64
}

func (f ListFilter) args() []any {
	words := strings.Fields(text.Fold(f.Text))
	if len(words) > 3 {
		words = append(words[:2:2], strings.Join(words[2:], " "))
	}
	a := []any{int64(f.Round)}
	for i := range 3 {
		w := ""
		if i < len(words) {
			w = words[i]
		}
		a = append(a, "%"+w+"%")
	}
	return append(a, f.Commodity, f.District, f.Org, f.Sight.Account, f.Sight.Day)
}

func (f ListFilter) page() []any {
	order := f.Sort
	if !slices.Contains(ListSorts, order) {
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

type rowScan interface{ Scan(...any) error }

func scanOfferRow(r rowScan) (x OfferRow, err error) {
	var d db.JSON[Offer]
	var who db.JSON[Party]
	err = r.Scan(&x.Org, &x.PartyName, &x.District, &x.Province, &d, &who)
	x.Offer, x.Who = d.V, who.V
	return x, err
}

func scanDemandRow(r rowScan) (x DemandRow, err error) {
	var d db.JSON[Demand]
	var who db.JSON[Party]
	err = r.Scan(&x.Org, &x.PartyName, &x.District, &x.Province, &d, &who)
	x.Demand, x.Who = d.V, who.V
	return x, err
}

func list[T any](tx *db.Tx, rows, count string, f ListFilter, scan func(rowScan) (T, error)) (all []T, n Counted, err error) {
	if err := tx.QueryRow(count, f.args()...).Scan(&n.Rows, &n.Grams); err != nil {
		return nil, n, err
	}
	rs, err := tx.Query(rows, append(f.args(), f.page()...)...)
	if err != nil {
		return nil, n, err
	}
	defer rs.Close()
	for rs.Next() {
		x, err := scan(rs)
		if err != nil {
			return nil, n, err
		}
		all = append(all, x)
	}
	return all, n, rs.Err()
}

// Offers lists the offers that a filter holds and counts those of all pages.
func (s *Store) Offers(ctx context.Context, f ListFilter) (all []OfferRow, n Counted, err error) {
	defer fault.Wrap(&err, "market.Offers(%+v)", f)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, n, err = list(tx, sqlOffers, sqlCountOffers, f, scanOfferRow)
		return err
	})
	return all, n, err
}

// Demands lists the demands that a filter holds and counts those of all pages.
func (s *Store) Demands(ctx context.Context, f ListFilter) (all []DemandRow, n Counted, err error) {
	defer fault.Wrap(&err, "market.Demands(%+v)", f)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, n, err = list(tx, sqlDemands, sqlCountDemands, f, scanDemandRow)
		return err
	})
	return all, n, err
}

// OfferByID is one offer; fault.NotFound when there is none.
func (s *Store) OfferByID(ctx context.Context, sight auth.Sight, round RoundID, id string) (x OfferRow, err error) {
	defer fault.Wrap(&err, "market.OfferByID(%d, %s)", round, id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err = scanOfferRow(tx.QueryRow(sqlOfferByID, int64(round), id, sight.Account, sight.Day))
		return noRecord(err)
	})
	return x, err
}

// DemandByID is one demand; fault.NotFound when there is none.
func (s *Store) DemandByID(ctx context.Context, sight auth.Sight, round RoundID, id string) (x DemandRow, err error) {
	defer fault.Wrap(&err, "market.DemandByID(%d, %s)", round, id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err = scanDemandRow(tx.QueryRow(sqlDemandByID, int64(round), id, sight.Account, sight.Day))
		return noRecord(err)
	})
	return x, err
}

func noRecord(err error) error {
	if errors.Is(err, db.ErrNone) {
		return fault.New(fault.NotFound, "market.fault.no_record")
	}
	return err
}

// Districts lists where a round's offers (or demands) are, for a filter's choices.
func (s *Store) Districts(ctx context.Context, round RoundID, demands bool) (names []string, err error) {
	defer fault.Wrap(&err, "market.Districts(%d)", round)
	query := sqlOfferDistricts
	if demands {
		query = sqlDemandDistricts
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		names, err = texts(tx.Query(query, int64(round)))
		return err
	})
	return names, err
}

// Goods lists the commodities of a round's offers (or demands), for a filter's choices.
func (s *Store) Goods(ctx context.Context, round RoundID, demands bool) (codes []string, err error) {
	defer fault.Wrap(&err, "market.Goods(%d)", round)
	query := sqlOfferGoods
	if demands {
		query = sqlDemandGoods
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		codes, err = texts(tx.Query(query, int64(round)))
		return err
	})
	return codes, err
}

// PartyByID is a party of a round; fault.NotFound when there is none.
func (s *Store) PartyByID(ctx context.Context, round RoundID, id string) (x Party, err error) {
	defer fault.Wrap(&err, "market.PartyByID(%d, %s)", round, id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var d db.JSON[Party]
		err := tx.QueryRow(sqlPartyByID, int64(round), id).Scan(&d)
		x = d.V
		return noRecord(err)
	})
	return x, err
}

func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
