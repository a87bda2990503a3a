package hook

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/text"
)

// subscriptionCols are what scanSubscription reads of hook_subscription s and account a.
const subscriptionCols = `s.id, s.account_id, a.name, s.name, s.url, s.state, s.off_why, s.failures, s.failing_since, s.hold_until, s.old_until,
 s.created_by, s.created_at, s.updated_at, s.deleted_at, s.row_version, s.secret, s.old_secret, a.disabled_at,
 coalesce(d.state, ''), coalesce(d.tried_at, d.made_at)`

const subscriptionFrom = ` from hook_subscription s join account a on a.id = s.account_id
 left join hook_delivery d on d.id = (select max(n.id) from hook_delivery n where n.subscription_id = s.id)`

const (
	sqlSubscriptions = `select ` + subscriptionCols + subscriptionFrom + `
 where (cast($1 as bigint) = 0 or s.account_id = $1) and s.deleted_at is null order by a.sort_key, s.account_id, s.id`

	sqlSubscription = `select ` + subscriptionCols + subscriptionFrom + `
 where s.id = $1 and (cast($2 as bigint) = 0 or s.account_id = $2) and s.deleted_at is null`

	sqlDeletedSubscription = `select ` + subscriptionCols + subscriptionFrom + `
 where s.id = $1 and (cast($2 as bigint) = 0 or s.account_id = $2)`

	sqlKindsOf = `select kind from hook_kind where subscription_id = $1 order by kind`
	sqlAllKind = `select k.subscription_id, k.kind from hook_kind k join hook_subscription s on s.id = k.subscription_id
 where (cast($1 as bigint) = 0 or s.account_id = $1) and s.deleted_at is null order by k.subscription_id, k.kind`

	sqlCountOwn = `select count(*) from hook_subscription where account_id = $1 and deleted_at is null`

	sqlInsertSubscription = `insert into hook_subscription (account_id, name, url, state, secret, created_by, created_at, updated_at)
 values ($1, $2, $3, 'on', $4, $5, $6, $6) returning id`

	sqlInsertKind = `insert into hook_kind (subscription_id, kind) values ($1, $2)`
	sqlDropKinds  = `delete from hook_kind where subscription_id = $1`

	sqlUpdateSubscription = `update hook_subscription set name = $2, url = $3, updated_at = $4, failures = 0, failing_since = null, hold_until = null,
 row_version = row_version + 1 where id = $1`

	sqlSwitchOn = `update hook_subscription set state = 'on', off_why = '', failures = 0, failing_since = null, hold_until = null, updated_at = $2,
 row_version = row_version + 1 where id = $1`
	sqlSwitchOff = `update hook_subscription set state = 'off', off_why = $2, hold_until = null, updated_at = $3, row_version = row_version + 1
 where id = $1 and state = 'on'`

	sqlRotate = `update hook_subscription set old_secret = secret, old_until = $3, secret = $2, updated_at = $4, row_version = row_version + 1 where id = $1`

	sqlDelete  = `update hook_subscription set deleted_at = $2, row_version = row_version + 1 where id = $1`
	sqlRestore = `update hook_subscription set deleted_at = null, row_version = row_version + 1 where id = $1`

	sqlForgetDeleted = `delete from hook_subscription where deleted_at < $1`
	sqlForgetSecrets = `update hook_subscription set old_secret = '', old_until = null where old_until < $1`
)

type scanner interface{ Scan(...any) error }

func scanSubscription(row scanner) (s Subscription, err error) {
	var state, why, last string
	var failing, held, old, created, updated, deleted, off, lastAt db.Time
	err = row.Scan(&s.ID, &s.Account, &s.AccountName, &s.Name, &s.URL, &state, &why, &s.Failures, &failing, &held, &old,
		&s.CreatedBy, &created, &updated, &deleted, &s.Version, &s.secret, &s.formerly, &off, &last, &lastAt)
	if errors.Is(err, db.ErrNone) {
		return s, errNone
	}
	s.On, s.Why, s.LastState = state == "on", OffWhy(why), DeliveryState(last)
	s.Failing, s.Held, s.OldUntil, s.Created, s.Updated, s.Deleted, s.LastAt = failing.Time, held.Time, old.Time, created.Time, updated.Time, deleted.Time, lastAt.Time
	s.AccountOff = !off.IsZero()
	return s, err
}

