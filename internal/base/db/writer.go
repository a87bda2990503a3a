package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// The group commit of SQLite. One goroutine owns the transaction; each request's f runs
// in its caller's goroutine, when the writer hands it the turn. So a panic or a
// runtime.Goexit stays where it belongs, and only one goroutine touches the connection at
// a time.

// A batch ends at this many requests, or when it has run this long: the first of it
// should not wait for ever.
const (
	maxBatch = 256
	maxRun   = 50 * time.Millisecond
)

// request is one InTx that waits.
type request struct {
	ctx   context.Context
	taken atomic.Bool  // the turn was given, or the caller left: whoever comes first
	turn  chan *sql.Tx // writer → caller: run f now
	ran   chan error   // caller → writer: f is over
	done  chan error   // writer → caller: the answer
	alone bool         // its batch died once: it runs by itself now
}

type queue struct {
	d       *DB
	mu      sync.Mutex
	waiting []*request
	closed  bool
	wake    chan struct{}
	over    chan struct{}
}

func newQueue(d *DB) *queue {
	q := &queue{d: d, wake: make(chan struct{}, 1), over: make(chan struct{})}
	go q.loop()
	return q
}

func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.poke()
	<-q.over
}

func (q *queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// InTx runs f in a writing transaction and returns after its commit. See the package
// comment for what holds inside.
func (d *DB) InTx(ctx context.Context, f func(*Tx) error) error {
	me := goroutine()
	if _, ok := d.inTx.Load(me); ok || d.nested(ctx) {
		return ErrNested
	}
	if err := ctx.Err(); err != nil {
		return cancelled(err)
	}
	d.inTx.Store(me, true)
	defer d.inTx.Delete(me)
	defer d.changes.Add(1) // also after an error: a commit may have come through all the same
	if d.engine == Postgres {
		return d.inTxPostgres(ctx, f)
	}
	return d.queue.do(ctx, f)
}

func (q *queue) do(ctx context.Context, f func(*Tx) error) error {
	r := &request{ctx: ctx, turn: make(chan *sql.Tx), ran: make(chan error, 1), done: make(chan error, 1)}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return ErrClosed
	}
	q.waiting = append(q.waiting, r)
	q.mu.Unlock()
	q.poke()
	gone := ctx.Done()
	for {
		select {
		case stx := <-r.turn:
			gone = nil // from here on only the writer looks at it
			q.run(r, stx, f)
		case err := <-r.done:
			return err
		case <-gone:
			if r.taken.CompareAndSwap(false, true) {
				return cancelled(ctx.Err())
			}
			gone = nil // too late, the turn is on its way
		}
	}
}

// run calls f and reports to the writer exactly once, also when f panics or ends the
// goroutine.
func (q *queue) run(r *request, stx *sql.Tx, f func(*Tx) error) {
	t := &Tx{
		tx: stx, ctx: q.d.mark(context.WithoutCancel(r.ctx)), now: q.d.now(),
		conn: q.d.wconn.Load(), write: true,
	}
	err := errors.New("db: f ended its goroutine")
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
		r.ran <- t.end(err)
	}()
	err = f(t)
}

func (q *queue) loop() {
	defer close(q.over)
	for {
		<-q.wake
		for {
			r := q.next()
			if r == nil {
				break
			}
			q.batch(r)
		}
		q.mu.Lock()
		end := q.closed && len(q.waiting) == 0
		q.mu.Unlock()
		if end {
			return
		}
	}
}

// next takes the first request whose caller still waits, and marks its turn as given.
func (q *queue) next() *request {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) > 0 {
		r := q.waiting[0]
		q.waiting[0] = nil
		q.waiting = q.waiting[1:]
		if r.alone || r.taken.CompareAndSwap(false, true) {
			return r
		}
	}
	return nil
}

func (q *queue) putBack(rs []*request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(append([]*request(nil), rs...), q.waiting...)
}

// batch runs r, and all that wait behind it, in one transaction.
func (q *queue) batch(r *request) {
	stx, err := q.d.write.BeginTx(context.Background(), nil)
	if err != nil {
		// Another process may hold the file. One long wait is enough: all who stand here by
		// now get the same answer.
		for ; r != nil; r = q.next() {
			r.done <- classify(err)
		}
		return
	}
	conn := q.d.wconn.Load()
	conn.died.Store(false)
	start := time.Now()
	var good []*request
	for r != nil {
		err, alive := q.one(stx, conn, r)
		if err != nil {
			r.done <- err
		} else {
			good = append(good, r)
		}
		if !alive {
			stx.Rollback() // tells the pool; the database has done it already
			q.again(good, err)
			return
		}
		if r.alone || len(good) >= maxBatch || time.Since(start) > maxRun {
			break
		}
		if r = q.next(); r != nil && r.alone {
			q.putBack([]*request{r})
			break
		}
	}
	if len(good) == 0 {
		stx.Rollback()
		return
	}
	if err := stx.Commit(); err != nil {
		q.again(good, err)
		return
	}
	for _, r := range good {
		r.done <- nil
	}
}

// one runs a request in its savepoint. The error is the request's; alive says whether the
// transaction can go on.
func (q *queue) one(stx *sql.Tx, conn *conn, r *request) (err error, alive bool) {
	ctx := context.Background()
	if err := r.ctx.Err(); err != nil {
		return cancelled(err), true
	}
	if _, err := stx.ExecContext(ctx, "savepoint request"); err != nil {
		return classify(err), !conn.died.Load()
	}
	r.turn <- stx
	err = <-r.ran
	if err == nil && r.ctx.Err() != nil {
		err = cancelled(r.ctx.Err())
	}
	if conn.died.Load() {
		return err, false
	}
	if err == nil {
		if _, err = stx.ExecContext(ctx, "release request"); err == nil {
			return nil, true
		}
		err = classify(err)
		if conn.died.Load() {
			return err, false
		}
	}
	if _, rerr := stx.ExecContext(ctx, "rollback to request"); rerr != nil {
		return err, false
	}
	_, rerr := stx.ExecContext(ctx, "release request")
	return err, rerr == nil
}

// again gives the good ones of a dead batch a second try, each alone; one that was alone
// already gets the error.
func (q *queue) again(good []*request, err error) {
	var back []*request
	for _, r := range good {
		if r.alone {
			r.done <- classify(err)
			continue
		}
		r.alone = true
		back = append(back, r)
	}
	q.putBack(back)
}

// goroutine is the number of the running goroutine. Go hides it on purpose; the only use
// here is to refuse a nested InTx whose context does not tell, and which would wait for
// itself for ever (on PostgreSQL: for its own row locks).
func goroutine() int64 {
	var buf [40]byte
	b := buf[:runtime.Stack(buf[:], false)]
	b = bytes.TrimPrefix(b, []byte("goroutine "))
	if i := bytes.IndexByte(b, ' '); i > 0 {
		n, _ := strconv.ParseInt(string(b[:i]), 10, 64)
		return n
	}
	return -1
}
