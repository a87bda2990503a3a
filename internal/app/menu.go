package app

import "github.com/lienket/lienket/internal/base/web"

// menu is the side menu for everybody; each person sees the entries whose page exists and
// that they may open. Entries with a Short stand in the phone's bar too.
var menu = []web.MenuGroup{
	{Key: "app.menu.daily", Items: []web.MenuItem{
		{ID: "me", Href: "/me", Icon: "home", Key: "app.menu.me", Short: "app.menu.me"},
		{ID: "desk", Href: "/desk", Icon: "home", Key: "app.menu.desk", Short: "app.menu.desk.short"},
		{ID: "plan", Href: "/plan", Icon: "plan", Key: "app.menu.plan", Short: "app.menu.plan.short"},
		{ID: "report", Href: "/reports/week", Icon: "chart", Key: "app.menu.report"},
		{ID: "offers", Href: "/offers", Icon: "offer", Key: "app.menu.offers", Short: "app.menu.offers", Go: true},
		{ID: "demands", Href: "/demands", Icon: "need", Key: "app.menu.demands", Short: "app.menu.demands", Go: true},
		{ID: "questions", Href: "/questions", Icon: "alert", Key: "app.menu.questions"},
		{ID: "upload", Href: "/upload", Icon: "up", Key: "app.menu.upload"},
		{ID: "rounds", Href: "/rounds", Icon: "doc", Key: "app.menu.rounds"},
	}},
	{Key: "app.menu.books", Items: []web.MenuItem{
		{ID: "organisations", Href: "/organisations", Icon: "people", Key: "app.menu.organisations", Short: "app.menu.organisations.short"},
		{ID: "commodities", Href: "/commodities", Icon: "leaf", Key: "app.menu.commodities"},
		{ID: "params", Href: "/params", Icon: "scale", Key: "app.menu.params"},
		{ID: "places", Href: "/places", Icon: "map", Key: "app.menu.places"},
	}},
	{Key: "app.menu.settings", Items: []web.MenuItem{
		{ID: "account", Href: "/account", Icon: "user", Key: "app.menu.account"},
		{ID: "accounts", Href: "/accounts", Icon: "lock", Key: "app.menu.accounts"},
		{ID: "notices", Href: "/notices", Icon: "bell", Key: "app.menu.notices"},
		{ID: "system", Href: "/system", Icon: "scale", Key: "app.menu.system"},
		{ID: "audit", Href: "/audit", Icon: "search", Key: "app.menu.audit"},
		{ID: "jobs", Href: "/jobs", Icon: "clock", Key: "app.menu.jobs"},
		{ID: "parts", Href: "/dev/parts", Icon: "chart", Key: "app.menu.parts"},
	}},
}
