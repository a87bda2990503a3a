package sheet

import (
	"bufio"
	"io"
	"strings"

	"github.com/lienket/lienket/internal/base/fault"
)

// WriteCSV writes rows as a Vietnamese Excel opens them with a double click: UTF-8 with
// byte order mark, semicolons, CRLF. A text that a spreadsheet would run as a formula is
// led by an apostrophe; numbers with a sign stay numbers.
func WriteCSV(out io.Writer, rows [][]string) (err error) {
	defer fault.Wrap(&err, "sheet.WriteCSV")
	w := bufio.NewWriter(out)
	w.WriteString("\uFEFF") // bufio keeps the first error until Flush
	for _, row := range rows {
		for i, field := range row {
			if i > 0 {
				w.WriteByte(';')
			}
			w.WriteString(quote(harmless(field)))
		}
		w.WriteString("\r\n")
	}
	return w.Flush()
}

func harmless(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) || strings.Trim(s, "+-0123456789.,% ") == "" {
		return s
	}
	return "'" + s
}

func quote(s string) string {
	if !strings.ContainsAny(s, ";\"\r\n\t,") && strings.TrimSpace(s) == s {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
