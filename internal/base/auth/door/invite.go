package door

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

// Inviting somebody takes two forms: who and as what; then for whom (an organisation) or
// where (a territory), found by searching. It ends in a link to send.

type inviteForm struct {
	Name, Login, Role string
	OrgText, Org      string // what was searched for; the number that was chosen
	PlaceText, Scope  string
	Orgs, Places      []Choice // found
	Second            bool     // the second form is shown
	Searched          bool
	Errs              web.FormErrors
}

func (f *inviteForm) outside() bool { return auth.Role(f.Role).In(auth.Coop, auth.Buyer) }

func (d *Door) newAccount(w http.ResponseWriter, r *http.Request) error {
	return d.renderInvite(w, r, 0, inviteForm{Role: string(auth.Officer)})
}

func (d *Door) renderInvite(w http.ResponseWriter, r *http.Request, status int, f inviteForm) error {
	return web.Render(w, r, d.adminPage(r, "auth.invite", status), inviteView(f))
}

func (d *Door) addAccount(w http.ResponseWriter, r *http.Request) (err error) {
	ctx := r.Context()
	f := inviteForm{
		Name: r.PostFormValue("name"), Login: r.PostFormValue("login"), Role: r.PostFormValue("role"),
		OrgText: r.PostFormValue("org_text"), Org: r.PostFormValue("org"),
		PlaceText: r.PostFormValue("place_text"), Scope: r.PostFormValue("scope"),
	}
	n := auth.NewAccount{Login: f.Login, Name: f.Name, Role: auth.Role(f.Role)}
	do := r.PostFormValue("do")
	if do == "back" {
		return d.renderInvite(w, r, 0, f)
	}
	if err := d.Accounts.CheckNew(ctx, n); err != nil { // the first form, org and territory aside
		errs, status := formTrouble(w, r, err)
		if status == 0 {
			return err
		}
		f.Errs = errs
		return d.renderInvite(w, r, status, f)
	}
	f.Second = true
	if err := d.search(ctx, &f); err != nil {
		return err
	}
	switch {
	case do == "next" || do == "find":
		return d.renderInvite(w, r, 0, f)
	case f.outside():
		if n.Org, err = d.chosenOrg(ctx, f.Org); err != nil {
			return err
		}
		if n.Org == 0 {
			f.Errs = web.FormErrors{{Field: "org", Text: web.T(ctx, "auth.fault.choose_org")}}
		}
	case f.Scope == "":
		f.Errs = web.FormErrors{{Field: "scope", Text: web.T(ctx, "auth.fault.choose_place")}}
	default:
		n.Scope = f.Scope
	}
	if len(f.Errs) > 0 {
		return d.renderInvite(w, r, http.StatusUnprocessableEntity, f)
	}
	id, err := d.Accounts.Add(ctx, me(r).Actor(), n)
	if errs, status := formTrouble(w, r, err); status != 0 {
		f.Errs = errs
		return d.renderInvite(w, r, status, f)
	}
	if err != nil {
		return err
	}
	return d.showNewLink(w, r, id, true)
}

// search fills in what the form's search text finds.
func (d *Door) search(ctx context.Context, f *inviteForm) (err error) {
	if f.outside() {
		if strings.TrimSpace(f.OrgText) == "" {
			f.OrgText = f.Name // mostly the account bears the organisation's name, or none is found
		} else {
			f.Searched = true
		}
		if d.OrgFind != nil {
			f.Orgs, err = d.OrgFind(ctx, f.OrgText)
		}
		return err
	}
	if strings.TrimSpace(f.PlaceText) != "" && d.PlaceFind != nil {
		f.Searched = true
		f.Places = d.PlaceFind(f.PlaceText)
	}
	return nil
}

// chosenOrg reads the number of a radio button and believes it only if there is such an
// organisation; 0 is none.
func (d *Door) chosenOrg(ctx context.Context, s string) (int64, error) {
	id, _ := strconv.ParseInt(s, 10, 64)
	if id <= 0 || d.OrgName == nil {
		return 0, nil
	}
	name, err := d.OrgName(ctx, id)
	if err != nil || name == "" {
		return 0, err
	}
	return id, nil
}

// keepChosen puts what was chosen before among what is found now, so that a second search
// does not lose it.
func keepChosen(found []Choice, chosen, label string) []Choice {
	for _, c := range found {
		if c.Value == chosen {
			return found
		}
	}
	if chosen == "" || label == "" {
		return found
	}
	return append([]Choice{{Value: chosen, Label: label}}, found...)
}

func radios(found []Choice) (out []web.Option) {
	for _, c := range found {
		out = append(out, web.Option{Value: c.Value, Label: c.Label, Note: c.Note})
	}
	return out
}

func (d *Door) makeLink(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	return d.showNewLink(w, r, id, false)
}

// linkLife is how long a first sign-in may wait: an administrator makes it in the office,
// the person opens it in the evening.
const linkLife = 24 * time.Hour

type linkShown struct {
	Account auth.Account
	Href    string
	Text    string // to take into Zalo
	Code    qrCode
	Invited bool
}

func (d *Door) showNewLink(w http.ResponseWriter, r *http.Request, id int64, invited bool) error {
	ctx := r.Context()
	acc, err := d.Accounts.ByID(ctx, id)
	if err != nil {
		return err
	}
	token, err := d.Accounts.NewLink(ctx, me(r).Actor(), id, linkLife, 1)
	if errs, status := formTrouble(w, r, err); status != 0 {
		web.SetFlash(w, r, "bad", errs[0].Text)
		return web.Redirect(w, r, accountPath(id, ""))
	}
	if err != nil {
		return err
	}
	v := linkShown{Account: acc, Href: d.origin(r) + "/in/" + token, Invited: invited}
	v.Text = web.T(ctx, "auth.link.text", acc.Name, roleText(ctx, acc.Role), v.Href)
	if v.Code, err = qrOf(v.Href); err != nil {
		return err
	}
	unkept(w)
	return web.Render(w, r, d.onePage(r, acc, "auth.link", 0), newLinkView(v))
}

// onePage is the frame of a page below one account.
func (d *Door) onePage(r *http.Request, acc auth.Account, key string, status int) web.Page {
	ctx := r.Context()
	p := web.Page{
		Title: web.T(ctx, cmp.Or(key, "auth.accounts")), Nav: "accounts", Status: status,
		Crumbs: []web.Crumb{{Label: web.T(ctx, "auth.accounts"), Href: "/accounts"}, {Label: acc.Name, Href: accountPath(acc.ID, "")}},
	}
	if key == "" {
		p.Title, p.Crumbs[1].Href = acc.Name, ""
		return p
	}
	p.Crumbs = append(p.Crumbs, web.Crumb{Label: web.T(ctx, key)})
	return p
}
