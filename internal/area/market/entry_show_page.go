package market

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// entryPageShown is the page of one entry.
type entryPageShown struct {
	Entry      Entry
	Title, Sub string
	Tags       []tagged
	Own        bool
	May        bool // change it
	Tel        string
	Summary    []web.Item
	Asks       []web.Doubt
	Say        templ.Component
	Copy       string
	Photos     []photoShown
	History    []web.Past
	Plan       *recordShown // the last plan that says something of it; staff only
	Partners   web.Action
}

// entryIn is the entry of an address, of the address's own side.
func (a *Area) entryIn(r *http.Request, side Side) (Entry, error) {
	id, err := numbered(r, "id", "market.fault.no_entry")
	if err != nil {
		return Entry{}, err
	}
	u, _ := auth.Who(r.Context())
	e, err := a.Store.Entry(r.Context(), ViewerOf(u), EntryID(id))
	if err == nil && e.Side != side {
		return e, fault.New(fault.NotFound, "market.fault.no_entry")
	}
	return e, err
}

func (a *Area) showEntry(side Side) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		v, err := a.entryShown(r, &e)
		if err != nil {
			return err
		}
		web.SetVersion(w, e.Version)
		p := i18n.From(r.Context())
		list := web.Crumb{Label: p.T("market.list." + string(side) + "s.title"), Href: sidePath(side)}
		return web.Render(w, r, web.Page{Title: v.Title, Nav: string(side) + "s", Crumbs: []web.Crumb{list, {Label: e.Ref}}}, entryPageView(*v))
	}
}

func (a *Area) entryShown(r *http.Request, e *Entry) (*entryPageShown, error) {
	ctx, p := r.Context(), i18n.From(r.Context())
	u, _ := auth.Who(ctx)
	view := ViewerOf(u)
	v := &entryPageShown{Entry: *e, Own: view.Org != 0, May: web.May(r, sidePath(e.Side)+"/{id}/edit")}
	v.Title = a.goodsWord(p, e.Commodity()) + " · " + e.Party
	v.Sub = joinDot(e.Ref, p.Arg(e.Grams()), p.Arg(e.Days()))
	plans, err := a.bookPlans(ctx)
	if err != nil {
		return nil, err
	}
	s := plans.of(e.Ref)
	people, err := a.Store.Contacts(ctx, e.Side, view)
	if err != nil {
		return nil, err
	}
	row := a.bookRow(p, e, people[e.Org], s)
	v.Tel = row.tel()
	if v.Own {
		v.Tel, row.Matched, row.Left = "", 0, false // what a plan holds, a party reads on its own page
	}
	v.Tags = entryStates(p, e, &row, inVietnam(a.now()))
	v.Summary = a.entrySummary(ctx, p, e, row.Contact)
	asks, err := a.Store.EntryAsks(ctx, view, e.ID)
	if err != nil {
		return nil, err
	}
	answer := web.May(r, "/questions") && u.Role.In(auth.Officer, auth.Admin)
	for _, q := range asks {
		d := web.Doubt{Was: q.Value, Asking: q.Sentence(p)}
		if answer {
			d.Acts = []web.Action{{Label: p.T("market.entry.answer"), Href: fmt.Sprintf("/questions?entry=%d", e.ID)}}
		}
		v.Asks = append(v.Asks, d)
	}
	say := a.say(p, e, sayWith{Party: e.Party, Today: a.today()})
	v.Say, v.Copy = rich(say), p.T("market.entry.copy", plainWords(say), phoneText(a.phone))
	photos, err := a.Store.EntryPhotos(ctx, view, e.ID)
	if err != nil {
		return nil, err
	}
	for _, b := range photos {
		at := fmt.Sprintf("%s/photos/%d", entryPath(e.Side, e.ID), b.ID)
		v.Photos = append(v.Photos, photoShown{Href: at, Thumb: at + "?small=1", Name: b.Name, Picture: b.Picture()})
	}
	if v.History, err = a.entryHistory(ctx, view, e); err != nil {
		return nil, err
	}
	key := "market.partner.title." + string(e.Side)
	v.Partners = web.Action{Label: p.T(key), Icon: "search", Kind: "go", Href: entryPath(e.Side, e.ID) + "/partners"}
	if !v.Own && s != nil {
		v.Plan = &recordShown{Round: Round{ID: s.plan.Round}, Plan: s, Row: row, PlanHref: fmt.Sprintf("/plan/%d", s.plan.ID)}
		if s.left[e.Ref] {
			v.Plan.Letter = v.Plan.PlanHref + "/letter/" + e.Ref
		}
		err = a.recordLines(ctx, v.Plan, sidePath(e.Side), e.Ref)
	}
	return v, err
}

