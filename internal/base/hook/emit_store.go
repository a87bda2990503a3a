package hook

import (
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Wanted reports whether anybody at all wants events of a kind, so that an area need not
// find out whom an object concerns when nobody asks.
func (h *Hooks) Wanted(tx *db.Tx, k Kind) (ok bool, err error) {
	if h == nil {
		return false, nil
	}
	defer fault.Wrap(&err, "hook.Wanted(%s)", k)
	var n int
	err = tx.QueryRow(sqlWanted, string(k)).Scan(&n)
	return n > 0, err
}

// Emit writes an event and its deliveries in the caller's transaction, and a job for each
// subscription that is to be told. Call it once for a change. On a nil Hooks it does
// nothing: rooms can stand without one.
func (h *Hooks) Emit(tx *db.Tx, e Event) (err error) {
	ok, err := h.Wanted(tx, e.Kind)
	if err != nil || !ok {
		return err
	}
	defer fault.Wrap(&err, "hook.Emit(%s)", e.Kind)
	id, err := insertEvent(tx, e)
	if err != nil {
		return err
	}
	for _, p := range e.Places {
		if _, err := tx.Exec(sqlInsertAudience, id, p, 0); err != nil {
			return err
		}
	}
	for _, o := range e.Orgs {
		if _, err := tx.Exec(sqlInsertAudience, id, "", o); err != nil {
			return err
		}
	}
	n, err := tx.Exec(sqlDeliver, id, auth.Today(tx.Now()))
	if err != nil {
		return err
	}
	if n == 0 { // nobody who may see it listens
		_, err := tx.Exec(sqlDropEvent, id)
		return err
	}
	to, err := numbers(tx, sqlToldOf, id)
	if err != nil {
		return err
	}
	for _, s := range to {
		if err := h.sendNow(tx, s); err != nil {
			return err
		}
	}
	return nil
}

func insertEvent(tx *db.Tx, e Event) (id int64, err error) {
	err = tx.QueryRow(sqlInsertEvent, newRef(), string(e.Kind), e.Object, e.Version, e.Path, db.At(tx.Now())).Scan(&id)
	return id, err
}

func numbers(tx *db.Tx, query string, args ...any) (all []int64, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// maySee is whether account a may see the object of hook_event e on day $2: staff whose
// territory is everywhere or holds one of its places, accounts of one of its organisations.
// See auth.Sight.
const maySee = `(a.disabled_at is null and (
  a.role in ('admin', 'leader', 'officer', 'auditor') and (
   exists (select 1 from auth_grant g where g.account_id = a.id and g.scope = '*' and g.valid_from <= $2 and g.valid_to >= $2)
   or exists (select 1 from hook_audience u join auth_sight v on v.under = u.place_key
    where u.event_id = e.id and v.account_id = a.id and v.valid_from <= $2 and v.valid_to >= $2))
  or a.role in ('coop', 'buyer') and a.org_id <> 0 and exists (select 1 from hook_audience u where u.event_id = e.id and u.org_id = a.org_id)))`

const (
	sqlWanted = `select count(*) from hook_kind k join hook_subscription s on s.id = k.subscription_id
 where k.kind = $1 and s.state = 'on' and s.deleted_at is null`

	sqlInsertEvent = `insert into hook_event (ref, kind, object, version, path, made_at) values ($1, $2, $3, $4, $5, $6) returning id`

	sqlInsertAudience = `insert into hook_audience (event_id, place_key, org_id) values ($1, $2, $3) on conflict (event_id, place_key, org_id) do nothing`

	sqlDeliver = `insert into hook_delivery (subscription_id, event_id, state, next_at, made_at)
 select s.id, e.id, 'waiting', e.made_at, e.made_at
 from hook_event e join hook_kind k on k.kind = e.kind join hook_subscription s on s.id = k.subscription_id join account a on a.id = s.account_id
 where e.id = $1 and s.state = 'on' and s.deleted_at is null and ` + maySee

	sqlToldOf    = `select subscription_id from hook_delivery where event_id = $1 order by subscription_id`
	sqlDropEvent = `delete from hook_event where id = $1`
)
