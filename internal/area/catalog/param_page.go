package catalog

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// paramsShown is the page of dated figures.
type paramsShown struct {
	Now, Past web.Grid
	May       bool
	Form      map[string]string
	Errs      web.FormErrors
	Keys      []web.Option
}

var paramFields = []string{"param_key", "param_scope", "param_value", "param_from", "param_to", "param_source", "param_confidence"}

func (a *Area) listParams(w http.ResponseWriter, r *http.Request) error {
	return a.renderParams(w, r, 0, nil, nil)
}

func (a *Area) renderParams(w http.ResponseWriter, r *http.Request, status int, errs web.FormErrors, form map[string]string) error {
	ctx := r.Context()
	own, err := a.Params(ctx)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	v := paramsShown{May: u.Has(auth.Officer) || u.Has(auth.Admin), Form: form, Errs: errs}
	on := a.today()
	all := slices.Concat(own, a.Catalog.Params())
	slices.SortStableFunc(all, func(x, y Param) int {
		if c := strings.Compare(x.Key, y.Key); c != 0 {
			return c
		}
		if len(x.Scope) != len(y.Scope) {
			return len(x.Scope) - len(y.Scope) // numbers by size
		}
		return strings.Compare(x.Scope, y.Scope)
	})
	v.Now, v.Past = a.paramGrid(ctx, "catalog.params.now"), a.paramGrid(ctx, "catalog.params.past")
	for _, p := range all {
		best, _ := a.Catalog.ParamOn(own, p.Key, p.Scope, on)
		to := &v.Past
		if p == best {
			to = &v.Now
		}
		to.Rows = append(to.Rows, a.paramRow(ctx, p))
		if o := (web.Option{Value: p.Key, Label: paramName(ctx, p.Key)}); !slices.Contains(v.Keys, o) {
			v.Keys = append(v.Keys, o)
		}
	}
	page := web.Page{Title: web.T(ctx, "catalog.params"), Nav: "params", Status: status}
	return web.Render(w, r, page, paramsView(v))
}

func (a *Area) paramGrid(ctx context.Context, label string) web.Grid {
	t := func(key string) string { return web.T(ctx, key) }
	return web.Grid{Label: t(label), Cols: []web.Column{
		{Label: t("catalog.param_key")}, {Label: t("catalog.param_scope")}, {Label: t("catalog.param_value"), Num: true}, {Label: t("catalog.params.holds")}, {Label: t("catalog.param_source")},
	}}
}

// paramName is a figure in words; one that has none shows its key.
func paramName(ctx context.Context, key string) string {
	p := i18n.From(ctx)
	if k := "catalog.param." + strings.ReplaceAll(key, ".", "_"); p.Has(k) {
		return p.T(k)
	}
	return key
}

func (a *Area) paramRow(ctx context.Context, x Param) web.Row {
	p := i18n.From(ctx)
	unit := x.Unit
	if k := "catalog.param_unit." + strings.NewReplacer(" ", "_", "/", "_").Replace(strings.ToLower(unit)); p.Has(k) {
		unit = p.T(k)
	}
	holds := p.T("catalog.params.from", x.From)
	if x.To != 0 {
		holds = p.Arg(x.From) + " – " + p.Arg(x.To)
	}
	sub, source := p.T("catalog.params.built_in"), a.say(ctx, x.Source)
	if x.ID != 0 {
		source = x.Source
		sub = x.Confidence
		if p.Has("catalog.confidence." + x.Confidence) {
			sub = p.T("catalog.confidence." + x.Confidence)
		}
	}
	scope := x.Scope
	if x.Key == "freight.per_km" {
		scope = p.T("catalog.params.lorry", x.Scope)
	}
	return web.Row{Cells: []web.Cell{
		{Text: paramName(ctx, x.Key)}, {Text: scope}, {Text: p.Arg(x.Value) + " " + unit, NoWrap: true}, {Text: holds}, {Text: source, Sub: sub},
	}}
}

func (a *Area) addParamPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	sent := map[string]string{}
	for _, f := range paramFields {
		sent[f] = strings.TrimSpace(text.NFC(r.PostFormValue(f)))
	}
	var bad fault.List
	wrong := func(col string) {
		bad = append(bad, fault.New(fault.Invalid, "catalog.fault."+col, sent[col]).At(fault.Where{Col: col}))
	}
	p := Param{Key: sent["param_key"], Scope: sent["param_scope"], Source: sent["param_source"], Confidence: sent["param_confidence"]}
	known := slices.IndexFunc(a.Catalog.Params(), func(x Param) bool { return x.Key == p.Key })
	if known < 0 {
		wrong("param_key")
	} else {
		p.Unit = a.Catalog.Params()[known].Unit
	}
	if milli, ok := text.ParseNumber(sent["param_value"]); ok && milli >= 0 && milli%1000 == 0 && milli < 1e15 {
		p.Value = milli / 1000
	} else {
		wrong("param_value")
	}
	if p.Key == "freight.per_km" {
		milli, ok := text.ParseNumber(p.Scope)
		if !ok || milli <= 0 || milli%1000 != 0 || milli > 100_000_000 {
			wrong("param_scope")
		}
		p.Scope = i18n.From(ctx).Arg(i18n.Plain(milli / 1000))
	} else if len([]rune(p.Scope)) > 100 {
		wrong("param_scope")
	}
	year, _, _ := a.today().Date()
	if first, _, ok := calendar.ReadDay(sent["param_from"], year); ok {
		p.From = first
	} else {
		wrong("param_from")
	}
	if sent["param_to"] != "" {
		_, last, ok := calendar.ReadDay(sent["param_to"], year)
		if p.To = last; !ok || p.From != 0 && last < p.From {
			wrong("param_to")
		}
	}
	if p.Source == "" || len([]rune(p.Source)) > 300 {
		wrong("param_source")
	}
	if !slices.Contains(Confidences, p.Confidence) {
		wrong("param_confidence")
	}
	err := bad.Err()
	if err == nil {
		err = a.addParamOnce(r, p)
	}
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		return a.renderParams(w, r, http.StatusUnprocessableEntity, errs, sent)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "catalog.params.added", paramName(ctx, p.Key)))
	return web.Redirect(w, r, "/params")
}

func (v paramsShown) control(ctx context.Context, name string, c web.Control) web.Control {
	c.Name, c.Label, c.Error = name, web.T(ctx, "catalog."+name), v.Errs.Of(name)
	if s, ok := v.Form[name]; ok {
		c.Value = s
	}
	if key := "catalog.hint." + name; i18n.From(ctx).Has(key) {
		c.Hint = web.T(ctx, key)
	}
	return c
}
