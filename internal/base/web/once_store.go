package web

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// keyLife is how long an answer is kept: a phone that comes back from a valley without
// network sends again within hours, not weeks.
const keyLife = 72 * time.Hour

const sqlAnswerOf = `
select body_hash, status, response from idem_key
 where account = $1 and route = $2 and key = $3 and created_at > $4`

// answerOf returns nil if the key is unknown; Status 0 if it is claimed without an answer.
func answerOf(tx *db.Tx, c *claim) (*kept, string, error) {
	var hash string
	var status int
	var raw []byte
	err := tx.QueryRow(sqlAnswerOf, c.account, c.route, c.key, db.At(tx.Now().Add(-keyLife))).Scan(&hash, &status, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	k := &kept{}
	if status != 0 {
		if err := json.Unmarshal(raw, k); err != nil {
			return nil, "", err
		}
	}
	return k, hash, nil
}

const sqlDropOldKey = `delete from idem_key where account = $1 and route = $2 and key = $3 and created_at <= $4`

const sqlInsertClaim = `
insert into idem_key (key, account, route, body_hash, status, created_at)
values ($1, $2, $3, $4, 0, $5) on conflict do nothing`

func insertClaim(tx *db.Tx, c *claim) (int64, error) {
	if _, err := tx.Exec(sqlDropOldKey, c.account, c.route, c.key, db.At(tx.Now().Add(-keyLife))); err != nil {
		return 0, err
	}
	return tx.Exec(sqlInsertClaim, c.key, c.account, c.route, c.hash, db.At(tx.Now()))
}

const sqlKeepAnswer = `
update idem_key set status = $5, response = $6
 where account = $1 and route = $2 and key = $3 and body_hash = $4`

func keepAnswer(tx *db.Tx, c *claim, k *kept) error {
	if !c.written {
		if _, err := insertClaim(tx, c); err != nil {
			return err
		}
	}
	if k.tooLong {
		k.Body = nil
	}
	raw, err := json.Marshal(k)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlKeepAnswer, c.account, c.route, c.key, c.hash, k.Status, raw)
	return err
}

const sqlSweepKeys = `delete from idem_key where created_at <= $1`

func sweepKeys(tx *db.Tx) error {
	if _, err := tx.Exec(sqlSweepKeys, db.At(tx.Now().Add(-keyLife))); err != nil {
		return err
	}
	return sweepViews(tx)
}

const sqlAlive = `select 1`

func alive(tx *db.Tx) error {
	var one int
	return tx.QueryRow(sqlAlive).Scan(&one)
}
