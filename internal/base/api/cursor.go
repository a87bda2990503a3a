package api

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// Cursor is where a list goes on: after the row with this key of the sort order and this
// id. Rows that are added or taken away meanwhile shift nothing.
type Cursor struct {
	Sort string `json:"s"`
	Key  string `json:"k"`
	ID   int64  `json:"i"`
}

// String is the cursor as programs hand it back; they should not look inside.
func (c Cursor) String() string {
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor reads what String wrote for the same sort order. ok is false for "": from the
// beginning.
func ReadCursor(s, sort string) (c Cursor, ok bool, err error) {
	if s == "" {
		return c, false, nil
	}
	wrong := fault.New(fault.Invalid, "api.fault.cursor").At(fault.Where{Col: "query.cursor"})
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &c) != nil || c.Sort != sort {
		return Cursor{}, false, wrong
	}
	return c, true, nil
}

// Paged is what every list takes.
type Paged struct {
	Cursor string `query:"cursor" maxLength:"400"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// Page is a part of a list. Next is the cursor of what follows; without it this is the end.
type Page[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty"`
}

// PageOf cuts a list that was read one row longer than asked for.
func PageOf[R, T any](rows []R, limit int, show func(*R) T, after func(*R) Cursor) Page[T] {
	p := Page[T]{Items: make([]T, 0, min(len(rows), limit))}
	for i := range rows {
		if i == limit {
			p.Next = after(&rows[i-1]).String()
			break
		}
		p.Items = append(p.Items, show(&rows[i]))
	}
	return p
}

// Order reads a sort parameter: a name of allowed, with "-" before it for the other way.
func Order(s string, allowed ...string) (name string, desc bool, err error) {
	name, desc = strings.CutPrefix(s, "-")
	if name == "" && !desc {
		return allowed[0], false, nil
	}
	for _, a := range allowed {
		if a == name {
			return name, desc, nil
		}
	}
	return "", false, fault.New(fault.Invalid, "api.fault.one_of", strings.Join(allowed, ", ")).At(fault.Where{Col: "query.sort"})
}

// ETag is a row's version as If-Match takes it back.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
