package audit

import (
	"database/sql"
	"errors"

	"github.com/lienket/lienket/internal/base/db"
)

const (
	sqlTakeLease = `
		insert into audit_lease (name, holder, until) values ($4, $1, $2)
		on conflict (name) do update set holder = excluded.holder, until = excluded.until
		where audit_lease.holder = excluded.holder or audit_lease.until < $3`
	sqlDropLease = `delete from audit_lease where holder = $1`

	sqlHead = `select seq, entry_id, hash, sealed_at from audit_seal order by seq desc limit 1`

	sqlSealAt = `select seq, entry_id, hash, sealed_at from audit_seal where seq = $1`

	sqlWaiting = `
		select e.id, e.at, e.actor, e.action, e.object, cast(e.before as text), cast(e.after as text)
		from audit_entry e
		where e.id > $1 and not exists (select 1 from audit_seal s where s.entry_id = e.id)
		order by e.id limit $2`

	sqlNewestEntry = `select coalesce(max(id), 0) from audit_entry`

	sqlCountWaiting = `
		select count(*), min(e.at) from audit_entry e
		where e.id > $1 and not exists (select 1 from audit_seal s where s.entry_id = e.id)`

	sqlInsertSeal = `insert into audit_seal (seq, entry_id, hash, sealed_at) values ($1, $2, $3, $4)`

	// A removed entry leaves its seal alone, hence the left join.
	sqlChain = `
		select s.seq, s.entry_id, s.hash, s.sealed_at, e.id, e.at, e.actor, e.action, e.object,
			cast(e.before as text), cast(e.after as text)
		from audit_seal s left join audit_entry e on e.id = s.entry_id
		where s.seq > $1 order by s.seq limit $2`

	sqlInsertCheckpoint = `insert into audit_checkpoint (n, seq, line, signed_at) values ($1, $2, $3, $4)`
	sqlLastCheckpoint   = `select n, seq, line from audit_checkpoint order by n desc limit 1`
	sqlCheckpoints      = `select n, seq, line from audit_checkpoint order by n`
	sqlCountEntries     = `select count(*) from audit_entry`
)

func head(tx *db.Tx) (s seal, err error) {
	err = tx.QueryRow(sqlHead).Scan(&s.seq, &s.entry, &s.hash, &s.at)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return s, err
}

// sealBy finds one seal; the zero seal when there is none.
func sealBy(tx *db.Tx, seq int64) (s seal, err error) {
	err = tx.QueryRow(sqlSealAt, seq).Scan(&s.seq, &s.entry, &s.hash, &s.at)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return s, err
}

func waiting(tx *db.Tx, above int64, limit int) ([]raw, error) {
	rows, err := tx.Query(sqlWaiting, above, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []raw
	for rows.Next() {
		var e raw
		if err := rows.Scan(&e.id, &e.at, &e.actor, &e.action, &e.object, &e.before, &e.after); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

func newestEntry(tx *db.Tx) (id int64, err error) {
	err = tx.QueryRow(sqlNewestEntry).Scan(&id)
	return id, err
}

// chained is a seal with the entry it stands for, if that is still there.
type chained struct {
	seal
	there bool
	raw
}

func chain(tx *db.Tx, above int64, limit int) ([]chained, error) {
	rows, err := tx.Query(sqlChain, above, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []chained
	for rows.Next() {
		var c chained
		var id sql.NullInt64
		var at, actor, action, object sql.NullString
		err := rows.Scan(&c.seq, &c.entry, &c.hash, &c.seal.at, &id, &at, &actor, &action, &object, &c.before, &c.after)
		if err != nil {
			return nil, err
		}
		c.there = id.Valid
		c.id, c.raw.at, c.actor, c.action, c.object = id.Int64, at.String, actor.String, action.String, object.String
		all = append(all, c)
	}
	return all, rows.Err()
}

// kept is a checkpoint as the database remembers it.
type kept struct {
	n, seq int64
	line   string
}

func lastCheckpoint(tx *db.Tx) (k kept, err error) {
	err = tx.QueryRow(sqlLastCheckpoint).Scan(&k.n, &k.seq, &k.line)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return k, err
}

func checkpoints(tx *db.Tx) (all []kept, err error) {
	rows, err := tx.Query(sqlCheckpoints)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k kept
		if err := rows.Scan(&k.n, &k.seq, &k.line); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}
