package app_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	keyForm    = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z0-9_]+)+$`)
	prefixForm = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z0-9_]+)*\.([a-z0-9_]+_)?$`)
)

// textFaults compares the texts of both languages with the keys the code names. A literal
// that ends in "." or "_" declares a family of keys ("market.reason."), as codes are joined to it.
func textFaults(vi, en map[string]string, literals []string) []string {
	var bad []string
	heads := map[string]bool{}
	for k := range vi {
		head, _, _ := strings.Cut(k, ".")
		heads[head] = true
		if _, ok := en[k]; !ok {
			bad = append(bad, "en.json lacks "+k)
		}
		if strings.TrimSpace(vi[k]) == "" {
			bad = append(bad, "vi.json: "+k+" is empty")
		}
	}
	for k := range en {
		if _, ok := vi[k]; !ok {
			bad = append(bad, "vi.json lacks "+k)
		}
		if strings.TrimSpace(en[k]) == "" {
			bad = append(bad, "en.json: "+k+" is empty")
		}
	}
	used := map[string]bool{}
	var families []string
	for _, l := range literals {
		head, _, _ := strings.Cut(l, ".")
		switch {
		case !heads[head]:
		case keyForm.MatchString(l):
			used[l] = true
			if _, ok := vi[l]; !ok && !strings.HasSuffix(l, ".go") && !strings.HasSuffix(l, "_") {
				bad = append(bad, "no text for "+l)
			}
			if strings.HasSuffix(l, "_") {
				families = append(families, l)
			}
		case prefixForm.MatchString(l):
			families = append(families, l)
		}
	}
	for k := range vi {
		if used[k] || slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(k, f) }) {
			continue
		}
		bad = append(bad, "nobody uses "+k)
	}
	slices.Sort(bad)
	return bad
}

func TestTexts(t *testing.T) {
	root := repoRoot(t)
	vi, en := map[string]string{}, map[string]string{}
	var literals []string
	for _, top := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "testdata" {
				return filepath.SkipDir
			}
			switch {
			case strings.HasSuffix(filepath.ToSlash(p), "text/vi.json"):
				addTexts(t, vi, p)
			case strings.HasSuffix(filepath.ToSlash(p), "text/en.json"):
				addTexts(t, en, p)
			case strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go"):
				literals = append(literals, literalsOf(t, p)...)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(vi) == 0 {
		t.Fatal("no texts found")
	}
	for _, b := range textFaults(vi, en, literals) {
		t.Error(b)
	}
}

func addTexts(t *testing.T, into map[string]string, p string) {
	t.Helper()
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	for k := range m {
		if _, ok := into[k]; ok {
			t.Errorf("%s: %s is defined twice", p, k)
		}
	}
	maps.Copy(into, m)
}

func literalsOf(t *testing.T, p string) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if im, ok := n.(*ast.ImportSpec); ok && im != nil {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}

func TestTexts_SeededFaults(t *testing.T) {
	vi := map[string]string{"market.a": "A", "market.reason.floor": "B", "market.unused": "C", "market.empty": " "}
	en := map[string]string{"market.a": "A", "market.reason.floor": "B", "market.only_en": "D", "market.empty": "x"}
	got := strings.Join(textFaults(vi, en, []string{"market.a", "market.reason.", "market.missing", "market.empty"}), "\n")
	for _, want := range []string{"en.json lacks market.unused", "vi.json lacks market.only_en", "no text for market.missing", "nobody uses market.unused", "vi.json: market.empty is empty"} {
		if !strings.Contains(got, want) {
			t.Errorf("the guard does not say %q; it says:\n%s", want, got)
		}
	}
	if strings.Contains(got, "reason") {
		t.Errorf("a declared family is called unused:\n%s", got)
	}
}
