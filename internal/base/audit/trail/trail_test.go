package trail_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/audit/trail"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site is the screens behind the real floor, with one account per role.
type site struct {
	http.Handler
	d      *db.DB
	ids    map[auth.Role]int64
	tokens map[auth.Role]string
}

func newSite(t *testing.T, d *db.DB) *site {
	t.Helper()
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, trail.Texts)
	must(t, err)
	sessions := auth.NewSessions(d, nil)
	s := &site{d: d, ids: map[auth.Role]int64{}, tokens: map[auth.Role]string{}}
	tr := &trail.Trail{DB: d, Links: map[string]func(string) string{"account": func(id string) string { return "/accounts/" + id }}}
	s.Handler, err = web.New(web.Config{DB: d, Book: book, Sessions: sessions, Routes: tr.Routes()})
	must(t, err)
	accounts := auth.NewAccounts(d, sessions)
	for i, r := range auth.Roles {
		n := auth.NewAccount{Login: string(r) + "1", Name: []string{"Bùi Thị Ánh", "Đinh Công Bình", "Hà Văn Chiến", "Lê Thị Dung", "Xa Văn Én", "Phạm Giang"}[i], Role: r}
		if r == auth.Coop || r == auth.Buyer {
			n.Org = 1
		}
		id, err := accounts.Add(context.Background(), "command:user", n)
		must(t, err)
		s.ids[r] = id
		s.tokens[r], err = sessions.Open(context.Background(), id, "")
		must(t, err)
	}
	return s
}

func (s *site) get(r auth.Role, path string) (int, string) {
	req := httptest.NewRequest("GET", path, nil)
	if r != "" {
		req.AddCookie(&http.Cookie{Name: "lienket", Value: s.tokens[r]})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	b, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(b)
}

func TestTrail_OnlyForAdminAndAuditor(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t))
	for _, path := range []string{"/audit", "/audit.xlsx", "/audit.csv"} {
		for r, want := range map[auth.Role]int{auth.Admin: 200, auth.Auditor: 200, auth.Officer: 403, auth.Leader: 403, auth.Coop: 403, auth.Buyer: 403, "": 303} {
			if got, _ := s.get(r, path); got != want {
				t.Errorf("%s as %q: %d, want %d", path, r, got, want)
			}
		}
	}
}

