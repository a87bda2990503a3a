package places

import (
	"strings"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/geo"
)

// Level of a unit. The 2025 system has no districts.
type Level int8

// The levels, from the widest.
const (
	AnyLevel Level = iota
	Province
	District
	Commune
)

// String is a stable word for text keys and files.
func (l Level) String() string {
	return [...]string{"any", "province", "district", "commune"}[l]
}

// Border is a system of borders; it is the part of a key after @.
type Border string

// The border systems.
const (
	Border2023 Border = "2023" // three levels, until 2025-06-30
	Border2025 Border = "2025" // two levels, from 2025-07-01
)

// NewBorders is the first day of the 2025 system.
var NewBorders = calendar.Date(2025, 7, 1)

// BorderOn is the system in force on a day.
func BorderOn(day calendar.Day) Border {
	if day < NewBorders {
		return Border2023
	}
	return Border2025
}

// Unit is one version of an administrative unit.
type Unit struct {
	Key        string // code@border: the identity
	Code       string
	Name       string // Cao Dương
	Full       string // Xã Cao Dương
	Alt        string // another spelling in State papers, "" mostly
	Level      Level
	Parent     string // keys; "" above a province
	District   string // the unit itself when it is a district; "" in the 2025 system
	Province   string // the unit itself when it is a province
	Point      geo.Point
	Approx     bool         // the point is the successor's or the district's, not its own
	From       calendar.Day // 0: before the lists begin
	To         calendar.Day // 0: still in force
	AreaHa     int64        // 0 unknown
	Population int64        // 0 unknown
	Note       string       // a fault known in the source
}

// Key makes a unit's key.
func Key(code string, b Border) string { return code + "@" + string(b) }

// BorderOf is the border system of a key, "" when it is none.
func BorderOf(key string) Border {
	_, b, ok := strings.Cut(key, "@")
	if !ok || b != string(Border2023) && b != string(Border2025) {
		return ""
	}
	return Border(b)
}

// Valid reports whether this version is in force on the day.
func (u Unit) Valid(day calendar.Day) bool {
	return u.From <= day && (u.To == 0 || day <= u.To)
}

// Kind is the first word or two of the full name: Xã, Thị trấn, Thành phố.
func (u Unit) Kind() string {
	return strings.TrimSuffix(strings.TrimSuffix(u.Full, u.Name), " ")
}

// Written is how the unit stands inside a sentence: xã Cao Dương.
func (u Unit) Written() string { return strings.ToLower(u.Kind()) + " " + u.Name }

// kinds are the words before a name, longest first.
var kinds = []string{"Thành phố", "Thị trấn", "Đặc khu", "Thị xã", "Phường", "Huyện", "Quận", "Tỉnh", "Xã"}

func bareName(full string) string {
	for _, k := range kinds {
		if n, ok := strings.CutPrefix(full, k+" "); ok {
			return n
		}
	}
	return full
}
