package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Sealer chains the entries that wait, and signs how far the chain has come. Several
// processes may each have one: a lease in the database lets one work at a time.
type Sealer struct {
	db     *db.DB
	dir    string // of key and checkpoints; "" seals without signing
	log    *slog.Logger
	holder string

	work  sync.Mutex // one round at a time
	above int64      // entries up to here are sealed, as far as this process knows
	swept time.Time  // when it last looked at all

	mu    sync.Mutex
	state State
}

// State is what a page shows of the sealer.
type State struct {
	Holder   bool      // this process seals
	Sealed   time.Time // last time it looked for entries to seal
	Signed   time.Time // last checkpoint of this process
	Trouble  error     // what stands in the way; a fault if a person can mend it
	KeyPrint string    // of the key that signs
}

const (
	batch     = 500
	leaseTime = 10 * time.Second
	sealEvery = time.Second
	signEvery = time.Minute

	// On PostgreSQL an entry may appear after one with a higher number. Each round looks this
	// far back, and once an hour over everything.
	lookBack   = 5_000
	sweepEvery = time.Hour
)

// NewSealer makes a sealer. dir is the folder of checkpoints, outside the database.
func NewSealer(d *db.DB, dir string, log *slog.Logger) *Sealer {
	var b [6]byte
	_, _ = rand.Read(b[:])
	host, _ := os.Hostname() // a name for people; it need not be right
	return &Sealer{db: d, dir: dir, log: log, holder: fmt.Sprintf("%s/%d/%s", host, os.Getpid(), hex.EncodeToString(b[:]))}
}

// State says how the sealer is.
func (s *Sealer) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run seals each second and signs each minute until ctx ends, then seals and signs a last
// time and gives the lease back.
func (s *Sealer) Run(ctx context.Context) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	signed := time.Time{}
	told := ""
	for {
		last := ctx.Err() != nil
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		_, err := s.Seal(work)
		if err == nil && (last || time.Since(signed) >= signEvery) {
			_, err = s.Sign(work)
			signed = time.Now()
		}
		if last {
			err = errors.Join(err, s.drop(work))
		}
		cancel()
		s.note(func(st *State) { st.Trouble = err })
		if word := text(err); word != told { // each second anew would fill the log
			if told = word; word != "" {
				s.log.Error("the audit trail is not sealed", "err", err)
			}
		}
		if last {
			return
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (s *Sealer) note(f func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.state)
}

// Seal chains all entries that wait, and says how many. Zero without an error may mean
// that another process holds the lease.
func (s *Sealer) Seal(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "sealing the audit trail")
	for {
		k, err := s.sealBatch(ctx)
		n += k
		if err != nil || k < batch {
			return n, err
		}
	}
}

func (s *Sealer) sealBatch(ctx context.Context) (n int, err error) {
	s.work.Lock()
	defer s.work.Unlock()
	above := s.above
	if s.db.Engine() == db.Postgres {
		above = max(0, above-lookBack)
	}
	all := time.Since(s.swept) > sweepEvery
	if all {
		above = 0
	}
	// Looking costs no write: a quiet second leaves the disk alone.
	var some []raw
	var top int64
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if some, err = waiting(tx, above, 1); err == nil && all {
			top, err = newestEntry(tx)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	s.note(func(st *State) { st.Sealed = time.Now() })
	if len(some) == 0 {
		if all { // all of it is sealed: from now on only what is new is looked at
			s.swept, s.above = time.Now(), max(s.above, top)
		}
		return 0, nil
	}
	var newest int64
	mine := false
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		n, newest = 0, 0
		if mine, err = s.take(tx, "sealer"); err != nil || !mine {
			return err
		}
		todo, err := waiting(tx, above, batch)
		if err != nil {
			return err
		}
		last, err := head(tx)
		if err != nil {
			return err
		}
		at, err := moment(tx.Now(), last.at)
		if err != nil {
			return err
		}
		for _, e := range todo {
			last = seal{seq: last.seq + 1, entry: e.id, hash: link(last.hash, last.seq+1, at, e), at: at}
			if _, err := tx.Exec(sqlInsertSeal, last.seq, last.entry, last.hash, last.at); err != nil {
				return err
			}
			newest = max(newest, e.id)
		}
		n = len(todo)
		return nil
	})
	s.note(func(st *State) { st.Holder = err == nil && mine })
	if err != nil {
		return 0, err
	}
	s.above = max(s.above, newest)
	return n, nil
}

