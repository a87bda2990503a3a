package market

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// roundRoutes are the pages about rounds: upload, runs, lists of offers and demands. They
// show limits of price, so only the alliance's own staff opens them.
func (a *Area) roundRoutes() []web.Route {
	staff, write := auth.Only(auth.Staff...), auth.Only(auth.Officer, auth.Admin)
	return []web.Route{
		{Pattern: "GET /upload", May: write, Do: a.showUpload},
		{Pattern: "POST /upload", May: write, Do: a.takeUpload, Max: web.MaxUpload},
		{Pattern: "GET /upload/template.xlsx", May: staff, Do: a.template},
		{Pattern: "GET /rounds", May: staff, Do: a.listRounds},
		{Pattern: "GET /rounds/{id}", May: staff, Do: a.showRound},
		{Pattern: "GET /rounds/{id}/asks.xlsx", May: staff, Do: a.asksFile},
		{Pattern: "GET /rounds/{id}/offers-demands.xlsx", May: staff, Do: a.rowsFile},
		{Pattern: "GET /rounds/{id}/file", May: staff, Do: a.roundFile},
		{Pattern: "POST /rounds/{id}/run", May: write, Do: a.startRun},
		{Pattern: "GET /runs/{id}", May: staff, Do: a.showRun},
		{Pattern: "POST /runs/{id}/cancel", May: write, Do: a.cancelRun},
	}
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func roundPath(id RoundID) string { return fmt.Sprintf("/rounds/%d", id) }

func orgHref(id registry.OrgID) string { return fmt.Sprintf("/organisations/%d", id) }

// today is the day in Việt Nam.
func (a *Area) today() calendar.Day { return calendar.DayOf(inVietnam(a.now())) }

func inVietnam(t time.Time) time.Time { return t.In(time.FixedZone("+07", 7*3600)) }

// homeName is the province that a place without one lies in.
func (a *Area) homeName() string {
	if a.home != "" {
		return a.home
	}
	u, _ := a.atlas.ByKey(places.Key("17", places.Border2023))
	return u.Name
}

func (a *Area) deps() Deps { return Deps{Atlas: a.atlas, Catalog: a.catalog} }

// numbered is the number in an address.
func numbered(r *http.Request, name, none string) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || n < 1 {
		return 0, fault.New(fault.NotFound, none)
	}
	return n, nil
}

func (a *Area) roundOf(r *http.Request, name string) (Round, error) {
	id, err := numbered(r, name, "market.fault.no_round")
	if err != nil {
		return Round{}, err
	}
	return a.Store.Round(r.Context(), RoundID(id))
}

// sendBook writes a workbook that was made whole in memory.
func sendBook(w http.ResponseWriter, name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	web.Attachment(w, name, xlsxType)
	_, err := w.Write(b.Bytes())
	return err
}

func (a *Area) listRounds(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := a.Store.Rounds(ctx)
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return web.T(ctx, key, args...) }
	g := web.Grid{Label: t("market.round.list"), Cols: []web.Column{
		{Label: t("market.round.name")},
		{Label: t("market.round.as_of")},
		{Label: t("market.list.offers"), Num: true},
		{Label: t("market.list.demands"), Num: true},
		{Label: t("market.round.asks"), Num: true},
		{Label: t("market.round.plan")},
	}}
	p := i18n.From(ctx)
	for _, x := range list {
		plans, err := a.Store.Plans(ctx, x.ID)
		if err != nil {
			return err
		}
		seen, whole, err := a.roundSight(ctx, x.ID)
		if err != nil {
			return err
		}
		if !whole {
			if len(seen) == 0 {
				continue
			}
			if x, err = a.ownRound(ctx, x, seen); err != nil {
				return err
			}
		}
		plan := web.Cell{Text: t("market.round.no_plan")}
		if len(plans) > 0 && !whole {
			plan = web.Cell{Text: t("market.round.see_plan"), Href: fmt.Sprintf("/plan/%d", plans[0].ID)}
		} else if len(plans) > 0 {
			plan = web.Cell{Text: t("market.round.matched", rounded(int64(plans[0].Totals.Matched))), Href: fmt.Sprintf("/plan/%d", plans[0].ID)}
		}
		g.Rows = append(g.Rows, web.Row{Cells: []web.Cell{
			{Text: x.Label, Href: roundPath(x.ID), Sub: t("market.round.origin."+string(x.Origin)) + " · " + p.Arg(inVietnam(x.CreatedAt))},
			{Text: p.Arg(x.AsOf), NoWrap: true},
			{Text: p.Arg(x.Offers)},
			{Text: p.Arg(x.Demands)},
			{Text: p.Arg(x.Asks)},
			plan,
		}})
	}
	var form *freezeShown
	if web.May(r, "/plan/new") {
		f, err := a.freezeForm(ctx)
		if err != nil {
			return err
		}
		form = &f
	}
	return web.Render(w, r, web.Page{Title: t("market.round.list"), Nav: "rounds"}, roundsView(g, web.May(r, "/upload"), form))
}

