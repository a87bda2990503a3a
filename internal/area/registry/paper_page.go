package registry

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// paperShown is one line of the papers on an organisation's page.
type paperShown struct {
	Paper
	Name, Sub string
	State     PaperState
	Tag       string
	Icon      string
	Label     string
}

func paperName(ctx context.Context, kind string) string {
	p := i18n.From(ctx)
	if key := "catalog.paper." + kind; p.Has(key) {
		return p.T(key)
	}
	return kind
}

func (a *Area) paperOptions(ctx context.Context) []web.Option {
	os := []web.Option{{Label: web.T(ctx, "registry.paper.choose")}}
	for _, k := range a.paperKinds {
		os = append(os, web.Option{Value: k, Label: paperName(ctx, k)})
	}
	return os
}

func (a *Area) showPaper(ctx context.Context, p Paper) paperShown {
	on := a.today()
	pr := i18n.From(ctx)
	v := paperShown{Paper: p, Name: paperName(ctx, p.Kind), State: p.State(on)}
	var sub []string
	if p.Until != 0 {
		sub = append(sub, pr.T("registry.paper.until", p.Until))
	}
	if p.AreaM2 > 0 {
		sub = append(sub, pr.T("registry.paper.area", pr.Marks().Fixed(p.AreaM2, 4, 2)))
	}
	if p.Scope > 0 {
		sub = append(sub, pr.Arg(p.Scope))
	}
	for _, s := range []string{p.Number, p.Issuer} {
		if s != "" {
			sub = append(sub, s)
		}
	}
	v.Sub = strings.Join(sub, " · ")
	switch v.State {
	case PaperValid:
		v.Tag, v.Icon, v.Label = "good", "check", pr.T("registry.paper.valid")
	case PaperSoon:
		v.Tag, v.Icon, v.Label = "warn", "clock", pr.T("registry.paper.soon", int(p.Until-on))
	case PaperExpired:
		v.Tag, v.Icon, v.Label = "bad", "x", pr.T("registry.paper.expired")
	case PaperFuture:
		v.Tag, v.Icon, v.Label = "info", "clock", pr.T("registry.paper.future")
	default:
		v.Label = pr.T("registry.paper.open")
	}
	return v
}

var paperFields = []string{"paper_kind", "paper_number", "paper_scope", "paper_area", "paper_until", "paper_issuer"}

func (a *Area) addPaper(w http.ResponseWriter, r *http.Request) error {
	o, err := a.orgOf(r)
	if err != nil {
		return err
	}
	sent := map[string]string{}
	for _, f := range paperFields {
		sent[f] = strings.TrimSpace(r.PostFormValue(f))
	}
	p := Paper{Org: o.ID, Kind: sent["paper_kind"], Number: sent["paper_number"], Issuer: sent["paper_issuer"]}
	var bad fault.List
	wrong := func(col, key string) {
		bad = append(bad, fault.New(fault.Invalid, key, sent[col]).At(fault.Where{Col: col}))
	}
	if p.Kind != "" && !slices.Contains(a.paperKinds, p.Kind) {
		wrong("paper_kind", "registry.fault.paper_kind")
	}
	if s := sent["paper_scope"]; s != "" {
		if milli, ok := text.ParseNumber(s); ok && milli > 0 && milli <= int64(weight.Max/weight.Kilogram) {
			p.Scope = weight.Grams(milli) * weight.Kilogram // tonnes in thousandths
		} else {
			wrong("paper_scope", "registry.fault.scope")
		}
	}
	if s := sent["paper_area"]; s != "" {
		if milli, ok := text.ParseNumber(s); ok && milli > 0 && milli < 100_000_000 {
			p.AreaM2 = milli * 10 // hectares in thousandths
		} else {
			wrong("paper_area", "registry.fault.scope")
		}
	}
	if s := sent["paper_until"]; s != "" {
		year, _, _ := a.today().Date()
		if _, last, ok := calendar.ReadDay(s, year); ok {
			p.Until = last
		} else {
			wrong("paper_until", "registry.fault.day")
		}
	}
	if err = bad.Err(); err == nil {
		err = a.addPaperOnce(r, p)
	}
	if errs, ok := web.FormErrorsOf(r.Context(), err); ok {
		return a.renderOrg(w, r, o, http.StatusUnprocessableEntity, errs, sent)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "registry.paper.added", paperName(r.Context(), p.Kind)))
	return web.Redirect(w, r, orgPath(o.ID))
}

func (a *Area) removePaper(w http.ResponseWriter, r *http.Request) error {
	o, err := a.orgOf(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("paper"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "registry.fault.no_paper")
	}
	p, err := a.removePaperOnce(r, o.ID, id)
	if err != nil {
		return err
	}
	web.SetUndo(w, r, "good", web.T(r.Context(), "registry.paper.removed", paperName(r.Context(), p.Kind)), &web.Undo{
		Action: orgPath(o.ID) + "/papers/restore",
		Fields: map[string]string{
			"kind": p.Kind, "number": p.Number, "issuer": p.Issuer, "scope": versionText(int64(p.Scope)), "area": versionText(p.AreaM2),
			"from": versionText(int64(p.From)), "until": versionText(int64(p.Until)),
		},
	})
	return web.Redirect(w, r, orgPath(o.ID))
}

// restorePaper puts a paper back that was just taken away.
func (a *Area) restorePaper(w http.ResponseWriter, r *http.Request) error {
	o, err := a.orgOf(r)
	if err != nil {
		return err
	}
	num := func(name string) int64 {
		n, e := strconv.ParseInt(r.PostFormValue(name), 10, 64)
		if e != nil {
			err = fault.New(fault.Invalid, "registry.fault.no_paper")
		}
		return n
	}
	p := Paper{
		Org: o.ID, Kind: r.PostFormValue("kind"), Number: r.PostFormValue("number"), Issuer: r.PostFormValue("issuer"),
		Scope: weight.Grams(num("scope")), AreaM2: num("area"), From: calendar.Day(num("from")), Until: calendar.Day(num("until")),
	}
	if err == nil && !slices.Contains(a.paperKinds, p.Kind) {
		err = fault.New(fault.Invalid, "registry.fault.paper_kind")
	}
	if err == nil {
		err = a.addPaperOnce(r, p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "registry.paper.restored", paperName(r.Context(), p.Kind)))
	return web.Redirect(w, r, orgPath(o.ID))
}
