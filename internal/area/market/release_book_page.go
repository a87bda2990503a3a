package market

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// «Lập phương án»: the book as it stands is frozen and its plan is made, by one button.

// freezeShown is the form.
type freezeShown struct {
	Label   web.Control
	Goods   web.Control
	From    web.Control
	Horizon web.Control
	Errors  web.FormErrors
	Sub     string
	Empty   bool // the book holds nothing that a plan could be made of
	Running int64
}

// longestLabel bounds a round's name in characters.
const longestLabel = 120

// bookChoices are the goods of which the book holds both an offer and a demand, by name.
func (a *Area) bookChoices(ctx context.Context, v Viewer) (out []web.Option, err error) {
	offered, _, err := a.Store.EntryChoices(ctx, v, SideOffer)
	if err != nil {
		return nil, err
	}
	wanted, _, err := a.Store.EntryChoices(ctx, v, SideDemand)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	for _, code := range offered {
		if !slices.Contains(wanted, code) {
			continue
		}
		label := code
		if c, ok := a.catalog.ByCode(code); ok {
			label = c.NameVI
			if p.Lang() == i18n.EN && c.NameEN != "" {
				label = c.NameEN
			}
		}
		out = append(out, web.Option{Value: code, Label: label})
	}
	return out, nil
}

// freezeForm fills the form: today, the usual horizon, all goods.
func (a *Area) freezeForm(ctx context.Context) (v freezeShown, err error) {
	p := i18n.From(ctx)
	u, _ := auth.Who(ctx)
	view := ViewerOf(u)
	goods, err := a.bookChoices(ctx, view)
	if err != nil {
		return v, err
	}
	v.Empty = len(goods) == 0
	from, err := a.bookStart(ctx, view)
	if err != nil {
		return v, err
	}
	v.Label = web.Control{Name: "label", Label: p.T("market.book.label"), Value: p.T("market.book.label_value", i18n.Plain(from.Week().Number), i18n.Plain(from.Week().Year)), Width: "l"}
	v.Goods = web.Control{Name: "goods", Label: p.T("market.book.goods"), Hint: p.T("market.book.goods_hint"), Type: "checks", Options: goods, Optional: true}
	v.From = web.Control{Name: "from", Label: p.T("market.book.from"), Value: calendar.FormatVI(from), Type: "date", Width: "m"}
	v.Horizon = web.Control{Name: "horizon", Label: p.T("market.book.horizon"), Hint: p.T("market.book.horizon_hint"), Value: calendar.FormatVI(from + DefaultHorizon), Type: "date", Width: "m"}
	return v, nil
}

// bookStart is the day a plan begins: today, or where the book lies wholly in other days
// (a season of the past that is shown), the first day of what it holds.
func (a *Area) bookStart(ctx context.Context, v Viewer) (calendar.Day, error) {
	today := a.today()
	f := EntryFilter{Side: SideOffer, Viewer: v, State: EntryOpen, Over: calendar.Period{From: today, To: today + DefaultHorizon}, Size: 1}
	_, n, err := a.Store.Entries(ctx, f)
	if err != nil || n.Rows > 0 {
		return today, err
	}
	f.Over, f.Sort = calendar.Period{}, "from"
	first, _, err := a.Store.Entries(ctx, f)
	if err != nil || len(first) == 0 {
		return today, err
	}
	return first[0].Days().From, nil
}

func (a *Area) newPlan(w http.ResponseWriter, r *http.Request) error {
	v, err := a.freezeForm(r.Context())
	if err != nil {
		return err
	}
	return a.renderFreeze(w, r, v)
}

func (a *Area) renderFreeze(w http.ResponseWriter, r *http.Request, v freezeShown) error {
	ctx := r.Context()
	page := web.Page{Title: web.T(ctx, "market.book.title"), Nav: "plan", Crumbs: []web.Crumb{{Label: web.T(ctx, "market.plan.title"), Href: "/plan"}, {Label: web.T(ctx, "market.book.title")}}}
	if len(v.Errors) > 0 {
		page.Status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, page, freezePage(v))
}

