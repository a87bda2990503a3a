package door

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

// API tokens: one's own, and for administrators everybody's.

type tokensShown struct {
	All    []auth.APIToken
	Live   []bool
	By     map[string]string
	Scopes []string
	Form   tokenForm
	Errs   web.FormErrors
	Admin  bool // everybody's
}

type tokenForm struct {
	Name, Days string
	Scopes     []string
}

func (d *Door) listTokens(w http.ResponseWriter, r *http.Request) error {
	ok, err := d.Accounts.Sessions.Proved(r.Context(), d.token(r))
	if err != nil {
		return err
	}
	if !ok {
		return d.askAgain(w, r)
	}
	return d.renderTokens(w, r, 0, tokenForm{Days: "90"}, nil)
}

func (d *Door) renderTokens(w http.ResponseWriter, r *http.Request, status int, f tokenForm, errs web.FormErrors) (err error) {
	v := tokensShown{Scopes: d.Scopes, Form: f, Errs: errs}
	if err := d.fillTokens(r, &v, me(r).ID); err != nil {
		return err
	}
	return web.Render(w, r, d.ownPage(r, "auth.tokens", status), tokensView(v))
}

func (d *Door) fillTokens(r *http.Request, v *tokensShown, account int64) (err error) {
	if v.All, err = d.Accounts.Tokens(r.Context(), account); err != nil {
		return err
	}
	var actors []string
	now := d.now()
	for _, t := range v.All {
		v.Live = append(v.Live, t.Live(now))
		actors = append(actors, t.CreatedBy)
	}
	v.By, err = d.Accounts.ActorTexts(r.Context(), actors...)
	return err
}

func (d *Door) addToken(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := tokenForm{Name: r.PostFormValue("name"), Days: strings.TrimSpace(r.PostFormValue("days")), Scopes: r.PostForm["scopes"]}
	days, _ := strconv.Atoi(f.Days) // 0 is refused by the rule, in its words
	token, _, err := d.Accounts.AddToken(ctx, u.Actor(), d.Scopes, auth.NewToken{Account: u.ID, Name: f.Name, Scopes: f.Scopes, Days: days})
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		return d.renderTokens(w, r, http.StatusUnprocessableEntity, f, errs)
	}
	if err != nil {
		return err
	}
	unkept(w)
	return web.Render(w, r, d.ownPage(r, "auth.token.new", 0), newTokenView(f.Name, token))
}

func (d *Door) revokeToken(w http.ResponseWriter, r *http.Request) error {
	return d.revoke(w, r, me(r).ID, "/account/tokens")
}

func (d *Door) revoke(w http.ResponseWriter, r *http.Request, account int64, back string) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := d.Accounts.RevokeToken(r.Context(), me(r).Actor(), account, id); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.token.revoked"))
	return web.Redirect(w, r, back)
}

func (d *Door) listAllTokens(w http.ResponseWriter, r *http.Request) error {
	v := tokensShown{Admin: true}
	if err := d.fillTokens(r, &v, 0); err != nil {
		return err
	}
	return web.Render(w, r, d.adminPage(r, "auth.tokens.all", 0), tokensView(v))
}

func (d *Door) revokeAnyToken(w http.ResponseWriter, r *http.Request) error {
	return d.revoke(w, r, 0, "/accounts/tokens")
}
