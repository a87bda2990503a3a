package registry

import (
	"strings"

	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/text"
)

// ListTable makes a table of what was pasted without headings: lines of a chat («1. HTX A -
// xã B - ông C - 0912…»), a table whose headings were left behind, or one whose cells came
// a line each. heads are the words of the columns, as LineColumns has them. ok is false when
// no line names an organisation; a sheet that has headings is left as it is.
func ListTable(s sheet.Sheet, heads []string) (out sheet.Sheet, ok bool) {
	if findList(s) != nil {
		return s, false
	}
	if one, ok := unstackList(s); ok {
		return one, false
	}
	out = sheet.Sheet{Name: s.Name}
	rows := [][]sheet.Cell{cellsOf(heads)}
	named := 0
	for _, row := range linesOf(s) {
		cells := make([]string, len(LineColumns))
		if readLine(row, cells) {
			named++
		}
		rows = append(rows, cellsOf(cells))
	}
	if named == 0 {
		return s, false
	}
	out.Rows = rows
	return out, true
}

// LineColumns are the columns of the table that lines become, as the form names its fields.
var LineColumns = []string{"name", "address", "contact", "phone", "tax_code", "note"}

const (
	lineName = iota
	lineAddress
	lineContact
	linePhone
	lineTax
	lineNote
)

func cellsOf(words []string) []sheet.Cell {
	out := make([]sheet.Cell, len(words))
	for i, w := range words {
		out[i] = sheet.Cell{Text: w, Raw: w}
	}
	return out
}

// linesOf are the lines as parts: the cells of a row, or a single cell cut up.
func linesOf(s sheet.Sheet) (out [][]string) {
	lines := strings.Split(strings.ReplaceAll(s.Text, "\r\n", "\n"), "\n")
	if s.Text == "" {
		lines = nil
		for _, row := range s.Rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, c.Text)
			}
			lines = append(lines, strings.Join(cells, "\t"))
		}
	}
	for _, l := range lines {
		out = append(out, lineParts(l))
	}
	return out
}

var lineCuts = strings.NewReplacer(" - ", "\t", " – ", "\t", " — ", "\t", ";", "\t", "|", "\t", ",", "\t", ": ", "\t", " -- ", "\t")

func lineParts(l string) (parts []string) {
	l = text.NFC(l)
	if !strings.Contains(l, "\t") {
		l = lineCuts.Replace(unnumberedLine(l))
	}
	for p := range strings.SplitSeq(l, "\t") {
		if p = strings.Trim(strings.TrimSpace(p), "*•-– "); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

func unnumberedLine(l string) string {
	if m := numbering.FindString(l); m != "" && strings.ContainsAny(m, "0123456789") {
		return l[len(m):]
	}
	return l
}

// lineLabels are folded words before a value in a line; they say what it is.
var lineLabels = map[string]int{
	"sdt": linePhone, "dt": linePhone, "dien thoai": linePhone, "so dien thoai": linePhone, "zalo": linePhone, "tel": linePhone,
	"mst": lineTax, "ma so thue": lineTax, "dia chi": lineAddress, "d c": lineAddress, "giam doc": lineContact, "gd": lineContact, "chu nhiem": lineContact,
	"lien he": lineContact, "nguoi lien he": lineContact, "ghi chu": lineNote, "dai dien": lineContact,
}

// readLine puts the parts of a line into their columns by what they look like. It reports
// whether one of them names an organisation; a line that does not stays whole in the name's
// column when it is a title, else in the note's.
func readLine(parts []string, cells []string) bool {
	put := func(at int, s string) {
		if cells[at] != "" {
			s = cells[at] + ", " + s
		}
		cells[at] = s
	}
	if len(parts) == 1 && (sectionWords(parts[0]) || bareKind(parts[0])) {
		cells[lineName] = parts[0]
		return false
	}
	named, label := false, -1
	for i, p := range parts {
		f := text.Fold(p)
		phones := ParsePhones(p)
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, p)
		code, isTax := ReadTaxCode(digits)
		if at, ok := lineLabels[f]; ok && i+1 < len(parts) {
			label = at
			continue
		}
		switch {
		case label == linePhone && len(phones) > 0, label < 0 && len(phones) > 0 && !(isTax && len(digits) == 10 && digits[0] != '0'):
			if who := withoutPhones(p); strings.Trim(text.Fold(who), "0123456789 ") != "" && cells[lineContact] == "" && named {
				put(lineContact, who)
			}
			put(linePhone, strings.Join(phones, ", "))
		case label >= 0:
			put(label, p)
		case isTax && strings.Trim(f, "0123456789 mst") == "":
			put(lineTax, code)
		case !named && lineKind(p) != "":
			put(lineName, p)
			named = true
		case strings.Trim(f, "0123456789 ") == "":
			if i > 0 {
				put(lineNote, p)
			}
		case startsWithAny(f, addressStarts) || startsWithAny(f, hamletStarts):
			put(lineAddress, p)
		case named && cells[lineContact] == "" && likePerson(p):
			put(lineContact, p)
		default:
			put(lineNote, p)
		}
		label = -1
	}
	return named
}

// lineKind is the kind that a part of a line names, for what is certainly an organisation.
func lineKind(p string) Kind {
	switch k := KindOf(cleanName(p)); k {
	case Coop, Union, Group, Fund:
		return k
	}
	return strongKind(p)
}

// likePerson reports whether a part looks like a person: «Ông Bùi Văn A», «Nguyễn Thị B».
func likePerson(p string) bool {
	f := text.Fold(p)
	if bareContact(f) != f || startsWithAny(f, []string{"gd", "giam doc", "chu nhiem", "ct", "to truong"}) {
		return true
	}
	words := strings.Fields(p)
	if len(words) < 2 || len(words) > 5 {
		return false
	}
	for _, w := range words {
		if r := []rune(w); strings.ToUpper(string(r[0])) != string(r[0]) || strings.ContainsAny(w, "0123456789") {
			return false
		}
	}
	return true
}

// unstackList undoes what a chat makes of a table copied from Word: every cell on a line of
// its own. The number of columns is the one with which the first lines are headings and the
// lines fill the rows.
func unstackList(s sheet.Sheet) (best sheet.Sheet, ok bool) {
	if strings.Contains(s.Text, "\t") {
		return best, false
	}
	lines := strings.Split(strings.Trim(strings.ReplaceAll(s.Text, "\r\n", "\n"), "\n"), "\n")
	score := 0
	for k := 3; k <= min(20, len(lines)/2); k++ {
		if len(lines)%k != 0 && len(lines)%k < k/2 {
			continue
		}
		one := sheet.Sheet{Name: s.Name}
		for from := 0; from < len(lines); from += k {
			cells := make([]string, 0, k)
			for _, c := range lines[from:min(from+k, len(lines))] {
				cells = append(cells, strings.TrimSpace(c))
			}
			one.Rows = append(one.Rows, cellsOf(cells))
		}
		t := findList(one)
		if t == nil || t.first != 1 || len(t.cols)*2 <= k || t.score <= score {
			continue
		}
		if row := one.Rows[1]; KindOf(t.text(row, colName)) == "" && len(ParsePhones(cellText(row, t.at(colPhone)))) == 0 {
			continue
		}
		best, score, ok = one, t.score, true
	}
	return best, ok
}
