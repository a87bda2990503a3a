// Package gallery shows every shared part of the screens once, in all its states, at
// /dev/parts. It is not a style guide in words: what is right is what looks right here.
package gallery

import (
	"embed"
	"net/http"
	"strconv"

	"github.com/lienket/lienket/internal/base/auth"
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
	return []web.Route{{Pattern: "GET /dev/parts", May: may, Do: show}}
}

func show(w http.ResponseWriter, r *http.Request) error {
	t := func(key string) string { return web.T(r.Context(), key) }
	p := web.Page{Title: t("part.title"), Nav: "parts", Crumbs: []web.Crumb{{Label: t("part.crumb")}, {Label: t("part.title")}}}
	return web.Render(w, r, p, view(t))
}

func pageHref(n int) string { return "?page=" + strconv.Itoa(n) }
