package market

import (
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// Quick entry: an offer or a demand as it is said on the phone. The form's fields are words;
// ReadCells reads them as it reads a workbook's row.

// entryFields are the inputs of a side in the order of speech; each is a key of F. Those
// that are cells have the name of their cell.
func entryFields(side Side) []string {
	if side == SideDemand {
		return []string{
			"who", "org", "org_who", "party", "contact", "place", "commodity", "quantity", "unit", "from", "to", "class", "price", "price_at",
			"pay_days", "discount", "min_order", "max_invoices", "max_sources", "variety", "note", "agreed", "agreed_by", "agreed_at",
		}
	}
	return []string{
		"who", "org", "org_who", "party", "contact", "place", "commodity", "quantity", "unit", "when", "from", "to", "mix", "class1", "class2", "class3",
		"price", "price_open", "price_market", "papers_of", "trader", "min_line", "piece", "variety", "note", "agreed", "agreed_by", "agreed_at",
	}
}

// entryForm is an offer or a demand as it is typed.
type entryForm struct {
	Side    Side
	ID      EntryID // 0 is a new one
	Version int64
	F       map[string]string
	Papers  []string // ticked, in the words of a cell
}

func newEntryForm(side Side) entryForm { return entryForm{Side: side, F: map[string]string{}} }

func (f *entryForm) path() string { return sidePath(f.Side) }

// sidePath is where a side's list stands.
func sidePath(s Side) string {
	if s == SideDemand {
		return "/demands"
	}
	return "/offers"
}

// entryPath is the page of an entry.
func entryPath(s Side, id EntryID) string {
	return sidePath(s) + "/" + strconv.FormatInt(int64(id), 10)
}

// The pills of an offer's days.
const (
	whenNow  = "now"
	whenThis = "this"
	whenNext = "next"
	whenPick = "pick"
)

// cells are the words as the reader takes them. market is the reader's word for a price
// that follows the market.
func (f *entryForm) cells(today calendar.Day) Cells {
	c := Cells{string(colParty): "A1", string(colPhone): "0900000000"} // who it is, the form knows better
	put := func(k column, v string) {
		if v = strings.TrimSpace(v); v != "" {
			c[string(k)] = v
		}
	}
	v := f.F
	put(colCommodity, v["commodity"])
	put(colVariety, v["variety"])
	put(colNote, v["note"])
	put(colQuantity, v["quantity"])
	if a, bad := readQuantity(sheet.Cell{Text: v["quantity"], Raw: v["quantity"]}); a.Unit == "" || bad != amountOK {
		put(colUnit, v["unit"]) // what is said in the cell wins over the button beside it
	}
	put(colPapers, strings.Join(f.Papers, "; "))
	from, to := f.days(today)
	put(colFrom, from)
	put(colTo, to)
	if f.Side == SideDemand {
		put(colPlace, v["place"])
		put(colClass, v["class"])
		put(colCeiling, entryPerKg(v["price"]))
		put(colPriceAt, v["price_at"])
		put(colDiscount, v["discount"])
		put(colPayDays, v["pay_days"])
		put(colMinOrder, v["min_order"])
		put(colMaxSources, v["max_sources"])
		put(colMaxInvoices, v["max_invoices"])
		return c
	}
	put(colCommune, v["place"])
	put(colClass, f.classes())
	put(colFloor, entryPerKg(v["price"]))
	put(colTrader, entryPerKg(v["trader"]))
	put(colMinLine, v["min_line"])
	put(colPiece, v["piece"])
	return c
}

// entryPerKg says what stands beside the field where nobody said another unit.
func entryPerKg(price string) string {
	f := text.Fold(price)
	if !strings.ContainsAny(f, "0123456789") || strings.ContainsRune(price, '/') {
		return price
	}
	for _, w := range strings.Fields(f) {
		if w = strings.TrimLeft(w, "0123456789"); weightUnits[w] > 0 || w == "mot" || w == "moi" || w == "qua" || w == "can" {
			return price
		}
	}
	return price + "/kg"
}

// days are the two day cells. Days that were typed win over a button.
func (f *entryForm) days(today calendar.Day) (from, to string) {
	from, to = strings.TrimSpace(f.F["from"]), strings.TrimSpace(f.F["to"])
	week := today.Week()
	switch f.F["when"] {
	case whenNow:
		if from == "" {
			from = calendar.FormatVI(today)
		}
	case whenThis:
		if from == "" && to == "" {
			from, to = calendar.FormatVI(today), calendar.FormatVI(week.Days().To)
		}
	case whenNext:
		if from == "" && to == "" {
			from, to = calendar.FormatVI(week.Next().Days().From), calendar.FormatVI(week.Next().Days().To)
		}
	}
	return from, to
}

// classes is the cell of classes: three shares, or words in the first of them.
func (f *entryForm) classes() string {
	one, two, three := strings.TrimSpace(f.F["class1"]), strings.TrimSpace(f.F["class2"]), strings.TrimSpace(f.F["class3"])
	if f.F["mix"] == "whole" || f.F["mix"] == "unknown" && one+two+three == "" {
		return ""
	}
	if two+three == "" {
		if _, ok := text.ParseNumber(strings.TrimSuffix(one, "%")); !ok {
			return one
		}
	}
	var out []string
	for i, s := range []string{one, two, three} {
		if s = strings.TrimSpace(strings.TrimSuffix(s, "%")); s != "" && s != "0" {
			out = append(out, "loai "+strconv.Itoa(i+1)+" "+s+"%")
		}
	}
	return strings.Join(out, ", ")
}

// entryRead is a form as it was understood.
type entryRead struct {
	Entry Entry // of its record only the record itself; the form knows the party
	OK    bool  // there is a record
	Asks  []Ask // doubts that are left; those that block stand in Faults
	// Faults are what keeps it from being a record at all, by field.
	Faults fault.List
}

// entryField is the field that a cell was typed into.
func entryField(side Side, key string) string {
	switch column(key) {
	case colFloor, colCeiling:
		return "price"
	case colUnit:
		return "quantity"
	case colWindow:
		return "from"
	case colProvince, colDistrict, colCommune:
		return "place"
	case colClass:
		if side == SideOffer {
			return "class1"
		}
	}
	return key
}

// own are the cells about the party: the form asks the register instead.
func ownCell(key string) bool {
	switch column(key) {
	case colParty, colPhone, colContact, colTax:
		return true
	}
	return false
}

// read reads the form. placeKey is the place when it is known already.
func (f *entryForm) read(deps Deps, opt ReadOptions, placeKey string) (out entryRead) {
	c := f.cells(opt.AsOf)
	if placeKey != "" {
		c = withPlace(c, f.Side, deps, placeKey)
	}
	in, asks, err := ReadCells(f.Side, c, deps, opt)
	for _, e := range faultsIn(err) {
		out.Faults = append(out.Faults, e.At(fault.Where{Col: entryField(f.Side, e.Where.Col)}))
	}
	for _, a := range asks {
		switch {
		case ownCell(a.Key):
		case placeKey != "" && entryField(f.Side, a.Key) == "place":
		case a.Code == AskPriceMissing && f.F["price_market"] != "":
		case a.Blocks:
			out.Faults = append(out.Faults, blockedBy(a).At(fault.Where{Col: entryField(f.Side, a.Key)}))
		default:
			out.Asks = append(out.Asks, a)
		}
	}
	out.Entry = Entry{Side: f.Side, State: EntryOpen}
	switch {
	case f.Side == SideOffer && len(in.Offers) == 1:
		out.Entry.Offer, out.OK = in.Offers[0], len(out.Faults) == 0
	case f.Side == SideDemand && len(in.Demands) == 1:
		out.Entry.Demand, out.OK = in.Demands[0], len(out.Faults) == 0
	case len(out.Faults) == 0:
		out.Faults = append(out.Faults, fault.New(fault.Invalid, "market.entry.fault.unread"))
	}
	if out.OK && placeKey != "" {
		out.Entry.Offer.Place, out.Entry.Demand.Place = placeOf(out.Entry.Side, placeKey)
	}
	return out
}

func placeOf(side Side, key string) (offer, demand string) {
	if side == SideDemand {
		return "", key
	}
	return key, ""
}

// withPlace says a known place in the columns that read back as itself.
func withPlace(c Cells, side Side, deps Deps, key string) Cells {
	x := exporter{deps: deps}
	delete(c, string(colPlace))
	delete(c, string(colCommune))
	for k, part := range map[column]string{colProvince: "province", colDistrict: "district", colCommune: "commune"} {
		if s := x.placePart(key, part); s != "" {
			c[string(k)] = s
		}
	}
	if side == SideDemand {
		c[string(colPlace)] = deps.Atlas.Label(key)
	}
	return c
}

// blockedBy is a question that keeps the record out, as what to do beside its field.
func blockedBy(a Ask) *fault.Error {
	key := "market.entry.block." + string(a.Code)
	switch a.Code {
	case AskGoodsAmbiguous, AskGoodsUnknown, AskPlaceAmbiguous, AskPlaceUnknown, AskPaperRequired, AskUnitUnknown, AskQuantityArea:
		if a.Suggestion != "" {
			return fault.New(fault.Invalid, key+".near", a.Value, a.Suggestion)
		}
		return fault.New(fault.Invalid, key, a.Value)
	}
	return fault.New(fault.Invalid, key)
}

// agreement is who agreed, and when: the hour of today, or a day and an hour.
func (f *entryForm) agreement(now time.Time) (by string, at time.Time, err error) {
	if f.F["agreed"] == "" {
		return "", time.Time{}, nil
	}
	by = short(text.NFC(f.F["agreed_by"]))
	if by == "" {
		return "", time.Time{}, fault.New(fault.Invalid, "market.entry.fault.agreed_by").At(fault.Where{Col: "agreed_by"})
	}
	s := strings.TrimSpace(f.F["agreed_at"])
	if s == "" {
		return by, now, nil
	}
	hour, rest, _ := strings.Cut(s, " ")
	var h, m int
	if hh, mm, ok := strings.Cut(strings.NewReplacer("h", ":", "g", ":").Replace(hour), ":"); ok || hh != "" {
		var e1, e2 error
		h, e1 = strconv.Atoi(hh)
		if mm != "" {
			m, e2 = strconv.Atoi(mm)
		}
		if e1 != nil || e2 != nil || h < 0 || h > 23 || m < 0 || m > 59 {
			return by, now, fault.New(fault.Invalid, "market.entry.fault.agreed_at", s).At(fault.Where{Col: "agreed_at"})
		}
	}
	now = inVietnam(now)
	y, mon, d := now.Date()
	if rest != "" {
		from, to, ok := calendar.ReadDay(rest, y)
		if !ok || from != to {
			return by, now, fault.New(fault.Invalid, "market.entry.fault.agreed_at", s).At(fault.Where{Col: "agreed_at"})
		}
		y, mon, d = from.Date()
	}
	at = time.Date(y, mon, d, h, m, 0, 0, now.Location())
	if at.After(now) {
		if rest != "" || at.Sub(now) < time.Hour { // the clock of the form is a little ahead
			return by, now, nil
		}
		at = at.AddDate(0, 0, -1) // said at nine in the evening of a call at ten: yesterday's
	}
	return by, at, nil
}
