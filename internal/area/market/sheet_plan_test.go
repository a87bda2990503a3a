package market

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/sheet"
)

// planOf plans one of the messy workbooks and writes it.
func planOf(t *testing.T, name string) (Input, *Plan, []byte, []byte) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	in, asks, err := ReadWorkbook(data, testDeps(t), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	pl, err := MakePlan(in)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	proof, err := WritePlan(&b, in, pl, asks, testPrinter(t, "vi"))
	if err != nil {
		t.Fatal(err)
	}
	return in, pl, b.Bytes(), proof
}

func TestWritePlan_DigestCoversEveryCell(t *testing.T) {
	_, pl, file, proof := planOf(t, "lon-xon-1")
	if len(pl.Lines) < 10 {
		t.Fatalf("only %d lines: the messy workbook has lost its deals", len(pl.Lines))
	}
	if proof != nil {
		t.Error("a small proof stands outside the workbook")
	}
	sheets, err := sheet.Read(file, planLimits)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range sheets {
		names = append(names, s.Name)
	}
	if got, want := strings.Join(names, "|"), "Phương án|Chưa kết nối được|Hỏi lại|Tóm tắt|Kết quả kiểm tra"; got != want {
		t.Errorf("sheets %s, want %s", got, want)
	}
	last := sheets[len(sheets)-1]
	if last.At(0, 0).Raw != "lienket-plan" || last.At(0, 1).Raw != "1" || last.At(1, 1).Raw != PlanDigest(sheets) {
		t.Errorf("head of the proof sheet: %q %q %q, digest %s", last.At(0, 0).Raw, last.At(0, 1).Raw, last.At(1, 1).Raw, PlanDigest(sheets))
	}
	if got := len(sheets[0].Rows) - 1; got != len(pl.Lines) {
		t.Errorf("%d rows for %d lines", got, len(pl.Lines))
	}
	if got := len(sheets[1].Rows) - 1; got != len(pl.LeftOffers)+len(pl.LeftDemands) {
		t.Errorf("%d rows for %d left", got, len(pl.LeftOffers)+len(pl.LeftDemands))
	}
	for s := range sheets {
		for r := range sheets[s].Rows {
			for c := range sheets[s].Rows[r] {
				x := &sheets[s].Rows[r][c]
				if x.Raw == "" || s == len(sheets)-1 && r == 1 && c == 1 {
					continue
				}
				if r > 8 && r%41 != 0 { // every cell of the top, a sample below
					continue
				}
				was := x.Raw
				x.Raw += "x"
				if PlanDigest(sheets) == last.At(1, 1).Raw {
					t.Fatalf("%s %s%d can change unnoticed", sheets[s].Name, sheet.ColumnName(c), r+1)
				}
				x.Raw = was
			}
		}
	}
}

func TestWritePlan_SameBytesTwice(t *testing.T) {
	_, _, a, _ := planOf(t, "lon-xon-2")
	_, _, b, _ := planOf(t, "lon-xon-2")
	if !bytes.Equal(a, b) {
		t.Error("the same workbook gives two different files")
	}
}

func TestWritePlan_LongProofStandsBeside(t *testing.T) {
	in, pl, _, _ := planOf(t, "lon-xon-2")
	g := &pl.Groups[0]
	for len(g.Nodes) <= maxSheetNodes {
		g.Nodes = append(g.Nodes, g.Nodes[0])
	}
	var b bytes.Buffer
	proof, err := WritePlan(&b, in, pl, nil, testPrinter(t, "vi"))
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := sheet.Read(b.Bytes(), planLimits)
	if err != nil {
		t.Fatal(err)
	}
	last := sheets[len(sheets)-1]
	if len(proof) == 0 || last.At(2, 1).Raw != sum256(proof) {
		t.Errorf("proof of %d bytes, digest in the file %q", len(proof), last.At(2, 1).Raw)
	}
	for _, row := range last.Rows {
		if len(row) > 0 && row[0].Raw == "node" {
			t.Fatal("nodes stand in the sheet too")
		}
	}
}

func TestPieces_JoinToTheWhole(t *testing.T) {
	for _, s := range []string{"", "abc", strings.Repeat("ệ", 70_001), strings.Repeat("𝒳", 40_000)} {
		parts := pieces(s)
		if strings.Join(parts, "") != s {
			t.Errorf("%d bytes: pieces do not join", len(s))
		}
		for _, p := range parts {
			if n := len([]rune(p)); n > maxPiece {
				t.Errorf("a piece of %d characters", n)
			}
		}
	}
}
