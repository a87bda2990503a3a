package web_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

func TestIdempotency(t *testing.T) { dbtest.Each(t, idempotency) }

func idempotency(t *testing.T, d *db.DB) {
	var made atomic.Int64
	s := siteOn(t, d, nil, web.Route{Pattern: "POST /make", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		return web.Redirect(w, r, fmt.Sprintf("/made/%d", made.Add(1)))
	}})
	first := ask(s, "POST", "/make", "idem=k1&q=12")
	again := ask(s, "POST", "/make", "idem=k1&q=12")
	if first.Code != 303 || again.Code != 303 || first.Header().Get("Location") != again.Header().Get("Location") {
		t.Errorf("first %d %s, again %d %s", first.Code, first.Header().Get("Location"), again.Code, again.Header().Get("Location"))
	}
	if w := ask(s, "POST", "/make", "idem=k1&q=13"); w.Code != 422 {
		t.Errorf("same key, other body: %d", w.Code)
	}
	if w := ask(s, "POST", "/make", "q=12", "Idempotency-Key", "k2"); w.Header().Get("Location") != "/made/2" {
		t.Errorf("another key: %s", w.Header().Get("Location"))
	}
	if w := ask(s, "POST", "/make", "q=12"); w.Header().Get("Location") != "/made/3" {
		t.Errorf("no key: %s", w.Header().Get("Location"))
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { ask(s, "POST", "/make", "idem=k3&q=1") })
	}
	wg.Wait()
	if made.Load() != 4 {
		t.Errorf("20 at once made %d", made.Load()-3)
	}
}

// TestIdempotency_KeepsNoSecret: what is shown once is not kept for a repeat, which is told
// that the work is done.
func TestIdempotency_KeepsNoSecret(t *testing.T) { dbtest.Each(t, keepsNoSecret) }

func keepsNoSecret(t *testing.T, d *db.DB) {
	var made atomic.Int64
	s := siteOn(t, d, nil, web.Route{Pattern: "POST /make", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		made.Add(1)
		w.Header().Set("Cache-Control", "no-store")
		return web.JSON(w, r, http.StatusOK, map[string]string{"once": "lkt_verysecret"})
	}})
	if first := ask(s, "POST", "/make", "idem=s1"); !strings.Contains(first.Body.String(), "lkt_verysecret") {
		t.Fatal("the first answer does not show it")
	}
	if again := ask(s, "POST", "/make", "idem=s1"); again.Code != 200 || made.Load() != 1 || strings.Contains(again.Body.String(), "lkt_verysecret") {
		t.Errorf("again: %d, made %d, %s", again.Code, made.Load(), again.Body)
	}
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		var n int
		query := "select count(*) from idem_key where cast(response as text) like '%verysecret%'"
		if d.Engine() == db.Postgres {
			query = "select count(*) from idem_key where position(convert_to('verysecret', 'UTF8') in response) > 0"
		}
		err := tx.QueryRow(query).Scan(&n)
		if err == nil && n != 0 {
			t.Error("the database keeps it")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestIdempotency_ClaimSurvivesCrash: key and effect commit together; the answer is lost.
func TestIdempotency_ClaimSurvivesCrash(t *testing.T) { dbtest.Each(t, claimSurvives) }

func claimSurvives(t *testing.T, d *db.DB) {
	var s *web.Server
	crash := true
	s = siteOn(t, d, nil, web.Route{Pattern: "POST /make", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		err := s.DB.InTx(r.Context(), func(tx *db.Tx) error {
			if err := web.Claim(r, tx); err != nil {
				return err
			}
			_, err := tx.Exec(`insert into setting (key, value) values ($1, '[]')`, fmt.Sprint("made", crash))
			return err
		})
		if err == nil && crash {
			panic(http.ErrAbortHandler) // the process dies before it answers
		}
		return err
	}})
	func() {
		defer func() { _ = recover() }()
		ask(s, "POST", "/make", "idem=k1")
	}()
	crash = false
	w := ask(s, "POST", "/make", "idem=k1")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Đã ghi rồi") {
		t.Errorf("%d", w.Code)
	}
	var n int
	if err := s.DB.Read(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(`select count(*) from setting`).Scan(&n) }); err != nil || n != 1 {
		t.Errorf("%d effects, %v", n, err)
	}
}

// TestIdempotency_ClaimOfTwoProcesses: two servers on one database, one effect.
func TestIdempotency_ClaimOfTwoProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var made atomic.Int64
		route := web.Route{Pattern: "POST /make", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
			if err := d.InTx(r.Context(), func(tx *db.Tx) error { return web.Claim(r, tx) }); err != nil {
				return err
			}
			made.Add(1)
			return web.Redirect(w, r, "/made")
		}}
		servers := []*web.Server{siteOn(t, d, nil, route), siteOn(t, d, nil, route)}
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				for {
					// 409 says "being worked on": the answer of the other process is not kept yet.
					w := ask(servers[i%2], "POST", "/make", "idem=k")
					if w.Code == 303 || w.Code == 200 {
						return
					}
					if w.Code != 409 {
						t.Errorf("%d %s", w.Code, w.Body)
						return
					}
				}
			})
		}
		wg.Wait()
		if made.Load() != 1 {
			t.Errorf("made %d", made.Load())
		}
	})
}

func TestIdempotency_RefusalKeepsNothing(t *testing.T) {
	good := false
	s := site(t, nil, web.Route{Pattern: "POST /make", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		if !good {
			return fault.New(fault.Invalid, "web.fault.no_version")
		}
		return web.Redirect(w, r, "/made")
	}})
	if w := ask(s, "POST", "/make", "idem=k&q=1"); w.Code != 422 {
		t.Fatalf("%d", w.Code)
	}
	good = true
	if w := ask(s, "POST", "/make", "idem=k&q=2"); w.Code != 303 {
		t.Errorf("the corrected form: %d", w.Code)
	}
}

func TestIdempotency_Upload(t *testing.T) {
	var made atomic.Int64
	s := site(t, nil, web.Route{Pattern: "POST /upload", May: auth.Anyone, Max: web.MaxUpload, Do: func(w http.ResponseWriter, r *http.Request) error {
		f, head, err := r.FormFile("file")
		if err != nil {
			return err
		}
		defer f.Close()
		return web.Redirect(w, r, fmt.Sprintf("/got/%d/%d", made.Add(1), head.Size))
	}})
	for range 2 { // each time with a boundary of its own, as browsers do
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField(web.KeyField, "k9")
		part, _ := m.CreateFormFile("file", "chào bán.xlsx")
		_, _ = part.Write(bytes.Repeat([]byte("x"), 2<<20))
		_ = m.Close()
		r := httptest.NewRequest("POST", "/upload", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 303 || w.Header().Get("Location") != "/got/1/2097152" {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
	}
}
