package market

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/area/catalog"
	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// Deps is what reading a workbook looks things up in.
type Deps struct {
	Atlas   *places.Atlas
	Catalog *catalog.Catalog
}

// ReadOptions say how a workbook is meant. The zero value of each is a stated default.
type ReadOptions struct {
	AsOf    calendar.Day // the day the plan is made; needed
	Horizon calendar.Day // the last day it looks at; 0 is DefaultHorizon days on
	Params  Params
	Home    string // name of the province that a place without one lies in; "" none
	OneSide bool   // offers alone or demands alone are enough (an import, not a plan)
	Limits  sheet.Limits
}

// DefaultHorizon is how many days ahead a plan looks when nobody says.
const DefaultHorizon = 180

// ReadWorkbook reads offers and demands as staff write them. What cannot be used at all
// is a fault.List with the sheet, row and column of every fault and no Input; every doubt
// is an Ask.
func ReadWorkbook(data []byte, deps Deps, opt ReadOptions) (Input, []Ask, error) {
	sheets, err := sheet.Read(data, opt.Limits)
	if err != nil {
		return Input{}, nil, err
	}
	return ReadSheets(sheets, deps, opt)
}

// ReadSheets is ReadWorkbook for sheets that are already cells: a pasted table, a test.
func ReadSheets(sheets []sheet.Sheet, deps Deps, opt ReadOptions) (Input, []Ask, error) {
	rd := readSheets(sheets, deps, opt)
	if len(rd.faults) > 0 {
		return Input{}, rd.asks, rd.faults
	}
	return *rd.in, rd.asks, nil
}

func readSheets(sheets []sheet.Sheet, deps Deps, opt ReadOptions) *sheetReader {
	if opt.Horizon == 0 {
		opt.Horizon = opt.AsOf + DefaultHorizon
	}
	rd := newReader(deps, opt)
	tables := 0
	offers, demands := false, false
	for _, s := range sheets {
		if ownSheet(s) {
			continue
		}
		t, ok := findTable(s)
		if !ok && s.Text != "" {
			t, ok = unstack(s)
		}
		if !ok && s.Text != "" {
			before := len(rd.asks)
			if o, d := rd.lines(s); o+d > 0 {
				tables++
				offers, demands = offers || o > 0, demands || d > 0
				continue
			}
			rd.asks = rd.asks[:before]
		}
		if !ok {
			if rows := filledRows(s); rows > 0 {
				rd.asks = append(rd.asks, Ask{Source: Source{Sheet: s.Name}, Code: AskSheetUnread, Args: []string{text.Int(int64(rows))}})
			}
			continue
		}
		tables++
		offers, demands = offers || !t.demand, demands || t.demand
		rd.table(t)
	}
	rd.afterwards()
	switch {
	case len(rd.faults) > 0:
	case tables == 0:
		rd.faults = append(rd.faults, noTable(sheets))
	case !opt.OneSide && !offers:
		rd.faults = append(rd.faults, fault.New(fault.Invalid, "market.sheet.fault.no_offer_sheet"))
	case !opt.OneSide && !demands:
		rd.faults = append(rd.faults, fault.New(fault.Invalid, "market.sheet.fault.no_demand_sheet"))
	case len(rd.in.Offers) == 0 && (offers && !opt.OneSide || len(rd.in.Demands) == 0):
		rd.faults = append(rd.faults, fault.New(fault.Invalid, "market.sheet.fault.no_offers", len(rd.asks)))
	case len(rd.in.Demands) == 0 && !opt.OneSide:
		rd.faults = append(rd.faults, fault.New(fault.Invalid, "market.sheet.fault.no_demands", len(rd.asks)))
	}
	return rd
}

// noTable says what was looked for and where the search stopped.
func noTable(sheets []sheet.Sheet) *fault.Error {
	name := ""
	for _, s := range sheets {
		if filledRows(s) > 0 {
			name = s.Name
			break
		}
	}
	if name == "" && len(sheets) > 0 {
		return fault.New(fault.Invalid, "market.sheet.fault.empty").At(fault.Where{Sheet: sheets[0].Name})
	}
	return fault.New(fault.Invalid, "market.sheet.fault.no_heading", maxTitleRows).At(fault.Where{Sheet: name})
}

