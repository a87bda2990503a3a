// Package hook tells other software that something changed: an account names an address of
// its own and the kinds of events it wants, and each such event is posted there, signed. It
// is not a way to read data: an event says which object changed, never what it holds, and
// the receiver asks for it with its own access token. It knows no area's word; areas call
// Emit in the transaction that makes the change.
//
// # What holds
//
//   - An event exists if and only if the transaction that made it was committed, and goes
//     only to accounts that may see the object on that day; that is asked in the query that
//     writes the deliveries, and once more before each sending.
//   - It is delivered at least once, each time with the same webhook-id. The order is not
//     promised: a try that failed is overtaken by later events. The version of the object
//     tells what is older.
//   - Tries that failed are made again after 1 and 5 and 30 minutes, 2, 8 and 24 hours; then
//     the delivery is given up. A receiver that is down is asked by one delivery at a time.
//     After twenty failed tries in a row, the first more than a day ago, the subscription is
//     switched off and its owner is told; the answer 410 does so at once.
//   - While a subscription is off, nothing is kept for it.
//   - Only public addresses are connected to; see guard.go. No redirect is followed, no
//     proxy is used, and nothing of an answer is kept but its number.
//
// Signatures are those of Standard Webhooks (standardwebhooks.com): webhook-signature holds
// "v1," and the HMAC-SHA256 of "id.timestamp.body". The secret (whsec_…) is shown once. We
// must sign with it, so it cannot be hashed: it is kept encrypted (AES-GCM, bound to its
// account) under a key derived from the one of second factors, which lies outside the
// database (docs/adr/0016-webhooks.md).
package hook

import (
	"crypto/x509"
	"embed"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/jobs"
)

// Texts are the words of this room.
//
//go:embed text/*.json
var Texts embed.FS

// Config says what may be connected to, beyond public addresses by https.
type Config struct {
	// Allow, if set, opens further addresses, such as the office's own network; those may be
	// reached on any port, and without TLS.
	Allow func(netip.AddrPort) bool

	Roots   *x509.CertPool // nil is the system's
	Version string         // of the program, for the User-Agent
}

// Hooks keeps subscriptions and delivers events. Make it with New; Key must be set before
// the first subscription.
type Hooks struct {
	DB    *db.DB
	Queue *jobs.Queue
	Log   *slog.Logger
	Key   []byte // of secrets: auth.Accounts.Key
	Config

	resolver *net.Resolver // nil is the system's
	patience time.Duration // with one try
	once     sync.Once
	tls, raw sender        // by https, and without TLS
	slots    chan struct{} // one for each sending job
}

// New makes Hooks; log may be nil.
func New(d *db.DB, q *jobs.Queue, log *slog.Logger, c Config) *Hooks {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Hooks{DB: d, Queue: q, Log: log, Config: c, patience: timeout, slots: make(chan struct{}, atOnce)}
}

// Kind is what an event is about.
type Kind string

// The kinds of events.
const (
	EntryAdded    Kind = "entry.added"
	EntryChanged  Kind = "entry.changed"
	EntryClosed   Kind = "entry.closed"
	EntryReopened Kind = "entry.reopened"
	PlanSubmitted Kind = "plan.submitted"
	PlanTakenBack Kind = "plan.taken_back" // a draft again
	PlanReturned  Kind = "plan.returned"
	PlanReleased  Kind = "plan.released"
	PlanReplaced  Kind = "plan.replaced" // a newer one stands
	AnswerGiven   Kind = "answer.given"
	AnswerBack    Kind = "answer.taken_back" // waited for again

	ping Kind = "ping" // a test that its owner asked for
)

// Kinds are all kinds that can be chosen, as forms list them.
var Kinds = []Kind{
	EntryAdded, EntryChanged, EntryClosed, EntryReopened, PlanSubmitted, PlanTakenBack, PlanReturned, PlanReleased, PlanReplaced, AnswerGiven, AnswerBack,
}

// Event is one change as an area tells of it.
type Event struct {
	Kind    Kind
	Object  string // "entry/12"
	Version int64  // of the object, after the change
	Path    string // of its page: "/offers/12"

	// Who may see the object: staff whose territory holds one of the places, accounts of one
	// of the organisations.
	Places []string
	Orgs   []int64
}

// pauses between the tries of a delivery.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour}

const (
	atOnce     = 4                   // receivers at a time in one process: mails and other work go on
	timeout    = 10 * time.Second    // of one try
	offAfter   = 20                  // failed tries in a row
	offSince   = 24 * time.Hour      // … and the first of them this long ago
	probeAfter = 3                   // failed tries in a row: the receiver is down
	mostHold   = 30 * time.Minute    // between two tries of a receiver that is down
	oldSecret  = 24 * time.Hour      // the secret before goes on signing
	keep       = 30 * 24 * time.Hour // deliveries
	undoFor    = 24 * time.Hour      // a deleted subscription can be taken back
	mostOwn    = 10                  // subscriptions of an account
	mostAsked  = 10                  // tests and repeats that people ask for, of a subscription in a minute
)

// hold is how long nothing is sent to a receiver after so many failed tries in a row.
func hold(failures int64) time.Duration {
	if failures < probeAfter {
		return 0
	}
	return min(time.Minute<<min(failures-probeAfter, 10), mostHold)
}
