package market

import "embed"

// Texts holds the words of this area in both languages.
//
//go:embed text/*.json
var Texts embed.FS
