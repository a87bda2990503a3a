// Package gallery shows every shared part of the screens once, in all its states, at
// /dev/parts. It is not a style guide in words: what is right is what looks right here.
package gallery

import (
	"embed"
	"net/http"
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/web"
)

// Texts are the sample words of the gallery.
//
//go:embed text/*.json
var Texts embed.FS

// Routes are the gallery's: for administrators, and for all staff of a demonstration.
func Routes(demo bool) []web.Route {
	may := auth.Only(auth.Admin)
	if demo {
		may = auth.Only(auth.Staff...)
	}
	return []web.Route{
		{Pattern: "GET /dev/parts", May: may, Do: show},
		{Pattern: "POST /dev/parts", May: may, Do: press},
		{Pattern: "GET /dev/parts/plain", May: may, Do: showPlain},
	}
}

func words(r *http.Request) func(string) string {
	return func(key string) string { return web.T(r.Context(), key) }
}

func show(w http.ResponseWriter, r *http.Request) error {
	t := words(r)
	v, err := web.SavedViews(r)
	if err != nil {
		return err
	}
	if v.Query == "" {
		v.Query = "page=1" // so that the form to keep a view is shown
	}
	p := web.Page{Title: t("part.title"), Nav: "parts", Crumbs: []web.Crumb{{Label: t("part.crumb")}, {Label: t("part.title")}}}
	return web.Render(w, r, p, view(t, v))
}

// press answers the sample forms: nothing is kept, the flash says so and can be undone.
func press(w http.ResponseWriter, r *http.Request) error {
	web.SetUndo(w, r, "good", web.T(r.Context(), "part.pressed"), &web.Undo{Action: "/dev/parts"})
	return web.Redirect(w, r, "/dev/parts")
}

func showPlain(w http.ResponseWriter, r *http.Request) error {
	t := words(r)
	if r.FormValue("said") != "" {
		return web.RenderPlain(w, r, web.PlainPage{Title: t("part.plain.done")}, plainSaid(t))
	}
	return web.RenderPlain(w, r, web.PlainPage{Title: t("part.plain.q"), Day: "18/12/2023"}, plain(t))
}

func pageHref(n int) string { return "?page=" + strconv.Itoa(n) }

// day is a day of December 2023.
func day(n int) calendar.Day { return calendar.Date(2023, time.December, n) }
