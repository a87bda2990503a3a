package registry

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

// orgForm is an organisation as it is typed.
type orgForm struct {
	ID      OrgID // 0: a new one
	Version int64
	Name    string
	F       map[string]string // by field name
	Picks   []web.Option      // places to choose among, when the written one is not clear
	Errs    web.FormErrors
	Alike   []Org // organisations that may be the same
}

// orgFields lists the inputs in order.
var orgFields = []string{"name", "kind", "status", "contact", "phone", "email", "tax_code", "place", "address", "field", "members", "regular", "seasonal", "founded", "note"}

func (a *Area) formOf(ctx context.Context, o Org) orgForm {
	p := i18n.From(ctx)
	num := func(n int64) string {
		if n == 0 {
			return ""
		}
		return p.Arg(n)
	}
	phones := make([]string, 0, 2)
	for _, x := range o.Phones() {
		phones = append(phones, ShowPhone(x))
	}
	return orgForm{ID: o.ID, Version: o.Version, Name: o.Name, F: map[string]string{
		"name": o.Name, "kind": string(o.Kind), "status": string(o.Status), "contact": o.Contact, "phone": strings.Join(phones, ", "),
		"email": o.Email, "tax_code": o.TaxCode, "place": a.Atlas.Label(o.Place), "place_key": o.Place, "address": o.Address,
		"field": string(o.Field), "members": num(o.Members), "regular": num(o.Regular), "seasonal": num(o.Seasonal),
		"founded": calendar.FormatVI(o.Founded), "note": o.Note,
	}}
}

func (a *Area) newOrg(w http.ResponseWriter, r *http.Request) error {
	f := a.formOf(r.Context(), Org{Kind: Coop, Status: Operating})
	return a.renderForm(w, r, 0, f)
}

func (a *Area) editOrg(w http.ResponseWriter, r *http.Request) error {
	o, err := a.orgOf(r)
	if err != nil {
		return err
	}
	web.SetVersion(w, o.Version)
	return a.renderForm(w, r, 0, a.formOf(r.Context(), o))
}

func (a *Area) renderForm(w http.ResponseWriter, r *http.Request, status int, f orgForm) error {
	ctx := r.Context()
	title := web.T(ctx, "registry.new.title")
	crumbs := []web.Crumb{{Label: web.T(ctx, "registry.orgs.title"), Href: "/organisations"}}
	if f.ID != 0 {
		title = web.T(ctx, "registry.edit.title", f.Name)
		crumbs = append(crumbs, web.Crumb{Label: f.Name, Href: orgPath(f.ID)})
	}
	return web.Render(w, r, web.Page{Title: title, Nav: "organisations", Crumbs: crumbs, Status: status}, orgFormView(f, title))
}

// readForm turns what was typed into an organisation, and says what cannot be read.
func (a *Area) readForm(r *http.Request) (o Org, f orgForm, err error) {
	f.F = map[string]string{}
	for _, name := range append(orgFields, "place_key", "place_pick") {
		f.F[name] = strings.TrimSpace(r.PostFormValue(name))
	}
	v := func(name string) string { return f.F[name] }
	var bad fault.List
	wrong := func(col, key string, args ...any) {
		bad = append(bad, fault.New(fault.Invalid, key, args...).At(fault.Where{Col: col}))
	}
	o = Org{
		Name: v("name"), Kind: Kind(v("kind")), Status: Status(v("status")), TaxCode: v("tax_code"), Address: v("address"),
		Field: Field(v("field")), Contact: v("contact"), Email: v("email"), Note: v("note"),
	}
	if s := v("phone"); s != "" {
		ps := ParsePhones(s)
		if len(ps) == 0 {
			wrong("phone", "registry.fault.phone", s)
		} else {
			o.Phone, o.OtherPhones = ps[0], ps[1:]
		}
	}
	for name, to := range map[string]*int64{"members": &o.Members, "regular": &o.Regular, "seasonal": &o.Seasonal} {
		if s := v(name); s != "" {
			milli, ok := text.ParseNumber(s)
			if !ok || milli%1000 != 0 || milli < 0 {
				wrong(name, "registry.fault.count")
				continue
			}
			*to = milli / 1000
		}
	}
	if s := v("founded"); s != "" {
		year, _, _ := a.today().Date()
		first, _, ok := calendar.ReadDay(s, year)
		if !ok {
			wrong("founded", "registry.fault.day", s)
		}
		o.Founded = first
	}
	var picks []places.Unit
	if o.Place, picks, err = a.readPlace(v("place"), v("place_key"), v("place_pick")); err != nil {
		var one *fault.Error
		if fault.CodeOf(err) != fault.Invalid {
			return o, f, err
		}
		one, _ = err.(*fault.Error)
		bad = append(bad, one.At(fault.Where{Col: "place"}))
		for _, u := range picks {
			f.Picks = append(f.Picks, web.Option{Value: u.Key, Label: a.Atlas.Label(u.Key)})
		}
	}
	if err := o.Check(a.Atlas); err != nil {
		if l, ok := err.(fault.List); ok {
			bad = append(bad, l...)
		}
	}
	return o, f, inOrder(bad).Err()
}

// readPlace finds the key of a written place: unchanged, chosen among candidates, or read.
func (a *Area) readPlace(written, was, picked string) (key string, picks []places.Unit, err error) {
	switch {
	case written == "":
		return "", nil, nil
	case was != "" && written == a.Atlas.Label(was):
		return was, nil, nil
	case picked != "":
		if _, ok := a.Atlas.ByKey(picked); ok {
			return picked, nil, nil
		}
	}
	u, picks, err := a.Atlas.ResolveNear(a.home, "", "", written, a.today())
	return u.Key, picks, err
}

