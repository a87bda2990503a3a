package catalog

import (
	"context"
	"net/http"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/web"
)

var priceFields = []string{"basis", "market", "day", "low", "high", "source", "confidence"}

func (a *Area) addPrice(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	x, ok := a.Catalog.ByCode(r.PathValue("code"))
	if !ok {
		return fault.New(fault.NotFound, "catalog.fault.commodity", r.PathValue("code"))
	}
	sent := map[string]string{}
	for _, f := range priceFields {
		sent[f] = strings.TrimSpace(r.PostFormValue(f))
	}
	p := Price{
		Commodity: x.Code, Market: sent["market"], Basis: PriceBasis(sent["basis"]), Unit: x.Unit, Source: sent["source"], Confidence: sent["confidence"],
	}
	year, _, _ := a.today().Date()
	if first, _, ok := calendar.ReadDay(sent["day"], year); ok {
		p.Day = first
	}
	p.Low = a.readPrice(sent["low"], x, true)
	if sent["high"] == "" {
		p.High = p.Low
	} else {
		p.High = a.readPrice(sent["high"], x, false)
	}
	err := a.addPriceOnce(r, p)
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		return a.renderCommodity(w, r, http.StatusUnprocessableEntity, errs, sent)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(ctx, "catalog.price.added"))
	return web.Redirect(w, r, commodityPath(x.Code))
}

// readPrice reads a price for the commodity's own unit («14.000»); 0 when it is none.
func (a *Area) readPrice(s string, x Commodity, up bool) money.PerTonne {
	milli, ok := text.ParseNumber(s)
	if !ok || milli <= 0 || milli%1000 != 0 {
		return 0
	}
	p, err := a.Catalog.PricePerTonne(money.VND(milli/1000), x.Unit, 0, x.Code, up)
	if err != nil {
		return 0
	}
	return p
}

func (v commodityShown) control(ctx context.Context, name string, c web.Control) web.Control {
	c.Name, c.Label, c.Error = name, web.T(ctx, "catalog."+name), v.Errs.Of(name)
	if s, ok := v.Form[name]; ok {
		c.Value = s
	}
	return c
}

func basisOptions(ctx context.Context) (os []web.Option) {
	for _, b := range PriceBases {
		os = append(os, web.Option{Value: string(b), Label: web.T(ctx, "catalog.basis."+string(b))})
	}
	return os
}

func confidenceOptions(ctx context.Context) (os []web.Option) {
	for _, c := range Confidences {
		os = append(os, web.Option{Value: c, Label: web.T(ctx, "catalog.confidence."+c)})
	}
	return os
}
