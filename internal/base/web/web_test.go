package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// site is a real server with the routes of a test.
func site(t *testing.T, change func(*web.Config), routes ...web.Route) *web.Server {
	t.Helper()
	return siteOn(t, dbtest.SQLite(t), change, routes...)
}

func siteOn(t *testing.T, d *db.DB, change func(*web.Config), routes ...web.Route) *web.Server {
	t.Helper()
	book, err := i18n.Load(web.Texts, auth.Texts, db.Texts)
	if err != nil {
		t.Fatal(err)
	}
	c := web.Config{DB: d, Book: book, Sessions: auth.NewSessions(d, nil), Routes: routes}
	if change != nil {
		change(&c)
	}
	s, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(s http.Handler, method, target, body string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func page(title string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return web.Render(w, r, web.Page{Title: title}, templ.Raw("<h1>"+title+"</h1>"+strings.Repeat("<p>bưởi</p>", 200)))
	}
}

func TestNew_RouteWithoutMay(t *testing.T) {
	d := dbtest.SQLite(t)
	book, _ := i18n.Load(web.Texts)
	for name, rt := range map[string]web.Route{
		"no May":              {Pattern: "GET /x", Do: page("x")},
		"empty Only":          {Pattern: "GET /x", May: auth.Only(), Do: page("x")},
		"no method":           {Pattern: "/x", May: auth.Anyone, Do: page("x")},
		"no handler":          {Pattern: "GET /x", May: auth.Anyone},
		"clash":               {Pattern: "GET /healthz", May: auth.Anyone, Do: page("x")},
		"bad pattern":         {Pattern: "GET /{x", May: auth.Anyone, Do: page("x")},
		"one's own, prepared": {Pattern: "GET /x", May: auth.SignedIn, Do: page("x"), Prepared: true},
	} {
		if _, err := web.New(web.Config{DB: d, Book: book, Sessions: auth.NewSessions(d, nil), Routes: []web.Route{rt}}); err == nil {
			t.Errorf("%s: the site starts", name)
		}
	}
}

func TestHeaders(t *testing.T) {
	rt := web.Route{Pattern: "GET /x", May: auth.Anyone, Do: page("x")}
	w := ask(site(t, nil, rt), "GET", "/x", "")
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("CSP lacks %s: %s", want, csp)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Error("CSP allows something unsafe")
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": ""} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	secure := ask(site(t, func(c *web.Config) { c.Secure = true }, rt), "GET", "/x", "")
	if secure.Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over TLS")
	}
}

func TestCrossOrigin_Refused(t *testing.T) {
	var ran atomic.Int64
	s := site(t, nil, web.Route{Pattern: "POST /x", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		ran.Add(1)
		return web.Redirect(w, r, "/y")
	}})
	for _, c := range []struct {
		head []string
		want int
	}{
		{[]string{"Origin", "https://evil.example"}, 403},
		{[]string{"Origin", "null"}, 403},
		{[]string{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, 403},
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-origin"}, 303},
		{[]string{"Origin", "http://example.com"}, 303},
		{nil, 303}, // not a browser
	} {
		if w := ask(s, "POST", "http://example.com/x", "a=1", c.head...); w.Code != c.want {
			t.Errorf("%v: %d, want %d", c.head, w.Code, c.want)
		}
	}
	if ran.Load() != 3 {
		t.Errorf("the handler ran %d times", ran.Load())
	}
}

