package market

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/jobs"
)

// TakePhoto takes a file off an entry, or puts it back.
func (s *Store) TakePhoto(ctx context.Context, claim Claim, by string, v Viewer, d EntryDeed, photo blob.ID, off bool) (was Entry, ok bool, err error) {
	return s.deed(ctx, claim, v, d, func(tx *db.Tx) (bool, error) {
		owner, act, move := EntryObject(d.ID), "entry.photo_off", blob.Remove
		if !off {
			act, move = "entry.photo_on", blob.PutBack
		}
		if err := move(tx, owner, photo); err != nil {
			return false, err
		}
		if _, err := tx.Exec(sqlEntryTouch, int64(d.ID), db.At(tx.Now()), by); err != nil {
			return false, err
		}
		return true, audit.Note(tx, audit.Entry{Actor: by, Action: act, Object: owner, After: map[string]any{"photo": photo}})
	})
}

// photoJob forgets the files that no entry has any more.
const photoJob = "market.photos"

func (s *Store) sweepPhotos(ctx context.Context, _ *jobs.Job) error {
	_, err := (&blob.Store{DB: s.DB}).Sweep(ctx, map[string]blob.Owners{entryKind: entryThere})
	return err
}

func photoJobs(s *Store) jobs.Kind {
	return jobs.Kind{Name: photoJob, Do: s.sweepPhotos, Every: 12 * time.Hour, Tries: 3}
}

// entryThere reports whether an object of the kind market_entry is in the book.
func entryThere(tx *db.Tx, object string) (bool, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(object, entryKind+"/"), 10, 64)
	if err != nil {
		return true, nil // nobody knows what it is: it stays
	}
	err = tx.QueryRow(sqlEntryThere, id).Scan(&id)
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return true, err
}

const sqlEntryTouch = `update market_entry set updated_at = $2, updated_by = $3, row_version = row_version + 1 where id = $1`

const sqlEntryThere = `select id from market_entry where id = $1`
