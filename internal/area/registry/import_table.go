package registry

import (
	"regexp"
	"slices"
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// listTable is one sheet once its headings are understood.
type listTable struct {
	listLayout
	first int // index of the first row below the headings
	rows  [][]sheet.Cell
}

// maxListTitles is how far down the headings may begin: below emblem, title, date.
const maxListTitles = 40

// findList looks for the row of headings: the row, alone or with the one below it, whose
// words fit best.
func findList(s sheet.Sheet) (best *listTable) {
	for r := range min(len(s.Rows), maxListTitles) {
		if filledCells(s.Rows[r]) < 2 || holdsPhone(s.Rows[r]) {
			continue
		}
		for _, deep := range []bool{false, true} {
			if deep && (r+1 >= len(s.Rows) || !likeHeading(s.Rows[r+1])) {
				continue
			}
			heads, width := listHeadsAt(s.Rows, r, deep)
			l := readListLayout(heads, width)
			if l.usable() && (best == nil || l.score > best.score) {
				best = &listTable{listLayout: l, first: r + 1, rows: slices.Clone(s.Rows)}
				if deep {
					best.first++
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
	return best
}

// unmerge repeats a cell that is merged over several rows where a value may hold for all
// of them: a district for its cooperatives, not one person for two.
func (t *listTable) unmerge(areas []sheet.Area) {
	shared := map[int]bool{}
	for _, c := range []column{colProvince, colDistrict, colCommune, colKind, colField, colStatus} {
		if i, ok := t.cols[c]; ok {
			shared[i] = true
		}
	}
	for _, a := range areas {
		if a.Rows < 2 || a.Cols != 1 || a.Row < t.first || !shared[a.Col] || a.Row >= len(t.rows) {
			continue
		}
		for r := a.Row + 1; r < min(a.Row+a.Rows, len(t.rows)); r++ {
			if filledCells(t.rows[r]) == 0 || cellText(t.rows[r], a.Col) != "" || a.Col >= len(t.rows[a.Row]) {
				continue
			}
			row := make([]sheet.Cell, max(len(t.rows[r]), a.Col+1)) // the caller's cells stay as they are
			copy(row, t.rows[r])
			row[a.Col] = t.rows[a.Row][a.Col]
			t.rows[r] = row
		}
	}
}

func holdsPhone(row []sheet.Cell) bool {
	return slices.ContainsFunc(row, func(c sheet.Cell) bool { return len(ParsePhones(c.Text)) > 0 })
}

func filledCells(row []sheet.Cell) int {
	n := 0
	for _, c := range row {
		if strings.TrimSpace(c.Text) != "" {
			n++
		}
	}
	return n
}

// likeHeading tells a second line of headings from a row of data.
func likeHeading(row []sheet.Cell) bool {
	n := 0
	for _, c := range row {
		t := strings.TrimSpace(c.Text)
		if t == "" {
			continue
		}
		if c.Number || len(t) > 60 || t[0] >= '0' && t[0] <= '9' || t[0] == '(' || len(ParsePhones(t)) > 0 {
			return false
		}
		if _, score := bestColumn(newListHead(t), nil); score < 900 && KindOf(t) != "" && strings.Contains(text.Fold(t), " ") {
			return false
		}
		n++
	}
	return n > 0
}

func (t *listTable) cell(row []sheet.Cell, c column) sheet.Cell {
	if i, ok := t.cols[c]; ok && i < len(row) {
		return row[i]
	}
	return sheet.Cell{}
}

func (t *listTable) text(row []sheet.Cell, c column) string {
	s := strings.TrimSpace(text.NFC(t.cell(row, c).Text))
	if emptyMarks[s] {
		return ""
	}
	return s
}

// emptyMarks are how people fill a cell of which they know nothing.
var emptyMarks = map[string]bool{"-": true, "–": true, "—": true, "x": true, "X": true, "/": true, ".": true, "...": true, "…": true, "?": true, "0": true, "n/a": true, "N/A": true, "#N/A": true, "#REF!": true, "--": true, "_": true}

// unknownWords are folded ways to write that there is none.
var unknownWords = map[string]bool{"khong": true, "khong co": true, "chua co": true, "chua ro": true, "chua": true, "khong ro": true, "none": true, "k co": true, "ko co": true, "": true}

var totalStarts = []string{"tong cong", "tong so", "cong", "tong", "luy ke", "tong hop", "cong huyen", "tong huyen", "total", "trong do", "toan tinh", "cong toan"}

var noteStarts = []string{"ghi chu", "luu y", "nguoi lap", "lap bieu", "thu truong", "noi nhan", "ky ten", "xac nhan", "nguon", "nguoi tong hop", "kt chu tich", "tm ubnd", "tm", "so lieu den", "danh sach nay", "cap nhat", "hoa binh ngay", "don vi tinh", "dvt"}

var noteLine = regexp.MustCompile(`\bngay\b.*\bthang\b.*\bnam\b|nguoi lap|ky ten|thu truong|ky va ghi ro`)

var romanNo = regexp.MustCompile(`^[ivx]{1,6}$|^[a-h]$`)

// isOrdinal tells «12», «IV.» and «a)» in the column of numbers from a title that begins there.
func isOrdinal(s string) bool {
	f := text.Fold(s)
	return strings.Trim(f, "0123456789 ") == "" || romanNo.MatchString(f)
}

// skip says why a row below the headings is no organisation; "" when it may be one.
func (t *listTable) skip(row []sheet.Cell) SkipWhy {
	name := t.text(row, colName)
	no := text.Fold(cellText(row, t.at(colNo)))
	n, words, numbers := 0, "", true
	for i, c := range row {
		s := strings.TrimSpace(c.Text)
		if s == "" {
			continue
		}
		n++
		if words == "" && strings.Trim(s, "0123456789.,% ") != "" && (i != t.at(colNo) || !isOrdinal(s)) {
			words = s
		}
		if p := strings.Trim(s, "()[] "); len(p) > 2 || strings.Trim(p, "0123456789") != "" && len(p) > 1 {
			numbers = false
		}
	}
	fold := text.Fold(words)
	if numbers && n >= 3 && n*2 >= len(t.heads) {
		return SkipNumbers
	}
	if t.likeHeads(row) {
		return SkipHeading
	}
	for _, f := range []string{fold, no} {
		for _, w := range totalStarts {
			if (f == w || strings.HasPrefix(f, w+" ")) && !strings.HasPrefix(f, "cong ty") && !strings.HasPrefix(f, "tong cong ty") && (KindOf(name) == "" || f != text.Fold(name)) {
				return SkipTotal
			}
		}
	}
	phone := len(ParsePhones(cellText(row, t.at(colPhone)))) > 0
	texts := t.texts(row)
	if texts <= 1 && !phone {
		switch {
		case isListNote(fold) || len([]rune(words)) > 120:
			return SkipNote
		case sectionWords(words) || romanNo.MatchString(no) && KindOf(name) != "" && bareKind(words):
			return SkipSection
		case romanNo.MatchString(no), name == "" && words != "" && KindOf(words) == "":
			return SkipSection
		case name == "" && words != "" && n == 1 && bareKind(words):
			return SkipSection
		case bareKind(words) && no == "":
			return SkipSection
		}
	}
	if text.Fold(name) == "" || strings.Trim(name, "0123456789., ") == "" {
		if texts > 0 && isListNote(fold) && n <= 2 {
			return SkipNote
		}
		return SkipNoName
	}
	if isListNote(text.Fold(name)) && n <= 3 && !phone {
		return SkipNote
	}
	return ""
}

func (t *listTable) at(c column) int {
	if i, ok := t.cols[c]; ok {
		return i
	}
	return -1
}

// texts counts the cells of a row that hold words: sums of a group are numbers.
func (t *listTable) texts(row []sheet.Cell) int {
	n := 0
	for i, c := range row {
		if s := strings.TrimSpace(c.Text); (i != t.at(colNo) || !isOrdinal(s)) && !emptyMarks[s] && strings.Trim(s, "0123456789.,%-() ") != "" {
			n++
		}
	}
	return n
}

func (t *listTable) likeHeads(row []sheet.Cell) bool {
	same := 0
	for i, h := range t.heads {
		if h.full != "" && text.Fold(cellText(row, i)) == h.full {
			same++
		}
	}
	return same >= 3 || same >= 2 && same == len(t.heads)
}

func isListNote(fold string) bool {
	for _, w := range noteStarts {
		if fold == w || strings.HasPrefix(fold, w+" ") {
			return true
		}
	}
	return noteLine.MatchString(fold)
}

// placeStarts are folded words that a group's title begins with when it names a place.
var placeStarts = []string{"huyen", "thanh pho", "tp", "thi xa", "quan", "xa", "thi tran", "phuong", "tinh", "tt", "dia ban"}

// sectionWords reports whether a line names a place for the rows below it.
func sectionWords(s string) bool {
	f := text.Fold(unnumbered(s))
	for _, w := range placeStarts {
		if strings.HasPrefix(f, w+" ") && len(strings.Fields(f)) <= 9 {
			return true
		}
	}
	return false
}

var numbering = regexp.MustCompile(`^\s*(?:[IVXivx]{1,6}|[A-Ha-h]|[0-9]{1,3}(?:\.[0-9]{1,3})*)\s*[.)/:–-]+\s*`)

// unnumbered drops «I.», «a)», «12 -» in front of a title.
func unnumbered(s string) string {
	if rest := numbering.ReplaceAllString(s, ""); strings.TrimSpace(rest) != "" {
		return strings.Trim(strings.TrimSpace(rest), ":.-–; ")
	}
	return strings.Trim(strings.TrimSpace(s), ":.-–; ")
}

// tradeWords say what an organisation does, not which one it is; folded phrases, the longer first.
var tradeWords = []string{"tieu thu cong nghiep", "lien hiep hop tac xa", "quy tin dung nhan dan", "hop tac xa", "to hop tac", "nong lam nghiep", "phi nong nghiep", "nong nghiep", "lam nghiep", "cong nghiep", "thuy san", "dich vu", "tong hop", "san xuat", "kinh doanh", "thuong mai", "xay dung", "van tai", "moi truong", "chan nuoi", "trong trot", "che bien", "tin dung", "nhan dan", "lien hiep", "dien nang", "tieu thu", "htx", "tht", "qtdnd", "dvnn", "sxkd", "tmdv", "dv", "nn", "tm", "sx", "kd", "va"}

// groupWords stand in the titles of groups beside these.
var groupWords = []string{"danh sach", "loai hinh", "linh vuc", "dang hoat dong", "ngung hoat dong", "tam ngung", "hoat dong", "thanh lap moi", "chuyen doi", "kinh te tap the", "kieu moi", "tren dia ban", "toan tinh", "cac", "khoi", "nhom", "khac", "so luong", "quy", "to"}

// withoutPhrases takes phrases out of a folded text on the borders of words.
func withoutPhrases(fold string, phrases []string) string {
	s := " " + strings.ReplaceAll(fold, " ", "  ") + " " // a blank of its own on both sides of each word
	for _, p := range phrases {
		s = strings.ReplaceAll(s, " "+strings.ReplaceAll(p, " ", "  ")+" ", " ")
	}
	return strings.Join(strings.Fields(s), " ")
}

// bareKind reports whether a line says only what kind of organisations follow: «Hợp tác xã
// nông nghiệp», «Các tổ hợp tác (12)».
func bareKind(s string) bool {
	f := text.Fold(unnumbered(s))
	return kindIn(f) != "" && strings.Trim(withoutPhrases(withoutPhrases(f, tradeWords), groupWords), "0123456789 ") == ""
}

// kindIn is the one kind that a title names; "" for none or several.
func kindIn(fold string) Kind {
	var found Kind
	s := " " + fold + " "
	for _, k := range []struct {
		kind  Kind
		words []string
	}{
		{Union, []string{" lien hiep hop tac xa ", " lien hiep htx ", " lhhtx ", " lien hiep "}},
		{Fund, []string{" quy tin dung nhan dan ", " qtdnd ", " quy tin dung "}},
		{Group, []string{" to hop tac ", " tht "}},
		{Coop, []string{" hop tac xa ", " htx "}},
		{Enterprise, []string{" doanh nghiep ", " cong ty "}},
	} {
		for _, w := range k.words {
			if strings.Contains(s, w) {
				if found != "" {
					return ""
				}
				found = k.kind
				s = strings.ReplaceAll(s, w, " ")
			}
		}
	}
	return found
}
