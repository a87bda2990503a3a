// Package board is the screens of webhooks: one's own with what was delivered, and everybody's
// for administrators. It is not what delivers them; that is base/hook.
package board

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of these screens.
//
//go:embed text/*.json
var Texts embed.FS

// Board serves the screens.
type Board struct {
	Hooks    *hook.Hooks
	Sessions *auth.Sessions
	Secure   bool
	Now      func() time.Time
}

// Routes lists them.
func (b *Board) Routes() []web.Route {
	admin := auth.Only(auth.Admin)
	return []web.Route{
		{Pattern: "GET /account/webhooks", May: auth.SignedIn, Do: b.list},
		{Pattern: "GET /account/webhooks/new", May: auth.SignedIn, Do: b.proved(b.showNew)},
		{Pattern: "POST /account/webhooks/new", May: auth.SignedIn, Do: b.proved(b.add)},
		{Pattern: "GET /account/webhooks/{id}", May: auth.SignedIn, Do: b.show},
		{Pattern: "GET /account/webhooks/{id}/edit", May: auth.SignedIn, Do: b.proved(b.showEdit)},
		{Pattern: "POST /account/webhooks/{id}/edit", May: auth.SignedIn, Do: b.proved(b.change)},
		{Pattern: "POST /account/webhooks/{id}/rotate", May: auth.SignedIn, Do: b.proved(b.rotate)},
		{Pattern: "POST /account/webhooks/{id}/on", May: auth.SignedIn, Do: b.set(true)},
		{Pattern: "POST /account/webhooks/{id}/off", May: auth.SignedIn, Do: b.set(false)},
		{Pattern: "POST /account/webhooks/{id}/ping", May: auth.SignedIn, Do: b.ping},
		{Pattern: "POST /account/webhooks/{id}/delete", May: auth.SignedIn, Do: b.remove},
		{Pattern: "POST /account/webhooks/{id}/restore", May: auth.SignedIn, Do: b.restore},
		{Pattern: "POST /account/webhooks/{id}/deliveries/{delivery}/again", May: auth.SignedIn, Do: b.again},

		{Pattern: "GET /accounts/webhooks", May: admin, Do: b.listAll},
		{Pattern: "POST /accounts/webhooks/{id}/on", May: admin, Do: b.setAny(true)},
		{Pattern: "POST /accounts/webhooks/{id}/off", May: admin, Do: b.setAny(false)},
	}
}

const (
	own      = "/account/webhooks"
	all      = "/accounts/webhooks"
	pageSize = 20
)

func path(id int64, what string) string { return own + "/" + strconv.FormatInt(id, 10) + what }

// me is the reader; every route here is closed to strangers.
func me(r *http.Request) auth.User {
	u, _ := auth.Who(r.Context())
	return u
}

func number(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.NotFound, "hook.fault.none")
	}
	return id, nil
}

// claim is the request's idempotency key as the store writes it.
func claim(r *http.Request) hook.Claim {
	return func(tx *db.Tx) error { return web.Claim(r, tx) }
}

// proved lets through only soon after the person showed who he is: where to events go, and
// with which key, outlives a session.
func (b *Board) proved(do web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ok, err := b.Sessions.Proved(r.Context(), auth.Token(r, b.Secure))
		if err != nil {
			return err
		}
		if !ok {
			to := r.URL.Path
			if r.Method != http.MethodGet {
				to = own
			}
			return web.Redirect(w, r, "/account/again?to="+url.QueryEscape(to))
		}
		return do(w, r)
	}
}

func (b *Board) page(r *http.Request, title string, more ...web.Crumb) web.Page {
	ctx := r.Context()
	return web.Page{Title: title, Nav: "account", Crumbs: append([]web.Crumb{
		{Label: web.T(ctx, "hook.mine"), Href: "/account"}, {Label: web.T(ctx, "hook.title"), Href: own},
	}, more...)}
}

func (b *Board) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := b.Hooks.List(ctx, me(r).ID)
	if err != nil {
		return err
	}
	p := b.page(r, web.T(ctx, "hook.title"))
	p.Crumbs[1].Href = ""
	return web.Render(w, r, p, listView(list))
}

func (b *Board) listAll(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := b.Hooks.List(ctx, 0)
	if err != nil {
		return err
	}
	title := web.T(ctx, "hook.all")
	p := web.Page{Title: title, Nav: "accounts", Crumbs: []web.Crumb{{Label: web.T(ctx, "hook.accounts"), Href: "/accounts"}, {Label: title}}}
	return web.Render(w, r, p, allView(list))
}

// shown is one webhook with its deliveries.
type shown struct {
	hook.Subscription
	Deliveries []hook.Delivery
	Older      string
	Now        time.Time
}

func (b *Board) show(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	v := shown{Now: b.Now()}
	if v.Subscription, err = b.Hooks.One(ctx, u.ID, id); err != nil {
		return err
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	var more bool
	if v.Deliveries, more, err = b.Hooks.Deliveries(ctx, u.ID, id, max(before, 0), pageSize); err != nil {
		return err
	}
	if more {
		v.Older = path(id, "?before="+strconv.FormatInt(v.Deliveries[len(v.Deliveries)-1].ID, 10)+"#deliveries")
	}
	p := b.page(r, v.Name, web.Crumb{Label: v.Name})
	if before <= 0 && len(v.Deliveries) > 0 && onItsWay(v.Deliveries[0], v.Now) {
		p.Again = 2
	}
	return web.Render(w, r, p, showView(v))
}

// onItsWay reports whether a delivery will be tried at any moment: its page looks again.
func onItsWay(d hook.Delivery, now time.Time) bool {
	return d.State == hook.Waiting && d.Tries == 0 && now.Sub(d.Next) < 30*time.Second
}

func kindText(ctx context.Context, k hook.Kind) string { return web.T(ctx, "hook.kind."+string(k)) }
