package search

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// Index is the documents in this process's memory. All methods may be called from many
// goroutines.
type Index struct {
	db    *db.DB
	log   *slog.Logger
	kinds []string
	reach reaches

	mu   sync.RWMutex
	core *core
	held []Doc // come with the program
	full bool  // core has what the table has

	follow follower
	stop   chan struct{}
	over   sync.WaitGroup
	once   sync.Once
}

// New makes an index that knows nothing yet; Start fills it. Kinds are in the order in
// which equals are shown; others may come.
func New(d *db.DB, log *slog.Logger, kinds ...string) *Index {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Index{db: d, log: log, kinds: kinds, core: newCore(kinds), stop: make(chan struct{})}
}

// Hold adds documents that come with the program and stand in no table.
func (x *Index) Hold(docs ...Doc) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.held = append(x.held, docs...)
	for _, d := range docs {
		x.core.put(d, 0)
	}
	x.core.tidy()
}

// Start takes in what comes with the program, then the table, in the background, and
// follows the table until Close.
func (x *Index) Start(held ...func() []Doc) {
	x.over.Go(func() {
		for _, docs := range held {
			x.Hold(docs()...)
		}
		t := time.NewTicker(time.Second)
		defer t.Stop()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		x.over.Go(func() {
			<-x.stop
			cancel()
		})
		for {
			if err := x.catchUp(ctx); err != nil && ctx.Err() == nil {
				x.log.Warn("search: following the documents", "error", err)
			}
			select {
			case <-x.stop:
				return
			case <-t.C:
			}
		}
	})
}

// Close ends following and waits for it.
func (x *Index) Close() {
	x.once.Do(func() { close(x.stop) })
	x.over.Wait()
}

// Ready reports whether everything in the table is in memory.
func (x *Index) Ready() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.full
}

// Find is Search for callers that want the hits alone. When the database cannot say what
// the asker may see, nothing is found.
func (x *Index) Find(ctx context.Context, q Query) []Hit {
	res, err := x.Search(ctx, q)
	if err != nil && !errors.Is(err, context.Canceled) {
		x.log.Error("search", "error", err)
	}
	return res.Hits
}

// Search finds what q asks for, in the order that the package comment states.
func (x *Index) Search(ctx context.Context, q Query) (res Result, err error) {
	if x.follow.mine() {
		if err := x.catchUp(ctx); err != nil {
			return res, err
		}
	}
	see, err := x.sightOf(ctx, q)
	if err != nil {
		return res, err
	}
	x.mu.RLock()
	full := x.full
	res = x.core.search(q, see.may(x.core))
	x.mu.RUnlock()
	if full {
		return res, nil
	}
	return x.andTable(ctx, q, res)
}

// andTable adds what the table holds, as long as the index does not stand.
func (x *Index) andTable(ctx context.Context, q Query, res Result) (Result, error) {
	const enough = 1000 // to count; while the index is built that will do
	var hits []Hit
	err := x.db.Read(ctx, func(tx *db.Tx) (err error) {
		hits, err = findDocs(tx, q, enough)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	for _, h := range hits {
		if slices.ContainsFunc(res.Hits, func(o Hit) bool { return o.Kind == h.Kind && o.ID == h.ID }) {
			continue
		}
		res.Total++
		res.ByKind[h.Kind]++
		res.Hits = append(res.Hits, h)
	}
	limit := q.Limit
	if limit == 0 {
		limit = 20
	}
	res.Hits = res.Hits[:min(limit, len(res.Hits))]
	return res, nil
}
