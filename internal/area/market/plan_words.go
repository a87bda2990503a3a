package market

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// How the pages about a plan say its figures. What people read is rounded; the workbook
// and the page of the check hold every figure whole.

// homeZone is the time that people of the province go by.
var homeZone = time.FixedZone("+07", 7*3600)

// goodsName is a commodity in the printer's language.
func goodsName(p *i18n.Printer, c *Commodity) string {
	if p.Lang() == i18n.EN && c.NameEN != "" {
		return c.NameEN
	}
	return c.NameVI
}

// goodsInside is a commodity inside a sentence: Vietnamese names begin small there.
func goodsInside(p *i18n.Printer, c *Commodity) string {
	if p.Lang() == i18n.VI {
		return lower(goodsName(p, c))
	}
	return goodsName(p, c)
}

// lower and upper change the first letter of a text.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); n == 0 || unicode.IsUpper(next) {
		return s // an abbreviation
	}
	return string(unicode.ToLower(r)) + s[n:]
}

func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// amount is a weight as one says it: whole tonnes, tenths below ten, kilograms below one.
func amount(p *i18n.Printer, g weight.Grams) string {
	if g < weight.Tonne {
		return p.Arg((g + weight.Kilogram/2) / weight.Kilogram * weight.Kilogram)
	}
	return figure(p, g)
}

// amountOf is "13 / 20 tấn", both in the unit of the larger.
func amountOf(p *i18n.Printer, got, total weight.Grams) string {
	if total < weight.Tonne {
		return p.T("market.plan.of_kg", int64((got+500)/weight.Kilogram), int64((total+500)/weight.Kilogram))
	}
	return p.T("market.plan.of_tonnes", tonneNumber(p, got), tonneNumber(p, total))
}

// about rounds money to two figures, as a sentence needs it.
func about(p *i18n.Printer, v money.VND) string {
	step := money.VND(1)
	for a := max(v, -v); a >= 100*step; {
		step *= 10
	}
	return p.Short((v + step/2) / step * step)
}

// perKg is a price rounded to 100 đ/kg, without its unit.
func perKg(p *i18n.Printer, x money.PerTonne) string {
	return p.Arg(int64(money.FloorDiv(int64(x)+shownTo/2, shownTo) * (shownTo / 1000)))
}

// exactKg is a price to the đồng a kilogram, without its unit.
func exactKg(p *i18n.Printer, x money.PerTonne) string {
	return p.Arg(int64(money.FloorDiv(int64(x)+500, 1000)))
}

// signed puts a plus before what is not negative.
func signed(s string, x money.PerTonne) string {
	if x >= 0 {
		return "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}

// shortDay is a day without its year.
func shortDay(p *i18n.Printer, d calendar.Day) string {
	if d == 0 {
		return ""
	}
	if p.Lang() == i18n.EN {
		return d.Time().Format("2 Jan")
	}
	return d.Time().Format("02/01")
}

// daysList joins days; many become a first and a last one.
func daysList(p *i18n.Printer, days []calendar.Day) string {
	if len(days) > 3 {
		return p.T("market.plan.days_span", shortDay(p, days[0]), shortDay(p, days[len(days)-1]), len(days))
	}
	var out []string
	for _, d := range days {
		out = append(out, shortDay(p, d))
	}
	if len(out) > 1 {
		last := len(out) - 1
		return p.T("market.plan.and", strings.Join(out[:last], ", "), out[last])
	}
	return strings.Join(out, "")
}

// className is a class on screen.
func className(p *i18n.Printer, class int) string {
	if class == 0 {
		return p.T("market.plan.class_mixed")
	}
	return p.T("market.plan.class", class)
}

// paperName is a kind of paper on screen.
func paperName(p *i18n.Printer, kind string) string {
	if key := "catalog.paper." + kind; p.Has(key) {
		return p.T(key)
	}
	return strings.ToUpper(kind)
}

// clock is a moment as people of the province read it.
func clock(t time.Time) (hour string, day calendar.Day) {
	t = t.In(homeZone)
	return t.Format("15:04"), calendar.DayOf(t)
}

// steps are the next steps of an offer (or a demand) that is left out, as sentences.
func (h *heldPlan) steps(p *i18n.Printer, steps []Step, offer bool) (out []string) {
	for _, s := range steps {
		lead := ""
		if via := h.names.party[s.Via]; via != nil {
			lead = via.Name
		}
		s.Grams = s.Grams / weight.Kilogram * weight.Kilogram
		out = append(out, upper(StepWords(p, s, offer, lead)))
	}
	return out
}

// gapWords says how far the plan may be from the best one.
func gapWords(p *i18n.Printer, t Totals) string {
	if t.GapVND == 0 {
		return p.T("market.plan.best")
	}
	percent := (t.GapPPM + 999) / 1000 // tenths of a percent, rounded up
	return p.T("market.plan.gap", p.Marks().Fixed(percent, 1, 1), about(p, t.GapVND))
}
