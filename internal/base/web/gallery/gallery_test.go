package gallery_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

var (
	templOf = regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`)
	useOf   = regexp.MustCompile(`\bweb\.([A-Z]\w*)\(`)
)

// TestGallery_ShowsEveryPart: what base/web offers to screens is seen at /dev/parts, where
// the tests of the whole site look at it in both themes, both languages and both widths.
func TestGallery_ShowsEveryPart(t *testing.T) {
	parts, err := filepath.Glob("../*.templ")
	if err != nil || len(parts) < 5 {
		t.Fatalf("%d files of parts, %v", len(parts), err)
	}
	shown := map[string]bool{}
	here, _ := filepath.Glob("*.templ")
	for _, f := range here {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range useOf.FindAllStringSubmatch(string(raw), -1) {
			shown[m[1]] = true
		}
	}
	// Parts that parts draw: their own pictures are in the parts'.
	for _, f := range parts {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range templOf.FindAllStringSubmatch(string(raw), -1) {
			if !shown[m[1]] && !slices.Contains(drawnInside, m[1]) {
				t.Errorf("%s: %s is not in the gallery", filepath.Base(f), m[1])
			}
		}
	}
	if len(shown) < 30 {
		t.Errorf("the gallery shows %d parts", len(shown))
	}
}

// drawnInside are parts that only stand inside others.
var drawnInside = []string{
	"Hidden", "Version", // fields of ConfirmForm and Calls
}
