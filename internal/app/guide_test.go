package app

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lienket/lienket/docs/guide"
	"github.com/lienket/lienket/internal/base/db/dbtest"
)

var mdLink = regexp.MustCompile(`\]\(([^)]+)\)`)

// TestGuide_EveryChapterInBothLanguages: all chapters are there, begin with a title and a
// sentence, lead only to chapters that exist, and hold no raw HTML, which would be left out.
func TestGuide_EveryChapterInBothLanguages(t *testing.T) {
	book, err := guideBook()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range guideChapters {
		known[c.ID] = true
	}
	for lang, all := range book {
		for _, c := range all {
			if c.Title == "" || c.First == "" || strings.HasPrefix(c.First, "#") || !strings.Contains(c.HTML, "<p>") {
				t.Errorf("%s (%s): title %q, first sentence %q", c.ID, lang, c.Title, c.First)
			}
			if strings.Contains(c.HTML, "raw HTML omitted") {
				t.Errorf("%s (%s) holds raw HTML", c.ID, lang)
			}
		}
	}
	files, _ := fs.Glob(guide.Files, "*.md")
	if len(files) != 2*len(guideChapters) {
		t.Errorf("%d files of %d chapters in two languages", len(files), len(guideChapters))
	}
	heads := map[string][2]int{}
	for _, f := range files {
		raw, err := fs.ReadFile(guide.Files, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mdLink.FindAllStringSubmatch(string(raw), -1) {
			if m[1] != "/api" && !known[strings.TrimPrefix(m[1], "/guide/")] {
				t.Errorf("%s leads to %s", f, m[1])
			}
		}
		id, lang, _ := strings.Cut(strings.TrimSuffix(f, ".md"), ".")
		n := heads[id]
		n[slices.Index([]string{"vi", "en"}, lang)] = strings.Count(string(raw), "\n## ")
		heads[id] = n
	}
	for id, n := range heads {
		if n[0] != n[1] {
			t.Errorf("%s has %d sections in Vietnamese and %d in English", id, n[0], n[1])
		}
	}
}

// TestGuide_EveryMenuEntryHasItsChapter: a screen without a chapter has no «Hướng dẫn».
func TestGuide_EveryMenuEntryHasItsChapter(t *testing.T) {
	for _, g := range menu {
		for _, it := range g.Items {
			if guideOf(it.ID) == "" {
				t.Errorf("the menu entry %s (%s) has no chapter in guide.go", it.ID, it.Href)
			}
		}
	}
	if guideOf("nowhere") != "" {
		t.Error("an unknown entry has a chapter")
	}
}

// TestGuide_NamesWhatThereIs: a route or menu entry that went away is not explained.
func TestGuide_NamesWhatThereIs(t *testing.T) {
	known := map[string]bool{}
	a, err := New(t.Context(), Config{DB: dbtest.SQLite(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	for _, r := range a.Routes() {
		known[r.Pattern] = true
	}
	for _, g := range menu {
		for _, it := range g.Items {
			known[it.ID] = true
		}
	}
	for _, c := range guideChapters {
		for _, of := range c.Of {
			if !known[of] {
				t.Errorf("the chapter %s explains %s, which there is not", c.ID, of)
			}
		}
	}
}
