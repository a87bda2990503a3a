package app

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/lienket/lienket/docs/guide"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

// guideChapters are the chapters of the guide in reading order, each with the routes and
// menu entries whose screens it explains. The words stand in docs/guide.
var guideChapters = []struct {
	ID string
	Of []string
}{
	{"start", []string{"notices", "parts"}},
	{"desk", []string{"desk"}},
	{"quick-entry", []string{"GET /offers/new", "GET /demands/new"}},
	{"tables", []string{"upload", "rounds"}},
	{"questions", []string{"questions"}},
	{"offers", []string{"offers", "demands"}},
	{"plans", []string{"plan"}},
	{"orders", []string{"GET /orders/{id}/{demand}"}},
	{"coop", []string{"me"}},
	{"organisations", []string{"organisations", "places"}},
	{"goods", []string{"commodities", "params"}},
	{"search", []string{"GET /search"}},
	{"account", []string{"account", "accounts", "audit"}},
	{"report", []string{"report"}},
	{"backup", []string{"system", "jobs"}},
	{"api", []string{"GET /account/tokens", "GET /account/webhooks", "GET /account/webhooks/new", "GET /account/webhooks/{id}", "GET /account/webhooks/{id}/edit", "GET /accounts/webhooks"}},
}

// chapter is one chapter in one language, drawn.
type chapter struct {
	ID, Title, First string // First is its first sentence, for the list of chapters
	HTML             string
}

// guideBook is the whole guide in all languages, in reading order.
var guideBook = sync.OnceValues(func() (map[i18n.Lang][]chapter, error) {
	md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	out := map[i18n.Lang][]chapter{}
	for _, lang := range []i18n.Lang{"vi", "en"} {
		for _, c := range guideChapters {
			raw, err := fs.ReadFile(guide.Files, c.ID+"."+string(lang)+".md")
			if err != nil {
				return nil, err
			}
			title, rest, _ := strings.Cut(string(raw), "\n")
			title, ok := strings.CutPrefix(title, "# ")
			if !ok {
				return nil, fmt.Errorf("the chapter %s (%s) does not begin with its title", c.ID, lang)
			}
			var b bytes.Buffer
			if err := md.Convert([]byte(rest), &b); err != nil { // raw HTML in it is left out
				return nil, err
			}
			out[lang] = append(out[lang], chapter{ID: c.ID, Title: title, First: firstParagraph(rest), HTML: b.String()})
		}
	}
	return out, nil
})

func firstParagraph(md string) string {
	p, _, _ := strings.Cut(strings.TrimSpace(md), "\n\n")
	return strings.Join(strings.Fields(p), " ")
}

// guideOf is the chapter that explains the screens of a route or menu entry, "" without one.
func guideOf(what string) string {
	for _, c := range guideChapters {
		if slices.Contains(c.Of, what) {
			return c.ID
		}
	}
	return ""
}
