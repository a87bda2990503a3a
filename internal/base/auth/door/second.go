package door

import (
	"net"
	"net/http"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// The second factor: an authenticator app, recovery codes, passkeys.

type secondShown struct {
	Factors auth.Factors
	Keys    []auth.Passkey
	Needed  bool
	MayKeys bool // the address is a name, so passkeys can be made for it
	Errs    web.FormErrors
}

func (d *Door) showSecond(w http.ResponseWriter, r *http.Request) error {
	ok, err := d.Accounts.Sessions.Proved(r.Context(), d.token(r))
	if err != nil {
		return err
	}
	if !ok {
		return d.askAgain(w, r)
	}
	return d.renderSecond(w, r, 0, nil)
}

func (d *Door) renderSecond(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors) (err error) {
	ctx, u := r.Context(), me(r)
	v := secondShown{Errs: errs, MayKeys: net.ParseIP(hostName(r)) == nil}
	if v.Factors, err = d.Accounts.Factors(ctx, u.ID); err != nil {
		return err
	}
	if v.Keys, err = d.Accounts.Passkeys(ctx, u.ID); err != nil {
		return err
	}
	roles, err := d.Accounts.FactorRoles(ctx)
	if err != nil {
		return err
	}
	v.Needed = u.Role.In(roles...)
	return web.Render(w, r, d.ownPage(r, "auth.second", status), secondView(v))
}

// ownPage is the frame of a page below one's own account.
func (d *Door) ownPage(r *http.Request, key string, status int) web.Page {
	ctx := r.Context()
	return web.Page{
		Title: web.T(ctx, key), Nav: "account", Status: status,
		Crumbs: []web.Crumb{{Label: web.T(ctx, "auth.mine"), Href: "/account"}, {Label: web.T(ctx, key)}},
	}
}

func (d *Door) startApp(w http.ResponseWriter, r *http.Request) error {
	err := d.Accounts.StartApp(r.Context(), me(r).ID)
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		return d.renderSecond(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/account/second/setup")
}

func (d *Door) showSetup(w http.ResponseWriter, r *http.Request) error {
	ok, err := d.Accounts.Sessions.Proved(r.Context(), d.token(r))
	if err != nil {
		return err
	}
	if !ok {
		return d.askAgain(w, r)
	}
	return d.renderSetup(w, r, 0, nil)
}

func (d *Door) renderSetup(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors) error {
	s, err := d.Accounts.AppSecret(r.Context(), me(r))
	if fault.CodeOf(err) == fault.NotFound && err != nil { // nothing was begun, or it is done
		return web.Redirect(w, r, "/account/second")
	}
	if err != nil {
		return err
	}
	code, err := qrOf(s.URI)
	if err != nil {
		return err
	}
	unkept(w)
	return web.Render(w, r, d.ownPage(r, "auth.app.setup", status), setupView(s, code, errs))
}

func (d *Door) confirmApp(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	codes, err := d.Accounts.ConfirmApp(r.Context(), u.Actor(), u.ID, r.PostFormValue("code"), d.token(r))
	if errs, status := formTrouble(w, r, err); status != 0 {
		return d.renderSetup(w, r, status, errs)
	}
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		return web.Redirect(w, r, "/account/second")
	}
	if err != nil {
		return err
	}
	if err := d.rotate(w, r, true); err != nil {
		return err
	}
	return d.showCodes(w, r, codes)
}

// showCodes shows recovery codes, this once.
func (d *Door) showCodes(w http.ResponseWriter, r *http.Request, codes []string) error {
	unkept(w)
	return web.Render(w, r, d.ownPage(r, "auth.recovery", 0), codesView(codes))
}

func (d *Door) newCodes(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	codes, err := d.Accounts.NewRecovery(r.Context(), u.Actor(), u.ID)
	if err != nil {
		return err
	}
	return d.showCodes(w, r, codes)
}

func (d *Door) removeApp(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	err := d.Accounts.RemoveApp(r.Context(), u.Actor(), u, d.token(r))
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		return d.renderSecond(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	if err := d.rotate(w, r, false); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.app.removed"))
	return web.Redirect(w, r, "/account/second")
}

// Passkeys need a script (passkey.js), because a browser makes them for a script only: it
// fetches the options, asks the device, and sends the answer in the page's own form.

func hostName(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		return r.Host
	}
	return host
}

func (d *Door) place(r *http.Request) auth.Place {
	return auth.Place{Origin: d.origin(r), Host: hostName(r)}
}

// ceremonyBegun is the answer to "begin".
type ceremonyBegun struct {
	Step    string `json:"step"`
	Options any    `json:"options"`
}

func (d *Door) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	if ok, err := d.Accounts.Sessions.Proved(r.Context(), d.token(r)); err != nil || !ok {
		if err == nil {
			err = fault.New(fault.Forbidden, "auth.fault.prove")
		}
		return err
	}
	options, step, err := d.Accounts.BeginPasskey(r.Context(), d.place(r), me(r))
	if err != nil {
		return err
	}
	unkept(w)
	return web.JSON(w, r, http.StatusOK, ceremonyBegun{step, options})
}

func (d *Door) addPasskey(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	codes, err := d.Accounts.FinishPasskey(r.Context(), d.place(r), u.Actor(), u,
		r.PostFormValue("step"), r.PostFormValue("name"), []byte(r.PostFormValue("credential")), d.token(r))
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		return d.renderSecond(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	if err := d.rotate(w, r, true); err != nil {
		return err
	}
	if len(codes) > 0 {
		return d.showCodes(w, r, codes)
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.passkey.added"))
	return web.Redirect(w, r, "/account/second")
}

func (d *Door) removePasskey(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	u := me(r)
	err = d.Accounts.RemovePasskey(r.Context(), u.Actor(), u, id, d.token(r))
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		return d.renderSecond(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	if err := d.rotate(w, r, false); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.passkey.removed"))
	return web.Redirect(w, r, "/account/second")
}

func (d *Door) beginPasskeyIn(w http.ResponseWriter, r *http.Request) error {
	options, step, err := d.Accounts.BeginPasskeyIn(r.Context(), d.place(r), d.visit(r))
	if err != nil {
		return err
	}
	unkept(w)
	return web.JSON(w, r, http.StatusOK, ceremonyBegun{step, options})
}

func (d *Door) passkeyIn(w http.ResponseWriter, r *http.Request) error {
	f := signInForm{Back: r.PostFormValue("back")}
	in, err := d.Accounts.FinishPasskeyIn(r.Context(), d.place(r),
		r.PostFormValue("step"), []byte(r.PostFormValue("credential")), d.visit(r))
	if errs, status := formTrouble(w, r, err); status != 0 {
		f.Errs = errs
		return d.renderSignIn(w, r, status, f)
	}
	if err != nil {
		return err
	}
	return d.letIn(w, r, in, f.Back)
}
