package places

import (
	"embed"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the words of this area.
//
//go:embed text/*.json
var Texts embed.FS

// Deps is what the area stands on.
type Deps struct {
	Atlas *Atlas
	Now   func() time.Time // nil is time.Now
	Home  string           // key of the province of 2023 whose alliance this is; "" is Hòa Bình
}

// Area is the pages of places.
type Area struct {
	Atlas  *Atlas
	now    func() time.Time
	home   string
	panels []Panel
}

// New builds the area.
func New(d Deps) *Area {
	a := &Area{Atlas: d.Atlas, now: d.Now, home: d.Home}
	if a.now == nil {
		a.now = time.Now
	}
	if a.home == "" {
		a.home = Key("17", Border2023)
	}
	return a
}

// Show puts what other areas know of a place on its page, in the order of calls.
func (a *Area) Show(ps ...Panel) { a.panels = append(a.panels, ps...) }

// Routes lists the area's pages and who may open them.
func (a *Area) Routes() []web.Route {
	staff := auth.Only(auth.Staff...)
	return []web.Route{
		{Pattern: "GET /places", May: staff, Do: a.findPlaces},
		{Pattern: "GET /places/{key}", May: staff, Do: a.showPlace},
	}
}

// today is the day in Việt Nam.
func (a *Area) today() calendar.Day {
	return calendar.DayOf(a.now().In(time.FixedZone("+07", 7*3600)))
}