// roundShown is a round's page.
type roundShown struct {
	Round     Round
	Sub       string
	Stats     []web.Stat
	Steps     []web.Step
	Plan      Stored // the newest; ID 0 is none
	Run       Run    // the newest
	Running   bool
	MayWrite  bool
	Whole     bool // nothing of the round is hidden from the viewer
	Bar       web.Filter
	Blocking  []web.Doubt // on this page
	Others    []web.Doubt
	NBlocking int // on all pages
	NOthers   int
	Paging    web.Paging
}

const asksSize = 25

func (a *Area) showRound(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	round, err := a.roundOf(r, "id")
	if err != nil {
		return err
	}
	seen, whole, err := a.roundSight(ctx, round.ID)
	if err != nil {
		return err
	}
	if !whole {
		if len(seen) == 0 {
			return fault.New(fault.NotFound, "market.fault.no_round")
		}
		if round, err = a.ownRound(ctx, round, seen); err != nil {
			return err
		}
	}
	v := roundShown{Round: round, MayWrite: web.May(r, "/upload") && whole, Whole: whole}
	plans, err := a.Store.Plans(ctx, round.ID)
	if err != nil {
		return err
	}
	if len(plans) > 0 {
		v.Plan = plans[0]
	}
	if v.Run, _, err = a.Store.LastRun(ctx, round.ID); err != nil {
		return err
	}
	v.Running = v.Run.State == RunRunning
	if err := a.roundFigures(ctx, &v); err != nil {
		return err
	}
	asks, err := a.Store.Asks(ctx, round.ID)
	if err != nil {
		return err
	}
	if !whole {
		asks = slices.DeleteFunc(asks, func(x Ask) bool { return !seen[x.Record] })
	}
	v.asks(ctx, asks, r.URL.Query())
	return web.Render(w, r, web.Page{
		Title: round.Label, Nav: "rounds", Crumbs: []web.Crumb{{Label: web.T(ctx, "market.round.list"), Href: "/rounds"}, {Label: round.Label}},
	}, roundView(v))
}

func (a *Area) roundFigures(ctx context.Context, v *roundShown) error {
	p, f := i18n.From(ctx), ListFilter{Sight: auth.SightOf(ctx), Round: v.Round.ID, Size: 1}
	if !v.Whole {
		v.Stats = []web.Stat{
			{Label: p.T("market.list.offers"), Value: p.Arg(v.Round.Offers)},
			{Label: p.T("market.list.demands"), Value: p.Arg(v.Round.Demands)},
			{Label: p.T("market.round.asks"), Value: p.Arg(v.Round.Asks), Source: p.T("market.round.asks.src")},
		}
		v.roundSteps(p)
		return nil
	}
	_, offers, err := a.Store.Offers(ctx, f)
	if err != nil {
		return err
	}
	_, demands, err := a.Store.Demands(ctx, f)
	if err != nil {
		return err
	}
	sum := func(n Counted) string { return p.Arg(rounded(n.Grams)) }
	v.Stats = []web.Stat{
		{Label: p.T("market.list.offers"), Value: p.Arg(offers.Rows), Source: sum(offers)},
		{Label: p.T("market.list.demands"), Value: p.Arg(demands.Rows), Source: sum(demands)},
		{Label: p.T("market.round.asks"), Value: p.Arg(v.Round.Asks), Source: p.T("market.round.asks.src")},
		{Label: p.T("market.round.blocking"), Value: p.Arg(v.Round.Blocking), Source: p.T("market.round.blocking.src")},
	}
	v.roundSteps(p)
	return nil
}