func TestFaults_StatusAndSentence(t *testing.T) {
	want := map[fault.Code]int{
		fault.Invalid: 422, fault.NotFound: 404, fault.Forbidden: 403, fault.SignIn: 401, fault.Conflict: 409, fault.Duplicate: 422,
		fault.TooLarge: 413, fault.TooMany: 429, fault.Full: 507, fault.Cancelled: 499, fault.Internal: 500,
	}
	var give error
	s := site(t, nil,
		web.Route{Pattern: "GET /x", May: auth.Anyone, Do: func(http.ResponseWriter, *http.Request) error { return give }},
		web.Route{Pattern: "GET /api/x", May: auth.Anyone, Do: func(http.ResponseWriter, *http.Request) error { return give }})
	for code, status := range want {
		give = fmt.Errorf("while testing: %w", fault.New(code, "web.fault.not_found").Because(errors.New("hush")))
		html := ask(s, "GET", "/x", "")
		if code == fault.SignIn {
			if html.Code != 303 || html.Header().Get("Location") != "/signin?back=%2Fx" {
				t.Errorf("%s: page %d to %q", code, html.Code, html.Header().Get("Location"))
			}
		} else if html.Code != status || !strings.Contains(html.Body.String(), "<h1>") {
			t.Errorf("%s: page %d, want %d", code, html.Code, status)
		}
		api := ask(s, "GET", "/api/x", "")
		var p struct {
			Status                         int
			Title, Code, Reference, Detail string
		}
		if err := json.Unmarshal(api.Body.Bytes(), &p); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		if api.Code != status || p.Status != status || p.Code != string(code) || p.Title == "" || p.Detail == "" || strings.Contains(p.Title+p.Detail, "⟦") {
			t.Errorf("%s: problem %d %+v", code, api.Code, p)
		}
		if api.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: type %s", code, api.Header().Get("Content-Type"))
		}
		if strings.Contains(html.Body.String()+api.Body.String(), "hush") {
			t.Errorf("%s: the cause is shown to the person", code)
		}
	}
}

func TestInternal_ReferenceAndLog(t *testing.T) {
	var log strings.Builder
	s := site(t, func(c *web.Config) { c.Log = logTo(&log) },
		web.Route{Pattern: "GET /x/{secret}", May: auth.Anyone, Do: func(http.ResponseWriter, *http.Request) error { return errors.New("disk of clay") }},
		web.Route{Pattern: "GET /panic", May: auth.Anyone, Do: func(http.ResponseWriter, *http.Request) error { panic("clay") }})
	for _, path := range []string{"/x/geheim?phone=0900000118", "/panic"} {
		log.Reset()
		w := ask(s, "GET", path, "")
		ref := w.Header().Get("X-Reference")
		if w.Code != 500 || !strings.Contains(w.Body.String(), ref) || !strings.Contains(log.String(), ref) {
			t.Errorf("%s: %d, reference %s not shown or not logged", path, w.Code, ref)
		}
		if !strings.Contains(log.String(), "clay") || strings.Contains(w.Body.String(), "clay") {
			t.Errorf("%s: the cause belongs into the log and nowhere else", path)
		}
		if strings.Contains(log.String(), "geheim") || strings.Contains(log.String(), "0900000118") {
			t.Errorf("the log holds path values or the query: %s", log.String())
		}
	}
}

func TestBody_TooLarge(t *testing.T) {
	s := site(t, nil, web.Route{Pattern: "POST /x", May: auth.Anyone, Max: 100, Do: func(w http.ResponseWriter, r *http.Request) error {
		return web.Redirect(w, r, "/")
	}})
	if w := ask(s, "POST", "/x", strings.Repeat("a", 101)); w.Code != 413 {
		t.Errorf("101 bytes: %d", w.Code)
	}
	if w := ask(s, "POST", "/x", strings.Repeat("a", 100)); w.Code != 303 {
		t.Errorf("100 bytes: %d", w.Code)
	}
}

func TestETag_GzipAndHead(t *testing.T) {
	s := site(t, nil, web.Route{Pattern: "GET /x", May: auth.Anyone, Do: page("x")})
	plain := ask(s, "GET", "/x", "")
	packed := ask(s, "GET", "/x", "", "Accept-Encoding", "br, gzip")
	z, err := gzip.NewReader(packed.Body)
	if err != nil || packed.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("not packed: %v", err)
	}
	if b, _ := io.ReadAll(z); string(b) != plain.Body.String() {
		t.Error("unpacked differs from plain")
	}
	if w := ask(s, "GET", "/x", "", "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("packed although refused")
	}
	tag := plain.Header().Get("ETag")
	for _, enc := range []string{"", "gzip"} {
		w := ask(s, "GET", "/x", "", "If-None-Match", `"other", `+tag, "Accept-Encoding", enc)
		if w.Code != 304 || w.Body.Len() != 0 {
			t.Errorf("again with tag (%q): %d, %d bytes", enc, w.Code, w.Body.Len())
		}
	}
	if w := ask(s, "HEAD", "/x", ""); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
		t.Error("HEAD differs from GET")
	}
	if w := ask(s, "GET", "/x?lang=en", "", "If-None-Match", tag); w.Code != 200 {
		t.Error("another language has the same tag")
	}
}

