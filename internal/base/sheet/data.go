package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/weight"
)

// WriteData writes rows of values as CSV for other programs: commas, CRLF, numbers with a
// point and without marks between thousands, weights in kilograms, prices per tonne in
// đồng per kilogram, days as 2023-12-18. The byte order mark in front keeps the letters
// right where a spreadsheet opens it. Every row gets the same number of columns. A text
// that a spreadsheet would run as a formula is led by an apostrophe.
func WriteData(out io.Writer, columns int, rows [][]any) (err error) {
	defer fault.Wrap(&err, "sheet.WriteData(%d rows)", len(rows))
	if _, err := io.WriteString(out, "\uFEFF"); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	line := make([]string, columns)
	for _, r := range rows {
		for i := range line {
			line[i] = ""
			if i < len(r) {
				line[i] = datum(r[i])
			}
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func datum(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return unrun(v)
	case int:
		return strconv.Itoa(v)
	case int32:
		return strconv.Itoa(int(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case money.VND:
		return strconv.FormatInt(int64(v), 10)
	case money.PerTonne:
		return thousandths(int64(v))
	case weight.Grams:
		return thousandths(int64(v))
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case calendar.Day:
		if v == 0 {
			return ""
		}
		return v.String()
	case time.Time:
		return calendar.DayOf(v).String()
	}
	return unrun(fmt.Sprint(v))
}

// unrun keeps a text from being run. Unlike in WriteCSV a text of digits and signs gets
// the apostrophe too: real numbers come as numbers here.
func unrun(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// thousandths is n/1000 with a point, rounded nowhere.
func thousandths(n int64) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	return sign + strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%03d", u/1000, u%1000), "0"), ".")
}
