package board_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/hook/board"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/web"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pages is the board on a database of its own; nobody sends.
type pages struct {
	t     *testing.T
	d     *db.DB
	srv   *web.Server
	hooks *hook.Hooks
	acc   *auth.Accounts
}

func newPages(t *testing.T) *pages {
	d := dbtest.SQLite(t)
	q := jobs.New(d, nil)
	h := hook.New(d, q, nil, hook.Config{})
	h.Key = bytes.Repeat([]byte{3}, 32)
	q.Register(h.Jobs()...)
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, hook.Texts, board.Texts)
	must(t, err)
	s := auth.NewSessions(d, nil)
	srv, err := web.New(web.Config{DB: d, Book: book, Sessions: s, Routes: (&board.Board{Hooks: h, Sessions: s, Now: time.Now}).Routes()})
	must(t, err)
	return &pages{t, d, srv, h, auth.NewAccounts(d, s)}
}

// person is somebody with a session; ask answers with status, body and where it leads.
func (p *pages) person(login string, role auth.Role) func(method, path string, form url.Values) (int, string, http.Header) {
	n := auth.NewAccount{Login: login, Name: "Nguyễn Thu Hà", Role: role, Lang: i18n.EN}
	if role == auth.Coop {
		n.Org = 501
	}
	id, err := p.acc.Add(context.Background(), "test", n)
	must(p.t, err)
	token, err := p.acc.Sessions.Open(context.Background(), id, "")
	must(p.t, err)
	return func(method, path string, form url.Values) (int, string, http.Header) {
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "lienket", Value: token})
		w := httptest.NewRecorder()
		p.srv.ServeHTTP(w, r)
		return w.Code, w.Body.String(), w.Header()
	}
}

var secretForm = regexp.MustCompile(`whsec_[A-Za-z0-9+/=]{44}`)

// TestBoard_FromTheFormToDeletion: what a person does with a webhook, one step after the other.
func TestBoard_FromTheFormToDeletion(t *testing.T) {
	p := newPages(t)
	ask := p.person("login-lan", auth.Officer)
	want := func(status int, body string, has ...string) {
		t.Helper()
		for _, s := range has {
			if !strings.Contains(body, s) {
				t.Errorf("no %q in the answer %d", s, status)
			}
		}
	}
	code, body, _ := ask("GET", "/account/webhooks", nil)
	want(code, body, "No webhooks yet")

	// What is wrong stands beside its field, and nothing typed is lost.
	typed := url.Values{"name": {"Bookkeeping"}, "url": {"https://10.0.0.7/in"}, "kinds": {"plan.released", "entry.added"}, "idem": {"k1"}}
	code, body, _ = ask("POST", "/account/webhooks/new", typed)
	want(code, body, `value="Bookkeeping"`, `value="https://10.0.0.7/in"`, "private network", `value="plan.released" checked`)
	if code != 422 || strings.Contains(body, `value="entry.closed" checked`) || secretForm.MatchString(body) {
		t.Errorf("refused: %d", code)
	}

	typed.Set("url", "https://example.com/in?key=hush")
	typed.Set("idem", "k2")
	code, body, head := ask("POST", "/account/webhooks/new", typed)
	secret := secretForm.FindString(body)
	if code != 200 || secret == "" || !strings.Contains(head.Get("Cache-Control"), "no-store") {
		t.Fatalf("added: %d %q %v", code, secret, head)
	}
	// Pressed twice: one webhook, and the key is not shown again.
	code, body, _ = ask("POST", "/account/webhooks/new", typed)
	if all, err := p.hooks.List(t.Context(), 0); err != nil || len(all) != 1 || strings.Contains(body, "whsec_") {
		t.Errorf("sent again: %d, %d webhooks, %v", code, len(all), err)
	}
	code, body, _ = ask("GET", "/account/webhooks/1", nil)
	want(code, body, "https://example.com/in?key=hush", "Plan released", "Nothing was sent yet", "Send a test")
	if strings.Contains(body, "whsec_") {
		t.Error("the key is shown on the page")
	}

	post := func(path string, version int, status int, to string) string {
		t.Helper()
		f := url.Values{}
		if version > 0 {
			f.Set("row_version", fmt.Sprint(version))
		}
		code, body, head := ask("POST", path, f)
		if code != status || head.Get("Location") != to {
			t.Errorf("POST %s with version %d: %d to %q, want %d to %q", path, version, code, head.Get("Location"), status, to)
		}
		return body
	}
	post("/account/webhooks/1/ping", 0, 303, "/account/webhooks/1#deliveries")
	code, body, _ = ask("GET", "/account/webhooks/1", nil)
	want(code, body, "webhook/1", "waiting", `data-again="2"`)
	post("/account/webhooks/1/off", 0, 422, "")
	post("/account/webhooks/1/off", 9, 409, "")
	post("/account/webhooks/1/off", 1, 303, "/account/webhooks/1")
	code, body, _ = ask("GET", "/account/webhooks/1", nil)
	want(code, body, "This webhook is off", "not sent", "Switch on")
	post("/account/webhooks/1/ping", 0, 409, "")
	post("/account/webhooks/1/on", 2, 303, "/account/webhooks/1")
	post("/account/webhooks/1/deliveries/1/again", 0, 303, "/account/webhooks/1#deliveries")
	post("/account/webhooks/1/deliveries/7/again", 0, 404, "")
	body = post("/account/webhooks/1/rotate", 3, 200, "")
	if next := secretForm.FindString(body); next == "" || next == secret {
		t.Errorf("a new key: %q", next)
	}
	code, body, _ = ask("GET", "/account/webhooks/1", nil)
	want(code, body, "The old key still works until")

	// A change on an old version shows both sides.
	edit := url.Values{"name": {"Sales"}, "url": {"https://example.com/in?key=hush"}, "kinds": {"entry.added"}, "row_version": {"3"}}
	code, body, _ = ask("POST", "/account/webhooks/1/edit", edit)
	want(code, body, "Sales", "Bookkeeping")
	if code != 409 {
		t.Errorf("an old version: %d", code)
	}
	edit.Set("row_version", "4")
	if code, _, head := ask("POST", "/account/webhooks/1/edit", edit); code != 303 || head.Get("Location") != "/account/webhooks/1" {
		t.Errorf("changed: %d", code)
	}
	post("/account/webhooks/1/delete", 5, 303, "/account/webhooks")
	if code, _, _ := ask("GET", "/account/webhooks/1", nil); code != 404 {
		t.Errorf("deleted: %d", code)
	}
	post("/account/webhooks/1/restore", 0, 303, "/account/webhooks/1")
	code, body, _ = ask("GET", "/account/webhooks", nil)
	want(code, body, "Sales", "https://example.com<")
}

