package board

import (
	"context"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// What the screens say, put together from texts.

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// when is a moment as the reader's clock shows it.
func when(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return i18n.From(ctx).Arg(auth.Local(t))
}

func code(d hook.Delivery) string {
	if d.Status == 0 {
		return "–"
	}
	return strconv.Itoa(d.Status)
}

func onOff(on bool) string {
	if on {
		return "/on"
	}
	return "/off"
}

func deliveryKind(s hook.DeliveryState) string {
	return map[hook.DeliveryState]string{hook.Delivered: "good", hook.Failed: "bad", hook.Waiting: "info"}[s]
}

func offNote(why hook.OffWhy) string {
	if why == hook.OffOwner {
		return "plain"
	}
	return "bad"
}

func listGrid(ctx context.Context, list []hook.Subscription) web.Grid {
	g := web.Grid{Label: web.T(ctx, "hook.title"), Cols: []web.Column{
		{Label: web.T(ctx, "hook.name")}, {Label: web.T(ctx, "hook.kinds")}, {Label: web.T(ctx, "hook.state")}, {Label: web.T(ctx, "hook.last")},
	}}
	for _, s := range list {
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: s.Name, Sub: s.Host(), Href: path(s.ID, "")},
			{Text: web.T(ctx, "hook.kinds.count", len(s.Kinds))},
			{Body: stateCell(s)},
			{Body: lastCell(s)},
		}})
	}
	return g
}

func allCols(ctx context.Context) []web.Column {
	return []web.Column{
		{Label: web.T(ctx, "hook.name")},
		{Label: web.T(ctx, "hook.account")},
		{Label: web.T(ctx, "hook.state")},
		{Label: web.T(ctx, "hook.last")},
		{Label: web.T(ctx, "hook.actions"), Hidden: true},
	}
}

func deliveryCols(ctx context.Context) []web.Column {
	return []web.Column{
		{Label: web.T(ctx, "hook.event")},
		{Label: web.T(ctx, "hook.when")},
		{Label: web.T(ctx, "hook.result")},
		{Label: web.T(ctx, "hook.code"), Num: true},
		{Label: web.T(ctx, "hook.tries"), Num: true},
		{Label: web.T(ctx, "hook.next")},
		{Label: web.T(ctx, "hook.actions"), Hidden: true},
	}
}

func summary(ctx context.Context, v shown) []web.Item {
	items := []web.Item{
		{Label: web.T(ctx, "hook.url"), Value: v.URL},
		{Label: web.T(ctx, "hook.kinds"), Value: kindsText(ctx, v.Kinds)},
		{Label: web.T(ctx, "hook.state"), Body: stateCell(v.Subscription)},
		{Label: web.T(ctx, "hook.secret"), Value: secretText(ctx, v)},
	}
	if v.On && v.Held.After(v.Now) {
		items = append(items, web.Item{Label: web.T(ctx, "hook.held"), Value: when(ctx, v.Held)})
	}
	return append(items, web.Item{Label: web.T(ctx, "hook.made"), Value: when(ctx, v.Created)})
}

func secretText(ctx context.Context, v shown) string {
	if v.OldUntil.After(v.Now) {
		return web.T(ctx, "hook.secret.both", when(ctx, v.OldUntil))
	}
	return web.T(ctx, "hook.secret.hidden")
}

func formPath(f form) string {
	if f.ID == 0 {
		return own + "/new"
	}
	return path(f.ID, "/edit")
}

func formBack(f form) string {
	if f.ID == 0 {
		return own
	}
	return path(f.ID, "")
}

func formButton(ctx context.Context, f form) string {
	if f.ID == 0 {
		return web.T(ctx, "hook.make")
	}
	return web.T(ctx, "hook.save")
}