func (v *roundShown) roundSteps(p *i18n.Printer) {
	planned := v.Plan.ID != 0
	v.Steps = []web.Step{
		{Label: p.T("market.round.step.read"), Done: true},
		{Label: p.T("market.round.step.ask"), Done: v.Round.Asks == 0, Current: v.Round.Asks > 0 && !planned && !v.Running},
		{Label: p.T("market.round.step.run"), Done: planned, Current: !planned && (v.Running || v.Round.Asks == 0)},
		{Label: p.T("market.round.step.plan"), Current: planned},
	}
	sub := []string{p.T("market.round.days", v.Round.AsOf, v.Round.Horizon)}
	if v.Round.FileName != "" {
		sub = append(sub, v.Round.FileName)
	}
	v.Sub = strings.Join(append(sub, p.T("market.round.added", inVietnam(v.Round.CreatedAt))), " · ")
}

// roundSight is what of a round the person may see; whole is all of it.
func (a *Area) roundSight(ctx context.Context, id RoundID) (seen map[string]bool, whole bool, err error) {
	sight := auth.SightOf(ctx)
	if sight.Everywhere() {
		return nil, true, nil
	}
	seen, err = a.Store.RefsInSight(ctx, sight, id)
	return seen, false, err
}

// ownRound is a round with the counts of what a person sees of it.
func (a *Area) ownRound(ctx context.Context, r Round, seen map[string]bool) (Round, error) {
	in, err := a.Store.Input(ctx, r.ID)
	if err != nil {
		return r, err
	}
	asks, err := a.Store.Asks(ctx, r.ID)
	if err != nil {
		return r, err
	}
	r.Offers, r.Demands, r.Asks, r.Blocking, r.FileName = 0, 0, 0, 0, ""
	for i := range in.Offers {
		if seen[in.Offers[i].ID] {
			r.Offers++
		}
	}
	for i := range in.Demands {
		if seen[in.Demands[i].ID] {
			r.Demands++
		}
	}
	for i := range asks {
		if seen[asks[i].Record] {
			r.Asks++
		}
	}
	return r, nil
}

// wholeRound is a round that is given as a whole: to those without a border only.
func (a *Area) wholeRound(r *http.Request) (Round, error) {
	if !auth.SightOf(r.Context()).Everywhere() {
		return Round{}, fault.New(fault.NotFound, "market.fault.no_round")
	}
	return a.roundOf(r, "id")
}

func joinDot(parts ...string) string {
	var kept []string
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " · ")
}

func holdsAll(s string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n > 1_000_000 {
		return 0
	}
	return n
}

// keepQuery is a list's own address with one condition changed; "" drops it. The page is
// not kept: other conditions make other pages.
func keepQuery(path string, q url.Values, key, value string, keys ...string) string {
	p := url.Values{}
	for _, k := range keys {
		if v := q.Get(k); v != "" && k != key {
			p.Set(k, v)
		}
	}
	if value != "" {
		p.Set(key, value)
	}
	if len(p) == 0 {
		return path
	}
	return path + "?" + p.Encode()
}

// chips are the conditions of a filter that hold now.
func chips(fields []web.Control, at func(key, value string) string) (out []web.Chip) {
	for _, c := range fields {
		if c.Value == "" {
			continue
		}
		label := c.Value
		for _, o := range c.Options {
			if o.Value == c.Value {
				label = o.Label
			}
		}
		out = append(out, web.Chip{Label: label, Href: at(c.Name, "")})
	}
	return out
}

func (a *Area) asksFile(w http.ResponseWriter, r *http.Request) error {
	round, err := a.wholeRound(r)
	if err != nil {
		return err
	}
	asks, err := a.Store.Asks(r.Context(), round.ID)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	return sendBook(w, p.T("market.round.asks.file", i18n.Plain(round.ID))+".xlsx", func(out io.Writer) error { return WriteAsks(out, asks, p) })
}

func (a *Area) rowsFile(w http.ResponseWriter, r *http.Request) error {
	round, err := a.wholeRound(r)
	if err != nil {
		return err
	}
	in, err := a.Store.Input(r.Context(), round.ID)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	return sendBook(w, p.T("market.round.rows.file", i18n.Plain(round.ID))+".xlsx", func(out io.Writer) error { return WriteOffersDemands(out, in, a.deps(), p) })
}

// roundFile gives the workbook back as it came.
func (a *Area) roundFile(w http.ResponseWriter, r *http.Request) error {
	round, err := a.wholeRound(r)
	if err != nil {
		return err
	}
	name, data, err := a.Store.File(r.Context(), round.ID)
	if err != nil {
		return err
	}
	web.Attachment(w, name, "application/octet-stream")
	_, err = w.Write(data)
	return err
}