// inOrder sorts faults by their place on the form and keeps the first of each field.
func inOrder(l fault.List) fault.List {
	var out fault.List
	for _, name := range orgFields {
		for _, e := range l {
			if e.Where.Col == name {
				out = append(out, e)
				break
			}
		}
	}
	return out
}

// checkReach refuses a place outside the territory of whoever writes: the organisation
// would be out of their own sight at once.
func (a *Area) checkReach(ctx context.Context, o Org) error {
	ok, err := a.SeesPlace(ctx, viewer(ctx), o.Place)
	if err != nil || ok {
		return err
	}
	return fault.New(fault.Invalid, "registry.fault.elsewhere").At(fault.Where{Col: "place"})
}

// hideForeign leaves out the name of an organisation that the reader may not see.
func (a *Area) hideForeign(ctx context.Context, o Org, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Key != "registry.fault.duplicate" {
		return err
	}
	other, ok, ferr := a.ByTaxCode(ctx, o.TaxCode)
	if ferr != nil || !ok {
		return err
	}
	if _, ferr := a.OrgSeen(ctx, viewer(ctx), other.ID); ferr != nil {
		return fault.New(fault.Invalid, "registry.fault.duplicate_elsewhere", o.TaxCode).At(f.Where)
	}
	return err
}

func (a *Area) addOrg(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, f, err := a.readForm(r)
	if err == nil {
		err = a.checkReach(ctx, o)
	}
	if err == nil && o.TaxCode == "" && r.PostFormValue("not_alike") == "" {
		if f.Alike, err = a.Store.Alike(ctx, viewer(ctx), o.Name); err != nil {
			return err
		}
		if len(f.Alike) > 0 {
			err = fault.New(fault.Invalid, "registry.fault.alike", f.Alike[0].Name).At(fault.Where{Col: "name"})
		}
	}
	var id OrgID
	if err == nil {
		id, err = a.addOnce(ctx, r, actor(r), o)
		err = a.hideForeign(ctx, o, err)
	}
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		f.Errs = errs
		return a.renderForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "registry.added", o.Name))
	return web.Redirect(w, r, orgPath(id))
}

func (a *Area) saveOrg(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	was, err := a.orgOf(r)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	o, f, err := a.readForm(r)
	o.ID, o.Version = was.ID, version
	f.ID, f.Version, f.Name = was.ID, version, was.Name
	ok := false
	if err == nil && o.Place != was.Place {
		err = a.checkReach(ctx, o)
	}
	if err == nil {
		ok, err = a.saveOnce(r, o)
		err = a.hideForeign(ctx, o, err)
	}
	if errs, mend := web.FormErrorsOf(ctx, err); mend {
		f.Errs = errs
		return a.renderForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if !ok {
		now, err := a.OrgSeen(ctx, viewer(ctx), o.ID)
		if err != nil {
			return err
		}
		return &web.Stale{Back: orgPath(o.ID) + "/edit", Changes: a.changes(ctx, o, now)}
	}
	web.SetFlash(w, r, "good", web.T(ctx, "registry.saved"))
	return web.Redirect(w, r, orgPath(o.ID))
}

// changes compares what was sent with what stands now, field by field.
func (a *Area) changes(ctx context.Context, yours, now Org) []web.Change {
	y, n := a.formOf(ctx, yours).F, a.formOf(ctx, now).F
	words := func(m map[string]string, name string) string {
		switch name {
		case "kind", "status", "field":
			if m[name] != "" {
				return web.T(ctx, "registry."+name+"."+m[name])
			}
		}
		return m[name]
	}
	var cs []web.Change
	for _, name := range orgFields {
		cs = append(cs, web.Change{Label: web.T(ctx, "registry."+name), Yours: words(y, name), Now: words(n, name)})
	}
	return web.Compare(cs...)
}

// control is one input of the form.
func (f orgForm) control(ctx context.Context, name string, c web.Control) web.Control {
	c.Name, c.Value, c.Error = name, f.F[name], f.Errs.Of(name)
	c.Label = web.T(ctx, "registry."+name)
	if key := "registry.hint." + name; i18n.From(ctx).Has(key) {
		c.Hint = web.T(ctx, key)
	}
	return c
}

func (f orgForm) action() string {
	if f.ID == 0 {
		return "/organisations"
	}
	return orgPath(f.ID)
}

func (f orgForm) back() string {
	if f.ID == 0 {
		return "/organisations"
	}
	return orgPath(f.ID)
}

func kindOptions(ctx context.Context) (os []web.Option) {
	for _, k := range Kinds {
		os = append(os, web.Option{Value: string(k), Label: kindText(ctx, k)})
	}
	return os
}

func statusOptions(ctx context.Context) (os []web.Option) {
	for _, s := range Statuses {
		os = append(os, web.Option{Value: string(s), Label: statusText(ctx, s)})
	}
	return os
}

func fieldOptions(ctx context.Context) []web.Option {
	os := []web.Option{{Label: web.T(ctx, "registry.field.none")}}
	for _, x := range Fields {
		os = append(os, web.Option{Value: string(x), Label: web.T(ctx, "registry.field."+string(x))})
	}
	return os
}

func versionText(n int64) string { return strconv.FormatInt(n, 10) }
