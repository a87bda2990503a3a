package auth

import "embed"

// Texts are the words about accounts and of the sign-in screens.
//
//go:embed text/*.json
var Texts embed.FS
