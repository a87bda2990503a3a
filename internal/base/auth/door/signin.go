package door

import (
	"net/http"
	"net/url"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

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
	in, err := d.Accounts.SignIn(r.Context(), f.Login, r.PostFormValue("password"), d.visit(r))
	if errs, status := formTrouble(w, r, err); status != 0 {
		f.Errs = errs
		return d.renderSignIn(w, r, status, f)
	}
	if err != nil {
		return err
	}
	return d.letIn(w, r, in, f.Back)
}

// formTrouble is what a form shows for a fault that its reader can mend, or wait for;
// status 0 is none of these.
func formTrouble(w http.ResponseWriter, r *http.Request, err error) (web.FormErrors, int) {
	if fault.CodeOf(err) == fault.TooMany && err != nil {
		w.Header().Set("Retry-After", "60")
		return web.FormErrors{{Text: web.FaultText(r.Context(), err)}}, http.StatusTooManyRequests
	}
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		return errs, http.StatusUnprocessableEntity
	}
	return nil, 0
}

// letIn sends the browser on: inside, or to the second step.
func (d *Door) letIn(w http.ResponseWriter, r *http.Request, in auth.In, back string) error {
	back = web.LocalPath(back)
	if in.Session == "" {
		auth.SetStep(w, in.Step, d.Secure)
		return web.Redirect(w, r, "/signin/second?back="+url.QueryEscape(back))
	}
	auth.SetToken(w, in.Session, d.Secure)
	auth.SetStep(w, "", d.Secure)
	return web.Redirect(w, r, back)
}

type secondForm struct {
	Pending auth.Pending
	Back    string
	Errs    web.FormErrors
	Phone   string
}

func (d *Door) showSecondStep(w http.ResponseWriter, r *http.Request) error {
	return d.renderSecondStep(w, r, 0, secondForm{Back: r.FormValue("back")})
}

func (d *Door) renderSecondStep(w http.ResponseWriter, r *http.Request, status int, f secondForm) error {
	p, err := d.Accounts.Second(r.Context(), auth.StepToken(r, d.Secure))
	if fault.CodeOf(err) == fault.Invalid {
		return d.fromTheStart(w, r)
	}
	if err != nil {
		return err
	}
	f.Pending, f.Phone, f.Back = p, d.Phone, web.LocalPath(f.Back)
	return web.Render(w, r, web.Page{Title: web.T(r.Context(), "auth.second_step"), Status: status}, secondStepView(f))
}

// fromTheStart is where a step that is over leads.
func (d *Door) fromTheStart(w http.ResponseWriter, r *http.Request) error {
	auth.SetStep(w, "", d.Secure)
	return web.Redirect(w, r, "/signin")
}

func (d *Door) secondStep(w http.ResponseWriter, r *http.Request) error {
	f := secondForm{Back: r.PostFormValue("back")}
	step := auth.StepToken(r, d.Secure)
	if _, err := d.Accounts.Second(r.Context(), step); fault.CodeOf(err) == fault.Invalid && err != nil {
		return d.fromTheStart(w, r)
	}
	in, err := d.Accounts.FinishCode(r.Context(), step, r.PostFormValue("code"), d.visit(r))
	if errs, status := formTrouble(w, r, err); status != 0 {
		f.Errs = errs
		return d.renderSecondStep(w, r, status, f)
	}
	if err != nil {
		return err
	}
	return d.letIn(w, r, in, f.Back)
}

func (d *Door) signOut(w http.ResponseWriter, r *http.Request) error {
	if tok := d.token(r); tok != "" {
		if err := d.Accounts.Sessions.End(r.Context(), tok); err != nil {
			return err
		}
	}
	auth.SetToken(w, "", d.Secure)
	auth.SetStep(w, "", d.Secure)
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
	in, err := d.Accounts.UseLink(r.Context(), r.PathValue("token"), d.visit(r))
	if err != nil {
		return err
	}
	return d.letIn(w, r, in, "/")
}
