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
}

// NewSessions returns the sessions of d.
func NewSessions(d *db.DB, log *slog.Logger) *Sessions {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Sessions{DB: d, Log: log}
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
	var seen, now time.Time
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		now = tx.Now()
		u, seen, ok, err = sessionByHash(tx, hash)
		return err
	})
	if err != nil || !ok {
		return User{}, false, err
	}
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
	return u, true, nil
}

// Open starts a session for the account and returns its token. old, if any, ends: a token
// that was known before signing in is worthless after it.
func (s *Sessions) Open(ctx context.Context, account int64, old string) (token string, err error) {
	defer fault.Wrap(&err, "Sessions.Open")
	token = newToken()
	err = s.DB.InTx(ctx, func(tx *db.Tx) error { return openSession(tx, account, token, old) })
	return token, err
}

func openSession(tx *db.Tx, account int64, token, old string) error {
	if old != "" {
		if err := deleteSession(tx, hashToken(old)); err != nil {
			return err
		}
	}
	if err := deleteOldSessions(tx); err != nil {
		return err
	}
	return insertSession(tx, account, hashToken(token))
}

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
