package registry

import (
	"fmt"
	"time"

	"github.com/lienket/lienket/internal/area/places"
	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/sheet"
)

// ImportID numbers a list of organisations that came in.
type ImportID int64

// ImportState is how far a list has come.
type ImportState string

// The states.
const (
	ImportDraft   ImportState = "draft"   // read and shown, nothing written
	ImportWritten ImportState = "written" // its rows are in the register; others may still wait
	ImportDropped ImportState = "dropped"
)

// MaxImport is the number of organisations that one list may hold: they are written in one
// transaction, all or none.
const MaxImport = 5000

// ImportDoc is what is kept of a list: its cells as they came, and what was answered since.
type ImportDoc struct {
	Sheets  []sheet.Sheet
	Lines   bool              // it came as lines of a chat: row n+1 is line n
	Answers map[string]string // by answerKey
}

// ImportReport is what writing did, summed over the times it was done.
type ImportReport struct {
	Added  int `json:"added"`
	Filled int `json:"filled"`
	Same   int `json:"same"` // were in the register already
}

// Import is a list that came in.
type Import struct {
	ID      ImportID
	Name    string
	Doc     ImportDoc
	State   ImportState
	Report  ImportReport
	By      string
	At      time.Time
	Version int64
}

// RowAt is where a row stands.
type RowAt struct {
	Sheet int // from 0
	Row   int // from 1
}

// Key names a row in forms and in the answers.
func (at RowAt) Key() string { return fmt.Sprintf("%d-%d", at.Sheet, at.Row) }

func answerKey(at RowAt, slot AskSlot) string { return at.Key() + "-" + string(slot) }

// SkipWhy says why a row is no organisation.
type SkipWhy string

// The reasons; their words are registry.import.skip.<why>.
const (
	SkipSection SkipWhy = "section" // names a district or a kind for the rows below
	SkipTotal   SkipWhy = "total"
	SkipHeading SkipWhy = "heading" // the headings again, at the top of a printed page
	SkipNumbers SkipWhy = "numbers" // (1) (2) (3) below the headings
	SkipNote    SkipWhy = "note"    // a line above or below the table
	SkipNoName  SkipWhy = "no_name"
	SkipJoined  SkipWhy = "joined" // more of the row above: a second telephone
)

// AskSlot is what an answer is about: one answer for each slot of a row.
type AskSlot string

// The slots. A value that differs from the register has a slot of its own: "d_" + field.
const (
	SlotPlace   AskSlot = "place"
	SlotPhone   AskSlot = "phone"
	SlotTax     AskSlot = "tax"
	SlotKind    AskSlot = "kind"
	SlotFounded AskSlot = "founded"
	SlotMembers AskSlot = "members"
	SlotTwin    AskSlot = "twin"
	SlotSame    AskSlot = "same"
	slotDiff    AskSlot = "d_"
)

// Answers that are no value.
const (
	answerKeep  = "keep"  // what the register says stays
	answerTake  = "take"  // the list is right
	answerNo    = "no"    // not that organisation: a new one
	answerOther = "other" // two rows alike are two organisations
	answerSame  = "same"
)

// ImportAsk is a question about a row.
type ImportAsk struct {
	Slot    AskSlot
	Code    string // its sentence is registry.import.ask.<code>
	Args    []any
	Options []AskOption
	Free    bool // may be answered in words
	Blocks  bool // the row waits for the answer
	Answer  string
	Typed   string // an answer that could not be read
	Field   string // of a value that differs: the register's field
}

// AskOption is one answer to choose; Key is a text key where Label is none.
type AskOption struct{ Value, Label, Key string }

// Verdict is what will become of a row.
type Verdict string

// The verdicts; their words are registry.import.verdict.<verdict>.
const (
	VerdictNew     Verdict = "new"
	VerdictFill    Verdict = "fill"    // in the register already; empty fields are filled, or what was decided is taken
	VerdictSame    Verdict = "same"    // in the register already, nothing to add
	VerdictWait    Verdict = "wait"    // a question must be answered first
	VerdictTwin    Verdict = "twin"    // the same organisation as a row above
	VerdictRefused Verdict = "refused" // not to be written by whoever asks
	VerdictSkip    Verdict = "skip"
	VerdictDone    Verdict = "done" // written by this import before
)

// ImportRow is one row as it was understood.
type ImportRow struct {
	RowAt
	Cell   string // «Cao Phong!B7», the name's cell
	Said   string // the row in one line
	Source string // what the row is known by when the list comes again
	Skip   SkipWhy
	Org    Org // as it would be written
	Asks   []ImportAsk
	Hint   string // what a skipped section row names

	Verdict Verdict
	Match   Org      // the organisation of the register that it is
	How     string   // tax, phone, name, source, said: why it is taken for that one
	Fills   []string // fields of Match that would be filled or renewed
	Merged  Org      // Match with these
	Twin    RowAt
	Why     error // why it is refused
}

// Waits reports whether the row has a question that was not answered.
func (r *ImportRow) Waits() bool { return len(r.open()) > 0 }

func (r *ImportRow) open() (out []ImportAsk) {
	for _, a := range r.Asks {
		if a.Answer == "" {
			out = append(out, a)
		}
	}
	return out
}

// again adds a question whose answer, if there was one, could not be read.
func (r *ImportRow) again(doc *ImportDoc, a ImportAsk) {
	a.Typed = doc.Answers[answerKey(r.RowAt, a.Slot)]
	r.Asks = append(r.Asks, a)
}

// ask adds a question, with its answer where there is one already.
func (r *ImportRow) ask(doc *ImportDoc, a ImportAsk) string {
	a.Answer = doc.Answers[answerKey(r.RowAt, a.Slot)]
	r.Asks = append(r.Asks, a)
	return a.Answer
}

// ImportRead is a list as the reader understands it.
type ImportRead struct {
	Rows   []ImportRow // in the order of the list, skipped ones too
	Tables int         // sheets that hold organisations
	Other  []string    // sheets that do not
}

// ImportGround is what reading stands on.
type ImportGround struct {
	Atlas *places.Atlas
	Home  string // key of the home province
	On    calendar.Day
}

// ImportTally counts rows.
type ImportTally struct {
	Orgs, Phones, Asks, New, Fill, Same, Wait, Twin, Refused, Skip, Done int
}

// Tally counts the rows of a list that was judged.
func Tally(rows []ImportRow) (t ImportTally) {
	for i := range rows {
		r := &rows[i]
		if r.Verdict == VerdictSkip {
			t.Skip++
			continue
		}
		t.Orgs++
		if r.Org.Phone != "" || r.Match.Phone != "" {
			t.Phones++
		}
		if r.Waits() {
			t.Asks++
		}
		switch r.Verdict {
		case VerdictNew:
			t.New++
		case VerdictFill:
			t.Fill++
		case VerdictSame:
			t.Same++
		case VerdictWait:
			t.Wait++
		case VerdictTwin:
			t.Twin++
		case VerdictRefused:
			t.Refused++
		case VerdictDone:
			t.Done++
		}
	}
	return t
}
