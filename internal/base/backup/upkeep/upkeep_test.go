package upkeep

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/backup"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/jobs"
	"github.com/lienket/lienket/internal/base/notify"
	"github.com/lienket/lienket/internal/base/web"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func local(day, hour, min int) time.Time { return time.Date(2026, 11, day, hour, min, 0, 0, vietnam) }

func TestNext_EndOfDayOrADayLater(t *testing.T) {
	for _, c := range []struct {
		name       string
		last, want time.Time
	}{
		{"installed in the morning", local(23, 9, 0), local(23, 17, 30)},
		{"made at the end of the day", local(23, 17, 30), local(24, 17, 30)},
		{"made a little later", local(23, 17, 41), local(24, 17, 30)},
		{"made in the morning by hand", local(23, 8, 0), local(23, 17, 30)},
		{"installed at night", local(23, 22, 0), local(24, 17, 30)},
	} {
		if got := next(c.last, "17:30"); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got.In(vietnam), c.want)
		}
	}
	if got := next(local(23, 9, 0), ""); !got.Equal(local(24, 9, 0)) {
		t.Errorf("without a time of day: %v", got)
	}
}

// house is an installation with a folder, its page, and one account per role.
type house struct {
	http.Handler
	*Upkeep
	t        *testing.T
	now      time.Time
	sessions *auth.Sessions
	ids      map[auth.Role]int64
	findings []audit.Finding
	fails    error
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: local(23, 9, 0), ids: map[auth.Role]int64{}}
	d := dbtest.SQLite(t, db.Clock(func() time.Time { return h.now }))
	folder := t.TempDir()
	q := jobs.New(d, nil)
	h.Upkeep = &Upkeep{
		DB: d, Queue: q, Sealer: audit.NewSealer(d, filepath.Join(folder, "audit"), slog.New(slog.DiscardHandler)),
		Source: backup.Source{DB: d, Folder: folder, Program: "v1.2.3"}, Dir: filepath.Join(folder, backup.Folder), At: "17:30", Keep: 3,
		Check: func(context.Context) ([]audit.Finding, int, error) { return h.findings, len(h.findings), h.fails },
	}
	q.Register(h.Jobs()...)
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, jobs.Texts, notify.Texts, audit.Texts, backup.Texts, Texts)
	must(t, err)
	sessions := auth.NewSessions(d, nil)
	h.Handler, err = web.New(web.Config{DB: d, Book: book, Sessions: sessions, Routes: h.Routes()})
	must(t, err)
	h.sessions = sessions
	accounts := auth.NewAccounts(d, sessions)
	for _, r := range []auth.Role{auth.Admin, auth.Officer, auth.Auditor} {
		id, err := accounts.Add(context.Background(), "command:user", auth.NewAccount{Login: string(r), Name: "Người " + string(r), Role: r})
		must(t, err)
		h.ids[r] = id
	}
	return h
}

func (h *house) ask(r auth.Role, method, path string) (int, string) {
	h.t.Helper()
	token, err := h.sessions.Open(context.Background(), h.ids[r], "") // days go by in these tests
	must(h.t, err)
	req := httptest.NewRequest(method, path, nil)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: "lienket", Value: token})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

func (h *house) auto(want bool) {
	h.t.Helper()
	made, err := h.Auto(h.t.Context())
	if err != nil || made != want {
		h.t.Errorf("at %v: made %v, %v; want %v", h.now.In(vietnam), made, err, want)
	}
}

func (h *house) notices(kind string) (n int) {
	h.t.Helper()
	must(h.t, h.DB.Read(h.t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`select count(*) from notify_note where kind = $1`, kind).Scan(&n)
	}))
	return n
}

func TestAuto_EveryDayAndTheNewestAreKept(t *testing.T) {
	h := newHouse(t)
	h.auto(false)
	h.now = local(23, 17, 29)
	h.auto(false)
	if _, page := h.ask(auth.Admin, "GET", "/system"); !strings.Contains(page, "Bản đầu tiên sẽ tự làm vào cuối ngày") || !strings.Contains(page, "23/11/2026 17:30") {
		t.Error("the page does not say that the first backup comes at the end of the day")
	}
	for day := 23; day < 28; day++ {
		h.now = local(day, 17, 31)
		h.auto(true)
		h.auto(false)
	}
	all, err := h.list()
	must(t, err)
	if len(all) != 3 {
		t.Errorf("%d backups are kept, want 3", len(all))
	}
	for _, b := range all {
		if _, err := backup.Verify(filepath.Join(h.Dir, b.Name)); err != nil {
			t.Error(err)
		}
	}
	code, page := h.ask(auth.Admin, "GET", "/system")
	for _, want := range []string{"bản mới nhất đã được đọc lại và nguyên vẹn", "27/11/2026 17:31", "28/11/2026 17:30", "dữ liệu tốt", "v1.2.3", "SQLite"} {
		if code != 200 || !strings.Contains(page, want) {
			t.Errorf("%d: the page does not say %q", code, want)
		}
	}
	if strings.Contains(page, "⟦") {
		t.Error("the page lacks a text")
	}
}

