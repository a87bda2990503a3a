package door

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/web"
)

// The administrator's list of accounts, the rules for all, and the territories that somebody
// must look at.

const rosterSize = 50

type rosterShown struct {
	Lines  []auth.RosterLine
	Orgs   []string
	Total  int
	Query  auth.RosterQuery
	Ended  int // grants on units that are gone
	Also   []Link
	values url.Values
}

func (d *Door) now() time.Time {
	if d.Now == nil {
		return time.Now()
	}
	return d.Now()
}

func (d *Door) today() calendar.Day { return auth.Today(d.now()) }

// adminPage is the frame of a page below the list of accounts.
func (d *Door) adminPage(r *http.Request, key string, status int) web.Page {
	ctx := r.Context()
	return web.Page{
		Title: web.T(ctx, key), Nav: "accounts", Status: status,
		Crumbs: []web.Crumb{{Label: web.T(ctx, "auth.accounts"), Href: "/accounts"}, {Label: web.T(ctx, key)}},
	}
}

func (d *Door) listAccounts(w http.ResponseWriter, r *http.Request) (err error) {
	ctx := r.Context()
	page, _ := strconv.Atoi(r.FormValue("page"))
	q := auth.RosterQuery{Text: r.FormValue("q"), Role: auth.Role(r.FormValue("role")), Off: r.FormValue("state"), Sort: r.FormValue("sort"), Page: max(page, 1), Size: rosterSize}
	if !slices.Contains(auth.RosterSorts, q.Sort) {
		q.Sort = auth.RosterSorts[0]
	}
	if q.Off != "on" && q.Off != "off" {
		q.Off = ""
	}
	if !q.Role.Known() {
		q.Role = ""
	}
	v := rosterShown{Query: q, Also: d.AlsoAll, values: url.Values{}}
	for name, value := range map[string]string{"q": q.Text, "role": string(q.Role), "state": q.Off, "sort": q.Sort} {
		if value != "" && !(name == "sort" && value == auth.RosterSorts[0]) {
			v.values.Set(name, value)
		}
	}
	if v.Lines, v.Total, err = d.Accounts.Roster(ctx, q); err != nil {
		return err
	}
	for _, l := range v.Lines {
		name, err := d.orgText(ctx, l.Org)
		if err != nil {
			return err
		}
		v.Orgs = append(v.Orgs, name)
	}
	ended, err := d.Accounts.EndedGrants(ctx, d.hasEnded)
	if err != nil {
		return err
	}
	v.Ended = len(ended)
	p := web.Page{Title: web.T(ctx, "auth.accounts"), Nav: "accounts"}
	return web.Render(w, r, p, accountsView(v))
}

// with is the list's address with one thing changed; "" takes it out. Another order or
// condition starts at the first page.
func (v rosterShown) with(name, value string) string {
	q := url.Values{}
	for k, vs := range v.values {
		q[k] = vs
	}
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return "/accounts"
	}
	return "/accounts?" + q.Encode()
}

// order is a column's link and how the list is sorted by it now.
func (v rosterShown) order(by string) (href, sorted string) {
	switch v.Query.Sort {
	case by:
		return v.with("sort", "-"+by), "ascending"
	case "-" + by:
		return v.with("sort", by), "descending"
	}
	return v.with("sort", by), ""
}

func (d *Door) hasEnded(scope string, on calendar.Day) bool {
	if d.PlaceEnded == nil {
		return false
	}
	_, ended := d.PlaceEnded(scope, on)
	return ended
}

// endedShown is one line of the work list.
type endedShown struct {
	Grant auth.Grant
	Place string
	Next  string // what took the unit over
}

func (d *Door) showEnded(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	all, err := d.Accounts.EndedGrants(ctx, d.hasEnded)
	if err != nil {
		return err
	}
	var out []endedShown
	for _, g := range all {
		next, _ := d.PlaceEnded(g.Scope, d.today())
		var names []string
		for _, n := range next {
			names = append(names, n.Label)
		}
		out = append(out, endedShown{g, d.placeText(ctx, g.Scope), strings.Join(names, ", ")})
	}
	return web.Render(w, r, d.adminPage(r, "auth.ended", 0), endedView(out))
}

func (d *Door) showRules(w http.ResponseWriter, r *http.Request) error {
	roles, err := d.Accounts.FactorRoles(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, d.adminPage(r, "auth.rules", 0), rulesView(roles))
}

func (d *Door) saveRules(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	var roles []auth.Role
	for _, s := range r.PostForm["roles"] {
		roles = append(roles, auth.Role(s))
	}
	if err := d.Accounts.SetFactorRoles(r.Context(), me(r).Actor(), roles); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "auth.rules.saved"))
	return web.Redirect(w, r, "/accounts")
}
