package market

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// entryShown is the page of the form.
type entryShown struct {
	Form        entryForm
	Title, Sub  string
	Action      string
	Errs        web.FormErrors
	Own         bool // the organisation itself writes
	Party       registry.Org
	Known       bool           // Party is in the register
	New         bool           // nobody is found: name and place are asked for
	Choices     []registry.Org // several may be meant
	PartySub    string
	Usual       []web.Option // what the party sells mostly
	Goods       []web.Option
	Papers      []web.Option
	Got         map[string]string   // what a field was taken for
	Doubts      map[string][]string // what is asked about a field
	Left        []string            // all doubts, for the side
	Say         templ.Component
	Twins       []web.Line
	Last        *entryLast
	Paste       string
	PasteErr    string
	User, Today string
	PartyPlace  string // as the form writes it
	Was         string // key of the place of an entry that is edited
	places      func(key string) string
	vi          *i18n.Printer // words of the reader
}

// entryLast is the entry that was saved just before.
type entryLast struct {
	Title, Href, Edit string
	Say               templ.Component
	Copy              string
	Doubts            []string
}

func (a *Area) newOffer(w http.ResponseWriter, r *http.Request) error {
	return a.newEntry(w, r, SideOffer)
}

func (a *Area) newDemand(w http.ResponseWriter, r *http.Request) error {
	return a.newEntry(w, r, SideDemand)
}

func (a *Area) newEntry(w http.ResponseWriter, r *http.Request, side Side) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	f := newEntryForm(side)
	f.F["agreed_at"] = inVietnam(a.now()).Format("15:04")
	f.F["unit"] = unitChoices(Deps{}, nil)[2]
	f.F["when"], f.F["mix"], f.F["price_at"] = whenPick, "split", a.book.Printer(i18n.VI).T("market.sheet.choice.store")
	if org := r.URL.Query().Get("org"); org != "" {
		f.F["org"] = org
	}
	v := entryShown{Form: f}
	if err := a.entryParty(ctx, u, &v); err != nil {
		return err
	}
	if id := EntryID(atoi(r.URL.Query().Get("after"))); id > 0 {
		last, err := a.lastEntry(ctx, ViewerOf(u), id)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return err
		}
		v.Last = last
	}
	return a.renderEntry(w, r, 0, v)
}

// lastEntry is what was saved a moment ago: the sentence to read back, and what is still
// to be asked.
func (a *Area) lastEntry(ctx context.Context, view Viewer, id EntryID) (*entryLast, error) {
	e, err := a.Store.Entry(ctx, view, id)
	if err != nil {
		return nil, err
	}
	p := i18n.From(ctx)
	say := a.say(p, &e, sayWith{Party: e.Party, Today: a.today()})
	out := &entryLast{
		Title: p.T("market.entry.last", e.Ref, e.Party), Href: entryPath(e.Side, e.ID), Edit: entryPath(e.Side, e.ID) + "/edit",
		Say: rich(say), Copy: p.T("market.entry.copy", plainWords(say), phoneText(a.phone)),
	}
	asks, err := a.Store.EntryAsks(ctx, view, id)
	for _, q := range asks {
		out.Doubts = append(out.Doubts, q.Sentence(p))
	}
	return out, err
}

func (a *Area) enterOffer(w http.ResponseWriter, r *http.Request) error {
	return a.takeEntry(w, r, SideOffer)
}

func (a *Area) enterDemand(w http.ResponseWriter, r *http.Request) error {
	return a.takeEntry(w, r, SideDemand)
}

// readEntryForm takes the fields as they came, and the photo.
func readEntryForm(r *http.Request, side Side) (f entryForm, photos []blob.New, err error) {
	f = newEntryForm(side)
	if err := r.ParseMultipartForm(web.MaxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return f, nil, fault.New(fault.Invalid, "market.fault.upload_broken").Because(err)
	}
	for _, k := range entryFields(side) {
		f.F[k] = strings.TrimSpace(text.NFC(r.PostFormValue(k)))
	}
	if pick := strings.TrimSpace(r.PostFormValue("commodity_pick")); pick != "" && f.F["commodity"] == "" {
		f.F["commodity"] = pick
	}
	for _, s := range r.PostForm["papers"] {
		if s = strings.TrimSpace(s); s != "" && len(f.Papers) < maxPapers {
			f.Papers = append(f.Papers, s)
		}
	}
	if r.MultipartForm == nil {
		return f, nil, nil
	}
	for _, h := range r.MultipartForm.File["photo"] {
		if h.Size == 0 {
			continue
		}
		file, err := h.Open()
		if err != nil {
			return f, nil, err
		}
		data, err := io.ReadAll(file)
		_ = file.Close()
		if err != nil {
			return f, nil, err
		}
		photos = append(photos, blob.New{Name: fileName(h), Data: data})
	}
	return f, photos, nil
}

