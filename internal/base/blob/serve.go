package blob

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/web"
)

// Serve sends a file that the caller may see; the owning area has asked. Pictures are
// shown, all else is saved. The browser is told not to guess, and to run nothing in it.
func Serve(w http.ResponseWriter, r *http.Request, i Info, data []byte) error {
	data, err := Clean(i.Type, data)
	if err != nil {
		return err
	}
	return send(w, r, i, i.Type, `"`+i.Hash[:32]+`"`, data)
}

// ServeThumb sends the small picture of a file.
func ServeThumb(w http.ResponseWriter, r *http.Request, i Info, thumb []byte) error {
	return send(w, r, i, JPEG, `"`+i.Hash[:32]+`-s"`, thumb)
}

func send(w http.ResponseWriter, r *http.Request, i Info, typ, tag string, data []byte) error {
	web.Attachment(w, fileName(i), typ)
	h := w.Header()
	switch {
	case typ != i.Type: // a thumbnail is part of a page and has no name of its own
		h.Del("Content-Disposition")
	case isPicture(typ):
		h.Set("Content-Disposition", strings.Replace(h.Get("Content-Disposition"), "attachment", "inline", 1))
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("ETag", tag)
	h.Add("Vary", "Cookie")
	if typ == Text { // it is packed on its way, and half a packed file is nothing
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
