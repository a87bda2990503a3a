package door_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/auth/door"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

const password = "bưởi đỏ Tân Lạc"

// clock is a time that a test can move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// house is the door with one page behind it that a token may read.
type house struct {
	t *testing.T
	*web.Server
	a *auth.Accounts
	c *clock
}

func newHouse(t *testing.T) *house {
	t.Helper()
	c := &clock{time.Date(2023, 12, 18, 8, 0, 0, 0, time.UTC)}
	d := dbtest.SQLite(t, db.Clock(c.Now))
	book, err := i18n.Load(db.Texts, auth.Texts, web.Texts)
	if err != nil {
		t.Fatal(err)
	}
	s := auth.NewSessions(d, nil)
	a := auth.NewAccounts(d, s)
	a.Key = bytes.Repeat([]byte{1}, 32)
	a.Under = func(scope string) []string { return []string{scope} }
	dr := &door.Door{
		Accounts: a, Scopes: []string{"offers:read", "offers:write"}, Now: c.Now,
		OrgFind: func(context.Context, string) ([]door.Choice, error) {
			return []door.Choice{{Value: "7", Label: "HTX Tây Phong"}}, nil
		},
		OrgName: func(_ context.Context, id int64) (string, error) {
			if id != 7 {
				return "", nil
			}
			return "HTX Tây Phong", nil
		},
		PlaceFind: func(string) []door.Choice {
			return []door.Choice{{Value: "157@2023", Label: "huyện Lạc Sơn", Note: "2023"}}
		},
	}
	say := func(w http.ResponseWriter, r *http.Request) error {
		u, _ := auth.Who(r.Context())
		return web.JSON(w, r, 200, map[string]any{"who": u.Actor(), "token": u.Token != nil})
	}
	routes := append(dr.Routes(),
		web.Route{Pattern: "GET /offers", May: auth.Only(auth.Staff...), Token: "offers:read", Do: say},
		web.Route{Pattern: "POST /offers", May: auth.Only(auth.Staff...), Token: "offers:write", Do: say},
		web.Route{Pattern: "POST /release", May: auth.Only(auth.Leader), Do: say})
	srv, err := web.New(web.Config{DB: d, Book: book, Sessions: s, Routes: routes, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return &house{t, srv, a, c}
}

func (h *house) add(login string, role auth.Role) int64 {
	h.t.Helper()
	n := auth.NewAccount{Login: login, Name: "Nguyễn Thu Hà", Role: role, Password: password}
	if role.In(auth.Coop, auth.Buyer) {
		n.Org = 7
	}
	id, err := h.a.Add(context.Background(), "test", n)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// browser keeps cookies.
type browser struct {
	h   *house
	jar map[string]string
}

func (h *house) browser() *browser { return &browser{h, map[string]string{}} }

func (b *browser) do(method, path string, form url.Values, more ...string) *httptest.ResponseRecorder {
	b.h.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	for k, v := range b.jar {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	return w
}

func (h *house) in(login string) *browser {
	h.t.Helper()
	b := h.browser()
	if w := b.do("POST", "/signin", url.Values{"login": {login}, "password": {password}}); w.Code != 303 || b.jar["lienket"] == "" {
		h.t.Fatalf("signing in %s: %d %s", login, w.Code, w.Body)
	}
	return b
}

var shown = regexp.MustCompile(`lkt_[A-Za-z0-9_-]{43}`)

// TestToken_OverHTTP: a token reaches only routes that ask for one of its scopes, needs no
// same-origin form and no cookie, and no cookie helps it.
func TestToken_OverHTTP(t *testing.T) {
	h := newHouse(t)
	id := h.add("ha.1", auth.Officer)
	h.add("boss", auth.Admin)
	b := h.in("ha.1")
	w := b.do("POST", "/account/tokens", url.Values{"name": {"máy"}, "scopes": {"offers:read"}, "days": {"30"}})
	token := shown.FindString(w.Body.String())
	if w.Code != 200 || token == "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if again := b.do("GET", "/account/tokens", nil); shown.MatchString(again.Body.String()) {
		t.Error("the token is shown a second time")
	}
	bearer := func(method, path, token string, b *browser) int {
		t.Helper()
		w := b.do(method, path, nil, "Authorization", "Bearer "+token, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site")
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d is %s", method, path, w.Code, w.Header().Get("Content-Type"))
		}
		if (w.Code == 401) != (w.Header().Get("WWW-Authenticate") != "") {
			t.Errorf("%s %s: %d with %q", method, path, w.Code, w.Header().Get("WWW-Authenticate"))
		}
		return w.Code
	}
	stranger, wrong := h.browser(), "lkt_"+strings.Repeat("A", 43)
	for _, c := range []struct {
		method, path, token string
		b                   *browser
		want                int
	}{
		{"GET", "/offers", token, stranger, 200},
		{"POST", "/offers", token, stranger, 403},           // lacks the scope
		{"GET", "/account", token, stranger, 403},           // no scope opens it
		{"GET", "/signin", token, stranger, 403},            // open to anyone, not to a token
		{"POST", "/account/password", token, stranger, 403}, //
		{"GET", "/offers", wrong, stranger, 401},
		{"GET", "/offers", wrong, b, 401},  // the cookie does not help
		{"POST", "/offers", token, b, 403}, // nor here
		{"GET", "/offers", "x", b, 401},
	} {
		if got := bearer(c.method, c.path, c.token, c.b); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, got, c.want)
		}
	}
	if w := b.do("POST", "/offers", nil, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("a cross-site form by cookie: %d", w.Code)
	}
	if w := b.do("POST", "/offers", nil, "Authorization", "Basic dTpw", "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("a cross-site form with another kind of authorization: %d", w.Code)
	}
	if _, err := h.a.SetDisabled(context.Background(), "test", id, 0, true); err != nil {
		t.Fatal(err)
	}
	if got := bearer("GET", "/offers", token, stranger); got != 401 {
		t.Errorf("the token of a disabled account: %d", got)
	}
}

// TestSecondFactor_OverHTTP: setting up, signing in with a code, the same code again.
func TestSecondFactor_OverHTTP(t *testing.T) {
	h := newHouse(t)
	h.add("ha.1", auth.Officer)
	b := h.in("ha.1")
	if w := b.do("POST", "/account/second/start", nil); w.Header().Get("Location") != "/account/second/setup" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	page := b.do("GET", "/account/second/setup", nil)
	m := regexp.MustCompile(`translate="no">([A-Z2-7 ]+)<`).FindStringSubmatch(page.Body.String())
	if page.Code != 200 || m == nil || !strings.Contains(page.Body.String(), "<path d=\"M") {
		t.Fatalf("%d %s", page.Code, page.Body)
	}
	secret := strings.ReplaceAll(m[1], " ", "")
	code := func() string {
		s, err := totp.GenerateCode(secret, h.c.now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if w := b.do("POST", "/account/second/confirm", url.Values{"code": {"000000"}}); w.Code != 422 {
		t.Errorf("a wrong first code: %d", w.Code)
	}
	before := b.jar["lienket"]
	done := b.do("POST", "/account/second/confirm", url.Values{"code": {code()}})
	recovery := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`).FindAllString(done.Body.String(), -1)
	if done.Code != 200 || len(recovery) != 10 || b.jar["lienket"] == before {
		t.Fatalf("%d, %d codes; the session must rotate", done.Code, len(recovery))
	}
	h.c.now = h.c.now.Add(time.Minute)
	enter := func() *browser {
		b := h.browser()
		w := b.do("POST", "/signin", url.Values{"login": {"ha.1"}, "password": {password}, "back": {"/account"}})
		if w.Header().Get("Location") != "/signin/second?back=%2Faccount" || b.jar["lienket"] != "" {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
		}
		return b
	}
	c := enter()
	if w := c.do("GET", "/account", nil); w.Code != 303 {
		t.Errorf("in after the first step: %d", w.Code)
	}
	if w := c.do("POST", "/signin/second", url.Values{"code": {code()}, "back": {"//elsewhere.example"}}); w.Header().Get("Location") != "/" || c.jar["lienket"] == "" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	c = enter()
	if w := c.do("POST", "/signin/second", url.Values{"code": {code()}}); w.Code != 422 || c.jar["lienket"] != "" {
		t.Errorf("the same code again: %d", w.Code)
	}
	if w := c.do("POST", "/signin/second", url.Values{"code": {recovery[0]}}); w.Code != 303 || c.jar["lienket"] == "" {
		t.Errorf("a recovery code: %d", w.Code)
	}
	if w := h.browser().do("GET", "/signin/second", nil); w.Header().Get("Location") != "/signin" {
		t.Errorf("the second step without the first: %d %s", w.Code, w.Header().Get("Location"))
	}
	// Later than a quarter of an hour the owner shows again who he is.
	h.c.now = h.c.now.Add(16 * time.Minute)
	for _, path := range []string{"/account/second", "/account/tokens"} {
		if w := c.do("GET", path, nil); !strings.HasPrefix(w.Header().Get("Location"), "/account/again") {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	if w := c.do("POST", "/account/second/remove", nil); !strings.HasPrefix(w.Header().Get("Location"), "/account/again") {
		t.Errorf("removing it without showing who he is: %d", w.Code)
	}
	if w := c.do("POST", "/account/again", url.Values{"to": {"/account/second"}, "code": {code()}}); w.Header().Get("Location") != "/account/second" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := c.do("GET", "/account/second", nil); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
}

// TestRequiredFactor_OnlySetUp: who owes a second factor reaches nothing but its setup.
func TestRequiredFactor_OnlySetUp(t *testing.T) {
	h := newHouse(t)
	h.add("boss", auth.Admin)
	h.add("ha.1", auth.Officer)
	officer := h.in("ha.1")
	if w := h.in("boss").do("POST", "/accounts/rules", url.Values{"roles": {"officer"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/offers", "/account", "/account/lend"} {
		if w := officer.do("GET", path, nil); w.Header().Get("Location") != "/account/second" {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	if w := officer.do("POST", "/offers", nil); w.Code != 403 {
		t.Errorf("writing: %d", w.Code)
	}
	if w := officer.do("GET", "/account/second", nil); w.Code != 200 {
		t.Errorf("the setup: %d", w.Code)
	}
}

// TestLend_OverHTTP: the lent role opens a leader's door, and says for whom.
func TestLend_OverHTTP(t *testing.T) {
	h := newHouse(t)
	boss, id := h.add("son.1", auth.Leader), h.add("ha.1", auth.Officer)
	officer, leader := h.in("ha.1"), h.in("son.1")
	if w := officer.do("POST", "/release", nil); w.Code != 403 {
		t.Fatalf("before: %d", w.Code)
	}
	bad := leader.do("POST", "/account/lend", url.Values{"to": {itoa(id)}, "first": {"18/12/2023"}, "last": {"hôm nào đó"}, "reason": {"đi họp"}})
	if bad.Code != 422 || !strings.Contains(bad.Body.String(), `href="#f-last"`) || !strings.Contains(bad.Body.String(), "đi họp") {
		t.Fatalf("%d; the form must come back whole", bad.Code)
	}
	if w := leader.do("POST", "/account/lend", url.Values{"to": {itoa(id)}, "first": {"18/12/2023"}, "last": {"20/12/2023"}, "reason": {"đi họp"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := officer.do("POST", "/release", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "account:"+itoa(id)+" for account:"+itoa(boss)) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := officer.do("GET", "/offers", nil); !strings.Contains(w.Body.String(), `"account:`+itoa(id)+`"`) {
		t.Errorf("his own work is written for somebody else: %s", w.Body)
	}
	for _, b := range []*browser{officer, leader} {
		if w := b.do("GET", "/account/lend", nil); !strings.Contains(w.Body.String(), "đi họp") {
			t.Error("one of the two does not see it")
		}
	}
	h.c.now = h.c.now.Add(72 * time.Hour)
	if w := h.in("ha.1").do("POST", "/release", nil); w.Code != 403 {
		t.Errorf("after the last day: %d", w.Code)
	}
}

// TestInvite: in two forms, by search; a number that nobody found is not believed.
func TestInvite(t *testing.T) {
	h := newHouse(t)
	h.add("boss", auth.Admin)
	b := h.in("boss")
	post := func(more url.Values) *httptest.ResponseRecorder {
		f := url.Values{"name": {"Bùi Thị Hiền"}, "login": {"0900000222"}, "role": {"coop"}}
		for k, v := range more {
			f[k] = v
		}
		return b.do("POST", "/accounts", f)
	}
	if w := post(url.Values{"do": {"next"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "HTX Tây Phong") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, org := range []string{"", "8", "x", "-7"} {
		if w := post(url.Values{"do": {"invite"}, "org": {org}}); w.Code != 422 || strings.Contains(w.Body.String(), "/in/") {
			t.Errorf("organisation %q: %d", org, w.Code)
		}
	}
	w := post(url.Values{"do": {"invite"}, "org": {"7"}})
	link := regexp.MustCompile(`/in/[A-Za-z0-9_-]{43}`).FindString(w.Body.String())
	if w.Code != 200 || link == "" || w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(w.Body.String(), "<svg") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := post(url.Values{"do": {"invite"}, "org": {"7"}}); w.Code != 422 || strings.Contains(w.Body.String(), "/in/") {
		t.Errorf("a second press: %d", w.Code)
	}
	guest := h.browser()
	if w := guest.do("POST", link, nil); w.Code != 303 || guest.jar["lienket"] == "" {
		t.Errorf("the link: %d", w.Code)
	}
	w = b.do("POST", "/accounts", url.Values{"name": {"Cán Bộ"}, "login": {"can.bo"}, "role": {"officer"}, "do": {"invite"}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), `href="#f-scope"`) {
		t.Errorf("staff without a territory: %d", w.Code)
	}
	if w = b.do("POST", "/accounts", url.Values{"name": {"Cán Bộ"}, "login": {"can.bo"}, "role": {"officer"}, "do": {"invite"}, "scope": {"157@2023"}}); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	acc, err := h.a.ByLogin(context.Background(), "can.bo")
	if err != nil {
		t.Fatal(err)
	}
	if gs, err := h.a.Grants(context.Background(), acc.ID); err != nil || len(gs) != 1 || gs[0].Scope != "157@2023" {
		t.Errorf("%+v %v", gs, err)
	}
}

// TestOne_Conflict: two administrators, one account.
func TestOne_Conflict(t *testing.T) {
	h := newHouse(t)
	boss := h.add("boss", auth.Admin)
	id := h.add("ha.1", auth.Officer)
	b := h.in("boss")
	path := "/accounts/" + itoa(id)
	if w := b.do("POST", path+"/role", url.Values{"role": {"auditor"}, "row_version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := b.do("POST", path+"/role", url.Values{"role": {"leader"}, "row_version": {"1"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "kiểm tra") {
		t.Errorf("a stale version: %d", w.Code)
	}
	for _, what := range []string{"/disable", "/role"} {
		if w := b.do("POST", "/accounts/"+itoa(boss)+what, url.Values{"role": {"officer"}, "row_version": {"1"}}); w.Code != 422 {
			t.Errorf("%s of himself: %d", what, w.Code)
		}
	}
	if w := b.do("POST", "/accounts/"+itoa(boss)+"/grants", url.Values{"scope": {"157@2023"}, "do": {"grant"}}); w.Code != 303 {
		t.Fatalf("%d", w.Code)
	}
	if w := b.do("GET", "/accounts/"+itoa(boss), nil); w.Code != 200 {
		t.Errorf("a change of his own territory signed him out: %d", w.Code)
	}
	if w := b.do("GET", "/accounts/9999", nil); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
}
