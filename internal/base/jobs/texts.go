package jobs

import "embed"

// Texts holds the sentences of this package.
//
//go:embed text/*.json
var Texts embed.FS
