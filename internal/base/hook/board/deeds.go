package board

import (
	"net/http"
	"strconv"

	"github.com/lienket/lienket/internal/base/web"
)

// What the buttons of these screens do.

func (b *Board) set(on bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, "id")
		if err != nil {
			return err
		}
		return b.setState(w, r, me(r).ID, id, on, path(id, ""))
	}
}

func (b *Board) setAny(on bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, "id")
		if err != nil {
			return err
		}
		return b.setState(w, r, 0, id, on, all)
	}
}

func (b *Board) setState(w http.ResponseWriter, r *http.Request, viewer, id int64, on bool, back string) error {
	ctx := r.Context()
	s, err := b.Hooks.One(ctx, viewer, id)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	ok, err := b.Hooks.SetState(ctx, claim(r), me(r).Actor(), viewer, id, version, on)
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: back}
	}
	said := "hook.switched_off"
	if on {
		said = "hook.switched_on"
	}
	web.SetFlash(w, r, "good", web.T(ctx, said, s.Name))
	return web.Redirect(w, r, back)
}

func (b *Board) rotate(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	s, err := b.Hooks.One(ctx, u.ID, id)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	secret, ok, err := b.Hooks.Rotate(ctx, claim(r), u.Actor(), u.ID, id, version)
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: path(id, "")}
	}
	return b.showSecret(w, r, id, s.Name, secret)
}

func (b *Board) ping(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if _, err := b.Hooks.Ping(r.Context(), claim(r), me(r).ID, id); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "hook.pinged"))
	return web.Redirect(w, r, path(id, "#deliveries"))
}

func (b *Board) again(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	delivery, err := number(r, "delivery")
	if err != nil {
		return err
	}
	if err := b.Hooks.Resend(r.Context(), claim(r), me(r).ID, id, delivery); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "hook.resent"))
	return web.Redirect(w, r, path(id, "#deliveries"))
}

func (b *Board) remove(w http.ResponseWriter, r *http.Request) error {
	ctx, u := r.Context(), me(r)
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	s, err := b.Hooks.One(ctx, u.ID, id)
	if err != nil {
		return err
	}
	version, err := web.RowVersion(r)
	if err != nil {
		return err
	}
	ok, err := b.Hooks.Delete(ctx, claim(r), u.Actor(), u.ID, id, version)
	if err != nil {
		return err
	}
	if !ok {
		return &web.Stale{Back: path(id, "")}
	}
	web.SetUndo(w, r, "good", web.T(ctx, "hook.deleted", s.Name), &web.Undo{
		Action: path(id, "/restore"), Fields: map[string]string{"id": strconv.FormatInt(id, 10)},
	})
	return web.Redirect(w, r, own)
}

func (b *Board) restore(w http.ResponseWriter, r *http.Request) error {
	u := me(r)
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if err := b.Hooks.Restore(r.Context(), claim(r), u.Actor(), u.ID, id); err != nil {
		return err
	}
	web.SetFlash(w, r, "good", web.T(r.Context(), "hook.restored"))
	return web.Redirect(w, r, path(id, ""))
}