// ownSheet skips the sheets that this program adds to a workbook for people to read.
func ownSheet(s sheet.Sheet) bool {
	if s.Hidden && strings.HasPrefix(s.Name, "_") { // the lists behind drop-downs
		return true
	}
	switch text.Fold(s.Name) {
	case "huong dan", "guide", "hoi lai", "danh muc", "lists", "to ask":
		return true
	}
	return false
}

func filledRows(s sheet.Sheet) int {
	n := 0
	for _, r := range s.Rows {
		if filled(r) > 0 {
			n++
		}
	}
	return n
}

// sheetReader turns tables into an Input.
type sheetReader struct {
	deps    Deps
	opt     ReadOptions
	in      *Input
	asks    []Ask
	faults  fault.List
	parties partyBook
	goods   goodsBook
	where   placeBook
	rows    map[Source]*partySeen // whose a row is, also of one that is no record yet
	seen    map[string]Source     // rows already read, to notice the same row twice
	numbers struct{ offers, demands int }
}

func newReader(deps Deps, opt ReadOptions) *sheetReader {
	rd := &sheetReader{deps: deps, opt: opt, seen: map[string]Source{}, rows: map[Source]*partySeen{}}
	rd.in = &Input{AsOf: opt.AsOf, Horizon: opt.Horizon, Params: opt.Params}
	rd.parties.init()
	rd.goods.init(deps.Catalog)
	rd.where.init(deps.Atlas, opt)
	return rd
}

// partyColumns say who a row belongs to; a merged cell leaves them empty in the rows below.
var partyColumns = []column{colParty, colContact, colPhone, colTax, colProvince, colDistrict, colCommune, colPlace}

// rowGroup is what a title row said about the rows below it.
type rowGroup struct{ district, goods string }

// table reads all rows below the headings.
func (rd *sheetReader) table(t *sheetTable) {
	rd.columns(t)
	var g rowGroup
	var above map[column]sheet.Cell // the row directly above, as it was understood
	began := false
	for i := t.first; i < len(t.rows); i++ {
		cells := t.rows[i]
		switch t.kind(cells) {
		case rowBlank, rowNumbers, rowHeading, rowExample, rowTotal:
			above = nil
			continue
		case rowTitle:
			above = nil
			words := titleWords(cells)
			if !rd.title(words, &g) && began && !isNote(joinRow(cells)) && !looksLikeTitle(cells, words) {
				rd.asks = append(rd.asks, Ask{Source: Source{t.sheet, i + 1}, Code: AskRowUnread, Value: joinRow(cells)})
			}
			continue
		}
		if isNote(joinRow(cells)) && t.at(cells, colQuantity).Text == "" {
			above = nil
			continue
		}
		began = true
		r := &sheetRow{rd: rd, t: t, n: i + 1, cells: map[column]sheet.Cell{}}
		for c := range t.cols {
			if x := t.at(cells, c); strings.TrimSpace(x.Text) != "" {
				r.cells[c] = x
			}
		}
		carried, carriedGoods := r.carry(above, g)
		above = r.cells
		if rd.twice(r) {
			continue
		}
		if t.demand {
			rd.numbers.demands++
			r.id = number('N', rd.numbers.demands)
		} else {
			rd.numbers.offers++
			r.id = number('C', rd.numbers.offers)
		}
		r.who = r.text(colParty)
		r.phone = r.text(colPhone)
		if carried && r.cell(colNo).Text != "" {
			r.doubt(colParty, AskPartyCarried, r.who, r.who)
		}
		if carriedGoods {
			r.doubt(colCommodity, AskGoodsCarried, r.text(colCommodity), r.text(colCommodity))
		}
		if t.demand {
			rd.demand(r)
		} else {
			rd.offer(r)
		}
	}
}

