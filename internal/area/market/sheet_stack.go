package market

import (
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
)

// maxStack bounds the columns that a stacked table is tried with.
const maxStack = 24

// unstack undoes what a chat makes of a table copied from Word or a PDF: every cell on a
// line of its own. The number of columns is the one with which the first lines are the
// headings of a table and the rest fill its rows; of several the best headings win.
// Empty cells are empty lines, so only a text that keeps them can be undone; where lines
// are missing at the end of the last row, they were empty.
func unstack(s sheet.Sheet) (*sheetTable, bool) {
	for _, r := range s.Rows {
		if len(r) > 1 {
			return nil, false
		}
	}
	lines := strings.Split(strings.Trim(strings.ReplaceAll(s.Text, "\r\n", "\n"), "\n"), "\n")
	var best *sheetTable
	for k := 3; k <= min(maxStack, len(lines)/2); k++ {
		full := true
		for _, head := range lines[:k] {
			full = full && strings.TrimSpace(head) != ""
		}
		if !full || len(lines)%k != 0 && len(lines)%k < k/2 {
			continue
		}
		one := sheet.Sheet{Name: s.Name}
		for from := 0; from < len(lines); from += k {
			row := make([]sheet.Cell, 0, k)
			for _, c := range lines[from:min(from+k, len(lines))] {
				c = strings.TrimSpace(c)
				row = append(row, sheet.Cell{Text: c, Raw: c})
			}
			one.Rows = append(one.Rows, row)
		}
		if t, ok := findTable(one); ok && t.first == 1 && len(t.cols) > k/2 && t.at(one.Rows[1], colQuantity).Text != "" && reDigit.MatchString(t.at(one.Rows[1], colQuantity).Text) && (best == nil || t.score > best.score) {
			best = t
		}
	}
	return best, best != nil
}
