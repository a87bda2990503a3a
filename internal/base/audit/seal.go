package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// The chain. A seal says: after the seal before me, this entry, exactly so, was there at
// that moment. Changing, removing, inserting or reordering entries breaks a hash; building
// the whole chain anew fits no checkpoint that was signed before.

// raw is an entry as the database holds it, text for text: what is hashed must be what is
// stored, not what a reader makes of it.
type raw struct {
	id                        int64
	at, actor, action, object string
	before, after             *string
}

// seal is one link.
type seal struct {
	seq, entry int64
	hash       string // hex
	at         string // sealed_at
}

// link is the hash of the seal that follows prev. Every part carries its length, so that
// no two different entries read as the same bytes.
func link(prev string, seq int64, sealedAt string, e raw) string {
	h := sha256.New()
	part(h, "lienket audit 1")
	part(h, prev)
	number(h, seq)
	part(h, sealedAt)
	number(h, e.id)
	for _, s := range []string{e.at, e.actor, e.action, e.object} {
		part(h, s)
	}
	for _, s := range []*string{e.before, e.after} {
		if s == nil {
			number(h, -1)
			continue
		}
		part(h, *s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func part(h hash.Hash, s string) {
	number(h, int64(len(s)))
	h.Write([]byte(s))
}

func number(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}