// columns tells about headings that nobody understood, and that hold something.
func (rd *sheetReader) columns(t *sheetTable) {
	tell := func(code AskCode, at []int) {
		for _, i := range at {
			value := ""
			for _, cells := range t.rows[t.first:] {
				if i < len(cells) && strings.TrimSpace(cells[i].Text) != "" && t.kind(cells) == rowData {
					value = cells[i].Text
					break
				}
			}
			if value != "" {
				rd.asks = append(rd.asks, Ask{Source: Source{t.sheet, t.first}, Column: t.heads[i].words, Code: code, Value: value, Args: []string{t.heads[i].words}})
			}
		}
	}
	tell(AskColumnUnknown, t.unknown)
	tell(AskColumnTwice, t.twice)
	for i := range maxWidth(t) {
		if h, ok := t.heads[i]; !ok || h.full == "" {
			for n, cells := range t.rows[t.first:] {
				if i < len(cells) && strings.TrimSpace(cells[i].Text) != "" && t.kind(cells) == rowData {
					rd.asks = append(rd.asks, Ask{Source: Source{t.sheet, t.first + n + 1}, Code: AskColumnUnknown, Value: cells[i].Text, Args: []string{sheet.ColumnName(i)}})
					break
				}
			}
		}
	}
}

func maxWidth(t *sheetTable) int {
	n := 0
	for _, cells := range t.rows[t.first:] {
		n = max(n, len(cells))
	}
	return n
}

// title reads a group's title; false when it names neither a place nor goods.
func (rd *sheetReader) title(words string, g *rowGroup) bool {
	if words == "" {
		return true
	}
	if d, ok := rd.where.district(words); ok {
		*g = rowGroup{district: d}
		return true
	}
	if _, ok := rd.goods.find(words, ""); ok {
		g.goods = words
		return true
	}
	return false
}

// looksLikeTitle spares the list the titles that only order the page.
func looksLikeTitle(cells []sheet.Cell, words string) bool {
	if strings.ToUpper(words) == words {
		return true
	}
	for _, c := range cells {
		if s := unmarked(c.Text); s != "" {
			head, _, _ := strings.Cut(s, ".")
			return reRoman.MatchString(head) || reRoman.MatchString(s)
		}
	}
	return false
}

// twice notices a row that says in every column what an earlier one said.
func (rd *sheetReader) twice(r *sheetRow) bool {
	keys := make([]string, 0, len(r.cells))
	for c, x := range r.cells {
		if c != colNo {
			keys = append(keys, string(c)+"="+strings.Join(strings.Fields(x.Text), " "))
		}
	}
	slices.Sort(keys)
	k := strings.Join(keys, "\x00")
	if r.t.demand {
		k = "demand\x00" + k
	}
	if first, ok := rd.seen[k]; ok {
		rd.asks = append(rd.asks, Ask{Source: r.source(), Who: r.text(colParty), Phone: r.text(colPhone), Code: AskRowTwice, Value: joinRow(r.t.rows[r.n-1]), Args: []string{text.Int(int64(first.Row)), first.Sheet}})
		return true
	}
	rd.seen[k] = r.source()
	return false
}

func number(letter byte, n int) string {
	s := text.EN.Int(int64(n))
	s = strings.ReplaceAll(s, ",", "")
	for len(s) < 4 {
		s = "0" + s
	}
	return string(letter) + s
}

// afterwards adds what the records need: goods, places, roads, canonical order.
func (rd *sheetReader) afterwards() {
	in := rd.in
	in.Parties = rd.parties.list(in)
	in.Commodities = rd.goods.list(in)
	in.Places = rd.where.list(in)
	in.Roads = rd.where.roads(in)
	rd.floors()
	byID := func(a, b Offer) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(in.Offers, byID)
	slices.SortFunc(in.Demands, func(a, b Demand) int { return cmp.Compare(a.ID, b.ID) })
}

// floors tells of sellers who ask more than any buyer of the same goods pays at most.
func (rd *sheetReader) floors() {
	top := map[string]Demand{}
	open := map[string]bool{}
	for _, d := range rd.in.Demands {
		if d.Ceiling == 0 {
			open[d.Commodity] = true
		} else if d.Ceiling > top[d.Commodity].Ceiling {
			top[d.Commodity] = d
		}
	}
	for _, o := range rd.in.Offers {
		if d, ok := top[o.Commodity]; ok && !open[o.Commodity] && o.Floor > d.Ceiling {
			p := rd.parties.byID(o.Party)
			rd.asks = append(rd.asks, Ask{
				Source: o.Source, Record: o.ID, Who: p.Name, Phone: p.Phone, Code: AskFloorHigh,
				Value: text.Int(int64(o.Floor.PerKg())), Args: []string{text.Int(int64(o.Floor.PerKg())), text.Int(int64(d.Ceiling.PerKg()))},
			})
		}
	}
}
