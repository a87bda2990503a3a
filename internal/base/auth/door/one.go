package door

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/audit"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// One account, as an administrator sees it: what it is, what it may see, how it signs in,
// what happened to it.

type oneShown struct {
	Account  auth.Account
	Org      string
	Self     bool
	Staff    bool
	Grants   []grantLine
	Factors  auth.Factors
	Keys     int
	Sessions []auth.Session
	Lent     []auth.Delegation
	Tokens   int // that work
	Past     []web.Past
	Errs     web.FormErrors
}

type grantLine struct {
	auth.Grant
	Place string
	State string // "now", "later", "over", "revoked"
	Ended bool   // the unit is gone
}

// historyShown is how many deeds the page lists.
const historyShown = 30

func (d *Door) oneOf(r *http.Request) (auth.Account, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return auth.Account{}, err
	}
	return d.Accounts.ByID(r.Context(), id)
}

func (d *Door) showOne(w http.ResponseWriter, r *http.Request) error {
	return d.renderOne(w, r, 0, nil)
}

func (d *Door) renderOne(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors) error {
	ctx := r.Context()
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	v := oneShown{Account: acc, Self: acc.ID == me(r).ID, Staff: acc.Role.In(auth.Staff...), Errs: errs}
	if v.Org, err = d.orgText(ctx, acc.Org); err != nil {
		return err
	}
	if v.Grants, err = d.grantLines(ctx, acc.ID); err != nil {
		return err
	}
	if v.Factors, err = d.Accounts.Factors(ctx, acc.ID); err != nil {
		return err
	}
	if v.Sessions, err = d.Accounts.Sessions.Of(ctx, acc.ID, ""); err != nil {
		return err
	}
	all, err := d.Accounts.Delegations(ctx, acc.ID)
	if err != nil {
		return err
	}
	for _, l := range all {
		if !l.Over(d.today()) {
			v.Lent = append(v.Lent, l)
		}
	}
	tokens, err := d.Accounts.Tokens(ctx, acc.ID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Live(d.now()) {
			v.Tokens++
		}
	}
	if v.Past, err = d.past(ctx, acc.ID); err != nil {
		return err
	}
	web.SetVersion(w, acc.Version)
	return web.Render(w, r, d.onePage(r, acc, "", status), oneView(v))
}

func (d *Door) grantLines(ctx context.Context, id int64) (out []grantLine, err error) {
	all, err := d.Accounts.Grants(ctx, id)
	today := d.today()
	for _, g := range all {
		l := grantLine{Grant: g, Place: d.placeText(ctx, g.Scope), State: "now"}
		switch {
		case g.RevokedBy != "":
			l.State = "revoked"
		case g.To < today:
			l.State = "over"
		case g.From > today:
			l.State = "later"
		}
		l.Ended = l.State == "now" && d.hasEnded(g.Scope, today)
		out = append(out, l)
	}
	return out, err
}

// past is the account's audit in words.
func (d *Door) past(ctx context.Context, id int64) (out []web.Past, err error) {
	all, err := d.Accounts.History(ctx, id, historyShown)
	if err != nil {
		return nil, err
	}
	var actors []string
	for _, e := range all {
		actors = append(actors, e.Actor)
	}
	names, err := d.Accounts.ActorTexts(ctx, actors...)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		out = append(out, web.Past{
			When: when(ctx, e.At.Time), ISO: e.At.UTC().Format("2006-01-02T15:04:05Z"),
			Who: names[e.Actor], What: d.deed(ctx, e),
		})
	}
	return out, nil
}

// deed says what was done, with the one value that matters.
func (d *Door) deed(ctx context.Context, e audit.Entry) string {
	p := i18n.From(ctx)
	key := "auth.action." + strings.TrimPrefix(e.Action, "account.")
	if !p.Has(key) {
		return e.Action
	}
	said := p.T(key)
	values, _ := e.After.(map[string]any)
	if values == nil {
		values, _ = e.Before.(map[string]any)
	}
	if s, _ := values["scope"].(string); s != "" {
		return said + ": " + d.placeText(ctx, s)
	}
	if s, _ := values["role"].(string); s != "" && e.Action == "account.role" {
		return said + ": " + roleText(ctx, auth.Role(s))
	}
	if s, _ := values["to"].(string); s != "" && strings.HasPrefix(e.Action, "account.lend") {
		from, _ := values["from"].(string)
		return said + ": " + from + " → " + s
	}
	if s, _ := values["name"].(string); s != "" && (strings.HasPrefix(e.Action, "account.api") || strings.HasPrefix(e.Action, "account.passkey")) {
		return said + ": " + s
	}
	return said
}

