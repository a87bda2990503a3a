package market

import (
	"io"
	"strings"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// WriteOffersDemands writes offers and demands in the columns of the template; what it
// writes reads back as the same records.
func WriteOffersDemands(w io.Writer, in Input, deps Deps, p *i18n.Printer) (err error) {
	defer fault.Wrap(&err, "WriteOffersDemands(%d, %d)", len(in.Offers), len(in.Demands))
	x := exporter{deps: deps, parties: map[string]Party{}, goods: map[string]Commodity{}, places: map[string]Place{}, p: p}
	for _, v := range in.Parties {
		x.parties[v.ID] = v
	}
	for _, v := range in.Commodities {
		x.goods[v.Code] = v
	}
	for _, v := range in.Places {
		x.places[v.Key] = v
	}
	book := sheet.NewBook()
	book.Title = p.T("market.sheet.template")
	sh := book.Sheet(p.T("market.sheet.offers"), columnsOf(offerForm, deps, p, true))
	for _, o := range in.Offers {
		sh.Row(x.row(offerForm, func(key string) any { return x.offer(&o, key) })...)
	}
	sh = book.Sheet(p.T("market.sheet.demands"), columnsOf(demandForm, deps, p, true))
	for _, d := range in.Demands {
		sh.Row(x.row(demandForm, func(key string) any { return x.demand(&d, key) })...)
	}
	_, err = book.WriteTo(w)
	return err
}

type exporter struct {
	deps    Deps
	parties map[string]Party
	goods   map[string]Commodity
	places  map[string]Place
	p       *i18n.Printer
}

func (x *exporter) row(f []form, of func(string) any) []any {
	out := make([]any, len(f))
	for i, c := range f {
		if v := of(c.key); v != "" {
			out[i] = v
		}
	}
	return out
}

func (x *exporter) offer(o *Offer, key string) any {
	party := x.parties[o.Party]
	switch key {
	case "supplier":
		return party.Name
	case "contact":
		return party.Contact
	case "province", "district", "commune":
		return x.placePart(o.Place, key)
	case "class":
		return mixWords(o.Mix)
	case "papers":
		return x.papers(o.Papers)
	case "quantity_offered":
		_, each := x.unit(o)
		return quantityCell(o.Firm, o.Forecast, each)
	case "unit":
		name, _ := x.unit(o)
		return name
	case "piece":
		if name, each := x.unit(o); weightUnits[text.Fold(name)] == 0 {
			return text.VI.Fixed(int64(each), 3, 3)
		}
	case "floor":
		return price(int64(o.Floor))
	case "trader":
		return price(int64(o.Trader))
	case "min_line":
		return kilos(o.MinLine)
	}
	return x.shared(key, o.Party, o.Commodity, o.Variety, o.From, o.To, o.DaysAssumed, o.Note)
}

func (x *exporter) demand(d *Demand, key string) any {
	switch key {
	case "buyer":
		return x.parties[d.Party].Name
	case "delivery":
		return x.deps.Atlas.Label(d.Place)
	case "min_class":
		if d.MinClass > 0 {
			return x.p.T("market.sheet.choice.class_" + text.Int(d.MinClass))
		}
	case "papers_required":
		var names []string
		for _, k := range d.Papers {
			names = append(names, paperCell(k))
		}
		return strings.Join(names, "; ")
	case "quantity":
		_, each := heavyUnit(d.UnitName, d.Quantity)
		return quantityCell(d.Quantity, 0, each)
	case "unit":
		name, _ := heavyUnit(d.UnitName, d.Quantity)
		return name
	case "ceiling":
		return price(int64(d.Ceiling))
	case "price_at":
		if d.AtGarden {
			return x.p.T("market.sheet.choice.garden")
		}
		return x.p.T("market.sheet.choice.store")
	case "discount":
		if d.DiscountBP > 0 {
			return text.VI.Fixed(d.DiscountBP, 2, 2) + "%"
		}
	case "pay_days":
		if d.PayDays > 0 {
			return d.PayDays
		}
	case "min_order":
		return kilos(d.MinOrder)
	case "max_sources":
		if d.MaxSources > 0 {
			return d.MaxSources
		}
	case "max_invoices":
		if d.MaxInvoices > 0 {
			return d.MaxInvoices
		}
	}
	return x.shared(key, d.Party, d.Commodity, d.Variety, d.From, d.To, d.DaysAssumed, d.Note)
}

func (x *exporter) shared(key, party, goods, variety string, from, to calendar.Day, assumed bool, note string) any {
	switch key {
	case "phone":
		return x.parties[party].Phone
	case "tax":
		return x.parties[party].TaxCode
	case "commodity":
		return x.goods[goods].NameVI
	case "variety":
		return variety
	case "from":
		if !assumed && from != 0 {
			return from
		}
	case "to":
		if !assumed && to != 0 {
			return to
		}
	case "note":
		return note
	}
	return ""
}

// placePart splits a place over the columns. The district of 2023 is kept where there is
// one; a commune of 2025 has none.
func (x *exporter) placePart(key, part string) string {
	u, ok := x.deps.Atlas.ByKey(key)
	if !ok {
		return ""
	}
	switch {
	case part == "province":
		u, ok = x.deps.Atlas.ByKey(u.Province)
	case part == "district":
		u, ok = x.deps.Atlas.ByKey(u.District)
	case u.Level != places.Commune:
		return ""
	}
	if !ok {
		return ""
	}
	return u.Full
}

func (x *exporter) papers(list []Paper) string {
	var out []string
	for _, p := range list {
		s := paperCell(p.Kind)
		if p.Scope > 0 {
			s += " (" + kilos(p.Scope) + ")"
		}
		if p.Until != 0 {
			s += " hạn " + calendar.FormatVI(p.Until)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// paperCells are what cells say for a kind of paper, in either language: import must know
// them again.
var paperCells = map[string]string{
	"vietgap": "VietGAP", "globalgap": "GlobalGAP", "organic": "hữu cơ", "pgs": "PGS", "ocop": "OCOP 3 sao", "ocop4": "OCOP 4 sao", "ocop5": "OCOP 5 sao",
	"attp": "ATTP", "attp_cn": "giấy chứng nhận ATTP", "puc": "mã số vùng trồng", "packhouse": "mã số cơ sở đóng gói", "haccp": "HACCP",
	"iso22000": "ISO 22000", "iso": "ISO 9001", "gmp": "GMP", "declared": "tự công bố", "trace": "truy xuất nguồn gốc", "test": "phiếu kiểm nghiệm",
	"gi": "chỉ dẫn địa lý", "mark": "nhãn hiệu chứng nhận", "vet": "giấy kiểm dịch", "origin": "xác nhận nguồn gốc",
}

func paperCell(kind string) string {
	if s, ok := paperCells[kind]; ok {
		return s
	}
	return kind
}

// unit is the piece where the quantity is a whole number of them, else the weight it was said in.
func (x *exporter) unit(o *Offer) (name string, each weight.Grams) {
	if o.Piece > 0 && o.Firm%o.Piece == 0 && o.Forecast%o.Piece == 0 {
		if u, _, ok := x.deps.Catalog.ReadUnit(o.UnitName); ok && u.Kind != catalog.Mass {
			return u.Name, o.Piece
		}
	}
	return heavyUnit(o.UnitName, o.Firm, o.Forecast)
}

// heavyUnit is the unit that the quantity was said in, where three digits after the comma
// give all of it; else a kilogram.
func heavyUnit(said string, amounts ...weight.Grams) (name string, each weight.Grams) {
	switch f := text.Fold(said); f {
	case "tan", "ta", "yen":
		each = weight.Grams(weightUnits[f])
		for _, g := range amounts {
			if g%(each/1000) != 0 {
				return "kg", weight.Kilogram
			}
		}
		return said, each
	}
	return "kg", weight.Kilogram
}

// quantityCell is a number, or a range whose upper end is the forecast.
func quantityCell(firm, forecast, each weight.Grams) any {
	count := func(g weight.Grams) string { return text.VI.Fixed(int64(g)*1000/int64(each), 3, 3) }
	switch {
	case forecast == 0 && firm%each == 0:
		return int64(firm / each)
	case forecast == 0:
		return count(firm)
	case firm == 0:
		return "tối đa " + count(forecast)
	}
	return count(firm) + " - " + count(firm+forecast)
}

func kilos(g weight.Grams) string {
	if g == 0 {
		return ""
	}
	return text.VI.Fixed(int64(g), 3, 3) + " kg"
}

func price(perTonne int64) string {
	if perTonne == 0 {
		return ""
	}
	return text.VI.Fixed(perTonne, 3, 3) + " đ/kg"
}

// mixWords writes a class mix; the whole garden is empty.
func mixWords(mix [4]int64) string {
	var out []string
	for c := 1; c < 4; c++ {
		switch {
		case mix[c] == 1000:
			return "Loại " + text.Int(int64(c))
		case mix[c] > 0:
			out = append(out, "Loại "+text.Int(int64(c))+": "+text.VI.Fixed(mix[c], 1, 1)+"%")
		}
	}
	return strings.Join(out, ", ")
}
