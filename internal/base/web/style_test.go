package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/web"
)

var (
	cssComments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssStrings  = regexp.MustCompile(`"[^"]*"`)
	cssHeads    = regexp.MustCompile(`([^{};]+)\{`)
	cssClass    = regexp.MustCompile(`\.([a-zA-Z][\w-]*)`)
	quoted      = regexp.MustCompile("\"[^\"\n]*\"|`[^`]*`")
	zeroPoint   = regexp.MustCompile(`([^\d.])0\.`)
	oneWord     = regexp.MustCompile(`[a-zA-Z][\w-]*`)
)

func sheets(t *testing.T, names ...string) string {
	t.Helper()
	var b strings.Builder
	for _, n := range names {
		raw, err := os.ReadFile("static/" + n)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(raw)
	}
	return cssComments.ReplaceAllString(b.String(), "")
}

func classesOf(css string) map[string]bool {
	out := map[string]bool{}
	for _, m := range cssHeads.FindAllStringSubmatch(cssStrings.ReplaceAllString(css, `""`), -1) {
		if head := strings.TrimSpace(m[1]); !strings.HasPrefix(head, "@") {
			for _, c := range cssClass.FindAllStringSubmatch(head, -1) {
				out[c[1]] = true
			}
		}
	}
	return out
}

// wordsIn are the words in quotes of all screens: the .templ files and the Go beside them.
func wordsIn(t *testing.T, root string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_templ.go") {
			return err
		}
		if ext := filepath.Ext(p); ext != ".templ" && ext != ".go" {
			return nil
		}
		raw, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, q := range quoted.FindAllString(string(raw), -1) {
			for _, w := range oneWord.FindAllString(q, -1) {
				out[w] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestStyle_EveryClassIsUsed: a rule that no screen and no part asks for is not sent to
// anybody. Families whose names are put together in code are named here.
func TestStyle_EveryClassIsUsed(t *testing.T) {
	families := regexp.MustCompile(`^(n[1-5]|w-[sml]|f[1-4])$`) // part.go: filterClass, Control.width
	words := wordsIn(t, filepath.Join("..", ".."))
	for _, sheet := range [][]string{{"tokens.css", "parts.css", "own.css"}, {"plain.css"}} {
		var unused []string
		classes := classesOf(sheets(t, sheet...))
		for c := range classes {
			if !words[c] && !families.MatchString(c) {
				unused = append(unused, c)
			}
		}
		slices.Sort(unused)
		if len(unused) > 0 {
			t.Errorf("%v: nothing uses %v", sheet, unused)
		}
		t.Logf("%v: %d classes", sheet, len(classes))
	}
	if got := classesOf(`.a:not(.b) > .c { x: 0.5 } @media (min-width: 1.5rem) { .d::before { content: ".e"; } }`); len(got) != 4 || !got["d"] || got["e"] {
		t.Errorf("classes found: %v", got)
	}
}

// served is an asset as a browser gets it, unpacked, and its weight on the way.
func served(t *testing.T, name string) (body string, weight int) {
	t.Helper()
	w := ask(site(t, nil), "GET", web.Asset(name), "", "Accept-Encoding", "gzip")
	if w.Code != 200 {
		t.Fatalf("%s: %d", name, w.Code)
	}
	weight = w.Body.Len()
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String(), weight
	}
	z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), weight
}

// TestStyle_Weight: the looks of the whole site, compressed; those of a page for Zalo.
func TestStyle_Weight(t *testing.T) {
	for name, most := range map[string]int{"lienket.css": 12_000, "plain.css": 2_000, "enhance.js": 2_500, "sprite.svg": 3_000} {
		body, weight := served(t, name)
		t.Logf("%s: %d bytes, %d on the way", name, len(body), weight)
		if weight > most {
			t.Errorf("%s weighs %d bytes, at most %d", name, weight, most)
		}
	}
	body, _ := served(t, "lienket.css")
	for _, keep := range []string{"calc(100% + 6px)", `content:"✓"`, "@media print,(min-width:48rem){", "screen and (max-width:30rem)", "linear-gradient(135deg,var(--bar) 25%,"} {
		if !strings.Contains(body, keep) {
			t.Errorf("the shortened sheet lost %s", keep)
		}
	}
	squeeze := func(s string) string { // what shortening may change, gone on both sides
		s = zeroPoint.ReplaceAllString(s, "$1.")
		return strings.ReplaceAll(strings.Join(strings.Fields(s), ""), ";}", "}")
	}
	if got, want := squeeze(body), squeeze(sheets(t, "tokens.css", "parts.css", "own.css")); got != want {
		t.Errorf("shortening changed more than spaces: %d and %d bytes", len(got), len(want))
	}
}