// A failure is told to the administrators once, tried again each hour, and healed.
func TestAuto_FailureIsToldOnce(t *testing.T) {
	h := newHouse(t)
	must(t, os.WriteFile(h.Dir, []byte("a file in the way"), 0o600))
	h.now = local(23, 18, 0)
	for range 3 {
		if _, err := h.Auto(t.Context()); err == nil && h.notices("care.backup_failed") == 0 {
			t.Error("a failure is not an error")
		}
		h.now = h.now.Add(10 * time.Minute)
	}
	h.now = h.now.Add(2 * time.Hour)
	if _, err := h.Auto(t.Context()); err == nil {
		t.Error("it was not tried again")
	}
	if n := h.notices("care.backup_failed"); n != 1 {
		t.Errorf("%d notices of one trouble", n)
	}
	if _, page := h.ask(auth.Admin, "GET", "/system"); !strings.Contains(page, "không thành") {
		t.Error("the page does not say that the backup failed")
	}
	must(t, os.Remove(h.Dir))
	h.now = h.now.Add(2 * time.Hour)
	h.auto(true)
	if _, page := h.ask(auth.Admin, "GET", "/system"); strings.Contains(page, "không thành") {
		t.Error("the page still says that it failed")
	}
}

func TestCheck_FindingsAreShownAndTold(t *testing.T) {
	h := newHouse(t)
	h.findings = []audit.Finding{{Key: "audit.check.entry_removed", Args: []any{int64(12), int64(9)}}}
	must(t, h.doCheck(t.Context(), nil))
	must(t, h.doCheck(t.Context(), nil))
	_, page := h.ask(auth.Admin, "GET", "/system")
	if !strings.Contains(page, "có 1 chỗ không đúng") || !strings.Contains(page, "Dòng nhật ký 12 (dấu niêm 9) đã bị xóa") {
		t.Error("the page does not say what was found")
	}
	if n := h.notices("care.check"); n != 1 {
		t.Errorf("%d notices of one finding", n)
	}
	h.findings, h.fails = nil, errors.New("disk gone")
	if err := h.doCheck(t.Context(), nil); err == nil {
		t.Error("a check that could not look is no success")
	}
	if _, page := h.ask(auth.Admin, "GET", "/system"); !strings.Contains(page, "disk gone") {
		t.Error("the page hides that the check could not look")
	}
}

func TestPage_ButtonsAndDoors(t *testing.T) {
	h := newHouse(t)
	for _, c := range [][2]string{{"GET", "/system"}, {"POST", "/system/backup"}, {"POST", "/system/check"}} {
		for _, r := range []auth.Role{auth.Officer, auth.Auditor} {
			if code, _ := h.ask(r, c[0], c[1]); code != 403 {
				t.Errorf("%v as %s: %d", c, r, code)
			}
		}
	}
	for _, path := range []string{"/system/backup", "/system/check", "/system/backup"} {
		if code, b := h.ask(auth.Admin, "POST", path); code != 303 {
			t.Errorf("%s: %d %.200s", path, code, b)
		}
	}
	if _, page := h.ask(auth.Admin, "GET", "/system"); !strings.Contains(page, "Đang sao lưu …") || !strings.Contains(page, "Đang kiểm tra …") {
		t.Error("the page does not say that work is under way")
	}
	must(t, h.Queue.Start(t.Context()))
	defer h.Queue.Stop(context.Background())
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, page := h.ask(auth.Admin, "GET", "/system")
		if strings.Contains(page, "đã được đọc lại và nguyên vẹn") && strings.Contains(page, "dữ liệu tốt") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the buttons' work did not happen in 20 s")
		}
	}
	if all, _ := h.list(); len(all) != 1 {
		t.Errorf("%d backups of two presses", len(all))
	}
}
