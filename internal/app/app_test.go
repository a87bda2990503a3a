package app_test

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/app"
	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRoutesGolden: the one page that shows the whole site and who may enter.
func TestRoutesGolden(t *testing.T) {
	a := newApp(t, dbtest.SQLite(t))
	var lines []string
	for _, r := range a.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		lines = append(lines, path+"\x00"+method+"\x00"+r.May.String())
	}
	slices.Sort(lines)
	var b strings.Builder
	for _, l := range lines {
		f := strings.Split(l, "\x00")
		b.WriteString(f[1] + strings.Repeat(" ", 7-len(f[1])) + f[0] + strings.Repeat(" ", max(1, 40-len(f[0]))) + f[2] + "\n")
	}
	const file = "testdata/routes.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the routes differ from %s; look at it, then run make golden:\n%s", file, b.String())
	}
}

func newApp(t *testing.T, d *db.DB) *app.App {
	t.Helper()
	a, err := app.New(context.Background(), app.Config{DB: d, Phone: "02180000900"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// browser keeps cookies and follows nothing.
type browser struct {
	t   *testing.T
	app *app.App
	jar map[string]string
}

func (b *browser) do(method, target string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range b.jar {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	b.app.ServeHTTP(w, r)
	if b.jar == nil {
		b.jar = map[string]string{}
	}
	for _, c := range w.Result().Cookies() {
		b.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	return w
}

const password = "bưởi đỏ Tân Lạc"

func signedIn(t *testing.T, a *app.App, login string, role auth.Role) *browser {
	t.Helper()
	n := auth.NewAccount{Login: login, Name: "Nguyễn Thu Hà", Role: role}
	if role.In(auth.Coop, auth.Buyer) {
		n.Org = 1
	}
	id, err := a.Accounts.Add(context.Background(), "test", n)
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Accounts.NewLink(context.Background(), "test", id, time.Hour, 1)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, app: a}
	if w := b.do("GET", "/in/"+token, nil); w.Code != 200 || b.jar["lienket"] != "" {
		t.Fatalf("opening the link: %d, cookies %v", w.Code, b.jar)
	}
	if w := b.do("POST", "/in/"+token, url.Values{}); w.Code != 303 || b.jar["lienket"] == "" {
		t.Fatalf("pressing its button: %d", w.Code)
	}
	return b
}

func TestSignIn_Journey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newApp(t, d)
		if _, err := a.Accounts.Add(context.Background(), "test", auth.NewAccount{Login: "0900000118", Name: "Nguyễn Thu Hà", Role: auth.Officer, Password: password}); err != nil {
			t.Fatal(err)
		}
		b := &browser{t: t, app: a}
		if w := b.do("GET", "/account", nil); w.Code != 303 || w.Header().Get("Location") != "/signin?back=%2Faccount" {
			t.Fatalf("a stranger at /account: %d %s", w.Code, w.Header().Get("Location"))
		}
		if w := b.do("GET", "/signin?back=/account", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "0218 000 0900") {
			t.Fatalf("sign-in page: %d", w.Code)
		}
		wrong := b.do("POST", "/signin", url.Values{"login": {"0900 000 118"}, "password": {"sai rồi sai rồi"}, "back": {"/account"}})
		if body := wrong.Body.String(); wrong.Code != 422 || !strings.Contains(body, "không đúng") || !strings.Contains(body, `value="0900 000 118"`) || strings.Contains(body, "sai rồi") {
			t.Fatalf("wrong password: %d; the login must stay, the password must not", wrong.Code)
		}
		right := b.do("POST", "/signin", url.Values{"login": {"0900 000 118"}, "password": {password}, "back": {"/account"}})
		if right.Code != 303 || right.Header().Get("Location") != "/account" {
			t.Fatalf("right password: %d %s", right.Code, right.Header().Get("Location"))
		}
		c := right.Result().Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("cookie %v", c)
		}
		if w := b.do("GET", "/account", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "Nguyễn Thu Hà") {
			t.Errorf("own account: %d", w.Code)
		}
		if w := b.do("GET", "/accounts", nil); w.Code != 403 {
			t.Errorf("an officer at the list of accounts: %d", w.Code)
		}
		if w := b.do("POST", "/signout", url.Values{}); w.Code != 303 || b.jar["lienket"] != "" {
			t.Errorf("sign-out: %d", w.Code)
		}
		if w := b.do("GET", "/account", nil); w.Code != 303 {
			t.Errorf("after sign-out: %d", w.Code)
		}
	})
}