func TestTrail_FiltersAndWords(t *testing.T) {
	at := time.Date(2026, 11, 20, 16, 59, 0, 0, time.UTC) // 23:59 in Hòa Bình
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		officer, leader := fmt.Sprintf("account:%d", s.ids[auth.Officer]), fmt.Sprintf("account:%d", s.ids[auth.Leader])
		note := func(e audit.Entry) {
			t.Helper()
			must(t, d.InTx(t.Context(), func(tx *db.Tx) error { return audit.Note(tx, e) }))
		}
		at = time.Date(2026, 11, 20, 16, 59, 0, 0, time.UTC)
		note(audit.Entry{Actor: officer, Action: "market.entry.save", Object: "market_entry/5", Before: map[string]any{
			"grams": 3_000_000, "note": "cũ", "same": 1, "terms": map[string]any{"day": "2026-12-01"},
		}, After: map[string]any{"grams": 5_500_000, "note": "<b>mới</b>", "same": 1, "terms": map[string]any{"day": "2026-12-02"}}})
		at = at.Add(2 * time.Minute) // the next day there
		note(audit.Entry{Actor: officer + " for " + leader, Action: "market.plan.released", Object: "market_plan/2"})
		note(audit.Entry{Actor: leader, Action: audit.Look, Object: "market_entry/5", After: map[string]string{"what": "phone"}})
		_, err := audit.NewSealer(d, "", nil).Seal(t.Context())
		must(t, err)
		note(audit.Entry{Actor: "command:user", Action: "account.disable", Object: fmt.Sprintf("account:%d", s.ids[auth.Coop])})

		for _, c := range []struct {
			query string
			has   []string
			not   []string
		}{
			{"", []string{"3 tấn", "5,5 tấn", "01/12/2026", "02/12/2026", "&lt;b&gt;mới", "20/11/2026 23:59", "21/11/2026 00:01", "Hà Văn Chiến", "thay mặt Đinh Công Bình", "chờ niêm", "Người quản trị máy chủ", "market.plan.released", "/accounts/"}, []string{"<b>mới", "same"}},
			{"object=market_entry/5", []string{"5,5 tấn", "Xem", "phone"}, []string{"market.plan.released", "Khóa tài khoản"}},
			{"object=market_entry/5&what=look", []string{"Đinh Công Bình"}, []string{"5,5 tấn"}},
			{"what=deeds", []string{"5,5 tấn"}, []string{"phone"}},
			{"who=chien", []string{"5,5 tấn", "market.plan.released"}, []string{"phone"}},
			{"who=officer1", []string{"5,5 tấn"}, []string{"phone"}},
			{"who=Thị", []string{"Nhiều người khớp", "Bùi Thị Ánh", "Lê Thị Dung"}, []string{"5,5 tấn"}},
			{"who=khongco", []string{"Không tìm thấy ai"}, nil},
			{"actor=" + leader + "&object=market_entry/5", []string{"phone"}, []string{"5,5 tấn"}},
			{"from=2026-11-21", []string{"phone", "market.plan.released"}, []string{"5,5 tấn"}},
			{"from=20/11/2026&to=2026-11-20", []string{"5,5 tấn"}, []string{"market.plan.released"}},
			{"object=nothing/1", []string{"Chưa có việc nào"}, nil},
		} {
			code, body := s.get(auth.Auditor, "/audit?"+c.query)
			if code != 200 {
				t.Fatalf("%s: %d %.300s", c.query, code, body)
			}
			for _, h := range c.has {
				if !strings.Contains(body, h) {
					t.Errorf("?%s does not say %q", c.query, h)
				}
			}
			for _, n := range c.not {
				if strings.Contains(body, n) {
					t.Errorf("?%s says %q", c.query, n)
				}
			}
			if strings.Contains(body, "⟦") {
				t.Errorf("?%s lacks a text", c.query)
			}
		}
		first := func(query string) int {
			_, b := s.get(auth.Admin, "/audit?"+query)
			return strings.Index(b, "5,5 tấn") - strings.Index(b, "phone")
		}
		if first("object=market_entry/5") < 0 || first("object=market_entry/5&sort=at") > 0 {
			t.Error("sorting by time does not turn the list around")
		}
		code, csv := s.get(auth.Admin, "/audit.csv?object=market_entry/5")
		if code != 200 || strings.Count(csv, "\n") != 3 || !strings.Contains(csv, "3 tấn → 5,5 tấn") {
			t.Errorf("%d %q", code, csv)
		}
		if code, x := s.get(auth.Admin, "/audit.xlsx?who=chien"); code != 200 || !strings.HasPrefix(x, "PK") {
			t.Errorf("xlsx: %d", code)
		}
	}, db.Clock(func() time.Time { return at }))
}

func TestTrail_Pages(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newSite(t, d)
	must(t, d.InTx(t.Context(), func(tx *db.Tx) error {
		for i := range 120 {
			if err := audit.Note(tx, audit.Entry{Actor: "system", Action: "x.y", Object: fmt.Sprintf("page_thing/%d", i)}); err != nil {
				return err
			}
		}
		return nil
	}))
	seen := map[string]bool{}
	for p := 1; p <= 3; p++ {
		_, b := s.get(auth.Admin, fmt.Sprintf("/audit?actor=system&page=%d", p))
		for i := range 120 {
			if strings.Contains(b, fmt.Sprintf("page_thing %d\n", i)) || strings.Contains(b, fmt.Sprintf("page_thing %d<", i)) {
				if seen[fmt.Sprint(i)] {
					t.Errorf("%d stands on two pages", i)
				}
				seen[fmt.Sprint(i)] = true
			}
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 entries on three pages", len(seen))
	}
}
