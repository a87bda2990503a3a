package market

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/weight"
)

// What people put above the market: «Ghim», «Không ghép», caps, preferences. Each has its
// reason; each plan says in đồng what each has cost.

func (a *Area) ruleRoutes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Admin, auth.Officer)
	return []web.Route{
		{Pattern: "GET /rules", May: staff, Do: a.listRules},
		{Pattern: "GET /rules/new", May: write, Do: a.newRule},
		{Pattern: "POST /rules/new", May: write, Do: a.addRule},
		{Pattern: "POST /rules/{id}/approve", May: auth.Only(auth.Leader), Do: a.stepRule("approve")},
		{Pattern: "POST /rules/{id}/end", May: write, Do: a.stepRule("end")},
		{Pattern: "POST /rules/{id}/restore", May: write, Do: a.stepRule("restore")},
	}
}

// ruleShown is one rule of the list.
type ruleShown struct {
	ID         RuleID
	Icon       string
	What       string
	Reason     string
	Made       string
	Approved   string // "" not yet
	Ended      string
	Cost       string
	Version    int64
	MayApprove bool
	MayEnd     bool
	MayRestore bool
}

type rulesPage struct {
	On, Off []ruleShown
	May     bool
}

var ruleIcon = map[RuleKind]string{RulePin: "pin", RuleBan: "ban", RuleCap: "scale", RuleBonus: "hand"}

func (a *Area) listRules(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	all, err := a.Store.Rules(ctx, viewerIn(ctx))
	if err != nil {
		return err
	}
	costs, err := a.ruleCosts(ctx)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	v := rulesPage{May: web.May(r, "/rules/new")}
	for i := range all {
		x := &all[i]
		s := ruleShown{
			ID: x.ID, Icon: ruleIcon[x.Kind], What: a.ruleWords(ctx, x), Reason: x.Reason, Version: x.Version,
			Made: a.whoAndWhen(ctx, x.MadeBy, PlanStep{At: x.MadeAt}), Cost: costs(x),
			MayApprove: x.On() && x.ApprovedBy == "" && u.Has(auth.Leader), MayEnd: x.On() && v.May, MayRestore: !x.On() && v.May,
		}
		if x.ApprovedBy != "" {
			s.Approved = a.whoAndWhen(ctx, x.ApprovedBy, PlanStep{At: x.ApprovedAt})
		}
		if x.On() {
			v.On = append(v.On, s)
		} else {
			s.Ended = a.whoAndWhen(ctx, x.EndedBy, PlanStep{At: x.EndedAt})
			v.Off = append(v.Off, s)
		}
	}
	return web.Render(w, r, web.Page{Title: web.T(ctx, "market.rule.title"), Nav: "plan", Crumbs: []web.Crumb{{Label: web.T(ctx, "market.plan.title"), Href: "/plan"}, {Label: web.T(ctx, "market.rule.title")}}}, rulesView(v))
}

// ruleWords says a rule as a sentence.
func (a *Area) ruleWords(ctx context.Context, x *Rule) string {
	p := i18n.From(ctx)
	switch x.Kind {
	case RulePin:
		return p.T("market.plan.pin", x.Seller+" ("+x.OfferRef+")", x.Buyer+" ("+x.DemandRef+")", amount(p, x.Doc.Min))
	case RuleBan:
		return p.T("market.plan.ban", x.Seller+" ("+x.OfferRef+")", x.Buyer+" ("+x.DemandRef+")")
	case RuleCap:
		return p.T("market.plan.cap", x.Seller, amount(p, x.Doc.Max), lower(a.Store.goodsName(x.Doc.Goods)))
	}
	return p.T("market.plan.bonus_"+string(x.Doc.Bonus), perKg(p, x.Doc.PerTonne))
}