func (a *Area) takeEntry(w http.ResponseWriter, r *http.Request, side Side) error {
	ctx := r.Context()
	u, _ := auth.Who(ctx)
	f, photos, err := readEntryForm(r, side)
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	if err != nil {
		return err
	}
	v := entryShown{Form: f}
	do := r.PostFormValue("do")
	if do == "paste" {
		a.pasteEntry(ctx, r.PostFormValue("paste"), &v)
	}
	if do == "other" {
		v.Form.F["org"], v.Form.F["org_who"], v.New = "new", v.Form.F["who"], true
	}
	if err := a.entryParty(ctx, u, &v); err != nil {
		return err
	}
	read := a.readEntry(ctx, &v)
	switch do {
	case "find", "other", "check", "paste":
		return a.renderEntry(w, r, 0, v)
	}
	n, org, errs := a.entryWrite(ctx, u, &v, read)
	if len(errs) == 0 && r.PostFormValue("twice") == "" {
		if err := a.entryTwins(ctx, ViewerOf(u), &read.Entry, &v); err != nil {
			return err
		}
	}
	var id EntryID
	if len(errs) == 0 && len(v.Twins) == 0 {
		id, err = a.Store.Enter(ctx, claimOf(r), u.Actor(), ViewerOf(u), n, org, photos)
		if err == nil {
			return a.entered(w, r, &v, id, do == "next")
		}
		errs = entryFaults(side, err)
		if len(errs) == 0 {
			return err
		}
	}
	v.Errs = entryErrors(ctx, side, errs)
	return a.renderEntry(w, r, http.StatusUnprocessableEntity, v)
}

func (a *Area) entered(w http.ResponseWriter, r *http.Request, v *entryShown, id EntryID, next bool) error {
	ctx := r.Context()
	web.SetFlash(w, r, "good", web.T(ctx, "market.entry.saved", v.Form.Side.Ref(id), v.Party.Name))
	if next {
		return web.Redirect(w, r, v.Form.path()+"/new?after="+strconv.FormatInt(int64(id), 10))
	}
	return web.Redirect(w, r, entryPath(v.Form.Side, id))
}

// entryFaults are the faults of an error that the person can mend; none for any other.
func entryFaults(side Side, err error) (out fault.List) {
	for _, e := range faultsIn(err) {
		if e.Code != fault.Invalid && e.Code != fault.TooLarge {
			return nil
		}
		at := e.Where.Col
		switch at {
		case "file":
			at = "photo"
		case "name":
			at = "party"
		case "kind", "tax_code", "phone":
			at = "who"
		default:
			at = entryField(side, at)
		}
		out = append(out, e.At(fault.Where{Col: at}))
	}
	return out
}

// entryErrors are faults beside their fields, in the order of the form.
func entryErrors(ctx context.Context, side Side, all fault.List) (out web.FormErrors) {
	p := i18n.From(ctx)
	order := append(slices.Clone(entryFields(side)), "papers", "photo")
	known := func(col string) bool { return slices.Contains(order, col) }
	put := func(e *fault.Error, field string) {
		if out.Of(field) == "" || field == "" {
			out = append(out, web.FieldError{Field: field, Text: p.Fault(e.At(fault.Where{}))})
		}
	}
	for _, k := range order {
		for _, e := range all {
			if e.Where.Col == k {
				put(e, k)
			}
		}
	}
	for _, e := range all {
		if !known(e.Where.Col) {
			put(e, "")
		}
	}
	return out
}

