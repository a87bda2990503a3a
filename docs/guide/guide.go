// Package guide holds the user guide: one Markdown file per chapter and language. It is text
// only; internal/app draws it at /guide.
package guide

import "embed"

// Files are the chapters: "offers.vi.md", "offers.en.md".
//
//go:embed *.md
var Files embed.FS