// ruleCosts are what the newest plan says that each rule has cost; "" before a plan holds it.
func (a *Area) ruleCosts(ctx context.Context) (func(*Rule) string, error) {
	h, err := a.plans.open(ctx, a.Store, 0)
	if fault.CodeOf(err) == fault.NotFound {
		return func(*Rule) string { return "" }, nil
	}
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	said := map[string]string{}
	r := &h.In.Rules
	cost := func(rule string, i int) string { return h.ruleCost(p, rule, i) }
	for i, k := range r.Pins {
		said["pin "+k.Offer+" "+k.Demand] = cost("pin", i)
	}
	for i, k := range r.Bans {
		said["ban "+k.Offer+" "+k.Demand] = cost("ban", i)
	}
	for i, k := range r.Caps {
		said["cap "+h.names.party[k.Party].Name+" "+k.Commodity] = cost("cap", i)
	}
	for i, k := range r.Bonuses {
		said["bonus "+string(k.Kind)] = cost("bonus", i)
	}
	return func(x *Rule) string {
		switch x.Kind {
		case RuleCap:
			return said["cap "+x.Seller+" "+x.Doc.Goods]
		case RuleBonus:
			return said["bonus "+string(x.Doc.Bonus)]
		}
		return said[string(x.Kind)+" "+x.OfferRef+" "+x.DemandRef]
	}, nil
}

// ruleForm is the form of a new rule.
type ruleForm struct {
	Kind   RuleKind
	Offer  web.Control
	Demand web.Control
	Amount web.Control
	Bonus  web.Control
	Reason web.Control
	Errors web.FormErrors
	Kinds  []web.Action
	Back   string // where people came from, "" from the list
}

func (a *Area) ruleForm(ctx context.Context, kind RuleKind, q url.Values) ruleForm {
	p := i18n.From(ctx)
	f := ruleForm{Kind: kind}
	f.Offer = web.Control{Name: "offer", Label: p.T("market.rule.offer"), Hint: p.T("market.rule.offer_hint"), Value: strings.TrimSpace(q.Get("offer")), Width: "m"}
	f.Demand = web.Control{Name: "demand", Label: p.T("market.rule.demand"), Hint: p.T("market.rule.demand_hint"), Value: strings.TrimSpace(q.Get("demand")), Width: "m"}
	f.Amount = web.Control{Name: "amount", Label: p.T("market.rule.amount_" + string(kind)), Type: "number", Value: strings.TrimSpace(q.Get("amount")), Width: "s", Suffix: p.T("market.rule.unit_" + string(kind))}
	f.Bonus = web.Control{Name: "bonus", Label: p.T("market.rule.bonus"), Type: "radio", Value: q.Get("bonus"), Options: []web.Option{
		{Value: string(BonusPoor), Label: p.T("market.rule.bonus_poor")}, {Value: string(BonusSmall), Label: p.T("market.rule.bonus_small")},
	}}
	f.Reason = web.Control{Name: "reason", Label: p.T("market.rule.reason"), Hint: p.T("market.rule.reason_hint"), Type: "area", Value: q.Get("reason")}
	if b := ruleBack(q.Get("back")); b != "/rules" {
		f.Back = b
		return f
	}
	for _, k := range RuleKinds {
		if k != kind {
			f.Kinds = append(f.Kinds, web.Action{Label: p.T("market.rule.kind_" + string(k)), Icon: ruleIcon[k], Kind: "quiet", Href: "/rules/new?kind=" + string(k)})
		}
	}
	return f
}

func ruleKindOf(s string) RuleKind {
	if k := RuleKind(s); slices.Contains(RuleKinds, k) {
		return k
	}
	return RulePin
}

func (a *Area) newRule(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return a.renderRule(w, r, a.ruleForm(r.Context(), ruleKindOf(q.Get("kind")), q))
}

func (a *Area) renderRule(w http.ResponseWriter, r *http.Request, f ruleForm) error {
	ctx := r.Context()
	title := web.T(ctx, "market.rule.kind_"+string(f.Kind))
	page := web.Page{Title: title, Nav: "plan", Crumbs: []web.Crumb{{Label: web.T(ctx, "market.rule.title"), Href: "/rules"}, {Label: title}}}
	if len(f.Errors) > 0 {
		page.Status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, page, ruleFormView(title, f))
}

