// Package door is the screens of coming in: sign-in, sign-in links, one's own account, and
// the list of accounts for administrators. It is not the rules of accounts and passwords,
// which base/auth holds.
package door

import (
	"net/http"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// Door serves these screens.
type Door struct {
	Accounts *auth.Accounts
	Secure   bool
	Phone    string // office number shown to those who need no account; "" hides it
}

// Routes lists the door's routes.
func (d *Door) Routes() []web.Route {
	admin := auth.Only(auth.Admin)
	return []web.Route{
		{Pattern: "GET /signin", May: auth.Anyone, Do: d.showSignIn},
		{Pattern: "POST /signin", May: auth.Anyone, Do: d.signIn},
		{Pattern: "POST /signout", May: auth.Anyone, Do: d.signOut},
		{Pattern: "GET /in/{token}", May: auth.Anyone, Do: d.showLink},
		{Pattern: "POST /in/{token}", May: auth.Anyone, Do: d.useLink},
		{Pattern: "GET /account", May: auth.SignedIn, Do: d.showAccount},
		{Pattern: "POST /account/password", May: auth.SignedIn, Do: d.changePassword},
		{Pattern: "GET /accounts", May: admin, Do: d.listAccounts},
		{Pattern: "GET /accounts/new", May: admin, Do: d.newAccount},
		{Pattern: "POST /accounts", May: admin, Do: d.addAccount},
		{Pattern: "POST /accounts/{id}/disable", May: admin, Do: d.setDisabled(true)},
		{Pattern: "POST /accounts/{id}/enable", May: admin, Do: d.setDisabled(false)},
		{Pattern: "POST /accounts/{id}/link", May: admin, Do: d.makeLink},
	}
}

type signInForm struct {
	Login, Back string
	Errs        web.FormErrors
	Phone       string
}

func (d *Door) showSignIn(w http.ResponseWriter, r *http.Request) error {
	if _, in := auth.Who(r.Context()); in {
		return web.Redirect(w, r, "/")
	}
	return d.renderSignIn(w, r, 0, signInForm{Back: r.FormValue("back")})
}

func (d *Door) renderSignIn(w http.ResponseWriter, r *http.Request, status int, f signInForm) error {
	f.Phone = d.Phone
	f.Back = web.LocalPath(f.Back)
	return web.Render(w, r, web.Page{Title: web.T(r.Context(), "auth.signin"), Status: status}, signInView(f))
}

func (d *Door) signIn(w http.ResponseWriter, r *http.Request) error {
	f := signInForm{Login: r.PostFormValue("login"), Back: r.PostFormValue("back")}
	token, err := d.Accounts.SignIn(r.Context(), f.Login, r.PostFormValue("password"), web.Address(r), auth.Token(r, d.Secure))
	if fault.CodeOf(err) == fault.TooMany {
		w.Header().Set("Retry-After", "60")
		f.Errs = web.FormErrors{{Text: web.FaultText(r.Context(), err)}}
		return d.renderSignIn(w, r, http.StatusTooManyRequests, f)
	}
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		f.Errs = errs
		return d.renderSignIn(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	auth.SetToken(w, token, d.Secure)
	return web.Redirect(w, r, f.Back)
}

func (d *Door) signOut(w http.ResponseWriter, r *http.Request) error {
	if tok := auth.Token(r, d.Secure); tok != "" {
		if err := d.Accounts.Sessions.End(r.Context(), tok); err != nil {
			return err
		}
	}
	auth.SetToken(w, "", d.Secure)
	w.Header().Set("Clear-Site-Data", `"cache"`) // pages of the last person at this machine
	return web.Redirect(w, r, "/signin")
}

func (d *Door) showLink(w http.ResponseWriter, r *http.Request) error {
	u, err := d.Accounts.LinkAccount(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r.Context(), "auth.signin")}, linkView(u, r.URL.Path))
}

func (d *Door) useLink(w http.ResponseWriter, r *http.Request) error {
	_, token, err := d.Accounts.UseLink(r.Context(), r.PathValue("token"), auth.Token(r, d.Secure))
	if err != nil {
		return err
	}
	auth.SetToken(w, token, d.Secure)
	return web.Redirect(w, r, "/")
}

func (d *Door) showAccount(w http.ResponseWriter, r *http.Request) error {
	return d.renderAccount(w, r, 0, nil)
}

func (d *Door) renderAccount(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors) error {
	u, _ := auth.Who(r.Context())
	acc, err := d.Accounts.ByID(r.Context(), u.ID)
	if err != nil {
		return err
	}
	p := web.Page{Title: web.T(r.Context(), "auth.mine"), Nav: "account", Status: status}
	return web.Render(w, r, p, accountView(acc, errs))
}

