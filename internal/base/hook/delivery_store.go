package hook

import (
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
)

// due is a delivery whose time has come, with what sending it needs.
type due struct {
	id, subscription, account int64
	name, url                 string
	secret, formerly          string // sealed
	formerlyUntil             time.Time
	failures                  int64
	failing                   time.Time
	tries                     int

	ref          string
	kind         Kind
	object, path string
	version      int64
	made         time.Time
}

// secrets are those that sign now, the newest first.
func (d *due) secrets(now time.Time) []string {
	if d.formerly != "" && now.Before(d.formerlyUntil) {
		return []string{d.secret, d.formerly}
	}
	return []string{d.secret}
}

// nextDue is the next delivery to be tried, nil when there is none now. What its account may
// not see any more is dropped on the way.
func nextDue(tx *db.Tx, subscription int64) (*due, error) {
	for {
		var d due
		var may int
		var formerly, failing, made db.Time
		err := tx.QueryRow(sqlNextDue, subscription, auth.Today(tx.Now()), db.At(tx.Now())).Scan(
			&d.id, &d.tries, &d.ref, &d.kind, &d.object, &d.version, &d.path, &made, &d.account, &d.name, &d.url,
			&d.secret, &d.formerly, &formerly, &d.failures, &failing, &may)
		if errors.Is(err, db.ErrNone) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if may == 0 {
			if _, err := tx.Exec(sqlDropOne, d.id); err != nil {
				return nil, err
			}
			continue
		}
		d.subscription, d.made, d.formerlyUntil, d.failing = subscription, made.Time, formerly.Time, failing.Time
		return &d, nil
	}
}

// nextAt is when something of a subscription is due next.
func nextAt(tx *db.Tx, subscription int64) (at time.Time, ok bool, err error) {
	var next, held db.Time
	err = tx.QueryRow(sqlNextAt, subscription).Scan(&next, &held)
	if errors.Is(err, db.ErrNone) {
		return at, false, nil
	}
	if held.After(next.Time) {
		next = held
	}
	return next.Time, true, err
}

func insertPing(tx *db.Tx, subscription, event int64) (id int64, err error) {
	err = tx.QueryRow(sqlInsertPing, subscription, event, db.At(tx.Now())).Scan(&id)
	return id, err
}

func deliveries(tx *db.Tx, subscription, before int64, size int) (list []Delivery, err error) {
	rows, err := tx.Query(sqlDeliveries, subscription, before, size)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Delivery
		var made, tried, next db.Time
		var took int64
		if err := rows.Scan(&d.ID, &d.Event, &d.Kind, &d.Object, &d.Version, &d.Path, &d.State, &d.Tries, &d.Status, &d.Fail, &took, &made, &tried, &next); err != nil {
			return nil, err
		}
		d.Made, d.Tried, d.Next, d.Took = made.Time, tried.Time, next.Time, time.Duration(took)*time.Millisecond
		list = append(list, d)
	}
	return list, rows.Err()
}

const (
	sqlNextDue = `select d.id, d.tries, e.ref, e.kind, e.object, e.version, e.path, e.made_at, s.account_id, s.name, s.url,
 s.secret, s.old_secret, s.old_until, s.failures, s.failing_since,
 case when e.kind = 'ping' and a.disabled_at is null or ` + maySee + ` then 1 else 0 end
 from hook_delivery d join hook_event e on e.id = d.event_id join hook_subscription s on s.id = d.subscription_id join account a on a.id = s.account_id
 where d.subscription_id = $1 and d.state = 'waiting' and d.next_at <= $3 and s.state = 'on' and s.deleted_at is null
 and (s.hold_until is null or s.hold_until <= $3)
 order by d.next_at, d.id limit 1`

	sqlNextAt = `select d.next_at, s.hold_until from hook_delivery d join hook_subscription s on s.id = d.subscription_id
 where d.subscription_id = $1 and d.state = 'waiting' and s.state = 'on' and s.deleted_at is null order by d.next_at, d.id limit 1`

	sqlTried = `update hook_delivery set tries = tries + 1, state = $3, next_at = $4, tried_at = $5, status = $6, fail = $7, took_ms = $8
 where id = $1 and tries = $2 and state = 'waiting'`

	sqlWell    = `update hook_subscription set failures = 0, failing_since = null, hold_until = null where id = $1`
	sqlFailing = `update hook_subscription set failures = $2, failing_since = $3, hold_until = $4 where id = $1`
	sqlUnhold  = `update hook_subscription set hold_until = null where id = $1`

	sqlDropOne     = `update hook_delivery set state = 'dropped', next_at = null where id = $1`
	sqlDropWaiting = `update hook_delivery set state = 'dropped', next_at = null where subscription_id = $1 and state = 'waiting'`

	sqlInsertPing = `insert into hook_delivery (subscription_id, event_id, state, next_at, made_at, asked_at)
 values ($1, $2, 'waiting', $3, $3, $3) returning id`
	sqlResend     = `update hook_delivery set state = 'waiting', tries = 0, next_at = $3, asked_at = $3 where id = $1 and subscription_id = $2 and state <> 'waiting'`
	sqlCountAsked = `select count(*) from hook_delivery where subscription_id = $1 and asked_at > $2`

	sqlDeliveries = `select d.id, e.ref, e.kind, e.object, e.version, e.path, d.state, d.tries, d.status, d.fail, d.took_ms, d.made_at, d.tried_at, d.next_at
 from hook_delivery d join hook_event e on e.id = d.event_id
 where d.subscription_id = $1 and (cast($2 as bigint) = 0 or d.id < $2) order by d.id desc limit $3`

	sqlForgetEvents = `delete from hook_event where made_at < $1`
	sqlForgotten    = `select distinct d.subscription_id from hook_delivery d join hook_subscription s on s.id = d.subscription_id
 where d.state = 'waiting' and d.next_at <= $1 and s.state = 'on' and s.deleted_at is null and (s.hold_until is null or s.hold_until <= $1)`
)
