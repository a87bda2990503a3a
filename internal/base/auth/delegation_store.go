package auth

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
)

const sqlInsertDelegation = `
insert into auth_delegation (from_account, to_account, role, first_day, last_day, reason, made_by, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning id`

func insertDelegation(tx *db.Tx, by string, n NewDelegation, r Role) (id int64, err error) {
	err = tx.QueryRow(sqlInsertDelegation, n.From, n.To, string(r), n.First, n.Last, n.Reason, by, db.At(tx.Now())).Scan(&id)
	return id, err
}

const sqlLendsBetween = `
select count(*) from auth_delegation
 where from_account = $1 and ended_at is null and first_day <= $3 and last_day >= $2`

func lendsBetween(tx *db.Tx, from int64, first, last calendar.Day) (n int64, err error) {
	err = tx.QueryRow(sqlLendsBetween, from, first, last).Scan(&n)
	return n, err
}

// The columns of scanDelegation, in its order.
const (
	sqlDelegationsOf = `
select d.id, d.from_account, d.to_account, f.name, t.name, d.role, d.first_day, d.last_day, d.reason, d.made_by, d.made_at, coalesce(d.ended_by, ''), d.ended_at
  from auth_delegation d
  join account f on f.id = d.from_account
  join account t on t.id = d.to_account
 where cast($1 as bigint) = 0 or d.from_account = $1 or d.to_account = $1
 order by d.id desc limit 200`
	sqlDelegationByID = `
select d.id, d.from_account, d.to_account, f.name, t.name, d.role, d.first_day, d.last_day, d.reason, d.made_by, d.made_at, coalesce(d.ended_by, ''), d.ended_at
  from auth_delegation d
  join account f on f.id = d.from_account
  join account t on t.id = d.to_account
 where d.id = $1`
)

func scanDelegation(row scanner) (d Delegation, err error) {
	var role string
	var at, ended db.Time
	err = row.Scan(&d.ID, &d.From, &d.To, &d.FromName, &d.ToName, &role, &d.First, &d.Last, &d.Reason, &d.By, &at, &d.EndedBy, &ended)
	d.Role, d.At, d.EndedAt = Role(role), at.Time, ended.Time
	return d, err
}

func delegationsOf(tx *db.Tx, account int64) (out []Delegation, err error) {
	rows, err := tx.Query(sqlDelegationsOf, account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d, err := scanDelegation(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func delegationByID(tx *db.Tx, id int64) (Delegation, error) {
	d, err := scanDelegation(tx.QueryRow(sqlDelegationByID, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Delegation{}, errNoDelegation
	}
	return d, err
}

const sqlEndDelegation = `update auth_delegation set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null`

func endDelegation(tx *db.Tx, by string, id int64) error {
	_, err := tx.Exec(sqlEndDelegation, id, by, db.At(tx.Now()))
	return err
}

const sqlEndDelegationsOf = `
update auth_delegation set ended_by = $2, ended_at = $3
 where (from_account = $1 or to_account = $1) and ended_at is null and last_day >= $4`

// endDelegationsOf ends what an account lent or was lent, when it is shut or gets another role.
func endDelegationsOf(tx *db.Tx, by string, account int64) error {
	_, err := tx.Exec(sqlEndDelegationsOf, account, by, db.At(tx.Now()), Today(tx.Now()))
	return err
}
