package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Chrome 109 is the last one on Windows 7 and 8: what it does not understand is not used.
var tooNew = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"color-mix()", regexp.MustCompile(`color-mix\s*\(`)},                                                          // 111
	{"oklch(), lab() and their like", regexp.MustCompile(`\b(ok)?(lch|lab)\s*\(|\bcolor\s*\(\s*\w`)},               // 111
	{"relative colours", regexp.MustCompile(`\b(rgb|hsl)a?\s*\(\s*from\b`)},                                        // 119
	{"light-dark()", regexp.MustCompile(`light-dark\s*\(`)},                                                        // 123
	{"style queries", regexp.MustCompile(`@container[^{]*\bstyle\s*\(`)},                                           // 111
	{"@scope", regexp.MustCompile(`@scope\b`)},                                                                     // 118
	{"@starting-style", regexp.MustCompile(`@starting-style\b`)},                                                   // 117
	{"transition-behavior", regexp.MustCompile(`transition-behavior`)},                                             // 117
	{"view transitions", regexp.MustCompile(`view-transition|@view-transition`)},                                   // 111
	{"scroll-driven animation", regexp.MustCompile(`animation-timeline|scroll-timeline|view-timeline`)},            // 115
	{"anchor positioning", regexp.MustCompile(`\banchor\s*\(|anchor-name|position-anchor|position-try`)},           // 125
	{"popover", regexp.MustCompile(`:popover-open`)},                                                               // 114
	{"subgrid", regexp.MustCompile(`\bsubgrid\b`)},                                                                 // 117
	{"text-wrap", regexp.MustCompile(`text-wrap\s*:`)},                                                             // 114
	{"field-sizing", regexp.MustCompile(`field-sizing`)},                                                           // 123
	{":user-invalid", regexp.MustCompile(`:user-(in)?valid`)},                                                      // 119
	{":dir()", regexp.MustCompile(`:dir\s*\(`)},                                                                    // 120
	{":nth-child(… of …)", regexp.MustCompile(`:nth-(last-)?child\([^)]*\bof\b`)},                                  // 111
	{"round(), sin() and their like", regexp.MustCompile(`\b(round|mod|rem|sin|cos|tan|pow|sqrt|hypot|exp)\s*\(`)}, // 111, 125
}

var cssNoise = regexp.MustCompile(`(?s)/\*.*?\*/|"[^"]*"|'[^']*'|url\([^)]*\)`)

// cssFaults names what a browser of 2023 does not understand.
func cssFaults(css string) (faults []string) {
	css = cssNoise.ReplaceAllString(css, "")
	for _, n := range tooNew {
		if m := n.pattern.FindString(css); m != "" {
			faults = append(faults, n.what+": "+m)
		}
	}
	// Nesting: a rule inside a rule. At-rules may hold rules; declarations may not.
	var inside []bool // true: a rule of declarations
	head := ""
	for _, c := range css {
		switch c {
		case '{':
			h := strings.TrimSpace(head)
			if len(inside) > 0 && inside[len(inside)-1] {
				faults = append(faults, "nesting: "+h)
			}
			holds := strings.HasPrefix(h, "@media") || strings.HasPrefix(h, "@supports") || strings.HasPrefix(h, "@layer") ||
				strings.HasPrefix(h, "@container") || strings.HasPrefix(h, "@keyframes")
			inside, head = append(inside, !holds), ""
		case '}':
			if len(inside) == 0 {
				return append(faults, "a } too many")
			}
			inside, head = inside[:len(inside)-1], ""
		case ';':
			head = ""
		default:
			head += string(c)
		}
	}
	if len(inside) > 0 {
		faults = append(faults, "a } is missing")
	}
	return faults
}

func TestCSS_Chrome109(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repoRoot(t), "internal", "base", "web", "static", "*.css"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d style sheets found, %v", len(files), err)
	}
	for _, f := range files {
		css, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range cssFaults(string(css)) {
			t.Errorf("%s: %s", filepath.Base(f), fault)
		}
	}
}

func TestCSS_SeededFaults(t *testing.T) {
	for css, want := range map[string]string{
		".a { color: red; &:hover { color: blue } }":      "nesting",
		".a { .b { color: red } }":                        "nesting",
		"@media print { .a { color: red; .b { x: y } } }": "nesting",
		".a { color: color-mix(in srgb, red, blue) }":     "color-mix",
		".a { color: oklch(0.5 0.1 120) }":                "oklch",
		"@container style(--x: 1) { .a { color: red } }":  "style queries",
		".a { text-wrap: balance }":                       "text-wrap",
		".a { grid-template-rows: subgrid }":              "subgrid",
		".a { color: red ":                                "missing",
	} {
		if got := strings.Join(cssFaults(css), "; "); !strings.Contains(got, want) {
			t.Errorf("%s: found %q, want %s", css, got, want)
		}
	}
	for _, css := range []string{
		".a:has(input:checked) { height: 100dvh; inset: 0; accent-color: red }", // 105, 108, 87, 93
		"@media print, (min-width: 48rem) { .a > .b { color: var(--x) } }",
		"@keyframes k { from { opacity: 0 } to { opacity: 1 } }",
		`.a::before { content: "color-mix(" attr(data-l) } /* oklch(1 2 3) */`,
	} {
		if got := cssFaults(css); got != nil {
			t.Errorf("%s is good, but: %v", css, got)
		}
	}
}
