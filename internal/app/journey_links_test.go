package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
)

var (
	linkAttr = regexp.MustCompile(`<a [^>]*?href="([^"]*)"`)
	formTag  = regexp.MustCompile(`<form [^>]*>`)
	attr     = regexp.MustCompile(`(method|action)="([^"]*)"`)
)

// TestScreens_LinksLead: every link and form of every screen leads to a route that its
// reader may open, and one link of each kind is followed.
func TestScreens_LinksLead(t *testing.T) {
	s := newSite(t)
	mux, may := http.NewServeMux(), map[string]auth.May{}
	for _, r := range s.Routes() {
		mux.HandleFunc(r.Pattern, func(http.ResponseWriter, *http.Request) {})
		may[r.Pattern] = r.May
	}
	callers, followed := map[string]*caller{}, map[string]bool{}
	links, forms := 0, 0
	for _, v := range s.views() {
		c := callers[v.tag]
		if c == nil {
			c = s.as(t, v.tag)
			callers[v.tag] = c
		}
		res, body := c.get(v.path)
		if res.StatusCode != 200 {
			continue // TestScreens_Weight says so
		}
		who, in := auth.User{Role: auth.Role(v.tag)}, v.tag != ""
		lead := func(method, to string) (pattern string) {
			to = strings.ReplaceAll(to, "&amp;", "&")
			r, err := http.NewRequest(method, s.url+to, nil)
			if err != nil {
				t.Errorf("%s as %q: %s %q: %v", v.path, v.tag, method, to, err)
				return ""
			}
			_, pattern = mux.Handler(r)
			switch m, known := may[pattern]; {
			case !known:
				t.Errorf("%s as %q: %s %s leads nowhere", v.path, v.tag, method, to)
			case !m.Allows(who, in) && !(to == "/" || v.tag == ""):
				t.Errorf("%s as %q: %s %s is not for its reader", v.path, v.tag, method, to)
			}
			return pattern
		}
		for _, m := range linkAttr.FindAllStringSubmatch(body, -1) {
			to := m[1]
			switch {
			case strings.HasPrefix(to, "#"):
				if id := to[1:]; id != "" && !strings.Contains(body, `id="`+id+`"`) {
					t.Errorf("%s as %q: no place %s on the page", v.path, v.tag, to)
				}
			case strings.HasPrefix(to, "/"):
				links++
				p := lead("GET", to)
				if key := v.tag + p + v.pattern; p != "" && !followed[key] {
					followed[key] = true
					if res, _ := c.get(strings.ReplaceAll(to, "&amp;", "&")); res.StatusCode >= 400 {
						t.Errorf("%s as %q: the link %s answers %d", v.path, v.tag, to, res.StatusCode)
					}
				}
			case strings.HasPrefix(to, "tel:"), strings.HasPrefix(to, "?"), strings.HasPrefix(to, "mailto:"):
			default:
				t.Errorf("%s as %q: a link to %q", v.path, v.tag, to)
			}
		}
		for _, f := range formTag.FindAllString(body, -1) {
			method, action := "GET", v.path
			for _, a := range attr.FindAllStringSubmatch(f, -1) {
				if a[1] == "method" {
					method = strings.ToUpper(a[2])
				} else {
					action = a[2]
				}
			}
			forms++
			lead(method, action)
		}
	}
	t.Logf("%d links and %d forms, %d links followed", links, forms, len(followed))
}
