package market

import (
	"os"
	"path/filepath"
	"testing"
)

// The same messy workbook, saved by LibreOffice as Excel 97 to 2003 (.xls), says the same.
func TestReadWorkbook_SameFromXLS(t *testing.T) {
	deps, p := testDeps(t), testPrinter(t, "vi")
	data, err := os.ReadFile(filepath.Join("testdata", "lon-xon-1.xls"))
	if err != nil {
		t.Fatal(err)
	}
	in, asks, err := ReadWorkbook(data, deps, testOptions)
	if err != nil {
		t.Fatal(p.Fault(err))
	}
	want, err := os.ReadFile(filepath.Join("testdata", "lon-xon-1.golden"))
	if err != nil {
		t.Fatal(err)
	}
	if got := dump(in, asks, p); got != string(want) {
		t.Error(firstDifference(got, string(want)))
	}
}
