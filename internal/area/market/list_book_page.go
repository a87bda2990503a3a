package market

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// The lists of the book: what is offered and what is wanted now. Staff see those of their
// territory, an organisation its own.

// bookListQuery are the conditions that the list keeps in its address.
var bookListQuery = []string{"q", "goods", "district", "week", "state", "channel", "org", "sort"}

// bookStates are what the list can be asked for beside everything that is open.
var bookStates = []string{"asks", "blocking", "stale", "closed"}

// bookChannels are the ways in, in the order of the filter.
var bookChannels = []Channel{ByPhone, ByForm, ByPaste, BySheet, ByParty, ByAPI, BySample}

// bookList is the list as it is asked for.
type bookList struct {
	listing
	side   Side
	filter EntryFilter
	list   []Entry
	own    bool // an organisation looks at what is its own
	week   calendar.Week
}

func readWeek(s string) (w calendar.Week, ok bool) {
	y, n, cut := strings.Cut(s, "-")
	if !cut {
		return w, false
	}
	return calendar.ISOWeek(atoi(y), atoi(n))
}

func weekValue(w calendar.Week) string { return strconv.Itoa(w.Year) + "-" + strconv.Itoa(w.Number) }

// bookListOf reads the conditions and the rows that hold them; size 0 is all.
func (a *Area) bookListOf(r *http.Request, side Side, size int) (l *bookList, err error) {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	l = &bookList{side: side, listing: listing{demands: side == SideDemand, base: sidePath(side), keys: bookListQuery, q: r.URL.Query()}}
	f := EntryFilter{
		Side: side, Viewer: ViewerOf(u), State: EntryOpen, Text: l.q.Get("q"), Commodity: l.q.Get("goods"), District: l.q.Get("district"),
		Org: registry.OrgID(atoi(l.q.Get("org"))), Now: inVietnam(a.now()), Sort: "party", Size: size, Page: max(1, atoi(l.q.Get("page"))),
	}
	l.own = f.Viewer.Org != 0
	if len(f.Text) > 200 {
		f.Text = f.Text[:200]
	}
	if s, desc := strings.CutPrefix(l.q.Get("sort"), "-"); slices.Contains(EntrySorts, s) {
		f.Sort, f.Desc = s, desc
	}
	switch s := l.q.Get("state"); {
	case s == "closed":
		f.State = EntryClosed
	case slices.Contains(bookStates, s):
		f.Only = s
	}
	if c := Channel(l.q.Get("channel")); slices.Contains(bookChannels, c) {
		f.Channel = c
	}
	if w, ok := readWeek(l.q.Get("week")); ok {
		l.week, f.Over = w, w.Days()
	}
	l.filter, l.sort, l.desc = f, f.Sort, f.Desc
	plans, err := a.bookPlans(ctx)
	if err != nil {
		return nil, err
	}
	if len(plans) > 0 {
		l.shares = plans[0]
	}
	var people []Contact
	if l.list, people, l.count, err = a.Store.EntriesToCall(ctx, f); err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	l.rows = make([]listRow, 0, len(l.list))
	for i := range l.list {
		l.rows = append(l.rows, a.bookRow(p, &l.list[i], people[i], plans.of(l.list[i].Ref)))
	}
	return l, nil
}

// bookPlans are the newest plans of the latest rounds that were frozen from the book, the
// newest first.
type bookPlans []*shares

// of is the newest plan that says something of a record; nil when none does.
func (ps bookPlans) of(record string) *shares {
	for _, s := range ps {
		if s.knows(record) {
			return s
		}
	}
	return nil
}