// moment is the time of a seal, never before that of the seal before it: a clock that was
// set back must not turn the record around.
func moment(now time.Time, before string) (string, error) {
	v, err := db.At(now).Value()
	if err != nil {
		return "", err
	}
	at, _ := v.(string)
	return max(at, before), nil
}

// take takes or keeps a lease. Signing has one of its own: a process without a folder
// seals and never signs, and must not keep others from it.
func (s *Sealer) take(tx *db.Tx, name string) (bool, error) {
	n, err := tx.Exec(sqlTakeLease, s.holder, db.At(tx.Now().Add(leaseTime)), db.At(tx.Now()), name)
	return n > 0, err
}

// drop gives the leases back, so that the next process need not wait.
func (s *Sealer) drop(ctx context.Context) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(sqlDropLease, s.holder); return err })
}

// What keeps this process from signing; an administrator can mend it.
var (
	errKeyGone  = fault.New(fault.Conflict, "audit.seal.key_gone")
	errKeyOther = fault.New(fault.Conflict, "audit.seal.key_other")
	errBehind   = fault.New(fault.Conflict, "audit.seal.behind")
)

// Sign writes a checkpoint if the chain has moved since the last one.
func (s *Sealer) Sign(ctx context.Context) (done bool, err error) {
	defer fault.Wrap(&err, "signing the audit trail")
	if s.dir == "" {
		return false, nil
	}
	s.work.Lock()
	defer s.work.Unlock()
	p, err := s.nextPoint(ctx)
	if err != nil || p.n == 0 {
		return false, err
	}
	// The file comes first: a crash between the two leaves a line that fits the chain, and the
	// next signing takes it over.
	if p.line == "" {
		key, err := s.key(p.n == 1)
		if err != nil {
			return false, err
		}
		p.key = fingerprint(key.Public().(ed25519.PublicKey))
		p = sign(key, p)
		at, err := time.Parse(time.RFC3339Nano, p.at)
		if err != nil {
			return false, err
		}
		if err := appendLine(s.dir, at, p.line); err != nil {
			return false, err
		}
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(sqlInsertCheckpoint, p.n, p.seq, p.line, p.at)
		return err
	})
	if err == nil {
		s.note(func(st *State) { st.Signed, st.KeyPrint = time.Now(), p.key })
	}
	return err == nil, err
}

// nextPoint is the checkpoint to be written; number 0 if there is none, a line if it is in
// the files already.
func (s *Sealer) nextPoint(ctx context.Context) (p point, err error) {
	var mine bool
	var top seal
	var last kept
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if top, err = head(tx); err != nil {
			return err
		}
		last, err = lastCheckpoint(tx)
		return err
	})
	if err != nil || top.seq == last.seq {
		return point{}, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if mine, err = s.take(tx, "signer"); err != nil || !mine {
			return err
		}
		if top, err = head(tx); err != nil {
			return err
		}
		if last, err = lastCheckpoint(tx); err != nil {
			return err
		}
		at, err := moment(tx.Now(), "")
		p = point{n: last.n + 1, seq: top.seq, chain: top.hash, at: at, before: lineHash(last.line)}
		return err
	})
	if err != nil || !mine {
		return point{}, err
	}
	all, err := lines(s.dir)
	if err != nil || len(all) == 0 {
		return p, err
	}
	written, _, err := readPoint(all[len(all)-1])
	if err != nil || written.n < p.n {
		return p, nil // an odd line is for the check to tell
	}
	var at seal
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		at, err = sealBy(tx, written.seq)
		return err
	})
	if err != nil {
		return point{}, err
	}
	if written.n > p.n || at.hash != written.chain || written.before != p.before {
		return point{}, errBehind
	}
	return written, nil
}

// key reads the signing key; only a trail without any checkpoint may get a new one.
func (s *Sealer) key(first bool) (ed25519.PrivateKey, error) {
	key, err := readKey(s.dir)
	switch {
	case errors.Is(err, os.ErrNotExist) && first:
		return makeKey(s.dir)
	case errors.Is(err, os.ErrNotExist):
		return nil, errKeyGone
	case err != nil:
		return nil, err
	}
	if first {
		return key, nil
	}
	all, err := lines(s.dir)
	if err != nil {
		return nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if p, _, err := readPoint(all[i]); err == nil {
			if p.key != fingerprint(key.Public().(ed25519.PublicKey)) {
				return nil, errKeyOther
			}
			break
		}
	}
	return key, nil
}