// entryWrite is the form as what the book stores, or what is wrong with it.
func (a *Area) entryWrite(ctx context.Context, u auth.User, v *entryShown, read entryRead) (n NewEntry, org *registry.Org, bad fault.List) {
	f := &v.Form
	wrong := func(col, key string, args ...any) {
		bad = append(bad, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: col}))
	}
	switch {
	case v.Known:
	case len(v.Choices) > 0:
		wrong("who", "market.entry.fault.which")
	case f.F["who"] == "" && f.F["party"] == "":
		wrong("who", "market.entry.fault.who")
	case f.F["party"] == "":
		wrong("party", "market.entry.fault.party")
	default:
		org = a.newParty(f, &read.Entry)
	}
	bad = append(bad, read.Faults...)
	n = NewEntry{Side: f.Side, Org: v.Party.ID, Offer: read.Entry.Offer, Demand: read.Entry.Demand, Channel: ByPhone, Asks: read.Asks}
	if v.Own {
		n.Channel, n.AgreedBy, n.AgreedAt = ByParty, short(u.Name), a.now()
	} else {
		by, at, err := f.agreement(a.now())
		if err != nil {
			bad = append(bad, faultsIn(err)...)
		}
		n.AgreedBy, n.AgreedAt = by, at
	}
	if word := a.book.Printer(i18n.VI).T("market.entry.price.market.note"); f.F["price_market"] != "" && f.F["price"] == "" && !strings.Contains(n.Offer.Note, word) {
		n.Offer.Note = strings.TrimLeft(n.Offer.Note+"; "+word, "; ")
	}
	return n, org, bad
}

// newParty is an organisation that the register does not know yet.
func (a *Area) newParty(f *entryForm, e *Entry) *registry.Org {
	o := &registry.Org{Name: f.F["party"], Contact: f.F["contact"], Status: registry.Operating, Place: e.Place()}
	if o.Kind = registry.KindOf(o.Name); o.Kind == "" {
		o.Kind = registry.Household
		if f.Side == SideDemand {
			o.Kind = registry.Enterprise
		}
	}
	if phones := registry.ParsePhones(f.F["who"]); len(phones) > 0 {
		o.Phone, o.OtherPhones = phones[0], phones[1:]
	}
	return o
}

// readEntry reads the form and says what each field was taken for.
func (a *Area) readEntry(ctx context.Context, v *entryShown) entryRead {
	p := i18n.From(ctx)
	place := ""
	if v.Known && v.Party.Place != "" && (v.Form.F["place"] == "" && v.Form.Side == SideOffer || v.Form.F["place"] == a.atlas.Label(v.Party.Place)) {
		place = v.Party.Place
	}
	if v.Was != "" && v.Form.F["place"] == a.atlas.Label(v.Was) {
		place = v.Was
	}
	read := v.Form.read(a.deps(), ReadOptions{AsOf: a.today(), Params: DefaultParams(), Home: a.homeName()}, place)
	read.Entry.Org = v.Party.ID
	v.Got, v.Doubts = map[string]string{}, map[string][]string{}
	if read.OK {
		v.Got = a.understood(p, &read.Entry)
		name := v.Party.Name
		if !v.Known {
			name = v.Form.F["party"]
		}
		e := read.Entry
		if e.Asks = len(read.Asks); e.Asks == 0 {
			e.ID = -1 // nothing is left to ask: a missing price is meant
		}
		v.Say = rich(a.say(p, &e, sayWith{Party: name, Today: a.today()}))
	}
	for _, q := range read.Asks {
		s := q.Sentence(p)
		k := entryField(v.Form.Side, q.Key)
		v.Doubts[k] = append(v.Doubts[k], s)
		v.Left = append(v.Left, s)
	}
	return read
}

func (a *Area) entryTwins(ctx context.Context, view Viewer, e *Entry, v *entryShown) error {
	twins, err := a.Store.Twins(ctx, view, e)
	if err != nil {
		return err
	}
	p := i18n.From(ctx)
	for i := range twins {
		t := &twins[i]
		v.Twins = append(v.Twins, web.Line{
			Label: joinDot(t.Ref, a.goodsWord(p, t.Commodity()), p.Arg(t.Grams())), Sub: joinDot(p.Arg(t.Days()), p.T("market.entry.since", t.UpdatedAt)),
			Href: entryPath(t.Side, t.ID) + "/edit",
		})
	}
	return nil
}
