package market

import (
	"regexp"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// sheetTable is one sheet of a workbook once its headings are understood.
type sheetTable struct {
	sheet string
	layout
	first int // index of the first row below the headings
	rows  [][]sheet.Cell
}

// maxTitleRows is how far down the headings may begin: below emblem, title, date.
const maxTitleRows = 40

// findTable looks for the row of headings of a sheet: the row, alone or with the one
// below it, whose words fit the columns of either side best.
func findTable(s sheet.Sheet) (*sheetTable, bool) {
	said := sideOfName(s.Name)
	var best *sheetTable
	for r := range min(len(s.Rows), maxTitleRows) {
		if filled(s.Rows[r]) < 3 {
			continue
		}
		for _, deep := range []bool{false, true} {
			if deep && (r+1 >= len(s.Rows) || !looksLikeHeading(s.Rows[r+1])) {
				continue
			}
			heads, width := headingsAt(s.Rows, r, deep)
			for _, demand := range []bool{false, true} {
				l := readLayout(heads, width, demand)
				if !l.usable() {
					continue
				}
				if said == sideDemand && demand || said == sideOffer && !demand {
					l.score += 8
				}
				if best == nil || l.score > best.score {
					best = &sheetTable{sheet: s.Name, layout: l, first: r + 1, rows: slices.Clone(s.Rows)}
					if deep {
						best.first++
					}
				}
			}
		}
		if best != nil && r > best.first+3 {
			break // rows of data follow; they only look worse
		}
	}
	if best != nil {
		best.unmerge(s.Merged)
	}
	return best, best != nil
}

// unmerge repeats the value of a cell that is merged over several rows, in columns where
// a value may hold for all of them; a merged quantity is one sum and stays alone.
func (t *sheetTable) unmerge(areas []sheet.Area) {
	once := map[int]bool{}
	for _, c := range []column{colNo, colQuantity, colMinLine, colMinOrder} {
		if i, ok := t.cols[c]; ok {
			once[i] = true
		}
	}
	for _, a := range areas {
		if a.Rows < 2 || a.Cols != 1 || a.Row < t.first || once[a.Col] || a.Row >= len(t.rows) || a.Col >= len(t.rows[a.Row]) {
			continue
		}
		for r := a.Row + 1; r < min(a.Row+a.Rows, len(t.rows)); r++ {
			if filled(t.rows[r]) == 0 {
				continue
			}
			row := make([]sheet.Cell, max(len(t.rows[r]), a.Col+1)) // the caller's cells stay as they are
			copy(row, t.rows[r])
			if row[a.Col].Text == "" {
				row[a.Col] = t.rows[a.Row][a.Col]
			}
			t.rows[r] = row
		}
	}
}

type side int

const (
	sideUnsaid side = iota
	sideOffer
	sideDemand
)

// sideOfName reads the name of a sheet.
func sideOfName(name string) side {
	f := text.Fold(name)
	for _, w := range []string{"nhu cau", "ben mua", "dat hang", "don hang", "mua", "cau", "demand", "demands", "buyers", "dn mua", "doanh nghiep"} {
		if hasWords(f, w) && !hasWords(f, "cung cau") {
			return sideDemand
		}
	}
	for _, w := range []string{"chao ban", "nguon cung", "cung", "ben ban", "chao hang", "san luong", "htx", "offer", "offers", "supply", "ban"} {
		if hasWords(f, w) {
			return sideOffer
		}
	}
	return sideUnsaid
}

func filled(row []sheet.Cell) int {
	n := 0
	for _, c := range row {
		if strings.TrimSpace(c.Text) != "" {
			n++
		}
	}
	return n
}

// looksLikeHeading tells a second line of headings from a row of data.
func looksLikeHeading(row []sheet.Cell) bool {
	n := 0
	for _, c := range row {
		t := strings.TrimSpace(c.Text)
		if t == "" {
			continue
		}
		if c.Number || len(t) > 60 || len(t) > 0 && t[0] >= '0' && t[0] <= '9' {
			return false
		}
		n++
	}
	return n > 0
}

// at is the cell of a column in a row, the zero Cell where there is none.
func (t *sheetTable) at(row []sheet.Cell, c column) sheet.Cell {
	if i, ok := t.cols[c]; ok && i < len(row) {
		return row[i]
	}
	return sheet.Cell{}
}

// kindOfRow says what a row below the headings is.
type kindOfRow int

const (
	rowData kindOfRow = iota
	rowBlank
	rowTotal
	rowNumbers // (1) (2) (3) … under the headings
	rowHeading // the headings again, at the top of a printed page
	rowExample // the template's «VÍ DỤ»
	rowTitle   // one or two cells of text: a group's title or a note
)

// The row of sums comes under many names.
var totalWords = []string{"tong cong", "tong so", "cong", "tong", "cong don", "luy ke", "tong hop", "cong huyen", "tong huyen", "cong nhom", "total", "trong do"}

var reRoman = regexp.MustCompile(`^(?:[ivx]{1,5}|[a-h]|[0-9]{1,2}(?:\.[0-9]+)*)$`)

func (t *sheetTable) kind(row []sheet.Cell) kindOfRow {
	n, firstText := 0, ""
	numbers, seq := true, 0
	for i, c := range row {
		s := strings.TrimSpace(c.Text)
		if s == "" {
			continue
		}
		n++
		if firstText == "" && i != t.colOr(colNo, -1) {
			firstText = s
		}
		p := strings.Trim(unmarked(s), "()[]")
		if seq++; len(p) > 2 || p == "" || strings.Trim(p, "0123456789") != "" && len(p) > 1 {
			numbers = false
		}
	}
	if n == 0 {
		return rowBlank
	}
	if n >= 4 && numbers && n >= len(t.heads)/2 {
		return rowNumbers
	}
	if hasWords(text.Fold(strings.TrimSpace(row[0].Text)+" "+firstText+" "+t.at(row, colNote).Text), "vi du") && strings.Contains(joinRow(row), "VÍ DỤ") {
		return rowExample
	}
	no := text.Fold(t.at(row, colNo).Text)
	for _, w := range totalWords {
		for _, f := range []string{text.Fold(firstText), no} {
			if f == w || strings.HasPrefix(f, w+" ") && (w != "cong" && w != "tong" || !strings.HasPrefix(f, "cong ty") && !strings.HasPrefix(f, "tong cong ty")) && len(t.goodsIn(row)) == 0 {
				return rowTotal
			}
		}
	}
	same := 0
	for i, h := range t.heads {
		if i < len(row) && h.full != "" && text.Fold(row[i].Text) == h.full {
			same++
		}
	}
	if same >= 3 {
		return rowHeading
	}
	named := t.at(row, colParty).Text != "" && t.goodsIn(row) != "" // a row whose quantity is missing
	if n <= 2 && !named && (t.at(row, colQuantity).Text == "" || t.colOr(colQuantity, -1) <= 1) {
		return rowTitle
	}
	if n <= 3 && reRoman.MatchString(no) && strings.Trim(no, "0123456789.") != "" && t.goodsIn(row) == "" && firstText != "" {
		return rowTitle // «II | Huyện Kim Bôi | | 120»: a group with its sum
	}
	return rowData
}

func (t *sheetTable) colOr(c column, def int) int {
	if i, ok := t.cols[c]; ok {
		return i
	}
	return def
}

func (t *sheetTable) goodsIn(row []sheet.Cell) string {
	return strings.TrimSpace(t.at(row, colCommodity).Text)
}

func joinRow(row []sheet.Cell) string {
	parts := make([]string, 0, len(row))
	for _, c := range row {
		if s := strings.TrimSpace(c.Text); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// titleWords is the text of a title row without its numbering.
func titleWords(row []sheet.Cell) string {
	for _, c := range slices.Backward(row) {
		if s := strings.TrimSpace(c.Text); s != "" && !c.Number {
			if head, rest, ok := strings.Cut(s, "."); ok && reRoman.MatchString(unmarked(head)) && strings.TrimSpace(rest) != "" {
				s = rest
			} else if head, rest, ok := strings.Cut(s, ")"); ok && reRoman.MatchString(unmarked(head)) && rest != "" {
				s = rest
			} else if head, rest, ok := strings.Cut(s, " - "); ok && reRoman.MatchString(unmarked(head)) {
				s = rest
			}
			return strings.Trim(strings.TrimSpace(s), ":.-– ")
		}
	}
	return ""
}

// noteStarts are how the lines below a table begin: they are not rows of it.
var noteStarts = []string{"ghi chu", "luu y", "nguoi lap", "lap bieu", "thu truong", "giam doc", "noi nhan", "ky ten", "xac nhan", "ngay thang nam", "nguon", "chu tich", "ke toan", "nguoi tong hop", "hoa binh ngay", "kt chu tich", "tm"}

// noteMarks anywhere in a line say the same.
var noteMarks = regexp.MustCompile(`ngay.*thang.*nam|nguoi lap|ky ten|thu truong|don vi tong hop`)

func isNote(words string) bool {
	f := text.Fold(words)
	for _, w := range noteStarts {
		if strings.HasPrefix(f, w) {
			return true
		}
	}
	return noteMarks.MatchString(f)
}

// dittos are marks for «as above».
var dittos = map[string]bool{`"`: true, "''": true, "nt": true, "-nt-": true, "n.t": true, "như trên": true, "nhu tren": true, "〃": true, "”": true, "“": true, "//": true, "- nt -": true, "-//-": true, "tương tự": true, "tuong tu": true}

func isDitto(s string) bool {
	return dittos[strings.ToLower(strings.TrimSpace(text.NFC(s)))]
}
