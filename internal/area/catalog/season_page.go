package catalog

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/picture"
	"github.com/lienket/lienket/internal/base/web"
)

// feasts are those that move demand most; the table of the calendar holds more.
var feasts = []string{"tet", "ram-gieng", "vu-lan", "trung-thu"}

// seasonPicture draws twelve months of harvest around today, once for a wide screen and
// once for a phone.
func (a *Area) seasonPicture(ctx context.Context, x Commodity) []templ.Component {
	if len(x.HarvestMonths) == 0 {
		return nil
	}
	p := i18n.From(ctx)
	today := a.today()
	year, month, _ := today.Date()
	first := time.Date(year, month-5, 1, 0, 0, 0, 0, time.UTC) // the present is the sixth
	var starts []calendar.Day
	for i := range 13 {
		starts = append(starts, calendar.DayOf(first.AddDate(0, i, 0)))
	}
	at := func(d calendar.Day) float64 {
		for i := range 12 {
			if d < starts[i+1] {
				return float64(i) + float64(d-starts[i])/float64(starts[i+1]-starts[i])
			}
		}
		return 12
	}
	state := p.T("catalog.off_season")
	if x.InSeason(int(month)) {
		state = p.T("catalog.in_season")
	}
	s := picture.Season{
		Title:  p.T("catalog.season.title", nameOf(ctx, x), monthSpans(ctx, x.HarvestMonths)),
		Words:  p.T("catalog.season.words", monthSpans(ctx, x.HarvestMonths), today, state),
		Source: p.T("catalog.season.source"),
		Now:    at(today), NowLabel: p.T("catalog.season.now", today.Week()),
		In: p.T("catalog.in_season"), Out: p.T("catalog.off_season"),
	}
	for i := range 12 {
		_, m, _ := starts[i].Date()
		s.Months = append(s.Months, picture.SeasonMonth{Label: strconv.Itoa(int(m)), In: x.InSeason(int(m))})
	}
	for _, e := range calendar.EventsBetween(starts[0], starts[12]-1) {
		for _, key := range feasts {
			if e.Key == key {
				name := e.NameVI
				if p.Lang() == i18n.EN {
					name = e.NameEN
				}
				name, _, _ = strings.Cut(name, " (")
				_, m, d := e.Day.Date()
				s.Feasts = append(s.Feasts, picture.Feast{At: at(e.Day), Label: name + " " + web.T(ctx, "catalog.season.day", i18n.Plain(d), i18n.Plain(int64(m))), Strong: key == "tet"})
			}
		}
	}
	lang := string(p.Lang())
	return []templ.Component{templ.Raw(s.Draw(720, "sw", "pic wide", lang)), templ.Raw(s.Draw(340, "sn", "pic narrow", lang))}
}
