package auth

import (
	"database/sql"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

type appRow struct {
	sealed    string
	confirmed time.Time
	last      int64
}

const sqlAppOf = `select secret, confirmed_at, last_step from auth_totp where account_id = $1`

// appOf returns the zero row if there is no app.
func appOf(tx *db.Tx, account int64) (r appRow, err error) {
	var at db.Time
	err = tx.QueryRow(sqlAppOf, account).Scan(&r.sealed, &at, &r.last)
	if errors.Is(err, sql.ErrNoRows) {
		return appRow{}, nil
	}
	r.confirmed = at.Time
	return r, err
}

const sqlFactorsOf = `
select (select count(*) from auth_recovery r where r.account_id = a.id and r.used_at is null),
       (select count(*) from auth_passkey p where p.account_id = a.id)
  from account a where a.id = $1`

func factorsOf(tx *db.Tx, account int64) (f Factors, err error) {
	err = tx.QueryRow(sqlFactorsOf, account).Scan(&f.Recovery, &f.Passkeys)
	if errors.Is(err, sql.ErrNoRows) {
		return Factors{}, errNoAccount
	}
	if err != nil {
		return Factors{}, err
	}
	app, err := appOf(tx, account)
	f.AppSince = app.confirmed
	f.App = !app.confirmed.IsZero()
	f.Pending = app.sealed != "" && !f.App
	return f, err
}

const sqlSetAppSecret = `
insert into auth_totp (account_id, secret, created_at) values ($1, $2, $3)
on conflict (account_id) do update set secret = excluded.secret, created_at = excluded.created_at, confirmed_at = null, last_step = 0`

func setAppSecret(tx *db.Tx, account int64, sealed string) error {
	_, err := tx.Exec(sqlSetAppSecret, account, sealed, db.At(tx.Now()))
	return err
}

const sqlConfirmApp = `update auth_totp set confirmed_at = $2 where account_id = $1`

func confirmApp(tx *db.Tx, account int64) error {
	_, err := tx.Exec(sqlConfirmApp, account, db.At(tx.Now()))
	return err
}

// A half minute that was used, and all before it, are refused.
const sqlSpendStep = `update auth_totp set last_step = $2 where account_id = $1 and last_step < $2`

func spendStep(tx *db.Tx, account, at int64) (bool, error) {
	n, err := tx.Exec(sqlSpendStep, account, at)
	return n == 1, err
}

const sqlDeleteApp = `delete from auth_totp where account_id = $1`

func deleteApp(tx *db.Tx, account int64) error {
	_, err := tx.Exec(sqlDeleteApp, account)
	return err
}

const (
	sqlDeleteRecovery = `delete from auth_recovery where account_id = $1`
	sqlInsertRecovery = `insert into auth_recovery (account_id, code_hash) values ($1, $2)`
)

func setRecovery(tx *db.Tx, account int64, hashes []string) error {
	if _, err := tx.Exec(sqlDeleteRecovery, account); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.Exec(sqlInsertRecovery, account, h); err != nil {
			return err
		}
	}
	return nil
}

const sqlSpendRecovery = `update auth_recovery set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null`

func spendRecovery(tx *db.Tx, account int64, hash string) (bool, error) {
	n, err := tx.Exec(sqlSpendRecovery, account, hash, db.At(tx.Now()))
	return n == 1, err
}

// One setting per role; the session query looks for it.
const factorSetting = "second_factor/"

const sqlFactorRoles = `select key from setting where key like 'second_factor/%'`

func factorRoles(tx *db.Tx) (out []Role, err error) {
	rows, err := tx.Query(sqlFactorRoles)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	on := map[Role]bool{}
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		on[Role(key[len(factorSetting):])] = true
	}
	for _, r := range Roles {
		if on[r] {
			out = append(out, r)
		}
	}
	return out, rows.Err()
}

func factorNeeded(tx *db.Tx, r Role) (bool, error) {
	all, err := factorRoles(tx)
	return r.In(all...), err
}

const sqlDeleteSetting = `delete from setting where key = $1`

func setFactorRole(tx *db.Tx, r Role, on bool) error {
	var err error
	if on {
		_, err = tx.Exec(sqlSetSetting, factorSetting+string(r), db.AsJSON(struct{}{}))
	} else {
		_, err = tx.Exec(sqlDeleteSetting, factorSetting+string(r))
	}
	return err
}

// keyName is the setting of the last resort for the key of second factors.
const keyName = "second_key"

type storedKey struct {
	Key string `json:"key"`
}

const sqlAddSetting = `insert into setting (key, value) values ($1, $2) on conflict do nothing`

func addKeySetting(tx *db.Tx, key string) error {
	_, err := tx.Exec(sqlAddSetting, keyName, db.AsJSON(storedKey{Key: key}))
	return err
}

func readKeySetting(tx *db.Tx) (string, error) {
	var v db.JSON[storedKey]
	err := tx.QueryRow(sqlSetting, keyName).Scan(&v)
	return v.V.Key, err
}
