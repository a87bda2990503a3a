package market

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// ImportID numbers a table that came in.
type ImportID int64

// ImportState is how far an import has come.
type ImportState string

// The states.
const (
	ImportDraft   ImportState = "draft"  // read and shown, nothing written
	ImportBooked  ImportState = "booked" // in the book; rows with questions may still follow
	ImportDropped ImportState = "dropped"
)

// ImportReport is what booking did, summed over the times it was booked.
type ImportReport struct {
	Added   int `json:"added"`
	Same    int `json:"same"` // were in the book already
	Waiting int `json:"waiting"`
	NewOrgs int `json:"new_orgs"`
}

// Import is a table that came in: its cells with what was mended since.
type Import struct {
	ID      ImportID
	Name    string
	Sheets  []sheet.Sheet
	AsOf    calendar.Day
	State   ImportState
	Report  ImportReport
	By      string
	At      time.Time
	Version int64
}

// ImportRow is one row of an import as it was understood.
type ImportRow struct {
	Source
	Said   string // what stands in the row
	Offer  *Offer
	Demand *Demand
	Party  *Party
	Asks   []Ask
}

// Waits reports whether the row cannot be a record yet.
func (r *ImportRow) Waits() bool { return r.Offer == nil && r.Demand == nil }

// ImportRead is an import as the reader understands it.
type ImportRead struct {
	Input   Input
	Asks    []Ask
	Rows    []ImportRow // that hold or should hold a record, in the order of the table
	General []Ask       // about a column or a sheet
	Ready   int         // rows that are records
	Phones  int         // rows whose party is known with a telephone, ready or not
}

// ReadImport reads the cells of an import.
func ReadImport(im *Import, deps Deps, opt ReadOptions) (out ImportRead, err error) {
	opt.AsOf, opt.OneSide = im.AsOf, true
	rd := readSheets(im.Sheets, deps, opt)
	in, asks := *rd.in, rd.asks
	if err := rd.faults.Err(); err != nil && len(asks) == 0 {
		return out, err
	}
	out.Input, out.Asks = in, asks
	at := map[Source]int{}
	row := func(s Source) *ImportRow {
		i, ok := at[s]
		if !ok {
			i = len(out.Rows)
			at[s] = i
			out.Rows = append(out.Rows, ImportRow{Source: s, Said: im.said(s)})
			if p := rd.rows[s]; p != nil {
				out.Rows[i].Party = &p.Party
			}
		}
		return &out.Rows[i]
	}
	for i := range in.Offers {
		row(in.Offers[i].Source).Offer = &in.Offers[i]
	}
	for i := range in.Demands {
		row(in.Demands[i].Source).Demand = &in.Demands[i]
	}
	for _, a := range asks {
		switch {
		case a.Record == "" && a.Code != AskRowTwice && a.Code != AskRowUnread || a.Source.Row == 0:
			out.General = append(out.General, a)
		default:
			r := row(a.Source)
			r.Asks = append(r.Asks, a)
		}
	}
	order := map[string]int{}
	for i, s := range im.Sheets {
		order[s.Name] = i
	}
	slices.SortStableFunc(out.Rows, func(a, b ImportRow) int {
		return cmp.Or(cmp.Compare(order[a.Sheet], order[b.Sheet]), cmp.Compare(a.Row, b.Row))
	})
	for i := range out.Rows {
		r := &out.Rows[i]
		if !r.Waits() {
			out.Ready++
		}
		if r.Party != nil && r.Party.Phone != "" {
			out.Phones++
		}
	}
	return out, nil
}

// sheetOf finds a sheet by its name.
func (im *Import) sheetOf(name string) *sheet.Sheet {
	for i := range im.Sheets {
		if im.Sheets[i].Name == name {
			return &im.Sheets[i]
		}
	}
	return nil
}

// said is a row in one line.
func (im *Import) said(s Source) string {
	sh := im.sheetOf(s.Sheet)
	if sh == nil || s.Row < 1 {
		return ""
	}
	if isMessage(sh) {
		if lines := messageLines(sh.Text); s.Row <= len(lines) {
			return strings.TrimSpace(lines[s.Row-1])
		}
		return ""
	}
	if s.Row > len(sh.Rows) {
		return ""
	}
	return joinRow(sh.Rows[s.Row-1])
}

func messageLines(s string) []string { return strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") }

// Mend puts an answer where the question was: into the cell of its column, which is added
// when the table has none, or, of a message, in place of the whole line.
func (im *Import) Mend(at Source, key, answer string, p *i18n.Printer) error {
	sh := im.sheetOf(at.Sheet)
	if sh == nil || at.Row < 1 {
		return fault.New(fault.NotFound, "market.fault.no_entry")
	}
	answer = strings.Join(strings.Fields(text.NFC(answer)), " ")
	if len([]rune(answer)) > MaxNote {
		return fault.New(fault.Invalid, "market.fault.note_long", MaxNote).At(fault.Where{Col: "answer"})
	}
	if isMessage(sh) {
		lines := messageLines(sh.Text)
		if at.Row > len(lines) {
			return fault.New(fault.NotFound, "market.fault.no_entry")
		}
		lines[at.Row-1] = answer
		sh.Text = strings.Join(lines, "\n")
		return nil
	}
	t, ok := findTable(*sh)
	if !ok || at.Row > len(sh.Rows) || at.Row <= t.first {
		return fault.New(fault.NotFound, "market.fault.no_entry")
	}
	i, ok := t.cols[column(key)]
	if !ok {
		side := SideOffer
		if t.demand {
			side = SideDemand
		}
		if !slices.Contains(CellKeys(side), key) {
			return fault.New(fault.Invalid, "market.fault.answer_unread", answer).At(fault.Where{Col: "answer"})
		}
		i = max(maxWidth(t), len(sh.Rows[t.first-1]))
		setCell(sh, t.first-1, i, p.T("market.col."+headingKey(side, column(key))))
	}
	setCell(sh, at.Row-1, i, answer)
	sh.Text = "" // the cells are newer
	return nil
}

// isMessage reports whether a text is no table but lines of a chat.
func isMessage(sh *sheet.Sheet) bool {
	if sh.Text == "" {
		return false
	}
	_, table := findTable(*sh)
	return !table
}

// headingKey is the template's column that a key of Cells stands in.
func headingKey(side Side, c column) string {
	own := map[column]string{colParty: "supplier", colQuantity: "quantity_offered", colPlace: "commune"}
	if side == SideDemand {
		own = map[column]string{colParty: "buyer", colPlace: "delivery", colClass: "min_class", colPapers: "papers_required"}
	}
	if k, ok := own[c]; ok {
		return k
	}
	if c == colWindow {
		return "from"
	}
	return string(c)
}

func setCell(sh *sheet.Sheet, row, col int, value string) {
	for len(sh.Rows[row]) <= col {
		sh.Rows[row] = append(sh.Rows[row], sheet.Cell{})
	}
	sh.Rows[row][col] = sheet.Cell{Text: value, Raw: value}
}