// makePlan freezes the book and starts the run.
func (a *Area) makePlan(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := a.freezeForm(ctx)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	view := ViewerOf(u)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "web.fault.form")
	}
	v.Label.Value = strings.TrimSpace(r.PostFormValue("label"))
	v.From.Value, v.Horizon.Value = strings.TrimSpace(r.PostFormValue("from")), strings.TrimSpace(r.PostFormValue("horizon"))
	for _, code := range r.PostForm["goods"] {
		if slices.ContainsFunc(v.Goods.Options, func(o web.Option) bool { return o.Value == code }) && !slices.Contains(v.Goods.Values, code) {
			v.Goods.Values = append(v.Goods.Values, code)
		}
	}
	slices.Sort(v.Goods.Values)
	spec := FreezeSpec{Label: v.Label.Value, Params: DefaultParams(), Viewer: view, Home: a.homeName()}
	if len(v.Goods.Values) > 0 && len(v.Goods.Values) < len(v.Goods.Options) {
		spec.Goods = v.Goods.Values
	}
	refuse := func(c *web.Control, key string, args ...any) {
		c.Error = web.T(ctx, key, args...)
		v.Errors = append(v.Errors, web.FieldError{Field: c.Name, Text: c.Error})
	}
	if n := len([]rune(spec.Label)); n == 0 || n > longestLabel {
		refuse(&v.Label, "market.fault.book_label", longestLabel)
	}
	ok := false
	if spec.AsOf, ok = readOneDay(v.From.Value, a.today()); !ok {
		refuse(&v.From, "market.fault.book_day")
	}
	if spec.Horizon, ok = readOneDay(v.Horizon.Value, a.today()); !ok {
		refuse(&v.Horizon, "market.fault.book_day")
	}
	if len(v.Errors) == 0 && (spec.Horizon < spec.AsOf || spec.Horizon > spec.AsOf+longestHorizon) {
		refuse(&v.Horizon, "market.fault.book_horizon", longestHorizon)
	}
	if len(v.Errors) > 0 {
		return a.renderFreeze(w, r, v)
	}
	n, err := a.Store.FreezeInput(ctx, spec)
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		v.Errors = errs
		return a.renderFreeze(w, r, v)
	}
	if err != nil {
		return err
	}
	if n.Scope, err = a.Store.scopeOf(ctx, view.Sight); err != nil {
		return err
	}
	n.Goods = strings.Join(spec.Goods, ",")
	run, err := a.Runner.StartNew(ctx, u.Actor(), n, claimOf(r))
	if err != nil {
		return err
	}
	return web.Redirect(w, r, runPath(run))
}

// HomeName is the province that a district without one lies in: FreezeSpec.Home of this site.
func (a *Area) HomeName() string { return a.homeName() }

// longestHorizon is how many days ahead a plan may look.
const longestHorizon = 400

// readOneDay reads a day as people type it.
func readOneDay(s string, today calendar.Day) (calendar.Day, bool) {
	year, _, _ := today.Date()
	from, to, ok := calendar.ReadDay(s, year)
	return from, ok && from == to
}

// freezeAgain repeats the freezing of a plan's round with the same words: «Lập lại».
func (a *Area) freezeAgain(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	h, err := a.heldOf(r)
	if err != nil {
		return err
	}
	u, _ := auth.Who(ctx)
	view := ViewerOf(u)
	scope, err := a.Store.scopeOf(ctx, view.Sight)
	if err != nil {
		return err
	}
	if h.Round.Origin != FromBook || scope != h.Round.Scope {
		if err := a.mayRun(ctx, h.Round.ID); err != nil {
			return err
		}
		run, err := a.startOnce(r, u.Actor(), h.Round.ID)
		if err != nil {
			return err
		}
		return web.Redirect(w, r, runPath(run))
	}
	spec := FreezeSpec{Label: h.Round.Label, AsOf: h.Round.AsOf, Horizon: h.Round.Horizon, Params: h.Round.Params, Viewer: view, Home: a.homeName()}
	if h.Round.Goods != "" {
		spec.Goods = strings.Split(h.Round.Goods, ",")
	}
	n, err := a.Store.FreezeInput(ctx, spec)
	if err != nil {
		return err
	}
	n.Scope, n.Goods = h.Round.Scope, h.Round.Goods
	run, err := a.Runner.StartNew(ctx, u.Actor(), n, claimOf(r))
	if err != nil {
		return err
	}
	return web.Redirect(w, r, runPath(run))
}

