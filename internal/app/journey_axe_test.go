package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdpage "github.com/chromedp/cdproto/page"
	cdp "github.com/chromedp/chromedp"
)

// axeSource is the accessibility checker as a script. Where a browser is asked for, it must
// be there.
func axeSource(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(repoRoot(t), "tools", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("no accessibility checker: make axe installs it (%v)", err)
	}
	return string(src)
}

// axeFinding is one rule that a page breaks.
type axeFinding struct {
	ID, Impact, Help string
	Nodes            []string
}

// axeRun asks for WCAG 2.0 to 2.2, levels A and AA; advice beyond them is off.
const axeRun = `axe.run(document, {
	runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
	resultTypes: ["violations"],
}).then(r => r.violations.map(v => ({
	ID: v.id, Impact: v.impact, Help: v.help,
	Nodes: v.nodes.slice(0, 4).map(n => n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " ").slice(0, 220)),
})))`

// carryAxe puts the checker into every page that the tab opens from now on. The debugger
// does it, so the content policy of the pages stays as it is.
func (b *tab) carryAxe() {
	b.t.Helper()
	_, err := cdp.Call(b.ctx, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: axeSource(b.t)})
	b.must(err)
}

// axe checks the page that is open and returns how many rules it breaks.
func (b *tab) axe(where string) int {
	b.t.Helper()
	found := eval[[]axeFinding](b, axeRun)
	for _, f := range found {
		b.t.Errorf("%s: %s (%s): %s\n\t%s", where, f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n\t"))
	}
	return len(found)
}

// TestAxe_SeededFaults: the checker is really asked, in both ways it is used here.
func TestAxe_SeededFaults(t *testing.T) {
	s := newSite(t)
	b := s.tab(t, with{})
	b.carryAxe()
	b.open("/signin", 200)
	eval[bool](b, `(document.querySelector("main label").remove(), document.querySelector("main").insertAdjacentHTML("beforeend", "<p id=pale>pale words</p>"),
		document.getElementById("pale").style.color = "#eee", true)`)
	ids := map[string]bool{}
	for _, f := range eval[[]axeFinding](b, axeRun) {
		ids[f.ID] = true
	}
	if !ids["label"] || !ids["color-contrast"] {
		t.Errorf("a field without a label and pale words: the checker finds %v", ids)
	}
}
