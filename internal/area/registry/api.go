package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// The register for programs.

// API adds the area's operations.
func (a *Area) API(x *api.API) {
	op := api.Op{Tag: "organisations", Words: "registry.api.", May: auth.Only(auth.Staff...), Token: "registry:read"}
	with := func(id, method, path string) api.Op {
		o := op
		o.ID, o.Method, o.Path = id, method, path
		if method != "GET" {
			o.May, o.Token = auth.Only(auth.Officer, auth.Admin), "registry:write"
		}
		return o
	}
	api.Add(x, with("list_organisations", "GET", "/organisations"), a.apiList)
	add := with("add_organisation", "POST", "/organisations")
	add.Status = 201
	api.Add(x, add, a.apiAdd)
	get := with("get_organisation", "GET", "/organisations/{id}")
	get.May = auth.SignedIn // its own people too; 404 for every other
	api.Add(x, get, a.apiGet)
	api.Add(x, with("change_organisation", "PUT", "/organisations/{id}"), a.apiSave)
}

// OrgTerms is an organisation as a program writes it. Numbers that nobody reported are 0.
type OrgTerms struct {
	Kind     string       `json:"kind" enum:"htx,lhhtx,tht,qtdnd,dn,ho,cq"`
	Name     string       `json:"name" minLength:"1" maxLength:"200"`
	TaxCode  string       `json:"tax_code,omitempty" maxLength:"20"`
	Status   string       `json:"status,omitempty" enum:"operating,suspended,dissolved" default:"operating"`
	Place    string       `json:"place,omitempty" maxLength:"20"`
	Address  string       `json:"address,omitempty" maxLength:"200"`
	Field    string       `json:"field,omitempty" enum:"agri,trade,craft,transport,electricity,construction,credit,other"`
	Members  int64        `json:"members,omitempty" minimum:"0" maximum:"1000000"`
	Regular  int64        `json:"regular_workers,omitempty" minimum:"0" maximum:"1000000"`
	Seasonal int64        `json:"seasonal_workers,omitempty" minimum:"0" maximum:"1000000"`
	Founded  calendar.Day `json:"founded,omitzero" format:"date"`
	Contact  string       `json:"contact,omitempty" maxLength:"200"`
	Phones   []string     `json:"phones,omitempty" maxItems:"10"`
	Email    string       `json:"email,omitempty" maxLength:"200"`
	Note     string       `json:"note,omitempty" maxLength:"2000"`
}

