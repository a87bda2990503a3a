package market

import (
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// sheetRow is one line of a table while it is read.
type sheetRow struct {
	rd     *sheetReader
	t      *sheetTable
	n      int // as the spreadsheet counts
	cells  map[column]sheet.Cell
	id     string
	who    string
	phone  string
	blocks bool
}

func (r *sheetRow) source() Source { return Source{Sheet: r.t.sheet, Row: r.n} }

func (r *sheetRow) cell(c column) sheet.Cell { return r.cells[c] }

// text is what a cell shows, on one line.
func (r *sheetRow) text(c column) string {
	return strings.Join(strings.Fields(text.NFC(r.cells[c].Text)), " ")
}

// head is a column's heading as the file writes it.
func (r *sheetRow) head(c column) string {
	if i, ok := r.t.cols[c]; ok {
		return r.t.heads[i].words
	}
	return ""
}

// hint is what stood in brackets in the heading: a unit, mostly.
func (r *sheetRow) hint(c column) string {
	if i, ok := r.t.cols[c]; ok {
		return r.t.heads[i].hint
	}
	return ""
}

// doubt adds a line to the ask-back list that does not hold the row back.
func (r *sheetRow) doubt(c column, code AskCode, suggestion string, args ...string) {
	r.add(c, code, suggestion, false, args)
}

// block keeps the row out of the plan until the question is answered.
func (r *sheetRow) block(c column, code AskCode, suggestion string, args ...string) {
	r.blocks = true
	r.add(c, code, suggestion, true, args)
}

func (r *sheetRow) add(c column, code AskCode, suggestion string, blocks bool, args []string) {
	value := r.text(c)
	if len(value) > 200 {
		value = strings.ToValidUTF8(value[:200], "") + "…"
	}
	r.rd.asks = append(r.rd.asks, Ask{
		Source: r.source(), Record: r.id, Who: r.who, Phone: r.phone, Column: r.head(c), Key: string(c),
		Code: code, Value: value, Suggestion: suggestion, Args: args, Blocks: blocks,
	})
}

// refuse says that a cell cannot be used at all.
func (r *sheetRow) refuse(c column, key string) {
	r.blocks = true
	at := fault.Where{Sheet: r.t.sheet, Row: r.n, Col: r.head(c)}
	if n := len(r.rd.faults); n > 0 && r.rd.faults[n-1].Where == at {
		return // the other end of a range says the same
	}
	r.rd.faults = append(r.rd.faults, fault.New(fault.Invalid, "market.sheet.fault."+key, r.text(c)).At(at))
}

// carry fills in what stands above: ditto marks, merged cells of one supplier, the
// district or the goods of the group.
func (r *sheetRow) carry(above map[column]sheet.Cell, g rowGroup) (party, goods bool) {
	for c, x := range r.cells {
		if isDitto(x.Text) {
			if up, ok := above[c]; ok {
				r.cells[c] = up
			} else {
				delete(r.cells, c)
			}
		}
	}
	if r.cells[colParty].Text == "" && above != nil && above[colParty].Text != "" {
		party = true
		for _, c := range partyColumns {
			if _, ok := r.cells[c]; !ok && above[c].Text != "" {
				r.cells[c] = above[c]
			}
		}
	}
	if r.cells[colCommodity].Text == "" {
		if g.goods != "" {
			r.cells[colCommodity] = sheet.Cell{Text: g.goods, Raw: g.goods}
		} else if above != nil && above[colCommodity].Text != "" {
			goods = true
			r.cells[colCommodity] = above[colCommodity]
		}
	}
	if g.district != "" && r.cells[colDistrict].Text == "" && r.cells[colPlace].Text == "" {
		r.cells[colDistrict] = sheet.Cell{Text: g.district, Raw: g.district}
	}
	return party, goods
}
