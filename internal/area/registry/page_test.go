package registry

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/web"
)

// site is the area alone behind the real floor, with one account per role.
type site struct {
	*httptest.Server
	area   *Area
	ids    []OrgID
	tokens map[auth.Role]string

	accounts *auth.Accounts
	sessions *auth.Sessions
}

var clock = time.Date(2023, 12, 18, 3, 0, 0, 0, time.UTC)

func newSite(t testing.TB) *site {
	t.Helper()
	d := dbtest.SQLite(t)
	s := &site{area: New(Deps{DB: d, Atlas: store(t, d).Atlas, Now: func() time.Time { return clock }, PaperKinds: []string{"vietgap", "ocop"}}), tokens: map[auth.Role]string{}}
	s.ids = seed(t, s.area.Store)
	words := fstest.MapFS{}
	for _, l := range i18n.Langs {
		words["text/"+string(l)+".json"] = &fstest.MapFile{Data: []byte(`{"catalog.paper.vietgap": "VietGAP", "catalog.paper.ocop": "OCOP"}`)}
	}
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts, Texts, words)
	if err != nil {
		t.Fatal(err)
	}
	sessions := auth.NewSessions(d, nil)
	accounts := auth.NewAccounts(d, sessions)
	s.accounts, s.sessions = accounts, sessions
	srv, err := web.New(web.Config{DB: d, Book: book, Sessions: sessions, Routes: s.area.Routes()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range auth.Roles {
		n := auth.NewAccount{Login: string(r), Name: "Người " + string(r), Role: r}
		if r == auth.Coop {
			n.Org = int64(s.ids[0])
		}
		if r == auth.Buyer {
			n.Org = int64(s.ids[4])
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

type answer struct {
	status   int
	body     string
	location string
	header   http.Header
}

func (s *site) do(t testing.TB, role auth.Role, method, path string, form url.Values) answer {
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
	return answer{res.StatusCode, string(b), res.Header.Get("Location"), res.Header}
}

func (a answer) wants(t testing.TB, status int, words ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d", a.status, status)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
	if i := strings.Index(a.body, "⟦"); i >= 0 {
		t.Errorf("a text is missing: %s", a.body[i:min(i+60, len(a.body))])
	}
}

func TestOrgPages_WhoMay(t *testing.T) {
	s := newSite(t)
	own := map[auth.Role]OrgID{auth.Coop: s.ids[0], auth.Buyer: s.ids[4]}
	for _, c := range []struct {
		method, path string
		staff, write int // of officer and admin; of leader and auditor
	}{
		{"GET", "/organisations", 200, 200},
		{"GET", "/organisations.xlsx", 200, 200},
		{"GET", "/organisations.csv", 200, 200},
		{"GET", orgPath(s.ids[1]), 200, 200},
		{"GET", orgPath(999), 404, 404},
		{"GET", "/organisations/x", 404, 404},
		{"GET", "/organisations/new", 403, 200},
		{"GET", orgPath(s.ids[1]) + "/edit", 403, 200},
	} {
		for _, r := range auth.Roles {
			want := c.write
			switch r {
			case auth.Leader, auth.Auditor:
				want = c.staff
			case auth.Coop, auth.Buyer:
				want = 403
				if strings.HasPrefix(c.path, "/organisations/") && c.path != "/organisations/new" && !strings.HasSuffix(c.path, "/edit") {
					want = 404
				}
			}
			if got := s.do(t, r, c.method, c.path, nil); got.status != want {
				t.Errorf("%s %s as %s: %d, want %d", c.method, c.path, r, got.status, want)
			}
		}
		if got := s.do(t, "", c.method, c.path, nil); got.status != 303 {
			t.Errorf("%s %s as a stranger: %d", c.method, c.path, got.status)
		}
	}
	for r, id := range own {
		s.do(t, r, "GET", orgPath(id), nil).wants(t, 200)
	}
}

func TestListOrgs_OK(t *testing.T) {
	s := newSite(t)
	s.do(t, auth.Officer, "GET", "/organisations", nil).wants(t, 200, "5 đơn vị trong sổ", "4 đang hoạt động", "HTX Thu Phong", "0900 000 118", `href="tel:0900000118"`, "Cao Phong", "Hải Phòng")
	page := s.do(t, auth.Officer, "GET", "/organisations?where=158%402023&sort=-members", nil)
	page.wants(t, 200, "HTX Đại Đồng", "Yên Thủy", `aria-sort="descending"`)
	if strings.Contains(page.body, "HTX Thu Phong") {
		t.Error("the district does not filter")
	}
	s.do(t, auth.Officer, "GET", "/organisations?q=khong+co+ai", nil).wants(t, 200, "Không có đơn vị nào như vậy")
	if a := s.do(t, auth.Auditor, "GET", "/organisations", nil); strings.Contains(a.body, "/edit") || strings.Contains(a.body, "/organisations/new") {
		t.Error("an auditor is offered doors that are shut")
	}
}

func TestExport_AsShown(t *testing.T) {
	s := newSite(t)
	q := "?where=outside&q=lach"
	x := s.do(t, auth.Leader, "GET", "/organisations.xlsx"+q, nil)
	sheets, err := sheet.Read([]byte(x.body), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if rows := sheets[0].Rows; len(rows) != 2 || rows[0][0].Text != "Tên đơn vị" || rows[1][0].Text != "Công ty TNHH Lạch Tray" || rows[1][6].Text != "02253852111" {
		t.Errorf("%+v", rows)
	}
	c := s.do(t, auth.Leader, "GET", "/organisations.csv"+q, nil)
	if !strings.HasPrefix(c.body, "\ufeffTên đơn vị,") || strings.Count(c.body, "\r\n") != 2 || !strings.Contains(c.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%q", c.body)
	}
	again := s.do(t, auth.Leader, "GET", "/organisations.xlsx"+q, nil)
	if !bytes.Equal([]byte(x.body), []byte(again.body)) {
		t.Error("the same list gives other bytes")
	}
}

func TestExport_NoFormula(t *testing.T) {
	s := newSite(t)
	if _, err := s.area.Add(ctx, "test", Org{Kind: Coop, Name: "=1+1"}); err != nil {
		t.Fatal(err)
	}
	c := s.do(t, auth.Leader, "GET", "/organisations.csv?q=1+1", nil)
	if strings.Contains(c.body, "\n=1+1") || !strings.Contains(c.body, "=1+1") {
		t.Errorf("%q", c.body)
	}
	p := s.do(t, auth.Leader, "GET", "/organisations.pdf?q=thu", nil)
	if p.status != 200 || !strings.HasPrefix(p.body, "%PDF-") {
		t.Errorf("pdf: %d %.20q", p.status, p.body)
	}
}

func TestShowOrg_BothBorders(t *testing.T) {
	s := newSite(t)
	s.do(t, auth.Officer, "GET", orgPath(s.ids[3]), nil).wants(t, 200, "xã Cao Dương, huyện Lương Sơn, tỉnh Hòa Bình", "xã Cao Dương, tỉnh Phú Thọ", "Chưa có số điện thoại")
	ctx := context.Background()
	id, err := s.area.Add(ctx, "test", Org{Kind: Coop, Name: "HTX Đồng Tân", Place: "05221@2023"})
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, auth.Officer, "GET", orgPath(id), nil).wants(t, 200, "chưa phân định", "xã Pà Cò", "xã Mai Châu")
	id, err = s.area.Add(ctx, "test", Org{Kind: Coop, Name: "HTX Mới", Place: "05047@2025", Note: "bí mật"})
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, auth.Officer, "GET", orgPath(id), nil).wants(t, 200, "xã Thanh Cao, huyện Lương Sơn", "bí mật")
	s.do(t, auth.Coop, "GET", orgPath(s.ids[0]), nil).wants(t, 200, "HTX Thu Phong")
}

func form(o map[string]string) url.Values {
	v := url.Values{"kind": {"htx"}, "status": {"operating"}}
	for k, x := range o {
		v.Set(k, x)
	}
	return v
}

func TestAddOrg_OK(t *testing.T) {
	s := newSite(t)
	in := form(map[string]string{
		"name": "HTX Nông sản Mỹ Tân", "place": "Cao Dương", "phone": "0912 345 678 / 0218 3 852 111", "members": "1.054",
		"founded": "12/3/2016", "contact": "Bùi Văn A", web.KeyField: "k1",
	})
	a := s.do(t, auth.Officer, "POST", "/organisations", in)
	if a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	again := s.do(t, auth.Officer, "POST", "/organisations", in)
	if again.location != a.location {
		t.Errorf("sent twice: %q and %q", a.location, again.location)
	}
	list, total, _ := s.area.Orgs(context.Background(), Filter{Text: "my tan"})
	if total != 1 {
		t.Fatalf("%d organisations", total)
	}
	if o := list[0]; o.Place != "05008@2023" || o.Phone != "0912345678" || o.OtherPhones[0] != "02183852111" || o.Members != 1054 || o.Founded != calendar.Date(2016, 3, 12) {
		t.Errorf("%+v", o)
	}
}

func TestAddOrg_ShowsEveryFault(t *testing.T) {
	s := newSite(t)
	a := s.do(t, auth.Officer, "POST", "/organisations", form(map[string]string{"name": "", "phone": "abc", "tax_code": "123", "members": "nhiều", "place": "Atlantis", "founded": "hôm nào"}))
	a.wants(t, 422, "Có 6 chỗ cần sửa", `href="#f-name"`, `href="#f-phone"`, `href="#f-tax_code"`, `href="#f-members"`, `href="#f-place"`, `href="#f-founded"`, `value="abc"`)
	s.do(t, auth.Officer, "POST", "/organisations", form(map[string]string{"name": "HTX X", "tax_code": "0100233488"})).wants(t, 422, "đã có trong sổ: HTX Thu Phong")
	s.do(t, auth.Officer, "POST", "/organisations", form(map[string]string{"name": "Hợp tác xã Thu Phong"})).wants(t, 422, "Đây là đơn vị khác")
	if a := s.do(t, auth.Officer, "POST", "/organisations", form(map[string]string{"name": "Hợp tác xã Thu Phong", "not_alike": "1"})); a.status != 303 {
		t.Error(a.status)
	}
}

func TestAddOrg_AsksWhichPlace(t *testing.T) {
	s := newSite(t)
	in := form(map[string]string{"name": "HTX Y", "place": "xã Minh Tân"})
	s.do(t, auth.Officer, "POST", "/organisations", in).wants(t, 422, `name="place_pick"`, "xã Minh Tân, huyện Lương Tài, tỉnh Bắc Ninh")
	in.Set("place_pick", "05290@2023")
	if a := s.do(t, auth.Officer, "POST", "/organisations", in); a.status != 303 {
		t.Error(a.status)
	}
}

func TestSaveOrg_IfMatch(t *testing.T) {
	s := newSite(t)
	path := orgPath(s.ids[0])
	s.do(t, auth.Officer, "GET", path+"/edit", nil).wants(t, 200, `name="row_version" value="1"`, "HTX Thu Phong")
	in := form(map[string]string{"name": "HTX Thu Phong", "contact": "Người Một", "place": "x", "tax_code": "0100233488"})
	in.Set("place", s.area.Atlas.Label("05089@2023"))
	in.Set("place_key", "05089@2023")
	s.do(t, auth.Officer, "POST", path, in).wants(t, 422)
	in.Set("row_version", "1")
	if a := s.do(t, auth.Officer, "POST", path, in); a.status != 303 {
		t.Fatal(a.status, a.body)
	}
	in.Set("contact", "Người Hai")
	s.do(t, auth.Officer, "POST", path, in).wants(t, 409, "Người Một", "Người Hai")
	o, _ := s.area.OrgByID(context.Background(), s.ids[0])
	if o.Contact != "Người Một" || o.Place != "05089@2023" || o.Phone != "" {
		t.Errorf("%+v", o)
	}
	if a := s.do(t, auth.Leader, "POST", path, in); a.status != 403 {
		t.Errorf("a leader wrote: %d", a.status)
	}
	if a := s.do(t, auth.Coop, "POST", path, in); a.status != 403 {
		t.Errorf("a cooperative wrote: %d", a.status)
	}
}

func TestPapers_OnThePage(t *testing.T) {
	s := newSite(t)
	path := orgPath(s.ids[0])
	s.do(t, auth.Officer, "POST", path+"/papers", url.Values{"paper_kind": {"vietgap"}, "paper_scope": {"45"}, "paper_area": {"3,5"}, "paper_until": {"14/1/2024"}})
	s.do(t, auth.Coop, "GET", path, nil).wants(t, 200, "VietGAP", "đến 14/01/2024 · 3,5 ha · 45 tấn", "Còn 27 ngày")
	s.do(t, auth.Officer, "POST", path+"/papers", url.Values{"paper_kind": {"x"}, "paper_scope": {"-1"}}).wants(t, 422, `href="#f-paper_kind"`, `href="#f-paper_scope"`)
	ps, _ := s.area.Papers(context.Background(), s.ids[0])
	if len(ps) != 1 || ps[0].AreaM2 != 35_000 {
		t.Fatalf("%+v", ps)
	}
	if a := s.do(t, auth.Officer, "POST", fmt.Sprintf("%s/papers/%d/remove", path, ps[0].ID), url.Values{}); a.status != 303 {
		t.Error(a.status)
	}
	s.do(t, auth.Officer, "GET", path, nil).wants(t, 200, "Chưa ghi giấy tờ nào", "bỏ giấy tờ VietGAP", "ghi giấy tờ VietGAP")
	back := url.Values{"kind": {"vietgap"}, "number": {""}, "issuer": {""}, "scope": {"45000000"}, "area": {"35000"}, "from": {"0"}, "until": {fmt.Sprint(int64(ps[0].Until))}}
	if a := s.do(t, auth.Officer, "POST", path+"/papers/restore", back); a.status != 303 {
		t.Error(a.status, a.body)
	}
	if again, _ := s.area.Papers(context.Background(), s.ids[0]); len(again) != 1 || again[0].Until != ps[0].Until || again[0].Scope != ps[0].Scope || again[0].AreaM2 != ps[0].AreaM2 {
		t.Errorf("taken back: %+v, was %+v", again, ps)
	}
	back.Set("kind", "x")
	if a := s.do(t, auth.Officer, "POST", path+"/papers/restore", back); a.status != 422 && a.status != 400 {
		t.Errorf("an unknown paper: %d", a.status)
	}
}
