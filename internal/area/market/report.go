package market

import (
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
)

// The weekly report («Báo cáo tuần»): figures of seven days. A figure is nothing but the
// records it counts: the page that it leads to lists exactly those.

// weekFigure names a figure of the report.
type weekFigure string

// The figures, in the order of the report.
const (
	weekOffers    weekFigure = "offers"
	weekDemands   weekFigure = "demands"
	weekAgreed    weekFigure = "calls_agreed"
	weekRefused   weekFigure = "calls_refused"
	weekLater     weekFigure = "calls_later"
	weekWrong     weekFigure = "calls_wrong_number"
	weekSold      weekFigure = "calls_sold_elsewhere"
	weekQuestions weekFigure = "questions"
	weekPlans     weekFigure = "plans"
	weekLines     weekFigure = "lines"
	weekSaidYes   weekFigure = "answers_agreed"
	weekSaidNo    weekFigure = "answers_refused"
	weekSaidElse  weekFigure = "answers_change"
	weekStale     weekFigure = "stale"
)

var weekFigures = []weekFigure{
	weekOffers, weekDemands, weekAgreed, weekRefused, weekLater, weekWrong, weekSold, weekQuestions,
	weekPlans, weekLines, weekSaidYes, weekSaidNo, weekSaidElse, weekStale,
}

// weekRecord is one thing that a figure counts.
type weekRecord struct {
	What, Sub, Href string
	Grams           weight.Grams // 0 where the figure is no quantity
	At              time.Time
}

// weekSpan is the seven days up to and including a day, as moments.
func weekSpan(to calendar.Day) (from, until time.Time) {
	y, m, d := to.Date()
	until = time.Date(y, m, d+1, 0, 0, 0, 0, homeZone)
	return until.AddDate(0, 0, -7), until
}

func gramsOf(all []weekRecord) (sum weight.Grams) {
	for i := range all {
		sum += all[i].Grams
	}
	return sum
}
