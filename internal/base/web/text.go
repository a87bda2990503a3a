package web

import "embed"

// Texts are the words of the frame and the parts.
//
//go:embed text/*.json
var Texts embed.FS
