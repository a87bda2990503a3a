package market

import (
	"strconv"
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
)

// EntryID numbers an entry of the book.
type EntryID int64

// Side says whether an entry offers or wants.
type Side string

// The sides; their names are those of the tables' columns and of addresses.
const (
	SideOffer  Side = "offer"
	SideDemand Side = "demand"
)

// Ref is how people call an entry on the phone: CB-12 for «chào bán», NC-7 for «nhu cầu».
func (s Side) Ref(id EntryID) string {
	prefix := "CB-"
	if s == SideDemand {
		prefix = "NC-"
	}
	return prefix + strconv.FormatInt(int64(id), 10)
}

// EntryState is whether an entry counts.
type EntryState string

// The states of an entry.
const (
	EntryOpen   EntryState = "open"
	EntryClosed EntryState = "closed"
)

// ClosedWhy says why an entry counts no more.
type ClosedWhy string

// The reasons.
const (
	Withdrawn     ClosedWhy = "withdrawn"
	SoldElsewhere ClosedWhy = "sold_elsewhere" // «Đã bán ngoài»; of a demand: bought elsewhere
	Filled        ClosedWhy = "filled"
	Expired       ClosedWhy = "expired"
	Mistaken      ClosedWhy = "mistaken"
)

// ClosedWhys lists the reasons in the order of forms.
var ClosedWhys = []ClosedWhy{Withdrawn, SoldElsewhere, Filled, Expired, Mistaken}

// Channel is the way an entry came in.
type Channel string

// The channels.
const (
	ByPhone  Channel = "phone" // an officer, on the party's behalf
	ByForm   Channel = "form"  // an officer, from paper
	ByPaste  Channel = "paste"
	BySheet  Channel = "sheet"
	ByParty  Channel = "party" // the organisation itself
	ByAPI    Channel = "api"
	BySample Channel = "sample"
)

// Entry is an offer or a demand as it stands in the book. The record of its side is whole
// but for Party, which a round fills in from the register; its ID is Ref.
type Entry struct {
	ID     EntryID
	Side   Side
	Ref    string
	Org    registry.OrgID
	Party  string // the organisation's name
	Offer  Offer  // of SideOffer
	Demand Demand // of SideDemand

	District, Province string // of the place, as lists show it
	State              EntryState
	Why                ClosedWhy
	Channel            Channel
	AgreedBy           string    // who of the organisation agreed
	AgreedAt           time.Time // zero when nobody asked
	AliveAt            time.Time // when the party last said that it stands
	GoodUntil          calendar.Day
	CreatedBy          string
	CreatedAt          time.Time
	UpdatedBy          string
	UpdatedAt          time.Time
	Version            int64

	Asks, Blocking int // open questions; Blocking keep it out of plans
}

// Commodity, Place, Days, Grams and Note are those of the entry's record.
func (e *Entry) Commodity() string {
	if e.Side == SideDemand {
		return e.Demand.Commodity
	}
	return e.Offer.Commodity
}

// Place is where the goods are picked up or delivered.
func (e *Entry) Place() string {
	if e.Side == SideDemand {
		return e.Demand.Place
	}
	return e.Offer.Place
}

// Days are the days on which the goods are there or wanted.
func (e *Entry) Days() calendar.Period {
	if e.Side == SideDemand {
		return calendar.Period{From: e.Demand.From, To: e.Demand.To}
	}
	return calendar.Period{From: e.Offer.From, To: e.Offer.To}
}

// Grams is what is offered (firm and forecast together) or wanted.
func (e *Entry) Grams() weight.Grams {
	if e.Side == SideDemand {
		return e.Demand.Quantity
	}
	return e.Offer.Firm + e.Offer.Forecast
}

// Note is what was written beside the entry.
func (e *Entry) Note() string {
	if e.Side == SideDemand {
		return e.Demand.Note
	}
	return e.Offer.Note
}

// StaleAfter is how long an entry stands without a word of its party before somebody calls.
const StaleAfter = 14 * 24 * time.Hour

// Stale reports whether the party of an open entry should be asked again.
func (e *Entry) Stale(now time.Time) bool {
	return e.State == EntryOpen &&
		(now.Sub(e.AliveAt) >= StaleAfter || e.GoodUntil != 0 && calendar.DayOf(now) > e.GoodUntil)
}

// NewEntry is what AddEntryTx stores. The record's ID and Party are given by the book.
type NewEntry struct {
	Side      Side
	Org       registry.OrgID
	Offer     Offer
	Demand    Demand
	Channel   Channel
	Ref       string // "" gives the next one; sample data keeps its own
	SourceKey string // of an import's row; "" is never the same as another
	AgreedBy  string
	AgreedAt  time.Time
	GoodUntil calendar.Day
	Asks      []Ask // doubts that were settled by an assumption, or block
}

// Viewer says whose entries a query may find: those of a territory, or those of one
// organisation. The zero Viewer sees everything and is for jobs and commands.
type Viewer struct {
	Sight auth.Sight
	Org   registry.OrgID // 0 is staff
}

// ViewerOf is the viewer that a user is.
func ViewerOf(u auth.User) Viewer {
	if u.Role.In(auth.Coop, auth.Buyer) {
		return Viewer{Org: registry.OrgID(u.Org)}
	}
	return Viewer{Sight: u.Sight}
}

// EntryFilter chooses entries of one side. Zero fields choose all.
type EntryFilter struct {
	Side      Side // needed
	Viewer    Viewer
	State     EntryState
	Text      string
	Commodity string
	District  string
	Org       registry.OrgID
	Channel   Channel
	Only      string // "asks", "blocking", "stale": only such; Now is needed for stale
	Now       time.Time
	Over      calendar.Period // days overlap it
	Since     time.Time       // entered at that moment or later
	Sort      string          // one of EntrySorts
	Desc      bool
	Page      int // from 1
	Size      int // 0 all
}

// EntrySorts are the columns a list can be sorted by.
var EntrySorts = []string{"party", "goods", "place", "grams", "from", "updated", "id"}

// FreezeSpec says which entries become a round. Blocked and closed ones never do.
type FreezeSpec struct {
	Label   string
	AsOf    calendar.Day
	Horizon calendar.Day // 0 is DefaultHorizon days on
	Goods   []string     // nil is all
	Params  Params
	Viewer  Viewer
	Home    string // name of the province that prices districts
}
