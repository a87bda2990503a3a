package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

//go:embed static
var staticFS embed.FS

// assetRoot is where assets live. A name carries the hash of its bytes, so it may be kept
// for ever: another build has another name.
const assetRoot = "/static/"

type assetFile struct {
	name  string // "enhance.1a2b3c4d5e.js"
	ctype string
	raw   []byte
	gz    []byte // nil where it would not be smaller
}

// assets are all files by plain name and by hashed name.
var assets, assetsByHash = loadAssets()

// styleSheet is one file made of two, so that a page asks for its looks once.
const styleSheet = "lienket.css"

// plainSheet is the small style of pages that are opened in Zalo on an old phone.
const plainSheet = "plain.css"

func loadAssets() (plain, hashed map[string]*assetFile) {
	plain, hashed = map[string]*assetFile{}, map[string]*assetFile{}
	add := func(name string, raw []byte) {
		sum := sha256.Sum256(raw)
		ext := path.Ext(name)
		a := &assetFile{raw: raw, ctype: mime.TypeByExtension(ext)}
		a.name = strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		if gz := pack(raw); len(gz) < len(raw)*9/10 {
			a.gz = gz
		}
		plain[name], hashed[a.name] = a, a
	}
	var sheet []byte
	err := fs.WalkDir(staticFS, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := staticFS.ReadFile(p)
		if err != nil {
			return err
		}
		switch path.Ext(p) {
		case ".css":
		case ".js":
			add(path.Base(p), shortenScript(raw))
		default:
			add(path.Base(p), raw)
		}
		return nil
	})
	for _, css := range []string{"tokens.css", "parts.css", "own.css"} {
		raw, e := staticFS.ReadFile("static/" + css)
		if e != nil {
			err = e
		}
		sheet = append(sheet, raw...)
	}
	if err != nil {
		panic(err) // the files are inside the program: this cannot fail on one machine only
	}
	add(styleSheet, shorten(sheet))
	small, err := staticFS.ReadFile("static/" + plainSheet)
	if err != nil {
		panic(err)
	}
	add(plainSheet, shorten(small))
	return plain, hashed
}

// shorten drops from a style sheet of ours what only its readers need: comments, spaces, the
// last semicolon. It knows no strings; ours hold nothing that it would change, see the test.
func shorten(css []byte) []byte {
	css = cssComment.ReplaceAll(css, nil)
	css = cssSpace.ReplaceAll(css, []byte(" "))
	css = cssAround.ReplaceAll(css, []byte("$1"))
	css = bytes.ReplaceAll(css, []byte(": "), []byte(":"))
	css = cssZero.ReplaceAll(css, []byte("$1.$2"))
	return bytes.TrimSpace(bytes.ReplaceAll(css, []byte(";}"), []byte("}")))
}

// shortenScript drops lines that are a comment, and indentation. Ours hold no string over
// several lines.
func shortenScript(js []byte) []byte {
	var out []byte
	for _, line := range bytes.Split(js, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			out = append(append(out, line...), '\n')
		}
	}
	return out
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(` ?([{};,>]) ?`)
	cssZero    = regexp.MustCompile(`([^\d.])0\.(\d)`)
)

func pack(raw []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(raw)
	_ = z.Close()
	return b.Bytes()
}

// Asset returns the address of an embedded file, with its hash: Asset("sprite.svg").
func Asset(name string) string {
	if a, ok := assets[name]; ok {
		return assetRoot + a.name
	}
	return assetRoot + name // a wrong name is a 404 on the page, found by the test of all links
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	a, ok := assetsByHash[strings.TrimPrefix(r.URL.Path, assetRoot)]
	if !ok {
		h.Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", a.ctype)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.raw
	if a.gz != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.gz
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
