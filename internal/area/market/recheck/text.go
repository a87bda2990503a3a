package recheck

import "embed"

// Texts are the words of the findings; their arguments are Args.
//
//go:embed text/*.json
var Texts embed.FS

// Key is the text key of a finding.
func (f Finding) Key() string { return "market.recheck." + f.Code }
