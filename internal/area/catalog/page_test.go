package catalog

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

type site struct {
	*httptest.Server
	area   *Area
	tokens map[auth.Role]string
}

func newSite(t testing.TB) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	s := &site{area: New(Deps{DB: d, Catalog: list(t), Now: func() time.Time { return time.Date(2023, 12, 18, 3, 0, 0, 0, time.UTC) }}), tokens: map[auth.Role]string{}}
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, Texts)
	if err != nil {
		t.Fatal(err)
	}
	sessions := auth.NewSessions(d, nil)
	accounts := auth.NewAccounts(d, sessions)
	srv, err := web.New(web.Config{DB: d, Book: book, Sessions: sessions, Routes: s.area.Routes()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []auth.Role{auth.Officer, auth.Leader, auth.Buyer} {
		n := auth.NewAccount{Login: string(r), Name: "Người " + string(r), Role: r}
		if r == auth.Buyer {
			n.Org = 1
		}
		if r == auth.Leader {
			n.Lang = i18n.EN
		}
		id, err := accounts.Add(context.Background(), "test", n)
		if err != nil {
			t.Fatal(err)
		}
		if s.tokens[r], err = sessions.Open(context.Background(), id, ""); err != nil {
			t.Fatal(err)
		}
	}
	s.Server = httptest.NewServer(srv)
	t.Cleanup(s.Close)
	return s
}

func (s *site) do(t testing.TB, role auth.Role, method, path string, form url.Values) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if tok := s.tokens[role]; tok != "" {
		w := httptest.NewRecorder()
		auth.SetToken(w, tok, false)
		for _, c := range w.Result().Cookies() {
			req.AddCookie(c)
		}
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestPages_OK(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		role   auth.Role
		path   string
		status int
		words  []string
	}{
		{auth.Officer, "/commodities", 200, []string{"135 mặt hàng", "Bưởi Diễn", "tháng 11–2", "60 ngày", "8.000 – 20.000 đ/kg", "3,5 tấn", "14.000 đ", "+30 %"}},
		{auth.Officer, "/commodities?page=5", 200, []string{"Thức ăn chăn nuôi"}},
		{auth.Officer, "/commodities?page=999&group=fruit", 200, []string{"Dâu tây"}},
		{auth.Officer, "/commodities?q=buoi", 200, []string{"4 mặt hàng", "Bưởi Hoàng"}},
		{auth.Officer, "/commodities?q=Atlantis", 200, []string{"Không có mặt hàng nào như vậy"}},
		{auth.Officer, "/commodities?month=6&group=fruit", 200, []string{"Vải thiều"}},
		{auth.Officer, "/commodities/BUOI-DIEN", 200, []string{"12.000 – 35.000 đ/kg", "chưa có số liệu", "700 g – 1 kg", "thùng các-tông 10 kg", "Ghi một giá tham khảo", "hết mùa"}},
		{auth.Officer, "/commodities/DL-CONGDONG", 200, []string{"chưa có số liệu"}},
		{auth.Officer, "/commodities/X", 404, nil},
		{auth.Leader, "/commodities/BUOI-DIEN", 200, []string{"Dien pomelo", "Reference price", "carton 10 kg", "months 11–2"}},
		{auth.Buyer, "/commodities", 403, nil},
		{"", "/commodities", 303, nil},
	} {
		status, body := s.do(t, c.role, "GET", c.path, nil)
		if status != c.status {
			t.Errorf("%s: %d, want %d", c.path, status, c.status)
		}
		for _, w := range c.words {
			if !strings.Contains(body, w) {
				t.Errorf("%s lacks %q", c.path, w)
			}
		}
		if strings.Contains(body, "⟦") {
			t.Errorf("%s: a text is missing", c.path)
		}
	}
	if _, body := s.do(t, auth.Leader, "GET", "/commodities/BUOI-DIEN", nil); strings.Contains(body, "Record a reference price") {
		t.Error("a leader is offered a form that is shut")
	}
}

func TestEveryCommodityPage(t *testing.T) {
	s := newSite(t)
	for _, x := range s.area.Catalog.All() {
		status, body := s.do(t, auth.Officer, "GET", commodityPath(x.Code), nil)
		if status != 200 || strings.Contains(body, "⟦") {
			t.Errorf("%s: %d", x.Code, status)
		}
	}
}

func TestAddPrice_OnThePage(t *testing.T) {
	s := newSite(t)
	in := url.Values{"basis": {"farm"}, "market": {"vườn, Cao Dương"}, "day": {"16/12/2023"}, "low": {"14.000"}, "high": {"16.500"}, "source": {"gọi điện"}, "confidence": {"told"}}
	if status, body := s.do(t, auth.Officer, "POST", "/commodities/BUOI-DIEN/prices", in); status != 303 {
		t.Fatal(status, body)
	}
	if _, body := s.do(t, auth.Officer, "GET", "/commodities/BUOI-DIEN", nil); !strings.Contains(body, "14.000 – 16.500 đ/kg") || !strings.Contains(body, "vườn, Cao Dương, 16/12/2023; gọi điện") {
		t.Error("the price is not shown")
	}
	in.Set("low", "20.000")
	in.Set("source", "")
	status, body := s.do(t, auth.Officer, "POST", "/commodities/BUOI-DIEN/prices", in)
	if status != 422 || !strings.Contains(body, `href="#f-high"`) || !strings.Contains(body, `href="#f-source"`) {
		t.Error(status)
	}
	if status, _ := s.do(t, auth.Leader, "POST", "/commodities/BUOI-DIEN/prices", in); status != 403 {
		t.Errorf("a leader wrote: %d", status)
	}
}

func TestMonthSpans_OK(t *testing.T) {
	book, err := i18n.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(context.Background(), book.Printer(i18n.VI))
	for want, months := range map[string][]int{
		"tháng 10–1": {10, 11, 12, 1}, "tháng 4–6, 11–12": {4, 5, 6, 11, 12}, "tháng 6, 10": {6, 10}, "quanh năm": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		"tháng 12–4": {12, 1, 2, 3, 4},
	} {
		if got := monthSpans(ctx, months); got != want {
			t.Errorf("%v: %q, want %q", months, got, want)
		}
	}
}
