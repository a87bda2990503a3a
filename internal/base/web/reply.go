package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// reply is the response writer that every handler gets: it counts, and packs what is text.
type reply struct {
	http.ResponseWriter
	status int
	bytes  int64
	gzip   bool // the caller takes gzip
	z      *gzip.Writer
	keep   *kept // copies the answer for an idempotency key
}

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, 4)
	return z
}}

// smallest is below what packing gains: the answer fits one network packet anyway.
const smallest = 1000

func (w *reply) WriteHeader(status int) {
	if w.status != 0 || status < 200 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.status = status
	h := w.Header()
	if w.keep != nil {
		w.keep.head(status, h)
	}
	if w.gzip && packable(h) && status != http.StatusNoContent && status != http.StatusNotModified {
		if n, err := strconv.Atoi(h.Get("Content-Length")); err != nil || n >= smallest {
			h.Del("Content-Length")
			h.Set("Content-Encoding", "gzip")
			w.z = packers.Get().(*gzip.Writer)
			w.z.Reset(countTo{w})
		}
	}
	if packable(h) {
		h.Add("Vary", "Accept-Encoding")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *reply) Write(p []byte) (int, error) {
	if w.status == 0 {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.keep != nil {
		w.keep.write(p)
	}
	if w.z != nil {
		return w.z.Write(p)
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// countTo counts what really goes over the wire.
type countTo struct{ w *reply }

func (c countTo) Write(p []byte) (int, error) {
	n, err := c.w.ResponseWriter.Write(p)
	c.w.bytes += int64(n)
	return n, err
}

func (w *reply) close() {
	if w.z != nil {
		_ = w.z.Close()
		w.z.Reset(io.Discard)
		packers.Put(w.z)
		w.z = nil
	}
	if w.status == 0 {
		w.status = http.StatusOK // net/http writes it
	}
}

// Flush lets a handler that shows progress send what it has.
func (w *reply) Flush() {
	if w.z != nil {
		_ = w.z.Flush()
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (w *reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func packable(h http.Header) bool {
	if h.Get("Content-Encoding") != "" {
		return false
	}
	t := h.Get("Content-Type")
	return strings.HasPrefix(t, "text/") || strings.HasPrefix(t, "application/json") ||
		strings.HasPrefix(t, "application/problem+json") || strings.HasPrefix(t, "image/svg") ||
		strings.HasPrefix(t, "text/javascript")
}

func acceptsGzip(r *http.Request) bool {
	for _, e := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(e), ";")
		if name == "gzip" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0"
		}
	}
	return false
}

// Send writes a whole answer. A GET that is asked again with the same tag gets 304.
func Send(w http.ResponseWriter, r *http.Request, status int, ctype string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", ctype)
	if safe(r.Method) && status == http.StatusOK {
		// A row's version says nothing of the page around it (language, theme, menu), so a
		// page that carries one is always sent whole.
		whole := h.Get("ETag") != "" && strings.HasPrefix(ctype, "text/html")
		if h.Get("ETag") == "" {
			sum := sha256.Sum256(body)
			h.Set("ETag", `W/"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
			h.Add("Vary", "Cookie")
		}
		if !whole && tagged(r.Header.Get("If-None-Match"), h.Get("ETag")) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = w.Write(body) // the caller may have gone; nothing to mend
	return nil
}

func tagged(header, tag string) bool {
	for _, t := range strings.Split(header, ",") {
		t = strings.TrimSpace(t)
		if t == "*" || t != "" && strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// JSON answers with v.
func JSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return Send(w, r, status, "application/json; charset=utf-8", append(body, '\n'))
}

// Redirect sends the browser to a path of ours after a form was taken (303).
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, LocalPath(path), http.StatusSeeOther)
	return nil
}

// LocalPath returns path if it stays on this site, else "/": a sign-in page must not send
// people elsewhere because a link said so.
func LocalPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}

// Attachment sets the headers of a file to be saved.
func Attachment(w http.ResponseWriter, name, ctype string) {
	h := w.Header()
	h.Set("Content-Type", ctype)
	h.Set("Content-Disposition", `attachment; filename="`+asciiName(name)+`"; filename*=UTF-8''`+percent(name))
}

func asciiName(s string) string {
	return strings.Map(func(c rune) rune {
		if c < 32 || c > 126 || c == '"' || c == '\\' || c == '/' {
			return '_'
		}
		return c
	}, s)
}

func percent(s string) string {
	const hexa = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexa[c>>4])
		b.WriteByte(hexa[c&15])
	}
	return b.String()
}
