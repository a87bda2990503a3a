package paper

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lienket/lienket/internal/base/calendar"
	"github.com/lienket/lienket/internal/base/i18n"
	"github.com/lienket/lienket/internal/base/money"
	"github.com/lienket/lienket/internal/base/sheet"
	"github.com/lienket/lienket/internal/base/weight"
)

// One list, three kinds of files: the same cells, numbers as numbers, nothing that runs.
func TestList_SameInEveryKind(t *testing.T) {
	p := i18n.From(t.Context())
	l := List{
		Title: "Đơn vị", Made: made, Columns: []ListColumn{{Head: "Tên"}, {Head: "kg"}, {Head: "đ/kg"}, {Head: "Ngày", Format: sheet.Date}, {Head: "Điện thoại", Format: sheet.Plain}},
		Rows: [][]any{{"=cmd|' /C calc'!A1", weight.Grams(1_234_500), money.PerTonne(17_500_000), calendar.Date(2023, 12, 18), "0900000123"}, {"-5 tấn; \"lạ\"", nil, nil, calendar.Day(0), "+84 900"}},
	}
	csv, err := l.File("csv", p)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\uFEFFTên,kg,đ/kg,Ngày,Điện thoại\r\n'=cmd|' /C calc'!A1,1234.5,17500,2023-12-18,0900000123\r\n\"'-5 tấn; \"\"lạ\"\"\",,,,'+84 900\r\n"; string(csv) != want {
		t.Errorf("CSV %q", csv)
	}
	book, err := l.File("xlsx", p)
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := sheet.Read(book, sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if c := sheets[0].At(1, 0); c.Text != "=cmd|' /C calc'!A1" || bytes.Contains(book, []byte("<f>")) {
		t.Errorf("%+v", c)
	}
	if c := sheets[0].At(1, 1); c.Raw != "1234.5" || !c.Number {
		t.Errorf("%+v", c)
	}
	pdf, err := l.File("pdf", p)
	if err != nil {
		t.Fatal(err)
	}
	if all := joined(strings.Join(words(t, pdf), " ")); !strings.Contains(all, "=cmd|' /C calc'!A1 1.234,5 17.500 18/12/2023 0900000123") {
		t.Errorf("PDF %q", all)
	}
	for _, ending := range Endings {
		first, _ := l.File(ending, p)
		again, _ := l.File(ending, p)
		if !bytes.Equal(first, again) || ContentType(ending) == ContentType("") {
			t.Errorf("%s: other bytes or no type", ending)
		}
	}
	if _, err := l.File("exe", p); err == nil {
		t.Error("an unknown kind was written")
	}
}

func TestList_Empty(t *testing.T) {
	p := i18n.From(t.Context())
	for _, ending := range Endings {
		if data, err := (List{Title: "Trống", Columns: []ListColumn{{Head: "Tên"}}}).File(ending, p); err != nil || len(data) == 0 {
			t.Errorf("%s: %d bytes, %v", ending, len(data), err)
		}
	}
}
