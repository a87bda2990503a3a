package blob

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

const (
	sqlInsertBlob = `
		insert into blob (owner, name, type, hash, size, width, height, added_by, added_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`
	sqlInsertChunk = `insert into blob_chunk (blob_id, n, bytes) values ($1, $2, $3)`
	sqlInsertThumb = `insert into blob_thumb (blob_id, bytes) values ($1, $2)`

	sqlBlob = `select id, owner, name, type, hash, added_by, size, width, height, added_at from blob
		where id = $1 and removed_at is null`
	sqlBlobsOf = `select id, owner, name, type, hash, added_by, size, width, height, added_at from blob
		where owner = $1 and removed_at is null order by id`
	sqlAllBlobs = `select id, owner, name, type, hash, added_by, size, width, height, added_at from blob order by id`
	sqlChunks   = `select n, bytes from blob_chunk where blob_id = $1 order by n`
	sqlThumb    = `select t.bytes from blob_thumb t join blob b on b.id = t.blob_id where t.blob_id = $1 and b.removed_at is null`

	sqlRemoveBlob  = `update blob set removed_at = $3 where id = $1 and owner = $2 and removed_at is null`
	sqlPutBackBlob = `update blob set removed_at = null where id = $1 and owner = $2 and removed_at is not null`
	sqlPurgeBlobs  = `delete from blob where removed_at < $1`

	sqlOldOwners = `select distinct owner from blob where added_at < $1 and owner > $2 order by owner limit $3`
	sqlDropOwner = `delete from blob where owner = $1 and added_at < $2`
)

// chunk is the size of a piece. SQLite reads a row as a chain of pages and PostgreSQL
// packs values above 2 kB anyway; what matters is that no row is megabytes.
const chunk = 256 << 10

func insertBlob(tx *db.Tx, n New) (id ID, err error) {
	s := n.ready
	err = tx.QueryRow(sqlInsertBlob, n.Owner, n.Name, s.typ, s.hash, len(n.Data), s.width, s.height, n.By, db.At(tx.Now())).Scan(&id)
	if err != nil {
		return 0, err
	}
	for i, at := 0, 0; at < len(n.Data); i, at = i+1, at+chunk {
		if _, err := tx.Exec(sqlInsertChunk, int64(id), i, n.Data[at:min(at+chunk, len(n.Data))]); err != nil {
			return 0, err
		}
	}
	if s.thumb != nil {
		if _, err := tx.Exec(sqlInsertThumb, int64(id), s.thumb); err != nil {
			return 0, err
		}
	}
	return id, nil
}

func setRemoved(tx *db.Tx, owner string, id ID, off bool) (err error) {
	var n int64
	if off {
		n, err = tx.Exec(sqlRemoveBlob, int64(id), owner, db.At(tx.Now()))
	} else {
		n, err = tx.Exec(sqlPutBackBlob, int64(id), owner)
	}
	if err == nil && n == 0 {
		err = notFound()
	}
	return err
}

// Purge forgets for good what was removed before t, and says how many that was.
func Purge(tx *db.Tx, t db.Time) (int64, error) { return tx.Exec(sqlPurgeBlobs, t) }

// Store reads kept files.
type Store struct{ DB *db.DB }

// Of lists an owner's files, oldest first.
func (s *Store) Of(ctx context.Context, owner string) (all []Info, err error) {
	defer fault.Wrap(&err, "files of %s", owner)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = infos(tx.Query(sqlBlobsOf, owner))
		return err
	})
	return all, err
}

// OfTx is Of inside a transaction.
func OfTx(tx *db.Tx, owner string) ([]Info, error) { return infos(tx.Query(sqlBlobsOf, owner)) }

// Open reads a file whole. Bytes that are no longer those that came in are an error.
func (s *Store) Open(ctx context.Context, id ID) (i Info, b []byte, err error) {
	defer fault.Wrap(&err, "file %d", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := infos(tx.Query(sqlBlob, int64(id)))
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return notFound()
		}
		i, b = all[0], make([]byte, 0, all[0].Size)
		return chunks(tx, id, func(c []byte) { b = append(b, c...) })
	})
	if err != nil {
		return Info{}, nil, err
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != i.Hash {
		return Info{}, nil, errors.New("the bytes are not those that came in")
	}
	return i, b, nil
}

// Thumb reads the small picture of a file; NotFound for what is no picture.
func (s *Store) Thumb(ctx context.Context, id ID) (b []byte, err error) {
	defer fault.Wrap(&err, "thumbnail of file %d", id)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(sqlThumb, int64(id)).Scan(&b)
		if errors.Is(err, db.ErrNone) {
			return notFound()
		}
		return err
	})
	return b, err
}

func chunks(tx *db.Tx, id ID, f func([]byte)) error {
	rows, err := tx.Query(sqlChunks, int64(id))
	if err != nil {
		return err
	}
	defer rows.Close()
	for want := int64(0); rows.Next(); want++ {
		var n int64
		var c []byte
		if err := rows.Scan(&n, &c); err != nil {
			return err
		}
		if n != want {
			return fmt.Errorf("piece %d of file %d is missing", want, id)
		}
		f(c)
	}
	return rows.Err()
}

func infos(rows *sql.Rows, err error) ([]Info, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Info
	for rows.Next() {
		var i Info
		if err := rows.Scan(&i.ID, &i.Owner, &i.Name, &i.Type, &i.Hash, &i.By, &i.Size, &i.Width, &i.Height, &i.At); err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

// Damaged compares every kept file with its hash and names those that differ: id and name.
func Damaged(tx *db.Tx) (bad []Info, checked int, err error) {
	defer fault.Wrap(&err, "checking files")
	all, err := infos(tx.Query(sqlAllBlobs))
	if err != nil {
		return nil, 0, err
	}
	for _, i := range all {
		h, size := sha256.New(), int64(0)
		err := chunks(tx, i.ID, func(c []byte) { h.Write(c); size += int64(len(c)) })
		if err != nil && tx.Context().Err() != nil {
			return nil, 0, err
		}
		if err != nil || size != i.Size || hex.EncodeToString(h.Sum(nil)) != i.Hash {
			bad = append(bad, i)
		}
	}
	return bad, len(all), nil
}
