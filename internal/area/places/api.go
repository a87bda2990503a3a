package places

import (
	"context"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
)

// Administrative units for programs: how a written name becomes the key that other
// operations take.

// API adds the area's operations.
func (a *Area) API(x *api.API) {
	op := func(id, path string) api.Op {
		return api.Op{ID: id, Method: "GET", Path: path, Tag: "places", Words: "places.api.", May: auth.SignedIn, Token: "catalog:read"}
	}
	api.Add(x, op("find_places", "/places"), a.apiFind)
	api.Add(x, op("get_place", "/places/{key}"), a.apiPlace)
}

type apiPlace struct {
	Key        string    `json:"key"`
	Code       string    `json:"code"`
	Name       string    `json:"name"`
	Label      string    `json:"label"`
	Level      string    `json:"level" enum:"province,district,commune"`
	Parent     string    `json:"parent,omitempty"`
	District   string    `json:"district_key,omitempty"`
	Province   string    `json:"province_key"`
	Lat        float64   `json:"lat"`
	Lon        float64   `json:"lon"`
	Approx     bool      `json:"approx,omitempty"`
	Successors []apiLink `json:"successors,omitempty"`
}

type apiLink struct {
	Key  string `json:"key"`
	Part bool   `json:"part,omitempty"`
}

type (
	apiFindIn struct {
		Text  string  `query:"q" required:"true" minLength:"1" maxLength:"200"`
		On    api.Day `query:"on"`
		Limit int     `query:"limit" minimum:"1" maximum:"50" default:"10"`
	}
	apiFound struct {
		Body struct {
			Items []apiPlace `json:"items" nullable:"false"`
		}
	}
	apiPlaceAt struct {
		Key string `path:"key" maxLength:"20"`
	}
	apiPlaceOne struct {
		Body apiPlace
	}
)

func (a *Area) apiShown(u Unit) apiPlace {
	p := apiPlace{
		Key: u.Key, Code: u.Code, Name: u.Name, Label: a.Atlas.Label(u.Key), Level: u.Level.String(), Parent: u.Parent, District: u.District, Province: u.Province,
		Lat: float64(u.Point.LatE6) / 1e6, Lon: float64(u.Point.LonE6) / 1e6, Approx: u.Approx,
	}
	for _, l := range a.Atlas.Successors(u.Key) {
		p.Successors = append(p.Successors, apiLink(l))
	}
	return p
}

func (a *Area) apiFind(_ context.Context, in *apiFindIn) (*apiFound, error) {
	out := &apiFound{}
	out.Body.Items = []apiPlace{}
	for _, u := range a.Atlas.Find(Query{Text: in.Text, On: in.On.Day, Prefer: a.home, Limit: in.Limit}) {
		out.Body.Items = append(out.Body.Items, a.apiShown(u))
	}
	return out, nil
}

func (a *Area) apiPlace(_ context.Context, in *apiPlaceAt) (*apiPlaceOne, error) {
	u, ok := a.Atlas.ByKey(in.Key)
	if !ok {
		return nil, fault.New(fault.NotFound, "places.fault.no_place")
	}
	return &apiPlaceOne{a.apiShown(u)}, nil
}
