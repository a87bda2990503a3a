package audit

import "context"

// What the attackers of the tests need to know.

// Chain recomputes the hash of a seal as Seal does.
func Chain(prev string, seq int64, sealedAt string, id int64, at, actor, action, object string, before, after *string) string {
	return link(prev, seq, sealedAt, raw{id: id, at: at, actor: actor, action: action, object: object, before: before, after: after})
}

// MakeKey makes a key in a folder.
var MakeKey = makeKey

// Resign signs a line anew with the key of a folder.
func Resign(dir, line string) string {
	p, _, err := readPoint(line)
	if err != nil {
		panic(err)
	}
	key, err := readKey(dir)
	if err != nil {
		panic(err)
	}
	return sign(key, p).line
}

// Above is the entry after which a sealer looks for what is new.
func (s *Sealer) Above() int64 { return s.above }

// Drop gives the leases back, as the end of Run does.
func (s *Sealer) Drop(ctx context.Context) error { return s.drop(ctx) }
