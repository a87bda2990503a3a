package audit

import (
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

// broken is a link whose hash does not fit, kept to say what happened to it.
type broken struct {
	chained
	prev string
}

const (
	page = 1_000
	// mostBroken bounds the links among which a reordering is looked for.
	mostBroken = 200
)

// followChain recomputes every link. A broken one is told and the chain is followed on
// from the hash it claims, so that one attack does not hide the next.
func followChain(tx *db.Tx, r *Report, want map[int64]string) (last seal, err error) {
	var bad []broken
	var newest time.Time // of the entries before
	for {
		links, err := chain(tx, last.seq, page)
		if err != nil {
			return last, err
		}
		for _, c := range links {
			r.Sealed++
			if followLink(r, last, c, &bad) {
				newest = inTime(r, newest, c)
			}
			if signed, ok := want[c.seq]; ok && signed != c.hash {
				r.find("audit.check.rechained", c.seq)
			}
			last = c.seal
		}
		if len(links) < page {
			break
		}
	}
	tellBroken(r, bad)
	return last, nil
}

func followLink(r *Report, last seal, c chained, bad *[]broken) (good bool) {
	if c.seq != last.seq+1 {
		r.find("audit.check.seals_missing", last.seq+1, c.seq-1)
	}
	if c.seal.at < last.at {
		r.find("audit.check.backward", c.seq)
	}
	if !c.there {
		r.find("audit.check.entry_removed", c.entry, c.seq)
		return false
	}
	if link(last.hash, c.seq, c.seal.at, c.raw) == c.hash {
		return true
	}
	if len(*bad) < mostBroken {
		*bad = append(*bad, broken{c, last.hash})
	} else {
		r.More++
	}
	return false
}

// inTime tells an entry that says it is older than those sealed before it: it was written
// in afterwards. A clock that once ran ahead is told once.
func inTime(r *Report, newest time.Time, c chained) time.Time {
	at, err := readTime(c.raw.at)
	if err != nil {
		return newest
	}
	if newest.Sub(at) > late {
		r.find("audit.check.late", c.entry, at, newest)
		return at
	}
	if at.After(newest) {
		return at
	}
	return newest
}

// tellBroken says of each broken link whether another broken entry belongs there.
func tellBroken(r *Report, bad []broken) {
	for _, b := range bad {
		moved := int64(0)
		for _, o := range bad {
			if o.entry != b.entry && link(b.prev, b.seq, b.seal.at, o.raw) == b.hash {
				moved = o.entry
				break
			}
		}
		if moved != 0 {
			r.find("audit.check.reordered", b.seq, moved, b.entry)
			continue
		}
		r.find("audit.check.changed", b.entry, b.seq, b.action, b.object)
	}
}

func readTime(s string) (time.Time, error) {
	var t db.Time
	err := t.Scan(s)
	return t.Time, err
}
