// Package door is the screens of coming in and of who may: sign-in with its second step,
// sign-in links, one's own account, and the administrator's pages. It is not the rules of
// accounts, grants and second factors, which base/auth holds, and knows no area: how
// organisations and places are found and named is handed to it.
package door

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// Choice is one thing that a search found: an organisation or a place.
type Choice struct{ Value, Label, Note string }

// Link leads to a page of another room; Label and Note are text keys.
type Link struct{ Label, Note, Href string }

// Door serves these screens.
type Door struct {
	Accounts *auth.Accounts
	Secure   bool
	Phone    string           // office number shown to those who need no account; "" hides it
	Scopes   []string         // what a token may be given: the scopes that some route asks for
	Now      func() time.Time // nil is time.Now

	// Pages of other rooms that one's own account and the list of accounts lead to.
	Also, AlsoAll []Link

	// What areas know; nil is nothing. Values are organisation numbers and place keys.
	OrgFind    func(ctx context.Context, text string) ([]Choice, error)
	OrgName    func(ctx context.Context, id int64) (string, error)
	PlaceFind  func(text string) []Choice
	PlaceName  func(key string) string
	PlaceEnded func(key string, on calendar.Day) (next []Choice, ended bool)
}

// Routes lists the door's routes.
func (d *Door) Routes() []web.Route {
	admin, staff := auth.Only(auth.Admin), auth.Only(auth.Staff...)
	return []web.Route{
		{Pattern: "GET /signin", May: auth.Anyone, Do: d.showSignIn, Prepared: true},
		{Pattern: "POST /signin", May: auth.Anyone, Do: d.signIn},
		{Pattern: "GET /signin/second", May: auth.Anyone, Do: d.showSecondStep},
		{Pattern: "POST /signin/second", May: auth.Anyone, Do: d.secondStep},
		{Pattern: "POST /signin/passkey/begin", May: auth.Anyone, Do: d.beginPasskeyIn},
		{Pattern: "POST /signin/passkey", May: auth.Anyone, Do: d.passkeyIn},
		{Pattern: "POST /signout", May: auth.Anyone, Do: d.signOut},
		{Pattern: "GET /in/{token}", May: auth.Anyone, Do: d.showLink},
		{Pattern: "POST /in/{token}", May: auth.Anyone, Do: d.useLink},

		{Pattern: "GET /account", May: auth.SignedIn, Do: d.showAccount},
		{Pattern: "POST /account/password", May: auth.SignedIn, Do: d.changePassword},
		{Pattern: "POST /account/sessions/end", May: auth.SignedIn, Do: d.endSession},
		{Pattern: "POST /account/sessions/end-all", May: auth.SignedIn, Do: d.endSessions},
		{Pattern: "GET /account/again", May: auth.SignedIn, Do: d.showAgain, Enrol: true},
		{Pattern: "POST /account/again", May: auth.SignedIn, Do: d.again, Enrol: true},
		{Pattern: "GET /account/second", May: auth.SignedIn, Do: d.showSecond, Enrol: true},
		{Pattern: "POST /account/second/start", May: auth.SignedIn, Do: d.proved(d.startApp), Enrol: true},
		{Pattern: "GET /account/second/setup", May: auth.SignedIn, Do: d.showSetup, Enrol: true},
		{Pattern: "POST /account/second/confirm", May: auth.SignedIn, Do: d.proved(d.confirmApp), Enrol: true},
		{Pattern: "POST /account/second/codes", May: auth.SignedIn, Do: d.proved(d.newCodes)},
		{Pattern: "POST /account/second/remove", May: auth.SignedIn, Do: d.proved(d.removeApp)},
		{Pattern: "POST /account/passkeys/begin", May: auth.SignedIn, Do: d.beginPasskey, Enrol: true},
		{Pattern: "POST /account/passkeys", May: auth.SignedIn, Do: d.addPasskey, Enrol: true},
		{Pattern: "POST /account/passkeys/{id}/remove", May: auth.SignedIn, Do: d.proved(d.removePasskey)},
		{Pattern: "GET /account/tokens", May: auth.SignedIn, Do: d.listTokens},
		{Pattern: "POST /account/tokens", May: auth.SignedIn, Do: d.proved(d.addToken)},
		{Pattern: "POST /account/tokens/{id}/revoke", May: auth.SignedIn, Do: d.revokeToken},
		{Pattern: "GET /account/lend", May: staff, Do: d.showLend},
		{Pattern: "POST /account/lend", May: auth.Only(auth.Leader), Do: d.lend},
		{Pattern: "POST /account/lend/{id}/end", May: staff, Do: d.endLend},

		{Pattern: "GET /accounts", May: admin, Do: d.listAccounts},
		{Pattern: "GET /accounts/new", May: admin, Do: d.newAccount},
		{Pattern: "POST /accounts", May: admin, Do: d.addAccount},
		{Pattern: "GET /accounts/rules", May: admin, Do: d.showRules},
		{Pattern: "POST /accounts/rules", May: admin, Do: d.saveRules},
		{Pattern: "GET /accounts/territory", May: admin, Do: d.showEnded},
		{Pattern: "GET /accounts/tokens", May: admin, Do: d.listAllTokens},
		{Pattern: "POST /accounts/tokens/{id}/revoke", May: admin, Do: d.revokeAnyToken},
		{Pattern: "GET /accounts/{id}", May: admin, Do: d.showOne},
		{Pattern: "POST /accounts/{id}/disable", May: admin, Do: d.setDisabled(true)},
		{Pattern: "POST /accounts/{id}/enable", May: admin, Do: d.setDisabled(false)},
		{Pattern: "POST /accounts/{id}/link", May: admin, Do: d.makeLink},
		{Pattern: "GET /accounts/{id}/role", May: admin, Do: d.showRole},
		{Pattern: "POST /accounts/{id}/role", May: admin, Do: d.saveRole},
		{Pattern: "GET /accounts/{id}/grants", May: admin, Do: d.showGrants},
		{Pattern: "POST /accounts/{id}/grants", May: admin, Do: d.addGrant},
		{Pattern: "POST /accounts/{id}/grants/{grant}/revoke", May: admin, Do: d.revokeGrant},
		{Pattern: "POST /accounts/{id}/sessions/end-all", May: admin, Do: d.endTheirSessions},
		{Pattern: "POST /accounts/{id}/second/reset", May: admin, Do: d.resetSecond},
		{Pattern: "GET /accounts/{id}/lend", May: admin, Do: d.showTheirLend},
		{Pattern: "POST /accounts/{id}/lend", May: admin, Do: d.lendForThem},
		{Pattern: "POST /accounts/{id}/lend/{lend}/end", May: admin, Do: d.endTheirLend},
	}
}

