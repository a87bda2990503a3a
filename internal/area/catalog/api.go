package catalog

import (
	"context"

	"github.com/lienket/lienket/internal/base/api"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
)

// Commodities and dated prices for programs: what the codes of other operations mean.

// API adds the area's operations.
func (a *Area) API(x *api.API) {
	known := auth.SignedIn // codes are no secret among those who have an account
	op := func(id, path string, may auth.May) api.Op {
		return api.Op{ID: id, Method: "GET", Path: path, Tag: "catalog", Words: "catalog.api.", May: may, Token: "catalog:read"}
	}
	api.Add(x, op("list_commodities", "/commodities", known), a.apiCommodities)
	api.Add(x, op("get_commodity", "/commodities/{code}", known), a.apiCommodity)
	api.Add(x, op("list_prices", "/commodities/{code}/prices", auth.Only(auth.Staff...)), a.apiPrices)
}

type apiCommodity struct {
	Code          string   `json:"code"`
	NameVI        string   `json:"name_vi"`
	NameEN        string   `json:"name_en"`
	Group         string   `json:"group"`
	HS6           string   `json:"hs6,omitempty"`
	Unit          string   `json:"unit"`
	HarvestMonths []int    `json:"harvest_months" nullable:"false"`
	ShelfDays     int64    `json:"shelf_days"`
	Cold          bool     `json:"cold"`
	Aliases       []string `json:"aliases" nullable:"false"`
}

type apiCommodities struct {
	Body struct {
		Items []apiCommodity `json:"items" nullable:"false"`
	}
}

type (
	apiCommodityAt struct {
		Code string `path:"code" maxLength:"40"`
	}
	apiCommodityOne struct {
		Body apiCommodity
	}
	apiPrice struct {
		Market     string       `json:"market"`
		Basis      string       `json:"basis"`
		Day        calendar.Day `json:"day" format:"date"`
		LowVNDT    int64        `json:"low_vnd_t"`
		HighVNDT   int64        `json:"high_vnd_t"`
		Source     string       `json:"source"`
		Confidence string       `json:"confidence"`
	}
	apiPrices struct {
		Body struct {
			Items []apiPrice `json:"items" nullable:"false"`
		}
	}
)

func commodityShownTo(c Commodity) apiCommodity {
	return apiCommodity{
		Code: c.Code, NameVI: c.NameVI, NameEN: c.NameEN, Group: c.Group, HS6: c.HS6, Unit: c.Unit, HarvestMonths: append([]int{}, c.HarvestMonths...),
		ShelfDays: c.ShelfDays, Cold: c.Cold, Aliases: append([]string{}, c.Aliases...),
	}
}

func (a *Area) apiCommodities(context.Context, *struct{}) (*apiCommodities, error) {
	out := &apiCommodities{}
	for _, c := range a.Catalog.All() {
		out.Body.Items = append(out.Body.Items, commodityShownTo(c))
	}
	return out, nil
}

func (a *Area) apiCommodity(_ context.Context, in *apiCommodityAt) (*apiCommodityOne, error) {
	c, ok := a.Catalog.ByCode(in.Code)
	if !ok {
		return nil, fault.New(fault.NotFound, "catalog.fault.commodity", in.Code)
	}
	return &apiCommodityOne{commodityShownTo(c)}, nil
}

func (a *Area) apiPrices(ctx context.Context, in *apiCommodityAt) (*apiPrices, error) {
	if _, err := a.apiCommodity(ctx, in); err != nil {
		return nil, err
	}
	list, err := a.Prices(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	out := &apiPrices{}
	out.Body.Items = []apiPrice{}
	for _, p := range list {
		out.Body.Items = append(out.Body.Items, apiPrice{p.Market, string(p.Basis), p.Day, int64(p.Low), int64(p.High), p.Source, p.Confidence})
	}
	return out, nil
}
