package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/lienket/lienket/"

// readArrows reads the ```arrows block of the architecture page: "A -> B C".
func readArrows(t *testing.T, page string) map[string][]string {
	t.Helper()
	arrows := map[string][]string{}
	in := false
	for _, line := range strings.Split(page, "\n") {
		switch {
		case strings.HasPrefix(line, "```arrows"):
			in = true
		case strings.HasPrefix(line, "```"):
			in = false
		case in && strings.TrimSpace(line) != "":
			from, to, ok := strings.Cut(line, "->")
			if !ok {
				t.Fatalf("the arrows block has a line without an arrow: %q", line)
			}
			arrows[strings.TrimSpace(from)] = append(arrows[strings.TrimSpace(from)], strings.Fields(to)...)
		}
	}
	if len(arrows) == 0 {
		t.Fatal("docs/architecture.md has no arrows block")
	}
	return arrows
}

// room is a package's path without the module and without internal/.
func room(pkg string) string {
	p := strings.TrimPrefix(pkg, module)
	return strings.TrimPrefix(p, "internal/")
}

func within(r, parent string) bool { return r == parent || strings.HasPrefix(r, parent+"/") }

// sealed rooms may import only what is written for them by name, even inside their own area.
var sealed = []string{"area/market/recheck", "mincost"}

// wrongArrows lists the imports that no arrow allows.
func wrongArrows(arrows map[string][]string, imports map[string][]string) []string {
	var wrong []string
	for pkg, deps := range imports {
		from := room(pkg)
		closed := slices.ContainsFunc(sealed, func(s string) bool { return within(from, s) })
		for _, dep := range deps {
			if !strings.HasPrefix(dep, module) {
				continue
			}
			to := room(dep)
			if topRoom(from) == topRoom(to) && !slices.Contains(sealed, to) && !closed || from == to {
				continue
			}
			ok := false
			for a, bs := range arrows {
				if closed && a != from || !within(from, a) {
					continue
				}
				for _, b := range bs {
					if within(to, b) {
						ok = true
					}
				}
			}
			if !ok {
				wrong = append(wrong, from+" -> "+to)
			}
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

// topRoom is the subject a package belongs to: area/market for all of area/market/…
// Base rooms count as one floor, whose inner order only the compiler guards.
func topRoom(r string) string {
	parts := strings.Split(r, "/")
	if len(parts) >= 2 && (parts[0] == "area" || parts[0] == "engine" || parts[0] == "cmd") {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

func repoRoot(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestArrows(t *testing.T) {
	root := repoRoot(t)
	page, err := os.ReadFile(filepath.Join(root, "docs/architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	imports := map[string][]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		imports[p.ImportPath] = p.Imports
	}
	for _, w := range wrongArrows(readArrows(t, string(page)), imports) {
		t.Errorf("no arrow in docs/architecture.md allows %s", w)
	}
}

func TestArrows_SeededFaults(t *testing.T) {
	arrows := readArrows(t, "```arrows\narea -> base\narea/market -> area/catalog engine/matching\nengine/matching -> mincost\narea/market/recheck -> base/sheet\n```")
	for _, c := range []struct{ from, to, want string }{
		{"internal/area/catalog", "internal/area/market", "area/catalog -> area/market"},
		{"internal/base/web", "internal/area/market", "base/web -> area/market"},
		{"internal/engine/matching", "internal/area/market", "engine/matching -> area/market"},
		{"mincost", "internal/base/fault", "mincost -> base/fault"},
		{"internal/area/market/recheck", "internal/area/market", "area/market/recheck -> area/market"},
		{"internal/area/market/recheck", "internal/base/money", "area/market/recheck -> base/money"},
		{"internal/area/market/recheck", "mincost", "area/market/recheck -> mincost"},
		{"internal/area/market", "internal/area/catalog", ""},
		{"internal/area/market", "internal/base/web", ""},
		{"internal/area/market/recheck", "internal/base/sheet", ""},
	} {
		got := strings.Join(wrongArrows(arrows, map[string][]string{module + c.from: {module + c.to, "fmt"}}), ";")
		if got != c.want {
			t.Errorf("%s importing %s: got %q, want %q", c.from, c.to, got, c.want)
		}
	}
}
