package door

import (
	"context"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/web"
)

// What the screens say of accounts, put together from texts.

func passwordState(ctx context.Context, a auth.Account) string {
	if a.HasPassword {
		return web.T(ctx, "auth.password.set")
	}
	return web.T(ctx, "auth.password.none")
}

func passwordTitle(ctx context.Context, a auth.Account) string {
	if a.HasPassword {
		return web.T(ctx, "auth.password.change")
	}
	return web.T(ctx, "auth.password.first")
}

func factorsText(ctx context.Context, f auth.Factors) string {
	var parts []string
	if f.App {
		parts = append(parts, web.T(ctx, "auth.app.on"))
	}
	if f.Passkeys > 0 {
		parts = append(parts, web.T(ctx, "auth.passkeys.count", f.Passkeys))
	}
	if len(parts) == 0 {
		return web.T(ctx, "auth.second.off")
	}
	return strings.Join(parts, ", ")
}

func deviceText(ctx context.Context, s auth.Session) string {
	switch {
	case s.Browser != "" && s.On != "":
		return web.T(ctx, "auth.session.on", s.Browser, s.On)
	case s.Browser != "" || s.On != "":
		return s.Browser + s.On
	}
	return web.T(ctx, "auth.session.unknown")
}

// addressText shows that only the front of an address is kept.
func addressText(prefix string) string {
	if front, ok := strings.CutSuffix(prefix, ".0"); ok {
		return front + ".*"
	}
	if front, ok := strings.CutSuffix(prefix, "::"); ok && front != "" {
		return front + ":*"
	}
	return orDash(prefix)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func codeHint(ctx context.Context, p auth.Pending) string {
	if !p.Codes {
		return web.T(ctx, "auth.code.recovery_hint")
	}
	return web.T(ctx, "auth.code.hint")
}

func codesText(codes []string) string { return strings.Join(codes, "\n") }

func scopesText(ctx context.Context, scopes []string) string {
	var out []string
	for _, s := range scopes {
		out = append(out, scopeText(ctx, s))
	}
	return strings.Join(out, ", ")
}

func scopeOptions(ctx context.Context, scopes []string) (out []web.Option) {
	for _, s := range scopes {
		o := web.Option{Value: s, Label: scopeText(ctx, s)}
		if o.Label != s {
			o.Note = s
		}
		out = append(out, o)
	}
	return out
}

func roleOptions(ctx context.Context, roles []auth.Role) (out []web.Option) {
	for _, r := range roles {
		out = append(out, web.Option{Value: string(r), Label: roleText(ctx, r), Note: web.T(ctx, "auth.role.note."+string(r))})
	}
	return out
}

func roleNames(roles []auth.Role) (out []string) {
	for _, r := range roles {
		out = append(out, string(r))
	}
	return out
}

func placeRadios(ctx context.Context, found []Choice) []web.Option {
	all := web.Option{Value: auth.EverywhereScope, Label: web.T(ctx, "auth.scope_everywhere"), Note: web.T(ctx, "auth.scope_everywhere.note")}
	out := []web.Option{all}
	for _, o := range radios(found) {
		if o.Note != "" {
			o.Note = web.T(ctx, "auth.place.border_"+o.Note)
		}
		out = append(out, o)
	}
	return out
}

func inviteWhere(ctx context.Context, f inviteForm) string {
	if f.outside() {
		return web.T(ctx, "auth.invite.org")
	}
	return web.T(ctx, "auth.invite.place")
}

func linkTitle(ctx context.Context, v linkShown) string {
	if v.Invited {
		return web.T(ctx, "auth.link.invited")
	}
	return web.T(ctx, "auth.link")
}

func ownSummary(ctx context.Context, v ownShown) []web.Item {
	items := []web.Item{
		{Label: web.T(ctx, "auth.login"), Value: v.Account.Login, Num: true},
		{Label: web.T(ctx, "auth.role"), Value: roleText(ctx, v.Account.Role)},
	}
	if v.Org != "" {
		items = append(items, web.Item{Label: web.T(ctx, "auth.role.org"), Value: v.Org})
	}
	if v.Staff {
		where := web.T(ctx, "auth.territory.nowhere")
		if len(v.Places) > 0 {
			where = strings.Join(v.Places, "; ")
		}
		items = append(items, web.Item{Label: web.T(ctx, "auth.territory"), Value: where})
	}
	return append(items, web.Item{Label: web.T(ctx, "auth.password"), Value: passwordState(ctx, v.Account)})
}

func ownTasks(ctx context.Context, v ownShown) []web.Task {
	second := web.Tag("", "lock", web.T(ctx, "auth.second.off"))
	if v.Factors.Any() {
		second = web.Tag("good", "check", factorsText(ctx, v.Factors))
	}
	tasks := []web.Task{
		{Label: web.T(ctx, "auth.second"), Note: web.T(ctx, "auth.second.sub"), Href: "/account/second", Tag: second},
		{Label: web.T(ctx, "auth.tokens"), Note: web.T(ctx, "auth.tokens.sub"), Href: "/account/tokens"},
	}
	for _, l := range v.Also {
		tasks = append(tasks, web.Task{Label: web.T(ctx, l.Label), Note: web.T(ctx, l.Note), Href: l.Href})
	}
	if v.Staff {
		tasks = append(tasks, web.Task{Label: web.T(ctx, "auth.lend"), Note: web.T(ctx, "auth.lend.sub"), Href: "/account/lend"})
	}
	return tasks
}
