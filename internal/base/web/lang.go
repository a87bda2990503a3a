package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/lienket/lienket/internal/base/i18n"
)

// Vietnamese and English are the languages of the screens; Vietnamese is the default.
const (
	Vietnamese i18n.Lang = "vi"
	English    i18n.Lang = "en"
)

const (
	langCookie  = "lang"
	themeCookie = "theme"
	oneYear     = 365 * 24 * time.Hour
)

func knownLang(s string) (i18n.Lang, bool) {
	switch l := i18n.Lang(s); l {
	case Vietnamese, English:
		return l, true
	}
	return Vietnamese, false
}

// langOf: what the link asks for, else what was chosen before, else what the account says.
func (s *Server) langOf(w http.ResponseWriter, r *http.Request, v *view) i18n.Lang {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "dark" || c.Value == "light") {
		v.theme = c.Value
	}
	if r.URL.RawQuery != "" {
		if l, ok := knownLang(r.URL.Query().Get("lang")); ok {
			s.remember(w, langCookie, string(l))
			return l
		}
	}
	if c, err := r.Cookie(langCookie); err == nil {
		if l, ok := knownLang(c.Value); ok {
			return l
		}
	}
	l, _ := knownLang(string(v.user.Lang))
	return l
}

func (s *Server) remember(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(oneYear / time.Second),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (s *Server) chooseLang(w http.ResponseWriter, r *http.Request) error {
	if l, ok := knownLang(r.PostFormValue("lang")); ok {
		s.remember(w, langCookie, string(l))
	}
	return Redirect(w, r, backOf(r))
}

func (s *Server) chooseTheme(w http.ResponseWriter, r *http.Request) error {
	switch t := r.PostFormValue("theme"); t {
	case "dark", "light", "auto":
		s.remember(w, themeCookie, t)
	}
	return Redirect(w, r, backOf(r))
}

// backOf is the page that the form stood on, without a language in its query: that would
// undo the choice.
func backOf(r *http.Request) string {
	u, err := url.Parse(r.PostFormValue("back"))
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Del("lang")
	u.RawQuery = q.Encode()
	return LocalPath(u.RequestURI())
}
