package market

import (
	"cmp"
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

// letterShown is the letter to somebody who is left out.
type letterShown struct {
	Plan      PlanID
	Record    string
	Title     string
	Sub       string
	To        string
	Paras     []string
	Why       string
	Steps     []string
	Officer   string
	Phone     string
	Zalo      string
	Review    *Review
	Due       string
	MayReview bool
	Staff     bool
	Nearest   string // for the staff only
	Counts    web.Grid
	Own       string // the record's page, for the staff
	Papers    []web.ExportFile
	Pair      pairShown // with the nearest, of a plan from the book
}

// reviewDays is how many working days a second look takes at most.
const reviewDays = 2

// recordOf finds a record that is left out and that this person may read about: the staff
// all, the people of a party its own. Every other does not exist.
func (a *Area) recordOf(r *http.Request) (h *heldPlan, x leftItem, err error) {
	none := fault.New(fault.NotFound, "market.fault.no_letter")
	if h, err = a.heldOf(r); err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			err = none
		}
		return nil, x, err
	}
	id := r.PathValue("record")
	left, isOffer, ok := h.left(id)
	if !ok {
		return nil, x, none
	}
	u, _ := auth.Who(r.Context())
	if !u.Role.In(auth.Staff...) {
		if ok, err := a.openToParties(r.Context(), h.Head.ID); err != nil || !ok {
			return nil, x, cmp.Or(err, error(none))
		}
		mine, err := h.partiesOf(r.Context(), a.Store, u.Org)
		if err != nil {
			return nil, x, err
		}
		if !slices.Contains(mine, h.partyOf(id, isOffer)) {
			return nil, x, none
		}
	}
	return h, leftItem{left, isOffer}, nil
}

// explain looks for the next steps of a record whose turn the run did not reach.
func (a *Area) explain(ctx context.Context, h *heldPlan, x leftItem) (leftItem, error) {
	if x.Tried {
		return x, nil
	}
	if y, ok := h.explained.Load(x.ID); ok {
		return leftItem{y.(*LeftOut), x.offer}, nil
	}
	y, err := a.Runner.Explain(ctx, h.Head.ID, x.ID)
	if err != nil {
		return x, err
	}
	h.explained.Store(x.ID, &y)
	return leftItem{&y, x.offer}, nil
}

