package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A file's name says what it may touch.
type fileKind int

const (
	rules fileKind = iota // pure: no db, no http
	store                 // SQL, no http
	page                  // http, no SQL, no db
	front                 // area.go: wiring, everything
)

func kindOf(name string) fileKind {
	base := strings.TrimSuffix(name, ".go")
	switch {
	case base == "area", base == "jobs":
		return front
	case base == "store", strings.HasSuffix(base, "_store"), base == "figures":
		return store
	case base == "page", base == "api", strings.HasSuffix(base, "_api"), strings.HasSuffix(base, "_page"), strings.HasSuffix(base, "_templ"):
		return page
	}
	return rules
}

var (
	// base/auth is not among them: who asks and how far they see is what queries are about.
	httpImports = []string{"net/http", module + "internal/base/web", module + "internal/base/auth/door", "github.com/a-h/templ"}
	dbImports   = []string{"database/sql", module + "internal/base/db", module + "internal/base/audit"}
	sqlText     = regexp.MustCompile(`(?is)^\s*(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\s`)
	viLetters   = regexp.MustCompile(`[ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễúùụủũưựữửừứíìịỉĩýỳỷỵỹđ]`)
)

// viAllowed are the rooms whose subject is Vietnamese words themselves: folding, dates and
// numbers as written, headings as staff write them, synthetic names.
var viAllowed = []string{
	"base/text", "base/calendar", "base/money", "base/weight", "base/i18n", "base/sheet", "sample",
	"area/places", "area/catalog", "area/registry/kind", "area/registry/phone", "area/market/sheet", "area/market/recheck",
}

// roomFaults reads one file of an area or engine and says what it may not do.
func roomFaults(rel string, src []byte) []string {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, rel, src, 0)
	if err != nil {
		return []string{rel + ": " + err.Error()}
	}
	var bad []string
	kind := kindOf(filepath.Base(rel))
	for _, im := range f.Imports {
		p, _ := strconv.Unquote(im.Path.Value)
		if kind == rules || kind == store {
			if slices.Contains(httpImports, p) {
				bad = append(bad, rel+" imports "+p+": rules and stores know no screen")
			}
		}
		if kind == rules || kind == page {
			if slices.Contains(dbImports, p) {
				bad = append(bad, rel+" imports "+p+": only a _store file or area.go may")
			}
		}
	}
	allowVI := slices.ContainsFunc(viAllowed, func(p string) bool { return strings.HasPrefix(rel, p) })
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		s, _ := strconv.Unquote(lit.Value)
		if kind != store && sqlText.MatchString(s) {
			bad = append(bad, rel+": SQL outside a _store file: "+strconv.Quote(s))
		}
		if !allowVI && viLetters.MatchString(strings.ToLower(s)) {
			bad = append(bad, rel+": words on screen belong into text/*.json: "+strconv.Quote(s))
		}
		return true
	})
	return bad
}

var badNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types"}

func TestRooms(t *testing.T) {
	root := filepath.Join(repoRoot(t), "internal")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if slices.Contains(badNames, d.Name()) {
				t.Errorf("%s: a package is named after what it holds", rel)
			}
			if d.Name() == "testdata" || rel == "app" {
				return filepath.SkipDir
			}
			return nil
		}
		isRoom := strings.HasPrefix(rel, "area/") || strings.HasPrefix(rel, "engine/") || strings.HasPrefix(rel, "base/") || strings.HasPrefix(rel, "sample/")
		if !isRoom || !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, b := range roomFaults(rel, src) {
			if strings.HasPrefix(rel, "base/") && !strings.Contains(b, "text/*.json") {
				continue // base is technique: its files are not rules, stores and pages
			}
			t.Error(b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRooms_SeededFaults(t *testing.T) {
	for _, c := range []struct{ rel, src, want string }{
		{"area/market/offer.go", `package market; import "net/http"; var _ http.Handler`, "rules and stores know no screen"},
		{"area/market/offer.go", `package market; import "database/sql"; var _ sql.DB`, "only a _store file"},
		{"area/market/offer_page.go", `package market; const q = "select id from market_offer where id = $1"`, "SQL outside"},
		{"area/market/offer_page.go", `package market; const q = "Chào bán"`, "text/*.json"},
		{"area/market/offer_store.go", `package market; import "net/http"; var _ http.Handler`, "know no screen"},
	} {
		if got := strings.Join(roomFaults(c.rel, []byte(c.src)), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s with %s: got %q, want it to say %q", c.rel, c.src, got, c.want)
		}
	}
	if got := roomFaults("area/market/offer_store.go", []byte(`package market; const q = "select id from market_offer where id = $1"`)); got != nil {
		t.Errorf("a clean store file is refused: %v", got)
	}
}
