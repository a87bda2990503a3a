package app

import (
	"net/netip"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/auth/door"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/hook/board"
	"github.com/lienket/lienket/internal/base/jobs"
)

// newHooks tells other software of what areas emit. nets are networks that receivers may lie
// in, beyond public addresses.
func newHooks(c Config, queue *jobs.Queue, accounts *auth.Accounts, nets []netip.Prefix) *hook.Hooks {
	h := hook.New(c.DB, queue, c.Log, hook.Config{Allow: hook.AllowNets(nets), Version: c.Version})
	h.Key = accounts.Key
	return h
}

// showHooks are its screens, and the ways to them.
func showHooks(c Config, h *hook.Hooks, d *door.Door) *board.Board {
	d.Also = append(d.Also, door.Link{Label: "hook.title", Note: "hook.sub", Href: "/account/webhooks"})
	d.AlsoAll = append(d.AlsoAll, door.Link{Label: "hook.title", Href: "/accounts/webhooks"})
	return &board.Board{Hooks: h, Sessions: d.Accounts.Sessions, Secure: c.Secure, Now: c.Now}
}
