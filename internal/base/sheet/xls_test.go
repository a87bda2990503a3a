package sheet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/fault"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The same workbook as .xlsx and as .xls gives the same cells, formats and fonts included.
func TestReadXLS_SameCellsAsXLSX(t *testing.T) {
	want, err := Read(fixture(t, "staff.xlsx"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(fixture(t, "staff.xls"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	// LibreOffice computed the formula that excelize left without a value.
	if f := got[0].At(6, 2); f.Raw != "2469135.782" {
		t.Errorf("the formula is %+v", f)
	}
	got[0].Rows[6] = got[0].Rows[6][:2]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Shared strings go over the borders of many records.
func TestReadXLS_LongTableOfStrings(t *testing.T) {
	sheets, err := Read(fixture(t, "long.xls"), Limits{})
	if err != nil || len(sheets) != 2 || sheets[0].Name != "Bảng dài" || !sheets[1].Hidden {
		t.Fatalf("%d sheets, %v", len(sheets), err)
	}
	first, err := calendar.ParseDay("2023-01-01")
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range sheets[0].Rows {
		truth := "FALSE"
		if r%2 == 0 {
			truth = "TRUE"
		}
		want := []string{
			fmt.Sprint(r), strings.TrimSpace(fmt.Sprintf("dòng %d ", r) + strings.Repeat("đường ", r%37)), strings.TrimSpace(fmt.Sprintf("latin %d ", r) + strings.Repeat("e", r*7%211)),
			plain(float64(r) / 7), calendar.FormatVI(first + calendar.Day(r)), truth, fmt.Sprint(1_000_000_000 + r),
		}
		for c := range want {
			if row[c].Text != want[c] {
				t.Fatalf("%s%d is %q, not %q", ColumnName(c), r+1, row[c].Text, want[c])
			}
		}
	}
	s := sheets[1]
	if len(sheets[0].Rows) != 150 || s.At(1, 1).Text != "gộp 🍊" || s.Merged[0] != (Area{1, 1, 2, 3}) || s.At(4, 0).Text != strings.Repeat("x", 9000)+strings.Repeat("đ", 4000) {
		t.Errorf("%d rows, %+v", len(sheets[0].Rows), s.Merged)
	}
}

// rec is one record of a workbook stream.
func rec(id int, body ...any) []byte {
	var b []byte
	for _, v := range body {
		switch v := v.(type) {
		case int:
			b = append(b, byte(v), byte(v>>8))
		case byte:
			b = append(b, v)
		case string:
			b = append(b, v...)
		case []byte:
			b = append(b, v...)
		}
	}
	return append([]byte{byte(id), byte(id >> 8), byte(len(b)), byte(len(b) >> 8)}, b...)
}

// stream is a workbook stream of one sheet.
func stream(version int, globals, rows [][]byte) []byte {
	head := bytes.Join(append([][]byte{rec(recBOF, version, 5, 0, 0)}, globals...), nil)
	name := rec(recBoundSheet, 0, 0, 0, byte(2), "S1")
	if version == 0x0600 {
		name = rec(recBoundSheet, 0, 0, 0, byte(2), byte(0), "S1")
	}
	at := len(head) + len(name) + 4
	name[4], name[5] = byte(at), byte(at>>8)
	out := bytes.Join([][]byte{head, name, rec(recEOF), rec(recBOF, version, 0x10, 0, 0)}, nil)
	return append(append(out, bytes.Join(rows, nil)...), rec(recEOF)...)
}

func TestReadBIFF_RareRecords(t *testing.T) {
	formulaText := rec(recFormula, 0, 1, 0, "\x00\x00\x00\x00\x00\x00\xFF\xFF", 0)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"Excel 95, TCVN3 by its font": {stream(0x0500, [][]byte{
			rec(recFont, 0, 0, 0, 0, 0, 0, 0, byte(7), ".VnTime"), rec(recXF, 0, 0), rec(recFormat, 200, byte(10), "dd/mm/yyyy"), rec(recXF, 9, 200),
		}, [][]byte{rec(recLabel, 0, 0, 0, 8, "H\xdfa B\xd7nh"), rec(recNumber, 0, 1, 1, "\x00\x00\x00\x00\x60\x1D\xE6\x40")}), "Hòa Bình|31/12/2023\n"},
		"one sheet alone, UTF-8, no end": {append(rec(recBOF, 0, 0x10, 0, 0), rec(recLabel, 0, 0, 0, len("Bưởi Diễn"), "Bưởi Diễn")...), "Bưởi Diễn\n"},
		"texts in place": {stream(0x0600, nil, [][]byte{
			rec(recLabel, 0, 0, 0, 2, byte(1), "\x11\x01\xA1\x1E"), formulaText, rec(0x04BC, 1, 2), rec(recString, 3, byte(0), "abc"),
			rec(recBoolErr, 0, 2, 0, byte(0x17), byte(1)), rec(recMulRK, 0, 3, 0, "\x06\x00\x00\x00", 0, "\x07\x00\x00\x00", 4), rec(recRK, 1, 0, 0, "\xFE\xFF\xFF\xFF"),
		}), "đạ|abc|#REF!|1|0,01\n-1\n"},
		"a chart inside": {stream(0x0600, nil, [][]byte{
			rec(recBOF, 0x0600, 0x20, 0, 0), rec(recLabel, 5, 5, 0, 1, byte(0), "x"), rec(recEOF), rec(recLabel, 0, 0, 0, 1, byte(0), "y"),
		}), "y\n"},
		"from 1904": {stream(0x0600, [][]byte{rec(recDateMode, 1), rec(recXF, 0, 14)}, [][]byte{rec(recNumber, 0, 0, 0, "\x00\x00\x00\x00\xA0\x66\xE5\x40")}), "31/12/2023\n"},
	} {
		sheets, err := readBIFF(c.data, Default)
		if err != nil || len(sheets) != 1 || texts(sheets[0]) != c.want {
			t.Errorf("%s: %v, %v", name, sheets, err)
		}
	}
}

func TestReadXLS_RefusesWithAdvice(t *testing.T) {
	good := fixture(t, "staff.xls")
	label := func(row, col int) []byte { return rec(recLabel, row, col, 0, 1, byte(0), "x") }
	for name, c := range map[string]struct {
		data []byte
		lim  Limits
		key  string
	}{
		"password":         {stream(0x0600, [][]byte{rec(recFilePass, 1)}, nil), Limits{}, faultEncrypted},
		"cut off":          {good[:len(good)/2], Limits{}, faultBroken},
		"Excel 3":          {[]byte("\x09\x08\x00\x00"), Limits{}, faultOldExcel},
		"no sheet there":   {bytes.Replace(stream(0x0600, nil, nil), rec(recBOF, 0x0600, 0x10, 0, 0), rec(recNumber, 0x0600, 0x10, 0, 0), 1), Limits{}, faultBroken},
		"nothing in it":    {stream(0x0600, nil, nil), Limits{}, faultEmpty},
		"too many sheets":  {good, Limits{Sheets: 1}, faultSheets},
		"too many rows":    {good, Limits{Rows: 10}, faultRows},
		"too many columns": {good, Limits{Columns: 3}, faultColumns},
		"too many cells":   {good, Limits{Cells: 20}, faultCells},
		"a far row":        {stream(0x0600, nil, [][]byte{label(65535, 0)}), Limits{Rows: 65535}, faultRows},
		"a label cut off":  {stream(0x0600, nil, [][]byte{rec(recLabel, 0, 0, 0, 90, byte(0), "x")}), Limits{}, faultBroken},
		"strings cut off":  {stream(0x0600, [][]byte{rec(recSST, "\x02\x00\x00\x00\x02\x00\x00\x00", 1, byte(0), "a")}, nil), Limits{}, faultBroken},
		"too long a text":  {fixture(t, "long.xls"), Limits{Chars: 10_000}, faultLong},
	} {
		_, err := Read(c.data, c.lim)
		if err == nil {
			t.Errorf("%s: read", name)
		} else if e := faultOf(t, err); e.Key != c.key {
			t.Errorf("%s: %v", name, e)
		}
	}
	e := faultOf(t, errOf(Read(good, Limits{Columns: 3})))
	if e.Where != (fault.Where{Sheet: "Biểu 01", Row: 3, Col: "D"}) {
		t.Errorf("the fault points to %+v", e.Where)
	}
}

// Every damage is a fault or other cells, never a panic or endless work.
func FuzzReadXLS(f *testing.F) {
	f.Add(fixture(f, "staff.xls"))
	f.Add(stream(0x0600, [][]byte{rec(recSST, "\x02\x00\x00\x00\x02\x00\x00\x00", 3, byte(0), "a"), rec(recContinue, byte(1), "\x11\x01b\x00")}, [][]byte{rec(recLabelSST, 0, 0, 0, "\x00\x00\x00\x00")}))
	f.Add(append(rec(recBOF, 0, 0x10, 0, 0), rec(recMergeCells, 1, 0, 3, 0, 3)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range [][]byte{data, append(oleMark[:8:8], data...), append([]byte("\x09\x08"), data...)} {
			sheets, err := Read(d, Limits{Rows: 1000, Cells: 10_000})
			if err != nil {
				faultOf(t, err)
			}
			for _, s := range sheets {
				if n := len(s.Rows); n > 1000 {
					t.Fatalf("%d rows", n)
				}
			}
		}
	})
}