func (a *Area) entrySummary(ctx context.Context, p *i18n.Printer, e *Entry, contact string) (out []web.Item) {
	out = append(out, web.Item{Label: p.T("market.list.who"), Body: orgLink(e.Party, orgHref(e.Org))})
	if contact != "" {
		out = append(out, web.Item{Label: p.T("market.col.contact"), Value: contact})
	}
	for _, f := range a.facts(p, e) {
		if f.Value != "" {
			out = append(out, web.Item{Label: f.Label, Value: f.Value})
		}
	}
	agreed := web.Item{Label: p.T("market.entry.agreed.legend"), Value: p.T("market.entry.agreed.none"), Wait: true}
	if !e.AgreedAt.IsZero() {
		agreed.Value, agreed.Wait = p.T("market.entry.agreed.by", e.AgreedBy, inVietnam(e.AgreedAt)), false
	}
	who, behalf := a.entryActor(ctx, e.CreatedBy, e)
	entered := joinDot(p.T("market.channel."+string(e.Channel)), p.Arg(inVietnam(e.CreatedAt)), who)
	if behalf {
		entered = joinDot(p.T("market.channel."+string(e.Channel)), p.Arg(inVietnam(e.CreatedAt)), p.T("market.entry.by_behalf", who))
	}
	return append(out, agreed, web.Item{Label: p.T("market.entry.entered"), Value: entered}, web.Item{Label: p.T("market.entry.alive_at"), Value: p.Arg(inVietnam(e.AliveAt))})
}

// entryActor is who did something to an entry; behalf says that it was not the party itself.
func (a *Area) entryActor(ctx context.Context, by string, e *Entry) (name string, behalf bool) {
	id, _, ok := auth.ReadActor(by)
	if !ok {
		return by, true
	}
	acc, err := auth.NewAccounts(a.Store.DB, nil).ByID(ctx, id)
	if err != nil {
		return by, true
	}
	return acc.Name, acc.Org != int64(e.Org)
}

// entryHistory is what happened to an entry, newest first.
func (a *Area) entryHistory(ctx context.Context, view Viewer, e *Entry) (out []web.Past, err error) {
	p := i18n.From(ctx)
	trail, err := a.Store.EntryTrail(ctx, view, e.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range slices.Backward(trail) {
		at := inVietnam(x.At.Time)
		h := web.Past{When: p.Arg(at), ISO: at.Format(time.RFC3339), Who: e.Party}
		name, behalf := a.entryActor(ctx, x.Actor, e)
		if h.By = name; !behalf {
			h.Who, h.By = name, ""
		}
		switch x.Action {
		case "entry.save":
			h.What = p.T("market.entry.edit")
			h.Changes = a.trailChanges(p, x.Before, x.After)
		case "entry.close":
			h.What = p.T("market.entry.close")
			if m, ok := x.After.(map[string]any); ok && m["why"] != nil {
				h.What = p.T("market.entry.closed." + fmt.Sprint(m["why"]))
			}
		case "entry.add":
			h.What = p.T("market.entry.add")
		case "entry.alive":
			h.What = p.T("market.entry.alive")
		case "entry.reopen":
			h.What = p.T("market.entry.reopen")
		case "entry.alive_back":
			h.What = p.T("market.entry.alive_back")
		case "entry.photo_off":
			h.What = p.T("market.entry.photo_off")
		case "entry.photo_on":
			h.What = p.T("market.entry.photo_on")
		default:
			continue
		}
		out = append(out, h)
	}
	return out, nil
}

func (a *Area) trailChanges(p *i18n.Printer, before, after any) (out []web.FieldChange) {
	was, ok1 := entryOfTrail(before)
	now, ok2 := entryOfTrail(after)
	if !ok1 || !ok2 {
		return nil
	}
	old, new := a.facts(p, &was), a.facts(p, &now)
	for i := range old {
		if i < len(new) && old[i].Value != new[i].Value {
			out = append(out, web.FieldChange{Label: old[i].Label, Was: old[i].Value, Now: new[i].Value})
		}
	}
	return out
}

// entryDeed is a button of the page: alive, close, reopen.
func (a *Area) entryDeed(side Side, what string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		u, _ := auth.Who(ctx)
		e, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		d := EntryDeed{ID: e.ID, Side: side}
		if d.Version, err = web.RowVersion(r); err != nil {
			return err
		}
		undo := &web.Undo{Fields: map[string]string{web.VersionField: numText(d.Version + 1)}}
		var was Entry
		var ok bool
		key := "market.entry.done." + what
		path := entryPath(side, e.ID)
		switch what {
		case "alive":
			if s := r.PostFormValue("back"); s != "" {
				if d.Alive, err = time.Parse(time.RFC3339Nano, s); err != nil {
					return fault.New(fault.Invalid, "market.fault.no_entry").Because(err)
				}
				key, undo = "market.entry.done.alive_back", nil
			}
			was, ok, err = a.Store.SayAlive(ctx, claimOf(r), u.Actor(), ViewerOf(u), d)
			if undo != nil {
				undo.Action, undo.Fields["back"] = path+"/alive", was.AliveAt.Format(time.RFC3339Nano)
			}
		case "close":
			if d.Why = ClosedWhy(r.PostFormValue("why")); !slices.Contains(ClosedWhys, d.Why) {
				return fault.New(fault.Invalid, "market.entry.fault.why")
			}
			was, ok, err = a.Store.CloseEntry(ctx, claimOf(r), u.Actor(), ViewerOf(u), d)
			undo.Action = path + "/reopen"
		default:
			was, ok, err = a.Store.OpenEntry(ctx, claimOf(r), u.Actor(), ViewerOf(u), d)
			undo.Action, undo.Fields["why"] = path+"/close", string(was.Why)
			if was.Why == "" {
				undo = nil
			}
		}
		if err != nil {
			return err
		}
		if !ok {
			return &web.Stale{Back: path}
		}
		web.SetUndo(w, r, "good", web.T(ctx, key, e.Ref), undo)
		return web.Redirect(w, r, path)
	}
}