func (d *Door) visit(r *http.Request) auth.Visit {
	return auth.Visit{Address: web.Address(r), Agent: r.UserAgent(), Old: auth.Token(r, d.Secure)}
}

func (d *Door) token(r *http.Request) string { return auth.Token(r, d.Secure) }

// origin is this site as the reader's browser names it.
func (d *Door) origin(r *http.Request) string {
	if d.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// me is the reader; every route here that uses it is closed to strangers.
func me(r *http.Request) auth.User {
	u, _ := auth.Who(r.Context())
	return u
}

// pathID reads a number of the path.
func pathID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.NotFound, "web.fault.not_found")
	}
	return id, nil
}

func idText(n int64) string { return strconv.FormatInt(n, 10) }

func accountPath(id int64, what string) string { return "/accounts/" + idText(id) + what }

func roleText(ctx context.Context, r auth.Role) string { return web.T(ctx, "auth.role."+string(r)) }

func stateText(ctx context.Context, disabled bool) string {
	if disabled {
		return web.T(ctx, "auth.state.off")
	}
	return web.T(ctx, "auth.state.on")
}

// when is a moment as the reader's clock shows it.
func when(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return i18n.From(ctx).Arg(auth.Local(t))
}

func day(ctx context.Context, d calendar.Day) string {
	if d == auth.NoEnd {
		return web.T(ctx, "auth.grant.no_end")
	}
	return i18n.From(ctx).Arg(d)
}

// dayOf reads a day as people write it: 31/12/2026, or 31/12 of this year.
func (d *Door) dayOf(s string) (calendar.Day, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	year, _, _ := d.today().Date()
	from, to, ok := calendar.ReadDay(s, year)
	return from, ok && from == to
}

func dateError(ctx context.Context, field string) web.FieldError {
	return web.FieldError{Field: field, Text: web.T(ctx, "auth.fault.day")}
}

// scopeText names a scope of a token.
func scopeText(ctx context.Context, s string) string {
	key := "auth.scope." + strings.ReplaceAll(s, ":", ".")
	if p := i18n.From(ctx); p.Has(key) {
		return p.T(key)
	}
	return s
}

// placeText names a territory.
func (d *Door) placeText(ctx context.Context, scope string) string {
	if scope == auth.EverywhereScope {
		return web.T(ctx, "auth.scope_everywhere")
	}
	if d.PlaceName != nil {
		if n := d.PlaceName(scope); n != "" {
			return n
		}
	}
	return scope
}

func (d *Door) orgText(ctx context.Context, id int64) (string, error) {
	if id == 0 || d.OrgName == nil {
		return "", nil
	}
	return d.OrgName(ctx, id)
}

// unkept answers with what is shown once: no cache and no copy may hold it.
func unkept(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }
