package blob

import "embed"

// Texts are this room's words, for i18n.Load.
//
//go:embed text/*.json
var Texts embed.FS
