// Package blob keeps the files that people attach, in the database, in pieces. What a file
// is says its content, never its name; pictures get a small copy without metadata. It does
// not know who may see a file: the area that owns it asks first, then calls Serve.
package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// ID is a kept file.
type ID int64

// Most is how large a file may be if New does not say otherwise.
const Most = 10 << 20

// New is a file that comes in.
type New struct {
	Owner string // "market_entry/12"
	Name  string // as the sender calls it; shown, never believed
	Data  []byte
	By    string // the actor, as the audit trail names him
	Most  int64  // largest size in bytes; 0 is the constant Most

	ready *seen // what Ready found out
}

// Info is what is known of a kept file without its bytes.
type Info struct {
	ID            ID
	Owner, Name   string
	Type          string // "image/jpeg"
	Hash          string // sha-256 of the bytes as they came, hex
	By            string
	Size          int64
	Width, Height int // of a picture as it is seen; 0 otherwise
	At            db.Time
}

// Picture reports whether there is a thumbnail.
func (i Info) Picture() bool { return i.Width > 0 }

// seen is what looking at the bytes told.
type seen struct {
	typ, hash     string
	width, height int
	thumb         []byte
}

// Ready looks at the bytes: type, size, hash, thumbnail. It takes its time, so call it
// before the transaction and give its result to Put; a Put without it does it itself,
// while everybody else waits. What it refuses is a fault at the field "file".
func Ready(n New) (_ New, err error) {
	most := n.Most
	if most == 0 {
		most = Most
	}
	switch {
	case len(n.Data) == 0:
		return n, refuse("blob.fault.empty")
	case int64(len(n.Data)) > most:
		return n, fault.New(fault.TooLarge, "blob.fault.too_large", megabytes(int64(len(n.Data))), megabytes(most)).At(file)
	}
	s := &seen{}
	if s.typ, err = kindOf(n.Data); err != nil {
		return n, err
	}
	if isPicture(s.typ) {
		if s.width, s.height, s.thumb, err = look(s.typ, n.Data); err != nil {
			return n, err
		}
		if _, err := Clean(s.typ, n.Data); err != nil { // else it could not be handed on
			return n, refuse("blob.fault.broken_picture")
		}
	}
	sum := sha256.Sum256(n.Data)
	s.hash = hex.EncodeToString(sum[:])
	n.Name = cleanName(n.Name)
	n.ready = s
	return n, nil
}

// Put keeps a file in the caller's transaction.
func Put(tx *db.Tx, n New) (_ ID, err error) {
	defer fault.Wrap(&err, "keeping a file of %s", n.Owner)
	if n.ready == nil {
		if n, err = Ready(n); err != nil {
			return 0, err
		}
	}
	return insertBlob(tx, n)
}

// Remove takes a file off its owner; PutBack is the way back, for as long as Keep. Both
// answer NotFound for a file that is not there (any more) or is another owner's.
func Remove(tx *db.Tx, owner string, id ID) error { return setRemoved(tx, owner, id, true) }

// PutBack undoes Remove.
func PutBack(tx *db.Tx, owner string, id ID) error { return setRemoved(tx, owner, id, false) }

var file = fault.Where{Col: "file"}

func refuse(key string, args ...any) error { return fault.New(fault.Invalid, key, args...).At(file) }

func notFound() error { return fault.New(fault.NotFound, "blob.fault.not_found") }

// megabytes is a size as people read it, rounded up to a tenth.
func megabytes(n int64) float64 { return float64((n*10+1<<20-1)>>20) / 10 }

const longestName = 120 // runes

// cleanName keeps what a name may be on every system it is saved on: no folders, nothing
// invisible, nothing that turns the reading direction.
func cleanName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, s)
	s = strings.Trim(s, " .")
	if runes := []rune(s); len(runes) > longestName { // the end holds the extension
		s = string(runes[:longestName-10]) + "…" + string(runes[len(runes)-9:])
	}
	if s == "" {
		return "file"
	}
	return s
}