// setDisabled shuts out or lets in again; the row version guards against two administrators.
func (d *Door) setDisabled(disabled bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		id, err := pathID(r, "id")
		if err != nil {
			return err
		}
		version, err := web.RowVersion(r)
		if err != nil {
			return err
		}
		ok, err := d.Accounts.SetDisabled(ctx, me(r).Actor(), id, version, disabled)
		if errs, ok := web.FormErrorsOf(ctx, err); ok {
			return d.renderOne(w, r, http.StatusUnprocessableEntity, errs)
		}
		if err != nil {
			return err
		}
		if !ok {
			acc, err := d.Accounts.ByID(ctx, id)
			if err != nil {
				return err
			}
			return &web.Stale{Back: accountPath(id, ""), Changes: web.Compare(web.Change{
				Label: web.T(ctx, "auth.state"), Yours: stateText(ctx, disabled), Now: stateText(ctx, !acc.Disabled.IsZero()),
			})}
		}
		key := "auth.enabled"
		if disabled {
			key = "auth.disabled"
		}
		web.SetFlash(w, r, "good", web.T(ctx, key))
		return web.Redirect(w, r, accountPath(id, ""))
	}
}

// Another role.

type roleForm struct {
	Account      auth.Account
	Role         string
	OrgText, Org string
	Orgs         []Choice
	Searched     bool
	Version      int64
	Errs         web.FormErrors
}

func (d *Door) showRole(w http.ResponseWriter, r *http.Request) error {
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	f := roleForm{Account: acc, Role: string(acc.Role), Version: acc.Version}
	if acc.Org != 0 {
		f.Org = idText(acc.Org)
	}
	return d.renderRole(w, r, 0, f)
}

func (d *Door) renderRole(w http.ResponseWriter, r *http.Request, status int, f roleForm) (err error) {
	ctx := r.Context()
	if strings.TrimSpace(f.OrgText) != "" && d.OrgFind != nil {
		f.Searched = true
		if f.Orgs, err = d.OrgFind(ctx, f.OrgText); err != nil {
			return err
		}
	}
	id, err := d.chosenOrg(ctx, f.Org)
	if err != nil {
		return err
	}
	label, err := d.orgText(ctx, id)
	if err != nil {
		return err
	}
	f.Orgs = keepChosen(f.Orgs, f.Org, label)
	return web.Render(w, r, d.onePage(r, f.Account, "auth.role.change", status), roleView(f))
}

func (d *Door) saveRole(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	f := roleForm{Account: acc, Role: r.PostFormValue("role"), OrgText: r.PostFormValue("org_text"), Org: r.PostFormValue("org"), Version: version}
	if r.PostFormValue("do") == "find" {
		return d.renderRole(w, r, 0, f)
	}
	role := auth.Role(f.Role)
	org := int64(0)
	if role.In(auth.Coop, auth.Buyer) {
		if org, err = d.chosenOrg(ctx, f.Org); err != nil {
			return err
		}
		if org == 0 {
			f.Errs = web.FormErrors{{Field: "org", Text: web.T(ctx, "auth.fault.choose_org")}}
			return d.renderRole(w, r, http.StatusUnprocessableEntity, f)
		}
	}
	ok, err := d.Accounts.SetRole(ctx, me(r).Actor(), acc.ID, version, role, org)
	if errs, bad := web.FormErrorsOf(ctx, err); bad {
		f.Errs = errs
		return d.renderRole(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: accountPath(acc.ID, ""), Changes: web.Compare(
			web.Change{Label: web.T(ctx, "auth.role"), Yours: roleText(ctx, role), Now: roleText(ctx, acc.Role)},
			web.Change{Label: web.T(ctx, "auth.state"), Yours: stateText(ctx, false), Now: stateText(ctx, !acc.Disabled.IsZero())})}
	}
	web.SetFlash(w, r, "good", web.T(ctx, "auth.role.changed"))
	return web.Redirect(w, r, accountPath(acc.ID, ""))
}