func (a *Area) editEntry(side Side) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		v := entryShown{Form: newEntryForm(side)}
		v.Form.fill(a.Store, &e, a.book.Printer(i18n.VI))
		if err := a.editParty(r, &v, &e); err != nil {
			return err
		}
		web.SetVersion(w, e.Version)
		return a.renderEntry(w, r, 0, v)
	}
}

// editParty tells the form whose entry it is: that does not change.
func (a *Area) editParty(r *http.Request, v *entryShown, e *Entry) error {
	u, _ := auth.Who(r.Context())
	v.Form.ID, v.Was = e.ID, e.Place()
	v.Form.F["ref"], v.Form.F["org"], v.Form.F["org_who"], v.Form.F["who"], v.Form.F["papers_of"] = e.Ref, numText(int64(e.Org)), "", "", numText(int64(e.Org))
	return a.entryParty(r.Context(), u, v)
}

func (a *Area) saveEntry(side Side) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		u, _ := auth.Who(ctx)
		was, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		f, photos, err := readEntryForm(r, side)
		if r.MultipartForm != nil {
			defer func() { _ = r.MultipartForm.RemoveAll() }()
		}
		if err != nil {
			return err
		}
		if f.Version, err = web.RowVersion(r); err != nil {
			return err
		}
		v := entryShown{Form: f}
		do := r.PostFormValue("do")
		if do == "paste" {
			a.pasteEntry(ctx, r.PostFormValue("paste"), &v)
		}
		if err := a.editParty(r, &v, &was); err != nil {
			return err
		}
		read := a.readEntry(ctx, &v)
		if do != "save" && do != "" {
			return a.renderEntry(w, r, 0, v)
		}
		n, _, errs := a.entryWrite(ctx, u, &v, read)
		if len(errs) == 0 {
			e := was
			e.Version, e.Offer, e.Demand = f.Version, n.Offer, n.Demand
			e.Offer.Held = was.Offer.Held // what is promised elsewhere is no question of the form
			if e.AgreedBy, e.AgreedAt = n.AgreedBy, n.AgreedAt; n.AgreedBy == was.AgreedBy && sameMinute(n.AgreedAt, was.AgreedAt) {
				e.AgreedAt = was.AgreedAt
			}
			ok, now, err := a.Store.Mend(ctx, claimOf(r), u.Actor(), ViewerOf(u), e, n.Asks, photos)
			switch {
			case err == nil && ok:
				web.SetFlash(w, r, "good", web.T(ctx, "market.entry.saved", was.Ref, was.Party))
				return web.Redirect(w, r, entryPath(side, e.ID))
			case err == nil:
				return &web.Stale{Back: entryPath(side, e.ID) + "/edit", Changes: a.entryChanges(ctx, &e, &now)}
			}
			if errs = entryFaults(side, err); len(errs) == 0 {
				return err
			}
		}
		v.Errs = entryErrors(ctx, side, errs)
		return a.renderEntry(w, r, http.StatusUnprocessableEntity, v)
	}
}

func sameMinute(x, y time.Time) bool { return x.Truncate(time.Minute).Equal(y.Truncate(time.Minute)) }

// entryChanges compares what was sent with what stands now.
func (a *Area) entryChanges(ctx context.Context, yours, now *Entry) (out []web.Change) {
	p := i18n.From(ctx)
	y, n := a.facts(p, yours), a.facts(p, now)
	for i := range y {
		if y[i].Value != n[i].Value {
			out = append(out, web.Change{Label: y[i].Label, Yours: y[i].Value, Now: n[i].Value})
		}
	}
	return out
}

// closeWhys are the reasons for closing that a side is offered.
func closeWhys(side Side) []ClosedWhy {
	if side == SideDemand {
		return []ClosedWhy{Filled, Withdrawn, Mistaken}
	}
	return []ClosedWhy{SoldElsewhere, Withdrawn, Mistaken}
}
