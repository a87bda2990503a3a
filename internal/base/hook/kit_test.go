package hook

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/jobs"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clock is what the database takes for now.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// got is a request as a receiver saw it.
type got struct {
	id, stamp, signature, agent, ctype string
	body                               []byte
}

func (g got) event(t *testing.T) (e map[string]any) {
	t.Helper()
	must(t, json.Unmarshal(g.body, &e))
	return e
}

// receiver is somebody's software, by TLS on this machine.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	all  []got
	work func(w http.ResponseWriter, n int) // nil answers 204; n counts from 1
}

func newReceiver(t *testing.T, work func(w http.ResponseWriter, n int)) *receiver {
	r := &receiver{work: work}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.all = append(r.all, got{q.Header.Get("webhook-id"), q.Header.Get("webhook-timestamp"), q.Header.Get("webhook-signature"), q.UserAgent(), q.Header.Get("Content-Type"), body})
		n := len(r.all)
		r.mu.Unlock()
		if r.work != nil {
			r.work(w, n)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	r.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got() []got { r.mu.Lock(); defer r.mu.Unlock(); return append([]got(nil), r.all...) }

// kit is hooks on a database, with receivers that may be reached.
type kit struct {
	*Hooks
	t     *testing.T
	d     *db.DB
	clock *clock
	acc   *auth.Accounts
	log   *bytes.Buffer
}

// each runs f on every engine.
func each(t *testing.T, f func(t *testing.T, k *kit)) {
	c := &clock{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c.now = time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
		f(t, newKit(t, d, c))
	}, db.Clock(c.Now))
}

// local lets receivers on this machine be reached.
func local(to netip.AddrPort) bool {
	return to.Addr() == netip.MustParseAddr("127.0.0.1") && to.Port() > 1024
}

func newKit(t *testing.T, d *db.DB, c *clock) *kit {
	k := &kit{t: t, d: d, clock: c, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(k.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	q := jobs.New(d, log)
	k.Hooks = New(d, q, log, Config{Allow: local, Roots: x509.NewCertPool(), Version: "test"})
	if f := os.Getenv(killRoots); f != "" {
		b, err := os.ReadFile(f)
		must(t, err)
		k.Roots.AppendCertsFromPEM(b)
	}
	k.Key = bytes.Repeat([]byte{7}, 32)
	k.patience = 2 * time.Second
	q.Register(k.Jobs()...)
	k.acc = auth.NewAccounts(d, auth.NewSessions(d, nil))
	k.acc.Under = func(scope string) []string {
		return map[string][]string{"A": {"A", "A.1", "A.2"}, "B": {"B", "B.1"}}[scope]
	}
	return k
}

func (k *kit) account(login string, role auth.Role, scope string, org int64) int64 {
	k.t.Helper()
	id, err := k.acc.Add(context.Background(), "test", auth.NewAccount{Login: login, Name: "Người " + login, Role: role, Scope: scope, Org: org})
	must(k.t, err)
	return id
}

// subscribe makes a subscription to everything at a receiver.
func (k *kit) subscribe(account int64, r *receiver) (id int64, secret string) {
	k.t.Helper()
	k.Roots.AddCert(r.Certificate())
	id, secret, err := k.Add(context.Background(), nil, "test", account, Wish{Name: "Kế toán", URL: r.URL + "/in?key=hush-hush", Kinds: append([]Kind(nil), Kinds...)})
	must(k.t, err)
	return id, secret
}

func (k *kit) emit(e Event) {
	k.t.Helper()
	must(k.t, k.d.InTx(context.Background(), func(tx *db.Tx) error { return k.Emit(tx, e) }))
}

func (k *kit) drain(id int64) {
	k.t.Helper()
	must(k.t, k.Drain(context.Background(), id))
}

func (k *kit) list(id int64) []Delivery {
	k.t.Helper()
	all, _, err := k.Deliveries(context.Background(), 0, id, 0, 100)
	must(k.t, err)
	return all
}

func (k *kit) one(id int64) Subscription {
	k.t.Helper()
	s, err := k.One(context.Background(), 0, id)
	must(k.t, err)
	return s
}

// entry is a change of an entry in a commune of territory A, of organisation 501.
func entry(kind Kind) Event {
	return Event{Kind: kind, Object: "entry/12", Version: 3, Path: "/offers/12", Places: []string{"A.1", "A"}, Orgs: []int64{501}}
}

// eventually asks again for a while; it fails only when the thing never happens.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s never happened", what)
}

// count asks for one number.
func (k *kit) count(query string, args ...any) (n int) {
	k.t.Helper()
	must(k.t, k.d.Read(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(query, args...).Scan(&n) }))
	return n
}

func words(all []got) string {
	var out []string
	for _, g := range all {
		out = append(out, g.id)
	}
	return strings.Join(out, " ")
}

func sqlite(t *testing.T, c *clock) *db.DB { return dbtest.SQLite(t, db.Clock(c.Now)) }

// killRoots names the file of certificates that a child trusts.
const killRoots = "LIENKET_HOOK_ROOTS"

func certPEM(r *receiver) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw})
}
