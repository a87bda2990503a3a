package web

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/lienket/lienket/internal/base/i18n"
)

// Prepared pages: what all strangers are shown alike is drawn once, packed once, and sent
// from memory. Who is signed in, brings a message or asks for something gets it drawn.

type preparedKey struct {
	path  string
	lang  i18n.Lang
	theme string
}

type prepared struct {
	ctype, tag []string
	length     []string
	packed     []string // length of gz
	body, gz   []byte
}

// Values of headers that are set on every answer; nobody appends to them.
var (
	varyPrepared = []string{"Cookie, Accept-Encoding"}
	gzipEncoding = []string{"gzip"}
)

// sendPrepared answers with a prepared page, if it may; false leaves it to the handler.
func (s *Server) sendPrepared(rt Route, w http.ResponseWriter, r *http.Request, v *view) bool {
	if v.signedIn || v.byToken || r.URL.RawQuery != "" || r.Method != http.MethodGet {
		return false
	}
	if _, err := r.Cookie(flashCookie); err == nil {
		return false
	}
	out, ok := w.(*reply)
	if !ok {
		return false
	}
	k := preparedKey{r.URL.Path, v.lang, v.theme}
	x, ok := s.drawn.Load(k)
	if !ok {
		p := s.draw(rt, r)
		if p == nil {
			return false
		}
		x, _ = s.drawn.LoadOrStore(k, p)
	}
	x.(*prepared).send(out, r)
	return true
}

func (p *prepared) send(w *reply, r *http.Request) {
	h := w.Header()
	h["Etag"], h["Vary"] = p.tag, varyPrepared
	if m := r.Header["If-None-Match"]; len(m) > 0 && tagged(m[0], p.tag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = p.ctype
	body, length := p.body, p.length
	if w.gzip {
		body, length = p.gz, p.packed
		h["Content-Encoding"] = gzipEncoding
	}
	h["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // the caller may have gone; nothing to mend
}

// draw has the handler draw its page; nil when it is not one that can be sent to others.
func (s *Server) draw(rt Route, r *http.Request) *prepared {
	rec := &recorded{head: http.Header{}}
	r = r.Clone(r.Context())
	r.Header.Del("If-None-Match")
	if err := rt.Do(rec, r); err != nil || rec.status != http.StatusOK || rec.head.Get("Set-Cookie") != "" || rec.head.Get("Cache-Control") != "" {
		return nil
	}
	p := &prepared{ctype: rec.head["Content-Type"], tag: rec.head["Etag"], body: rec.body.Bytes()}
	if len(p.ctype) != 1 || len(p.tag) != 1 {
		return nil
	}
	p.gz = pack(p.body)
	p.length, p.packed = []string{strconv.Itoa(len(p.body))}, []string{strconv.Itoa(len(p.gz))}
	return p
}

// recorded keeps an answer instead of sending it.
type recorded struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (r *recorded) Header() http.Header { return r.head }

func (r *recorded) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorded) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}
