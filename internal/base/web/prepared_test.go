package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

func TestPrepared_DrawnOnceForStrangersOfALanguage(t *testing.T) {
	drawn := 0
	page := func(w http.ResponseWriter, r *http.Request) error {
		drawn++
		return web.Render(w, r, web.Page{Title: "Open"}, templ.Raw("<p>open</p>"))
	}
	s := site(t, nil, web.Route{Pattern: "GET /open", May: auth.Anyone, Do: page, Prepared: true})
	first := ask(s, "GET", "/open", "")
	again := ask(s, "GET", "/open", "")
	if drawn != 1 || first.Body.String() != again.Body.String() || !strings.Contains(again.Body.String(), "<p>open</p>") {
		t.Errorf("drawn %d times", drawn)
	}
	if a, b := first.Header().Get("X-Reference"), again.Header().Get("X-Reference"); a == b {
		t.Error("two answers have one number")
	}
	same := ask(s, "GET", "/open", "", "If-None-Match", again.Header().Get("ETag"))
	if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
		t.Errorf("what has not changed is sent: %d", same.Code)
	}
	english := ask(s, "GET", "/open", "", "Cookie", "lang=en")
	if drawn != 2 || !strings.Contains(english.Body.String(), `lang="en"`) {
		t.Error("English is not drawn by itself")
	}
	if ask(s, "GET", "/open?x=1", ""); drawn != 3 {
		t.Error("what is asked with a question is not drawn anew")
	}
}
