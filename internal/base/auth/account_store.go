package auth

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
)

const sqlInsertAccount = `
insert into account (login, name, role, org_id, password_hash, lang, created_at, find, sort_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (login) do nothing
returning id`

// insertAccount returns 0 if the login is taken.
func insertAccount(tx *db.Tx, n NewAccount, hash string) (id int64, err error) {
	org := sql.NullInt64{Int64: n.Org, Valid: n.Org != 0}
	err = tx.QueryRow(sqlInsertAccount, n.Login, n.Name, string(n.Role), org, hash, string(n.Lang), db.At(tx.Now()),
		findKey(n.Name+" "+n.Login), text.PersonSortKey(n.Name)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// The columns of scanAccount, in its order.
const (
	sqlAccountByLogin = `
select id, login, name, role, coalesce(org_id, 0), lang, disabled_at, created_at, password_hash, row_version
  from account where login = $1`
	sqlAccountByID = `
select id, login, name, role, coalesce(org_id, 0), lang, disabled_at, created_at, password_hash, row_version
  from account where id = $1`
	sqlListAccounts = `
select id, login, name, role, coalesce(org_id, 0), lang, disabled_at, created_at, password_hash, row_version
  from account order by role, name, id`
)

var errNoAccount = fault.New(fault.NotFound, "auth.fault.no_account")

type scanner interface{ Scan(...any) error }

// more are the columns after those of an account.
func scanAccount(row scanner, more ...any) (a Account, hash string, err error) {
	var role, lang string
	var disabled, created db.Time
	into := []any{&a.ID, &a.Login, &a.Name, &role, &a.Org, &lang, &disabled, &created, &hash, &a.Version}
	err = row.Scan(append(into, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, "", errNoAccount
	}
	a.Role, a.Lang, a.Disabled, a.Created = Role(role), i18n.Lang(lang), disabled.Time, created.Time
	a.HasPassword = hash != noPassword
	return a, hash, err
}

func accountByLogin(tx *db.Tx, login string) (Account, string, error) {
	return scanAccount(tx.QueryRow(sqlAccountByLogin, login))
}

func accountByID(tx *db.Tx, id int64) (Account, string, error) {
	return scanAccount(tx.QueryRow(sqlAccountByID, id))
}

func listAccounts(tx *db.Tx) ([]Account, error) { return accountsOf(tx.Query(sqlListAccounts)) }

func accountsOf(rows *sql.Rows, err error) (out []Account, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a, _, err := scanAccount(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

const sqlCountActive = `select count(*) from account where role = $1 and disabled_at is null`

func countActive(tx *db.Tx, r Role) (n int64, err error) {
	err = tx.QueryRow(sqlCountActive, string(r)).Scan(&n)
	return n, err
}

const sqlSetDisabled = `
update account set disabled_at = $3, row_version = row_version + 1
 where id = $1 and row_version = $2`

func setDisabled(tx *db.Tx, id, version int64, disabled bool) (bool, error) {
	var at db.Time
	if disabled {
		at = db.At(tx.Now())
	}
	n, err := tx.Exec(sqlSetDisabled, id, version, at)
	return n == 1, err
}

const sqlSetPasswordHash = `update account set password_hash = $2, row_version = row_version + 1 where id = $1`

func setPasswordHash(tx *db.Tx, id int64, hash string) error {
	_, err := tx.Exec(sqlSetPasswordHash, id, hash)
	return err
}