func TestSignIn_CookieOverTLS(t *testing.T) {
	a, err := app.New(context.Background(), app.Config{DB: dbtest.SQLite(t), Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := a.Accounts.Add(context.Background(), "test", auth.NewAccount{Login: "admin", Name: "A", Role: auth.Admin})
	token, _ := a.Accounts.NewLink(context.Background(), "test", id, time.Hour, 1)
	w := (&browser{t: t, app: a}).do("POST", "/in/"+token, url.Values{})
	if c := w.Result().Cookies()[0]; c.Name != "__Host-lienket" || !c.Secure {
		t.Errorf("cookie %v", c)
	}
}

func TestSignIn_TooManyTries(t *testing.T) {
	a := newApp(t, dbtest.SQLite(t))
	b := &browser{t: t, app: a}
	var last *httptest.ResponseRecorder
	for range 11 {
		last = b.do("POST", "/signin", url.Values{"login": {"ai.do"}, "password": {"x"}})
	}
	if last.Code != 429 || last.Header().Get("Retry-After") == "" || !strings.Contains(last.Body.String(), "Thử quá nhiều lần") {
		t.Errorf("the eleventh try: %d", last.Code)
	}
}

func TestAccounts_AddDisableEnable(t *testing.T) {
	a := newApp(t, dbtest.SQLite(t))
	b := signedIn(t, a, "admin", auth.Admin)
	bad := b.do("POST", "/accounts", url.Values{"login": {"x"}, "name": {"Trần Văn Sơn"}, "role": {"officer"}, "scope": {"*"}})
	if body := bad.Body.String(); bad.Code != 422 || !strings.Contains(body, `href="#f-login"`) || !strings.Contains(body, "Trần Văn Sơn") {
		t.Fatalf("a short login: %d; the form must come back whole", bad.Code)
	}
	if w := b.do("POST", "/accounts", url.Values{"login": {"Sơn 1"}, "name": {"Trần Văn Sơn"}, "role": {"officer"}, "scope": {"*"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "/in/") {
		t.Fatalf("adding: %d", w.Code)
	}
	acc, err := a.Accounts.ByLogin(context.Background(), "son1")
	if err != nil {
		t.Fatal(err)
	}
	path := "/accounts/" + itoa(acc.ID)
	if w := b.do("POST", path+"/disable", url.Values{"row_version": {"1"}}); w.Code != 303 {
		t.Fatalf("disable: %d", w.Code)
	}
	if w := b.do("GET", "/accounts", nil); !strings.Contains(w.Body.String(), "Đã khóa") {
		t.Error("the list does not show it")
	}
	if w := b.do("POST", path+"/disable", url.Values{"row_version": {"1"}}); w.Code != 409 {
		t.Errorf("disable on a stale version: %d", w.Code)
	}
	if w := b.do("POST", path+"/enable", url.Values{"row_version": {"2"}}); w.Code != 303 {
		t.Errorf("enable: %d", w.Code)
	}
}

func TestPassword_Change(t *testing.T) {
	a := newApp(t, dbtest.SQLite(t))
	b := signedIn(t, a, "officer", auth.Officer)
	post := func(old, next, again string) *httptest.ResponseRecorder {
		return b.do("POST", "/account/password", url.Values{"old": {old}, "password": {next}, "again": {again}})
	}
	if w := post("", "ngắn", "ngắn"); w.Code != 422 {
		t.Errorf("too short: %d", w.Code)
	}
	if w := post("", password, password+"!"); w.Code != 422 {
		t.Errorf("not the same: %d", w.Code)
	}
	if w := post("", password, password); w.Code != 303 {
		t.Fatalf("the first one needs no old one: %d", w.Code)
	}
	if w := b.do("GET", "/account", nil); !strings.Contains(w.Body.String(), "Đã đổi mật khẩu") {
		t.Error("nothing says that it worked")
	}
	if w := post("sai", "một câu khác hẳn", "một câu khác hẳn"); w.Code != 422 {
		t.Errorf("wrong old one: %d", w.Code)
	}
}

func TestHome_ByRole(t *testing.T) {
	a := newApp(t, dbtest.SQLite(t))
	if w := (&browser{t: t, app: a}).do("GET", "/", nil); w.Header().Get("Location") != "/signin" {
		t.Errorf("a stranger goes to %q", w.Header().Get("Location"))
	}
	for _, role := range auth.Roles {
		b := signedIn(t, a, "tk."+string(role), role)
		w := b.do("GET", "/", nil)
		to := w.Header().Get("Location")
		if w.Code != 303 || to == "/signin" {
			t.Errorf("%s goes to %q", role, to)
		}
		if w := b.do("GET", to, nil); w.Code != 200 {
			t.Errorf("%s starts at %s: %d", role, to, w.Code)
		}
	}
}

// TestPages_Whole opens every page without a parameter as administrator, in both languages.
func TestPages_Whole(t *testing.T) {
	a := newApp(t, dbtest.SQLite(t))
	b := signedIn(t, a, "admin", auth.Admin)
	for _, r := range a.Routes() {
		path, ok := strings.CutPrefix(r.Pattern, "GET ")
		if !ok || strings.Contains(path, "{") || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/api/v1/") || !r.May.Allows(auth.User{Role: auth.Admin}, true) {
			continue
		}
		for _, lang := range []string{"en", "vi"} {
			w := b.do("GET", path+"?lang="+lang, nil)
			if w.Code >= 400 {
				t.Errorf("%s (%s): %d", path, lang, w.Code)
			}
			body := w.Body.String()
			if i := strings.Index(body, "⟦"); i >= 0 {
				t.Errorf("%s (%s) lacks the text %s", path, lang, body[i:min(i+60, len(body))])
			}
			if strings.Contains(w.Header().Get("Content-Type"), "text/html") && w.Code == 200 {
				for _, bad := range []string{" style=", "javascript:", "about:invalid#TemplFailedSanitizationURL"} {
					if strings.Contains(body, bad) {
						t.Errorf("%s holds %q", path, bad)
					}
				}
				if strings.Count(body, "<h1") != 1 {
					t.Errorf("%s has %d headings of the first order", path, strings.Count(body, "<h1"))
				}
			}
		}
	}
}

func TestCheck_SaysWhatItFinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newApp(t, d)
		signedIn(t, a, "admin", auth.Admin)
		h, err := app.Check(context.Background(), d, audit.CheckOptions{})
		if err != nil || len(h.Faults) > 0 || h.Version != h.Newest || h.Version == 0 || h.Accounts != 1 || h.Audit < 2 {
			t.Errorf("%+v %v", h, err)
		}
	})
}
