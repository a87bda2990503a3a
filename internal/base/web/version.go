package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// Row versions. A page that edits a row carries the version that it showed, in a hidden
// field (part Version) or, for programs, in If-Match. The store writes
// "… where id = $1 and row_version = $2"; when no row answers, the handler returns
// a Stale, and the person sees what changed instead of losing either side's work.

// VersionField is the name of the hidden field.
const VersionField = "row_version"

// RowVersion returns the version that the caller has seen, from If-Match or the hidden
// field. Neither is a fault: nobody overwrites blindly.
func RowVersion(r *http.Request) (int64, error) {
	text := r.Header.Get("If-Match")
	if text == "" {
		text = r.PostFormValue(VersionField)
	}
	return ReadVersion(text)
}

// ReadVersion reads a version as If-Match or the hidden field carries it.
func ReadVersion(text string) (int64, error) {
	text = strings.Trim(strings.TrimPrefix(strings.TrimSpace(text), "W/"), `"`)
	if text == "" {
		return 0, fault.New(fault.Invalid, "web.fault.no_version")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fault.New(fault.Conflict, "web.fault.conflict")
	}
	return n, nil
}

// SetVersion tells programs the version of the one row that this answer shows.
func SetVersion(w http.ResponseWriter, v int64) {
	w.Header().Set("ETag", `"`+strconv.FormatInt(v, 10)+`"`)
}

// Change is one field that differs between what the person sent and what stands now.
type Change struct {
	Label string `json:"label"`
	Yours string `json:"yours"`
	Now   string `json:"now"`
}

// Stale is the error for a row that moved on since it was read. It reads as fault.Conflict.
type Stale struct {
	Changes []Change // what differs, in words; may be empty
	Back    string   // where the row's present state is shown
}

func (e *Stale) Error() string { return "stale row, see " + e.Back }

// Unwrap makes fault.CodeOf say Conflict.
func (e *Stale) Unwrap() error { return fault.New(fault.Conflict, "web.fault.conflict") }

// Compare keeps the changes whose two sides differ.
func Compare(all ...Change) []Change {
	var out []Change
	for _, c := range all {
		if c.Yours != c.Now {
			out = append(out, c)
		}
	}
	return out
}
