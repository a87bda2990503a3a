package auth

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Tries that are free, then one a minute.
const (
	freeTries  = 10
	tryEvery   = time.Minute
	mostCounts = 20000
)

// limits counts failed tries by a name (an account, an address prefix). It lives in memory:
// a restart forgives, which is less harm than a table that an attacker can fill.
type limits struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

// take spends one try of each name, or says how long to wait. A successful sign-in gives
// its tries back, so that an office behind one address is not shut out in the morning.
func (l *limits) take(now time.Time, names ...string) (giveBack func(), wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken []*rate.Reservation
	undo := func() {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	for _, n := range names {
		r := l.of(n, now).ReserveN(now, 1)
		taken = append(taken, r)
		if d := r.DelayFrom(now); d > wait {
			wait = d
		}
	}
	if wait > 0 {
		undo()
		return nil, wait
	}
	return undo, 0
}

func (l *limits) of(name string, now time.Time) *rate.Limiter {
	if l.by == nil {
		l.by = map[string]*rate.Limiter{}
	}
	lim := l.by[name]
	if lim == nil {
		if len(l.by) >= mostCounts {
			for k, v := range l.by {
				if v.TokensAt(now) >= freeTries { // nothing is remembered in it
					delete(l.by, k)
				}
			}
		}
		lim = rate.NewLimiter(rate.Every(tryEvery), freeTries)
		l.by[name] = lim
	}
	return lim
}
