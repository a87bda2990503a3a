package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"

	"github.com/a-h/templ"
	"github.com/lienket/lienket/internal/base/auth"
)

// Page is what the frame around a body needs to know. Title is in the reader's language.
type Page struct {
	Title  string  // of the window; the heading on the page is part Head
	Nav    string  // id of the menu entry that is open: "plan"
	Crumbs []Crumb // from the top down; the last one is usually without a link
	Status int     // 0 is 200
	Flash  *Flash  // shown above the body; nil shows what SetFlash kept
	Wide   bool    // no side menu: the body takes the whole width
	Guide  string  // chapter of the guide; "" is the one that belongs to Nav, if there is one
	Again  int     // ask again after so many seconds: a page about work under way
}

// Crumb is one step of the way here.
type Crumb struct{ Label, Href string }

// Flash is one sentence about what just happened. Kind is "good", "bad", "info" or "".
type Flash struct {
	Kind, Text string
	Undo       *Undo `json:",omitempty"`
}

// Undo is the button in a Flash that takes back what just happened: it posts Fields to
// Action, a route of ours. What it needs to know stands in Fields (ids, row versions).
type Undo struct {
	Action string
	Label  string            // "" is «Hoàn tác»
	Fields map[string]string `json:",omitempty"`
}

// MenuGroup is one heading of the side menu with its entries.
type MenuGroup struct {
	Key   string // text key of the heading
	Items []MenuItem
}

// MenuItem is one entry. It is shown to those who may open GET Href, and to nobody if
// there is no such route.
type MenuItem struct {
	ID, Href, Icon string
	Key            string // text key of the label
	Short          string // text key for the phone's bar; "" keeps it out of the bar
	Go             bool   // stands out in the phone's bar
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes a whole page: bar, side menu, crumbs, body, footer, phone bar. Nothing is
// sent before all of it is drawn, so a failing body still becomes a proper error page.
func Render(w http.ResponseWriter, r *http.Request, p Page, body templ.Component) error {
	v := viewOf(r.Context())
	if p.Flash == nil {
		p.Flash = takeFlash(w, r)
	}
	v.guide = v.srv.chapter(v, p)
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := frame(newShell(v, r, p), body).Render(r.Context(), b); err != nil {
		return err
	}
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	return Send(w, r, status, "text/html; charset=utf-8", b.Bytes())
}

// shell is what frame.templ draws.
type shell struct {
	Page
	User        auth.User
	In          bool
	Lang, Other string
	OtherHref   string
	Theme       string
	Here        string // path and query, for forms that come back
	Menu        []MenuGroup
	Dock        []MenuItem
	Find        string
	Demo        bool
	Account     bool   // there is an account page
	Bell        string // path of the notices, "" without
	News        int    // unread notices
	Counts      map[string]int
	Help        string // the guide, or the chapter of this page; "" without a guide
}

func newShell(v *view, r *http.Request, p Page) shell {
	s := v.srv
	sh := shell{
		Page: p, User: v.user, In: v.signedIn, Lang: string(v.lang), Theme: v.theme,
		Here: r.URL.RequestURI(), Demo: s.Demo,
	}
	if !safe(r.Method) {
		sh.Here = "/" // the answer to a form: going back there as GET may lead nowhere
		if _, pat := s.mux.Handler(&http.Request{Method: "GET", URL: r.URL, Host: r.Host}); pat != "/" {
			sh.Here = r.URL.Path
		}
	}
	sh.Other = string(English)
	if v.lang == English {
		sh.Other = string(Vietnamese)
	}
	sh.Menu = s.menuFor(v)
	for _, g := range sh.Menu {
		for _, it := range g.Items {
			if it.Short != "" && len(sh.Dock) < 4 {
				sh.Dock = append(sh.Dock, it)
			}
		}
	}
	if s.Find != "" && s.mayOpen(v, s.Find) {
		sh.Find = s.Find
	}
	sh.Account = s.mayOpen(v, "/account")
	if s.mayOpen(v, "/guide") {
		sh.Help = "/guide"
		if v.guide != "" {
			sh.Help += "/" + v.guide
		}
	}
	if v.signedIn && s.Notices != nil && s.mayOpen(v, noticesPath) {
		sh.Bell = noticesPath
		sh.News, _ = s.news.Get(s.DB, v.user.ID, func() (int, error) { return s.Notices(r.Context()), nil })
	}
	if len(sh.Menu) > 0 && s.Counts != nil {
		sh.Counts = s.Counts(r.Context())
	}
	return sh
}

// noticesPath is where the bell in the bar leads.
const noticesPath = "/notices"

// chapter is the guide's chapter for a page, "" where there is none.
func (s *Server) chapter(v *view, p Page) string {
	if s.Guide == nil || !s.mayOpen(v, "/guide/{page}") {
		return ""
	}
	if p.Guide != "" {
		return p.Guide
	}
	if c := s.Guide(v.pattern); c != "" {
		return c
	}
	return s.Guide(p.Nav)
}

// menuFor is the menu as this person sees it.
func (s *Server) menuFor(v *view) []MenuGroup {
	if !v.signedIn {
		return nil
	}
	var out []MenuGroup
	for _, g := range s.Menu {
		kept := MenuGroup{Key: g.Key}
		for _, it := range g.Items {
			if s.mayOpen(v, it.Href) {
				kept.Items = append(kept.Items, it)
			}
		}
		if len(kept.Items) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

func (s *Server) mayOpen(v *view, path string) bool {
	m, ok := s.may["GET "+path]
	return ok && m.Allows(v.user, v.signedIn)
}

// mayGet is mayOpen for an address instead of a pattern.
func (s *Server) mayGet(v *view, path string) bool {
	u, err := url.Parse(path)
	if err != nil {
		return false
	}
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: u})
	m, ok := s.may[pattern]
	return ok && m.Allows(v.user, v.signedIn)
}

// May reports whether the person who asks may open GET pattern ("/plan/{id}"): pages show
// no link that ends at a closed door.
func May(r *http.Request, pattern string) bool {
	v := viewOf(r.Context())
	return v != nil && v.srv.mayOpen(v, pattern)
}

const flashCookie = "flash"

// SetFlash keeps one sentence for the page that follows a redirect.
func SetFlash(w http.ResponseWriter, r *http.Request, kind, text string) {
	SetUndo(w, r, kind, text, nil)
}

// SetUndo is SetFlash with a button that takes it back.
func SetUndo(w http.ResponseWriter, r *http.Request, kind, text string, undo *Undo) {
	raw, _ := json.Marshal(Flash{Kind: kind, Text: text, Undo: undo})
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(raw), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: viewOf(r.Context()).srv.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func takeFlash(w http.ResponseWriter, r *http.Request) *Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	var f Flash
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(b, &f) != nil {
		return nil
	}
	return &f
}
