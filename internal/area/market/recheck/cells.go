package recheck

import (
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/lienket/lienket/internal/base/sheet"
)

// What people read in the file must be what was checked: every cell of the sheets that is
// derived from records is derived again here.

var planHead = []string{"STT", "Mã chào bán", "Bên bán", "Mã nhu cầu", "Bên mua", "Mặt hàng", "Loại", "Số lượng (kg)", "HTX đầu mối", "Ngày lấy hàng", "Ngày giao", "Thực nhận tại vườn (đ/kg)", "Bên mua trả (đ/kg)", "Giá có thật"}

var leftHead = []string{"Mã", "Đơn vị", "Chào bán/Nhu cầu", "Mặt hàng", "Còn lại (kg)", "Lý do", "Cách gần nhất"}

// summaryOf names the totals of «Tóm tắt», in order.
var summaryOf = []struct{ label, name string }{
	{"Số lượng chào bán (kg)", "offered"},
	{"Số lượng nhu cầu (kg)", "demanded"},
	{"Số lượng đã kết nối (kg)", "matched"},
	{"Số chào bán", "offers"},
	{"Số nhu cầu", "demands"},
	{"Chào bán có bên mua", "offers_matched"},
	{"Nhu cầu có hàng", "demands_matched"},
	{"Nhu cầu đủ hàng", "demands_filled"},
	{"Số dòng phương án", "lines"},
	{"Số HTX đầu mối", "leads"},
	{"Tổng lợi ích (đồng)", "gain"},
	{"Bà con thực nhận thêm (đồng)", "sellers_gain"},
	{"Còn có thể tốt hơn tối đa (đồng)", "gap_vnd"},
	{"Còn có thể tốt hơn tối đa (phần triệu)", "gap_ppm"},
	{"Dòng có giá thật", "real_lines"},
	{"Số nút đã xét", "nodes"},
	{"Số bước tính", "pivots"},
}

// number reports whether a stored cell is num/den.
func number(raw string, num *big.Int, den int64) bool {
	x, ok := new(big.Rat).SetString(raw)
	return ok && x.Cmp(new(big.Rat).SetFrac(num, big.NewInt(den))) == 0
}

// spreadsheetDay is the day as spreadsheets count it, from 1899-12-30.
func spreadsheetDay(d day) int64 { return int64(d) - 1_000_000 + 25_569 }

func plain(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

func (w *world) checkSheets(r *Report, words []Words) {
	w.checkPlanSheet(r)
	w.checkLeftSheet(r, words)
	w.checkSummary(r)
}

func heading(r *Report, s sheet.Sheet, want []string) {
	for c, h := range want {
		if cell(s, 1, c) != h {
			r.add("heading", fmt.Sprintf("%s!%s1", s.Name, columnName(c)), cell(s, 1, c), h)
		}
	}
}

// rowsOf counts the filled rows below the heading.
func rowsOf(s sheet.Sheet) int {
	n := 0
	for i := len(s.Rows); i > 1; i-- {
		for _, c := range s.Rows[i-1] {
			if c.Raw != "" {
				return i - 1
			}
		}
	}
	return n
}

func (w *world) partyName(id string) string {
	if p := w.parties[id]; p != nil {
		return plain(p.Name)
	}
	return ""
}

func (w *world) checkPlanSheet(r *Report) {
	s := w.sheets[sheetPlan]
	heading(r, s, planHead)
	if got := rowsOf(s); got != len(w.lines) {
		r.add("rows", sheetPlan, got, len(w.lines))
		return
	}
	for i := range w.lines {
		ln := &w.lines[i]
		o, d := w.offers[ln.Offer], w.demands[ln.Demand]
		if o == nil || d == nil {
			continue // said already
		}
		class := "Cả vườn"
		if ln.Class > 0 {
			class = fmt.Sprintf("Loại %d", ln.Class)
		}
		real := ""
		if ln.Real {
			real = "Có"
		}
		row := i + 2
		texts := map[int]string{1: ln.Offer, 2: w.partyName(o.Party), 3: ln.Demand, 4: w.partyName(d.Party), 5: w.commodities[o.Commodity].NameVI, 6: class, 8: w.partyName(ln.Via), 13: real}
		for c, want := range texts {
			if got := cell(s, row, c); got != want {
				r.add("cell", fmt.Sprintf("%s!%s%d", sheetPlan, columnName(c), row), got, want)
			}
		}
		numbers := map[int]int64{0: int64(i + 1), 9: spreadsheetDay(ln.Pick), 10: spreadsheetDay(ln.Deliver), 11: floorDiv(ln.Net, 1000), 12: ceilDiv(ln.Pays, 1000)}
		for c, want := range numbers {
			if got := cell(s, row, c); !number(got, big.NewInt(want), 1) {
				r.add("cell", fmt.Sprintf("%s!%s%d", sheetPlan, columnName(c), row), got, want)
			}
		}
		if got := cell(s, row, 7); !number(got, big.NewInt(ln.Grams), 1000) {
			r.add("cell", fmt.Sprintf("%s!H%d", sheetPlan, row), got, ln.Grams)
		}
	}
}

func (w *world) checkLeftSheet(r *Report, words []Words) {
	s := w.sheets[sheetLeft]
	heading(r, s, leftHead)
	if got := rowsOf(s); got != len(w.lefts) {
		r.add("rows", sheetLeft, got, len(w.lefts))
		return
	}
	for i, l := range w.lefts {
		row := i + 2
		party, goods, side := "", "", "Chào bán"
		if o := w.offers[l.ID]; o != nil {
			party, goods = o.Party, o.Commodity
		} else if d := w.demands[l.ID]; d != nil {
			party, goods, side = d.Party, d.Commodity, "Nhu cầu"
		} else {
			continue
		}
		for c, want := range map[int]string{0: l.ID, 1: w.partyName(party), 2: side, 3: w.commodities[goods].NameVI} {
			if got := cell(s, row, c); got != want {
				r.add("cell", fmt.Sprintf("%s!%s%d", sheetLeft, columnName(c), row), got, want)
			}
		}
		if got := cell(s, row, 4); !number(got, big.NewInt(l.Left), 1000) {
			r.add("cell", fmt.Sprintf("%s!E%d", sheetLeft, row), got, l.Left)
		}
		said, got := len(words) == 0, cell(s, row, 5)
		for _, f := range words {
			said = said || got == f(l.Main)
		}
		if !said {
			r.add("cell", fmt.Sprintf("%s!F%d", sheetLeft, row), got, l.Main)
		}
	}
}

func (w *world) checkSummary(r *Report) {
	s := w.sheets[sheetSummary]
	if got := rowsOf(s); got != len(summaryOf) {
		r.add("rows", sheetSummary, got, len(summaryOf))
		return
	}
	for i, x := range summaryOf {
		row := i + 2
		if got := cell(s, row, 0); got != x.label {
			r.add("cell", fmt.Sprintf("%s!A%d", sheetSummary, row), got, x.label)
		}
		want, ok := new(big.Int).SetString(string(w.totals[x.name]), 10)
		den := int64(1)
		if strings.HasSuffix(x.label, "(kg)") {
			den = 1000
		}
		if got := cell(s, row, 1); !ok || !number(got, want, den) {
			r.add("cell", fmt.Sprintf("%s!B%d", sheetSummary, row), got, fmt.Sprint(w.totals[x.name]))
		}
	}
}