func (a *Area) bookPlans(ctx context.Context) (out bookPlans, err error) {
	heads, err := a.Store.BookPlanHeads(ctx, mostShares-1)
	for _, h := range heads {
		s, err := a.sharesOfPlan(ctx, h)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, err
}

// bookRow is an entry in words.
func (a *Area) bookRow(p *i18n.Printer, e *Entry, who Contact, s *shares) (r listRow) {
	party := Party{Contact: who.Name, Phone: strings.Join(who.Phones, "; ")}
	if e.Side == SideDemand {
		r = a.demandRow(p, &DemandRow{Demand: e.Demand, Who: party, Org: e.Org, PartyName: e.Party, District: e.District, Province: e.Province}, s)
	} else {
		r = a.offerRow(p, &OfferRow{Offer: e.Offer, Who: party, Org: e.Org, PartyName: e.Party, District: e.District, Province: e.Province}, s, &Round{Params: DefaultParams()})
	}
	r.Grams, r.ID = e.Grams(), e.Ref
	return r
}

func (a *Area) listOffers(w http.ResponseWriter, r *http.Request) error {
	return a.showBookList(w, r, SideOffer)
}

func (a *Area) listDemands(w http.ResponseWriter, r *http.Request) error {
	return a.showBookList(w, r, SideDemand)
}

func (a *Area) showBookList(w http.ResponseWriter, r *http.Request, side Side) error {
	if gone, err := oldRoundList(w, r, sidePath(side)); gone || err != nil {
		return err
	}
	ctx := r.Context()
	l, err := a.bookListOf(r, side, listSize)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	v := listShown{
		Title: l.word(p, "title"), Path: l.path(), Count: l.word(p, "count", l.count.Rows, rounded(l.count.Grams)), Empty: l.word(p, "none"), EmptyText: p.T("market.list.none.text"),
		Grid: l.grid(p, r), Exports: web.Exports(r, "xlsx", "csv", "pdf"),
		Paging: web.Paging{Page: l.filter.Page, Size: listSize, Total: l.count.Rows, Href: func(n int) string { return l.at("page", strconv.Itoa(n)) }},
	}
	if l.own {
		v.Sub = p.T("market.list.own")
	} else if whole, err := a.Store.Whole(ctx, l.filter.Viewer, side); err != nil {
		return err
	} else {
		v.Sub = l.word(p, "now", whole.All.Rows, rounded(whole.All.Grams))
		v.Fresh = whole.All.Rows == 0
	}
	if web.May(r, l.path()+"/new") {
		v.Enter = &web.Action{Label: l.word(p, "enter"), Icon: "plus", Kind: "go", Href: l.path() + "/new"}
	}
	if web.May(r, "/upload") {
		v.Upload = &web.Action{Label: p.T("market.list.paste"), Icon: "paste", Href: "/upload"}
	}
	if v.Bar, err = a.bookListBar(ctx, l); err != nil {
		return err
	}
	if v.Views, err = web.SavedViews(r); err != nil {
		return err
	}
	v.HasViews = true
	return web.Render(w, r, web.Page{Title: v.Title, Nav: strings.TrimPrefix(l.path(), "/")}, listView(v))
}

func (a *Area) bookListBar(ctx context.Context, l *bookList) (f web.Filter, err error) {
	codes, districts, err := a.Store.EntryChoices(ctx, l.filter.Viewer, l.side)
	if err != nil {
		return f, err
	}
	p := i18n.From(ctx)
	f = web.Filter{Action: l.path(), Clear: l.path(), Hidden: map[string]string{}, Fields: a.listFields(p, l.q, codes, districts)}
	weeks := []web.Option{{Label: p.T("market.list.week.all")}}
	w := a.today().Week()
	for range 20 {
		d := w.Days()
		weeks = append(weeks, web.Option{Value: weekValue(w), Label: p.T("market.list.week", w.Number, listDay(p, d.From), listDay(p, d.To))})
		w = w.Next()
	}
	if l.week.Number != 0 && !hasOption(weeks, weekValue(l.week)) {
		weeks = append(weeks, web.Option{Value: weekValue(l.week), Label: p.Arg(l.week)})
	}
	states := []web.Option{{Label: p.T("market.list.state.all")}}
	for _, s := range bookStates {
		states = append(states, web.Option{Value: s, Label: p.T("market.list.state." + s)})
	}
	f.Fields = append(f.Fields,
		web.Control{Name: "week", Type: "select", Label: l.word(p, "week"), Options: weeks, Value: l.q.Get("week")},
		web.Control{Name: "state", Type: "select", Label: p.T("market.list.state"), Options: states, Value: l.q.Get("state")},
	)
	f.Chips = chips(f.Fields, l.at)
	if c := l.filter.Channel; c != "" {
		f.Hidden["channel"] = string(c)
		f.Chips = append(f.Chips, web.Chip{Label: p.T("market.channel." + string(c)), Href: l.at("channel", "")})
	}
	if l.filter.Org != 0 && !l.own {
		f.Hidden["org"] = l.q.Get("org")
		f.Chips = append(f.Chips, web.Chip{Label: a.orgName(ctx, l.filter.Org), Href: l.at("org", "")})
	}
	if s := l.q.Get("sort"); s != "" {
		f.Hidden["sort"] = s
	}
	return f, nil
}

// grid is the table of the book's list.
func (l *bookList) grid(p *i18n.Printer, r *http.Request) web.Grid {
	who, price := "market.col.supplier", "market.list.floor"
	if l.demands {
		who, price = "market.col.buyer", "market.list.ceiling"
	}
	may := web.May(r, l.path()+"/{id}/edit")
	g := web.Grid{Label: l.word(p, "title"), Cols: []web.Column{
		l.column(p.T(who), "party", false), l.column(p.T("market.col.commodity"), "goods", false), l.column(p.T("market.col.quantity"), "grams", true),
		l.column(l.word(p, "days"), "from", false), l.column(p.T("market.col.papers"), "", false),
		l.column(p.T(price), "", true), l.column(p.T("market.list.state"), "updated", false),
		{Label: p.T("market.list.acts"), Hidden: true},
	}}
	var sum Counted
	for i := range l.rows {
		x, e := &l.rows[i], &l.list[i]
		party := web.Cell{Body: partyCell(x.Party, orgHref(x.Org), x.tel()), Sub: x.wide()}
		row := web.Row{Cells: []web.Cell{
			party,
			{Body: goodsCell(x.Goods, entryPath(e.Side, e.ID), joinDot(x.ID, x.ShortClass))},
			{Text: p.Arg(x.Grams), NoWrap: true},
			{Text: listDays(p, x.From, x.To), Sub: x.assumed(p), NoWrap: true},
			{Text: x.ShortPapers},
			{Text: x.Price, Sub: x.PriceSub, NoWrap: true},
			{Body: entryTags(entryStates(p, e, x, l.filter.Now)), NoWrap: true},
		}}
		if may {
			row.Acts = append(row.Acts, web.Action{Label: p.T("market.entry.edit"), Href: entryPath(e.Side, e.ID) + "/edit", Aria: p.T("market.entry.edit.title", joinDot(e.Ref, x.Party))})
		}
		g.Rows = append(g.Rows, row)
		sum.Rows++
		sum.Grams += int64(x.Grams)
	}
	if sum.Rows > 1 {
		g.Foot = []web.Cell{{Text: p.T("market.list.page_sum")}, {Text: strconv.Itoa(sum.Rows)}, {Text: p.Arg(rounded(sum.Grams))}}
	}
	return g
}

// tagged is a word about a state with its colour.
type tagged struct{ Kind, Icon, Text string }

// entryStates say how an entry stands, the most important first.
func entryStates(p *i18n.Printer, e *Entry, x *listRow, now time.Time) (out []tagged) {
	add := func(kind, icon, key string, args ...any) {
		out = append(out, tagged{kind, icon, p.T(key, args...)})
	}
	if e.State == EntryClosed {
		add("", "x", "market.entry.closed."+string(e.Why))
		return out
	}
	if e.Blocking > 0 {
		add("warn", "phone", "market.list.state.blocking")
	}
	switch {
	case x.Matched > 0:
		add("good", "check", "market.list.matched", x.Matched)
	case x.Left:
		add("", "alert", "market.list.unmatched")
	}
	switch {
	case e.Stale(now):
		add("warn", "clock", "market.list.state.stale")
	case e.Asks > e.Blocking:
		add("warn", "phone", "market.list.state.ask")
	}
	if len(out) == 0 {
		add("info", "", "market.list.state.new")
	}
	return out
}

func entryTags(all []tagged) templ.Component { return tagsView(all) }