// changesShown is what changed since the draft before, in sentences.
type changesShown struct {
	Title string
	Side  string
	Items []changeItem
}

// changeItem is one of them; Sign is "plus", "minus" or "pin".
type changeItem struct{ Sign, Mark, Icon, What, Note string }

func (a *Area) changes(ctx context.Context, h *heldPlan) (v changesShown, err error) {
	before, ok, err := a.Store.PlanBefore(ctx, h.Head.ID)
	if err != nil || !ok {
		return v, err
	}
	was, err := a.plans.open(ctx, a.Store, before)
	if err != nil {
		return v, err
	}
	p := i18n.From(ctx)
	if was, err = a.inSight(ctx, was); err != nil {
		return v, err
	}
	c := changesBetween(was, h)
	_, day := clock(was.Head.MadeAt)
	v.Title = p.T("market.book.changed", was.Head.Number, shortDay(p, day))
	v.Side = p.T("market.book.changed_side", c.OrdersSame, c.OrdersAsked)
	if c.More > 0 {
		v.Items = append(v.Items, changeItem{Sign: "plus", Mark: "+", What: p.T("market.book.more", amount(p, c.More), c.LinesNew), Note: buyersWords(p, c.Buyers, 1)})
	}
	if c.Less > 0 {
		v.Items = append(v.Items, changeItem{Sign: "minus", Mark: "−", What: p.T("market.book.less", amount(p, c.Less), c.LinesGone), Note: buyersWords(p, c.Buyers, -1)})
	}
	if c.Offers.Any() {
		v.Items = append(v.Items, changeItem{Sign: "pin", Icon: "offer", What: p.T("market.book.offers_changed"), Note: sideWords(p, &c.Offers)})
	}
	if c.Demands.Any() {
		v.Items = append(v.Items, changeItem{Sign: "pin", Icon: "need", What: p.T("market.book.demands_changed"), Note: sideWords(p, &c.Demands)})
	}
	if c.RulesNew+c.RulesGone > 0 {
		v.Items = append(v.Items, changeItem{Sign: "pin", Icon: "pin", What: p.T("market.book.rules_changed"), Note: p.T("market.book.rules_note", c.RulesNew, c.RulesGone)})
	}
	return v, nil
}

// buyersWords names the buyers that get most more (or less).
func buyersWords(p *i18n.Printer, all []buyerChange, sign int) string {
	var out []string
	for _, b := range all {
		if (b.By > 0) != (sign > 0) {
			continue
		}
		if len(out) == 3 {
			out = append(out, "…")
			break
		}
		key := "market.book.buyer_less"
		if sign > 0 {
			key = "market.book.buyer_more"
		}
		out = append(out, p.T(key, b.Party, amount(p, max(b.By, -b.By))))
	}
	return strings.Join(out, ", ")
}

// sideWords says what of a side was added, closed and changed.
func sideWords(p *i18n.Printer, c *sideChanges) string {
	var out []string
	if c.Added > 0 {
		out = append(out, p.T("market.book.added", c.Added, amount(p, c.AddedGrams)))
	}
	if c.Gone > 0 {
		out = append(out, p.T("market.book.gone", c.Gone, amount(p, c.GoneGrams)))
	}
	if c.Changed > 0 {
		out = append(out, p.T("market.book.edited", c.Changed))
	}
	return strings.Join(out, ", ")
}

// bookMoved says that the book has changed since a draft was made of it; "" when it has not.
func (a *Area) bookMoved(ctx context.Context, h *heldPlan) (string, error) {
	offers, demands, err := a.Store.BookSince(ctx, h.Round.ID)
	if err != nil || !offers.Any() && !demands.Any() {
		return "", err
	}
	p := i18n.From(ctx)
	var out []string
	if offers.Any() {
		out = append(out, p.T("market.book.moved_offers", sideWords(p, &offers)))
	}
	if demands.Any() {
		out = append(out, p.T("market.book.moved_demands", sideWords(p, &demands)))
	}
	return upper(strings.Join(out, "; ")), nil
}
