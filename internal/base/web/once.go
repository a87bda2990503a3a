package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Idempotency. A writing request may carry a key: the hidden field KeyField of a form
// (part Once) or the header Idempotency-Key. The same key with the same body gets the
// answer of the first time; with another body it is refused (422). Within one process a
// second request with the key waits for the first. A handler whose effect must happen
// exactly once, even over a crash between its commit and its answer, calls Claim(tx)
// first thing in its transaction: then the key and the effect are written together.

// KeyField is the name of the hidden field.
const KeyField = "idem"

const (
	keyHeader  = "Idempotency-Key"
	longestKey = 200
	mostKept   = 64 << 10 // of an answer's body
)

// NewKey is a fresh key for a form.
func NewKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// claim is the key that a request holds.
type claim struct {
	key, route, hash string
	account          int64
	written          bool // Claim was called in a transaction
}

// kept is the answer as it will be given again.
type kept struct {
	Status   int    `json:"status"`
	Location string `json:"location,omitempty"`
	Type     string `json:"type,omitempty"`
	Body     []byte `json:"body,omitempty"`
	tooLong  bool
}

func (k *kept) head(status int, h http.Header) {
	k.Status, k.Location, k.Type = status, h.Get("Location"), h.Get("Content-Type")
}

func (k *kept) write(p []byte) {
	if len(k.Body)+len(p) > mostKept {
		k.tooLong, k.Body = true, nil
	}
	if !k.tooLong {
		k.Body = append(k.Body, p...)
	}
}

// once runs a writing handler, at most once per key.
func (s *Server) once(rt Route, w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	key := keyOf(r, body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if key == "" {
		return rt.Do(w, r)
	}
	if len(key) > longestKey {
		return fault.New(fault.Invalid, "web.fault.key_too_long")
	}
	v := viewOf(r.Context())
	c := &claim{key: key, route: rt.Pattern, hash: digest(r, body), account: v.user.ID}
	unlock := s.keys.lock(c.route + "\n" + c.key)
	defer unlock()
	if done, err := s.again(w, r, c); done || err != nil {
		return err
	}
	v.claim = c
	out := w.(*reply)
	out.keep = &kept{}
	err = rt.Do(w, r)
	k := out.keep
	out.keep = nil
	if err != nil {
		if errors.Is(err, errRepeated) { // another process was faster
			done, err := s.again(w, r, c)
			if !done && err == nil {
				err = fault.New(fault.Conflict, "web.fault.key_busy")
			}
			return err
		}
		return err
	}
	if k.Status >= 400 {
		if !c.written {
			return nil // refused and unwritten: a corrected try may use the key again
		}
	}
	if k.Status == 0 {
		k.Status = http.StatusOK
	}
	if strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
		k = &kept{} // shown once: a repeat is told that it is done, and no copy lies in the database
	}
	if err := s.DB.InTx(r.Context(), func(tx *db.Tx) error { return keepAnswer(tx, c, k) }); err != nil {
		// The work is done and the person has the answer; only a repeat would not get it.
		s.Log.Error("answer not kept", "route", c.route, "ref", v.ref, "err", err)
	}
	return nil
}

// again gives the stored answer, if there is one.
func (s *Server) again(w http.ResponseWriter, r *http.Request, c *claim) (done bool, err error) {
	var k *kept
	var hash string
	err = s.DB.Read(r.Context(), func(tx *db.Tx) error {
		k, hash, err = answerOf(tx, c)
		return err
	})
	switch {
	case err != nil || k == nil:
		return false, err
	case hash != c.hash:
		return false, fault.New(fault.Duplicate, "web.fault.key_other_body")
	case k.Status == 0 && wantsJSON(r):
		w.Header().Set("Idempotent-Replay", "true")
		return true, JSON(w, r, http.StatusOK, map[string]string{"detail": T(r.Context(), "web.already.title")})
	case k.Status == 0: // written by Claim, but the answer was lost in a crash
		return true, Render(w, r, Page{Title: T(r.Context(), "web.already.title")}, alreadyView())
	}
	w.Header().Set("Idempotent-Replay", "true")
	if k.Location != "" {
		w.Header().Set("Location", k.Location)
	}
	if k.Type != "" {
		w.Header().Set("Content-Type", k.Type)
	}
	w.WriteHeader(k.Status)
	_, _ = w.Write(k.Body)
	return true, nil
}

var errRepeated = errors.New("this idempotency key has been used")

// Claim writes the request's idempotency key in the handler's own transaction, so that key
// and effect stand or fall together. Call it first; return its error as it is. Without a
// key it does nothing.
func Claim(r *http.Request, tx *db.Tx) error { return ClaimIn(r.Context(), tx) }

// ClaimIn is Claim for those who hold only the request's context.
func ClaimIn(ctx context.Context, tx *db.Tx) error {
	v := viewOf(ctx)
	if v == nil || v.claim == nil {
		return nil
	}
	n, err := insertClaim(tx, v.claim)
	if err != nil {
		return err
	}
	if n == 0 {
		return errRepeated
	}
	v.claim.written = true
	return nil
}

// digest tells one request from another. A browser draws a new boundary each time it sends
// the same form with a file, so the boundary does not count.
func digest(r *http.Request, body []byte) string {
	h := sha256.New()
	io.WriteString(h, r.URL.RequestURI()+"\n")
	if _, p, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && p["boundary"] != "" {
		mark := []byte("--" + p["boundary"])
		for {
			part, rest, more := bytes.Cut(body, mark)
			h.Write(part)
			if body = rest; !more {
				break
			}
			io.WriteString(h, "\n--\n")
		}
	}
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// keyOf reads the key without taking the form away from the handler.
func keyOf(r *http.Request, body []byte) string {
	if k := r.Header.Get(keyHeader); k != "" {
		return strings.Trim(k, `"`)
	}
	ct, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch strings.TrimSpace(ct) {
	case "application/x-www-form-urlencoded":
		if f, err := url.ParseQuery(string(body)); err == nil {
			return f.Get(KeyField)
		}
	case "multipart/form-data":
		probe := r.Clone(r.Context())
		probe.Body = io.NopCloser(bytes.NewReader(body))
		if mr, err := probe.MultipartReader(); err == nil {
			for {
				p, err := mr.NextPart()
				if err != nil {
					return ""
				}
				if p.FormName() == KeyField && p.FileName() == "" {
					b, _ := io.ReadAll(io.LimitReader(p, longestKey+1))
					return string(b)
				}
			}
		}
	}
	return ""
}

// keyLocks makes requests with the same key wait for each other.
type keyLocks struct {
	mu   sync.Mutex
	held map[string]*keyLock
}

type keyLock struct {
	sync.Mutex
	users int
}

func (l *keyLocks) lock(name string) (unlock func()) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[string]*keyLock{}
	}
	k := l.held[name]
	if k == nil {
		k = &keyLock{}
		l.held[name] = k
	}
	k.users++
	l.mu.Unlock()
	k.Lock()
	return func() {
		k.Unlock()
		l.mu.Lock()
		if k.users--; k.users == 0 {
			delete(l.held, name)
		}
		l.mu.Unlock()
	}
}
