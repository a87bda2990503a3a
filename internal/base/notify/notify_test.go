package notify_test

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/notify"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is the pages behind the real floor, a mail server, and two people: 0 an officer,
// 1 the administrator.
type house struct {
	http.Handler
	t      *testing.T
	d      *db.DB
	post   *notify.Post
	smtp   *server
	now    time.Time
	ids    []int64
	tokens []string
}

func newHouse(t *testing.T, open func(t testing.TB, o ...db.Option) *db.DB) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC), smtp: newServer(t)} // 10:00 in Hòa Bình
	h.d = open(t, db.Clock(func() time.Time { return h.now }))
	words := fstest.MapFS{
		"text/vi.json": {Data: []byte(`{"x.sold": "{0} bán {1} ngày {2}"}`)},
		"text/en.json": {Data: []byte(`{"x.sold": "{0} sells {1} on {2}"}`)},
	}
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, notify.Texts, words)
	must(t, err)
	q := jobs.New(h.d, nil)
	h.post = &notify.Post{DB: h.d, Queue: q, Book: book, Site: "https://site.example", SMTP: notify.SMTP{Host: "127.0.0.1", Port: h.smtp.port, From: "lienket@site.example", TLS: "none"}}
	q.Register(h.post.Jobs()...)
	sessions := auth.NewSessions(h.d, nil)
	desk := &notify.Desk{DB: h.d, Site: "https://site.example", Mail: true}
	h.Handler, err = web.New(web.Config{DB: h.d, Book: book, Sessions: sessions, Routes: desk.Routes(), Notices: desk.Unread})
	must(t, err)
	accounts := auth.NewAccounts(h.d, sessions)
	for i, r := range []auth.Role{auth.Officer, auth.Admin} {
		id, err := accounts.Add(context.Background(), "command:user", auth.NewAccount{Login: string(r), Name: []string{"Bùi Ánh", "Quản Trị"}[i], Role: r})
		must(t, err)
		token, err := sessions.Open(context.Background(), id, "")
		must(t, err)
		h.ids, h.tokens = append(h.ids, id), append(h.tokens, token)
	}
	return h
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) { f(t, newHouse(t, dbtest.SQLite)) })
	t.Run("postgres", func(t *testing.T) { f(t, newHouse(t, dbtest.Postgres)) })
}

func (h *house) send(n notify.Note) {
	h.t.Helper()
	must(h.t, h.d.InTx(h.t.Context(), func(tx *db.Tx) error { return notify.Send(tx, n) }))
}

func (h *house) sold(who ...int64) {
	h.send(notify.Note{To: who, Kind: "x.sold", Key: "x.sold", Args: []any{"HTX Mường Động", weight.Grams(2_500_000), calendar.Date(2026, 12, 1)}, Link: "/offers/1"})
}

func (h *house) get(person int, path string) string {
	h.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.AddCookie(&http.Cookie{Name: "lienket", Value: h.tokens[person]})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 200 {
		h.t.Fatalf("GET %s: %d", path, w.Code)
	}
	if i := strings.Index(w.Body.String(), "⟦"); i >= 0 {
		h.t.Errorf("GET %s lacks a text: %.60s", path, w.Body.String()[i:])
	}
	return w.Body.String()
}

func (h *house) post0(person int, path string, form url.Values, more ...*http.Cookie) *http.Response {
	h.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "lienket", Value: h.tokens[person]})
	for _, c := range more {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func (h *house) wants(person int, address string, change ...string) {
	h.t.Helper()
	f := url.Values{"by": {"mail"}, "address": {address}, "every": {"60"}, "from": {"21:00"}, "to": {"6h30"}}
	f.Set("row_version", field(h.get(person, "/account/notices"), "row_version"))
	for i := 0; i < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	if res := h.post0(person, "/account/notices", f); res.StatusCode != 303 {
		b, _ := io.ReadAll(res.Body)
		h.t.Fatalf("saving settings: %d %.500s", res.StatusCode, b)
	}
}

func field(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

func (h *house) gather() int {
	h.t.Helper()
	n, err := h.post.Gather(h.t.Context())
	must(h.t, err)
	return n
}

// work runs the queue until a condition holds.
func (h *house) work(until func() bool) {
	h.t.Helper()
	must(h.t, h.post.Queue.Start(h.t.Context()))
	defer h.post.Queue.Stop(context.Background())
	for end := time.Now().Add(20 * time.Second); !until(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatal("the queue did not come to it in 20 s")
		}
	}
}

func plain(t *testing.T, mail string) (subject, body string) {
	t.Helper()
	head, text, _ := strings.Cut(mail, "\r\n\r\n")
	for _, line := range strings.Split(strings.ReplaceAll(head, "\r\n ", " "), "\r\n") {
		if s, ok := strings.CutPrefix(line, "Subject: "); ok {
			var err error
			subject, err = new(mime.WordDecoder).DecodeHeader(s)
			must(t, err)
		}
	}
	b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text)))
	must(t, err)
	return subject, string(b)
}

