package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/i18n"
)

func faultOf(t *testing.T, err error) *fault.Error {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("no fault: %v", err)
	}
	if s := i18n.From(t.Context()).Fault(err); strings.Contains(s, "⟦") || strings.Contains(s, "{0}") {
		t.Errorf("%s is told as %q", e.Key, s)
	}
	return e
}

func TestRead_RefusesABombCheaply(t *testing.T) {
	bomb := zipped(t, map[string]string{"xl/workbook.xml": "<workbook/>"}, map[string]int64{"xl/worksheets/sheet1.xml": 300 << 20})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(bomb, Limits{})
	runtime.ReadMemStats(&after)
	if e := faultOf(t, err); e.Key != faultBomb {
		t.Errorf("%v", e)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

func TestRead_RefusesManyEntriesCheaply(t *testing.T) {
	parts := map[string]string{}
	for i := range maxParts + 1 {
		parts[fmt.Sprint(i)] = ""
	}
	data := zipped(t, parts, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(data, Limits{})
	runtime.ReadMemStats(&after)
	if e := faultOf(t, err); e.Key != faultBomb || after.TotalAlloc-before.TotalAlloc > 1<<20 {
		t.Errorf("%v after %d bytes", e, after.TotalAlloc-before.TotalAlloc)
	}
}

// A directory that lies about the size does not get more read than it states.
func TestRead_RefusesALyingDirectory(t *testing.T) {
	data := tiny(t, "<worksheet><sheetData><row><c><v>"+strings.Repeat("1", 2<<20)+"</v></c></row></sheetData></worksheet>")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.UncompressedSize64 > 1<<20 {
			le := func(n uint64) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }
			data = bytes.ReplaceAll(data, le(f.UncompressedSize64), le(100))
		}
	}
	if e := faultOf(t, errOf(Read(data, Limits{}))); e.Key != faultBroken {
		t.Errorf("%v", e)
	}
}

func errOf(_ []Sheet, err error) error { return err }

func TestRead_RefusesWithAdvice(t *testing.T) {
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	utf16Name := "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	good := staffFile(t, nil)
	for name, c := range map[string]struct {
		data string
		lim  Limits
		key  string
	}{
		"nothing":              {"", Limits{}, faultEmpty},
		"spaces":               {" \r\n ;;\n", Limits{}, faultEmpty},
		"half a container":     {ole + strings.Repeat("x", 600), Limits{}, faultBroken},
		"password":             {ole + utf16Name, Limits{}, faultEncrypted},
		"a page, no table":     {"<html><p>1</p></html>", Limits{}, faultNotASheet},
		"a page with pictures": {"MIME-Version: 1.0\r\nContent-Type: multipart/related", Limits{}, faultOldExcel},
		"PDF":                  {"%PDF-1.7 …", Limits{}, faultNotASheet},
		"picture":              {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Limits{}, faultNotASheet},
		"Word":                 {string(zipped(t, map[string]string{"word/document.xml": "<w/>"}, nil)), Limits{}, faultNotASheet},
		"xlsb":                 {string(zipped(t, map[string]string{"_rels/.rels": `<Relationships><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>`, "xl/workbook.bin": ""}, nil)), Limits{}, faultOldExcel},
		"zip cut off":          {string(good[:len(good)/2]), Limits{}, faultBroken},
		"XML cut off":          {string(tiny(t, `<worksheet><sheetData><row><c><v>1`)), Limits{}, faultBroken},
		"an entity of its own": {string(tiny(t, `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`)), Limits{}, faultBroken},
		"a token without end":  {string(tiny(t, `<worksheet><sheetData><row><c t="str"><v>`+random(3<<20)+`</v></c></row></sheetData></worksheet>`)), Limits{}, faultLong},
		"too long a cell":      {string(tiny(t, `<worksheet><sheetData><row><c t="str"><v>`+random(200_000)+`</v></c></row></sheetData></worksheet>`)), Limits{}, faultLong},
		"too big":              {string(good), Limits{File: 100}, faultTooBig},
		"too many sheets":      {string(good), Limits{Sheets: 1}, faultSheets},
		"too many rows":        {string(good), Limits{Rows: 10}, faultRows},
		"too many columns":     {string(good), Limits{Columns: 3}, faultColumns},
		"too many cells":       {string(good), Limits{Cells: 20}, faultCells},
		"unpacked too big":     {string(good), Limits{Unpacked: 1000}, faultBomb},
		"far column":           {string(tiny(t, `<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`)), Limits{}, faultColumns},
		"far row":              {string(tiny(t, `<worksheet><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>`)), Limits{}, faultRows},
		"merged over and over": {string(tiny(t, `<worksheet><sheetData><row r="1"><c r="CV1"><v>1</v></c></row></sheetData><mergeCells>`+manyMerges()+`</mergeCells></worksheet>`)), Limits{Cells: 1000}, faultBroken},
		"CSV too many rows":    {strings.Repeat("a;b\n", 50), Limits{Rows: 10}, faultRows},
		"CSV of empty lines":   {strings.Repeat("\n", 5000) + "a;b", Limits{Rows: 1000}, faultRows},
	} {
		_, err := Read([]byte(c.data), c.lim)
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

func manyMerges() string {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, `<mergeCell ref="A1:CV%d"/>`, i+1)
	}
	return b.String()
}

// random letters do not pack like a bomb.
func random(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return string(b)
}
