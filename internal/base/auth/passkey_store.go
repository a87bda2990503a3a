package auth

import (
	"database/sql"
	"errors"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/lienket/lienket/internal/base/db"
)

const sqlInsertPasskey = `
insert into auth_passkey (account_id, credential_id, credential, name, site, created_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (credential_id) do nothing`

// insertPasskey returns false if the credential is known already.
func insertPasskey(tx *db.Tx, account int64, name, site string, c webauthn.Credential) (bool, error) {
	n, err := tx.Exec(sqlInsertPasskey, account, credentialID(c.ID), db.AsJSON(c), name, site, db.At(tx.Now()))
	return n == 1, err
}

// The columns of scanPasskey, in its order.
const (
	sqlPasskeysOf = `
select id, account_id, name, site, created_at, used_at, credential from auth_passkey
 where account_id = $1 order by id`
	sqlPasskeyByCredential = `
select id, account_id, name, site, created_at, used_at, credential from auth_passkey
 where credential_id = $1`
)

func scanPasskey(row scanner) (k Passkey, err error) {
	var created, used db.Time
	var c db.JSON[webauthn.Credential]
	err = row.Scan(&k.ID, &k.Account, &k.Name, &k.Site, &created, &used, &c)
	k.Created, k.Used, k.credential = created.Time, used.Time, c.V
	return k, err
}

func passkeysOf(tx *db.Tx, account int64) (out []Passkey, err error) {
	rows, err := tx.Query(sqlPasskeysOf, account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		k, err := scanPasskey(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

func passkeyByCredential(tx *db.Tx, id string) (Passkey, error) {
	k, err := scanPasskey(tx.QueryRow(sqlPasskeyByCredential, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Passkey{}, errNoPasskey
	}
	return k, err
}

const sqlTouchPasskey = `update auth_passkey set used_at = $2, credential = $3 where id = $1`

func touchPasskey(tx *db.Tx, id int64, c webauthn.Credential) error {
	_, err := tx.Exec(sqlTouchPasskey, id, db.At(tx.Now()), db.AsJSON(c))
	return err
}

const sqlDeletePasskey = `delete from auth_passkey where id = $1`

func deletePasskey(tx *db.Tx, id int64) error {
	_, err := tx.Exec(sqlDeletePasskey, id)
	return err
}

const sqlDeletePasskeysOf = `delete from auth_passkey where account_id = $1`

func deletePasskeysOf(tx *db.Tx, account int64) error {
	_, err := tx.Exec(sqlDeletePasskeysOf, account)
	return err
}