// TestBoard_Administrator sees the host but not the address, and what he switches off its
// owner cannot switch on; others do not see what is not theirs.
func TestBoard_Administrator(t *testing.T) {
	p := newPages(t)
	lan, minh, admin := p.person("login-lan", auth.Coop), p.person("login-minh", auth.Officer), p.person("login-admin", auth.Admin)
	code, body, _ := lan("GET", "/account/webhooks/new", nil)
	if code != 200 || strings.Contains(body, "plan.submitted") || !strings.Contains(body, "plan.released") {
		t.Error("a party is offered events that it can never be told of, or not those that it can")
	}
	if code, _, _ := lan("POST", "/account/webhooks/new", url.Values{"name": {"Sổ <b>"}, "url": {"https://example.com/in?key=hush"}, "kinds": {"plan.released"}}); code != 200 {
		t.Fatal(code)
	}
	code, body, _ = admin("GET", "/accounts/webhooks", nil)
	if code != 200 || !strings.Contains(body, "https://example.com<") || strings.Contains(body, "hush") || strings.Contains(body, "Sổ <b>") {
		t.Errorf("the list of all: %d", code)
	}
	v1 := url.Values{"row_version": {"1"}}
	if code, _, _ := admin("POST", "/accounts/webhooks/1/off", v1); code != 303 {
		t.Errorf("switched off: %d", code)
	}
	if code, _, _ := lan("POST", "/account/webhooks/1/on", url.Values{"row_version": {"2"}}); code != 403 {
		t.Errorf("its owner switches it on: %d", code)
	}
	code, body, _ = lan("GET", "/account/webhooks/1", nil)
	if code != 200 || strings.Contains(body, "Switch on") || !strings.Contains(body, "An administrator switched it off") {
		t.Errorf("the owner's page: %d", code)
	}
	for _, who := range []func(string, string, url.Values) (int, string, http.Header){minh, admin} {
		if code, _, _ := who("GET", "/account/webhooks/1", nil); code != 404 {
			t.Errorf("another's webhook: %d", code)
		}
	}
	if code, _, _ := minh("GET", "/accounts/webhooks", nil); code != 403 {
		t.Errorf("an officer sees everybody's: %d", code)
	}
}

// TestBoard_AsksAgainWhoItIs: an old session may look, but not say where events go.
func TestBoard_AsksAgainWhoItIs(t *testing.T) {
	p := newPages(t)
	ask := p.person("login-lan", auth.Officer)
	if code, _, _ := ask("POST", "/account/webhooks/new", url.Values{"name": {"x"}, "url": {"https://example.com/"}, "kinds": {"plan.released"}}); code != 200 {
		t.Fatal(code)
	}
	must(t, p.d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set proved_at = '2020-01-01T00:00:00.000000Z', created_at = '2020-01-01T00:00:00.000000Z'`)
		return err
	}))
	for _, c := range []struct{ method, path, to string }{
		{"GET", "/account/webhooks/new", "/account/again?to=%2Faccount%2Fwebhooks%2Fnew"},
		{"POST", "/account/webhooks/new", "/account/again?to=%2Faccount%2Fwebhooks"},
		{"GET", "/account/webhooks/1/edit", "/account/again?to=%2Faccount%2Fwebhooks%2F1%2Fedit"},
		{"POST", "/account/webhooks/1/edit", "/account/again?to=%2Faccount%2Fwebhooks"},
		{"POST", "/account/webhooks/1/rotate", "/account/again?to=%2Faccount%2Fwebhooks"},
	} {
		if code, _, head := ask(c.method, c.path, url.Values{"row_version": {"1"}}); code != 303 || head.Get("Location") != c.to {
			t.Errorf("%s %s: %d to %q", c.method, c.path, code, head.Get("Location"))
		}
	}
	if code, _, _ := ask("GET", "/account/webhooks/1", nil); code != 200 {
		t.Errorf("looking: %d", code)
	}
}
