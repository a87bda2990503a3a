package search

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
)

// reaches keeps what lies in each scope that grants name. Grants are read with every
// search, so one that ends or begins counts at once; what a scope contains changes with
// the program only, and is read again after a while.
type reaches struct {
	mu  sync.Mutex
	of  map[string]*reach
	was time.Time
}

type reach struct {
	keys map[string]bool
	bits []bool // by the core's places
	core *core
}

const reachFor = time.Minute

// sight is what one asker may see.
type sight struct {
	staff, all bool
	org        int64
	reaches    []*reach
	x          *reaches
}

func (x *Index) sightOf(ctx context.Context, q Query) (s sight, err error) {
	s = sight{staff: q.Staff, org: q.Org, all: q.Sight.Everywhere(), x: &x.reach}
	if !s.staff || s.all {
		return s, nil
	}
	err = x.db.Read(ctx, func(tx *db.Tx) error {
		scopes, err := scopesOf(tx, q.Sight)
		if err != nil {
			return err
		}
		if s.all = slices.Contains(scopes, auth.EverywhereScope); s.all {
			return nil
		}
		for _, scope := range scopes {
			r, err := x.reach.get(tx, scope)
			if err != nil {
				return err
			}
			s.reaches = append(s.reaches, r)
		}
		return nil
	})
	return s, err
}

func (x *reaches) get(tx *db.Tx, scope string) (*reach, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.of == nil || time.Since(x.was) > reachFor {
		x.of, x.was = map[string]*reach{}, time.Now()
	}
	if r := x.of[scope]; r != nil {
		return r, nil
	}
	keys, err := texts(tx, sqlReachOf, scope)
	if err != nil {
		return nil, err
	}
	r := &reach{keys: make(map[string]bool, len(keys))}
	for _, k := range keys {
		r.keys[k] = true
	}
	if len(keys) > 0 { // a scope that nobody has filled yet is asked for again
		x.of[scope] = r
	}
	return r, nil
}

// in is the reach over the places of a core.
func (x *reaches) in(r *reach, c *core) []bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if r.core != c || len(r.bits) < len(c.places) {
		bits := make([]bool, len(c.places))
		for i, k := range c.places {
			bits[i] = r.keys[k]
		}
		r.core, r.bits = c, bits
	}
	return r.bits
}

// may is the question asked of every document. The caller holds the index's lock.
func (s sight) may(c *core) func(*entry) bool {
	if !s.staff {
		return func(e *entry) bool { return !e.staff && (e.org == 0 || e.org == s.org) }
	}
	if s.all {
		return func(*entry) bool { return true }
	}
	var within [][]bool
	for _, r := range s.reaches {
		within = append(within, s.x.in(r, c))
	}
	return func(e *entry) bool {
		if e.place < 0 {
			return e.org == 0
		}
		for _, bits := range within {
			if bits[e.place] {
				return true
			}
		}
		return false
	}
}
