package market

import (
	"maps"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// Cells are one offer or demand in the words of a person, by what each cell means: the
// form of a page, the answer to a question, a row of an import. Keys are CellKeys.
type Cells map[string]string

// CellKeys are the keys that a side's cells may have, in the order of the template.
func CellKeys(side Side) []string {
	both := []column{
		colParty, colContact, colPhone, colTax, colProvince, colDistrict, colCommune, colPlace, colCommodity, colVariety, colClass, colPapers,
		colQuantity, colUnit, colPiece, colFrom, colTo, colWindow, colNote,
	}
	own := []column{colFloor, colTrader, colMinLine}
	if side == SideDemand {
		own = []column{colCeiling, colPriceAt, colDiscount, colPayDays, colMinOrder, colMaxSources, colMaxInvoices}
	}
	var keys []string
	for _, c := range append(both, own...) {
		keys = append(keys, string(c))
	}
	return keys
}

// ReadCells reads one record with the reader of workbooks: the same words give the same
// record whichever way they come in. An Input without a record and with a blocking Ask is
// one that has to be mended first; faults name the key of their cell as column.
func ReadCells(side Side, c Cells, deps Deps, opt ReadOptions) (in Input, asks []Ask, err error) {
	if opt.Horizon == 0 {
		opt.Horizon = opt.AsOf + DefaultHorizon
	}
	rd := newReader(deps, opt)
	t := &sheetTable{layout: layout{demand: side == SideDemand, cols: map[column]int{}, heads: map[int]heading{}}}
	r := &sheetRow{rd: rd, t: t, n: 1, id: side.Ref(0), cells: map[column]sheet.Cell{}}
	for i, k := range slices.Sorted(maps.Keys(c)) {
		if !slices.Contains(CellKeys(side), k) {
			continue
		}
		t.cols[column(k)], t.heads[i] = i, heading{words: k}
		if v := strings.TrimSpace(text.NFC(c[k])); v != "" {
			r.cells[column(k)] = sheet.Cell{Text: v, Raw: v}
		}
	}
	r.who, r.phone = r.text(colParty), r.text(colPhone)
	if side == SideDemand {
		rd.demand(r)
	} else {
		rd.offer(r)
	}
	rd.afterwards()
	for i := range rd.asks {
		rd.asks[i].Column, rd.asks[i].Source = "", Source{}
	}
	if len(rd.faults) > 0 {
		return Input{}, rd.asks, rd.faults
	}
	for i := range rd.in.Offers {
		rd.in.Offers[i].Source = Source{}
	}
	for i := range rd.in.Demands {
		rd.in.Demands[i].Source = Source{}
	}
	return *rd.in, rd.asks, nil
}

// CellsOf writes an entry in the words of a person; ReadCells reads them back as the same
// record. The organisation is named; what the register knows of it is not repeated.
func (s *Store) CellsOf(e *Entry, p *i18n.Printer) Cells {
	x := exporter{deps: Deps{Atlas: s.Atlas, Catalog: s.Catalog}, goods: map[string]Commodity{}, places: map[string]Place{}, p: p}
	if c, ok := s.Catalog.ByCode(e.Commodity()); ok {
		x.goods[c.Code] = commodityOf(c, weight.Kilogram)
	}
	out := Cells{string(colParty): e.Party}
	put := func(k column, v any) {
		switch v := v.(type) {
		case nil:
		case string:
			out[string(k)] = v
		case calendar.Day:
			out[string(k)] = calendar.FormatVI(v)
		default:
			out[string(k)] = p.Arg(v)
		}
	}
	place := func(key string) {
		for k, part := range map[column]string{colProvince: "province", colDistrict: "district", colCommune: "commune"} {
			put(k, x.placePart(key, part))
		}
	}
	if e.Side == SideDemand {
		d := &e.Demand
		for k, key := range map[column]string{
			colPlace: "delivery", colCommodity: "commodity", colVariety: "variety", colClass: "min_class", colPapers: "papers_required", colQuantity: "quantity",
			colUnit: "unit", colFrom: "from", colTo: "to", colCeiling: "ceiling", colPriceAt: "price_at", colDiscount: "discount", colPayDays: "pay_days",
			colMinOrder: "min_order", colMaxSources: "max_sources", colMaxInvoices: "max_invoices", colNote: "note",
		} {
			put(k, x.demand(d, key))
		}
	} else {
		o := &e.Offer
		place(o.Place)
		for k, key := range map[column]string{
			colCommodity: "commodity", colVariety: "variety", colClass: "class", colPapers: "papers", colQuantity: "quantity_offered", colUnit: "unit", colPiece: "piece",
			colFrom: "from", colTo: "to", colFloor: "floor", colTrader: "trader", colMinLine: "min_line", colNote: "note",
		} {
			put(k, x.offer(o, key))
		}
	}
	for k, v := range out {
		if v == "" {
			delete(out, k)
		}
	}
	return out
}

// RereadEntry is an entry with one cell said differently: the answer to a question. asks
// are the doubts of the new reading at that cell.
func (s *Store) RereadEntry(e Entry, key, answer string, opt ReadOptions, p *i18n.Printer) (Entry, []Ask, error) {
	c := s.CellsOf(&e, p)
	c[key] = answer
	if key == string(colWindow) { // both days in one cell
		delete(c, string(colFrom))
		delete(c, string(colTo))
	}
	in, asks, err := ReadCells(e.Side, c, Deps{Atlas: s.Atlas, Catalog: s.Catalog}, opt)
	if err != nil {
		return e, asks, err
	}
	unread := fault.New(fault.Invalid, "market.fault.answer_unread", answer).At(fault.Where{Col: key})
	for _, a := range asks {
		if a.Key == key && notUnderstood[a.Code] { // kept, the words would be lost and the cell empty
			return e, asks, unread
		}
	}
	switch {
	case e.Side == SideOffer && len(in.Offers) == 1:
		e.Offer = in.Offers[0]
	case e.Side == SideDemand && len(in.Demands) == 1:
		e.Demand = in.Demands[0]
	default:
		return e, asks, unread
	}
	asks = slices.DeleteFunc(asks, func(a Ask) bool { return a.Key != key })
	return e, asks, nil
}
