package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// Timeouts of the HTTP server. A slow sender holds a connection, never a database.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 20 * time.Second // a form; an upload gets uploadTimeout
	uploadTimeout = 5 * time.Minute  // a workbook over a village's line
	writeTimeout  = 120 * time.Second
	idleTimeout   = 75 * time.Second
	drainTimeout  = 20 * time.Second
	maxHeader     = 32 << 10
)

// Serve answers on ln until ctx ends, then drains: /healthz turns 503 so that a proxy
// sends nobody new, requests under way are finished, and only then it returns.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	hs := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(ln) }()
	go s.sweep(ctx)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := hs.Shutdown(stop)
	if e := <-failed; err == nil && !errors.Is(e, http.ErrServerClosed) {
		err = e
	}
	return err
}

// sweep forgets old idempotency keys, at the start and every hour.
func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := s.DB.InTx(ctx, sweepKeys); err != nil && ctx.Err() == nil {
			s.Log.Warn("old idempotency keys stay", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// health says whether this process takes requests and reaches its database.
func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	status, word := http.StatusOK, "ok"
	if s.draining.Load() {
		status, word = http.StatusServiceUnavailable, "draining"
	} else if err := s.DB.Read(r.Context(), func(tx *db.Tx) error { return alive(tx) }); err != nil {
		s.Log.Error("health", "err", err)
		status, word = http.StatusServiceUnavailable, "database"
	}
	w.Header().Set("Cache-Control", "no-store")
	return JSON(w, r, status, map[string]string{"status": word, "version": s.Version})
}
