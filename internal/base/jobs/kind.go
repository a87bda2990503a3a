package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// Kind is one sort of work.
type Kind struct {
	// Name is the room, a dot and the work: "market.plan". It is also the key of a text, which
	// names the work for people.
	Name string
	Do   func(ctx context.Context, j *Job) error

	// Every makes it periodic: it is added with empty arguments about this often, never
	// twice at a time.
	Every time.Duration

	// Tries is how often it is begun before it is given up; 0 means 10. Between tries the
	// pause grows with the fourth power: 1 s, 16 s, 81 s …
	Tries int

	// Timeout cancels the context of one try; 0 means ten minutes, negative means never.
	Timeout time.Duration

	// Slow work (minutes, or much memory) has its own few workers, so that short jobs never
	// wait behind it.
	Slow bool

	// Gone, if set, is told in one transaction that a job ended without success and will not
	// be begun again: out of tries, cancelled, or Final. It may be told twice.
	Gone func(tx *db.Tx, j *Job, why error) error
}

// Opts are the choices of one Add.
type Opts struct {
	// Unique names the job among the unfinished ones of its kind: while one with this name
	// waits or runs, Add returns its number instead of adding another.
	Unique string

	// At is when it may begin; zero means now. It is meant by the clock of the database
	// (tx.Now), whatever that shows.
	At time.Time
}

// Job is one piece of work, as Do sees it.
type Job struct {
	ID      int64
	Kind    string
	Attempt int // 1 at the first try
	Tries   int
	Args    json.RawMessage

	q      *Queue
	noted  time.Time
	finish func(tx *db.Tx) error
}

// Into reads the arguments.
func (j *Job) Into(v any) error {
	if len(j.Args) == 0 {
		return nil
	}
	return json.Unmarshal(j.Args, v)
}

// Last says that this is the last try.
func (j *Job) Last() bool { return j.Attempt >= j.Tries }

// Why a job ended, or why it may not go on.
var (
	// ErrLost: this process stood still for so long that the job was given to another.
	ErrLost = errors.New("jobs: another process has taken this job over")

	// ErrCancelled: somebody cancelled it.
	ErrCancelled = errors.New("jobs: cancelled")

	// ErrKilled: the process that worked it died each time.
	ErrKilled = errors.New("jobs: its process died while it ran")
)

// final marks an error that no further try can mend.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// Final makes err the end of its job: it is not tried again.
func Final(err error) error {
	if err == nil {
		return nil
	}
	return final{err}
}

const (
	defaultTries   = 10
	defaultTimeout = 10 * time.Minute
)

func (k Kind) tries() int {
	if k.Tries <= 0 {
		return defaultTries
	}
	return k.Tries
}

func (k Kind) timeout() time.Duration {
	switch {
	case k.Timeout < 0:
		return -1
	case k.Timeout == 0:
		return defaultTimeout
	}
	return k.Timeout
}

func (k Kind) queue() string {
	if k.Slow {
		return slowQueue
	}
	return quickQueue
}
