package db

import (
	"cmp"
	"errors"
	"sync"
	"time"
)

// Changes counts what this process has committed. A value that was read when it stood at n
// holds, as far as this process goes, while it still stands at n.
func (d *DB) Changes() int64 { return d.changes.Load() }

// Kept remembers what was read from the database until this process commits anything; what
// others commit is seen after For. It is for what every page asks again: who is signed in,
// how much there is in all. What a page shows of single records is read each time.
type Kept[K comparable, V any] struct {
	For  time.Duration // 0 is two seconds
	Most int           // values at once; one more and all are forgotten; 0 is 1,000

	mu sync.RWMutex
	of map[K]*keptValue[V]
}

type keptValue[V any] struct {
	v     V
	err   error
	n     int64
	until time.Time
	read  chan struct{} // closed when v is there
}

// Get is the value under key, read anew where the one kept no longer holds. Of many who ask
// at once, one reads. Errors are not kept.
func (k *Kept[K, V]) Get(d *DB, key K, read func() (V, error)) (V, error) {
	n, now := d.Changes(), time.Now() // before reading: what comes later is not in the value
	k.mu.RLock()
	x := k.of[key]
	k.mu.RUnlock()
	if !x.holds(n, now) {
		var mine bool
		if x, mine = k.take(key, n, now); mine {
			x.err = errUnread
			defer close(x.read) // also when read panics
			x.v, x.err = read()
			return x.v, x.err
		}
	}
	if <-x.read; x.err != nil { // it was the other's: perhaps he left
		return read()
	}
	return x.v, nil
}

var errUnread = errors.New("db: reading ended without a value")

// take puts an empty value under key for the caller to read, unless somebody else has.
func (k *Kept[K, V]) take(key K, n int64, now time.Time) (x *keptValue[V], mine bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if x := k.of[key]; x.holds(n, now) {
		return x, false
	}
	if k.of == nil || len(k.of) >= cmp.Or(k.Most, 1000) {
		k.of = map[K]*keptValue[V]{}
	}
	x = &keptValue[V]{n: n, until: now.Add(cmp.Or(k.For, 2*time.Second)), read: make(chan struct{})}
	k.of[key] = x
	return x, true
}

func (x *keptValue[V]) holds(n int64, now time.Time) bool {
	if x == nil || x.n != n || !now.Before(x.until) {
		return false
	}
	select {
	case <-x.read:
		return x.err == nil
	default:
		return true // being read, since nothing was committed
	}
}
