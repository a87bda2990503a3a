package audit

import "embed"

// Texts are the words about the state of the trail.
//
//go:embed text/*.json
var Texts embed.FS