func TestNotices_ReadAndUndo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 3 {
			h.sold(h.ids[0], h.ids[0])
		}
		h.sold(h.ids[1])
		page := h.get(0, "/notices")
		if n := strings.Count(page, "HTX Mường Động bán 2,5 tấn ngày 01/12/2026"); n < 3 || !strings.Contains(page, "3 thông báo chưa đọc") {
			t.Errorf("three notices read %d times", n)
		}
		if !strings.Contains(page, "https://site.example/offers/1") {
			t.Error("the text for Zalo lacks its address")
		}
		if !strings.Contains(h.get(1, "/notices"), "1 thông báo chưa đọc") {
			t.Error("the other person's notices are not his own")
		}
		first := field(page, "up_to")
		if res := h.post0(0, "/notices/"+first+"/open", nil); res.StatusCode != 303 || res.Header.Get("Location") != "/offers/1" {
			t.Errorf("opening: %d %q", res.StatusCode, res.Header.Get("Location"))
		}
		if res := h.post0(1, "/notices/"+first+"/open", nil); res.StatusCode != 404 {
			t.Errorf("opening another's: %d", res.StatusCode)
		}
		h.now = h.now.Add(time.Second)
		res := h.post0(0, "/notices/read", url.Values{"up_to": {first}})
		if !strings.Contains(h.get(0, "/notices"), "0 thông báo chưa đọc") {
			t.Error("reading all left some")
		}
		var flash *http.Cookie
		for _, c := range res.Cookies() {
			if c.Name == "flash" {
				flash = c
			}
		}
		r := httptest.NewRequest("GET", "/notices", nil)
		r.AddCookie(&http.Cookie{Name: "lienket", Value: h.tokens[0]})
		r.AddCookie(flash)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		at := field(w.Body.String(), "at")
		if res := h.post0(0, "/notices/unread", url.Values{"at": {at}}); res.StatusCode != 303 {
			t.Errorf("undo: %d", res.StatusCode)
		}
		if !strings.Contains(h.get(0, "/notices"), "2 thông báo chưa đọc") {
			t.Error("undo brings back what was read at once, and not what was opened before")
		}
	})
}

func TestSettings_ErrAndStale(t *testing.T) {
	h := newHouse(t, dbtest.SQLite)
	for _, c := range []struct{ name, value string }{
		{"address", "no"}, {"address", "a@b.vn, c@d.vn"}, {"address", "x@y.vn\r\nBcc: z@y.vn"}, {"every", "1"}, {"from", "25:00"}, {"to", "sớm"},
	} {
		f := url.Values{"by": {"mail"}, "address": {"a@b.vn"}, "every": {"60"}, "from": {"21:00"}, "to": {"06:30"}, "row_version": {"0"}}
		f.Set(c.name, c.value)
		res := h.post0(0, "/account/notices", f)
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != 422 || !strings.Contains(string(b), `id="f-`+c.name) {
			t.Errorf("%s=%q: %d", c.name, c.value, res.StatusCode)
		}
	}
	h.wants(0, "a@b.vn")
	h.wants(0, "b@b.vn")
	f := url.Values{"by": {"mail"}, "address": {"c@b.vn"}, "every": {"60"}, "from": {"21:00"}, "to": {"06:30"}, "row_version": {"1"}}
	if res := h.post0(0, "/account/notices", f); res.StatusCode != 409 {
		t.Errorf("over a newer one: %d", res.StatusCode)
	}
	if page := h.get(0, "/account/notices"); !strings.Contains(page, "b@b.vn") || !strings.Contains(page, `value="06:30"`) {
		t.Error("the settings are not what was saved last")
	}
}

