// Package web is the floor under every screen: one list of routes, handlers that return
// errors, the page around them and the parts they are made of. It is not a framework: it
// stands on net/http's ServeMux and a-h/templ, and knows no area's word.
//
// How an area writes a page:
//
//	// area.go
//	//go:embed text/*.json
//	var Texts embed.FS // {"market.offers": "Chào bán", "market.offers.sub": "{0} chào bán"}
//
//	func (a *Area) Routes() []web.Route {
//		return []web.Route{{Pattern: "GET /offers", May: auth.Only(auth.Staff...), Do: a.listOffers}}
//	}
//
//	// offer_page.go
//	func (a *Area) listOffers(w http.ResponseWriter, r *http.Request) error {
//		offers, err := a.offers(r.Context(), r.FormValue("q"))
//		if err != nil {
//			return err // a fault becomes a page with its sentence, the rest a reference number
//		}
//		p := web.Page{Title: web.T(r.Context(), "market.offers"), Nav: "offers"}
//		return web.Render(w, r, p, offersView(offers))
//	}
//
//	// offer_page.templ
//	templ offersView(offers []Offer) {
//		@web.Head(web.Heading{Title: web.T(ctx, "market.offers"), Sub: web.T(ctx, "market.offers.sub", len(offers))}) {
//			@web.Button(web.Action{Label: web.T(ctx, "market.enter"), Href: "/offers/new", Icon: "plus", Kind: "go"})
//		}
//		@web.Table(offerGrid(ctx, offers))
//	}
//
// A writing handler reads the form, asks the rules, and on web.FormErrorsOf shows the form
// again with what was typed; its form carries @web.Once() against being sent twice and
// @web.Version(row) against overwriting (see RowVersion and Stale); in its transaction it
// calls Claim first; it ends with SetFlash and Redirect.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// Handler answers a request. What it returns as an error becomes a page (or problem+json)
// in one place; a handler that returned an error has written nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one line of the site's table of contents.
type Route struct {
	Pattern string   // "GET /plan/{id}", as net/http's ServeMux reads it
	May     auth.May // who may enter; a route without it does not start
	Do      Handler
	Max     int64 // largest body in bytes; 0 is MaxForm. Uploads say MaxUpload

	// Token is the scope that an API token must hold ("offers:read"); a route without it
	// cannot be reached by a token at all.
	Token string
	// Prepared says that the page is the same for all strangers of a language and a theme: it
	// asks neither the database nor the clock, so it is drawn once. Only for Anyone.
	Prepared bool
	// Enrol keeps the route open to an account that must set up a second factor first.
	Enrol bool
}

// Body limits.
const (
	MaxForm   = 1 << 20
	MaxUpload = 32 << 20
)

// Config is what New needs. DB, Book and Sessions are required.
type Config struct {
	DB       *db.DB
	Book     *i18n.Book
	Sessions *auth.Sessions
	Routes   []Route
	Menu     []MenuGroup
	Find     string                                   // path of the list that the search field in the bar asks; "" hides it
	Guide    func(what string) string                 // the guide's chapter of a route or, where it has none, of a menu entry; nil without a guide
	Notices  func(ctx context.Context) int            // unread notices of whoever asks; nil hides the bell
	Counts   func(ctx context.Context) map[string]int // how many things wait, by id of the menu entry
	Log      *slog.Logger
	Now      func() time.Time
	Version  string
	Demo     bool // shows "Dữ liệu minh họa" on every page
	Secure   bool // people reach us over TLS: Secure cookies and HSTS
	Proxy    bool // believe the last X-Forwarded-For of a proxy in front
}

// Server is the whole site as one http.Handler.
type Server struct {
	Config
	mux      *http.ServeMux
	may      map[string]auth.May // by pattern
	guarded  http.Handler        // mux behind the cross-origin guard
	keys     keyLocks
	draining atomic.Bool

	news  db.Kept[int64, int] // unread notices by account
	views db.Kept[viewsKey, []SavedView]
	drawn sync.Map // prepared pages
}

// New checks the routes and returns the site. A route without a May, without a handler or
// with a pattern that clashes is an error: the program does not start half open.
func New(c Config) (s *Server, err error) {
	defer fault.Wrap(&err, "web.New")
	if c.DB == nil || c.Book == nil || c.Sessions == nil {
		return nil, errors.New("DB, Book and Sessions are required")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s = &Server{Config: c, mux: http.NewServeMux(), may: map[string]auth.May{}}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.problem(w, r, fault.New(fault.Forbidden, "web.fault.cross_origin"))
	}))
	for _, rt := range append(s.own(), c.Routes...) {
		if err := s.add(rt); err != nil {
			return nil, err
		}
	}
	s.mux.HandleFunc("GET "+assetRoot, serveAsset)
	s.mux.HandleFunc("/", s.nowhere)
	s.guarded = guard.Handler(s.mux)
	return s, nil
}

// own are the routes that every site has.
func (s *Server) own() []Route {
	return []Route{
		{Pattern: "GET /healthz", May: auth.Anyone, Do: s.health},
		{Pattern: "POST /lang", May: auth.Anyone, Do: s.chooseLang},
		{Pattern: "POST /theme", May: auth.Anyone, Do: s.chooseTheme},
		{Pattern: "POST /views", May: auth.SignedIn, Do: s.saveView},
		{Pattern: "POST /views/{id}/rename", May: auth.SignedIn, Do: s.renameView},
		{Pattern: "POST /views/{id}/delete", May: auth.SignedIn, Do: s.deleteView},
		{Pattern: "POST /views/{id}/restore", May: auth.SignedIn, Do: s.restoreView},
	}
}

