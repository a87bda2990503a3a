package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/fault"
)

// contentPolicy allows what we serve ourselves and nothing inline, so that a text that
// slipped through escaping still could not run.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP is the outermost ring: number, headers, cross-origin guard, compression, log.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	v := &view{srv: s, ref: newReference()}
	r = r.WithContext(context.WithValue(r.Context(), viewKey{}, v))
	out := &reply{ResponseWriter: w, gzip: acceptsGzip(r) && r.Method != http.MethodHead}
	defer func() {
		if p := recover(); p != nil {
			s.panicked(out, r, p)
		}
		out.close()
		s.note(r, v, out, time.Since(start))
	}()
	s.headers(w.Header(), v)
	if bearing(r) { // no cookie counts, so nobody can be tricked into sending this
		s.mux.ServeHTTP(out, r)
		return
	}
	// A sandboxed frame or a data: page sends "null": never one of our own forms, because
	// our Referrer-Policy keeps their origin.
	if !safe(r.Method) && r.Header.Get("Origin") == "null" {
		s.problem(out, r, fault.New(fault.Forbidden, "web.fault.cross_origin"))
		return
	}
	s.guarded.ServeHTTP(out, r)
}

// fixedHeaders are those of every answer. Their values are shared: a handler that wants
// another one sets it.
var fixedHeaders = []struct {
	name  string // in its canonical form
	value []string
}{
	{"Content-Security-Policy", []string{contentPolicy}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Referrer-Policy", []string{"same-origin"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	{"Permissions-Policy", []string{"camera=(), microphone=(), geolocation=(), payment=()"}},
	{"Cache-Control", []string{"private, no-cache"}},
}

func (s *Server) headers(h http.Header, v *view) {
	for _, f := range fixedHeaders {
		h[f.name] = f.value
	}
	h["X-Reference"] = []string{v.ref}
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// panicked turns a panic into an internal error; ErrAbortHandler stays what it means.
func (s *Server) panicked(w *reply, r *http.Request, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	if w.status != 0 {
		s.Log.Error("panic after the answer had begun", "ref", viewOf(r.Context()).ref, "err", err)
		return
	}
	s.problem(w, r, err)
}

// note writes the log line. The pattern stands for the path and the query stays out:
// tokens, names and phone numbers travel in both.
func (s *Server) note(r *http.Request, v *view, w *reply, d time.Duration) {
	level := slog.LevelInfo
	if strings.HasPrefix(r.URL.Path, assetRoot) || v.pattern == "GET /healthz" {
		level = slog.LevelDebug
	}
	if !s.Log.Enabled(r.Context(), level) {
		return
	}
	s.Log.LogAttrs(r.Context(), level, "request",
		slog.String("method", r.Method), slog.String("route", v.pattern), slog.Int("status", w.status),
		slog.Int64("bytes", w.bytes), slog.Duration("took", d), slog.Int64("account", v.user.ID), slog.Bool("token", v.byToken),
		slog.String("ref", v.ref))
}

// newReference is eight letters and digits that cannot be misheard: no I, L, O, U, 0, 1.
func newReference() string {
	const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ23" // 32, so that no letter is favoured much
	var b [8]byte
	_, _ = rand.Read(b[:])
	var out [9]byte
	for i, j := 0, 0; i < 8; i++ {
		if i == 4 {
			out[j] = '-'
			j++
		}
		out[j] = letters[b[i]&31]
		j++
	}
	return string(out[:])
}

// Address is who is calling, cut to what one household or office shares: /24 or /64. Rate
// limits count by it.
func (s *Server) Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if s.Proxy {
		all := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(all[len(all)-1]); last != "" {
			host = last
		}
	}
	ip := net.ParseIP(host)
	switch {
	case ip == nil:
		return host
	case ip.To4() != nil:
		return ip.To4().Mask(net.CIDRMask(24, 32)).String()
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}

// Address of the request's caller; see Server.Address.
func Address(r *http.Request) string {
	if v := viewOf(r.Context()); v != nil {
		return v.srv.Address(r)
	}
	return r.RemoteAddr
}
