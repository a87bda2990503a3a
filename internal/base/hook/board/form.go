package board

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/hook"
	"github.com/lienket/lienket/internal/base/web"
)

// form is a webhook as it is typed. ID 0 is a new one.
type form struct {
	ID, Version int64
	Title       string
	Wish        hook.Wish
	Role        auth.Role
	Errs        web.FormErrors
}

func (b *Board) showNew(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	return b.render(w, r, 0, form{Role: u.Role, Wish: hook.Wish{Kinds: kindsFor(u.Role)}})
}

func (b *Board) render(w http.ResponseWriter, r *http.Request, status int, f form) error {
	ctx := r.Context()
	f.Title = web.T(ctx, "hook.new")
	if f.ID != 0 {
		f.Title = web.T(ctx, "hook.edit")
	}
	p := b.page(r, f.Title, web.Crumb{Label: f.Title})
	p.Status = status
	return web.Render(w, r, p, formView(f))
}

// read takes what was typed.
func read(r *http.Request) (hook.Wish, error) {
	if err := r.ParseForm(); err != nil {
		return hook.Wish{}, err
	}
	wish := hook.Wish{Name: r.PostFormValue("name"), URL: strings.TrimSpace(r.PostFormValue("url"))}
	for _, k := range r.PostForm["kinds"] {
		wish.Kinds = append(wish.Kinds, hook.Kind(k))
	}
	return wish, nil
}

func (b *Board) add(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	wish, err := read(r)
	if err != nil {
		return err
	}
	typed := hook.Wish{Name: wish.Name, URL: wish.URL, Kinds: slices.Clone(wish.Kinds)}
	id, secret, err := b.Hooks.Add(ctx, claim(r), u.Actor(), u.ID, wish)
	if errs, ok := web.FormErrorsOf(ctx, err); ok {
		return b.render(w, r, http.StatusUnprocessableEntity, form{Wish: typed, Role: u.Role, Errs: errs})
	}
	if err != nil {
		return err
	}
	return b.showSecret(w, r, id, wish.Name, secret)
}

// showSecret shows the key this once: no cache and no copy may hold it.
func (b *Board) showSecret(w http.ResponseWriter, r *http.Request, id int64, name, secret string) error {
	w.Header().Set("Cache-Control", "no-store")
	title := web.T(r.Context(), "hook.secret")
	return web.Render(w, r, b.page(r, title, web.Crumb{Label: name, Href: path(id, "")}, web.Crumb{Label: title}), secretView(id, name, secret))
}

func (b *Board) showEdit(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	s, err := b.Hooks.One(r.Context(), u.ID, id)
	if err != nil {
		return err
	}
	return b.render(w, r, 0, form{ID: id, Version: s.Version, Role: u.Role, Wish: hook.Wish{Name: s.Name, URL: s.URL, Kinds: s.Kinds}})
}

func (b *Board) change(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	was, err := b.Hooks.One(ctx, u.ID, id)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	wish, err := read(r)
	if err != nil {
		return err
	}
	typed := hook.Wish{Name: wish.Name, URL: wish.URL, Kinds: slices.Clone(wish.Kinds)}
	ok, err := b.Hooks.Change(ctx, claim(r), u.Actor(), u.ID, id, version, wish)
	if errs, is := web.FormErrorsOf(ctx, err); is {
		return b.render(w, r, http.StatusUnprocessableEntity, form{ID: id, Version: version, Wish: typed, Role: u.Role, Errs: errs})
	}
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: path(id, "/edit"), Changes: web.Compare(
			web.Change{Label: web.T(ctx, "hook.name"), Yours: typed.Name, Now: was.Name},
			web.Change{Label: web.T(ctx, "hook.url"), Yours: typed.URL, Now: was.URL},
			web.Change{Label: web.T(ctx, "hook.kinds"), Yours: kindsText(ctx, typed.Kinds), Now: kindsText(ctx, was.Kinds)},
		)}
	}
	web.SetFlash(w, r, "good", web.T(ctx, "hook.saved"))
	return web.Redirect(w, r, path(id, ""))
}

// kindsFor are the events that an account of a role can ever be told of.
func kindsFor(role auth.Role) []hook.Kind {
	if role.In(auth.Staff...) {
		return hook.Kinds
	}
	return []hook.Kind{
		hook.EntryAdded, hook.EntryChanged, hook.EntryClosed, hook.EntryReopened, hook.PlanReleased, hook.PlanReplaced, hook.AnswerGiven, hook.AnswerBack,
	}
}

func kindOptions(ctx context.Context, role auth.Role, chosen []hook.Kind) (out []web.Option) {
	list := slices.Clone(kindsFor(role))
	for _, k := range chosen { // of a role that the account had before
		if slices.Contains(hook.Kinds, k) && !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	for _, k := range list {
		out = append(out, web.Option{Value: string(k), Label: kindText(ctx, k), Note: string(k)})
	}
	return out
}

func kindNames(kinds []hook.Kind) (out []string) {
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

func kindsText(ctx context.Context, kinds []hook.Kind) string {
	var out []string
	for _, k := range hook.Kinds {
		if slices.Contains(kinds, k) {
			out = append(out, kindText(ctx, k))
		}
	}
	return strings.Join(out, "; ")
}