// Territory.

type grantForm struct {
	Account                            auth.Account
	PlaceText, Scope, From, To, Reason string
	Places                             []Choice
	Searched                           bool
	Errs                               web.FormErrors
}

func (d *Door) showGrants(w http.ResponseWriter, r *http.Request) error {
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	f := grantForm{Account: acc, PlaceText: r.FormValue("q"), From: calendar.FormatVI(d.today())}
	return d.renderGrant(w, r, 0, f)
}

func (d *Door) renderGrant(w http.ResponseWriter, r *http.Request, status int, f grantForm) error {
	if strings.TrimSpace(f.PlaceText) != "" && d.PlaceFind != nil {
		f.Searched = true
		f.Places = d.PlaceFind(f.PlaceText)
	}
	if f.Scope != "" && f.Scope != auth.EverywhereScope {
		f.Places = keepChosen(f.Places, f.Scope, d.placeText(r.Context(), f.Scope))
	}
	return web.Render(w, r, d.onePage(r, f.Account, "auth.grant.new", status), grantView(f))
}

func (d *Door) addGrant(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	f := grantForm{
		Account: acc, PlaceText: r.PostFormValue("place_text"), Scope: r.PostFormValue("scope"),
		From: r.PostFormValue("from"), To: r.PostFormValue("to"), Reason: r.PostFormValue("reason"),
	}
	if r.PostFormValue("do") == "find" {
		return d.renderGrant(w, r, 0, f)
	}
	from, ok := d.dayOf(f.From)
	if !ok {
		f.Errs = append(f.Errs, dateError(ctx, "from"))
	}
	to, ok := d.dayOf(f.To)
	if !ok {
		f.Errs = append(f.Errs, dateError(ctx, "to"))
	}
	if f.Scope == "" {
		f.Errs = append(f.Errs, web.FieldError{Field: "scope", Text: web.T(ctx, "auth.fault.choose_place")})
	}
	if len(f.Errs) == 0 {
		_, err := d.Accounts.GrantFor(ctx, me(r).Actor(), acc.ID, f.Scope, from, to, f.Reason)
		if f.Errs, ok = web.FormErrorsOf(ctx, err); !ok && err != nil {
			return err
		}
	}
	if len(f.Errs) > 0 {
		return d.renderGrant(w, r, http.StatusUnprocessableEntity, f)
	}
	return d.afterChange(w, r, acc.ID, "auth.grant.added")
}

func (d *Door) revokeGrant(w http.ResponseWriter, r *http.Request) error {
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("grant"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "auth.fault.no_grant")
	}
	if err := d.Accounts.Revoke(r.Context(), me(r).Actor(), acc.ID, id); err != nil {
		return err
	}
	return d.afterChange(w, r, acc.ID, "auth.grant.revoked")
}

// afterChange says that it is done. Whoever changed his own rights has lost his session and
// gets a new one, with what he may do now.
func (d *Door) afterChange(w http.ResponseWriter, r *http.Request, id int64, key string) error {
	if id == me(r).ID {
		token, err := d.Accounts.Sessions.OpenOn(r.Context(), id, d.visit(r))
		if err != nil {
			return err
		}
		auth.SetToken(w, token, d.Secure)
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), key))
	return web.Redirect(w, r, accountPath(id, ""))
}

func (d *Door) endTheirSessions(w http.ResponseWriter, r *http.Request) error {
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	keep := ""
	if acc.ID == me(r).ID {
		keep = d.token(r)
	}
	if err := d.Accounts.Sessions.EndAll(r.Context(), me(r).Actor(), acc.ID, keep); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.session.ended_all"))
	return web.Redirect(w, r, accountPath(acc.ID, ""))
}

func (d *Door) resetSecond(w http.ResponseWriter, r *http.Request) error {
	acc, err := d.oneOf(r)
	if err != nil {
		return err
	}
	if acc.ID == me(r).ID { // his own he changes where he must show who he is
		return web.Redirect(w, r, "/account/second")
	}
	if err := d.Accounts.ResetFactors(r.Context(), me(r).Actor(), acc.ID); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.second.reset_done"))
	return web.Redirect(w, r, accountPath(acc.ID, ""))
}
