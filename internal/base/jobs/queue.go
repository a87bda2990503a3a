package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Queue adds jobs and, between Start and Stop, works them.
type Queue struct {
	db    *db.DB
	log   *slog.Logger
	kinds map[string]Kind
	beat  time.Duration // between two signs of life
	dead  time.Duration // silence after which a process is taken for dead

	mu       sync.Mutex
	adder    *client // adds and cancels; made by the first who needs it
	end      context.CancelFunc
	over     chan struct{}
	stopping atomic.Bool
	working  atomic.Bool
}

// New is a queue on an open, migrated database; log may be nil.
func New(d *db.DB, log *slog.Logger) *Queue {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Queue{db: d, log: log, kinds: map[string]Kind{}, beat: 3 * time.Second, dead: 15 * time.Second}
}

// Pace changes how often a process beats and when a silent one is taken for dead, for
// tests. Before Start.
func (q *Queue) Pace(beat, dead time.Duration) { q.beat, q.dead = beat, dead }

// Register declares kinds, before the first Add and Start. Two of one name are a mistake of
// the program and panic.
func (q *Queue) Register(kinds ...Kind) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.adder != nil || q.over != nil {
		panic("jobs: Register after the first Add or Start")
	}
	for _, k := range kinds {
		if _, ok := q.kinds[k.Name]; ok || k.Do == nil {
			panic("jobs: kind " + k.Name + " is declared twice, or does nothing")
		}
		q.kinds[k.Name] = k
	}
}

// Kinds are the names of all kinds, sorted.
func (q *Queue) Kinds() (names []string) {
	for n := range q.kinds {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func (q *Queue) client() (*client, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.adder == nil {
		c, err := q.newClient(false, "", driver(q.db))
		if err != nil {
			return nil, err
		}
		q.adder = c
	}
	return q.adder, nil
}

// Add puts a job in the queue, in the caller's transaction, and returns its number; args
// become JSON. See Opts for what happens when a job of that name is there already.
func (q *Queue) Add(tx *db.Tx, kind string, args any, o Opts) (id int64, err error) {
	defer fault.Wrap(&err, "jobs.Add(%s)", kind)
	k, ok := q.kinds[kind]
	if !ok {
		return 0, fmt.Errorf("jobs: no kind %q is declared", kind)
	}
	var raw json.RawMessage
	if args != nil {
		if raw, err = json.Marshal(args); err != nil {
			return 0, err
		}
	}
	c, err := q.client()
	if err != nil {
		return 0, err
	}
	return insert(tx, c, k, raw, o)
}

// Start begins to work and returns once this process works or stands by. Work goes on
// until Stop, whatever becomes of ctx.
func (q *Queue) Start(ctx context.Context) error {
	q.mu.Lock()
	if q.over != nil {
		q.mu.Unlock()
		return fmt.Errorf("jobs: started twice")
	}
	own, end := context.WithCancel(context.WithoutCancel(ctx))
	q.end, q.over = end, make(chan struct{})
	over := q.over
	q.stopping.Store(false)
	q.mu.Unlock()
	up := make(chan error, 1)
	go q.live(own, up, over)
	err := <-up
	if err != nil {
		q.Stop(ctx)
	}
	return err
}

// Working says whether this process works jobs now; one that stands by does not.
func (q *Queue) Working() bool { return q.working.Load() }

// Stop ends the work of this process and waits: running jobs are told through their
// context, and go back into the queue, to be begun anew by the next process. The queue can
// still add, and be started again.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	end, over := q.end, q.over
	q.mu.Unlock()
	if over == nil {
		return nil
	}
	q.stopping.Store(true)
	end()
	select {
	case <-over:
	case <-ctx.Done():
		return ctx.Err()
	}
	q.mu.Lock()
	if q.over == over {
		q.end, q.over = nil, nil
	}
	q.mu.Unlock()
	return nil
}
