// Package audit writes down who did what to which thing, in the transaction that does it.
// It is not a log of the program's running, and it never holds a secret: fields that name
// one are blanked before they are stored. Entries wait unsealed for a moment; a Sealer
// chains them each second and signs how far it has come, and Check tells when the trail is
// no longer what was sealed. Personal values are stored as they are: a key per person,
// which erasure would destroy, is not built yet.
package audit

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Entry is one deed.
type Entry struct {
	ID     int64   // given by the database
	At     db.Time // the transaction's Now
	Actor  string  // "account:7", "system", "command:user"
	Action string  // "offer.save", "account.disable"
	Object string  // "offer:12"
	Before any     // as JSON; nil when the thing did not exist
	After  any     // as JSON; nil when it is gone
}

// Note stores e in tx: if the deed is rolled back, so is its entry. Pass structs or maps;
// what is stored is their JSON, with secrets blanked. ID and At are set by Note.
func Note(tx *db.Tx, e Entry) (err error) {
	defer fault.Wrap(&err, "noting %s of %s", e.Action, e.Object)
	if e.Actor == "" || e.Action == "" || e.Object == "" {
		return errors.New("audit: an entry needs an actor, an action and an object")
	}
	before, err := clean(e.Before)
	if err != nil {
		return err
	}
	after, err := clean(e.After)
	if err != nil {
		return err
	}
	return insertEntry(tx, e, before, after)
}

// For lists what happened to an object, oldest first. Before and After come back as the
// plain values of encoding/json, numbers as json.Number.
func For(tx *db.Tx, object string) (_ []Entry, err error) {
	defer fault.Wrap(&err, "history of %s", object)
	return entriesOf(tx, object)
}

// By lists the latest deeds of an actor, newest first.
func By(tx *db.Tx, actor string, limit int) (_ []Entry, err error) {
	defer fault.Wrap(&err, "deeds of %s", actor)
	return entriesBy(tx, actor, limit)
}

// Blank stands where a secret was.
const Blank = "[***]"

// secrets are parts of field names whose values are nobody's business, not even the
// auditor's. Names are compared without case and separators.
var secrets = []string{
	"password", "passwd", "passphrase", "passhash", "secret", "token", "apikey", "privatekey", "credential",
	"authorization", "cookie", "otp", "recoverycode", "sessionid", "signinlink", "matkhau",
}

// Secret says whether a field of this name must not be stored.
func Secret(field string) bool {
	f := strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', ' ', '.':
			return -1
		}
		return r
	}, strings.ToLower(field))
	for _, s := range secrets {
		if strings.Contains(f, s) {
			return true
		}
	}
	return false
}

// clean is v's JSON with secrets blanked; nil stays nil.
func clean(v any) (*string, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	plain, err := decode(string(b))
	if err != nil {
		return nil, err
	}
	if plain == nil {
		return nil, nil
	}
	if b, err = json.Marshal(blank(plain)); err != nil {
		return nil, err
	}
	s := string(b)
	return &s, nil
}

func decode(s string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber() // an int64 must not become a float
	err = d.Decode(&v)
	return v, err
}

func blank(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if Secret(k) && x != nil && x != "" && x != false {
				v[k] = Blank
			} else {
				v[k] = blank(x)
			}
		}
	case []any:
		for i := range v {
			v[i] = blank(v[i])
		}
	case string:
		// PostgreSQL keeps no NUL in jsonb; an entry must not fail for one.
		return strings.ReplaceAll(v, "\x00", "\uFFFD")
	}
	return v
}
