package market

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/db/dbtest"
	"github.com/lienket/lienket/internal/base/sheet"
)

// imported is a committed workbook as an import.
func imported(t testing.TB, name string) (*Import, []byte) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := sheet.Read(data, sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return &Import{Name: name, Sheets: sheets, AsOf: testOptions.AsOf}, data
}

// The first day of an office: of at least nine rows of ten of the messy lists the party is
// in with its telephone; what a row leaves out («theo đơn hàng») waits as a question.
func TestImport_NineOfTenRowsOfAMessyListGoIn(t *testing.T) {
	for _, name := range []string{"lon-xon-1", "lon-xon-2"} {
		im, _ := imported(t, name)
		read, err := ReadImport(im, testDeps(t), testOptions)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d of %d rows, %d with a telephone", name, read.Ready, len(read.Rows), read.Phones)
		if read.Ready*10 < len(read.Rows)*8 {
			t.Errorf("%s: %d of %d rows are read", name, read.Ready, len(read.Rows))
		}
		if read.Phones*10 < len(read.Rows)*9 {
			t.Errorf("%s: %d of %d rows have a telephone", name, read.Phones, len(read.Rows))
		}
	}
}

func TestImport_AnAnswerMendsItsCellAndTheRowGoesIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := storeOn(t, d)
		im, data := imported(t, "lon-xon-1")
		inTx(t, d, func(tx *db.Tx) (err error) {
			im.ID, err = s.AddImportTx(tx, "account:1", im.Name, data, im.Sheets, im.AsOf)
			return err
		})
		stored, err := s.Import(ctx, Viewer{}, "account:1", im.ID)
		if err != nil || asJSON(t, stored.Sheets) != asJSON(t, im.Sheets) || stored.State != ImportDraft {
			t.Fatal("not stored as it came", err)
		}
		book := func() ImportRead {
			t.Helper()
			read, err := ReadImport(&stored, testDeps(t), testOptions)
			if err != nil {
				t.Fatal(err)
			}
			inTx(t, d, func(tx *db.Tx) error {
				ok, err := s.BookImportTx(tx, "account:1", &stored, read)
				if err == nil && !ok {
					t.Error("moved on")
				}
				return err
			})
			return read
		}
		first := book()
		waiting := []ImportRow{}
		for _, r := range first.Rows {
			if r.Waits() {
				waiting = append(waiting, r)
			}
		}
		qs, n, err := s.Questions(ctx, QuestionFilter{State: QuestionOpen, Import: int64(im.ID)})
		if err != nil || len(waiting) == 0 || n == 0 || stored.Report.Waiting == 0 || stored.Report.Added != first.Ready {
			t.Fatalf("%d rows wait, %d questions, %+v, %v", len(waiting), len(qs), stored.Report, err)
		}
		mended := 0
		for _, r := range waiting {
			for _, a := range r.Asks {
				answer := map[string]string{"quantity": "5 tấn", "commodity": "Bưởi Diễn", "party": "HTX Mẫu Trả Lời", "unit": "tấn", "from": "01/12/2023", "to": "20/12/2023", "place": "Cao Dương, Lương Sơn, Hòa Bình"}[a.Key]
				if !a.Blocks || answer == "" {
					continue
				}
				if err := stored.Mend(r.Source, a.Key, answer, vi(t)); err != nil {
					t.Fatal(r.Source, a, err)
				}
				mended++
			}
		}
		was := stored.Report
		book()
		if mended == 0 || stored.Report.Added <= was.Added || stored.Report.Waiting >= was.Waiting {
			t.Errorf("%d answers: before %+v, after %+v", mended, was, stored.Report)
		}
		again := stored.Report
		book()
		if stored.Report != again {
			t.Errorf("booking once more changed %+v to %+v", again, stored.Report)
		}
	})
}

func TestImport_TheCorrectedTableReadsTheSame(t *testing.T) {
	im, _ := imported(t, "lon-xon-1")
	first, err := ReadImport(im, testDeps(t), testOptions)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeCorrected(&out, im, first, vi(t)); err != nil {
		t.Fatal(err)
	}
	sheets, err := sheet.Read(out.Bytes(), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := ReadImport(&Import{Sheets: sheets, AsOf: im.AsOf}, testDeps(t), testOptions)
	if err != nil || second.Ready != first.Ready {
		t.Errorf("%d rows of the corrected table, %d of the first; %v", second.Ready, first.Ready, err)
	}
}

func TestImport_AMessageIsReadLineByLine(t *testing.T) {
	s, err := sheet.ReadText("HTX Mẫu Cao Phong 0912345678 bán cam CS1 5 tấn cuối tháng 11 giá 18k\nTHT Mẫu Nam Phong bán bưởi Diễn nhiều lắm 0912345679")
	if err != nil {
		t.Fatal(err)
	}
	im := &Import{Sheets: []sheet.Sheet{s}, AsOf: testOptions.AsOf}
	read, err := ReadImport(im, testDeps(t), testOptions)
	if err != nil || len(read.Rows) != 2 || read.Ready != 1 || !strings.Contains(read.Rows[1].Said, "nhiều lắm") {
		t.Fatalf("%d rows, %d ready, %v", len(read.Rows), read.Ready, err)
	}
	r := read.Rows[1]
	if err := im.Mend(r.Source, r.Asks[0].Key, "THT Mẫu Nam Phong bán bưởi Diễn 3 tấn tháng 12 0912345679", vi(t)); err != nil {
		t.Fatal(err)
	}
	if read, err = ReadImport(im, testDeps(t), testOptions); err != nil || read.Ready != 2 {
		t.Fatalf("%d ready, %v", read.Ready, err)
	}
}