// addRule reads the form and writes the rule.
func (a *Area) addRule(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "web.fault.form")
	}
	kind := ruleKindOf(r.PostFormValue("kind"))
	f := a.ruleForm(ctx, kind, r.PostForm)
	n := NewRule{Kind: kind, Reason: strings.TrimSpace(f.Reason.Value)}
	refuse := func(c *web.Control, key string, args ...any) {
		c.Error = web.T(ctx, key, args...)
		f.Errors = append(f.Errors, web.FieldError{Field: c.Name, Text: c.Error})
	}
	view := viewerIn(ctx)
	inside := view.Sight.Everywhere()
	find := func(side Side, c *web.Control) (e Entry) {
		e, seen, err := a.Store.EntryByRef(ctx, view, side, strings.ToUpper(c.Value))
		if err != nil {
			refuse(c, "market.fault.rule_ref")
		}
		inside = inside || seen
		return e
	}
	switch kind {
	case RulePin, RuleBan:
		o, d := find(SideOffer, &f.Offer), find(SideDemand, &f.Demand)
		n.Offer, n.Demand = o.ID, d.ID
		if o.ID != 0 && d.ID != 0 && o.Commodity() != d.Commodity() {
			refuse(&f.Demand, "market.fault.rule_goods")
		}
		if kind == RulePin {
			least := min(o.Grams(), d.Grams())
			if n.Doc.Min = tonnesIn(f.Amount.Value); n.Doc.Min <= 0 || o.ID != 0 && d.ID != 0 && n.Doc.Min > least {
				refuse(&f.Amount, "market.fault.rule_pin", amount(i18n.From(ctx), max(least, 0)))
			}
		}
	case RuleCap:
		o := find(SideOffer, &f.Offer)
		n.Doc.Org, n.Doc.Goods = o.Org, o.Commodity()
		if n.Doc.Max = tonnesIn(f.Amount.Value); n.Doc.Max <= 0 {
			refuse(&f.Amount, "market.fault.rule_tonnes")
		}
	case RuleBonus:
		n.Doc.Bonus = BonusKind(f.Bonus.Value)
		if n.Doc.Bonus != BonusPoor && n.Doc.Bonus != BonusSmall {
			refuse(&f.Bonus, "market.fault.rule_bonus")
		}
		milli, ok := text.ParseNumber(f.Amount.Value)
		if n.Doc.PerTonne = money.PerTonne(milli); !ok || milli <= 0 || milli%1000 != 0 || n.Doc.PerTonne > MaxBonus {
			refuse(&f.Amount, "market.fault.rule_bonus_most", int64(MaxBonus/1000))
		}
	}
	if !inside && kind != RuleBonus {
		refuse(&f.Offer, "market.fault.rule_ref")
	}
	if kind == RuleBonus && !view.Sight.Everywhere() {
		return fault.New(fault.Forbidden, "market.fault.rule_all")
	}
	if len([]rune(n.Reason)) < 3 || len([]rune(n.Reason)) > MaxNote {
		refuse(&f.Reason, "market.fault.rule_reason")
	}
	if len(f.Errors) > 0 {
		return a.renderRule(w, r, f)
	}
	u, _ := auth.Who(ctx)
	err := a.Store.makeRule(ctx, claimOf(r), u.Actor(), n)
	if fault.CodeOf(err) == fault.Conflict {
		refuse(&f.Offer, "market.fault.rule_already")
		return a.renderRule(w, r, f)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "market.rule.added"))
	return web.Redirect(w, r, ruleBack(f.Back))
}

// tonnesIn reads tonnes as people write them; 0 is none.
func tonnesIn(s string) weight.Grams {
	milli, ok := text.ParseNumber(s)
	if !ok || milli <= 0 || milli > 100_000_000 {
		return 0
	}
	return weight.Grams(milli) * weight.Kilogram
}

// stepRule approves, ends or restores a rule.
func (a *Area) stepRule(act string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		id, err := numbered(r, "id", "market.fault.no_rule")
		if err != nil {
			return err
		}
		version, err := web.RowVersion(r)
		if err != nil {
			return err
		}
		u, _ := auth.Who(ctx)
		by := u.Actor()
		if act == "approve" {
			by = u.As(auth.Leader).Actor()
		}
		ok, err := a.Store.moveRule(ctx, claimOf(r), act, by, viewerIn(ctx), RuleID(id), version)
		if err != nil {
			return err
		}
		back := ruleBack(r.PostFormValue("back"))
		if !ok {
			return &web.Stale{Back: back}
		}
		if act == "end" {
			web.SetUndo(w, r, "good", web.T(ctx, "market.rule.done_end"), &web.Undo{
				Action: fmt.Sprintf("/rules/%d/restore", id), Fields: map[string]string{web.VersionField: strconv.FormatInt(version+1, 10), "back": back},
			})
		} else {
			web.SetFlash(w, r, "good", web.T(ctx, "market.rule.done_"+act))
		}
		return web.Redirect(w, r, back)
	}
}