func TestMail_DigestQuietHoursAndAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.sold(h.ids[0]) // before mail was wanted: never mailed
		h.wants(0, "anh@example.vn")
		if n := h.gather(); n != 0 {
			t.Errorf("%d letters of what was before", n)
		}
		h.sold(h.ids[0], h.ids[1]) // the administrator wants none
		h.sold(h.ids[0])
		if n := h.gather(); n != 1 {
			t.Fatalf("%d letters, want one for one person", n)
		}
		h.work(func() bool { return len(h.smtp.got()) > 0 })
		mails := h.smtp.got()
		to, raw, _ := strings.Cut(mails[0], "\n")
		subject, body := plain(t, raw)
		if len(mails) != 1 || to != "anh@example.vn" || subject != "lienket: 2 thông báo mới" {
			t.Errorf("%d mails, to %q, %q", len(mails), to, subject)
		}
		if strings.Count(body, "HTX Mường Động bán 2,5 tấn ngày 01/12/2026") != 2 || !strings.Contains(body, "https://site.example/offers/1") || !strings.Contains(body, "Kính gửi Bùi Ánh") {
			t.Errorf("body %q", body)
		}
		if !strings.Contains(raw, "Auto-Submitted: auto-generated") {
			t.Error("an answering machine would answer")
		}
		h.sold(h.ids[0])
		if n := h.gather(); n != 0 {
			t.Errorf("%d letters before the hour is over", n)
		}
		for _, c := range []struct {
			hour, min, want int
		}{{20, 59, 1}, {21, 0, 0}, {23, 59, 0}, {0, 1, 0}, {6, 29, 0}, {6, 30, 1}} {
			h.now = time.Date(2026, 11, 27, c.hour, c.min, 0, 0, time.FixedZone("", 7*3600))
			h.sold(h.ids[0])
			got := h.gather()
			if got != c.want {
				t.Errorf("at %02d:%02d: %d letters, want %d", c.hour, c.min, got, c.want)
			}
			if got > 0 { // the next case stands on a fresh day
				must(t, h.d.InTx(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`update notify_setting set last_at = null`); return err }))
			}
		}
	})
}

// A server that is away is tried again; one that says no for good ends it, and the
// administrators are told in the app.
func TestMail_RetriesAndDies(t *testing.T) {
	h := newHouse(t, dbtest.SQLite)
	h.wants(0, "anh@example.vn")
	h.smtp.set(func() { h.smtp.refuse = "451 come back later" })
	h.sold(h.ids[0])
	h.gather()
	h.work(func() bool {
		n := 0
		h.smtp.set(func() { n = h.smtp.dials; h.smtp.refuse = "" })
		return n > 0 && len(h.smtp.got()) == 1
	})
	var sent int
	must(t, h.d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`select count(*) from notify_mail where sent_at is not null and error = ''`).Scan(&sent)
	}))
	if sent > 1 {
		t.Errorf("%d mails are marked as sent", sent)
	}

	h.sold(h.ids[0])
	must(t, h.d.InTx(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update notify_setting set address = $1, last_at = null`, "broken address")
		return err
	}))
	h.gather()
	h.work(func() bool { return strings.Contains(h.get(1, "/notices"), "broken address") })
	page := h.get(1, "/notices")
	if !strings.Contains(page, "Không gửi được thư tới broken address") || !strings.Contains(page, "1 thông báo chưa đọc") {
		t.Errorf("the administrator is not told once: %s", fmt.Sprint(strings.Count(page, "broken address")))
	}
	if got := h.smtp.got(); len(got) != 1 {
		t.Errorf("%d mails", len(got))
	}
}

func TestSend_GoesWithItsTransaction(t *testing.T) {
	h := newHouse(t, dbtest.SQLite)
	err := h.d.InTx(t.Context(), func(tx *db.Tx) error {
		must(t, notify.Send(tx, notify.Note{To: h.ids, Kind: "x", Key: "x.sold"}))
		return io.EOF
	})
	if err == nil || !strings.Contains(h.get(0, "/notices"), "Chưa có thông báo") {
		t.Errorf("%v: a notice of what did not happen", err)
	}
	if err := h.d.InTx(t.Context(), func(tx *db.Tx) error {
		return notify.Send(tx, notify.Note{To: h.ids, Kind: "x", Key: "x.sold", Args: []any{struct{}{}}})
	}); err == nil {
		t.Error("an argument that cannot be printed later was taken")
	}
}