type colour [3]float64

// luminance after WCAG 2: relative, of sRGB.
func (c colour) luminance() float64 {
	lin := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c[0]) + 0.7152*lin(c[1]) + 0.0722*lin(c[2])
}

func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func parseColour(s string) (colour, bool) {
	s = strings.TrimPrefix(s, "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if len(s) != 6 || err != nil {
		return colour{}, false
	}
	return colour{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

var tokenForm = regexp.MustCompile(`--([\w-]+):\s*(#[0-9a-fA-F]{3,6})\b`)

// themes reads the colours of tokens.css: the light ones, and both ways to the dark ones.
func themes(t *testing.T) map[string]map[string]colour {
	t.Helper()
	css := sheets(t, "tokens.css")
	css = css[:strings.Index(css, "@media print")]
	parts := strings.Split(css, "color-scheme: dark;")
	if len(parts) != 3 {
		t.Fatalf("tokens.css has %d dark themes, want two that are the same", len(parts)-1)
	}
	out := map[string]map[string]colour{}
	for i, name := range []string{"light", "dark by the machine", "dark by choice"} {
		c := map[string]colour{}
		if i > 0 { // what a dark theme does not name stays
			for k, v := range out["light"] {
				c[k] = v
			}
		}
		for _, m := range tokenForm.FindAllStringSubmatch(parts[i], -1) {
			v, ok := parseColour(m[2])
			if !ok {
				t.Fatalf("--%s: %s is no colour", m[1], m[2])
			}
			c[m[1]] = v
		}
		out[name] = c
	}
	return out
}

// TestStyle_Contrast: every pair of colours that text and what can be pressed are drawn in,
// in each theme: 4.5 for text, 3 for edges and signs (WCAG 2.2, 1.4.3 and 1.4.11).
func TestStyle_Contrast(t *testing.T) {
	pairs := []struct {
		ink, on string
		least   float64
	}{
		{"ink", "bg", 4.5},
		{"ink", "surface", 4.5},
		{"ink", "surface-2", 4.5},
		{"ink-2", "bg", 4.5},
		{"ink-2", "surface", 4.5},
		{"ink-2", "surface-2", 4.5},
		{"link", "bg", 4.5},
		{"link", "surface", 4.5},
		{"link", "surface-2", 4.5},
		{"link", "action-soft", 4.5},
		{"ink", "action-soft", 4.5},
		{"action-ink", "action", 4.5},
		{"action-ink", "action-2", 4.5},
		{"action", "action-soft", 4.5},
		{"accent-ink", "accent-soft", 4.5},
		{"on-accent", "accent", 4.5},
		{"bg", "ink", 4.5},
		{"good", "good-soft", 4.5},
		{"warn", "warn-soft", 4.5},
		{"bad", "bad-soft", 4.5},
		{"info", "info-soft", 4.5},
		{"good", "surface", 4.5},
		{"warn", "surface", 4.5},
		{"bad", "surface", 4.5},
		{"warn", "bg", 4.5},
		{"good", "bg", 4.5},
		{"bad", "bg", 4.5},
		{"ink", "good-soft", 4.5},
		{"ink", "bad-soft", 4.5},
		{"ink", "info-soft", 4.5},
		{"ink-2", "good-soft", 4.5},
		{"ink-2", "action-soft", 4.5},
		{"bar-ink", "bar", 4.5},
		{"bar-ink", "bar-2", 4.5},
		{"bar-ink-2", "bar", 4.5},
		{"bar-ink-2", "bar-2", 4.5},
		{"line-2", "surface", 3},
		{"line-2", "bg", 3},
		{"line-2", "surface-2", 3},
		{"focus-ink", "bg", 3},
		{"focus-ink", "surface", 3},
		{"action", "bg", 3},
		{"fruit-1", "surface", 3},
		{"fruit-2", "surface", 3},
	}
	all := themes(t)
	for name, c := range all {
		for _, p := range pairs {
			a, okA := c[p.ink]
			b, okB := c[p.on]
			if !okA || !okB {
				t.Errorf("%s lacks --%s or --%s", name, p.ink, p.on)
				continue
			}
			if got := contrast(a, b); got < p.least {
				t.Errorf("%s: --%s on --%s is %.2f : 1, at least %.1f", name, p.ink, p.on, got, p.least)
			}
		}
	}
	for k, v := range all["dark by choice"] {
		if all["dark by the machine"][k] != v {
			t.Errorf("--%s differs between the two dark themes", k)
		}
	}
	if got := contrast(colour{}, colour{1, 1, 1}); math.Abs(got-21) > 1e-9 {
		t.Errorf("black on white is %.3f", got)
	}
}
