package door

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

// One's own account: password, machines, and the ways to the second factor, to tokens and
// to lending one's role.

type ownShown struct {
	Account  auth.Account
	Org      string
	Grants   []auth.Grant // in force today
	Places   []string     // of Grants
	Factors  auth.Factors
	Sessions []auth.Session
	Staff    bool
	Also     []Link
	Errs     web.FormErrors
}

func (d *Door) showAccount(w http.ResponseWriter, r *http.Request) error {
	return d.renderAccount(w, r, 0, nil)
}

func (d *Door) renderAccount(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors) (err error) {
	ctx, u := r.Context(), me(r)
	v := ownShown{Staff: u.Role.In(auth.Staff...), Also: d.Also, Errs: errs}
	if v.Account, err = d.Accounts.ByID(ctx, u.ID); err != nil {
		return err
	}
	if v.Org, err = d.orgText(ctx, u.Org); err != nil {
		return err
	}
	if v.Grants, v.Places, err = d.grantsToday(r, u.ID); err != nil {
		return err
	}
	if v.Factors, err = d.Accounts.Factors(ctx, u.ID); err != nil {
		return err
	}
	if v.Sessions, err = d.Accounts.Sessions.Of(ctx, u.ID, d.token(r)); err != nil {
		return err
	}
	p := web.Page{Title: web.T(ctx, "auth.mine"), Nav: "account", Status: status}
	return web.Render(w, r, p, accountView(v))
}

// grantsToday are what an account sees now, with the places' names.
func (d *Door) grantsToday(r *http.Request, id int64) (now []auth.Grant, places []string, err error) {
	all, err := d.Accounts.Grants(r.Context(), id)
	if err != nil {
		return nil, nil, err
	}
	today := d.today()
	for _, g := range all {
		if g.On(today) {
			now = append(now, g)
			places = append(places, d.placeText(r.Context(), g.Scope))
		}
	}
	return now, places, nil
}

func (d *Door) changePassword(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	acc, err := d.Accounts.ByID(ctx, u.ID)
	if err != nil {
		return err
	}
	if acc.HasPassword { // who came by a link sets the first one without an old one
		ok, err := d.Accounts.Verify(ctx, u.ID, r.PostFormValue("old"))
		if errs, status := formTrouble(w, r, err); status != 0 {
			return d.renderAccount(w, r, status, errs)
		}
		if err != nil {
			return err
		}
		if !ok {
			return d.renderAccount(w, r, http.StatusUnprocessableEntity,
				web.FormErrors{{Field: "old", Text: web.T(ctx, "auth.fault.old_wrong")}})
		}
	}
	if r.PostFormValue("password") != r.PostFormValue("again") {
		return d.renderAccount(w, r, http.StatusUnprocessableEntity,
			web.FormErrors{{Field: "again", Text: web.T(ctx, "auth.fault.not_same")}})
	}
	err = d.Accounts.SetPassword(ctx, u.Actor(), u.ID, r.PostFormValue("password"), d.token(r))
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		return d.renderAccount(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	if err := d.rotate(w, r, true); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "auth.password_changed"))
	return web.Redirect(w, r, "/account")
}

// rotate gives the browser a new session token after its account changed how it signs in.
func (d *Door) rotate(w http.ResponseWriter, r *http.Request, proved bool) error {
	token, err := d.Accounts.Sessions.Rotate(r.Context(), d.token(r), proved)
	if err != nil {
		return err
	}
	auth.SetToken(w, token, d.Secure)
	return nil
}

func (d *Door) endSession(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	if err := d.Accounts.Sessions.EndOne(r.Context(), u.Actor(), u.ID, r.PostFormValue("ref")); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.session.ended"))
	return web.Redirect(w, r, "/account")
}

func (d *Door) endSessions(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	if err := d.Accounts.Sessions.EndAll(r.Context(), u.Actor(), u.ID, d.token(r)); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.session.ended_all"))
	return web.Redirect(w, r, "/account")
}

// proved lets a change of how the account signs in through only soon after its owner showed
// who he is; else he shows it again first.
func (d *Door) proved(do web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ok, err := d.Accounts.Sessions.Proved(r.Context(), d.token(r))
		if err != nil {
			return err
		}
		if !ok {
			return d.askAgain(w, r)
		}
		return do(w, r)
	}
}

// askAgain sends to the page that asks for the password or a code, and from there back.
func (d *Door) askAgain(w http.ResponseWriter, r *http.Request) error {
	to := r.URL.Path
	if r.Method != http.MethodGet {
		to = "/account/second"
		if strings.HasPrefix(r.URL.Path, "/account/tokens") {
			to = "/account/tokens"
		}
	}
	return web.Redirect(w, r, "/account/again?to="+url.QueryEscape(to))
}

type againShown struct {
	Account auth.Account
	App     bool // asks for a code, not for the password
	To      string
	Errs    web.FormErrors
}

func (d *Door) showAgain(w http.ResponseWriter, r *http.Request) error {
	return d.renderAgain(w, r, 0, r.FormValue("to"), nil)
}

func (d *Door) renderAgain(w http.ResponseWriter, r *http.Request, status int, to string, errs web.FormErrors) error {
	ctx, u := r.Context(), me(r)
	acc, err := d.Accounts.ByID(ctx, u.ID)
	if err != nil {
		return err
	}
	f, err := d.Accounts.Factors(ctx, u.ID)
	if err != nil {
		return err
	}
	p := web.Page{Title: web.T(ctx, "auth.again"), Nav: "account", Status: status}
	return web.Render(w, r, p, againView(againShown{Account: acc, App: f.App, To: web.LocalPath(to), Errs: errs}))
}

func (d *Door) again(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	to := web.LocalPath(r.PostFormValue("to"))
	f, err := d.Accounts.Factors(ctx, u.ID)
	if err != nil {
		return err
	}
	var ok bool
	field, key := "password", "auth.fault.old_wrong"
	if f.App {
		field, key = "code", "auth.fault.code"
		ok, err = d.Accounts.CheckCode(ctx, u.ID, r.PostFormValue("code"))
	} else {
		ok, err = d.Accounts.Verify(ctx, u.ID, r.PostFormValue("password"))
	}
	if errs, status := formTrouble(w, r, err); status != 0 {
		return d.renderAgain(w, r, status, to, errs)
	}
	if err != nil {
		return err
	}
	if !ok {
		return d.renderAgain(w, r, http.StatusUnprocessableEntity, to, web.FormErrors{{Field: field, Text: web.T(ctx, key)}})
	}
	if err := d.rotate(w, r, true); err != nil {
		return err
	}
	return web.Redirect(w, r, to)
}
