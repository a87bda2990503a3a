package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Saved views. An account keeps the conditions of a list under a name of its own:
//
//	views, err := web.SavedViews(r) // in the list's handler
//	@web.ViewBar(views)             // under its @web.FilterBar
//
// Nothing else is needed: the routes that save, rename, drop and restore are the site's own.

const (
	longestViewName  = 60 // letters
	longestViewQuery = 2000
	mostViews        = 30 // of one account on one page
)

// SavedView is one kept set of conditions.
type SavedView struct {
	ID      int64
	Name    string
	Query   string
	Version int64
}

// Views are what an account keeps on one page, and what it looks at now.
type Views struct {
	Page, Query string
	All         []SavedView
}

func (v Views) href(s SavedView) string { return v.Page + "?" + s.Query }

// SavedViews reads the views of whoever asks for the list that r asks for.
func SavedViews(r *http.Request) (out Views, err error) {
	defer fault.Wrap(&err, "SavedViews")
	v := viewOf(r.Context())
	out = Views{Page: r.URL.Path, Query: viewQuery(r.URL.RawQuery)}
	if !v.signedIn {
		return out, nil
	}
	out.All, err = v.srv.views.Get(v.srv.DB, viewsKey{v.user.ID, out.Page}, func() (all []SavedView, err error) {
		err = v.srv.DB.Read(r.Context(), func(tx *db.Tx) error {
			all, err = viewsOfPage(tx, v.user.ID, out.Page)
			return err
		})
		return all, err
	})
	return out, err
}

type viewsKey struct {
	account int64
	page    string
}

// viewQuery is a query without what is not a condition: the page number and the language.
func viewQuery(raw string) string {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return ""
	}
	q.Del("page")
	q.Del("lang")
	for k, all := range q {
		if slices.IndexFunc(all, func(s string) bool { return s != "" }) < 0 {
			q.Del(k)
		}
	}
	return q.Encode()
}

func viewName(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	return string(r[:min(len(r), longestViewName)])
}

func (s *Server) saveView(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r.Context())
	page, query, name := LocalPath(r.PostFormValue("page")), viewQuery(r.PostFormValue("query")), viewName(r.PostFormValue("name"))
	if !s.mayGet(v, page) || len(query) > longestViewQuery {
		return fault.New(fault.NotFound, "web.fault.not_found")
	}
	back := page + "?" + query
	if name == "" {
		SetFlash(w, r, "bad", T(r.Context(), "web.views.unnamed"))
		return Redirect(w, r, back)
	}
	said := "web.views.saved"
	err := s.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := Claim(r, tx); err != nil {
			return err
		}
		all, err := viewsOfPage(tx, v.user.ID, page)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(o SavedView) bool { return o.Name == name }); i >= 0 {
			said = "web.views.replaced"
			return replaceView(tx, v.user.ID, all[i].ID, query)
		}
		if len(all) >= mostViews {
			return fault.New(fault.Invalid, "web.fault.views_full", mostViews)
		}
		said = "web.views.saved"
		return insertView(tx, v.user.ID, page, name, query)
	})
	if err != nil {
		return err
	}
	SetFlash(w, r, "good", T(r.Context(), said, name))
	return Redirect(w, r, back)
}

// onView runs f on the caller's own view of the route, and returns it as it was.
func (s *Server) onView(r *http.Request, f func(tx *db.Tx, v SavedView, dropped bool) error) (was SavedView, page string, err error) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	seen, err := RowVersion(r)
	if err != nil {
		return was, "", err
	}
	account := viewOf(r.Context()).user.ID
	err = s.DB.InTx(r.Context(), func(tx *db.Tx) error {
		if err := Claim(r, tx); err != nil {
			return err
		}
		var dropped, ok bool
		was, page, dropped, ok, err = viewByID(tx, account, id)
		switch {
		case err != nil:
			return err
		case !ok:
			return fault.New(fault.NotFound, "web.fault.not_found")
		case was.Version != seen:
			return &Stale{Back: page}
		}
		return f(tx, was, dropped)
	})
	return was, page, err
}

func (s *Server) renameView(w http.ResponseWriter, r *http.Request) error {
	name := viewName(r.PostFormValue("name"))
	was, page, err := s.onView(r, func(tx *db.Tx, v SavedView, _ bool) error {
		if name == "" {
			name = v.Name
		}
		return renameView(tx, viewOf(r.Context()).user.ID, v.ID, name)
	})
	if err != nil {
		return err
	}
	SetUndo(w, r, "good", T(r.Context(), "web.views.renamed", name), &Undo{
		Action: "/views/" + itoa(was.ID) + "/rename", Fields: map[string]string{"name": was.Name, VersionField: itoa(was.Version + 1)},
	})
	return Redirect(w, r, page)
}

func (s *Server) deleteView(w http.ResponseWriter, r *http.Request) error {
	was, page, err := s.onView(r, func(tx *db.Tx, v SavedView, _ bool) error {
		return dropView(tx, viewOf(r.Context()).user.ID, v.ID, false)
	})
	if err != nil {
		return err
	}
	SetUndo(w, r, "good", T(r.Context(), "web.views.dropped", was.Name), &Undo{
		Action: "/views/" + itoa(was.ID) + "/restore", Fields: map[string]string{VersionField: itoa(was.Version + 1)},
	})
	return Redirect(w, r, page)
}

func (s *Server) restoreView(w http.ResponseWriter, r *http.Request) error {
	was, page, err := s.onView(r, func(tx *db.Tx, v SavedView, dropped bool) error {
		if !dropped {
			return nil
		}
		return dropView(tx, viewOf(r.Context()).user.ID, v.ID, true)
	})
	if err != nil {
		return err
	}
	SetFlash(w, r, "good", T(r.Context(), "web.views.restored", was.Name))
	return Redirect(w, r, page)
}

// Exports are the files of the list that r asks for: the routes of its path with an ending,
// those that exist and that the caller may open, with the conditions that hold now.
// Endings are "xlsx", "csv" and "pdf".
func Exports(r *http.Request, endings ...string) (out []ExportFile) {
	query := viewQuery(r.URL.RawQuery)
	if query != "" {
		query = "?" + query
	}
	for _, e := range endings {
		path := r.URL.Path + "." + e
		if May(r, path) {
			out = append(out, ExportFile{Label: T(r.Context(), "web.export."+e), Note: T(r.Context(), "web.export.note."+e), Href: path + query})
		}
	}
	return out
}
