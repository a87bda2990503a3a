package db

import (
	"cmp"
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
	of map[K]keptValue[V]
}

type keptValue[V any] struct {
	v     V
	n     int64
	until time.Time
}

// Get is the value under key, read anew where the one kept no longer holds. Errors are not
// kept.
func (k *Kept[K, V]) Get(d *DB, key K, read func() (V, error)) (V, error) {
	n, now := d.Changes(), time.Now() // before reading: what comes later is not in the value
	k.mu.RLock()
	x, ok := k.of[key]
	k.mu.RUnlock()
	if ok && x.n == n && now.Before(x.until) {
		return x.v, nil
	}
	v, err := read()
	if err != nil {
		return v, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil || len(k.of) >= cmp.Or(k.Most, 1000) {
		k.of = map[K]keptValue[V]{}
	}
	k.of[key] = keptValue[V]{v, n, now.Add(cmp.Or(k.For, 2*time.Second))}
	return v, nil
}
