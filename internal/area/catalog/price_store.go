package catalog

import (
	"context"
	"fmt"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Store is the dated prices and parameters that officers enter.
type Store struct {
	DB      *db.DB
	Catalog *Catalog
}

// Prices lists the prices read of a commodity, newest first.
func (s *Store) Prices(ctx context.Context, commodity string) (list []Price, err error) {
	defer fault.Wrap(&err, "catalog.Prices(%s)", commodity)
	return s.prices(ctx, sqlPricesOf, commodity)
}

// PricesOn lists the prices of all commodities that may count on a day, for RefOn.
func (s *Store) PricesOn(ctx context.Context, on calendar.Day) (list []Price, err error) {
	defer fault.Wrap(&err, "catalog.PricesOn(%v)", on)
	return s.prices(ctx, sqlPricesBetween, on-maxAge, on)
}

// AddPrice checks and inserts a price.
func (s *Store) AddPrice(ctx context.Context, by string, p Price) (id int64, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = s.AddPriceTx(tx, by, p)
		return err
	})
	return id, err
}

// AddPriceTx is AddPrice inside a transaction of the caller.
func (s *Store) AddPriceTx(tx *db.Tx, by string, p Price) (id int64, err error) {
	defer fault.Wrap(&err, "catalog.AddPrice(%s)", p.Commodity)
	if err := p.Check(s.Catalog); err != nil {
		return 0, err
	}
	err = tx.QueryRow(sqlInsertPrice, p.Commodity, p.Market, string(p.Basis), p.Day, int64(p.Low), int64(p.High),
		p.Unit, p.Source, p.Confidence, by, db.At(tx.Now())).Scan(&id)
	if err != nil {
		return 0, err
	}
	return id, audit.Note(tx, audit.Entry{Actor: by, Action: "price.add", Object: "catalog:" + p.Commodity, After: p})
}

// Params lists the parameters that officers entered, by key and first day.
func (s *Store) Params(ctx context.Context) (list []Param, err error) {
	defer fault.Wrap(&err, "catalog.Params")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(sqlParams)
		if err != nil {
			return err
		}
		defer rows.Close()
		list = nil
		for rows.Next() {
			var p Param
			if err := rows.Scan(&p.ID, &p.Key, &p.Scope, &p.Value, &p.Unit, &p.From, &p.To, &p.Source, &p.Confidence); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// AddParam inserts a parameter; an earlier one of the same key and scope is not touched,
// the later beginning goes before it.
func (s *Store) AddParam(ctx context.Context, by string, p Param) (id int64, err error) {
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		id, err = s.AddParamTx(tx, by, p)
		return err
	})
	return id, err
}

// AddParamTx is AddParam inside a transaction of the caller.
func (s *Store) AddParamTx(tx *db.Tx, by string, p Param) (id int64, err error) {
	defer fault.Wrap(&err, "catalog.AddParam(%s)", p.Key)
	if p.Key == "" || p.From == 0 || p.Source == "" || p.Value < 0 || p.To != 0 && p.To < p.From {
		return 0, fault.New(fault.Invalid, "catalog.fault.param")
	}
	err = tx.QueryRow(sqlInsertParam, p.Key, p.Scope, p.Value, p.Unit, p.From, p.To, p.Source, p.Confidence, by, db.At(tx.Now())).Scan(&id)
	if err != nil {
		return 0, err
	}
	return id, audit.Note(tx, audit.Entry{Actor: by, Action: "param.add", Object: fmt.Sprintf("catalog_param:%d", id), After: p})
}

const sqlPricesOf = `select id, commodity, market, basis, day, low, high, unit, source, confidence, noted_by, noted_at
 from catalog_price where commodity = $1 order by day desc, id desc limit 200`

const sqlPricesBetween = `select id, commodity, market, basis, day, low, high, unit, source, confidence, noted_by, noted_at
 from catalog_price where day > $1 and day <= $2 order by commodity, day desc, id desc`

const sqlInsertPrice = `insert into catalog_price (commodity, market, basis, day, low, high, unit, source, confidence, noted_by, noted_at)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`

const sqlParams = `select id, key, scope, value, unit, valid_from, valid_to, source, confidence
 from catalog_param order by key, scope, valid_from, id`

const sqlInsertParam = `insert into catalog_param (key, scope, value, unit, valid_from, valid_to, source, confidence, noted_by, noted_at)
 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`

func (s *Store) prices(ctx context.Context, query string, args ...any) (list []Price, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		list = nil
		for rows.Next() {
			var p Price
			var at db.Time
			if err := rows.Scan(&p.ID, &p.Commodity, &p.Market, &p.Basis, &p.Day, &p.Low, &p.High, &p.Unit, &p.Source, &p.Confidence, &p.By, &at); err != nil {
				return err
			}
			p.At = at.Time
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}
