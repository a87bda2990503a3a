package market

import (
	"time"

	"github.com/lienket/lienket/internal/area/registry"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/weight"
)

// QuestionID numbers a question to ask back.
type QuestionID int64

// QuestionState is how a question stands.
type QuestionState string

// The states.
const (
	QuestionOpen     QuestionState = "open"
	QuestionAnswered QuestionState = "answered"
	QuestionDropped  QuestionState = "dropped" // nobody needs the answer any more
)

// Question is a doubt about an entry («Hỏi lại») until a call settles it, or about a row
// of an import that is no entry yet.
type Question struct {
	ID      QuestionID
	Entry   EntryID // 0: of an import's row
	Import  int64
	Ref     string // of the entry
	Side    Side
	Goods   string
	Org     registry.OrgID // 0 unknown
	Party   string
	Contact string
	Phone   string
	Ask     Ask
	State   QuestionState
	Answer  string
	By      string
	At      time.Time
	Since   time.Time
	Version int64
}

// QuestionFilter chooses questions. Zero fields choose all.
type QuestionFilter struct {
	Viewer   Viewer
	State    QuestionState
	Key      string // what it is about: a key of Cells
	Entry    EntryID
	Import   int64
	Org      registry.OrgID
	Blocking bool // only such
	Text     string
	Page     int
	Size     int // 0 all
}

// OutcomeKind is what a call came to.
type OutcomeKind string

// The outcomes, in the order of the desk. Their values are those of web.OutcomeOf.
const (
	OutcomeAgree   OutcomeKind = "agree"
	OutcomeDecline OutcomeKind = "decline"
	OutcomeLater   OutcomeKind = "later"
	OutcomeWrong   OutcomeKind = "wrong" // the number is not theirs
	OutcomeSold    OutcomeKind = "sold"  // sold, or bought, elsewhere
)

// Outcomes lists them.
var Outcomes = []OutcomeKind{OutcomeAgree, OutcomeDecline, OutcomeLater, OutcomeWrong, OutcomeSold}

// CallWhy says why somebody is to be called.
type CallWhy string

// The reasons, most pressing first.
const (
	CallAnswer CallWhy = "answer" // a released plan waits for a yes
	CallLater  CallWhy = "later"  // it was promised
	CallAsk    CallWhy = "ask"    // an entry has questions
	CallStale  CallWhy = "stale"  // nobody confirmed an entry for long
)

// CallID numbers a call that was made.
type CallID int64

// NewCall is a call as it was made. Entries are those it was about.
type NewCall struct {
	Org     registry.OrgID
	Entries []EntryID
	Answer  AnswerID // of a released plan, 0 none
	Why     CallWhy
	Outcome OutcomeKind
	Note    string
	Again   time.Time // of OutcomeLater
}

// CallRow is a call that was promised.
type CallRow struct {
	ID    CallID
	Ref   string // of the entry, "" when it is about a plan
	Note  string
	Again time.Time
}

// ToCall is one party to call and what about.
type ToCall struct {
	Why       CallWhy
	Org       registry.OrgID
	Party     string
	Contact   string
	Phone     string
	Entries   []Entry    // that the call is about, oldest first
	Questions []Question // of those entries
	Answer    AnswerID
	Side      Side         // of an answer
	Grams     weight.Grams // what the plan asks of the party
	Goods     []string
	Due       time.Time // of an answer, or when the call was promised
	Since     calendar.Day
}
