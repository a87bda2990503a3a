package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

// statuses is the only place where a fault's code becomes an HTTP status.
var statuses = map[fault.Code]int{
	fault.Invalid:   http.StatusUnprocessableEntity,
	fault.NotFound:  http.StatusNotFound,
	fault.Forbidden: http.StatusForbidden,
	fault.SignIn:    http.StatusUnauthorized,
	fault.Conflict:  http.StatusConflict,
	fault.Duplicate: http.StatusUnprocessableEntity,
	fault.TooLarge:  http.StatusRequestEntityTooLarge,
	fault.TooMany:   http.StatusTooManyRequests,
	fault.Full:      http.StatusInsufficientStorage,
	fault.Cancelled: 499, // nginx's number for "the caller went away"
	fault.Internal:  http.StatusInternalServerError,
}

// Status is the HTTP status of a fault code.
func Status(c fault.Code) int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// problem turns what a handler returned into an answer.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, err error) {
	s.problemWith(w, r, 0, err)
}

func (s *Server) problemWith(w http.ResponseWriter, r *http.Request, status int, err error) {
	v := viewOf(r.Context())
	if v.lang == "" { // refused before anybody was identified
		r, _ = s.identify(w, r)
	}
	code := codeOf(r, err)
	if status == 0 {
		status = Status(code)
	}
	if rp, ok := w.(*reply); ok && rp.status != 0 {
		s.Log.Error("a handler wrote and failed", "route", v.pattern, "ref", v.ref, "err", err)
		return
	}
	if code == fault.Internal || code == fault.Full {
		s.Log.Error("internal", "route", v.pattern, "ref", v.ref, "err", err)
	}
	h := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "ETag", "Content-Length"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if code == fault.TooMany && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "60")
	}
	if v.byToken && code == fault.SignIn {
		h.Set("WWW-Authenticate", `Bearer realm="lienket"`)
	}
	switch {
	case wantsJSON(r) || v.byToken:
		s.problemJSON(w, r, status, code, err)
	case code == fault.SignIn:
		to := "/signin"
		if r.Method == http.MethodGet && r.URL.Path != "/" {
			to += "?back=" + url.QueryEscape(r.URL.RequestURI())
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	default:
		s.problemPage(w, r, status, code, err)
	}
}

// codeOf also knows the errors that net/http itself gives to handlers.
func codeOf(r *http.Request, err error) fault.Code {
	code := fault.CodeOf(err)
	var tooBig *http.MaxBytesError
	switch {
	case code != fault.Internal:
		return code
	case errors.As(err, &tooBig):
		return fault.TooLarge
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return fault.Cancelled
	}
	return code
}

// sentences says it in the reader's language: one line per fault. An internal error is
// never quoted: it may carry what the reader must not see.
func sentences(p *i18n.Printer, code fault.Code, err error) []string {
	var list fault.List
	var one *fault.Error
	switch {
	case code == fault.Internal:
		return []string{p.T("web.fault.internal")}
	case errors.As(err, &list):
		var out []string
		for _, e := range list {
			out = append(out, p.Fault(e))
		}
		return out
	case errors.As(err, &one):
		return []string{p.Fault(one)}
	}
	return []string{p.T("web.fault." + string(code))}
}

// Problem is the body of a refusal to a program (RFC 9457).
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail,omitempty"`
	Code      fault.Code     `json:"code"`
	Reference string         `json:"reference"`
	Errors    []ProblemField `json:"errors,omitempty"`
	Changed   []Change       `json:"changed,omitempty"`
}

// ProblemField is one thing that is wrong, with its place in what was sent.
type ProblemField struct {
	Detail string `json:"detail"`
	Key    string `json:"key"`
	fault.Where
}

func (s *Server) problemJSON(w http.ResponseWriter, r *http.Request, status int, code fault.Code, err error) {
	p := i18n.From(r.Context())
	lines := sentences(p, code, err)
	body := Problem{
		Type: "about:blank", Title: p.T("web.problem." + string(code)), Status: status,
		Detail: strings.Join(lines, " "), Code: code, Reference: Reference(r.Context()),
	}
	var list fault.List
	if errors.As(err, &list) {
		for i, e := range list {
			body.Errors = append(body.Errors, ProblemField{Detail: lines[i], Key: e.Key, Where: e.Where})
		}
	}
	var one *fault.Error
	if len(list) == 0 && code != fault.Internal && errors.As(err, &one) && one.Where != (fault.Where{}) {
		body.Errors = append(body.Errors, ProblemField{Detail: p.Fault(one.At(fault.Where{})), Key: one.Key, Where: one.Where})
	}
	var stale *Stale
	if errors.As(err, &stale) {
		body.Changed = stale.Changes
	}
	b, _ := json.Marshal(body)
	_ = Send(w, r, status, "application/problem+json", append(b, '\n'))
}

func (s *Server) problemPage(w http.ResponseWriter, r *http.Request, status int, code fault.Code, err error) {
	p := i18n.From(r.Context())
	v := viewOf(r.Context())
	pr := problemShown{
		Title: p.T("web.problem." + string(code)), Lines: sentences(p, code, err),
		Next: p.T("web.next." + string(code)), Back: "/",
	}
	if code == fault.Internal || code == fault.Full {
		pr.Reference = v.ref
	}
	var stale *Stale
	if errors.As(err, &stale) {
		pr.Changes, pr.Back, pr.BackLabel = stale.Changes, stale.Back, p.T("web.stale.open")
	}
	if back := r.Referer(); pr.Back == "/" && back != "" && status != http.StatusNotFound {
		if u, e := url.Parse(back); e == nil && u.Host == r.Host && u.Path != r.URL.Path {
			pr.Back = LocalPath(u.RequestURI())
			pr.BackLabel = p.T("web.back")
		}
	}
	if pr.BackLabel == "" {
		pr.BackLabel = p.T("web.home")
	}
	_ = Render(w, r, Page{Title: pr.Title, Status: status}, problemView(pr))
}

type problemShown struct {
	Title, Next     string
	Lines           []string
	Reference       string
	Changes         []Change
	Back, BackLabel string
}

func wantsJSON(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return true
	}
	a := r.Header.Get("Accept")
	return strings.Contains(a, "json") && !strings.Contains(a, "text/html")
}
