package console_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/jobs/console"
	"github.com/lienket/lienket/internal/base/web"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An administrator sees what waits and why it failed, stops it and has it done again; an
// officer sees nothing.
func TestConsole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		q := jobs.New(d, nil) // nobody works
		q.Register(jobs.Kind{Name: "test.odd", Do: func(context.Context, *jobs.Job) error { return errors.New("boom") }})
		book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, jobs.Texts, console.Texts)
		must(t, err)
		sessions := auth.NewSessions(d, nil)
		srv, err := web.New(web.Config{DB: d, Book: book, Sessions: sessions, Routes: (&console.Console{DB: d, Queue: q}).Routes()})
		must(t, err)
		ask := map[auth.Role]func(method, path string) (int, string){}
		for _, role := range []auth.Role{auth.Admin, auth.Officer} {
			id, err := auth.NewAccounts(d, sessions).Add(ctx, "test", auth.NewAccount{Login: "login-" + string(role), Name: "Người", Role: role})
			must(t, err)
			token, err := sessions.Open(ctx, id, "")
			must(t, err)
			ask[role] = func(method, path string) (int, string) {
				r := httptest.NewRequest(method, path, nil)
				r.AddCookie(&http.Cookie{Name: "lienket", Value: token})
				w := httptest.NewRecorder()
				srv.ServeHTTP(w, r)
				return w.Code, w.Body.String()
			}
		}
		var id int64
		must(t, d.InTx(ctx, func(tx *db.Tx) (err error) {
			id, err = q.Add(tx, "test.odd", map[string]int{"n": 7}, jobs.Opts{})
			return err
		}))
		at := fmt.Sprintf("/jobs/%d", id)
		admin := ask[auth.Admin]
		see := func(path string, want ...string) {
			t.Helper()
			code, body := admin("GET", path)
			for _, s := range want {
				if code != 200 || !strings.Contains(body, s) {
					t.Errorf("%s: %d, no %q", path, code, s)
				}
			}
		}
		see("/jobs?lang=vi", "test.odd", "Đang chờ", "Không có chương trình nào đang làm")
		see("/jobs?lang=en&state=finished", "No jobs")
		see(at+"?lang=en", "Waiting", "Stop this job", "&#34;n&#34;")
		if code, _ := admin("POST", at+"/cancel"); code != 303 {
			t.Errorf("cancel: %d", code)
		}
		see(at+"?lang=en", "Stopped", "Do it again now")
		if code, _ := admin("POST", at+"/retry"); code != 303 {
			t.Errorf("retry: %d", code)
		}
		see(at+"?lang=en", "Waiting")
		if code, _ := admin("GET", "/jobs/99999"); code != 404 {
			t.Errorf("a job that does not exist: %d", code)
		}
		if code, _ := ask[auth.Officer]("GET", "/jobs"); code != 403 {
			t.Errorf("an officer: %d", code)
		}
	})
}
