package market

import (
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/calendar"
)

// RoundID numbers a round of matching («đợt kết nối»): one frozen set of offers and
// demands with the plans made of it.
type RoundID int64

// Origin says where a round came from.
type Origin string

// The origins.
const (
	FromUpload Origin = "upload"
	FromBook   Origin = "book"
	FromSample Origin = "sample"
)

// Round is one round without its offers and demands.
type Round struct {
	ID        RoundID
	Label     string
	Origin    Origin
	AsOf      calendar.Day
	Horizon   calendar.Day
	Params    Params
	FileName  string
	CreatedBy string
	CreatedAt time.Time
	Scope     string // see NewRound
	Goods     string

	Offers, Demands, Asks, Blocking int // counts; Blocking are asks that keep a row out
}

// NewRound is what AddRound stores. Orgs says which organisation a party is; parties that
// are missing in it are found in the registry by tax code or by name and place, and added
// there when they are new.
type NewRound struct {
	Label    string
	Origin   Origin
	Input    Input
	Asks     []Ask
	FileName string
	File     []byte
	Orgs     map[string]registry.OrgID
	Scope    string // whose offers and demands: a territory's scopes, "" is all
	Goods    string // codes of the goods chosen, with commas; "" is all
}

// ListFilter chooses offers or demands of a round. Zero fields choose all.
type ListFilter struct {
	Round     RoundID
	Text      string // folded words, each must occur
	Commodity string
	District  string // as Place.District writes it
	Org       int64  // only this organisation's: for parties, and as a filter
	Sight     auth.Sight
	Sort      string // one of ListSorts
	Desc      bool
	Page      int // from 1
	Size      int // 0 all
}

// ListSorts are the columns a list can be sorted by.
var ListSorts = []string{"party", "goods", "place", "grams", "from", "id"}

// OfferRow is one offer of a list.
type OfferRow struct {
	Offer
	Who       Party
	Org       registry.OrgID
	PartyName string
	District  string
	Province  string
}

// DemandRow is one demand of a list.
type DemandRow struct {
	Demand
	Who       Party
	Org       registry.OrgID
	PartyName string
	District  string
	Province  string
}

// PlanID numbers a stored plan.
type PlanID int64

// Stored is a plan as it was stored, without its file.
type Stored struct {
	ID      PlanID
	Round   RoundID
	Number  int64
	MadeBy  string
	MadeAt  time.Time
	Totals  Totals
	Verdict Verdict
	State   PlanState
	Version int64
}

// Verdict is what the second reader said of the plan's file.
type Verdict struct {
	OK       bool     `json:"ok"`
	Optimal  bool     `json:"optimal"`
	Pairs    int      `json:"pairs"`
	Leaves   int      `json:"leaves"`
	Findings []string `json:"findings,omitempty"`
}

// RunState is how a run of the planner stands.
type RunState string

// The states of a run.
const (
	RunRunning     RunState = "running"
	RunDone        RunState = "done"
	RunFailed      RunState = "failed"
	RunCancelled   RunState = "cancelled"
	RunInterrupted RunState = "interrupted" // the program ended under it; it can be run again
)

// Run is one run of the planner.
type Run struct {
	ID        int64
	Round     RoundID
	State     RunState
	Progress  Progress
	Why       Why // it failed
	Plan      PlanID
	Job       int64 // that makes it; 0 is none
	StartedBy string
	StartedAt time.Time
	EndedAt   time.Time
}

// Why says why a run failed: a text key with its arguments as they were printed.
type Why struct {
	Key  string   `json:"key"`
	Args []string `json:"args,omitempty"`
}

// Review is a request for a second look at why somebody is left out.
type Review struct {
	ID      int64
	Plan    PlanID
	Record  string
	Note    string
	AskedBy string
	AskedAt time.Time
	Due     calendar.Day
}

// MaxNote bounds a note in characters.
const MaxNote = 500
