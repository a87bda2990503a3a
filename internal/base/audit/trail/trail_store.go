package trail

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/text"
)

// The three ways in (everything, one actor, one object) have a text each, so that each
// runs on its index. Looks and deeds are told apart by the action.
const (
	cols = `select e.id, e.at, e.actor, e.action, e.object, cast(e.before as text), cast(e.after as text), coalesce(s.seq, 0)`

	table = ` from audit_entry e left join audit_seal s on s.entry_id = e.id`

	kept = ` e.at >= $1 and e.at < $2 and (cast($3 as text) = '' or (e.action = 'look') = (cast($3 as text) = 'look'))`

	byActor  = ` and (e.actor = $4 or e.actor like $5)`
	byObject = ` and e.object = $6`
	noActor  = ` and cast($4 as text) = '' and cast($5 as text) = ''`
	noObject = ` and cast($6 as text) = ''`

	newest = ` order by e.id desc limit $7 offset $8`
	oldest = ` order by e.id limit $7 offset $8`

	sqlAllNewest    = cols + table + ` where` + kept + noActor + noObject + newest
	sqlAllOldest    = cols + table + ` where` + kept + noActor + noObject + oldest
	sqlActorNewest  = cols + table + ` where` + kept + byActor + noObject + newest
	sqlActorOldest  = cols + table + ` where` + kept + byActor + noObject + oldest
	sqlObjectNewest = cols + table + ` where` + kept + noActor + byObject + newest
	sqlObjectOldest = cols + table + ` where` + kept + noActor + byObject + oldest
	sqlBothNewest   = cols + table + ` where` + kept + byActor + byObject + newest
	sqlBothOldest   = cols + table + ` where` + kept + byActor + byObject + oldest

	sqlCountAll    = `select count(*) from audit_entry e where` + kept + noActor + noObject
	sqlCountActor  = `select count(*) from audit_entry e where` + kept + byActor + noObject
	sqlCountObject = `select count(*) from audit_entry e where` + kept + noActor + byObject
	sqlCountBoth   = `select count(*) from audit_entry e where` + kept + byActor + byObject

	sqlPerson = `select id, login, name from account where id = $1`
	sqlPeople = `select id, login, name from account where login = $1 or find like $2 order by id limit 12`
)

// entry is one line of the trail as it is read.
type entry struct {
	ID             int64
	At             db.Time
	Actor          string
	Action, Object string
	Before, After  sql.NullString
	Seal           int64 // 0: not sealed yet
	Who, For       person
}

// person is an account by name.
type person struct {
	ID          int64
	Login, Name string
}

func (p person) actor() string { return "account:" + strconv.FormatInt(p.ID, 10) }

// people finds accounts by login or by part of a name; the exact login wins.
func people(tx *db.Tx, typed string) (all []person, err error) {
	folded := text.Fold(typed)
	rows, err := tx.Query(sqlPeople, folded, "%"+strings.NewReplacer("%", "", "_", "").Replace(folded)+"%")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p person
		if err := rows.Scan(&p.ID, &p.Login, &p.Name); err != nil {
			return nil, err
		}
		if p.Login == folded {
			return []person{p}, nil
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

func pick[T any](f query, all, actor, object, both T) T {
	switch {
	case f.Actor != "" && f.Object != "":
		return both
	case f.Actor != "":
		return actor
	case f.Object != "":
		return object
	}
	return all
}

func (f query) args() []any {
	from, to := f.span()
	lent := ""
	if f.Actor != "" {
		lent = f.Actor + " for %" // a lent role is his deed too
	}
	return []any{from, to, f.What, f.Actor, lent, f.Object}
}

func count(tx *db.Tx, f query) (n int, err error) {
	err = tx.QueryRow(pick(f, sqlCountAll, sqlCountActor, sqlCountObject, sqlCountBoth), f.args()...).Scan(&n)
	return n, err
}

func entries(tx *db.Tx, f query, size int) (all []entry, err error) {
	ask := pick(f, sqlAllNewest, sqlActorNewest, sqlObjectNewest, sqlBothNewest)
	if f.Oldest {
		ask = pick(f, sqlAllOldest, sqlActorOldest, sqlObjectOldest, sqlBothOldest)
	}
	rows, err := tx.Query(ask, append(f.args(), size, (f.Page-1)*size)...)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.ID, &e.At, &e.Actor, &e.Action, &e.Object, &e.Before, &e.After, &e.Seal); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	return all, name(tx, all)
}

// name finds the people behind "account:7 for account:3".
func name(tx *db.Tx, all []entry) error {
	known := map[string]person{}
	who := func(actor string) (person, error) {
		if p, ok := known[actor]; ok {
			return p, nil
		}
		id, ok := strings.CutPrefix(actor, "account:")
		n, err := strconv.ParseInt(id, 10, 64)
		if !ok || err != nil {
			return person{}, nil
		}
		p := person{ID: n}
		if err := tx.QueryRow(sqlPerson, n).Scan(&p.ID, &p.Login, &p.Name); err != nil && !errors.Is(err, db.ErrNone) {
			return p, err
		}
		known[actor] = p
		return p, nil
	}
	for i := range all {
		by, lent, _ := strings.Cut(all[i].Actor, " for ")
		var err error
		if all[i].Who, err = who(by); err != nil {
			return err
		}
		if all[i].For, err = who(lent); err != nil {
			return err
		}
	}
	return nil
}