func TestLanguage(t *testing.T) {
	s := site(t, nil, web.Route{Pattern: "GET /x", May: auth.Anyone, Do: page("x")})
	has := func(w *httptest.ResponseRecorder, lang string) bool {
		return strings.Contains(w.Body.String(), `lang="`+lang+`"`) && strings.Contains(w.Body.String(), map[string]string{"vi": "Đến nội dung", "en": "Skip to"}[lang])
	}
	if !has(ask(s, "GET", "/x", "", "Accept-Language", "en"), "vi") {
		t.Error("Vietnamese is not the default")
	}
	w := ask(s, "POST", "/lang", "lang=en&back="+url.QueryEscape("/x?q=1&lang=vi"))
	if w.Code != 303 || w.Header().Get("Location") != "/x?q=1" {
		t.Fatalf("switch: %d %q", w.Code, w.Header().Get("Location"))
	}
	if !has(ask(s, "GET", "/x", "", "Cookie", w.Result().Cookies()[0].String()), "en") {
		t.Error("the choice is not remembered")
	}
	if w := ask(s, "POST", "/lang", "lang=en&back=https://evil.example/"); w.Header().Get("Location") != "/" {
		t.Errorf("led away to %q", w.Header().Get("Location"))
	}
}

func TestLocalPath_NeverLeadsAway(t *testing.T) {
	for in, want := range map[string]string{"/plan?x=1": "/plan?x=1", "//evil": "/", "https://evil": "/", "": "/", `/\evil`: "/", "/a\nb": "/", "plan": "/"} {
		if got := web.LocalPath(in); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNotFound_AndMethod(t *testing.T) {
	s := site(t, nil, web.Route{Pattern: "POST /x", May: auth.Anyone, Do: page("x")})
	if w := ask(s, "GET", "/nowhere", ""); w.Code != 404 || !strings.Contains(w.Body.String(), "Không tìm thấy") {
		t.Errorf("%d", w.Code)
	}
	if w := ask(s, "GET", "/x", ""); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("%d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestAssets_HashedAndImmutable(t *testing.T) {
	s := site(t, nil, web.Route{Pattern: "GET /x", May: auth.Anyone, Do: page("x")})
	body := ask(s, "GET", "/x", "").Body.String()
	links := regexp.MustCompile(`"(/static/[^"#]+)`).FindAllStringSubmatch(body, -1)
	if len(links) < 3 {
		t.Fatal("the page names no assets")
	}
	for _, l := range links {
		w := ask(s, "GET", l[1], "", "Accept-Encoding", "gzip")
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %q", l[1], w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if w := ask(s, "GET", "/static/lienket.0000000000.css", ""); w.Code != 404 || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("an old name: %d %q", w.Code, w.Header().Get("Cache-Control"))
	}
	if strings.Contains(body, "style=") || regexp.MustCompile(`<script[^>]*>[^<]`).MatchString(body) {
		t.Error("inline style or script")
	}
}

func TestStatic_Limits(t *testing.T) {
	// All scripts together weigh 6 KB on the way; no page loads more than 6 KB of them unpacked:
	// enhance.js and one more.
	var scripts []string
	_ = filepath.WalkDir("../..", func(p string, d fs.DirEntry, err error) error {
		if filepath.Ext(p) == ".js" {
			scripts = append(scripts, p)
		}
		return err
	})
	all := 0
	for _, f := range scripts {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var z bytes.Buffer
		w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
		_, _ = w.Write(b)
		_ = w.Close()
		all += z.Len()
	}
	if len(scripts) == 0 || all > 6<<10 {
		t.Errorf("%d scripts of ours weigh %d bytes compressed, at most 6 KB: %v", len(scripts), all, scripts)
	}
	enhance, _ := served(t, "enhance.js")
	for _, f := range scripts {
		if name := filepath.Base(f); name != "enhance.js" && filepath.Base(filepath.Dir(f)) == "static" {
			if other, _ := served(t, name); len(enhance)+len(other) > 6<<10 {
				t.Errorf("enhance.js and %s are %d bytes, at most 6 KB", name, len(enhance)+len(other))
			}
		}
	}
	t.Logf("%d scripts, %d bytes compressed", len(scripts), all)
	css, _ := filepath.Glob("static/*.css")
	for _, f := range css {
		b, _ := os.ReadFile(f)
		// Newer than Chrome 109: nesting, color-mix, oklch, @scope, light-dark, @starting-style, text-wrap.
		for _, new := range []string{"color-mix(", "oklch(", "@scope", "light-dark(", "@starting-style", "text-wrap:", "@property --", "\n  &"} {
			for _, line := range strings.Split(string(b), "\n") {
				if strings.Contains(line, new) && !strings.HasPrefix(strings.TrimSpace(line), "Contrast") && !strings.Contains(line, "no ") {
					t.Errorf("%s uses %s", f, new)
				}
			}
		}
	}
}

func TestHealth_DrainingAndDatabase(t *testing.T) {
	s := site(t, nil)
	if w := ask(s, "GET", "/healthz", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"ok"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if err := s.DB.Close(); err != nil {
		t.Fatal(err)
	}
	if w := ask(s, "GET", "/healthz", ""); w.Code != 503 {
		t.Errorf("closed database: %d", w.Code)
	}
}

func TestServe_Drains(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	s := site(t, nil, web.Route{Pattern: "GET /slow", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		close(begun)
		<-release
		return web.JSON(w, r, 200, "finished")
	}})
	ln := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	got := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + ln.Addr().String() + "/slow")
		if err != nil {
			got <- err.Error()
			return
		}
		b, _ := io.ReadAll(res.Body)
		got <- string(b)
	}()
	<-begun
	stop()
	for ask(s, "GET", "/healthz", "").Code != 503 { // says so before it stops
	}
	close(release)
	if g := <-got; !strings.Contains(g, "finished") {
		t.Errorf("the request under way got %q", g)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestRowVersion(t *testing.T) {
	s := site(t, nil, web.Route{Pattern: "POST /row", May: auth.Anyone, Do: func(w http.ResponseWriter, r *http.Request) error {
		v, err := web.RowVersion(r)
		if err != nil {
			return err
		}
		if v != 7 {
			return &web.Stale{Back: "/row/1", Changes: web.Compare(web.Change{Label: "Giá", Yours: "12.000", Now: "13.000"}, web.Change{Label: "Tên", Yours: "A", Now: "A"})}
		}
		return web.Redirect(w, r, "/row/1")
	}})
	if w := ask(s, "POST", "/row", "row_version=7"); w.Code != 303 {
		t.Errorf("right version: %d", w.Code)
	}
	if w := ask(s, "POST", "/row", "", "If-Match", `"7"`); w.Code != 303 {
		t.Errorf("If-Match: %d", w.Code)
	}
	if w := ask(s, "POST", "/row", "x=1"); w.Code != 422 {
		t.Errorf("no version: %d", w.Code)
	}
	w := ask(s, "POST", "/row", "row_version=6")
	b := w.Body.String()
	if w.Code != 409 || !strings.Contains(b, "12.000") || !strings.Contains(b, "13.000") || !strings.Contains(b, `href="/row/1"`) || strings.Contains(b, "Tên") {
		t.Errorf("stale: %d, the page does not show what changed", w.Code)
	}
	api := ask(s, "POST", "/row", "", "If-Match", `"6"`, "Accept", "application/json")
	if api.Code != 409 || !strings.Contains(api.Body.String(), `"yours":"12.000"`) {
		t.Errorf("stale for a program: %d %s", api.Code, api.Body)
	}
}

func TestPaging_Shown(t *testing.T) {
	p := web.Paging{Page: 1, Size: 10, Total: 0}
	if p.Pages() != 1 {
		t.Error("an empty list has one page")
	}
	p = web.Paging{Page: 1, Size: 10, Total: 101}
	if p.Pages() != 11 {
		t.Errorf("%d pages", p.Pages())
	}
}
