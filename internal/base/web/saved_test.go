package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/web"
)

// person is a signed-in browser of one test site.
type person struct {
	t   *testing.T
	s   http.Handler
	jar map[string]string
}

func signIn(t *testing.T, d *db.DB, s *web.Server, login string) *person {
	t.Helper()
	sessions := auth.NewSessions(d, nil)
	id, err := auth.NewAccounts(d, sessions).Add(t.Context(), "test", auth.NewAccount{Login: login, Name: "Nguyễn Thu Hà", Role: auth.Officer})
	if err != nil {
		t.Fatal(err)
	}
	token, err := sessions.Open(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, s, map[string]string{"lienket": token}}
}

func (p *person) do(method, target string, form url.Values) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range p.jar {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	w := httptest.NewRecorder()
	p.s.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if p.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(p.jar, c.Name)
		}
	}
	return w
}

// viewsPage is a list that answers with its views in JSON and with the flash of the page.
func viewsPage(w http.ResponseWriter, r *http.Request) error {
	v, err := web.SavedViews(r)
	if err != nil {
		return err
	}
	raw, _ := json.Marshal(v)
	return web.Render(w, r, web.Page{Title: "x"}, templ.Raw("<pre>"+string(raw)+"</pre>"))
}

func (p *person) views(target string) (v web.Views, body string) {
	p.t.Helper()
	body = p.do("GET", target, nil).Body.String()
	_, rest, _ := strings.Cut(body, "<pre>")
	raw, _, ok := strings.Cut(rest, "</pre>")
	if err := json.Unmarshal([]byte(raw), &v); err != nil || !ok {
		p.t.Fatalf("%s: %v in %s", target, err, body)
	}
	return v, body
}

var undoForm = regexp.MustCompile(`(?s)<div class="note flash good".*?action="([^"]+)".*?name="row_version" value="(\d+)"`)

func TestSavedViews_KeepRenameDropUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := siteOn(t, d, nil, web.Route{Pattern: "GET /offers", May: auth.Only(auth.Officer), Do: viewsPage}, web.Route{Pattern: "GET /secret", May: auth.Only(auth.Admin), Do: viewsPage})
		p, other := signIn(t, d, s, "officer1"), signIn(t, d, s, "officer2")

		keep := func(name, query string) *httptest.ResponseRecorder {
			return p.do("POST", "/views", url.Values{"page": {"/offers"}, "query": {query}, "name": {name}, "idem": {name + query}})
		}
		if w := keep("Bưởi", "q=b%C6%B0%E1%BB%9Fi&page=3&lang=en&place="); w.Code != 303 || w.Header().Get("Location") != "/offers?q=b%C6%B0%E1%BB%9Fi" {
			t.Fatalf("keeping: %d %s", w.Code, w.Header().Get("Location"))
		}
		keep("Bưởi", "q=b%C6%B0%E1%BB%9Fi&page=3&lang=en&place=") // the same form again
		v, body := p.views("/offers?q=b%C6%B0%E1%BB%9Fi")
		if len(v.All) != 1 || v.All[0].Name != "Bưởi" || v.All[0].Query != v.Query || !strings.Contains(body, "Đã lưu bộ lọc «Bưởi»") {
			t.Fatalf("kept: %+v", v)
		}
		keep("Bưởi", "q=cam")
		if v, _ = p.views("/offers"); len(v.All) != 1 || v.All[0].Query != "q=cam" || v.All[0].Version != 2 {
			t.Fatalf("kept under the same name: %+v", v)
		}
		if w := keep("  ", "q=cam"); w.Code != 303 {
			t.Fatalf("without a name: %d", w.Code)
		}
		if v, body = p.views("/offers"); len(v.All) != 1 || !strings.Contains(body, "Hãy đặt tên") {
			t.Errorf("without a name: %+v", v)
		}
		if w := p.do("POST", "/views", url.Values{"page": {"/secret"}, "query": {"q=1"}, "name": {"x"}}); w.Code != 404 {
			t.Errorf("a view of a page behind a closed door: %d", w.Code)
		}
		if w := p.do("POST", "/views", url.Values{"page": {"//evil.example/x"}, "query": {"q=1"}, "name": {"x"}}); w.Code != 404 {
			t.Errorf("a view of another site: %d", w.Code)
		}

		path := "/views/" + itoa(v.All[0].ID)
		old := url.Values{"row_version": {"1"}, "name": {"Cam"}}
		if w := p.do("POST", path+"/rename", old); w.Code != 409 {
			t.Errorf("renaming an old version: %d", w.Code)
		}
		now := url.Values{"row_version": {"2"}, "name": {"Cam Cao Phong"}}
		if w := other.do("POST", path+"/rename", now); w.Code != 404 {
			t.Errorf("somebody else renames it: %d", w.Code)
		}
		if w := other.do("POST", path+"/delete", now); w.Code != 404 {
			t.Errorf("somebody else drops it: %d", w.Code)
		}
		if ov, _ := other.views("/offers"); len(ov.All) != 0 {
			t.Errorf("somebody else sees %+v", ov.All)
		}
		if w := p.do("POST", path+"/rename", now); w.Code != 303 {
			t.Fatalf("rename: %d", w.Code)
		}
		if v, _ = p.views("/offers"); v.All[0].Name != "Cam Cao Phong" {
			t.Fatalf("renamed: %+v", v)
		}
		if w := p.do("POST", path+"/delete", url.Values{"row_version": {"3"}}); w.Code != 303 {
			t.Fatalf("drop: %d", w.Code)
		}
		v, body = p.views("/offers")
		undo := undoForm.FindStringSubmatch(body)
		if len(v.All) != 0 || undo == nil {
			t.Fatalf("dropped: %+v, undo %v in %s", v, undo, body)
		}
		if w := p.do("POST", undo[1], url.Values{"row_version": {undo[2]}}); w.Code != 303 {
			t.Fatalf("undo: %d", w.Code)
		}
		if v, _ = p.views("/offers"); len(v.All) != 1 || v.All[0].Name != "Cam Cao Phong" || v.All[0].Query != "q=cam" {
			t.Errorf("taken back: %+v", v)
		}
	})
}

func TestExports_OnlyWhatThereIs(t *testing.T) {
	d := dbtest.SQLite(t)
	show := func(w http.ResponseWriter, r *http.Request) error {
		return web.JSON(w, r, 200, web.Exports(r, "xlsx", "csv", "pdf"))
	}
	s := siteOn(t, d, nil, web.Route{Pattern: "GET /offers", May: auth.SignedIn, Do: show}, web.Route{Pattern: "GET /offers.xlsx", May: auth.SignedIn, Do: show},
		web.Route{Pattern: "GET /offers.csv", May: auth.Only(auth.Admin), Do: show})
	p := signIn(t, d, s, "officer")
	var got []web.ExportFile
	if err := json.Unmarshal(p.do("GET", "/offers?q=cam&page=2", nil).Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Href != "/offers.xlsx?q=cam" {
		t.Errorf("files offered: %+v", got)
	}
}

func itoa(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}