// Routes lists every route, own ones included, in the order they were added. The assets
// stand in it too, though they pass no door: they ask nobody who they are.
func (s *Server) Routes() []Route {
	all := append(s.own(), Route{Pattern: "GET " + assetRoot, May: auth.Anyone})
	return append(all, s.Config.Routes...)
}

func (s *Server) add(rt Route) (err error) {
	defer func() { // ServeMux panics on a bad or clashing pattern
		if p := recover(); p != nil {
			err = fmt.Errorf("route %q: %v", rt.Pattern, p)
		}
	}()
	method, _, ok := strings.Cut(rt.Pattern, " ")
	switch {
	case !ok || method != strings.ToUpper(method):
		return fmt.Errorf("route %q: the pattern names no method", rt.Pattern)
	case !rt.May.IsSet():
		return fmt.Errorf("route %q: nobody decided who may enter", rt.Pattern)
	case rt.Do == nil:
		return fmt.Errorf("route %q: no handler", rt.Pattern)
	case rt.Prepared && (method != "GET" || strings.Contains(rt.Pattern, "{") || rt.May.String() != auth.Anyone.String()):
		return fmt.Errorf("route %q: only one page for everybody can be prepared", rt.Pattern)
	}
	if rt.Max == 0 {
		rt.Max = MaxForm
	}
	s.may[rt.Pattern] = rt.May
	s.mux.HandleFunc(rt.Pattern, func(w http.ResponseWriter, r *http.Request) { s.enter(rt, w, r) })
	return nil
}

// enter is the way through the door of one route.
func (s *Server) enter(rt Route, w http.ResponseWriter, r *http.Request) {
	r, err := s.identify(w, r)
	if err != nil {
		s.problem(w, r, err)
		return
	}
	v := viewOf(r.Context())
	v.pattern = rt.Pattern
	u, ok := rt.May.Enter(v.user, v.signedIn)
	switch {
	case ok:
	case !v.signedIn:
		s.problem(w, r, fault.New(fault.SignIn, "web.fault.sign_in"))
		return
	default:
		s.problem(w, r, fault.New(fault.Forbidden, "web.fault.forbidden"))
		return
	}
	if err := s.narrow(rt, v); err != nil {
		s.problem(w, r, err)
		return
	}
	if v.signedIn && v.user.Enrol && !rt.Enrol && rt.May.String() != auth.Anyone.String() {
		s.owesFactor(w, r)
		return
	}
	if u.Acting() != 0 { // only a lent role opened this door
		v.user = u
		r = r.WithContext(auth.With(r.Context(), u))
	}
	if rt.Prepared && s.sendPrepared(rt, w, r, v) {
		return
	}
	if rt.Max > MaxForm { // a recorder in tests has no deadline; nothing is lost then
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTimeout))
	}
	r.Body = http.MaxBytesReader(w, r.Body, rt.Max)
	if safe(r.Method) {
		err = rt.Do(w, r)
	} else {
		err = s.once(rt, w, r)
	}
	if err != nil {
		s.problem(w, r, err)
	}
}

// identify finds the account, by API token or by session, and the language, and carries
// both in the context. Beside a token no cookie counts.
func (s *Server) identify(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	v := viewOf(r.Context())
	ctx := r.Context()
	var err error
	if token, found := auth.Bearer(r); found {
		err = s.identifyToken(ctx, v, token)
	} else if tok := auth.Token(r, s.Secure); tok != "" {
		var u auth.User
		var ok bool
		if u, ok, err = s.Sessions.Find(ctx, tok); err == nil && ok {
			v.user, v.signedIn = u, true
		}
	}
	if v.signedIn {
		ctx = auth.With(ctx, v.user)
	}
	v.lang = s.langOf(w, r, v)
	ctx = i18n.With(ctx, s.Book.Printer(v.lang))
	return r.WithContext(ctx), err
}

// nowhere answers what no route matches: 405 where another method would, else 404.
func (s *Server) nowhere(w http.ResponseWriter, r *http.Request) {
	r, err := s.identify(w, r)
	if err != nil {
		s.problem(w, r, err)
		return
	}
	var allow []string
	for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, p := s.mux.Handler(probe); p != "/" && p != "" {
			allow = append(allow, m)
		}
	}
	if len(allow) > 0 {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		s.problemWith(w, r, http.StatusMethodNotAllowed, fault.New(fault.NotFound, "web.fault.method"))
		return
	}
	s.problem(w, r, fault.New(fault.NotFound, "web.fault.not_found"))
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// view is what a request carries for its page: who, in which language, where.
type view struct {
	srv      *Server
	ref      string
	pattern  string
	user     auth.User
	signedIn bool
	byToken  bool // an Authorization: Bearer header stood in for the cookie
	lang     i18n.Lang
	theme    string
	guide    string // chapter that the page's heading links to
	claim    *claim // the idempotency key that this request holds, if any
}

type viewKey struct{}

func viewOf(ctx context.Context) *view {
	v, _ := ctx.Value(viewKey{}).(*view)
	return v
}

// Reference returns the number of this request: people read it to us over the phone, the
// log carries it.
func Reference(ctx context.Context) string {
	if v := viewOf(ctx); v != nil {
		return v.ref
	}
	return ""
}

// T is the sentence for a text key in the language of the request, for use in templ files.
func T(ctx context.Context, key string, args ...any) string {
	return i18n.From(ctx).T(key, args...)
}