func subscriptions(tx *db.Tx, viewer int64) (all []Subscription, err error) {
	rows, err := tx.Query(sqlSubscriptions, viewer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	at := map[int64]int{}
	for rows.Next() {
		s, err := scanSubscription(rows)
		if err != nil {
			return nil, err
		}
		at[s.ID] = len(all)
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	kinds, err := tx.Query(sqlAllKind, viewer)
	if err != nil {
		return nil, err
	}
	defer kinds.Close()
	for kinds.Next() {
		var id int64
		var k Kind
		if err := kinds.Scan(&id, &k); err != nil {
			return nil, err
		}
		if i, ok := at[id]; ok {
			all[i].Kinds = append(all[i].Kinds, k)
		}
	}
	if err := kinds.Err(); err != nil {
		return nil, err
	}
	rank := map[int64]int{} // accounts stay in the query's order, by person
	for _, s := range all {
		if _, ok := rank[s.Account]; !ok {
			rank[s.Account] = len(rank)
		}
	}
	slices.SortStableFunc(all, func(a, b Subscription) int {
		return cmp.Or(cmp.Compare(rank[a.Account], rank[b.Account]), strings.Compare(text.SortKey(a.Name), text.SortKey(b.Name)))
	})
	return all, nil
}

func subscription(tx *db.Tx, viewer, id int64) (s Subscription, err error) {
	if s, err = scanSubscription(tx.QueryRow(sqlSubscription, id, viewer)); err != nil {
		return s, err
	}
	s.Kinds, err = kindsOf(tx, id)
	return s, err
}

func deletedSubscription(tx *db.Tx, viewer, id int64) (s Subscription, err error) {
	if s, err = scanSubscription(tx.QueryRow(sqlDeletedSubscription, id, viewer)); err != nil {
		return s, err
	}
	s.Kinds, err = kindsOf(tx, id)
	return s, err
}

func kindsOf(tx *db.Tx, id int64) (all []Kind, err error) {
	rows, err := tx.Query(sqlKindsOf, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k Kind
		if err := rows.Scan(&k); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

func countOwn(tx *db.Tx, account int64) (n int, err error) {
	err = tx.QueryRow(sqlCountOwn, account).Scan(&n)
	return n, err
}

func insertSubscription(tx *db.Tx, by string, account int64, n Wish, sealed string) (id int64, err error) {
	if err := tx.QueryRow(sqlInsertSubscription, account, n.Name, n.URL, sealed, by, db.At(tx.Now())).Scan(&id); err != nil {
		return 0, err
	}
	return id, insertKinds(tx, id, n.Kinds)
}

func insertKinds(tx *db.Tx, id int64, kinds []Kind) error {
	for _, k := range kinds {
		if _, err := tx.Exec(sqlInsertKind, id, string(k)); err != nil {
			return err
		}
	}
	return nil
}

func updateSubscription(tx *db.Tx, id int64, n Wish) error {
	if _, err := tx.Exec(sqlUpdateSubscription, id, n.Name, n.URL, db.At(tx.Now())); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropKinds, id); err != nil {
		return err
	}
	return insertKinds(tx, id, n.Kinds)
}

func switchOn(tx *db.Tx, id int64) error {
	_, err := tx.Exec(sqlSwitchOn, id, db.At(tx.Now()))
	return err
}

// switchOff also drops what waits.
func switchOff(tx *db.Tx, by string, id int64, why OffWhy) error {
	n, err := tx.Exec(sqlSwitchOff, id, string(why), db.At(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.Exec(sqlDropWaiting, id); err != nil {
		return err
	}
	return note(tx, by, "webhook.off", id, nil, map[string]string{"why": string(why)})
}

func rotate(tx *db.Tx, id int64, sealed string, until time.Time) error {
	_, err := tx.Exec(sqlRotate, id, sealed, db.At(until), db.At(tx.Now()))
	return err
}

func deleteSubscription(tx *db.Tx, id int64) error {
	_, err := tx.Exec(sqlDelete, id, db.At(tx.Now()))
	return err
}

func restoreSubscription(tx *db.Tx, id int64) error {
	_, err := tx.Exec(sqlRestore, id)
	return err
}
