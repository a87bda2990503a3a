package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// Look is the action of entries that say who looked at something.
const Look = "look"

// Looked notes in tx that actor saw object: what names the part that was shown ("phone",
// "papers"). For looking that happens in a transaction anyway.
func Looked(tx *db.Tx, actor, object, what string) error {
	return Note(tx, Entry{Actor: actor, Action: Look, Object: object, After: map[string]string{"what": what}})
}

// Looks notes who opened what, where looking itself is to be accounted for: cases,
// households, people's papers. One actor and object are noted once in a while, so that
// paging to and fro does not bury the trail.
type Looks struct {
	db   *db.DB
	log  *slog.Logger
	mu   sync.Mutex
	seen map[[2]string]time.Time
}

// lookEvery is the while.
const lookEvery = 10 * time.Minute

// NewLooks makes one for a process.
func NewLooks(d *db.DB, log *slog.Logger) *Looks {
	return &Looks{db: d, log: log, seen: map[[2]string]time.Time{}}
}

// Looked notes that actor saw object, in a small transaction of its own that shares its
// commit with others. It must not be called inside a transaction. A note that cannot be
// written does not keep the page back, but it is told in the log.
func (l *Looks) Looked(ctx context.Context, actor, object, what string) {
	if l == nil || !l.first(actor, object) {
		return
	}
	err := l.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error { return Looked(tx, actor, object, what) })
	if err != nil {
		l.log.Error("who looked is not noted", "actor", actor, "object", object, "err", err)
		l.mu.Lock()
		delete(l.seen, [2]string{actor, object})
		l.mu.Unlock()
	}
}

// mostSeen bounds the memory; beyond it, old ones are forgotten.
const mostSeen = 20_000

func (l *Looks) first(actor, object string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, k := time.Now(), [2]string{actor, object}
	if t, ok := l.seen[k]; ok && now.Sub(t) < lookEvery {
		return false
	}
	if len(l.seen) >= mostSeen {
		for k, t := range l.seen {
			if now.Sub(t) >= lookEvery {
				delete(l.seen, k)
			}
		}
		if len(l.seen) >= mostSeen {
			clear(l.seen) // noting twice is better than not at all
		}
	}
	l.seen[k] = now
	return true
}
