package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"time"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// How long a session lives.
const (
	idleLife     = 12 * time.Hour     // without a request
	absoluteLife = 7 * 24 * time.Hour // in any case
	touchEvery   = time.Minute        // how exactly "without a request" is known
)

// Sessions finds, opens and ends sessions. The browser holds a random token of 256 bits;
// the database holds only its hash, so a stolen backup signs nobody in.
type Sessions struct {
	DB  *db.DB
	Log *slog.Logger

	signed, tokens db.Kept[keptKey, keptUser]
}

// keptFor is how late a session or a token ended by another process is seen; what this
// process ends is over at once.
const keptFor = 2 * time.Second

// keptKey names who asks and when, so that nobody is remembered beyond keptFor.
type keptKey struct {
	hash string
	at   int64
}

type keptUser struct {
	u    User
	last time.Time // seen or used
	ok   bool
}

// find asks the database, or what it said just before.
func (s *Sessions) find(ctx context.Context, kept *db.Kept[keptKey, keptUser], hash string, read func(*db.Tx, string) (User, time.Time, bool, error)) (f keptUser, now time.Time, err error) {
	now = s.DB.Now()
	f, err = kept.Get(s.DB, keptKey{hash, now.Unix() / int64(keptFor/time.Second)}, func() (f keptUser, err error) {
		err = s.DB.Read(ctx, func(tx *db.Tx) error {
			f.u, f.last, f.ok, err = read(tx, hash)
			return err
		})
		return f, err
	})
	return f, now, err
}

// NewSessions returns the sessions of d.
func NewSessions(d *db.DB, log *slog.Logger) *Sessions {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Sessions{DB: d, Log: log}
	s.signed.For, s.signed.Most = keptFor, 4000
	s.tokens.For, s.tokens.Most = keptFor, 4000
	return s
}

// newToken is 256 random bits as text.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand does not fail
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashToken needs no salt and no slowness: the token is random.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Find returns the account that token is signed in as. A session that is over, or whose
// account is disabled, is simply not found.
func (s *Sessions) Find(ctx context.Context, token string) (u User, ok bool, err error) {
	defer fault.Wrap(&err, "Sessions.Find")
	hash := hashToken(token)
	f, now, err := s.find(ctx, &s.signed, hash, sessionByHash)
	if err != nil || !f.ok {
		return User{}, false, err
	}
	seen := f.last
	if now.Sub(seen) >= idleLife {
		return User{}, false, nil
	}
	if now.Sub(seen) >= touchEvery {
		// A full disk must not keep anybody from reading: the session is then only
		// remembered as seen earlier than it was.
		if err := s.DB.InTx(ctx, func(tx *db.Tx) error { return touchSession(tx, hash) }); err != nil {
			s.Log.Warn("session not touched", "err", err)
		}
	}
	return f.u, true, nil
}

// Open starts a session for the account and returns its token. old, if any, ends: a token
// that was known before signing in is worthless after it.
func (s *Sessions) Open(ctx context.Context, account int64, old string) (token string, err error) {
	return s.OpenOn(ctx, account, Visit{Old: old})
}

// Visit is what is known of a browser that signs in.
type Visit struct {
	Address string // prefix, for the limits and for the owner's list
	Agent   string // User-Agent
	Old     string // session token to replace
}

// OpenOn is Open with what is known of the browser.
func (s *Sessions) OpenOn(ctx context.Context, account int64, v Visit) (token string, err error) {
	defer fault.Wrap(&err, "Sessions.Open")
	token = newToken()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error { return openSession(tx, account, token, v) })
	return token, err
}

func openSession(tx *db.Tx, account int64, token string, v Visit) error {
	if v.Old != "" {
		if err := deleteSession(tx, hashToken(v.Old)); err != nil {
			return err
		}
	}
	if err := deleteOldSessions(tx); err != nil {
		return err
	}
	return insertSession(tx, account, hashToken(token), v)
}