func (a *Area) showLetter(w http.ResponseWriter, r *http.Request) error {
	h, x, err := a.recordOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	if x, err = a.explain(ctx, h, x); err != nil {
		return err
	}
	v := letterShown{Plan: h.Head.ID, Record: x.ID}
	for _, ending := range paperEndings {
		v.Papers = append(v.Papers, web.ExportFile{Label: web.T(ctx, "market.paper."+ending), Href: letterPath(h.Head.ID, x.ID) + "/letter." + ending})
	}
	u, _ := auth.Who(ctx)
	v.Staff, v.MayReview = u.Role.In(auth.Staff...), u.Role != auth.Auditor
	v.Officer, v.Phone = a.officer(ctx, h)
	p := i18n.From(ctx)
	h.letter(p, x, &v)
	reviews, err := a.Store.Reviews(ctx, h.Head.ID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(reviews, func(r Review) bool { return r.Record == x.ID }); i >= 0 {
		v.Review, v.Due = &reviews[i], p.Arg(reviews[i].Due)
	}
	page := web.Page{Title: v.Title, Nav: "plan"}
	if v.Staff {
		h.forStaff(p, x, &v)
		if h.Round.Origin == FromBook {
			offer, demand := x.ID, x.Nearest
			if !x.offer {
				offer, demand = demand, offer
			}
			if v.Pair, err = a.pairOfBook(r, offer, demand, 0); err != nil {
				return err
			}
		}
		page.Crumbs = []web.Crumb{{Label: p.T("market.plan.title"), Href: planPath(h.Head.ID)}, {Label: p.T("market.plan.left"), Href: planPath(h.Head.ID) + "#left"}, {Label: x.ID}}
	} else {
		page.Nav = "me"
		page.Crumbs = []web.Crumb{{Label: p.T("market.me.title"), Href: "/me"}, {Label: p.T("market.letter.crumb")}}
	}
	return web.Render(w, r, page, letterView(v))
}

// letter writes the fact first, then the reason, then the nearest ways.
func (h *heldPlan) letter(p *i18n.Printer, x leftItem, v *letterShown) {
	party := h.names.party[h.partyOf(x.ID, x.offer)]
	goods := goodsInside(p, h.commodityOf(x.ID, x.offer))
	side := "demand_"
	if x.offer {
		side = "offer_"
	}
	v.Title = p.T("market.letter."+side+"title", amount(p, x.Left), goods)
	v.Sub = p.T("market.letter.sub", party.Name, h.Head.Number, h.In.AsOf)
	v.To = p.T("market.letter.to", party.Name)
	if party.Contact != "" {
		v.To = p.T("market.letter.to_person", party.Contact, party.Name)
	}
	fact := p.T("market.letter."+side+"fact", amount(p, x.Left), goods, party.Name, h.In.AsOf)
	if in := h.placed(x); in > 0 {
		fact = p.T("market.letter."+side+"part", amount(p, in), goods, party.Name, amount(p, x.Left), h.In.AsOf)
	}
	v.Paras = []string{fact}
	v.Why = h.why(p, x)
	v.Steps = h.steps(p, x.Steps, x.offer)
	v.Zalo = zaloText(p, v)
}

// zaloText is the letter as plain text.
func zaloText(p *i18n.Printer, v *letterShown) string {
	lines := append([]string{v.To}, v.Paras...)
	lines = append(lines, p.T("market.letter.why", v.Why))
	if len(v.Steps) > 0 {
		lines = append(lines, p.T("market.letter.ways"))
		for i, s := range v.Steps {
			if i < len(circled) {
				lines = append(lines, circled[i]+" "+s+".")
			}
		}
	}
	officer := p.T("market.letter.officer", v.Officer)
	if v.Phone != "" {
		officer += " ☎ " + phoneText(v.Phone)
	}
	return strings.Join(append(lines, officer, p.T("market.letter.tell")), "\n")
}

// forStaff adds what only the staff may see.
func (h *heldPlan) forStaff(p *i18n.Printer, x leftItem, v *letterShown) {
	if x.Nearest != "" {
		v.Nearest = h.names.party[h.partyOf(x.Nearest, !x.offer)].Name
	}
	v.Own = demandPath(h.Head.Round, x.ID)
	if x.offer {
		v.Own = offerPath(h.Head.Round, x.ID)
	}
	v.Counts = web.Grid{Label: p.T("market.letter.counts"), Plain: true, Cols: []web.Column{{Label: p.T("market.plan.reason")}, {Label: p.T("market.letter.pairs"), Num: true}}}
	for _, w := range leftReasons {
		if n := x.Counts[w]; n > 0 {
			v.Counts.Rows = append(v.Counts.Rows, web.Row{Cells: []web.Cell{{Text: p.T("market.reason." + string(w))}, {Text: p.Arg(n)}}})
		}
	}
}

// askReview notes that somebody wants a second look, and says by when it is given. Asking
// again changes nothing.
func (a *Area) askReview(w http.ResponseWriter, r *http.Request) error {
	h, x, err := a.recordOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	note := strings.TrimSpace(r.PostFormValue("note"))
	if rs := []rune(note); len(rs) > MaxNote {
		note = string(rs[:MaxNote])
	}
	u, _ := auth.Who(ctx)
	due := calendar.Offices{}.Add(calendar.DayOf(a.now().In(homeZone)), reviewDays)
	review, err := a.Store.AskReview(ctx, u.Actor(), h.Head.ID, x.ID, note, due)
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "market.letter.asked", review.Due))
	return web.Redirect(w, r, letterPath(h.Head.ID, x.ID))
}
