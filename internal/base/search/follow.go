package search

import (
	"context"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

const (
	chunk = 5000 // documents read at once

	// slowest is how long a transaction may take between getting its numbers and being
	// seen. PostgreSQL gives numbers out before it commits, so a later one may be seen
	// first; the numbers that were missing then are asked for again this long.
	slowest = 10 * time.Minute

	recount = 10 * time.Minute // how often memory and table are compared as a whole
)

// follower is how far an index has come in the table.
type follower struct {
	mu      sync.Mutex // one at a time
	last    int64
	gaps    []gap
	counted time.Time

	own   sync.Mutex
	puts  int64     // of this process, when looked last
	wrote time.Time // when puts was seen to change
}

// gap is numbers that were not there when later ones were.
type gap struct {
	from, to int64
	since    time.Time
}

// mine reports whether this process wrote documents that may not have been read yet. A
// transaction counts its puts before it commits, so it stays true for a while.
func (f *follower) mine() bool {
	f.own.Lock()
	defer f.own.Unlock()
	now := time.Now()
	if n := puts.Load(); n != f.puts {
		f.puts, f.wrote = n, now
	}
	return now.Sub(f.wrote) < 2*time.Second
}

// catchUp reads what the table has that memory has not.
func (x *Index) catchUp(ctx context.Context) error {
	f := &x.follow
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := x.fillGaps(ctx); err != nil {
		return err
	}
	for {
		var rows []row
		err := x.db.Read(ctx, func(tx *db.Tx) (err error) {
			rows, err = docsOf(tx, sqlDocsAfter, f.last, int64(chunk))
			return err
		})
		if err != nil {
			return err
		}
		x.apply(rows, len(rows) < chunk)
		if len(rows) < chunk {
			break
		}
	}
	return x.compareCounts(ctx)
}

// apply takes rows over; all says that the table holds no more.
func (x *Index) apply(rows []row, all bool) {
	f := &x.follow
	now := time.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, r := range rows {
		if x.full && r.seq > f.last+1 && x.db.Engine() == db.Postgres {
			f.gaps = append(f.gaps, gap{f.last + 1, r.seq - 1, now})
		}
		f.last = max(f.last, r.seq)
		x.take(r)
	}
	x.core.tidy()
	if all && !x.full {
		x.full = true
		if f.counted = now; x.db.Engine() == db.Postgres && f.last > 0 {
			f.gaps = append(f.gaps, gap{max(1, f.last-chunk), f.last, now}) // some may be on their way
		}
	}
}

func (x *Index) take(r row) {
	if r.gone {
		x.core.drop(r.Kind, r.ID)
		return
	}
	x.core.put(r.Doc, r.seq)
}

// fillGaps asks for numbers that were missing. On SQLite there are none to come: one
// writer gives and commits them in order.
func (x *Index) fillGaps(ctx context.Context) error {
	f := &x.follow
	now := time.Now()
	kept := f.gaps[:0]
	for _, g := range f.gaps {
		if now.Sub(g.since) < slowest {
			kept = append(kept, g)
		}
	}
	if f.gaps = kept; len(kept) == 0 {
		return nil
	}
	var rows []row
	err := x.db.Read(ctx, func(tx *db.Tx) error {
		for _, g := range kept {
			rs, err := docsOf(tx, sqlDocsBetween, g.from, g.to)
			if err != nil {
				return err
			}
			rows = append(rows, rs...)
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, r := range rows {
		if x.core.seqOf(r.Kind, r.ID) != r.seq {
			x.take(r)
		}
	}
	x.core.tidy()
	return nil
}

// compareCounts reads everything anew when memory and table do not agree, or when most of
// memory is documents that were replaced.
func (x *Index) compareCounts(ctx context.Context) error {
	f := &x.follow
	x.mu.RLock()
	worn, have := x.core.worn(), x.core.live-len(x.held)
	x.mu.RUnlock()
	if !worn {
		if time.Since(f.counted) < recount {
			return nil
		}
		f.counted = time.Now()
		n := 0
		err := x.db.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(sqlCountDocs).Scan(&n) })
		if err != nil || n == have {
			return err
		}
	}
	return x.readAnew(ctx)
}

// readAnew builds a second core from the table and puts it in place of the first.
func (x *Index) readAnew(ctx context.Context) error {
	fresh := newCore(x.kinds)
	x.mu.RLock()
	held := x.held
	x.mu.RUnlock()
	for _, d := range held {
		fresh.put(d, 0)
	}
	last := int64(0)
	for {
		var rows []row
		err := x.db.Read(ctx, func(tx *db.Tx) (err error) {
			rows, err = docsOf(tx, sqlDocsAfter, last, int64(chunk))
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			last = r.seq
			if !r.gone {
				fresh.put(r.Doc, r.seq)
			}
		}
		if len(rows) < chunk {
			break
		}
	}
	fresh.tidy()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.core = fresh
	x.follow.last = max(last, x.follow.last)
	x.follow.counted = time.Now()
	return nil
}
