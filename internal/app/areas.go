package app

import (
	"context"
	"io/fs"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/web"
	"github.com/lienket/lienket/internal/base/web/gallery"
)

// Areas are all areas, built in the order of the arrows. This file is the one to touch for
// a new area: its field, its New, its routes, its texts.
type Areas struct{}

func newAreas(ctx context.Context, c Config, book *i18n.Book) (*Areas, error) {
	return &Areas{}, nil
}

func (a *Areas) routes() []web.Route {
	var all []web.Route
	return all
}

// Texts are the words of every room, for i18n.Load.
func Texts() []fs.FS {
	return []fs.FS{db.Texts, auth.Texts, web.Texts, gallery.Texts, texts}
}

// Book loads all texts, and what the caller adds.
func Book(more ...fs.FS) (*i18n.Book, error) { return i18n.Load(append(Texts(), more...)...) }