func (d *Door) changePassword(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	acc, err := d.Accounts.ByID(ctx, u.ID)
	if err != nil {
		return err
	}
	if acc.HasPassword { // who came by a link sets the first one without an old one
		ok, err := d.Accounts.Verify(ctx, u.ID, r.PostFormValue("old"))
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
	err = d.Accounts.SetPassword(ctx, u.Actor(), u.ID, r.PostFormValue("password"), auth.Token(r, d.Secure))
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		return d.renderAccount(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "auth.password_changed"))
	return web.Redirect(w, r, "/account")
}

func (d *Door) listAccounts(w http.ResponseWriter, r *http.Request) error {
	all, err := d.Accounts.List(r.Context())
	if err != nil {
		return err
	}
	p := web.Page{Title: web.T(r.Context(), "auth.accounts"), Nav: "accounts"}
	return web.Render(w, r, p, accountsView(all))
}

func (d *Door) newAccount(w http.ResponseWriter, r *http.Request) error {
	return d.renderNew(w, r, 0, newForm{Role: string(auth.Officer)})
}

type newForm struct {
	Login, Name, Role, Org string
	Errs                   web.FormErrors
}

func (d *Door) renderNew(w http.ResponseWriter, r *http.Request, status int, f newForm) error {
	ctx := r.Context()
	p := web.Page{
		Title: web.T(ctx, "auth.accounts.new"), Nav: "accounts", Status: status,
		Crumbs: []web.Crumb{{Label: web.T(ctx, "auth.accounts"), Href: "/accounts"}, {Label: web.T(ctx, "auth.accounts.new")}},
	}
	return web.Render(w, r, p, newAccountView(f))
}

func (d *Door) addAccount(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f := newForm{Login: r.PostFormValue("login"), Name: r.PostFormValue("name"), Role: r.PostFormValue("role"), Org: r.PostFormValue("org")}
	org, err := strconv.ParseInt(f.Org, 10, 64)
	if f.Org != "" && (err != nil || org <= 0) {
		f.Errs = web.FormErrors{{Field: "org", Text: web.T(ctx, "auth.fault.org")}}
		return d.renderNew(w, r, http.StatusUnprocessableEntity, f)
	}
	me, _ := auth.Who(ctx)
	id, err := d.Accounts.Add(ctx, me.Actor(), auth.NewAccount{Login: f.Login, Name: f.Name, Role: auth.Role(f.Role), Org: org})
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		f.Errs = errs
		return d.renderNew(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return d.showNewLink(w, r, id)
}

// setDisabled shuts out or lets in again; the row version guards against two administrators.
func (d *Door) setDisabled(disabled bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		id, version, err := idAndVersion(r)
		if err != nil {
			return err
		}
		me, _ := auth.Who(ctx)
		ok, err := d.Accounts.SetDisabled(ctx, me.Actor(), id, version, disabled)
		if err != nil {
			return err
		}
		if !ok {
			return d.stale(r, id, disabled)
		}
		key := "auth.enabled"
		if disabled {
			key = "auth.disabled"
		}
		web.SetFlash(w, r, "good", web.T(ctx, key))
		return web.Redirect(w, r, "/accounts")
	}
}

func (d *Door) stale(r *http.Request, id int64, wanted bool) error {
	ctx := r.Context()
	acc, err := d.Accounts.ByID(ctx, id)
	if err != nil {
		return err
	}
	return &web.Stale{Back: "/accounts", Changes: web.Compare(web.Change{
		Label: acc.Name, Yours: stateText(ctx, wanted), Now: stateText(ctx, !acc.Disabled.IsZero()),
	})}
}

func (d *Door) makeLink(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "auth.fault.no_account")
	}
	return d.showNewLink(w, r, id)
}

// linkLife is how long a first sign-in may wait: an administrator makes it in the office,
// the person opens it in the evening.
const linkLife = 24 * time.Hour

func (d *Door) showNewLink(w http.ResponseWriter, r *http.Request, id int64) error {
	ctx := r.Context()
	acc, err := d.Accounts.ByID(ctx, id)
	if err != nil {
		return err
	}
	me, _ := auth.Who(ctx)
	token, err := d.Accounts.NewLink(ctx, me.Actor(), id, linkLife, 1)
	if err != nil {
		return err
	}
	scheme := "http://"
	if d.Secure {
		scheme = "https://"
	}
	p := web.Page{
		Title: web.T(ctx, "auth.link"), Nav: "accounts",
		Crumbs: []web.Crumb{{Label: web.T(ctx, "auth.accounts"), Href: "/accounts"}, {Label: acc.Name}},
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, p, newLinkView(acc, scheme+r.Host+"/in/"+token))
}

func idAndVersion(r *http.Request) (id, version int64, err error) {
	id, err = strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, 0, fault.New(fault.NotFound, "auth.fault.no_account")
	}
	version, err = web.RowVersion(r)
	return id, version, err
}
