package sheet

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/lienket/lienket/internal/base/text"
)

// decode turns the bytes of a text file into a string: UTF-8 and UTF-16 with or without
// byte order mark, else the old code pages.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return fromUTF16(data[2:], unicode.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return fromUTF16(data[2:], unicode.BigEndian)
	case len(data) >= 4 && data[1] == 0 && data[3] == 0 && data[0] != 0:
		return fromUTF16(data, unicode.LittleEndian)
	case len(data) >= 4 && data[0] == 0 && data[2] == 0 && data[1] != 0:
		return fromUTF16(data, unicode.BigEndian)
	}
	if binary(data) {
		return "", invalid(faultNotASheet)
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	// Old exports: bytes for a TCVN3 or VNI font, or Windows-1258 (letter, then tone).
	latin, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", invalid(faultNotASheet).Because(err)
	}
	if s, _, sure := text.Mend(string(latin)); sure {
		return s, nil
	}
	viet, err := charmap.Windows1258.NewDecoder().Bytes(data)
	if err != nil {
		return "", invalid(faultNotASheet).Because(err)
	}
	return text.NFC(string(viet)), nil
}

func fromUTF16(data []byte, e unicode.Endianness) (string, error) {
	out, err := unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder().Bytes(data)
	if err != nil {
		return "", invalid(faultNotASheet).Because(err)
	}
	if binary(out) {
		return "", invalid(faultNotASheet)
	}
	return string(out), nil
}

// binary says whether data is no text: pictures, PDF, archives.
func binary(data []byte) bool {
	if bytes.HasPrefix(data, []byte("%PDF")) {
		return true
	}
	for _, c := range data {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x0B && c != 0x1A {
			return true
		}
	}
	return false
}

// readTable finds the separator and splits.
func readTable(s string, lim Limits) (Sheet, error) {
	s = strings.TrimPrefix(s, "\uFEFF")
	sep := byte(0)
	if first, rest, ok := strings.Cut(s, "\n"); ok && len(strings.TrimSpace(first)) == 5 && strings.HasPrefix(first, "sep=") {
		sep, s = first[4], rest // Excel's own hint; it is no row
	}
	left := lim.Cells
	g := &grid{lim: lim, left: &left}
	into := func(row, col int, field string) error {
		if row >= 4*lim.Rows { // empty lines are not free of charge
			return tooLarge(faultRows, lim.Rows)
		}
		return g.put(row, col, Cell{Text: shown(field, ""), Raw: field}) // nothing in a text file is known to be a number
	}
	var err error
	switch {
	case sep != 0:
		err = splitQuoted(s, sep, into)
	case markdown(s):
		err = splitMarkdown(s, into)
	default:
		if sep = separator(s); sep == gap {
			err = splitGaps(s, into)
		} else {
			err = splitQuoted(s, sep, into)
		}
	}
	if err != nil {
		return Sheet{}, err
	}
	return Sheet{Rows: trim(g.rows), Text: s}, nil
}

// put takes a field; row and col count from 0.
type put func(row, col int, field string) error

const gap = ' '

// separator picks the character that cuts most of the first records into the same number
// of columns, the rarer in prose first.
func separator(s string) byte {
	const enough, records = 64 << 10, 40
	head := s[:min(len(s), enough)]
	if line, _, _ := strings.Cut(strings.TrimLeft(head, "\r\n"), "\n"); strings.Contains(line, "\t") {
		return '\t'
	}
	best, most := byte('\t'), 0 // no separator: one column
	for _, sep := range []byte{'\t', ';', '|', ',', gap} {
		columns := make([]int, 0, records) // of each record that is not empty
		note := func(row, col int, field string) error {
			if row >= records {
				return errEnough
			}
			for len(columns) <= row {
				columns = append(columns, 0)
			}
			if col > 0 || strings.TrimSpace(field) != "" {
				columns[row] = col + 1
			}
			return nil
		}
		if sep == gap {
			_ = splitGaps(head, note)
		} else {
			_ = splitQuoted(head, sep, note)
		}
		if score := agreement(columns); score > most {
			best, most = sep, score
		}
	}
	return best
}

var errEnough = errors.New("enough seen")

// agreement is the number of records that have the commonest number of columns above one.
func agreement(columns []int) int {
	count := map[int]int{}
	most, all := 0, 0
	for _, n := range columns {
		if n > 0 {
			all++
		}
		if n > 1 {
			count[n]++
			most = max(most, count[n])
		}
	}
	if most*2 <= all && len(count) > 3 {
		return 0 // as commas in prose are
	}
	return most
}

// splitQuoted reads CSV as programs and people write it: a quote opens a field only at
// its start, and only if it is closed before a separator somewhere; empty lines count.
func splitQuoted(s string, sep byte, put put) error {
	ends := func(i int) bool { return i >= len(s) || s[i] == sep || s[i] == '\n' || s[i] == '\r' }
	unclosed := false
	for row, i := 0, 0; i < len(s); row++ {
		for col := 0; ; col++ {
			var field string
			done := false
			if s[i:] != "" && s[i] == '"' && !unclosed {
				if end := closing(s, i+1, ends); end >= 0 {
					field, i, done = strings.ReplaceAll(s[i+1:end], `""`, `"`), end+1, true
				} else {
					unclosed = true // none of the later quotes is closed either
				}
			}
			if !done {
				start := i
				for !ends(i) {
					i++
				}
				field = s[start:i]
			}
			if err := put(row, col, field); err != nil {
				return err
			}
			if i >= len(s) || s[i] != sep {
				break
			}
			i++
		}
		if i < len(s) && s[i] == '\r' {
			i++
		}
		if i < len(s) && s[i] == '\n' {
			i++
		}
	}
	return nil
}

// closing finds the quote that ends a field that began before i.
func closing(s string, i int, ends func(int) bool) int {
	for i < len(s) {
		n := strings.IndexByte(s[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		switch {
		case i+1 < len(s) && s[i+1] == '"':
			i += 2
		case ends(i + 1):
			return i
		default:
			i++
		}
	}
	return -1
}

// markdown says whether every line stands between bars.
func markdown(s string) bool {
	lines := 0
	for line := range strings.Lines(s[:min(len(s), 64<<10)]) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(line) < 2 || line[0] != '|' || line[len(line)-1] != '|' && len(s) <= 64<<10 {
			return false
		}
		lines++
	}
	return lines > 0
}

func splitMarkdown(s string, put put) error {
	row := 0
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if strings.Trim(line, "|-: ") == "" && strings.Contains(line, "-") {
			continue // the rule below the heading
		}
		for col, field := range strings.Split(strings.Trim(line, "|"), "|") {
			if err := put(row, col, field); err != nil {
				return err
			}
		}
		row++
	}
	return nil
}

func splitGaps(s string, put put) error {
	row := 0
	for line := range strings.Lines(s) {
		for col, field := range gapFields(line) {
			if err := put(row, col, field); err != nil {
				return err
			}
		}
		row++
	}
	return nil
}

// gapFields cuts a line at two or more spaces.
func gapFields(line string) (fields []string) {
	for _, f := range strings.Split(strings.TrimSpace(line), "  ") {
		if f = strings.TrimSpace(f); f != "" {
			fields = append(fields, f)
		}
	}
	return fields
}
