package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxConns bounds our share of the server's connections (its default limit is 100).
const maxConns = 16

func openPostgres(ctx context.Context, where string, o options) (*DB, error) {
	cfg, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, err
	}
	p := stdlib.OpenDB(*cfg)
	p.SetMaxOpenConns(maxConns)
	p.SetMaxIdleConns(maxConns)
	p.SetConnMaxIdleTime(5 * time.Minute)
	if err := p.PingContext(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return &DB{engine: Postgres, clock: o.clock, write: p, read: p, turns: make(chan struct{}, writers)}, nil
}

// writers is how many of this process's transactions write at once, triesTogether how often
// one may collide before it goes alone.
const (
	writers       = 4
	triesTogether = 3
)

// maxTries bounds the repetitions of a transaction that cannot be serialised. With
// doubling pauses the last one comes after about two seconds.
const maxTries = 12

func (d *DB) inTxPostgres(ctx context.Context, f func(*Tx) error) error {
	pause := time.Millisecond
	for try := 1; ; try++ {
		err := d.turn(ctx, try, f)
		if err == nil || !again(err) || try == maxTries {
			return err
		}
		// Jitter keeps two that collided from colliding again.
		wait := pause + time.Duration(rand.Int64N(int64(pause)))
		if pause < 256*time.Millisecond {
			pause *= 2
		}
		select {
		case <-ctx.Done():
			return cancelled(ctx.Err())
		case <-time.After(wait):
		}
	}
}

// turn makes one try. Few write at once: SERIALIZABLE tells transactions apart by pages, and
// of many that write side by side in the same tables most are rolled back (32 at once: three
// and a half for each that committed, and some never did). One that has collided often goes
// alone, so that it comes through.
func (d *DB) turn(ctx context.Context, try int, f func(*Tx) error) error {
	select {
	case d.turns <- struct{}{}:
		defer func() { <-d.turns }()
	case <-ctx.Done():
		return cancelled(ctx.Err())
	}
	if try > triesTogether {
		d.alone.Lock()
		defer d.alone.Unlock()
	} else {
		d.alone.RLock()
		defer d.alone.RUnlock()
	}
	return d.oncePostgres(ctx, f)
}

// again: 40001 could not serialise, 40P01 deadlock. Both mean "nothing happened, repeat".
func again(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
}

func (d *DB) oncePostgres(ctx context.Context, f func(*Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return cancelled(err)
	}
	// The transaction itself is not bound to ctx: a commit that is cut off would leave us
	// not knowing whether it happened.
	stx, err := d.write.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return classify(err)
	}
	defer stx.Rollback()
	t := &Tx{tx: stx, ctx: d.mark(ctx), now: d.now(), write: true}
	if err := t.end(guard(t, f)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return cancelled(err)
	}
	return classify(stx.Commit())
}

// guard runs f and brings a panic home as an error.
func guard(t *Tx, f func(*Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return f(t)
}
