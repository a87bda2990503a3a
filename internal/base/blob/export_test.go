package blob

// ThumbOf is the thumbnail that Ready made.
func ThumbOf(n New) []byte { return n.ready.thumb }

// TypeOf is what Ready took it for.
func TypeOf(n New) string { return n.ready.typ }
