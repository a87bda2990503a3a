package blob

import (
	"context"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Keep is how long a file that was taken off its owner can be put back. Youngest is the age
// below which no file is an orphan: whoever keeps a file may still be writing its owner.
const (
	Keep     = 7 * 24 * time.Hour
	Youngest = 24 * time.Hour
)

// Owners says whether an owner of one kind ("market_entry" of "market_entry/12") is there.
type Owners func(tx *db.Tx, owner string) (bool, error)

// Sweep forgets for good the files that nobody refers to: those taken off their owner Keep
// ago, and those whose owner is not there. Of an owner whose kind nobody vouches for
// nothing is known, so it keeps its files. It works in small transactions: others write
// meanwhile.
func (s *Store) Sweep(ctx context.Context, kinds map[string]Owners) (gone int64, err error) {
	defer fault.Wrap(&err, "sweeping files")
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		gone, err = Purge(tx, db.At(tx.Now().Add(-Keep)))
		return err
	})
	const batch = 200
	for after, more := "", true; more && err == nil; {
		var n int64
		next := after
		err = s.DB.InTx(ctx, func(tx *db.Tx) error {
			n, next = 0, after
			old := db.At(tx.Now().Add(-Youngest))
			owners, err := ownersTx(tx, old, after, batch)
			if err != nil {
				return err
			}
			more = len(owners) == batch
			for _, o := range owners {
				next = o
				kind, _, _ := strings.Cut(o, "/")
				there := kinds[kind]
				if there == nil {
					continue
				}
				if ok, err := there(tx, o); err != nil || ok {
					if err != nil {
						return err
					}
					continue
				}
				k, err := tx.Exec(sqlDropOwner, o, old)
				if err != nil {
					return err
				}
				n += k
			}
			return nil
		})
		gone, after = gone+n, next
	}
	return gone, err
}

func ownersTx(tx *db.Tx, old db.Time, after string, most int) (all []string, err error) {
	rows, err := tx.Query(sqlOldOwners, old, after, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, rows.Err()
}
