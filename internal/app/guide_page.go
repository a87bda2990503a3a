package app

import (
	"net/http"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
)

// guideRoutes are open to anyone: who cannot sign in needs the guide most.
func guideRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /guide", May: auth.Anyone, Do: showGuide},
		{Pattern: "GET /guide/{page}", May: auth.Anyone, Do: showChapter},
	}
}

func chapters(r *http.Request) ([]chapter, error) {
	book, err := guideBook()
	return book[i18n.From(r.Context()).Lang()], err
}

func showGuide(w http.ResponseWriter, r *http.Request) error {
	all, err := chapters(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r.Context(), "app.guide"), Nav: "guide"}, guideView(all))
}

func showChapter(w http.ResponseWriter, r *http.Request) error {
	all, err := chapters(r)
	if err != nil {
		return err
	}
	for i, c := range all {
		if c.ID != r.PathValue("page") {
			continue
		}
		var before, after *chapter
		if i > 0 {
			before = &all[i-1]
		}
		if i+1 < len(all) {
			after = &all[i+1]
		}
		p := web.Page{Title: c.Title, Nav: "guide", Crumbs: []web.Crumb{{Label: web.T(r.Context(), "app.guide"), Href: "/guide"}, {Label: c.Title}}}
		return web.Render(w, r, p, chapterView(c, before, after))
	}
	return fault.New(fault.NotFound, "web.fault.not_found")
}
