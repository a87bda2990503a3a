package market

import (
	"net/http"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/blob"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// photoShown is a file beside an entry.
type photoShown struct {
	Href, Thumb, Name string
	Picture           bool
}

func (a *Area) entryBlobs() *blob.Store { return &blob.Store{DB: a.Store.DB} }

// entryPhoto sends a file that is kept beside an entry, to whoever may see the entry.
func (a *Area) entryPhoto(side Side) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		id, err := numbered(r, "photo", "market.fault.no_entry")
		if err != nil {
			return err
		}
		info, data, err := a.entryBlobs().Open(r.Context(), blob.ID(id))
		if err != nil {
			return err
		}
		if info.Owner != EntryObject(e.ID) {
			return fault.New(fault.NotFound, "market.fault.no_entry")
		}
		if r.URL.Query().Get("small") != "" && info.Picture() {
			thumb, err := a.entryBlobs().Thumb(r.Context(), blob.ID(id))
			if err != nil {
				return err
			}
			return blob.ServeThumb(w, r, info, thumb)
		}
		return blob.Serve(w, r, info, data)
	}
}

// takePhoto takes a file off an entry; the undo puts it back.
func (a *Area) takePhoto(side Side, off bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		u, _ := auth.Who(ctx)
		e, err := a.entryIn(r, side)
		if err != nil {
			return err
		}
		id, err := numbered(r, "photo", "market.fault.no_entry")
		if err != nil {
			return err
		}
		d := EntryDeed{ID: e.ID, Side: side}
		if d.Version, err = web.RowVersion(r); err != nil {
			return err
		}
		path := entryPath(side, e.ID)
		_, ok, err := a.Store.TakePhoto(ctx, claimOf(r), u.Actor(), ViewerOf(u), d, blob.ID(id), off)
		if err != nil {
			return err
		}
		if !ok {
			return &web.Stale{Back: path}
		}
		key, back := "market.entry.done.photo_off", "/on"
		if !off {
			key, back = "market.entry.done.photo_on", "/off"
		}
		web.SetUndo(w, r, "good", web.T(ctx, key, e.Ref), &web.Undo{
			Action: path + "/photos/" + numText(id) + back, Fields: map[string]string{web.VersionField: numText(d.Version + 1)},
		})
		return web.Redirect(w, r, path)
	}
}