// proofLife is how long after showing a password, a code or a passkey its owner may change
// how the account signs in, without showing it again.
const proofLife = 15 * time.Minute

// Proved reports whether the session's owner showed lately who he is: a browser left open,
// or a stolen cookie, cannot add a way in.
func (s *Sessions) Proved(ctx context.Context, token string) (ok bool, err error) {
	defer fault.Wrap(&err, "Sessions.Proved")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		at, err := provedAt(tx, hashToken(token))
		ok = err == nil && tx.Now().Sub(at) < proofLife
		return err
	})
	return ok, err
}

// Rotate gives a session another token: what was known before a change of rights is
// worthless after it. Its life is not lengthened. proved says that its owner has just shown
// who he is.
func (s *Sessions) Rotate(ctx context.Context, old string, proved bool) (token string, err error) {
	defer fault.Wrap(&err, "Sessions.Rotate")
	token = newToken()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error {
		ok, err := rotateSession(tx, hashToken(old), hashToken(token), proved)
		if err == nil && !ok {
			err = fault.New(fault.SignIn, "web.fault.sign_in")
		}
		return err
	})
	return token, err
}

// Session is one line of the list that an account's owner sees.
type Session struct {
	Ref           string // names it in forms; not the token
	Browser, On   string // "Chrome", "Windows"; "" unknown
	Address       string
	Created, Seen time.Time
	Expires       time.Time
	Here          bool // the one that asks
}

// Of lists an account's sessions, the latest first. token is the one that asks.
func (s *Sessions) Of(ctx context.Context, account int64, token string) (out []Session, err error) {
	defer fault.Wrap(&err, "Sessions.Of(%d)", account)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = sessionsOf(tx, account, hashToken(token))
		return err
	})
	return out, err
}

// EndOne ends the account's session that Ref names; one that is over already is no fault.
func (s *Sessions) EndOne(ctx context.Context, by string, account int64, ref string) (err error) {
	defer fault.Wrap(&err, "Sessions.EndOne(%d)", account)
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		hashes, err := sessionHashes(tx, account)
		if err != nil {
			return err
		}
		for _, h := range hashes {
			if sessionRef(h) == ref {
				if err := deleteSession(tx, h); err != nil {
					return err
				}
				return note(tx, by, "account.session.end", account, nil, nil)
			}
		}
		return nil
	})
}

// EndAll signs the account out everywhere, but for the session of keep.
func (s *Sessions) EndAll(ctx context.Context, by string, account int64, keep string) (err error) {
	defer fault.Wrap(&err, "Sessions.EndAll(%d)", account)
	but := ""
	if keep != "" {
		but = hashToken(keep)
	}
	return s.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := deleteSessionsOf(tx, account, but); err != nil {
			return err
		}
		return note(tx, by, "account.session.all", account, nil, nil)
	})
}

// sessionRef cannot be turned into the hash, let alone the token.
func sessionRef(hash string) string { return hashToken("ref " + hash)[:16] }

// End ends the session of token.
func (s *Sessions) End(ctx context.Context, token string) (err error) {
	defer fault.Wrap(&err, "Sessions.End")
	return s.DB.InTx(ctx, func(tx *db.Tx) error { return deleteSession(tx, hashToken(token)) })
}

// cookieName carries the __Host- prefix on TLS: then no other host can set or widen it.
func cookieName(secure bool) string {
	if secure {
		return "__Host-lienket"
	}
	return "lienket"
}

// Token is the session token that the request carries, "" if none.
func Token(r *http.Request, secure bool) string {
	c, err := r.Cookie(cookieName(secure))
	if err != nil {
		return ""
	}
	return c.Value
}

// SetToken gives the browser its token; an empty token takes it away.
func SetToken(w http.ResponseWriter, token string, secure bool) {
	c := &http.Cookie{
		Name: cookieName(secure), Value: token, Path: "/", HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(absoluteLife / time.Second),
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