type apiOrganisation struct {
	ID        int64     `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	OrgTerms
}

type (
	apiOne struct {
		ETag     string `header:"ETag"`
		Location string `header:"Location"`
		Body     apiOrganisation
	}
	apiAt struct {
		ID int64 `path:"id" minimum:"1"`
	}
	apiNew struct {
		Body OrgTerms
	}
	apiChange struct {
		ID      int64  `path:"id" minimum:"1"`
		IfMatch string `header:"If-Match"`
		Body    OrgTerms
	}
	apiListIn struct {
		api.Paged
		Text     string `query:"q" maxLength:"200"`
		Kind     string `query:"kind" enum:"htx,lhhtx,tht,qtdnd,dn,ho,cq"`
		Status   string `query:"status" enum:"operating,suspended,dissolved"`
		District string `query:"district_key" maxLength:"20"`
	}
	apiList struct {
		Body api.Page[apiOrganisation]
	}
)

func shown(o *Org) apiOrganisation {
	return apiOrganisation{int64(o.ID), o.Version, o.CreatedAt, o.UpdatedAt, OrgTerms{
		Kind: string(o.Kind), Name: o.Name, TaxCode: o.TaxCode, Status: string(o.Status), Place: o.Place, Address: o.Address, Field: string(o.Field),
		Members: o.Members, Regular: o.Regular, Seasonal: o.Seasonal, Founded: o.Founded, Contact: o.Contact, Phones: o.Phones(), Email: o.Email, Note: o.Note,
	}}
}

// org is the organisation that the terms describe; what cannot be read is a fault at its
// field. Store and page check the rest.
func (t *OrgTerms) org() (o Org, err error) {
	o = Org{
		Kind: Kind(t.Kind), Name: t.Name, TaxCode: t.TaxCode, Status: Status(t.Status), Place: t.Place, Address: t.Address, Field: Field(t.Field),
		Members: t.Members, Regular: t.Regular, Seasonal: t.Seasonal, Founded: t.Founded, Contact: t.Contact, Email: t.Email, Note: t.Note,
	}
	for i, s := range t.Phones {
		ps := ParsePhones(s)
		if len(ps) != 1 {
			return o, fault.New(fault.Invalid, "registry.fault.phone", s).At(fault.Where{Col: fmt.Sprintf("phones[%d]", i)})
		}
		if o.Phone == "" {
			o.Phone = ps[0]
		} else {
			o.OtherPhones = append(o.OtherPhones, ps[0])
		}
	}
	return o, nil
}

func one(o *Org) *apiOne { return &apiOne{ETag: api.ETag(o.Version), Body: shown(o)} }

func (a *Area) apiList(ctx context.Context, in *apiListIn) (*apiList, error) {
	c, _, err := api.ReadCursor(in.Cursor, "id")
	if err != nil {
		return nil, err
	}
	f := Filter{Text: in.Text, Status: Status(in.Status), District: in.District, Viewer: viewer(ctx)}
	if in.Kind != "" {
		f.Kinds = []Kind{Kind(in.Kind)}
	}
	list, err := a.OrgsAfter(ctx, f, OrgID(c.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return &apiList{api.PageOf(list, in.Limit, shown, func(o *Org) api.Cursor { return api.Cursor{Sort: "id", ID: int64(o.ID)} })}, nil
}

func (a *Area) apiGet(ctx context.Context, in *apiAt) (*apiOne, error) {
	o, err := a.OrgSeen(ctx, viewer(ctx), OrgID(in.ID))
	if err != nil {
		return nil, err
	}
	return one(&o), nil
}

func (a *Area) apiAdd(ctx context.Context, in *apiNew) (*apiOne, error) {
	o, err := in.Body.org()
	if err == nil {
		err = o.Check(a.Atlas)
	}
	if err == nil {
		err = a.checkReach(ctx, o)
	}
	if err == nil && o.TaxCode == "" {
		var alike []Org
		if alike, err = a.Alike(ctx, viewer(ctx), o.Name); err == nil && len(alike) > 0 {
			err = fault.New(fault.Invalid, "registry.api.fault.alike", int64(alike[0].ID)).At(fault.Where{Col: "name"})
		}
	}
	if err != nil {
		return nil, err
	}
	u, _ := auth.Who(ctx)
	id, err := a.AddOnce(ctx, claimIn(ctx), u.Actor(), o)
	if err != nil {
		return nil, a.hideForeign(ctx, o, err)
	}
	out, err := a.apiGet(ctx, &apiAt{ID: int64(id)})
	if err == nil {
		out.Location = api.Root + orgPath(id)
	}
	return out, err
}

func (a *Area) apiSave(ctx context.Context, in *apiChange) (*apiOne, error) {
	version, err := web.ReadVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	was, err := a.OrgSeen(ctx, viewer(ctx), OrgID(in.ID))
	if err != nil {
		return nil, err
	}
	o, err := in.Body.org()
	if err == nil {
		err = o.Check(a.Atlas)
	}
	o.ID, o.Version = was.ID, version
	if err == nil && o.Place != was.Place {
		err = a.checkReach(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	u, _ := auth.Who(ctx)
	ok, err := a.SaveOnce(ctx, claimIn(ctx), u.Actor(), o)
	if err != nil {
		return nil, a.hideForeign(ctx, o, err)
	}
	if !ok {
		now, err := a.OrgSeen(ctx, viewer(ctx), o.ID)
		if err != nil {
			return nil, err
		}
		return nil, &web.Stale{Back: api.Root + orgPath(o.ID), Changes: a.changes(ctx, o, now)}
	}
	return a.apiGet(ctx, &apiAt{ID: in.ID})
}
