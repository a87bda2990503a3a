package market

import (
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/text"
	"github.com/lienket/lienket/internal/base/weight"
)

// demand reads one row of «Nhu cầu».
func (rd *sheetReader) demand(r *sheetRow) {
	unit, _ := r.place(true)
	party, _ := r.party(unit.Key, unit.District)
	goods, found := r.commodity()
	d := Demand{ID: r.id, Party: party, Place: unit.Key, Commodity: goods.code, Variety: goods.variety, Note: short(r.text(colNote)), Source: r.source()}
	d.From, d.To, d.DaysAssumed = r.days(goods.code)
	if c, ok := readMinClass(r.text(colClass)); ok {
		d.MinClass = c
	} else {
		r.doubt(colClass, AskClassUnclear, "")
	}
	d.Papers = r.required()
	var piece weight.Grams
	if found {
		var written string
		written, piece = r.wanted(&d)
		r.priceAsked(&d, written, piece)
		if d.Quantity > 0 {
			d.MinOrder = r.least(colMinOrder, written, piece, goods.code, d.Quantity)
		}
	}
	d.DiscountBP = r.discount()
	if n, ok := readPayDays(r.text(colPayDays)); ok {
		d.PayDays = n
	} else {
		d.PayDays = 30
		r.doubt(colPayDays, AskPayUnclear, "30", "30")
	}
	d.MaxSources, d.MaxInvoices = r.count(colMaxSources), r.count(colMaxInvoices)
	if r.blocks {
		return
	}
	rd.goods.count(goods.code, piece)
	rd.in.Demands = append(rd.in.Demands, d)
}

// wanted reads quantity, unit and piece of a demand. Of a range the smaller number is
// wanted for sure; the larger is asked about.
func (r *sheetRow) wanted(d *Demand) (unit string, piece weight.Grams) {
	a, fault := readQuantity(r.cell(colQuantity))
	unit = r.unitOf(colQuantity, a.Unit)
	piece = r.piece(unit)
	if !r.amountOK(a, fault, unit, d.Commodity) {
		return unit, piece
	}
	unit, ok := r.someUnit(unit, a, d.Commodity)
	if !ok {
		return unit, piece
	}
	g, ok := r.measure(colQuantity, a.Low, unit, piece, d.Commodity)
	if !ok {
		if !r.blocks {
			r.block(colUnit, AskUnitUnknown, "", unit)
		}
		return unit, piece
	}
	if a.Days > 0 {
		g = r.inWindow(g, a.Days, d.From, d.To)
		r.doubt(colQuantity, AskQuantityPeriod, "", g.Tonnes())
	}
	if a.High > a.Low {
		r.doubt(colQuantity, AskQuantityRange, "", text.VI.Fixed(a.High, 3, 3), g.Tonnes())
	}
	switch {
	case g > weight.Max:
		r.refuse(colQuantity, "absurd")
	case g <= 0:
		r.block(colQuantity, AskQuantityZero, "")
	case g > 2000*weight.Tonne:
		r.doubt(colQuantity, AskQuantityBig, "", g.Tonnes())
	}
	d.Quantity = g
	d.UnitName = r.unitName(unit)
	return unit, r.rd.goods.each(unit, piece, d.Commodity)
}

// priceAsked reads the price and where it is meant: the column, else words in the price.
func (r *sheetRow) priceAsked(d *Demand, unit string, piece weight.Grams) {
	var a asked
	d.Ceiling, a = r.price(colCeiling, d.Commodity, unit, piece)
	if d.Ceiling == 0 {
		r.doubt(colCeiling, AskPriceMissing, "")
	}
	s := r.text(colPriceAt)
	if s == "" {
		garden, _, _ := priceAtIn(unmarked(r.head(colCeiling)))
		d.AtGarden = a.Garden || garden && !a.Store
		return
	}
	switch garden, store, _ := priceAtIn(unmarked(s)); {
	case garden:
		d.AtGarden = true
	case store:
	default:
		if f := text.Fold(s); f == "v" || f == "ruong" || f == "goc" || f == "htx" {
			d.AtGarden = true
		} else if f != "k" && !noneWords[unmarked(s)] {
			r.doubt(colPriceAt, AskPriceAtUnclear, "")
		}
	}
}

// required reads the papers a buyer asks for. What is not known cannot be promised, so
// the row waits for an answer.
func (r *sheetRow) required() []string {
	var out []string
	for _, w := range splitPapers(r.cell(colPapers).Text) {
		all := alternatives(w.Text)
		for _, one := range all {
			shown := one
			if len(all) == 1 {
				shown = w.Shown
			}
			kinds := r.rd.goods.catalog.PaperKinds(one)
			switch {
			case w.Wish:
				r.doubt(colPapers, AskPaperWish, "", shown)
			case len(kinds) == 0:
				r.block(colPapers, AskPaperRequired, "", shown)
			default:
				for _, k := range kinds {
					if !slices.Contains(out, k) && len(out) < maxPapers {
						out = append(out, k)
					}
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// alternatives leaves «VietGAP hoặc hữu cơ» whole, so that it is asked about.
func alternatives(s string) []string {
	if strings.Contains(s, "hoac") {
		return []string{s}
	}
	return strings.Split(s, "/")
}

// discount reads a percentage; several in one cell add up, against the gain.
func (r *sheetRow) discount() int64 {
	s := r.text(colDiscount)
	if s == "" || noneWords[unmarked(s)] {
		return 0
	}
	bp, ok := r.percent(colDiscount, true)
	if !ok {
		bp = 0
		found := reNumber.FindAllString(unmarked(s), -1)
		for _, part := range found {
			n, good := readPercent(part, false)
			if !good {
				found = nil
				break
			}
			bp += n
		}
		if len(found) == 0 {
			bp = 0
		}
		r.doubt(colDiscount, AskDiscountUnclear, "", text.VI.Fixed(bp, 2, 2))
	}
	if bp > 5000 {
		if bp > 9999 {
			bp = 0
		}
		r.doubt(colDiscount, AskDiscountUnclear, "", text.VI.Fixed(bp, 2, 2))
	}
	return bp
}

func (r *sheetRow) count(c column) int {
	n, ok := readCount(r.text(c))
	if !ok {
		r.doubt(c, AskCountUnclear, "")
		return 0
	}
	return n
}
